package app_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// twoProcesses are two panels on one PostgreSQL and one Redis, as behind a load
// balancer.
func twoProcesses(t *testing.T) (here, there *house) {
	t.Helper()
	here = production(t)
	other := *here
	here.serve(t)
	other.serve(t)
	return here, &other
}

// at is the same browser, which the load balancer sends to the other process.
func (c *client) at(h *house) *client {
	c.t.Helper()
	other := h.stranger(c.t)
	other.who, other.csrf = c.who, c.csrf
	address, err := url.Parse(c.url)
	if err != nil {
		c.t.Fatal(err)
	}
	other.http.Jar.SetCookies(address, c.http.Jar.Cookies(address)) // a copy: signing out takes it from one alone
	return other
}

// revocation is what somebody does on one process, and what the actor notices on
// another.
type revocation struct {
	what, by             string
	actor, subject, mode string
	revoke               func(c *cascading) // on the first process
	code, reason         string
	slow                 bool // a password is hashed first: the second begins with the answer
}

// cascading is a visit that is about to be ended from elsewhere.
type cascading struct {
	*house
	by, actor *client
	id, base  string
}

// act does something to an account.
func act(name, what string, body map[string]any) func(c *cascading) {
	return func(c *cascading) {
		method, status := "POST", http.StatusOK
		if what == "" {
			method, status = "DELETE", http.StatusNoContent
		}
		c.by.want(status, method, "/api/v1/accounts/"+c.named(c.by.t, name).AccountID+what, body)
	}
}

func endIt(c *cascading) { c.by.want(200, "POST", "/api/v1/impersonations/"+c.id+"/end", nil) }

func revocations(seabright person) []revocation {
	const visit, session = "impersonation-ended", "session-ended"
	const ada, samir, rita, meadow, kestrel = "Ada Winter", "Samir Okafor", "Northlight Studio", "Meadow School", "Kestrel Cycles"
	why := fields("reason", "a test")
	return []revocation{
		{"the actor leaves", samir, samir, meadow, "look", func(c *cascading) { c.actor.want(200, "POST", c.base+"/stop", nil) }, visit, "stopped", false},
		{"the customer ends it", meadow, samir, meadow, "change", endIt, visit, "ended_by_subject", false},
		{"the reseller ends it", rita, samir, kestrel, "look", endIt, visit, "ended_by_owner", false},
		{"an admin ends it", ada, rita, kestrel, "look", endIt, visit, "ended_by_admin", false},
		{"the customer locks the door", "Violet Hour Theatre", samir, "Violet Hour Theatre", "look", func(c *cascading) {
			c.by.want(200, "PUT", "/api/v1/me/access-policy", fields("policy", "locked"))
		}, visit, "consent_revoked", false},
		{"the actor comes again", samir, samir, "Tidewater Yoga", "look", func(c *cascading) {
			c.actor.want(201, "POST", "/api/v1/impersonations", wanting(c.named(c.by.t, "Tidewater Yoga"), "supersede", true))
		}, visit, "superseded", false},
		{"the account is suspended while it is changed", ada, samir, "Rowan Carpentry", "change", act("Rowan Carpentry", "/suspend", why), visit, "subject_suspended", false},
		{"the account is blocked while it is changed", ada, samir, "Hollis & Daughters", "change", act("Hollis & Daughters", "/disable", why), visit, "subject_suspended", false},
		{"the account is given to another owner", ada, rita, "Blue Door Bakery", "change",
			act("Blue Door Bakery", "/transfer", fields("owner_id", seabright.AccountID)), visit, "ownership_changed", false},
		{"the account is deleted", ada, samir, "Paper Lantern Press", "look", act("Paper Lantern Press", "", nil), visit, "subject_deleted", false},
		{"the actor signs out", samir, samir, meadow, "look", func(c *cascading) { c.actor.want(204, "DELETE", "/api/v1/session", nil) }, session, "actor_logout", false},
		{"the actor ends his sign-in from another one", samir, samir, meadow, "look", func(c *cascading) {
			c.by.want(204, "DELETE", "/api/v1/sessions/"+c.actor.sessionID(), nil)
		}, session, "actor_session_ended", false},
		{"the actor changes his password elsewhere", seabright.Name, seabright.Name, "Copper Kettle Café", "look", func(c *cascading) {
			c.by.want(204, "PUT", "/api/v1/me/password", fields("current_password", seabright.Password, "new_password", everybodysPassword))
		}, session, "security", true},
		{"the actor is demoted", ada, samir, meadow, "look", func(c *cascading) {
			c.by.want(200, "PATCH", "/api/v1/staff/"+c.actor.personID(), fields("role", "reporting"))
		}, visit, "permission_lost", false},
		{"the actor is disabled", ada, rita, kestrel, "look", act(rita, "/disable", why), session, "actor_disabled", false},
	}
}

// What ends a visit on one process ends it on every other within a second: its
// requests are refused and its stream closes, with the reason. Where the sign-in
// has ended, the actor's own stream closes as well, and where it has not it stays.
func TestRevocationReachesEveryProcess(t *testing.T) {
	t.Parallel()
	here, there := twoProcesses(t)
	for _, r := range revocations(here.named(t, "Seabright Media")) {
		t.Run(r.what, func(t *testing.T) {
			c := &cascading{house: here, by: here.signIn(t, r.by), actor: here.signIn(t, r.actor)}
			c.id, c.base = c.actor.visit(here.named(t, r.subject), r.mode)
			elsewhere := c.actor.at(there)
			elsewhere.t = t
			inside, own := elsewhere.follow(c.base), elsewhere.follow("")
			inside.until("visits", time.Now(), anything)
			own.until("visits", time.Now(), anything)
			elsewhere.want(200, "GET", c.base+"/api/v1/session", nil)

			since := time.Now()
			r.revoke(c)
			if r.slow {
				since = time.Now()
			}
			status := map[string]int{"impersonation-ended": http.StatusGone, "session-ended": http.StatusUnauthorized}[r.code]
			elsewhere.refused(status, r.code, "GET", c.base+"/api/v1/session", nil)
			if last := inside.ends(r.code, since); r.code == "impersonation-ended" && last["end_reason"] != r.reason {
				t.Errorf("the stream ends with %v, want %s", last, r.reason)
			}
			if r.code == "session-ended" {
				own.ends("session-ended", since)
			} else {
				elsewhere.want(200, "GET", "/api/v1/session", nil)
			}
			if n := here.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND end_reason = ?", c.id, r.reason); n != 1 {
				t.Errorf("the visit did not end as %s", r.reason)
			}
		})
	}
}
