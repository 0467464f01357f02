package rbac_test

import (
	"strconv"
	"testing"

	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// The accounts of the examples: a provider, a reseller, his sub-reseller with a customer, and
// another reseller whose path begins like the first one's.
var (
	provider = principal.Account{ID: "acc_p", Kind: "admin", Path: "/acc_p/"}
	helper   = principal.Account{ID: "acc_h", Kind: "support", Path: "/acc_p/acc_h/"}
	reseller = principal.Account{ID: "acc_r", Kind: "reseller", Path: "/acc_p/acc_r/"}
	subsell  = principal.Account{ID: "acc_s", Kind: "reseller", Path: "/acc_p/acc_r/acc_s/"}
	customer = principal.Account{ID: "acc_c", Kind: "customer", Path: "/acc_p/acc_r/acc_s/acc_c/"}
	other    = principal.Account{ID: "acc_r2", Kind: "reseller", Path: "/acc_p/acc_r2/"}
	others   = principal.Account{ID: "acc_c2", Kind: "customer", Path: "/acc_p/acc_r2/acc_c2/"}
)

var (
	view    = rbac.Operation{Permission: "account:view", Class: rbac.ClassLook}
	suspend = rbac.Operation{Permission: "account:suspend", Class: rbac.ClassChange}
	manage  = rbac.Operation{Permission: "domain:manage", Class: rbac.ClassChange}
	enter   = rbac.Operation{Permission: "account:impersonate", Class: rbac.ClassDeny}
)

// as returns somebody in an account, not acting.
func as(role string, account principal.Account) principal.Principal {
	return principal.Principal{
		Person: principal.Person{ID: "per_1"}, Account: account, Role: role, Subject: account, SubjectRole: role,
	}
}

// in returns the principal while he acts for the subject.
func in(p principal.Principal, subject principal.Account, role string, mode principal.Mode) principal.Principal {
	p.Subject, p.SubjectRole, p.Visit = subject, role, &principal.Visit{ID: "imp_1", Mode: mode}
	return p
}

func builtin(t testing.TB) *rbac.Enforcer {
	t.Helper()
	e, err := rbac.New(nil)
	if err != nil {
		t.Fatalf("New(nil) = %v", err)
	}
	return e
}

func TestZ06InDoubtDenied(t *testing.T) {
	t.Parallel()
	e := builtin(t)
	admin := as("admin", provider)
	acting := in(as("admin", provider), customer, "customer", principal.Change)
	without := func(change func(*principal.Account)) principal.Account {
		a := customer
		change(&a)
		return a
	}
	for name, c := range map[string]struct {
		p      principal.Principal
		op     rbac.Operation
		object principal.Account
	}{
		"no role":              {as("", provider), view, provider},
		"unknown role":         {as("boss", provider), view, provider},
		"wildcard as a role":   {as("*", provider), view, provider},
		"acting role":          {as("acting:change", provider), view, provider},
		"acting role, class":   {as("acting:change", provider), rbac.Operation{Permission: "class:change"}, provider},
		"no act":               {admin, rbac.Operation{}, customer},
		"unknown act":          {admin, rbac.Operation{Permission: "account:eat"}, customer},
		"wildcard as an act":   {admin, rbac.Operation{Permission: "*"}, customer},
		"class as an act":      {admin, rbac.Operation{Permission: "class:look"}, customer},
		"no kind":              {admin, view, without(func(a *principal.Account) { a.Kind = "" })},
		"unknown kind":         {admin, view, without(func(a *principal.Account) { a.Kind = "ghost" })},
		"wildcard as a kind":   {admin, view, without(func(a *principal.Account) { a.Kind = "*" })},
		"object without id":    {admin, view, without(func(a *principal.Account) { a.ID = "" })},
		"object without path":  {admin, view, without(func(a *principal.Account) { a.Path = "" })},
		"path of another":      {admin, view, without(func(a *principal.Account) { a.Path = other.Path })},
		"path of a neighbour":  {admin, view, without(func(a *principal.Account) { a.Path = reseller.Path })},
		"path cut short":       {admin, view, without(func(a *principal.Account) { a.Path = "/acc_p/acc_c" })},
		"path not from root":   {admin, view, without(func(a *principal.Account) { a.Path = "acc_p/acc_c/" })},
		"path ends in a part":  {admin, view, without(func(a *principal.Account) { a.Path = "/acc_p/xacc_c/" })},
		"own path missing":     {as("admin", principal.Account{ID: "acc_p", Kind: "admin"}), view, customer},
		"nobody":               {principal.Principal{}, view, customer},
		"visit without a mode": {in(admin, customer, "customer", ""), view, customer},
		"visit in direct mode": {in(admin, customer, "customer", principal.Direct), view, customer},
		"visit in odd mode":    {in(admin, customer, "customer", "both"), view, customer},
		"subject without role": {in(admin, customer, "", principal.Change), view, customer},
		"unclassified, acting": {acting, rbac.Operation{Permission: "account:view"}, customer},
		"odd class, acting":    {acting, rbac.Operation{Permission: "account:view", Class: "any"}, customer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if e.Allow(c.p, c.op, c.object) {
				t.Errorf("Allow(%q, %q, %+v) = true, want false", c.p.Role, c.op.Permission, c.object)
			}
		})
	}
	if !e.Allow(admin, view, customer) || !e.Allow(acting, view, customer) {
		t.Error("the cases above must be denied for what they lack: with it they are allowed")
	}
}

