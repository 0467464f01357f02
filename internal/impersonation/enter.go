package impersonation

import (
	"context"
	"strings"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
)

// Enter returns the principal of a request under a visit: the same person, in the
// subject's account. Everything is asked anew each time: the visit belongs to
// this login session or token, it is live, the rules still hold. A visit found dead, or
// whose rules no longer hold, is closed on the way and answers ErrEnded with its
// reason; it never falls through to the actor's own account. ErrNotFound for
// somebody else's visit.
func (s *Service) Enter(ctx context.Context, by principal.Principal, id string) (principal.Principal, error) {
	e, err := s.Store.Entered(ctx, id)
	if err != nil {
		return principal.Principal{}, err
	}
	v := e.Visit
	if !v.heldBy(by) {
		return principal.Principal{}, ErrNotFound
	}
	if v.Ended() {
		return principal.Principal{}, v.Over()
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return principal.Principal{}, err
	}
	lost := s.lost(by, e)
	if lost == EndPermissionLost { // another process may know better already
		s.fresh(ctx)
		lost = s.lost(by, e)
	}
	if lost != "" || v.Span.Dead(now) {
		return principal.Principal{}, s.closeAndSay(ctx, id, lost)
	}
	by.Subject, by.SubjectRole = e.Subject.Ref(), e.SubjectRole
	by.Visit = &principal.Visit{ID: v.ID, Mode: v.Mode, Remaining: v.Span.ExpiresAt.Sub(now), IdleRemaining: v.Span.IdleAt().Sub(now)}
	return by, nil
}

// lost returns why the rules no longer allow the visit; "" when they do.
func (s *Service) lost(by principal.Principal, e Entered) string {
	switch {
	case e.Subject.Deleted():
		return EndSubjectDeleted
	case lookOnly(e.Subject) && e.Visit.Mode != principal.Look:
		return EndSubjectSuspended
	case s.Policy.MayImpersonate(by, e.Subject.Ref(), e.Visit.Mode):
		return ""
	case e.Subject.OwnerID != e.Visit.Subject.OwnerID:
		return EndOwnershipChanged
	default:
		return EndPermissionLost
	}
}

func (s *Service) closeAndSay(ctx context.Context, id, wanted string) error {
	v, err := s.close(ctx, principal.System("impersonation"), id, wanted, func(Visit) error { return nil })
	if err != nil {
		return err
	}
	return v.Over()
}

// Touch notes that the actor did something on purpose. When the visit is over it
// is settled and the answer is ErrEnded.
func (s *Service) Touch(ctx context.Context, by principal.Principal) error {
	alive, err := s.Store.Touch(ctx, by.Visit.ID)
	if err != nil || alive {
		return err
	}
	return s.closeAndSay(ctx, by.Visit.ID, EndStopped)
}

// Visit returns the visit the principal is in.
func (s *Service) Visit(ctx context.Context, by principal.Principal) (Visit, error) {
	if !by.Acting() {
		return Visit{}, ErrNotFound
	}
	e, err := s.Store.Entered(ctx, by.Visit.ID)
	return e.Visit, err
}

// ChangeMode lets the actor change things, or look only again. It is an event
// with a reason of its own; asked for the mode it is in, it changes nothing.
func (s *Service) ChangeMode(ctx context.Context, by principal.Principal, mode principal.Mode, reason string) (Visit, error) {
	reason = oneSpace(reason)
	var bad fault.Fields
	if mode != principal.Look && mode != principal.Change {
		bad.Add("/mode", "choice", "Choose look or change.")
	}
	if mode == principal.Change {
		checkReason(&bad, "/reason", reason)
	}
	if err := bad.Err(); err != nil {
		return Visit{}, err
	}
	var v Visit
	err := s.Tx.InTx(ctx, func(ctx context.Context) (err error) {
		v, err = s.changeMode(ctx, by, mode, reason)
		return err
	})
	return v, err
}

