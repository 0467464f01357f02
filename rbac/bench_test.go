package rbac_test

import (
	"fmt"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// A decision may cost 200 ns, however many lines there are, and allocates nothing.
func BenchmarkAllowHit50(b *testing.B)  { benchmarkHit(b, 50, as("reseller", reseller)) }
func BenchmarkAllowHit500(b *testing.B) { benchmarkHit(b, 500, as("reseller", reseller)) }

// While acting it rests on three decisions, and is remembered as one.
func BenchmarkAllowHitActing500(b *testing.B) {
	benchmarkHit(b, 500, in(as("reseller", reseller), customer, "customer", principal.Change))
}

// The first time after a change of policy Casbin is asked.
func BenchmarkAllowMiss50(b *testing.B)  { benchmarkMiss(b, 50) }
func BenchmarkAllowMiss500(b *testing.B) { benchmarkMiss(b, 500) }

func BenchmarkReload500(b *testing.B) {
	e := sized(b, 500)
	b.ReportAllocs()
	for b.Loop() {
		if err := e.Reload(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAllowHitParallel(b *testing.B) {
	e := sized(b, 500)
	p := warm(b, e, as("reseller", reseller))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			e.Allow(p, manage, customer)
		}
	})
}

func benchmarkHit(b *testing.B, lines int, p principal.Principal) {
	e := sized(b, lines)
	warm(b, e, p)
	b.ReportAllocs()
	start := cpuTime(b)
	for b.Loop() {
		if !e.Allow(p, manage, customer) {
			b.Fatal("Allow = false, want true")
		}
	}
	b.ReportMetric(float64(cpuTime(b)-start)/float64(b.N), "cpu-ns/op")
}

// cpuTime returns the time this process has computed, which on a busy machine says more than
// the clock.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func benchmarkMiss(b *testing.B, lines int) {
	e := sized(b, lines)
	p := as("reseller", reseller)
	b.ReportAllocs()
	for b.Loop() {
		e.Forget()
		if !e.Allow(p, manage, customer) {
			b.Fatal("Allow = false, want true")
		}
	}
}

// warm asks until the answer has settled.
func warm(b testing.TB, e *rbac.Enforcer, p principal.Principal) principal.Principal {
	b.Helper()
	for range 10 {
		if !e.Allow(p, manage, customer) {
			b.Fatal("Allow = false, want true")
		}
	}
	return p
}

// sized returns an enforcer of so many lines: those that the question needs, and those of
// further roles, spread over the acts as a customised installation would have them.
func sized(t testing.TB, n int) *rbac.Enforcer {
	t.Helper()
	lines := rbac.Builtin()
	if n < len(lines) {
		short := lines[:0]
		for _, l := range lines {
			if l.Role == "reseller" || l.Role == "customer" || l.Role == "acting:change" || l.Kind == "admin|support|reseller|customer" {
				short = append(short, l)
			}
		}
		lines = short
	}
	if len(lines) > n {
		t.Fatalf("%d lines are needed, more than %d", len(lines), n)
	}
	for i := len(lines); i < n; i++ {
		lines = append(lines, rbac.Line{
			Role: fmt.Sprintf("role%d", i/len(everyAct)), Kind: "customer", Act: everyAct[i%len(everyAct)], Relation: "owned", Mode: "*", Effect: "allow",
		})
	}
	return enforcer(t, lines)
}

// Not parallel: other tests' allocations would be counted.
func TestADecisionFromMemoryAllocatesNothing(t *testing.T) {
	e := sized(t, 500)
	for name, p := range map[string]principal.Principal{
		"directly": as("reseller", reseller),
		"acting":   in(as("reseller", reseller), customer, "customer", principal.Change),
	} {
		warm(t, e, p)
		if got := testing.AllocsPerRun(100, func() { e.Allow(p, manage, customer) }); got != 0 {
			t.Errorf("Allow %s allocates %v times, want 0", name, got)
		}
	}
}

// Many ask at once while the policy changes: run with -race. Every answer belongs to one of
// the two policies, and what is the same in both is always the same.
func TestDecidingWhilePolicyChanges(t *testing.T) {
	t.Parallel()
	s := &shelf{version: 1}
	e := newEnforcer(t, s)
	var asking sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		asking.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				for q := range directQuestions([]string{"domain:view", "account:suspend"}) {
					if q.role != "support" && q.allow(e) != oracle(q) {
						t.Errorf("%s: not what the oracle says", q)
						return
					}
				}
				runtime.Gosched()
			}
		})
	}
	for v := range int64(20) {
		s.put(v+2, strict)
		if v%2 == 0 {
			s.put(v + 2)
		}
		if err := e.Reload(t.Context()); err != nil {
			t.Errorf("Reload = %v", err)
		}
	}
	close(stop)
	asking.Wait()
}
