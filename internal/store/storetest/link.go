package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/db"
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
}
