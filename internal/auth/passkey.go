package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

// Passkey is the public half of a key pair that a device of a person holds. The
// device signs with the other half after it has made sure who holds it, so that a
// passkey alone is what a password and a second factor are together.
type Passkey struct {
	ID           string
	PersonID     string
	CredentialID string // as the device names it, base64url
	Name         string
	PublicKey    string // COSE (RFC 9052 §7), base64url
	SignCount    uint32 // of its last use; zero for devices that do not count
	Synced       bool   // the device may hand it to others of the same person
	Transports   []string
	CreatedAt    time.Time
	LastUsedAt   time.Time // zero: never
}

// The purposes of a challenge: an answer to one is no answer to another.
const (
	forAdding   = "add"
	forSignIn   = "sign-in"
	forStepUp   = "step-up"
	challengeIn = 5 * time.Minute // to find the device and to unlock it (WebAuthn Level 3 §15.1)
)

// The bounds of passkeys: as many as anybody has devices, and as many begun
// sign-ins from one address as an office begins at once.
const (
	mostPasskeys   = 20
	mostChallenges = 200
	mostNameLength = 60
)

// Challenge is what a device has been asked to sign.
type Challenge struct {
	Holder    string // to whom the answer is bound: the login session, or the hash of the browser's cookie
	Purpose   string
	PersonID  string // whose passkey must answer, "": anybody's
	Value     string // random, base64url
	IP        string
	ExpiresAt time.Time
}

// Passkeys keeps passkeys, and the challenges that wait for an answer.
type Passkeys interface {
	// Add returns ErrPasskeyExists when the device's key is known, whoever has it.
	Add(ctx context.Context, p Passkey) error
	// OfPerson returns a person's passkeys, oldest first.
	OfPerson(ctx context.Context, personID string) ([]Passkey, error)
	// ByCredential returns ErrPasskeyNotFound when the device's key is not known.
	ByCredential(ctx context.Context, credentialID string) (Passkey, error)
	// Rename and Remove return ErrPasskeyNotFound for somebody else's.
	Rename(ctx context.Context, personID, id, name string) error
	Remove(ctx context.Context, personID, id string) error
	// RemoveAll returns how many there were.
	RemoveAll(ctx context.Context, personID string) (int, error)
	// Use notes the counter of an answer; false when it is not past that of the
	// last one, and the device counts. Of many at once with one counter one is told
	// true.
	Use(ctx context.Context, id string, count uint32, at time.Time) (bool, error)

	// Ask keeps a challenge, instead of one of the same holder and purpose, and
	// drops those that are too old.
	Ask(ctx context.Context, c Challenge, now time.Time) error
	// Asked counts the challenges from an address that wait for an answer.
	Asked(ctx context.Context, ip string, now time.Time) (int, error)
	// Take drops a challenge and returns it; ErrChallengeGone when there is none. Of
	// many at once one is given it.
	Take(ctx context.Context, holder, purpose string) (Challenge, error)
	// Withdraw drops the challenges that wait for a person's answer.
	Withdraw(ctx context.Context, personID string) error
}

// The events of passkeys.
var (
	ActionPasskeyAdd    = audit.NewAction("passkey.add", "{actor} added the passkey “{object}”.")
	ActionPasskeyRename = audit.NewAction("passkey.rename", "{actor} renamed the passkey “{object}”.")
	ActionPasskeyRemove = audit.NewAction("passkey.remove", "{actor} removed the passkey “{object}”.")
	ActionPasskeyCopied = audit.NewAction("passkey.refused", "The passkey “{object}” was refused: somebody may have copied it.")
)

// PasskeysOf returns the asker's own passkeys, oldest first.
func (s *Service) PasskeysOf(ctx context.Context, by principal.Principal) ([]Passkey, error) {
	return s.Passkeys.OfPerson(ctx, by.Person.ID)
}

// PasskeySupport returns the address at which passkeys work, or
// ErrPasskeysUnavailable with the reason why they cannot at the panel's.
func (s *Service) PasskeySupport() (origin string, err error) {
	rp, err := s.relyingParty()
	return rp.origin, err
}

