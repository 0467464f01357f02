package store

import (
	"context"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/dns"
	"innkeeper/internal/principal"
)

// Domains keeps domains, and the words by which their accounts are found.
type Domains struct{ db *db.DB }

var _ dns.Store = (*Domains)(nil)

// NewDomains returns the store of domains.
func NewDomains(d *db.DB) *Domains { return &Domains{db: d} }

type domainRow struct {
	ID           string `gorm:"primaryKey"`
	AccountID    string
	Name         string
	NameKey      string
	DocumentRoot string
	Status       string
	Serial       int64
	Version      int64
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	DeletedAt    *int64
}

func (domainRow) TableName() string { return "domains" }

// liveDomains is the query for domains in the scope that are not deleted, nor
// their account.
func liveDomains(q *gorm.DB, scope principal.Scope) *gorm.DB {
	return q.Model(&domainRow{}).Where("deleted_at IS NULL").Where(ofLiveAccount).Scopes(within(scope, "account_id"))
}

// ofLiveAccount is met by what an account has until it is deleted.
const ofLiveAccount = "EXISTS (SELECT 1 FROM accounts a WHERE a.id = account_id AND a.deleted_at IS NULL)"

// covered refuses rows for an account that is deleted or that the scope does not
// cover.
func covered(ctx context.Context, d *db.DB, scope principal.Scope, accountID string, otherwise error) error {
	var n int64
	q := d.Read(ctx).Table("accounts").Where("id = ? AND deleted_at IS NULL", accountID).Scopes(withinPath(scope, "id", "path"))
	if err := q.Count(&n).Error; err != nil || n > 0 {
		return err
	}
	return otherwise
}

// ByID returns a domain in the scope.
func (s *Domains) ByID(ctx context.Context, scope principal.Scope, id string) (dns.Domain, error) {
	var row domainRow
	err := liveDomains(s.db.Read(ctx), scope).Where("id = ?", id).Take(&row).Error
	return row.domain(), missing(err, dns.ErrNotFound)
}

// ByIDForUpdate returns a domain in the scope and locks its row.
func (s *Domains) ByIDForUpdate(ctx context.Context, scope principal.Scope, id string) (dns.Domain, error) {
	return s.lock(ctx, scope, "id = ?", id)
}

// ByNameForUpdate returns the live domain of that name in the scope and locks
// its row.
func (s *Domains) ByNameForUpdate(ctx context.Context, scope principal.Scope, name string) (dns.Domain, error) {
	return s.lock(ctx, scope, "name = ?", name)
}

func (s *Domains) lock(ctx context.Context, scope principal.Scope, where, value string) (dns.Domain, error) {
	var row domainRow
	err := liveDomains(s.db.Write(ctx), scope).Scopes(locking(s.db, forChange)).Where(where, value).Take(&row).Error
	return row.domain(), missing(err, dns.ErrNotFound)
}

// List returns domains in the scope by name.
func (s *Domains) List(ctx context.Context, scope principal.Scope, f dns.Filter, after string, limit int) ([]dns.Domain, error) {
	q := liveDomains(s.db.Read(ctx), scope).Where("name > ?", after)
	if f.AccountID != "" {
		q = q.Where("account_id = ?", f.AccountID)
	}
	if f.Query != "" {
		q = q.Where(`name LIKE ? ESCAPE '\'`, "%"+escapeLike(f.Query)+"%")
	}
	var rows []domainRow
	err := q.Order("name").Limit(limit).Find(&rows).Error
	return mapped(rows, domainRow.domain), err
}

// Roots returns the document roots of the account's live domains.
func (s *Domains) Roots(ctx context.Context, scope principal.Scope, accountID string) ([]string, error) {
	var roots []string
	err := liveDomains(s.db.Read(ctx), scope).Where("account_id = ?", accountID).Order("name").Pluck("document_root", &roots).Error
	return roots, err
}

