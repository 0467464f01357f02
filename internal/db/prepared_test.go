package db_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"gorm.io/gorm"

	"innkeeper/internal/db"
)

func openSQLite(t *testing.T) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), "", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestStatementsAreKept(t *testing.T) {
	t.Parallel()
	d := openSQLite(t)
	before := kept(t, d)
	for i := range 3 {
		err := d.InTx(t.Context(), func(ctx context.Context) error {
			return d.Write(ctx).Exec("INSERT INTO plans (id, name, created_at) VALUES (?, ?, 0)", fmt.Sprint(i), fmt.Sprint(i)).Error
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := kept(t, d); got != before+1 {
		t.Errorf("after one statement three times %d are kept, want %d", got, before+1)
	}
	for i := range 2 * db.MostKept {
		var n int
		if err := d.Write(t.Context()).Raw(fmt.Sprintf("SELECT %d", i)).Scan(&n).Error; err != nil || n != i {
			t.Fatalf("SELECT %d = %d, %v", i, n, err)
		}
	}
	if got := kept(t, d); got != db.MostKept {
		t.Errorf("after many statements %d are kept, want %d", got, db.MostKept)
	}
}

func kept(t *testing.T, d *db.DB) int {
	t.Helper()
	n, err := d.Kept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// The same text may run inside its own rows: it is then another statement.
func TestAKeptStatementInsideItsOwnRows(t *testing.T) {
	t.Parallel()
	d := openSQLite(t)
	err := d.InTx(t.Context(), func(ctx context.Context) error {
		const query = "SELECT name FROM roles ORDER BY name"
		rows, err := d.Write(ctx).Raw(query).Rows()
		if err != nil {
			return err
		}
		defer rows.Close()
		outer, inner := 0, 0
		for ; rows.Next(); outer++ {
			var names []string
			if err := d.Write(ctx).Raw(query).Scan(&names).Error; err != nil {
				return err
			}
			inner += len(names)
		}
		if outer == 0 || inner != outer*outer {
			t.Errorf("%d rows with %d inside, want the square", outer, inner)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
}

// An error, or a request that was given up, leaves a statement as good as new.
func TestAKeptStatementAfterAnError(t *testing.T) {
	t.Parallel()
	d := openSQLite(t)
	insert := func(ctx context.Context, id string) error {
		return d.Write(ctx).Exec("INSERT INTO plans (id, name, created_at) VALUES (?, ?, 0)", id, id).Error
	}
	if err := insert(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if err := insert(t.Context(), "a"); !errors.Is(err, gorm.ErrDuplicatedKey) {
		t.Fatalf("the same row again = %v, want a duplicated key", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := insert(gone, "b"); !errors.Is(err, context.Canceled) {
		t.Fatalf("with a cancelled context = %v", err)
	}
	long, cancel := context.WithCancel(t.Context())
	defer cancel()
	const forever = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i > ?"
	running := make(chan error, 1)
	go func() {
		var n int
		running <- d.Write(long).Raw(forever, 0).Scan(&n).Error
	}()
	cancel()
	if err := <-running; err == nil {
		t.Fatal("a statement without an end came to one")
	}
	if err := insert(t.Context(), "c"); err != nil {
		t.Fatalf("after all of that = %v", err)
	}
}
