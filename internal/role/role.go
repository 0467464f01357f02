// Package role owns the list of roles: which there are, on what kind of account
// each can be held, which one the owner of an account has, what custom ones may do,
// and who of a provider's staff has which. Deciding by them is left to rbac, the
// first role of a person to account.
package role

import (
	"context"

	"innkeeper/internal/principal"
)

// Role is a set of rights that a person can have on an account.
type Role struct {
	Name    string
	Kind    string // of the accounts on which it can be held
	Title   string // as people read it
	Owner   bool   // the one that the account's owner has
	BuiltIn bool

	// What a custom role may do; a built-in one has its lines in the policy.
	Family      Family
	Impersonate Impersonate
	Permissions []string // on the accounts of customers and resellers, sorted
}

// Family says what a role is for.
type Family string

// The families. Those who report read, and never enter an account.
const (
	Administrative Family = "administrative"
	Reporting      Family = "reporting"
)

// Impersonate says how the holders of a role may enter the accounts of customers and
// resellers.
type Impersonate string

// The ways to enter.
const (
	Nobodys  Impersonate = "none"
	ToLook   Impersonate = "look"
	ToChange Impersonate = "change" // and to look
)

// Modes returns the modes of a visit that this way to enter allows.
func (i Impersonate) Modes() []principal.Mode {
	switch i {
	case ToLook:
		return []principal.Mode{principal.Look}
	case ToChange:
		return []principal.Mode{principal.Look, principal.Change}
	default:
		return nil
	}
}

// Store keeps roles.
type Store interface {
	// List returns all roles, those of one kind together, by name.
	List(ctx context.Context) ([]Role, error)
	// OfOwner returns the role of the owner of an account of the kind, or
	// ErrNotFound.
	OfOwner(ctx context.Context, kind string) (Role, error)
}

// Service answers questions about roles.
type Service struct{ store Store }

// New returns the service.
func New(store Store) *Service { return &Service{store: store} }

// List returns all roles. They are no secret: everybody who is signed in may know
// which there are.
func (s *Service) List(ctx context.Context, _ principal.Principal) ([]Role, error) {
	return s.store.List(ctx)
}

// OwnerRole returns the name of the role that the owner of an account of the kind
// has. It returns ErrNotFound for a kind that nobody can own.
func (s *Service) OwnerRole(ctx context.Context, kind string) (string, error) {
	r, err := s.store.OfOwner(ctx, kind)
	return r.Name, err
}
