package store

import (
	"innkeeper/internal/db"
)

// What must differ between the engines stands here side by side.

// forUpdate is the row lock of a SELECT. SQLite has one writer, whose
// transaction is IMMEDIATE: the lock is already held.
func forUpdate(d *db.DB) string {
	if d.Dialect() == db.Postgres {
		return " FOR UPDATE"
	}
	return ""
}

// forShare keeps a row from changing until the commit, without keeping other
// readers of it waiting.
func forShare(d *db.DB) string {
	if d.Dialect() == db.Postgres {
		return " FOR SHARE"
	}
	return ""
}

// skipLocked is the row lock of workers that take batches side by side.
func skipLocked(d *db.DB) string {
	if d.Dialect() == db.Postgres {
		return " FOR UPDATE SKIP LOCKED"
	}
	return ""
}

// earlier is the scalar minimum of two expressions.
func earlier(d *db.DB, a, b string) string {
	if d.Dialect() == db.Postgres {
		return "LEAST(" + a + ", " + b + ")"
	}
	return "min(" + a + ", " + b + ")"
}

// later is the scalar maximum of two expressions.
func later(d *db.DB, a, b string) string {
	if d.Dialect() == db.Postgres {
		return "GREATEST(" + a + ", " + b + ")"
	}
	return "max(" + a + ", " + b + ")"
}
