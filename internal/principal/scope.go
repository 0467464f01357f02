package principal

import "strings"

// Reach is how wide a scope is.
type Reach int

// The reaches, from nothing to everything.
const (
	ReachNothing Reach = iota // the zero value: a forgotten scope finds nothing
	ReachSelf                 // one account
	ReachTree                 // one account and all it owns, at any depth
	ReachAll
)

// Scope bounds what storage may find. Every store method that reads or writes an
// account's things takes one; the zero value finds nothing.
type Scope struct {
	reach   Reach
	account Account
}

// Everything returns the scope without bounds.
func Everything() Scope { return Scope{reach: ReachAll} }

// Only returns the scope of one account.
func Only(a Account) Scope { return Scope{reach: ReachSelf, account: a} }

// Tree returns the scope of an account and everything it owns.
func Tree(a Account) Scope {
	if a.Path == "" {
		return Scope{}
	}
	return Scope{reach: ReachTree, account: a}
}

// Reach returns how wide the scope is.
func (s Scope) Reach() Reach { return s.reach }

// AccountID returns the account the scope is anchored at; "" for Everything.
func (s Scope) AccountID() string { return s.account.ID }

// Path returns the owner path the scope is anchored at; "" for Everything.
func (s Scope) Path() string { return s.account.Path }

// Covers reports whether the account lies within the scope.
func (s Scope) Covers(a Account) bool {
	switch s.reach {
	case ReachAll:
		return true
	case ReachTree:
		return strings.HasPrefix(a.Path, s.account.Path)
	case ReachSelf:
		return a.ID == s.account.ID
	default:
		return false
	}
}
