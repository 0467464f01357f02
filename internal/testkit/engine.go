package testkit

import "testing"

// Migrate brings the database at url to the newest schema and closes what it opened. It runs once per
// engine and test process; every database is a copy of what it made. Two closures of one function literal
// count as one migration.
type Migrate func(url string) error

// EachEngine runs test as two parallel subtests, "sqlite" and "postgres", each with the address of a fresh,
// migrated database of its own that is gone when the subtest ends.
func EachEngine(t *testing.T, migrate Migrate, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t, migrate))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Postgres(t, migrate))
	})
}
