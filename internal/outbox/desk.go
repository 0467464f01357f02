package outbox

import (
	"context"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

// ActionRetry is an administrator's wish that a job be tried again now.
var ActionRetry = audit.NewAction("job.retry", "{actor} started the job {object} again.")

// Audit records what was done.
type Audit interface {
	Record(ctx context.Context, by principal.Principal, e audit.Entry) error
}

// Tx is the database's transaction and clock.
type Tx interface {
	Clock
	InTx(ctx context.Context, run func(ctx context.Context) error) error
}

// Desk is where people look after jobs.
type Desk struct {
	store Store
	tx    Tx
	audit Audit
	ring  func()
}

// NewDesk returns the desk. Ring is called after a job was made due.
func NewDesk(store Store, tx Tx, audit Audit, ring func()) *Desk {
	return &Desk{store: store, tx: tx, audit: audit, ring: ring}
}

// Job is a promise as people see it.
type Job struct {
	Promise
	State string
}

// List returns the jobs in the principal's scope, newest first.
func (d *Desk) List(ctx context.Context, by principal.Principal, f Filter) ([]Job, error) {
	now, err := d.tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	promises, err := d.store.List(ctx, by.Scope(), f, now)
	if err != nil {
		return nil, err
	}
	return jobs(promises, now), nil
}

// Count returns how many jobs in the principal's scope are to be done, and how
// many failed.
func (d *Desk) Count(ctx context.Context, by principal.Principal) (Tally, error) {
	return d.store.Count(ctx, by.Scope())
}

// Retry makes a failed or waiting job due now. It returns ErrNotFound for a job
// that is done, running, or outside the scope.
func (d *Desk) Retry(ctx context.Context, by principal.Principal, id string) error {
	return d.tx.InTx(ctx, func(ctx context.Context) error {
		p, err := d.store.ByID(ctx, by.Scope(), id)
		if err != nil {
			return err
		}
		now, err := d.tx.Now(ctx)
		if err != nil {
			return err
		}
		if err := d.store.Retry(ctx, by.Scope(), id, now); err != nil {
			return err
		}
		d.tx.AfterCommit(ctx, d.ring)
		return d.audit.Record(ctx, by, audit.Entry{
			Action:  ActionRetry,
			Account: by.Subject,
			Object:  audit.Object{Kind: audit.ThingJob, ID: p.ID, Name: string(p.Task)},
			Before:  audit.Fields{"state": p.State(now), "attempts": p.Attempts},
			After:   audit.Fields{"state": Waiting, "attempts": 0},
		})
	})
}

func jobs(promises []Promise, now time.Time) []Job {
	out := make([]Job, len(promises))
	for i, p := range promises {
		out[i] = Job{Promise: p, State: p.State(now)}
	}
	return out
}
