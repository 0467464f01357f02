package jobs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"innkeeper/internal/db"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/jobs"
)

// world is an installation with an outbox and no worker yet.
type world struct {
	db     *db.DB
	outbox *outbox.Service
	mu     sync.Mutex
	bells  []func()
}

// newWorld opens a real SQLite database. Its clock is the process's, which a
// synctest bubble fakes.
func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldIn(t, t.TempDir())
}

// newWorldIn is newWorld with the database in the given folder.
func newWorldIn(t *testing.T, folder string) *world {
	t.Helper()
	d, err := db.Open(t.Context(), "", folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := &world{db: d}
	w.outbox = outbox.New(store.NewOutbox(d), d, w.ring)
	return w
}

func (w *world) ring() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, bell := range w.bells {
		bell()
	}
}

// start runs a worker until the test ends.
func (w *world) start(t *testing.T, c jobs.Config) *jobs.Worker {
	t.Helper()
	worker := w.launch(t, c)
	t.Cleanup(func() { stop(t, worker) })
	return worker
}

// launch runs a worker until somebody stops it.
func (w *world) launch(t *testing.T, c jobs.Config) *jobs.Worker {
	t.Helper()
	if c.Outbox == nil {
		c.Outbox = w.outbox
	}
	worker := jobs.New(c)
	if err := worker.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatalf("Start = %v", err)
	}
	w.mu.Lock()
	w.bells = append(w.bells, worker.Ring)
	w.mu.Unlock()
	return worker
}

func stop(t *testing.T, worker *jobs.Worker) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := worker.Stop(ctx); err != nil {
		t.Errorf("Stop = %v", err)
	}
}

// promise adds one piece of work as Anna, in a transaction like a service does.
func (w *world) promise(t *testing.T, task outbox.Task, objects ...string) {
	t.Helper()
	err := w.db.InTx(t.Context(), func(ctx context.Context) error {
		return w.outbox.AddAll(ctx, anna, task, objects)
	})
	if err != nil {
		t.Fatalf("AddAll = %v", err)
	}
}

var anna = principal.Principal{
	Person:  principal.Person{ID: "per_anna", Name: "Anna"},
	Subject: principal.Account{ID: "acc_smith", Name: "Smith"},
	Visit:   &principal.Visit{ID: "imp_1", Mode: principal.Change},
}

// all returns every promise, newest first.
func (w *world) all(t *testing.T) []outbox.Promise {
	t.Helper()
	promises, err := store.NewOutbox(w.db).List(t.Context(), principal.Everything(), outbox.Filter{Limit: 10000}, time.Now())
	if err != nil {
		t.Fatalf("List = %v", err)
	}
	return promises
}

func (w *world) tally(t *testing.T) (waiting, failed int64) {
	t.Helper()
	tally, err := store.NewOutbox(w.db).Count(t.Context(), principal.Everything())
	if err != nil {
		t.Fatalf("Count = %v", err)
	}
	return tally.Waiting, tally.Failed
}

// until polls for a condition with a deadline; inside a bubble the time is free.
func until(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(limit)
	for wait := 5 * time.Millisecond; !ok(); wait = min(wait*3/2, limit/100) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", limit, what)
		}
		time.Sleep(wait)
	}
}

// ledger counts how often each object was worked on.
type ledger struct {
	mu     sync.Mutex
	counts map[string]int
}

func (l *ledger) add(object string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counts == nil {
		l.counts = map[string]int{}
	}
	l.counts[object]++
	return l.counts[object]
}

func (l *ledger) of(object string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts[object]
}

func (l *ledger) handler(_ context.Context, _ principal.Principal, object string) error {
	l.add(object)
	return nil
}

// sweeper counts by whom it was called.
type sweeper struct{ ledger }

func (s *sweeper) Sweep(_ context.Context, closedBy string) (int, error) {
	s.add(closedBy)
	return 0, nil
}

var errBroken = errors.New("broken")
