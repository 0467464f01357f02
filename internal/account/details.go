package account

import (
	"context"

	"innkeeper/internal/audit"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
)

// Details is an account with what is shown beside it.
type Details struct {
	Account
	Owner         principal.Account // the zero value at the top
	Plan          plan.Plan         // the zero value without a plan
	Usage         plan.Usage
	PrimaryDomain string
}

// detail fills in what is shown beside one account.
func (s *Service) detail(ctx context.Context, by principal.Principal, a Account) (Details, error) {
	list, err := s.details(ctx, by, []Account{a})
	if err != nil {
		return Details{}, err
	}
	return list[0], nil
}

// details fills in what is shown beside accounts, with one query for each thing.
func (s *Service) details(ctx context.Context, by principal.Principal, accounts []Account) ([]Details, error) {
	ids, owners, planIDs := make([]string, len(accounts)), []string{}, []string{}
	for i, a := range accounts {
		ids[i], owners, planIDs = a.ID, append(owners, a.OwnerID), append(planIDs, a.PlanID)
	}
	refs, err := s.d.Accounts.Refs(ctx, owners)
	if err != nil {
		return nil, err
	}
	plans, err := s.d.Plans.ByIDs(ctx, planIDs)
	if err != nil {
		return nil, err
	}
	usage, err := s.d.Plans.Usage(ctx, by, ids)
	if err != nil {
		return nil, err
	}
	domains, err := s.d.Index.PrimaryDomains(ctx, ids)
	if err != nil {
		return nil, err
	}
	list := make([]Details, len(accounts))
	for i, a := range accounts {
		list[i] = Details{Account: a, Owner: refs[a.OwnerID], Plan: plans[a.PlanID], Usage: usage[a.ID], PrimaryDomain: domains[a.ID]}
	}
	return list, nil
}

// objectOf names the account in an event.
func objectOf(a Account) audit.Object {
	return audit.Object{Kind: audit.ThingAccount, ID: a.ID, Name: a.Name}
}

// fieldsOf returns what the record may show of an account: what is set.
func fieldsOf(a Account) audit.Fields {
	f := audit.Fields{"kind": string(a.Kind)}
	for name, value := range map[string]string{
		"name": a.Name, "email": a.Email, "username": a.Username, "phone": a.Phone, "company": a.Company,
		"address": a.Address, "plan_id": a.PlanID, "owner_id": a.OwnerID,
	} {
		if value != "" {
			f[name] = value
		}
	}
	return f
}
