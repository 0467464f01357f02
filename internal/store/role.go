package store

import (
	"context"

	"innkeeper/internal/db"
	"innkeeper/internal/role"
)

// Roles keeps roles, what custom ones may do, and who of an account has which.
type Roles struct{ db *db.DB }

var _ role.Shelf = (*Roles)(nil)

// NewRoles returns the store of roles.
func NewRoles(d *db.DB) *Roles { return &Roles{db: d} }

type roleRow struct {
	Name    string `gorm:"primaryKey"`
	Kind    string
	Title   string
	Owner   int64
	BuiltIn int64

	Family      string
	Impersonate string
}

func (roleRow) TableName() string { return "roles" }

// List returns all roles, those of one kind together, by name.
func (s *Roles) List(ctx context.Context) ([]role.Role, error) {
	var rows []roleRow
	if err := s.db.Read(ctx).Order("kind, name").Find(&rows).Error; err != nil {
		return nil, err
	}
	given, err := s.permissions(ctx)
	roles := mapped(rows, roleRow.role)
	for i := range roles {
		roles[i].Permissions = given[roles[i].Name]
	}
	return roles, err
}

type rolePermissionRow struct {
	Role       string `gorm:"primaryKey"`
	Permission string `gorm:"primaryKey"`
}

func (rolePermissionRow) TableName() string { return "role_permissions" }

// permissions returns what custom roles may do, sorted, by role.
func (s *Roles) permissions(ctx context.Context) (map[string][]string, error) {
	var rows []rolePermissionRow
	err := s.db.Read(ctx).Order("role, permission").Find(&rows).Error
	given := map[string][]string{}
	for _, row := range rows {
		given[row.Role] = append(given[row.Role], row.Permission)
	}
	return given, err
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
	return role.Role{
		Name: r.Name, Kind: r.Kind, Title: r.Title, Owner: r.Owner == 1, BuiltIn: r.BuiltIn == 1,
		Family: role.Family(r.Family), Impersonate: role.Impersonate(r.Impersonate),
	}
}
