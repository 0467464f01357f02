package app_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// link makes a link for somebody into an account, as a billing system would, and
// returns its token.
func (c *client) link(t *testing.T, to person, email string) string {
	t.Helper()
	body := c.want(201, "POST", "/api/v1/accounts/"+to.AccountID+"/sso", fields(
		"actor", fields("kind", "staff", "ref", "agent-17", "email", email), "reason", "The customer cannot see his files", "ticket", "4711", "path", "/files"))
	u, err := url.Parse(fmt.Sprint(body["url"]))
	if err != nil || u.Path != "/sso" || u.Query().Get("token") == "" {
		t.Fatalf("the link is %v, %v", body["url"], err)
	}
	return u.Query().Get("token")
}

// A billing system leads an agent into a customer's account: he comes in his own name,
// with his own sign-in, once.
func TestABillingSystemLeadsItsAgentIn(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		bakery, samir := h.named(t, "Blue Door Bakery"), h.signIn(t, "Samir Okafor")
		id, billing := h.signIn(t, "Ada Winter").makeToken(h, scopesFor("sso:create"))
		token := billing.link(t, bakery, samir.who.Login)
		if n := h.count(t, "SELECT count(*) FROM sso_links WHERE token_hash LIKE ?", "%"+token+"%"); n != 0 {
			t.Error("the link is in the database as it is")
		}
		if a := samir.do("GET", "/sso?token="+token, nil); a.status != 200 {
			t.Errorf("opening the link = %d", a.status)
		}
		read := samir.want(200, "POST", "/api/v1/sso/read", fields("token", token))
		if inside(read, "account") != bakery.AccountID || read["ticket"] != "4711" || read["path"] != "/files" {
			t.Errorf("the link reads %v", read)
		}
		if n := h.count(t, "SELECT count(*) FROM impersonations"); n != 0 {
			t.Error("reading the link began a visit")
		}
		visit := samir.want(201, "POST", "/api/v1/sso/start", fields("token", token, "informed", "asked"))
		if inside(visit, "actor") != samir.personID() || visit["mode"] != "look" || visit["reason"] != "The customer cannot see his files" || visit["ticket"] != "4711" || visit["by_token"] != false {
			t.Errorf("the visit is %v", visit)
		}
		samir.want(200, "GET", fmt.Sprint(visit["base_url"])+"/api/v1/domains", nil)
		samir.want(200, "POST", fmt.Sprint(visit["base_url"])+"/stop", nil)
		samir.refused(404, "link-not-found", "POST", "/api/v1/sso/start", fields("token", token, "informed", "asked"))
		samir.refused(404, "link-not-found", "POST", "/api/v1/sso/read", fields("token", token))
		event := list(h.signIn(t, "Blue Door Bakery").want(200, "GET", "/api/v1/activity?event=sso.create", nil), "events")[0]
		if event["token_id"] != id || !strings.Contains(fmt.Sprint(event["sentence"]), "Samir Okafor can sign in as Blue Door Bakery") {
			t.Errorf("the link is recorded as %v", event)
		}
	})
}

// Of a link that is clicked many times at once one visit comes.
func TestALinkIsUsedOnce(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		samir := h.signIn(t, "Samir Okafor")
		_, billing := h.signIn(t, "Ada Winter").makeToken(h, scopesFor("sso:create"))
		token := billing.link(t, h.named(t, "Blue Door Bakery"), samir.who.Login)
		clicks := times(8, func(int) answer {
			return samir.do("POST", "/api/v1/sso/start", fields("token", token, "informed", "asked", "supersede", true))
		})
		got := statuses(atOnce(clicks...))
		if n := h.count(t, "SELECT count(*) FROM impersonations"); n != 1 || got[201] != 1 || got[404] != 7 {
			t.Errorf("the clicks answer %v, and %d visits are there, want one", got, n)
		}
	})
}

