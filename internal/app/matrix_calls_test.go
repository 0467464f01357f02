package app_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"innkeeper/internal/ident"
)

// operation is one of the API and how the matrix calls it.
type operation struct {
	id    string
	names string // what its request names: a thing of seenBy, or see the oracle; "" for nothing
	lists bool   // it can also be called without naming an account
	call  func(t *testing.T, c *asker, x place) request
}

type request struct {
	method, path string
	body         any
	header       []string
}

// asker is somebody who makes the calls of the matrix.
type asker struct {
	*client
	h       *house
	person  string
	session string
	base    string // "" as himself, else the prefix of his visit
	visit   string
	mode    string     // of the visit; look without one
	next    func() int // a number that was not used before
}

// the password of everybody in the matrix.
const everybodysPassword = "four words are easily remembered"

func get(path string) request { return request{method: http.MethodGet, path: path} }
func post(path string, body any) request {
	return request{method: http.MethodPost, path: path, body: body}
}
func put(path string, body any) request {
	return request{method: http.MethodPut, path: path, body: body}
}
func remove(path string) request { return request{method: http.MethodDelete, path: path} }
func fields(pairs ...any) map[string]any {
	m := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	return m
}

// on is a call that needs nothing but the place.
func on(make func(x place) request) func(*testing.T, *asker, place) request {
	return func(_ *testing.T, _ *asker, x place) request { return make(x) }
}

// by is a call that needs a number of its own too.
func by(make func(x place, n int) request) func(*testing.T, *asker, place) request {
	return func(_ *testing.T, c *asker, x place) request { return make(x, c.next()) }
}

// operations are all operations of the API.
func operations() []operation {
	var all []operation
	for _, part := range [][]operation{accountCalls, hostingCalls, fileCalls, visitCalls, ownCalls, tokenCalls, systemCalls, roleCalls} {
		all = append(all, part...)
	}
	return all
}

var accountCalls = []operation{
	{"listAccounts", "account", true, on(func(x place) request { return get("/accounts?page_size=200&sort=-created_at&owner_id=" + x.id) })},
	{"getAccount", "account", false, on(func(x place) request { return get("/accounts/" + x.id) })},
	{"createAccount", "owner", false, by(func(x place, n int) request {
		return post("/accounts", fields("kind", "customer", "name", fmt.Sprint("New ", n), "email", fmt.Sprintf("new%d@test.example", n), "owner_id", x.id))
	})},
	{"updateAccount", "account", false, func(t *testing.T, c *asker, x place) request {
		t.Helper()
		version := c.h.count(t, "SELECT coalesce(max(version), 1) FROM accounts WHERE id = ?", x.id)
		return request{http.MethodPatch, "/accounts/" + x.id, fields("phone", fmt.Sprint("+49 30 ", c.next())), []string{"If-Match", fmt.Sprintf(`"%d"`, version)}}
	}},
	{"deleteAccount", "account", false, on(func(x place) request { return remove("/accounts/" + x.id) })},
	{"disableAccount", "account", false, on(func(x place) request { return post("/accounts/"+x.id+"/disable", fields("reason", "a test")) })},
	{"enableAccount", "account", false, on(func(x place) request { return post("/accounts/"+x.id+"/enable", nil) })},
	{"signOutAccount", "account", false, on(func(x place) request { return post("/accounts/"+x.id+"/sign-out", nil) })},
	{"suspendAccount", "account", false, on(func(x place) request { return post("/accounts/"+x.id+"/suspend", fields("reason", "a test")) })},
	{"unsuspendAccount", "account", false, on(func(x place) request { return post("/accounts/"+x.id+"/unsuspend", nil) })},
	{"transferAccount", "account", false, on(func(x place) request { return post("/accounts/"+x.id+"/transfer", fields("owner_id", x.heir)) })},
	{"resendInvitation", "account", false, on(func(x place) request { return post("/accounts/"+x.id+"/invitation", nil) })},
	{"acceptInvitation", "", false, on(func(x place) request {
		return post("/invitations/accept", fields("token", x.token, "password", everybodysPassword))
	})},
	{"listActivity", "account", true, on(func(x place) request { return get("/activity?page_size=200&account_id=" + x.id) })},
	{"exportActivity", "account", false, on(func(x place) request { return post("/activity/exports", fields("format", "csv", "account_id", x.id)) })},
	{"listSavedFilters", "", false, on(func(place) request { return get("/activity/filters") })},
	{"saveFilter", "", false, by(func(_ place, n int) request {
		return post("/activity/filters", fields("name", fmt.Sprint("Filter ", n), "query", "event=session.start"))
	})},
	{"deleteSavedFilter", "mine", false, on(func(x place) request { return remove("/activity/filters/" + x.filter) })},
	{"listOperations", "", false, on(func(place) request { return get("/operations") })},
	{"getOperation", "mine", false, on(func(x place) request { return get("/operations/" + x.waiting) })},
	{"cancelOperation", "mine", false, on(func(x place) request { return post("/operations/"+x.waiting+"/cancel", nil) })},
	{"downloadOperation", "mine", false, on(func(x place) request { return get("/operations/" + x.made + "/file") })},
}

