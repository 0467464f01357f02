package store_test

import (
	"testing"

	"innkeeper/internal/db"
	"innkeeper/internal/store/storetest"
	"innkeeper/internal/testkit"
)

func TestHosting(t *testing.T) {
	t.Parallel()
	suites := map[string]func(t *testing.T, open func(t *testing.T) *db.DB){
		"domains": storetest.Domains, "records": storetest.Records,
		"mailboxes": storetest.Mailboxes, "unlocks": storetest.Unlocks, "file changes": storetest.FileChanges,
	}
	engines := map[string]func(testing.TB, testkit.Migrate) string{"sqlite": testkit.SQLite, "postgres": testkit.Postgres}
	for name, suite := range suites {
		for engine, address := range engines {
			t.Run(name+" on "+engine, func(t *testing.T) {
				t.Parallel()
				suite(t, func(t *testing.T) *db.DB {
					t.Helper()
					d, err := db.Open(t.Context(), address(t, newest), "")
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(func() { d.Close() })
					return d
				})
			})
		}
	}
}
