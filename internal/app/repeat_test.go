package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// under sends a write under a key.
func (c *client) under(key, method, path string, body any) answer {
	c.t.Helper()
	return c.do(method, path, body, "Idempotency-Key", key)
}

func (c *client) mailboxes(base string) int {
	c.t.Helper()
	return len(list(c.want(200, "GET", base+"/api/v1/mailboxes", nil), "mailboxes"))
}

// A write that is sent again under its key has one effect and the same answer, for the same
// sender and the same request, for three days.
func TestARequestSentAgainHasOneEffect(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila := h.signIn(t, "Blue Door Bakery")
		before := mila.mailboxes("")
		const path = "/api/v1/mailboxes"
		body := fields("address", "again@bluedoor.example")
		first := mila.under("key-1", "POST", path, body)
		wantAnswer(t, "the first", first, 201, "")
		if first.header.Get("Idempotent-Replayed") != "" {
			t.Error("the first answer says that it is one of before")
		}
		for _, c := range []*client{mila, h.signIn(t, "Blue Door Bakery")} { // by another session of the same person, too
			again := c.under("key-1", "POST", path, body)
			if again.status != 201 || string(again.raw) != string(first.raw) || again.header.Get("Idempotent-Replayed") != "true" ||
				again.header.Get("Location") != first.header.Get("Location") || again.header.Get("ETag") != first.header.Get("ETag") || again.header.Get("Content-Type") != first.header.Get("Content-Type") {
				t.Errorf("sent again: %d %s %v, want %s %v", again.status, again.raw, again.header, first.raw, first.header)
			}
		}
		wantAnswer(t, "another request", mila.under("key-1", "POST", path, fields("address", "other@bluedoor.example")), 422, "idempotency-key-used")
		wantAnswer(t, "the same key for another operation", mila.under("key-1", "PATCH", "/api/v1/mailboxes/"+fmt.Sprint(first.body["id"]), fields("quota_bytes", 1<<20)), 200, "")
		for _, bad := range []string{strings.Repeat("k", 256), "a b", "ä"} {
			wantAnswer(t, "the key "+bad, mila.under(bad, "POST", path, body), 422, "idempotency-key-invalid")
		}
		wantAnswer(t, "under another key", mila.under("key-2", "POST", path, body), 409, "mailbox-taken")
		mila.want(204, "DELETE", "/api/v1/mailboxes/"+fmt.Sprint(first.body["id"]), nil)
		wantAnswer(t, "what was refused, again", mila.under("key-2", "POST", path, body), 201, "")
		if n := mila.mailboxes(""); n != before+1 {
			t.Errorf("there are %d mailboxes, want %d", n, before+1)
		}

		other := h.signIn(t, "Fern & Fable Books")
		wantAnswer(t, "somebody else", other.under("key-1", "POST", path, fields("address", "again@fernfable.example")), 201, "")
		ada := h.signIn(t, "Ada Winter")
		_, base := ada.visit(other.who, "change")
		wantAnswer(t, "in a visit", ada.under("key-1", "POST", base+path, fields("address", "third@fernfable.example")), 201, "")
		ada.want(200, "POST", base+"/stop", nil)
		wantAnswer(t, "when the visit is over", ada.under("key-1", "POST", base+path, fields("address", "third@fernfable.example")), 410, "impersonation-ended")

		h.clock.Advance(73 * time.Hour)
		mila = h.signIn(t, "Blue Door Bakery")
		wantAnswer(t, "three days later", mila.under("key-2", "POST", path, body), 409, "mailbox-taken")
	})
}

// A hundred at once have one effect; who comes while it is done is told so.
func TestAHundredUnderOneKeyHaveOneEffect(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila := h.signIn(t, "Blue Door Bakery")
		before := mila.mailboxes("")
		events := func() int { return h.count(t, "SELECT count(*) FROM audit_events WHERE action = 'mailbox.create'") }
		recorded := events()
		got := statuses(atOnce(times(100, func(int) answer {
			return mila.under("storm", "POST", "/api/v1/mailboxes", fields("address", "storm@bluedoor.example"))
		})...))
		if got[201] < 1 || got[201]+got[409] != 100 {
			t.Errorf("a hundred at once are answered %v, want 201 and 409", got)
		}
		if n := mila.mailboxes(""); n != before+1 || events() != recorded+1 {
			t.Errorf("there are %d mailboxes and %d events more, want one of each", n-before, events()-recorded)
		}
		wantAnswer(t, "behind them", mila.under("storm", "POST", "/api/v1/mailboxes", fields("address", "storm@bluedoor.example")), 201, "")
	})
}

// When the process ended between what it did and its answer, it is not done again. What
// was not done is done.
func TestAnAnswerThatWasLostIsNotDoneAgain(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila := h.signIn(t, "Blue Door Bakery")
		send := func() answer {
			return mila.under("lost", "POST", "/api/v1/mailboxes", fields("address", "lost@bluedoor.example"))
		}
		wantAnswer(t, "the first", send(), 201, "")
		h.exec(t, "UPDATE idempotency_keys SET answer = ''")
		lost := send()
		if wantAnswer(t, "without its answer", lost, 409, "idempotency-key-unanswered"); lost.header.Get("Retry-After") != "2" {
			t.Errorf("Retry-After is %q, want 2", lost.header.Get("Retry-After"))
		}
		if n := h.count(t, "SELECT count(*) FROM mailboxes WHERE address = 'lost@bluedoor.example'"); n != 1 {
			t.Errorf("there are %d mailboxes, want 1", n)
		}
	})
}

// D-01: an answer that is kept holds its secret sealed, and tells it to nobody else.
func TestD01KeptAnswersAreSealed(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila := h.signIn(t, "Blue Door Bakery")
		body := fields("name", "A program", "scopes", []string{"domains:read"}, "expires_in_days", 30)
		made := mila.under("secret", "POST", "/api/v1/tokens", body)
		wantAnswer(t, "the token", made, 201, "")
		secret := fmt.Sprint(made.body["secret"])
		if len(secret) < 30 {
			t.Fatalf("the token is %s", made.raw)
		}
		if n := h.count(t, "SELECT count(*) FROM idempotency_keys WHERE answer <> ''"); n != 1 {
			t.Fatalf("%d answers are kept, want 1", n)
		}
		if n := h.count(t, "SELECT count(*) FROM idempotency_keys WHERE answer LIKE ? OR key LIKE '%secret%'", "%"+secret+"%"); n != 0 {
			t.Error("the answer is kept in the clear")
		}
		if again := mila.under("secret", "POST", "/api/v1/tokens", body); again.status != 201 || again.body["secret"] != secret {
			t.Errorf("sent again: %d %s", again.status, again.raw)
		}
		if n := h.count(t, "SELECT count(*) FROM api_tokens"); n != 1 {
			t.Errorf("there are %d tokens, want 1", n)
		}
	})
}
