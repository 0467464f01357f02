package notify

import (
	"context"
	"net/mail"
	"strings"
	"time"

	"innkeeper/internal/ident"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
)

// Mail is a message as the system keeps it. Its text has no secrets in it.
type Mail struct {
	ID        string
	Source    string // what it tells: a notification, or one sending of an invitation
	ObjectID  string // of the promise to send it
	AccountID string
	Event     string
	To        string
	Subject   string
	Text      string
	HTML      string // the same; empty in mails of older versions
	MessageID string // without angle brackets; the same however often it is sent
	InReplyTo string
	CreatedAt time.Time
	SentAt    time.Time // zero: not yet
	Attempts  int
	LastError string
	ErasedAt  time.Time // when its texts were erased; zero: they were not. It is sent no more
	FailedJob string    // the promise that was given up; "": there is none, or it was sent all the same
}

// MailFilter narrows the list of mails.
type MailFilter struct {
	Undelivered bool   // only those that have been given up
	Before      string // keyset: only mails with a smaller id; "": from the newest
	Limit       int
}

// Mails keeps mails.
type Mails interface {
	// Add writes a mail unless there is one from the same source, and returns the
	// one that is there.
	Add(ctx context.Context, m Mail) (Mail, error)
	// BySource returns the mail from a source; ok is false when there is none.
	BySource(ctx context.Context, source string) (m Mail, ok bool, err error)
	// Begin counts an attempt to send it under the given message id.
	Begin(ctx context.Context, id, messageID string) error
	Sent(ctx context.Context, id string, at time.Time) error
	Failed(ctx context.Context, id, why string) error
	ByID(ctx context.Context, scope principal.Scope, id string) (Mail, error)
	// List returns the mails to accounts in the scope, newest first.
	List(ctx context.Context, scope principal.Scope, f MailFilter) ([]Mail, error)
	// Undelivered counts the mails to accounts in the scope that have been given up.
	Undelivered(ctx context.Context, scope principal.Scope) (int64, error)
}

// Message is a mail on its way out.
type Message struct {
	ID        string // of the mail: names its file
	MessageID string
	InReplyTo string
	From      string
	To        string
	Subject   string
	Text      string
	HTML      string // the same; "": there is only text
	Date      time.Time
}

// Sender hands messages over. It returns ErrAway for what may work later, and
// ErrRefused or ErrAddress for what never will.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// deliver sends a mail and notes what became of it. What is said may differ from
// what is kept: it holds what must not be. outbox.NotYet while enough others are on
// their way to the same domain.
func (s *Service) deliver(ctx context.Context, m Mail, messageID string, l letter) error {
	leave, free := s.lanes.enter(m.To)
	if !free {
		return outbox.NotYet(laneWait, laneWhy)
	}
	defer leave()
	if err := s.d.Mails.Begin(ctx, m.ID, messageID); err != nil {
		return err
	}
	err := s.d.Sender.Send(ctx, Message{
		ID: m.ID, MessageID: messageID, InReplyTo: m.InReplyTo, From: s.d.From, To: m.To,
		Subject: m.Subject, Text: l.text, HTML: l.html, Date: m.CreatedAt,
	})
	ctx = context.WithoutCancel(ctx) // what has been tried is noted, stopped or not
	if err != nil {
		if noting := s.d.Mails.Failed(ctx, m.ID, outbox.Line(err.Error())); noting != nil {
			return noting
		}
		return err
	}
	now, err := s.d.Tx.Now(ctx)
	if err != nil {
		return err
	}
	return s.d.Mails.Sent(ctx, m.ID, now)
}

// draft returns a new mail for the text, sent by the promise about the object.
func (s *Service) draft(source, objectID, event, accountID, to string, l letter, at time.Time) Mail {
	return Mail{
		ID: ident.New(ident.Mail), Source: source, ObjectID: objectID, AccountID: accountID, Event: event, To: to,
		Subject: l.subject, Text: l.text, HTML: l.html, MessageID: s.messageID(source), CreatedAt: at,
	}
}

// messageID is unique in the world and the same for the same source (RFC 5322,
// section 3.6.4).
func (s *Service) messageID(source string) string { return source + "@" + s.host() }

// host is the domain that mails come from.
func (s *Service) host() string {
	if from, err := mail.ParseAddress(s.d.From); err == nil {
		if _, domain, ok := strings.Cut(from.Address, "@"); ok {
			return domain
		}
	}
	return "localhost"
}
