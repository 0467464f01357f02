package auth

import (
	"context"
	"errors"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

// Factor is a person's second factor: an app that shows a new code every half
// minute.
type Factor struct {
	PersonID    string
	Secret      string // sealed
	CreatedAt   time.Time
	ConfirmedAt time.Time // zero: begun, and asked for nowhere yet
	LastStep    int64     // of the newest code that was used
}

// Confirmed reports whether codes of the factor are asked for.
func (f Factor) Confirmed() bool { return !f.ConfirmedAt.IsZero() }

// Factors keeps second factors and recovery codes.
type Factors interface {
	// Begin keeps a factor that is not confirmed, instead of one that was not
	// either; ErrFactorExists when the person has a confirmed one.
	Begin(ctx context.Context, f Factor) error
	// ByPerson returns ErrNoFactor when the person has begun none.
	ByPerson(ctx context.Context, personID string) (Factor, error)
	// Confirm returns ErrNoFactor unless there is one that waits for it.
	Confirm(ctx context.Context, personID string, at time.Time, step int64) error
	// Spend notes that the code of the step was used; false when that code, or a
	// later one, was used before. Of many at once one is told true.
	Spend(ctx context.Context, personID string, step int64) (bool, error)
	// Remove drops the factor; ErrNoFactor when there is no confirmed one.
	Remove(ctx context.Context, personID string) error
	// RemoveCodes drops the recovery codes, if there are any.
	RemoveCodes(ctx context.Context, personID string) error
	// ReplaceCodes keeps new recovery codes instead of all before them.
	ReplaceCodes(ctx context.Context, personID string, hashes []string, at time.Time) error
	// SpendCode notes that a recovery code was used; false when it is none of the
	// person's, or was used before.
	SpendCode(ctx context.Context, personID, hash string, at time.Time) (bool, error)
	CodesLeft(ctx context.Context, personID string) (int, error)
}

// FactorState is what a person is shown of his second factor.
type FactorState struct {
	Factor    Factor // zero: none that is confirmed
	CodesLeft int
	Required  bool
}

// The events of second factors.
var (
	ActionFactorBegin  = audit.NewAction("factor.begin", "{actor} began to set up a second factor for {object}.")
	ActionFactorOn     = audit.NewAction("factor.enable", "{actor} set up a second factor for {object}.")
	ActionFactorOff    = audit.NewAction("factor.remove", "{actor} removed the second factor of {object}.")
	ActionRecoveryNew  = audit.NewAction("factor.recovery-codes", "{actor} made new recovery codes for {object}.")
	ActionRecoveryUsed = audit.NewAction("factor.recovery-used", "A recovery code of {object} was used.")
)

// FactorOf returns the state of the asker's own second factor.
func (s *Service) FactorOf(ctx context.Context, by principal.Principal) (FactorState, error) {
	state := FactorState{Required: s.requires(by)}
	has, err := s.factorsOf(ctx, by.Person.ID)
	if err != nil || !has.any() {
		return state, err
	}
	state.Factor = has.app
	state.CodesLeft, err = s.Factors.CodesLeft(ctx, by.Person.ID)
	return state, err
}

// confirmed returns the factor whose codes are asked for, or ErrNoFactor.
func (s *Service) confirmed(ctx context.Context, personID string) (Factor, error) {
	f, err := s.Factors.ByPerson(ctx, personID)
	if err == nil && !f.Confirmed() {
		return Factor{}, ErrNoFactor
	}
	return f, err
}

// BeginFactor makes a secret for the asker's app and returns it with the address
// that apps read, otpauth://…. It is shown this once; until a code of it has been
// confirmed nothing else changes. ErrFactorExists when there is a factor already.
func (s *Service) BeginFactor(ctx context.Context, by principal.Principal) (secret, uri string, err error) {
	person, err := s.People.ByID(ctx, by.Person.ID)
	if err != nil {
		return "", "", err
	}
	secret, uri, err = newTOTP(person.Email)
	if err != nil {
		return "", "", err
	}
	sealed, err := s.Sealer.Seal(factorName(person.ID), secret)
	if err != nil {
		return "", "", err
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		now, err := s.Tx.Now(ctx)
		if err != nil {
			return err
		}
		if err := s.Factors.Begin(ctx, Factor{PersonID: person.ID, Secret: sealed, CreatedAt: now}); err != nil {
			return err
		}
		return s.recordOwn(ctx, by, ActionFactorBegin)
	})
	return secret, uri, err
}

// ConfirmFactor turns the begun factor on with a code of the app, ends the
// person's other sessions, and returns ten recovery codes, shown this once. A
// wrong code is a bad field and counts like a failed sign-in.
func (s *Service) ConfirmFactor(ctx context.Context, by principal.Principal, code string) (codes []string, err error) {
	person, err := s.People.ByID(ctx, by.Person.ID)
	if err != nil {
		return nil, err
	}
	if err := s.notThrottled(ctx, person.Email, by.Via.IP, codeKey(person.ID)); err != nil {
		return nil, err
	}
	f, err := s.Factors.ByPerson(ctx, person.ID)
	if err != nil {
		return nil, err
	}
	if f.Confirmed() {
		return nil, ErrFactorExists
	}
	step, right, err := s.stepOf(ctx, f, code)
	if err != nil {
		return nil, err
	}
	if !right {
		return nil, s.wrong(ctx, wrongField("/code", "This code is not right. Please type the one that the app shows now."), person, person.Email, by.Via, codeKey(person.ID))
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		codes, err = s.turnOn(ctx, by, person, step)
		return err
	})
	return codes, err
}

