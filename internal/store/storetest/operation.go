package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/audit"
	"innkeeper/internal/db"
	"innkeeper/internal/operation"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// person puts somebody there who may ask for something.
func (h hosting) person(t *testing.T, id string) principal.Person {
	t.Helper()
	err := h.db.Write(t.Context()).Exec("INSERT INTO people (id, name, email, created_at) VALUES (?, ?, ?, 0)", id, id, id+"@example.com").Error
	if err != nil {
		t.Fatal(err)
	}
	return principal.Person{ID: id, Name: id}
}

// Operations is the suite of store.Operations.
func Operations(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	all := principal.Everything()
	setup := func(t *testing.T) (hosting, *store.Operations, operation.Operation) {
		t.Helper()
		t.Parallel()
		h := newHosting(t, open)
		o := operation.Operation{
			ID: "opr_1", Kind: "activity.export", State: operation.Queued, Person: h.person(t, "per_1"), AccountID: h.customer.ID, Account: "Customer",
			Input: `{"format":"csv"}`, FileName: "a.csv", CreatedAt: hostedAt,
		}
		h.person(t, "per_2")
		s := store.NewOperations(h.db)
		if err := s.Create(t.Context(), all, o); err != nil {
			t.Fatal(err)
		}
		return h, s, o
	}

	t.Run("an operation comes back as it was, to who asked and within the scope", func(t *testing.T) {
		h, s, want := setup(t)
		for name, c := range h.scopes() {
			got, err := s.ByID(t.Context(), c.scope, "per_1", "opr_1")
			list, other := s.List(t.Context(), c.scope, "per_1", "", 9)
			n, third := s.CountOpen(t.Context(), c.scope, "per_1")
			if other != nil || third != nil {
				t.Fatal(other, third)
			}
			if !c.reaches {
				if !errors.Is(err, operation.ErrNotFound) || len(list)+int(n) > 0 {
					t.Errorf("from %s: %v, %v, %d, want nothing", name, err, list, n)
				}
				continue
			}
			if diff := cmp.Diff([]operation.Operation{want, want}, append(list, got)); err != nil || diff != "" || n != 1 {
				t.Errorf("from %s = %v, %d open (-want +got):\n%s", name, err, n, diff)
			}
		}
		if _, err := s.ByID(t.Context(), all, "per_2", "opr_1"); !errors.Is(err, operation.ErrNotFound) {
			t.Errorf("ByID by somebody else = %v, want ErrNotFound", err)
		}
		if ok, err := s.Cancel(t.Context(), all, "per_2", "opr_1", hostedAt); ok || err != nil {
			t.Errorf("Cancel by somebody else = %v, %v, want false", ok, err)
		}
		if err := s.Create(t.Context(), principal.Only(h.stranger), want); !errors.Is(err, operation.ErrNotFound) {
			t.Errorf("Create outside of the scope = %v, want ErrNotFound", err)
		}
	})

	t.Run("it runs, tells how far it is, and ends once", func(t *testing.T) {
		_, s, o := setup(t)
		if ok, err := s.Progress(t.Context(), o.ID, 5); ok || err != nil {
			t.Errorf("Progress before it runs = %v, %v, want false", ok, err)
		}
		begun, ok, err := s.Begin(t.Context(), o.ID, hostedAt.Add(time.Second))
		if !ok || err != nil || begun.State != operation.Running || begun.Input != o.Input {
			t.Fatalf("Begin = %v, %v, %v", begun, ok, err)
		}
		if ok, err := s.Progress(t.Context(), o.ID, 40); !ok || err != nil {
			t.Errorf("Progress = %v, %v, want true", ok, err)
		}
		if _, ok, err := s.Begin(t.Context(), o.ID, hostedAt.Add(2*time.Second)); !ok || err != nil {
			t.Errorf("Begin anew = %v, %v, want true: a job was killed", ok, err)
		}
		begun.State, begun.Percent, begun.FileSize, begun.EndedAt, begun.ExpiresAt = operation.Succeeded, 100, 7, hostedAt.Add(time.Minute), hostedAt.Add(time.Hour)
		if state, err := s.Finish(t.Context(), begun); state != operation.Succeeded || err != nil {
			t.Fatalf("Finish = %v, %v", state, err)
		}
		if got, err := s.ByID(t.Context(), all, "per_1", o.ID); err != nil || cmp.Diff(begun, got) != "" {
			t.Errorf("ByID = %v (-want +got):\n%s", err, cmp.Diff(begun, got))
		}
		late := begun
		late.State = operation.Failed
		state, other := s.Finish(t.Context(), late)
		cancelled, third := s.Cancel(t.Context(), all, "per_1", o.ID, hostedAt)
		_, anew, fourth := s.Begin(t.Context(), o.ID, hostedAt)
		if state != operation.Succeeded || cancelled || anew || other != nil || third != nil || fourth != nil {
			t.Errorf("after its end: Finish %v, Cancel %v, Begin %v", state, cancelled, anew)
		}
	})

	t.Run("what is cancelled does not go on", func(t *testing.T) {
		_, s, o := setup(t)
		if _, ok, err := s.Begin(t.Context(), o.ID, hostedAt); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if ok, err := s.Cancel(t.Context(), all, "per_1", o.ID, hostedAt); !ok || err != nil {
			t.Fatalf("Cancel = %v, %v", ok, err)
		}
		if ok, err := s.Progress(t.Context(), o.ID, 50); ok || err != nil {
			t.Errorf("Progress = %v, %v, want false", ok, err)
		}
		if list, err := s.Expired(t.Context(), hostedAt, 9); err != nil || len(list) != 1 {
			t.Errorf("Expired = %v, %v, want it: what it made goes at once", list, err)
		}
	})

	t.Run("what has not ended is found when it is old", func(t *testing.T) {
		h, s, o := setup(t)
		young, over := o, o
		young.ID, young.CreatedAt = "opr_2", hostedAt.Add(time.Minute)
		over.ID, over.State, over.EndedAt = "opr_3", operation.Failed, hostedAt
		for _, o := range []operation.Operation{young, over} {
			if err := s.Create(t.Context(), principal.Only(h.customer), o); err != nil {
				t.Fatal(err)
			}
		}
		list, err := s.UnderWay(t.Context(), young.CreatedAt, 9)
		if diff := cmp.Diff([]operation.Operation{o}, list); err != nil || diff != "" {
			t.Errorf("UnderWay = %v (-want +got):\n%s", err, diff)
		}
		if list, err := s.UnderWay(t.Context(), young.CreatedAt.Add(time.Second), 1); err != nil || len(list) != 1 || list[0].ID != o.ID {
			t.Errorf("UnderWay, one of two = %v, %v, want the oldest", list, err)
		}
	})

	t.Run("files and operations are forgotten in time", func(t *testing.T) {
		_, s, o := setup(t)
		if _, _, err := s.Begin(t.Context(), o.ID, hostedAt); err != nil {
			t.Fatal(err)
		}
		o.State, o.EndedAt, o.ExpiresAt = operation.Succeeded, hostedAt, hostedAt.Add(time.Hour)
		if _, err := s.Finish(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		expired := func(at time.Time) int {
			t.Helper()
			list, err := s.Expired(t.Context(), at, 9)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if before, after := expired(hostedAt.Add(time.Minute)), expired(hostedAt.Add(time.Hour)); before != 0 || after != 1 {
			t.Errorf("expired: %d and then %d, want 0 and 1", before, after)
		}
		forget := func(want int) {
			t.Helper()
			if err := s.Forget(t.Context(), hostedAt.Add(time.Second), 9); err != nil {
				t.Fatal(err)
			}
			if list, err := s.List(t.Context(), all, "per_1", "", 9); err != nil || len(list) != want {
				t.Errorf("there are %d, %v, want %d", len(list), err, want)
			}
		}
		forget(1) // it has a file
		if err := s.Expire(t.Context(), o.ID); err != nil {
			t.Fatal(err)
		}
		if n := expired(hostedAt.Add(time.Hour)); n != 0 {
			t.Errorf("expired once more: %d", n)
		}
		forget(0)
	})
}

// SavedFilters is the suite of the saved filters of store.Audit.
func SavedFilters(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	t.Run("a filter is its person's, within the scope", func(t *testing.T) {
		t.Parallel()
		h := newHosting(t, open)
		h.person(t, "per_1")
		h.person(t, "per_2")
		s := store.NewAudit(h.db)
		want := audit.SavedFilter{ID: "sfl_1", PersonID: "per_1", AccountID: h.customer.ID, Name: "Visits", Query: "event=impersonation.start", CreatedAt: hostedAt}
		if err := s.SaveFilter(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		twice := want
		if twice.ID = "sfl_2"; !errors.Is(s.SaveFilter(t.Context(), twice), audit.ErrFilterName) {
			t.Error("a second filter of the name was saved")
		}
		if twice.PersonID = "per_2"; s.SaveFilter(t.Context(), twice) != nil {
			t.Error("somebody else may not use the name")
		}
		for name, c := range h.scopes() {
			got, err := s.Filters(t.Context(), c.scope, "per_1")
			if err != nil || c.reaches != (len(got) == 1 && got[0] == want) {
				t.Errorf("from %s = %v, %v, want it: %v", name, got, err, c.reaches)
			}
			if !c.reaches {
				if err := s.RemoveFilter(t.Context(), c.scope, "per_1", "sfl_1"); !errors.Is(err, audit.ErrFilterNotFound) {
					t.Errorf("RemoveFilter from %s = %v, want ErrFilterNotFound", name, err)
				}
			}
		}
		own := principal.Only(h.customer)
		if err := s.RemoveFilter(t.Context(), own, "per_2", "sfl_1"); !errors.Is(err, audit.ErrFilterNotFound) {
			t.Errorf("RemoveFilter by somebody else = %v, want ErrFilterNotFound", err)
		}
		if err := s.RemoveFilter(t.Context(), own, "per_1", "sfl_1"); err != nil {
			t.Errorf("RemoveFilter = %v", err)
		}
	})
}
