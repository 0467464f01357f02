package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"innkeeper/internal/db"
	"innkeeper/internal/dns"
	"innkeeper/internal/mail"
	"innkeeper/internal/principal"
)

// Mailboxes keeps mailboxes.
type Mailboxes struct{ db *db.DB }

var (
	_ mail.Store    = (*Mailboxes)(nil)
	_ mail.Domains  = (*Domains)(nil)
	_ dns.Mailboxes = (*Mailboxes)(nil)
)

// NewMailboxes returns the store of mailboxes.
func NewMailboxes(d *db.DB) *Mailboxes { return &Mailboxes{db: d} }

type mailboxRow struct {
	ID           string `gorm:"primaryKey"`
	AccountID    string
	DomainID     string
	Address      string
	PasswordHash string
	QuotaBytes   *int64
	UsedBytes    int64
	ReadyAt      *int64
	Version      int64
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	DeletedAt    *int64
}

func (mailboxRow) TableName() string { return "mailboxes" }

// mailboxColumns are what is read of a mailbox: whether there is a password, but
// not its hash.
const mailboxColumns = "id, account_id, domain_id, address, CASE WHEN password_hash = '' THEN '' ELSE 'set' END AS password_hash," +
	" quota_bytes, used_bytes, ready_at, version, created_at, deleted_at"

func liveMailboxes(q *gorm.DB, scope principal.Scope) *gorm.DB {
	return q.Model(&mailboxRow{}).Where("deleted_at IS NULL").Where(ofLiveAccount).Scopes(within(scope, "account_id"))
}

// ByID returns a mailbox in the scope.
func (s *Mailboxes) ByID(ctx context.Context, scope principal.Scope, id string) (mail.Mailbox, error) {
	return takeMailbox(liveMailboxes(s.db.Read(ctx), scope).Where("id = ?", id))
}

// ByIDForUpdate returns a mailbox in the scope and locks its row.
func (s *Mailboxes) ByIDForUpdate(ctx context.Context, scope principal.Scope, id string) (mail.Mailbox, error) {
	return takeMailbox(liveMailboxes(s.db.Write(ctx), scope).Scopes(locking(s.db, forChange)).Where("id = ?", id))
}

func takeMailbox(q *gorm.DB) (mail.Mailbox, error) {
	var row mailboxRow
	err := q.Select(mailboxColumns).Take(&row).Error
	return row.mailbox(), missing(err, mail.ErrNotFound)
}

// List returns mailboxes in the scope by address.
func (s *Mailboxes) List(ctx context.Context, scope principal.Scope, f mail.Filter, after string, limit int) ([]mail.Mailbox, error) {
	q := liveMailboxes(s.db.Read(ctx), scope).Select(mailboxColumns).Where("address > ?", after)
	if f.AccountID != "" {
		q = q.Where("account_id = ?", f.AccountID)
	}
	if f.Query != "" {
		q = q.Where(`address LIKE ? ESCAPE '\'`, "%"+escapeLike(f.Query)+"%")
	}
	var rows []mailboxRow
	err := q.Order("address").Limit(limit).Find(&rows).Error
	return mapped(rows, mailboxRow.mailbox), err
}

// Addresses returns the addresses of a domain's mailboxes in the scope.
func (s *Mailboxes) Addresses(ctx context.Context, scope principal.Scope, domainID string, limit int) ([]string, error) {
	var addresses []string
	err := liveMailboxes(s.db.Read(ctx), scope).Where("domain_id = ?", domainID).
		Order("address").Limit(limit).Pluck("address", &addresses).Error
	return addresses, err
}

// Taken reports whether a mailbox in the scope has the address.
func (s *Mailboxes) Taken(ctx context.Context, scope principal.Scope, address string) (bool, error) {
	var n int64
	err := liveMailboxes(s.db.Read(ctx), scope).Where("address = ?", address).Count(&n).Error
	return n > 0, err
}

// PasswordHash returns the hash of a mailbox's password, "" while it has none. It
// is what a mail server checks a sign-in against.
func (s *Mailboxes) PasswordHash(ctx context.Context, scope principal.Scope, id string) (string, error) {
	var row mailboxRow
	err := liveMailboxes(s.db.Read(ctx), scope).Select("id, password_hash").Where("id = ?", id).Take(&row).Error
	return row.PasswordHash, missing(err, mail.ErrNotFound)
}

// Create writes a mailbox in a live domain of the same account, both in the
// scope.
func (s *Mailboxes) Create(ctx context.Context, scope principal.Scope, m mail.Mailbox, hash string) error {
	var n int64
	err := liveDomains(s.db.Read(ctx), scope).Where("id = ? AND account_id = ?", m.DomainID, m.AccountID).Count(&n).Error
	if err != nil {
		return err
	}
	if n == 0 {
		return dns.ErrNotFound
	}
	row := mailboxRow{
		ID: m.ID, AccountID: m.AccountID, DomainID: m.DomainID, Address: m.Address, PasswordHash: hash,
		QuotaBytes: m.Quota, UsedBytes: m.Used, ReadyAt: microsOrNull(m.ReadyAt), Version: m.Version,
		CreatedAt: micros(m.CreatedAt), DeletedAt: microsOrNull(m.DeletedAt),
	}
	return taken(s.db.Write(ctx).Create(&row).Error, mail.ErrTaken)
}

// SetPassword keeps the hash of a new password.
func (s *Mailboxes) SetPassword(ctx context.Context, scope principal.Scope, id, hash string) error {
	return s.update(ctx, scope, id, map[string]any{"password_hash": hash, "version": gorm.Expr("version + 1")})
}

// SetQuota keeps how much a mailbox holds.
func (s *Mailboxes) SetQuota(ctx context.Context, scope principal.Scope, id string, quota *int64) error {
	return s.update(ctx, scope, id, map[string]any{"quota_bytes": quota, "version": gorm.Expr("version + 1")})
}

// SetMeasured notes since when the mailbox is on disk, and how large it is. That
// is no new version: nobody changed the mailbox.
func (s *Mailboxes) SetMeasured(ctx context.Context, scope principal.Scope, id string, readyAt time.Time, used int64) error {
	return s.update(ctx, scope, id, map[string]any{"ready_at": micros(readyAt), "used_bytes": used})
}

// Delete marks a mailbox as deleted.
func (s *Mailboxes) Delete(ctx context.Context, scope principal.Scope, id string, at time.Time) error {
	return s.update(ctx, scope, id, map[string]any{"deleted_at": micros(at), "version": gorm.Expr("version + 1")})
}

func (s *Mailboxes) update(ctx context.Context, scope principal.Scope, id string, columns map[string]any) error {
	return touched(liveMailboxes(s.db.Write(ctx), scope).Where("id = ?", id).Updates(columns), mail.ErrNotFound)
}

func (r mailboxRow) mailbox() mail.Mailbox {
	if r.ID == "" {
		return mail.Mailbox{}
	}
	return mail.Mailbox{
		ID: r.ID, AccountID: r.AccountID, DomainID: r.DomainID, Address: r.Address, PasswordSet: r.PasswordHash != "",
		Quota: r.QuotaBytes, Used: r.UsedBytes, ReadyAt: instantOrZero(r.ReadyAt), Version: r.Version,
		CreatedAt: instant(r.CreatedAt), DeletedAt: instantOrZero(r.DeletedAt),
	}
}
