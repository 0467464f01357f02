package account

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold returns a login name in the one form in which it is kept and compared:
// NFC, lower case, without space around it.
func Fold(login string) string {
	return norm.NFC.String(strings.ToLower(norm.NFC.String(strings.TrimSpace(login))))
}

// Key returns a text in the form by which it is sorted and found: folded, one
// space between words, and letters without their accents, so that "Émile" stands
// with "emile" and is found by either.
func Key(text string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(Fold(text)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(norm.NFC.String(b.String())), " ")
}
