// Package outbox owns the promise of work: a row written in the transaction of
// the change, which a job makes true afterwards. How the job is rung is left to
// jobs; what it does, to the room that owns the task.
package outbox

import (
	"context"
	"time"

	"innkeeper/internal/fault"
	"innkeeper/internal/ident"
	"innkeeper/internal/principal"
)

// ErrNotFound is the answer for a promise that is not there or already kept.
var ErrNotFound = fault.New(fault.NotFound, "job-not-found", "There is no such job, or it has been done already.")

// Task names a kind of work: dotted, chosen once and for ever.
type Task string

// Cause says who made the promise, so that what the job does is theirs.
type Cause struct {
	ActorID     string
	ActorName   string
	SubjectID   string
	SubjectName string
	VisitID     string
}

// Promise is one piece of work. The payload of a task is an id: whoever keeps
// the promise reads today's row and makes the world match.
type Promise struct {
	ID          string
	Task        Task
	ObjectID    string
	Cause       Cause
	CreatedAt   time.Time
	DueAt       time.Time
	Attempts    int
	Fence       int64 // grows with each lease; who holds an older one is too late
	LeasedUntil time.Time
	DoneAt      time.Time
	FailedAt    time.Time
	LastError   string
}

// State returns the state as people name it: waiting, running, done or failed.
func (p Promise) State(now time.Time) string {
	switch {
	case !p.DoneAt.IsZero():
		return "done"
	case !p.FailedAt.IsZero():
		return "failed"
	case p.LeasedUntil.After(now):
		return "running"
	default:
		return "waiting"
	}
}

// Store keeps promises.
type Store interface {
	// Add writes promises in the transaction of the context.
	Add(ctx context.Context, promises ...Promise) error
	// Waiting returns the ids of promises due at now that nobody has leased.
	Waiting(ctx context.Context, now time.Time, limit int) ([]Promise, error)
	// Claim leases a promise until the given time and raises its fence; ok is
	// false when it is done, failed, not due, or leased by another.
	Claim(ctx context.Context, id string, now, until time.Time) (p Promise, ok bool, err error)
	// Done marks it kept, when the fence is still ours.
	Done(ctx context.Context, p Promise, now time.Time) error
	// Again notes the error and when to try next; giveUp ends it as failed.
	Again(ctx context.Context, p Promise, now, due time.Time, giveUp bool, message string) error
	// Retry makes a failed promise due again.
	Retry(ctx context.Context, id string, now time.Time) error
	// List returns promises, newest first; state "" means all.
	List(ctx context.Context, state, before string, now time.Time, limit int) ([]Promise, error)
	// Count returns how many wait and how many failed.
	Count(ctx context.Context) (waiting, failed int64, err error)
}

// Clock is the one clock for what is persisted.
type Clock interface {
	Now(ctx context.Context) (time.Time, error)
	AfterCommit(ctx context.Context, do func())
}

// Service makes promises and sees them kept.
type Service struct {
	store Store
	clock Clock
	ring  func()
}

// New returns the service. Ring is called after a commit that added promises; it
// must not block.
func New(store Store, clock Clock, ring func()) *Service {
	return &Service{store: store, clock: clock, ring: ring}
}

// Add promises one piece of work, in the transaction of the change that needs
// it. Rolled back, there was no promise.
func (s *Service) Add(ctx context.Context, by principal.Principal, task Task, objectID string) error {
	now, err := s.clock.Now(ctx)
	if err != nil {
		return err
	}
	p := Promise{
		ID: ident.New(ident.Job), Task: task, ObjectID: objectID, Cause: CauseOf(by), CreatedAt: now, DueAt: now,
	}
	if err := s.store.Add(ctx, p); err != nil {
		return err
	}
	s.clock.AfterCommit(ctx, s.ring)
	return nil
}

// CauseOf returns the cause that a principal is.
func CauseOf(by principal.Principal) Cause {
	return Cause{
		ActorID: by.Person.ID, ActorName: by.Person.Name,
		SubjectID: by.Subject.ID, SubjectName: by.Subject.Name,
		VisitID: by.VisitID(),
	}
}
