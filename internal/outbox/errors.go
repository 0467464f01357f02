package outbox

import (
	"errors"
	"fmt"
	"time"

	"innkeeper/internal/fault"
)

// ErrNotFound is the answer for a promise that is not there or already kept.
var ErrNotFound = fault.New(fault.NotFound, "job-not-found", "There is no such job, or it has been done already.")

// ErrLost says that the lease ran out meanwhile and another worker has the
// promise now: what it does counts.
var ErrLost = fault.New(fault.Gone, "job-lost", "Another worker has taken the job over.")

// notYet is no failure: the work has to wait for something else.
type notYet struct {
	after time.Duration
	why   string
}

// NotYet returns what a job answers when it can do nothing for now. The promise
// stays open and is tried again after the given time; no attempt is counted.
func NotYet(after time.Duration, why string) error { return notYet{after: after, why: why} }

// Error says what is waited for.
func (n notYet) Error() string { return fmt.Sprintf("not yet: %s", n.why) }

// Postponed reports whether the error is NotYet, and for how long.
func Postponed(err error) (after time.Duration, why string, ok bool) {
	var n notYet
	if !errors.As(err, &n) {
		return 0, "", false
	}
	return n.after, n.why, true
}
