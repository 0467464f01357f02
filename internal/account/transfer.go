package account

import (
	"context"
	"strings"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
)

// ActionTransfer is the act of giving an account to another owner.
var ActionTransfer = audit.NewAction("account.transfer", "{actor} transferred the account {account} to another owner.")

// Transfer hangs an account, with all it owns, below another owner. The right to
// enter it moves at once, and visits of the old owner end. Transferring to the
// owner it has is no change. It returns ErrCycle for an owner at or below it,
// invalid fields for one that cannot be seen or cannot own it.
func (s *Service) Transfer(ctx context.Context, by principal.Principal, id, ownerID string) (Details, error) {
	var a Account
	err := s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.d.Tree.Hold(ctx, true); err != nil {
			return err
		}
		before, owner, err := s.lockPair(ctx, by, id, ownerID)
		if err != nil {
			return err
		}
		if a = before; a.OwnerID == owner.ID {
			return nil
		}
		if by.Subject.ID == a.ID {
			return ErrOwn
		}
		if err := mayOwn(owner, a); err != nil {
			return err
		}
		a.OwnerID, a.Path = owner.ID, owner.Path+a.ID+"/"
		return s.move(ctx, by, before, a, owner)
	})
	if err != nil {
		return Details{}, err
	}
	if a, err = s.d.Accounts.EverByID(ctx, principal.Everything(), a.ID); err != nil {
		return Details{}, err
	}
	return s.detail(ctx, by, a)
}

// lockPair locks the account and the new owner, in the order of their ids.
func (s *Service) lockPair(ctx context.Context, by principal.Principal, id, ownerID string) (a, owner Account, err error) {
	found, err := s.d.Accounts.LockWithin(ctx, by.Scope(), id, ownerID)
	if err != nil {
		return a, owner, err
	}
	a, ok := found[id]
	if !ok || a.Deleted() {
		return a, owner, ErrNotFound
	}
	owner, ok = found[ownerID]
	if !ok || owner.Deleted() {
		var bad fault.Fields
		bad.Add("/owner_id", "unknown", "There is no such account to own this one.")
		return a, owner, bad.Err()
	}
	return a, owner, nil
}

func mayOwn(owner, a Account) error {
	if strings.HasPrefix(owner.Path, a.Path) {
		return ErrCycle
	}
	var bad fault.Fields
	if !owner.Kind.Owns(a.Kind) {
		bad.Add("/owner_id", "kind", "That account cannot own one of this kind.")
	}
	return bad.Err()
}

func (s *Service) move(ctx context.Context, by principal.Principal, before, a, owner Account) error {
	refs, err := s.d.Accounts.Refs(ctx, []string{before.OwnerID})
	if err != nil {
		return err
	}
	now, err := s.d.Clock.Now(ctx)
	if err != nil {
		return err
	}
	if err := s.d.Tree.Move(ctx, by.Scope(), before, a.OwnerID, a.Path, now); err != nil {
		return err
	}
	if err := s.d.Work.Add(ctx, by, TaskApply, a.ID); err != nil {
		return err
	}
	change := Change{What: WasTransferred, Before: before.Ref(), Account: a.Ref()}
	if err := s.d.Visits.AccountChanged(ctx, by, change); err != nil {
		return err
	}
	return s.d.Audit.Record(ctx, by, audit.Entry{
		Action: ActionTransfer, Account: a.Ref(), Object: objectOf(a),
		Before: audit.Fields{"owner_id": before.OwnerID, "owner": refs[before.OwnerID].Name},
		After:  audit.Fields{"owner_id": owner.ID, "owner": owner.Name},
	})
}
