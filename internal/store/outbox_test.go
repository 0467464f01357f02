package store_test

import (
	"context"
	"testing"

	"innkeeper/internal/db"
	"innkeeper/internal/store/storetest"
	"innkeeper/internal/testkit"
)

func TestOutboxAndNotices(t *testing.T) {
	t.Parallel()
	suites := map[string]func(t *testing.T, open func(t *testing.T) *db.DB){
		"outbox": storetest.Outbox, "notifications": storetest.Notifications, "mails": storetest.Mails,
		"marks": storetest.Marks, "notice settings": storetest.NoticeSettings,
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

// newest brings a database to the newest schema.
func newest(url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, url, "")
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(ctx)
}
