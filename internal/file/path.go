package file

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"innkeeper/internal/fault"
)

// The bounds of a path and of each name in it, in bytes; the latter is what
// file systems hold.
const (
	maxPath = 1024
	maxName = 255
)

// Path names a file or folder below an account's home: "/" is the home itself,
// "/example.com/index.html" a file in it. Made by ParsePath it has one form only,
// and no part that leads upwards.
type Path string

// Home is the home folder itself.
const Home Path = "/"

// Flaw is why a text is no path.
type Flaw struct {
	Code   string
	Detail string
}

// Error returns the sentence for people.
func (f *Flaw) Error() string { return f.Detail }

var (
	flawRelative = &Flaw{"relative", "A path begins with a slash, such as /example.com/index.html."}
	flawDots     = &Flaw{"dots", "A path has no . or .. in it."}
	flawLetters  = &Flaw{"characters", "A path has no control characters, and is written in UTF-8."}
	flawBlank    = &Flaw{"blank", "A name shows something: it is not made of spaces or of letters that cannot be seen."}
	flawTooLong  = &Flaw{"too-long", "The path is too long: 1024 bytes in all, and 255 for each name."}
)

// ParsePath returns the one form of a path: doubled slashes and one at the end
// are dropped. Anything that could mean more than it shows is refused.
func ParsePath(text string) (Path, *Flaw) {
	switch {
	case !strings.HasPrefix(text, "/"):
		return "", flawRelative
	case len(text) > maxPath:
		return "", flawTooLong
	case !utf8.ValidString(text), strings.ContainsFunc(text, treacherous):
		return "", flawLetters
	}
	var names []string
	for name := range strings.SplitSeq(text, "/") {
		switch {
		case name == "":
			continue
		case name == ".", name == "..":
			return "", flawDots
		case len(name) > maxName:
			return "", flawTooLong
		}
		names = append(names, name)
	}
	return Path("/" + strings.Join(names, "/")), nil
}

// parseNew is ParsePath for what is to be made: its name shows something. What lies there
// already under a name that does not can still be moved and removed.
func parseNew(text string) (Path, *Flaw) {
	p, flaw := ParsePath(text)
	if flaw == nil && p != Home && fault.Blank(p.Name()) {
		return "", flawBlank
	}
	return p, flaw
}

// treacherous are the characters that make a name look like another: control
// characters, and those that turn the direction of writing.
func treacherous(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
}

// Name returns the last name of the path, "" of the home.
func (p Path) Name() string { return string(p[strings.LastIndexByte(string(p), '/')+1:]) }

// Parent returns the folder that the path is in; the home is in itself.
func (p Path) Parent() Path {
	if last := strings.LastIndexByte(string(p), '/'); last > 0 {
		return p[:last]
	}
	return Home
}

// Join returns the path of a name in the folder.
func (p Path) Join(name string) Path {
	if p == Home {
		return p + Path(name)
	}
	return p + "/" + Path(name)
}

// Holds reports whether the other path is the same or lies below.
func (p Path) Holds(other Path) bool {
	return p == Home || p == other || strings.HasPrefix(string(other), string(p)+"/")
}

// Local returns the path as seen from the home, "." for the home itself.
func (p Path) Local() string {
	if p == Home {
		return "."
	}
	return string(p[1:])
}
