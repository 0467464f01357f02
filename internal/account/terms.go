package account

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// termLength bounds a term in bytes: longer words are told apart by their
// beginning, and index rows stay small.
const termLength = 64

// Terms returns the words by which texts are found: each word from each place
// where a name could begin, so that "anna.maier@example.com" is found by "anna",
// "maier" and "example.com", and by the whole. A term is found by its beginning,
// so that one which begins another is not needed.
func Terms(texts ...string) []string {
	var terms []string
	for _, text := range texts {
		for _, word := range strings.Fields(Key(text)) {
			terms = append(terms, tails(word)...)
		}
	}
	slices.Sort(terms)
	return longest(terms)
}

// longest leaves out each of the sorted terms that begins the next one: whatever
// finds it finds that one.
func longest(terms []string) []string {
	kept := terms[:0]
	for i, term := range terms {
		if i+1 == len(terms) || !strings.HasPrefix(terms[i+1], term) {
			kept = append(kept, term)
		}
	}
	return kept
}

// Words returns the words of a query. An account is found when each of them
// begins one of its terms.
func Words(query string) []string {
	words := strings.Fields(Key(query))
	for i, word := range words {
		words[i] = clip(word)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// tails returns the word and what is left of it from each later beginning of a
// name: a letter or digit behind something else.
func tails(word string) []string {
	list := []string{clip(word)}
	before := true
	for i, r := range word {
		begins := unicode.IsLetter(r) || unicode.IsDigit(r)
		if begins && !before && i > 0 {
			list = append(list, clip(word[i:]))
		}
		before = begins
	}
	return list
}

// clip cuts a word to the length of a term, between letters.
func clip(word string) string {
	if len(word) <= termLength {
		return word
	}
	end := termLength
	for !utf8.RuneStart(word[end]) {
		end--
	}
	return word[:end]
}
