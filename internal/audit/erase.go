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

// Texts are the texts of events that may be erased: reasons, addresses, browsers.
type Texts interface {
	// Erase erases those of events that happened before the time, the oldest first, with
	// what an index knows of them, and reports whether there are more. One erases at a
	// time, until the transaction ends.
	Erase(ctx context.Context, before, now time.Time) (erased int, more bool, err error)
}

// Eraser erases the texts of events when they have been kept long enough.
type Eraser struct {
	texts  Texts
	log    *Service
	tx     Tx
	months int
}

// NewEraser returns the eraser of texts that are older than so many months; with 0 they
// are kept for ever.
func NewEraser(texts Texts, log *Service, tx Tx, months int) *Eraser {
	return &Eraser{texts: texts, log: log, tx: tx, months: months}
}

// Sweep erases what is due, up to a midnight in UTC: there is one event for each day on
// which something was. It ends nothing, so that it counts none, and it is nothing that a
// start has to wait for.
func (e *Eraser) Sweep(ctx context.Context, closedBy string) (closed int, err error) {
	if e.months == 0 || closedBy == "startup" {
		return 0, nil
	}
	now, err := e.tx.Now(ctx)
	before := now.UTC().AddDate(0, -e.months, 0).Truncate(24 * time.Hour)
	more := err == nil
	for i := 0; more && i < atOnce; i++ {
		err = e.tx.InTx(ctx, func(ctx context.Context) error {
			var erased int
			if erased, more, err = e.texts.Erase(ctx, before, now); err != nil || erased == 0 {
				return err
			}
			return e.record(ctx, before)
		})
		more = more && err == nil
	}
	if err != nil {
		return 0, fmt.Errorf("erase texts of the activity log: %w", err)
	}
	return 0, nil
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
		Object: Object{Kind: "activity", ID: said, Name: "events before " + before.Format("2 January 2006")},
	})
}
