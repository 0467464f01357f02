package account_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                    "",
		" Anna@EXAMPLE.com\t": "anna@example.com",
		"E\u0301mile":         "émile", // a letter and its accent become one
		"ÉMILE":               "émile",
	} {
		if got := account.Fold(text); got != want {
			t.Errorf("Fold(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                  "",
		"  Émile   ZOLA ":   "emile zola",
		"E\u0301MILE\nzola": "emile zola",
		"Müller & Söhne":    "muller & sohne",
		"Łódź":              "łodz",
		"東京":                "東京",
		"한글":                "한글",
		"Ελλάδα":            "ελλαδα",
	} {
		if got := account.Key(text); got != want {
			t.Errorf("Key(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestTerms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                       nil,
		"Anna MAIER anna":        {"anna", "maier"},
		"anna annabel bel ann":   {"annabel", "bel"},
		"anna.maier@example.com": {"anna.maier@example.com", "com", "example.com", "maier@example.com"},
		"O'Brien":                {"brien", "o'brien"},
		"(Bäcker)":               {"(backer)", "backer)"},
		"c++":                    {"c++"},
		"--":                     {"--"},
	} {
		if diff := cmp.Diff(want, account.Terms(text)); diff != "" {
			t.Errorf("Terms(%q) (-want +got):\n%s", text, diff)
		}
	}
	if diff := cmp.Diff([]string{"a", "b"}, account.Terms("b", "", "a", "B")); diff != "" {
		t.Errorf("Terms of several (-want +got):\n%s", diff)
	}
}

// FuzzTerms holds that a text is found by each of its own words and by the
// beginnings of them, whatever is in it.
func FuzzTerms(f *testing.F) {
	for _, seed := range []string{"", "Anna Maier", "anna.maier@example.com", "E\u0301mile", strings.Repeat("ä", 100), "\xff\xfe", "İstanbul", "a\u0000b", "--x--"} {
		f.Add(seed, 1)
	}
	f.Fuzz(func(t *testing.T, text string, n int) {
		terms := account.Terms(text)
		for _, term := range terms {
			if term == "" || len(term) > 64 || !utf8.ValidString(term) && utf8.ValidString(text) {
				t.Errorf("Terms(%q) has %q", text, term)
			}
		}
		for _, word := range account.Words(text) {
			letters := []rune(word)
			for _, query := range []string{word, string(letters[:1+abs(n)%len(letters)])} {
				for _, asked := range account.Words(query) {
					if !begins(terms, asked) {
						t.Errorf("Terms(%q) = %q, which %q does not find", text, terms, asked)
					}
				}
			}
		}
	})
}

func abs(n int) int { return max(n, -(n + 1)) }

func begins(terms []string, word string) bool {
	for _, term := range terms {
		if strings.HasPrefix(term, word) {
			return true
		}
	}
	return false
}

func TestKinds(t *testing.T) {
	t.Parallel()
	all := []account.Kind{account.KindAdmin, account.KindSupport, account.KindReseller, account.KindCustomer}
	owns := map[account.Kind]map[account.Kind]bool{
		"":                   {account.KindAdmin: true},
		account.KindAdmin:    {account.KindSupport: true, account.KindReseller: true, account.KindCustomer: true},
		account.KindReseller: {account.KindReseller: true, account.KindCustomer: true},
	}
	for _, above := range append(all, "", "king") {
		for _, kind := range append(all, "king") {
			if got, want := above.Owns(kind), owns[above][kind]; got != want {
				t.Errorf("%q.Owns(%q) = %v, want %v", above, kind, got, want)
			}
		}
	}
	for _, kind := range all {
		if staff := kind == account.KindAdmin || kind == account.KindSupport; !kind.Valid() || kind.Staff() != staff {
			t.Errorf("%q: Valid() = %v, Staff() = %v, want true and %v", kind, kind.Valid(), kind.Staff(), staff)
		}
	}
	for _, kind := range []account.Kind{"", "king"} {
		if kind.Valid() || kind.Staff() {
			t.Errorf("%q: Valid() = %v, Staff() = %v, want neither", kind, kind.Valid(), kind.Staff())
		}
	}
}
