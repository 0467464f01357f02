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

// What ends a visit on one process ends it on every other within a second: its
// requests are refused and its stream closes, with the reason.
func TestRevocationReachesEveryProcess(t *testing.T) {
	t.Parallel()
	here, there := twoProcesses(t)
	ada := here.signIn(t, "Ada Winter")
	account := func(name string) string { return "/api/v1/accounts/" + here.named(t, name).AccountID }
	for _, c := range []struct {
		what, actor, subject, mode string
		revoke                     func(actor *client, id, base string) // on the first process
		status                     int
		code, last, reason         string
	}{
		{"the actor leaves", "Samir Okafor", "Meadow School", "look", func(actor *client, _, base string) {
			actor.want(200, "POST", base+"/stop", nil)
		}, http.StatusGone, "impersonation-ended", "impersonation-ended", "stopped"},
		{"the customer ends it", "Samir Okafor", "Meadow School", "change", func(_ *client, id, _ string) {
			here.signIn(t, "Meadow School").want(200, "POST", "/api/v1/impersonations/"+id+"/end", nil)
		}, http.StatusGone, "impersonation-ended", "impersonation-ended", "ended_by_subject"},
		{"an admin ends it", "Northlight Studio", "Kestrel Cycles", "look", func(_ *client, id, _ string) {
			ada.want(200, "POST", "/api/v1/impersonations/"+id+"/end", nil)
		}, http.StatusGone, "impersonation-ended", "impersonation-ended", "ended_by_admin"},
		{"the account is suspended while it is changed", "Samir Okafor", "Rowan Carpentry", "change", func(*client, string, string) {
			ada.want(200, "POST", account("Rowan Carpentry")+"/suspend", fields("reason", "a test"))
		}, http.StatusGone, "impersonation-ended", "impersonation-ended", "subject_suspended"},
		{"the account is given to another owner", "Northlight Studio", "Blue Door Bakery", "change", func(*client, string, string) {
			ada.want(200, "POST", account("Blue Door Bakery")+"/transfer", fields("owner_id", here.named(t, "Seabright Media").AccountID))
		}, http.StatusGone, "impersonation-ended", "impersonation-ended", "ownership_changed"},
		{"the account is deleted", "Samir Okafor", "Paper Lantern Press", "look", func(*client, string, string) {
			ada.want(204, "DELETE", account("Paper Lantern Press"), nil)
		}, http.StatusGone, "impersonation-ended", "impersonation-ended", "subject_deleted"},
		{"the actor signs out", "Samir Okafor", "Meadow School", "look", func(actor *client, _, _ string) {
			actor.want(204, "DELETE", "/api/v1/session", nil)
		}, http.StatusUnauthorized, "session-ended", "session-ended", "actor_logout"},
		{"the actor is disabled", "Samir Okafor", "Meadow School", "look", func(*client, string, string) {
			ada.want(200, "POST", account("Samir Okafor")+"/disable", fields("reason", "a test"))
		}, http.StatusUnauthorized, "session-ended", "session-ended", "actor_disabled"},
	} {
		t.Run(c.what, func(t *testing.T) {
			actor := here.signIn(t, c.actor)
			id, base := actor.visit(here.named(t, c.subject), c.mode)
			elsewhere := actor.at(there)
			elsewhere.t = t
			tab := elsewhere.follow(base)
			tab.until("visits", time.Now(), anything)
			elsewhere.want(200, "GET", base+"/api/v1/session", nil)

			c.revoke(actor, id, base)
			since := time.Now()
			elsewhere.refused(c.status, c.code, "GET", base+"/api/v1/session", nil)
			if last := tab.ends(c.last, since); c.last == "impersonation-ended" && last["end_reason"] != c.reason {
				t.Errorf("the stream ends with %v, want %s", last, c.reason)
			}
			if n := here.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND end_reason = ?", id, c.reason); n != 1 {
				t.Errorf("the visit did not end as %s", c.reason)
			}
		})
	}
}