func (s *Service) changeMode(ctx context.Context, by principal.Principal, mode principal.Mode, reason string) (Visit, error) {
	accounts, err := s.Accounts.LockWithin(ctx, principal.Everything(), by.Subject.ID)
	if err != nil {
		return Visit{}, err
	}
	v, err := s.Store.Lock(ctx, by.Visit.ID)
	if err != nil || v.Mode == mode {
		return v, err
	}
	if mode == principal.Change && lookOnly(accounts[by.Subject.ID]) {
		return Visit{}, ErrLookOnly
	}
	if err := s.agreed(ctx, v, mode); err != nil {
		return Visit{}, err
	}
	himself := by
	himself.Visit = nil
	if !s.Policy.MayImpersonate(himself, by.Subject, mode) {
		return Visit{}, ErrDenied
	}
	before := v.Mode
	v.Mode = mode
	if err := s.Store.SetMode(ctx, v.ID, mode); err != nil {
		return Visit{}, err
	}
	return v, s.Log.Record(ctx, by, audit.Entry{
		Action: ActionMode, Account: by.Subject, Reason: reason,
		Object: audit.Object{Kind: audit.ThingImpersonation, ID: v.ID, Name: v.Subject.Name},
		Before: audit.Fields{"mode": before}, After: audit.Fields{"mode": mode},
	})
}

// agreed returns ErrLookAgreed for changes in a visit that was approved for viewing.
func (s *Service) agreed(ctx context.Context, v Visit, mode principal.Mode) error {
	if v.Basis == basisOpen || mode != principal.Change {
		return nil
	}
	asks, err := s.Asks.List(ctx, principal.Everything(), AskFilter{VisitID: v.ID, Limit: 1})
	if err != nil || len(asks) == 0 || asks[0].Mode == principal.Change {
		return err
	}
	return ErrLookAgreed
}

// EndOfSession ends the visits that hang on a login session, in the transaction
// that ends the session.
func (s *Service) EndOfSession(ctx context.Context, by principal.Principal, sessionID, reason, closedBy string) error {
	open, err := s.Store.LockLiveOfSession(ctx, sessionID)
	if err != nil {
		return err
	}
	return s.finishNow(ctx, by, open, reason, closedBy)
}

// AccountChanged ends the visits that a change of an account makes impossible, in
// the transaction of the change.
func (s *Service) AccountChanged(ctx context.Context, by principal.Principal, change account.Change) error {
	open, err := s.Store.LockLiveAround(ctx, change.Account)
	if err != nil {
		return err
	}
	byReason := map[string][]Visit{}
	for _, v := range open {
		if reason := endedBy(change, v); reason != "" {
			byReason[reason] = append(byReason[reason], v)
		}
	}
	for _, reason := range cascades {
		if err := s.finishNow(ctx, by, byReason[reason], reason, closedByCascade); err != nil {
			return err
		}
	}
	return nil
}

// cascades are the reasons in the order in which they are worked off.
var cascades = []string{EndActorDisabled, EndSubjectDeleted, EndSubjectSuspended, EndOwnershipChanged}

// endedBy returns why the change ends the visit; "" when it does not.
func endedBy(change account.Change, v Visit) string {
	asActor, asSubject := v.Actor.AccountID == change.Account.ID, v.Subject.ID == change.Account.ID
	gone := change.What == account.WasDeleted || change.What == account.WasDisabled
	blocked := gone || change.What == account.WasSuspended
	switch {
	case gone && asActor:
		return EndActorDisabled
	case change.What == account.WasDeleted && asSubject:
		return EndSubjectDeleted
	case blocked && asSubject && v.Mode == principal.Change:
		return EndSubjectSuspended // looking goes on, changing does not
	case change.What == account.WasTransferred && lostBy(change, v.Actor.AccountID):
		return EndOwnershipChanged
	default:
		return ""
	}
}

// lostBy reports whether the account stood below the owner before the transfer
// and does not any more.
func lostBy(change account.Change, ownerID string) bool {
	step := "/" + ownerID + "/"
	return strings.Contains(change.Before.Path, step) && !strings.Contains(change.Account.Path, step)
}

func (s *Service) finishNow(ctx context.Context, by principal.Principal, open []Visit, reason, closedBy string) error {
	if len(open) == 0 {
		return nil
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	return s.finish(ctx, by, now, open, reason, closedBy)
}
