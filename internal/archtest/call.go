package archtest

import (
	"fmt"
	"go/ast"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// callers are the packages that call addresses outside: of the collector and the mail server,
// which the operator sets. Whoever calls one that somebody else gives needs a rule about
// which he may give, first.
var callers = []string{"internal/engine/collector", "internal/engine/mailer"}

// calling are the names of the standard library that lead outside.
var calling = map[string][]string{
	"net":               {"Dial", "Dialer", "Lookup", "Resolver", "DefaultResolver"},
	"net/http":          {"Client", "DefaultClient", "DefaultTransport", "Transport", "Get", "Head", "Post", "PostForm", "NewRequest"},
	"net/http/httputil": {"ReverseProxy", "NewSingleHostReverseProxy"},
	"net/rpc":           {"Dial"},
	"net/smtp":          {"Dial", "SendMail", "NewClient"},
	"crypto/tls":        {"Dial", "Dialer"},
}

// Calls reads every Go file of the program and returns one sentence for each place that could
// call an address and is not in a package that may.
func Calls(root fs.FS) (refusals []string, err error) {
	err = walk(root, isForTests, func(file string) error {
		if !isGo(file) || strings.HasSuffix(file, "_test.go") || slices.Contains(callers, path.Dir(file)) {
			return nil
		}
		parsed, err := parse(root, file, 0)
		if err != nil {
			return err
		}
		refusals = append(refusals, callsIn(file, parsed)...)
		return nil
	})
	return refusals, err
}

// isForTests reports whether a folder is for tests alone.
func isForTests(folder string) bool {
	return folder == "scripts" || strings.HasSuffix(folder, "test") || strings.HasSuffix(folder, "testkit") || isTestdata(folder)
}

func callsIn(file string, parsed *ast.File) (refusals []string) {
	packages := map[string]string{}
	for _, spec := range parsed.Imports {
		of := imported(spec)
		if calling[of] == nil {
			continue
		}
		name := path.Base(of)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		packages[name] = of
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if of, ok := selector.X.(*ast.Ident); ok && leadsOutside(packages[of.Name], selector.Sel.Name) {
			refusals = append(refusals, fmt.Sprintf("%s: %s.%s can call an address; only %s may", file, packages[of.Name], selector.Sel.Name, strings.Join(callers, ", ")))
		}
		return true
	})
	return refusals
}

// leadsOutside reports whether the name is one of those that call, in one of its forms:
// DialTimeout, LookupHost, NewRequestWithContext.
func leadsOutside(pkg, name string) bool {
	return slices.ContainsFunc(calling[pkg], func(known string) bool {
		forms := []string{"Dial", "Lookup", "NewRequest"}
		return name == known || slices.Contains(forms, known) && strings.HasPrefix(name, known)
	})
}
