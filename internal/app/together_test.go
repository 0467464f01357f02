package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// I-05: two people are in one account, each in his own name: what one does is not
// the other's, and when one leaves the other stays.
func TestI05TwoActorsOnOneSubject(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		school := h.named(t, "Meadow School")
		ada, samir := h.signIn(t, "Ada Winter"), h.signIn(t, "Samir Okafor")
		visits := map[string]string{}
		for _, c := range []*client{ada, samir} {
			id, base := c.visit(school, "change")
			visits[c.who.Name] = id
			c.want(201, "POST", base+"/api/v1/mailboxes", fields("address", strings.ToLower(c.who.Name[:3])+"@meadowschool.example"))
		}
		ada.refused(404, "visit-not-found", "GET", "/as/"+visits["Samir Okafor"]+"/api/v1/session", nil)
		samir.want(200, "POST", "/as/"+visits["Samir Okafor"]+"/stop", nil)
		ada.want(200, "GET", "/as/"+visits["Ada Winter"]+"/api/v1/session", nil)
		owner := h.signIn(t, "Meadow School")
		for name, id := range visits {
			told := owner.want(200, "GET", "/api/v1/me/access-history/"+id, nil)
			changes := list(told, "changes")
			if len(changes) != 1 || changes[0]["sentence"] != name+" created the mailbox "+strings.ToLower(name[:3])+"@meadowschool.example." {
				t.Errorf("of the visit of %s the customer reads %v", name, changes)
			}
			if n := h.count(t, "SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND actor_name <> ?", id, name); n != 0 {
				t.Errorf("%d events of the visit of %s name somebody else", n, name)
			}
		}
		if n := len(list(owner.want(200, "GET", "/api/v1/notifications", nil), "notifications")); n != 3 {
			t.Errorf("the customer has %d notices, want two starts and one end", n)
		}
	})
}

// I-06: the customer who signs in while somebody is inside is in his own account:
// no banner stands on his pages, and the visit's addresses are not his.
func TestI06SubjectSignsInMeanwhile(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		samir := h.signIn(t, "Samir Okafor")
		_, base := samir.visit(h.named(t, "Meadow School"), "change")
		owner := h.signIn(t, "Meadow School")
		if in := owner.want(200, "GET", "/api/v1/session", nil); in["impersonation"] != nil {
			t.Errorf("the customer is told to be in the visit %v", in["impersonation"])
		}
		for _, path := range []string{"/", "/dashboard", "/me/access"} {
			if page := owner.do("GET", path, nil); page.status != 200 || strings.Contains(string(page.raw), "ik-banner") || page.header.Get("Impersonation-Actor") != "" {
				t.Errorf("%s = %d with %v: %s", path, page.status, page.header, page.raw)
			}
		}
		if page := owner.do("GET", base+"/dashboard", nil); page.status != 404 || strings.Contains(string(page.raw), "Samir") {
			t.Errorf("the visit's page = %d %s, want nothing there", page.status, page.raw)
		}
		owner.refused(404, "visit-not-found", "GET", base+"/api/v1/session", nil)
		owner.refused(404, "visit-not-found", "POST", base+"/stop", nil)
		samir.want(200, "GET", base+"/api/v1/session", nil)
		samir.want(200, "POST", base+"/stop", nil)
		owner.want(200, "GET", "/api/v1/session", nil)
	})
}

// I-07: somebody else who signs in in the same browser is himself alone: the
// sign-in before him is over, and the visit with it.
func TestI07LoginAsAnotherInTheSameBrowser(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		browser := h.signIn(t, "Samir Okafor")
		id, base := browser.visit(h.named(t, "Meadow School"), "change")
		h.clock.Advance(time.Minute)
		ada := h.named(t, "Ada Winter")
		in := browser.want(200, "POST", "/api/v1/session", fields("login", ada.Login, "password", ada.Password))
		browser.csrf = fmt.Sprint(in["csrf_token"])
		if in["impersonation"] != nil {
			t.Errorf("who signs in finds himself in %v", in["impersonation"])
		}
		browser.refused(404, "visit-not-found", "GET", base+"/api/v1/session", nil)
		browser.refused(404, "visit-not-found", "POST", base+"/stop", nil)
		if n := h.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND end_reason = 'actor_logout' AND ended_at - started_at = 60000000", id); n != 1 {
			t.Error("the visit did not end with the sign-in that it hangs on")
		}
		own, _ := browser.visit(h.named(t, "Meadow School"), "look")
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND actor_name = 'Ada Winter'", own); n == 0 {
			t.Error("her own visit is not in her name")
		}
	})
}

