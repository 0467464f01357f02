package notify

import (
	_ "embed"
	"fmt"
	"html/template"
	"strings"
	"unicode"
)

//go:embed templates/mail.html
var page string

var pages = template.Must(template.New("mail.html").Parse(page))

// letter is what a person reads: the same in plain text and in HTML.
type letter struct {
	subject string
	text    string
	html    string
}

// value is what a placeholder stands for: words, a link, or a block.
type value struct {
	words string
	opens bool // the words are an address that opens
	facts []fact
	items []string // below the words
}

// values are what can be put into a mail, by the names of the placeholders.
type values map[string]value

// say adds words, which must be inert.
func (v values) say(name, words string) { v[name] = value{words: words} }

// fact is one line of a table in a mail.
type fact struct{ Name, Value string }

// known leaves out what there is nothing to say about.
func known(facts []fact) []fact {
	var out []fact
	for _, f := range facts {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

// span is a part of a line as it is read.
type span struct {
	Text string
	Link bool
}

// block is what stands between two empty lines.
type block struct {
	Lines [][]span
	Facts []fact
	Items []string
}

// write puts the values in. Whatever they hold is text: it is not read again, and
// HTML escapes it.
func (f form) write(lang string, v values) (letter, error) {
	var subject strings.Builder
	for _, p := range f.subject {
		subject.WriteString(p.text + v[p.place].words)
	}
	l := letter{subject: cut(strings.Join(strings.Fields(subject.String()), " "), longestSubject)}
	blocks := f.blocks(v)
	l.text = asText(blocks)
	var out strings.Builder
	err := pages.Execute(&out, map[string]any{"Lang": lang, "Subject": l.subject, "Blocks": blocks})
	if err != nil {
		return letter{}, fmt.Errorf("write a mail: %w", err)
	}
	l.html = out.String()
	return l, nil
}

// blocks returns the body, without the lines that have nothing to say.
func (f form) blocks(v values) []block {
	var out []block
	open := false // the last block takes further lines
	for _, line := range f.body {
		switch spans, inside, says := spansOf(line, v); {
		case len(line) == 0:
			open = false
		case !says:
		case inside != nil:
			out, open = append(out, *inside), false
		case open:
			out[len(out)-1].Lines = append(out[len(out)-1].Lines, spans)
		default:
			out, open = append(out, block{Lines: [][]span{spans}}), true
		}
	}
	return out
}

// spansOf returns what a line says, or the block that it stands for.
func spansOf(line []piece, v values) (spans []span, inside *block, says bool) {
	for _, p := range line {
		if p.place == "" {
			spans = append(spans, span{Text: p.text})
			continue
		}
		put := v[p.place]
		switch {
		case len(put.facts) > 0:
			return nil, &block{Facts: put.facts}, true
		case put.words == "":
			return nil, nil, false
		case len(put.items) > 0:
			return nil, &block{Lines: [][]span{{{Text: put.words}}}, Items: put.items}, true
		}
		spans = append(spans, span{Text: put.words, Link: put.opens})
	}
	return spans, nil, true
}

func asText(blocks []block) string {
	parts := make([]string, len(blocks))
	for i, b := range blocks {
		var lines []string
		for _, spans := range b.Lines {
			var line strings.Builder
			for _, s := range spans {
				line.WriteString(s.Text)
			}
			lines = append(lines, line.String())
		}
		for _, f := range b.Facts {
			lines = append(lines, f.Name+": "+f.Value)
		}
		for _, item := range b.Items {
			lines = append(lines, "- "+item)
		}
		parts[i] = strings.Join(lines, "\n")
	}
	return strings.Join(parts, "\n\n") + "\n"
}

const longest = 500 // characters of one text of a user: a reason has no more

// plain makes the text of a user inert: one line of visible characters, without
// the marks that turn the direction of writing, not too long, and with no address
// that a mail program would make a link of.
func plain(text string) string { return shortened(text, longest) }

func shortened(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unprintable(r):
			return -1
		default:
			return r
		}
	}, text)
	text = strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "://", ": //")
	return cut(text, most)
}

func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

func quoted(l language, text string) string {
	if text = plain(text); text == "" {
		return ""
	}
	return l.open + text + l.close
}
