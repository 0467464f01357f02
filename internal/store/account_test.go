package store_test

import (
	"testing"

	"innkeeper/internal/db"
	"innkeeper/internal/store"
	"innkeeper/internal/store/storetest"
	"innkeeper/internal/testkit"
)

func TestAccounts(t *testing.T) {
	t.Parallel()
	eachEngine(t, map[string]suite{
		"accounts": storetest.Accounts,
		"lists": func(t *testing.T, open func(t *testing.T) *db.DB) {
			storetest.AccountLists(t, open, map[string]func(*db.DB) *store.Accounts{
				"the usual way":           store.NewAccounts,
				"trying first":            func(d *db.DB) *store.Accounts { return store.NewAccountsWithin(d, 1, 1, 30, 250) },
				"trying a lot":            func(d *db.DB) *store.Accounts { return store.NewAccountsWithin(d, 1, 1, 1000, 250) },
				"intersecting, sorted":    func(d *db.DB) *store.Accounts { return store.NewAccountsWithin(d, 1, 1000, 30, 1) },
				"intersecting, alone":     func(d *db.DB) *store.Accounts { return store.NewAccountsWithin(d, 1, 1000, 30, 250) },
				"intersecting some, some": func(d *db.DB) *store.Accounts { return store.NewAccountsWithin(d, 5, 20, 10, 4) },
			})
		},
		"people": storetest.People, "passkeys": storetest.Passkeys, "invitations": storetest.Invitations, "plans": storetest.Plans, "roles": storetest.Roles,
	})
}

type suite func(t *testing.T, open func(t *testing.T) *db.DB)

// eachEngine runs suites on both engines, with a database for each of their tests.
func eachEngine(t *testing.T, suites map[string]suite) {
	t.Helper()
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
