package mail

import (
	"bufio"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
	"time"
)

// The bounds of what is read of a message: anybody can send one.
const (
	maxMessage     = 64 << 20  // bytes; what comes after them is not looked at
	maxText        = 256 << 10 // bytes of text that are shown
	maxDepth       = 10        // of parts in parts
	maxParts       = 200
	maxAttachments = 100
	maxBoundary    = 70 // RFC 2046 §5.1.1
)

// Message is what a person reads of a message. All of it is plain text: of an HTML
// part, what it says.
type Message struct {
	Head
	Text        string
	Truncated   bool // there is more than is shown
	Attachments []Attachment
}

// Attachment is a part of a message that is not shown.
type Attachment struct {
	Name string // "" when it has none; never a path
	Type string // a media type
	Size int64  // bytes, as it would be saved
}

// ParseMessage reads a message (RFC 5322, RFC 2045). What it cannot make out it
// leaves away: no message is so broken that it could not be opened at all.
func ParseMessage(r io.Reader) Message {
	body := bufio.NewReader(io.LimitReader(r, maxMessage))
	fields := readFields(body)
	d := dissection{}
	text, _ := d.part(fields, body, 0)
	d.Head, d.Text = headOf(fields), tidy(text)
	return d.Message
}

// ParseHead reads the head of a message and nothing of its body.
func ParseHead(r io.Reader) Head {
	return headOf(readFields(bufio.NewReader(r)))
}

// dissection is a message that is being taken apart.
type dissection struct {
	Message
	parts int
	used  int // bytes of text
}

// part returns the text of a part, and whether that was written as plain text;
// what is not text is noted as an attachment.
func (d *dissection) part(fields textproto.MIMEHeader, body io.Reader, depth int) (text string, plain bool) {
	if d.parts++; d.parts > maxParts || depth > maxDepth {
		d.Truncated = true
		return "", false
	}
	kind, parameters := mediaType(fields.Get("Content-Type"))
	disposition, more, _ := mime.ParseMediaType(fields.Get("Content-Disposition"))
	name := fileName(more["filename"], parameters["name"])
	boundary := parameters["boundary"]
	switch {
	case strings.HasPrefix(kind, "multipart/") && boundary != "" && len(boundary) <= maxBoundary:
		return d.multipart(multipart.NewReader(body, boundary), kind == "multipart/alternative", depth)
	case disposition == "attachment", name != "", kind != "text/plain" && kind != "text/html":
		d.attach(name, kind, decoded(fields, body))
		return "", false
	default:
		text = d.read(inUnicode(parameters["charset"], decoded(fields, body)))
		if kind == "text/html" {
			return textOfHTML(text), false
		}
		return text, true
	}
}

// multipart returns the text of all parts, or of alternatives the one to be read:
// the plain text, else the last.
func (d *dissection) multipart(r *multipart.Reader, alternatives bool, depth int) (text string, plain bool) {
	var texts []string
	plain = true
	for d.parts <= maxParts {
		p, err := r.NextRawPart()
		if err != nil {
			break
		}
		one, isPlain := d.part(p.Header, p, depth+1)
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		if alternatives && isPlain {
			return one, true
		}
		texts, plain = append(texts, one), plain && isPlain
	}
	switch {
	case len(texts) == 0:
		return "", false
	case alternatives:
		return texts[len(texts)-1], false
	default:
		return strings.Join(texts, "\n\n"), plain
	}
}

func (d *dissection) attach(name, kind string, content io.Reader) {
	if len(d.Attachments) >= maxAttachments {
		d.Truncated = true
		return
	}
	size, _ := io.Copy(io.Discard, content) // of a broken one, what can be made out
	d.Attachments = append(d.Attachments, Attachment{Name: name, Type: kind, Size: size})
}

// read returns text as long as there is room for it.
func (d *dissection) read(r io.Reader) string {
	room := maxText - d.used
	text, _ := io.ReadAll(io.LimitReader(r, int64(room)+1)) // of a broken one, what can be made out
	if len(text) > room {
		text, d.Truncated = text[:room], true
	}
	d.used += len(text)
	return string(text)
}

// mediaType returns the type of a part: text where none is given, and nothing that
// is shown where it cannot be read (RFC 2045 §5.2).
func mediaType(field string) (kind string, parameters map[string]string) {
	if strings.TrimSpace(field) == "" {
		return "text/plain", nil
	}
	kind, parameters, _ = mime.ParseMediaType(field)
	if !strings.Contains(kind, "/") || len(kind) > 100 {
		return "application/octet-stream", nil
	}
	return kind, parameters
}

// decoded undoes the transfer encoding (RFC 2045 §6).
func decoded(fields textproto.MIMEHeader, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(fields.Get("Content-Transfer-Encoding"))) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	default:
		return body
	}
}

// fileName returns the first name there is, without the folders before it.
func fileName(candidates ...string) string {
	for _, name := range candidates {
		name = line(decodedWords(name), 255)
		if name = name[strings.LastIndexAny(name, `/\`)+1:]; name != "" {
			return name
		}
	}
	return ""
}

// Head is what a message says of itself; the sender can write anything there.
type Head struct {
	From    string
	To      []string
	Cc      []string
	Subject string
	Date    time.Time // zero when there is none that can be read
}
