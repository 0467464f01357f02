package testkit

import (
	"sync"
	"time"
)

// Clock stands still until it is moved. Many may read and move it at once.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock returns a clock that shows the given time.
func NewClock(at time.Time) *Clock { return &Clock{at: at} }

// Now returns what it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Advance moves it, back when the duration is negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}
