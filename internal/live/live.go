// Package live owns the waking of open streams: while a stream is open, one watcher
// in each process looks at marks in the database and wakes the streams that a change
// concerns, whichever process made it. What a woken stream may tell, and whether it
// may stay open, is left to the edge, which asks everything anew.
package live

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Why a seat is over.
var (
	ErrStopping = errors.New("live: the process stops")
	ErrReplaced = errors.New("live: the person has opened too many streams after this one")
)

// Listener is whom a stream is for.
type Listener struct {
	PersonID  string
	Accounts  []string // by which he came, and which he is in
	Everybody bool     // he sees visits wherever they are, so every visit concerns him
}

// Store reads the marks.
type Store interface {
	// Mark returns a value that differs whenever something was recorded or read
	// since: one cheap query.
	Mark(ctx context.Context) (Mark, error)
	// Changes returns what was recorded from that event on, and what was read
	// after that instant.
	Changes(ctx context.Context, from Mark) ([]Change, error)
}

// Mark is how far the record has come. Numbers of events become visible in the
// order of their commits, which is not their own: so it tells of the newest ones
// how many there are and which is the oldest, and no late one is overlooked.
type Mark struct {
	Newest, Oldest, Held int64
	ReadAt               int64
}

// Change is one thing that happened.
type Change struct {
	Seq      int64    // of the event; 0: a notification was read
	Accounts []string // whom it concerns: the account, its owners, and the actor's
	Visit    bool     // in a visit, or to one
}

func (l Listener) concerned(c Change) bool {
	return c.Visit && l.Everybody || slices.ContainsFunc(l.Accounts, func(own string) bool { return slices.Contains(c.Accounts, own) })
}

// Config says how a hub behaves.
type Config struct {
	Every time.Duration // between two looks at the marks
	Most  int           // streams of one person in this process
}

// Hub keeps the streams of this process.
type Hub struct {
	store  Store
	config Config
	ctx    context.Context //nolint:containedctx // of the watcher, which outlives the request that began it
	stop   context.CancelFunc
	ended  sync.WaitGroup

	mu       sync.Mutex
	seats    []*Seat // oldest first
	watching bool
}

// New returns a hub. Nothing runs before somebody joins.
func New(store Store, config Config) *Hub {
	ctx, cancel := context.WithCancel(context.Background())
	return &Hub{store: store, config: config, ctx: ctx, stop: cancel}
}

// Join gives the listener a seat. Who has too many loses the oldest one.
func (h *Hub) Join(l Listener) *Seat {
	seat := &Seat{hub: h, listener: l, wake: make(chan struct{}, 1), over: make(chan struct{})}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx.Err() != nil {
		seat.end(ErrStopping)
		return seat
	}
	h.makeRoom(l.PersonID)
	h.seats = append(h.seats, seat)
	if !h.watching {
		h.watching = true
		h.ended.Go(h.watch)
	}
	return seat
}

func (h *Hub) makeRoom(personID string) {
	var first *Seat
	taken := 0
	for _, s := range h.seats {
		if s.listener.PersonID == personID {
			taken++
			if first == nil {
				first = s
			}
		}
	}
	if taken >= h.config.Most {
		h.remove(first)
		first.end(ErrReplaced)
	}
}

func (h *Hub) remove(seat *Seat) {
	h.seats = slices.DeleteFunc(h.seats, func(s *Seat) bool { return s == seat })
}

// Seats returns how many streams are open.
func (h *Hub) Seats() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.seats)
}

// WakeAll wakes every stream: something that concerns everybody has changed.
func (h *Hub) WakeAll() { h.wakeAll(func(Listener) bool { return true }) }

func (h *Hub) wakeAll(concerned func(Listener) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.seats {
		if concerned(s.listener) {
			s.rouse()
		}
	}
}

// Close tells every stream that the process stops, and ends the watcher.
func (h *Hub) Close() {
	h.stop()
	h.mu.Lock()
	for _, s := range h.seats {
		s.end(ErrStopping)
	}
	h.seats = nil
	h.mu.Unlock()
	h.ended.Wait()
}

// watch looks at the marks until nobody sits here any more. When the marks cannot
// be read everybody is woken: whoever cannot be asked about may not stay.
func (h *Hub) watch() {
	tick := time.NewTicker(h.config.Every)
	defer tick.Stop()
	w := watcher{store: h.store, every: h.config.Every}
	for {
		changes, all, err := w.look(h.ctx)
		if err != nil && h.ctx.Err() == nil {
			slog.ErrorContext(h.ctx, "the marks of what has changed cannot be read", slog.Any("error", err))
		}
		h.tell(changes, all || err != nil)
		select {
		case <-h.ctx.Done():
			return
		case <-tick.C:
		}
		if h.deserted() {
			return
		}
	}
}

func (h *Hub) tell(changes []Change, all bool) {
	if !all && len(changes) == 0 {
		return // and nobody is looked through
	}
	h.wakeAll(func(l Listener) bool { return all || slices.ContainsFunc(changes, l.concerned) })
}

func (h *Hub) deserted() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.watching = len(h.seats) > 0
	return !h.watching
}
