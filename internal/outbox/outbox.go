// Package outbox owns the promise of work: a row written in the transaction of
// the change, which a job makes true afterwards. How the job is rung is left to
// jobs; what it does, to the room that owns the task.
//
//	WAITING ── claim ──▶ RUNNING ── done ─────────▶ DONE
//	   ▲                    │
//	   ├── again, not yet ──┤ ── given up ────────▶ FAILED
//	   └── lease ran out ───┘                          │
//	   ▲                                               │
//	   └────────────────── retry ──────────────────────┘
package outbox

import (
	"context"
	"time"

	"innkeeper/internal/principal"
)

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
	Attempts    int   // how often it was begun, the attempts that a crash ended included
	Fence       int64 // grows with each lease; who holds an older one is too late
	LeasedUntil time.Time
	DoneAt      time.Time
	FailedAt    time.Time // given up
	LastError   string
}

// The states, as people name them.
const (
	Waiting = "waiting"
	Running = "running"
	Done    = "done"
	Failed  = "failed"
)

// State returns the state at the given time.
func (p Promise) State(now time.Time) string {
	switch {
	case !p.DoneAt.IsZero():
		return Done
	case !p.FailedAt.IsZero():
		return Failed
	case p.LeasedUntil.After(now):
		return Running
	default:
		return Waiting
	}
}

// Filter narrows a list of promises; empty fields do not.
type Filter struct {
	State    string
	Task     Task
	ObjectID string
	VisitID  string
	Before   string // keyset: only promises with a smaller id; "": from the newest
	Limit    int
}

// Store keeps promises.
type Store interface {
	// Add writes promises in the transaction of the context.
	Add(ctx context.Context, promises ...Promise) error
	// Waiting returns promises that are due at now and not leased, the longest
	// waiting first.
	Waiting(ctx context.Context, now time.Time, limit int) ([]Promise, error)
	// Claim leases a promise until the given time, counts the attempt and raises
	// the fence; ok is false when it is done, failed, not due, or leased by
	// another.
	Claim(ctx context.Context, id string, now, until time.Time) (p Promise, ok bool, err error)
	// Renew lengthens the lease. It returns ErrLost when the fence is no longer
	// ours.
	Renew(ctx context.Context, p Promise, until time.Time) error
	// Settle ends the lease and writes what became of the promise: its due time,
	// attempts, done, failed and last error. It returns ErrLost when the fence is
	// no longer ours.
	Settle(ctx context.Context, p Promise) error
	// Open reports whether a promise of the task for the object is neither done
	// nor failed.
	Open(ctx context.Context, task Task, objectID string) (bool, error)

	// ByID returns a promise whose subject is in the scope.
	ByID(ctx context.Context, scope principal.Scope, id string) (Promise, error)
	// Retry makes a failed or waiting promise due now, with its attempts counted
	// afresh. It returns ErrNotFound when it is done or running.
	Retry(ctx context.Context, scope principal.Scope, id string, now time.Time) error
	// List returns promises in the scope, newest first.
	List(ctx context.Context, scope principal.Scope, f Filter, now time.Time) ([]Promise, error)
	// Count returns how many in the scope wait or run, and how many failed.
	Count(ctx context.Context, scope principal.Scope) (Tally, error)
	// Forget removes promises that were done before the given time, the oldest
	// first, and returns how many. What failed or waits stays.
	Forget(ctx context.Context, before time.Time, limit int) (int, error)
}

// Tally counts promises.
type Tally struct {
	Waiting int64 // running ones included
	Failed  int64
}