func (s *Service) turnOn(ctx context.Context, by principal.Principal, person account.Person, step int64) ([]string, error) {
	sessions, err := s.Store.LockOfPerson(ctx, person.ID)
	if err != nil {
		return nil, err
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.Factors.Confirm(ctx, person.ID, now, step); err != nil {
		return nil, err
	}
	codes, err := s.newCodes(ctx, person.ID, now)
	if err != nil {
		return nil, err
	}
	if err := s.endOthers(ctx, by, sessions, by.Via.SessionID, EndFactorChanged); err != nil {
		return nil, err
	}
	if err := s.recordOwn(ctx, by, ActionFactorOn); err != nil {
		return nil, err
	}
	return codes, s.tell(ctx, person, notify.EventFactorOn, "A second factor was set up for your sign-in.", now)
}

// RemoveFactor drops the asker's app, and ends his other sessions. The recovery
// codes go with it when it was the last second factor. ErrNoFactor when there is
// none, ErrLastFactor when he must have one and has no other.
func (s *Service) RemoveFactor(ctx context.Context, by principal.Principal) error {
	person, err := s.People.ByID(ctx, by.Person.ID)
	if err != nil {
		return err
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		sessions, err := s.Store.LockOfPerson(ctx, person.ID)
		if err != nil {
			return err
		}
		has, err := s.factorsOf(ctx, person.ID)
		if err != nil {
			return err
		}
		last := has.app.Confirmed() && len(has.passkeys) == 0
		err = s.dropFactor(ctx, by, last, func() error { return s.Factors.Remove(ctx, person.ID) })
		if err != nil {
			return err
		}
		return s.factorGone(ctx, by, person, sessions, by.Via.SessionID)
	})
}

// dropFactor removes one of the asker's second factors, and the recovery codes with
// the last one. ErrLastFactor when he must have one.
func (s *Service) dropFactor(ctx context.Context, by principal.Principal, last bool, remove func() error) error {
	if last && s.requires(by) {
		return ErrLastFactor
	}
	if err := remove(); err != nil || !last {
		return err
	}
	return s.Factors.RemoveCodes(ctx, by.Person.ID)
}

// ForgetFactor drops every second factor of somebody who has lost them, for a
// command of the operator: it ends all the person's sessions, and the person is
// told. ErrNoFactor when there is none.
func (s *Service) ForgetFactor(ctx context.Context, by principal.Principal, login string) error {
	person, err := s.People.ByLogin(ctx, login)
	if err != nil {
		return err
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		sessions, err := s.Store.LockOfPerson(ctx, person.ID)
		if err != nil {
			return err
		}
		app := s.Factors.Remove(ctx, person.ID)
		if app != nil && !errors.Is(app, ErrNoFactor) {
			return app
		}
		passkeys, err := s.Passkeys.RemoveAll(ctx, person.ID)
		if err != nil {
			return err
		}
		if passkeys == 0 && app != nil {
			return ErrNoFactor
		}
		if err := s.Factors.RemoveCodes(ctx, person.ID); err != nil {
			return err
		}
		return s.factorGone(ctx, by, person, sessions, "")
	})
}

func (s *Service) factorGone(ctx context.Context, by principal.Principal, person account.Person, sessions []Session, keep string) error {
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	if err := s.endOthers(ctx, by, sessions, keep, EndFactorChanged); err != nil {
		return err
	}
	if err := s.recordOn(ctx, by, person, ActionFactorOff); err != nil {
		return err
	}
	return s.tell(ctx, person, notify.EventFactorOff, "The second factor of your sign-in was removed.", now)
}

// NewRecoveryCodes gives the asker ten new recovery codes, shown this once; all
// before them are void. ErrNoFactor when there is nothing to recover.
func (s *Service) NewRecoveryCodes(ctx context.Context, by principal.Principal) (codes []string, err error) {
	person, err := s.People.ByID(ctx, by.Person.ID)
	if err != nil {
		return nil, err
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		has, err := s.factorsOf(ctx, person.ID)
		if err != nil {
			return err
		}
		if !has.any() {
			return ErrNoFactor
		}
		now, err := s.Tx.Now(ctx)
		if err != nil {
			return err
		}
		if codes, err = s.newCodes(ctx, person.ID, now); err != nil {
			return err
		}
		if err := s.recordOwn(ctx, by, ActionRecoveryNew); err != nil {
			return err
		}
		return s.tell(ctx, person, notify.EventRecoveryCodes, "New recovery codes were made for your sign-in; the ones before are void.", now)
	})
	return codes, err
}

// endOthers ends the person's locked sessions but the one to keep.
func (s *Service) endOthers(ctx context.Context, by principal.Principal, sessions []Session, keep, reason string) error {
	for _, session := range sessions {
		if session.ID == keep {
			continue
		}
		if err := s.settle(ctx, by, session, reason, "cascade"); err != nil {
			return err
		}
	}
	return nil
}

// factorName is the name under which a person's secret is sealed.
func factorName(personID string) string { return "totp:" + personID }
