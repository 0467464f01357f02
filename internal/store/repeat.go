package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"innkeeper/internal/db"
	"innkeeper/internal/repeat"
)

// Repeats keeps the keys of requests that may be sent again.
type Repeats struct{ db *db.DB }

var _ repeat.Store = (*Repeats)(nil)

// NewRepeats returns the store of keys.
func NewRepeats(d *db.DB) *Repeats { return &Repeats{db: d} }

type repeatRow struct {
	Key       string `gorm:"primaryKey"`
	Print     string
	Answer    string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (repeatRow) TableName() string { return "idempotency_keys" }

// Find returns the row of a key; ok is false when there is none.
func (s *Repeats) Find(ctx context.Context, key string) (repeat.Row, bool, error) {
	var row repeatRow
	err := s.db.Read(ctx).Where("key = ?", key).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return repeat.Row{}, false, nil
	}
	return repeat.Row{Print: row.Print, Sealed: row.Answer, CreatedAt: instant(row.CreatedAt)}, err == nil, err
}

// Add keeps a new key. ErrUnanswered when it is there already.
func (s *Repeats) Add(ctx context.Context, r repeat.Request, at time.Time) error {
	err := s.db.Write(ctx).Create(&repeatRow{Key: r.Key, Print: r.Print, CreatedAt: micros(at)}).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return repeat.ErrUnanswered
	}
	return err
}

// Answer keeps the answer beside the key, if the key is there.
func (s *Repeats) Answer(ctx context.Context, key, sealed string) error {
	return s.db.Write(ctx).Model(&repeatRow{}).Where("key = ?", key).Update("answer", sealed).Error
}

// Forget drops a key; dropping one that is not there does nothing.
func (s *Repeats) Forget(ctx context.Context, key string) error {
	return s.db.Write(ctx).Where("key = ?", key).Delete(&repeatRow{}).Error
}

// ForgetBefore drops keys that are older, at most so many, and returns how many.
func (s *Repeats) ForgetBefore(ctx context.Context, before time.Time, limit int) (int, error) {
	q := s.db.Write(ctx)
	old := q.Model(&repeatRow{}).Select("key").Where("created_at <= ?", micros(before)).Order("created_at").Limit(limit)
	q = s.db.Write(ctx).Where("key IN (?)", old).Delete(&repeatRow{})
	return int(q.RowsAffected), q.Error
}
