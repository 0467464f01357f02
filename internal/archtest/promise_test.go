package archtest_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/archtest"
)

func TestEveryLineOfSecurityHasItsTests(t *testing.T) {
	t.Parallel()
	refusals, err := archtest.CheckPromises(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, refusal := range refusals {
		t.Error(refusal)
	}
}

func TestCheckPromises(t *testing.T) {
	t.Parallel()
	var rows strings.Builder
	for part, n := range map[string]int{"A": 9, "S": 7, "Z": 7, "I": 29, "W": 9, "D": 4, "L": 6} {
		for i := range n {
			fmt.Fprintf(&rows, "| %s-%02d | a line | not yet: it comes |\n", part, i+1)
		}
	}
	all := rows.String()
	instead := func(row, by string) string { return strings.Replace(all, row, by, 1) }
	const a01, i06 = "| A-01 | a line | not yet: it comes |\n", "| I-06 | a line | not yet: it comes |\n"
	for name, test := range map[string]struct {
		page string
		want []string
	}{
		"all of it":          {instead(a01, "| A-01 | passwords | `TestA01Passwords` |\n"), nil},
		"a story":            {strings.Replace(instead(a01, "| A-01 | passwords | `TestA01Passwords` |\n"), i06, "| I-06 | no banner | `I-06: no banner` |\n", 1), nil},
		"a test of the past": {instead(a01, "| A-01 | passwords | `TestA01Passwords`, `TestA01Words` |\n"), []string{"docs/security-tests.md: A-01 names TestA01Words, and there is no such test"}},
		"a line missing":     {instead(a01, ""), []string{"A-01 does not stand in docs/security-tests.md"}},
		"a line twice":       {instead(a01, strings.Repeat("| A-01 | passwords | `TestA01Passwords` |\n", 2)), []string{"A-01 stands twice in docs/security-tests.md"}},
		"a line without":     {strings.Replace(instead(a01, "| A-01 | passwords | `TestA01Passwords` |\n"), i06, "| I-06 | no banner | later |\n", 1), []string{"docs/security-tests.md: I-06 names no test and does not say why"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			house := fstest.MapFS{
				"docs/security-tests.md":       {Data: []byte("# Tests\n\n" + test.page)},
				"internal/auth/auth_test.go":   {Data: []byte("package auth\n\nfunc TestA01Passwords(t *testing.T) {}\n")},
				"web/e2e/inside.story.ts":      {Data: []byte("test('I-06: no banner', async () => {})\n")},
				"web/node_modules/a/b_test.go": {Data: []byte("package b\n\nfunc TestZ01Theirs(t *testing.T) {}\n")},
			}
			got, err := archtest.CheckPromises(house)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("CheckPromises() differs (-want +got):\n%s", diff)
			}
		})
	}
}
