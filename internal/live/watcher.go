package live

import (
	"context"
	"time"
)

// patience is how many looks one look may take before it counts as failed.
const patience = 4

// watcher remembers what it has seen of the record.
type watcher struct {
	store Store
	every time.Duration
	begun bool
	mark  Mark
	seen  map[int64]bool // events from mark.Oldest on
}

// look returns what is new. The first look returns that anything may have changed:
// whoever joined before it has looked at nothing comparable.
func (w *watcher) look(ctx context.Context) (changes []Change, all bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience*w.every)
	defer cancel()
	mark, err := w.store.Mark(ctx)
	if err != nil || w.begun && mark == w.mark {
		return nil, false, err
	}
	from := w.mark
	if !w.begun {
		from = mark
	}
	found, err := w.store.Changes(ctx, from)
	if err != nil {
		return nil, false, err
	}
	for _, c := range found {
		if c.Seq == 0 || !w.seen[c.Seq] {
			changes = append(changes, c)
		}
	}
	all = !w.begun
	w.remember(mark, found)
	return changes, all, nil
}

// remember keeps the numbers that the next look will find again. What became
// visible after the mark was read is found, told now, and found no more.
func (w *watcher) remember(mark Mark, found []Change) {
	seen := make(map[int64]bool, len(found))
	for seq := range w.seen {
		if seq >= mark.Oldest {
			seen[seq] = true
		}
	}
	for _, c := range found {
		if c.Seq >= mark.Oldest {
			seen[c.Seq] = true
		}
	}
	w.begun, w.mark, w.seen = true, mark, seen
}
