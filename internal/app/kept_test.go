package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// I-20: what an earlier visit has set going is still the earlier visit's, and does
// nothing to the one that runs when it gets done.
func TestI20TaskOfAnOlderVisit(t *testing.T) {
	t.Parallel()
	eachQuiet(t, func(t *testing.T, h *house) {
		ada, school := h.signIn(t, "Ada Winter"), h.named(t, "Meadow School")
		older, base := ada.visit(school, "change", "reason", "Adding the second domain")
		ada.want(201, "POST", base+"/api/v1/domains", fields("name", "second.example"))
		h.clock.Advance(time.Minute)
		ada.want(200, "POST", base+"/stop", nil)
		newer, other := ada.visit(school, "look", "reason", "Looking whether it is there")
		if n := h.count(t, "SELECT count(*) FROM outbox WHERE done_at IS NULL AND impersonation_id = ?", older); n == 0 {
			t.Fatal("the older visit has set nothing going")
		}
		h.work(t)
		within(t, time.Minute, "all work is done", func() bool {
			h.clock.Advance(200 * time.Millisecond)
			return h.count(t, "SELECT count(*) FROM outbox WHERE done_at IS NULL") == 0
		})
		ada.want(200, "GET", other+"/api/v1/session", nil)
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND action <> 'impersonation.start'", newer); n != 0 {
			t.Errorf("%d events of the newer visit, want none but its start", n)
		}
		if n := h.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND end_reason = 'stopped' AND ended_at - started_at = 60000000", older); n != 1 {
			t.Error("the end of the older visit is not what it was")
		}
		ends := 0
		for _, letter := range h.letters(t, "head@meadowschool.example") {
			if strings.Contains(letter, "second.example") {
				ends++
			}
			if strings.Contains(letter, "second.example") && strings.Contains(letter, "Looking whether it is there") {
				t.Errorf("a mail tells two visits as one: %s", letter)
			}
		}
		if ends != 1 {
			t.Errorf("%d mails tell of the change, want that of the older visit's end", ends)
		}
	})
}

// I-21: the right to enter goes with the account, away and back; what was ended on
// the way stays ended.
func TestI21OwnershipMovedBothWays(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		rita, oskar, ada := h.signIn(t, "Northlight Studio"), h.signIn(t, "Seabright Media"), h.signIn(t, "Ada Winter")
		bakery := h.named(t, "Blue Door Bakery")
		give := func(to *client) {
			ada.want(200, "POST", "/api/v1/accounts/"+bakery.AccountID+"/transfer", fields("owner_id", to.who.AccountID))
		}
		_, beside := ada.visit(bakery, "look")
		for _, move := range []struct{ from, to *client }{{rita, oskar}, {oskar, rita}} {
			move.to.refused(403, "impersonation-denied", "POST", "/api/v1/impersonations", wanting(bakery))
			_, base := move.from.visit(bakery, "change")
			give(move.to)
			gone := move.from.refused(410, "impersonation-ended", "POST", base+"/api/v1/domains", fields("name", "late.example"))
			if gone["end_reason"] != "ownership_changed" {
				t.Errorf("the visit of who had the account ended for %v", gone["end_reason"])
			}
			move.from.refused(403, "impersonation-denied", "POST", "/api/v1/impersonations", wanting(bakery))
			_, now := move.to.visit(bakery, "look")
			move.to.want(200, "POST", now+"/stop", nil)
		}
		if n := h.count(t, "SELECT count(*) FROM impersonations WHERE end_reason = 'ownership_changed'"); n != 2 {
			t.Errorf("%d visits ended with the owner, want one each way", n)
		}
		ada.want(200, "GET", beside+"/api/v1/session", nil) // whose right does not come from the owner
	})
}

// I-23: what cannot be recorded is not done: neither a start, nor a change, nor an
// end. When the record is back, everything goes on where it was.
func TestI23AuditInsertFailing(t *testing.T) {
	t.Parallel()
	eachQuiet(t, func(t *testing.T, h *house) {
		s := h.staged(t, ending{mode: "change"})
		school := person{AccountID: h.plant(t, "customer", s.admin).id}
		attempts := []struct {
			status int
			do     func() answer
		}{
			{503, func() answer { return s.actor.do("POST", "/api/v1/impersonations", wanting(school)) }},
			{503, func() answer { return s.actor.do("POST", s.base+"/api/v1/domains", fields("name", "new.example")) }},
			{503, func() answer { return s.actor.do("PUT", s.base+content("/new.txt"), []byte("new")) }},
			{503, func() answer { return s.actor.do("POST", s.base+"/mode", fields("mode", "look")) }},
			{503, func() answer { return s.actor.do("POST", s.base+"/stop", nil) }},
			{503, func() answer { return s.owner.do("POST", "/api/v1/impersonations/"+s.id+"/end", nil) }},
			{503, func() answer { return s.owner.do("PUT", "/api/v1/me/access-policy", fields("policy", "locked")) }},
			{503, func() answer { return s.actor.do("DELETE", "/api/v1/session", nil) }},
			// What is refused anyway stays refused.
			{403, func() answer {
				return s.actor.do("POST", "/api/v1/impersonations", wanting(person{AccountID: s.admin.id}))
			}},
			{403, func() answer { return s.actor.do("POST", s.base+"/api/v1/me/recovery-codes", nil) }},
		}
		before := h.snapshot(t)
		h.exec(t, "ALTER TABLE audit_events RENAME TO audit_events_away")
		for i, attempt := range attempts {
			a := attempt.do()
			if a.status != attempt.status || a.status == 503 && (a.body["code"] != "audit-unavailable" || a.header.Get("Retry-After") == "") {
				t.Errorf("attempt %d without a record = %d %s, want %d", i, a.status, a.raw, attempt.status)
			}
		}
		h.exec(t, "ALTER TABLE audit_events_away RENAME TO audit_events")
		h.wantUnchanged(t, "what could not be recorded", before)
		s.actor.want(201, "POST", s.base+"/api/v1/domains", fields("name", "new.example"))
		s.actor.want(200, "POST", s.base+"/stop", nil)
	})
}

