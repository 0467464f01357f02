package app_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/account"
	"innkeeper/rbac"
)

var secretPattern = regexp.MustCompile(`^ink_[0-9A-Za-z]{38}$`)

// A token's life: it is made after a fresh proof, shown once, used without a cookie or
// a CSRF token, seen in the record, rotated with an overlap, and revoked.
func TestAPITokenFromItsMakingToItsEnd(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila := h.signIn(t, "Blue Door Bakery")
		made := mila.want(201, "POST", "/api/v1/tokens", fields("name", "  Night   job ", "scopes", []string{"domains:write"}, "expires_in_days", 30))
		id, secret := made["id"].(string), made["secret"].(string)
		if !secretPattern.MatchString(secret) || made["name"] != "Night job" || made["hint"] != secret[len(secret)-4:] || made["expires_at"] != h.clock.Now().Add(30*24*time.Hour).UTC().Format(time.RFC3339) {
			t.Errorf("made %v", made)
		}
		if n := h.count(t, "SELECT count(*) FROM api_tokens WHERE secret_hash LIKE ? OR name LIKE ?", "%"+secret+"%", "%"+secret+"%"); n != 0 {
			t.Error("the secret is in the database")
		}
		listed := list(mila.want(200, "GET", "/api/v1/tokens", nil), "tokens")
		if len(listed) != 1 || listed[0]["id"] != id || listed[0]["secret"] != nil || listed[0]["last_used_at"] != nil || listed[0]["state"] != "active" {
			t.Errorf("listed %v", listed)
		}

		job := h.program(t, secret)
		self := job.want(200, "GET", "/api/v1/tokens/self", nil)
		if self["id"] != id || self["account_id"] != mila.who.AccountID {
			t.Errorf("the token says of itself %v", self)
		}
		session := job.want(200, "GET", "/api/v1/session", nil)
		if session["csrf_token"] != "" || inside(session, "session") != id || inside(session, "account") != mila.who.AccountID {
			t.Errorf("who asks: %v", session)
		}
		const trace = "0af7651916cd43dd8448eb211c80319c"
		domain := job.want(201, "POST", "/api/v1/domains", fields("name", "night.example"), "traceparent", "00-"+trace+"-b7ad6b7169203331-01")
		event := list(mila.want(200, "GET", "/api/v1/activity?event=domain.create", nil), "events")[0]
		if event["trace_id"] != trace || fmt.Sprint(event["token_scopes"]) != "[domains:write]" || event["proved_at"] != h.clock.Now().UTC().Format(time.RFC3339) {
			t.Errorf("the event names the trace %v, the scopes %v and a proof at %v", event["trace_id"], event["token_scopes"], event["proved_at"])
		}
		mila.want(201, "POST", "/api/v1/domains", fields("name", "day.example"))
		for query, want := range map[string]int{"token_id=" + id: 1, "token_id=" + id + "&q=night": 1, "token_id=" + id + "&event=mailbox.create": 0, "token_id=tok_none": 0} {
			if found := list(mila.want(200, "GET", "/api/v1/activity?"+query, nil), "events"); len(found) != want || want == 1 && found[0]["seq"] != event["seq"] {
				t.Errorf("%s finds %v, want %d: what was done with the token", query, found, want)
			}
		}
		if event["method"] != "token" || event["token_id"] != id || inside(event, "actor") != mila.personID() {
			t.Errorf("the event of %v says %v", domain["id"], event)
		}
		if text := event["sentence"].(string); !strings.Contains(text, "(API token “Night job”)") || !strings.Contains(text, "night.example") {
			t.Errorf("the event reads %q", text)
		}
		if used := list(mila.want(200, "GET", "/api/v1/tokens", nil), "tokens")[0]; used["last_used_at"] == nil || used["last_used_ip"] != "127.0.0.1" {
			t.Errorf("after its use the token reads %v", used)
		}

		h.clock.Advance(time.Hour)
		mila = h.signIn(t, "Blue Door Bakery")
		rotated := mila.want(200, "POST", "/api/v1/tokens/"+id+"/rotate", fields("overlap_seconds", 600))
		again := h.program(t, rotated["secret"].(string))
		if rotated["id"] != id || rotated["secret"] == secret || rotated["expires_at"] != h.clock.Now().Add(30*24*time.Hour).UTC().Format(time.RFC3339) {
			t.Errorf("rotated %v", rotated)
		}
		again.want(200, "GET", "/api/v1/domains", nil)
		job.want(200, "GET", "/api/v1/domains", nil)
		h.clock.Advance(10 * time.Minute)
		job.refused(401, "token-invalid", "GET", "/api/v1/domains", nil)
		again.want(200, "GET", "/api/v1/domains", nil)

		mila.stepUp(nil)
		mila.want(204, "DELETE", "/api/v1/tokens/"+id, nil)
		mila.want(204, "DELETE", "/api/v1/tokens/"+id, nil)
		again.refused(401, "token-invalid", "GET", "/api/v1/domains", nil)
		mila.refused(409, "token-over", "POST", "/api/v1/tokens/"+id+"/rotate", fields())
		for action, want := range map[string]int{"token.create": 1, "token.rotate": 1, "token.revoke": 1} {
			if n := h.count(t, "SELECT count(*) FROM audit_events WHERE action = ? AND object_id = ?", action, id); n != want {
				t.Errorf("%d events %s, want %d", n, action, want)
			}
			if n := h.count(t, "SELECT count(*) FROM notifications WHERE event = ? AND account_id = ? AND email = 'mila@bluedoor.example'", action, mila.who.AccountID); n != want {
				t.Errorf("%d notices with a mail of %s, want %d", n, action, want)
			}
		}
	})
}

