package fault_test

import (
	"strings"
	"testing"

	"innkeeper/internal/fault"
)

func TestNames(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ given, kept, code string }{
		"plain":                        {given: "My phone", kept: "My phone"},
		"with spaces around and twice": {given: " My \u00a0 phone\n", kept: "My phone"},
		"letters of two bytes":         {given: strings.Repeat("ä", 60), kept: strings.Repeat("ä", 60)},
		"an accent of its own":         {given: "Cafe\u0301", kept: "Cafe\u0301"},
		"one letter too many":          {given: strings.Repeat("ä", 61), code: "length"},
		"nothing":                      {given: " \t", code: "required"},
		"two lines":                    {given: "a\nb", code: "invalid"},
		"two paragraphs":               {given: "a\u2029b", code: "invalid"},
		"an escape":                    {given: "a\x1b[31mb", code: "invalid"},
		"another direction":            {given: "a\u202eb", code: "invalid"},
		"a space without a width":      {given: "a\u200bb", code: "invalid"},
		"no text":                      {given: "a\xffb", code: "invalid"},
		"a letter that is a blank":     {given: "a\u3164b", code: "invalid"},
		"a blank of Braille":           {given: "\u2800", code: "required"},
		"spaces without a width":       {given: "\u200b\u2060", code: "required"},
		"an accent alone":              {given: "\u0301", code: "required"},
		"a blank of Braille in a word": {given: "a\u2800b", code: "invalid"},
	} {
		var bad fault.Fields
		kept := bad.Name("/name", c.given, 60)
		switch {
		case c.code == "" && (len(bad) != 0 || kept != c.kept):
			t.Errorf("%s: %q, %v, want %q", name, kept, bad, c.kept)
		case c.code != "" && (len(bad) != 1 || bad[0].Pointer != "/name" || bad[0].Code != c.code):
			t.Errorf("%s: %v, want %s", name, bad, c.code)
		}
	}
}