var hostingCalls = []operation{
	{"listDomains", "account", true, on(func(x place) request { return get("/domains?page_size=200&account_id=" + x.id) })},
	{"getDomain", "domain", false, on(func(x place) request { return get("/domains/" + x.domain) })},
	{"createDomain", "account", false, by(func(x place, n int) request {
		return post("/domains", fields("name", fmt.Sprintf("new%d.example", n), "account_id", x.id))
	})},
	{"deleteDomain", "domain", false, on(func(x place) request { return remove("/domains/" + x.domain) })},
	{"listRecords", "domain", false, on(func(x place) request { return get("/domains/" + x.domain + "/records") })},
	{"createRecord", "domain", false, by(func(x place, n int) request {
		return post("/domains/"+x.domain+"/records", fields("name", fmt.Sprint("n", n), "type", "A", "ttl", 3600, "value", "192.0.2.9"))
	})},
	{"updateRecord", "domain", false, on(func(x place) request {
		return put("/domains/"+x.domain+"/records/"+x.record, fields("name", "www", "type", "A", "ttl", 60, "value", "192.0.2.2"))
	})},
	{"deleteRecord", "domain", false, on(func(x place) request { return remove("/domains/" + x.domain + "/records/" + x.record) })},
	{"listMailboxes", "account", true, on(func(x place) request { return get("/mailboxes?page_size=200&account_id=" + x.id) })},
	{"getMailbox", "mailbox", false, on(func(x place) request { return get("/mailboxes/" + x.mailbox) })},
	{"createMailbox", "account", false, by(func(x place, n int) request {
		return post("/mailboxes", fields("address", fmt.Sprintf("new%d@%s", n, x.host), "account_id", x.id))
	})},
	{"updateMailbox", "mailbox", false, by(func(x place, n int) request {
		return request{method: http.MethodPatch, path: "/mailboxes/" + x.mailbox, body: fields("quota_bytes", 1<<20+n)}
	})},
	{"deleteMailbox", "mailbox", false, on(func(x place) request { return remove("/mailboxes/" + x.mailbox) })},
	{"setMailboxPassword", "mailbox", false, on(func(x place) request {
		return put("/mailboxes/"+x.mailbox+"/password", fields("password", everybodysPassword))
	})},
	{"listMessages", "mailbox", false, on(func(x place) request { return get("/mailboxes/" + x.mailbox + "/messages") })},
	{"readMessage", "mailbox", false, on(func(x place) request { return get("/mailboxes/" + x.mailbox + "/messages/" + plantedMessage) })},
	{"listMailboxUnlocks", "", false, on(func(place) request { return get("/me/mailbox-unlocks") })},
	{"unlockMailbox", "mine", false, on(func(x place) request { return post("/me/mailbox-unlocks", fields("mailbox_id", x.mailbox, "hours", 1)) })},
	{"lockMailbox", "mine", false, on(func(x place) request { return remove("/me/mailbox-unlocks/" + x.unlock) })},
}

var fileCalls = []operation{
	{"listFiles", "", false, on(func(place) request { return get("/files?path=/") })},
	{"readFile", "", false, withFile(func(name string) request { return get("/files/content?path=" + name) })},
	{"writeFile", "", false, withFile(func(name string) request { return put("/files/content?path="+name, []byte("written")) })},
	{"createFolder", "", false, by(func(_ place, n int) request { return post("/files/folder", fields("path", fmt.Sprint("/folder", n))) })},
	{"renameFile", "", false, withFile(func(name string) request { return post("/files/rename", fields("from", name, "to", name+".new")) })},
	{"deleteFiles", "", false, withFile(func(name string) request { return post("/files/delete", fields("paths", []string{name})) })},
}

