package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// wantNoneBegun checks that nothing came of a start: no visit, nobody told.
func (h *house) wantNoneBegun(t *testing.T, what string) {
	t.Helper()
	n := h.count(t, "SELECT count(*) FROM impersonations") + h.count(t, "SELECT count(*) FROM impersonation_requests") +
		h.count(t, "SELECT count(*) FROM notifications") + h.count(t, "SELECT count(*) FROM audit_events WHERE action = 'impersonation.start'")
	if n != 0 {
		t.Errorf("%s: %d rows of visits and notices, want none", what, n)
	}
}

// I-10: nobody enters an account from inside another; the attempt stands on the
// page of the one he is in.
func TestI10NestedStart(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada := h.signIn(t, "Ada Winter")
		bakery := h.named(t, "Blue Door Bakery")
		for _, mode := range []string{"look", "change"} {
			id, base := ada.visit(h.named(t, "Northlight Studio"), mode)
			for _, to := range []string{bakery.AccountID, h.named(t, "Meadow School").AccountID, ada.who.AccountID, "acc_00000000-0000-7000-8000-000000000000"} {
				ada.refused(403, "closed-while-acting", "POST", base+"/api/v1/impersonations", wanting(person{AccountID: to}, "supersede", true))
			}
			ada.refused(405, "method-not-allowed", "POST", base+base+"/api/v1/impersonations", wanting(bakery)) // one prefix is taken off
			if n := h.count(t, "SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND action = 'impersonation.blocked'", id); n < 4 {
				t.Errorf("%d attempts are recorded, want each", n)
			}
			ada.want(200, "POST", base+"/stop", nil)
		}
		if n := h.count(t, "SELECT count(*) FROM impersonations"); n != 2 {
			t.Errorf("%d visits, want those to the reseller alone", n)
		}
	})
}

// I-11: no address that is opened, prefetched or linked to begins a visit.
func TestI11StartByGet(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada, school := h.signIn(t, "Ada Winter"), h.named(t, "Meadow School")
		query := "account_id=" + school.AccountID + "&reason_code=other&reason=opened+by+a+link&mode=look&informed=asked"
		for _, path := range []string{
			"/api/v1/impersonations?" + query, "/api/v1/impersonations/new?" + query, "/impersonations?" + query, "/api/v1/accounts/" + school.AccountID + "/impersonate",
			"/accounts/" + school.AccountID + "/sign-in-as?" + query, "/api/v1/impersonations?_method=POST&" + query,
		} {
			for _, method := range []string{"GET", "HEAD", "OPTIONS"} {
				a := ada.do(method, path, nil, "X-HTTP-Method-Override", "POST", "X-Method-Override", "POST", "Sec-Purpose", "prefetch")
				if a.status == http.StatusCreated || a.status == http.StatusAccepted || a.status >= 500 {
					t.Errorf("%s %s = %d %s", method, path, a.status, a.raw)
				}
			}
		}
		h.wantNoneBegun(t, "opening addresses")
	})
}

// I-12: another site that makes the browser send a start gets nothing.
func TestI12CrossSiteStart(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada, school := h.signIn(t, "Ada Winter"), h.named(t, "Meadow School")
		body := fmt.Sprintf(`{"account_id":%q,"reason_code":"other","reason":"sent by another site","mode":"change","informed":"asked"}`, school.AccountID)
		for what, a := range map[string]struct {
			status int
			header []string
		}{
			"a form of another site":               {403, []string{"Origin", "https://evil.example", "Content-Type", "application/x-www-form-urlencoded", "X-CSRF-Token", ""}},
			"a script of another site":             {403, []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}},
			"a customer's site on the same domain": {403, []string{"Sec-Fetch-Site", "same-site"}},
			"no origin at all, and no token":       {403, []string{"X-CSRF-Token", ""}},
			"the token of somebody else":           {403, []string{"X-CSRF-Token", h.signIn(t, "Samir Okafor").csrf}},
			"a plain text with the token":          {415, []string{"Content-Type", "text/plain"}},
		} {
			if got := ada.do("POST", "/api/v1/impersonations", body, a.header...); got.status != a.status {
				t.Errorf("%s = %d %s, want %d", what, got.status, got.raw, a.status)
			}
		}
		h.wantNoneBegun(t, "other sites")
	})
}

// Who is in an account by another sign-in, or by a token of his, is not led to an address that
// is closed here: he reads since when, and can end that visit by beginning anew.
func TestInTheAccountByAnotherSignIn(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		school := h.named(t, "Meadow School")
		one, other := h.signIn(t, "Ada Winter"), h.signIn(t, "Ada Winter")
		begun := one.want(201, "POST", "/api/v1/impersonations", wanting(school))
		base := fmt.Sprint(begun["base_url"])
		if again := one.refused(409, "already-impersonating", "POST", "/api/v1/impersonations", wanting(school)); again["base_url"] != base {
			t.Errorf("the sign-in that is there is led to %v, want %s", again["base_url"], base)
		}
		refused := other.refused(409, "already-impersonating", "POST", "/api/v1/impersonations", wanting(school))
		if refused["base_url"] != nil || refused["impersonation_id"] != begun["id"] || refused["started_at"] != begun["started_at"] {
			t.Errorf("another sign-in is told %v", refused)
		}
		if detail := fmt.Sprint(refused["detail"]); !strings.Contains(detail, "by another sign-in, since 20") {
			t.Errorf("another sign-in reads %q", detail)
		}
		other.refused(404, "visit-not-found", "GET", base+"/api/v1/session", nil)
		other.want(201, "POST", "/api/v1/impersonations", wanting(school, "supersede", true))
		one.refused(410, "impersonation-ended", "GET", base+"/api/v1/session", nil)
	})
}

// I-13: two clicks are one visit: the second is led into the first, and the
// customer is told once.
func TestI13DoubleClick(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada, school := h.signIn(t, "Ada Winter"), h.named(t, "Meadow School")
		clicks := times(12, func(int) answer { return ada.do("POST", "/api/v1/impersonations", wanting(school)) })
		begun := map[any]int{}
		for _, a := range atOnce(clicks...) {
			if a.status != http.StatusCreated && (a.status != http.StatusConflict || a.body["code"] != "already-impersonating") {
				t.Errorf("a click = %d %s", a.status, a.raw)
			}
			begun[a.body["base_url"]]++
		}
		if len(begun) != 1 {
			t.Errorf("the clicks lead to %v, want all of them to one visit", begun)
		}
		for _, table := range []string{"impersonations", "notifications", "audit_events WHERE action = 'impersonation.start'"} {
			if n := h.count(t, "SELECT count(*) FROM "+table); n != 1 {
				t.Errorf("%d of %s, want 1", n, table)
			}
		}
	})
}
