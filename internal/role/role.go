// Package role owns the list of roles: which there are, on what kind of account
// each can be held, and which one the owner of an account has. What a role may do
// is left to rbac; who has it, to account.
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
