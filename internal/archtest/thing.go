package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"strings"
)

// Things reads every Go file of the program and returns one sentence for each place that names
// the kind of a thing in the record by a text of its own: the log can be asked only for the
// kinds that internal/audit declares.
func Things(root fs.FS) (refusals []string, err error) {
	err = walk(root, isForTests, func(file string) error {
		if !isGo(file) || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		parsed, err := parse(root, file, 0)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if object, ok := n.(*ast.CompositeLit); ok && isObject(object.Type) && hasText(object, "Kind") {
				refusals = append(refusals, fmt.Sprintf("%s: the kind of a thing is a text; internal/audit/object.go declares it", file))
			}
			return true
		})
		return nil
	})
	return refusals, err
}

// isObject reports whether a type is the Object of internal/audit.
func isObject(of ast.Expr) bool {
	switch of := of.(type) {
	case *ast.Ident:
		return of.Name == "Object"
	case *ast.SelectorExpr:
		pkg, ok := of.X.(*ast.Ident)
		return ok && pkg.Name == "audit" && of.Sel.Name == "Object"
	}
	return false
}

// hasText reports whether the field is filled with a text as it stands.
func hasText(in *ast.CompositeLit, field string) bool {
	for i, element := range in.Elts {
		pair, named := element.(*ast.KeyValueExpr)
		if !named {
			return i == 0 && isText(element) // Object{"kind", …}
		}
		if key, ok := pair.Key.(*ast.Ident); ok && key.Name == field && isText(pair.Value) {
			return true
		}
	}
	return false
}

func isText(value ast.Expr) bool {
	text, ok := value.(*ast.BasicLit)
	return ok && text.Kind == token.STRING
}