// RenamePasskey gives one of the asker's passkeys another name.
func (s *Service) RenamePasskey(ctx context.Context, by principal.Principal, id, name string) (renamed Passkey, err error) {
	name, err = checkName(name)
	if err != nil {
		return Passkey{}, err
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		keys, err := s.Passkeys.OfPerson(ctx, by.Person.ID)
		if err != nil {
			return err
		}
		if renamed, err = pick(keys, id); err != nil || renamed.Name == name {
			return err
		}
		if err := s.Passkeys.Rename(ctx, by.Person.ID, id, name); err != nil {
			return err
		}
		before := renamed.Name
		renamed.Name = name
		return s.recordPasskey(ctx, by, ActionPasskeyRename, renamed, audit.Fields{"name": before}, audit.Fields{"name": name})
	})
	return renamed, err
}

// RemovePasskey drops one of the asker's passkeys and ends his other sessions: they
// may have been opened with it. ErrLastFactor when he must have a second factor
// and has no other.
func (s *Service) RemovePasskey(ctx context.Context, by principal.Principal, id string) error {
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
		key, err := pick(has.passkeys, id)
		if err != nil {
			return err
		}
		last := len(has.passkeys) == 1 && !has.app.Confirmed()
		err = s.dropFactor(ctx, by, last, func() error { return s.Passkeys.Remove(ctx, person.ID, id) })
		if err != nil {
			return err
		}
		return s.passkeyGone(ctx, by, person, key, sessions)
	})
}

func (s *Service) passkeyGone(ctx context.Context, by principal.Principal, person account.Person, key Passkey, sessions []Session) error {
	if err := s.endOthers(ctx, by, sessions, by.Via.SessionID, EndFactorChanged); err != nil {
		return err
	}
	if err := s.recordPasskey(ctx, by, ActionPasskeyRemove, key, nil, nil); err != nil {
		return err
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	return s.tell(ctx, person, notify.EventPasskeyOff, fmt.Sprintf("The passkey “%s” was removed from your sign-in.", key.Name), now)
}

// held is what a person can prove himself with besides the password.
type held struct {
	app      Factor // zero, or begun, where no app is asked
	passkeys []Passkey
}

// any reports whether the password alone is not enough.
func (h held) any() bool { return h.app.Confirmed() || len(h.passkeys) > 0 }

// methods names what may be asked for.
func (h held) methods() []string {
	methods := []string{"recovery"}
	if h.app.Confirmed() {
		methods = append(methods, "totp")
	}
	if len(h.passkeys) > 0 {
		methods = append(methods, "passkey")
	}
	return methods
}

func (s *Service) factorsOf(ctx context.Context, personID string) (has held, err error) {
	if has.app, err = s.confirmed(ctx, personID); err != nil && !errors.Is(err, ErrNoFactor) {
		return held{}, err
	}
	has.passkeys, err = s.Passkeys.OfPerson(ctx, personID)
	return has, err
}

// pick returns the passkey of that id, or ErrPasskeyNotFound.
func pick(keys []Passkey, id string) (Passkey, error) {
	for _, key := range keys {
		if key.ID == id {
			return key, nil
		}
	}
	return Passkey{}, ErrPasskeyNotFound
}

// checkName returns the name as it is kept.
func checkName(name string) (string, error) {
	var bad fault.Fields
	name = bad.Name("/name", name, mostNameLength)
	return name, bad.Err()
}

// recordPasskey writes what happened to a passkey, on the page of each account of
// its person.
func (s *Service) recordPasskey(ctx context.Context, by principal.Principal, action audit.Action, key Passkey, before, after audit.Fields) error {
	return s.recordEverywhere(ctx, by, key.PersonID, audit.Entry{
		Action: action, Object: audit.Object{Kind: audit.ThingPasskey, ID: key.ID, Name: key.Name}, Before: before, After: after,
	})
}
