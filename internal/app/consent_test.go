package app_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var (
	linkInMail = regexp.MustCompile(`(?s)/answer\?token=([\w-]+)`)
	codeInMail = regexp.MustCompile(`read out the code: (\d{3} \d{3})`)
)

// wanting is the body of a start.
func wanting(to person, more ...any) map[string]any {
	body := fields("account_id", to.AccountID, "reason_code", "customer_request", "reason", "The file manager shows nothing", "mode", "look", "informed", "asked")
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	return body
}

// asked asks to be let in and returns the request and what the owner was mailed.
func (h *house) asked(t *testing.T, c *client, to person, owner string, mails int) (id, token, code string) {
	t.Helper()
	a := c.want(http.StatusAccepted, "POST", "/api/v1/impersonations", wanting(to))
	if a["state"] != "waiting" || a["lapses_at"] == nil {
		t.Fatalf("the answer is %v, want a waiting request", a)
	}
	h.posted(t, "the owner is mailed with a link and a code", func() bool {
		found := 0
		for _, letter := range h.letters(t, owner) {
			link, digits := linkInMail.FindStringSubmatch(letter), codeInMail.FindStringSubmatch(letter)
			if link != nil && digits != nil {
				token, code = link[1], digits[1]
				found++
			}
		}
		return found == mails
	})
	return fmt.Sprint(a["request_id"]), token, code
}

// Ask me first, over HTTP: nothing before the owner's answer, the link answers by
// POST and once, the approval lets in once, and locking puts out.
func TestIConsentOverHTTP(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		bakery, owner := h.named(t, "Blue Door Bakery"), "mila@bluedoor.example"
		customer, support := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Samir Okafor")
		customer.want(200, "PUT", "/api/v1/me/access-policy", fields("policy", "ask"))
		id, token, code := h.asked(t, support, bakery, owner, 1)

		stranger := h.stranger(t)
		stranger.do("GET", "/answer?token="+token, nil)
		stranger.do("HEAD", "/answer?token="+token, nil)
		stranger.refused(http.StatusMethodNotAllowed, "method-not-allowed", "GET", "/api/v1/access-requests/answer?token="+token, nil)
		if a := support.want(200, "GET", "/api/v1/impersonation-requests/"+id, nil); a["state"] != "waiting" {
			t.Errorf("after the link was opened the request is %v, want waiting", a["state"])
		}
		if a := stranger.want(200, "POST", "/api/v1/access-requests/read", fields("token", token)); a["reason"] != "The file manager shows nothing" {
			t.Errorf("the page behind the link reads %v", a)
		}
		support.refused(409, "request-waiting", "POST", "/api/v1/impersonations", wanting(bakery, "request_id", id))
		if a := stranger.want(200, "POST", "/api/v1/access-requests/answer", fields("token", token, "answer", "approve")); a["state"] != "approved" {
			t.Errorf("answering by the link made it %v", a["state"])
		}
		stranger.refused(410, "link-ended", "POST", "/api/v1/access-requests/answer", fields("token", token, "answer", "deny"))

		v := support.want(201, "POST", "/api/v1/impersonations", wanting(bakery, "request_id", id, "note", "Second time this month"))
		if v["basis"] != "request" || v["request_id"] != id {
			t.Errorf("the visit is based on %v %v, want the request", v["basis"], v["request_id"])
		}
		support.refused(409, "request-over", "POST", "/api/v1/impersonations", wanting(bakery, "request_id", id, "supersede", true))
		customer.want(200, "PUT", "/api/v1/me/access-policy", fields("policy", "locked"))
		gone := support.refused(410, "impersonation-ended", "GET", fmt.Sprint(v["base_url"], "/api/v1/session"), nil)
		if gone["end_reason"] != "consent_revoked" {
			t.Errorf("the visit ended for %v, want consent_revoked", gone["end_reason"])
		}
		support.refused(403, "account-locked", "POST", "/api/v1/impersonations", wanting(bakery))

		customer.want(200, "PUT", "/api/v1/me/access-policy", fields("policy", "ask"))
		id, _, _ = h.asked(t, support, bakery, owner, 2)
		support.refused(422, "wrong-code", "POST", "/api/v1/impersonation-requests/"+id+"/code", fields("code", code))
		for _, secret := range []string{token, code, strings.ReplaceAll(code, " ", "")} {
			if n := h.count(t, "SELECT count(*) FROM mails WHERE body LIKE ?", "%"+secret+"%") + h.count(t, "SELECT count(*) FROM impersonation_requests WHERE token_hash = ? OR code_hash = ?", secret, secret) +
				h.count(t, "SELECT count(*) FROM audit_events WHERE after LIKE ?", "%"+secret+"%"); n != 0 {
				t.Errorf("%d rows hold the secret of a mail", n)
			}
		}
	})
}

