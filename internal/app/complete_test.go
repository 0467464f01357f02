package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What others than the owner do without a trace on the account's page, and why that is
// right. Nothing else may be.
var leavesNothing = map[string]string{
	"getImpersonationRequest": "one's own request, which the owner has on the page",
	"changeVisitMode":         "the mode that the visit has already",
	"recordVisitActivity":     "a sign of life, from which the visit's active time is counted",
	"stopImpersonation":       "another visit, to another account",
}

// Nothing that somebody else does to an account is absent from its page: every operation
// of the registry, by every role, on every account that is not his; whatever is answered
// with success is looked up where the owner looks.
func TestEveryActOfOthersIsOnTheAccountsPage(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, embedded(t))
	everybody, visits := m.populate(t)
	looked := 0
	for _, who := range everybody {
		t.Run(who.role, func(t *testing.T) { looked += m.actFromOutside(t, who) })
	}
	for _, v := range visits {
		t.Run(v.name(), func(t *testing.T) { looked += m.actInVisit(t, v) })
	}
	if looked < 200 {
		t.Errorf("%d acts were looked up: the test finds nothing to do", looked)
	}
	t.Logf("%d acts were looked up", looked)
}

// actFromOutside does what the role may to what is not its own, without a visit.
func (m *matrix) actFromOutside(t *testing.T, who cast) (looked int) {
	c := m.asker(t, who)
	for _, op := range operations() {
		if op.names == "" || op.names == "mine" || op.names == "system" || op.names == "under" || leavesNothing[op.id] != "" {
			continue
		}
		for where := range who.places {
			if where == own || m.oracle.direct(op, who.role, where) != fine {
				continue
			}
			x := m.at(t, c, op, who, where, fine)
			if m.document.operations[op.id].method == "GET" && op.names != "asker" {
				x = m.plant(t, x.kind, m.parents[x.id]) // one that he has not looked at within the hour
			}
			m.undone(t, op, x)
			last := m.lastEvent(t)
			r := op.call(t, c, x)
			a := c.do(r.method, c.where(r, false), r.body, r.header...)
			if a.status < 200 || a.status > 299 {
				t.Fatalf("%s on %s = %d %s", op.id, where, a.status, a.raw)
			}
			if op.id == "createAccount" { // what was made is what it was done to
				x = place{id: fmt.Sprint(a.body["id"])}
			}
			looked++
			m.wantOnPage(t, op.id+" by "+who.role+" on "+where, c.person, x, last)
		}
	}
	return looked
}

// undone does the opposite first, where the operation would find nothing to do.
func (m *matrix) undone(t *testing.T, op operation, x place) {
	t.Helper()
	opposite := map[string]string{"unsuspendAccount": "suspend", "enableAccount": "disable"}[op.id]
	if opposite == "" {
		return
	}
	ada := m.signIn(t, "Ada Winter")
	if a := ada.do("POST", "/api/v1/accounts/"+x.id+"/"+opposite, fields("reason", "a test")); a.status > 299 {
		t.Fatalf("%s = %d %s", opposite, a.status, a.raw)
	}
}

func (m *matrix) lastEvent(t *testing.T) int {
	t.Helper()
	return m.count(t, "SELECT coalesce(max(seq), 0) FROM audit_events")
}

// wantOnPage looks for what somebody did, after an event, where the owner of the account
// reads it. Where nobody can, because the account is the provider's staff's or closed, the
// rows are looked at.
func (m *matrix) wantOnPage(t *testing.T, what, person string, x place, last int) {
	t.Helper()
	seen := answer{status: 401}
	if x.person != "" {
		owner, _ := m.as(t, x.person, x.id)
		seen = owner.do("GET", "/api/v1/me/access-history?page_size=200", nil)
	}
	if seen.status == 401 || seen.status == 403 {
		// A visit that somebody else ends is its visitor's, and says by whom.
		if m.count(t, "SELECT count(*) FROM audit_events WHERE seq > ? AND account_id = ? AND (actor_id = ? OR action = 'impersonation.stop')", last, x.id, person) == 0 {
			t.Errorf("%s left no event", what)
		}
		return
	}
	page := seen.body
	for _, event := range list(page, "direct_changes") {
		if event["seq"].(float64) > float64(last) && inside(event, "actor") == person {
			wantSentence(t, what, event)
			return
		}
	}
	for _, visit := range list(page, "visits") {
		if inside(visit, "actor") == person && strings.HasPrefix(what, "startImpersonation") || inside(visit, "ended_by") == person {
			return
		}
	}
	t.Errorf("%s is not on the page of the account: %v", what, page)
}

// wantSentence checks that an event is told in words: nothing of its template is left.
func wantSentence(t *testing.T, what string, event map[string]any) {
	t.Helper()
	sentence, action := fmt.Sprint(event["sentence"]), fmt.Sprint(event["action"])
	if sentence == "" || strings.Contains(sentence, "{") || strings.HasSuffix(sentence, ": "+action) {
		t.Errorf("%s reads %q, which is no sentence", what, sentence)
	}
}

// actInVisit does everything that a visitor may. What changes the account, and what is
// read of its content, stands in the visit as its owner reads it.
func (m *matrix) actInVisit(t *testing.T, v visiting) (looked int) {
	c := m.visitor(t, v)
	content := []string{"readFile", "listMessages", "readMessage"}
	for _, op := range operations() {
		documented := m.document.operations[op.id]
		reads := documented.method == "GET"
		if leavesNothing[op.id] != "" || reads && !slices.Contains(content, op.id) {
			continue // the beginning and the end of the visit stand for looking around in it
		}
		if m.oracle.during(op, v.actor.role, v.subject.role, own, v.mode) != fine {
			continue
		}
		x := m.at(t, c, op, v.subject, own, fine)
		r := op.call(t, c, x)
		last := m.lastEvent(t)
		a := c.do(r.method, c.where(r, false), r.body, r.header...)
		if a.status < 200 || a.status > 299 {
			t.Fatalf("%s = %d %s", op.id, a.status, a.raw)
		}
		looked++
		m.wantInVisit(t, op.id+" by "+v.name(), c.visit, v.subject, last)
	}
	c.want(200, "POST", c.base+"/stop", nil)
	return looked
}

func (m *matrix) wantInVisit(t *testing.T, what, visit string, subject cast, last int) {
	t.Helper()
	owner, _ := m.as(t, subject.home.person, subject.home.id)
	page := owner.want(200, "GET", "/api/v1/me/access-history/"+visit, nil)
	for _, part := range []string{"changes", "views"} {
		for _, event := range list(page, part) {
			if event["seq"].(float64) > float64(last) {
				wantSentence(t, what, event)
				return
			}
		}
	}
	t.Errorf("%s is not on the page of the visit: %v", what, page)
}
