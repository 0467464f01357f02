package audit_test

import (
	"testing"

	"innkeeper/internal/audit"
)

var actionSay = audit.NewAction("test.say", "{actor} said: “{reason}”.")

// A reason that ends with a full stop does not give its sentence two.
func TestASentenceEndsOnce(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{
		"The mailbox is full.": "Anna said: “The mailbox is full”.",
		"The mailbox is full":  "Anna said: “The mailbox is full”.",
		"Is it full?":          "Anna said: “Is it full?”.",
	} {
		e := audit.Event{Action: actionSay.String(), Reason: reason, Actor: audit.Actor{Name: "Anna"}}
		if got := e.Sentence(); got != want {
			t.Errorf("Sentence() = %q, want %q", got, want)
		}
	}
}
