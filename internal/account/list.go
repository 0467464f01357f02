package account

import (
	"context"
	"time"

	"innkeeper/internal/principal"
)

// Sort is the order of a list; accounts that are equal in it stand by their ids.
type Sort string

// The orders. Names that differ only in case or accents stand together.
const (
	ByName        Sort = "name"
	ByNameDesc    Sort = "-name"
	ByCreated     Sort = "created_at"
	ByCreatedDesc Sort = "-created_at"
)

// Position is a place in a list: behind the account that has these values.
type Position struct {
	Key string    `json:"k,omitempty"` // the sorted name
	At  time.Time `json:"t"`
	ID  string    `json:"i"`
}

// PositionOf returns the place behind the account.
func PositionOf(a Account) Position { return Position{Key: Key(a.Name), At: a.CreatedAt, ID: a.ID} }

// Filter narrows a list of accounts; empty fields do not. Deleted accounts are in
// none. Words is set by List.
type Filter struct {
	Query   string
	Status  Status // empty: neither disabled nor deleted
	Kind    Kind
	OwnerID string
	Sort    Sort // empty: ByName
	After   Position
	Limit   int

	Words []string // of the query, folded: each begins a term of the account
}

// Page is one page of a list.
type Page struct {
	Accounts []Details
	// HiddenDisabled is how many disabled accounts a search would have found that
	// found nothing else, at most a thousand.
	HiddenDisabled int
}

// mostHidden bounds how far hidden accounts are counted.
const mostHidden = 1000

// Get returns an account, or ErrNotFound.
func (s *Service) Get(ctx context.Context, by principal.Principal, id string) (Details, error) {
	a, err := s.d.Accounts.ByID(ctx, by.Scope(), id)
	if err != nil {
		return Details{}, err
	}
	return s.detail(ctx, by, a)
}

// List returns the accounts that the principal may see and the filter takes.
func (s *Service) List(ctx context.Context, by principal.Principal, f Filter) (Page, error) {
	f.Words = Words(f.Query)
	found, err := s.d.Index.List(ctx, by.Scope(), f)
	if err != nil {
		return Page{}, err
	}
	page := Page{}
	if page.Accounts, err = s.details(ctx, by, found); err != nil {
		return Page{}, err
	}
	if len(found) == 0 && len(f.Words) > 0 && f.Status == "" && f.After.ID == "" {
		f.Status, f.Limit = Disabled, mostHidden
		hidden, err := s.d.Index.List(ctx, by.Scope(), f)
		page.HiddenDisabled = len(hidden)
		return page, err
	}
	return page, err
}
