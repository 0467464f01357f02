package file

import (
	"context"
	"sync"
	"time"
)

// meterAge is how long a measurement is believed. Every change through this
// process is added to it at once; what came by another way shows after this time.
const meterAge = time.Minute

// Meter knows how many bytes the files of each account have. It walks the disk,
// then counts along.
type Meter struct {
	disk  Measurer
	now   func() time.Time
	mu    sync.Mutex
	known map[string]reading
}

// Measurer walks the files of an account.
type Measurer interface {
	Measure(ctx context.Context, accountID string) (int64, error)
}

type reading struct {
	bytes int64
	at    time.Time
}

// NewMeter returns a meter that has measured nothing yet.
func NewMeter(disk Measurer, now func() time.Time) *Meter {
	return &Meter{disk: disk, now: now, known: map[string]reading{}}
}

// Used returns the bytes of an account's files.
func (m *Meter) Used(ctx context.Context, accountID string) (int64, error) {
	now := m.now()
	m.mu.Lock()
	r, ok := m.known[accountID]
	m.mu.Unlock()
	if ok && now.Sub(r.at) < meterAge && !r.at.After(now) {
		return r.bytes, nil
	}
	bytes, err := m.disk.Measure(ctx, accountID)
	if err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known[accountID] = reading{bytes: bytes, at: now}
	return bytes, nil
}

// count adds what a change has added; without a measurement there is nothing to
// add to.
func (m *Meter) count(accountID string, more int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r, ok := m.known[accountID]; ok {
		m.known[accountID] = reading{bytes: max(0, r.bytes+more), at: r.at}
	}
}

// forget lets the next question walk the disk.
func (m *Meter) forget(accountID string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.known, accountID)
}
