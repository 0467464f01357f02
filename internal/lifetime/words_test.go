package lifetime_test

import (
	"testing"
	"time"

	"innkeeper/internal/lifetime"
)

func TestInWords(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0:                             "0 seconds",
		400 * time.Millisecond:        "0 seconds",
		time.Second:                   "1 second",
		59*time.Second + 600e6:        "1 minute",
		105 * time.Second:             "1 minute 45 seconds",
		15 * time.Minute:              "15 minutes",
		time.Hour:                     "1 hour",
		25*time.Hour + 61*time.Second: "25 hours 1 minute 1 second",
	} {
		if got := lifetime.InWords(d); got != want {
			t.Errorf("InWords(%v) = %q, want %q", d, got, want)
		}
	}
}
