package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"innkeeper/internal/audit/ledger"
	"innkeeper/internal/audit/ship"
	"innkeeper/internal/db"
)

// Shipping keeps how far the record was sent to collectors.
type Shipping struct{ db *db.DB }

var _ ship.Store = (*Shipping)(nil)

// NewShipping returns the store of cursors.
func NewShipping(d *db.DB) *Shipping { return &Shipping{db: d} }

type shippingRow struct {
	Destination  string `gorm:"primaryKey"`
	NextLeaf     int64
	ShippedAt    *int64
	Fence        int64
	LeasedUntil  int64
	Attempts     int
	FailingSince *int64
	RetryAt      int64
	LastError    string
}

func (shippingRow) TableName() string { return "record_shipping" }

// Claim leases the cursor, which begins at the first leaf, in one statement: of several
// one gets it. A lease that is longer than any is one from before a clock was put back.
func (s *Shipping) Claim(ctx context.Context, destination string, now, until time.Time) (ship.Cursor, bool, error) {
	if err := s.db.Write(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&shippingRow{Destination: destination}).Error; err != nil {
		return ship.Cursor{}, false, err
	}
	var rows []shippingRow
	err := s.db.Write(ctx).Raw("UPDATE record_shipping SET leased_until = ?, fence = fence + 1"+
		" WHERE destination = ? AND (leased_until <= ? OR leased_until > ?) RETURNING *",
		micros(until), destination, micros(now), micros(until)).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return ship.Cursor{}, false, err
	}
	return rows[0].cursor(), true, nil
}

// Save writes the cursor and how long it is leased while its fence is the last one.
func (s *Shipping) Save(ctx context.Context, c ship.Cursor, until time.Time) error {
	q := s.db.Write(ctx).Model(&shippingRow{}).Where("destination = ?", c.Destination).Where("fence = ?", c.Fence)
	return touched(q.Updates(map[string]any{
		"next_leaf": c.Next, "shipped_at": microsOrNull(c.ShippedAt), "leased_until": microsOrNought(until),
		"attempts": c.Attempts, "failing_since": microsOrNull(c.FailingSince), "retry_at": microsOrNought(c.RetryAt), "last_error": c.LastError,
	}), ship.ErrLost)
}

// Cursor returns the cursor, one at the first leaf when there is none.
func (s *Shipping) Cursor(ctx context.Context, destination string) (ship.Cursor, error) {
	var rows []shippingRow
	err := s.db.Read(ctx).Where("destination = ?", destination).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return ship.Cursor{Destination: destination}, err
	}
	return rows[0].cursor(), nil
}

// Leaves returns leaves from a number on, in their order.
func (s *Shipping) Leaves(ctx context.Context, from int64, limit int) ([]ledger.Leaf, error) {
	var rows []auditLeafRow
	err := s.db.Read(ctx).Where("leaf >= ?", from).Order("leaf").Limit(limit).Find(&rows).Error
	return mapped(rows, auditLeafRow.leaf), err
}

// Payloads returns the texts of events by the numbers of these.
func (s *Shipping) Payloads(ctx context.Context, seqs []int64) (map[int64]ledger.Payload, error) {
	return payloadsOf(s.db.Read(ctx), s.db, seqs)
}

// Behind counts the leaves from a number on and returns when the first of them happened.
func (s *Shipping) Behind(ctx context.Context, from int64) (n int64, oldest time.Time, err error) {
	if err := s.db.Read(ctx).Model(&auditLeafRow{}).Where("leaf >= ?", from).Count(&n).Error; err != nil || n == 0 {
		return 0, time.Time{}, err
	}
	var at int64
	err = s.db.Read(ctx).Raw("SELECT at FROM audit_events WHERE seq = (SELECT seq FROM audit_leaves WHERE leaf >= ? ORDER BY leaf LIMIT 1)", from).Scan(&at).Error
	return n, instant(at), err
}

func (r shippingRow) cursor() ship.Cursor {
	c := ship.Cursor{
		Destination: r.Destination, Next: r.NextLeaf, ShippedAt: instantOrZero(r.ShippedAt), Fence: r.Fence, Attempts: r.Attempts,
		FailingSince: instantOrZero(r.FailingSince), LastError: r.LastError,
	}
	if r.RetryAt > 0 {
		c.RetryAt = instant(r.RetryAt)
	}
	return c
}
