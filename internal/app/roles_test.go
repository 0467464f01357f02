package app_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// personID returns the id of the person who is signed in.
func (c *client) personID() string {
	c.t.Helper()
	who, _ := c.want(200, "GET", "/api/v1/session", nil)["principal"].(map[string]any)
	return fmt.Sprint(who["person_id"])
}

func (c *client) mayNow(permission string) bool {
	c.t.Helper()
	all, _ := c.do("GET", "/api/v1/session", nil).body["permissions"].([]any) // none while a process does not know the role yet
	return slices.Contains(all, any(permission))
}

// may waits until the person may, or may not any more; no process takes a second.
func (c *client) may(permission string, want bool, since time.Time) {
	c.t.Helper()
	for c.mayNow(permission) != want {
		if time.Since(since) > patience {
			c.t.Fatalf("after %v it is not so that %s is %v for %s", patience, permission, want, c.who.Name)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func role(name, impersonate string, permissions ...string) map[string]any {
	return fields("name", name, "title", "Night shift", "impersonate", impersonate, "permissions", permissions)
}

// A2: the right to sign in as somebody else is one of its own: who manages accounts
// does not have it by that, and sees no button for it.
func TestA2OnlyRolesWithThatPermissionMaySignIn(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada, samir := h.signIn(t, "Ada Winter"), h.signIn(t, "Samir Okafor")
		meadow := h.named(t, "Meadow School")
		ada.want(201, "POST", "/api/v1/roles", role("desk", "none", "account:view", "account:update", "account:suspend", "account:invite"))
		ada.want(200, "PATCH", "/api/v1/staff/"+samir.personID(), fields("role", "desk"))
		samir.may("account:update", true, time.Now())
		if samir.mayNow("account:impersonate") {
			t.Error("who manages accounts may sign in as their owners")
		}
		seen := samir.want(200, "GET", "/api/v1/accounts/"+meadow.AccountID, nil)
		if seen["may_impersonate"] == true {
			t.Error("the account offers to sign in as its owner")
		}
		samir.refused(403, "impersonation-denied", "POST", "/api/v1/impersonations", fields(
			"account_id", meadow.AccountID, "reason_code", "other", "reason", "asked for by a test", "mode", "look", "informed", "asked"))
	})
}

// A3: a role made here can be given the right, by those who may give it, and to look
// alone.
func TestA3ACustomRoleCanBeGivenTheRight(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada, samir := h.signIn(t, "Ada Winter"), h.signIn(t, "Samir Okafor")
		meadow := h.named(t, "Meadow School")
		ada.want(201, "POST", "/api/v1/roles", role("nights", "look", "account:view", "domain:view"))
		given := ada.want(200, "PATCH", "/api/v1/staff/"+samir.personID(), fields("role", "nights"))
		if given["role"] != "nights" || given["name"] != "Samir Okafor" {
			t.Errorf("giving the role answered %v", given)
		}
		samir.may("account:impersonate", true, time.Now())
		samir.refused(403, "impersonation-denied", "POST", "/api/v1/impersonations", fields(
			"account_id", meadow.AccountID, "reason_code", "other", "reason", "asked for by a test", "mode", "change", "informed", "asked"))
		_, base := samir.visit(meadow, "look")
		samir.want(200, "GET", base+"/api/v1/domains", nil)

		// Nobody gives himself a right, neither by the role he has nor by another one.
		ada.refused(403, "own-role", "PATCH", "/api/v1/staff/"+ada.personID(), fields("role", "nights"))
		samir.refused(403, "forbidden", "PATCH", "/api/v1/roles/nights", fields("impersonate", "change"))
		samir.refused(403, "forbidden", "POST", "/api/v1/roles", role("mine", "change"))
		ada.refused(409, "role-in-use", "DELETE", "/api/v1/roles/nights", nil)
		ada.refused(409, "role-built-in", "PATCH", "/api/v1/roles/billing", fields("impersonate", "look"))
		ada.refused(409, "role-other-kind", "PATCH", "/api/v1/staff/"+samir.personID(), fields("role", "admin"))
		for action, n := range map[string]int{"role.create": 1, "role.assign": 1, "role.update": 0} {
			if got := h.count(t, "SELECT count(*) FROM audit_events WHERE action = ? AND result = 'done'", action); got != n {
				t.Errorf("%d events %s, want %d", got, action, n)
			}
		}
	})
}

