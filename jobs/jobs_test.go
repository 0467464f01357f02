package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/fault"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
	"innkeeper/jobs"
)

// bubble runs a test in fake time, on a database opened outside: gorm keeps a
// goroutine for each that never ends.
func bubble(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	w := newWorld(t)
	synctest.Test(t, func(t *testing.T) { test(t, w) })
}

func TestAPromiseIsKeptBySystemWithItsCause(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		type call struct {
			Person principal.Person
			Scope  principal.Reach
			Object string
			Cause  outbox.Cause
		}
		calls := make(chan call, 2)
		w.start(t, jobs.Config{Handlers: map[outbox.Task]jobs.Handler{
			"notify.mail": func(ctx context.Context, by principal.Principal, object string) error {
				cause, _ := outbox.CauseFrom(ctx)
				calls <- call{by.Person, by.Scope().Reach(), object, cause}
				if object == "ntf_1" { // what a job promises in turn has the same cause
					return w.outbox.Add(ctx, by, "notify.mail", "ntf_2")
				}
				return nil
			},
		}})
		w.promise(t, "notify.mail", "ntf_1")
		for _, object := range []string{"ntf_1", "ntf_2"} {
			want := call{
				Person: principal.Person{ID: principal.SystemID, Name: principal.SystemName}, Scope: principal.ReachAll, Object: object,
				Cause: outbox.Cause{ActorID: "per_anna", ActorName: "Anna", SubjectID: "acc_smith", SubjectName: "Smith", VisitID: "imp_1"},
			}
			if diff := cmp.Diff(want, <-calls); diff != "" {
				t.Errorf("handler was called with (-want +got):\n%s", diff)
			}
		}
		synctest.Wait()
		for _, p := range w.all(t) {
			if p.State(time.Now()) != outbox.Done || p.Attempts != 1 {
				t.Errorf("promise of %s is %s after %d attempts, want done after 1", p.ObjectID, p.State(time.Now()), p.Attempts)
			}
		}
	})
}

func TestARingIsHeardSoonerThanThePoll(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		done := make(chan time.Time, 1)
		w.start(t, jobs.Config{Handlers: map[outbox.Task]jobs.Handler{
			"notify.mail": func(context.Context, principal.Principal, string) error { done <- time.Now(); return nil },
		}})
		time.Sleep(time.Second)
		promised := time.Now()
		w.promise(t, "notify.mail", "ntf_1")
		if took := (<-done).Sub(promised); took > 300*time.Millisecond {
			t.Errorf("the job began after %s, want at once", took)
		}
	})
}

func TestWhatAnErrorDoes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		errs     []error // of the attempts, the last for ever
		state    string
		attempts int
		after    time.Duration // when the last attempt begins, at least
		error    string
	}{
		"undeclared errors back off":     {[]error{errBroken, errBroken, errBroken, nil}, outbox.Done, 4, 7 * time.Second, ""},
		"what is away is tried again":    {[]error{fault.New(fault.Unavailable, "away", "Away."), nil}, outbox.Done, 2, time.Second, ""},
		"what is invalid is not":         {[]error{fault.New(fault.Invalid, "bad", "Bad\naddress.")}, outbox.Failed, 1, 0, "Bad address."},
		"nor what is missing":            {[]error{fmt.Errorf("load: %w", outbox.ErrNotFound)}, outbox.Failed, 1, 0, "load: There is no such job, or it has been done already."},
		"at last it is given up":         {[]error{errBroken}, outbox.Failed, 5, 15 * time.Second, "broken"},
		"waiting counts no attempt":      {[]error{outbox.NotYet(20*time.Second, "x"), outbox.NotYet(20*time.Second, "x"), nil}, outbox.Done, 1, 40 * time.Second, ""},
		"an unknown task waits and ends": {nil, outbox.Failed, 5, 15 * time.Second, "This worker does not know the task; a newer one may."},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				began := time.Now()
				var last time.Time
				handlers := map[outbox.Task]jobs.Handler{}
				calls := 0
				if c.errs != nil {
					handlers["site.apply"] = func(context.Context, principal.Principal, string) error {
						last = time.Now()
						calls++
						return c.errs[min(calls, len(c.errs))-1]
					}
				}
				w.start(t, jobs.Config{Handlers: handlers, Timing: jobs.Timing{Attempts: 5}})
				w.promise(t, "site.apply", "dom_1")
				until(t, time.Hour, "settled", func() bool { waiting, _ := w.tally(t); return waiting == 0 })
				p := w.all(t)[0]
				if got := p.State(time.Now()); got != c.state || p.Attempts != c.attempts || p.LastError != c.error {
					t.Errorf("after all: %s, %d attempts, %q; want %s, %d, %q", got, p.Attempts, p.LastError, c.state, c.attempts, c.error)
				}
				if took := last.Sub(began); c.errs != nil && (took < c.after || took > c.after+3*time.Second) {
					t.Errorf("the last attempt began after %s, want %s and little more", took, c.after)
				}
			})
		})
	}
}

