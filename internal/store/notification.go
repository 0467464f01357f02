package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"innkeeper/internal/db"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

// Notifications keeps what accounts were told.
type Notifications struct{ db *db.DB }

var _ notify.Store = (*Notifications)(nil)

// NewNotifications returns the store of notifications.
func NewNotifications(d *db.DB) *Notifications { return &Notifications{db: d} }

type notificationRow struct {
	ID              string `gorm:"primaryKey"`
	AccountID       string
	Event           string
	ImpersonationID string
	Text            string
	Email           string
	Unmailed        int64
	CreatedAt       int64 `gorm:"autoCreateTime:false"`
	ReadAt          *int64
}

func (notificationRow) TableName() string { return "notifications" }

// recipientRow is whom a notification went to.
type recipientRow struct {
	ImpersonationID string
	AccountID       string
	Email           string
}

func (recipientRow) TableName() string { return "notifications" }

// Add writes notifications, leaves out what was told already, and returns the ids
// of those written.
func (s *Notifications) Add(ctx context.Context, notifications ...notify.Notification) ([]string, error) {
	var written int64
	err := eachInsert(s.db, mapped(notifications, notificationRowOf), func(sql string, args []any) error {
		q := s.db.Write(ctx).Exec(sql+" ON CONFLICT DO NOTHING", args...)
		written += q.RowsAffected
		return q.Error
	})
	ids := mapped(notifications, func(n notify.Notification) string { return n.ID })
	if err != nil || written == int64(len(ids)) {
		return ids, err
	}
	given, err := asJSON(ids)
	if err != nil {
		return nil, err
	}
	var there []string
	err = s.db.Write(ctx).Model(&notificationRow{}).Where(amongGiven(s.db, "id"), given).Order("id").Pluck("id", &there).Error
	return there, err
}

// Recipients returns where the mails of the visits' starts go.
func (s *Notifications) Recipients(ctx context.Context, visitIDs []string) (map[notify.Recipient]string, error) {
	found := make(map[notify.Recipient]string, len(visitIDs))
	if len(visitIDs) == 0 {
		return found, nil
	}
	given, err := asJSON(visitIDs)
	if err != nil {
		return nil, err
	}
	rows, err := find[recipientRow](s.db.Read(ctx),
		"WHERE "+amongGiven(s.db, "impersonation_id")+" AND impersonation_id <> '' AND event = ?", given, notify.EventStart) // <> '' as the index says
	for _, row := range rows {
		found[notify.Recipient{VisitID: row.ImpersonationID, AccountID: row.AccountID}] = row.Email
	}
	return found, err
}

// Sibling returns what another event of the same visit told the same account.
func (s *Notifications) Sibling(ctx context.Context, n notify.Notification, event string) (notify.Notification, bool, error) {
	if n.VisitID == "" {
		return notify.Notification{}, false, nil
	}
	var rows []notificationRow
	err := s.db.Read(ctx).Where("impersonation_id = ?", n.VisitID).Where("event = ?", event).
		Where("account_id = ?", n.AccountID).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return notify.Notification{}, false, err
	}
	return rows[0].notification(), true, nil
}

// ByID returns a notification of an account in the scope.
func (s *Notifications) ByID(ctx context.Context, scope principal.Scope, id string) (notify.Notification, error) {
	var row notificationRow
	err := s.db.Read(ctx).Scopes(within(scope, "account_id")).Where("id = ?", id).Take(&row).Error
	return row.notification(), missing(err, notify.ErrNotFound)
}

// List returns the notifications of an account in the scope, newest first.
func (s *Notifications) List(ctx context.Context, scope principal.Scope, accountID string, f notify.Filter) ([]notify.Notification, error) {
	q := s.db.Read(ctx).Scopes(within(scope, "account_id")).Where("account_id = ?", accountID)
	if f.Unread {
		q = q.Where("read_at IS NULL")
	}
	if f.Before != "" {
		q = q.Where("id < ?", f.Before)
	}
	var rows []notificationRow
	err := q.Order("id DESC").Limit(f.Limit).Find(&rows).Error
	return mapped(rows, notificationRow.notification), err
}

// Unread returns how many notifications of an account in the scope are unread.
func (s *Notifications) Unread(ctx context.Context, scope principal.Scope, accountID string) (int64, error) {
	var n int64
	err := s.db.Read(ctx).Model(&notificationRow{}).Scopes(within(scope, "account_id")).
		Where("account_id = ?", accountID).Where("read_at IS NULL").Count(&n).Error
	return n, err
}

// MarkRead notes the first reading by one of the account's own people. In a visit
// nothing is found, whatever the scope.
func (s *Notifications) MarkRead(ctx context.Context, by principal.Principal, id string, at time.Time) error {
	if !by.Owner(by.Account.ID) {
		return notify.ErrNotFound
	}
	q := s.db.Write(ctx).Model(&notificationRow{}).Scopes(within(by.Scope(), "account_id")).
		Where("id = ?", id).Where("account_id = ?", by.Account.ID)
	return touched(q.Updates(map[string]any{"read_at": gorm.Expr("COALESCE(read_at, ?)", micros(at))}), notify.ErrNotFound)
}

func notificationRowOf(n notify.Notification) notificationRow {
	return notificationRow{
		ID: n.ID, AccountID: n.AccountID, Event: n.Event, ImpersonationID: n.VisitID, Text: n.Text, Email: n.Email,
		Unmailed: oneIf(n.Unmailed), CreatedAt: micros(n.CreatedAt), ReadAt: microsOrNull(n.ReadAt),
	}
}

func (r notificationRow) notification() notify.Notification {
	return notify.Notification{
		ID: r.ID, AccountID: r.AccountID, Event: r.Event, VisitID: r.ImpersonationID, Text: r.Text, Email: r.Email,
		Unmailed: r.Unmailed == 1, CreatedAt: instant(r.CreatedAt), ReadAt: instantOrZero(r.ReadAt),
	}
}
