package impersonation

import (
	"context"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/auth"
	"innkeeper/internal/notify"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
)

// Store keeps visits.
type Store interface {
	Create(ctx context.Context, v Visit) error
	ByID(ctx context.Context, scope principal.Scope, id string) (Visit, error)
	List(ctx context.Context, scope principal.Scope, f Filter) ([]Visit, error)
	Counts(ctx context.Context, ids []string) (map[string]Counts, error)
	CountLive(ctx context.Context, scope principal.Scope) (int, error)
	// Shares returns how many visits each person began, by the week counted from a
	// Monday: the most first.
	Shares(ctx context.Context, scope principal.Scope, monday time.Time) ([]Share, error)
	// Worth returns who has visits, begun since then, that have the flag: the most first.
	Worth(ctx context.Context, scope principal.Scope, flag Flag, since time.Time, at Place) ([]Worth, error)

	// Entered returns a visit with its subject as it is now and the role of the
	// subject's owner: all that one request needs, in one query.
	Entered(ctx context.Context, id string) (Entered, error)
	// Touch moves the last activity of a live visit forward; alive is false when
	// the visit has ended or its deadline has passed.
	Touch(ctx context.Context, id string) (alive bool, err error)
	SetMode(ctx context.Context, id string, mode principal.Mode) error

	// The Lock methods keep rows from changing until the commit, in the order of
	// their ids.
	Lock(ctx context.Context, id string) (Visit, error)
	LockLiveOfActor(ctx context.Context, personID string) ([]Visit, error)
	LockLiveOfSession(ctx context.Context, sessionID string) ([]Visit, error)
	LockLiveOfToken(ctx context.Context, tokenID string) ([]Visit, error)
	// LockLiveOfRole finds the live visits of those who have the role.
	LockLiveOfRole(ctx context.Context, role string) ([]Visit, error)
	// LockLiveAround finds the live visits to or by the accounts in the tree.
	LockLiveAround(ctx context.Context, root principal.Account) ([]Visit, error)
	// LockDead takes live rows whose deadline has passed at now, leaving out those
	// that another worker holds.
	LockDead(ctx context.Context, now time.Time, limit int) ([]Visit, error)
	// Close writes the ends of live visits.
	Close(ctx context.Context, visits []Visit) error
}

// Entered is a visit as a request finds it.
type Entered struct {
	Visit       Visit
	Subject     account.Account
	SubjectRole string
}

// Filter narrows a list of visits; empty fields do not.
type Filter struct {
	Live      *bool
	SubjectID string
	ActorID   string
	From, To  time.Time // only visits that were in this time, also in part
	Since     time.Time // begun then or later
	Flag      Flag
	Place     Place  // where the hours of the flag are counted
	Before    string // keyset: only visits with a smaller id
	Limit     int
}

// Policy decides who may step into which account.
type Policy interface {
	MayImpersonate(by principal.Principal, subject principal.Account, mode principal.Mode) bool
	May(by principal.Principal, permission string, subject principal.Account) bool
}

// Accounts finds the accounts that a visit joins.
type Accounts interface {
	// LockWithin finds accounts and keeps them from changing until the commit, in
	// the order of their ids; missing ones are left out, deleted ones are not.
	LockWithin(ctx context.Context, scope principal.Scope, ids ...string) (map[string]account.Account, error)
	// Refs returns accounts as they are named now, deleted ones too.
	Refs(ctx context.Context, ids []string) (map[string]principal.Account, error)
}

// People finds who has which role on which account.
type People interface {
	ByLogin(ctx context.Context, login string) (account.Person, error)
	Owners(ctx context.Context, accountID string) ([]account.Person, error)
	Memberships(ctx context.Context, personID string) ([]account.Membership, error)
}

// Sessions finds the login session that a visit hangs on.
type Sessions interface {
	Lock(ctx context.Context, id string) (auth.Session, error)
}

// Tokens finds the API token that a visit hangs on.
type Tokens interface {
	Lock(ctx context.Context, id string) (auth.Token, error)
}

