package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"innkeeper/internal/outbox"
)

// Sweeper writes down the end of what has run out. ClosedBy says what made it
// look: "task", "sweep" or "startup". It returns how many it closed.
type Sweeper interface {
	Sweep(ctx context.Context, closedBy string) (closed int, err error)
}

// Who sweeps: the periodic task, our own ticker when the task does not come, or
// the start of the worker.
const (
	byTask    = "task"
	byTicker  = "sweep"
	atStartup = "startup"
)

// sweepTime bounds one sweep: 100,000 ends are written in 2 s.
const sweepTime = time.Minute

// schedule puts the periodic tasks into the queue. Several workers do: a task is
// named after its slot of time, so most slots have one.
func (w *Worker) schedule(ctx context.Context) {
	ticker := time.NewTicker(w.config.Interval)
	defer ticker.Stop()
	processed := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			processed = w.ringSweeps(ctx, processed)
		}
	}
}

// ringSweeps is told how many periodic tasks all workers had processed, and
// returns how many they have now.
func (w *Worker) ringSweeps(ctx context.Context, processed int) int {
	info, err := w.broker.info(sweepQueue)
	if err != nil {
		return processed // seen, and watch acts
	}
	now := w.config.Now()
	if info.ProcessedTotal > processed {
		w.taskSwept.Store(now.UnixNano()) // here or at another worker
	}
	if info.Pending > 2*len(w.config.Sweepers) {
		return info.ProcessedTotal // nobody takes them: more would not help
	}
	slot := now.UnixNano() / int64(w.config.Interval)
	for _, task := range w.periodic() {
		if _, err := w.broker.ring(ctx, sweepQueue, string(task), "", fmt.Sprintf("%s.%d", task, slot)); err != nil {
			break
		}
	}
	return info.ProcessedTotal
}

// watch sweeps itself whenever the queue is away or no periodic task has run for
// two intervals.
func (w *Worker) watch(ctx context.Context) {
	ticker := time.NewTicker(w.config.Interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			silent := w.config.Now().Sub(time.Unix(0, w.taskSwept.Load()))
			if w.broker.away.Load() || silent >= 2*w.config.Interval {
				for _, task := range w.periodic() { // side by side: one that waits for a network keeps no other
					w.loops.Go(func() { w.sweep(ctx, task, byTicker) })
				}
			}
		}
	}
}

func (w *Worker) sweepAll(ctx context.Context, closedBy string) {
	for _, task := range w.periodic() {
		w.sweep(ctx, task, closedBy)
	}
}

// sweep runs one sweeper, unless it is running already.
func (w *Worker) sweep(ctx context.Context, task outbox.Task, closedBy string) {
	if !w.sweeping[task].TryLock() {
		return
	}
	defer w.sweeping[task].Unlock()
	ctx, cancel := context.WithTimeout(ctx, sweepTime)
	defer cancel()
	closed, err := w.config.Sweepers[task].Sweep(ctx, closedBy)
	if err != nil {
		w.config.Log.Error("a sweep failed; the next one will do its work",
			slog.String("task", string(task)), slog.Any("error", err))
	}
	if closed > 0 {
		w.config.Log.Info("closed what had run out",
			slog.String("task", string(task)), slog.Int("closed", closed), slog.String("by", closedBy))
	}
}

// periodic returns the names of the periodic tasks, always in the same order.
func (w *Worker) periodic() []outbox.Task {
	tasks := make([]outbox.Task, 0, len(w.config.Sweepers))
	for task := range w.config.Sweepers {
		tasks = append(tasks, task)
	}
	slices.Sort(tasks)
	return tasks
}
