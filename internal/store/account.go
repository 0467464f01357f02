package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/principal"
)

// Accounts keeps accounts and the tree of their owners.
type Accounts struct {
	db     *db.DB
	bounds searchBounds
}

var (
	_ account.Store = (*Accounts)(nil)
	_ account.Tree  = (*Accounts)(nil)
	_ account.Index = (*Accounts)(nil)
)

// NewAccounts returns the store of accounts.
func NewAccounts(d *db.DB) *Accounts {
	return &Accounts{db: d, bounds: usualBounds}
}

type accountRow struct {
	ID              string `gorm:"primaryKey"`
	Kind            string
	Name            string
	NameKey         string
	Email           string
	Username        *string
	Phone           string
	Company         string
	Address         string
	OwnerID         *string
	Path            string
	PlanID          *string
	SuspendedAt     *int64
	SuspendedReason string
	DisabledAt      *int64
	DisabledReason  string
	DeletedAt       *int64
	ExpiresAt       *int64
	Version         int64
	CreatedAt       int64 `gorm:"autoCreateTime:false"`
	UpdatedAt       int64 `gorm:"autoUpdateTime:false"`
}

func (accountRow) TableName() string { return "accounts" }

// Create writes an account. It returns account.ErrUsernameTaken when another has
// its username, account.ErrNotFound when it would stand outside the scope.
func (s *Accounts) Create(ctx context.Context, scope principal.Scope, a account.Account) error {
	if !scope.Covers(a.Ref()) {
		return account.ErrNotFound
	}
	row := accountRowOf(a)
	written := s.db.Write(ctx).
		Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "username"}}, DoNothing: true}).
		Create(&row)
	return touched(written, account.ErrUsernameTaken)
}

// ByID returns the account, or account.ErrNotFound when it is missing, deleted or
// outside the scope.
func (s *Accounts) ByID(ctx context.Context, scope principal.Scope, id string) (account.Account, error) {
	a, err := s.EverByID(ctx, scope, id)
	if err == nil && a.Deleted() {
		return account.Account{}, account.ErrNotFound
	}
	return a, err
}

// EverByID is ByID that finds deleted accounts too.
func (s *Accounts) EverByID(ctx context.Context, scope principal.Scope, id string) (account.Account, error) {
	var row accountRow
	err := s.db.Read(ctx).Scopes(withinPath(scope, "id", "path")).Where("id = ?", id).Take(&row).Error
	if err != nil {
		return account.Account{}, missing(err, account.ErrNotFound)
	}
	return row.account(), nil
}

// Ref returns the account as a principal sees it; the errors are those of ByID.
func (s *Accounts) Ref(ctx context.Context, scope principal.Scope, id string) (principal.Account, error) {
	a, err := s.ByID(ctx, scope, id)
	return a.Ref(), err
}

// Resolve is Ref without a scope: for the edge, which decides what may be reached.
func (s *Accounts) Resolve(ctx context.Context, id string) (principal.Account, error) {
	return s.Ref(ctx, principal.Everything(), id)
}

// Lock is LockWithin without a scope: for rooms that answer "not yours" in words of
// their own.
func (s *Accounts) Lock(ctx context.Context, ids ...string) (map[string]account.Account, error) {
	return s.LockWithin(ctx, principal.Everything(), ids...)
}

// LockWithin returns the accounts of these ids that are in the scope, deleted ones
// too, locked in the order of their ids until the transaction ends. Missing ones
// are left out.
func (s *Accounts) LockWithin(ctx context.Context, scope principal.Scope, ids ...string) (map[string]account.Account, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	found := make(map[string]account.Account, len(ids))
	for _, id := range ids { // one by one: a statement does not promise the order in which it locks
		var rows []accountRow
		q := s.db.Write(ctx).Scopes(withinPath(scope, "id", "path"), locking(s.db, forChange)).Where("id = ?", id)
		if err := q.Limit(1).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, row := range rows {
			found[id] = row.account()
		}
	}
	return found, nil
}

// Update writes every field that can change and raises the version.
func (s *Accounts) Update(ctx context.Context, scope principal.Scope, a account.Account) error {
	row := accountRowOf(a)
	q := s.db.Write(ctx).Model(&accountRow{}).Scopes(withinPath(scope, "id", "path")).Where("id = ?", a.ID)
	err := touched(q.Updates(map[string]any{
		"name": row.Name, "name_key": row.NameKey, "email": row.Email, "phone": row.Phone, "company": row.Company, "address": row.Address,
		"plan_id": row.PlanID, "expires_at": row.ExpiresAt,
		"suspended_at": row.SuspendedAt, "suspended_reason": row.SuspendedReason,
		"disabled_at": row.DisabledAt, "disabled_reason": row.DisabledReason, "deleted_at": row.DeletedAt,
		"updated_at": row.UpdatedAt, "version": gorm.Expr("version + 1"),
	}), account.ErrNotFound)
	if err != nil {
		return err
	}
	return s.db.Write(ctx).Model(&accountTermRow{}).Where("account_id = ? AND name_key <> ?", a.ID, row.NameKey).
		Updates(map[string]any{"name_key": row.NameKey}).Error
}