func TestAPanicIsAFailureOfTheJobAlone(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		var seen ledger
		w.start(t, jobs.Config{Handlers: map[outbox.Task]jobs.Handler{
			"site.apply": func(_ context.Context, _ principal.Principal, object string) error {
				if seen.add(object) == 1 {
					panic("defect")
				}
				return nil
			},
		}})
		w.promise(t, "site.apply", "dom_1")
		until(t, time.Minute, "done", func() bool { waiting, _ := w.tally(t); return waiting == 0 })
		if got := seen.of("dom_1"); got != 2 {
			t.Errorf("the handler was called %d times, want 2", got)
		}
	})
}

func TestLongWorkKeepsItsLease(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		var seen ledger
		slow := func(_ context.Context, _ principal.Principal, object string) error {
			seen.add(object)
			time.Sleep(time.Minute)
			return nil
		}
		for range 2 { // each with a queue of its own, so that both are rung
			w.start(t, jobs.Config{Handlers: map[outbox.Task]jobs.Handler{"site.apply": slow}})
		}
		w.promise(t, "site.apply", "dom_1")
		until(t, 5*time.Minute, "done", func() bool { waiting, _ := w.tally(t); return waiting == 0 })
		if got := seen.of("dom_1"); got != 1 {
			t.Errorf("a minute of work was begun %d times, want 1", got)
		}
	})
}

func TestAJobThatHangsIsEnded(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		var seen ledger
		w.start(t, jobs.Config{Timing: jobs.Timing{Longest: time.Minute}, Handlers: map[outbox.Task]jobs.Handler{
			"site.apply": func(ctx context.Context, _ principal.Principal, object string) error {
				if seen.add(object) > 1 {
					return nil
				}
				<-ctx.Done()
				return ctx.Err()
			},
		}})
		w.promise(t, "site.apply", "dom_1")
		until(t, 2*time.Minute, "done at the second attempt", func() bool { waiting, _ := w.tally(t); return waiting == 0 })
	})
}

// A worker that is killed leaves a lease and a task that its queue believes to
// be running. Here its outbox stops answering, which is all that others see.
func TestAKilledWorkersJobIsTakenOverWithinFifteenSeconds(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		dead := &mortal{Promises: w.outbox}
		begun, over := make(chan time.Time, 1), make(chan struct{})
		victim := w.launch(t, jobs.Config{Outbox: dead, Handlers: map[outbox.Task]jobs.Handler{
			"site.apply": func(context.Context, principal.Principal, string) error {
				dead.die()
				begun <- time.Now()
				<-over
				return nil
			},
		}})
		w.promise(t, "site.apply", "dom_1")
		killed := <-begun
		heir := make(chan time.Time, 1)
		w.start(t, jobs.Config{Handlers: map[outbox.Task]jobs.Handler{
			"site.apply": func(context.Context, principal.Principal, string) error { heir <- time.Now(); return nil },
		}})
		if took := (<-heir).Sub(killed); took > 15*time.Second {
			t.Errorf("taken over after %s, want at most 15 s", took)
		}
		synctest.Wait()
		close(over) // the dead one wakes up and wants to write its outcome
		stop(t, victim)
		p := w.all(t)[0]
		if p.State(time.Now()) != outbox.Done || p.Fence != 2 || p.Attempts != 2 {
			t.Errorf("the promise is %s with fence %d after %d attempts, want done, 2, 2", p.State(time.Now()), p.Fence, p.Attempts)
		}
	})
}

func TestALostLeaseEndsTheWork(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		dead := &mortal{Promises: w.outbox}
		ended := make(chan error, 1)
		w.start(t, jobs.Config{Outbox: dead, Handlers: map[outbox.Task]jobs.Handler{
			"site.apply": func(ctx context.Context, _ principal.Principal, _ string) error {
				dead.die()
				<-ctx.Done()
				ended <- context.Cause(ctx)
				return nil // it believes that all is well
			},
		}})
		w.promise(t, "site.apply", "dom_1")
		if cause := <-ended; !errors.Is(cause, outbox.ErrLost) {
			t.Errorf("the work ended with %v, want ErrLost", cause)
		}
		synctest.Wait()
		if p := w.all(t)[0]; !p.DoneAt.IsZero() {
			t.Error("work without a lease was marked as done")
		}
	})
}

// mortal is an outbox that answers until it dies: reading and writing then fail.
type mortal struct {
	jobs.Promises
	ledger
}

func (m *mortal) die()       { m.add("dead") }
func (m *mortal) dead() bool { return m.of("dead") > 0 }

func (m *mortal) Due(ctx context.Context, limit int) ([]outbox.Promise, time.Time, error) {
	if m.dead() {
		return nil, time.Time{}, errBroken
	}
	return m.Promises.Due(ctx, limit)
}

