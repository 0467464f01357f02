package app_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/app"
	"innkeeper/internal/testkit"
)

// work runs a worker beside the panel until the test ends.
func (h *house) work(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ready, ended := make(chan struct{}, 1), make(chan int, 1)
	var out bytes.Buffer
	env := h.env(&out)
	env.Stderr = &out
	env.Ready = func(string, string) { ready <- struct{}{} }
	go func() { ended <- app.Run(ctx, []string{"worker"}, env) }()
	select {
	case <-ready:
	case code := <-ended:
		t.Fatalf("worker ended with %d: %s", code, out.String())
	case <-time.After(time.Minute):
		t.Fatal("worker was not ready within a minute")
	}
	t.Cleanup(func() {
		cancel()
		if code := <-ended; code != 0 {
			t.Errorf("worker ended with %d: %s", code, out.String())
		}
	})
}

// fifteen is the idle time of a visit, four when its actor did something last.
const (
	fifteen = 15 * time.Minute
	four    = 4 * time.Minute
)

// leaveTwoIdle begins two visits, does something in each after four minutes, and
// lets their deadline pass. Only the first is asked for again.
func (h *house) leaveTwoIdle(t *testing.T) (asked, forgotten string) {
	t.Helper()
	support := h.signIn(t, "Samir Okafor")
	asked, base := support.visit(h.named(t, "Meadow School"), "look")
	forgotten, other := support.visit(h.named(t, "Hollis & Daughters"), "change")
	h.clock.Advance(four)
	support.want(200, "POST", base+"/activity", nil)
	support.want(200, "POST", other+"/activity", nil)
	h.clock.Advance(fifteen - time.Microsecond)
	support.want(200, "GET", base+"/api/v1/session", nil) // looking is no activity
	h.clock.Advance(time.Microsecond)
	gone := support.refused(410, "impersonation-ended", "GET", base+"/api/v1/session", nil)
	if gone["end_reason"] != "idle" || gone["ended_at"] != opening.Add(four+fifteen).Format(time.RFC3339Nano) {
		t.Errorf("at the deadline the visit is answered with %v", gone)
	}
	support.want(200, "GET", "/api/v1/session", nil) // his own sign-in lives
	return asked, forgotten
}

// wantOneEnd checks that a visit has ended once, at its deadline, and that whoever
// had to be told was told once.
func (h *house) wantOneEnd(t *testing.T, id string) {
	t.Helper()
	for _, must := range []struct {
		what, sql string
		want      int
	}{
		{"visits that ended idle after 19 minutes, 4 of them active", `SELECT count(*) FROM impersonations WHERE id = ? AND end_reason = 'idle'
			AND ended_at - started_at = 1140000000 AND last_activity_at - started_at = 240000000`, 1},
		{"stop events", "SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND action = 'impersonation.stop'", 1},
		{"stop events that tell the duration", `SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND action = 'impersonation.stop'
			AND after LIKE '%"duration_seconds":1140%' AND after LIKE '%"active_seconds":240%'`, 1},
		{"notices of the end", "SELECT count(*) FROM notifications WHERE impersonation_id = ? AND event = 'impersonation.stop'", 1},
	} {
		if got := h.count(t, must.sql, id); got != must.want {
			t.Errorf("%s: %d, want %d", must.what, got, must.want)
		}
	}
}

// wantOneLetter waits for the mail about the end of a visit, and checks that none
// comes again.
func (h *house) wantOneLetter(t *testing.T, recipient string) {
	t.Helper()
	farewells := func() (n int) {
		for _, letter := range h.letters(t, recipient) {
			if strings.Contains(letter, "without activity; last action") {
				n++
			}
		}
		return n
	}
	within(t, time.Minute, "all work is done", func() bool {
		h.clock.Advance(200 * time.Millisecond) // what waits for something else waits for a time
		return h.count(t, "SELECT count(*) FROM outbox WHERE done_at IS NULL") == 0
	})
	if n := farewells(); n != 1 {
		t.Errorf("%s was written %d times about the end, want once", recipient, n)
	}
	if n := h.count(t, "SELECT count(*) FROM mails WHERE recipient = ? AND event = 'impersonation.stop' AND sent_at IS NOT NULL", recipient); n != 1 {
		t.Errorf("%d mails about the end were sent to %s, want 1", n, recipient)
	}
}

// Without any worker, access ends at the deadline; when one starts, each visit has
// one end, and the same as if it had been there.
func TestI17LateWorkerAccessEndsWithoutOne(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			h := engine.fill(t)
			h.serve(t, "--worker=false")
			asked, forgotten := h.leaveTwoIdle(t)
			h.clock.Advance(9 * time.Hour) // nobody has looked for a working day
			if n := h.count(t, "SELECT count(*) FROM impersonations WHERE ended_at IS NULL"); n != 1 {
				t.Errorf("%d visits are open before there is a worker, want the forgotten one", n)
			}
			h.work(t)
			within(t, 30*time.Second, "the worker closes what is left", func() bool {
				return h.count(t, "SELECT count(*) FROM impersonations WHERE ended_at IS NULL") == 0
			})
			h.wantOneEnd(t, asked)
			h.wantOneEnd(t, forgotten)
			h.wantOneLetter(t, "head@meadowschool.example")
			h.wantOneLetter(t, "grace@hollis.example")
		})
	}
}

// With the queue dead as well nothing changes but when the mail is sent: once,
// when the queue is back.
func TestI19DeadWorkerAndQueue(t *testing.T) {
	t.Parallel()
	queue := testkit.NewRedis(t)
	h := furnish(t, "postgres", testkit.Postgres(t, fillPostgres), "INNKEEPER_REDIS_URL="+queue.URL())
	h.serve(t, "--worker=false")
	if err := queue.Kill(); err != nil {
		t.Fatal(err)
	}
	asked, forgotten := h.leaveTwoIdle(t)
	within(t, 30*time.Second, "the panel is ready, though degraded", func() bool {
		a := h.stranger(t).do("GET", "/readyz", nil)
		return a.status == 200 && a.body["status"] == "degraded"
	})
	h.work(t)
	within(t, 30*time.Second, "the worker closes what is left", func() bool {
		return h.count(t, "SELECT count(*) FROM impersonations WHERE ended_at IS NULL") == 0
	})
	if letters := h.letters(t, "head@meadowschool.example"); len(letters) != 0 {
		t.Errorf("without a queue %d mails were sent", len(letters))
	}
	if err := queue.Start(); err != nil {
		t.Fatal(err)
	}
	h.wantOneEnd(t, asked)
	h.wantOneEnd(t, forgotten)
	h.wantOneLetter(t, "head@meadowschool.example")
	h.wantOneLetter(t, "grace@hollis.example")
	if n := len(h.letters(t, "head@meadowschool.example")); n != 2 {
		t.Errorf("the school has %d mails, want one of the start and one of the end", n)
	}
}
