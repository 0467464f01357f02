package db_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"innkeeper/internal/db"
)

// TestWritersInsideAndOutsideTransactionsDoNotBlockEachOther runs statements that
// nobody has run before, some in a transaction, some beside it: whoever waits for
// the one connection that writes must not keep its holder from going on.
func TestWritersInsideAndOutsideTransactionsDoNotBlockEachOther(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d, err := db.Open(ctx, "", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	for round := range 100 {
		var wg sync.WaitGroup
		begun := make(chan struct{})
		for range 4 {
			wg.Go(func() {
				<-begun
				if err := d.Write(ctx).Exec(fmt.Sprintf("UPDATE plans SET name = 'outside %d'", round)).Error; err != nil {
					t.Error(err)
				}
			})
		}
		err := d.InTx(ctx, func(ctx context.Context) error {
			close(begun)
			for i := range 20 {
				if err := d.Write(ctx).Exec(fmt.Sprintf("UPDATE plans SET name = 'inside %d %d'", round, i)).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatalf("InTx in round %d = %v", round, err)
		}
		wg.Wait()
	}
}

// A directory that others may look into is common: made by hand, or a volume. The
// hashes of passwords in it are for nobody else.
func TestNobodyElseReadsTheDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), "", dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, db.File+"*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("the files are %v, %v: not the database and its log", files, err)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v, want 0600", file, info.Mode(), err)
		}
	}
}