// A4: roles that report, do the bills or belong to a customer never can be given it.
func TestA4ReportingRolesNeverCan(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada, samir := h.signIn(t, "Ada Winter"), h.signIn(t, "Samir Okafor")
		numbers := role("numbers", "none", "account:view", "account:view-usage")
		numbers["family"] = "reporting"
		ada.want(201, "POST", "/api/v1/roles", numbers)
		for what, change := range map[string]map[string]any{
			"to look": fields("impersonate", "look"), "to change": fields("impersonate", "change"), "to manage": fields("permissions", []string{"account:update"}),
			"by its name": fields("permissions", []string{"account:impersonate"}), "to make roles": fields("permissions", []string{"role:manage"}),
		} {
			if got := ada.do("PATCH", "/api/v1/roles/numbers", change); got.status != 422 {
				t.Errorf("letting a reporting role %s = %d %s, want 422", what, got.status, got.raw)
			}
		}
		numbers["name"], numbers["impersonate"] = "more", "look"
		ada.refused(422, "invalid", "POST", "/api/v1/roles", numbers)
		for _, name := range []string{"numbers", "billing", "reporting"} {
			ada.want(200, "PATCH", "/api/v1/staff/"+samir.personID(), fields("role", name))
			samir.may("account:view", true, time.Now())
			samir.refused(403, "impersonation-denied", "POST", "/api/v1/impersonations", fields(
				"account_id", h.named(t, "Meadow School").AccountID, "reason_code", "other", "reason", "asked for by a test", "mode", "look", "informed", "asked"))
		}
		for _, one := range list(ada.want(200, "GET", "/api/v1/roles", nil), "roles") {
			never := slices.Contains([]any{"numbers", "billing", "reporting", "customer", "customer_user"}, one["name"])
			if never && one["impersonate"] != "none" {
				t.Errorf("%v is said to enter accounts: %v", one["name"], one["impersonate"])
			}
		}
	})
}

// Z-05: what a role may and who has it holds on every process within a second; visits
// that are no longer allowed end, and their streams with them.
func TestZ05RolesReachEveryProcessWithinASecond(t *testing.T) {
	t.Parallel()
	here, there := twoProcesses(t)
	ada, samir := here.signIn(t, "Ada Winter"), here.signIn(t, "Samir Okafor")
	elsewhere := samir.at(there)
	person := samir.personID()
	ada.want(201, "POST", "/api/v1/roles", role("nights", "change", "account:view"))
	ada.want(200, "PATCH", "/api/v1/staff/"+person, fields("role", "nights"))

	ada.want(200, "PATCH", "/api/v1/roles/nights", fields("permissions", []string{"account:view", "domain:view"}))
	since := time.Now()
	samir.may("domain:view", true, since)
	elsewhere.may("domain:view", true, since)

	for _, c := range []struct {
		what   string
		revoke func()
		back   func()
	}{
		{"the right is taken from the role", func() { ada.want(200, "PATCH", "/api/v1/roles/nights", fields("impersonate", "none")) },
			func() { ada.want(200, "PATCH", "/api/v1/roles/nights", fields("impersonate", "change")) }},
		{"the role may look alone", func() { ada.want(200, "PATCH", "/api/v1/roles/nights", fields("impersonate", "look")) },
			func() { ada.want(200, "PATCH", "/api/v1/roles/nights", fields("impersonate", "change")) }},
		{"the person is demoted", func() { ada.want(200, "PATCH", "/api/v1/staff/"+person, fields("role", "reporting")) }, func() {}},
	} {
		elsewhere.may("account:impersonate", true, time.Now())
		within(t, patience, "he may enter to change", func() bool {
			return samir.do("POST", "/api/v1/impersonations", fields("account_id", here.named(t, "Meadow School").AccountID, "reason_code", "other",
				"reason", "asked for by a test", "mode", "change", "informed", "asked", "supersede", true)).status == 201
		})
		running := list(ada.want(200, "GET", "/api/v1/impersonations?state=active", nil), "impersonations")
		if len(running) != 1 {
			t.Fatalf("%s: %d visits run, want 1", c.what, len(running))
		}
		base := fmt.Sprint(running[0]["base_url"])
		tab := elsewhere.follow(base)
		tab.until("visits", time.Now(), anything)
		c.revoke()
		since := time.Now()
		elsewhere.refused(410, "impersonation-ended", "GET", base+"/api/v1/session", nil)
		if last := tab.ends("impersonation-ended", since); last["end_reason"] != "permission_lost" {
			t.Errorf("%s: the stream ended with %v", c.what, last)
		}
		c.back()
	}
	elsewhere.may("account:impersonate", false, time.Now())
}
