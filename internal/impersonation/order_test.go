package impersonation_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/internal/testkit"
)

// A request locks the account first and its visit last; the sweep locks the visit
// first and then writes to the account. Here each has its first lock when it asks
// for the second: the sweep goes through, and the request finds its visit ended.
// SQLite has one writer, so that nobody is in between.
func TestSweepPassesARequestThatHasLockedTheAccount(t *testing.T) {
	t.Parallel()
	c := newClock()
	w := newWorld(t, testkit.Postgres(t, migrate), c)
	v := w.start(t, w.rita, w.bakery, principal.Change)
	c.Advance(time.Hour)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	err := w.db.InTx(ctx, func(inside context.Context) error {
		locked, err := store.NewAccounts(w.db).Lock(inside, w.bakery.Account.ID)
		if err != nil || len(locked) != 1 {
			t.Fatalf("Lock(%q) = %v, %v, want the account", w.bakery.Account.ID, locked, err)
		}
		if n, err := w.visits.Sweep(ctx, "task"); err != nil || n != 1 { // in a transaction of its own
			t.Fatalf("Sweep() = %d, %v, want 1", n, err)
		}
		_, err = w.store.Hold(inside, v.ID)
		return err
	})
	if !errors.Is(err, impersonation.ErrEnded) {
		t.Errorf("Hold(%q) = %v, want ErrEnded", v.ID, err)
	}
	w.wantOneEnd(t, v.ID)
}

// Two who lock the same account still come one after the other.
func TestTwoRequestsDoNotHoldTheSameAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.Postgres(t, migrate), nil)
	lock := func(ctx context.Context) error {
		_, err := store.NewAccounts(w.db).Lock(ctx, w.bakery.Account.ID)
		return err
	}
	err := w.db.InTx(t.Context(), func(inside context.Context) error {
		if err := lock(inside); err != nil {
			return err
		}
		var waited *pgconn.PgError
		err := w.db.InTx(t.Context(), func(other context.Context) error {
			if err := w.db.Write(other).Exec("SET LOCAL lock_timeout = '100ms'").Error; err != nil {
				return err
			}
			return lock(other)
		})
		if !errors.As(err, &waited) || waited.Code != "55P03" {
			t.Errorf("Lock() of a locked account = %v, want it to wait in vain", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
