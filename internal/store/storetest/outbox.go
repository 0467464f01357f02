package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/db"
	"innkeeper/internal/ident"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// Outbox is the suite of store.Outbox.
func Outbox(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	at := time.Date(2026, 3, 1, 10, 0, 0, 123000, time.UTC)
	all := principal.Everything()

	setup := func(t *testing.T, promises ...outbox.Promise) *store.Outbox {
		t.Helper()
		t.Parallel()
		s := store.NewOutbox(open(t))
		if err := s.Add(t.Context(), promises...); err != nil {
			t.Fatalf("Add = %v", err)
		}
		return s
	}
	promise := func(id string) outbox.Promise {
		return outbox.Promise{
			ID: id, Task: "notify.mail", ObjectID: "ntf_" + id, CreatedAt: at, DueAt: at,
			Cause: outbox.Cause{ActorID: "per_a", ActorName: "Anna", SubjectID: "acc_s", SubjectName: "Smith", VisitID: "imp_1"},
		}
	}
	claim := func(t *testing.T, s *store.Outbox, id string, now time.Time) outbox.Promise {
		t.Helper()
		p, ok, err := s.Claim(t.Context(), id, now, now.Add(10*time.Second))
		if err != nil || !ok {
			t.Fatalf("Claim(%q) = %v, %v, want the promise", id, ok, err)
		}
		return p
	}
	get := func(t *testing.T, s *store.Outbox, id string) outbox.Promise {
		t.Helper()
		p, err := s.ByID(t.Context(), all, id)
		if err != nil {
			t.Fatalf("ByID(%q) = %v", id, err)
		}
		return p
	}

	t.Run("a promise comes back as it was", func(t *testing.T) {
		full := promise("job_1")
		full.Attempts, full.Fence, full.LeasedUntil, full.LastError = 3, 4, at.Add(time.Second), "x"
		full.DoneAt, full.FailedAt = at.Add(2*time.Second), at.Add(3*time.Second)
		s := setup(t, full, promise("job_2"))
		for _, want := range []outbox.Promise{full, promise("job_2")} {
			if diff := cmp.Diff(want, get(t, s, want.ID)); diff != "" {
				t.Errorf("ByID(%q) (-want +got):\n%s", want.ID, diff)
			}
		}
	})

	t.Run("waiting are those due and not leased, longest first", func(t *testing.T) {
		early, late, leased, done, failed := promise("job_3"), promise("job_1"), promise("job_4"), promise("job_5"), promise("job_6")
		early.DueAt = at.Add(-time.Second)
		future := promise("job_2")
		future.DueAt = at.Add(time.Microsecond)
		leased.LeasedUntil = at.Add(time.Microsecond)
		done.DoneAt, failed.FailedAt = at, at
		s := setup(t, early, late, leased, done, failed, future)
		for limit, want := range map[int][]string{10: {"job_3", "job_1"}, 1: {"job_3"}} {
			got, err := s.Waiting(t.Context(), at, limit)
			if diff := cmp.Diff(want, ids(got)); err != nil || diff != "" {
				t.Errorf("Waiting(%d) = %v (-want +got):\n%s", limit, err, diff)
			}
		}
	})

	t.Run("one of many claims", func(t *testing.T) {
		s := setup(t, promise("job_1"))
		var wg sync.WaitGroup
		won := make(chan outbox.Promise, 20)
		for range 20 {
			wg.Go(func() {
				p, ok, err := s.Claim(t.Context(), "job_1", at, at.Add(10*time.Second))
				if err != nil {
					t.Errorf("Claim = %v", err)
				}
				if ok {
					won <- p
				}
			})
		}
		wg.Wait()
		if len(won) != 1 {
			t.Fatalf("%d of 20 claims won, want 1", len(won))
		}
		want := promise("job_1")
		want.Attempts, want.Fence, want.LeasedUntil = 1, 1, at.Add(10*time.Second)
		if diff := cmp.Diff(want, <-won); diff != "" {
			t.Errorf("Claim (-want +got):\n%s", diff)
		}
	})

	t.Run("nothing to claim", func(t *testing.T) {
		done, failed, future := promise("job_1"), promise("job_2"), promise("job_3")
		done.DoneAt, failed.FailedAt, future.DueAt = at, at, at.Add(time.Hour)
		s := setup(t, done, failed, future)
		for _, id := range []string{"job_1", "job_2", "job_3", "job_missing"} {
			if _, ok, err := s.Claim(t.Context(), id, at, at.Add(time.Second)); ok || err != nil {
				t.Errorf("Claim(%q) = %v, %v, want false", id, ok, err)
			}
		}
	})

	t.Run("an expired lease is claimed again, and who held it is too late", func(t *testing.T) {
		s := setup(t, promise("job_1"))
		first := claim(t, s, "job_1", at)
		if _, ok, _ := s.Claim(t.Context(), "job_1", at.Add(9*time.Second), at.Add(time.Hour)); ok {
			t.Fatal("a live lease was taken")
		}
		second := claim(t, s, "job_1", at.Add(10*time.Second))
		if second.Fence <= first.Fence || second.Attempts != 2 {
			t.Errorf("second claim has fence %d and %d attempts after fence %d, want more and 2", second.Fence, second.Attempts, first.Fence)
		}
		first.DoneAt = at
		for name, err := range map[string]error{
			"Settle": s.Settle(t.Context(), first),
			"Renew":  s.Renew(t.Context(), first, at.Add(time.Hour)),
		} {
			if !errors.Is(err, outbox.ErrLost) {
				t.Errorf("%s with an old fence = %v, want ErrLost", name, err)
			}
		}
		if diff := cmp.Diff(second, get(t, s, "job_1")); diff != "" {
			t.Errorf("after the late one (-want +got):\n%s", diff)
		}
	})

	t.Run("renewed, the lease lasts", func(t *testing.T) {
		s := setup(t, promise("job_1"))
		p := claim(t, s, "job_1", at)
		if err := s.Renew(t.Context(), p, at.Add(20*time.Second)); err != nil {
			t.Fatalf("Renew = %v", err)
		}
		if _, ok, err := s.Claim(t.Context(), "job_1", at.Add(19*time.Second), at.Add(time.Hour)); ok || err != nil {
			t.Errorf("Claim under a renewed lease = %v, %v, want false", ok, err)
		}
	})

	t.Run("settled", func(t *testing.T) {
		for name, change := range map[string]func(p *outbox.Promise){
			"done":                        func(p *outbox.Promise) { p.DoneAt, p.LastError = at.Add(time.Second), "" },
			"again":                       func(p *outbox.Promise) { p.DueAt, p.LastError = at.Add(time.Minute), "refused" },
			"failed":                      func(p *outbox.Promise) { p.FailedAt, p.LastError = at.Add(time.Second), "no such user" },
			"put back without an attempt": func(p *outbox.Promise) { p.Attempts = 0 },
		} {
			t.Run(name, func(t *testing.T) {
				s := setup(t, promise("job_1"))
				p := claim(t, s, "job_1", at)
				change(&p)
				if err := s.Settle(t.Context(), p); err != nil {
					t.Fatalf("Settle = %v", err)
				}
				p.LeasedUntil = time.Time{}
				if diff := cmp.Diff(p, get(t, s, "job_1")); diff != "" {
					t.Errorf("after Settle (-want +got):\n%s", diff)
				}
				open, err := s.Open(t.Context(), p.Task, p.ObjectID)
				if want := p.DoneAt.IsZero() && p.FailedAt.IsZero(); err != nil || open != want {
					t.Errorf("Open = %v, %v, want %v", open, err, want)
				}
			})
		}
	})

	t.Run("open is of task and object", func(t *testing.T) {
		s := setup(t, promise("job_1"))
		for _, other := range []struct {
			task   outbox.Task
			object string
		}{{"notify.mail", "ntf_other"}, {"account.invite", "ntf_job_1"}} {
			if open, err := s.Open(t.Context(), other.task, other.object); err != nil || open {
				t.Errorf("Open(%q, %q) = %v, %v, want false", other.task, other.object, open, err)
			}
		}
	})

	t.Run("retry", func(t *testing.T) {
		failed, later, running, done := promise("job_1"), promise("job_2"), promise("job_3"), promise("job_4")
		failed.FailedAt, failed.Attempts, failed.LastError = at, 7, "refused"
		later.DueAt, later.Attempts = at.Add(time.Hour), 3
		running.LeasedUntil = at.Add(time.Minute)
		done.DoneAt = at
		s := setup(t, failed, later, running, done)
		now := at.Add(time.Second)
		for id, want := range map[string]error{
			"job_1": nil, "job_2": nil, "job_3": outbox.ErrNotFound, "job_4": outbox.ErrNotFound, "job_5": outbox.ErrNotFound,
		} {
			if err := s.Retry(t.Context(), all, id, now); !errors.Is(err, want) {
				t.Errorf("Retry(%q) = %v, want %v", id, err, want)
			}
		}
		for _, id := range []string{"job_1", "job_2"} {
			if p := get(t, s, id); p.Attempts != 0 || !p.DueAt.Equal(now) || !p.FailedAt.IsZero() {
				t.Errorf("after Retry %q is %+v, want due now with no attempts", id, p)
			}
		}
	})

	t.Run("list and count", func(t *testing.T) {
		waiting, running, done, failed := promise("job_1"), promise("job_2"), promise("job_3"), promise("job_4")
		running.LeasedUntil, done.DoneAt, failed.FailedAt = at.Add(time.Minute), at, at
		other := promise("job_5")
		other.Task, other.Cause.VisitID = "account.invite", ""
		s := setup(t, waiting, running, done, failed, other)
		for _, c := range []struct {
			name   string
			filter outbox.Filter
			want   []string
		}{
			{"all", outbox.Filter{Limit: 9}, []string{"job_5", "job_4", "job_3", "job_2", "job_1"}},
			{"a page", outbox.Filter{Before: "job_5", Limit: 2}, []string{"job_4", "job_3"}},
			{"waiting", outbox.Filter{State: outbox.Waiting, Limit: 9}, []string{"job_5", "job_1"}},
			{"running", outbox.Filter{State: outbox.Running, Limit: 9}, []string{"job_2"}},
			{"done", outbox.Filter{State: outbox.Done, Limit: 9}, []string{"job_3"}},
			{"failed", outbox.Filter{State: outbox.Failed, Limit: 9}, []string{"job_4"}},
			{"no such state", outbox.Filter{State: "x", Limit: 9}, []string{}},
			{"of a visit", outbox.Filter{VisitID: "imp_1", Limit: 9}, []string{"job_4", "job_3", "job_2", "job_1"}},
			{"of a task", outbox.Filter{Task: "account.invite", Limit: 9}, []string{"job_5"}},
			{"of an object", outbox.Filter{ObjectID: "ntf_job_2", Limit: 9}, []string{"job_2"}},
		} {
			got, err := s.List(t.Context(), all, c.filter, at)
			if diff := cmp.Diff(c.want, ids(got)); err != nil || diff != "" {
				t.Errorf("List(%s) = %v (-want +got):\n%s", c.name, err, diff)
			}
		}
		got, err := s.Count(t.Context(), all)
		if want := (outbox.Tally{Waiting: 3, Failed: 1}); err != nil || got != want {
			t.Errorf("Count = %+v, %v, want %+v", got, err, want)
		}
	})

	t.Run("from another account's scope", func(t *testing.T) {
		failed := promise("job_1")
		failed.FailedAt = at
		s := setup(t, failed)
		for name, scope := range map[string]principal.Scope{
			"none": {}, "another": principal.Only(principal.Account{ID: "acc_other"}),
			"another's tree": principal.Tree(principal.Account{ID: "acc_other", Path: "/acc_other/"}),
		} {
			if _, err := s.ByID(t.Context(), scope, "job_1"); !errors.Is(err, outbox.ErrNotFound) {
				t.Errorf("%s: ByID = %v, want ErrNotFound", name, err)
			}
			if err := s.Retry(t.Context(), scope, "job_1", at); !errors.Is(err, outbox.ErrNotFound) {
				t.Errorf("%s: Retry = %v, want ErrNotFound", name, err)
			}
			if got, err := s.List(t.Context(), scope, outbox.Filter{Limit: 9}, at); err != nil || len(got) > 0 {
				t.Errorf("%s: List = %v, %v, want nothing", name, got, err)
			}
			if got, err := s.Count(t.Context(), scope); err != nil || got != (outbox.Tally{}) {
				t.Errorf("%s: Count = %+v, %v, want nothing", name, got, err)
			}
		}
		if _, err := s.ByID(t.Context(), principal.Only(principal.Account{ID: "acc_s"}), "job_1"); err != nil {
			t.Errorf("ByID from its own scope = %v, want it", err)
		}
	})

	t.Run("what was done long ago is forgotten, what failed or waits is not", func(t *testing.T) {
		made := func(age time.Duration, done, failed bool) outbox.Promise {
			then := at.Add(-age)
			p := promise(ident.First(ident.Job, then))
			p.CreatedAt, p.DueAt = then, then
			if done {
				p.DoneAt = then.Add(time.Second)
			}
			if failed {
				p.FailedAt = then.Add(time.Second)
			}
			return p
		}
		oldest, old, fresh := made(3*time.Hour, true, false), made(2*time.Hour, true, false), made(time.Minute, true, false)
		failed, waits := made(4*time.Hour, false, true), made(5*time.Hour, false, false)
		s := setup(t, oldest, old, fresh, failed, waits)
		for _, want := range []int{1, 1, 0} {
			if got, err := s.Forget(t.Context(), at.Add(-time.Hour), 1); err != nil || got != want {
				t.Fatalf("Forget = %d, %v, want %d", got, err, want)
			}
		}
		left, err := s.List(t.Context(), all, outbox.Filter{Limit: 9}, at)
		if diff := cmp.Diff([]string{fresh.ID, failed.ID, waits.ID}, ids(left)); err != nil || diff != "" {
			t.Errorf("List after Forget, %v (-want +got):\n%s", err, diff)
		}
	})

	t.Run("rolled back, there was no promise", func(t *testing.T) {
		t.Parallel()
		d := open(t)
		s, boom := store.NewOutbox(d), errors.New("boom")
		err := d.InTx(t.Context(), func(ctx context.Context) error {
			if err := s.Add(ctx, promise(ident.New(ident.Job))); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatalf("InTx = %v, want boom", err)
		}
		if got, err := s.Count(t.Context(), all); err != nil || got.Waiting != 0 {
			t.Errorf("Count = %+v, %v, want none", got, err)
		}
	})
}

func ids(promises []outbox.Promise) []string {
	out := []string{}
	for _, p := range promises {
		out = append(out, p.ID)
	}
	return out
}
