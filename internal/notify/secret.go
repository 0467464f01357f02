package notify

import (
	"context"
	"fmt"
)

// secret is a mail with a link or a code that is in the message alone: no row, no
// log, no error holds it.
type secret struct {
	event     string
	accountID string
	in        language
	to        string
	source    string // what it tells; each attempt is a message of its own
	objectID  string // of the promise to send it
	link      string
	code      string
	values    values
}

// sendSecret keeps the mail without what opens something, and sends it with that.
func (s *Service) sendSecret(ctx context.Context, m secret) error {
	form, err := s.form(ctx, m.event, m.in)
	if err != nil {
		return err
	}
	v := m.values
	v.say("link", m.in.say("hidden link"))
	v.say("code", m.in.say("hidden code"))
	kept, err := form.write(m.in.Code, v)
	if err != nil {
		return err
	}
	v["link"] = value{words: m.link, opens: true}
	v.say("code", m.code)
	sent, err := form.write(m.in.Code, v)
	if err != nil {
		return err
	}
	now, err := s.d.Tx.Now(ctx)
	if err != nil {
		return err
	}
	draft, err := s.d.Mails.Add(ctx, s.draft(m.source, m.objectID, m.event, m.accountID, m.to, kept, now))
	if err != nil {
		return err
	}
	return s.deliver(ctx, draft, s.messageID(fmt.Sprintf("%s.%d", m.source, draft.Attempts+1)), sent)
}
