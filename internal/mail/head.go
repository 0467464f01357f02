package mail

import (
	"bufio"
	"fmt"
	"io"
	"mime"
	netmail "net/mail"
	"net/textproto"
	"strings"
)

// The bounds of a head.
const (
	maxHeader    = 64 << 10 // bytes that are kept
	maxFields    = 1000     // lines that are kept
	maxField     = 16 << 10 // bytes of one that is read for people
	maxAddresses = 100
	maxLine      = 1000 // letters of what is shown
)

// readFields reads the head of a message up to the empty line that ends it. Lines
// that are no field, and those beyond the bounds, are skipped.
func readFields(r *bufio.Reader) textproto.MIMEHeader {
	fields, room, name := textproto.MIMEHeader{}, maxHeader, ""
	for lines := 0; ; lines++ {
		text, end := readLine(r, room)
		if end {
			return fields
		}
		room -= len(text)
		switch {
		case lines >= maxFields || text == "":
			name = ""
		case text[0] == ' ' || text[0] == '\t': // it goes on (RFC 5322 §2.2.3)
			if values := fields[name]; len(values) > 0 {
				values[len(values)-1] += " " + strings.TrimSpace(text)
			}
		default:
			var value string
			var isField bool
			if name, value, isField = strings.Cut(text, ":"); !isField || strings.ContainsAny(name, " \t") {
				name = ""
				continue
			}
			name = textproto.CanonicalMIMEHeaderKey(name)
			fields[name] = append(fields[name], strings.TrimSpace(value))
		}
	}
}

// readLine returns a line as far as there is room for it, and whether it was empty,
// or there is none.
func readLine(r *bufio.Reader, room int) (text string, end bool) {
	var kept []byte
	length := 0
	for {
		piece, more, err := r.ReadLine()
		length += len(piece)
		kept = append(kept, piece[:min(len(piece), room-len(kept))]...)
		if err != nil || !more {
			return string(kept), length == 0
		}
	}
}

func headOf(fields textproto.MIMEHeader) Head {
	h := Head{To: people(fields.Get("To")), Cc: people(fields.Get("Cc")), Subject: line(decodedWords(fields.Get("Subject")), maxLine)}
	if from := people(fields.Get("From")); len(from) > 0 {
		h.From = from[0]
	}
	if date, err := netmail.ParseDate(fields.Get("Date")); err == nil && date.Year() > 1970 && date.Year() < 10_000 {
		h.Date = date.UTC()
	}
	return h
}

// people returns the addresses of a field, each with its name: what no mail program
// could read, as it stands there.
func people(field string) []string {
	if field = within(field, maxField); strings.TrimSpace(field) == "" {
		return nil
	}
	parser := netmail.AddressParser{WordDecoder: words()}
	list, err := parser.ParseList(field)
	if err != nil {
		return []string{line(decodedWords(field), maxLine)}
	}
	var all []string
	for _, a := range list[:min(len(list), maxAddresses)] {
		if a.Name == "" {
			all = append(all, line(a.Address, maxLine))
		} else {
			all = append(all, line(fmt.Sprintf("%s <%s>", a.Name, a.Address), maxLine))
		}
	}
	return all
}

// decodedWords undoes the encoding of words outside ASCII (RFC 2047).
func decodedWords(field string) string {
	field = within(field, maxField)
	text, err := words().DecodeHeader(field)
	if err != nil {
		return field
	}
	return text
}

func words() *mime.WordDecoder {
	return &mime.WordDecoder{CharsetReader: func(charset string, in io.Reader) (io.Reader, error) { return inUnicode(charset, in), nil }}
}

func within(text string, bytes int) string { return text[:min(len(text), bytes)] }
