package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/db"
	"innkeeper/internal/dns"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// Domains is the suite of store.Domains.
func Domains(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	all := principal.Everything()
	setup := func(t *testing.T) (hosting, *store.Domains) {
		t.Helper()
		t.Parallel()
		h := newHosting(t, open)
		return h, store.NewDomains(h.db)
	}
	names := func(domains []dns.Domain) []string {
		var list []string
		for _, d := range domains {
			list = append(list, d.Name)
		}
		return list
	}

	t.Run("a domain comes back as it was, to those who may see it", func(t *testing.T) {
		h, s := setup(t)
		want := h.domain("dom_1", h.customer, "xn--bcher-kva.example")
		h.addDomains(t, want)
		for name, c := range h.scopes() {
			finders := map[string]func() (dns.Domain, error){
				"ByID":            func() (dns.Domain, error) { return s.ByID(t.Context(), c.scope, "dom_1") },
				"ByIDForUpdate":   func() (dns.Domain, error) { return s.ByIDForUpdate(t.Context(), c.scope, "dom_1") },
				"ByNameForUpdate": func() (dns.Domain, error) { return s.ByNameForUpdate(t.Context(), c.scope, want.Name) },
			}
			for finder, find := range finders {
				got, err := find()
				if !c.reaches {
					if !errors.Is(err, dns.ErrNotFound) {
						t.Errorf("%s from %s = %v, want ErrNotFound", finder, name, err)
					}
					continue
				}
				if diff := cmp.Diff(want, got); err != nil || diff != "" {
					t.Errorf("%s from %s = %v (-want +got):\n%s", finder, name, err, diff)
				}
			}
		}
	})

	t.Run("changes reach as far as the scope", func(t *testing.T) {
		h, s := setup(t)
		for name, c := range h.scopes() {
			acts := map[string]func(id string) error{
				"SetStatus": func(id string) error { return s.SetStatus(t.Context(), c.scope, id, dns.Active) },
				"Renumber":  func(id string) error { return s.Renumber(t.Context(), c.scope, id) },
				"Delete":    func(id string) error { return s.Delete(t.Context(), c.scope, id, hostedAt) },
			}
			for act, do := range acts {
				id := "dom_" + name + act
				h.addDomains(t, h.domain(id, h.customer, act+"."+name+".example"))
				if err := do(id); c.reaches != (err == nil) || !c.reaches && !errors.Is(err, dns.ErrNotFound) {
					t.Errorf("%s from %s = %v, want done: %v", act, name, err, c.reaches)
				}
				if err := do("dom_missing"); !errors.Is(err, dns.ErrNotFound) {
					t.Errorf("%s of a missing domain = %v, want ErrNotFound", act, err)
				}
			}
			err := s.Create(t.Context(), c.scope, h.domain("dom_new"+name, h.customer, "new."+name+".example"))
			if c.reaches != (err == nil) {
				t.Errorf("Create from %s = %v, want done: %v", name, err, c.reaches)
			}
		}
	})

	t.Run("each change changes its field", func(t *testing.T) {
		h, s := setup(t)
		want := h.domain("dom_1", h.customer, "example.com")
		h.addDomains(t, want)
		if err := errors.Join(s.SetStatus(t.Context(), all, "dom_1", dns.Active), s.Renumber(t.Context(), all, "dom_1")); err != nil {
			t.Fatal(err)
		}
		want.Status, want.Serial, want.Version = dns.Active, 8, 5
		got, err := s.ByID(t.Context(), all, "dom_1")
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("ByID = %v (-want +got):\n%s", err, diff)
		}
	})

	t.Run("a list is by name, narrowed, and goes on", func(t *testing.T) {
		h, s := setup(t)
		h.addDomains(t, h.domain("dom_1", h.customer, "b.example"), h.domain("dom_2", h.customer, "a.example"),
			h.domain("dom_3", h.stranger, "c_x.example"), h.domain("dom_4", h.stranger, "cax.example"))
		cases := map[string]struct {
			scope principal.Scope
			f     dns.Filter
			after string
			limit int
			want  []string
		}{
			"all":               {all, dns.Filter{}, "", 9, []string{"a.example", "b.example", "c_x.example", "cax.example"}},
			"first page":        {all, dns.Filter{}, "", 1, []string{"a.example"}},
			"next page":         {all, dns.Filter{}, "a.example", 1, []string{"b.example"}},
			"of an account":     {all, dns.Filter{AccountID: h.customer.ID}, "", 9, []string{"a.example", "b.example"}},
			"own":               {principal.Only(h.customer), dns.Filter{}, "", 9, []string{"a.example", "b.example"}},
			"tree":              {principal.Tree(h.reseller), dns.Filter{}, "", 9, []string{"a.example", "b.example"}},
			"somebody else's":   {principal.Only(h.customer), dns.Filter{AccountID: h.stranger.ID}, "", 9, nil},
			"a part":            {all, dns.Filter{Query: "b.ex"}, "", 9, []string{"b.example"}},
			"no wildcard":       {all, dns.Filter{Query: "c_x"}, "", 9, []string{"c_x.example"}},
			"nothing in reach":  {principal.Scope{}, dns.Filter{}, "", 9, nil},
			"hostile but plain": {all, dns.Filter{Query: "' OR 1=1 --"}, "", 9, nil},
		}
		for name, c := range cases {
			got, err := s.List(t.Context(), c.scope, c.f, c.after, c.limit)
			if diff := cmp.Diff(c.want, names(got)); err != nil || diff != "" {
				t.Errorf("List, %s = %v (-want +got):\n%s", name, err, diff)
			}
		}
		roots, err := s.Roots(t.Context(), principal.Only(h.customer), h.customer.ID)
		if diff := cmp.Diff([]string{"/a.example", "/b.example"}, roots); err != nil || diff != "" {
			t.Errorf("Roots = %v (-want +got):\n%s", err, diff)
		}
		if roots, err = s.Roots(t.Context(), principal.Only(h.customer), h.stranger.ID); err != nil || len(roots) > 0 {
			t.Errorf("Roots of another account = %v, %v, want none", roots, err)
		}
	})

	t.Run("a deleted domain is gone, and its name free", func(t *testing.T) {
		h, s := setup(t)
		h.addDomains(t, h.domain("dom_1", h.customer, "shop.example.com"))
		if n := terms(t, h.db, "dom_1"); n == 0 {
			t.Error("the account is not found by its domain")
		}
		if err := s.Delete(t.Context(), all, "dom_1", hostedAt); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ByID(t.Context(), all, "dom_1"); !errors.Is(err, dns.ErrNotFound) {
			t.Errorf("ByID = %v, want ErrNotFound", err)
		}
		if n := terms(t, h.db, "dom_1"); n != 0 {
			t.Errorf("the account is still found by %d terms of its deleted domain", n)
		}
		if claimed, err := s.Claimed(t.Context(), h.stranger.ID, "example.com"); err != nil || claimed {
			t.Errorf("Claimed = %v, %v, want false", claimed, err)
		}
		h.addDomains(t, h.domain("dom_2", h.stranger, "shop.example.com"))
	})

	t.Run("the domains of a deleted account are gone, their names are not free", func(t *testing.T) {
		h, s := setup(t)
		h.addDomains(t, h.domain("dom_1", h.customer, "example.com"))
		h.delete(t, h.customer)
		if _, err := s.ByID(t.Context(), all, "dom_1"); !errors.Is(err, dns.ErrNotFound) {
			t.Errorf("ByID = %v, want ErrNotFound", err)
		}
		if claimed, err := s.Claimed(t.Context(), h.stranger.ID, "example.com"); err != nil || !claimed {
			t.Errorf("Claimed = %v, %v, want true", claimed, err)
		}
		if err := s.Create(t.Context(), all, h.domain("dom_2", h.customer, "b.example")); !errors.Is(err, dns.ErrNotFound) {
			t.Errorf("Create = %v, want ErrNotFound", err)
		}
	})

	t.Run("names above and below others' are claimed", func(t *testing.T) {
		h, s := setup(t)
		h.addDomains(t, h.domain("dom_1", h.customer, "shop.example.com"))
		cases := map[string]struct{ stranger, own bool }{
			"shop.example.com":     {true, true}, // the same
			"example.com":          {true, false},
			"a.shop.example.com":   {true, false},
			"b.a.shop.example.com": {true, false},
			"other.example.com":    {false, false},
			"ashop.example.com":    {false, false}, // a label is no prefix
			"shop.example.com.net": {false, false},
			"xshop.example.co":     {false, false},
			"example.community":    {false, false},
		}
		for name, want := range cases {
			for account, wanted := range map[string]bool{h.stranger.ID: want.stranger, h.customer.ID: want.own} {
				if got, err := s.Claimed(t.Context(), account, name); err != nil || got != wanted {
					t.Errorf("Claimed(%q, %q) = %v, %v, want %v", account, name, got, err, wanted)
				}
			}
		}
	})

	t.Run("of two that claim related names at once, one gets his", func(t *testing.T) {
		h, s := setup(t)
		var wg sync.WaitGroup
		results := make([]error, 2)
		for i, d := range []dns.Domain{h.domain("dom_1", h.customer, "example.com"), h.domain("dom_2", h.stranger, "shop.example.com")} {
			wg.Go(func() {
				results[i] = h.db.InTx(t.Context(), func(ctx context.Context) error {
					claimed, err := s.Claimed(ctx, d.AccountID, d.Name)
					if err == nil && claimed {
						err = dns.ErrTaken
					}
					if err != nil {
						return err
					}
					return s.Create(ctx, all, d)
				})
			})
		}
		wg.Wait()
		if (results[0] == nil) == (results[1] == nil) || !errors.Is(errors.Join(results...), dns.ErrTaken) {
			t.Errorf("two at once = %v, want one done and one ErrTaken", results)
		}
	})
}

func terms(t *testing.T, d *db.DB, source string) int64 {
	t.Helper()
	var n int64
	if err := d.Read(t.Context()).Raw("SELECT count(*) FROM account_terms WHERE source = ?", source).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}
