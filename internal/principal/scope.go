package principal

import (
	"slices"
	"strings"
)

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
	kinds   string // the only kinds of account within it, "|" between them; "": all
	own     string // the account that is within it whatever its kind
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

// OfKinds returns the scope without the accounts of other kinds, own excepted.
func (s Scope) OfKinds(kinds []string, own string) Scope {
	s.kinds, s.own = strings.Join(kinds, "|"), own
	return s
}

// Kinds returns the only kinds of account within the scope and the account that is
// excepted; no kinds mean all.
func (s Scope) Kinds() (kinds []string, own string) {
	if s.kinds == "" {
		return nil, ""
	}
	return strings.Split(s.kinds, "|"), s.own
}

// Reach returns how wide the scope is.
func (s Scope) Reach() Reach { return s.reach }

// AccountID returns the account the scope is anchored at; "" for Everything.
func (s Scope) AccountID() string { return s.account.ID }

// Path returns the owner path the scope is anchored at; "" for Everything.
func (s Scope) Path() string { return s.account.Path }

// Covers reports whether the account lies within the scope.
func (s Scope) Covers(a Account) bool {
	if kinds, own := s.Kinds(); kinds != nil && a.ID != own && !slices.Contains(kinds, a.Kind) {
		return false
	}
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
