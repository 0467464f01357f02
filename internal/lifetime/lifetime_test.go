package lifetime_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"innkeeper/internal/lifetime"
)

var ten = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

func at(minutes float64) time.Time { return ten.Add(time.Duration(minutes * float64(time.Minute))) }

func TestSettle(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		last       float64 // minutes after the start
		expires    float64
		now        float64
		wantEnd    float64
		wantReason string
	}{
		{"stopped in time", 10, 60, 12, 12, "stopped"},
		{"idle, read at once", 10, 60, 25, 25, lifetime.Idle},
		{"idle, read an hour late", 10, 60, 95, 25, lifetime.Idle},
		{"cap", 50, 60, 61, 60, lifetime.Expired},
		{"cap before idle, read late", 50, 60, 500, 60, lifetime.Expired},
		{"both at once count as the cap", 45, 60, 60, 60, lifetime.Expired},
		{"a clock stepped back", 10, 60, 5, 10, "stopped"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := lifetime.Span{StartedAt: ten, LastActivity: at(test.last), IdleTimeout: 15 * time.Minute, ExpiresAt: at(test.expires)}
			end, reason := s.Settle(at(test.now), "stopped")
			if !end.Equal(at(test.wantEnd)) || reason != test.wantReason {
				t.Errorf("Settle(%v) = %v, %s, want %v, %s", at(test.now), end, reason, at(test.wantEnd), test.wantReason)
			}
		})
	}
}

// The end of a stay depends on the facts alone: whoever settles it later, and
// however often, gets the same, and authority never outlives a deadline.
func TestSettleProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		micros := func(name string, most int64) time.Duration {
			return time.Duration(rapid.Int64Range(0, most).Draw(t, name)) * time.Microsecond
		}
		s := lifetime.Span{StartedAt: ten, IdleTimeout: micros("idle", 3_600_000_000) + time.Microsecond, ExpiresAt: ten.Add(micros("cap", 7_200_000_000))}
		s.LastActivity = ten.Add(min(micros("last", 7_200_000_000), s.ExpiresAt.Sub(ten)))
		now := s.LastActivity.Add(micros("now", 20_000_000_000))
		end, reason := s.Settle(now, "stopped")

		if end.Before(s.LastActivity) || end.After(s.ExpiresAt) || end.After(s.IdleAt()) || end.After(now) {
			t.Fatalf("Settle(%v) ends at %v, outside of what is possible for %+v", now, end, s)
		}
		if dead := s.Dead(now); dead != (reason != "stopped") {
			t.Fatalf("Dead(%v) = %v, but the reason is %s", now, dead, reason)
		}
		if s.Dead(now) {
			later, again := s.Settle(now.Add(micros("later", 1_000_000_000)), "ended_by_admin")
			if !later.Equal(end) || again != reason {
				t.Fatalf("settled later: %v, %s, want %v, %s", later, again, end, reason)
			}
		}
		if m := s.Measure(end); m.Duration < 0 || m.Active < 0 || m.Active > m.Duration {
			t.Fatalf("Measure(%v) = %+v", end, m)
		}
	})
}
