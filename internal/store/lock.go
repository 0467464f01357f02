package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"innkeeper/internal/db"
)

// A row lock keeps a row from changing until the commit.
const (
	// forUpdate is against every other change and lock of the row.
	forUpdate = "UPDATE"
	// forChange is the same, but not against rows that come to refer to it. A request
	// locks accounts first and its visit last; who ends visits has those locked when
	// he writes notices to their accounts, and must not have to wait there for the
	// request.
	forChange = "NO KEY UPDATE"
)

// locking adds a row lock where the engine has them. SQLite's writer is alone.
func locking(d *db.DB, strength string) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		if d.Dialect() == db.SQLite {
			return q
		}
		return q.Clauses(clause.Locking{Strength: strength})
	}
}

// locked finds rows and locks them, in the order of their ids.
func locked[Row any](ctx context.Context, d *db.DB, where string, args ...any) ([]Row, error) {
	var rows []Row
	err := d.Write(ctx).Scopes(locking(d, forUpdate)).Where(where, args...).Order("id").Find(&rows).Error
	return rows, err
}

// lockedOne finds one row and locks it, or returns notFound.
func lockedOne[Row any](ctx context.Context, d *db.DB, notFound error, id string) (Row, error) {
	var row Row
	err := d.Write(ctx).Scopes(locking(d, forUpdate)).Where("id = ?", id).Take(&row).Error
	return row, missing(err, notFound)
}

// lockedDead locks stays whose deadline has passed and that nobody else holds.
func lockedDead[Row schema.Tabler](ctx context.Context, d *db.DB, now time.Time, limit int) ([]Row, error) {
	deadline := earlier(d, "last_activity_at + idle_timeout", "expires_at")
	return find[Row](d.Write(ctx), "WHERE ended_at IS NULL AND "+deadline+" <= ? ORDER BY "+deadline+" LIMIT ?"+skipLocked(d), micros(now), limit)
}
