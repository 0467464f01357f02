package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/db"
	"innkeeper/internal/file"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// FileChanges is the suite of store.FileChanges.
func FileChanges(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	all := principal.Everything()
	setup := func(t *testing.T) (hosting, *store.FileChanges) {
		t.Helper()
		t.Parallel()
		h := newHosting(t, open)
		return h, store.NewFileChanges(h.db)
	}
	change := func(id, account string, kind file.Kind) file.Change {
		return file.Change{ID: id, AccountID: account, Kind: kind, Source: "from " + id, Target: "/to " + id, CreatedAt: hostedAt}
	}
	ids := func(changes []file.Change) []string {
		var list []string
		for _, c := range changes {
			list = append(list, c.ID)
		}
		return list
	}

	t.Run("a change comes back as it was, to those who may see it", func(t *testing.T) {
		h, s := setup(t)
		want := change("fch_1", h.customer.ID, file.KindRename)
		want.DoneAt, want.Failure = hostedAt.Add(time.Second), "the disk said no"
		if err := s.Add(t.Context(), all, []file.Change{want}); err != nil {
			t.Fatal(err)
		}
		want.Seq = 1
		for name, c := range h.scopes() {
			got, err := s.ByID(t.Context(), c.scope, "fch_1")
			if !c.reaches {
				if !errors.Is(err, file.ErrNotFound) {
					t.Errorf("ByID from %s = %v, want ErrNotFound", name, err)
				}
				continue
			}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("ByID from %s = %v (-want +got):\n%s", name, err, diff)
			}
		}
	})

	t.Run("open are those not done, in the order they came", func(t *testing.T) {
		h, s := setup(t)
		mine := func(ids ...string) (list []file.Change) {
			for _, id := range ids {
				list = append(list, change(id, h.customer.ID, file.KindWrite))
			}
			return list
		}
		kinds := []file.Change{change("fch_a", h.stranger.ID, file.KindFolder), change("fch_b", h.stranger.ID, file.KindDelete)}
		err := errors.Join(s.Add(t.Context(), all, mine("fch_3", "fch_1")), s.Add(t.Context(), all, kinds), s.Add(t.Context(), all, mine("fch_2")))
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range h.scopes() {
			got, err := s.Open(t.Context(), c.scope, h.customer.ID)
			want := []string{"fch_3", "fch_1", "fch_2"}
			if !c.reaches {
				want = nil
			}
			if diff := cmp.Diff(want, ids(got)); err != nil || diff != "" {
				t.Errorf("Open from %s = %v (-want +got):\n%s", name, err, diff)
			}
		}
		if err := s.Done(t.Context(), principal.Only(h.customer), "fch_1", hostedAt, "no"); err != nil {
			t.Fatal(err)
		}
		if got, err := s.ByID(t.Context(), all, "fch_1"); err != nil || got.Failure != "no" || !got.DoneAt.Equal(hostedAt) {
			t.Errorf("ByID of the done = %v, %v", got, err)
		}
		got, err := s.Open(t.Context(), all, h.customer.ID)
		if diff := cmp.Diff([]string{"fch_3", "fch_2"}, ids(got)); err != nil || diff != "" {
			t.Errorf("Open after Done = %v (-want +got):\n%s", err, diff)
		}
		if err := s.Done(t.Context(), all, "fch_1", hostedAt, ""); !errors.Is(err, file.ErrNotFound) {
			t.Errorf("Done twice = %v, want ErrNotFound", err)
		}
	})

	t.Run("changes reach as far as the scope", func(t *testing.T) {
		h, s := setup(t)
		for name, c := range h.scopes() {
			err := s.Add(t.Context(), c.scope, []file.Change{change("fch_"+name, h.customer.ID, file.KindWrite)})
			if c.reaches != (err == nil) || !c.reaches && !errors.Is(err, file.ErrNotFound) {
				t.Errorf("Add from %s = %v, want done: %v", name, err, c.reaches)
			}
			if c.reaches {
				continue
			}
			id := "fch_of " + name
			if err := s.Add(t.Context(), all, []file.Change{change(id, h.customer.ID, file.KindWrite)}); err != nil {
				t.Fatal(err)
			}
			if err := s.Done(t.Context(), c.scope, id, hostedAt, ""); !errors.Is(err, file.ErrNotFound) {
				t.Errorf("Done from %s = %v, want ErrNotFound", name, err)
			}
		}
	})

	t.Run("what was done long ago is forgotten, the order goes on", func(t *testing.T) {
		h, s := setup(t)
		for _, c := range []struct {
			id   string
			done time.Time
		}{{"fch_old", hostedAt}, {"fch_open", time.Time{}}, {"fch_late", hostedAt.Add(time.Hour)}, {"fch_last", hostedAt}} {
			add := change(c.id, h.customer.ID, file.KindWrite)
			add.DoneAt = c.done
			if err := s.Add(t.Context(), all, []file.Change{add}); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Forget(t.Context(), principal.Only(h.stranger), hostedAt.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ByID(t.Context(), all, "fch_old"); err != nil {
			t.Errorf("Forget from another account made ByID = %v", err)
		}
		if err := s.Forget(t.Context(), all, hostedAt.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		for id, there := range map[string]bool{"fch_old": false, "fch_open": true, "fch_late": true, "fch_last": true} {
			if _, err := s.ByID(t.Context(), all, id); there != (err == nil) {
				t.Errorf("ByID(%q) after Forget = %v, want it there: %v", id, err, there)
			}
		}
		if err := s.Add(t.Context(), all, []file.Change{change("fch_next", h.customer.ID, file.KindWrite)}); err != nil {
			t.Fatal(err)
		}
		if got, err := s.ByID(t.Context(), all, "fch_next"); err != nil || got.Seq != 5 {
			t.Errorf("the next change has seq %d, %v, want 5", got.Seq, err)
		}
	})
}
