package file_test

import (
	"path"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"innkeeper/internal/file"
)

func TestParsePath(t *testing.T) {
	t.Parallel()
	name := strings.Repeat("a", 255)
	for text, want := range map[string]file.Path{ // "" is refused
		"/": "/", "//": "/", "/example.com/index.html": "/example.com/index.html", "//a///b/": "/a/b", "/...": "/...", "/..a": "/..a", "/a..": "/a..",
		"/.htaccess": "/.htaccess", "/Grüße 1.txt": "/Grüße 1.txt", `/a\b`: `/a\b`, "/" + name: "/" + file.Path(name), "/👩\u200d💻": "/👩\u200d💻",
		"": "", "a": "", "a/b": "", "~/a": "", "/..": "", "/.": "", "/a/../b": "", "/a/..": "", "/a/./b": "", "../a": "", "/a/../../../etc/passwd": "",
		"/a\x00b": "", "/a\nb": "", "/a\rb": "", "/a\x1bb": "", "/a\x7fb": "", "/a\u0085b": "", "/a\u202eb": "", "/a\u2066b": "", "/a\u2028b": "",
		"/\xff": "", "/a\xc0\xaeb": "", "/" + name + "a": "", strings.Repeat("/a", 513): "", "C:\\x": "", "/a\u200eb": "",
	} {
		got, flaw := file.ParsePath(text)
		if got != want || (flaw == nil) != (want != "") {
			t.Errorf("ParsePath(%.40q) = %q, %v, want %q", text, got, flaw, want)
		}
	}
}

func TestPathParts(t *testing.T) {
	t.Parallel()
	for p, want := range map[file.Path]struct {
		name   string
		parent file.Path
		local  string
	}{
		"/":      {"", "/", "."},
		"/a":     {"a", "/", "a"},
		"/a/b.c": {"b.c", "/a", "a/b.c"},
	} {
		if p.Name() != want.name || p.Parent() != want.parent || p.Local() != want.local {
			t.Errorf("%q has name %q, parent %q, local %q, want %+v", p, p.Name(), p.Parent(), p.Local(), want)
		}
		if p != file.Home && p.Parent().Join(p.Name()) != p {
			t.Errorf("%q joined again is %q", p, p.Parent().Join(p.Name()))
		}
	}
	for _, c := range []struct {
		p, other file.Path
		want     bool
	}{
		{"/", "/a", true}, {"/a", "/a", true}, {"/a", "/a/b", true}, {"/a", "/ab", false}, {"/a/b", "/a", false}, {"/a", "/", false},
	} {
		if got := c.p.Holds(c.other); got != c.want {
			t.Errorf("%q.Holds(%q) = %v, want %v", c.p, c.other, got, c.want)
		}
	}
}

// FuzzParsePath wants that what is accepted has one form, stays below the home,
// and is what it looks like.
func FuzzParsePath(f *testing.F) {
	for _, text := range []string{"/", "/a/b", "//a/", "/a/../b", "/a\x00", "/\xff", "/..", "/. /x", "/a\u202eb", strings.Repeat("/a", 600)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, flaw := file.ParsePath(text)
		if flaw != nil {
			return
		}
		if again, flaw := file.ParsePath(string(p)); flaw != nil || again != p {
			t.Errorf("ParsePath(%q) = %q, which reads as %q, %v", text, p, again, flaw)
		}
		if clean := path.Clean(string(p)); clean != string(p) || !strings.HasPrefix(clean, "/") {
			t.Errorf("ParsePath(%q) = %q, which is the same as %q", text, p, clean)
		}
		if len(p) > 1024 || !utf8.ValidString(string(p)) || strings.ContainsFunc(string(p), unicode.IsControl) {
			t.Errorf("ParsePath(%q) = %q, which must not be a path", text, p)
		}
		if p != file.Home && p.Parent().Join(p.Name()) != p || !p.Parent().Holds(p) {
			t.Errorf("%q has parent %q and name %q", p, p.Parent(), p.Name())
		}
	})
}
