package mail_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/mail"
)

// crlf is a message as it comes over the wire.
func crlf(lines ...string) string { return strings.Join(lines, "\r\n") }

func TestParseMessage(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	head := crlf("From: =?utf-8?q?J=C3=B6rg?= <joerg@example.net>", "To: info@example.com, \"A, B\" <ab@example.com>", "Subject: =?iso-8859-1?q?Gr=FC=DFe?=", "Date: Sun, 1 Mar 2026 10:30:00 +0100", "")
	known := mail.Head{From: "Jörg <joerg@example.net>", To: []string{"info@example.com", "A, B <ab@example.com>"}, Subject: "Grüße", Date: at}
	for name, c := range map[string]struct {
		raw  string
		want mail.Message
	}{
		"plain text": {crlf(head, "Hello,", "", "bye."), mail.Message{Head: known, Text: "Hello,\n\nbye."}},
		"latin-1 in quoted-printable": {
			crlf(head[:len(head)-2], "Content-Type: text/plain; charset=iso-8859-1", "Content-Transfer-Encoding: quoted-printable", "", "Gr=FC=DFe, ein lan=", "ges Wort"),
			mail.Message{Head: known, Text: "Grüße, ein langes Wort"},
		},
		"no charset, not UTF-8": {crlf(head, "Gr\xfc\xdfe"), mail.Message{Head: known, Text: "Grüße"}},
		"alternatives": {
			crlf(head[:len(head)-2], `Content-Type: multipart/alternative; boundary="b"`, "", "--b", "Content-Type: text/plain", "", "in plain", "--b", "Content-Type: text/html", "", "<b>in HTML</b>", "--b--"),
			mail.Message{Head: known, Text: "in plain"},
		},
		"HTML alone": {
			crlf(head[:len(head)-2], "Content-Type: text/html; charset=utf-8", "",
				`<html><head><title>T</title><style>p{}</style></head><body><p>Dear <b>Sir</b>,</p><script>alert(1)</script><ul><li>one</li><li>two &amp; three</li></ul>`+
					`<a href="https://example.net/pay">your bank</a><img src="https://example.net/pixel.gif" alt="a logo"><br>bye</body></html>`),
			mail.Message{Head: known, Text: "Dear Sir,\n\n- one\n\n- two & three\n\nyour bank <https://example.net/pay>a logo\nbye"},
		},
		"an attachment": {
			crlf(head[:len(head)-2], "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/plain", "", "see below", "--b",
				"Content-Type: application/pdf", "Content-Transfer-Encoding: base64", `Content-Disposition: attachment; filename="../../etc/bill.pdf"`, "",
				base64.StdEncoding.EncodeToString([]byte("twelve bytes")), "--b", "Content-Type: text/html", `Content-Disposition: attachment; filename*=utf-8''%E2%80%AEtxt.html`, "", "<p>", "--b--"),
			mail.Message{Head: known, Text: "see below", Attachments: []mail.Attachment{
				{Name: "bill.pdf", Type: "application/pdf", Size: 12}, {Name: "txt.html", Type: "text/html", Size: 3},
			}},
		},
		"parts in parts": {
			crlf(head[:len(head)-2], "Content-Type: multipart/mixed; boundary=o", "", "--o", "Content-Type: multipart/alternative; boundary=i", "", "--i", "Content-Type: text/html", "", "<p>first", "--i--",
				"--o", "", "second", "--o", "Content-Type: message/rfc822", "", "Subject: x", "", "inner", "--o--"),
			mail.Message{Head: known, Text: "first\n\nsecond", Attachments: []mail.Attachment{{Type: "message/rfc822", Size: 19}}},
		},
		"what turns the text around": {crlf("Subject: a\u202Eb\u2066c", "", "x\x00y\x1b[31mz\u202E!"), mail.Message{Head: mail.Head{Subject: "abc"}, Text: "xy[31mz!"}},
		"an unknown charset":         {crlf("Content-Type: text/plain; charset=klingon", "", "abc \xff"), mail.Message{Text: "abc \uFFFD"}},
		"a type that is none":        {crlf("Content-Type: nonsense", "", "abc"), mail.Message{Attachments: []mail.Attachment{{Type: "application/octet-stream", Size: 3}}}},
		"no head":                    {crlf("", "only text"), mail.Message{Text: "only text"}},
		"nothing":                    {"", mail.Message{}},
		"lines that are no fields":   {crlf("From mila Sun Mar", " going on", "no field", "a b: c", "Subject: here", "\ttoo", "", "x"), mail.Message{Head: mail.Head{Subject: "here too"}, Text: "x"}},
		"an address that is none":    {crlf("From: <<>>,,(", "Date: yesterday", "", ""), mail.Message{Head: mail.Head{From: "<<>>,,("}}},
	} {
		got := mail.ParseMessage(strings.NewReader(c.raw))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: ParseMessage (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(c.want.Head, mail.ParseHead(strings.NewReader(c.raw))); diff != "" {
			t.Errorf("%s: ParseHead (-want +got):\n%s", name, diff)
		}
	}
}

func TestAMessageIsReadWithinBounds(t *testing.T) {
	t.Parallel()
	nested := ""
	for i := range 40 {
		nested += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	many := "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\nContent-Type: image/png\r\n\r\nx\r\n", 5000) + "--b--"
	for name, raw := range map[string]string{
		"deep": nested + "\r\n\r\ntext", "many parts": many, "long text": "\r\n" + strings.Repeat("ä", 300<<10),
	} {
		got := mail.ParseMessage(strings.NewReader(raw))
		if !got.Truncated || len(got.Text) > 256<<10 || len(got.Attachments) > 100 {
			t.Errorf("%s: truncated %v, %d bytes, %d attachments", name, got.Truncated, len(got.Text), len(got.Attachments))
		}
	}
	long := mail.ParseHead(strings.NewReader("Subject: " + strings.Repeat("x", 1<<20) + "\r\n" + strings.Repeat("X: y\r\n\tz\r\n", 50_000) + "From: late@example.com\r\n\r\n"))
	if n := utf8.RuneCountInString(long.Subject); n > 1000 || long.From != "" {
		t.Errorf("a head without end has a subject of %d letters and is from %q", n, long.From)
	}
}

func FuzzParseMessage(f *testing.F) {
	for _, raw := range []string{
		"", "Subject: x\r\n\r\nhello", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--", "From: =?utf-8?b?/w==?= <a@b.c>\n\n",
		"Content-Type: text/html\n\n<a href='http://x'>y<script>", "Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B", "Content-Transfer-Encoding: base64\n\n====",
		"Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Disposition: attachment; filename=\"/\"\n\n--b\n", "Content-Type: text/plain; charset=utf-16\n\nabc",
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		m := mail.ParseMessage(strings.NewReader(raw))
		texts := append([]string{m.Subject, m.From, m.Text}, append(m.To, m.Cc...)...)
		for _, a := range m.Attachments {
			texts = append(texts, a.Name)
			if strings.ContainsAny(a.Name, "/\\\n") || a.Size < 0 {
				t.Errorf("an attachment is called %q, of %d bytes", a.Name, a.Size)
			}
		}
		for _, text := range texts {
			if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\x1b\r\u202E") {
				t.Errorf("ParseMessage(%q) shows %q", raw, text)
			}
		}
		if strings.ContainsAny(m.Subject+m.From, "\n\t") || len(m.Text) > 3*(256<<10) {
			t.Errorf("ParseMessage(%q) has the subject %q and %d bytes of text", raw, m.Subject, len(m.Text))
		}
	})
}
