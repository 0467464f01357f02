package store

import (
	"gorm.io/gorm"

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

// closeVisitsSQL ends the live visits that one JSON array of visitEnd names.
func closeVisitsSQL(d *db.DB) string {
	const update = `UPDATE impersonations AS v SET ended_at = e.ended_at, end_reason = e.end_reason, ended_by_kind = e.by_kind,
		ended_by_id = e.by_id, ended_by_name = e.by_name, closed_at = e.closed_at, closed_by = e.closed_by FROM `
	const where = ` WHERE v.id = e.id AND v.ended_at IS NULL`
	if d.Dialect() == db.Postgres {
		return update + `jsonb_to_recordset(?::jsonb) AS e (id text, ended_at bigint, end_reason text, by_kind text, by_id text, by_name text,
			closed_at bigint, closed_by text)` + where
	}
	return update + `(SELECT value->>'id' AS id, value->>'ended_at' AS ended_at, value->>'end_reason' AS end_reason, value->>'by_kind' AS by_kind,
		value->>'by_id' AS by_id, value->>'by_name' AS by_name, value->>'closed_at' AS closed_at, value->>'closed_by' AS closed_by FROM json_each(?)) AS e` + where
}

// holdTree is a lock on the shape of the tree of owners, which no row stands for:
// on PostgreSQL an advisory one, shared or alone, until the transaction ends. On
// SQLite the transaction itself is alone.
func holdTree(d *db.DB, q *gorm.DB, alone bool) error {
	const tree = 0x74726565 // "tree"
	switch {
	case d.Dialect() != db.Postgres:
		return nil
	case alone:
		return q.Exec("SELECT pg_advisory_xact_lock(?)", tree).Error
	default:
		return q.Exec("SELECT pg_advisory_xact_lock_shared(?)", tree).Error
	}
}
