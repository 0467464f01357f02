package impersonation

import (
	"context"
	"errors"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
)

// The events of answers.
var (
	ActionApprove      = audit.NewAction("impersonation.approve", "{actor} agreed to let {object} in to {account}.")
	ActionDeny         = audit.NewAction("impersonation.deny", "{actor} did not agree to let {object} in to {account}.")
	ActionApproveCode  = audit.NewAction("impersonation.approve-by-code", "{actor} gave the code that the owner of {account} reads out, to be let in.")
	ActionApproveGlass = audit.NewAction("impersonation.break-glass-approve", "{actor} agreed as the second administrator to let {object} in to {account}, which is locked.")
	ActionDenyGlass    = audit.NewAction("impersonation.break-glass-deny", "{actor} did not agree to let {object} in to {account}, which is locked.")
)

// longestApproval bounds what an owner may set as the end of a visit.
const longestApproval = 24 * time.Hour

// AsksOf returns what is asked of the principal's account and not over, and what
// was answered before, newest first.
func (s *Service) AsksOf(ctx context.Context, by principal.Principal) ([]Ask, error) {
	asks, err := s.Asks.List(ctx, by.Scope(), AskFilter{SubjectID: by.Subject.ID, Kind: Consent, Limit: asksAtOnce})
	if err != nil {
		return nil, err
	}
	now, err := s.Tx.Now(ctx)
	for i := range asks {
		asks[i] = asks[i].At(now)
	}
	return asks, err
}

// Approve is the owner's yes: who asked may begin within half an hour. With an
// end the visit is over then at the latest. Approving again changes nothing.
// ErrAskNotFound for what was not asked of this account, ErrAskOver when it is
// over.
func (s *Service) Approve(ctx context.Context, by principal.Principal, id string, ends time.Time) (Ask, error) {
	a, err := s.toAnswer(ctx, by, id)
	if err != nil {
		return Ask{}, err
	}
	return s.approve(ctx, by, a.ID, viaPanel, ends)
}

func (s *Service) approve(ctx context.Context, by principal.Principal, id, via string, ends time.Time) (answered Ask, err error) {
	err = s.settled(ctx, id, func(ctx context.Context, a Ask, now time.Time) error {
		if answered = a; a.State == AskApproved {
			return nil
		}
		if !ends.IsZero() && (!ends.After(now) || ends.After(now.Add(longestApproval))) {
			return fault.ErrInvalid.WithFields(fault.Field{Pointer: "/ends_at", Code: "range", Detail: "Choose a time within the next 24 hours."})
		}
		answered.EndsAt = ends
		answered = answered.decided(by, AskApproved, via, now)
		return s.write(ctx, by, answered)
	})
	return answered, err
}

// Deny is the owner's no. Of what was approved before it takes the approval back,
// and a visit that runs on it ends, with the reason consent_revoked.
func (s *Service) Deny(ctx context.Context, by principal.Principal, id string) error {
	a, err := s.toAnswer(ctx, by, id)
	if err != nil {
		return err
	}
	return s.deny(ctx, by, a.ID, viaPanel)
}

func (s *Service) deny(ctx context.Context, by principal.Principal, id, via string) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.Accounts.LockWithin(ctx, by.Scope(), by.Subject.ID); err != nil {
			return err
		}
		a, err := s.Asks.LockAsk(ctx, id)
		if err != nil {
			return err
		}
		now, err := s.Tx.Now(ctx)
		if err != nil {
			return err
		}
		switch standing := a.At(now); {
		case standing.Open():
			return s.decide(ctx, by, a, AskDenied, via, now)
		case standing.State == AskStarted:
			return s.takeBack(ctx, by, a)
		case standing.State == AskDenied:
			return nil
		default:
			return standing.Over()
		}
	})
}

// takeBack ends the visit that was let in on the ask. ErrAskOver when it has
// ended already.
func (s *Service) takeBack(ctx context.Context, by principal.Principal, a Ask) error {
	ended, err := s.revoke(ctx, by, func(v Visit) bool { return v.ID == a.VisitID })
	if err != nil {
		return err
	}
	if ended == 0 {
		return a.Over()
	}
	return s.record(ctx, by, a, ActionDeny)
}

