package notify

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// EventAsk is somebody asking an account's owner to be let in.
const EventAsk = "impersonation.request"

// hiddenCode stands in the kept text of a mail where the message has its code.
const hiddenCode = "[the code is in the message alone]"

// AskLetter is what the mail says in which an owner is asked. Token and code are
// in the message that is sent and nowhere else: no row, no log, no error.
type AskLetter struct {
	AskID      string
	AccountID  string
	Account    string
	To         string
	Actor      string
	Role       string
	Employer   string
	Mode       string
	ReasonCode string
	Reason     string
	Ticket     string
	Token      string
	Code       string
	LapsesAt   time.Time
}

// SendAsk mails an owner who wants to be let in, with a link and a code of his
// own to answer by. Each attempt brings fresh ones, with which those before are
// void: it is always sent, as a message of its own.
func (s *Service) SendAsk(ctx context.Context, l AskLetter) error {
	if l.To == "" {
		return nil
	}
	kept, err := askLetter(l, hiddenLink, hiddenCode)
	if err != nil {
		return err
	}
	sent, err := askLetter(l, s.answerPage(l.Token), l.Code)
	if err != nil {
		return err
	}
	now, err := s.d.Tx.Now(ctx)
	if err != nil {
		return err
	}
	m, err := s.d.Mails.Add(ctx, s.draft(l.AskID, EventAsk, l.AccountID, l.To, kept, now))
	if err != nil {
		return err
	}
	return s.deliver(ctx, m, s.messageID(fmt.Sprintf("%s.%d", l.AskID, m.Attempts+1)), sent.text)
}

// answerPage is where the link in the mail leads. Opening it answers nothing.
func (s *Service) answerPage(token string) string {
	return strings.TrimSuffix(s.d.PublicURL, "/") + "/answer?" + url.Values{"token": {token}}.Encode()
}

func askLetter(l AskLetter, link, code string) (letter, error) {
	actor := plain(l.Actor)
	if l.Employer != "" {
		actor += " (" + plain(l.Employer) + ")"
	}
	text, err := render("ask.txt", map[string]any{
		"Actor": actor, "Account": plain(l.Account), "Link": link, "Code": code, "Until": l.LapsesAt.UTC().Format(moment),
		"Facts": known([]fact{
			{"Who", actor}, {"Role", plain(l.Role)}, {"Account", plain(l.Account)}, {"Why", whys[l.ReasonCode]},
			{"Reason", quoted(l.Reason)}, {"Ticket", plain(l.Ticket)}, {"Wants", modes[l.Mode]},
		}),
	})
	return letter{subject: fmt.Sprintf("%s asks to be let in to your account", actor), text: text}, err
}
