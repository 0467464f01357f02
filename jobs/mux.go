package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/hibiken/asynq"

	"innkeeper/internal/fault"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
)

const (
	settling = 5 * time.Second // how long writing down an outcome may take
	renewals = 3               // of a lease before it would run out
)

var (
	errUnknownTask = fault.New(fault.Unavailable, "task-unknown", "This worker does not know the task; a newer one may.")
	errWornOut     = fault.New(fault.Gone, "job-worn-out", "The job was begun too often and never finished.")
	errPanic       = fault.New(fault.Internal, "job-panic", "The job met a defect.")
)

// process is called for each ring. The queue's own retries are not relied on: it
// is always told that all went well, and the outbox row says what happened.
func (w *Worker) process(_ context.Context, task *asynq.Task) error {
	w.handling.Add(1)
	defer w.handling.Done()
	name := outbox.Task(task.Type())
	if _, periodic := w.config.Sweepers[name]; periodic {
		w.taskSwept.Store(w.config.Now().UnixNano())
		w.sweep(w.working, name, byTask)
		return nil
	}
	w.keep(w.working, string(task.Payload()))
	return nil
}

// keep claims a promise and, if it is ours, does the work and notes the outcome.
func (w *Worker) keep(ctx context.Context, id string) {
	p, ok, err := w.config.Outbox.Claim(ctx, id, w.config.Timing.Lease)
	if err != nil {
		w.config.Log.Error("a job could not be claimed", slog.String("job", id), slog.Any("error", err))
		return
	}
	if !ok {
		return // somebody else's ring, or an old one
	}
	began := w.config.Now()
	outcome := w.act(ctx, p)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settling)
	defer cancel()
	if err := w.settle(ctx, p, outcome); err != nil {
		w.config.Log.Error("the outcome of a job could not be noted; it will be done again",
			slog.String("job", id), slog.String("task", string(p.Task)), slog.Any("error", err))
		return
	}
	w.report(p, outcome, w.config.Now().Sub(began))
}

// act calls the handler under a lease that is renewed for as long as it works.
func (w *Worker) act(ctx context.Context, p outbox.Promise) error {
	handler, ok := w.config.Handlers[p.Task]
	if !ok {
		return errUnknownTask
	}
	if p.Attempts > w.config.Timing.Attempts {
		return errWornOut
	}
	ctx, cancel := context.WithTimeout(outbox.WithCause(ctx, p.Cause), w.config.Timing.Longest)
	defer cancel()
	ctx, lost := context.WithCancelCause(ctx)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		w.renew(ctx, p, lost)
	}()
	err := guarded(ctx, handler, p)
	lost(nil)
	<-renewed
	if cause := context.Cause(ctx); errors.Is(cause, outbox.ErrLost) {
		return cause
	}
	return err
}

// renew keeps the lease until the context ends, and ends the work when the lease
// is lost: another worker has taken over, or the database was away too long.
func (w *Worker) renew(ctx context.Context, p outbox.Promise, lost context.CancelCauseFunc) {
	ticker := time.NewTicker(w.config.Timing.Lease / renewals)
	defer ticker.Stop()
	for missed := 0; missed < renewals; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		switch err := w.renewOnce(ctx, p); {
		case err == nil:
			missed = 0
		case errors.Is(err, outbox.ErrLost):
			missed = renewals
		default:
			missed++
		}
	}
	lost(outbox.ErrLost)
}

func (w *Worker) renewOnce(ctx context.Context, p outbox.Promise) error {
	ctx, cancel := context.WithTimeout(ctx, w.config.Timing.Lease/renewals)
	defer cancel()
	return w.config.Outbox.Renew(ctx, p, w.config.Timing.Lease)
}

func guarded(ctx context.Context, handler Handler, p outbox.Promise) (err error) {
	defer func() {
		if met := recover(); met != nil {
			err = errPanic.WithCause(fmt.Errorf("%v: %s", met, debug.Stack()))
		}
	}()
	return handler(ctx, principal.System(part(p.Task)), p.ObjectID)
}

// settle writes down what became of the promise.
func (w *Worker) settle(ctx context.Context, p outbox.Promise, outcome error) error {
	if outcome == nil {
		return w.config.Outbox.Done(ctx, p)
	}
	if errors.Is(outcome, outbox.ErrLost) {
		return outcome
	}
	if w.working.Err() != nil { // stopped by us: not the job's fault
		return w.config.Outbox.Postpone(ctx, p, 0, "interrupted when the worker stopped")
	}
	if after, why, ok := outbox.Postponed(outcome); ok {
		return w.later(after, w.config.Outbox.Postpone(ctx, p, after, why))
	}
	if !fault.Retryable(outcome) || p.Attempts >= w.config.Timing.Attempts {
		return w.config.Outbox.GiveUp(ctx, p, outcome)
	}
	after := w.config.Timing.backoff(p.Attempts)
	return w.later(after, w.config.Outbox.Again(ctx, p, after, outcome))
}

// later rings when a promise that was put back is due.
func (w *Worker) later(after time.Duration, err error) error {
	if err == nil {
		time.AfterFunc(after, w.Ring)
	}
	return err
}

// backoff returns how long to wait after so many attempts.
func (t Timing) backoff(attempts int) time.Duration {
	wait := t.Backoff
	for i := 1; i < attempts && wait < t.MaxBackoff; i++ {
		wait *= 2
	}
	return min(wait, t.MaxBackoff)
}

func (w *Worker) report(p outbox.Promise, outcome error, took time.Duration) {
	attributes := []any{
		slog.String("job", p.ID), slog.String("task", string(p.Task)), slog.String("object", p.ObjectID),
		slog.Int("attempt", p.Attempts), slog.Duration("took", took),
	}
	_, _, waits := outbox.Postponed(outcome)
	switch {
	case outcome == nil:
		w.config.Log.Debug("job done", attributes...)
	case waits:
		w.config.Log.Debug("job postponed", attributes...)
	case fault.Retryable(outcome) && p.Attempts < w.config.Timing.Attempts:
		w.config.Log.Warn("job failed, will be tried again", append(attributes, slog.Any("error", outcome))...)
	default:
		w.config.Log.Error("job given up", append(attributes, slog.Any("error", outcome))...)
	}
}
