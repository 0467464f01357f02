package app_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

// atOnce makes the requests at the same moment and returns what each was answered.
func atOnce(requests ...func() answer) []answer {
	answers := make([]answer, len(requests))
	var making sync.WaitGroup
	for i, make := range requests {
		making.Go(func() { answers[i] = make() })
	}
	making.Wait()
	return answers
}

// times is the same request so many times, each with its number.
func times(n int, request func(i int) answer) []func() answer {
	requests := make([]func() answer, n)
	for i := range requests {
		requests[i] = func() answer { return request(i) }
	}
	return requests
}

// statuses counts what was answered.
func statuses(answers []answer) map[int]int {
	counts := map[int]int{}
	for _, a := range answers {
		counts[a.status]++
	}
	return counts
}

// wantOneAnswer checks that everybody was told of the same end.
func wantOneAnswer(t *testing.T, answers []answer, reasons ...string) {
	t.Helper()
	for _, a := range answers {
		if a.status != http.StatusOK && a.status != http.StatusGone {
			t.Errorf("an answer = %d %s", a.status, a.raw)
		}
		if a.body["end_reason"] != answers[0].body["end_reason"] || a.body["ended_at"] != answers[0].body["ended_at"] {
			t.Errorf("two ends of one visit: %s and %s", answers[0].raw, a.raw)
		}
	}
	for _, reason := range reasons {
		if answers[0].body["end_reason"] == reason {
			return
		}
	}
	t.Errorf("it ended for %v, want one of %v", answers[0].body["end_reason"], reasons)
}

// ask is a request to be made later; fourOf are four of them.
func (c *client) ask(method, path string) func() answer {
	return func() answer { return c.do(method, path, nil) }
}

func fourOf(one func() answer) []func() answer { return []func() answer{one, one, one, one} }

// wantOneEndOf checks that the visit has one stop event and one notice to each.
func (s *scene) wantOneEndOf(t *testing.T) {
	t.Helper()
	if n := s.count(t, "SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND action = 'impersonation.stop'", s.id); n != 1 {
		t.Errorf("%d stop events, want 1", n)
	}
	if n := s.count(t, "SELECT count(*) FROM notifications WHERE impersonation_id = ? AND event = 'impersonation.stop' AND account_id = ?", s.id, s.customer.id); n != 1 {
		t.Errorf("the customer was told %d times of the end, want once", n)
	}
}

// Stop, kill and the idle deadline at the same moment: the data decide, all are
// told the same, and who comes later too.
func TestRaceOfEndsOverHTTP(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		for range 3 {
			s := h.staged(t, ending{mode: "change"})
			h.clock.Advance(fifteen) // the worker finds it, too
			due := append(fourOf(s.actor.ask("POST", s.base+"/stop")), fourOf(s.actor.ask("GET", s.base+"/api/v1/domains"))...)
			wantOneAnswer(t, atOnce(append(due, fourOf(h.seat(t, s.admin).ask("POST", "/api/v1/impersonations/"+s.id+"/end"))...)...), "idle")
			s.wantOneEndOf(t)

			s = h.staged(t, ending{mode: "change"})
			kills := append(fourOf(s.actor.ask("POST", s.base+"/stop")), fourOf(s.owner.ask("POST", "/api/v1/impersonations/"+s.id+"/end"))...)
			answers := atOnce(append(kills, fourOf(s.boss.ask("POST", "/api/v1/impersonations/"+s.id+"/end"))...)...)
			later := []answer{answers[0], s.actor.do("POST", s.base+"/stop", nil), s.owner.do("POST", "/api/v1/impersonations/"+s.id+"/end", nil), s.actor.do("GET", s.base+"/api/v1/session", nil)}
			wantOneAnswer(t, answers, "stopped", "ended_by_subject", "ended_by_admin")
			wantOneAnswer(t, later, "stopped", "ended_by_subject", "ended_by_admin")
			s.wantOneEndOf(t)
		}
	})
}

// Many write while the customer ends the visit: what was answered as done is done
// and stands before the end; everything else was refused, and nothing of it is
// there.
func TestRaceOfWritesAndEndOverHTTP(t *testing.T) {
	t.Parallel()
	eachQuiet(t, func(t *testing.T, h *house) {
		for range 3 {
			s := h.staged(t, ending{mode: "change"})
			var done, numbers atomic.Int64
			var writing sync.WaitGroup
			begun := make(chan struct{}, 6)
			for range 6 {
				writing.Go(func() {
					for first := true; ; first = false {
						a := s.actor.do("POST", s.base+"/api/v1/files/folder", fields("path", fmt.Sprint("/folder", numbers.Add(1))))
						if first {
							begun <- struct{}{}
						}
						if a.status == http.StatusGone {
							return
						}
						if a.status != http.StatusCreated {
							t.Errorf("a write = %d %s", a.status, a.raw)
							return
						}
						done.Add(1)
					}
				})
			}
			<-begun
			s.owner.want(200, "POST", "/api/v1/impersonations/"+s.id+"/end", nil)
			writing.Wait()
			if n := h.count(t, "SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND action = 'file.folder'", s.id); int64(n) != done.Load() || n == 0 {
				t.Errorf("%d writes are recorded, want the %d that were answered as done", n, done.Load())
			}
			if n := h.count(t, `SELECT count(*) FROM audit_events e JOIN audit_events stop ON stop.impersonation_id = e.impersonation_id AND stop.action = 'impersonation.stop'
				WHERE e.impersonation_id = ? AND e.seq > stop.seq`, s.id); n != 0 {
				t.Errorf("%d events stand behind the end", n)
			}
			if n := len(list(s.owner.want(200, "GET", "/api/v1/files?path=/&page_size=200", nil), "entries")); int64(n) != done.Load() {
				t.Errorf("there are %d folders, want %d", n, done.Load())
			}
			s.wantOneEndOf(t)
		}
	})
}
