package account_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/db"
	"innkeeper/internal/principal"
	"innkeeper/internal/testkit"
)

func TestTransfer(t *testing.T) {
	w := newWorld(t)
	from, fromBy := w.reseller(w.admin, "From")
	to, toBy := w.reseller(w.admin, "To")
	moved, movedBy := w.reseller(fromBy, "Moved")
	below, _ := w.customer(movedBy, "Below")
	w.told.heard()
	w.clock.Advance(time.Hour)
	applied := len(w.promises(account.TaskApply))
	for range 2 { // the second time changes nothing
		got, err := w.Transfer(t.Context(), w.admin, moved.ID, to.ID)
		if err != nil {
			t.Fatalf("Transfer = %v", err)
		}
		want := moved.Account
		want.OwnerID, want.Path, want.Version, want.UpdatedAt = to.ID, to.Path+moved.ID+"/", moved.Version+1, w.clock.Now()
		if diff := cmp.Diff(account.Details{Account: want, Owner: to.Ref()}, got); diff != "" {
			t.Errorf("Transfer (-want +got):\n%s", diff)
		}
	}
	if got, want := w.get(below.ID).Path, to.Path+moved.ID+"/"+below.ID+"/"; got != want {
		t.Errorf("below it the path is %q, want %q", got, want)
	}
	if diff := cmp.Diff([]string{moved.ID + " was transferred"}, w.told.heard()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	change := account.Change{What: account.WasTransferred, Before: moved.Ref(), Account: w.get(moved.ID).Ref()}
	if diff := cmp.Diff(change, w.told.changes[len(w.told.changes)-1]); diff != "" {
		t.Errorf("the change (-want +got):\n%s", diff)
	}
	if got := w.promises(account.TaskApply); len(got) != applied+1 || got[applied] != moved.ID {
		t.Errorf("promises = %v, want one more, of the account", got)
	}
	events := w.events(moved.ID)
	e := events[len(events)-1]
	want := []any{"account.transfer", audit.Fields{"owner_id": from.ID, "owner": "From"}, audit.Fields{"owner_id": to.ID, "owner": "To"}, 2}
	if diff := cmp.Diff(want, []any{e.Action, e.Before, e.After, len(events)}); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	// The right moves with it, at once.
	if _, err := w.Get(t.Context(), fromBy, below.ID); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("Get by the old owner = %v, want ErrNotFound", err)
	}
	if _, err := w.Get(t.Context(), toBy, below.ID); err != nil {
		t.Errorf("Get by the new owner = %v", err)
	}
}

func TestTransferRefused(t *testing.T) {
	w := newWorld(t)
	reseller, by := w.reseller(w.admin, "Reseller")
	sub, subBy := w.reseller(by, "Sub")
	deep, _ := w.reseller(subBy, "Deep")
	other, _ := w.reseller(w.admin, "Other")
	gone, _ := w.reseller(w.admin, "Gone")
	customer, _ := w.customer(by, "Customer")
	desk := w.create(w.admin, account.Draft{Kind: account.KindSupport, Name: "Desk"})
	if err := w.Delete(t.Context(), w.admin, gone.ID); err != nil {
		t.Fatal(err)
	}
	type field = map[string]string
	for what, c := range map[string]struct {
		by        principal.Principal
		id, owner string
		want      error
		bad       field
	}{
		"below itself":              {w.admin, sub.ID, sub.ID, account.ErrCycle, nil},
		"below one it owns":         {w.admin, sub.ID, deep.ID, account.ErrCycle, nil},
		"one's own":                 {by, reseller.ID, sub.ID, account.ErrOwn, nil},
		"to a customer":             {w.admin, sub.ID, customer.ID, nil, field{"/owner_id": "kind"}},
		"a desk to a reseller":      {w.admin, desk.ID, reseller.ID, nil, field{"/owner_id": "kind"}},
		"an admin":                  {w.admin.WithScope(principal.Everything()), w.provider.ID, reseller.ID, account.ErrOwn, nil},
		"to an unseen reseller":     {by, customer.ID, other.ID, nil, field{"/owner_id": "unknown"}},
		"to the provider, unseen":   {by, customer.ID, w.provider.ID, nil, field{"/owner_id": "unknown"}},
		"to a deleted reseller":     {w.admin, customer.ID, gone.ID, nil, field{"/owner_id": "unknown"}},
		"to nobody":                 {w.admin, customer.ID, "", nil, field{"/owner_id": "unknown"}},
		"somebody else's":           {subBy, customer.ID, sub.ID, account.ErrNotFound, nil},
		"a missing account":         {w.admin, "acc_missing", sub.ID, account.ErrNotFound, nil},
		"a deleted account":         {w.admin, gone.ID, sub.ID, account.ErrNotFound, nil},
		"an account without scope ": {by.WithScope(principal.Scope{}), customer.ID, sub.ID, account.ErrNotFound, nil},
	} {
		_, err := w.Transfer(t.Context(), c.by, c.id, c.owner)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("Transfer of %s = %v, want %v", what, err, c.want)
		}
		if diff := cmp.Diff(c.bad, fieldsIn(err)); diff != "" {
			t.Errorf("Transfer of %s = %v (-want +got):\n%s", what, err, diff)
		}
	}
	w.checkTree()
	w.told.audit.err = audit.ErrUnavailable
	if _, err := w.Transfer(t.Context(), by, customer.ID, sub.ID); !errors.Is(err, audit.ErrUnavailable) {
		t.Errorf("Transfer without a record = %v, want ErrUnavailable", err)
	}
	if got := w.get(customer.ID).OwnerID; got != reseller.ID {
		t.Errorf("the owner is %q, want %q as before", got, reseller.ID)
	}
}

