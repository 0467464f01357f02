package store

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"innkeeper/internal/principal"
	"innkeeper/internal/role"
)

// Lock returns a role with its permissions and keeps it from changing until the
// commit, or role.ErrNotFound.
func (s *Roles) Lock(ctx context.Context, name string) (role.Role, error) {
	var row roleRow
	err := s.db.Write(ctx).Scopes(locking(s.db, forUpdate)).Where("name = ?", name).Take(&row).Error
	if err != nil {
		return role.Role{}, missing(err, role.ErrNotFound)
	}
	given, err := s.permissions(ctx)
	r := row.role()
	r.Permissions = given[name]
	return r, err
}

// Create writes a custom role; role.ErrTaken when there is one of that name.
func (s *Roles) Create(ctx context.Context, r role.Role) error {
	row := roleRow{Name: r.Name, Kind: r.Kind, Title: r.Title, Family: string(r.Family), Impersonate: string(r.Impersonate)}
	q := s.db.Write(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if q.Error == nil && q.RowsAffected == 0 {
		return role.ErrTaken
	}
	if q.Error != nil {
		return q.Error
	}
	return s.allow(ctx, r)
}

// Update writes title, way to enter and permissions of a custom role.
func (s *Roles) Update(ctx context.Context, r role.Role) error {
	q := s.custom(ctx, r.Name).Updates(map[string]any{"title": r.Title, "impersonate": string(r.Impersonate)})
	if err := touched(q, role.ErrNotFound); err != nil {
		return err
	}
	if err := s.db.Write(ctx).Where("role = ?", r.Name).Delete(&rolePermissionRow{}).Error; err != nil {
		return err
	}
	return s.allow(ctx, r)
}

func (s *Roles) allow(ctx context.Context, r role.Role) error {
	if len(r.Permissions) == 0 {
		return nil
	}
	rows := mapped(r.Permissions, func(p string) rolePermissionRow { return rolePermissionRow{Role: r.Name, Permission: p} })
	return s.db.Write(ctx).Create(&rows).Error
}

// Delete removes a custom role with its permissions.
func (s *Roles) Delete(ctx context.Context, name string) error {
	if err := s.db.Write(ctx).Where("role = ?", name).Delete(&rolePermissionRow{}).Error; err != nil {
		return err
	}
	return touched(s.custom(ctx, name).Delete(&roleRow{}), role.ErrNotFound)
}

func (s *Roles) custom(ctx context.Context, name string) *gorm.DB {
	return s.db.Write(ctx).Model(&roleRow{}).Where("name = ?", name).Where("built_in = 0")
}

// Held reports whether anybody has the role.
func (s *Roles) Held(ctx context.Context, name string) (bool, error) {
	var n int64
	err := s.db.Read(ctx).Model(&accountPersonRow{}).Where("role = ?", name).Count(&n).Error
	return n > 0, err
}

// Raise raises the version of the policy.
func (s *Roles) Raise(ctx context.Context) error {
	return s.db.Write(ctx).Exec("UPDATE policy_version SET version = version + 1 WHERE id = 1").Error
}

// Version returns the version of the policy.
func (s *Roles) Version(ctx context.Context) (int64, error) {
	var version int64
	err := s.db.Read(ctx).Raw("SELECT version FROM policy_version WHERE id = 1").Scan(&version).Error
	return version, err
}

type holderRow struct {
	PersonID    string
	PersonName  string
	Email       string
	Role        string
	AccountID   string
	AccountName string
	Kind        string
	OwnerID     *string
	Path        string
}

// Staff returns the people of a provider's staff in the scope, in the order of their
// accounts, behind that one.
func (s *Roles) Staff(ctx context.Context, scope principal.Scope, after role.Holder, limit int) ([]role.Holder, error) {
	return s.staff(ctx, scope, limit, "(m.account_id, m.person_id) > (?, ?)", after.Account.ID, after.PersonID)
}

// OfStaff returns one of them, or role.ErrNobody.
func (s *Roles) OfStaff(ctx context.Context, scope principal.Scope, personID string) (role.Holder, error) {
	found, err := s.staff(ctx, scope, 1, "m.person_id = ?", personID)
	if err != nil || len(found) == 0 {
		return role.Holder{}, errors.Join(err, role.ErrNobody)
	}
	return found[0], nil
}

func (s *Roles) staff(ctx context.Context, scope principal.Scope, limit int, where string, args ...any) ([]role.Holder, error) {
	var rows []holderRow
	err := s.db.Read(ctx).Table("account_people m").
		Select("m.person_id, p.name AS person_name, p.email, m.role, m.account_id, a.name AS account_name, a.kind, a.owner_id, a.path").
		Joins("JOIN people p ON p.id = m.person_id").Joins("JOIN accounts a ON a.id = m.account_id").
		Scopes(within(scope, "m.account_id")).Where("a.kind = 'support' AND a.deleted_at IS NULL").Where(where, args...).
		Order("m.account_id, m.person_id").Limit(limit).Scan(&rows).Error
	return mapped(rows, holderRow.holder), err
}

func (r holderRow) holder() role.Holder {
	return role.Holder{
		PersonID: r.PersonID, Name: r.PersonName, Email: r.Email, Role: r.Role,
		Account: principal.Account{ID: r.AccountID, Name: r.AccountName, Kind: r.Kind, OwnerID: textOrEmpty(r.OwnerID), Path: r.Path},
	}
}

// Give gives a person of an account in the scope another role; role.ErrNobody when
// there is no such person.
func (s *Roles) Give(ctx context.Context, scope principal.Scope, h role.Holder) error {
	q := s.db.Write(ctx).Model(&accountPersonRow{}).Scopes(within(scope, "account_id")).
		Where("account_id = ?", h.Account.ID).Where("person_id = ?", h.PersonID)
	return touched(q.Updates(map[string]any{"role": h.Role}), role.ErrNobody)
}
