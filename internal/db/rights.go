package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// ErrNoRoles is the answer of SQLite, whose file belongs to whoever may open it.
var ErrNoRoles = errors.New("db: SQLite has no roles")

// appended are the tables that are written to and never changed, and what of them may be
// erased nevertheless.
var appended = map[string]string{
	"audit_events": "", "audit_leaves": "", "audit_hashes": "", "audit_heads": "", "audit_links": "",
	"audit_payloads": "salt, text, erased_at",
}

// Grant gives the role with which the application works what it needs of the schema, and
// no more: it may append to the record and neither change nor remove anything of it, nor
// switch off what keeps others from it. The role must exist; whoever calls owns the
// schema. The same again changes nothing.
func (d *DB) Grant(ctx context.Context, role string) error {
	if d.dialect != Postgres {
		return ErrNoRoles
	}
	to := pgx.Identifier{role}.Sanitize()
	statements := []string{
		"GRANT USAGE ON SCHEMA public TO " + to,
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + to,
		"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO " + to,
		"REVOKE ALL ON goose_db_version FROM " + to,
		"GRANT SELECT ON goose_db_version TO " + to,
	}
	for table, erased := range appended {
		statements = append(statements, "REVOKE ALL ON "+table+" FROM "+to, "GRANT SELECT, INSERT ON "+table+" TO "+to)
		if erased != "" {
			statements = append(statements, "GRANT UPDATE ("+erased+") ON "+table+" TO "+to)
		}
	}
	return d.InTx(ctx, func(ctx context.Context) error {
		for _, statement := range statements {
			if err := d.Write(ctx).Exec(statement).Error; err != nil {
				return fmt.Errorf("grant rights to %s: %w", role, err)
			}
		}
		return nil
	})
}
