package testkit

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

var sqliteTemplates templates[[]byte]

// SQLite returns the address, "sqlite:" and a path, of a fresh, migrated database in a folder that is gone
// when the test ends.
func SQLite(t testing.TB, migrate Migrate) string {
	t.Helper()
	content, err := sqliteTemplates.get(migrate, func() ([]byte, error) { return migratedFile(migrate) })
	if err != nil {
		t.Fatalf("migrate an SQLite database: %v", err)
	}
	path := filepath.Join(t.TempDir(), "innkeeper.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatalf("copy the migrated SQLite database: %v", err)
	}
	return "sqlite:" + path
}

// migratedFile returns the bytes of a database file after the migration.
func migratedFile(migrate Migrate) (content []byte, err error) {
	dir, err := os.MkdirTemp("", "innkeeper-sqlite-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "innkeeper.db")
	if err := migrate("sqlite:" + path); err != nil {
		return nil, err
	}
	// The last connection to close empties the log into the file. While one is open, a copy would lack pages.
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
		return nil, errors.New("the migration left the database open")
	}
	return os.ReadFile(path)
}
