// Package account owns accounts: who is whose in the tree of owners, the people
// who have roles on an account, the words by which it is found, its status, and
// the invitation of its owner. Signing in is left to auth, limits to plan, what
// an account hosts to the rooms of the things themselves.
//
//	ACTIVE ⇄ SUSPENDED   its services stop; its people still sign in
//	ACTIVE ⇄ DISABLED    its people cannot sign in (also when suspended)
//	any ───▶ DELETED     gone for everybody; the row stays for the record
package account

import (
	"time"

	"innkeeper/internal/principal"
)

// Account is one account. The zero time and the empty text stand for "none".
type Account struct {
	ID              string
	Kind            Kind
	Name            string
	Email           string
	Username        string
	Phone           string
	Company         string
	Address         string
	OwnerID         string
	Path            string // the owners above it and itself: see principal.Account
	PlanID          string
	SuspendedAt     time.Time
	SuspendedReason string
	DisabledAt      time.Time
	DisabledReason  string
	DeletedAt       time.Time
	ExpiresAt       time.Time
	Version         int64 // grows with each change
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// Status is how an account stands, in one word.
type Status string

// The statuses. All is the filter that takes every account that is not deleted.
const (
	Active    Status = "active"
	Suspended Status = "suspended"
	Disabled  Status = "disabled"
	Deleted   Status = "deleted"
	All       Status = "all"
)

// Suspended reports whether its services are stopped.
func (a Account) Suspended() bool { return !a.SuspendedAt.IsZero() }

// Disabled reports whether its people are kept from signing in.
func (a Account) Disabled() bool { return !a.DisabledAt.IsZero() }

// Deleted reports whether it is gone.
func (a Account) Deleted() bool { return !a.DeletedAt.IsZero() }

// Status returns the strongest of its states.
func (a Account) Status() Status {
	switch {
	case a.Deleted():
		return Deleted
	case a.Disabled():
		return Disabled
	case a.Suspended():
		return Suspended
	default:
		return Active
	}
}

// Ref returns the account as a principal sees it.
func (a Account) Ref() principal.Account {
	return principal.Account{ID: a.ID, Name: a.Name, Kind: string(a.Kind), OwnerID: a.OwnerID, Path: a.Path}
}
