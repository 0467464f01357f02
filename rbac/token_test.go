package rbac_test

import (
	"slices"
	"strings"
	"testing"

	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// What no API token may, whatever it is given: its person's credentials and decisions,
// what opens somebody's mail, what mails say and to whom they go, and who may what.
const neverByToken = `account:transfer account:break-glass session:manage password:change factor:manage token:manage consent:manage
	mailbox:set-password mailbox:read mailbox:unlock notification:read notification:choose notification:templates role:manage role:assign role:grant-impersonate`

// Somebody has decided about every permission: it is in a scope, or it is closed to
// tokens for a reason that stands in the list above.
func TestEveryPermissionIsInAScopeOrClosedToTokens(t *testing.T) {
	t.Parallel()
	never := strings.Fields(neverByToken)
	for _, act := range enforcer(t, rbac.Builtin()).Acts() {
		if strings.HasPrefix(act, "class:") || act == "session:view" {
			continue
		}
		scopes := rbac.ScopesOf(act)
		if open, closed := len(scopes) > 0, slices.Contains(never, act); open == closed {
			t.Errorf("%s is in the scopes %v and in the list of what is closed to tokens: %v; decide, here and in token.go", act, scopes, closed)
		}
	}
	for _, s := range rbac.Scopes() {
		for _, p := range s.Permissions {
			if !slices.Contains(enforcer(t, rbac.Builtin()).Acts(), p) {
				t.Errorf("the scope %s has the permission %s, which there is not", s.Name, p)
			}
		}
	}
}

// A token may what its person may and its scopes hold, however it is asked: never more
// than the one, never more than the other.
func TestATokenMayWhatItsPersonMayAndItsScopesHold(t *testing.T) {
	t.Parallel()
	e := enforcer(t, rbac.Builtin())
	for _, s := range append([]rbac.Scope{{}, {Name: "unknown"}}, rbac.Scopes()...) {
		for q := range directQuestions(everyAct) {
			wantCovered(t, e, q, s)
		}
		for q := range visitQuestions(everyVisit()[:12], []string{"customer"}, everyAct, []rbac.Class{rbac.ClassLook, rbac.ClassChange}) {
			wantCovered(t, e, q, s)
		}
	}
}

func wantCovered(t *testing.T, e *rbac.Enforcer, q asked, s rbac.Scope) {
	t.Helper()
	p, object := q.principal()
	op := rbac.Operation{Permission: q.act, Class: q.class}
	himself := e.Allow(p, op, object)
	himselfReaches := e.Scope(p, q.act).Reach() != principal.ReachNothing
	himselfEnters := e.MayImpersonate(p, object, principal.Look)
	p.Via.Token = &principal.Token{ID: "tok_1", Scopes: []string{s.Name}}
	holds := q.act == "session:view" || slices.Contains(s.Permissions, q.act)
	if q.visit != nil {
		holds = holds && s.Name == rbac.ScopeImpersonate // it may not be in the visit at all
	}
	if got := e.Allow(p, op, object); got != (himself && holds) {
		t.Errorf("a token with the scope %s: %s: %s, the person himself %s", s.Name, q, yesNo(got), yesNo(himself))
	}
	if got := e.Scope(p, q.act).Reach() != principal.ReachNothing; got != (himselfReaches && holds) {
		t.Errorf("a token with the scope %s reaches something in %s: %s, the person himself %s", s.Name, q, yesNo(got), yesNo(himselfReaches))
	}
	if got := e.MayImpersonate(p, object, principal.Look); got != (himselfEnters && s.Name == rbac.ScopeImpersonate) {
		t.Errorf("a token with the scope %s enters %s: %s", s.Name, q.object(), yesNo(got))
	}
}

func TestWhatCanBeGivenToATokenIsWhatItsPersonHas(t *testing.T) {
	t.Parallel()
	e := enforcer(t, rbac.Builtin())
	home := principal.Account{ID: "a", Kind: "customer", Path: "/top/a/"}
	of := func(role, kind string) principal.Principal {
		home.Kind = kind
		return principal.Principal{Account: home, Role: role, Subject: home, SubjectRole: role}
	}
	for role, c := range map[string]struct{ kind, has, lacks string }{
		"admin":         {"admin", "accounts:write roles:read system:write impersonate files:write visits:end", ""},
		"support":       {"support", "accounts:write domains:write files:write impersonate", "roles:read system:read system:write visits:end"},
		"billing":       {"support", "accounts:write plans:read", "impersonate domains:read files:read"},
		"reseller":      {"reseller", "accounts:write impersonate visits:end", "roles:read system:read"},
		"customer":      {"customer", "domains:write mailboxes:write files:write activity:read", "impersonate roles:read system:read plans:read"},
		"customer_user": {"customer", "domains:read files:read", "domains:write files:write impersonate"},
		"ghost":         {"customer", "", "accounts:read domains:read impersonate"},
	} {
		got := e.Grantable(of(role, c.kind))
		for _, scope := range strings.Fields(c.has) {
			if !slices.Contains(got, scope) {
				t.Errorf("%s cannot give the scope %s, only %v", role, scope, got)
			}
		}
		for _, scope := range strings.Fields(c.lacks) {
			if slices.Contains(got, scope) {
				t.Errorf("%s can give the scope %s", role, scope)
			}
		}
	}
	visiting, byToken := of("admin", "admin"), of("admin", "admin")
	visiting.Visit = &principal.Visit{ID: "imp_1", Mode: principal.Change}
	byToken.Via.Token = &principal.Token{Scopes: []string{"accounts:write"}}
	if a, b := e.Grantable(visiting), e.Grantable(byToken); len(a)+len(b) != 0 {
		t.Errorf("in a visit %v can be given, by a token %v, want nothing", a, b)
	}
}
