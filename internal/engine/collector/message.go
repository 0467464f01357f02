package collector

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// message is a syslog message.
type message struct {
	refused bool
	at      time.Time
	host    string
	id      string
	params  [][2]string // names are ours; values are anybody's
	text    []byte      // JSON, so that it has no line breaks
}

const (
	facility = 13 // log audit (RFC 5424 §6.2.1, table 1)
	notice   = 5
	warning  = 4

	// element names our structured data. 32473 is the number that RFC 5612 keeps for
	// those who have none of their own.
	element = "innkeeper@32473"

	mostHost, mostID, mostValue = 255, 32, 255 // the first two are RFC 5424's, §6
)

// encode writes the message (RFC 5424 §6). The whole event is in its text, as JSON;
// the structured data are for those who sort by it.
func (m message) encode() []byte {
	severity := notice
	if m.refused {
		severity = warning
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "<%d>1 %s %s innkeeper - %s [%s", facility*8+severity, m.at.UTC().Format("2006-01-02T15:04:05.000000Z"), word(m.host, mostHost), word(m.id, mostID), element)
	for _, p := range m.params {
		if p[1] != "" {
			fmt.Fprintf(&b, ` %s="%s"`, p[0], value(p[1]))
		}
	}
	b.WriteString("] \uFEFF") // §6.4: text that is UTF-8 says so
	b.Write(m.text)
	return b.Bytes()
}

// word is a field of the header: PRINTUSASCII, and something.
func word(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7f {
			return -1
		}
		return r
	}, text)
	if text = text[:min(len(text), most)]; text == "" {
		return "-"
	}
	return text
}

var escape = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `]`, `\]`) // §6.3.3

// value is a value of structured data, in which nothing ends it and nothing breaks a line.
func value(text string) string {
	plain := []rune(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD")))
	return escape.Replace(string(plain[:min(len(plain), mostValue)]))
}
