// Command tally counts tests, so that one line can say how all of them ended.
// What it does not find passed it counts as failed: a skipped test, a package that
// does not build, a report that is empty. Running the tests is left to scripts/test.sh.
//
//	go test -json ./... | tally gotest COUNTS
//	tally vitest REPORT.json COUNTS
//	tally playwright REPORT.json COUNTS
//	tally total COUNTS
//
// The first three add a line, a name and two numbers, to the file COUNTS, and what
// they know about failures to COUNTS.failed; the last says these again and prints
// "N passed, N failed". All end with status 1 when anything failed.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

const usage = "usage: tally gotest COUNTS | vitest REPORT COUNTS | playwright REPORT COUNTS | total COUNTS"

func main() {
	ok, err := run(os.Args[1:], os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// run carries out one command and reports whether everything it counted has passed.
func run(args []string, in io.Reader, out io.Writer) (ok bool, err error) {
	switch {
	case len(args) == 2 && args[0] == "gotest":
		again := &recap{}
		c, err := countGo(in, out, again)
		return recorded(args[1], "go", c, errors.Join(err, again.keep(args[1])))
	case len(args) == 3 && args[0] == "vitest":
		c, again, err := countReport(args[1], vitest)
		return recorded(args[2], "vitest", c, errors.Join(err, again.keep(args[2])))
	case len(args) == 3 && args[0] == "playwright":
		c, again, err := countReport(args[1], playwright)
		return recorded(args[2], "playwright", c, errors.Join(err, again.keep(args[2])))
	case len(args) == 2 && args[0] == "total":
		return total(args[1], out)
	}
	return false, errors.New(usage)
}

// counts is how many tests ended which way.
type counts struct{ passed, failed int }

// recorded adds a line to the file. Tests that could not be counted, or are none, count as one failure.
func recorded(file, name string, c counts, err error) (bool, error) {
	if err == nil && c == (counts{}) {
		err = fmt.Errorf("%s ran no test", name)
	}
	if err != nil {
		c.failed++
	}
	f, openErr := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if openErr != nil {
		return false, errors.Join(err, openErr)
	}
	_, writeErr := fmt.Fprintln(f, name, c.passed, c.failed)
	return c.failed == 0, errors.Join(err, writeErr, f.Close())
}

// total prints once more what failed, then the sum of the file's lines, each by itself and in the end all
// together.
func total(file string, out io.Writer) (bool, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return false, err
	}
	if err := sayAgain(file, out); err != nil {
		return false, err
	}
	var sum counts
	for line := range strings.Lines(string(content)) {
		var name string
		var c counts
		if _, err := fmt.Sscan(line, &name, &c.passed, &c.failed); err != nil {
			return false, fmt.Errorf("%s: %q is not a name and two numbers", file, line)
		}
		fmt.Fprintf(out, "  %-12s %5d passed %5d failed\n", name, c.passed, c.failed)
		sum.passed += c.passed
		sum.failed += c.failed
	}
	fmt.Fprintf(out, "%d passed, %d failed\n", sum.passed, sum.failed)
	return sum.failed == 0 && sum.passed > 0, nil
}
