package main

import (
	"bytes"
	"strings"
	"testing"
)

// good is a run that meets every goal.
var good = []string{
	"goos: linux",
	"BenchmarkAllowHit50-2     	 1000	 58.1 ns/op	 61 cpu-ns/op	 0 B/op	 0 allocs/op",
	"BenchmarkAllowMiss50-2    	 1000	 9000 ns/op",
	"BenchmarkAccountPage/sqlite/first-page-2 	 100	 3000000 ns/op	 3.1 p50-ms	 7.5 p99-ms",
	"BenchmarkActedRequest/postgres/ours-2 	 100	 200000 ns/op",
	"BenchmarkActedRequest/postgres/plain-2 	 100	 140000 ns/op",
	"BenchmarkSweep/sqlite/ours-2 	 1	 2000000000 ns/op	 2.0 s/100k",
	"BenchmarkSweep/sqlite/plain-2 	 1	 1200000000 ns/op",
	"PASS",
}

func TestGoals(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		old, replacement string
		want             bool
		says             string
	}{
		"all are met":         {"", "", true, "met     a change made in a visit, against plain statements      ActedRequest/postgres/ours               0.70 of the plain rate, goal 0.60"},
		"a slow decision":     {"61 cpu-ns/op", "261 cpu-ns/op", false, "MISSED  a decision that was made before"},
		"a slow page":         {"7.5 p99-ms", "27.5 p99-ms", false, "MISSED  a page among 100,000 accounts"},
		"a slow request":      {"200000 ns/op", "300000 ns/op", false, "0.47 of the plain rate"},
		"no twin to compare":  {"Sweep/sqlite/plain", "Sweep/sqlite/other", false, "0.00 of the plain rate"},
		"nothing measured it": {"AllowHit50", "Permit50", false, "MISSING a decision that was made before"},
		"a benchmark failed":  {"PASS", "--- FAIL: BenchmarkSweep", false, "met"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := strings.Join(good, "\n")
			if test.old != "" {
				in = strings.Replace(in, test.old, test.replacement, 1)
			}
			var out bytes.Buffer
			got, err := run(strings.NewReader(in), &out)
			if err != nil || got != test.want {
				t.Errorf("run() = %v, %v, want %v\n%s", got, err, test.want, &out)
			}
			if !strings.Contains(out.String(), test.says) {
				t.Errorf("run() does not say %q:\n%s", test.says, &out)
			}
		})
	}
}
