package rbac_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

func TestAllowWhileActingIsAnIntersection(t *testing.T) {
	t.Parallel()
	e := builtin(t)
	support := as("support", helper)
	password := rbac.Operation{Permission: "mailbox:set-password", Class: rbac.ClassChange}
	files := rbac.Operation{Permission: "file:view", Class: rbac.ClassLook}
	for name, c := range map[string]struct {
		p      principal.Principal
		op     rbac.Operation
		object principal.Account
		want   bool
	}{
		"support reads files in a visit":            {in(support, customer, "customer", principal.Look), files, customer, true},
		"support reads no files without":            {support, files, customer, false},
		"support changes in change mode":            {in(support, customer, "customer", principal.Change), manage, customer, true},
		"looking changes nothing":                   {in(support, customer, "customer", principal.Look), manage, customer, false},
		"looking changes nothing, misclassified":    {in(support, customer, "customer", principal.Look), rbac.Operation{Permission: "domain:manage", Class: rbac.ClassLook}, customer, false},
		"unlockable mail is closed":                 {in(support, customer, "customer", principal.Change), rbac.Operation{Permission: "mailbox:read", Class: rbac.ClassUnlockable}, customer, false},
		"unlocked mail is open, also to look":       {in(support, customer, "customer", principal.Look), rbac.Operation{Permission: "mailbox:read", Class: rbac.ClassUnlocked}, customer, true},
		"unlocked mail below the subject is closed": {in(support, reseller, "reseller", principal.Change), rbac.Operation{Permission: "mailbox:read", Class: rbac.ClassUnlocked}, customer, false},
		"unlocked is nothing to who is not inside":  {support, rbac.Operation{Permission: "mailbox:read", Class: rbac.ClassUnlocked}, customer, false},
		"no visitor unlocks":                        {in(support, customer, "customer", principal.Change), rbac.Operation{Permission: "mailbox:unlock", Class: rbac.ClassUnlocked}, customer, false},
		"unlockable is closed":                      {in(support, customer, "customer", principal.Change), rbac.Operation{Permission: "file:view", Class: rbac.ClassUnlockable}, customer, false},
		"a subject's wall is the actor's wall":      {in(support, customer, "customer", principal.Look), view, others, false},
		"in a reseller's account, his customer":     {in(support, reseller, "reseller", principal.Change), suspend, customer, true},
		"in a reseller's account, another's":        {in(support, reseller, "reseller", principal.Change), suspend, others, false},
		"a mailbox password":                        {in(support, customer, "customer", principal.Change), password, customer, false},
		"an assistant looks":                        {in(as("assistant", helper), customer, "customer", principal.Look), view, customer, true},
		"an assistant in change mode":               {in(as("assistant", helper), customer, "customer", principal.Change), view, customer, false},
		"a reseller below himself":                  {in(as("reseller", reseller), customer, "customer", principal.Change), manage, customer, true},
		"a reseller after the account has moved on": {in(as("reseller", reseller), others, "customer", principal.Look), view, others, false},
		"no start out of a visit":                   {in(support, reseller, "reseller", principal.Change), enter, customer, false},
		"a customer's visit":                        {in(as("customer", customer), others, "customer", principal.Look), view, others, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := e.Allow(c.p, c.op, c.object); got != c.want {
				t.Errorf("Allow(%q, %q, %q) = %v, want %v", c.p.Role, c.op.Permission, c.object.ID, got, c.want)
			}
		})
	}
}

func TestCreationIsAskedWhereTheAccountWillStand(t *testing.T) {
	t.Parallel()
	e := builtin(t)
	create := rbac.Operation{Permission: "account:create", Class: rbac.ClassChange}
	for _, c := range []struct {
		p     principal.Principal
		owner principal.Account
		kind  string
		want  bool
	}{
		{as("admin", provider), provider, "support", true},
		{as("billing", helper), other, "customer", true},
		{as("billing", helper), provider, "admin", false},
		{as("reseller", reseller), reseller, "customer", true},
		{as("reseller", reseller), subsell, "customer", true},
		{as("reseller", reseller), reseller, "admin", false},
		{as("reseller", reseller), other, "customer", false},
		{as("reseller_staff", reseller), reseller, "customer", false},
		{in(as("support", helper), reseller, "reseller", principal.Change), reseller, "customer", true},
		{as("customer", customer), customer, "customer", false},
		{as("admin", provider), principal.Account{}, "customer", false}, // an owner that was not loaded
	} {
		if got := e.Allow(c.p, create, rbac.Under(c.owner, c.kind)); got != c.want {
			t.Errorf("Allow(%q, create a %s under %q) = %v, want %v", c.p.Role, c.kind, c.owner.ID, got, c.want)
		}
	}
}

