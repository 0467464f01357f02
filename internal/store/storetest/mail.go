package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/db"
	"innkeeper/internal/dns"
	"innkeeper/internal/mail"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// Mailboxes is the suite of store.Mailboxes.
func Mailboxes(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	all := principal.Everything()
	quota := int64(1 << 30)
	setup := func(t *testing.T) (hosting, *store.Mailboxes) {
		t.Helper()
		t.Parallel()
		h := newHosting(t, open)
		h.addDomains(t, h.domain("dom_1", h.customer, "example.com"), h.domain("dom_2", h.stranger, "example.net"))
		return h, store.NewMailboxes(h.db)
	}
	mailbox := func(id, address string) mail.Mailbox {
		return mail.Mailbox{
			ID: id, AccountID: "acc_customer", DomainID: "dom_1", Address: address, PasswordSet: true, Quota: &quota,
			Used: 17, ReadyAt: hostedAt.Add(time.Hour), Version: 3, CreatedAt: hostedAt,
		}
	}
	add := func(t *testing.T, s *store.Mailboxes, boxes ...mail.Mailbox) {
		t.Helper()
		for _, m := range boxes {
			hash := ""
			if m.PasswordSet {
				hash = "{ARGON2ID}$argon2id$x"
			}
			if err := s.Create(t.Context(), all, m, hash); err != nil {
				t.Fatalf("Create(%q) = %v", m.Address, err)
			}
		}
	}
	addresses := func(boxes []mail.Mailbox) []string {
		var list []string
		for _, m := range boxes {
			list = append(list, m.Address)
		}
		return list
	}

	t.Run("a mailbox comes back as it was, to those who may see it", func(t *testing.T) {
		h, s := setup(t)
		full, waiting := mailbox("mbx_1", "info@example.com"), mail.Mailbox{
			ID: "mbx_2", AccountID: "acc_customer", DomainID: "dom_1", Address: "new@example.com", Version: 1, CreatedAt: hostedAt,
		}
		add(t, s, full, waiting)
		for name, c := range h.scopes() {
			for _, want := range []mail.Mailbox{full, waiting} {
				got, err := s.ByID(t.Context(), c.scope, want.ID)
				locked, other := s.ByIDForUpdate(t.Context(), c.scope, want.ID)
				if !c.reaches {
					if !errors.Is(err, mail.ErrNotFound) || !errors.Is(other, mail.ErrNotFound) {
						t.Errorf("ByID and ByIDForUpdate from %s = %v, %v, want ErrNotFound", name, err, other)
					}
					continue
				}
				if diff := cmp.Diff([]mail.Mailbox{want, want}, []mail.Mailbox{got, locked}); err != nil || other != nil || diff != "" {
					t.Errorf("ByID and ByIDForUpdate from %s = %v, %v (-want +got):\n%s", name, err, other, diff)
				}
			}
		}
	})

	t.Run("the hash of the password is kept apart", func(t *testing.T) {
		h, s := setup(t)
		waiting := mailbox("mbx_1", "info@example.com")
		waiting.PasswordSet = false
		add(t, s, waiting)
		if got, err := s.PasswordHash(t.Context(), all, "mbx_1"); err != nil || got != "" {
			t.Errorf("PasswordHash = %q, %v, want none", got, err)
		}
		if err := s.SetPassword(t.Context(), principal.Only(h.customer), "mbx_1", "{ARGON2ID}x"); err != nil {
			t.Fatal(err)
		}
		if got, err := s.PasswordHash(t.Context(), all, "mbx_1"); err != nil || got != "{ARGON2ID}x" {
			t.Errorf("PasswordHash = %q, %v, want the hash", got, err)
		}
		if _, err := s.PasswordHash(t.Context(), principal.Only(h.stranger), "mbx_1"); !errors.Is(err, mail.ErrNotFound) {
			t.Errorf("PasswordHash from another account = %v, want ErrNotFound", err)
		}
		if got, err := s.ByID(t.Context(), all, "mbx_1"); err != nil || !got.PasswordSet {
			t.Errorf("ByID = %v, %v, want a password to be set", got, err)
		}
	})

	t.Run("changes reach as far as the scope", func(t *testing.T) {
		h, s := setup(t)
		for name, c := range h.scopes() {
			acts := map[string]func(id string) error{
				"SetPassword": func(id string) error { return s.SetPassword(t.Context(), c.scope, id, "{ARGON2ID}y") },
				"SetQuota":    func(id string) error { return s.SetQuota(t.Context(), c.scope, id, nil) },
				"SetMeasured": func(id string) error { return s.SetMeasured(t.Context(), c.scope, id, hostedAt, 5) },
				"Delete":      func(id string) error { return s.Delete(t.Context(), c.scope, id, hostedAt) },
			}
			for act, do := range acts {
				id := "mbx_" + name + act
				add(t, s, mailbox(id, id+"@example.com"))
				if err := do(id); c.reaches != (err == nil) || !c.reaches && !errors.Is(err, mail.ErrNotFound) {
					t.Errorf("%s from %s = %v, want done: %v", act, name, err, c.reaches)
				}
			}
			err := s.Create(t.Context(), c.scope, mailbox("mbx_new"+name, name+"@example.com"), "")
			if c.reaches != (err == nil) {
				t.Errorf("Create from %s = %v, want done: %v", name, err, c.reaches)
			}
		}
	})

	t.Run("each change changes its fields", func(t *testing.T) {
		_, s := setup(t)
		want := mailbox("mbx_1", "info@example.com")
		add(t, s, want)
		less := int64(5 << 20)
		later := hostedAt.Add(time.Minute)
		err := errors.Join(s.SetQuota(t.Context(), all, "mbx_1", &less), s.SetMeasured(t.Context(), all, "mbx_1", later, 99))
		want.Quota, want.ReadyAt, want.Used, want.Version = &less, later, 99, 4
		got, other := s.ByID(t.Context(), all, "mbx_1")
		if diff := cmp.Diff(want, got); err != nil || other != nil || diff != "" {
			t.Errorf("ByID = %v, %v (-want +got):\n%s", err, other, diff)
		}
	})

	t.Run("an address is taken once, in a domain of the same account", func(t *testing.T) {
		_, s := setup(t)
		add(t, s, mailbox("mbx_1", "info@example.com"))
		for address, want := range map[string]bool{"info@example.com": true, "other@example.com": false} {
			if got, err := s.Taken(t.Context(), all, address); err != nil || got != want {
				t.Errorf("Taken(%q) = %v, %v, want %v", address, got, err, want)
			}
		}
		if err := s.Create(t.Context(), all, mailbox("mbx_2", "info@example.com"), ""); !errors.Is(err, mail.ErrTaken) {
			t.Errorf("Create = %v, want ErrTaken", err)
		}
		foreign := mailbox("mbx_3", "info@example.net")
		foreign.DomainID = "dom_2"
		if err := s.Create(t.Context(), all, foreign, ""); !errors.Is(err, dns.ErrNotFound) {
			t.Errorf("Create in another account's domain = %v, want dns.ErrNotFound", err)
		}
		if err := s.Delete(t.Context(), all, "mbx_1", hostedAt); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ByID(t.Context(), all, "mbx_1"); !errors.Is(err, mail.ErrNotFound) {
			t.Errorf("ByID of the deleted = %v, want ErrNotFound", err)
		}
		add(t, s, mailbox("mbx_4", "info@example.com"))
	})

	t.Run("a list is by address, narrowed, and goes on", func(t *testing.T) {
		h, s := setup(t)
		add(t, s, mailbox("mbx_1", "b@example.com"), mailbox("mbx_2", "a@example.com"), mailbox("mbx_3", "x_y@example.com"), mailbox("mbx_4", "xzy@example.com"))
		cases := map[string]struct {
			scope principal.Scope
			f     mail.Filter
			after string
			limit int
			want  []string
		}{
			"page":            {all, mail.Filter{}, "", 2, []string{"a@example.com", "b@example.com"}},
			"next page":       {all, mail.Filter{}, "b@example.com", 1, []string{"x_y@example.com"}},
			"of an account":   {all, mail.Filter{AccountID: h.customer.ID}, "", 1, []string{"a@example.com"}},
			"of another":      {all, mail.Filter{AccountID: h.stranger.ID}, "", 9, nil},
			"no wildcard":     {all, mail.Filter{Query: "x_y"}, "", 9, []string{"x_y@example.com"}},
			"tree":            {principal.Tree(h.reseller), mail.Filter{Query: "a@"}, "", 9, []string{"a@example.com"}},
			"somebody else's": {principal.Only(h.stranger), mail.Filter{}, "", 9, nil},
		}
		for name, c := range cases {
			got, err := s.List(t.Context(), c.scope, c.f, c.after, c.limit)
			if diff := cmp.Diff(c.want, addresses(got)); err != nil || diff != "" {
				t.Errorf("List, %s = %v (-want +got):\n%s", name, err, diff)
			}
		}
		got, err := s.Addresses(t.Context(), principal.Only(h.customer), "dom_1", 3)
		if diff := cmp.Diff([]string{"a@example.com", "b@example.com", "x_y@example.com"}, got); err != nil || diff != "" {
			t.Errorf("Addresses = %v (-want +got):\n%s", err, diff)
		}
		if got, err = s.Addresses(t.Context(), principal.Only(h.stranger), "dom_1", 3); err != nil || len(got) > 0 {
			t.Errorf("Addresses from another account = %v, %v, want none", got, err)
		}
		if taken, err := s.Taken(t.Context(), principal.Only(h.stranger), "a@example.com"); err != nil || taken {
			t.Errorf("Taken from another account = %v, %v, want false", taken, err)
		}
	})
}
