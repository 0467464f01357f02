package archtest

import (
	"fmt"
	"go/parser"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// module is how our own import paths begin.
const module = "innkeeper/"

// Check reads every Go file of the module and returns one sentence for each import that the tables refuse,
// in the order of the files.
func Check(root fs.FS) (refusals []string, err error) {
	err = walk(root, isTestdata, func(file string) error {
		if !isGo(file) {
			return nil
		}
		parsed, err := parse(root, file, parser.ImportsOnly)
		if err != nil {
			return err
		}
		imports := make([]string, len(parsed.Imports))
		for i, spec := range parsed.Imports {
			imports[i] = imported(spec)
		}
		refusals = append(refusals, refused(file, imports)...)
		return nil
	})
	return refusals, err
}

// refused returns a sentence for each import that this file may not have.
func refused(file string, imports []string) (refusals []string) {
	pkg := path.Dir(file)
	r, known := rowOf(pkg)
	if !known {
		return []string{fmt.Sprintf("%s: %s has no row in the import table", file, pkg)}
	}
	if strings.HasSuffix(file, "_test.go") {
		return nil
	}
	for _, imported := range imports {
		if why := refusal(pkg, r, imported); why != "" {
			refusals = append(refusals, file+": "+why)
		}
	}
	return refusals
}

func refusal(pkg string, r row, imported string) string {
	if ours, ok := strings.CutPrefix(imported, module); ok {
		if within(ours, r.place) || anyWithin(ours, r.imports) {
			return ""
		}
		return fmt.Sprintf("%s may not import %s", pkg, ours)
	}
	if imported == "os/exec" && !anyWithin(pkg, []string{"internal/testkit", "scripts"}) {
		return "os/exec runs commands, and no part of the program does"
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return "" // the standard library
	}
	library, found := homeOf(imported)
	switch {
	case !found:
		return fmt.Sprintf("%s has no home in the table of libraries", imported)
	case !anyWithin(pkg, homes[library]):
		return fmt.Sprintf("%s is at home in %s, not in %s", library, strings.Join(homes[library], ", "), pkg)
	}
	return ""
}

// rowOf returns the row of the nearest place above the package; for a group, narrowed to the place in it.
func rowOf(pkg string) (nearest row, known bool) {
	for _, r := range table {
		for _, place := range places(r.place) {
			if within(pkg, place) && len(place) > len(nearest.place) {
				nearest, known = row{place, r.imports}, true
			}
		}
	}
	return nearest, known
}

func homeOf(imported string) (library string, found bool) {
	for candidate := range homes {
		if within(imported, candidate) {
			return candidate, true
		}
	}
	return "", false
}

// places returns the folders that a name stands for: those of a group, or itself.
func places(name string) []string {
	members, isGroup := groups[name]
	if !isGroup {
		return []string{name}
	}
	var all []string
	for _, member := range members {
		all = append(all, places(member)...)
	}
	return all
}

func anyWithin(name string, of []string) bool {
	return slices.ContainsFunc(of, func(group string) bool {
		return slices.ContainsFunc(places(group), func(place string) bool { return within(name, place) })
	})
}

// within reports whether name is the place or below it.
func within(name, place string) bool { return name == place || strings.HasPrefix(name, place+"/") }
