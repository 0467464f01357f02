package store

import (
	"context"
	"time"

	"innkeeper/internal/auth"
	"innkeeper/internal/db"
)

// Throttle keeps counts of failed sign-ins.
type Throttle struct{ db *db.DB }

var _ auth.Throttle = (*Throttle)(nil)

// NewThrottle returns the store of failed sign-ins.
func NewThrottle(d *db.DB) *Throttle { return &Throttle{db: d} }

// BlockedUntil returns the latest instant to which any of the keys is blocked;
// the zero time when none is.
func (s *Throttle) BlockedUntil(ctx context.Context, keys []string) (time.Time, error) {
	var until *int64
	err := s.db.Read(ctx).Raw("SELECT max(blocked_until) FROM sign_in_failures WHERE key IN ?", keys).Scan(&until).Error
	return instantOrZero(until), err
}

// Fail counts one failure, from one when the window before is over, and returns
// the count. Any number at once are all counted.
func (s *Throttle) Fail(ctx context.Context, key string, now time.Time, window time.Duration) (int, error) {
	const sql = `INSERT INTO sign_in_failures (key, failures, window_at) VALUES (?, 1, ?)
		ON CONFLICT (key) DO UPDATE SET
			failures = CASE WHEN sign_in_failures.window_at < ? THEN 1 ELSE sign_in_failures.failures + 1 END,
			window_at = CASE WHEN sign_in_failures.window_at < ? THEN excluded.window_at ELSE sign_in_failures.window_at END
		RETURNING failures`
	expired := micros(now.Add(-window))
	var failures int
	err := s.db.Write(ctx).Raw(sql, key, micros(now), expired, expired).Scan(&failures).Error
	return failures, err
}

// Block refuses the key until the given instant.
func (s *Throttle) Block(ctx context.Context, key string, until time.Time) error {
	return s.db.Write(ctx).Exec("UPDATE sign_in_failures SET blocked_until = ? WHERE key = ?", micros(until), key).Error
}

// Forget drops the count of a key.
func (s *Throttle) Forget(ctx context.Context, key string) error {
	return s.db.Write(ctx).Exec("DELETE FROM sign_in_failures WHERE key = ?", key).Error
}
