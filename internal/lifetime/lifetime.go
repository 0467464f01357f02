// Package lifetime owns how a bounded stay ends: a login session or an
// impersonation that may be stopped, goes idle, or meets its cap. It is
// arithmetic alone; who stores the stay and who is told is left to the rooms.
//
//	ACTIVE ── stopped, revoked ──▶ ENDED   at the clock of the commit
//	   │ ──── idle deadline ─────▶ ENDED   at last activity + idle timeout
//	   └───── cap ───────────────▶ ENDED   at the cap
package lifetime

import "time"

// The two ends that no one has to ask for.
const (
	Idle    = "idle"
	Expired = "expired"
)

// Span is a stay that has not been ended yet.
type Span struct {
	StartedAt    time.Time
	LastActivity time.Time
	IdleTimeout  time.Duration
	ExpiresAt    time.Time
}

// IdleAt returns the instant at which the stay ends if nothing more is done.
func (s Span) IdleAt() time.Time { return s.LastActivity.Add(s.IdleTimeout) }

// Deadline returns the earlier of the idle deadline and the cap.
func (s Span) Deadline() time.Time {
	if idle := s.IdleAt(); idle.Before(s.ExpiresAt) {
		return idle
	}
	return s.ExpiresAt
}

// Dead reports whether authority has ended at t, written down or not. The
// deadline itself is already dead.
func (s Span) Dead(t time.Time) bool { return !s.Deadline().After(t) }

// Settle returns when and why the stay ended, read at t, for somebody who wants
// it ended for the reason wanted. A deadline that has passed wins over the
// wish: the result depends on the facts alone, never on how late it is read.
func (s Span) Settle(t time.Time, wanted string) (endedAt time.Time, reason string) {
	endedAt, reason = t, wanted
	if deadline := s.Deadline(); !deadline.After(t) {
		endedAt = deadline
		reason = Idle
		if !s.ExpiresAt.After(s.IdleAt()) {
			reason = Expired
		}
	}
	if endedAt.Before(s.LastActivity) {
		endedAt = s.LastActivity // a clock stepped back: never before what was done
	}
	return endedAt, reason
}

// Record is how a stay ended, as it is shown to people.
type Record struct {
	Duration time.Duration // from the start to the end of authority
	Active   time.Duration // from the start to the last action
}

// Measure returns the durations of a stay that ended at the given instant.
func (s Span) Measure(endedAt time.Time) Record {
	return Record{Duration: endedAt.Sub(s.StartedAt), Active: s.LastActivity.Sub(s.StartedAt)}
}
