package file

import (
	"context"
	"sync"
	"time"
)

// Janitor calls Clean now and then, however often it is asked to sweep.
type Janitor struct {
	service   *Service
	olderThan time.Duration
	every     time.Duration
	mu        sync.Mutex
	last      time.Time
}

// Janitor returns one that removes what was abandoned for so long, at most once
// in every period.
func (s *Service) Janitor(olderThan, every time.Duration) *Janitor {
	return &Janitor{service: s, olderThan: olderThan, every: every}
}

// Sweep cleans if it is time to. What it removes is no end of anything, so that
// it always counts none.
func (j *Janitor) Sweep(ctx context.Context, _ string) (closed int, err error) {
	now, err := j.service.d.Clock.Now(ctx)
	if err != nil || !j.due(now) {
		return 0, err
	}
	return 0, j.service.Clean(ctx, j.olderThan)
}

func (j *Janitor) due(now time.Time) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if since := now.Sub(j.last); since >= 0 && since < j.every {
		return false
	}
	j.last = now
	return true
}
