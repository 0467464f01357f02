package storetest

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"innkeeper/internal/account"
	"innkeeper/internal/auth"
	"innkeeper/internal/db"
	"innkeeper/internal/store"
)

// Tokens is the suite of store.Tokens.
func Tokens(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	setup := func(t *testing.T) (hosting, *store.Tokens, *store.People) {
		t.Helper()
		h := newHosting(t, open)
		people := store.NewPeople(h.db)
		for _, id := range []string{"per_anna", "per_bruno"} {
			if _, err := people.Add(t.Context(), account.Person{ID: id, Name: id, Email: id + "@example.com", CreatedAt: hostedAt}); err != nil {
				t.Fatal(err)
			}
		}
		return h, store.NewTokens(h.db), people
	}
	token := func(id, person, accountID string) auth.Token {
		return auth.Token{
			ID: id, PersonID: person, AccountID: accountID, MadeAs: "customer", Name: "Night job", Hash: "hash of " + id, Hint: "abcd",
			Scopes: []string{"accounts:read", "impersonate"}, Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")},
			CreatedAt: hostedAt, IssuedAt: hostedAt, ExpiresAt: hostedAt.Add(24 * time.Hour), ProvedAt: hostedAt, ProvedBy: "password",
		}
	}
	prefixes := cmpopts.EquateComparable(netip.Prefix{})

	t.Run("a token comes back as it was, by either of its secrets", func(t *testing.T) {
		t.Parallel()
		h, s, people := setup(t)
		want := token("tok_1", "per_anna", h.customer.ID)
		if err := s.Create(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		if err := people.Join(t.Context(), account.Membership{AccountID: h.customer.ID, PersonID: "per_anna", Role: "customer", CreatedAt: hostedAt}); err != nil {
			t.Fatal(err)
		}
		want.Hash, want.PreviousHash, want.PreviousUntil, want.Hint = "another", want.Hash, hostedAt.Add(time.Hour), "wxyz"
		want.IssuedAt, want.ExpiresAt, want.ProvedAt, want.ProvedBy = hostedAt.Add(time.Minute), hostedAt.Add(48*time.Hour), hostedAt.Add(time.Second), "password+totp"
		if err := s.Reissue(t.Context(), want); err != nil {
			t.Fatalf("Reissue = %v", err)
		}
		want.LastUsedAt, want.LastUsedIP = hostedAt.Add(2*time.Minute), "192.0.2.7"
		if err := s.Used(t.Context(), want.ID, want.LastUsedIP, want.LastUsedAt); err != nil {
			t.Fatalf("Used = %v", err)
		}
		for _, hash := range []string{want.Hash, want.PreviousHash} {
			in, err := s.Resume(t.Context(), hash)
			if diff := cmp.Diff(want, in.Token, prefixes); err != nil || diff != "" {
				t.Errorf("Resume(%q) = %v (-want +got):\n%s", hash, err, diff)
			}
			if in.Person.ID != "per_anna" || in.Membership.Account.Path != h.customer.Path || in.Membership.Role != "customer" || in.Membership.Disabled || in.Factored {
				t.Errorf("Resume(%q) is by %+v", hash, in)
			}
		}
		for _, hash := range []string{"", "other"} {
			if _, err := s.Resume(t.Context(), hash); !errors.Is(err, auth.ErrTokenInvalid) {
				t.Errorf("Resume(%q) = %v, want ErrTokenInvalid", hash, err)
			}
		}
		for name, find := range map[string]func(id string) (auth.Token, error){
			"ByID": func(id string) (auth.Token, error) { return s.ByID(t.Context(), id) },
			"Lock": func(id string) (auth.Token, error) { return s.Lock(t.Context(), id) },
		} {
			got, err := find("tok_1")
			if diff := cmp.Diff(want, got, prefixes); err != nil || diff != "" {
				t.Errorf("%s = %v (-want +got):\n%s", name, err, diff)
			}
			if _, err := find("tok_none"); !errors.Is(err, auth.ErrTokenNotFound) {
				t.Errorf("%s of a missing token = %v, want ErrTokenNotFound", name, err)
			}
		}
	})

	t.Run("a role that was taken away counts as blocked", func(t *testing.T) {
		t.Parallel()
		h, s, _ := setup(t)
		if err := s.Create(t.Context(), token("tok_1", "per_anna", h.customer.ID)); err != nil {
			t.Fatal(err)
		}
		in, err := s.Resume(t.Context(), "hash of tok_1")
		if err != nil || !in.Membership.Disabled {
			t.Errorf("Resume = %+v, %v, want it blocked", in.Membership, err)
		}
	})

	t.Run("lists and locks find what they are asked for, and what is revoked stays so", func(t *testing.T) {
		t.Parallel()
		h, s, _ := setup(t)
		one, two, three := token("tok_1", "per_anna", h.customer.ID), token("tok_2", "per_anna", h.reseller.ID), token("tok_3", "per_bruno", h.customer.ID)
		for _, one := range []auth.Token{one, two, three} {
			if err := s.Create(t.Context(), one); err != nil {
				t.Fatal(err)
			}
		}
		one.RevokedAt, one.RevokedWhy = hostedAt.Add(time.Minute), auth.RevokedByPerson
		if err := s.Revoke(t.Context(), one); err != nil {
			t.Fatalf("Revoke = %v", err)
		}
		for name, change := range map[string]func() error{
			"Revoke": func() error { return s.Revoke(t.Context(), one) }, "Reissue": func() error { return s.Reissue(t.Context(), one) },
		} {
			if err := change(); !errors.Is(err, auth.ErrTokenNotFound) {
				t.Errorf("%s of a revoked token = %v, want ErrTokenNotFound", name, err)
			}
		}
		mine, err := s.OfPerson(t.Context(), "per_anna", "", 9)
		if diff := cmp.Diff([]auth.Token{two, one}, mine, prefixes); err != nil || diff != "" {
			t.Errorf("OfPerson = %v (-want +got):\n%s", err, diff)
		}
		older, err := s.OfPerson(t.Context(), "per_anna", "tok_2", 9)
		if err != nil || len(older) != 1 || older[0].ID != "tok_1" {
			t.Errorf("OfPerson before tok_2 = %v, %v, want tok_1", older, err)
		}
		locked, err := s.LockOfAccount(t.Context(), h.customer.ID)
		if diff := cmp.Diff([]auth.Token{three}, locked, prefixes); err != nil || diff != "" {
			t.Errorf("LockOfAccount = %v (-want +got):\n%s", err, diff)
		}
		for at, want := range map[time.Duration]int{0: 1, 24*time.Hour - time.Microsecond: 1, 24 * time.Hour: 0} {
			if n, err := s.CountLive(t.Context(), "per_anna", hostedAt.Add(at)); n != want || err != nil {
				t.Errorf("CountLive after %v = %d, %v, want %d", at, n, err, want)
			}
		}
	})
}
