// Package jobs owns how promised work gets done: it rings the queue for what
// the outbox holds, calls the handler of each task, and tries again later what
// failed. The outbox row is the promise and asynq only the doorbell, so the
// queue may lose everything at any moment. What a task does is left to its room.
package jobs

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"

	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
)

// Handler makes the world match the row that the id names. It is called by the
// system, with the cause of the promise in the context, and it may be called
// again for what has been done already. Its error decides what comes next: see
// fault.Retryable and outbox.NotYet.
type Handler func(ctx context.Context, by principal.Principal, objectID string) error

// Promises is the outbox as a worker needs it; *outbox.Service is one.
type Promises interface {
	Due(ctx context.Context, limit int) ([]outbox.Promise, time.Time, error)
	Claim(ctx context.Context, id string, lease time.Duration) (outbox.Promise, bool, error)
	Renew(ctx context.Context, p outbox.Promise, lease time.Duration) error
	Done(ctx context.Context, p outbox.Promise) error
	Again(ctx context.Context, p outbox.Promise, after time.Duration, cause error) error
	Postpone(ctx context.Context, p outbox.Promise, after time.Duration, why string) error
	GiveUp(ctx context.Context, p outbox.Promise, cause error) error
}

var _ Promises = (*outbox.Service)(nil)

// Config is what a worker is built from. Only Outbox is needed.
type Config struct {
	Redis    string // redis://, rediss://, redis-socket:// or redis-sentinel://; empty: a queue inside this process
	Outbox   Promises
	Handlers map[outbox.Task]Handler
	Sweepers map[outbox.Task]Sweeper // by the name of the periodic task
	Interval time.Duration           // between two sweeps; 5 s

	RelayOnly   bool // ring for others: no task is handled here and nothing swept
	Concurrency int  // tasks at a time; 4 for each processor, because most of them wait for a network
	Timing      Timing
	Now         func() time.Time
	Log         *slog.Logger
}

// Timing is how patient a worker is. Zero fields take the defaults.
type Timing struct {
	Lease      time.Duration // 10 s, renewed three times as often: with Poll, a killed worker's job is taken over within 15 s
	Poll       time.Duration // 5 s: how often the outbox is read without a ring
	Patience   time.Duration // 10 s: a task that was rung and not claimed for so long is rung again
	Backoff    time.Duration // 1 s before the second attempt, then doubled
	MaxBackoff time.Duration // 5 min: how long after its cure a fault may still be felt
	Attempts   int           // 500, which is 40 hours: then a job has failed
	Longest    time.Duration // 10 min for one attempt
	Grace      time.Duration // 8 s for running jobs when the worker stops
}

// Worker handles the tasks of the outbox between Start and Stop.
type Worker struct {
	config   Config
	bell     chan struct{}
	broker   *broker
	server   *asynq.Server
	handling sync.WaitGroup

	loops     sync.WaitGroup
	endLoops  context.CancelFunc
	working   context.Context // ends when the grace of Stop is over
	endWork   context.CancelFunc
	sweeping  map[outbox.Task]*sync.Mutex
	taskSwept atomic.Int64 // when a periodic task was last seen to run, in nanoseconds
}

// New returns a worker that has not been started.
func New(config Config) *Worker {
	defaults(&config)
	w := &Worker{config: config, bell: make(chan struct{}, 1), sweeping: map[outbox.Task]*sync.Mutex{}}
	for task := range config.Sweepers {
		w.sweeping[task] = &sync.Mutex{}
	}
	return w
}

// Ring says that the outbox has news. It never blocks and may be called before
// Start and after Stop.
func (w *Worker) Ring() {
	select {
	case w.bell <- struct{}{}:
	default: // it is ringing already
	}
}

// Start sweeps once and begins to work. It fails only for an address that cannot
// be read: a queue that is away is waited for. The context bounds the start
// alone.
func (w *Worker) Start(ctx context.Context) error {
	b, err := openBroker(w.config.Redis, w.config.Log)
	if err != nil {
		return err
	}
	w.broker = b
	lifetime := context.WithoutCancel(ctx)
	w.working, w.endWork = context.WithCancel(lifetime)
	loops, endLoops := context.WithCancel(lifetime)
	w.endLoops = endLoops
	if !w.config.RelayOnly {
		w.sweepAll(ctx, atStartup)
		if err := w.serve(); err != nil {
			w.endWork()
			endLoops()
			return errors.Join(err, b.close())
		}
		w.taskSwept.Store(w.config.Now().UnixNano())
		w.loops.Go(func() { w.schedule(loops) })
		w.loops.Go(func() { w.watch(loops) })
	}
	w.loops.Go(func() { newRelay(w).run(loops) })
	return nil
}

func (w *Worker) serve() error {
	w.server = asynq.NewServerFromRedisClient(w.broker.conn, asynq.Config{
		Concurrency:              w.config.Concurrency,
		Queues:                   map[string]int{jobQueue: 9, sweepQueue: 1}, // every tenth look is for a sweep first
		TaskCheckInterval:        100 * time.Millisecond,
		DelayedTaskCheckInterval: time.Second,
		RetryDelayFunc:           func(int, error, *asynq.Task) time.Duration { return time.Second },
		ShutdownTimeout:          w.config.Timing.Grace + time.Second,
		Logger:                   queueLog{w.config.Log},
		LogLevel:                 asynq.WarnLevel,
	})
	return w.server.Start(asynq.HandlerFunc(w.process))
}

// Stop takes no further tasks, waits for those that run, and after the grace
// time tells them to stop; what they leave is taken up by the next worker. It
// returns early with the context's error. A worker that was not started has
// nothing to stop.
func (w *Worker) Stop(ctx context.Context) error {
	if w.broker == nil {
		return nil
	}
	w.endLoops()
	grace := time.AfterFunc(w.config.Timing.Grace, w.endWork)
	defer grace.Stop()
	stopped := make(chan error, 1)
	go func() {
		w.loops.Wait()
		if w.server != nil {
			w.server.Shutdown()
		}
		w.handling.Wait()
		w.endWork()
		stopped <- w.broker.close()
	}()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
		w.endWork()
		return ctx.Err()
	}
}

// Ping reports whether the queue answers.
func (w *Worker) Ping(ctx context.Context) error {
	if w.broker == nil {
		return errNotStarted
	}
	return w.broker.conn.Ping(ctx).Err()
}

var errNotStarted = errors.New("the worker has not been started")

func defaults(c *Config) {
	or := func(value *time.Duration, otherwise time.Duration) {
		if *value <= 0 {
			*value = otherwise
		}
	}
	or(&c.Interval, 5*time.Second)
	or(&c.Timing.Lease, 10*time.Second)
	or(&c.Timing.Poll, 5*time.Second)
	or(&c.Timing.Patience, 10*time.Second)
	or(&c.Timing.Backoff, time.Second)
	or(&c.Timing.MaxBackoff, 5*time.Minute)
	or(&c.Timing.Longest, 10*time.Minute)
	or(&c.Timing.Grace, 8*time.Second)
	if c.Timing.Attempts <= 0 {
		c.Timing.Attempts = 500
	}
	if c.Concurrency <= 0 {
		c.Concurrency = 4 * runtime.NumCPU()
	}
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // only where nobody hands one in
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
}

// part returns the room that a task belongs to: what is before the dot.
func part(task outbox.Task) string {
	room, _, _ := strings.Cut(string(task), ".")
	return room
}
