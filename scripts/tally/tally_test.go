package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// samples is a module whose tests end in every way that a test can end.
var samples = map[string]string{
	"go.mod":                  "module sample\n\ngo 1.26\n",
	"good/good_test.go":       "package good\nimport \"testing\"\nfunc TestA(t *testing.T) { t.Run(\"one\", func(*testing.T) {}); t.Run(\"two\", func(*testing.T) {}) }\nfunc TestB(*testing.T) {}\nfunc Example() {\n\tprintln()\n\t// Output:\n}\n",
	"skips/skips_test.go":     "package skips\nimport \"testing\"\nfunc TestS(t *testing.T) { t.Skip(\"no database\") }\n",
	"fails/fails_test.go":     "package fails\nimport \"testing\"\nfunc TestF(t *testing.T) { t.Run(\"bad\", func(t *testing.T) { t.Error(\"broken window\") }); t.Run(\"good\", func(*testing.T) {}) }\n",
	"parent/parent_test.go":   "package parent\nimport \"testing\"\nfunc TestP(t *testing.T) { t.Run(\"good\", func(*testing.T) {}); t.Error(\"afterwards\") }\n",
	"panics/panics_test.go":   "package panics\nimport \"testing\"\nfunc TestP(*testing.T) { panic(\"fire\") }\n",
	"exits/exits_test.go":     "package exits\nimport (\"os\"; \"testing\")\nfunc TestMain(*testing.M) { os.Exit(1) }\nfunc TestE(*testing.T) {}\n",
	"unbuilt/unbuilt_test.go": "package unbuilt\nfunc TestU( {}\n",
	"untyped/untyped_test.go": "package untyped\nimport \"testing\"\nfunc TestU(t *testing.T) { undefined() }\n",
	"none/none.go":            "package none\n",
}

func TestGoTests(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range samples {
		write(t, filepath.Join(dir, name), content)
	}
	tests := map[string]struct {
		want string
		ok   bool
		says string
	}{
		"good":    {"4 passed, 0 failed", true, "ok   sample/good"},
		"skips":   {"0 passed, 1 failed", false, "TestS was skipped"},
		"fails":   {"1 passed, 1 failed", false, "broken window"},
		"parent":  {"1 passed, 1 failed", false, "afterwards"},
		"panics":  {"0 passed, 1 failed", false, "fire"},
		"exits":   {"0 passed, 1 failed", false, "FAIL sample/exits"},
		"unbuilt": {"0 passed, 1 failed", false, "unbuilt_test.go"},
		"untyped": {"0 passed, 1 failed", false, "undefined: undefined"},
		"none":    {"0 passed, 1 failed", false, ""},
		"...":     {"6 passed, 7 failed", false, "fire"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), "go", "test", "-json", "./"+name)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "CGO_ENABLED=0")
			events, _ := cmd.Output() // its status is what the events say
			count := filepath.Join(t.TempDir(), "counts")
			var said bytes.Buffer
			ok, _ := run([]string{"gotest", count}, bytes.NewReader(events), &said)
			if got := lastLine(t, count); got != test.want || ok != test.ok {
				t.Errorf("tally gotest = %q, %v, want %q, %v\n%s", got, ok, test.want, test.ok, &said)
			}
			if !strings.Contains(said.String(), test.says) {
				t.Errorf("tally gotest does not say %q:\n%s", test.says, &said)
			}
		})
	}
}

func TestReports(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ kind, report, want string }{
		"vitest passed":          {"vitest", `{"numTotalTests":3,"numPassedTests":3,"testResults":[{"status":"passed","assertionResults":[{},{},{}]}]}`, "3 passed, 0 failed"},
		"vitest skipped one":     {"vitest", `{"numTotalTests":3,"numPassedTests":2,"numPendingTests":1,"testResults":[]}`, "2 passed, 1 failed"},
		"vitest lost a file":     {"vitest", `{"numTotalTests":1,"numPassedTests":1,"testResults":[{"status":"failed","assertionResults":[]}]}`, "1 passed, 1 failed"},
		"vitest ran nothing":     {"vitest", `{"numTotalTests":0,"testResults":[]}`, "0 passed, 1 failed"},
		"vitest broke":           {"vitest", `oops`, "0 passed, 1 failed"},
		"playwright passed":      {"playwright", `{"stats":{"expected":5},"errors":[]}`, "5 passed, 0 failed"},
		"playwright in all ways": {"playwright", `{"stats":{"expected":5,"unexpected":1,"skipped":1},"errors":[{"message":"x"}]}`, "5 passed, 3 failed"},
		"playwright was lucky":   {"playwright", `{"stats":{"expected":5,"flaky":2},"errors":[]}`, "7 passed, 0 failed"},
		"playwright is flaky":    {"playwright", `{"stats":{"expected":5,"flaky":4},"errors":[]}`, "7 passed, 2 failed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, filepath.Join(dir, "report.json"), test.report)
			count := filepath.Join(dir, "counts")
			ok, _ := run([]string{test.kind, filepath.Join(dir, "report.json"), count}, nil, nil)
			if got := lastLine(t, count); got != test.want {
				t.Errorf("tally %s = %q, want %q", test.kind, got, test.want)
			}
			if want := strings.HasSuffix(test.want, " 0 failed"); ok != want {
				t.Errorf("tally %s reports %v, want %v", test.kind, ok, want)
			}
		})
	}
}

