package store

import (
	"context"

	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

var _ audit.Shelf = (*Audit)(nil)

type savedFilterRow struct {
	ID        string `gorm:"primaryKey"`
	PersonID  string
	AccountID string
	Name      string
	Query     string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (savedFilterRow) TableName() string { return "saved_filters" }

// Filters returns the person's saved filters in the scope, by name.
func (s *Audit) Filters(ctx context.Context, scope principal.Scope, personID string) ([]audit.SavedFilter, error) {
	var rows []savedFilterRow
	err := s.db.Read(ctx).Scopes(within(scope, "account_id")).Where("person_id = ?", personID).Order("name, id").Find(&rows).Error
	return mapped(rows, savedFilterRow.filter), err
}

// SaveFilter writes a filter. It returns audit.ErrFilterName when the person has one of
// this name.
func (s *Audit) SaveFilter(ctx context.Context, f audit.SavedFilter) error {
	row := savedFilterRow{ID: f.ID, PersonID: f.PersonID, AccountID: f.AccountID, Name: f.Name, Query: f.Query, CreatedAt: micros(f.CreatedAt)}
	return taken(s.db.Write(ctx).Create(&row).Error, audit.ErrFilterName)
}

// RemoveFilter removes a filter of the person.
func (s *Audit) RemoveFilter(ctx context.Context, scope principal.Scope, personID, id string) error {
	q := s.db.Write(ctx).Scopes(within(scope, "account_id")).Where("person_id = ? AND id = ?", personID, id).Delete(&savedFilterRow{})
	return touched(q, audit.ErrFilterNotFound)
}

func (r savedFilterRow) filter() audit.SavedFilter {
	return audit.SavedFilter{ID: r.ID, PersonID: r.PersonID, AccountID: r.AccountID, Name: r.Name, Query: r.Query, CreatedAt: instant(r.CreatedAt)}
}
