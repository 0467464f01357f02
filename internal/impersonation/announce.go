package impersonation

import (
	"context"
	"fmt"
	"math"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/ident"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

// The events of announcing.
var (
	ActionAnnounce       = audit.NewAction("impersonation.announce", "{actor} announced a visit to {account}: “{reason}”.")
	ActionAnnounceDenied = audit.NewAction("impersonation.announce-denied", "{actor} tried to announce a visit to {account}.")
)

const (
	// announcePause is long enough that nobody is pressed, and short enough to put a
	// slip right.
	announcePause = 10 * time.Minute
	// mostToOne bounds what one account is told by all who may enter it.
	mostToOne  = 10
	toOnePause = 24 * time.Hour
	// mostByOne bounds what one person sends: it is no way to send leaflets.
	mostByOne  = 30
	byOnePause = time.Hour
	// announcementLife is how long an announcement is offered to the dialog that
	// starts a visit.
	announcementLife = 24 * time.Hour
)

// Announcement is a message to the owner of an account: somebody is about to come,
// and why. It lets nobody in.
type Announcement struct {
	ID         string
	ActorID    string
	SubjectID  string
	ReasonCode string
	Reason     string // the customer reads this exactly
	Ticket     string
	CreatedAt  time.Time
	VisitID    string // the visit that came of it
}

// AnnouncementFilter narrows a list of announcements; empty fields do not.
type AnnouncementFilter struct {
	ActorID   string
	SubjectID string
	Since     time.Time // only those made after it
	Waiting   bool      // only those of which no visit has come
	Limit     int
}

// Announcements keeps announcements.
type Announcements interface {
	Create(ctx context.Context, a Announcement) error
	// List returns announcements to accounts in the scope, newest first.
	List(ctx context.Context, scope principal.Scope, f AnnouncementFilter) ([]Announcement, error)
	// Follow notes that the visit came of what its actor had announced to its subject,
	// and returns when he did so last; zero where nothing waited.
	Follow(ctx context.Context, v Visit) (time.Time, error)
}

// Announce tells the owner of an account, in the panel and by mail, that the
// principal is about to come, and why. It is an event on the customer's page.
//
// ErrDenied for an account that is missing, not the actor's to enter, or his own;
// ErrLocked where nobody may enter; ErrAnnounced within ten minutes of the last
// time, ErrAnnouncedOften and ErrAnnouncesMuch where it is too much for the
// account or by the actor.
func (s *Service) Announce(ctx context.Context, by principal.Principal, a Announcement) (Announcement, error) {
	a.Reason, a.Ticket = oneSpace(a.Reason), oneSpace(a.Ticket)
	var bad fault.Fields
	checkWhy(&bad, a.ReasonCode, a.Reason, a.Ticket)
	if err := bad.Err(); err != nil {
		return Announcement{}, err
	}
	s.fresh(ctx)
	err := s.Tx.InTx(ctx, func(ctx context.Context) (err error) {
		a, err = s.announce(ctx, by, a)
		return err
	})
	if refusedAtTheDoor(err) {
		return Announcement{}, s.recordDenied(ctx, by, ActionAnnounceDenied, a.SubjectID, a.Reason, err)
	}
	return a, err
}

func (s *Service) announce(ctx context.Context, by principal.Principal, a Announcement) (Announcement, error) {
	subject, _, err := s.lockParties(ctx, by, a.SubjectID)
	if err != nil {
		return a, err
	}
	if err := s.mayEnter(ctx, by, Request{Mode: principal.Look}, subject); err != nil {
		return a, err
	}
	policy, err := s.Asks.PolicyOf(ctx, principal.Everything(), subject.ID)
	if err != nil {
		return a, err
	}
	if policy == Locked {
		return a, ErrLocked
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return a, err
	}
	if err := s.notTooMuch(ctx, by, subject.ID, now); err != nil {
		return a, err
	}
	a.ID, a.ActorID, a.CreatedAt = ident.New(ident.Announcement), by.Person.ID, now
	return a, s.tell(ctx, by, a, subject)
}

// notTooMuch asks the three bounds, under the locks of both accounts.
func (s *Service) notTooMuch(ctx context.Context, by principal.Principal, subjectID string, now time.Time) error {
	for _, bound := range []struct {
		of    AnnouncementFilter
		most  int
		pause time.Duration
		err   *fault.Error
	}{
		{AnnouncementFilter{ActorID: by.Person.ID, SubjectID: subjectID}, 1, announcePause, ErrAnnounced},
		{AnnouncementFilter{SubjectID: subjectID}, mostToOne, toOnePause, ErrAnnouncedOften},
		{AnnouncementFilter{ActorID: by.Person.ID}, mostByOne, byOnePause, ErrAnnouncesMuch},
	} {
		f := bound.of
		f.Since, f.Limit = now.Add(-bound.pause), bound.most
		made, err := s.Announcements.List(ctx, principal.Everything(), f)
		if err != nil {
			return err
		}
		if len(made) == bound.most {
			free := made[bound.most-1].CreatedAt.Add(bound.pause).Sub(now)
			return bound.err.WithExtra("retry_after", int(math.Ceil(free.Seconds())))
		}
	}
	return nil
}

// tell writes the announcement, its event and its notice.
func (s *Service) tell(ctx context.Context, by principal.Principal, a Announcement, subject account.Account) error {
	if err := s.Announcements.Create(ctx, a); err != nil {
		return err
	}
	err := s.Log.Record(ctx, by, audit.Entry{
		Action: ActionAnnounce, Account: subject.Ref(), Reason: a.Reason,
		Object: audit.Object{Kind: audit.ThingAnnouncement, ID: a.ID, Name: subject.Name},
		After:  audit.Fields{"reason_code": a.ReasonCode, "ticket": a.Ticket},
	})
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s is about to sign in to your account: “%s”", who(actorOf(by)), a.Reason)
	if a.Ticket != "" {
		text += fmt.Sprintf(" (ticket %s)", a.Ticket)
	}
	return s.Notices.AddAll(ctx, []notify.Notice{{Event: notify.EventAnnounce, AccountID: subject.ID, Email: subject.Email, Text: text, At: a.CreatedAt}})
}

// Announced returns what the principal has announced to an account within a day
// and has not come for yet, newest first.
func (s *Service) Announced(ctx context.Context, by principal.Principal, accountID string) ([]Announcement, error) {
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	return s.Announcements.List(ctx, by.Scope(), AnnouncementFilter{
		ActorID: by.Person.ID, SubjectID: accountID, Since: now.Add(-announcementLife), Waiting: true, Limit: mostToOne,
	})
}
