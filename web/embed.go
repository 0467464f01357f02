// Package web holds the built panel and says which of its files a page must link.
// It leaves rendering the page, its headers and its banner to httpapi, and building to Vite.
package web

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed all:dist placeholder public
var embedded embed.FS

// Files returns what the browser may fetch, named as in its address: "assets/index-….js",
// "banner.css". Names with a leading dot are hidden. What Vite copies from public is there
// before the first build as well, so that the banner is never without its style.
func Files() fs.FS {
	return layers{mustSub("dist"), mustSub("public")}
}

// Placeholder returns the page that tells how to build the panel.
// It is what to serve while Shell answers false.
func Placeholder() []byte {
	page, err := fs.ReadFile(embedded, "placeholder/index.html")
	if err != nil {
		panic("web: the placeholder is not embedded: " + err.Error())
	}
	return page
}

// layers is a file system that looks into each of its layers in turn.
type layers []fs.FS

// Open opens the named file in the first layer that has it.
// Directories and hidden names are answered with fs.ErrNotExist.
func (l layers) Open(name string) (fs.File, error) {
	missing := &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	if hidden(name) {
		return nil, missing
	}
	for _, layer := range l {
		info, err := fs.Stat(layer, name)
		if err != nil || info.IsDir() {
			continue
		}
		return layer.Open(name)
	}
	return nil, missing
}

func hidden(name string) bool {
	for _, part := range strings.Split(name, "/") {
		if strings.HasPrefix(part, ".") {
			return true
		}
	}
	return false
}

func mustSub(dir string) fs.FS {
	sub, err := fs.Sub(embedded, dir)
	if err != nil {
		panic("web: " + dir + " is not embedded: " + err.Error())
	}
	return sub
}