// What is no token, or opens nothing any more, is refused with one answer.
func TestTokensThatOpenNothing(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila := h.signIn(t, "Blue Door Bakery")
		_, job := mila.makeToken(h, scopesFor("domains:read"), "expires_in_days", 1)
		good := job.bearer
		other := func(letter byte) string {
			if letter == 'a' {
				return "b"
			}
			return "a"
		}
		for name, secret := range map[string]string{
			"another check": good[:len(good)-1] + other(good[len(good)-1]), "another letter": "ink_" + other(good[4]) + good[5:], "cut short": good[:len(good)-1],
			"made up": "ink_00000000000000000000000000000000000000", "no prefix": good[4:], "SQL": "ink_' OR 1=1 --", "a word": "secret", "two": good + " " + good,
		} {
			a := h.program(t, secret).do("GET", "/api/v1/domains", nil)
			if a.status != 401 || a.body["code"] != "token-invalid" || a.header.Get("WWW-Authenticate") != `Bearer error="invalid_token"` {
				t.Errorf("%s: %d %s %v", name, a.status, a.raw, a.header)
			}
		}
		if a := h.stranger(t).do("GET", "/api/v1/domains", nil, "Authorization", "bearer "+good); a.status != 200 {
			t.Errorf("the scheme in small letters: %d %s", a.status, a.raw)
		}
		h.stranger(t).refused(401, "unauthenticated", "GET", "/api/v1/domains", nil, "Authorization", "Basic "+good)
		h.stranger(t).refused(422, "invalid", "GET", "/api/v1/domains?access_token="+good, nil)
		h.clock.Advance(24*time.Hour - time.Second)
		job.want(200, "GET", "/api/v1/domains", nil)
		h.clock.Advance(time.Second)
		job.refused(401, "token-invalid", "GET", "/api/v1/domains", nil)
	})
}

// A cookie and a token together are nobody.
func TestACookieAndATokenTogetherAreRefused(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	mila := h.signIn(t, "Blue Door Bakery")
	_, job := mila.makeToken(h, scopesFor("domains:write"))
	ada := h.signIn(t, "Ada Winter")
	for _, c := range []*client{mila, ada} {
		c.refused(401, "two-identities", "GET", "/api/v1/domains", nil, "Authorization", "Bearer "+job.bearer)
		c.refused(401, "two-identities", "POST", "/api/v1/domains", fields("name", "both.example"), "Authorization", "Bearer "+job.bearer, "X-CSRF-Token", "")
	}
	job.refused(403, "cross-site", "POST", "/api/v1/domains", fields("name", "both.example"), "Origin", "https://evil.example")
	if n := h.count(t, "SELECT count(*) FROM domains WHERE name = 'both.example'"); n != 0 {
		t.Error("a domain came of it")
	}
}

