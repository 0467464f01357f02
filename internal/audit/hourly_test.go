package audit_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
	"innkeeper/internal/store/storetest"
)

// house is a world whose clock and whose commits the test decides on.
type house struct {
	*storetest.World
	now    time.Time
	begun  int   // transactions
	broken error // what a commit answers
}

// InTx runs a transaction, and rolls it back where commits are broken.
func (h *house) InTx(ctx context.Context, run func(ctx context.Context) error) error {
	h.begun++
	return h.DB.InTx(ctx, func(ctx context.Context) error {
		if err := run(ctx); err != nil {
			return err
		}
		return h.broken
	})
}

// Now is the test's clock.
func (h *house) Now(context.Context) (time.Time, error) { return h.now, nil }

func TestWhatIsAlikeIsRecordedOnceAnHour(t *testing.T) {
	t.Parallel()
	h := &house{World: storetest.NewWorld(t), now: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)}
	hourly := audit.NewHourly(h.Audit, h)
	ada := h.Manager(h.Provider)
	otto, token := ada, ada
	otto.Person = principal.Person{ID: "per_otto", Name: "Otto"}
	token.Via.Token = &principal.Token{ID: "tok_1", Name: "Nagios"}
	look := func(by principal.Principal, a principal.Account, events, transactions int) {
		t.Helper()
		before, begun := len(h.Lines(t)), h.begun
		if err := hourly.Look(t.Context(), by, a); err != nil {
			t.Errorf("Look = %v", err)
		}
		if n := len(h.Lines(t)) - before; n != events || h.begun-begun != transactions {
			t.Errorf("%d events in %d transactions, want %d in %d", n, h.begun-begun, events, transactions)
		}
	}
	look(ada, h.Customer, 1, 1)
	look(ada, h.Customer, 0, 0)
	look(ada, h.Stranger, 1, 1)
	look(otto, h.Customer, 1, 1)
	look(token, h.Customer, 1, 1)
	h.now = h.now.Add(time.Hour - time.Second)
	look(ada, h.Customer, 0, 0)
	h.now = h.now.Add(time.Second)
	look(ada, h.Customer, 1, 1)
	if !slices.Contains(h.Lines(t), h.Customer.ID+": "+ada.Person.Name+" looked at the account "+h.Customer.Name+" from outside, without a visit.") {
		t.Errorf("recorded: %q", h.Lines(t))
	}
}

func TestRefusalsAreWrittenAtOnceAndCounted(t *testing.T) {
	t.Parallel()
	h := &house{World: storetest.NewWorld(t), now: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)}
	hourly := audit.NewHourly(h.Audit, h)
	ada := h.Manager(h.Provider)
	other := ada
	other.Via.SessionID = "ses_2"
	refuse := func(by principal.Principal, a principal.Account, times int) {
		t.Helper()
		for range times {
			entry := audit.Entry{Action: audit.ActionLook, Account: a, Result: audit.Denied, Object: audit.Object{Kind: "operation", ID: "x", Name: "x"}}
			if err := hourly.Refused(t.Context(), by, entry); err != nil {
				t.Errorf("Refused = %v", err)
			}
		}
	}
	attempts := func(want ...any) {
		t.Helper()
		events, err := h.Audit.List(t.Context(), principal.System("test"), audit.Filter{Limit: 99})
		var got []any
		for _, e := range slices.Backward(events) {
			got = append(got, e.After[audit.FieldAttempts])
		}
		if !slices.Equal(got, want) || err != nil {
			t.Errorf("the events say %v attempts, %v, want %v", got, err, want)
		}
	}
	refuse(ada, h.Customer, 1)
	attempts(nil)
	refuse(ada, h.Customer, 1233)
	attempts(nil, 10.0, 100.0, 1000.0)
	refuse(ada, h.Stranger, 2)
	attempts(nil, 10.0, 100.0, 1000.0, nil)
	refuse(other, h.Customer, 2)
	attempts(nil, 10.0, 100.0, 1000.0, nil, nil)
	h.now = h.now.Add(time.Hour)
	refuse(ada, h.Customer, 2)
	attempts(nil, 10.0, 100.0, 1000.0, nil, nil, nil)
}

func TestWhatWasNotCommittedIsNotRemembered(t *testing.T) {
	t.Parallel()
	h := &house{World: storetest.NewWorld(t), now: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), broken: errors.New("the disk is full")}
	hourly := audit.NewHourly(h.Audit, h)
	ada := h.Manager(h.Provider)
	if err := hourly.Look(t.Context(), ada, h.Customer); !errors.Is(err, audit.ErrUnavailable) {
		t.Errorf("Look without a commit = %v, want ErrUnavailable", err)
	}
	h.broken = nil
	if err := hourly.Look(t.Context(), ada, h.Customer); err != nil || len(h.Lines(t)) != 1 {
		t.Errorf("Look = %v, recorded: %q, want the event", err, h.Lines(t))
	}
}

// slow is a record that answers each event when the test says what.
type slow struct {
	answers chan error
	mu      sync.Mutex
	begun   int
}

func (s *slow) Now(context.Context) (time.Time, error) { return time.Now(), nil }

func (s *slow) InTx(ctx context.Context, run func(ctx context.Context) error) error { return run(ctx) }

func (s *slow) Record(context.Context, principal.Principal, audit.Entry) error {
	s.mu.Lock()
	s.begun++
	s.mu.Unlock()
	return <-s.answers
}

// A page that asks for two things of an account at once is one look at it; where the
// first could not be recorded, the next one is.
func TestWhatComesAtTheSameTimeIsRecordedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		record := &slow{answers: make(chan error)}
		hourly := audit.NewHourly(record, record)
		ada := principal.Principal{Person: principal.Person{ID: "per_ada", Name: "Ada"}}
		look := func(ctx context.Context) error { return hourly.Look(ctx, ada, principal.Account{ID: "acc_1"}) }
		var wg sync.WaitGroup
		failed := make(chan error, 3)
		for range cap(failed) {
			wg.Go(func() { failed <- look(t.Context()) })
		}
		synctest.Wait()
		gone, leave := context.WithCancel(t.Context())
		wg.Go(func() {
			if err := look(gone); !errors.Is(err, audit.ErrUnavailable) {
				t.Errorf("Look of somebody who went away = %v, want ErrUnavailable", err)
			}
		})
		synctest.Wait()
		leave()
		for i, answer := range []error{errors.New("the disk is full"), nil} {
			synctest.Wait()
			if record.begun != i+1 {
				t.Fatalf("%d events are being written, want %d", record.begun, i+1)
			}
			record.answers <- answer
		}
		wg.Wait()
		close(failed)
		refused := 0
		for err := range failed {
			if err != nil {
				refused++
			}
		}
		if refused != 1 || record.begun != 2 {
			t.Errorf("%d looks failed, %d events were written, want 1 and 2", refused, record.begun)
		}
	})
}
