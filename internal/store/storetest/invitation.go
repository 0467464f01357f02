package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/store"
)

// Invitations is the suite of store.Invitations.
func Invitations(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	setup := func(t *testing.T) (*store.Invitations, account.Invitation) {
		t.Helper()
		t.Parallel()
		h := newHosting(t, open)
		for _, id := range []string{"per_anna", "per_bruno"} {
			p := account.Person{ID: id, Name: id, Email: id + "@example.com", CreatedAt: hostedAt}
			if _, err := store.NewPeople(h.db).Add(t.Context(), p); err != nil {
				t.Fatal(err)
			}
		}
		return store.NewInvitations(h.db), account.Invitation{
			ID: "inv_1", PersonID: "per_anna", AccountID: h.customer.ID, TokenHash: "hash", CreatedAt: hostedAt, ExpiresAt: hostedAt.Add(time.Hour),
		}
	}
	create := func(t *testing.T, s *store.Invitations, list ...account.Invitation) {
		t.Helper()
		for _, i := range list {
			if err := s.Create(t.Context(), i); err != nil {
				t.Fatalf("Create(%q) = %v", i.ID, err)
			}
		}
	}

	t.Run("an invitation comes back as it was", func(t *testing.T) {
		s, open := setup(t)
		used := open
		used.ID, used.TokenHash, used.UsedAt = "inv_2", "other", hostedAt.Add(time.Minute)
		create(t, s, open, used)
		for _, want := range []account.Invitation{open, used} {
			byID, err := s.ByID(t.Context(), want.ID)
			if diff := cmp.Diff(want, byID); err != nil || diff != "" {
				t.Errorf("ByID(%q) = %v (-want +got):\n%s", want.ID, err, diff)
			}
			byToken, err := s.ByToken(t.Context(), want.TokenHash)
			if diff := cmp.Diff(want, byToken); err != nil || diff != "" {
				t.Errorf("ByToken(%q) = %v (-want +got):\n%s", want.TokenHash, err, diff)
			}
		}
		_, byID := s.ByID(t.Context(), "inv_missing")
		_, byToken := s.ByToken(t.Context(), "missing")
		for name, err := range map[string]error{"ByID": byID, "ByToken": byToken} {
			if !errors.Is(err, account.ErrInvitationEnded) {
				t.Errorf("%s of a missing invitation = %v, want ErrInvitationEnded", name, err)
			}
		}
	})

	t.Run("the latest of a person to an account", func(t *testing.T) {
		s, first := setup(t)
		latest, others := first, first
		latest.ID, latest.TokenHash, latest.CreatedAt = "inv_0", "b", hostedAt.Add(time.Second)
		others.ID, others.TokenHash, others.CreatedAt, others.PersonID = "inv_9", "c", hostedAt.Add(time.Minute), "per_bruno"
		create(t, s, first, latest, others)
		got, ok, err := s.Latest(t.Context(), first.AccountID, first.PersonID)
		if diff := cmp.Diff(latest, got); err != nil || !ok || diff != "" {
			t.Errorf("Latest = %v, %v (-want +got):\n%s", ok, err, diff)
		}
		for _, pair := range [][2]string{{"acc_stranger", "per_anna"}, {first.AccountID, "per_missing"}} {
			if _, ok, err := s.Latest(t.Context(), pair[0], pair[1]); ok || err != nil {
				t.Errorf("Latest(%v) = %v, %v, want none", pair, ok, err)
			}
		}
	})

	t.Run("renewed until used, used once", func(t *testing.T) {
		s, i := setup(t)
		create(t, s, i)
		i.TokenHash, i.CreatedAt, i.ExpiresAt = "fresh", hostedAt.Add(time.Minute), hostedAt.Add(2*time.Hour)
		if err := s.Renew(t.Context(), i); err != nil {
			t.Fatalf("Renew = %v", err)
		}
		if _, err := s.ByToken(t.Context(), "hash"); !errors.Is(err, account.ErrInvitationEnded) {
			t.Errorf("ByToken of the token before = %v, want ErrInvitationEnded", err)
		}
		at := hostedAt.Add(time.Hour)
		if err := s.Use(t.Context(), i.ID, at); err != nil {
			t.Fatalf("Use = %v", err)
		}
		i.UsedAt = at
		got, err := s.ByID(t.Context(), i.ID)
		if diff := cmp.Diff(i, got); err != nil || diff != "" {
			t.Errorf("ByID = %v (-want +got):\n%s", err, diff)
		}
		for name, err := range map[string]error{
			"Renew": s.Renew(t.Context(), i), "Use": s.Use(t.Context(), i.ID, at), "Use of a missing one": s.Use(t.Context(), "inv_missing", at),
		} {
			if !errors.Is(err, account.ErrInvitationEnded) {
				t.Errorf("used, %s = %v, want ErrInvitationEnded", name, err)
			}
		}
	})
}
