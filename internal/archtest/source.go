package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
)

// unread are folders without source of the program.
var unread = []string{".git", ".cache", "bin", "data", "docs", "tools", "web/node_modules", "web/dist"}

// walk calls the function with each file of the source, in their order, but for those in
// folders that are skipped.
func walk(root fs.FS, skipped func(folder string) bool, do func(file string) error) error {
	return fs.WalkDir(root, ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !entry.IsDir():
			return do(file)
		case slices.Contains(unread, file) || skipped(file):
			return fs.SkipDir
		default:
			return nil
		}
	})
}

// none skips no folder.
func none(string) bool { return false }

// isTestdata skips what tests read, which is no source.
func isTestdata(folder string) bool { return path.Base(folder) == "testdata" }

func isGo(file string) bool { return path.Ext(file) == ".go" }

// parse reads a Go file, as far as the mode says.
func parse(root fs.FS, file string, mode parser.Mode) (*ast.File, error) {
	source, err := fs.ReadFile(root, file)
	if err != nil {
		return nil, err
	}
	return parser.ParseFile(token.NewFileSet(), file, source, mode)
}

// imported returns the path of an import; the parser has seen that it is a text.
func imported(spec *ast.ImportSpec) string {
	name, _ := strconv.Unquote(spec.Path.Value)
	return name
}
