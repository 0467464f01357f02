package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"slices"
	"sync"
)

// entry is the panel's first file in Vite's manifest.
const entry = "index.html"

// Page is what an HTML shell links, as absolute addresses on this origin.
type Page struct {
	// Scripts are the modules to load with <script type="module">.
	Scripts []string
	// Preloads are the modules that Scripts import at once: <link rel="modulepreload">.
	Preloads []string
	// Styles are the style sheets of the panel.
	Styles []string
	// Banner is the style sheet of the visit's banner. It is set even when the panel is not built.
	Banner string
}

type chunk struct {
	File    string   `json:"file"`
	CSS     []string `json:"css"`
	Imports []string `json:"imports"`
}

// Shell returns what the page of the embedded panel links, and whether the panel is built.
func Shell() (Page, bool) {
	page := embeddedPage()
	return page.Page, page.built
}

type knownPage struct {
	Page
	built bool
}

var embeddedPage = sync.OnceValue(func() knownPage {
	page, built := ShellOf(mustSub("dist"))
	page.Banner = "/banner.css?v=" + digest("banner.css")
	return knownPage{page, built}
})

// ShellOf reads Vite's manifest in a build and returns what its entry page links.
// It answers false where there is no manifest or the entry is not in it.
func ShellOf(build fs.FS) (Page, bool) {
	text, err := fs.ReadFile(build, ".vite/manifest.json")
	if err != nil {
		return Page{}, false
	}
	var manifest map[string]chunk
	if err := json.Unmarshal(text, &manifest); err != nil {
		return Page{}, false
	}
	first, ok := manifest[entry]
	if !ok {
		return Page{}, false
	}
	page := Page{Scripts: []string{"/" + first.File}}
	page.collect(manifest, first, map[string]bool{entry: true})
	return page, true
}

// collect adds what a chunk imports before what it holds itself: the order in which styles apply.
func (p *Page) collect(manifest map[string]chunk, c chunk, seen map[string]bool) {
	for _, name := range c.Imports {
		if seen[name] {
			continue
		}
		seen[name] = true
		imported := manifest[name]
		p.collect(manifest, imported, seen)
		p.Preloads = append(p.Preloads, "/"+imported.File)
	}
	for _, style := range c.CSS {
		if address := "/" + style; !slices.Contains(p.Styles, address) {
			p.Styles = append(p.Styles, address)
		}
	}
}

// digest names the content of a file, so that a browser keeps it exactly as long as it is current.
func digest(name string) string {
	text, err := fs.ReadFile(Files(), name)
	if err != nil {
		panic("web: " + name + " is not embedded: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}