// I-08: a form that was left open acts in the name that its page said, or not at
// all.
func TestI08StaleFormOfEitherTab(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada := h.signIn(t, "Ada Winter")
		school, hollis := h.named(t, "Meadow School"), h.named(t, "Hollis & Daughters")
		_, base := ada.visit(school, "change")
		_, other := ada.visit(hollis, "change")
		domain := func(name string) map[string]any { return fields("name", name) }
		ada.want(201, "POST", "/api/v1/domains", domain("own.example")) // the own tab, with visits open beside it
		if n := h.count(t, "SELECT count(*) FROM domains WHERE name = 'own.example' AND account_id = ?", ada.who.AccountID); n != 1 {
			t.Error("what was sent in the own tab is not in the own account")
		}
		ada.want(200, "POST", base+"/stop", nil)
		ada.refused(http.StatusGone, "impersonation-ended", "POST", base+"/api/v1/domains", domain("stale.example"))
		ada.want(201, "POST", other+"/api/v1/domains", domain("hollis-new.example"))
		stale := ada.csrf
		samir := h.named(t, "Samir Okafor") // signs in in the same browser
		in := ada.want(200, "POST", "/api/v1/session", fields("login", samir.Login, "password", samir.Password))
		for what, token := range map[string]string{"of the page before": stale, "of the new page": fmt.Sprint(in["csrf_token"])} {
			ada.csrf = token
			if a := ada.do("POST", other+"/api/v1/domains", domain("stale.example")); a.status != 403 && a.status != 404 {
				t.Errorf("the form of the visit with the token %s = %d %s", what, a.status, a.raw)
			}
		}
		ada.csrf = stale
		ada.refused(403, "csrf-token", "POST", "/api/v1/domains", domain("stale.example"))
		if n := h.count(t, "SELECT count(*) FROM domains WHERE name = 'stale.example'") + h.count(t, "SELECT count(*) FROM audit_events WHERE object_name = 'stale.example'"); n != 0 {
			t.Errorf("%d rows came of stale forms, want none", n)
		}
	})
}

// I-09: the account is deleted while a form in it is open: what is sent then is
// not done, and the answer says why.
func TestI09DeletedSubjectMidForm(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		s := h.staged(t, ending{mode: "change"})
		s.actor.want(200, "GET", s.base+"/api/v1/domains", nil)
		h.clock.Advance(time.Minute)
		s.boss.want(204, "DELETE", "/api/v1/accounts/"+s.customer.id, nil)
		for _, attempt := range []request{
			post("/domains", fields("name", "late.example")), put("/files/content?path=/late.txt", []byte("late")),
			{method: "PATCH", path: "/mailboxes/" + s.customer.mailbox, body: fields("quota_bytes", 1<<20)},
		} {
			gone := s.actor.refused(http.StatusGone, "impersonation-ended", attempt.method, s.base+"/api/v1"+attempt.path, attempt.body)
			if gone["end_reason"] != "subject_deleted" || gone["return_to"] != "/accounts?q=blue" {
				t.Errorf("%s answers %v", attempt.path, gone)
			}
		}
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND action NOT LIKE 'impersonation.%'", s.id); n != 0 {
			t.Errorf("%d changes are recorded, want none", n)
		}
		s.actor.refused(403, "impersonation-denied", "POST", "/api/v1/impersonations", wanting(person{AccountID: s.customer.id}))
	})
}
