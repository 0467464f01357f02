package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// event is one line of `go test -json`.
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
	Elapsed    float64
}

// unit is a test, or with an empty test name a package.
type unit struct{ pkg, test string }

// gotest is what has been heard so far.
type gotest struct {
	out    io.Writer
	again  *recap
	said   map[unit][]string
	parent map[unit]bool // has subtests
	broken map[unit]bool // has a subtest, or as a package a test, that failed
	inPkg  map[string]counts
	sum    counts
}

// countGo reads the events to the end and prints a line for each package and all output of what failed. A
// test with subtests is counted by them; by itself only when it fails and none of them did.
func countGo(in io.Reader, out io.Writer, again *recap) (counts, error) {
	g := &gotest{out: out, again: again, said: map[unit][]string{}, parent: map[unit]bool{}, broken: map[unit]bool{}, inPkg: map[string]counts{}}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			g.hear(line)
		}
		if err == io.EOF {
			return g.sum, nil
		}
		if err != nil {
			return g.sum, err
		}
	}
}

func (g *gotest) hear(line []byte) {
	var e event
	if err := json.Unmarshal(line, &e); err != nil {
		fmt.Fprintf(g.out, "%s", line) // what go itself says, such as "warning: …"
		return
	}
	if e.Package == "" {
		e.Package = e.ImportPath
	}
	u := unit{e.Package, e.Test}
	switch e.Action {
	case "output", "build-output":
		g.said[u] = append(g.said[u], e.Output)
	case "run":
		if above, ok := u.above(); ok {
			g.parent[above] = true
		}
	case "pass", "fail", "skip":
		if e.Test != "" {
			g.test(u, e.Action)
		} else {
			g.pkg(u, e)
		}
	case "build-fail":
		g.print(u)
	}
}

// test counts the end of one test.
func (g *gotest) test(u unit, action string) {
	c := g.inPkg[u.pkg]
	switch {
	case action == "pass" && !g.parent[u]:
		c.passed++
	case action == "fail" && g.broken[u]:
		g.print(u)
	case action == "fail", action == "skip":
		c.failed++
		if action == "skip" {
			fmt.Fprintf(g.out, "%s %s was skipped, which counts as failed\n", u.pkg, u.test)
		}
		g.print(u)
		g.again.add(u.pkg+" "+u.test, strings.Join(g.said[u], ""))
	}
	if action != "pass" {
		if above, ok := u.above(); ok {
			g.broken[above] = true
		}
		g.broken[unit{pkg: u.pkg}] = true
	}
	g.inPkg[u.pkg] = c
	delete(g.said, u)
}

// pkg counts the end of a package: its tests, and itself if it failed without one that did.
func (g *gotest) pkg(u unit, e event) {
	c := g.inPkg[u.pkg]
	if e.Action == "fail" && !g.broken[u] {
		c.failed++
		g.again.add(u.pkg, strings.Join(g.said[u], ""))
	}
	switch {
	case c.failed > 0:
		g.print(u)
		fmt.Fprintf(g.out, "FAIL %-40s %4d passed, %d failed  %6.1fs\n", u.pkg, c.passed, c.failed, e.Elapsed)
	case c.passed > 0:
		fmt.Fprintf(g.out, "ok   %-40s %4d passed  %6.1fs\n", u.pkg, c.passed, e.Elapsed)
	}
	g.sum.passed += c.passed
	g.sum.failed += c.failed
	delete(g.said, u)
}

func (g *gotest) print(u unit) {
	for _, line := range g.said[u] {
		fmt.Fprint(g.out, "    ", line)
	}
}

// above returns the test that a subtest belongs to.
func (u unit) above() (unit, bool) {
	i := strings.LastIndex(u.test, "/")
	if i < 0 {
		return unit{}, false
	}
	return unit{u.pkg, u.test[:i]}, true
}
