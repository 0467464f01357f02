package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"
)

// A goal bounds what the benchmarks of some names measure in one unit.
type goal struct {
	about string
	names *regexp.Regexp
	unit  string
	most  float64 // what may be measured; 0: any
	// share, if set, compares a benchmark …/ours with its twin …/plain, the same rows by plain statements: the
	// rate of ours must be this part of the twin's.
	share float64
}

// goals are the promises of speed.
var goals = []goal{
	{"a decision that was made before, ns", name(`^AllowHit`), "cpu-ns/op", 200, 0},
	{"a decision made the first time, ns", name(`^AllowMiss`), "ns/op", 0, 0},
	{"a page among 100,000 accounts, p99 in ms", name(`^AccountPage/`), "p99-ms", 20, 0},
	{"a change made in a visit, against plain statements", name(`^ActedRequest/.*/ours$`), "ns/op", 0, 0.6},
	{"closing 100,000 idle visits, against plain statements", name(`^Sweep/.*/ours$`), "ns/op", 0, 0.5},
	{"closing 100,000 idle visits, s", name(`^Sweep/.*/ours$`), "s/100k", 5, 0},
}

func name(pattern string) *regexp.Regexp { return regexp.MustCompile(pattern) }

// print holds the results against the goal and reports whether it was met by all it speaks of, at least one.
func (g goal) print(out io.Writer, all []result) bool {
	met, found := true, false
	for _, r := range all {
		if measured, ok := r.measured[g.unit]; ok && g.names.MatchString(r.name) {
			found = true
			met = g.line(out, r, measured, all) && met
		}
	}
	if !found {
		fmt.Fprintf(out, "MISSING %-55s no benchmark measured it\n", g.about)
	}
	return met && found
}

func (g goal) line(out io.Writer, r result, measured float64, all []result) bool {
	var verdict string
	met := true
	switch {
	case g.share > 0:
		part := g.part(r, measured, all)
		met = part >= g.share
		verdict = fmt.Sprintf("%.2f of the plain rate, goal %.2f", part, g.share)
	case g.most > 0:
		met = measured <= g.most
		verdict = fmt.Sprintf("%.4g, goal %.4g, %.2f of it", measured, g.most, measured/g.most)
	default:
		verdict = fmt.Sprintf("%.4g", measured)
	}
	fmt.Fprintf(out, "%-7s %-55s %-40s %s\n", map[bool]string{true: "met", false: "MISSED"}[met], g.about, r.name, verdict)
	return met
}

// part returns the rate of ours as a part of its twin's; without a twin it is nothing.
func (g goal) part(r result, measured float64, all []result) float64 {
	twin := strings.TrimSuffix(r.name, "/ours") + "/plain"
	for _, other := range all {
		if plain, ok := other.measured[g.unit]; ok && other.name == twin && measured > 0 {
			return plain / measured
		}
	}
	return 0
}
