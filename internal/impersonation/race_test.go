package impersonation_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
)

// The races run on the engines' own clocks, with as many clients as the protocol
// was designed for and visits that go idle within milliseconds.
const (
	raceClients = 24
	raceIdle    = 25 * time.Millisecond
	raceVisits  = 12 // by each client
)

func eachRacing(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			test(t, newWorldWith(t, engine.open(t), nil, impersonation.Limits{Idle: raceIdle, Max: time.Hour, MaxReseller: time.Hour, StepUp: time.Hour}))
		})
	}
}

// Every client acts in visits of its own while others stop them, end them and
// sweep: whatever wins, nothing is recorded behind the end, and each visit ends
// once.
func TestRaceActingAgainstEveryEnd(t *testing.T) {
	t.Parallel()
	eachRacing(t, func(t *testing.T, w *world) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		var acted, refused atomic.Int64
		var clients, sweepers sync.WaitGroup
		sweeping, stopSweeping := context.WithCancel(ctx)
		for range 2 {
			sweepers.Go(func() {
				for sweeping.Err() == nil {
					if _, err := w.visits.Sweep(ctx, "task"); err != nil {
						t.Errorf("Sweep() = %v", err)
						return
					}
					pause(sweeping, time.Millisecond)
				}
			})
		}
		for i := range raceClients {
			actor := w.person(t, fmt.Sprintf("actor%d", i), "support", "support", w.admin)
			clients.Go(func() {
				for range raceVisits {
					done, denied, err := w.visitAndBeEnded(ctx, actor)
					if err != nil {
						t.Errorf("client %s: %v", actor.Person.Name, err)
						return
					}
					acted.Add(done)
					refused.Add(denied)
				}
			})
		}
		clients.Wait()
		stopSweeping()
		sweepers.Wait()
		time.Sleep(2 * raceIdle)
		if _, err := w.visits.Sweep(ctx, "task"); err != nil {
			t.Fatal(err)
		}
		w.wantClosedRecord(t, raceClients*raceVisits)
		t.Logf("%d actions in time, %d refused", acted.Load(), refused.Load())
		if acted.Load() == 0 || refused.Load() == 0 {
			t.Errorf("%d actions and %d refusals: the race did not happen", acted.Load(), refused.Load())
		}
	})
}

// visitAndBeEnded acts in a visit until it is over, while somebody else may stop
// or end it.
func (w *world) visitAndBeEnded(ctx context.Context, actor principal.Principal) (acted, refused int64, err error) {
	v, err := w.visits.Start(ctx, actor, request(w.bakery, principal.Change))
	if err != nil {
		return 0, 0, err
	}
	acting, err := w.visits.Enter(ctx, actor, v.ID)
	if err != nil {
		return 0, 0, ignoreEnded(err)
	}
	var enders sync.WaitGroup
	defer enders.Wait()
	enders.Go(func() {
		pause(ctx, time.Duration(rand.IntN(40))*time.Millisecond)
		if rand.IntN(2) == 0 {
			_, _ = w.visits.Stop(ctx, actor, v.ID)
			return
		}
		_, _ = w.visits.End(ctx, w.bakery, v.ID)
	})
	for ctx.Err() == nil {
		if rand.IntN(3) > 0 {
			if err := w.visits.Touch(ctx, acting); err != nil {
				return acted, refused + 1, ignoreEnded(err)
			}
		}
		if err := w.change(ctx, acting); err != nil {
			return acted, refused + 1, ignoreEnded(err)
		}
		acted++
	}
	return acted, refused, ctx.Err()
}

