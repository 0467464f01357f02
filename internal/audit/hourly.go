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
type Hourly struct {
	log Recorder
	tx  Tx

	mu      sync.Mutex
	last    map[alike]time.Time
	writing map[alike]chan struct{} // closed once it is written, or could not be
}

// alike is what the events of one hour have in common: who came by what, in which visit,
// and what was done to what.
type alike struct {
	personID, tokenID, visitID string
	action                     string
	object                     Object
}

// NewHourly returns the recorder before another one.
func NewHourly(log Recorder, tx Tx) *Hourly {
	return &Hourly{log: log, tx: tx, last: map[alike]time.Time{}, writing: map[alike]chan struct{}{}}
}

// Record writes the event in a transaction of its own, unless one like it was written
// within the hour; of those that come at the same time it writes one, and the others wait
// for it. Its caller is in no transaction, and gives no answer before it.
func (h *Hourly) Record(ctx context.Context, by principal.Principal, entry Entry) error {
	now, err := h.tx.Now(ctx)
	if err != nil {
		return unavailable(err)
	}
	this := alike{by.Person.ID, by.Via.TokenID(), by.VisitID(), entry.Action.name, entry.Object}
	mine, err := h.turn(ctx, this, now)
	if err != nil {
		return unavailable(err)
	}
	if !mine {
		return nil
	}
	defer h.done(this)
	err = h.tx.InTx(ctx, func(ctx context.Context) error { return h.log.Record(ctx, by, entry) })
	if err != nil {
		return unavailable(err)
	}
	h.note(this, now)
	return nil
}

// Look records that somebody reads what belongs to an account that is not his.
func (h *Hourly) Look(ctx context.Context, by principal.Principal, account principal.Account) error {
	return h.Record(ctx, by, Entry{
		Action: ActionLook, Account: account, Result: Viewed, Object: Object{Kind: "account", ID: account.ID, Name: account.Name},
	})
}

// turn waits for whoever writes one like it, and reports whether there is still one to
// write: then it is the caller's turn, until done.
func (h *Hourly) turn(ctx context.Context, this alike, now time.Time) (bool, error) {
	for {
		before, mine := h.begin(this, now)
		if before == nil {
			return mine, nil
		}
		select {
		case <-before:
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// begin takes the turn, unless one like it was written within the hour or is being
// written: then it returns what to wait for.
func (h *Hourly) begin(this alike, now time.Time) (before chan struct{}, mine bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if at, known := h.last[this]; known && now.Sub(at) < hour {
		return nil, false
	}
	if before, busy := h.writing[this]; busy {
		return before, false
	}
	h.writing[this] = make(chan struct{})
	return nil, true
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
		for other, at := range h.last {
			if now.Sub(at) >= hour {
				delete(h.last, other)
			}
		}
	}
	h.last[this] = now
}