// What failed is said once more in front of the counts, without colours and not at length.
func TestTotalSaysAgainWhatFailed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	count := filepath.Join(dir, "counts")
	long := strings.Repeat("a line\\n", 50) + "the reason"
	write(t, filepath.Join(dir, "playwright.json"), `{"stats":{"expected":1,"unexpected":1,"flaky":1},"suites":[{"suites":[{"specs":[
		{"title":"a visit","file":"a.story.ts","tests":[{"status":"unexpected","results":[{"errors":[{"message":"\u001b[31m`+long+`\u001b[39m"}]}]}]},
		{"title":"went well","file":"a.story.ts","tests":[{"status":"expected","results":[{"errors":[]}]}]}]}],"specs":[
		{"title":"two tabs","file":"b.story.ts","tests":[{"status":"flaky","results":[{"errors":[{"message":"a moment"}]},{"errors":[]}]}]}]}]}`)
	write(t, filepath.Join(dir, "vitest.json"), `{"numTotalTests":1,"numPassedTests":0,"testResults":[{"assertionResults":[{"fullName":"a sentence","status":"failed","failureMessages":["wrong word"]}]}]}`)
	events := `{"Action":"output","Package":"p","Test":"TestX","Output":"x_test.go:3: broken\n"}` + "\n" + `{"Action":"fail","Package":"p","Test":"TestX"}` + "\n" + `{"Action":"fail","Package":"p"}`
	for _, args := range [][]string{{"gotest"}, {"vitest", filepath.Join(dir, "vitest.json")}, {"playwright", filepath.Join(dir, "playwright.json")}} {
		if _, err := run(append(args, count), strings.NewReader(events), io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if _, err := run([]string{"total", count}, nil, &out); err != nil {
		t.Fatal(err)
	}
	said := out.String()
	for _, want := range []string{"* p TestX\n    x_test.go:3: broken\n", "* a sentence\n    wrong word\n", "* a.story.ts › a visit (unexpected)\n", "    the reason\n", "* b.story.ts › two tabs (flaky)\n    a moment\n"} {
		if !strings.Contains(said, want) {
			t.Errorf("it is not said again that %q:\n%s", want, said)
		}
	}
	if strings.Contains(said, "went well") || strings.Contains(said, "\x1b") || strings.Count(said, "a line") > recapHead+recapTail {
		t.Errorf("too much is said again:\n%s", said)
	}
	if !strings.HasSuffix(said, "\n2 passed, 3 failed\n") {
		t.Errorf("the last line is not the sum:\n%s", said)
	}
}

func TestTotal(t *testing.T) {
	t.Parallel()
	count := filepath.Join(t.TempDir(), "counts")
	write(t, count, "go 10 0\nvitest 5 0\nformat 0 1\n")
	if got := lastLine(t, count); got != "15 passed, 1 failed" {
		t.Errorf("tally total ends in %q, want 15 passed, 1 failed", got)
	}
	if _, err := run([]string{"total", count + ".missing"}, nil, nil); err == nil {
		t.Error("tally total of a missing file = nil, want an error")
	}
	if _, err := run([]string{"everything"}, nil, nil); err == nil {
		t.Error("tally everything = nil, want an error")
	}
}

// lastLine returns the closing line of the total and checks its verdict.
func lastLine(t *testing.T, count string) string {
	t.Helper()
	var out bytes.Buffer
	ok, err := run([]string{"total", count}, nil, &out)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	last := lines[len(lines)-1]
	if want := strings.HasSuffix(last, " 0 failed"); ok != want {
		t.Errorf("tally total says %q and reports %v", last, ok)
	}
	return last
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