// Log writes and reads the record.
type Log interface {
	List(ctx context.Context, by principal.Principal, f audit.Filter) ([]audit.Event, error)
	// Last returns the newest event of each visit, those of its own life left out.
	Last(ctx context.Context, by principal.Principal, visitIDs []string) ([]audit.Event, error)
	Record(ctx context.Context, by principal.Principal, entry audit.Entry) error
	RecordAt(ctx context.Context, entries ...audit.Stamped) error
}

// Notices tells people.
type Notices interface {
	AddAll(ctx context.Context, notices []notify.Notice) error
	SendAsk(ctx context.Context, letter notify.AskLetter) error
}

// Work promises work.
type Work interface {
	Add(ctx context.Context, by principal.Principal, task outbox.Task, objectID string) error
}

// Tx runs transactions and tells the time.
type Tx interface {
	InTx(ctx context.Context, run func(ctx context.Context) error) error
	Now(ctx context.Context) (time.Time, error)
}

// Limits are how long a visit lives.
type Limits struct {
	Idle        time.Duration
	Max         time.Duration
	MaxReseller time.Duration
	StepUp      time.Duration // how old the actor's last proof of who he is may be
}

// Deps are what the service is built from.
type Deps struct {
	Store         Store
	Asks          Asks
	Announcements Announcements
	Links         Links
	Policy        Policy
	Accounts      Accounts
	People        People
	Sessions      Sessions
	Tokens        Tokens
	Log           Log
	Notices       Notices
	Work          Work
	Tx            Tx
	Limits        Limits
	// Fresh makes the policy what the roles are at this moment; nil where they never
	// change.
	Fresh func(ctx context.Context)
}

// Service begins, keeps and ends visits.
type Service struct{ Deps }

func (s *Service) fresh(ctx context.Context) {
	if s.Fresh != nil {
		s.Fresh(ctx)
	}
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// The events in the life of a visit.
var (
	ActionStart  = audit.NewAction("impersonation.start", "{actor} signed in as {account}: “{reason}”.")
	ActionStop   = audit.NewAction("impersonation.stop", "The visit of {actor} to {account} ended after {duration}.")
	ActionMode   = audit.NewAction("impersonation.mode", "{actor} changed what the visit allows: “{reason}”.")
	ActionDenied = audit.NewAction("impersonation.denied", "{actor} tried to sign in as {account}.")
)

// ByID returns a visit to an account within the scope.
func (s *Service) ByID(ctx context.Context, by principal.Principal, id string) (Visit, error) {
	return s.Store.ByID(ctx, by.Scope(), id)
}

// List returns visits to the accounts within the scope, newest first.
func (s *Service) List(ctx context.Context, by principal.Principal, f Filter) ([]Visit, error) {
	return s.Store.List(ctx, by.Scope(), f)
}

// Counts returns how much is recorded of each visit.
func (s *Service) Counts(ctx context.Context, visits []Visit) (map[string]Counts, error) {
	ids := make([]string, len(visits))
	for i, v := range visits {
		ids[i] = v.ID
	}
	return s.Store.Counts(ctx, ids)
}

// Doing returns what was recorded last of each running visit, in words. Visits of
// which nothing but their beginning is recorded are left out.
func (s *Service) Doing(ctx context.Context, by principal.Principal, visits []Visit) (map[string]string, error) {
	var ids []string
	for _, v := range visits {
		if !v.Ended() {
			ids = append(ids, v.ID)
		}
	}
	doing := make(map[string]string, len(ids))
	events, err := s.Log.Last(ctx, by, ids)
	for _, e := range events {
		doing[e.VisitID] = e.Sentence()
	}
	return doing, err
}

// Running returns how many visits within the scope are live.
func (s *Service) Running(ctx context.Context, by principal.Principal) (int, error) {
	return s.Store.CountLive(ctx, by.Scope())
}

// SubjectOf returns the account that a visit is to, for the edge.
func (s *Service) SubjectOf(ctx context.Context, id string) (principal.Account, error) {
	e, err := s.Store.Entered(ctx, id)
	return e.Subject.Ref(), err
}
