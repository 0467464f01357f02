package impersonation

import (
	"context"
	"time"

	"innkeeper/internal/principal"
)

// An ask is what has to be answered before a visit may begin.
//
//	WAITING ──▶ APPROVED ──▶ STARTED
//	   │  │         │  │
//	   │  └─────────┴──┴──▶ DENIED, WITHDRAWN    by the owner, by who asked
//	   └────────────┴──────▶ LAPSED              unanswered, or approved and not used
//
// Like a visit it is over at its deadline for everybody, written down or not.

// Access is what the owner of an account has decided about visits.
type Access string

// The policies: tell me, ask me first, nobody may enter.
const (
	Open   Access = "open"
	AskMe  Access = "ask"
	Locked Access = "locked"
)

// inWords is how people read a policy.
func (p Access) inWords() string {
	switch p {
	case AskMe:
		return "ask me first"
	case Locked:
		return "nobody may enter"
	default:
		return "tell me"
	}
}

// AskKind says who answers.
type AskKind string

// The owner answers for consent; another admin where the account is locked.
const (
	Consent    AskKind = "consent"
	BreakGlass AskKind = "break_glass"
)

// AskState is how far an ask has come.
type AskState string

// The states.
const (
	AskWaiting   AskState = "waiting"
	AskApproved  AskState = "approved"
	AskDenied    AskState = "denied"
	AskWithdrawn AskState = "withdrawn"
	AskLapsed    AskState = "lapsed"
	AskStarted   AskState = "started"
)

const (
	// askLife is how long an ask waits for its answer: over night, so that the
	// owner need not be at his desk.
	askLife = 12 * time.Hour
	// approvalLife is how soon an approved visit has to begin.
	approvalLife = 30 * time.Minute
	// codeTries is how often a code may be given: by then a guess has had one
	// chance in 200,000.
	codeTries = 5
)

// The ways in which an owner answers.
const (
	viaPanel = "panel"
	viaLink  = "link"
	viaCode  = "code"
)

// Ask is one request to be let in to an account.
type Ask struct {
	ID             string
	Kind           AskKind
	State          AskState
	Actor          Actor
	Subject        Subject
	Mode           principal.Mode
	ReasonCode     string
	Reason         string
	Ticket         string
	Informed       string
	NotToldBecause string
	Note           string
	CreatedAt      time.Time
	LapsesAt       time.Time // waiting: without an answer; approved: unless begun
	DecidedAt      time.Time
	DecidedBy      Party
	DecidedVia     string
	EndsAt         time.Time // the visit's end at the latest, if the owner has set one
	VisitID        string
	TokenHash      string // of the link in the mail
	CodeHash       string // of the code in the mail
	CodeTries      int
}

// Open reports whether something can still come of the ask.
func (a Ask) Open() bool { return a.State == AskWaiting || a.State == AskApproved }

// At returns the ask as it stands at an instant: one whose deadline has passed
// has lapsed, whether or not anybody has written that down.
func (a Ask) At(now time.Time) Ask {
	if a.Open() && !now.Before(a.LapsesAt) {
		a.State = AskLapsed
	}
	return a
}

// Over returns ErrAskOver with what became of the ask.
func (a Ask) Over() error {
	return ErrAskOver.WithExtra("state", string(a.State)).WithExtra("impersonation_request_id", a.ID)
}

// request is what the visit begins as: what was asked for is what was approved.
func (a Ask) request(asked Request) Request {
	asked.Mode, asked.ReasonCode, asked.Reason, asked.Ticket = a.Mode, a.ReasonCode, a.Reason, a.Ticket
	asked.Informed, asked.NotToldBecause, asked.Note = a.Informed, a.NotToldBecause, a.Note
	return asked
}

// AskFilter narrows a list of asks; empty fields do not.
type AskFilter struct {
	ActorID   string
	SubjectID string
	VisitID   string
	Kind      AskKind
	Open      bool
	Limit     int
}

// Asks keeps asks, and what owners have decided about visits.
type Asks interface {
	// Create writes a new ask; a second open one of the same actor and subject is
	// ErrAskOver.
	Create(ctx context.Context, a Ask) error
	ByID(ctx context.Context, scope principal.Scope, id string) (Ask, error)
	// ByToken finds the ask behind the link in a mail, or ErrAskNotFound.
	ByToken(ctx context.Context, tokenHash string) (Ask, error)
	// List returns asks to enter accounts in the scope, newest first.
	List(ctx context.Context, scope principal.Scope, f AskFilter) ([]Ask, error)
	// Update writes everything that can change of a locked ask.
	Update(ctx context.Context, a Ask) error

	// The Lock methods keep asks from changing until the commit, in the order of
	// their ids.
	LockAsk(ctx context.Context, id string) (Ask, error)
	LockOpenTo(ctx context.Context, subjectID string) ([]Ask, error)
	// LockLapsed takes open asks whose deadline has passed at now, leaving out those
	// that another worker holds.
	LockLapsed(ctx context.Context, now time.Time, limit int) ([]Ask, error)

	// PolicyOf returns what the owner has decided, Open where nothing was.
	PolicyOf(ctx context.Context, scope principal.Scope, accountID string) (Access, error)
	SetPolicy(ctx context.Context, scope principal.Scope, accountID string, p Access, at time.Time) error
}