// From elsewhere than the networks that are listed a token opens nothing, and its
// person can read that somebody tried.
func TestATokenIsClosedFromOtherNetworks(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila := h.signIn(t, "Blue Door Bakery")
		id, elsewhere := mila.makeToken(h, scopesFor("domains:read"), "networks", []string{"192.0.2.0/24", "2001:db8::/32"})
		elsewhere.refused(403, "token-network", "GET", "/api/v1/domains", nil)
		elsewhere.refused(403, "token-network", "GET", "/api/v1/tokens/self", nil)
		recorded := "SELECT count(*) FROM audit_events WHERE action = 'token.refused' AND result = 'denied' AND object_id = ? AND account_id = ?"
		for i, pause := range []time.Duration{0, 59 * time.Minute, time.Minute} {
			h.clock.Advance(pause)
			elsewhere.refused(403, "token-network", "GET", "/api/v1/domains", nil)
			if n, want := h.count(t, recorded, id, mila.who.AccountID), []int64{1, 1, 2}[i]; int64(n) != want {
				t.Errorf("%v later %d attempts are recorded, want %d: one an hour", pause, n, want)
			}
		}
		mila = h.signIn(t, "Blue Door Bakery")
		if n := h.count(t, "SELECT count(*) FROM api_tokens WHERE last_used_at IS NOT NULL"); n != 0 {
			t.Error("what was refused counts as a use")
		}
		_, here := mila.makeToken(h, scopesFor("domains:read"), "networks", []string{"127.0.0.1"})
		here.want(200, "GET", "/api/v1/domains", nil)
		for _, bad := range []string{"192.0.2.7/24", "everywhere", "", "1.2.3.4/33", "fe80::1%eth0"} {
			body := mila.refused(422, "invalid", "POST", "/api/v1/tokens", fields("name", "x", "scopes", []string{"domains:read"}, "networks", []string{bad}))
			if !strings.Contains(pointersOf(body), "/networks") {
				t.Errorf("%q: the problem points at%s", bad, pointersOf(body))
			}
		}
	})
}

// A program that lacks a scope goes on asking: the record says so once an hour, for each
// thing that it tried.
func TestScopesThatAreMissingAreRecordedOnceAnHour(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	mila := h.signIn(t, "Blue Door Bakery")
	_, job := mila.makeToken(h, scopesFor("domains:read"))
	_, other := mila.makeToken(h, scopesFor("domains:read"))
	tries := func(c *client, operation, path string, want int) {
		t.Helper()
		c.refused(403, "scope-missing", "GET", path, nil)
		n := h.count(t, "SELECT count(*) FROM audit_events WHERE action = 'access.denied' AND result = 'denied' AND actor_kind = 'token' AND object_id = ?", operation)
		if n != want {
			t.Errorf("%s was refused and is recorded %d times, want %d", operation, n, want)
		}
	}
	tries(job, "listMailboxes", "/api/v1/mailboxes", 1)
	tries(job, "listMailboxes", "/api/v1/mailboxes", 1)
	tries(job, "listFiles", "/api/v1/files?path=/", 1)
	tries(other, "listMailboxes", "/api/v1/mailboxes", 2)
	h.clock.Advance(time.Hour - time.Second)
	tries(job, "listMailboxes", "/api/v1/mailboxes", 2)
	h.clock.Advance(time.Second)
	tries(job, "listMailboxes", "/api/v1/mailboxes", 3)
}

// What cannot be a token is said field by field; nobody gives what he has not.
func TestWhatATokenCannotBe(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	mila := h.signIn(t, "Blue Door Bakery")
	body := func(field string, value any) map[string]any {
		b := fields("name", "x", "scopes", []string{"domains:read"})
		b[field] = value
		return b
	}
	for _, c := range []struct {
		field string
		value any
	}{
		{"name", "   "}, {"name", "a\u202eb"}, {"name", strings.Repeat("a", 81)}, {"scopes", []string{}}, {"scopes", []string{"everything"}},
		{"scopes", []string{"impersonate"}}, {"scopes", []string{"roles:read"}}, {"scopes", []string{"domains:read", "system:read"}},
		{"expires_in_days", 0}, {"expires_in_days", 367}, {"expires_in_days", -1},
	} {
		answer := mila.refused(422, "invalid", "POST", "/api/v1/tokens", body(c.field, c.value))
		if !strings.Contains(pointersOf(answer), "/"+c.field) {
			t.Errorf("%s %v: the problem points at%s", c.field, c.value, pointersOf(answer))
		}
	}
	if n := h.count(t, "SELECT count(*) FROM api_tokens"); n != 0 {
		t.Errorf("%d tokens came of it", n)
	}
	offered := list(mila.want(200, "GET", "/api/v1/tokens", nil), "scopes")
	names := make([]string, len(offered))
	for i, s := range offered {
		names[i] = s["name"].(string)
	}
	if slices.Contains(names, "impersonate") || slices.Contains(names, "roles:read") || !slices.Contains(names, "files:write") {
		t.Errorf("a customer is offered %v", names)
	}
}

