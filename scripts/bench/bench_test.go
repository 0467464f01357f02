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
	"BenchmarkActivityPage/sqlite/everything-2 	 100	 9000000 ns/op	 9.4 p50-ms	 31.0 p99-ms",
	"BenchmarkActedRequest/postgres/8-clients-2 	 1	 200000 ns/op	 5000 ours/s	 7100 plain/s	 0.7 of-plain",
	"BenchmarkSweep/sqlite-2 	 1	 2000000000 ns/op	 0.8 of-plain	 40000 ours/s	 50000 plain/s",
	"BenchmarkLoggedEvents/sqlite/1-clients-2 	 1	 200000 ns/op	 4000 ours/s	 5000 plain/s	 0.8 of-plain",
	"BenchmarkReceipt/sqlite/made-2 	 100	 6000000 ns/op	 85020 bytes",
	"PASS",
}

func TestGoals(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		old, replacement string
		want             bool
		says             string
	}{
		"all are met":         {"", "", true, "met     closing 100,000 idle visits within 5 s"},
		"a slow decision":     {"61 cpu-ns/op", "261 cpu-ns/op", false, "MISSED  a decision that was made before"},
		"a slow page":         {"7.5 p99-ms", "27.5 p99-ms", false, "MISSED  a page among 100,000 accounts"},
		"a slow log":          {"31.0 p99-ms", "61.0 p99-ms", false, "MISSED  a page of the activity log"},
		"a slow request":      {"0.7 of-plain", "0.5 of-plain", false, "MISSED  a change in a visit"},
		"a slow record":       {"5000 plain/s	 0.8 of-plain", "5000 plain/s	 0.6 of-plain", false, "MISSED  events with the log on"},
		"a slow sweep":        {"40000 ours/s", "19000 ours/s", false, "MISSED  closing 100,000 idle visits within 5 s"},
		"the floor is shown":  {"50000 plain/s", "4000 plain/s", true, "the same rows by plain statements, a second      Sweep/sqlite                               4000"},
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
