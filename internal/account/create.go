package account

import (
	"context"
	"errors"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/ident"
	"innkeeper/internal/principal"
)

// ActionCreate is the act of opening an account.
var ActionCreate = audit.NewAction("account.create", "{actor} created the account {account}.")

// Draft is an account to be opened.
type Draft struct {
	Kind     Kind
	Name     string
	Email    string // also finds the owner among the people, or makes one
	Username string
	Phone    string
	Company  string
	Address  string
	OwnerID  string // empty: the account the principal is in, or the one above it
	PlanID   string
	// Uninvited leaves the invitation out: the caller sets the owner's password in
	// the same transaction.
	Uninvited bool
}

// Create opens an account below its owner, with its owner's person, who is invited
// to choose a password unless there is one already. It returns ErrForbidden when
// the policy does not let the principal open this kind there, and invalid fields
// for an owner that cannot be seen or cannot own it, and for a plan that is not
// there or is larger than the owner's own.
func (s *Service) Create(ctx context.Context, by principal.Principal, n Draft) (Details, error) {
	a := Account{
		ID: ident.New(ident.Account), Kind: n.Kind, Name: n.Name, Email: n.Email, Username: n.Username,
		Phone: n.Phone, Company: n.Company, Address: n.Address, PlanID: n.PlanID, Version: 1,
	}
	a.tidy()
	err := s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.d.Tree.Hold(ctx, false); err != nil {
			return err
		}
		owner, err := s.admit(ctx, by, &a, n)
		if err != nil {
			return err
		}
		if err := s.write(ctx, by, &a, n.Uninvited); err != nil {
			return err
		}
		if err := s.d.Work.Add(ctx, by, TaskApply, a.ID); err != nil {
			return err
		}
		after := fieldsOf(a)
		after["owner"] = owner.Name
		return s.d.Audit.Record(ctx, by, audit.Entry{Action: ActionCreate, Account: a.Ref(), Object: objectOf(a), After: after})
	})
	if err != nil {
		return Details{}, err
	}
	return s.detail(ctx, by, a)
}

// admit puts the new account in its place and applies the rules of the place.
func (s *Service) admit(ctx context.Context, by principal.Principal, a *Account, n Draft) (principal.Account, error) {
	var bad fault.Fields
	a.check(&bad)
	if !a.Kind.Valid() {
		bad.Add("/kind", "choice", "There is no such kind of account.")
		return principal.Account{}, bad.Err()
	}
	owner, err := s.place(ctx, by, a, n.OwnerID, &bad)
	if err != nil {
		return principal.Account{}, err
	}
	if err := s.checkPlan(ctx, *a, owner, &bad); err != nil {
		return principal.Account{}, err
	}
	if err := bad.Err(); err != nil {
		return principal.Account{}, err
	}
	if a.PlanID != "" && !s.d.Policy.May(by, "account:set-plan", a.Ref()) {
		return principal.Account{}, ErrForbidden
	}
	return owner.Ref(), nil
}

// place finds the owner and hangs the account below it, if the policy lets the
// principal open one there. The owner may stand outside the principal's scope; one
// that is named, and neither seen nor allowed, reads like one that is not there.
func (s *Service) place(ctx context.Context, by principal.Principal, a *Account, ownerID string, bad *fault.Fields) (Account, error) {
	if Kind("").Owns(a.Kind) {
		if ownerID != "" {
			bad.Add("/owner_id", "unexpected", "An account of this kind stands at the top and has no owner.")
		}
		a.Path = "/" + a.ID + "/"
		return Account{}, s.mayCreate(by, *a)
	}
	named := ownerID != ""
	if !named {
		ownerID = standing(by)
	}
	owner, err := s.lock(ctx, by.WithScope(principal.Everything()), ownerID)
	missing := errors.Is(err, ErrNotFound)
	if err != nil && !missing {
		return Account{}, err
	}
	a.OwnerID, a.Path = owner.ID, owner.Path+a.ID+"/"
	may := s.mayCreate(by, *a)
	switch {
	case missing, may != nil && named && !by.Scope().Covers(owner.Ref()):
		bad.Add("/owner_id", "unknown", "There is no such account to own this one.")
	case !owner.Kind.Owns(a.Kind):
		bad.Add("/owner_id", "kind", "That account cannot own one of this kind.")
	default:
		return owner, may
	}
	return Account{}, nil
}

func (s *Service) mayCreate(by principal.Principal, a Account) error {
	if s.d.Policy.May(by, "account:create", a.Ref()) {
		return nil
	}
	return ErrForbidden
}

// standing returns the account below which the principal opens accounts: the one
// he is in if it can own any, else the one above it.
func standing(by principal.Principal) string {
	if len(below[Kind(by.Subject.Kind)]) > 0 && by.Subject.Kind != "" {
		return by.Subject.ID
	}
	return by.Subject.OwnerID
}

// checkPlan refuses a plan that is not there, or that gives more than the owner
// has to give.
func (s *Service) checkPlan(ctx context.Context, a, owner Account, bad *fault.Fields) error {
	if a.PlanID == "" {
		return nil
	}
	plans, err := s.d.Plans.ByIDs(ctx, []string{a.PlanID, owner.PlanID})
	if err != nil {
		return err
	}
	chosen, ok := plans[a.PlanID]
	switch {
	case !ok:
		bad.Add("/plan_id", "unknown", "There is no such plan.")
	case owner.PlanID != "" && !chosen.Limits.Within(plans[owner.PlanID].Limits):
		bad.Add("/plan_id", "too-large", "This plan allows more than the owner of the account has.")
	}
	return nil
}

// write makes the rows of the account, its owner's person and the invitation.
func (s *Service) write(ctx context.Context, by principal.Principal, a *Account, uninvited bool) error {
	now, err := s.d.Clock.Now(ctx)
	if err != nil {
		return err
	}
	a.CreatedAt, a.UpdatedAt = now, now
	if err := s.d.Accounts.Create(ctx, by.Scope(), *a); err != nil {
		return err
	}
	if err := s.d.Index.SetTerms(ctx, a.ID, a.ID, termsOf(*a)); err != nil {
		return err
	}
	role, err := s.d.Roles.OwnerRole(ctx, string(a.Kind))
	if err != nil {
		return err
	}
	person, err := s.d.People.Add(ctx, Person{
		ID: ident.New(ident.Person), Name: a.Name, Email: a.Email, Username: a.Username, CreatedAt: now,
	})
	if err != nil {
		return err
	}
	if err := s.d.People.Join(ctx, Membership{AccountID: a.ID, PersonID: person.ID, Role: role, CreatedAt: now}); err != nil {
		return err
	}
	if uninvited || person.PasswordHash != "" {
		return nil
	}
	return s.invite(ctx, by, *a, person, now)
}

func termsOf(a Account) []string { return Terms(a.Name, a.Email, a.Username, a.Company) }
