package app_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// scene is a visit that is about to end, with everybody who can end it.
type scene struct {
	*house
	admin, support, reseller, customer place
	boss, actor, owner                 *client
	id, base                           string
}

// ending is one way in which a visit ends.
type ending struct {
	reason string
	mode   string                              // look, unless it says otherwise
	by     func(s *scene) place                // who is inside: support, unless it says otherwise
	before func(t *testing.T, s *scene)        // what has to be so already
	end    func(t *testing.T, s *scene)        // a minute and a half after the start
	lasts  time.Duration                       // how long the visit has lasted then
	said   string                              // what the notice says of the end
	out    string                              // the code of the actor's next answer
	reads  func(t *testing.T, s *scene) answer // who reads of it: the customer, unless it says otherwise
}

const untilTheEnd = 90 * time.Second

var endings = []ending{
	{reason: "stopped", said: "The visitor left.", end: func(_ *testing.T, s *scene) {
		s.actor.want(200, "POST", s.base+"/stop", nil)
	}},
	{reason: "idle", lasts: fifteen, said: "Closed automatically after 15 minutes without activity", end: func(_ *testing.T, s *scene) {
		s.clock.Advance(4 * time.Hour) // however late somebody looks
	}, out: "session-ended"},
	{reason: "expired", lasts: time.Hour, said: "a visit lasts at most 1 hour", end: func(_ *testing.T, s *scene) {
		for range 5 {
			s.clock.Advance(10 * time.Minute)
			s.actor.want(200, "POST", s.base+"/activity", nil)
		}
		s.clock.Advance(10 * time.Minute)
	}},
	{reason: "consent_revoked", said: "because you took your permission back", end: func(_ *testing.T, s *scene) {
		s.owner.want(200, "PUT", "/api/v1/me/access-policy", fields("policy", "locked"))
	}},
	{reason: "ended_by_subject", mode: "change", said: "You ended it.", end: func(_ *testing.T, s *scene) {
		s.owner.want(200, "POST", "/api/v1/impersonations/"+s.id+"/end", nil)
	}},
	{reason: "ended_by_owner", said: "Ended by reseller ", end: func(t *testing.T, s *scene) {
		s.seat(t, s.reseller).want(200, "POST", "/api/v1/impersonations/"+s.id+"/end", nil)
	}},
	{reason: "ended_by_admin", said: "Ended by admin ", end: func(_ *testing.T, s *scene) {
		s.boss.want(200, "POST", "/api/v1/impersonations/"+s.id+"/end", nil)
	}},
	{reason: "actor_logout", said: "The visitor signed out.", end: func(_ *testing.T, s *scene) {
		s.actor.want(204, "DELETE", "/api/v1/session", nil)
	}, out: "unauthenticated"},
	{reason: "actor_session_ended", said: "Ended because the visitor's sign-in ended.", end: func(t *testing.T, s *scene) {
		s.seat(t, s.support).want(204, "DELETE", "/api/v1/sessions/"+s.actor.sessionID(), nil)
	}, out: "session-ended"},
	{reason: "actor_disabled", said: "Ended because the visitor was blocked.", end: func(_ *testing.T, s *scene) {
		s.boss.want(200, "POST", "/api/v1/accounts/"+s.support.id+"/disable", fields("reason", "a test"))
	}, out: "session-ended"},
	{reason: "permission_lost", mode: "change", said: "no longer allowed", before: func(_ *testing.T, s *scene) {
		s.boss.want(201, "POST", "/api/v1/roles", role("nights", "change", "account:view", "mailbox:manage"))
		s.boss.want(200, "PATCH", "/api/v1/staff/"+s.support.person, fields("role", "nights"))
	}, end: func(_ *testing.T, s *scene) {
		s.boss.want(200, "PATCH", "/api/v1/roles/nights", fields("impersonate", "look"))
	}},
	{reason: "ownership_changed", said: "Ended because the account changed its owner.", by: func(s *scene) place { return s.reseller }, end: func(t *testing.T, s *scene) {
		heir := s.plant(t, "reseller", s.admin)
		s.boss.want(200, "POST", "/api/v1/accounts/"+s.customer.id+"/transfer", fields("owner_id", heir.id))
	}},
	{reason: "subject_suspended", mode: "change", said: "Ended because the account was suspended or blocked.", end: func(_ *testing.T, s *scene) {
		s.boss.want(200, "POST", "/api/v1/accounts/"+s.customer.id+"/suspend", fields("reason", "a test"))
	}},
	{reason: "subject_deleted", said: "Ended because the account was deleted.", end: func(_ *testing.T, s *scene) {
		s.boss.want(204, "DELETE", "/api/v1/accounts/"+s.customer.id, nil)
	}, reads: func(t *testing.T, s *scene) answer { // the customer has no page any more; his reseller has
		t.Helper()
		return s.seat(t, s.reseller).do("GET", "/api/v1/impersonations/"+s.id, nil)
	}},
	{reason: "superseded", said: "The visitor began another visit instead.", end: func(_ *testing.T, s *scene) {
		s.actor.want(201, "POST", "/api/v1/impersonations", wanting(person{AccountID: s.customer.id}, "supersede", true))
	}},
	{reason: "security", said: "Ended for safety: the visitor's password or second factor was changed.", before: func(t *testing.T, s *scene) {
		t.Helper()
		(&asker{client: s.actor, h: s.house, person: s.support.person}).givePassword(t)
	}, end: func(t *testing.T, s *scene) {
		s.seat(t, s.support).want(204, "PUT", "/api/v1/me/password", fields("current_password", everybodysPassword, "new_password", "four other words, as easily remembered"))
	}, out: "session-ended"},
}

