package notify

import (
	"context"
	"slices"
	"strings"
	"time"

	"innkeeper/internal/ident"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
)

// Tx runs transactions and tells the time.
type Tx interface {
	InTx(ctx context.Context, run func(ctx context.Context) error) error
	Now(ctx context.Context) (time.Time, error)
}

// Work promises work and knows what is still to be done.
type Work interface {
	AddAll(ctx context.Context, by principal.Principal, task outbox.Task, objectIDs []string) error
	Open(ctx context.Context, task outbox.Task, objectID string) (bool, error)
}

// Deps are what the service is built from.
type Deps struct {
	Tx        Tx
	Store     Store
	Settings  Settings
	Mails     Mails
	Work      Work
	Sender    Sender
	From      string // of every mail: "Innkeeper <innkeeper@example.com>"
	PublicURL string // how people reach the panel
	Language  string // of accounts that have chosen none; empty: en
}

// Service tells people.
type Service struct {
	d     Deps
	lanes *lanes
}

// New returns the service.
func New(d Deps) *Service { return &Service{d: d, lanes: &lanes{busy: map[string]int{}}} }

// AddAll tells accounts what has happened, in the transaction of what it tells:
// rows for the panel, and promises of mails to those with an address that want
// them. People of the provider who are to know are told as well. What was told
// already is not told again.
func (s *Service) AddAll(ctx context.Context, notices []Notice) error {
	if len(notices) == 0 {
		return nil
	}
	return s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		fixed, err := s.d.Store.Recipients(ctx, endingVisits(notices))
		if err != nil {
			return err
		}
		notices, err := s.withCopies(ctx, notices, fixed)
		if err != nil {
			return err
		}
		wishes, err := s.wishes(ctx, accountsOf(notices)...)
		if err != nil {
			return err
		}
		notifications := make([]Notification, len(notices))
		mailed := map[string]bool{}
		for i, n := range notices {
			notifications[i] = notificationOf(n, fixed)
			notifications[i].Unmailed = !wishes.mail(n.Event, n.AccountID)
			mailed[notifications[i].ID] = notifications[i].Mailed()
		}
		added, err := s.d.Store.Add(ctx, notifications...)
		if err != nil {
			return err
		}
		var mails []string
		for _, id := range added {
			if mailed[id] {
				mails = append(mails, id)
			}
		}
		return s.d.Work.AddAll(ctx, principal.System("notify"), TaskMail, mails)
	})
}

// withCopies adds what people of the provider are told, too: of visits to accounts of
// others. Of an end those are told whom the settings name now, and everybody who was told
// of the start, whatever was set since.
func (s *Service) withCopies(ctx context.Context, notices []Notice, fixed map[Recipient]string) ([]Notice, error) {
	if !slices.ContainsFunc(notices, func(n Notice) bool { return n.Elsewhere != "" }) {
		return notices, nil
	}
	copies, err := s.d.Settings.Copies(ctx)
	if err != nil {
		return nil, err
	}
	told := map[Recipient]bool{}
	for _, n := range notices {
		told[Recipient{n.VisitID, n.AccountID}] = true
	}
	all, ofStart := slices.Clone(notices), byVisit(fixed)
	for _, n := range notices {
		if n.Elsewhere == "" {
			continue
		}
		heard := copies[n.Event]
		if n.Event == EventStop {
			heard = slices.Concat(heard, ofStart[n.VisitID])
		}
		for _, to := range heard {
			key := Recipient{n.VisitID, to.AccountID}
			if told[key] {
				continue
			}
			told[key] = true
			all = append(all, Notice{Event: n.Event, VisitID: n.VisitID, AccountID: to.AccountID, Email: to.Email, Text: n.Elsewhere, At: n.At})
		}
	}
	return all, nil
}

// byVisit returns who was told of the start of each visit.
func byVisit(fixed map[Recipient]string) map[string][]Colleague {
	told := make(map[string][]Colleague, len(fixed))
	for to, email := range fixed {
		told[to.VisitID] = append(told[to.VisitID], Colleague{AccountID: to.AccountID, Email: email})
	}
	for _, colleagues := range told {
		slices.SortFunc(colleagues, func(a, b Colleague) int { return strings.Compare(a.AccountID, b.AccountID) })
	}
	return told
}

func accountsOf(notices []Notice) []string {
	ids := make([]string, len(notices))
	for i, n := range notices {
		ids[i] = n.AccountID
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func endingVisits(notices []Notice) []string {
	var ids []string
	for _, n := range notices {
		if n.Event == EventStop && n.VisitID != "" {
			ids = append(ids, n.VisitID)
		}
	}
	return ids
}

func notificationOf(n Notice, fixed map[Recipient]string) Notification {
	email := n.Email
	if known, told := fixed[Recipient{n.VisitID, n.AccountID}]; told && n.Event == EventStop {
		email = known
	}
	return Notification{
		ID: ident.New(ident.Notification), AccountID: n.AccountID, Event: n.Event, VisitID: n.VisitID,
		Text: n.Text, Email: email, CreatedAt: n.At,
	}
}

// List returns the notifications of the subject's account, newest first. Looking
// at them reads none.
func (s *Service) List(ctx context.Context, by principal.Principal, f Filter) ([]Notification, error) {
	return s.d.Store.List(ctx, by.Scope(), by.Subject.ID, f)
}

// Unread returns how many of them nobody has read.
func (s *Service) Unread(ctx context.Context, by principal.Principal) (int64, error) {
	return s.d.Store.Unread(ctx, by.Scope(), by.Subject.ID)
}

// Read marks a notification as read; a second time changes nothing. Only the
// account's own people do that: ErrClosedActing in a visit, ErrNotFound for
// everybody else.
func (s *Service) Read(ctx context.Context, by principal.Principal, id string) error {
	if by.Acting() {
		return ErrClosedActing
	}
	return s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		now, err := s.d.Tx.Now(ctx)
		if err != nil {
			return err
		}
		return s.d.Store.MarkRead(ctx, by, id, now)
	})
}

// ListMails returns the mails to accounts in the scope, newest first.
func (s *Service) ListMails(ctx context.Context, by principal.Principal, f MailFilter) ([]Mail, error) {
	return s.d.Mails.List(ctx, by.Scope(), f)
}

// Undelivered returns how many mails to accounts in the scope have been given up.
func (s *Service) Undelivered(ctx context.Context, by principal.Principal) (int64, error) {
	return s.d.Mails.Undelivered(ctx, by.Scope())
}

// Mail returns one mail to an account in the scope, or ErrMailNotFound.
func (s *Service) Mail(ctx context.Context, by principal.Principal, id string) (Mail, error) {
	return s.d.Mails.ByID(ctx, by.Scope(), id)
}