// toAnswer finds what is asked of the principal's account, by one of its own
// people.
func (s *Service) toAnswer(ctx context.Context, by principal.Principal, id string) (Ask, error) {
	if !by.Owner(by.Subject.ID) {
		return Ask{}, ErrOwnerOnly
	}
	a, err := s.Asks.ByID(ctx, by.Scope(), id)
	if err == nil && (a.Kind != Consent || a.Subject.ID != by.Subject.ID) {
		err = ErrAskNotFound
	}
	return a, err
}

// AnswerGlass is the answer of a second admin to who asks to enter a locked
// account. ErrOwnAsk for the one who asked himself, whatever he may.
func (s *Service) AnswerGlass(ctx context.Context, by principal.Principal, id string, yes bool) (answered Ask, err error) {
	a, err := s.Asks.ByID(ctx, by.Scope(), id)
	if err != nil {
		return Ask{}, err
	}
	if a.Kind != BreakGlass {
		return Ask{}, ErrAskNotFound
	}
	if a.Actor.ID == by.Person.ID {
		return Ask{}, ErrOwnAsk
	}
	if yes {
		return s.approve(ctx, by, id, viaPanel, time.Time{})
	}
	err = s.settled(ctx, id, func(ctx context.Context, a Ask, now time.Time) error {
		answered = a.decided(by, AskDenied, viaPanel, now)
		return s.write(ctx, by, answered)
	})
	return answered, err
}

// settled runs in a transaction with an open ask, locked. One that has lapsed is
// written down as such, and the answer is ErrAskOver as for all that are over.
func (s *Service) settled(ctx context.Context, id string, do func(ctx context.Context, a Ask, now time.Time) error) error {
	var over error
	err := s.Tx.InTx(ctx, func(ctx context.Context) error {
		a, err := s.Asks.LockAsk(ctx, id)
		if err != nil {
			return err
		}
		now, err := s.Tx.Now(ctx)
		if err != nil {
			return err
		}
		standing := a.At(now)
		if standing.Open() {
			return do(ctx, a, now)
		}
		over = standing.Over()
		if a.Open() {
			return s.lapse(ctx, a)
		}
		return nil
	})
	return errors.Join(err, over)
}

func (a Ask) decided(by principal.Principal, state AskState, via string, now time.Time) Ask {
	a.State, a.DecidedAt, a.DecidedBy, a.DecidedVia = state, now, partyOf(by), via
	a.TokenHash, a.CodeHash = "", ""
	if state == AskApproved {
		a.LapsesAt = now.Add(approvalLife)
		if !a.EndsAt.IsZero() && a.EndsAt.Before(a.LapsesAt) {
			a.LapsesAt = a.EndsAt
		}
	}
	return a
}

// decide writes a decision about a locked open ask.
func (s *Service) decide(ctx context.Context, by principal.Principal, a Ask, state AskState, via string, now time.Time) error {
	return s.write(ctx, by, a.decided(by, state, via, now))
}

// write keeps a decided ask with its event.
func (s *Service) write(ctx context.Context, by principal.Principal, a Ask) error {
	if err := s.Asks.Update(ctx, a); err != nil {
		return err
	}
	return s.record(ctx, by, a, a.action())
}

// action is the event of the state the ask has come to.
func (a Ask) action() audit.Action {
	glass := a.Kind == BreakGlass
	switch {
	case a.State == AskWithdrawn:
		return ActionWithdraw
	case a.State == AskLapsed:
		return ActionLapse
	case a.State == AskApproved && glass:
		return ActionApproveGlass
	case a.State == AskApproved && a.DecidedVia == viaCode:
		return ActionApproveCode
	case a.State == AskApproved:
		return ActionApprove
	case glass:
		return ActionDenyGlass
	default:
		return ActionDeny
	}
}

func (s *Service) record(ctx context.Context, by principal.Principal, a Ask, action audit.Action) error {
	subjects, err := s.Accounts.Refs(ctx, []string{a.Subject.ID})
	if err != nil {
		return err
	}
	return s.Log.Record(ctx, by, audit.Entry{
		Action: action, Account: subjects[a.Subject.ID], Object: a.object(),
		After: audit.Fields{"state": a.State, "mode": a.Mode, "via": a.DecidedVia, "lapses_at": a.LapsesAt},
	})
}
