package storetest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// People is the suite of store.People.
func People(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	setup := func(t *testing.T) (hosting, *store.People) {
		t.Helper()
		t.Parallel()
		h := newHosting(t, open)
		return h, store.NewPeople(h.db)
	}
	anna := account.Person{
		ID: "per_anna", Name: "Anna", Email: "anna@example.com", Username: "anna", PasswordHash: "hash", PasswordAt: hostedAt,
		DisabledAt: hostedAt.Add(time.Second), LastSignInAt: hostedAt.Add(2 * time.Second), CreatedAt: hostedAt.Add(-time.Hour),
	}
	bruno := account.Person{ID: "per_bruno", Name: "Bruno", Email: "bruno@example.com", CreatedAt: hostedAt}
	add := func(t *testing.T, s *store.People, people ...account.Person) {
		t.Helper()
		for _, p := range people {
			if got, err := s.Add(t.Context(), p); err != nil || got.ID != p.ID {
				t.Fatalf("Add(%q) = %v, %v", p.ID, got, err)
			}
		}
	}

	t.Run("a person comes back as it was, by login and by id", func(t *testing.T) {
		_, s := setup(t)
		add(t, s, anna, bruno)
		for login, want := range map[string]account.Person{
			"anna@example.com": anna, " ANNA@Example.com ": anna, "Anna": anna, "bruno@example.com": bruno,
		} {
			got, err := s.ByLogin(t.Context(), login)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("ByLogin(%q) = %v (-want +got):\n%s", login, err, diff)
			}
			got, err = s.ByID(t.Context(), want.ID)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("ByID(%q) = %v (-want +got):\n%s", want.ID, err, diff)
			}
		}
		for _, login := range []string{"", "nobody", "per_anna", "anna@", "%"} {
			if _, err := s.ByLogin(t.Context(), login); !errors.Is(err, account.ErrPersonNotFound) {
				t.Errorf("ByLogin(%q) = %v, want ErrPersonNotFound", login, err)
			}
		}
		if _, err := s.ByID(t.Context(), "per_missing"); !errors.Is(err, account.ErrPersonNotFound) {
			t.Errorf("ByID of a missing person = %v, want ErrPersonNotFound", err)
		}
	})

	t.Run("one person an address, one a username", func(t *testing.T) {
		_, s := setup(t)
		add(t, s, anna)
		again := account.Person{ID: "per_again", Name: "Other", Email: "Anna@example.com", Username: "other", CreatedAt: hostedAt}
		got, err := s.Add(t.Context(), again)
		if diff := cmp.Diff(anna, got); err != nil || diff != "" {
			t.Errorf("Add with an address in use = %v (-want +got):\n%s", err, diff)
		}
		again.Email, again.Username = "other@example.com", "Anna"
		if _, err := s.Add(t.Context(), again); !errors.Is(err, account.ErrUsernameTaken) {
			t.Errorf("Add with a username in use = %v, want ErrUsernameTaken", err)
		}
		again.Username = ""
		add(t, s, again, bruno)
	})

	t.Run("added twenty times at once, it is one person", func(t *testing.T) {
		_, s := setup(t)
		var wg sync.WaitGroup
		ids := make(chan string, 20)
		for i := range 20 {
			p := bruno
			p.ID += string(rune('a' + i))
			wg.Go(func() {
				got, err := s.Add(t.Context(), p)
				if err != nil {
					t.Errorf("Add = %v", err)
				}
				ids <- got.ID
			})
		}
		wg.Wait()
		first := <-ids
		for range 19 {
			if id := <-ids; id != first {
				t.Errorf("Add returned %q and %q", first, id)
			}
		}
	})

	t.Run("a password and a sign-in are noted", func(t *testing.T) {
		_, s := setup(t)
		add(t, s, bruno, anna)
		at := hostedAt.Add(time.Hour)
		want := bruno
		want.PasswordHash, want.PasswordAt, want.LastSignInAt = "new", at, at.Add(time.Second)
		if err := s.SetPassword(t.Context(), bruno.ID, "new", at); err != nil {
			t.Fatalf("SetPassword = %v", err)
		}
		if err := s.TouchSignIn(t.Context(), bruno.ID, at.Add(time.Second)); err != nil {
			t.Fatalf("TouchSignIn = %v", err)
		}
		for _, want := range []account.Person{want, anna} {
			got, err := s.ByID(t.Context(), want.ID)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("ByID(%q) = %v (-want +got):\n%s", want.ID, err, diff)
			}
		}
		for name, err := range map[string]error{
			"SetPassword": s.SetPassword(t.Context(), "per_missing", "x", at), "TouchSignIn": s.TouchSignIn(t.Context(), "per_missing", at),
		} {
			if !errors.Is(err, account.ErrPersonNotFound) {
				t.Errorf("%s of a missing person = %v, want ErrPersonNotFound", name, err)
			}
		}
	})

	t.Run("roles on accounts", func(t *testing.T) {
		h, s := setup(t)
		add(t, s, anna, bruno)
		join := func(a principal.Account, p account.Person, role string, at time.Time) {
			t.Helper()
			if err := s.Join(t.Context(), account.Membership{AccountID: a.ID, PersonID: p.ID, Role: role, CreatedAt: at}); err != nil {
				t.Fatalf("Join = %v", err)
			}
		}
		join(h.stranger, anna, "customer", hostedAt.Add(time.Minute))
		join(h.customer, anna, "reseller", hostedAt)
		join(h.customer, anna, "customer_user", hostedAt.Add(time.Hour)) // instead, since the first time
		join(h.customer, bruno, "customer", hostedAt.Add(time.Second))
		join(h.reseller, anna, "reseller", hostedAt.Add(time.Second))
		exec(t, h.db, "UPDATE accounts SET suspended_at = 1, disabled_at = 1 WHERE id = ?", h.stranger.ID)
		h.delete(t, h.reseller)

		want := []account.Membership{
			{AccountID: h.customer.ID, PersonID: anna.ID, Role: "customer_user", CreatedAt: hostedAt, Account: h.customer},
			{AccountID: h.stranger.ID, PersonID: anna.ID, Role: "customer", CreatedAt: hostedAt.Add(time.Minute), Account: h.stranger, Suspended: true, Disabled: true},
		}
		got, err := s.Memberships(t.Context(), anna.ID)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("Memberships = %v (-want +got):\n%s", err, diff)
		}
		for account, want := range map[string][]string{h.customer.ID: {bruno.ID}, h.stranger.ID: {anna.ID}, h.provider.ID: nil} {
			owners, err := s.Owners(t.Context(), account)
			var ids []string
			for _, p := range owners {
				ids = append(ids, p.ID)
			}
			if diff := cmp.Diff(want, ids); err != nil || diff != "" {
				t.Errorf("Owners(%q) = %v (-want +got):\n%s", account, err, diff)
			}
		}
	})
}
