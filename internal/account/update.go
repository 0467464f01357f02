package account

import (
	"context"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
)

// ActionUpdate is the act of changing what is on record.
var ActionUpdate = audit.NewAction("account.update", "{actor} changed the details of the account {account}.")

// Changes are the fields to change; nil leaves one as it is. The empty plan takes
// the plan away, the zero time the expiry.
type Changes struct {
	Name      *string
	Email     *string
	Phone     *string
	Company   *string
	Address   *string
	PlanID    *string
	ExpiresAt *time.Time
}

// Update changes an account that is still at the version the caller has seen,
// else it returns ErrStale. Changing nothing is no change. Plan and expiry need
// the permission account:set-plan; a plan into which the account does not fit is
// plan.ErrOverLimit. Another e-mail address is told at the old one and at the new.
func (s *Service) Update(ctx context.Context, by principal.Principal, id string, version int64, c Changes) (Details, error) {
	var a Account
	err := s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		before, err := s.lock(ctx, by, id)
		if err != nil {
			return err
		}
		if before.Version != version {
			return ErrStale
		}
		a = c.applied(before)
		from, to := differing(before, a)
		if len(to) == 0 {
			return nil
		}
		if err := s.checkUpdate(ctx, by, before, a); err != nil {
			return err
		}
		if err := s.save(ctx, by, &a); err != nil {
			return err
		}
		if err := s.d.Index.SetTerms(ctx, a.ID, a.ID, termsOf(a)); err != nil {
			return err
		}
		if err := s.tellOfEmail(ctx, by, before, a); err != nil {
			return err
		}
		return s.d.Audit.Record(ctx, by, audit.Entry{Action: ActionUpdate, Account: a.Ref(), Object: objectOf(a), Before: from, After: to})
	})
	if err != nil {
		return Details{}, err
	}
	return s.detail(ctx, by, a)
}

// tellOfEmail tells of another e-mail address, if there is one.
func (s *Service) tellOfEmail(ctx context.Context, by principal.Principal, before, a Account) error {
	if a.Email == before.Email {
		return nil
	}
	return s.d.Notices.EmailChanged(ctx, EmailChange{
		AccountID: a.ID, Account: a.Name, Old: before.Email, New: a.Email, By: by.Person.Name, Employer: by.Employer, At: a.UpdatedAt,
	})
}

// save writes the account and promises that its services will follow.
func (s *Service) save(ctx context.Context, by principal.Principal, a *Account) error {
	now, err := s.d.Clock.Now(ctx)
	if err != nil {
		return err
	}
	a.UpdatedAt = now
	if err := s.d.Accounts.Update(ctx, by.Scope(), *a); err != nil {
		return err
	}
	a.Version++
	return s.d.Work.Add(ctx, by, TaskApply, a.ID)
}

// applied returns the account with the changes.
func (c Changes) applied(a Account) Account {
	for field, value := range map[*string]*string{
		&a.Name: c.Name, &a.Email: c.Email, &a.Phone: c.Phone, &a.Company: c.Company, &a.Address: c.Address, &a.PlanID: c.PlanID,
	} {
		if value != nil {
			*field = *value
		}
	}
	if c.ExpiresAt != nil {
		a.ExpiresAt = c.ExpiresAt.UTC().Truncate(time.Microsecond)
	}
	a.tidy()
	return a
}

func (s *Service) checkUpdate(ctx context.Context, by principal.Principal, before, a Account) error {
	planned := a.PlanID != before.PlanID
	if (planned || !a.ExpiresAt.Equal(before.ExpiresAt)) && !s.d.Policy.May(by, "account:set-plan", a.Ref()) {
		return ErrForbidden
	}
	var bad fault.Fields
	a.check(&bad)
	if planned && a.PlanID != "" {
		owner, err := s.owner(ctx, a)
		if err != nil {
			return err
		}
		if err := s.checkPlan(ctx, a, owner, &bad); err != nil {
			return err
		}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if planned && a.PlanID != "" {
		return s.d.Plans.Fits(ctx, a.ID, a.PlanID)
	}
	return nil
}

// owner returns the account above, the zero Account at the top. The rule needs it
// also where the principal's scope ends below it.
func (s *Service) owner(ctx context.Context, a Account) (Account, error) {
	if a.OwnerID == "" {
		return Account{}, nil
	}
	return s.d.Accounts.EverByID(ctx, principal.Everything(), a.OwnerID)
}

// differing returns the fields of the record that differ, before and after.
func differing(before, after Account) (from, to audit.Fields) {
	from, to = audit.Fields{}, audit.Fields{}
	for _, each := range []struct{ name, from, to string }{
		{"name", before.Name, after.Name}, {"email", before.Email, after.Email}, {"phone", before.Phone, after.Phone},
		{"company", before.Company, after.Company}, {"address", before.Address, after.Address},
		{"plan_id", before.PlanID, after.PlanID}, {"expires_at", stamp(before.ExpiresAt), stamp(after.ExpiresAt)},
	} {
		if each.from != each.to {
			from[each.name], to[each.name] = each.from, each.to
		}
	}
	return from, to
}

// stamp writes an instant as the record shows it; none is empty.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
