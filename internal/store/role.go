package store

import (
	"context"

	"innkeeper/internal/db"
	"innkeeper/internal/role"
)

// Roles keeps roles.
type Roles struct{ db *db.DB }

var _ role.Store = (*Roles)(nil)

// NewRoles returns the store of roles.
func NewRoles(d *db.DB) *Roles { return &Roles{db: d} }

type roleRow struct {
	Name    string `gorm:"primaryKey"`
	Kind    string
	Title   string
	Owner   int64
	BuiltIn int64
}

func (roleRow) TableName() string { return "roles" }

// List returns all roles, those of one kind together, by name.
func (s *Roles) List(ctx context.Context) ([]role.Role, error) {
	var rows []roleRow
	err := s.db.Read(ctx).Order("kind, name").Find(&rows).Error
	return mapped(rows, roleRow.role), err
}

// OfOwner returns the role of the owner of an account of the kind, or
// role.ErrNotFound.
func (s *Roles) OfOwner(ctx context.Context, kind string) (role.Role, error) {
	var row roleRow
	if err := s.db.Read(ctx).Where("kind = ? AND owner = 1", kind).Take(&row).Error; err != nil {
		return role.Role{}, missing(err, role.ErrNotFound)
	}
	return row.role(), nil
}

func (r roleRow) role() role.Role {
	return role.Role{Name: r.Name, Kind: r.Kind, Title: r.Title, Owner: r.Owner == 1, BuiltIn: r.BuiltIn == 1}
}
