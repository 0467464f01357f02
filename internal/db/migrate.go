package db

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"innkeeper/migrations"
)

// Migrate brings the schema to the newest version. On PostgreSQL one runner at a
// time holds an advisory lock; when nothing is missing it changes nothing.
func (d *DB) Migrate(ctx context.Context) error {
	provider, err := d.provider()
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Migrated reports whether the schema has everything that this program needs.
func (d *DB) Migrated(ctx context.Context) (bool, error) {
	provider, err := d.provider()
	if err != nil {
		return false, err
	}
	missing, err := provider.HasPending(ctx)
	if err != nil {
		return false, fmt.Errorf("read the schema version: %w", err)
	}
	return !missing, nil
}

// provider returns what runs migrations, in the order of their numbers; one that was written
// later than another of a greater number is made up for.
func (d *DB) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations.Files, string(d.dialect))
	if err != nil {
		return nil, err
	}
	pool, err := d.write.DB()
	if err != nil {
		return nil, err
	}
	if d.dialect == SQLite {
		return goose.NewProvider(goose.DialectSQLite3, pool, files, goose.WithAllowOutofOrder(true))
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, pool, files, goose.WithAllowOutofOrder(true), goose.WithSessionLocker(locker))
}
