package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/db"
)

// fresh returns a database of its own with the newest schema.
func fresh(t *testing.T) *db.DB {
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

func TestL01InTxRollsBackAndRunsAfterCommitOnce(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d := fresh(t)
	if err := d.Migrate(ctx); err != nil {
		t.Fatalf("Migrate twice = %v, want nil", err)
	}
	if ok, err := d.Migrated(ctx); err != nil || !ok {
		t.Fatalf("Migrated() = %v, %v, want true", ok, err)
	}

	called := 0
	boom := errors.New("boom")
	insert := func(ctx context.Context, id string) error {
		d.AfterCommit(ctx, func() { called++ })
		return d.Write(ctx).Exec("INSERT INTO plans (id, name, created_at) VALUES (?, ?, 0)", id, id).Error
	}
	err := d.InTx(ctx, func(ctx context.Context) error {
		if err := insert(ctx, "a"); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) || called != 0 {
		t.Fatalf("InTx = %v with %d calls after commit, want boom and 0", err, called)
	}
	err = d.InTx(ctx, func(ctx context.Context) error {
		return d.InTx(ctx, func(ctx context.Context) error { return insert(ctx, "b") })
	})
	if err != nil || called != 1 {
		t.Fatalf("nested InTx = %v with %d calls after commit, want nil and 1", err, called)
	}
	var n int64
	if err := d.Read(ctx).Raw("SELECT count(*) FROM plans").Scan(&n).Error; err != nil || n != 1 {
		t.Fatalf("plans = %d, %v, want 1: the rolled back one must be gone", n, err)
	}
}

func TestW05ReadersCannotWrite(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, err := db.Open(ctx, "", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.Read(ctx).Exec("DELETE FROM plans").Error; err == nil {
		t.Error("a statement that writes went through the readers' pool")
	}
}

func TestNowIsTheInjectedClock(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 10, 0, 0, 1500, time.UTC)
	d, err := db.Open(t.Context(), "", t.TempDir(), db.WithClock(func() time.Time { return at }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	got, err := d.Now(t.Context())
	if want := at.Truncate(time.Microsecond); err != nil || !got.Equal(want) {
		t.Errorf("Now() = %v, %v, want %v", got, err, want)
	}
}

// Numbers of migrations are given to work ahead of it: one that comes behind another of a
// greater number is made up for.
func TestAMigrationThatComesLateIsMadeUpFor(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d := fresh(t)
	for _, sql := range []string{"DROP TABLE audit_payloads", "ALTER TABLE audit_events DROP COLUMN payload", "DELETE FROM goose_db_version WHERE version_id = 27"} {
		if err := d.Write(ctx).Exec(sql).Error; err != nil {
			t.Fatal(err)
		}
	}
	if ok, err := d.Migrated(ctx); ok || err != nil {
		t.Errorf("Migrated() = %v, %v where one is missing, want false", ok, err)
	}
	if err := d.Migrate(ctx); err != nil {
		t.Errorf("Migrate() = %v, want nil", err)
	}
	if ok, err := d.Migrated(ctx); !ok || err != nil {
		t.Errorf("Migrated() = %v, %v, want true", ok, err)
	}
}

// What is to be done with the first transaction is done in it, once, and not without it.
func TestWithFirst(t *testing.T) {
	t.Parallel()
	d := fresh(t)
	insert := func(id string) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			return d.Write(ctx).Exec("INSERT INTO plans (id, name, created_at) VALUES (?, ?, 0)", id, id).Error
		}
	}
	kept := func() string {
		var ids []string
		if err := d.Read(t.Context()).Raw("SELECT id FROM plans ORDER BY id").Scan(&ids).Error; err != nil {
			t.Fatal(err)
		}
		return strings.Join(ids, " ")
	}
	boom := errors.New("boom")
	ctx := d.WithFirst(t.Context(), insert("first"))
	if err := d.InTx(ctx, func(context.Context) error { return boom }); !errors.Is(err, boom) || kept() != "" {
		t.Errorf("InTx = %v, and %q is kept, want boom and nothing", err, kept())
	}
	for _, id := range []string{"one", "two"} {
		err := d.InTx(ctx, func(ctx context.Context) error { return d.InTx(ctx, insert(id)) })
		if err != nil || !strings.HasPrefix(kept(), "first one") {
			t.Errorf("InTx of %s = %v, and %q is kept", id, err, kept())
		}
	}
	again := d.WithFirst(t.Context(), insert("first"))
	if err := d.InTx(again, insert("three")); err == nil || kept() != "first one two" {
		t.Errorf("with a first that fails InTx = %v, and %q is kept, want an error and no three", err, kept())
	}
}
