package notify

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"innkeeper/internal/fault"
)

// Wording is the mail of an event in one language: text with placeholders in
// double braces, and nothing that is run. A line with a placeholder that has
// nothing to say is left out.
type Wording struct {
	Subject string
	Body    string
}

const (
	longestSubject = 200 // characters; readers show less
	longestBody    = 10_000
)

//go:embed templates/*/*.txt
var files embed.FS

// original returns the wording that comes with the program: the first line of its
// file is the subject.
func original(event, lang string) Wording {
	raw, err := files.ReadFile("templates/" + lang + "/" + event + ".txt")
	if err != nil {
		panic(fmt.Sprintf("notify: the mail %s has no text in the language %s", event, lang)) // a test reads them all
	}
	subject, body, _ := strings.Cut(string(raw), "\n\n")
	return Wording{Subject: subject, Body: body}
}

// piece is a part of a line: text as it is, or the name of a placeholder.
type piece struct {
	text  string
	place string
}

// form is a wording that has been read.
type form struct {
	subject []piece
	body    [][]piece // lines
}

// read checks a wording, and returns every mistake with the line and the column at
// which it stands.
func (e Event) read(w Wording) (form, error) {
	var bad fault.Fields
	r := reader{allowed: PlacesOf(e), bad: &bad}
	f := form{subject: r.subject(w.Subject)}
	r.seen = nil // what stands in the subject alone is cut where it is long
	f.body = r.body(w.Body)
	for i, line := range f.body {
		e.mayBeLeftOut(&bad, i+1, line)
	}
	for _, name := range e.Needs {
		if !r.seen[name] {
			bad.Add("/body", "missing", fmt.Sprintf("{{%s}} must stand in it: %s", name, meaning(name)))
		}
	}
	return f, bad.Err()
}

// mayBeLeftOut finds what the text must say on a line with something that there may be
// nothing to say about: such a line is left out.
func (e Event) mayBeLeftOut(bad *fault.Fields, number int, line []piece) {
	needed, optional := "", ""
	for _, p := range line {
		switch {
		case slices.Contains(e.Needs, p.place):
			needed = p.place
		case p.place != "":
			optional = p.place
		}
	}
	if needed != "" && optional != "" {
		bad.Add("/body", "place", fmt.Sprintf("Line %d: {{%s}} and {{%s}} stand on lines of their own: where there is nothing to put in for {{%s}}, its line is left out.", number, needed, optional, optional))
	}
}

func meaning(name string) string {
	i := slices.IndexFunc(places, func(p Place) bool { return p.Name == name })
	return places[i].Meaning
}

// normal returns the wording as it is kept.
func (w Wording) normal() Wording {
	lines := strings.Split(strings.ReplaceAll(w.Body, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRightFunc(lines[i], unicode.IsSpace)
	}
	return Wording{Subject: strings.TrimSpace(w.Subject), Body: strings.Trim(strings.Join(lines, "\n"), "\n") + "\n"}
}

// reader reads one wording.
type reader struct {
	allowed []Place
	bad     *fault.Fields
	seen    map[string]bool
}

func (r *reader) subject(text string) []piece {
	switch n := utf8.RuneCountInString(text); {
	case fault.Blank(text):
		r.bad.Add("/subject", "missing", "Please write a subject.")
		return nil
	case n > longestSubject:
		r.bad.Add("/subject", "too-long", fmt.Sprintf("A subject has at most %d characters.", longestSubject))
		return nil
	}
	return r.line("/subject", 0, text)
}

func (r *reader) body(text string) [][]piece {
	switch n := utf8.RuneCountInString(text); {
	case fault.Blank(text):
		r.bad.Add("/body", "missing", "Please write a text.")
		return nil
	case n > longestBody:
		r.bad.Add("/body", "too-long", fmt.Sprintf("A text has at most %d characters.", longestBody))
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	out := make([][]piece, len(lines))
	for i, line := range lines {
		out[i] = r.line("/body", i+1, line)
	}
	return out
}

// line reads one line; its number is 0 for the subject.
func (r *reader) line(pointer string, number int, text string) []piece {
	at := func(rest string) string {
		column := utf8.RuneCountInString(text[:len(text)-len(rest)]) + 1
		if number == 0 {
			return fmt.Sprintf("Column %d", column)
		}
		return fmt.Sprintf("Line %d, column %d", number, column)
	}
	if i := strings.IndexFunc(text, unprintable); i >= 0 || !utf8.ValidString(text) {
		r.bad.Add(pointer, "character", at(text[max(i, 0):])+": there is a character here that cannot be seen.")
		return nil
	}
	var pieces []piece
	for rest := text; rest != ""; {
		before, behind, opens := strings.Cut(rest, "{{")
		if i := strings.Index(before, "}}"); i >= 0 {
			r.bad.Add(pointer, "braces", at(rest[i:])+": “}}” closes nothing.")
			return nil
		}
		if before != "" {
			pieces = append(pieces, piece{text: before})
		}
		if !opens {
			break
		}
		name, after, closes := strings.Cut(behind, "}}")
		if !closes {
			r.bad.Add(pointer, "braces", at(rest[len(before):])+": “{{” is not closed on this line.")
			return nil
		}
		p, ok := r.place(pointer, at(rest[len(before):]), strings.TrimSpace(name), strings.TrimSpace(text) == rest[len(before):len(rest)-len(after)])
		if !ok {
			return nil
		}
		pieces, rest = append(pieces, piece{place: p}), after
	}
	return pieces
}

// place returns the placeholder of that name where it can stand.
func (r *reader) place(pointer, at, name string, alone bool) (string, bool) {
	i := slices.IndexFunc(r.allowed, func(p Place) bool { return p.Name == name })
	switch {
	case i < 0:
		r.bad.Add(pointer, "unknown", fmt.Sprintf("%s: there is no {{%s}} to put in here.", at, name))
	case pointer == "/subject" && r.allowed[i].Kind != Words:
		r.bad.Add(pointer, "place", fmt.Sprintf("%s: {{%s}} cannot stand in a subject.", at, name))
	case r.allowed[i].Kind == Block && !alone:
		r.bad.Add(pointer, "place", fmt.Sprintf("%s: {{%s}} stands on a line of its own.", at, name))
	default:
		if r.seen == nil {
			r.seen = map[string]bool{}
		}
		r.seen[name] = true
		return name, true
	}
	return "", false
}

// unprintable are the characters that nobody can see: what turns the direction of
// writing, controls, and halves of others.
func unprintable(r rune) bool {
	return r == unicode.ReplacementChar || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp)
}
