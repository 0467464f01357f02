package storetest

import (
	"errors"
	"testing"
	"time"

	"innkeeper/internal/db"
	"innkeeper/internal/repeat"
	"innkeeper/internal/store"
)

// Repeats is the suite of store.Repeats.
func Repeats(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	one := repeat.Request{Key: "one", Print: "what"}

	t.Run("a key is there once, with its answer, until it is forgotten", func(t *testing.T) {
		t.Parallel()
		s := store.NewRepeats(open(t))
		if _, ok, err := s.Find(t.Context(), one.Key); ok || err != nil {
			t.Errorf("Find of none = %v, %v", ok, err)
		}
		if err := s.Answer(t.Context(), one.Key, "sealed"); err != nil {
			t.Errorf("Answer to none = %v, want nil", err)
		}
		if err := s.Add(t.Context(), one, toldAt); err != nil {
			t.Fatal(err)
		}
		if err := s.Add(t.Context(), repeat.Request{Key: one.Key, Print: "other"}, toldAt); !errors.Is(err, repeat.ErrUnanswered) {
			t.Errorf("Add twice = %v, want ErrUnanswered", err)
		}
		want := repeat.Row{Print: "what", CreatedAt: toldAt}
		if row, ok, err := s.Find(t.Context(), one.Key); row != want || !ok || err != nil {
			t.Errorf("Find = %+v, %v, %v, want %+v", row, ok, err, want)
		}
		if err := s.Answer(t.Context(), one.Key, "sealed"); err != nil {
			t.Fatal(err)
		}
		if row, _, err := s.Find(t.Context(), one.Key); row.Sealed != "sealed" || err != nil {
			t.Errorf("Find = %+v, %v, want the answer", row, err)
		}
		for range 2 {
			if err := s.Forget(t.Context(), one.Key); err != nil {
				t.Errorf("Forget = %v", err)
			}
		}
		if _, ok, err := s.Find(t.Context(), one.Key); ok || err != nil {
			t.Errorf("Find of what was forgotten = %v, %v", ok, err)
		}
	})

	t.Run("the oldest are forgotten first, so many at a time", func(t *testing.T) {
		t.Parallel()
		s := store.NewRepeats(open(t))
		for i, key := range []string{"a", "b", "c", "d"} {
			if err := s.Add(t.Context(), repeat.Request{Key: key}, toldAt.Add(time.Duration(i)*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range []int{2, 1, 0} {
			if n, err := s.ForgetBefore(t.Context(), toldAt.Add(2*time.Hour), 2); n != want || err != nil {
				t.Errorf("ForgetBefore = %d, %v, want %d", n, err, want)
			}
		}
		if _, ok, err := s.Find(t.Context(), "d"); !ok || err != nil {
			t.Errorf("the younger one is %v, %v, want it kept", ok, err)
		}
	})
}