// Every reason for which a visit ends is reached by somebody's click, or by
// nobody's, and each time it is written down once, at the right instant, told once
// and read by the customer.
func TestEveryEndReasonOverHTTP(t *testing.T) {
	t.Parallel()
	eachQuiet(t, func(t *testing.T, h *house) {
		for _, e := range endings {
			t.Run(e.reason, func(t *testing.T) { h.play(t, e) })
		}
	})
}

// seat is a browser in which the owner of the place has just signed in.
func (h *house) seat(t *testing.T, p place) *client {
	t.Helper()
	c, _ := h.as(t, p.person, p.id)
	return c
}

// staged returns a new tree of accounts, with somebody inside the customer's.
func (h *house) staged(t *testing.T, e ending) *scene {
	t.Helper()
	s := &scene{house: h}
	s.admin = h.plant(t, "admin", place{})
	s.support, s.reseller = h.plant(t, "support", s.admin), h.plant(t, "reseller", s.admin)
	s.customer = h.plant(t, "customer", s.reseller)
	s.boss, s.owner = h.seat(t, s.admin), h.seat(t, s.customer)
	inside := s.support
	if e.by != nil {
		inside = e.by(s)
	}
	s.actor = h.seat(t, inside)
	if e.before != nil {
		e.before(t, s)
	}
	mode := "look"
	if e.mode != "" {
		mode = e.mode
	}
	s.id, s.base = s.actor.visit(person{AccountID: s.customer.id}, mode)
	return s
}

func (h *house) play(t *testing.T, e ending) {
	s := h.staged(t, e)
	begun := h.clock.Now()
	h.clock.Advance(untilTheEnd)
	e.end(t, s)
	lasts := untilTheEnd
	if e.lasts > 0 {
		lasts = e.lasts
	}
	over := begun.Add(lasts).Format(time.RFC3339Nano)
	s.wantOut(t, e, over)
	s.wantRecorded(t, e, lasts)
	s.wantRead(t, e, over, lasts)
}

// wantOut checks what the actor is answered behind the end.
func (s *scene) wantOut(t *testing.T, e ending, over string) {
	t.Helper()
	if e.out != "" {
		s.actor.refused(http.StatusUnauthorized, e.out, "GET", s.base+"/api/v1/session", nil)
		return
	}
	for _, method := range []string{"GET", "POST"} {
		gone := s.actor.refused(http.StatusGone, "impersonation-ended", method, s.base+"/api/v1/domains", nil)
		if gone["end_reason"] != e.reason || gone["ended_at"] != over || gone["return_to"] != "/accounts?q=blue" {
			t.Errorf("behind the end %s answers %v, want %s at %s", method, gone, e.reason, over)
		}
	}
	page := s.actor.do("GET", s.base+"/domains", nil)
	if page.status != http.StatusGone {
		t.Errorf("a page of the visit = %d, want 410", page.status)
	}
	if end := s.actor.want(200, "POST", s.base+"/stop", nil); end["end_reason"] != e.reason || end["ended_at"] != over {
		t.Errorf("stopping it then answers %v, want what is stored", end)
	}
}

// wantRecorded checks the row, the one event and the one notice to each.
func (s *scene) wantRecorded(t *testing.T, e ending, lasts time.Duration) {
	t.Helper()
	for what, must := range map[string]struct {
		sql  string
		args []any
		want int
	}{
		"ends of that reason and duration": {`SELECT count(*) FROM impersonations WHERE id = ? AND end_reason = ? AND ended_at - started_at = ?`,
			[]any{s.id, e.reason, lasts.Microseconds()}, 1},
		"start events": {"SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND action = 'impersonation.start'", []any{s.id}, 1},
		"stop events":  {"SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND action = 'impersonation.stop'", []any{s.id}, 1},
		"stop events that say so": {"SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND action = 'impersonation.stop' AND after LIKE ? AND after LIKE ?",
			[]any{s.id, `%"end_reason":"` + e.reason + `"%`, fmt.Sprintf(`%%"duration_seconds":%d%%`, int(lasts.Seconds()))}, 1},
		"notices of the end to the customer": {"SELECT count(*) FROM notifications WHERE impersonation_id = ? AND event = 'impersonation.stop' AND account_id = ?",
			[]any{s.id, s.customer.id}, 1},
		"notices that say how it ended": {"SELECT count(*) FROM notifications WHERE impersonation_id = ? AND event = 'impersonation.stop' AND account_id = ? AND text LIKE ?",
			[]any{s.id, s.customer.id, "%" + e.said + "%"}, 1},
		"people told of the end who were not told of the start, or the other way": {`SELECT count(*) FROM (SELECT account_id FROM notifications WHERE impersonation_id = ?
			GROUP BY account_id HAVING count(*) <> 2) uneven`, []any{s.id}, 0},
	} {
		if got := s.count(t, must.sql, must.args...); got != must.want {
			t.Errorf("%s: %d, want %d", what, got, must.want)
		}
	}
}

// wantRead checks the page of who was here.
func (s *scene) wantRead(t *testing.T, e ending, over string, lasts time.Duration) {
	t.Helper()
	var page answer
	if e.reads != nil {
		page = e.reads(t, s)
	} else {
		page = s.seat(t, s.customer).do("GET", "/api/v1/me/access-history/"+s.id, nil)
	}
	v := page.body
	if page.status != 200 || v["state"] != "ended" || v["end_reason"] != e.reason || v["ended_at"] != over || v["duration_seconds"] != lasts.Seconds() {
		t.Errorf("whose account it is reads %d %s, want ended, %s at %s after %v", page.status, page.raw, e.reason, over, lasts)
	}
}
