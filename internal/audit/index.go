package audit

import (
	"context"
	"fmt"
	"time"
)

// Index keeps the log quick to search.
type Index interface {
	// Grow takes events that happened before the time into the index, the oldest
	// first, and reports whether there are more. One grows it at a time, until the
	// transaction ends.
	Grow(ctx context.Context, before time.Time) (more bool, err error)
}

// Tx runs transactions and tells the time.
type Tx interface {
	InTx(ctx context.Context, run func(ctx context.Context) error) error
	Now(ctx context.Context) (time.Time, error)
}

// Indexer takes events into the index, behind those who record them.
type Indexer struct {
	index Index
	tx    Tx
}

// NewIndexer returns the indexer.
func NewIndexer(index Index, tx Tx) *Indexer { return &Indexer{index: index, tx: tx} }

// settled is after how long an event is committed, if it ever is.
const settled = 15 * time.Second

// atOnce bounds the transactions of one sweep: more is left for the next one.
const atOnce = 20

// Sweep lets the index grow. It ends nothing, so that it counts none, and it is nothing
// that a start has to wait for.
func (x *Indexer) Sweep(ctx context.Context, closedBy string) (closed int, err error) {
	if closedBy == "startup" {
		return 0, nil
	}
	now, err := x.tx.Now(ctx)
	more := err == nil
	for i := 0; more && i < atOnce; i++ {
		err = x.tx.InTx(ctx, func(ctx context.Context) error {
			more, err = x.index.Grow(ctx, now.Add(-settled))
			return err
		})
		more = more && err == nil
	}
	if err != nil {
		return 0, fmt.Errorf("let the index of the activity log grow: %w", err)
	}
	return 0, nil
}
