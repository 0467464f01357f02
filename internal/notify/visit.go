package notify

import (
	"context"
	"time"

	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
)

// startFirst is how soon the mail about an end looks again whether the one about
// the start has left.
const startFirst = 2 * time.Second

// Story is what a mail says of a visit.
type Story struct {
	VisitID        string
	Actor          string // the name the customer knows
	Role           string
	Employer       string
	SubjectID      string
	Subject        string
	Mode           string // look or change, as it was last
	ReasonCode     string
	Reason         string
	Ticket         string
	Informed       string
	NotToldBecause string
	Approved       bool // the owner was asked first
	BrokeGlass     bool // the account is locked, and two admins answer for the visit
	StartedAt      time.Time
	ExpiresAt      time.Time
	LastActivityAt time.Time
	IdleTimeout    time.Duration
	EndedAt        time.Time // zero: it runs
	EndReason      string
	EndedBy        string
	Changes        []Line // in the order in which they were made
	Views          int
	Blocked        int
	Seal           string // the last signed head of the record, in one word
}

// Line is one sentence of a story.
type Line struct {
	At   time.Time
	Text string
}

// Visits tells what a visit was.
type Visits interface {
	Story(ctx context.Context, visitID string) (Story, error)
}

// Post sends the mails of notifications: the job of TaskMail.
type Post struct {
	*Service
	visits Visits
}

// NewPost returns the post of a service.
func NewPost(s *Service, visits Visits) *Post { return &Post{Service: s, visits: visits} }

// Send sends the mail of a notification, once: repeated, it sends nothing, and
// nothing after its texts were erased. Only
// a fault between handing it over and noting that makes a second copy, with the
// same message id. The mail about an end waits for the one about the start.
func (p *Post) Send(ctx context.Context, by principal.Principal, notificationID string) error {
	n, err := p.d.Store.ByID(ctx, by.Scope(), notificationID)
	if err != nil {
		return err
	}
	if !n.Mailed() {
		return nil
	}
	m, ok, err := p.d.Mails.BySource(ctx, n.ID)
	if err != nil {
		return err
	}
	if !ok {
		if m, err = p.compose(ctx, n); err != nil {
			return err
		}
	}
	if !m.SentAt.IsZero() || !m.ErasedAt.IsZero() {
		return nil
	}
	return p.deliver(ctx, m, m.MessageID, letter{text: m.Text, html: m.HTML})
}

// compose writes the mail of a notification. What it says is fixed from then on.
func (p *Post) compose(ctx context.Context, n Notification) (Mail, error) {
	start := n
	if n.Event == EventStop {
		sibling, told, err := p.d.Store.Sibling(ctx, n, EventStart)
		if err != nil {
			return Mail{}, err
		}
		if told {
			start = sibling
		}
	}
	if start.ID != n.ID {
		if err := p.left(ctx, start); err != nil {
			return Mail{}, err
		}
	}
	l, err := p.letterOf(ctx, n)
	if err != nil {
		return Mail{}, err
	}
	m := p.draft(n.ID, n.ID, n.Event, n.AccountID, n.Email, l, n.CreatedAt)
	if start.ID != n.ID && start.Mailed() {
		m.InReplyTo = p.messageID(start.ID)
	}
	return p.d.Mails.Add(ctx, m)
}

// letterOf writes what a notification says by mail, in the language of its account.
func (p *Post) letterOf(ctx context.Context, n Notification) (letter, error) {
	in, err := p.language(ctx, n.AccountID)
	if err != nil {
		return letter{}, err
	}
	form, err := p.form(ctx, n.Event, in)
	if err != nil {
		return letter{}, err
	}
	if n.VisitID == "" {
		return form.write(in.Code, securityValues(in, n, p.d.PublicURL))
	}
	story, err := p.visits.Story(ctx, n.VisitID)
	if err != nil {
		return letter{}, err
	}
	return form.write(in.Code, visitValues(in, n, story))
}

// left returns outbox.NotYet while the mail of a notification can still be sent
// and has not been.
func (p *Post) left(ctx context.Context, n Notification) error {
	if !n.Mailed() {
		return nil
	}
	m, ok, err := p.d.Mails.BySource(ctx, n.ID)
	if err != nil || ok && !m.SentAt.IsZero() {
		return err
	}
	open, err := p.d.Work.Open(ctx, TaskMail, n.ID)
	if err != nil {
		return err
	}
	if open {
		return outbox.NotYet(startFirst, "the mail about the start of the visit goes first")
	}
	return nil
}
