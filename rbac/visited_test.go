package rbac_test

import (
	"testing"

	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// A visitor's answer is kept for all its words together. Each word in turn is another one
// here, on the same enforcer, with the answer to the first question kept: it must not be
// given to the second, nor the second's to the first.
func TestAKeptAnswerToAVisitorIsForAllOfItsWords(t *testing.T) {
	t.Parallel()
	e := builtin(t)
	type asked struct {
		p      principal.Principal
		op     rbac.Operation
		object principal.Account
	}
	support := as("support", helper)
	whole := asked{in(support, customer, "customer", principal.Change), manage, customer}
	for name, other := range map[string]asked{
		"visitor's role":    {in(as("assistant", helper), customer, "customer", principal.Change), manage, customer},
		"where he comes by": {in(as("support", customer), customer, "customer", principal.Change), manage, customer},
		"subject's kind":    {in(support, principal.Account{ID: customer.ID, Kind: "admin", Path: customer.Path}, "customer", principal.Change), manage, customer},
		"subject's role":    {in(support, customer, "customer_user", principal.Change), manage, customer},
		"mode":              {in(support, customer, "customer", principal.Look), manage, customer},
		"no mode":           {in(support, customer, "customer", principal.Direct), manage, customer},
		"permission":        {whole.p, rbac.Operation{Permission: "account:delete", Class: rbac.ClassChange}, customer},
		"class":             {whole.p, rbac.Operation{Permission: manage.Permission, Class: rbac.ClassUnlockable}, customer},
		"object":            {whole.p, manage, others},
		"object's kind":     {whole.p, manage, principal.Account{ID: customer.ID, Kind: "support", Path: customer.Path}},
	} {
		for range 3 { // the first time asked, then from memory
			if !e.Allow(whole.p, whole.op, whole.object) {
				t.Errorf("before another %s: Allow = false, want true", name)
			}
			if e.Allow(other.p, other.op, other.object) {
				t.Errorf("another %s: Allow = true, want false", name)
			}
		}
	}
}
