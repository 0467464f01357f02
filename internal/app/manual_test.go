package app_test

import (
	"regexp"
	"strings"
	"testing"
)

var (
	idOnPage   = regexp.MustCompile(`id="([^"]+)"`)
	linkOnPage = regexp.MustCompile(`(?:href|src)="([^"]+)"`)
)

// The manual of the API is there for everybody, whole, without a script, and asks nobody else
// for anything.
func TestTheManualIsTheDocumentForPeople(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	c := h.stranger(t)
	document := c.want(200, "GET", "/api/openapi.json", nil)
	a := c.do("GET", "/api/docs", nil)
	page := string(a.raw)
	if a.status != 200 || a.header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.HasPrefix(a.header.Get("Content-Security-Policy"), "default-src 'none'; style-src 'self'; img-src 'self';") {
		t.Fatalf("the manual = %d %v", a.status, a.header)
	}
	if strings.Contains(page, "<script") || strings.Contains(page, "style=") {
		t.Error("the manual has a script, or a style of its own, which the policy forbids")
	}
	ids := map[string]bool{}
	for _, found := range idOnPage.FindAllStringSubmatch(page, -1) {
		if ids[found[1]] {
			t.Errorf("%s stands twice", found[1])
		}
		ids[found[1]] = true
	}
	wantInManual(t, document, page, ids)
	for _, found := range linkOnPage.FindAllStringSubmatch(page, -1) {
		link := found[1]
		if place, within := strings.CutPrefix(link, "#"); within && !ids[place] {
			t.Errorf("a link leads to %s, which is not there", link)
		} else if !within && (strings.Contains(link, "//") || c.do("GET", link, nil).status != 200) {
			t.Errorf("a link leads to %s", link)
		}
	}
	ada := h.signIn(t, "Ada Winter")
	_, base := ada.visit(h.named(t, "Meadow School"), "look")
	ada.refused(404, "not-found", "GET", base+"/api/docs", nil)
}

// wantInManual wants each operation with its parameters, and each shape with its members.
func wantInManual(t *testing.T, document map[string]any, page string, ids map[string]bool) {
	t.Helper()
	paths, _ := document["paths"].(map[string]any)
	for path, methods := range paths {
		for method, declared := range methods.(map[string]any) {
			op := declared.(map[string]any)
			id, _ := op["operationId"].(string)
			if !ids[id] {
				t.Errorf("%s %s is not in the manual", method, path)
				continue
			}
			before, after, _ := strings.Cut(page, ` id="`+id+`">`)
			said, _, _ := strings.Cut(after, "</details>")
			entry := before[strings.LastIndex(before, "<details>"):] + said
			for _, parameter := range list(op, "parameters") {
				if name, _ := parameter["name"].(string); !strings.Contains(entry, "<code>"+name+"</code>") {
					t.Errorf("%s lacks the parameter %s", id, name)
				}
			}
			if !strings.Contains(entry, "<code>"+path+"</code>") {
				t.Errorf("%s does not say %s", id, path)
			}
		}
	}
	components, _ := document["components"].(map[string]any)
	shapes, _ := components["schemas"].(map[string]any)
	if len(paths) == 0 || len(shapes) == 0 {
		t.Fatal("the document is empty")
	}
	for name := range shapes {
		if !ids["shape-"+name] {
			t.Errorf("the shape %s is not in the manual", name)
		}
	}
}
