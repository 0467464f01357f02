package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/ident"
)

// stopForm is Leave account as the page sends it, with the script blocked.
func (c *client) stopForm(base, csrf string) answer {
	c.t.Helper()
	return c.do("POST", base+"/stop", "csrf_token="+csrf+"&return_to=https%3A%2F%2Fevil.example%2F&end_reason=expired",
		"Content-Type", "application/x-www-form-urlencoded", "X-CSRF-Token", "")
}

// I-01: stopping takes nothing but the path, and its path is that of one's own
// visit alone.
func TestI01ForgedStopParameters(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		samir, ada := h.signIn(t, "Samir Okafor"), h.signIn(t, "Ada Winter")
		id, base := samir.visit(h.named(t, "Meadow School"), "look")
		_, form := samir.visit(h.named(t, "Hollis & Daughters"), "look")
		other, _ := ada.visit(h.named(t, "Hollis & Daughters"), "look")
		h.clock.Advance(time.Minute)
		for what, c := range map[string]*client{
			"an admin": ada, "the customer": h.signIn(t, "Meadow School"), "himself by another sign-in": h.signIn(t, "Samir Okafor"),
		} {
			for _, path := range []string{base, form} {
				if a := c.do("POST", path+"/stop", nil); a.status != 404 {
					t.Errorf("%s stops it: %d %s, want 404", what, a.status, a.raw)
				}
			}
		}
		samir.refused(422, "invalid", "POST", base+"/stop?return_to=https://evil.example/", nil)
		samir.refused(403, "csrf-token", "POST", base+"/stop", nil, "X-CSRF-Token", "made-up")
		for _, csrf := range []string{"", "made-up", ada.csrf} {
			if a := samir.stopForm(form, csrf); a.status != 403 {
				t.Errorf("the form with the token %q = %d, want 403", csrf, a.status)
			}
		}
		if n := h.count(t, "SELECT count(*) FROM impersonations WHERE ended_at IS NULL"); n != 3 {
			t.Fatalf("%d visits run, want the three that nobody could stop", n)
		}
		end := samir.want(200, "POST", base+"/stop", fields("impersonation_id", other, "return_to", "https://evil.example/", "end_reason", "expired",
			"ended_at", "2020-01-01T00:00:00Z", "duration_seconds", 1))
		if end["end_reason"] != "stopped" || end["duration_seconds"] != 60.0 || end["return_to"] != "/accounts?q=blue" {
			t.Errorf("stopping with forged parameters answers %v", end)
		}
		if a := samir.stopForm(form, samir.csrf); a.status != http.StatusSeeOther || a.header.Get("Location") != "/accounts?q=blue" {
			t.Errorf("the forged form leads to %d %q, want back where he was", a.status, a.header.Get("Location"))
		}
		if n := h.count(t, "SELECT count(*) FROM impersonations WHERE ended_at IS NULL AND id = ?", other); n != 1 {
			t.Errorf("the visit that was named in the body has ended; %s was to be", id)
		}
	})
}

// I-02: whoever has lost the right since can still leave.
func TestI02StopAfterDemotion(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		for what, c := range map[string]struct {
			demote func(s *scene)
			want   string
		}{
			"by the page of roles": {func(s *scene) {
				s.boss.want(200, "PATCH", "/api/v1/staff/"+s.support.person, fields("role", "reporting"))
			}, "permission_lost"},
			"behind the program's back": {func(s *scene) {
				h.exec(t, "UPDATE account_people SET role = 'reporting' WHERE person_id = ?", s.support.person)
			}, "stopped"},
		} {
			s := h.staged(t, ending{mode: "change"})
			h.clock.Advance(time.Minute)
			c.demote(s)
			if end := s.actor.want(200, "POST", s.base+"/stop", nil); end["end_reason"] != c.want || end["duration_seconds"] != 60.0 {
				t.Errorf("%s: stopping answers %v, want %s after a minute", what, end, c.want)
			}
			s.actor.want(200, "GET", "/api/v1/session", nil)
			s.actor.refused(403, "impersonation-denied", "POST", "/api/v1/impersonations", wanting(person{AccountID: s.customer.id}))
		}
	})
}