// Making, rotating and revoking ask for a fresh proof.
func TestS07TokensAreMadeAfterAFreshProof(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	mila := h.signIn(t, "Blue Door Bakery")
	id, _ := mila.makeToken(h, scopesFor("domains:read"))
	h.clock.Advance(6 * time.Minute)
	mila.refused(403, "step-up-required", "POST", "/api/v1/tokens", fields("name", "x", "scopes", []string{"domains:read"}))
	mila.refused(403, "step-up-required", "POST", "/api/v1/tokens/"+id+"/rotate", fields())
	mila.refused(403, "step-up-required", "DELETE", "/api/v1/tokens/"+id, nil)
	mila.stepUp(nil)
	mila.want(204, "DELETE", "/api/v1/tokens/"+id, nil)
}

// No credentials are minted in a visit, nor by a token; somebody else's token is not
// there.
func TestI16NobodyMintsTokensForOthers(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila := h.signIn(t, "Blue Door Bakery")
		id, _ := mila.makeToken(h, scopesFor("domains:read"))
		ada := h.signIn(t, "Ada Winter")
		_, base := ada.visit(mila.who, "change")
		for method, path := range map[string]string{"GET": "/tokens", "POST": "/tokens", "DELETE": "/tokens/" + id} {
			var body any
			if method == "POST" {
				body = fields("name", "x", "scopes", []string{"domains:read"})
			}
			ada.refused(403, "closed-while-acting", method, base+"/api/v1"+path, body)
		}
		ada.refused(403, "closed-while-acting", "POST", base+"/api/v1/tokens/"+id+"/rotate", fields())
		ada.want(200, "POST", base+"/stop", nil)
		ada.refused(404, "token-not-found", "DELETE", "/api/v1/tokens/"+id, nil)
		ada.refused(404, "token-not-found", "POST", "/api/v1/tokens/"+id+"/rotate", fields())
		_, all := ada.makeToken(h, allScopes())
		all.refused(403, "closed-to-tokens", "POST", "/api/v1/tokens", fields("name", "x", "scopes", []string{"domains:read"}))
		all.refused(403, "closed-to-tokens", "GET", "/api/v1/tokens", nil)
		all.refused(403, "closed-to-tokens", "POST", "/api/v1/session/step-up", fields("password", ada.who.Password))
		all.refused(403, "closed-to-tokens", "PUT", "/api/v1/me/password", fields("current_password", ada.who.Password, "new_password", "a new password that is long"))
		if n := h.count(t, "SELECT count(*) FROM api_tokens WHERE person_id <> ?", ada.personID()); n != 1 {
			t.Errorf("%d tokens of others, want that of the bakery alone", n)
		}
	})
}

func allScopes() []string {
	var names []string
	for _, s := range rbac.Scopes() {
		names = append(names, s.Name)
	}
	return names
}

// A token is no way round the second factor.
func TestA04ATokenNeedsTheSecondFactorToo(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.environ = append(h.environ, "INNKEEPER_REQUIRE_SECOND_FACTOR=staff")
	h.serve(t)
	person := h.personID(t, h.named(t, "Samir Okafor"))
	secret := h.giveFactor(t, person, true)
	samir := h.stranger(t)
	samir.who = h.named(t, "Samir Okafor")
	in := samir.want(200, "POST", "/api/v1/session", fields("login", samir.who.Login, "password", samir.who.Password, "code", h.code(t, secret)))
	samir.csrf = in["csrf_token"].(string)
	_, job := samir.makeToken(h, scopesFor("accounts:read", "impersonate"))
	job.want(200, "GET", "/api/v1/accounts", nil)
	h.exec(t, "DELETE FROM second_factors WHERE person_id = ?", person)
	job.refused(403, "second-factor-required", "GET", "/api/v1/accounts", nil)
	job.refused(403, "second-factor-required", "POST", "/api/v1/impersonations", begin(h.named(t, "Blue Door Bakery"), "look"))
	samir.refused(403, "second-factor-required", "POST", "/api/v1/tokens", fields("name", "x", "scopes", []string{"domains:read"}))
}