func ignoreEnded(err error) error {
	if errors.Is(err, impersonation.ErrEnded) {
		return nil
	}
	return err
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// wantClosedRecord checks what must hold of the record whatever happened.
func (w *world) wantClosedRecord(t *testing.T, visits int) {
	t.Helper()
	for _, must := range []struct {
		what string
		sql  string
		want int
	}{
		{"visits", "SELECT count(*) FROM impersonations", visits},
		{"visits still open", "SELECT count(*) FROM impersonations WHERE ended_at IS NULL", 0},
		{"stop events", "SELECT count(*) FROM audit_events WHERE action = 'impersonation.stop'", visits},
		{"visits without exactly one stop event", `SELECT count(*) FROM impersonations v WHERE 1 <>
			(SELECT count(*) FROM audit_events e WHERE e.impersonation_id = v.id AND e.action = 'impersonation.stop')`, 0},
		{"visits without exactly one notice of the end to the customer", `SELECT count(*) FROM impersonations v WHERE 1 <>
			(SELECT count(*) FROM notifications n WHERE n.impersonation_id = v.id AND n.event = 'impersonation.stop' AND n.account_id = v.subject_id)`, 0},
		{"actions after the end", `SELECT count(*) FROM audit_events e JOIN impersonations v ON v.id = e.impersonation_id
			WHERE e.action = 'test.change' AND e.at > v.ended_at`, 0},
		{"actions at or behind a deadline", `SELECT count(*) FROM audit_events e JOIN impersonations v ON v.id = e.impersonation_id
			WHERE e.action = 'test.change' AND (e.at >= v.last_activity_at + v.idle_timeout OR e.at >= v.expires_at)`, 0},
		{"ends before the last action", "SELECT count(*) FROM impersonations WHERE ended_at < last_activity_at OR ended_at > expires_at", 0},
		{"idle ends at another instant than the deadline", `SELECT count(*) FROM impersonations WHERE end_reason = 'idle' AND ended_at <> last_activity_at + idle_timeout`, 0},
	} {
		if got := w.count(t, must.sql); got != must.want {
			t.Errorf("%s: %d, want %d", must.what, got, must.want)
		}
	}
}

// A double click, from many sides: one visit comes into being, the others are told
// of it.
func TestI13DoubleClickRaceOfStarts(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, engine.open(t), nil)
			var begun, already atomic.Int64
			var clients sync.WaitGroup
			for range raceClients {
				clients.Go(func() {
					_, err := w.visits.Start(t.Context(), w.admin, request(w.bakery, principal.Look))
					switch {
					case err == nil:
						begun.Add(1)
					case errors.Is(err, impersonation.ErrAlready):
						already.Add(1)
					default:
						t.Errorf("Start() = %v", err)
					}
				})
			}
			clients.Wait()
			if begun.Load() != 1 || already.Load() != raceClients-1 {
				t.Errorf("%d begun and %d told of it, want 1 and %d", begun.Load(), already.Load(), raceClients-1)
			}
			if n := w.count(t, "SELECT count(*) FROM notifications WHERE account_id = 'acc_bakery'"); n != 1 {
				t.Errorf("the customer was told %d times, want once", n)
			}
		})
	}
}

// Stop and kill at once: the first commit wins and both get the same answer.
func TestRaceStopAgainstEnd(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, engine.open(t), nil)
			for range 20 {
				v := w.start(t, w.rita, w.bakery, principal.Look)
				ends := make([]impersonation.Visit, raceClients)
				var clients sync.WaitGroup
				for i := range ends {
					clients.Go(func() {
						var err error
						if i%2 == 0 {
							ends[i], err = w.visits.Stop(t.Context(), w.rita, v.ID)
						} else {
							ends[i], err = w.visits.End(t.Context(), w.bakery, v.ID)
						}
						if err != nil {
							t.Errorf("ending at once = %v", err)
						}
					})
				}
				clients.Wait()
				for _, end := range ends {
					if end.EndReason != ends[0].EndReason || !end.EndedAt.Equal(ends[0].EndedAt) {
						t.Fatalf("two answers for one end: %s at %v and %s at %v", end.EndReason, end.EndedAt, ends[0].EndReason, ends[0].EndedAt)
					}
				}
				w.wantOneEnd(t, v.ID)
			}
		})
	}
}

// Many workers sweep the same dead visits: each is closed once, by one of them.
func TestI18DuplicateWorkerRaceOfSweepers(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			c := newClock()
			w := newWorld(t, engine.open(t), c)
			const visits = 60
			for i := range visits {
				actor := w.person(t, fmt.Sprintf("actor%d", i), "support", "support", w.admin)
				w.start(t, actor, w.bakery, principal.Look)
			}
			c.Advance(time.Hour)
			var closed atomic.Int64
			var workers sync.WaitGroup
			for range 8 {
				workers.Go(func() {
					n, err := w.visits.Sweep(t.Context(), "task")
					if err != nil {
						t.Errorf("Sweep() = %v", err)
					}
					closed.Add(int64(n))
				})
			}
			workers.Wait()
			if closed.Load() != visits {
				t.Errorf("the workers closed %d visits together, want %d", closed.Load(), visits)
			}
			w.wantClosedRecord(t, visits)
		})
	}
}
