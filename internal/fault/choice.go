package fault

import (
	"fmt"
	"slices"
)

// Choice notes a value that is none of those there are of a thing, and names the nearest
// one. Nothing is noted for an empty value.
func (f *Fields) Choice(pointer, given, thing string, known []string) {
	if given == "" || slices.Contains(known, given) {
		return
	}
	f.Add(pointer, "choice", fmt.Sprintf("There is no such %s. Did you mean %s?", thing, Nearest(given, known)))
}

// Nearest returns the known name that takes the fewest changes of a letter, of several the
// first in the alphabet; "" when none is known.
func Nearest(name string, known []string) (nearest string) {
	for i, candidate := range slices.Sorted(slices.Values(known)) {
		if i == 0 || distance(name, candidate) < distance(name, nearest) {
			nearest = candidate
		}
	}
	return nearest
}

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := diagonal
			if a[i-1] != b[j-1] {
				change++
			}
			diagonal = row[j]
			row[j] = min(change, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
