package web_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"innkeeper/web"
)

func TestFilesServesTheBannerBeforeAnyBuild(t *testing.T) {
	t.Parallel()
	css, err := fs.ReadFile(web.Files(), "banner.css")
	if err != nil {
		t.Fatalf("ReadFile(banner.css) = %v, want the style sheet", err)
	}
	if !strings.Contains(string(css), ".ik-banner") {
		t.Errorf("banner.css has no rule for .ik-banner")
	}
}

func TestFilesHides(t *testing.T) {
	t.Parallel()
	for _, name := range []string{".gitkeep", ".vite/manifest.json", "assets", ".", "../embed.go", "nothing.js"} {
		if _, err := web.Files().Open(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open(%q) = %v, want fs.ErrNotExist", name, err)
		}
	}
}

func TestPlaceholderSaysHowToBuild(t *testing.T) {
	t.Parallel()
	if page := string(web.Placeholder()); !strings.Contains(page, "make build") {
		t.Errorf("Placeholder() = %q, want a page that names make build", page)
	}
}

func TestShellOf(t *testing.T) {
	t.Parallel()
	const manifest = `{
		"index.html": {"file": "assets/index-a.js", "isEntry": true, "css": ["assets/index-a.css"], "imports": ["_ui.js", "_react.js"], "dynamicImports": ["src/late.tsx"]},
		"_ui.js": {"file": "assets/ui-b.js", "css": ["assets/ui-b.css"], "imports": ["_react.js"]},
		"_react.js": {"file": "assets/react-c.js", "imports": ["_ui.js"]},
		"src/late.tsx": {"file": "assets/late-d.js", "css": ["assets/late-d.css"]}
	}`
	tests := []struct {
		name  string
		build fstest.MapFS
		want  web.Page
		built bool
	}{
		{"no build", fstest.MapFS{}, web.Page{}, false},
		{"broken manifest", fstest.MapFS{".vite/manifest.json": {Data: []byte("{")}}, web.Page{}, false},
		{"no entry", fstest.MapFS{".vite/manifest.json": {Data: []byte("{}")}}, web.Page{}, false},
		{"a build", fstest.MapFS{".vite/manifest.json": {Data: []byte(manifest)}}, web.Page{
			Scripts:  []string{"/assets/index-a.js"},
			Preloads: []string{"/assets/react-c.js", "/assets/ui-b.js"},
			Styles:   []string{"/assets/ui-b.css", "/assets/index-a.css"},
		}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			page, built := web.ShellOf(test.build)
			if built != test.built {
				t.Errorf("ShellOf(%s) built = %v, want %v", test.name, built, test.built)
			}
			if diff := cmp.Diff(test.want, page); diff != "" {
				t.Errorf("ShellOf(%s) (-want +got):\n%s", test.name, diff)
			}
		})
	}
}

func TestShellLinksOnlyFilesThatAreThere(t *testing.T) {
	t.Parallel()
	page, built := web.Shell()
	if built == (len(page.Scripts) == 0) {
		t.Errorf("Shell() = %d scripts, built %v: both or none", len(page.Scripts), built)
	}
	addresses := append([]string{page.Banner}, page.Scripts...)
	addresses = append(append(addresses, page.Preloads...), page.Styles...)
	for _, address := range addresses {
		name, _, _ := strings.Cut(strings.TrimPrefix(address, "/"), "?")
		if _, err := fs.Stat(web.Files(), name); err != nil {
			t.Errorf("Shell() links %q: %v", address, err)
		}
	}
}
