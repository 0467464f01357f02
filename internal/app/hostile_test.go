package app_test

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"
)

// hostile are texts that have broken panels.
var hostile = []string{
	"'; DROP TABLE accounts; --", `" OR 1=1 --`, "a\x00b", "line\r\nSet-Cookie: evil=1\r\nX-Evil: 1", "<script>alert(1)</script>", "=cmd|' /C calc'!A0",
	"../../../../etc/passwd", "\u202eevil\u2066", strings.Repeat("a", 5000), strings.Repeat("ü", 300), " ", "%", "%s%n%_", "\xff\xfe", "9223372036854775808", "-1", "1e309", "{}",
}

// strange are values that are no text.
var strange = []any{nil, true, 0, -1, 1.5, 1e300, 9223372036854775807, []any{}, []any{"a", 1}, map[string]any{}, map[string]any{"a": map[string]any{"b": nil}}}

// Whatever stands in a path, a parameter or a field, the answer is a document that
// a client can act on: never an internal error, never a header of the sender's.
func TestW01HostileInputIsAnswered(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			m := newMatrix(t, engine.fill(t))
			everybody, _ := m.populate(t)
			admin := everybody[0]
			c := m.asker(t, admin)
			for _, op := range operations() {
				if op.id == "signOut" {
					continue
				}
				x := m.at(t, c, op, admin, "b", fine)
				if op.names == "" || op.names == "mine" {
					x = admin.home
				}
				r := op.call(t, c, x)
				m.spoilPath(t, c, r)
				m.spoilQuery(t, c, op, r)
				m.spoilBody(t, c, r)
			}
			t.Logf("%d requests", m.asked.Load())
		})
	}
}

func (m *matrix) send(t *testing.T, c *asker, r request, path string, body any) {
	t.Helper()
	m.asked.Add(1)
	a := c.do(r.method, path, body, r.header...)
	what := fmt.Sprintf("%s %.200s %.200v", r.method, path, body)
	switch {
	case a.status >= 500:
		t.Errorf("%s = %d %s", what, a.status, a.raw)
	case a.status >= 400:
		wantProblem(t, what, a)
	}
	if a.header.Get("X-Evil") != "" || strings.Contains(strings.Join(a.header.Values("Set-Cookie"), " "), "evil") {
		t.Errorf("%s is answered with the headers %v", what, a.header)
	}
}

// spoilPath puts hostile texts in the place of each id of the path.
func (m *matrix) spoilPath(t *testing.T, c *asker, r request) {
	t.Helper()
	path, query, _ := strings.Cut(c.where(r, false), "?")
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if !strings.Contains(part, "_") {
			continue
		}
		for _, text := range hostile {
			spoilt := append(append(append([]string{}, parts[:i]...), url.PathEscape(text)), parts[i+1:]...)
			m.send(t, c, r, strings.Join(spoilt, "/")+"?"+query, r.body)
		}
	}
}

// spoilQuery puts them into each parameter that is documented.
func (m *matrix) spoilQuery(t *testing.T, c *asker, op operation, r request) {
	t.Helper()
	path, query, _ := strings.Cut(c.where(r, false), "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	parameters, _ := m.document.operations[op.id].raw["parameters"].([]any)
	for _, one := range parameters {
		described, _ := one.(map[string]any)
		name, _ := described["name"].(string)
		if described["in"] != "query" {
			continue
		}
		for _, text := range hostile {
			spoilt := maps.Clone(values)
			spoilt[name] = []string{text}
			m.send(t, c, r, path+"?"+spoilt.Encode(), r.body)
		}
	}
}

// spoilBody puts them, and values that are no text, into each field.
func (m *matrix) spoilBody(t *testing.T, c *asker, r request) {
	t.Helper()
	body, ok := r.body.(map[string]any)
	if !ok {
		return
	}
	values := append([]any{}, strange...)
	for _, text := range hostile {
		values = append(values, text)
	}
	for name := range body {
		for _, value := range values {
			spoilt := maps.Clone(body)
			spoilt[name] = value
			m.send(t, c, r, c.where(r, false), spoilt)
		}
	}
}