// withFile is a call that finds a file of its own in the home of the own place.
func withFile(make func(name string) request) func(*testing.T, *asker, place) request {
	return func(t *testing.T, c *asker, x place) request {
		t.Helper()
		name := fmt.Sprintf("file%d.txt", c.next())
		home := filepath.Join(c.h.data, "homes", x.id)
		if err := os.MkdirAll(home, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(home, name), []byte("a file"), 0o600); err != nil {
			t.Fatal(err)
		}
		return make("/" + name)
	}
}

var visitCalls = []operation{
	{"startImpersonation", "whom", false, on(func(x place) request {
		return post("/impersonations", fields("account_id", x.id, "reason_code", "other", "reason", "asked for by the matrix", "mode", "look", "informed", "asked", "supersede", true))
	})},
	{"announceImpersonation", "whom", false, func(t *testing.T, c *asker, x place) request {
		t.Helper()
		c.h.exec(t, "DELETE FROM visit_announcements WHERE subject_id = ? OR actor_id = ?", x.id, c.person)
		return post("/impersonation-announcements", fields("account_id", x.id, "reason_code", "other", "reason", "asked for by the matrix"))
	}},
	{"listAnnouncements", "", false, on(func(x place) request { return get("/impersonation-announcements?account_id=" + x.id) })},
	{"createSSOLink", "account", false, func(_ *testing.T, c *asker, x place) request {
		return post("/accounts/"+x.id+"/sso", fields("actor", fields("kind", "staff", "email", c.person+"@test.example"), "reason", "asked for by the matrix"))
	}},
	{"readSSOLink", "mine", false, on(func(place) request { return post("/sso/read", fields("token", "nothing")) })},
	{"startBySSOLink", "mine", false, on(func(place) request { return post("/sso/start", fields("token", "nothing", "informed", "asked")) })},
	{"listImpersonations", "account", true, on(func(x place) request { return get("/impersonations?page_size=200&account_id=" + x.id) })},
	{"listVisitWeeks", "", false, on(func(place) request { return get("/impersonation-weeks") })},
	{"listVisitFlags", "", false, on(func(place) request { return get("/impersonation-flags") })},
	{"getImpersonation", "visit", false, on(func(x place) request { return get("/impersonations/" + x.visit) })},
	{"endImpersonation", "visit", false, on(func(x place) request { return post("/impersonations/"+x.visit+"/end", nil) })},
	{"stopImpersonation", "under", false, func(t *testing.T, c *asker, x place) request {
		t.Helper()
		if x.visit == c.visit { // the visit of the matrix goes on: stop another one of his
			x.visit = c.another(t)
		}
		return post("/as/"+x.visit+"/stop", nil)
	}},
	{"changeVisitMode", "under", false, func(_ *testing.T, c *asker, x place) request {
		return post("/as/"+x.visit+"/mode", fields("mode", c.mode, "reason", "asked for by the matrix"))
	}},
	{"recordVisitActivity", "under", false, on(func(x place) request { return post("/as/"+x.visit+"/activity", nil) })},
	{"getAccessPolicy", "", false, on(func(place) request { return get("/me/access-policy") })},
	{"setAccessPolicy", "", false, on(func(place) request { return put("/me/access-policy", fields("policy", "open")) })},
	{"listAccessRequests", "", false, on(func(place) request { return get("/me/access-requests") })},
	{"approveAccessRequest", "mine", false, on(func(x place) request { return post("/me/access-requests/"+x.asked+"/approve", nil) })},
	{"denyAccessRequest", "mine", false, on(func(x place) request { return post("/me/access-requests/"+x.asked+"/deny", nil) })},
	{"listImpersonationRequests", "", false, on(func(place) request { return get("/impersonation-requests") })},
	{"getImpersonationRequest", "asker", false, on(func(x place) request { return get("/impersonation-requests/" + x.mine) })},
	{"withdrawImpersonationRequest", "asker", false, on(func(x place) request { return remove("/impersonation-requests/" + x.mine) })},
	{"giveRequestCode", "asker", false, on(func(x place) request {
		return post("/impersonation-requests/"+x.mine+"/code", fields("code", askCode))
	})},
	{"approveBreakGlass", "glass", false, on(func(x place) request { return post("/impersonation-requests/"+x.glass+"/approve", nil) })},
	{"denyBreakGlass", "glass", false, on(func(x place) request { return post("/impersonation-requests/"+x.glass+"/deny", nil) })},
	{"readAccessRequest", "", false, on(func(x place) request { return post("/access-requests/read", fields("token", x.link)) })},
	{"answerAccessRequest", "", false, on(func(x place) request {
		return post("/access-requests/answer", fields("token", x.link, "answer", "deny"))
	})},
	{"listAccessHistory", "", false, on(func(place) request { return get("/me/access-history") })},
	{"getAccessReceipt", "visit", false, on(func(x place) request { return get("/me/access-history/" + x.visit + "/receipt") })},
	{"getAccessStatement", "", false, on(func(place) request { return get("/me/access-statement?from=2026-01-01T00:00:00Z") })},
	{"getRecordKey", "", false, on(func(place) request { return get("/record-key") })},
	{"getAccessHistory", "visit", false, on(func(x place) request { return get("/me/access-history/" + x.visit) })},
}