func (m *mortal) Claim(ctx context.Context, id string, lease time.Duration) (outbox.Promise, bool, error) {
	if m.dead() {
		return outbox.Promise{}, false, errBroken
	}
	return m.Promises.Claim(ctx, id, lease)
}

func (m *mortal) Renew(ctx context.Context, p outbox.Promise, lease time.Duration) error {
	if m.dead() {
		return errBroken
	}
	return m.Promises.Renew(ctx, p, lease)
}

func TestMoreWorkThanTheQueueHolds(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		objects := make([]string, 600)
		for i := range objects {
			objects[i] = fmt.Sprintf("dom_%04d", i)
		}
		w.promise(t, "site.apply", objects...)
		var seen ledger
		worker := w.start(t, jobs.Config{Concurrency: 8, Handlers: map[outbox.Task]jobs.Handler{
			"site.apply": func(ctx context.Context, by principal.Principal, object string) error {
				time.Sleep(100 * time.Millisecond) // so that the queue fills
				return seen.handler(ctx, by, object)
			},
		}})
		most := 0
		until(t, 10*time.Minute, "all done", func() bool {
			queued, err := jobs.Queued(worker)
			if err != nil {
				t.Fatal(err)
			}
			most = max(most, queued)
			waiting, _ := w.tally(t)
			return waiting == 0
		})
		if most > jobs.EmbeddedWindow || most < jobs.EmbeddedWindow/2 {
			t.Errorf("at most %d tasks were queued, want nearly %d and no more", most, jobs.EmbeddedWindow)
		}
		for _, object := range objects {
			if got := seen.of(object); got != 1 {
				t.Errorf("%s was done %d times, want once", object, got)
			}
		}
	})
}

func TestTwentyDeliveriesOnFourWorkersHaveOneEffect(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		var seen ledger
		for range 4 {
			w.start(t, jobs.Config{Outbox: &stammer{Promises: w.outbox}, Handlers: map[outbox.Task]jobs.Handler{"site.apply": seen.handler}})
		}
		objects := make([]string, 20)
		for i := range objects {
			objects[i] = fmt.Sprintf("dom_%02d", i)
		}
		w.promise(t, "site.apply", objects...)
		until(t, time.Minute, "all done", func() bool { waiting, _ := w.tally(t); return waiting == 0 })
		time.Sleep(20 * time.Second) // the other rings come too
		for _, object := range objects {
			if got := seen.of(object); got != 1 {
				t.Errorf("%s was done %d times, want once", object, got)
			}
		}
	})
}

// stammer rings five times for each promise, under five names.
type stammer struct{ jobs.Promises }

func (s *stammer) Due(ctx context.Context, limit int) ([]outbox.Promise, time.Time, error) {
	promises, now, err := s.Promises.Due(ctx, limit)
	var more []outbox.Promise
	for _, p := range promises {
		for i := range 5 {
			p.Fence = int64(100 + i)
			more = append(more, p)
		}
	}
	return more, now, err
}

func TestStopWaitsAndLeavesTheRestToTheNext(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		begun := make(chan string, 2)
		worker := w.launch(t, jobs.Config{Handlers: map[outbox.Task]jobs.Handler{
			"site.apply": func(ctx context.Context, _ principal.Principal, object string) error {
				begun <- object
				wait := 3 * time.Second
				if object == "dom_long" {
					wait = time.Hour
				}
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(wait):
					return nil
				}
			},
		}})
		w.promise(t, "site.apply", "dom_short", "dom_long")
		<-begun
		<-begun
		before := time.Now()
		stop(t, worker)
		if took := time.Since(before); took > 11*time.Second {
			t.Errorf("Stop took %s, want the grace of 8 s and little more", took)
		}
		states := map[string]string{}
		for _, p := range w.all(t) {
			states[p.ObjectID] = fmt.Sprintf("%s after %d", p.State(time.Now()), p.Attempts)
		}
		if diff := cmp.Diff(map[string]string{"dom_short": "done after 1", "dom_long": "waiting after 0"}, states); diff != "" {
			t.Errorf("after Stop (-want +got):\n%s", diff)
		}
	})
}

func TestTheOtherEndsOfTheLife(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	never := jobs.New(jobs.Config{Outbox: w.outbox})
	never.Ring()
	never.Ring()
	if err := never.Stop(t.Context()); err != nil {
		t.Errorf("Stop before Start = %v, want nil", err)
	}
	if err := never.Ping(t.Context()); err == nil {
		t.Error("Ping before Start = nil, want an error")
	}
	for _, address := range []string{"http://x", "redis://h:x:y/0", "redis://secret@h/notanumber"} {
		err := jobs.New(jobs.Config{Outbox: w.outbox, Redis: address}).Start(t.Context())
		if err == nil || len(err.Error()) > 100 {
			t.Errorf("Start with %q = %v, want a short error without the address", address, err)
		}
	}
	worker := w.start(t, jobs.Config{})
	if err := worker.Ping(t.Context()); err != nil {
		t.Errorf("Ping = %v, want nil", err)
	}
}
