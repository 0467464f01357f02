package storetest

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/auth"
	"innkeeper/internal/db"
	"innkeeper/internal/store"
)

// Passkeys is the suite of store.Passkeys.
func Passkeys(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	key := func(id, person string) auth.Passkey {
		return auth.Passkey{
			ID: id, PersonID: person, CredentialID: "credential of " + id, Name: "My phone", PublicKey: "public", SignCount: 1<<32 - 2, Synced: true,
			Transports: []string{"internal", "hybrid"}, CreatedAt: hostedAt, LastUsedAt: hostedAt.Add(time.Hour),
		}
	}
	setup := func(t *testing.T) (*store.Passkeys, auth.Passkey, auth.Passkey) {
		t.Helper()
		t.Parallel()
		d := open(t)
		for _, id := range []string{"per_anna", "per_bruno"} {
			if _, err := store.NewPeople(d).Add(t.Context(), account.Person{ID: id, Name: id, Email: id + "@example.com", CreatedAt: hostedAt}); err != nil {
				t.Fatal(err)
			}
		}
		s := store.NewPasskeys(d)
		hers, his := key("pky_1", "per_anna"), key("pky_2", "per_bruno")
		for _, p := range []auth.Passkey{hers, his} {
			if err := s.Add(t.Context(), p); err != nil {
				t.Fatalf("Add(%q) = %v", p.ID, err)
			}
		}
		return s, hers, his
	}
	wantOf := func(t *testing.T, s *store.Passkeys, person string, want ...auth.Passkey) {
		t.Helper()
		got, err := s.OfPerson(t.Context(), person)
		if diff := cmp.Diff(append([]auth.Passkey{}, want...), got); err != nil || diff != "" {
			t.Errorf("OfPerson(%q) = %v (-want +got):\n%s", person, err, diff)
		}
	}

	t.Run("a passkey comes back as it was, by person and by the device's name", func(t *testing.T) {
		s, hers, his := setup(t)
		plain := auth.Passkey{ID: "pky_3", PersonID: hers.PersonID, CredentialID: "another", Name: "x", PublicKey: "y", Transports: []string{}, CreatedAt: hostedAt}
		if err := s.Add(t.Context(), plain); err != nil {
			t.Fatal(err)
		}
		wantOf(t, s, hers.PersonID, hers, plain)
		wantOf(t, s, "per_missing")
		got, err := s.ByCredential(t.Context(), his.CredentialID)
		if diff := cmp.Diff(his, got); err != nil || diff != "" {
			t.Errorf("ByCredential = %v (-want +got):\n%s", err, diff)
		}
		for _, none := range []string{"", "nothing", "ANOTHER"} {
			if _, err := s.ByCredential(t.Context(), none); !errors.Is(err, auth.ErrPasskeyNotFound) {
				t.Errorf("ByCredential(%q) = %v, want ErrPasskeyNotFound", none, err)
			}
		}
	})

	t.Run("a device's key is one person's", func(t *testing.T) {
		s, hers, his := setup(t)
		again := his
		again.ID, again.PersonID = "pky_3", hers.PersonID
		if err := s.Add(t.Context(), again); !errors.Is(err, auth.ErrPasskeyExists) {
			t.Errorf("Add of a known key = %v, want ErrPasskeyExists", err)
		}
		wantOf(t, s, hers.PersonID, hers)
		wantOf(t, s, his.PersonID, his)
	})

	t.Run("renamed and removed by its person alone", func(t *testing.T) {
		s, hers, his := setup(t)
		for name, err := range map[string]error{
			"Rename of somebody else's": s.Rename(t.Context(), his.PersonID, hers.ID, "mine"), "Rename of a missing one": s.Rename(t.Context(), his.PersonID, "pky_9", "mine"),
			"Remove of somebody else's": s.Remove(t.Context(), his.PersonID, hers.ID), "Remove of a missing one": s.Remove(t.Context(), his.PersonID, "pky_9"),
		} {
			if !errors.Is(err, auth.ErrPasskeyNotFound) {
				t.Errorf("%s = %v, want ErrPasskeyNotFound", name, err)
			}
		}
		if err := s.Rename(t.Context(), hers.PersonID, hers.ID, "My old phone"); err != nil {
			t.Fatal(err)
		}
		hers.Name = "My old phone"
		wantOf(t, s, hers.PersonID, hers)
		if err := s.Remove(t.Context(), hers.PersonID, hers.ID); err != nil {
			t.Fatal(err)
		}
		wantOf(t, s, hers.PersonID)
		for want := range 2 {
			if n, err := s.RemoveAll(t.Context(), his.PersonID); err != nil || n != 1-want {
				t.Errorf("RemoveAll = %d, %v, want %d", n, err, 1-want)
			}
		}
	})

	t.Run("a counter goes on, or stands at zero for ever", func(t *testing.T) {
		s, hers, his := setup(t)
		at := hostedAt.Add(2 * time.Hour)
		for _, step := range []struct {
			count uint32
			want  bool
		}{{1<<32 - 2, false}, {7, false}, {0, false}, {1<<32 - 1, true}, {1<<32 - 1, false}} {
			if ahead, err := s.Use(t.Context(), hers.ID, step.count, at); err != nil || ahead != step.want {
				t.Errorf("Use(%d) = %v, %v, want %v", step.count, ahead, err, step.want)
			}
		}
		hers.SignCount, hers.LastUsedAt = 1<<32-1, at
		wantOf(t, s, hers.PersonID, hers)
		wantOf(t, s, his.PersonID, his)
		still := key("pky_3", hers.PersonID)
		still.SignCount = 0
		if err := s.Add(t.Context(), still); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			count uint32
			want  bool
		}{{0, true}, {0, true}, {1, true}, {0, false}} {
			if ahead, err := s.Use(t.Context(), still.ID, step.count, at); err != nil || ahead != step.want {
				t.Errorf("Use(%d) after zero = %v, %v, want %v", step.count, ahead, err, step.want)
			}
		}
		if ahead, err := s.Use(t.Context(), "pky_9", 1, at); err != nil || ahead {
			t.Errorf("Use of a missing passkey = %v, %v, want false", ahead, err)
		}
	})

	t.Run("a challenge is taken once", func(t *testing.T) {
		s, hers, _ := setup(t)
		first := auth.Challenge{Holder: "ses_1", Purpose: "add", PersonID: hers.PersonID, Value: "one", IP: "192.0.2.1", ExpiresAt: hostedAt.Add(time.Minute)}
		second := first
		second.Value = "two"
		for _, c := range []auth.Challenge{first, second} { // instead of the first
			if err := s.Ask(t.Context(), c, hostedAt); err != nil {
				t.Fatal(err)
			}
		}
		for _, other := range [][2]string{{"ses_1", "sign-in"}, {"ses_2", "add"}, {"", ""}} {
			if _, err := s.Take(t.Context(), other[0], other[1]); !errors.Is(err, auth.ErrChallengeGone) {
				t.Errorf("Take(%q) = %v, want ErrChallengeGone", other, err)
			}
		}
		var taken atomic.Int32
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				got, err := s.Take(t.Context(), first.Holder, first.Purpose)
				switch {
				case err == nil:
					taken.Add(1)
					if diff := cmp.Diff(second, got); diff != "" {
						t.Errorf("Take differs (-want +got):\n%s", diff)
					}
				case !errors.Is(err, auth.ErrChallengeGone):
					t.Errorf("Take = %v", err)
				}
			})
		}
		wg.Wait()
		if n := taken.Load(); n != 1 {
			t.Errorf("the challenge was taken %d times, want once", n)
		}
	})

	t.Run("challenges are counted by address, and go when they are too old or withdrawn", func(t *testing.T) {
		s, hers, _ := setup(t)
		ask := func(holder, person, ip string, at, until time.Time) {
			t.Helper()
			if err := s.Ask(t.Context(), auth.Challenge{Holder: holder, Purpose: "sign-in", PersonID: person, Value: "x", IP: ip, ExpiresAt: until}, at); err != nil {
				t.Fatal(err)
			}
		}
		wantAsked := func(ip string, at time.Time, want int) {
			t.Helper()
			if n, err := s.Asked(t.Context(), ip, at); err != nil || n != want {
				t.Errorf("Asked(%q) = %d, %v, want %d", ip, n, err, want)
			}
		}
		ask("1", "", "192.0.2.1", hostedAt, hostedAt.Add(time.Minute))
		ask("2", hers.PersonID, "192.0.2.1", hostedAt, hostedAt.Add(2*time.Minute))
		ask("3", "", "192.0.2.2", hostedAt, hostedAt.Add(time.Minute))
		wantAsked("192.0.2.1", hostedAt, 2)
		wantAsked("192.0.2.1", hostedAt.Add(time.Minute), 1)
		ask("4", "", "192.0.2.2", hostedAt.Add(time.Minute), hostedAt.Add(2*time.Minute))
		if _, err := s.Take(t.Context(), "1", "sign-in"); !errors.Is(err, auth.ErrChallengeGone) {
			t.Errorf("Take of one too old = %v, want ErrChallengeGone", err)
		}
		if err := s.Withdraw(t.Context(), hers.PersonID); err != nil {
			t.Fatal(err)
		}
		wantAsked("192.0.2.1", hostedAt, 0)
		wantAsked("192.0.2.2", hostedAt, 1)
	})
}
