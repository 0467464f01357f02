package plan

import (
	"context"
	"sync"
	"time"
)

// lately remembers how much disk accounts used a moment ago. Measuring walks a
// home; a page of a list shows fifty of them, and is asked for again and again.
type lately struct {
	disk Disk
	now  func() time.Time

	mu   sync.Mutex
	seen map[string]measure
}

type measure struct {
	bytes int64
	at    time.Time
}

const (
	// fresh is how old a measure may be in a list: shorter than anybody waits for
	// a number in it to change.
	fresh = 30 * time.Second
	// remembered bounds the memory: beyond it all is forgotten and measured again.
	remembered = 10_000
)

func newLately(disk Disk) *lately {
	return &lately{disk: disk, now: time.Now, seen: map[string]measure{}} //nolint:forbidigo // how fresh a memory is; nothing of it is kept
}

// used returns what was measured within the last half minute, or measures.
func (l *lately) used(ctx context.Context, accountID string) (int64, error) {
	now := l.now()
	l.mu.Lock()
	m, ok := l.seen[accountID]
	l.mu.Unlock()
	if ok && now.Sub(m.at) < fresh {
		return m.bytes, nil
	}
	bytes, err := l.disk.Used(ctx, accountID)
	if err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.seen) >= remembered {
		clear(l.seen)
	}
	l.seen[accountID] = measure{bytes: bytes, at: now}
	return bytes, nil
}