// I-03: no gate that the subject or the actor would meet keeps the actor inside:
// the banner stands on every page, and Leave account works, as a form too.
func TestI03StopUnderEveryGate(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			h := engine.fill(t)
			h.environ = append(h.environ, "INNKEEPER_REQUIRE_SECOND_FACTOR=all") // which nobody has
			h.serve(t, "--worker=false")
			for _, g := range []struct{ gate, sql string }{
				{"no second factor", ""},
				{"the account is suspended", "UPDATE accounts SET suspended_at = 1 WHERE id = ?subject"},
				{"the account is blocked", "UPDATE accounts SET disabled_at = 1 WHERE id = ?subject"},
				{"the account is locked", "INSERT INTO access_policies (account_id, policy, changed_at) VALUES (?subject, 'locked', 1)"},
				{"the account is deleted", "UPDATE accounts SET deleted_at = 1 WHERE id = ?subject"},
				{"the account has another owner", "UPDATE accounts SET owner_id = ?actor, path = '/elsewhere/' WHERE id = ?subject"},
				{"the actor's account is suspended", "UPDATE accounts SET suspended_at = 1 WHERE id = ?actor"},
				{"the actor has no role any more", "DELETE FROM account_people WHERE account_id = ?subject"},
				{"the proof is old", "UPDATE login_sessions SET proved_at = 0 WHERE account_id = ?actor"},
			} {
				t.Run(g.gate, func(t *testing.T) { h.leaveUnder(t, g.sql) })
			}
		})
	}
}

// leaveUnder puts somebody into an account, shuts a gate, and lets him out: once
// with the script and once without.
func (h *house) leaveUnder(t *testing.T, gate string) {
	admin := h.plant(t, "admin", place{})
	support, customer := h.plant(t, "support", admin), h.plant(t, "customer", admin)
	h.exec(t, "DELETE FROM passkeys WHERE person_id = ?", support.person)
	actor, session := h.as(t, support.person, support.id)
	s := &script{h: h}
	first, second := s.visit(support.person, support.id, session, customer, "look"), s.visit(support.person, support.id, session, h.plant(t, "customer", admin), "look")
	s.run(t)
	actor.refused(403, "second-factor-required", "GET", "/as/"+first+"/api/v1/domains", nil)
	if page := actor.do("GET", "/as/"+first+"/mailboxes", nil); page.status != 200 || !strings.Contains(string(page.raw), `action="/as/`+first+`/stop"`) {
		t.Errorf("the page = %d %s, want the banner with its form", page.status, page.raw)
	}
	if gate != "" {
		h.exec(t, strings.NewReplacer("?subject", "'"+customer.id+"'", "?actor", "'"+support.id+"'").Replace(gate))
	}
	if end := actor.want(200, "POST", "/as/"+first+"/stop", nil); end["end_reason"] != "stopped" {
		t.Errorf("stopping answers %v", end)
	}
	if a := actor.stopForm("/as/"+second, actor.csrf); a.status != http.StatusSeeOther {
		t.Errorf("the form = %d %s, want the way back", a.status, a.raw)
	}
	if n := h.count(t, "SELECT count(*) FROM impersonations WHERE id IN (?, ?) AND end_reason = 'stopped'", first, second); n != 2 {
		t.Errorf("%d visits were left, want both", n)
	}
}

// I-04: what was a visit opens nothing any more: every operation of the document
// answers that it is over, and none is done in the actor's own name.
func TestI04ReplayOfEndedPrefix(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			m := newMatrix(t, engine.fill(t))
			_, visits := m.populate(t)
			c := m.visitor(t, visits[1]) // an admin, making changes
			end := c.want(200, "POST", c.base+"/stop", nil)
			last := m.count(t, "SELECT max(seq) FROM audit_events")
			for _, op := range operations() {
				if op.id == "stopImpersonation" {
					continue
				}
				x := visits[1].subject.home
				x.visit, x.heir = c.visit, m.heirs[x.kind]
				r := op.call(t, c, x)
				for _, body := range []any{r.body, nil} { // also what could not be read
					if body == nil && r.method == "GET" {
						continue
					}
					gone := c.refused(http.StatusGone, "impersonation-ended", r.method, c.where(r, false), body, r.header...)
					if gone["end_reason"] != "stopped" || gone["ended_at"] != end["ended_at"] {
						t.Errorf("%s answers %v, want how it ended", op.id, gone)
					}
				}
			}
			if n := m.count(t, "SELECT count(*) FROM audit_events WHERE seq > ? AND actor_id = ?", last, c.person); n != 0 {
				t.Errorf("%d events came of it, want none", n)
			}
			other := "/as/" + ident.New(ident.Visit)
			c.refused(404, "visit-not-found", "GET", other+"/api/v1/session", nil)
			c.want(200, "GET", "/api/v1/session", nil)
		})
	}
}