func TestTransferWithinAResellersTree(t *testing.T) {
	w := newWorld(t)
	_, by := w.reseller(w.admin, "Reseller")
	sub, _ := w.reseller(by, "Sub")
	customer, _ := w.customer(by, "Customer")
	got, err := w.Transfer(t.Context(), by, customer.ID, sub.ID)
	if err != nil || got.OwnerID != sub.ID {
		t.Errorf("Transfer = %v, %v, want below the sub-reseller", got.OwnerID, err)
	}
}

// TestTreeUnderLoad opens, moves and deletes at once, on both engines: whatever
// wins, no account may end up in a circle, under a path that is not its owner's,
// or below one that is gone.
func TestTreeUnderLoad(t *testing.T) {
	t.Parallel()
	testkit.EachEngine(t, newest, func(t *testing.T, url string) {
		d, err := db.Open(t.Context(), url, "")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		w := worldOn(t, d, testkit.NewClock(time.Time{}))
		var resellers []string
		by := w.admin
		for i := range 6 { // a chain: the deepest tree of six
			a, next := w.reseller(by, "Reseller "+string(rune('A'+i)))
			resellers, by = append(resellers, a.ID), next
		}
		var wg sync.WaitGroup
		for worker := range 6 {
			random := rand.New(rand.NewPCG(uint64(worker), 1))
			wg.Go(func() {
				for range 15 {
					w.upset(t.Context(), random, resellers)
				}
			})
		}
		wg.Wait()
		w.checkTree()
	})
}

// upset does one thing to the tree. Refusals are part of the game; a failure is
// none.
func (w *world) upset(ctx context.Context, random *rand.Rand, resellers []string) {
	one, other := resellers[random.IntN(len(resellers))], resellers[random.IntN(len(resellers))]
	var err error
	switch random.IntN(5) {
	case 0, 1:
		_, err = w.Transfer(ctx, w.admin, one, other)
	case 2:
		_, err = w.Transfer(ctx, w.admin, one, w.provider.ID)
	case 3:
		_, err = w.Create(ctx, w.admin, account.Draft{Kind: account.KindReseller, Name: "New", Email: "new@example.com", OwnerID: other})
	default:
		err = w.Delete(ctx, w.admin, one)
	}
	if err != nil && !errors.Is(err, account.ErrCycle) && !errors.Is(err, account.ErrOwns) && !errors.Is(err, account.ErrNotFound) &&
		fieldsIn(err)["/owner_id"] != "unknown" {
		w.t.Errorf("an act on the tree failed: %v", err)
	}
}

// checkTree holds each account's path against its owner's.
func (w *world) checkTree() {
	w.t.Helper()
	var rows []struct {
		ID, Path         string
		OwnerID, Above   *string
		Deleted, Orphans int
	}
	err := w.db.Read(w.t.Context()).Raw(`SELECT a.id, a.path, a.owner_id, o.path AS above, CASE WHEN a.deleted_at IS NULL THEN 0 ELSE 1 END AS deleted,
		CASE WHEN a.deleted_at IS NULL AND o.deleted_at IS NOT NULL THEN 1 ELSE 0 END AS orphans
		FROM accounts a LEFT JOIN accounts o ON o.id = a.owner_id`).Scan(&rows).Error
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range rows {
		above := "/"
		if r.OwnerID != nil {
			above = *r.Above
		}
		if r.Path != above+r.ID+"/" || strings.Count(r.Path, r.ID) != 1 {
			w.t.Errorf("%s stands at %q below %q", r.ID, r.Path, above)
		}
		if r.Orphans > 0 {
			w.t.Errorf("%s is below an account that is gone", r.ID)
		}
	}
}

// newest brings a database to the newest schema.
func newest(url string) error {
	d, err := db.Open(context.Background(), url, "")
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(context.Background())
}
