package main

import (
	"fmt"
	"io"
	"regexp"
)

// A goal bounds what the benchmarks of some names measure in one unit. Without a bound it is only shown.
type goal struct {
	about string
	names *regexp.Regexp
	unit  string
	most  float64
	least float64
}

// goals are the promises of speed. "of-plain" is our rate as a part of the rate of the same rows written by
// plain statements.
var goals = []goal{
	{about: "a decision that was made before, ns", names: name(`^AllowHit`), unit: "cpu-ns/op", most: 200},
	{about: "a decision made the first time, ns", names: name(`^AllowMiss`), unit: "ns/op"},
	{about: "a page among 100,000 accounts, p99 in ms", names: name(`^AccountPage/`), unit: "p99-ms", most: 20},
	{about: "a page of the activity log, p99 in ms", names: name(`^ActivityPage/`), unit: "p99-ms", most: 50},
	{about: "a change in a visit, of plain statements' rate", names: name(`^ActedRequest/`), unit: "of-plain", least: 0.6},
	{about: "closing idle visits, of plain statements' rate", names: name(`^Sweep/`), unit: "of-plain", least: 0.5},
	{about: "events with the log on, of plain inserts' rate", names: name(`^LoggedEvents/`), unit: "of-plain", least: 0.7},
	{about: "a receipt of fifty events, made or checked, ns", names: name(`^Receipt/`), unit: "ns/op"},
	{about: "the same rows by plain statements, a second", names: name(`^Sweep/`), unit: "plain/s"}, // what this machine's database does at most
	{about: "closing 100,000 idle visits within 5 s, a second", names: name(`^Sweep/`), unit: "ours/s", least: 20_000},
}

func name(pattern string) *regexp.Regexp { return regexp.MustCompile(pattern) }

// print holds the results against the goal and reports whether it was met by all it speaks of, at least one.
func (g goal) print(out io.Writer, all []result) bool {
	met, found := true, false
	for _, r := range all {
		if measured, ok := r.measured[g.unit]; ok && g.names.MatchString(r.name) {
			found = true
			met = g.line(out, r.name, measured) && met
		}
	}
	if !found {
		fmt.Fprintf(out, "MISSING %-48s no benchmark measured it\n", g.about)
	}
	return met && found
}

func (g goal) line(out io.Writer, name string, measured float64) bool {
	verdict, bound := "met", ""
	switch {
	case g.most > 0:
		bound = fmt.Sprintf("at most %g, %.2f of it", g.most, measured/g.most)
	case g.least > 0:
		bound = fmt.Sprintf("at least %g, %.2f of it", g.least, measured/g.least)
	}
	if (g.most > 0 && measured > g.most) || measured < g.least {
		verdict = "MISSED"
	}
	fmt.Fprintf(out, "%-7s %-48s %-36s %10.4g  %s\n", verdict, g.about, name, measured, bound)
	return verdict == "met"
}
