package impersonation

import (
	"context"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
)

// ActionPolicy is the owner's decision about visits.
var ActionPolicy = audit.NewAction("impersonation.policy", "{actor} decided about visits to {account}: {object}.")

// PolicyOf returns what the owner of the principal's account has decided about
// visits.
func (s *Service) PolicyOf(ctx context.Context, by principal.Principal) (Access, error) {
	return s.Asks.PolicyOf(ctx, by.Scope(), by.Subject.ID)
}

// SetPolicy is the owner's decision about visits; deciding the same again changes
// nothing. Locking the door also puts out who is inside, with the reason
// consent_revoked and in the same transaction, and turns down what is asked;
// asking to be asked leaves both as they are. Only the account's own people
// decide: ErrOwnerOnly for everybody else, and while acting.
func (s *Service) SetPolicy(ctx context.Context, by principal.Principal, p Access) error {
	if !by.Owner(by.Subject.ID) {
		return ErrOwnerOnly
	}
	if p != Open && p != AskMe && p != Locked {
		return fault.ErrInvalid.WithFields(fault.Field{Pointer: "/policy", Code: "choice", Detail: "Choose open, ask or locked."})
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error { return s.setPolicy(ctx, by, p) })
}

func (s *Service) setPolicy(ctx context.Context, by principal.Principal, p Access) error {
	if _, err := s.Accounts.LockWithin(ctx, by.Scope(), by.Subject.ID); err != nil {
		return err
	}
	before, err := s.Asks.PolicyOf(ctx, by.Scope(), by.Subject.ID)
	if err != nil || before == p {
		return err
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	if err := s.Asks.SetPolicy(ctx, by.Scope(), by.Subject.ID, p, now); err != nil {
		return err
	}
	if p == Locked {
		if err := s.shut(ctx, by); err != nil {
			return err
		}
	}
	return s.Log.Record(ctx, by, audit.Entry{
		Action: ActionPolicy, Account: by.Subject, Object: audit.Object{Kind: audit.ThingAccessPolicy, ID: by.Subject.ID, Name: p.inWords()},
		Before: audit.Fields{"policy": before}, After: audit.Fields{"policy": p},
	})
}

// shut turns down what is asked of the owner and ends the visits that were let in
// through the open door. A visit that two admins answer for goes on: the lock was
// no bar to it.
func (s *Service) shut(ctx context.Context, by principal.Principal) error {
	asks, err := s.Asks.LockOpenTo(ctx, by.Subject.ID)
	if err != nil {
		return err
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	for _, a := range asks {
		if a.Kind == Consent {
			if err := s.decide(ctx, by, a, AskDenied, viaPanel, now); err != nil {
				return err
			}
		}
	}
	_, err = s.revoke(ctx, by, func(v Visit) bool { return v.Basis != basisBreakGlass })
	return err
}

// revoke ends the live visits to the principal's account that the condition holds
// for, and returns how many.
func (s *Service) revoke(ctx context.Context, by principal.Principal, which func(Visit) bool) (int, error) {
	around, err := s.Store.LockLiveAround(ctx, by.Subject)
	if err != nil {
		return 0, err
	}
	var revoked []Visit
	for _, v := range around {
		if v.Subject.ID == by.Subject.ID && which(v) {
			revoked = append(revoked, v)
		}
	}
	return len(revoked), s.finishNow(ctx, by, revoked, EndConsentRevoked, closedByCascade)
}
