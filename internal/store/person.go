package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/principal"
)

// People keeps people and their roles on accounts. People are nobody's things:
// its methods have no scope, and only auth and account use them.
type People struct{ db *db.DB }

var _ account.People = (*People)(nil)

// NewPeople returns the store of people.
func NewPeople(d *db.DB) *People { return &People{db: d} }

type personRow struct {
	ID           string `gorm:"primaryKey"`
	Name         string
	Email        string
	Username     *string
	PasswordHash string
	PasswordAt   *int64
	DisabledAt   *int64
	LastSignInAt *int64
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
}

func (personRow) TableName() string { return "people" }

type accountPersonRow struct {
	AccountID string `gorm:"primaryKey"`
	PersonID  string `gorm:"primaryKey"`
	Role      string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (accountPersonRow) TableName() string { return "account_people" }

// Add writes a person unless one has the e-mail address, and returns who has it
// now. It returns account.ErrUsernameTaken when somebody else has the username.
func (s *People) Add(ctx context.Context, p account.Person) (account.Person, error) {
	row := personRowOf(p)
	err := s.db.Write(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
	if err != nil {
		return account.Person{}, err
	}
	var rows []personRow
	if err := s.db.Write(ctx).Where("email = ?", row.Email).Limit(1).Find(&rows).Error; err != nil {
		return account.Person{}, err
	}
	if len(rows) == 0 {
		return account.Person{}, account.ErrUsernameTaken
	}
	return rows[0].person(), nil
}

// Join gives a person a role on an account, instead of the one that person had.
func (s *People) Join(ctx context.Context, m account.Membership) error {
	row := accountPersonRow{AccountID: m.AccountID, PersonID: m.PersonID, Role: m.Role, CreatedAt: micros(m.CreatedAt)}
	return s.db.Write(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "account_id"}, {Name: "person_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"role"}),
	}).Create(&row).Error
}

// ByLogin returns the person whose e-mail address or username this is, in any
// case, or account.ErrPersonNotFound.
func (s *People) ByLogin(ctx context.Context, login string) (account.Person, error) {
	login = account.Fold(login)
	return s.one(ctx, "email = ? OR username = ?", login, login)
}

// ByID returns the person, or account.ErrPersonNotFound.
func (s *People) ByID(ctx context.Context, id string) (account.Person, error) {
	return s.one(ctx, "id = ?", id)
}

func (s *People) one(ctx context.Context, where string, values ...any) (account.Person, error) {
	var row personRow
	if err := s.db.Read(ctx).Where(where, values...).Take(&row).Error; err != nil {
		return account.Person{}, missing(err, account.ErrPersonNotFound)
	}
	return row.person(), nil
}

// SetPassword stores the hash of a person's password.
func (s *People) SetPassword(ctx context.Context, personID, hash string, at time.Time) error {
	q := s.db.Write(ctx).Model(&personRow{}).Where("id = ?", personID)
	return touched(q.Updates(map[string]any{"password_hash": hash, "password_at": micros(at)}), account.ErrPersonNotFound)
}

// TouchSignIn notes when the person last signed in.
func (s *People) TouchSignIn(ctx context.Context, personID string, at time.Time) error {
	q := s.db.Write(ctx).Model(&personRow{}).Where("id = ?", personID)
	return touched(q.Updates(map[string]any{"last_sign_in_at": micros(at)}), account.ErrPersonNotFound)
}

// Owners returns the people who have the owner's role on the account, the first
// to get it first.
func (s *People) Owners(ctx context.Context, accountID string) ([]account.Person, error) {
	var rows []personRow
	err := s.db.Read(ctx).
		Joins("JOIN account_people ON account_people.person_id = people.id").
		Joins("JOIN roles ON roles.name = account_people.role").
		Where("account_people.account_id = ? AND roles.owner = 1", accountID).
		Order("account_people.created_at, people.id").Find(&rows).Error
	return mapped(rows, personRow.person), err
}

type membershipRow struct {
	PersonID    string
	Role        string
	CreatedAt   int64
	AccountID   string
	Name        string
	Kind        string
	OwnerID     *string
	Path        string
	SuspendedAt *int64
	DisabledAt  *int64
}

// Memberships returns the person's roles on accounts that are not deleted, the
// oldest first.
func (s *People) Memberships(ctx context.Context, personID string) ([]account.Membership, error) {
	var rows []membershipRow
	err := s.db.Read(ctx).Table("account_people m").
		Select("m.person_id, m.role, m.created_at, m.account_id, a.name, a.kind, a.owner_id, a.path, a.suspended_at, a.disabled_at").
		Joins("JOIN accounts a ON a.id = m.account_id").
		Where("m.person_id = ? AND a.deleted_at IS NULL", personID).
		Order("m.created_at, m.account_id").Find(&rows).Error
	return mapped(rows, membershipRow.membership), err
}

func (r membershipRow) membership() account.Membership {
	return account.Membership{
		AccountID: r.AccountID, PersonID: r.PersonID, Role: r.Role, CreatedAt: instant(r.CreatedAt),
		Account:   principal.Account{ID: r.AccountID, Name: r.Name, Kind: r.Kind, OwnerID: textOrEmpty(r.OwnerID), Path: r.Path},
		Suspended: r.SuspendedAt != nil, Disabled: r.DisabledAt != nil,
	}
}

func personRowOf(p account.Person) personRow {
	return personRow{
		ID: p.ID, Name: p.Name, Email: account.Fold(p.Email), Username: textOrNull(account.Fold(p.Username)),
		PasswordHash: p.PasswordHash, PasswordAt: microsOrNull(p.PasswordAt), DisabledAt: microsOrNull(p.DisabledAt),
		LastSignInAt: microsOrNull(p.LastSignInAt), CreatedAt: micros(p.CreatedAt),
	}
}

func (r personRow) person() account.Person {
	return account.Person{
		ID: r.ID, Name: r.Name, Email: r.Email, Username: textOrEmpty(r.Username),
		PasswordHash: r.PasswordHash, PasswordAt: instantOrZero(r.PasswordAt), DisabledAt: instantOrZero(r.DisabledAt),
		LastSignInAt: instantOrZero(r.LastSignInAt), CreatedAt: instant(r.CreatedAt),
	}
}
