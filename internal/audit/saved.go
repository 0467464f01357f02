package audit

import (
	"context"
	"time"

	"innkeeper/internal/fault"
	"innkeeper/internal/ident"
	"innkeeper/internal/principal"
)

// The answers about saved filters.
var (
	ErrFilterNotFound = fault.New(fault.NotFound, "saved-filter-not-found", "There is no such filter.")
	ErrFilterName     = fault.New(fault.Conflict, "saved-filter-name-taken", "You have a filter of this name already.")
	ErrFilters        = fault.New(fault.Conflict, "saved-filters-too-many", "You have 50 filters. Remove one that you do not need.")
)

const (
	mostFilters    = 50
	longestName    = 60
	longestFilters = 2000
)

// SavedFilter is a question to the log that a person wants to ask again. It is his own, in
// the account by which he saved it.
type SavedFilter struct {
	ID        string
	PersonID  string
	AccountID string
	Name      string
	Query     string // the filters as they stand in an address: event=…&actor_id=…
	CreatedAt time.Time
}

// Shelf keeps saved filters; each method reaches those of the person in the scope.
type Shelf interface {
	Filters(ctx context.Context, scope principal.Scope, personID string) ([]SavedFilter, error)
	SaveFilter(ctx context.Context, f SavedFilter) error
	RemoveFilter(ctx context.Context, scope principal.Scope, personID, id string) error
}

// Bookmarks are the saved filters of people.
type Bookmarks struct {
	shelf Shelf
	tx    Tx
}

// NewBookmarks returns the service.
func NewBookmarks(shelf Shelf, tx Tx) *Bookmarks { return &Bookmarks{shelf: shelf, tx: tx} }

// List returns the person's filters by name.
func (b *Bookmarks) List(ctx context.Context, by principal.Principal) ([]SavedFilter, error) {
	return b.shelf.Filters(ctx, principal.Only(by.Subject), by.Person.ID)
}

// Save keeps a filter, by the query that asks for it. ErrFilterName when the person has one of this name, ErrFilters when
// he has as many as one can overlook.
func (b *Bookmarks) Save(ctx context.Context, by principal.Principal, name, query string) (SavedFilter, error) {
	var bad fault.Fields
	name = bad.Name("/name", name, longestName)
	if query == "" || len(query) > longestFilters {
		bad.Add("/query", "length", "Please choose a filter first.")
	}
	if err := bad.Err(); err != nil {
		return SavedFilter{}, err
	}
	f := SavedFilter{ID: ident.New(ident.SavedFilter), PersonID: by.Person.ID, AccountID: by.Subject.ID, Name: name, Query: query}
	err := b.tx.InTx(ctx, func(ctx context.Context) error {
		had, err := b.List(ctx, by)
		if err != nil {
			return err
		}
		if len(had) >= mostFilters {
			return ErrFilters
		}
		if f.CreatedAt, err = b.tx.Now(ctx); err != nil {
			return err
		}
		return b.shelf.SaveFilter(ctx, f)
	})
	return f, err
}

// Remove takes a filter of the person away.
func (b *Bookmarks) Remove(ctx context.Context, by principal.Principal, id string) error {
	return b.shelf.RemoveFilter(ctx, principal.Only(by.Subject), by.Person.ID, id)
}
