// Package mailer owns how mail leaves the house: through an SMTP server, or,
// where none is configured, as files in the data directory. What a mail says and
// when it is tried again is left to notify and jobs.
package mailer

import (
	"net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"innkeeper/internal/notify"
)

// Open returns the sender for an SMTP address, or the folder outbox of the data
// directory when the address is empty. Nothing is connected yet.
func Open(smtpURL, dataDir string) (notify.Sender, error) {
	if smtpURL == "" {
		return openFolder(dataDir)
	}
	return parseSMTP(smtpURL)
}

// compose returns the message in the library's form. Names and subjects are
// encoded by it, so that no line break in them begins a header; an address that
// is not one is ErrAddress.
func compose(m notify.Message, encoding gomail.Encoding) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(encoding))
	from, err := mail.ParseAddress(m.From)
	if err != nil {
		return nil, notify.ErrAddress.WithCause(err)
	}
	to, err := mail.ParseAddress(m.To)
	if err != nil {
		return nil, notify.ErrAddress.WithCause(err)
	}
	msg.FromMailAddress(from)
	msg.ToMailAddress(&mail.Address{Address: to.Address})
	msg.Subject(oneLine(m.Subject))
	msg.SetDateWithValue(m.Date)
	msg.SetMessageIDWithValue(oneLine(m.MessageID))
	if m.InReplyTo != "" {
		msg.SetGenHeader(gomail.HeaderInReplyTo, "<"+oneLine(m.InReplyTo)+">")
		msg.SetGenHeader(gomail.HeaderReferences, "<"+oneLine(m.InReplyTo)+">")
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no automatic answers
	msg.SetBodyString(gomail.TypeTextPlain, strings.ReplaceAll(m.Text, "\n", "\r\n"))
	if m.HTML != "" { // the boundary between the two is random: no text can contain it
		msg.AddAlternativeString(gomail.TypeTextHTML, strings.ReplaceAll(m.HTML, "\n", "\r\n"))
	}
	return msg, nil
}

// oneLine takes out what could end a header line before it reaches a library.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
}
