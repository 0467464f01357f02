package archtest

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// promises is the page that says which test shows which line of security.
const promises = "docs/security-tests.md"

var (
	promiseRow = regexp.MustCompile(`^\| ([A-Z]-\d\d) \| [^|]+ \| ([^|]+) \|$`)
	namedTest  = regexp.MustCompile("`([^`]+)`")
	goTest     = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	panelTest  = regexp.MustCompile(`(?m)^\s*test\(\s*['"](.+)['"],`)
)

// counts says how many lines each part of security has.
var counts = map[string]int{"A": 9, "S": 7, "Z": 7, "I": 29, "W": 9, "D": 4, "L": 6}

// CheckPromises reads the page of the tests of security, and returns one sentence
// for each line that is missing or twice and for each test it names that there is
// not.
func CheckPromises(root fs.FS) ([]string, error) {
	page, err := fs.ReadFile(root, promises)
	if err != nil {
		return nil, err
	}
	tests, err := testsOf(root)
	if err != nil {
		return nil, err
	}
	shown := map[string][]string{} // by line
	var refusals []string
	for line := range strings.Lines(string(page)) {
		row := promiseRow.FindStringSubmatch(strings.TrimSpace(line))
		if row == nil {
			continue
		}
		id := row[1]
		if _, twice := shown[id]; twice {
			refusals = append(refusals, id+" stands twice in "+promises)
		}
		shown[id] = []string{}
		for _, named := range namedTest.FindAllStringSubmatch(row[2], -1) {
			shown[id] = append(shown[id], named[1])
			if !slices.Contains(tests, named[1]) {
				refusals = append(refusals, fmt.Sprintf("%s: %s names %s, and there is no such test", promises, id, named[1]))
			}
		}
		if len(shown[id]) == 0 && !strings.Contains(row[2], "not yet: ") {
			refusals = append(refusals, fmt.Sprintf("%s: %s names no test and does not say why", promises, id))
		}
	}
	return append(refusals, unshown(shown)...), nil
}

// unshown returns the lines without a row.
func unshown(shown map[string][]string) (refusals []string) {
	for part, n := range counts {
		for i := range n {
			id := fmt.Sprintf("%s-%02d", part, i+1)
			if _, found := shown[id]; !found {
				refusals = append(refusals, id+" does not stand in "+promises)
			}
		}
	}
	slices.Sort(refusals)
	return refusals
}

// testsOf returns the names of all tests: of Go, and the titles of the stories in
// the browser.
func testsOf(root fs.FS) (names []string, err error) {
	err = walk(root, none, func(file string) error {
		pattern := testIn(file)
		if pattern == nil {
			return nil
		}
		source, err := fs.ReadFile(root, file)
		for _, found := range pattern.FindAllSubmatch(source, -1) {
			names = append(names, string(found[1]))
		}
		return err
	})
	return names, err
}

func testIn(file string) *regexp.Regexp {
	switch {
	case strings.HasSuffix(file, "_test.go"):
		return goTest
	case path.Dir(file) == "web/e2e":
		return panelTest
	default:
		return nil
	}
}
