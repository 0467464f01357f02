package bench_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"innkeeper/internal/ident"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/mail"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// BenchmarkActedRequest measures a change made in a visit, from the decision to
// the commit: the policy is asked, the visit touched, a mailbox made for the
// customer, with its event and the promise of its folders. Beside it the same statements are sent
// by the driver alone. Both have turns on the same database.
func BenchmarkActedRequest(b *testing.B) {
	for _, engine := range engines {
		b.Run(engine.name, func(b *testing.B) {
			url := engine.open(b, town)
			h := newHouse(b, url)
			clients := visitors(b, h, url)
			driver := newPlain(b, h, url)
			for _, n := range []int{1, unvisited} {
				b.Run(fmt.Sprintf("%d-clients", n), func(b *testing.B) {
					for b.Loop() {
						var r ratio
						for range 60 {
							ours := rate(b, clients[:n], func(v *visitor) error { _, err := v.change(b.Context(), h); return err })
							plain := rate(b, clients[:n], func(v *visitor) error { return v.replay(b.Context(), driver) })
							r.turn(ours, plain)
						}
						r.report(b)
					}
				})
			}
		})
	}
}

// visitor is one client: an actor in a visit of a customer, with what one of his
// requests has sent.
type visitor struct {
	by     principal.Principal
	domain string
	made   int
	tape   []statement
	taped  []string // the words of the tape that are new in each request
}

// visitors begins the visits, and records one request of each.
func visitors(tb testing.TB, h *house, url string) []*visitor {
	tb.Helper()
	recording := newHouse(tb, url)
	tape := record(tb, recording.db)
	all := make([]*visitor, unvisited)
	for i := range all {
		v := &visitor{by: visit(tb, h, actor(i), customer(i+1)), domain: fmt.Sprintf("customer%d.example", i+1)}
		tape.take()
		made, err := v.change(tb.Context(), recording)
		if err != nil {
			tb.Fatal(err)
		}
		v.tape = tape.take()
		v.taped = []string{made.ID, made.Address, promised(tb, v.tape)}
		all[i] = v
	}
	return all
}

// visit begins a visit and returns its principal as the edge hands it on.
func visit(tb testing.TB, h *house, by principal.Principal, accountID string) principal.Principal {
	tb.Helper()
	started, err := h.visits.Start(tb.Context(), by, impersonation.Request{
		AccountID: accountID, ReasonCode: "customer_request", Reason: "The file manager shows nothing since yesterday", Mode: principal.Change, Informed: "asked",
	})
	if err != nil {
		tb.Fatal(err)
	}
	acting, err := h.visits.Enter(tb.Context(), by, started.ID)
	if err != nil {
		tb.Fatal(err)
	}
	return acting.WithScope(principal.Only(acting.Subject))
}

// address returns that of the next mailbox.
func (v *visitor) address() string {
	v.made++
	return fmt.Sprintf("box%08d@%s", v.made, v.domain)
}

// change is one request.
func (v *visitor) change(ctx context.Context, h *house) (mail.Mailbox, error) {
	if !h.policy.Allow(v.by, rbac.Operation{Permission: "mailbox:manage", Class: rbac.ClassChange}, v.by.Subject) {
		return mail.Mailbox{}, fmt.Errorf("%s may not change %s", v.by.Person.Name, v.by.Subject.Name)
	}
	if err := h.visits.Touch(ctx, v.by); err != nil {
		return mail.Mailbox{}, err
	}
	return h.mail.Create(ctx, v.by, mail.Input{AccountID: v.by.Subject.ID, Address: v.address()})
}

// promised returns the id of the promise in what was sent.
func promised(tb testing.TB, script []statement) string {
	tb.Helper()
	for _, s := range script {
		for _, value := range s.args {
			if text, ok := value.(string); ok {
				if id := promise.FindString(text); id != "" {
					return id
				}
			}
		}
	}
	tb.Fatal("the request has promised nothing")
	return ""
}

var promise = regexp.MustCompile(ident.Job + `_[0-9a-f-]{36}`)

// replay sends what change would send.
func (v *visitor) replay(ctx context.Context, driver plain) error {
	now := time.Now().UnixMicro()
	fresh := []string{ident.New(ident.Mailbox), v.address(), ident.New(ident.Job)}
	words := strings.NewReplacer(v.taped[0], fresh[0], v.taped[1], fresh[1], v.taped[2], fresh[2])
	return driver.run(ctx, renewed(v.tape, words, func(us int64) int64 {
		if age := now - us; age >= 0 && age < time.Hour.Microseconds() {
			return now
		}
		return us
	}))
}

// rate lets every client do one after the other for a tenth of a second, and
// returns how many were done in a second.
func rate(b *testing.B, clients []*visitor, do func(*visitor) error) float64 {
	b.Helper()
	var done atomic.Int64
	var working sync.WaitGroup
	begun := time.Now()
	for _, v := range clients {
		working.Go(func() {
			for time.Since(begun) < 100*time.Millisecond {
				if err := do(v); err != nil {
					b.Error(err)
					return
				}
				done.Add(1)
			}
		})
	}
	working.Wait()
	if b.Failed() {
		b.FailNow()
	}
	return float64(done.Load()) / time.Since(begun).Seconds()
}