func TestZ06NoPolicyDenies(t *testing.T) {
	t.Parallel()
	var none *rbac.Enforcer
	empty, err := rbac.NewFrom(nil, nil)
	if err != nil {
		t.Fatalf("NewFrom(no lines) = %v", err)
	}
	for name, e := range map[string]*rbac.Enforcer{"nil": none, "zero": {}, "empty policy": empty} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, p := range []principal.Principal{as("admin", provider), as("", provider), principal.System("sweep")} {
				if e.Allow(p, view, provider) || e.Allow(p, rbac.Operation{}, provider) || e.AllowAny(p, view) {
					t.Errorf("Allow(%q) = true, want false", p.Role)
				}
				if e.MayImpersonate(p, customer, principal.Look) || e.HoldsVisit(in(p, customer, "customer", principal.Look)) {
					t.Errorf("MayImpersonate(%q) = true, want false", p.Role)
				}
				if got := e.Scope(p, "account:view"); got != (principal.Scope{}) {
					t.Errorf("Scope(%q) = %v, want nothing", p.Role, got)
				}
				if got := e.Permissions(p, []rbac.Operation{view}); len(got) != 0 {
					t.Errorf("Permissions(%q) = %v, want none", p.Role, got)
				}
				if got := e.Kinds(p, "account:view"); len(got) != 0 {
					t.Errorf("Kinds(%q) = %v, want none", p.Role, got)
				}
			}
			if e.Version() != 0 || len(e.Acts()) != 0 {
				t.Errorf("Version, Acts = %d, %v, want nothing", e.Version(), e.Acts())
			}
		})
	}
}

func TestSystemDoesWhatWasDecided(t *testing.T) {
	t.Parallel()
	e := builtin(t)
	sweep := principal.System("sweep")
	for _, c := range []struct {
		p    principal.Principal
		op   rbac.Operation
		want bool
	}{
		{sweep, suspend, true},
		{sweep, enter, false},
		{sweep, rbac.Operation{Permission: "account:eat"}, false},
		{in(sweep, customer, "customer", principal.Change), view, false},
		{as(principal.SystemID, provider), view, false}, // a person cannot call himself so
	} {
		if got := e.Allow(c.p, c.op, customer); got != c.want {
			t.Errorf("Allow(%q, %q) = %v, want %v", c.p.Person.ID, c.op.Permission, got, c.want)
		}
	}
	if e.MayImpersonate(sweep, customer, principal.Look) {
		t.Error("MayImpersonate(system) = true, want false")
	}
	if got := e.Scope(sweep, "account:view"); got != principal.Everything() {
		t.Errorf("Scope(system) = %v, want everything", got)
	}
	if got := e.Scope(sweep, "account:impersonate"); got != (principal.Scope{}) || e.AllowAny(sweep, enter) {
		t.Errorf("Scope(system, account:impersonate) = %v, want nothing", got)
	}
}

func TestOddWordsDoNotFillTheMemory(t *testing.T) {
	t.Parallel()
	e := builtin(t)
	for i := range rbac.MemoLimit + 1000 {
		if e.Allow(as("role"+strconv.Itoa(i), provider), view, provider) {
			t.Fatalf("Allow(%q) = true, want false", "role"+strconv.Itoa(i))
		}
		if e.Allow(in(as("role"+strconv.Itoa(i), provider), customer, "customer", principal.Look), view, customer) {
			t.Fatalf("Allow(%q in a visit) = true, want false", "role"+strconv.Itoa(i))
		}
	}
	if single, visitors := e.Kept(); single != rbac.MemoLimit || visitors != rbac.MemoLimit {
		t.Errorf("%d and %d answers are kept, want %d of each", single, visitors, rbac.MemoLimit)
	}
	if !e.Allow(in(as("admin", provider), customer, "customer", principal.Look), view, customer) {
		t.Error("a full memory changes the answer to a visitor")
	}
	if !e.Allow(as("admin", provider), view, provider) || e.Allow(as("admin", provider), rbac.Operation{Permission: "account:eat"}, provider) {
		t.Error("a full memory changes the answers")
	}
}
