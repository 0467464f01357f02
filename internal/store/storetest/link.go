package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/db"
	"innkeeper/internal/ident"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/store"
)

// Links is the suite of store.Links.
func Links(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	t.Run("a link comes back as it was, and is used once", func(t *testing.T) {
		t.Parallel()
		a := newAsking(t, open)
		s := store.NewLinks(a.db)
		want := impersonation.Link{
			ID: "lnk_1", TokenHash: "hash", PersonID: "per_anna", AccountID: a.customer.ID, IssuedBy: "per_bruno", ActorRef: "agent-17",
			ReasonCode: "incident", Reason: "The site is down", Ticket: "4711", Path: "/files", CreatedAt: hostedAt, ExpiresAt: hostedAt.Add(time.Minute),
		}
		if err := s.Create(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		finds := map[string]func(hash string) (impersonation.Link, error){
			"ByToken":     func(hash string) (impersonation.Link, error) { return s.ByToken(t.Context(), hash) },
			"LockByToken": func(hash string) (impersonation.Link, error) { return s.LockByToken(t.Context(), hash) },
		}
		check := func() {
			t.Helper()
			for name, find := range finds {
				got, err := find("hash")
				if diff := cmp.Diff(want, got); err != nil || diff != "" {
					t.Errorf("%s = %v (-want +got):\n%s", name, err, diff)
				}
				for _, other := range []string{"", "other"} {
					if _, err := find(other); !errors.Is(err, impersonation.ErrNoLink) {
						t.Errorf("%s(%q) = %v, want ErrNoLink", name, other, err)
					}
				}
			}
		}
		check()
		want.UsedAt = hostedAt.Add(time.Second)
		if err := s.Use(t.Context(), want.ID, want.UsedAt); err != nil {
			t.Fatalf("Use = %v", err)
		}
		check()
		for _, id := range []string{want.ID, "lnk_none"} {
			if err := s.Use(t.Context(), id, hostedAt.Add(2*time.Second)); !errors.Is(err, impersonation.ErrNoLink) {
				t.Errorf("Use(%q) once more = %v, want ErrNoLink", id, err)
			}
		}
		check()
	})

	t.Run("links that are over are forgotten, the oldest first", func(t *testing.T) {
		t.Parallel()
		a := newAsking(t, open)
		s := store.NewLinks(a.db)
		at := func(minute int) time.Time { return hostedAt.Add(time.Duration(minute) * time.Minute) }
		used, unused, good := ident.First(ident.Link, at(0)), ident.First(ident.Link, at(1)), ident.First(ident.Link, at(2))
		for i, id := range []string{used, unused, good} {
			l := impersonation.Link{
				ID: id, TokenHash: id, PersonID: "per_anna", AccountID: a.customer.ID, IssuedBy: "per_bruno", ReasonCode: "incident", Path: "/",
				CreatedAt: at(i), ExpiresAt: at(i + 1),
			}
			if err := s.Create(t.Context(), l); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Use(t.Context(), used, at(0)); err != nil {
			t.Fatal(err)
		}
		forget := func(limit int, want ...string) {
			t.Helper()
			if err := s.Forget(t.Context(), at(2).Add(time.Second), limit); err != nil {
				t.Fatalf("Forget = %v", err)
			}
			var left []string
			for _, id := range []string{used, unused, good} {
				if _, err := s.ByToken(t.Context(), id); err == nil {
					left = append(left, id)
				}
			}
			if diff := cmp.Diff(want, left); diff != "" {
				t.Errorf("there are (-want +got):\n%s", diff)
			}
		}
		forget(1, unused, good)
		forget(9, good)
		forget(9, good)
	})
}
