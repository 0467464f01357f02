package storetest

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// Accounts is the suite of store.Accounts, without its lists.
func Accounts(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	all := principal.Everything()
	setup := func(t *testing.T) (hosting, *store.Accounts) {
		t.Helper()
		t.Parallel()
		h := newHosting(t, open)
		return h, store.NewAccounts(h.db)
	}
	get := func(t *testing.T, s *store.Accounts, id string) account.Account {
		t.Helper()
		a, err := s.EverByID(t.Context(), all, id)
		if err != nil {
			t.Fatalf("EverByID(%q) = %v", id, err)
		}
		return a
	}
	// full is an account below the customer with every field set.
	full := func(t *testing.T, h hosting) account.Account {
		t.Helper()
		exec(t, h.db, "INSERT INTO plans (id, name, created_at) VALUES ('pln_1', 'Basic', 0), ('pln_2', 'Large', 0)")
		return account.Account{
			ID: "acc_full", Kind: account.KindCustomer, Name: "Émile  Zola", Email: "emile@example.com", Username: "emile",
			Phone: "+33 1", Company: "Médan", Address: "Rue 1\nParis", OwnerID: h.customer.ID, Path: h.customer.Path + "acc_full/",
			PlanID: "pln_1", SuspendedAt: hostedAt, SuspendedReason: "unpaid", DisabledAt: hostedAt.Add(time.Second), DisabledReason: "asked",
			ExpiresAt: hostedAt.Add(time.Hour), Version: 3, CreatedAt: hostedAt, UpdatedAt: hostedAt.Add(time.Minute),
		}
	}

	t.Run("an account comes back as it was, to those who may see it", func(t *testing.T) {
		h, s := setup(t)
		want := full(t, h)
		if err := s.Create(t.Context(), principal.Tree(h.customer), want); err != nil {
			t.Fatalf("Create = %v", err)
		}
		plain := get(t, s, h.customer.ID)
		for name, c := range h.scopes() {
			for finder, find := range map[string]func() (account.Account, error){
				"ByID":     func() (account.Account, error) { return s.ByID(t.Context(), c.scope, plain.ID) },
				"EverByID": func() (account.Account, error) { return s.EverByID(t.Context(), c.scope, plain.ID) },
				"LockWithin": func() (account.Account, error) {
					found, err := s.LockWithin(t.Context(), c.scope, plain.ID, "acc_missing", plain.ID)
					if a, ok := found[plain.ID]; ok || err != nil {
						return a, err
					}
					return account.Account{}, account.ErrNotFound
				},
			} {
				got, err := find()
				if !c.reaches {
					if !errors.Is(err, account.ErrNotFound) {
						t.Errorf("%s from %s = %v, want ErrNotFound", finder, name, err)
					}
					continue
				}
				if diff := cmp.Diff(plain, got); err != nil || diff != "" {
					t.Errorf("%s from %s = %v (-want +got):\n%s", finder, name, err, diff)
				}
			}
			ref, err := s.Ref(t.Context(), c.scope, plain.ID)
			if want := h.customer; c.reaches && (err != nil || ref != want) || !c.reaches && !errors.Is(err, account.ErrNotFound) {
				t.Errorf("Ref from %s = %v, %v, want found: %v", name, ref, err, c.reaches)
			}
		}
		if diff := cmp.Diff(want, get(t, s, want.ID)); diff != "" {
			t.Errorf("the full account (-want +got):\n%s", diff)
		}
	})

	t.Run("created within the scope only, and with a username of its own", func(t *testing.T) {
		h, s := setup(t)
		want := full(t, h)
		for name, scope := range map[string]principal.Scope{
			"nothing": {}, "the owner alone": principal.Only(h.customer), "another's tree": principal.Tree(h.stranger),
		} {
			if err := s.Create(t.Context(), scope, want); !errors.Is(err, account.ErrNotFound) {
				t.Errorf("Create from %s = %v, want ErrNotFound", name, err)
			}
		}
		if err := s.Create(t.Context(), principal.Tree(h.reseller), want); err != nil {
			t.Fatalf("Create from the owner's tree = %v", err)
		}
		other := want
		other.ID, other.Path = "acc_other", h.customer.Path+"acc_other/"
		if err := s.Create(t.Context(), all, other); !errors.Is(err, account.ErrUsernameTaken) {
			t.Errorf("Create with a username in use = %v, want ErrUsernameTaken", err)
		}
		other.Username = ""
		if err := s.Create(t.Context(), all, other); err != nil {
			t.Errorf("Create without a username = %v", err)
		}
	})

	t.Run("deleted, it is found only by those who ask for that", func(t *testing.T) {
		h, s := setup(t)
		h.delete(t, h.customer)
		_, byID := s.ByID(t.Context(), all, h.customer.ID)
		_, ref := s.Ref(t.Context(), all, h.customer.ID)
		_, resolve := s.Resolve(t.Context(), h.customer.ID)
		for name, err := range map[string]error{"ByID": byID, "Ref": ref, "Resolve": resolve} {
			if !errors.Is(err, account.ErrNotFound) {
				t.Errorf("%s of a deleted account = %v, want ErrNotFound", name, err)
			}
		}
		if a := get(t, s, h.customer.ID); !a.Deleted() {
			t.Error("EverByID found an account that is not deleted")
		}
		locked, err := s.Lock(t.Context(), h.customer.ID)
		if err != nil || len(locked) != 1 {
			t.Errorf("Lock = %v, %v, want the deleted account", locked, err)
		}
		refs, err := s.Refs(t.Context(), []string{h.customer.ID, "", "acc_missing", h.reseller.ID, h.customer.ID})
		want := map[string]principal.Account{h.customer.ID: h.customer, h.reseller.ID: h.reseller}
		if diff := cmp.Diff(want, refs); err != nil || diff != "" {
			t.Errorf("Refs = %v (-want +got):\n%s", err, diff)
		}
	})

	t.Run("Resolve needs no scope", func(t *testing.T) {
		h, s := setup(t)
		if got, err := s.Resolve(t.Context(), h.customer.ID); err != nil || got != h.customer {
			t.Errorf("Resolve = %v, %v, want %v", got, err, h.customer)
		}
		if _, err := s.Resolve(t.Context(), "acc_missing"); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("Resolve of a missing account = %v, want ErrNotFound", err)
		}
	})

	t.Run("an update writes what can change and nothing else", func(t *testing.T) {
		h, s := setup(t)
		before := full(t, h)
		if err := s.Create(t.Context(), all, before); err != nil {
			t.Fatal(err)
		}
		changed := account.Account{
			ID: before.ID, Kind: account.KindReseller, Name: "Jules", Email: "j@example.com", Username: "jules", Phone: "1", Company: "V",
			Address: "Nantes", OwnerID: h.stranger.ID, Path: "/elsewhere/", PlanID: "pln_2", SuspendedAt: hostedAt.Add(time.Second),
			SuspendedReason: "a", DisabledAt: hostedAt.Add(2 * time.Second), DisabledReason: "b", DeletedAt: hostedAt.Add(3 * time.Second),
			ExpiresAt: hostedAt.Add(4 * time.Second), Version: 77, CreatedAt: hostedAt.Add(5 * time.Second), UpdatedAt: hostedAt.Add(6 * time.Second),
		}
		for name, scope := range map[string]principal.Scope{"nothing": {}, "another account": principal.Only(h.stranger), "another's tree": principal.Tree(h.stranger)} {
			if err := s.Update(t.Context(), scope, changed); !errors.Is(err, account.ErrNotFound) {
				t.Errorf("Update from %s = %v, want ErrNotFound", name, err)
			}
		}
		if err := s.Update(t.Context(), principal.Tree(h.reseller), changed); err != nil {
			t.Fatalf("Update = %v", err)
		}
		want := changed
		want.Kind, want.Username, want.OwnerID, want.Path = before.Kind, before.Username, before.OwnerID, before.Path
		want.CreatedAt, want.Version = before.CreatedAt, before.Version+1
		if diff := cmp.Diff(want, get(t, s, before.ID)); diff != "" {
			t.Errorf("after Update (-want +got):\n%s", diff)
		}
		bare := account.Account{ID: before.ID, Name: "Jules", Email: "j@example.com", UpdatedAt: hostedAt}
		if err := s.Update(t.Context(), all, bare); err != nil {
			t.Fatalf("Update to nothing = %v", err)
		}
		want = account.Account{
			ID: before.ID, Kind: before.Kind, Name: "Jules", Email: "j@example.com", Username: before.Username, OwnerID: before.OwnerID,
			Path: before.Path, Version: before.Version + 2, CreatedAt: before.CreatedAt, UpdatedAt: hostedAt,
		}
		if diff := cmp.Diff(want, get(t, s, before.ID)); diff != "" {
			t.Errorf("after Update to nothing (-want +got):\n%s", diff)
		}
	})

	t.Run("who locks an account sees what the one before wrote", func(t *testing.T) {
		h, s := setup(t)
		const times = 20
		var wg sync.WaitGroup
		for range times {
			wg.Go(func() {
				err := h.db.InTx(t.Context(), func(ctx context.Context) error {
					found, err := s.Lock(ctx, h.customer.ID, h.reseller.ID)
					if err != nil {
						return err
					}
					a := found[h.customer.ID]
					n, _ := strconv.Atoi(a.Phone)
					a.Phone = strconv.Itoa(n + 1)
					return s.Update(ctx, all, a)
				})
				if err != nil {
					t.Errorf("InTx = %v", err)
				}
			})
		}
		wg.Wait()
		if got := get(t, s, h.customer.ID).Phone; got != strconv.Itoa(times) {
			t.Errorf("counted %s of %d", got, times)
		}
	})

	t.Run("moved, all below moves along", func(t *testing.T) {
		h, s := setup(t)
		below := full(t, h)
		if err := s.Create(t.Context(), all, below); err != nil {
			t.Fatal(err)
		}
		stranger, moved := get(t, s, h.stranger.ID), get(t, s, h.customer.ID)
		for name, scope := range map[string]principal.Scope{"nothing": {}, "another's tree": principal.Tree(h.stranger)} {
			if err := s.Move(t.Context(), scope, moved, h.stranger.ID, h.stranger.Path+moved.ID+"/", hostedAt); !errors.Is(err, account.ErrNotFound) {
				t.Errorf("Move from %s = %v, want ErrNotFound", name, err)
			}
		}
		at := hostedAt.Add(time.Hour)
		if err := s.Move(t.Context(), all, moved, h.stranger.ID, h.stranger.Path+moved.ID+"/", at); err != nil {
			t.Fatalf("Move = %v", err)
		}
		moved.OwnerID, moved.Path, moved.Version, moved.UpdatedAt = h.stranger.ID, "/acc_provider/acc_stranger/acc_customer/", moved.Version+1, at
		below.Path = "/acc_provider/acc_stranger/acc_customer/acc_full/"
		for _, want := range []account.Account{moved, below, stranger} {
			if diff := cmp.Diff(want, get(t, s, want.ID)); diff != "" {
				t.Errorf("%s after Move (-want +got):\n%s", want.ID, diff)
			}
		}
	})

	t.Run("who holds the tree alone, holds it alone", func(t *testing.T) {
		h, s := setup(t)
		const times = 10
		var wg sync.WaitGroup
		for i := range 2 * times {
			alone := i%2 == 0
			wg.Go(func() {
				err := h.db.InTx(t.Context(), func(ctx context.Context) error {
					if err := s.Hold(ctx, alone); err != nil || !alone {
						return err
					}
					a, err := s.ByID(ctx, all, h.customer.ID) // no row lock: the tree's must do
					if err != nil {
						return err
					}
					n, _ := strconv.Atoi(a.Phone)
					a.Phone = strconv.Itoa(n + 1)
					return s.Update(ctx, all, a)
				})
				if err != nil {
					t.Errorf("InTx = %v", err)
				}
			})
		}
		wg.Wait()
		if got := get(t, s, h.customer.ID).Phone; got != strconv.Itoa(times) {
			t.Errorf("counted %s of %d", got, times)
		}
	})

	t.Run("an owner is one of accounts that are not deleted", func(t *testing.T) {
		h, s := setup(t)
		owns := func(id string) bool {
			t.Helper()
			ok, err := s.OwnsAny(t.Context(), id)
			if err != nil {
				t.Fatalf("OwnsAny(%q) = %v", id, err)
			}
			return ok
		}
		if !owns(h.reseller.ID) || owns(h.customer.ID) {
			t.Errorf("OwnsAny = %v and %v, want the reseller and not the customer", owns(h.reseller.ID), owns(h.customer.ID))
		}
		h.delete(t, h.customer)
		if owns(h.reseller.ID) {
			t.Error("OwnsAny counts a deleted account")
		}
	})

	t.Run("the primary domain is the oldest that is there", func(t *testing.T) {
		h, s := setup(t)
		h.addDomains(t, h.domain("dom_1", h.customer, "gone.example"), h.domain("dom_2", h.customer, "z.example"),
			h.domain("dom_3", h.customer, "a.example"), h.domain("dom_4", h.stranger, "s.example"))
		if err := store.NewDomains(h.db).Delete(t.Context(), all, "dom_1", hostedAt); err != nil {
			t.Fatal(err)
		}
		got, err := s.PrimaryDomains(t.Context(), []string{h.customer.ID, h.reseller.ID, h.customer.ID})
		if diff := cmp.Diff(map[string]string{h.customer.ID: "z.example"}, got); err != nil || diff != "" {
			t.Errorf("PrimaryDomains = %v (-want +got):\n%s", err, diff)
		}
	})
}

func exec(t *testing.T, d *db.DB, query string, args ...any) {
	t.Helper()
	if err := d.Write(t.Context()).Exec(query, args...).Error; err != nil {
		t.Fatal(err)
	}
}
