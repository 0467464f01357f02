package notify

import (
	"context"
	"net/url"
	"strings"
	"time"
)

// EventAsk is somebody asking an account's owner to be let in.
const EventAsk = "impersonation.request"

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
// void: it is always sent, as a message of its own, unless nobody wants the mail.
func (s *Service) SendAsk(ctx context.Context, l AskLetter) error {
	wishes, err := s.wishes(ctx, l.AccountID)
	if err != nil || l.To == "" || !wishes.mail(EventAsk, l.AccountID) {
		return err
	}
	in := s.in(wishes.choices[l.AccountID])
	return s.sendSecret(ctx, secret{
		event: EventAsk, accountID: l.AccountID, in: in, to: l.To, source: l.AskID, objectID: l.AskID, link: s.answerPage(l.Token), code: l.Code, values: l.values(in),
	})
}

// answerPage is where the link in the mail leads. Opening it answers nothing.
func (s *Service) answerPage(token string) string {
	return strings.TrimSuffix(s.d.PublicURL, "/") + "/answer?" + url.Values{"token": {token}}.Encode()
}

func (l AskLetter) values(in language) values {
	v := values{}
	actor := named(l.Actor, l.Employer)
	v.say("actor", actor)
	v.say("account", plain(l.Account))
	v.say("reason", quoted(in, l.Reason))
	v.say("ticket", plain(l.Ticket))
	v.say("until", l.LapsesAt.UTC().Format(in.moment))
	v["facts"] = value{facts: known([]fact{
		{in.say("who"), actor}, {in.say("role"), plain(l.Role)}, {in.say("account"), plain(l.Account)}, {in.say("why"), in.say(l.ReasonCode)},
		{in.say("reason"), quoted(in, l.Reason)}, {in.say("ticket"), plain(l.Ticket)}, {in.say("wants"), in.say(l.Mode)},
	})}
	return v
}