func TestScopeIsTheWidestReach(t *testing.T) {
	t.Parallel()
	e := builtin(t)
	support := as("support", helper)
	hosted := []string{"customer", "reseller"}
	for _, c := range []struct {
		p          principal.Principal
		permission string
		want       principal.Scope
	}{
		{as("admin", provider), "account:view", principal.Everything()},
		{as("admin", provider), "file:view", principal.Only(provider)},
		{support, "account:view", principal.Everything().OfKinds(hosted, helper.ID)},
		{support, "session:manage", principal.Only(helper)},
		{support, "account:delete", principal.Scope{}},
		{support, "account:impersonate", principal.Everything().OfKinds(hosted, "")},
		{as("reseller", reseller), "account:view", principal.Tree(reseller).OfKinds(hosted, reseller.ID)},
		{as("reseller", reseller), "account:impersonate", principal.Tree(reseller).OfKinds(hosted, "")},
		{as("reseller", reseller), "file:view", principal.Only(reseller)},
		{as("customer", customer), "account:view", principal.Only(customer)},
		{as("customer", customer), "account:suspend", principal.Scope{}},
		{as("customer", customer), "account:impersonate", principal.Scope{}},
		{as("boss", provider), "account:view", principal.Scope{}},
		{as("admin", provider), "account:eat", principal.Scope{}},
		{as("admin", principal.Account{ID: "acc_p", Kind: "admin"}), "account:view", principal.Scope{}},
		{in(support, reseller, "reseller", principal.Look), "account:view", principal.Tree(reseller).OfKinds(hosted, reseller.ID)},
		{in(support, reseller, "reseller", principal.Look), "account:impersonate", principal.Scope{}},
		{in(support, reseller, "reseller", principal.Look), "account:suspend", principal.Scope{}},
		{in(support, reseller, "reseller", principal.Change), "account:suspend", principal.Tree(reseller).OfKinds(hosted, "")},
		{in(support, reseller, "reseller", principal.Change), "account:delete", principal.Scope{}},
		{in(support, customer, "customer", principal.Look), "file:view", principal.Only(customer)},
		{in(as("assistant", helper), customer, "customer", principal.Change), "account:view", principal.Scope{}},
		{in(as("reseller", reseller), others, "customer", principal.Look), "account:view", principal.Scope{}},
	} {
		got := e.Scope(c.p, c.permission)
		if got != c.want {
			t.Errorf("Scope(%q in %q, %q) = %v, want %v", c.p.Role, c.p.Subject.ID, c.permission, got, c.want)
		}
	}
}

func TestScopeOfAVisitIsNeverWiderThanTheSubject(t *testing.T) {
	t.Parallel()
	e := enforcer(t, generous(rbac.Builtin()))
	p := in(as("admin", provider), reseller, "reseller", principal.Change)
	if got, want := e.Scope(p, "domain:view"), principal.Tree(reseller); got != want {
		t.Errorf("Scope = %v, want %v", got, want)
	}
	afar := rbac.Line{Role: "reseller", Kind: "customer", Act: "mail:view", Relation: "foreign", Mode: "*", Effect: "allow"}
	e = enforcer(t, append(rbac.Builtin(), afar))
	if got := e.Scope(p, "mail:view"); got != (principal.Scope{}) || len(e.Kinds(p, "mail:view")) != 0 {
		t.Errorf("Scope = %v, Kinds = %v, want nothing of what is not below the subject", got, e.Kinds(p, "mail:view"))
	}
}

// The scope is the storage's wall: what Allow allows it must cover, for every question.
func TestScopeCoversWhatIsAllowed(t *testing.T) {
	t.Parallel()
	e := builtin(t)
	check := func(q asked) bool {
		p, object := q.principal()
		if e.Allow(p, rbac.Operation{Permission: q.act, Class: q.class}, object) && !e.Scope(p, q.act).Covers(object) {
			t.Errorf("%s: allowed, and out of scope", q)
		}
		return true
	}
	directQuestions(everyAct)(check)
	visitQuestions(everyVisit(), []string{"reseller", "customer"}, []string{"domain:view", "account:suspend"}, []rbac.Class{rbac.ClassLook, rbac.ClassChange})(check)
}