// A link is nothing to anybody else, nor later, nor to a program, nor in a visit; it
// opens nothing that its person may not open.
func TestALinkIsForOnePersonAndOneMinute(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		bakery, ada, samir := h.named(t, "Blue Door Bakery"), h.signIn(t, "Ada Winter"), h.signIn(t, "Samir Okafor")
		_, billing := ada.makeToken(h, scopesFor("sso:create"))
		token := billing.link(t, bakery, samir.who.Login)
		start := fields("token", token, "informed", "asked")
		h.stranger(t).refused(401, "unauthenticated", "POST", "/api/v1/sso/start", start)
		ada.refused(403, "link-of-somebody-else", "POST", "/api/v1/sso/start", start)
		ada.refused(403, "link-of-somebody-else", "POST", "/api/v1/sso/read", fields("token", token))
		_, program := samir.makeToken(h, scopesFor("impersonate"))
		program.refused(403, "closed-to-tokens", "POST", "/api/v1/sso/start", start)
		billing.refused(403, "closed-to-tokens", "POST", "/api/v1/sso/start", start)
		samir.refused(403, "csrf-token", "POST", "/api/v1/sso/start", start, "X-CSRF-Token", "")
		kestrel := h.named(t, "Kestrel Cycles")
		_, base := samir.visit(kestrel, "look")
		samir.refused(403, "closed-while-acting", "POST", base+"/api/v1/sso/start", start)
		samir.refused(403, "closed-while-acting", "POST", base+"/api/v1/accounts/"+kestrel.AccountID+"/sso", fields(
			"actor", fields("kind", "staff", "email", samir.who.Login), "reason", "The customer cannot see his files"))
		h.clock.Advance(time.Minute)
		samir.refused(404, "link-not-found", "POST", "/api/v1/sso/start", start)

		token = billing.link(t, bakery, samir.who.Login)
		h.exec(t, "UPDATE account_people SET role = 'billing' WHERE person_id = ?", samir.personID())
		samir.refused(403, "impersonation-denied", "POST", "/api/v1/sso/start", fields("token", token, "informed", "asked"))
		if n := h.count(t, "SELECT count(*) FROM impersonations WHERE subject_id = ?", bakery.AccountID); n != 0 {
			t.Errorf("%d visits came of it", n)
		}
	})
}

// Whom a link can be for: people of the own house who may enter that account, and the
// answer tells nobody who works where.
func TestWhomALinkCanBeFor(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	bakery, yoga := h.named(t, "Blue Door Bakery"), h.named(t, "Tidewater Yoga")
	samir, rita := h.named(t, "Samir Okafor"), h.signIn(t, "Northlight Studio")
	_, billing := h.signIn(t, "Ada Winter").makeToken(h, scopesFor("sso:create"))
	_, ritas := rita.makeToken(h, scopesFor("sso:create"))
	body := func(email string) map[string]any {
		return fields("actor", fields("kind", "staff", "email", email), "reason", "The customer cannot see his files")
	}
	path := "/api/v1/accounts/" + bakery.AccountID + "/sso"
	var answers []string
	for who, c := range map[*client][]string{
		billing: {bakery.Login, rita.who.Login, "nobody@nowhere.example", "", "samir", yoga.Login},
		ritas:   {samir.Login, bakery.Login, "nobody@nowhere.example", h.named(t, "Ada Winter").Login},
	} {
		for _, email := range c {
			answer := who.refused(422, "invalid", "POST", path, body(email))
			answers = append(answers, fmt.Sprint(answer["errors"]))
		}
	}
	for _, answer := range answers {
		if answer != answers[0] || !strings.Contains(answer, "/actor/email") {
			t.Errorf("one reads %s, another %s", answers[0], answer)
		}
	}
	ritas.link(t, bakery, rita.who.Login)
	ritas.refused(404, "account-not-found", "POST", "/api/v1/accounts/"+yoga.AccountID+"/sso", body(rita.who.Login))
	for pointer, bad := range map[string]map[string]any{
		"/actor/kind": fields("actor", fields("kind", "customer", "ref", "7"), "reason", "The customer cannot see his files"),
		"/reason":     fields("actor", fields("kind", "staff", "email", samir.Login), "reason", "short"),
		"/path":       fields("actor", fields("kind", "staff", "email", samir.Login), "reason", "The customer cannot see his files", "path", "https://evil.example/"),
	} {
		if answer := billing.refused(422, "invalid", "POST", path, bad); !strings.Contains(pointersOf(answer), pointer) {
			t.Errorf("the problem points at%s, want %s", pointersOf(answer), pointer)
		}
	}
	if n := h.count(t, "SELECT count(*) FROM sso_links"); n != 1 {
		t.Errorf("%d links were made, want one", n)
	}
}
