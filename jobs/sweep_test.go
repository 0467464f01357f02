package jobs_test

import (
	"context"
	"testing"
	"time"

	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
	"innkeeper/jobs"
)

func TestSweepsComeFromTheStartAndTheTask(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		var visits, sessions sweeper
		w.start(t, jobs.Config{
			Sweepers: map[outbox.Task]jobs.Sweeper{"impersonation.sweep": &visits, "session.sweep": &sessions},
			Interval: 5 * time.Second,
		})
		for name, s := range map[string]*sweeper{"visits": &visits, "sessions": &sessions} {
			if got := s.of("startup"); got != 1 {
				t.Errorf("%s: %d sweeps during Start, want 1", name, got)
			}
		}
		time.Sleep(10*5*time.Second + time.Second)
		for name, s := range map[string]*sweeper{"visits": &visits, "sessions": &sessions} {
			if task, own := s.of("task"), s.of("sweep"); task != 10 || own != 0 {
				t.Errorf("%s: %d sweeps by the task and %d by the ticker in ten intervals, want 10 and 0", name, task, own)
			}
		}
	})
}

func TestTheTickerSweepsWhileTheTaskDoesNotCome(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		var visits sweeper
		over := make(chan struct{})
		w.start(t, jobs.Config{
			Concurrency: 1,
			Sweepers:    map[outbox.Task]jobs.Sweeper{"impersonation.sweep": &visits},
			Interval:    5 * time.Second,
			Handlers: map[outbox.Task]jobs.Handler{ // nobody is free for periodic tasks
				"site.apply": func(context.Context, principal.Principal, string) error { <-over; return nil },
			},
		})
		w.promise(t, "site.apply", "dom_1")
		time.Sleep(60 * time.Second)
		if task, own := visits.of("task"), visits.of("sweep"); task != 0 || own < 9 {
			t.Errorf("%d sweeps by the task and %d by the ticker in twelve intervals, want 0 and at least 9", task, own)
		}
		close(over)
		time.Sleep(10 * time.Second)
		before := visits.of("sweep")
		time.Sleep(30 * time.Second)
		if task, own := visits.of("task"), visits.of("sweep")-before; task < 6 || own != 0 {
			t.Errorf("afterwards %d sweeps by the task and %d by the ticker, want at least 6 and 0", task, own)
		}
	})
}

// stuck is a sweeper that waits for somebody who does not answer.
type stuck struct{}

// Sweep waits until it is told to stop; not when a worker starts.
func (stuck) Sweep(ctx context.Context, closedBy string) (int, error) {
	if closedBy != "startup" {
		<-ctx.Done()
	}
	return 0, nil
}

func TestTheTickerSweepsBesideASweepThatIsStuck(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		var visits sweeper
		over := make(chan struct{})
		w.start(t, jobs.Config{
			Concurrency: 1,
			Sweepers:    map[outbox.Task]jobs.Sweeper{"audit.stuck": stuck{}, "impersonation.sweep": &visits},
			Interval:    5 * time.Second,
			Handlers: map[outbox.Task]jobs.Handler{
				"site.apply": func(context.Context, principal.Principal, string) error { <-over; return nil },
			},
		})
		defer close(over)
		w.promise(t, "site.apply", "dom_1")
		time.Sleep(60 * time.Second)
		if own := visits.of("sweep"); own < 9 {
			t.Errorf("%d sweeps by the ticker in twelve intervals beside one that is stuck, want at least 9", own)
		}
	})
}

func TestARelaySweepsAndHandlesNothing(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		var visits sweeper
		var seen ledger
		w.start(t, jobs.Config{
			RelayOnly: true,
			Sweepers:  map[outbox.Task]jobs.Sweeper{"impersonation.sweep": &visits},
			Handlers:  map[outbox.Task]jobs.Handler{"site.apply": seen.handler},
		})
		w.promise(t, "site.apply", "dom_1")
		time.Sleep(time.Minute)
		if waiting, _ := w.tally(t); waiting != 1 || seen.of("dom_1") != 0 {
			t.Errorf("%d waiting and %d done, want 1 and 0", waiting, seen.of("dom_1"))
		}
		for _, by := range []string{"startup", "task", "sweep"} {
			if got := visits.of(by); got != 0 {
				t.Errorf("%d sweeps by %q, want none", got, by)
			}
		}
	})
}
