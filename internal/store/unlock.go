package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"innkeeper/internal/db"
	"innkeeper/internal/mail"
	"innkeeper/internal/principal"
)

// Unlocks keeps the owners' grants to read a mailbox.
type Unlocks struct{ db *db.DB }

var _ mail.UnlockStore = (*Unlocks)(nil)

// NewUnlocks returns the store of grants.
func NewUnlocks(d *db.DB) *Unlocks { return &Unlocks{db: d} }

type unlockRow struct {
	ID        string `gorm:"primaryKey"`
	AccountID string
	MailboxID string
	GrantedBy string
	GrantedAt int64
	Until     int64
	RevokedAt *int64
	Address   string `gorm:"->"` // of the mailbox
}

func (unlockRow) TableName() string { return "mailbox_unlocks" }

const unlockColumns = "mailbox_unlocks.*, (SELECT address FROM mailboxes WHERE mailboxes.id = mailbox_unlocks.mailbox_id) AS address"

// openUnlocks are the grants in the scope that are not revoked, of mailboxes that
// are still there.
func openUnlocks(q *gorm.DB, scope principal.Scope) *gorm.DB {
	return q.Model(&unlockRow{}).Where("revoked_at IS NULL").Where(ofLiveAccount).Scopes(within(scope, "account_id")).
		Where("EXISTS (SELECT 1 FROM mailboxes WHERE mailboxes.id = mailbox_id AND mailboxes.account_id = mailbox_unlocks.account_id AND mailboxes.deleted_at IS NULL)")
}

// Live returns the grants in the scope that last at the instant, by when they end:
// of all its mailboxes, or of those named.
func (s *Unlocks) Live(ctx context.Context, scope principal.Scope, at time.Time, mailboxIDs ...string) ([]mail.Unlock, error) {
	q := openUnlocks(s.db.Read(ctx), scope).Where("until > ?", micros(at))
	if len(mailboxIDs) > 0 {
		q = q.Where("mailbox_id IN ?", mailboxIDs)
	}
	var rows []unlockRow
	err := q.Select(unlockColumns).Order("until, id").Find(&rows).Error
	return mapped(rows, unlockRow.unlock), err
}

// Hold returns the grant of a mailbox in the scope that lasts at the instant, and
// keeps it from being revoked until the transaction ends.
func (s *Unlocks) Hold(ctx context.Context, scope principal.Scope, mailboxID string, at time.Time) (mail.Unlock, error) {
	return s.take(openUnlocks(s.db.Write(ctx), scope).Scopes(locking(s.db, forChange)).Where("mailbox_id = ? AND until > ?", mailboxID, micros(at)))
}

// ByIDForUpdate returns a grant in the scope that is not revoked and locks its row.
func (s *Unlocks) ByIDForUpdate(ctx context.Context, scope principal.Scope, id string) (mail.Unlock, error) {
	return s.take(openUnlocks(s.db.Write(ctx), scope).Scopes(locking(s.db, forChange)).Where("id = ?", id))
}

func (s *Unlocks) take(q *gorm.DB) (mail.Unlock, error) {
	var row unlockRow
	err := q.Select(unlockColumns).Take(&row).Error
	return row.unlock(), missing(err, mail.ErrNoUnlock)
}

// Grant writes a grant for a mailbox in the scope and revokes the earlier one.
func (s *Unlocks) Grant(ctx context.Context, scope principal.Scope, u mail.Unlock) error {
	var n int64
	err := liveMailboxes(s.db.Read(ctx), scope).Where("id = ? AND account_id = ?", u.MailboxID, u.AccountID).Count(&n).Error
	if err != nil {
		return err
	}
	if n == 0 {
		return mail.ErrNotFound
	}
	err = s.db.Write(ctx).Model(&unlockRow{}).Where("mailbox_id = ? AND revoked_at IS NULL", u.MailboxID).
		Updates(map[string]any{"revoked_at": micros(u.GrantedAt)}).Error
	row := unlockRow{
		ID: u.ID, AccountID: u.AccountID, MailboxID: u.MailboxID, GrantedBy: u.GrantedBy,
		GrantedAt: micros(u.GrantedAt), Until: micros(u.Until), RevokedAt: microsOrNull(u.RevokedAt),
	}
	if err == nil {
		err = s.db.Write(ctx).Omit("Address").Create(&row).Error
	}
	return err
}

// Revoke ends a grant in the scope.
func (s *Unlocks) Revoke(ctx context.Context, scope principal.Scope, id string, at time.Time) error {
	q := openUnlocks(s.db.Write(ctx), scope).Where("id = ?", id).Updates(map[string]any{"revoked_at": micros(at)})
	return touched(q, mail.ErrNoUnlock)
}

func (r unlockRow) unlock() mail.Unlock {
	if r.ID == "" {
		return mail.Unlock{}
	}
	return mail.Unlock{
		ID: r.ID, AccountID: r.AccountID, MailboxID: r.MailboxID, Address: r.Address, GrantedBy: r.GrantedBy,
		GrantedAt: instant(r.GrantedAt), Until: instant(r.Until), RevokedAt: instantOrZero(r.RevokedAt),
	}
}