// Claimed reports whether the name is in use, or lies above or below a name of
// another account. It sees all accounts, and tells nothing about whose it is.
func (s *Domains) Claimed(ctx context.Context, accountID, name string) (bool, error) {
	if err := s.holdNames(ctx, name); err != nil {
		return false, err
	}
	from, to := prefixRange(nameKey(name))
	var n int64
	err := s.db.Read(ctx).Model(&domainRow{}).Where("deleted_at IS NULL").
		Where("name = ? OR (account_id <> ? AND (name IN ? OR (name_key >= ? AND name_key < ?)))", name, accountID, above(name), from, to).
		Limit(1).Count(&n).Error
	return n > 0, err
}

// holdNames lets one transaction at a time decide about names with the same last
// two labels. SQLite has one writer: there it is the case already.
func (s *Domains) holdNames(ctx context.Context, name string) error {
	if s.db.Dialect() != db.Postgres {
		return nil
	}
	labels := strings.Split(name, ".")
	hash := fnv.New64a()
	hash.Write([]byte("domains " + strings.Join(labels[max(0, len(labels)-2):], ".")))
	return s.db.Write(ctx).Exec("SELECT pg_advisory_xact_lock(?)", int64(hash.Sum64())).Error
}

// Create writes a domain of an account in the scope.
func (s *Domains) Create(ctx context.Context, scope principal.Scope, d dns.Domain) error {
	if err := covered(ctx, s.db, scope, d.AccountID, dns.ErrNotFound); err != nil {
		return err
	}
	row := domainRowOf(d)
	if err := s.db.Write(ctx).Create(&row).Error; err != nil {
		return taken(err, dns.ErrTaken)
	}
	return NewAccounts(s.db).SetTerms(ctx, d.AccountID, d.ID, account.Terms(d.Name, dns.Display(d.Name)))
}

// SetStatus says how far the domain has come.
func (s *Domains) SetStatus(ctx context.Context, scope principal.Scope, id string, status dns.Status) error {
	return s.update(ctx, scope, id, map[string]any{"status": string(status), "version": gorm.Expr("version + 1")})
}

// Renumber raises the serial.
func (s *Domains) Renumber(ctx context.Context, scope principal.Scope, id string) error {
	return s.update(ctx, scope, id, map[string]any{"serial": gorm.Expr("serial + 1"), "version": gorm.Expr("version + 1")})
}

// Delete marks a domain as deleted; its account is no longer found by it.
func (s *Domains) Delete(ctx context.Context, scope principal.Scope, id string, at time.Time) error {
	if err := s.update(ctx, scope, id, map[string]any{"deleted_at": micros(at), "version": gorm.Expr("version + 1")}); err != nil {
		return err
	}
	return s.db.Write(ctx).Where("source = ?", id).Delete(&accountTermRow{}).Error
}

func (s *Domains) update(ctx context.Context, scope principal.Scope, id string, columns map[string]any) error {
	return touched(liveDomains(s.db.Write(ctx), scope).Where("id = ?", id).Updates(columns), dns.ErrNotFound)
}

// nameKey returns the labels backwards, each followed by a dot: "com.example."
// is the beginning of all that lies below example.com.
func nameKey(name string) string {
	labels := strings.Split(name, ".")
	slices.Reverse(labels)
	return strings.Join(labels, ".") + "."
}

// above returns the names of at least two labels above a name.
func above(name string) []string {
	var names []string
	for {
		_, parent, ok := strings.Cut(name, ".")
		if !ok || !strings.Contains(parent, ".") {
			return names
		}
		names = append(names, parent)
		name = parent
	}
}

func domainRowOf(d dns.Domain) domainRow {
	return domainRow{
		ID: d.ID, AccountID: d.AccountID, Name: d.Name, NameKey: nameKey(d.Name), DocumentRoot: d.DocumentRoot,
		Status: string(d.Status), Serial: d.Serial, Version: d.Version,
		CreatedAt: micros(d.CreatedAt), DeletedAt: microsOrNull(d.DeletedAt),
	}
}

func (r domainRow) domain() dns.Domain {
	if r.ID == "" {
		return dns.Domain{}
	}
	return dns.Domain{
		ID: r.ID, AccountID: r.AccountID, Name: r.Name, DocumentRoot: r.DocumentRoot,
		Status: dns.Status(r.Status), Serial: r.Serial, Version: r.Version,
		CreatedAt: instant(r.CreatedAt), DeletedAt: instantOrZero(r.DeletedAt),
	}
}
