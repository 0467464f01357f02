package account

import (
	"context"
	"strings"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
)

// The acts that change how an account stands.
var (
	ActionSuspend   = audit.NewAction("account.suspend", "{actor} suspended the account {account}: {reason}")
	ActionUnsuspend = audit.NewAction("account.unsuspend", "{actor} lifted the suspension of the account {account}.")
	ActionDisable   = audit.NewAction("account.disable", "{actor} disabled sign-in to the account {account}.")
	ActionEnable    = audit.NewAction("account.enable", "{actor} enabled sign-in to the account {account}.")
	ActionSignOut   = audit.NewAction("account.sign-out", "{actor} signed everybody out of the account {account}.")
	ActionDelete    = audit.NewAction("account.delete", "{actor} deleted the account {account}.")
)

// turn is one change of status: what it does, when there is nothing to do, and
// what else must happen in the same transaction.
type turn struct {
	action audit.Action
	what   What
	done   func(Account) bool
	do     func(a *Account, now time.Time)
	ends   string // the reason with which sessions end; empty: they stay
	reason string
}

// Suspend stops the services of an account; its people still sign in, and read
// the reason. Suspending twice is one suspension, with the first reason. It
// returns ErrNotFound for an account outside the principal's scope, ErrOwn for
// the principal's own.
func (s *Service) Suspend(ctx context.Context, by principal.Principal, id, reason string) (Details, error) {
	reason, err := checkReason(reason, true)
	if err != nil {
		return Details{}, err
	}
	return s.turn(ctx, by, id, turn{
		action: ActionSuspend, what: WasSuspended, done: Account.Suspended, reason: reason,
		do: func(a *Account, now time.Time) { a.SuspendedAt, a.SuspendedReason = now, reason },
	})
}

// Unsuspend lets the services of an account run again. It returns what Suspend
// does; an account that is not suspended stays as it is.
func (s *Service) Unsuspend(ctx context.Context, by principal.Principal, id string) (Details, error) {
	return s.turn(ctx, by, id, turn{
		action: ActionUnsuspend, what: WasUnsuspended, done: func(a Account) bool { return !a.Suspended() },
		do: func(a *Account, _ time.Time) { a.SuspendedAt, a.SuspendedReason = time.Time{}, "" },
	})
}

// Disable keeps the people of an account from signing in and ends their sessions
// and visits; its services go on, and so do the accounts it owns. Disabling twice
// is once, with the first reason. It returns what Suspend does.
func (s *Service) Disable(ctx context.Context, by principal.Principal, id, reason string) (Details, error) {
	reason, err := checkReason(reason, false)
	if err != nil {
		return Details{}, err
	}
	return s.turn(ctx, by, id, turn{
		action: ActionDisable, what: WasDisabled, done: Account.Disabled, ends: ReasonDisabled, reason: reason,
		do: func(a *Account, now time.Time) { a.DisabledAt, a.DisabledReason = now, reason },
	})
}

// Enable lets the people of an account sign in again. It returns what Suspend
// does; an account that is not disabled stays as it is.
func (s *Service) Enable(ctx context.Context, by principal.Principal, id string) (Details, error) {
	return s.turn(ctx, by, id, turn{
		action: ActionEnable, what: WasEnabled, done: func(a Account) bool { return !a.Disabled() },
		do: func(a *Account, _ time.Time) { a.DisabledAt, a.DisabledReason = time.Time{}, "" },
	})
}

// SignOut ends the sessions of everybody who is signed in by an account, and the
// visits begun from them. They can sign in again at once, and API tokens go on. It
// returns what Suspend does; the own sessions one ends oneself.
func (s *Service) SignOut(ctx context.Context, by principal.Principal, id string) (Details, error) {
	var a Account
	err := s.d.Tx.InTx(ctx, func(ctx context.Context) (err error) {
		if a, err = s.lock(ctx, by, id); err != nil {
			return err
		}
		if by.Subject.ID == a.ID {
			return ErrOwn
		}
		if err := s.d.Sessions.EndFor(ctx, by, a.ID, ReasonSignedOut); err != nil {
			return err
		}
		return s.d.Audit.Record(ctx, by, audit.Entry{Action: ActionSignOut, Account: a.Ref(), Object: objectOf(a)})
	})
	if err != nil {
		return Details{}, err
	}
	return s.detail(ctx, by, a)
}

// Delete takes an account away: it is found no more, its sessions and visits end,
// its services stop. The row stays for the record. Deleting twice is once. It
// returns ErrOwns while accounts stand below it, and what Suspend does.
func (s *Service) Delete(ctx context.Context, by principal.Principal, id string) error {
	return s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		found, err := s.d.Accounts.LockWithin(ctx, by.Scope(), id)
		if err != nil || found[id].Deleted() {
			return err
		}
		if _, ok := found[id]; !ok {
			return ErrNotFound
		}
		owns, err := s.d.Tree.OwnsAny(ctx, id)
		if err != nil {
			return err
		}
		if owns {
			return ErrOwns
		}
		_, err = s.turned(ctx, by, id, turn{
			action: ActionDelete, what: WasDeleted, done: Account.Deleted, ends: ReasonDeleted,
			do: func(a *Account, now time.Time) { a.DeletedAt = now },
		})
		return err
	})
}

func (s *Service) turn(ctx context.Context, by principal.Principal, id string, t turn) (Details, error) {
	var a Account
	err := s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		var err error
		a, err = s.turned(ctx, by, id, t)
		return err
	})
	if err != nil {
		return Details{}, err
	}
	return s.detail(ctx, by, a)
}

// turned is turn inside the transaction.
func (s *Service) turned(ctx context.Context, by principal.Principal, id string, t turn) (Account, error) {
	a, err := s.lock(ctx, by, id)
	if err != nil {
		return a, err
	}
	if t.done(a) {
		return a, nil
	}
	if by.Subject.ID == a.ID {
		return a, ErrOwn
	}
	now, err := s.d.Clock.Now(ctx)
	if err != nil {
		return a, err
	}
	before := a
	t.do(&a, now)
	if err := s.save(ctx, by, &a); err != nil {
		return a, err
	}
	if err := s.cascade(ctx, by, before, a, t); err != nil {
		return a, err
	}
	return a, s.d.Audit.Record(ctx, by, audit.Entry{
		Action: t.action, Account: a.Ref(), Object: objectOf(a), Reason: t.reason,
		Before: audit.Fields{"status": string(before.Status())}, After: audit.Fields{"status": string(a.Status())},
	})
}

// cascade ends what the account's new state does not let live, sessions before
// visits: the order in which they are locked everywhere.
func (s *Service) cascade(ctx context.Context, by principal.Principal, before, a Account, t turn) error {
	if t.ends != "" {
		if err := s.d.Sessions.EndFor(ctx, by, a.ID, t.ends); err != nil {
			return err
		}
	}
	return s.d.Visits.AccountChanged(ctx, by, Change{What: t.what, Before: before.Ref(), Account: a.Ref()})
}

// checkReason returns the reason as it is kept.
func checkReason(reason string, required bool) (string, error) {
	reason = strings.TrimSpace(strings.ReplaceAll(reason, "\r\n", "\n"))
	var bad fault.Fields
	if fault.Blank(reason) && required {
		bad.Add("/reason", "required", "Please say why.")
	} else {
		text(&bad, "/reason", reason, 500)
	}
	return reason, bad.Err()
}
