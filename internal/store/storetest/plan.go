package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// Plans is the suite of store.Plans.
func Plans(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	number := func(n int64) *int64 { return &n }
	basic := plan.Plan{ID: "pln_1", Name: "Basic", CreatedAt: hostedAt, Limits: plan.Limits{Domains: number(1), Mailboxes: number(0), DiskBytes: number(1 << 40)}}
	unlimited := plan.Plan{ID: "pln_2", Name: "Unlimited", CreatedAt: hostedAt}
	setup := func(t *testing.T) (hosting, *store.Plans) {
		t.Helper()
		t.Parallel()
		h := newHosting(t, open)
		s := store.NewPlans(h.db)
		for _, p := range []plan.Plan{basic, unlimited} {
			if err := s.Create(t.Context(), p); err != nil {
				t.Fatalf("Create(%q) = %v", p.Name, err)
			}
		}
		return h, s
	}

	t.Run("plans come back as they were", func(t *testing.T) {
		_, s := setup(t)
		got, err := s.ByIDs(t.Context(), []string{"pln_1", "", "pln_2", "pln_missing", "pln_1"})
		if diff := cmp.Diff(map[string]plan.Plan{"pln_1": basic, "pln_2": unlimited}, got); err != nil || diff != "" {
			t.Errorf("ByIDs = %v (-want +got):\n%s", err, diff)
		}
		for after, want := range map[string][]plan.Plan{"": {basic, unlimited}, "pln_1": {unlimited}, "pln_2": {}} {
			got, err := s.List(t.Context(), after, 5)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("List(%q) = %v (-want +got):\n%s", after, err, diff)
			}
		}
		if got, err := s.List(t.Context(), "", 1); err != nil || len(got) != 1 {
			t.Errorf("List of one = %v, %v", got, err)
		}
	})

	t.Run("one plan a name", func(t *testing.T) {
		_, s := setup(t)
		err := s.Create(t.Context(), plan.Plan{ID: "pln_3", Name: "Basic", CreatedAt: hostedAt})
		if !errors.Is(err, plan.ErrNameTaken) {
			t.Errorf("Create with a name in use = %v, want ErrNameTaken", err)
		}
	})

	t.Run("the plan of an account", func(t *testing.T) {
		h, s := setup(t)
		exec(t, h.db, "UPDATE accounts SET plan_id = 'pln_1' WHERE id = ?", h.customer.ID)
		for id, want := range map[string]plan.Plan{h.customer.ID: basic, h.stranger.ID: {}} {
			got, err := s.OfAccount(t.Context(), id)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("OfAccount(%q) = %v (-want +got):\n%s", id, err, diff)
			}
		}
		h.delete(t, h.stranger)
		for _, id := range []string{h.stranger.ID, "acc_missing"} {
			if _, err := s.OfAccount(t.Context(), id); !errors.Is(err, account.ErrNotFound) {
				t.Errorf("OfAccount(%q) = %v, want ErrNotFound", id, err)
			}
		}
	})

	t.Run("asked for its plan, the account is locked", func(t *testing.T) {
		h, s := setup(t)
		accounts := store.NewAccounts(h.db)
		const times = 20
		var wg sync.WaitGroup
		for range times {
			wg.Go(func() {
				err := h.db.InTx(t.Context(), func(ctx context.Context) error {
					if _, err := s.OfAccount(ctx, h.customer.ID); err != nil {
						return err
					}
					a, err := accounts.ByID(ctx, principal.Everything(), h.customer.ID)
					if err != nil {
						return err
					}
					a.Phone += "x"
					return accounts.Update(ctx, principal.Everything(), a)
				})
				if err != nil {
					t.Errorf("InTx = %v", err)
				}
			})
		}
		wg.Wait()
		a, err := accounts.ByID(t.Context(), principal.Everything(), h.customer.ID)
		if err != nil || len(a.Phone) != times {
			t.Errorf("counted %d of %d, %v", len(a.Phone), times, err)
		}
	})

	t.Run("counted is what is there and in the scope", func(t *testing.T) {
		h, s := setup(t)
		h.addDomains(t, h.domain("dom_1", h.customer, "a.example"), h.domain("dom_2", h.customer, "b.example"), h.domain("dom_3", h.stranger, "c.example"))
		for i, box := range []struct {
			account, domain string
			used            int64
			deleted         any
		}{{h.customer.ID, "dom_1", 100, nil}, {h.customer.ID, "dom_1", 20, nil}, {h.customer.ID, "dom_1", 3, 1}, {h.stranger.ID, "dom_3", 4, nil}} {
			id := "mbx_" + string(rune('1'+i))
			exec(t, h.db, "INSERT INTO mailboxes (id, account_id, domain_id, address, used_bytes, created_at, deleted_at) VALUES (?, ?, ?, ?, ?, 0, ?)",
				id, box.account, box.domain, id+"@a.example", box.used, box.deleted)
		}
		exec(t, h.db, "UPDATE domains SET deleted_at = 1 WHERE id = 'dom_2'")
		customer, stranger := plan.Usage{Domains: 1, Mailboxes: 2, DiskBytes: 120}, plan.Usage{Domains: 1, Mailboxes: 1, DiskBytes: 4}
		ids := []string{h.customer.ID, h.stranger.ID, h.reseller.ID, "acc_missing", ""}
		for name, c := range map[string]struct {
			scope principal.Scope
			want  map[string]plan.Usage
		}{
			"everything":      {principal.Everything(), map[string]plan.Usage{h.customer.ID: customer, h.stranger.ID: stranger, h.reseller.ID: {}}},
			"a tree":          {principal.Tree(h.reseller), map[string]plan.Usage{h.customer.ID: customer, h.reseller.ID: {}}},
			"another account": {principal.Only(h.stranger), map[string]plan.Usage{h.stranger.ID: stranger}},
			"nothing":         {principal.Scope{}, map[string]plan.Usage{}},
		} {
			got, err := s.Count(t.Context(), c.scope, ids)
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Errorf("Count from %s = %v (-want +got):\n%s", name, err, diff)
			}
		}
	})
}