// another begins one more visit by the same sign-in.
func (c *asker) another(t *testing.T) string {
	t.Helper()
	s := &script{h: c.h}
	elsewhere := s.plant("customer", place{})
	id := s.visit(c.person, c.who.AccountID, c.session, elsewhere, "look")
	s.run(t)
	return id
}

var ownCalls = []operation{
	{"getDashboard", "", false, on(func(place) request { return get("/dashboard") })},
	{"listPlans", "", false, on(func(place) request { return get("/plans") })},
	{"listNotifications", "", false, on(func(place) request { return get("/notifications") })},
	{"readNotification", "mine", false, on(func(x place) request { return post("/notifications/"+x.notice+"/read", nil) })},
	{"getNotificationSettings", "", false, on(func(place) request { return get("/me/notification-settings") })},
	{"setNotificationSettings", "", false, by(func(_ place, n int) request {
		return put("/me/notification-settings", fields("language", []string{"en", "de"}[n%2], "unmailed", []string{"impersonation.start"}))
	})},
	{"getSession", "", false, on(func(place) request { return get("/session") })},
	{"streamEvents", "", false, on(func(place) request { return get("/events?follow=false") })},
	{"listSessions", "", false, on(func(place) request { return get("/sessions") })},
	{"endSession", "mine", false, on(func(x place) request { return remove("/sessions/" + x.session) })},
	{"changePassword", "", false, func(t *testing.T, c *asker, _ place) request {
		t.Helper()
		c.givePassword(t)
		return put("/me/password", fields("current_password", everybodysPassword, "new_password", "four other words, as easily remembered"))
	}},
	{"signIn", "", false, func(t *testing.T, c *asker, _ place) request {
		t.Helper()
		c.givePassword(t)
		return post("/session", fields("login", c.person+"@test.example", "password", everybodysPassword))
	}},
	{"stepUp", "", false, func(t *testing.T, c *asker, _ place) request {
		t.Helper()
		c.givePassword(t)
		return post("/session/step-up", fields("password", everybodysPassword))
	}},
	{"getPasskeySupport", "", false, on(func(place) request { return get("/session/passkey") })},
	{"beginPasskeySignIn", "", false, on(func(place) request { return post("/session/passkey/challenge", fields()) })},
	{"signInWithPasskey", "", false, func(t *testing.T, c *asker, _ place) request {
		t.Helper()
		browser := ident.New("tok")
		sum := sha256.Sum256([]byte(browser))
		asked := c.h.giveChallenge(t, hex.EncodeToString(sum[:]), "sign-in", "")
		return request{http.MethodPost, "/session/passkey", c.h.givePasskey(t, c.person).sign(asked), []string{"Cookie", "innkeeper-passkey=" + browser}}
	}},
	{"beginPasskeyStepUp", "", false, func(t *testing.T, c *asker, _ place) request {
		t.Helper()
		c.h.givePasskey(t, c.person)
		return post("/session/step-up/challenge", nil)
	}},
	{"listPasskeys", "", false, on(func(place) request { return get("/me/passkeys") })},
	{"beginPasskey", "", false, on(func(place) request { return post("/me/passkeys/challenge", nil) })},
	{"addPasskey", "", false, func(t *testing.T, c *asker, _ place) request {
		t.Helper()
		return post("/me/passkeys", c.h.device(t).make(c.h.giveChallenge(t, c.session, "add", c.person), "A key"))
	}},
	{"renamePasskey", "mine", false, on(func(x place) request {
		return request{method: http.MethodPatch, path: "/me/passkeys/" + x.passkey, body: fields("name", "A name")}
	})},
	{"removePasskey", "mine", false, on(func(x place) request { return remove("/me/passkeys/" + x.passkey) })},
	{"getSecondFactor", "", false, on(func(place) request { return get("/me/second-factor") })},
	{"beginTOTP", "", false, withFactor(false, func(string) request { return post("/me/second-factor/totp", nil) })},
	{"confirmTOTP", "", false, withFactor(false, func(code string) request {
		return post("/me/second-factor/totp/confirm", fields("code", code))
	})},
	{"makeRecoveryCodes", "", false, withFactor(true, func(string) request { return post("/me/recovery-codes", nil) })},
	{"removeSecondFactor", "", false, withFactor(true, func(string) request { return remove("/me/second-factor") })},
	{"signOut", "", false, on(func(place) request { return remove("/session") })},
}