// Who is blocked, or is something else than when he made it, has no token any more.
func TestS05TokensDieWithTheirPersonsRights(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada := h.signIn(t, "Ada Winter")
		samir := h.signIn(t, "Samir Okafor")
		_, job := samir.makeToken(h, scopesFor("domains:read", "impersonate"))
		job.want(200, "GET", "/api/v1/domains", nil)
		h.exec(t, "UPDATE account_people SET role = 'billing' WHERE person_id = ?", h.personID(t, h.named(t, "Samir Okafor")))
		job.refused(401, "token-invalid", "GET", "/api/v1/domains", nil)
		h.exec(t, "UPDATE account_people SET role = 'support' WHERE person_id = ?", h.personID(t, h.named(t, "Samir Okafor")))
		visit := job.want(201, "POST", "/api/v1/impersonations", begin(h.named(t, "Blue Door Bakery"), "look"))

		ada.want(200, "POST", "/api/v1/accounts/"+samir.who.AccountID+"/disable", fields("reason", "gone"))
		job.refused(401, "token-invalid", "GET", "/api/v1/domains", nil)
		job.refused(401, "token-invalid", "GET", visit["base_url"].(string)+"/api/v1/domains", nil)
		if n := h.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND end_reason = 'actor_disabled'", visit["id"]); n != 1 {
			t.Error("the visit goes on")
		}
		ada.want(200, "POST", "/api/v1/accounts/"+samir.who.AccountID+"/enable", nil)
		job.refused(401, "token-invalid", "GET", "/api/v1/domains", nil)
		if n := h.count(t, "SELECT count(*) FROM api_tokens WHERE revoked_why = '"+account.ReasonDisabled+"'"); n != 1 {
			t.Error("the token is not revoked")
		}
	})
}

// To sign everybody out ends what they are signed in by, and no program's work.
func TestSigningEverybodyOutLeavesTokensAlone(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	ada, mila := h.signIn(t, "Ada Winter"), h.signIn(t, "Blue Door Bakery")
	_, job := mila.makeToken(h, scopesFor("domains:read"))
	ada.want(200, "POST", "/api/v1/accounts/"+mila.who.AccountID+"/sign-out", nil)
	mila.refused(401, "session-ended", "GET", "/api/v1/domains", nil)
	job.want(200, "GET", "/api/v1/domains", nil)
	if n := h.count(t, "SELECT count(*) FROM audit_events WHERE action = 'token.revoke'"); n != 0 {
		t.Errorf("%d tokens were revoked, want none", n)
	}
}

// Whoever is blocked hears nothing of tokens that had expired before.
func TestTokensThatHadExpiredAreNotRevokedAnew(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	samir := h.signIn(t, "Samir Okafor")
	old, _ := samir.makeToken(h, scopesFor("domains:read"), "expires_in_days", 1)
	good, _ := samir.makeToken(h, scopesFor("domains:read"), "expires_in_days", 9)
	h.clock.Advance(48 * time.Hour)
	h.signIn(t, "Ada Winter").want(200, "POST", "/api/v1/accounts/"+samir.who.AccountID+"/disable", fields("reason", "gone"))
	for id, want := range map[string]int{old: 0, good: 1} {
		events := h.count(t, "SELECT count(*) FROM audit_events WHERE action = 'token.revoke' AND object_id = ? AND account_id = ?", id, samir.who.AccountID)
		ended := h.count(t, "SELECT count(*) FROM api_tokens WHERE id = ? AND revoked_at IS NOT NULL", id)
		if events != want || ended != want {
			t.Errorf("%d events and %d ends, want %d of each", events, ended, want)
		}
	}
	if n := h.count(t, "SELECT count(*) FROM notifications WHERE event = 'token.revoke'"); n != 1 {
		t.Errorf("%d notices, want 1", n)
	}
}