// Refs returns accounts by their ids, deleted ones too. It has no scope: they are
// named beside something that was found with one.
func (s *Accounts) Refs(ctx context.Context, ids []string) (map[string]principal.Account, error) {
	refs := make(map[string]principal.Account, len(ids))
	if ids = distinct(ids); len(ids) == 0 {
		return refs, nil
	}
	given, err := asJSON(ids)
	if err != nil {
		return nil, err
	}
	rows, err := find[refRow](s.db.Read(ctx), "WHERE "+amongGiven(s.db, "id"), given)
	for _, row := range rows {
		refs[row.ID] = principal.Account{ID: row.ID, Name: row.Name, Kind: row.Kind, OwnerID: textOrEmpty(row.OwnerID), Path: row.Path}
	}
	return refs, err
}

// refRow is an account as a principal sees it.
type refRow struct {
	ID      string
	Name    string
	Kind    string
	OwnerID *string
	Path    string
}

func (refRow) TableName() string { return "accounts" }

// Hold keeps the tree from changing its shape until the transaction ends; alone
// also keeps others from holding it.
func (s *Accounts) Hold(ctx context.Context, alone bool) error {
	return holdTree(s.db, s.db.Write(ctx), alone)
}

// Move hangs the account below another owner: one statement gives it the owner and
// all that stand below it their new path.
func (s *Accounts) Move(ctx context.Context, scope principal.Scope, a account.Account, ownerID, path string, at time.Time) error {
	from, to := prefixRange(a.Path)
	q := s.db.Write(ctx).Model(&accountRow{}).Scopes(withinPath(scope, "id", "path")).Where("path >= ? AND path < ?", from, to)
	return touched(q.Updates(map[string]any{
		"path":       gorm.Expr("? || substr(path, ?)", path, len(a.Path)+1),
		"owner_id":   gorm.Expr("CASE WHEN id = ? THEN ? ELSE owner_id END", a.ID, ownerID),
		"version":    gorm.Expr("CASE WHEN id = ? THEN version + 1 ELSE version END", a.ID),
		"updated_at": gorm.Expr("CASE WHEN id = ? THEN ? ELSE updated_at END", a.ID, micros(at)),
	}), account.ErrNotFound)
}

// OwnsAny reports whether an account that is not deleted has this one as its owner.
func (s *Accounts) OwnsAny(ctx context.Context, id string) (bool, error) {
	var rows []accountRow
	err := s.db.Read(ctx).Select("id").Where("owner_id = ? AND deleted_at IS NULL", id).Limit(1).Find(&rows).Error
	return len(rows) > 0, err
}

type accountTermRow struct {
	AccountID string `gorm:"primaryKey"`
	Source    string `gorm:"primaryKey"`
	Term      string `gorm:"primaryKey"`
	NameKey   string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (accountTermRow) TableName() string { return "account_terms" }

// SetTerms replaces the terms that a source gives to an account. It returns
// account.ErrNotFound for an account that is not there.
func (s *Accounts) SetTerms(ctx context.Context, accountID, source string, terms []string) error {
	var a accountRow
	if err := s.db.Write(ctx).Select("name_key", "created_at").Where("id = ?", accountID).Take(&a).Error; err != nil {
		return missing(err, account.ErrNotFound)
	}
	if err := s.db.Write(ctx).Where("source = ? AND account_id = ?", source, accountID).Delete(&accountTermRow{}).Error; err != nil {
		return err
	}
	rows := mapped(terms, func(term string) accountTermRow {
		return accountTermRow{AccountID: accountID, Source: source, Term: term, NameKey: a.NameKey, CreatedAt: a.CreatedAt}
	})
	if len(rows) == 0 {
		return nil
	}
	return s.db.Write(ctx).CreateInBatches(rows, 100).Error
}

// distinct returns the ids that are not empty, each once.
func distinct(ids []string) []string {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

func accountRowOf(a account.Account) accountRow {
	return accountRow{
		ID: a.ID, Kind: string(a.Kind), Name: a.Name, NameKey: account.Key(a.Name), Email: a.Email, Username: textOrNull(a.Username),
		Phone: a.Phone, Company: a.Company, Address: a.Address, OwnerID: textOrNull(a.OwnerID), Path: a.Path, PlanID: textOrNull(a.PlanID),
		SuspendedAt: microsOrNull(a.SuspendedAt), SuspendedReason: a.SuspendedReason,
		DisabledAt: microsOrNull(a.DisabledAt), DisabledReason: a.DisabledReason,
		DeletedAt: microsOrNull(a.DeletedAt), ExpiresAt: microsOrNull(a.ExpiresAt),
		Version: a.Version, CreatedAt: micros(a.CreatedAt), UpdatedAt: micros(a.UpdatedAt),
	}
}

func (r accountRow) account() account.Account {
	return account.Account{
		ID: r.ID, Kind: account.Kind(r.Kind), Name: r.Name, Email: r.Email, Username: textOrEmpty(r.Username),
		Phone: r.Phone, Company: r.Company, Address: r.Address, OwnerID: textOrEmpty(r.OwnerID), Path: r.Path, PlanID: textOrEmpty(r.PlanID),
		SuspendedAt: instantOrZero(r.SuspendedAt), SuspendedReason: r.SuspendedReason,
		DisabledAt: instantOrZero(r.DisabledAt), DisabledReason: r.DisabledReason,
		DeletedAt: instantOrZero(r.DeletedAt), ExpiresAt: instantOrZero(r.ExpiresAt),
		Version: r.Version, CreatedAt: instant(r.CreatedAt), UpdatedAt: instant(r.UpdatedAt),
	}
}
