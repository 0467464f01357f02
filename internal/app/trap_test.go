package app_test

import (
	"slices"
	"strings"
	"testing"
)

// Nothing that is read changes anything: every GET and HEAD, by everybody, on what
// he may see and what he may not, directly and in visits; pages too. What is kept
// is compared row by row, without the times of activity and the record itself, in
// which there is nothing but what was viewed and what was refused.
func TestW05ReadingChangesNothing(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			m := newMatrix(t, engine.fill(t))
			everybody, visits := m.populate(t)
			readers := map[*asker]cast{}
			for _, who := range everybody {
				readers[m.asker(t, who)] = who
			}
			entered := map[string]bool{}
			for _, v := range slices.Backward(visits) { // one visit each
				if key := v.actor.role + v.subject.role; !entered[key] {
					entered[key] = true
					readers[m.visitor(t, v)] = v.subject
				}
			}
			files := map[*asker]string{}
			for c, who := range readers {
				files[c] = m.fileFor(t, c, who)
			}
			before, last := m.snapshot(t), m.count(t, "SELECT max(seq) FROM audit_events")
			asked := 0
			for c, who := range readers {
				asked += m.readAll(t, c, who, files[c])
			}
			m.wantUnchanged(t, "reading", before)
			if n := m.count(t, "SELECT count(*) FROM audit_events WHERE seq > ? AND result NOT IN ('viewed', 'denied', 'blocked')", last); n != 0 {
				t.Errorf("reading left %d events of changes", n)
			}
			if n := m.count(t, "SELECT count(*) FROM audit_events WHERE seq > ? AND result = 'viewed'", last); n == 0 {
				t.Error("no reading in a visit was recorded")
			}
			t.Logf("%d requests", asked)
		})
	}
}

// fileFor puts a file where the reader looks, before anything is compared.
func (m *matrix) fileFor(t *testing.T, c *asker, who cast) string {
	t.Helper()
	for _, op := range fileCalls {
		if op.id == "readFile" {
			return op.call(t, c, who.home).path
		}
	}
	t.Fatal("no operation reads a file")
	return ""
}

// readAll makes every reading request that there is.
func (m *matrix) readAll(t *testing.T, c *asker, who cast, file string) (asked int) {
	t.Helper()
	paths := []string{"/", "/accounts", c.base + "/", c.base + "/files", c.base + "/nothing", "/healthz", "/readyz", "/api/openapi.json", c.base + "/api/v1/nothing"}
	for _, op := range operations() {
		if m.document.operations[op.id].method != "GET" {
			continue
		}
		for _, where := range strings.Split("o b s f t", " ") {
			x, there := who.places[where]
			switch {
			case op.id == "readFile":
				paths = append(paths, c.where(get(file), false))
			case there:
				paths = append(paths, c.where(op.call(t, c, x), false))
			}
		}
		if op.lists {
			paths = append(paths, c.where(op.call(t, c, who.home), true))
		}
	}
	for _, path := range paths {
		for _, method := range []string{"GET", "HEAD"} {
			asked++
			if a := c.do(method, path, nil); a.status >= 500 {
				t.Errorf("%s %s = %d %s", method, path, a.status, a.raw)
			}
		}
	}
	return asked
}
