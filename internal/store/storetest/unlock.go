package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/db"
	"innkeeper/internal/mail"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// Unlocks is the suite of store.Unlocks.
func Unlocks(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	all := principal.Everything()
	setup := func(t *testing.T) (hosting, *store.Unlocks) {
		t.Helper()
		t.Parallel()
		h := newHosting(t, open)
		h.addDomains(t, h.domain("dom_1", h.customer, "example.com"), h.domain("dom_2", h.stranger, "example.net"))
		for _, m := range []mail.Mailbox{
			{ID: "mbx_1", AccountID: "acc_customer", DomainID: "dom_1", Address: "a@example.com", Version: 1, CreatedAt: hostedAt},
			{ID: "mbx_2", AccountID: "acc_customer", DomainID: "dom_1", Address: "b@example.com", Version: 1, CreatedAt: hostedAt},
			{ID: "mbx_3", AccountID: "acc_stranger", DomainID: "dom_2", Address: "c@example.net", Version: 1, CreatedAt: hostedAt},
		} {
			if err := store.NewMailboxes(h.db).Create(t.Context(), all, m, ""); err != nil {
				t.Fatal(err)
			}
		}
		return h, store.NewUnlocks(h.db)
	}
	unlock := func(id, box, address string, hours int) mail.Unlock {
		return mail.Unlock{
			ID: id, AccountID: "acc_customer", MailboxID: box, Address: address, GrantedBy: "per_1",
			GrantedAt: hostedAt, Until: hostedAt.Add(time.Duration(hours) * time.Hour),
		}
	}
	grant := func(t *testing.T, s *store.Unlocks, grants ...mail.Unlock) {
		t.Helper()
		for _, u := range grants {
			if err := s.Grant(t.Context(), all, u); err != nil {
				t.Fatalf("Grant(%q) = %v", u.ID, err)
			}
		}
	}
	ids := func(grants []mail.Unlock) []string {
		var list []string
		for _, u := range grants {
			list = append(list, u.ID)
		}
		return list
	}

	t.Run("a grant comes back as it was, to those who may see it", func(t *testing.T) {
		h, s := setup(t)
		want := unlock("unl_1", "mbx_1", "a@example.com", 8)
		grant(t, s, want)
		for name, c := range h.scopes() {
			live, err := s.Live(t.Context(), c.scope, hostedAt)
			named, other := s.Live(t.Context(), c.scope, hostedAt, "mbx_1", "mbx_2")
			held, holding := s.Hold(t.Context(), c.scope, "mbx_1", hostedAt)
			one, locking := s.ByIDForUpdate(t.Context(), c.scope, "unl_1")
			if !c.reaches {
				if err != nil || other != nil || len(live)+len(named) > 0 || !errors.Is(holding, mail.ErrNoUnlock) || !errors.Is(locking, mail.ErrNoUnlock) {
					t.Errorf("from %s: Live = %v, %v, %v, Hold = %v, ByIDForUpdate = %v, want nothing", name, live, err, other, holding, locking)
				}
				continue
			}
			if diff := cmp.Diff([][]mail.Unlock{{want}, {want}, {want, want}}, [][]mail.Unlock{live, named, {held, one}}); err != nil || other != nil || holding != nil || locking != nil || diff != "" {
				t.Errorf("from %s: %v, %v, %v, %v (-want +got):\n%s", name, err, other, holding, locking, diff)
			}
		}
	})

	t.Run("changes reach as far as the scope", func(t *testing.T) {
		h, s := setup(t)
		for name, c := range h.scopes() {
			err := s.Grant(t.Context(), c.scope, unlock("unl_"+name, "mbx_1", "a@example.com", 1))
			if c.reaches != (err == nil) || !c.reaches && !errors.Is(err, mail.ErrNotFound) {
				t.Errorf("Grant from %s = %v, want done: %v", name, err, c.reaches)
			}
			grant(t, s, unlock("unl_2"+name, "mbx_2", "b@example.com", 1))
			err = s.Revoke(t.Context(), c.scope, "unl_2"+name, hostedAt)
			if c.reaches != (err == nil) || !c.reaches && !errors.Is(err, mail.ErrNoUnlock) {
				t.Errorf("Revoke from %s = %v, want done: %v", name, err, c.reaches)
			}
		}
		foreign := unlock("unl_foreign", "mbx_3", "", 1)
		if err := s.Grant(t.Context(), all, foreign); !errors.Is(err, mail.ErrNotFound) {
			t.Errorf("Grant for another account's mailbox = %v, want ErrNotFound", err)
		}
	})

	t.Run("a grant lasts until its end, its revocation or the mailbox's", func(t *testing.T) {
		h, s := setup(t)
		grant(t, s, unlock("unl_1", "mbx_1", "a@example.com", 24), unlock("unl_2", "mbx_2", "b@example.com", 1))
		hour := hostedAt.Add(time.Hour)
		for at, want := range map[time.Time][]string{
			hour.Add(-time.Microsecond): {"unl_2", "unl_1"}, hour: {"unl_1"}, hostedAt.Add(24 * time.Hour): nil,
		} {
			got, err := s.Live(t.Context(), all, at)
			if diff := cmp.Diff(want, ids(got)); err != nil || diff != "" {
				t.Errorf("Live(%v) = %v (-want +got):\n%s", at, err, diff)
			}
			if _, err := s.Hold(t.Context(), all, "mbx_2", at); errors.Is(err, mail.ErrNoUnlock) == (len(want) == 2) {
				t.Errorf("Hold(%v) = %v", at, err)
			}
		}
		if err := s.Revoke(t.Context(), all, "unl_1", hour); err != nil {
			t.Fatal(err)
		}
		if err := s.Revoke(t.Context(), all, "unl_1", hour); !errors.Is(err, mail.ErrNoUnlock) {
			t.Errorf("Revoke twice = %v, want ErrNoUnlock", err)
		}
		if err := store.NewMailboxes(h.db).Delete(t.Context(), all, "mbx_2", hostedAt); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Live(t.Context(), all, hostedAt); err != nil || len(got) > 0 {
			t.Errorf("Live of what is revoked and deleted = %v, %v, want none", got, err)
		}
	})

	t.Run("a new grant takes the place of the earlier", func(t *testing.T) {
		h, s := setup(t)
		grant(t, s, unlock("unl_1", "mbx_1", "a@example.com", 24))
		again := unlock("unl_2", "mbx_1", "a@example.com", 1)
		if err := h.db.InTx(t.Context(), func(ctx context.Context) error { return s.Grant(ctx, all, again) }); err != nil {
			t.Fatal(err)
		}
		got, err := s.Live(t.Context(), all, hostedAt)
		if diff := cmp.Diff([]mail.Unlock{again}, got); err != nil || diff != "" {
			t.Errorf("Live = %v (-want +got):\n%s", err, diff)
		}
	})

	t.Run("the database knows the cap of a day", func(t *testing.T) {
		_, s := setup(t)
		long := unlock("unl_1", "mbx_1", "a@example.com", 24)
		long.Until = long.Until.Add(time.Microsecond)
		none := unlock("unl_2", "mbx_1", "a@example.com", 0)
		for name, u := range map[string]mail.Unlock{"longer than a day": long, "of no time": none} {
			if err := s.Grant(t.Context(), all, u); err == nil {
				t.Errorf("a grant %s is kept", name)
			}
		}
	})
}
