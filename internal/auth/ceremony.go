package auth

import (
	"context"
	"errors"
	"fmt"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/ident"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

// NewKeyAsked is what a device is asked for to make a passkey.
type NewKeyAsked struct {
	Challenge      string
	RelyingPartyID string
	PanelName      string
	UserHandle     string // base64url
	Person         account.Person
	Algorithms     []int // COSE (RFC 9053), the best first
	Known          []Passkey
}

// KeyAsked is what a device is asked for to use a passkey.
type KeyAsked struct {
	Challenge      string
	RelyingPartyID string
	Verified       bool // the device must make sure who holds it
	Among          []Passkey
}

// BeginPasskey returns what the asker's device needs to make a passkey.
func (s *Service) BeginPasskey(ctx context.Context, by principal.Principal) (NewKeyAsked, error) {
	rp, err := s.relyingParty()
	if err != nil {
		return NewKeyAsked{}, err
	}
	person, err := s.People.ByID(ctx, by.Person.ID)
	if err != nil {
		return NewKeyAsked{}, err
	}
	known, err := s.Passkeys.OfPerson(ctx, person.ID)
	if err != nil {
		return NewKeyAsked{}, err
	}
	if len(known) >= mostPasskeys {
		return NewKeyAsked{}, ErrTooManyPasskeys
	}
	challenge, err := s.ask(ctx, Challenge{Holder: by.Via.SessionID, Purpose: forAdding, PersonID: person.ID, IP: by.Via.IP})
	asked := NewKeyAsked{
		Challenge: challenge, RelyingPartyID: rp.id, PanelName: panelName, UserHandle: encode([]byte(person.ID)), Person: person, Known: known,
	}
	for _, algorithm := range keyAlgorithms {
		asked.Algorithms = append(asked.Algorithms, int(algorithm))
	}
	return asked, err
}

// AddPasskey keeps the passkey that the asker's device has made. When it is the
// first second factor, it ends the person's other sessions and returns ten recovery
// codes, shown this once. What does not verify is a bad field.
func (s *Service) AddPasskey(ctx context.Context, by principal.Principal, name string, answer NewKey) (added Passkey, codes []string, err error) {
	if name, err = checkName(name); err != nil {
		return Passkey{}, nil, err
	}
	rp, err := s.relyingParty()
	if err != nil {
		return Passkey{}, nil, err
	}
	person, err := s.People.ByID(ctx, by.Person.ID)
	if err != nil {
		return Passkey{}, nil, err
	}
	challenge, err := s.answered(ctx, by.Via.SessionID, forAdding)
	if err != nil {
		return Passkey{}, nil, err
	}
	if added, err = rp.register(person, challenge.Value, answer); err != nil {
		return Passkey{}, nil, wrongField("/attestation", "Your device's answer does not fit. Please try again.").WithCause(err)
	}
	added.ID, added.Name = ident.New(ident.Passkey), name
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		codes, err = s.keepPasskey(ctx, by, person, &added)
		return err
	})
	return added, codes, err
}

