// Package principal owns the answer to "who asks": the person at the keyboard
// (the actor), the account in whose name things are done (the subject), and how
// far the question may reach (the scope). What a role may do is left to rbac.
package principal

import (
	"context"
	"strings"
	"time"
)

// Mode is what a visit allows.
type Mode string

// Direct is no visit at all; Look and Change are the two modes of a visit.
const (
	Direct Mode = "direct"
	Look   Mode = "look"
	Change Mode = "change"
)

// Account is an account as the principal sees it: enough to decide, no more.
// Path lists the ids of the owners above it and ends in its own id, each behind
// a slash: "/acc_provider/acc_reseller/acc_customer/".
type Account struct {
	ID      string
	Name    string
	Kind    string
	OwnerID string
	Path    string
}

// Owns reports whether the account stands above the other in the tree of owners.
func (a Account) Owns(other Account) bool {
	return a.Path != "" && a.ID != other.ID && strings.HasPrefix(other.Path, a.Path)
}

// Person is somebody who can sign in.
type Person struct {
	ID   string
	Name string
}

// Visit is the impersonation under which a request is made.
type Visit struct {
	ID            string
	Mode          Mode
	Remaining     time.Duration // until its cap, when the request came
	IdleRemaining time.Duration // until it closes if nothing more is done
}

// Token is the API token that a request came with.
type Token struct {
	ID     string
	Name   string
	Scopes []string // what it lets through of the person's rights
}

// Via is how the principal came: by which session or token, from where.
type Via struct {
	Method      string // "password", "invitation", "token", or the part of the system
	SessionID   string
	Token       *Token    // nil for who came by a session
	ProvedAt    time.Time // when the person last proved who he is; zero: nobody had to
	LacksFactor bool      // must set up a second factor before anything else
	IP          string
	UserAgent   string
	RequestID   string
	TraceID     string // of the trace that the request is part of, or ""
}

// Principal is who asks. It is built in one middleware and nowhere else.
// Without a visit Subject is the account the person is in.
type Principal struct {
	Person      Person
	Account     Account // by which the person came
	Role        string  // the person's role on Account
	Employer    string  // the provider or reseller the actor works for
	Subject     Account // whose things are seen and changed
	SubjectRole string  // the role of the subject's owner; Role without a visit
	Visit       *Visit  // nil when nobody is acted for
	Via         Via
	scope       Scope
}

// SystemID is the actor id of work that no person asked for, SystemName what
// people read there.
const (
	SystemID   = "system"
	SystemName = "Innkeeper"
)

// System returns the principal of a job or command. It reaches everything and is
// recorded as the system, with the part that acts as the way it came.
func System(part string) Principal {
	return Principal{
		Person: Person{ID: SystemID, Name: SystemName},
		Role:   SystemID,
		Via:    Via{Method: part},
		scope:  Everything(),
	}
}

// IsSystem reports whether no person stands behind the principal.
func (p Principal) IsSystem() bool { return p.Person.ID == SystemID }

// ByToken reports whether a program asks, by an API token of the person's.
func (p Principal) ByToken() bool { return p.Via.Token != nil }

// TokenID returns the id of the API token, or "".
func (v Via) TokenID() string {
	if v.Token == nil {
		return ""
	}
	return v.Token.ID
}

// Acting reports whether the principal is in somebody else's account.
func (p Principal) Acting() bool { return p.Visit != nil }

// Visiting marks the work of a context as done in a visit, for the walls that
// stand where nobody is told who asks.
func Visiting(ctx context.Context) context.Context { return context.WithValue(ctx, visiting{}, true) }

// InVisit reports whether the work of a context is done in a visit.
func InVisit(ctx context.Context) bool { return ctx.Value(visiting{}) != nil }

type visiting struct{}

// Mode returns the mode of the visit, or Direct.
func (p Principal) Mode() Mode {
	if p.Visit == nil {
		return Direct
	}
	return p.Visit.Mode
}

// Changing returns the principal as if the visit were in change mode: what he could do
// then. Without a visit it is the principal himself.
func (p Principal) Changing() Principal {
	if p.Visit != nil {
		visit := *p.Visit
		visit.Mode, p.Visit = Change, &visit
	}
	return p
}

// VisitID returns the id of the visit, or "".
func (p Principal) VisitID() string {
	if p.Visit == nil {
		return ""
	}
	return p.Visit.ID
}

// Owner reports whether the principal is the account itself: one of its own
// people, not acting for it.
func (p Principal) Owner(accountID string) bool {
	return !p.Acting() && !p.IsSystem() && p.Account.ID == accountID
}

// Scope returns how far this request may reach. It is Nothing until the edge has
// decided.
func (p Principal) Scope() Scope { return p.scope }

// WithScope returns the principal with the reach that the edge decided.
func (p Principal) WithScope(s Scope) Principal {
	p.scope = s
	return p
}