func TestKindsBoundLists(t *testing.T) {
	t.Parallel()
	e := builtin(t)
	for _, c := range []struct {
		p    principal.Principal
		want []string
	}{
		{as("admin", provider), []string{"admin", "customer", "reseller", "support"}},
		{as("support", helper), []string{"customer", "reseller"}},
		{as("reseller", reseller), []string{"customer", "reseller"}},
		{as("customer", customer), []string{}},
		{in(as("support", helper), reseller, "reseller", principal.Look), []string{"customer", "reseller"}},
		{in(as("support", helper), provider, "admin", principal.Look), []string{}},
		{principal.System("export"), []string{"admin", "customer", "reseller", "support"}},
	} {
		if diff := cmp.Diff(c.want, e.Kinds(c.p, "account:view")); diff != "" {
			t.Errorf("Kinds(%q in %q) (-want +got):\n%s", c.p.Role, c.p.Subject.ID, diff)
		}
	}
}

func TestPermissionsAreWhatAMenuMayShow(t *testing.T) {
	t.Parallel()
	e := builtin(t)
	ops := []rbac.Operation{
		manage, view, suspend, enter, view, {Permission: "domain:view", Class: rbac.ClassLook},
		{Permission: "file:view", Class: rbac.ClassLook}, {Permission: "password:change", Class: rbac.ClassDeny}, {Permission: "job:view", Class: rbac.ClassLook},
	}
	support := as("support", helper)
	for _, c := range []struct {
		p    principal.Principal
		want []string
	}{
		{as("admin", provider), []string{"account:impersonate", "account:suspend", "account:view", "domain:manage", "domain:view", "file:view", "job:view", "password:change"}},
		{support, []string{"account:impersonate", "account:suspend", "account:view", "domain:manage", "domain:view", "password:change"}},
		{as("reseller", reseller), []string{"account:impersonate", "account:suspend", "account:view", "domain:manage", "domain:view", "file:view", "password:change"}},
		{as("customer", customer), []string{"account:view", "domain:manage", "domain:view", "file:view", "password:change"}},
		{as("boss", provider), []string{}},
		{in(support, customer, "customer", principal.Look), []string{"account:view", "domain:view", "file:view"}},
		{in(support, customer, "customer", principal.Change), []string{"account:view", "domain:manage", "domain:view", "file:view"}},
		{in(support, reseller, "reseller", principal.Change), []string{"account:suspend", "account:view", "domain:manage", "domain:view", "file:view"}},
		{in(as("customer", customer), others, "customer", principal.Change), []string{}},
	} {
		if diff := cmp.Diff(c.want, e.Permissions(c.p, ops)); diff != "" {
			t.Errorf("Permissions(%q in %q) (-want +got):\n%s", c.p.Role, c.p.Subject.ID, diff)
		}
	}
}

func TestHoldsVisit(t *testing.T) {
	t.Parallel()
	e := builtin(t)
	for _, c := range []struct {
		p    principal.Principal
		want bool
	}{
		{as("support", helper), false}, // no visit
		{in(as("support", helper), customer, "customer", principal.Change), true},
		{in(as("assistant", helper), customer, "customer", principal.Change), false}, // demoted meanwhile
		{in(as("reseller", reseller), others, "customer", principal.Look), false},    // moved meanwhile
		{in(as("support", helper), provider, "admin", principal.Look), false},
	} {
		if got := e.HoldsVisit(c.p); got != c.want {
			t.Errorf("HoldsVisit(%q in %q) = %v, want %v", c.p.Role, c.p.Subject.ID, got, c.want)
		}
	}
}

func ExampleEnforcer_Allow() {
	e, err := rbac.New(nil)
	if err != nil {
		panic(err)
	}
	op := rbac.Operation{Permission: "domain:manage", Class: rbac.ClassChange}
	fmt.Println(e.Allow(as("reseller", reseller), op, customer))
	fmt.Println(e.Allow(as("reseller", reseller), op, others))
	fmt.Println(e.Allow(in(as("support", helper), customer, "customer", principal.Look), op, customer))
	// Output:
	// true
	// false
	// false
}
