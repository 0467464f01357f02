// Package impersonation owns acting as somebody else: one bounded, recorded stay
// of an actor in a subject's account, from the reason it was begun for to the
// exact instant it ended. Whether somebody may is left to rbac, the wording of
// notices to notify, the record to audit.
//
//	 start
//	   │
//	   ▼        stop, end now, cascade      (closed by request, cascade)
//	ACTIVE ──────────────────────────────▶ ENDED
//	   │  idle deadline, cap                  ▲
//	   └──────────────────────────────────────┘
//	        (found dead by a request, or by the sweep: same end either way)
//
// A visit whose deadline has passed is dead for every request at that instant,
// whether or not anybody has written it down. An ended visit never changes.
package impersonation

import (
	"time"

	"innkeeper/internal/lifetime"
	"innkeeper/internal/principal"
)

// Why a visit ended. Idle and cap are lifetime.Idle and lifetime.Expired.
const (
	EndStopped           = "stopped"
	EndBySubject         = "ended_by_subject"
	EndByOwner           = "ended_by_owner"
	EndByAdmin           = "ended_by_admin"
	EndActorLogout       = "actor_logout"
	EndActorSession      = "actor_session_ended"
	EndActorDisabled     = "actor_disabled"
	EndPermissionLost    = "permission_lost"
	EndOwnershipChanged  = "ownership_changed"
	EndSubjectSuspended  = "subject_suspended"
	EndSubjectDeleted    = "subject_deleted"
	EndSuperseded        = "superseded"
	EndConsentRevoked    = "consent_revoked"
	EndSecurity          = "security"
	closedByRequest      = "request"
	closedByCascade      = "cascade"
	boundedByCap         = "cap"
	boundedBySession     = "session"
	boundedByToken       = "token"
	boundedByApproval    = "approval"
	basisOpen            = "open"
	basisBreakGlass      = "break-glass" // any other basis is the ask that was approved
	permissionBreakGlass = "account:break-glass"
	informedNotTold      = "not_told"
	maxLiveVisitsOfActor = 3
)

// Actor is the person at the keyboard, as he was when the visit began.
type Actor struct {
	ID        string
	Name      string
	AccountID string
	Role      string
	Employer  string
}

// Subject is the account acted as, as it was when the visit began.
type Subject struct {
	ID      string
	Name    string
	Kind    string
	OwnerID string
}

// Party is who ended a visit.
type Party struct {
	Kind string // person or system
	ID   string
	Name string
}

// Visit is one impersonation.
type Visit struct {
	ID             string
	Actor          Actor
	Subject        Subject
	WatcherID      string // the reseller who is told besides the subject
	SessionID      string // the actor's login session, or
	TokenID        string // the API token that it was begun with
	Mode           principal.Mode
	ReasonCode     string
	Reason         string
	Ticket         string
	Informed       string
	NotToldBecause string
	Note           string // for staff alone
	Basis          string
	StepUpAt       time.Time // when the actor had last proved who he is
	StepUpMethod   string    // and how
	IP             string
	UserAgent      string
	ReturnTo       string
	Span           lifetime.Span
	BoundedBy      string
	EndedAt        time.Time
	EndReason      string
	EndedBy        Party
	ClosedAt       time.Time
	ClosedBy       string
	ErasedAt       time.Time // when its texts were erased, which say so themselves; zero: they were not
}

// BrokeGlass reports whether the account was locked, and two admins answer for the
// visit.
func (v Visit) BrokeGlass() bool { return v.Basis == basisBreakGlass }

// AskID returns the ask that the owner approved, "" for other visits.
func (v Visit) AskID() string {
	if v.Basis == basisOpen || v.BrokeGlass() {
		return ""
	}
	return v.Basis
}

// Ended reports whether the visit has been closed.
func (v Visit) Ended() bool { return !v.EndedAt.IsZero() }

// Durations returns how long the visit lasted and how much of it was active; of
// a live one, up to its last action.
func (v Visit) Durations() lifetime.Record {
	if !v.Ended() {
		return v.Span.Measure(v.Span.LastActivity)
	}
	return v.Span.Measure(v.EndedAt)
}

// BaseURL is the path under which the actor is in the account.
func (v Visit) BaseURL() string { return "/as/" + v.ID }

// Counts says how much is recorded of a visit; it is derived from its events.
type Counts struct {
	Changes int
	Views   int
	Blocked int
}

// principal returns the actor in the subject's account, for the record of what
// happens to the visit itself.
func (v Visit) principal(subject principal.Account) principal.Principal {
	via := principal.Via{Method: "password", SessionID: v.SessionID, IP: v.IP, UserAgent: v.UserAgent}
	if v.TokenID != "" {
		via.Method, via.Token = "token", &principal.Token{ID: v.TokenID}
	}
	return principal.Principal{
		Person:  principal.Person{ID: v.Actor.ID, Name: v.Actor.Name},
		Account: principal.Account{ID: v.Actor.AccountID},
		Role:    v.Actor.Role, Employer: v.Actor.Employer,
		Subject: subject,
		Visit:   &principal.Visit{ID: v.ID, Mode: v.Mode},
		Via:     via,
	}
}
