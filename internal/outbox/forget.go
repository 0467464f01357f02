package outbox

import (
	"context"
	"time"
)

// Kept is how long a promise stays after it was done, for whoever asks what became
// of it. What failed stays until somebody looks after it.
const Kept = 14 * 24 * time.Hour

// forgetAtOnce bounds one transaction: more is left for the next sweep.
const forgetAtOnce = 1000

// Sweep removes what was done long ago. It ends nothing, so that it counts none.
func (s *Service) Sweep(ctx context.Context, _ string) (closed int, err error) {
	now, err := s.clock.Now(ctx)
	if err != nil {
		return 0, err
	}
	_, err = s.store.Forget(ctx, now.Add(-Kept), forgetAtOnce)
	return 0, err
}