// A program goes through a visit from its start to its end with nothing but its token.
func TestAProgramVisitsByItsToken(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		bakery := h.named(t, "Blue Door Bakery")
		ada := h.signIn(t, "Ada Winter")
		id, job := ada.makeToken(h, scopesFor("domains:write", "impersonate"))
		_, second := ada.makeToken(h, scopesFor("domains:write", "impersonate"))
		_, narrow := ada.makeToken(h, scopesFor("domains:write"))
		narrow.refused(403, "scope-missing", "POST", "/api/v1/impersonations", begin(bakery, "look"))

		h.clock.Advance(2 * time.Hour) // longer than INNKEEPER_STEP_UP: the token's making was the proof
		visit := job.want(201, "POST", "/api/v1/impersonations", begin(bakery, "change"))
		base := visit["base_url"].(string)
		if visit["by_token"] != true || visit["expires_at"] != h.clock.Now().Add(15*time.Minute).UTC().Format(time.RFC3339) {
			t.Errorf("the visit is %v, want one by token of 15 minutes", visit)
		}
		mila := h.signIn(t, "Blue Door Bakery")
		who := job.want(200, "GET", base+"/api/v1/session", nil)
		if inside(who, "account") != bakery.AccountID || inside(who, "impersonation") != visit["id"] {
			t.Errorf("under the prefix asks %v", who)
		}
		job.want(201, "POST", base+"/api/v1/domains", fields("name", "program.example"))
		job.refused(403, "scope-missing", "GET", base+"/api/v1/files?path=/", nil)
		job.refused(403, "closed-to-tokens", "PUT", base+"/api/v1/me/access-policy", fields("policy", "open"))
		event := list(mila.want(200, "GET", "/api/v1/activity?event=domain.create", nil), "events")[0]
		if event["impersonation_id"] != visit["id"] || event["token_id"] != id || inside(event, "subject") != bakery.AccountID {
			t.Errorf("the event says %v", event)
		}

		ada = h.signIn(t, "Ada Winter")
		for name, c := range map[string]*client{"another token": second, "a session of the same person": ada} {
			if a := c.do("GET", base+"/api/v1/domains", nil); a.status != 404 || a.body["code"] != "visit-not-found" {
				t.Errorf("%s: %d %s", name, a.status, a.raw)
			}
		}
		second.refused(404, "visit-not-found", "POST", base+"/stop", nil)
		narrow.refused(403, "scope-missing", "POST", base+"/stop", nil)
		job.want(200, "GET", base+"/api/v1/domains", nil)
		if end := job.want(200, "POST", base+"/stop", nil); end["end_reason"] != "stopped" {
			t.Errorf("stopped: %v", end)
		}
		job.refused(410, "impersonation-ended", "GET", base+"/api/v1/domains", nil)

		two := job.want(201, "POST", "/api/v1/impersonations", begin(bakery, "look"))
		if end := ada.want(200, "POST", two["base_url"].(string)+"/stop", nil); end["end_reason"] != "stopped" {
			t.Errorf("stopped by the person himself: %v", end)
		}
		three := job.want(201, "POST", "/api/v1/impersonations", begin(bakery, "look"))
		ada.want(204, "DELETE", "/api/v1/tokens/"+id, nil)
		job.refused(401, "token-invalid", "GET", three["base_url"].(string)+"/api/v1/domains", nil)
		mine := mila.want(200, "GET", "/api/v1/me/access-history/"+three["id"].(string), nil)
		if mine["end_reason"] != "actor_session_ended" || mine["by_token"] != true {
			t.Errorf("after the token was revoked the customer reads %v", mine)
		}
	})
}

// A visit by a token is over after 15 minutes whatever is done in it, and a locked
// account is not opened by one.
func TestAVisitByTokenEndsAfterFifteenMinutes(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	bakery := h.named(t, "Blue Door Bakery")
	_, job := h.signIn(t, "Ada Winter").makeToken(h, scopesFor("domains:read", "impersonate"))
	visit := job.want(201, "POST", "/api/v1/impersonations", begin(bakery, "look"))
	path := visit["base_url"].(string)
	for range 14 {
		h.clock.Advance(time.Minute)
		job.want(200, "POST", path+"/activity", nil)
	}
	h.clock.Advance(time.Minute)
	over := job.refused(410, "impersonation-ended", "GET", path+"/api/v1/domains", nil)
	if over["end_reason"] != "expired" {
		t.Errorf("it ended by %v, want expired", over["end_reason"])
	}
	mila := h.signIn(t, "Blue Door Bakery")
	mila.want(200, "PUT", "/api/v1/me/access-policy", fields("policy", "locked"))
	job.refused(403, "account-locked", "POST", "/api/v1/impersonations", begin(bakery, "look"))
	glass := begin(bakery, "look")
	glass["break_glass"], glass["reason_code"] = true, "abuse"
	if a := job.do("POST", "/api/v1/impersonations", glass); a.status != 403 {
		t.Errorf("break-glass by a token: %d %s", a.status, a.raw)
	}
}
