package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/hibiken/asynq"

	"innkeeper/internal/outbox"
)

const (
	drain    = 100 * time.Millisecond // how soon the queue is looked at again while it is full
	recovery = time.Second            // how often a queue that is away is tried
)

// relay rings the queue for the promises of the outbox.
type relay struct {
	outbox   Promises
	broker   *broker
	bell     <-chan struct{}
	poll     time.Duration
	patience time.Duration
	log      *slog.Logger
	rung     map[string]bool // what this relay has rung and nobody has claimed
}

func newRelay(w *Worker) *relay {
	return &relay{
		outbox: w.config.Outbox, broker: w.broker, bell: w.bell, log: w.config.Log,
		poll: w.config.Timing.Poll, patience: w.config.Timing.Patience,
	}
}

// run publishes at each ring, and reconciles: whatever is due and not leased is
// published again every so often, rung or not.
func (r *relay) run(ctx context.Context) {
	for {
		wait, bell := r.poll, r.bell
		switch more, err := r.publish(ctx); {
		case ctx.Err() != nil:
			return
		case err != nil:
			wait, bell = recovery, nil // ringing does not bring it back
		case more:
			wait = drain
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-bell:
		case <-timer.C:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// publish rings for what is due, as far as the queue has room. More is true when
// something had to be left for the next time.
func (r *relay) publish(ctx context.Context) (more bool, err error) {
	// What the queue holds is what waits longest: behind it there is as much to see
	// as the queue has room.
	limit := r.broker.window
	promises, now, err := r.outbox.Due(ctx, limit)
	if err != nil {
		r.log.Error("the outbox cannot be read", slog.Any("error", err))
		return false, err
	}
	if len(promises) == 0 {
		r.rung = nil
		return false, nil
	}
	room, err := r.broker.room(jobQueue)
	if err != nil {
		return false, err
	}
	rung := make(map[string]bool, len(promises))
	for _, p := range promises {
		id := taskID(p, now, r.patience)
		switch {
		case r.rung[id]:
			rung[id] = true
			continue
		case room <= 0:
			more = true
			continue
		}
		fresh, err := r.broker.ring(ctx, jobQueue, string(p.Task), p.ID, id)
		if err != nil {
			return false, err
		}
		if fresh {
			room--
		}
		rung[id] = true
	}
	r.rung = rung
	return more || len(promises) == limit, nil
}

// taskID names a ring, so that several relays ring once: the promise, how often
// it was claimed, and for how many times our patience nobody has come. With the
// last a ring that the queue lost, or that a killed worker had taken, is rung
// anew although the old name may be remembered.
func taskID(p outbox.Promise, now time.Time, patience time.Duration) string {
	return fmt.Sprintf("%s.%d.%d", p.ID, p.Fence, now.Sub(p.DueAt)/patience)
}

// ring puts a task into a queue; fresh is false when it was there already.
func (b *broker) ring(ctx context.Context, queue, task, payload, id string) (fresh bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, reply)
	defer cancel()
	_, err = b.client.Load().EnqueueContext(ctx, asynq.NewTask(task, []byte(payload)),
		asynq.Queue(queue), asynq.TaskID(id), asynq.MaxRetry(3), asynq.Timeout(24*time.Hour))
	if errors.Is(err, asynq.ErrTaskIDConflict) {
		err = b.seen(nil)
		return false, err
	}
	return err == nil, b.seen(err)
}
