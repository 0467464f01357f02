package mail

import (
	"bufio"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// inUnicode reads text of a charset. One that is not named is taken for UTF-8 when
// it begins like it, and like the web's oldest else; one unknown stays as it is.
func inUnicode(charset string, r io.Reader) io.Reader {
	if charset == "" {
		buffered := bufio.NewReaderSize(r, 4096)
		begin, _ := buffered.Peek(4000)
		if beginsLikeUTF8(begin) {
			return buffered
		}
		return charmap.Windows1252.NewDecoder().Reader(buffered)
	}
	known, err := htmlindex.Get(charset)
	if err != nil {
		return r
	}
	return known.NewDecoder().Reader(r)
}

// beginsLikeUTF8 reports whether text is UTF-8, but for a last letter cut in two.
func beginsLikeUTF8(text []byte) bool {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			return !utf8.FullRune(text)
		}
		text = text[size:]
	}
	return true
}

// tidy returns text as it may be shown: letters, blanks and line ends, nothing that
// turns what stands beside it around.
func tidy(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.IsControl(r), turns(r):
			return -1
		default:
			return r
		}
	}, text)
	return strings.TrimSpace(text)
}

// line is tidy for what stands in one line, of at most so many letters.
func line(text string, letters int) string {
	text = strings.Join(strings.Fields(tidy(text)), " ")
	if count := []rune(text); len(count) > letters {
		return string(count[:letters-1]) + "…"
	}
	return text
}

// turns reports whether a letter changes the direction of what follows (UAX #9).
func turns(r rune) bool { return r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069' }

// unseen are the elements whose text nobody sees.
var unseen = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Head: true, atom.Title: true, atom.Template: true, atom.Noscript: true}

// blocks are the elements that stand in lines of their own.
var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Table: true, atom.Tr: true, atom.Ul: true, atom.Ol: true, atom.Li: true, atom.Blockquote: true, atom.Pre: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Hr: true, atom.Section: true, atom.Article: true,
	atom.Header: true, atom.Footer: true, atom.Body: true, atom.Dl: true, atom.Dt: true, atom.Dd: true,
}

// textOfHTML returns what an HTML part says, with where its links lead.
func textOfHTML(source string) string {
	z := html.NewTokenizer(strings.NewReader(source))
	z.SetMaxBuf(maxText)
	var p page
	for {
		switch z.Next() {
		case html.ErrorToken:
			return p.text()
		case html.TextToken:
			p.say(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			p.begin(z.Token())
		case html.EndTagToken:
			p.end(z.Token().DataAtom)
		}
	}
}

// page is an HTML part that is being read out.
type page struct {
	out    strings.Builder
	hidden atom.Atom // the element that is not read out, while in it
	link   string
}

func (p *page) begin(t html.Token) {
	switch {
	case p.hidden != 0:
	case unseen[t.DataAtom] && t.Type == html.StartTagToken:
		p.hidden = t.DataAtom
	case t.DataAtom == atom.Br, blocks[t.DataAtom]:
		p.out.WriteByte('\n')
		if t.DataAtom == atom.Li {
			p.out.WriteString("- ")
		}
	case t.DataAtom == atom.Td, t.DataAtom == atom.Th:
		p.out.WriteByte(' ')
	case t.DataAtom == atom.A:
		p.link = attribute(t, "href")
	case t.DataAtom == atom.Img:
		p.say(attribute(t, "alt"))
	}
}

func (p *page) end(element atom.Atom) {
	switch {
	case p.hidden != 0:
		if element == p.hidden || element == atom.Html {
			p.hidden = 0
		}
	case blocks[element]:
		p.out.WriteByte('\n')
	case element == atom.A:
		if strings.HasPrefix(p.link, "https://") || strings.HasPrefix(p.link, "http://") {
			p.out.WriteString(" <" + line(p.link, maxLine) + ">")
		}
		p.link = ""
	}
}

// say writes text in which blanks and line ends are all the same.
func (p *page) say(text string) {
	if p.hidden != 0 {
		return
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		p.out.WriteByte(' ')
		return
	}
	if unicode.IsSpace(rune(text[0])) {
		p.out.WriteByte(' ')
	}
	p.out.WriteString(strings.Join(words, " "))
	if unicode.IsSpace(rune(text[len(text)-1])) {
		p.out.WriteByte(' ')
	}
}

// text returns what was read out, with no more than one empty line in a row.
func (p *page) text() string {
	var out strings.Builder
	empty := 0
	for text := range strings.Lines(p.out.String()) {
		text = strings.Join(strings.Fields(text), " ")
		if text == "" {
			empty++
			continue
		}
		if out.Len() > 0 {
			out.WriteString("\n\n"[:min(empty, 1)+1])
		}
		out.WriteString(text)
		empty = 0
	}
	return out.String()
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
