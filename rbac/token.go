package rbac

import (
	"slices"

	"innkeeper/internal/principal"
)

// A Scope is what an API token can be given: the permissions of one subject that look,
// or all of them.
type Scope struct {
	Name        string
	Permissions []string
	hosting     bool // what every owner of an account does there, and who visits it
}

// ScopeImpersonate is the scope by which a token begins visits. No other one opens
// anybody's account, and within a visit the other scopes hold as well.
const ScopeImpersonate = "impersonate"

// scopes are all there are, the smaller one first. A permission in none of them is closed to tokens: a new one
// is until somebody has decided about it here.
var scopes = []Scope{
	{"accounts:read", []string{"account:view", "account:view-usage"}, true},
	{"accounts:write", []string{
		"account:view", "account:view-usage", "account:create", "account:update", "account:suspend", "account:disable",
		"account:delete", "account:set-plan", "account:invite",
	}, true},
	{"plans:read", []string{"plan:view"}, false},
	{"domains:read", []string{"domain:view"}, true},
	{"domains:write", []string{"domain:view", "domain:manage", "record:manage"}, true},
	{"mailboxes:read", []string{"mailbox:view"}, true},
	{"mailboxes:write", []string{"mailbox:view", "mailbox:manage"}, true},
	{"files:read", []string{"file:view"}, true},
	{"files:write", []string{"file:view", "file:manage"}, true},
	{"activity:read", []string{
		"activity:view", "access-history:view", "impersonation:view", "dashboard:view", "operation:view", "operation:cancel",
	}, true},
	{"sso:create", []string{"account:sso"}, false},
	{"visits:end", []string{"impersonation:view", "impersonation:end"}, false},
	{"notifications:read", []string{"notification:view"}, false},
	{"roles:read", []string{"role:view"}, false},
	{"system:read", []string{"job:view", "mail:view"}, false},
	{"system:write", []string{"job:view", "job:manage", "mail:view"}, false},
	{ScopeImpersonate, []string{impersonate, "impersonation:stop", "impersonation:mode"}, false},
}

// everyToken is what each token may: find out who it is.
const everyToken = "session:view"

// scopesOf are the scopes that hold a permission.
var scopesOf = func() map[string][]string {
	of := map[string][]string{}
	for _, s := range scopes {
		for _, p := range s.Permissions {
			of[p] = append(of[p], s.Name)
		}
	}
	return of
}()

// Scopes returns all scopes.
func Scopes() []Scope { return slices.Clone(scopes) }

// ScopesOf returns the scopes that let the permission through, none for what is closed
// to tokens.
func ScopesOf(permission string) []string { return slices.Clone(scopesOf[permission]) }

// Covers reports whether the way in which the principal came lets the permission
// through: a sign-in everything, a token what its scopes hold. Every decision asks it
// first, so that a token's right is its person's right and its scopes together.
func Covers(p principal.Principal, permission string) bool { return covered(&p, permission) }

func covered(p *principal.Principal, permission string) bool {
	t := p.Via.Token
	if t == nil || permission == everyToken {
		return true
	}
	return slices.ContainsFunc(scopesOf[permission], func(name string) bool { return slices.Contains(t.Scopes, name) })
}

// Grantable returns the scopes that the principal can give a token of his: those with
// something in them that he may do, and, for who may enter accounts, also those that
// hold in a visit what its owner may.
func (e *Enforcer) Grantable(p principal.Principal) []string {
	s := e.snapshot()
	if s == nil || p.Acting() || p.ByToken() {
		return nil
	}
	enters := s.scope(&p, impersonate).Reach() != principal.ReachNothing
	var names []string
	for _, one := range scopes {
		may := enters && (one.hosting || one.Name == ScopeImpersonate)
		for _, permission := range one.Permissions {
			adds := one.Name != ScopeImpersonate && scopesOf[permission][0] == one.Name // no smaller scope has it
			may = may || adds && s.scope(&p, permission).Reach() != principal.ReachNothing
		}
		if may {
			names = append(names, one.Name)
		}
	}
	return names
}
