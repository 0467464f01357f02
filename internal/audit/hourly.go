package audit

import (
	"context"
	"sync"
	"time"

	"innkeeper/internal/principal"
)

// ActionLook is somebody's looking at an account that is not his, without a visit.
var ActionLook = NewAction("account.look", "{actor} looked at the account {account} from outside, without a visit.")

// hour is for how long acts that are alike count as one.
const hour = time.Hour

// Recorder writes audit events.
type Recorder interface {
	Record(ctx context.Context, by principal.Principal, entry Entry) error
}

// Hourly writes the events of what may come with every request: of those that are alike
// one an hour, so that nobody makes the record grow by asking again and again. It
// remembers the hour in its process; another one writes an event of its own.
//
// What is refused in a visit is not gathered: the customer's page has each attempt, their
// number is that of their events, and a visit is over within the hour.
type Hourly struct {
	log Recorder
	tx  Tx

	mu      sync.Mutex
	last    map[alike]gathered
	writing map[alike]chan struct{} // closed once it is written, or could not be
}

// alike is what the events of one hour have in common: who came by what, in which visit,
// and what was done to what of whose.
type alike struct {
	personID, wayIn, visitID, accountID string
	action                              string
	object                              Object
}

func alikeOf(by principal.Principal, entry Entry) alike {
	return alike{by.Person.ID, wayIn(by.Via), by.VisitID(), entry.Account.ID, entry.Action.name, entry.Object}
}

// gathered are acts that are alike.
type gathered struct {
	since time.Time // the first one
	n     int       // how many there have been
}

// NewHourly returns the recorder before another one.
func NewHourly(log Recorder, tx Tx) *Hourly {
	return &Hourly{log: log, tx: tx, last: map[alike]gathered{}, writing: map[alike]chan struct{}{}}
}

// Record writes the event in a transaction of its own, unless one like it was written
// within the hour; of those that come at the same time it writes one, and the others wait
// for it. Its caller is in no transaction, and gives no answer before it.
func (h *Hourly) Record(ctx context.Context, by principal.Principal, entry Entry) error {
	return h.gather(ctx, by, entry, func(n int) bool { return n == 1 })
}

// FieldAttempts is the field that says how many attempts there have been within the hour.
const FieldAttempts = "attempts"

// Refused records an attempt like Record: the first of those that are alike at once, and
// then the tenth, the hundredth and so on, each with how many there have been.
func (h *Hourly) Refused(ctx context.Context, by principal.Principal, entry Entry) error {
	return h.gather(ctx, by, entry, func(n int) bool {
		for n%10 == 0 {
			n /= 10
		}
		return n == 1
	})
}

// gather counts an act among those that are alike, and writes the event of the first and of
// those whose number is one to be written.
func (h *Hourly) gather(ctx context.Context, by principal.Principal, entry Entry, written func(n int) bool) error {
	now, err := h.tx.Now(ctx)
	if err != nil {
		return unavailable(err)
	}
	this := alikeOf(by, entry)
	n, err := h.turn(ctx, this, now)
	if err != nil {
		return unavailable(err)
	}
	if !written(n) {
		return nil
	}
	if n > 1 {
		entry.After = Fields{FieldAttempts: n}
	} else {
		defer h.done(this)
	}
	err = h.tx.InTx(ctx, func(ctx context.Context) error { return h.log.Record(ctx, by, entry) })
	switch {
	case err == nil && n == 1:
		h.note(this, now)
	case err != nil && n > 1:
		h.uncount(this)
	}
	return unavailable(err)
}

// Look records that somebody reads what belongs to an account that is not his.
func (h *Hourly) Look(ctx context.Context, by principal.Principal, account principal.Account) error {
	return h.Record(ctx, by, Entry{
		Action: ActionLook, Account: account, Result: Viewed, Object: Object{Kind: ThingAccount, ID: account.ID, Name: account.Name},
	})
}

// turn waits for whoever writes the first one like it, and returns the how manieth this one
// is. With the first one it is the caller's turn, until done.
func (h *Hourly) turn(ctx context.Context, this alike, now time.Time) (n int, err error) {
	for {
		before, n := h.begin(this, now)
		if before == nil {
			return n, nil
		}
		select {
		case <-before:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// begin counts one like those that were written within the hour. It takes the turn with
// the first, unless one is being written: then it returns what to wait for.
func (h *Hourly) begin(this alike, now time.Time) (before chan struct{}, n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if g, known := h.last[this]; known && now.Sub(g.since) < hour {
		g.n++
		h.last[this] = g
		return nil, g.n
	}
	if before, busy := h.writing[this]; busy {
		return before, 0
	}
	h.writing[this] = make(chan struct{})
	return nil, 1
}

// uncount takes back one that was not the first and could not be written.
func (h *Hourly) uncount(this alike) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if g, known := h.last[this]; known && g.n > 1 {
		g.n--
		h.last[this] = g
	}
}

func (h *Hourly) done(this alike) {
	h.mu.Lock()
	defer h.mu.Unlock()
	close(h.writing[this])
	delete(h.writing, this)
}

// manyAlike is when those that are over are forgotten.
const manyAlike = 10_000

func (h *Hourly) note(this alike, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.last) >= manyAlike {
		for other, g := range h.last {
			if now.Sub(g.since) >= hour {
				delete(h.last, other)
			}
		}
	}
	h.last[this] = gathered{since: now, n: 1}
}