func (s *Service) keepPasskey(ctx context.Context, by principal.Principal, person account.Person, added *Passkey) (codes []string, err error) {
	sessions, err := s.Store.LockOfPerson(ctx, person.ID)
	if err != nil {
		return nil, err
	}
	has, err := s.factorsOf(ctx, person.ID)
	if err != nil {
		return nil, err
	}
	if len(has.passkeys) >= mostPasskeys {
		return nil, ErrTooManyPasskeys
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	added.CreatedAt = now
	if err := s.Passkeys.Add(ctx, *added); err != nil {
		return nil, err
	}
	if !has.any() {
		if codes, err = s.newCodes(ctx, person.ID, now); err != nil {
			return nil, err
		}
		if err := s.endOthers(ctx, by, sessions, by.Via.SessionID, EndFactorChanged); err != nil {
			return nil, err
		}
	}
	if err := s.recordPasskey(ctx, by, ActionPasskeyAdd, *added, nil, audit.Fields{"name": added.Name}); err != nil {
		return nil, err
	}
	return codes, s.tell(ctx, person, notify.EventPasskeyOn, fmt.Sprintf("The passkey “%s” was added to your sign-in.", added.Name), now)
}

// BeginPasskeySignIn returns what a device is asked for to sign in, and a token for
// the browser's cookie, to which the answer is bound. Without a login anybody's
// passkey will do, and the device must make sure who holds it. With a login, the
// password is tried like at a sign-in, and then any passkey of that person will do
// as the second factor: ErrNoPasskey when there is none.
func (s *Service) BeginPasskeySignIn(ctx context.Context, login, password string, via principal.Via) (asked KeyAsked, token string, err error) {
	rp, err := s.relyingParty()
	if err != nil {
		return KeyAsked{}, "", err
	}
	if err := s.notFlooded(ctx, via); err != nil {
		return KeyAsked{}, "", err
	}
	asked = KeyAsked{RelyingPartyID: rp.id, Verified: login == ""}
	var person account.Person
	if login != "" {
		if person, err = s.knowsPassword(ctx, login, password, via); err != nil {
			return KeyAsked{}, "", err
		}
		if asked.Among, err = s.Passkeys.OfPerson(ctx, person.ID); err != nil {
			return KeyAsked{}, "", err
		}
		if len(asked.Among) == 0 {
			return KeyAsked{}, "", ErrNoPasskey
		}
	}
	if token, err = newToken(); err != nil {
		return KeyAsked{}, "", err
	}
	asked.Challenge, err = s.ask(ctx, Challenge{Holder: hashToken(token), Purpose: forSignIn, PersonID: person.ID, IP: via.IP})
	return asked, token, err
}

// notFlooded returns ErrThrottled while the address has failed too often, or has
// begun more sign-ins than it answers.
func (s *Service) notFlooded(ctx context.Context, via principal.Via) error {
	if err := s.notThrottled(ctx, "", via.IP); err != nil {
		return err
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	begun, err := s.Passkeys.Asked(ctx, via.IP, now)
	if err == nil && begun >= mostChallenges {
		return ErrThrottled.WithExtra("retry_after", int(challengeIn.Seconds()))
	}
	return err
}

// SignInWithPasskey opens a session for whoever's passkey has signed what the
// browser of that token was given, like SignIn. ErrChallengeGone when it was given
// nothing, was answered before, or too long ago; ErrPasskeyRefused says nothing about
// what was wrong. ErrPasskeyCopied when the device's counter has gone back: its
// person is told.
func (s *Service) SignInWithPasskey(ctx context.Context, browser string, answer Assertion, via principal.Via) (token string, in Resumed, err error) {
	if err := s.notThrottled(ctx, "", via.IP); err != nil {
		return "", Resumed{}, err
	}
	challenge, err := s.answered(ctx, hashToken(browser), forSignIn)
	if err != nil {
		return "", Resumed{}, err
	}
	person, err := s.accept(ctx, challenge, answer, via)
	if err != nil {
		return "", Resumed{}, err
	}
	method := ProofPasskey
	if challenge.PersonID != "" {
		method = ProofPasswordPasskey
	}
	return s.enter(ctx, person, person.Email, method, via)
}

// BeginPasskeyStepUp returns what the asker's device is asked for to prove again who
// he is; ErrNoPasskey when he has none.
func (s *Service) BeginPasskeyStepUp(ctx context.Context, by principal.Principal) (asked KeyAsked, err error) {
	rp, err := s.relyingParty()
	if err != nil {
		return KeyAsked{}, err
	}
	asked = KeyAsked{RelyingPartyID: rp.id, Verified: true}
	if asked.Among, err = s.Passkeys.OfPerson(ctx, by.Person.ID); err != nil {
		return KeyAsked{}, err
	}
	if len(asked.Among) == 0 {
		return KeyAsked{}, ErrNoPasskey
	}
	asked.Challenge, err = s.ask(ctx, Challenge{Holder: by.Via.SessionID, Purpose: forStepUp, PersonID: by.Person.ID, IP: by.Via.IP})
	return asked, err
}

// StepUpWithPasskey is StepUp by a passkey of the asker alone.
func (s *Service) StepUpWithPasskey(ctx context.Context, by principal.Principal, token string, answer Assertion) (fresh string, session Session, err error) {
	challenge, err := s.answered(ctx, by.Via.SessionID, forStepUp)
	if err != nil {
		return "", Session{}, err
	}
	if _, err := s.accept(ctx, challenge, answer, by.Via); err != nil {
		return "", Session{}, err
	}
	return s.rotate(ctx, by, token, ProofPasskey)
}

// ask keeps a challenge with a value of its own and returns that.
func (s *Service) ask(ctx context.Context, c Challenge) (value string, err error) {
	if c.Value, err = newChallenge(); err != nil {
		return "", fmt.Errorf("make a challenge: %w", err)
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		now, err := s.Tx.Now(ctx)
		if err != nil {
			return err
		}
		c.ExpiresAt = now.Add(challengeIn)
		return s.Passkeys.Ask(ctx, c, now)
	})
	return c.Value, err
}

// answered uses up a challenge, whatever the answer is worth.
func (s *Service) answered(ctx context.Context, holder, purpose string) (Challenge, error) {
	c, err := s.Passkeys.Take(ctx, holder, purpose)
	if err != nil {
		return Challenge{}, err
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return Challenge{}, err
	}
	if !now.Before(c.ExpiresAt) {
		return Challenge{}, ErrChallengeGone
	}
	return c, nil
}

// accept returns whose passkey has answered. What is not accepted counts like a
// failed sign-in, and is recorded on the page of whom it was aimed at.
func (s *Service) accept(ctx context.Context, c Challenge, answer Assertion, via principal.Via) (account.Person, error) {
	rp, err := s.relyingParty()
	if err != nil {
		return account.Person{}, err
	}
	key, err := s.Passkeys.ByCredential(ctx, answer.CredentialID)
	if err != nil && !errors.Is(err, ErrPasskeyNotFound) {
		return account.Person{}, err
	}
	owner := key.PersonID
	if c.PersonID != "" {
		owner = c.PersonID
	}
	if owner == "" || c.PersonID == "" && answer.UserHandle == "" { // WebAuthn Level 3 §7.2, step 6
		return account.Person{}, s.wrong(ctx, ErrPasskeyRefused, account.Person{}, "", via)
	}
	person, err := s.People.ByID(ctx, owner)
	if err != nil {
		return account.Person{}, err
	}
	if key.PersonID != owner {
		return account.Person{}, s.wrong(ctx, ErrPasskeyRefused, person, person.Email, via)
	}
	second := c.Purpose == forSignIn && c.PersonID != "" // the password has said who it is
	count, err := rp.verify(person, key, c.Value, !second, answer)
	if err != nil {
		return account.Person{}, s.wrong(ctx, ErrPasskeyRefused.WithCause(err), person, person.Email, via)
	}
	return person, s.use(ctx, person, key, count, via)
}

// use notes the use of a passkey, unless its counter says that there is a copy.
func (s *Service) use(ctx context.Context, person account.Person, key Passkey, count uint32, via principal.Via) error {
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	ahead, err := s.Passkeys.Use(ctx, key.ID, count, now)
	if err != nil || ahead {
		return err
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.recordPasskey(ctx, signingIn(via), ActionPasskeyCopied, key, audit.Fields{"sign_count": key.SignCount}, audit.Fields{"sign_count": count}); err != nil {
			return err
		}
		text := fmt.Sprintf("A sign-in with the passkey “%s” was refused: its counter went back, as that of a copy would. Remove it and add it again.", key.Name)
		return s.tell(ctx, person, notify.EventPasskeyCopied, text, now)
	})
	if err != nil {
		return err
	}
	return s.wrong(ctx, ErrPasskeyCopied, person, person.Email, via)
}