// I-24: whoever is called otherwise later stands in the record as he was called
// then.
func TestI24NamesRenamedLater(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		s := h.staged(t, ending{mode: "change"})
		s.actor.want(201, "POST", s.base+"/api/v1/domains", fields("name", "new.example"))
		s.actor.want(200, "POST", s.base+"/stop", nil)
		path := "/api/v1/me/access-history/" + s.id
		before := s.owner.do("GET", path, nil)
		version := h.count(t, "SELECT version FROM accounts WHERE id = ?", s.customer.id)
		s.boss.want(200, "PATCH", "/api/v1/accounts/"+s.customer.id, fields("name", "Another Name"), "If-Match", fmt.Sprintf(`"%d"`, version))
		h.exec(t, "UPDATE people SET name = 'Nobody' WHERE id = ?", s.support.person)
		h.exec(t, "UPDATE accounts SET company = 'Nowhere' WHERE id = ?", s.admin.id)
		if after := s.owner.do("GET", path, nil); string(after.raw) != string(before.raw) || !strings.Contains(string(after.raw), s.customer.name) {
			t.Errorf("the visit reads %s, want as before %s", after.raw, before.raw)
		}
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND (actor_name = 'Nobody' OR account_name = 'Another Name')", s.id); n != 0 {
			t.Errorf("%d events of the visit have the new names", n)
		}
	})
}

// I-25: a clock that was set back makes no visit shorter than what was done in it,
// and none of negative length.
func TestI25ClockSteppedBackBeforeStop(t *testing.T) {
	t.Parallel()
	eachQuiet(t, func(t *testing.T, h *house) {
		for what, c := range map[string]struct {
			active time.Duration
			end    func(s *scene) map[string]any
		}{
			"before anything was done": {0, func(s *scene) map[string]any { return s.actor.want(200, "POST", s.base+"/stop", nil) }},
			"after something was done": {10 * time.Minute, func(s *scene) map[string]any { return s.actor.want(200, "POST", s.base+"/stop", nil) }},
			"and the customer ends it": {10 * time.Minute, func(s *scene) map[string]any {
				return s.owner.want(200, "POST", "/api/v1/impersonations/"+s.id+"/end", nil)
			}},
		} {
			s := h.staged(t, ending{mode: "change"})
			h.clock.Advance(c.active)
			s.actor.want(201, "POST", s.base+"/api/v1/domains", fields("name", "d"+strings.TrimPrefix(s.id, "imp_")+".example"))
			h.clock.Advance(-time.Hour)
			end := c.end(s)
			if end["duration_seconds"] != c.active.Seconds() || end["active_seconds"] != c.active.Seconds() {
				t.Errorf("%s: it lasted %v, active %v, want %v", what, end["duration_seconds"], end["active_seconds"], c.active)
			}
			s.actor.refused(410, "impersonation-ended", "GET", s.base+"/api/v1/session", nil)
			h.clock.Advance(time.Hour)
		}
	})
}

// I-27: what staff, resellers and the provider change without a visit stands on
// the customer's page as well, each in its author's name, and what he does himself
// does not.
func TestI27DirectChangesOnTheCustomersPage(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		owner := h.signIn(t, "Blue Door Bakery")
		account := owner.who.AccountID
		want := map[string]bool{"Northlight Studio created the account Blue Door Bakery.": true}
		for name, address := range map[string]string{"Ada Winter": "a@bluedoor.example", "Samir Okafor": "s@bluedoor.example", "Northlight Studio": "n@bluedoor.example"} {
			h.signIn(t, name).want(201, "POST", "/api/v1/mailboxes", fields("address", address, "account_id", account))
			want[name+" created the mailbox "+address+"."] = true
		}
		ada := h.signIn(t, "Ada Winter")
		ada.want(200, "POST", "/api/v1/accounts/"+account+"/suspend", fields("reason", "a test"))
		ada.want(200, "POST", "/api/v1/accounts/"+account+"/unsuspend", nil)
		want["Ada Winter suspended the account Blue Door Bakery: a test"], want["Ada Winter lifted the suspension of the account Blue Door Bakery."] = true, true
		owner.want(201, "POST", "/api/v1/mailboxes", fields("address", "own@bluedoor.example"))
		for _, change := range list(owner.want(200, "GET", "/api/v1/me/access-history", nil), "direct_changes") {
			sentence := fmt.Sprint(change["sentence"])
			if !want[sentence] {
				t.Errorf("the page tells %q, which nobody else did", sentence)
			}
			delete(want, sentence)
		}
		for sentence := range want {
			t.Errorf("the page does not tell %q", sentence)
		}
	})
}