// withFactor is a call by somebody who has a second factor, or has begun one, with
// the code that its app shows now.
func withFactor(confirmed bool, make func(code string) request) func(*testing.T, *asker, place) request {
	return func(t *testing.T, c *asker, _ place) request {
		t.Helper()
		return make(c.h.code(t, c.h.giveFactor(t, c.person, confirmed)))
	}
}

// givePassword gives the asker the password that he is about to use, and nothing
// else that would be asked for.
func (c *asker) givePassword(t *testing.T) {
	t.Helper()
	c.h.exec(t, "UPDATE people SET password_hash = ? WHERE id = ?", cheapHash(everybodysPassword), c.person)
	c.h.exec(t, "DELETE FROM second_factors WHERE person_id = ?", c.person)
	c.h.exec(t, "DELETE FROM passkeys WHERE person_id = ?", c.person)
}

var tokenCalls = []operation{
	{"listTokens", "", false, on(func(place) request { return get("/tokens") })},
	{"createToken", "", false, by(func(_ place, n int) request {
		return post("/tokens", fields("name", fmt.Sprint("Token ", n), "scopes", []string{"accounts:read"}))
	})},
	{"getOwnToken", "mine", false, on(func(place) request { return get("/tokens/self") })},
	{"rotateToken", "mine", false, on(func(x place) request { return post("/tokens/"+x.apiToken+"/rotate", fields("overlap_seconds", 0)) })},
	{"revokeToken", "mine", false, on(func(x place) request { return remove("/tokens/" + x.apiToken) })},
}

var systemCalls = []operation{
	{"listNotificationTemplates", "", false, on(func(place) request { return get("/notification-templates") })},
	{"getNotificationTemplate", "", false, on(func(place) request { return get("/notification-templates/password.change/texts/de") })},
	{"writeNotificationTemplate", "", false, by(func(_ place, n int) request {
		return put("/notification-templates/password.change/texts/de", fields("subject", fmt.Sprint("Text ", n), "body", "{{summary}}"))
	})},
	{"restoreNotificationTemplate", "", false, on(func(place) request { return remove("/notification-templates/password.change/texts/de") })},
	{"previewNotificationTemplate", "", false, on(func(place) request {
		return post("/notification-templates/password.change/texts/de/preview", fields("subject", "x", "body", "{{summary}}"))
	})},
	{"disableNotificationMail", "", false, on(func(place) request { return post("/notification-templates/factor.recovery-codes/disable", nil) })},
	{"enableNotificationMail", "", false, on(func(place) request { return post("/notification-templates/factor.recovery-codes/enable", nil) })},
	{"setNotificationCopies", "", false, on(func(place) request {
		return put("/notification-templates/impersonation.stop/copies", fields("account_ids", []string{}))
	})},
	{"listMails", "", false, on(func(place) request { return get("/mails?page_size=200") })},
	{"getMail", "system", false, on(func(x place) request { return get("/mails/" + x.mail) })},
	{"listJobs", "", false, on(func(place) request { return get("/jobs?page_size=200") })},
	{"getRecordShipping", "", false, on(func(place) request { return get("/record-shipping") })},
	{"retryJob", "system", false, on(func(x place) request { return post("/jobs/"+x.job+"/retry", nil) })},
}

// where returns the path of a call: under the visit, and for a whole list without
// the account.
func (c *asker) where(r request, whole bool) string {
	path := r.path
	if whole {
		for _, parameter := range []string{"&owner_id=", "&account_id="} {
			path, _, _ = strings.Cut(path, parameter)
		}
	}
	if strings.HasPrefix(path, "/as/") {
		return path
	}
	return c.base + "/api/v1" + path
}
