package impersonation

import (
	"context"
	"slices"

	"innkeeper/internal/principal"
)

// RoleChanged ends the visits by holders of the role in other modes than these, in
// the transaction that changes the role.
func (s *Service) RoleChanged(ctx context.Context, by principal.Principal, role string, modes []principal.Mode) error {
	open, err := s.Store.LockLiveOfRole(ctx, role)
	if err != nil {
		return err
	}
	lost := slices.DeleteFunc(open, func(v Visit) bool { return slices.Contains(modes, v.Mode) })
	return s.finishNow(ctx, by, lost, EndPermissionLost, closedByCascade)
}

// ActorChanged ends the visits in which the person, as who he is now, may not be any
// more, in the transaction that gives him another role.
func (s *Service) ActorChanged(ctx context.Context, by, actor principal.Principal) error {
	open, err := s.Store.LockLiveOfActor(ctx, actor.Person.ID)
	if err != nil || len(open) == 0 {
		return err
	}
	subjects, err := s.Accounts.Refs(ctx, subjectsOf(open))
	if err != nil {
		return err
	}
	lost := slices.DeleteFunc(open, func(v Visit) bool {
		return v.Actor.AccountID != actor.Account.ID || s.Policy.MayImpersonate(actor, subjects[v.Subject.ID], v.Mode)
	})
	return s.finishNow(ctx, by, lost, EndPermissionLost, closedByCascade)
}
