package auth

import (
	"context"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

// How somebody proved who he is.
const (
	ProofPassword        = "password"
	ProofTOTP            = "password+totp"
	ProofRecovery        = "password+recovery"
	ProofPasswordPasskey = "password+passkey"
	ProofPasskey         = "passkey" // whose device has made sure who holds it
)

// freshFor is how long a proof is good enough to change how one signs in, or to
// whom an account belongs.
const freshFor = 5 * time.Minute

// ActionStepUp is the event of a person who proved again who he is.
var ActionStepUp = audit.NewAction("session.step-up", "{actor} proved again who is there.")

// systemSignIn records what happens while nobody is signed in yet.
var systemSignIn = principal.System("sign-in")

// signingIn is systemSignIn where whoever tries to sign in is.
func signingIn(via principal.Via) principal.Principal {
	by := systemSignIn
	by.Via.IP, by.Via.UserAgent, by.Via.RequestID, by.Via.TraceID = via.IP, via.UserAgent, via.RequestID, via.TraceID
	return by
}

// prove checks the code of a person whose password was right, and returns how the
// person has proved himself. Without a second factor the password is enough.
// ErrCodeRequired when a code is missing; a wrong one is ErrCodeWrong and counts
// like a failed sign-in, also by person: who knows the password cannot try codes
// from many addresses.
func (s *Service) prove(ctx context.Context, person account.Person, code, login string, via principal.Via) (method string, err error) {
	has, err := s.factorsOf(ctx, person.ID)
	switch {
	case err != nil:
		return "", err
	case !has.any():
		return ProofPassword, nil
	case tidy(code) == "":
		return "", ErrCodeRequired.WithExtra("methods", has.methods())
	}
	if err := s.notThrottled(ctx, login, via.IP, codeKey(person.ID)); err != nil {
		return "", err
	}
	method, err = s.spend(ctx, person, has.app, code)
	if err != nil {
		return "", err
	}
	if method == "" {
		return "", s.wrong(ctx, ErrCodeWrong, person, login, via, codeKey(person.ID))
	}
	return method, s.Throttle.Forget(ctx, codeKey(person.ID))
}

// StepUp lets the asker prove again who he is, with the password and, where he
// has a second factor, a code. The session goes on under a new token, which is
// returned; the one before opens nothing any more. A wrong password is a bad
// field, and counts like a failed sign-in.
func (s *Service) StepUp(ctx context.Context, by principal.Principal, token, password, code string) (fresh string, session Session, err error) {
	if password == "" {
		return "", Session{}, wrongField("/password", "Please enter your password.")
	}
	person, err := s.People.ByID(ctx, by.Person.ID)
	if err != nil {
		return "", Session{}, err
	}
	right, err := s.tryPassword(ctx, person, person.Email, password, by.Via)
	if err != nil {
		return "", Session{}, err
	}
	if !right {
		return "", Session{}, s.wrong(ctx, wrongField("/password", "This is not your password."), person, person.Email, by.Via)
	}
	method, err := s.prove(ctx, person, code, person.Email, by.Via)
	if err != nil {
		return "", Session{}, err
	}
	return s.rotate(ctx, by, token, method)
}

// rotate gives the session a new token and notes the proof.
func (s *Service) rotate(ctx context.Context, by principal.Principal, token, method string) (fresh string, session Session, err error) {
	if fresh, err = newToken(); err != nil {
		return "", Session{}, err
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		if session, err = s.Store.Lock(ctx, by.Via.SessionID); err != nil {
			return err
		}
		now, err := s.Tx.Now(ctx)
		if err != nil {
			return err
		}
		if session.Ended() || session.Span.Dead(now) || session.TokenHash != hashToken(token) {
			return ErrSessionEnded
		}
		session.TokenHash, session.ProvedAt, session.ProvedBy = hashToken(fresh), now, method
		if err := s.Store.Prove(ctx, session); err != nil {
			return err
		}
		return s.Audit.Record(ctx, by, audit.Entry{
			Action: ActionStepUp, Account: by.Account, Object: audit.Object{Kind: audit.ThingSession, ID: session.ID, Name: by.Person.Name},
			After: audit.Fields{"method": method},
		})
	})
	return fresh, session, err
}

// tryPassword reports whether the password is the person's, unless there were too
// many wrong ones. It asks again afterwards: tries made at once wait for their
// hashes together.
func (s *Service) tryPassword(ctx context.Context, person account.Person, login, password string, via principal.Via) (bool, error) {
	if err := s.notThrottled(ctx, login, via.IP); err != nil {
		return false, err
	}
	right, err := s.Hasher.Verify(ctx, person.PasswordHash, password)
	if err != nil {
		return false, err
	}
	return right, s.notThrottled(ctx, login, via.IP)
}

// Fresh returns ErrStepUpRequired unless the asker has proved within the last
// five minutes who he is.
func (s *Service) Fresh(ctx context.Context, by principal.Principal) error {
	session, err := s.Store.ByID(ctx, by.Via.SessionID)
	if err != nil {
		return err
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	return session.ProvedWithin(freshFor, now)
}

// requires reports whether the person must have a second factor, asked as
// himself.
func (s *Service) requires(by principal.Principal) bool {
	return s.FactorRequired != nil && s.FactorRequired(by)
}

// PrincipalOf returns the person of the session as himself, and whether he still
// lacks the second factor that he must have.
func (s *Service) PrincipalOf(in Resumed, via principal.Via) principal.Principal {
	by := in.principal(via)
	by.Via.LacksFactor = !in.Factored && s.requires(by)
	return by
}

// tell tells a person what happened to his sign-in: in the panel of the accounts
// he is in, and by one mail.
func (s *Service) tell(ctx context.Context, person account.Person, event, text string, at time.Time) error {
	memberships, err := s.People.Memberships(ctx, person.ID)
	if err != nil {
		return err
	}
	notices := make([]notify.Notice, len(memberships))
	for i, m := range memberships {
		notices[i] = notify.Notice{Event: event, AccountID: m.Account.ID, Text: person.Name + ": " + text, At: at}
		if i == 0 {
			notices[i].Email = person.Email
		}
	}
	return s.Notices.AddAll(ctx, notices)
}

// recordOwn writes what somebody did to his own sign-in.
func (s *Service) recordOwn(ctx context.Context, by principal.Principal, action audit.Action) error {
	return s.recordOn(ctx, by, account.Person{ID: by.Person.ID, Name: by.Person.Name}, action)
}

// recordOn writes what happened to a person's sign-in, on the page of each of his
// accounts.
func (s *Service) recordOn(ctx context.Context, by principal.Principal, person account.Person, action audit.Action) error {
	return s.recordEverywhere(ctx, by, person.ID, audit.Entry{Action: action, Object: audit.Object{Kind: audit.ThingPerson, ID: person.ID, Name: person.Name}})
}

// recordEverywhere writes an entry on the page of each account of a person.
func (s *Service) recordEverywhere(ctx context.Context, by principal.Principal, personID string, entry audit.Entry) error {
	memberships, err := s.People.Memberships(ctx, personID)
	if err != nil {
		return err
	}
	for _, m := range memberships {
		entry.Account = m.Account
		if err := s.Audit.Record(ctx, by, entry); err != nil {
			return err
		}
	}
	return nil
}
