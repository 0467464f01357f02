// Package ship owns that the record reaches a collector elsewhere: everything that is
// sealed, in the order of its leaves, at least once, with a cursor that moves when the
// collector has acknowledged. How a collector is talked to is left to the engines, and
// what is in the record to audit and ledger.
//
//	event ── sealed ──▶ leaf ── Sweep ──▶ collector ── acknowledges ──▶ cursor
//
// Leaves are numbered without gaps in the order in which they came to light, and events
// are not: on PostgreSQL an event may be committed behind others of greater numbers.
// That is why the cursor counts leaves, and why what is not sealed is not sent.
package ship

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"innkeeper/internal/audit/ledger"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
)

// ErrLost means that another process has taken over.
var ErrLost = errors.New("the record is being sent by another process")

// ErrNotYours is the answer to somebody who may not see everything.
var ErrNotYours = fault.New(fault.Forbidden, "forbidden", "You may not see how the record is sent.")

// Event is one sealed event as it is sent. Its id is the hash of its leaf, so that a
// collector knows what it has twice, and holds what a receipt commits to: SHA-256 of a
// zero byte, the salt and the text of the event.
type Event struct {
	ID    string          `json:"id"`
	Leaf  int64           `json:"leaf"`
	Salt  string          `json:"salt"`
	Event json.RawMessage `json:"event"` // the sealed text, to the byte

	ledger.Beside // reason, address and browser, of which the event holds the hash
}

// Record returns what is in the event.
func (e Event) Record() (ledger.Record, error) {
	var r ledger.Record
	err := json.Unmarshal(e.Event, &r)
	return r, err
}

// Collector takes events. It returns nil when it has acknowledged all of them, and only
// then.
type Collector interface {
	// Name names the collector, without anything secret. The cursor belongs to it.
	Name() string
	Deliver(ctx context.Context, events []Event) error
}

// Cursor is how far a collector has the record.
type Cursor struct {
	Destination  string
	Next         int64 // the first leaf that it has not acknowledged
	ShippedAt    time.Time
	Fence        int64
	Attempts     int // that failed since the last acknowledgement
	FailingSince time.Time
	RetryAt      time.Time
	LastError    string
}

// Store keeps cursors and reads leaves.
type Store interface {
	// Claim leases the cursor, which begins at the first leaf: of several one gets it.
	Claim(ctx context.Context, destination string, now, until time.Time) (Cursor, bool, error)
	// Save writes the cursor and how long it is leased while its fence is the last one;
	// otherwise ErrLost.
	Save(ctx context.Context, c Cursor, until time.Time) error
	// Cursor returns the cursor, one at the first leaf when there is none.
	Cursor(ctx context.Context, destination string) (Cursor, error)
	// Leaves returns leaves from a number on, in their order.
	Leaves(ctx context.Context, from int64, limit int) ([]ledger.Leaf, error)
	// Payloads returns the texts of events by the numbers of these; those without any are
	// left out.
	Payloads(ctx context.Context, seqs []int64) (map[int64]ledger.Payload, error)
	// Behind counts the leaves from a number on and returns when the first of them happened.
	Behind(ctx context.Context, from int64) (n int64, oldest time.Time, err error)
}

// Clock tells the time.
type Clock interface {
	Now(ctx context.Context) (time.Time, error)
}

// Service sends the record to one collector, or to none.
type Service struct {
	store     Store
	clock     Clock
	collector Collector
}

// New returns the service; without a collector, nil, nothing is sent.
func New(store Store, clock Clock, collector Collector) *Service {
	return &Service{store: store, clock: clock, collector: collector}
}

const (
	atOnce    = 500              // events in one delivery, at most
	mostBytes = 1 << 20          // in one delivery: what collectors take without being asked
	patience  = 10 * time.Second // with one delivery
	lease     = 30 * time.Second // longer than a delivery, so that it is over when another process begins
	sweepTime = 20 * time.Second // then the rest waits for the next sweep
	backoff   = time.Second      // after the first failure, then doubled
	longest   = 5 * time.Minute  // after its cure a fault may still be felt for so long
	complain  = 5 * time.Minute  // a collector that is away for so long is worth a word in readyz
	longError = 300
)

// Sweep sends what was sealed since the last time. It ends nothing, so that it counts
// none, and it is nothing that a start has to wait for. A collector that is away is tried
// again later and later; its error is returned each time.
func (s *Service) Sweep(ctx context.Context, closedBy string) (closed int, err error) {
	if s.collector == nil || closedBy == "startup" {
		return 0, nil
	}
	now, err := s.clock.Now(ctx)
	if err != nil {
		return 0, err
	}
	if news, err := s.news(ctx, now); err != nil || !news {
		return 0, err
	}
	c, ours, err := s.store.Claim(ctx, s.collector.Name(), now, now.Add(lease))
	if err != nil || !ours {
		return 0, err
	}
	if err := s.send(ctx, c); err != nil && !errors.Is(err, ErrLost) {
		return 0, fmt.Errorf("send the record to %s: %w", c.Destination, err)
	}
	return 0, nil
}

