package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// I-14: what the customer has not read stays unread, whatever the visitor opens
// and tries.
func TestI14UnreadStaysUnread(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		owner, ada := h.signIn(t, "Meadow School"), h.signIn(t, "Ada Winter")
		_, earlier := ada.visit(owner.who, "look")
		ada.want(200, "POST", earlier+"/stop", nil)
		_, base := ada.visit(owner.who, "change")
		told := list(ada.want(200, "GET", base+"/api/v1/notifications", nil), "notifications")
		if len(told) != 3 {
			t.Fatalf("there are %d notices, want three", len(told))
		}
		for _, path := range []string{"/dashboard", "/me/access-history", "/events?follow=false", "/notifications?page_size=1"} {
			ada.want(200, "GET", base+"/api/v1"+path, nil)
		}
		for _, n := range told {
			id, _ := n["id"].(string)
			ada.refused(403, "closed-while-acting", "POST", base+"/api/v1/notifications/"+id+"/read", nil)
			ada.refused(404, "notification-not-found", "POST", "/api/v1/notifications/"+id+"/read", nil) // nor as herself
		}
		if got := owner.want(200, "GET", "/api/v1/notifications", nil); got["unread"] != 3.0 || h.count(t, "SELECT count(*) FROM notifications WHERE read_at IS NOT NULL") != 0 {
			t.Errorf("the customer has %v unread notices, want all three", got["unread"])
		}
	})
}

// I-15: nothing moves that belongs to the customer's own life: whatever can be done
// in a visit is done, and his people, his sign-ins, his second factor and what he
// was told are as they were.
func TestI15LastSignInUntouched(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			m := newMatrix(t, engine.fill(t))
			_, visits := m.populate(t)
			subject := visits[0].subject
			m.seat(t, subject.home) // signed in besides
			m.exec(t, "UPDATE people SET last_sign_in_at = 7 WHERE id = ?", subject.person)
			m.giveFactor(t, subject.person, true)
			of := func() map[string][]string {
				return map[string][]string{
					"people":         m.rowsOf(t, "people", "id", subject.person),
					"sign-ins":       m.rowsOf(t, "login_sessions", "person_id", subject.person),
					"second factors": m.rowsOf(t, "second_factors", "person_id", subject.person),
					"roles":          m.rowsOf(t, "account_people", "account_id", subject.home.id),
					"notices":        m.rowsOf(t, "notifications", "account_id", subject.home.id),
					"the policy":     m.rowsOf(t, "access_policies", "account_id", subject.home.id),
				}
			}
			before := of()
			m.clock.Advance(time.Minute)
			m.askInVisit(t, visits[0]) // to look
			m.askInVisit(t, visits[1]) // to change
			for what, rows := range of() {
				if gone := without(before[what], rows); len(gone) > 0 {
					t.Errorf("%s: %v stands otherwise now: %v", what, gone, rows)
				}
			}
		})
	}
}

// rowsOf returns the rows of a table about somebody.
func (h *house) rowsOf(t *testing.T, table, column, id string) []string {
	t.Helper()
	return slices.DeleteFunc(h.rows(t, table, nil), func(row string) bool { return !strings.Contains(row, `"`+column+`":"`+id+`"`) })
}

// I-16: nothing that lets anybody in later is made, changed or read in a visit,
// by any way, and no answer under its prefix sets a cookie.
func TestI16MintedCredentials(t *testing.T) {
	t.Parallel()
	eachQuiet(t, func(t *testing.T, h *house) {
		for _, s := range []*scene{h.staged(t, ending{mode: "change"}), h.staged(t, ending{mode: "look"})} {
			email := s.customer.id + "@test.example"
			before := h.snapshot(t)
			for _, a := range []request{
				put("/me/password", fields("current_password", "x", "new_password", everybodysPassword)),
				post("/session", fields("login", email, "password", everybodysPassword)),
				post("/session/step-up", fields("password", everybodysPassword)),
				get("/me/second-factor"), post("/me/second-factor/totp", nil), post("/me/second-factor/totp/confirm", fields("code", "000000")),
				remove("/me/second-factor"), post("/me/recovery-codes", nil), get("/sessions"), remove("/sessions/" + s.customer.session),
				post("/invitations/accept", fields("token", s.customer.token, "password", everybodysPassword)),
				{method: "PATCH", path: "/accounts/" + s.customer.id, body: fields("email", "mine@evil.example"), header: []string{"If-Match", `"1"`}},
				post("/mailboxes", fields("address", "x@"+s.customer.host, "password", everybodysPassword)),
				put("/mailboxes/"+s.customer.mailbox+"/password", fields("password", everybodysPassword)),
				post("/me/mailbox-unlocks", fields("mailbox_id", s.customer.mailbox, "hours", 1)),
				put("/me/access-policy", fields("policy", "open")), post("/me/access-requests/"+s.customer.asked+"/approve", nil),
				post("/access-requests/answer", fields("token", s.customer.link, "answer", "approve")),
				post("/impersonations", wanting(person{AccountID: s.customer.id})),
				post("/roles", role("mine", "change")), {method: "PATCH", path: "/staff/" + s.support.person, body: fields("role", "support")},
			} {
				got := s.actor.do(a.method, s.base+"/api/v1"+a.path, a.body, a.header...)
				if got.status != 403 || got.header.Get("Set-Cookie") != "" {
					t.Errorf("%s %s = %d %s with the cookie %q, want 403", a.method, a.path, got.status, got.raw, got.header.Get("Set-Cookie"))
				}
			}
			h.wantUnchanged(t, "trying to make credentials", before)
		}
	})
}
