// Package store owns the rows: what the rooms keep in the database, through
// gorm, on PostgreSQL and SQLite alike. Rules are left to the rooms; a store
// finds, writes, and translates the library's errors at its border.
package store

import (
	"errors"
	"time"

	"gorm.io/gorm"

	"innkeeper/internal/principal"
)

// within bounds a query to the accounts that the scope covers. The column holds
// an account id; the zero scope finds nothing.
func within(s principal.Scope, column string) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		q = ofKinds(q, s, column)
		switch s.Reach() {
		case principal.ReachAll:
			return q
		case principal.ReachTree:
			from, to := prefixRange(s.Path())
			return q.Where(column+" IN (SELECT id FROM accounts WHERE path >= ? AND path < ?)", from, to)
		case principal.ReachSelf:
			return q.Where(column+" = ?", s.AccountID())
		default:
			return q.Where("1 = 0")
		}
	}
}

// withinPath is within for a query that has the owner path itself in a column.
func withinPath(s principal.Scope, idColumn, pathColumn string) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		if s.Reach() != principal.ReachTree {
			return within(s, idColumn)(q)
		}
		from, to := prefixRange(s.Path())
		return ofKinds(q, s, idColumn).Where(pathColumn+" >= ? AND "+pathColumn+" < ?", from, to)
	}
}

// ofKinds leaves out what belongs to accounts of kinds that the scope does not
// hold. The column "id" is that of the accounts themselves.
func ofKinds(q *gorm.DB, s principal.Scope, column string) *gorm.DB {
	kinds, own := s.Kinds()
	if kinds == nil {
		return q
	}
	if column == "id" {
		return q.Where("(kind IN ? OR id = ?)", kinds, own)
	}
	return q.Where("EXISTS (SELECT 1 FROM accounts held WHERE held.id = "+column+" AND (held.kind IN ? OR held.id = ?))", kinds, own)
}

// prefixRange returns the bounds between which all texts with the prefix sort,
// byte by byte: an index serves it on both engines, unlike LIKE.
func prefixRange(prefix string) (from, to string) { return prefix, prefix + "\U0010FFFF" }

// micros returns an instant as the databases keep it: microseconds since 1970.
func micros(t time.Time) int64 { return t.UnixMicro() }

// instant is the reverse of micros.
func instant(us int64) time.Time { return time.UnixMicro(us).UTC() }

// microsOrNought keeps the zero time as 0, which is over.
func microsOrNought(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return micros(t)
}

// instantUnlessNought reads what that keeps.
func instantUnlessNought(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return instant(us)
}

// microsOrNull keeps the zero time as NULL.
func microsOrNull(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	us := t.UnixMicro()
	return &us
}

// instantOrZero reads NULL as the zero time.
func instantOrZero(us *int64) time.Time {
	if us == nil {
		return time.Time{}
	}
	return instant(*us)
}

// textOrNull keeps "" as NULL, for unique and foreign keys.
func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// oneIf is how a yes or no is kept.
func oneIf(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// textOrEmpty reads NULL as "".
func textOrEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// missing turns gorm's "record not found" into the room's error.
func missing(err, notFound error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return notFound
	}
	return err
}

// taken turns gorm's "duplicated key" into the room's error.
func taken(err, conflict error) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return conflict
	}
	return err
}

// touched returns notFound when a statement changed no row.
func touched(q *gorm.DB, notFound error) error {
	if q.Error != nil {
		return q.Error
	}
	if q.RowsAffected == 0 {
		return notFound
	}
	return nil
}

// mapped applies a function to each element.
func mapped[A, B any](in []A, f func(A) B) []B {
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = f(a)
	}
	return out
}
