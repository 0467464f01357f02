package audit

import (
	"context"
	"fmt"
	"time"

	"innkeeper/internal/principal"
)

// ActionErase is the erasing of texts that are kept no longer. It stands on the page of
// every account. Its event says up to when, so that a text that is gone without one is
// told from those that were erased as it says.
var ActionErase = NewAction("activity.erase", "{actor} erased reasons, addresses and browsers from {object}: they are kept no longer.").ForEverybody()

// FieldBefore is the field of the event that says up to when.
const FieldBefore = "before"

// Texts are reasons, addresses and browsers that may be erased.
type Texts interface {
	// Erase erases a batch of those from before the time, the oldest first, with what an
	// index knows of them, and reports whether there are more. It is part of the
	// transaction that records it.
	Erase(ctx context.Context, before, now time.Time) (erased int, more bool, err error)
}

// Eraser erases texts when they have been kept long enough.
type Eraser struct {
	events, copies Texts
	log            *Service
	tx             Tx
	months         int
}

// NewEraser returns the eraser of the texts of events, and of their copies elsewhere, that
// are older than so many months; with 0 they are kept for ever.
func NewEraser(events, copies Texts, log *Service, tx Tx, months int) *Eraser {
	return &Eraser{events: events, copies: copies, log: log, tx: tx, months: months}
}

// Sweep erases what is due, up to a midnight in UTC: there is one event for each day on
// which something was. It ends nothing, so that it counts none, and it is nothing that a
// start has to wait for.
func (e *Eraser) Sweep(ctx context.Context, closedBy string) (closed int, err error) {
	if e.months == 0 || closedBy == "startup" {
		return 0, nil
	}
	now, err := e.tx.Now(ctx)
	if err == nil {
		_, err = e.erase(ctx, now.UTC().AddDate(0, -e.months, 0).Truncate(24*time.Hour), now, atOnce)
	}
	return 0, err
}

// Erased is how much lost its texts.
type Erased struct {
	Events int // of the record
	Copies int // visits, requests, announcements, notices, mails and sign-ins
}

// Before erases all that is from before the time, whatever is set about how long texts are
// kept.
func (e *Eraser) Before(ctx context.Context, before time.Time) (Erased, error) {
	now, err := e.tx.Now(ctx)
	if err != nil {
		return Erased{}, err
	}
	return e.erase(ctx, before, now, 0)
}

// erase erases in small transactions, so many of each kind at most; 0: as many as it takes.
func (e *Eraser) erase(ctx context.Context, before, now time.Time, most int) (done Erased, err error) {
	for _, kind := range []struct {
		texts Texts
		done  *int
	}{{e.events, &done.Events}, {e.copies, &done.Copies}} {
		for i, more := 0, true; more && (most == 0 || i < most); i++ {
			var erased int
			err = e.tx.InTx(ctx, func(ctx context.Context) error {
				if erased, more, err = kind.texts.Erase(ctx, before, now); err != nil || erased == 0 {
					return err
				}
				return e.record(ctx, before)
			})
			if err != nil {
				return done, fmt.Errorf("erase texts that are kept no longer: %w", err)
			}
			*kind.done += erased
		}
	}
	return done, nil
}

// record writes the event, unless the last one says the same.
func (e *Eraser) record(ctx context.Context, before time.Time) error {
	said := before.Format(time.RFC3339)
	last, err := e.log.List(ctx, principal.System("audit.erase"), Filter{Action: ActionErase.String(), Limit: 1})
	if err != nil || len(last) > 0 && last[0].After[FieldBefore] == said {
		return err
	}
	return e.log.Record(ctx, principal.System("audit.erase"), Entry{
		Action: ActionErase, After: Fields{FieldBefore: said},
		Object: Object{Kind: ThingActivity, ID: said, Name: "what was written before " + before.Format(day)},
	})
}

const day = "2 January 2006"

// ErasedOn is what is read in the place of a text that was erased.
func ErasedOn(at time.Time) string { return "erased on " + at.UTC().Format(day) }