// The note is for colleagues: the customer and his reseller never read it.
func TestINoteIsForColleaguesAlone(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	bakery := h.named(t, "Blue Door Bakery")
	admin := h.signIn(t, "Ada Winter")
	const note = "He has called three times"
	id, base := admin.visit(bakery, "look", "note", note)
	if v := h.signIn(t, "Samir Okafor").want(200, "GET", "/api/v1/impersonations/"+id, nil); v["note"] != note {
		t.Errorf("a colleague reads the note %v", v["note"])
	}
	for name, path := range map[string]string{
		"Blue Door Bakery": "/api/v1/me/access-history/" + id, "Northlight Studio": "/api/v1/impersonations/" + id,
	} {
		if a := h.signIn(t, name).do("GET", path, nil); a.status != 200 || strings.Contains(string(a.raw), note) {
			t.Errorf("%s reads %d %s, want the visit without the note", name, a.status, a.raw)
		}
	}
	if a := admin.do("GET", base+"/api/v1/me/access-history/"+id, nil); strings.Contains(string(a.raw), note) {
		t.Errorf("inside the account the note is read: %s", a.raw)
	}
	if a := h.signIn(t, "Blue Door Bakery").do("GET", "/api/v1/activity?impersonation_id="+id, nil); strings.Contains(string(a.raw), note) {
		t.Errorf("the note is in the record: %s", a.raw)
	}
}

// Told before: the customer reads who is coming in the panel, by mail and on his
// page; to everybody who could not come the answer is that of a refused visit.
func TestD9AnnouncingOverHTTP(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		bakery := h.named(t, "Blue Door Bakery")
		customer, support := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Samir Okafor")
		const path = "/api/v1/impersonation-announcements"
		body := fields("account_id", bakery.AccountID, "reason_code", "incident", "reason", "The shop shows an error", "ticket", "HD-4711")
		made := support.want(201, "POST", path, body)
		if again := support.refused(429, "announced-already", "POST", path, body); again["retry_after"] != 600.0 {
			t.Errorf("told again at once is refused with %v, want the ten minutes", again)
		}
		h.posted(t, "the customer is mailed", func() bool {
			letters := h.letters(t, "mila@bluedoor.example")
			return len(letters) == 1 && strings.Contains(letters[0], "The shop shows an error")
		})
		notices := list(customer.want(200, "GET", "/api/v1/notifications", nil), "notifications")
		if len(notices) == 0 || notices[0]["event"] != "impersonation.announce" {
			t.Errorf("the customer's notices are %v, want the announcement first", notices)
		}
		direct := list(customer.want(200, "GET", "/api/v1/me/access-history", nil), "direct_changes")
		if len(direct) == 0 || direct[0]["sentence"] != "Samir Okafor announced a visit to Blue Door Bakery: “The shop shows an error”." {
			t.Errorf("the customer's page says %v, want the announcement first", direct)
		}
		offered := list(support.want(200, "GET", path+"?account_id="+bakery.AccountID, nil), "announcements")
		if len(offered) != 1 || offered[0]["id"] != made["id"] || offered[0]["reason_code"] != "incident" || offered[0]["ticket"] != "HD-4711" {
			t.Errorf("offered to the dialog is %v, want what was announced", offered)
		}
		if others := list(h.signIn(t, "Ada Winter").want(200, "GET", path+"?account_id="+bakery.AccountID, nil), "announcements"); len(others) != 0 {
			t.Errorf("somebody else is offered %v", others)
		}
		to := func(id string) map[string]any {
			return fields("account_id", id, "reason_code", "other", "reason", "A reason that is long enough")
		}
		reseller := h.signIn(t, "Northlight Studio")
		foreign := reseller.refused(403, "impersonation-denied", "POST", path, to(h.named(t, "Tidewater Yoga").AccountID))
		missing := reseller.refused(403, "impersonation-denied", "POST", path, to("acc_00000000-0000-7000-8000-000000000000"))
		if foreign["detail"] != missing["detail"] {
			t.Errorf("foreign reads %v, missing %v", foreign["detail"], missing["detail"])
		}
		_, base := support.visit(bakery, "change")
		support.refused(403, "closed-while-acting", "POST", base+path, to(bakery.AccountID))
		support.refused(403, "closed-while-acting", "GET", base+path+"?account_id="+bakery.AccountID, nil)
		if left := list(support.want(200, "GET", path+"?account_id="+bakery.AccountID, nil), "announcements"); len(left) != 0 {
			t.Errorf("after the visit began %v is still offered", left)
		}
		customer.want(200, "PUT", "/api/v1/me/access-policy", fields("policy", "locked"))
		h.signIn(t, "Ada Winter").refused(403, "account-locked", "POST", path, to(bakery.AccountID))
	})
}