// news reports whether there is something to send, and the collector is to be tried.
func (s *Service) news(ctx context.Context, now time.Time) (bool, error) {
	c, err := s.store.Cursor(ctx, s.collector.Name())
	if err != nil || c.waits(now) {
		return false, err
	}
	leaves, err := s.store.Leaves(ctx, c.Next, 1)
	return len(leaves) > 0, err
}

// waits reports whether the collector is left alone for now. A clock that was put back
// makes nobody wait longer than the longest wait.
func (c Cursor) waits(now time.Time) bool {
	wait := c.RetryAt.Sub(now)
	return wait > 0 && wait <= longest
}

// send sends from the cursor on until everything is sent or the time is over.
func (s *Service) send(ctx context.Context, c Cursor) error {
	enough, cancel := context.WithTimeout(ctx, sweepTime)
	defer cancel()
	for {
		events, err := s.next(ctx, c.Next)
		if err == nil && (len(events) == 0 || enough.Err() != nil) {
			return s.store.Save(ctx, c, time.Time{})
		}
		if err == nil {
			err = s.deliver(ctx, events)
		}
		now, clockErr := s.clock.Now(context.WithoutCancel(ctx))
		if clockErr != nil {
			return clockErr
		}
		if ctx.Err() != nil { // stopped by us: not the collector's fault
			return s.store.Save(context.WithoutCancel(ctx), c, time.Time{})
		}
		if err != nil {
			return errors.Join(err, s.store.Save(ctx, c.failed(now, err), time.Time{}))
		}
		c = c.moved(events[len(events)-1].Leaf+1, now)
		if err := s.store.Save(ctx, c, now.Add(lease)); err != nil {
			return err
		}
	}
}

func (s *Service) deliver(ctx context.Context, events []Event) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.collector.Deliver(ctx, events)
}

// next returns the events of the next delivery: without a gap, and one at least.
func (s *Service) next(ctx context.Context, from int64) ([]Event, error) {
	leaves, err := s.store.Leaves(ctx, from, atOnce)
	if err != nil {
		return nil, err
	}
	seqs := make([]int64, len(leaves))
	for i, leaf := range leaves {
		seqs[i] = leaf.Seq
	}
	payloads, err := s.store.Payloads(ctx, seqs)
	if err != nil {
		return nil, err
	}
	size := 0
	events := make([]Event, 0, len(leaves))
	for i, leaf := range leaves {
		beside := payloads[leaf.Seq].Beside()
		if size += len(leaf.Text) + len(beside.Texts); i > 0 && size > mostBytes {
			break
		}
		if leaf.Number != from+int64(i) {
			return nil, fmt.Errorf("leaf %d of the record is missing", from+int64(i))
		}
		id, err := leaf.ID()
		if err != nil {
			return nil, err
		}
		events = append(events, Event{ID: id, Leaf: leaf.Number, Salt: leaf.Salt, Event: json.RawMessage(leaf.Text), Beside: beside})
	}
	return events, nil
}

// moved is the cursor behind what was acknowledged.
func (c Cursor) moved(next int64, now time.Time) Cursor {
	c.Next, c.ShippedAt = next, now
	c.Attempts, c.FailingSince, c.RetryAt, c.LastError = 0, time.Time{}, time.Time{}, ""
	return c
}

// failed is the cursor after a delivery that was not acknowledged.
func (c Cursor) failed(now time.Time, err error) Cursor {
	if c.Attempts == 0 {
		c.FailingSince = now
	}
	c.Attempts++
	wait := backoff
	for i := 1; i < c.Attempts && wait < longest; i++ {
		wait *= 2
	}
	c.RetryAt = now.Add(min(wait, longest))
	c.LastError = oneLine(err.Error())
	return c
}

// oneLine is an error as it may stand in a line of the panel.
func oneLine(text string) string {
	line := []rune(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "")))
	return string(line[:min(len(line), longError)])
}

// Standing is how the sending stands.
type Standing struct {
	Cursor
	Behind int64     // sealed events that the collector has not acknowledged
	Oldest time.Time // when the first of them happened
}

// Standing returns how the sending stands, and whether there is a collector at all.
// ErrNotYours for whoever may not see everything.
func (s *Service) Standing(ctx context.Context, by principal.Principal) (Standing, bool, error) {
	if by.Scope().Reach() != principal.ReachAll {
		return Standing{}, false, ErrNotYours
	}
	if s.collector == nil {
		return Standing{}, false, nil
	}
	c, err := s.store.Cursor(ctx, s.collector.Name())
	if err != nil {
		return Standing{}, true, err
	}
	standing := Standing{Cursor: c}
	standing.Behind, standing.Oldest, err = s.store.Behind(ctx, c.Next)
	return standing, true, err
}

// Stands returns an error when the collector has taken nothing for minutes.
func (s *Service) Stands(ctx context.Context) error {
	if s.collector == nil {
		return nil
	}
	c, err := s.store.Cursor(ctx, s.collector.Name())
	if err != nil || c.FailingSince.IsZero() {
		return err
	}
	now, err := s.clock.Now(ctx)
	if err != nil || now.Sub(c.FailingSince) < complain {
		return err
	}
	behind, _, err := s.store.Behind(ctx, c.Next)
	if err != nil {
		return err
	}
	return fmt.Errorf("%d events behind since %s: %s", behind, c.FailingSince.UTC().Format(time.RFC3339), c.LastError)
}
