package fault

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Name returns a name that somebody has given a thing as it is kept, and notes what is
// wrong with it: a name is one line of at most so many characters, all of which can be
// seen, so that none looks like another in a list or writes over its line.
func (f *Fields) Name(pointer, name string, most int) (kept string) {
	name = strings.TrimSpace(name)
	kept = strings.Join(strings.Fields(name), " ")
	switch {
	case Blank(name):
		f.Add(pointer, "required", "Please give it a name.")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, Unseen):
		f.Add(pointer, "invalid", "This holds characters that cannot be seen.")
	case utf8.RuneCountInString(kept) > most:
		f.Add(pointer, "length", fmt.Sprintf("This is too long: a name has at most %d characters.", most))
	}
	return kept
}

// Blank reports whether a text shows nothing at all.
func Blank(text string) bool { return !strings.ContainsFunc(text, Seen) }

// Seen reports whether a character shows by itself: it is neither a space, nor an accent or
// another mark that shows with a letter alone, nor one of those that never show.
func Seen(r rune) bool { return !unicode.IsSpace(r) && !unicode.IsMark(r) && !Unseen(r) }

// Unseen reports whether a character leaves nothing where it stands: controls, marks of
// direction, spaces without a width, and the letters that are drawn as nothing (Hangul
// fillers, the blank of Braille), which Unicode counts among the letters.
func Unseen(r rune) bool {
	const blankBraille = '\u2800'
	return !unicode.IsGraphic(r) || r == blankBraille || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}
