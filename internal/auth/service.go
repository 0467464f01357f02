package auth

import (
	"context"
	"errors"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/ident"
	"innkeeper/internal/lifetime"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

// Store keeps login sessions.
type Store interface {
	Create(ctx context.Context, s Session) error
	// Resume finds the session of a token with its person, membership and
	// employer; ErrUnauthenticated when there is none.
	Resume(ctx context.Context, tokenHash string) (Resumed, error)
	ByID(ctx context.Context, id string) (Session, error)
	// Lock finds sessions and keeps them from changing until the commit.
	Lock(ctx context.Context, id string) (Session, error)
	LockOfPerson(ctx context.Context, personID string) ([]Session, error)
	LockOfAccount(ctx context.Context, accountID string) ([]Session, error)
	// LockDead takes live rows whose deadline has passed, leaving out those that
	// another worker holds.
	LockDead(ctx context.Context, now time.Time, limit int) ([]Session, error)
	// Touch moves the last activity of a live session forward to t.
	Touch(ctx context.Context, id string, t time.Time) (alive bool, err error)
	Close(ctx context.Context, s Session) error
	// Prove writes the token and the proof of a live session.
	Prove(ctx context.Context, s Session) error
	OfPerson(ctx context.Context, personID, before string, limit int) ([]Session, error)
}

// Throttle keeps counts of failed sign-ins.
type Throttle interface {
	// BlockedUntil returns the latest instant to which any of the keys is blocked.
	BlockedUntil(ctx context.Context, keys []string) (time.Time, error)
	// Fail counts a failure and returns how many there were within the window.
	Fail(ctx context.Context, key string, now time.Time, window time.Duration) (int, error)
	Block(ctx context.Context, key string, until time.Time) error
	Forget(ctx context.Context, key string) error
}

// People finds who may sign in.
type People interface {
	ByLogin(ctx context.Context, login string) (account.Person, error)
	ByID(ctx context.Context, personID string) (account.Person, error)
	Memberships(ctx context.Context, personID string) ([]account.Membership, error)
	SetPassword(ctx context.Context, personID, hash string, at time.Time) error
	TouchSignIn(ctx context.Context, personID string, at time.Time) error
}

// Visits ends the visits that hang on a login session or an API token.
type Visits interface {
	EndOfSession(ctx context.Context, by principal.Principal, sessionID, reason, closedBy string) error
	EndOfToken(ctx context.Context, by principal.Principal, tokenID, reason, closedBy string) error
}

// Recorder writes audit events.
type Recorder interface {
	Record(ctx context.Context, by principal.Principal, entry audit.Entry) error
}

// Tx runs transactions and tells the time.
type Tx interface {
	InTx(ctx context.Context, run func(ctx context.Context) error) error
	Now(ctx context.Context) (time.Time, error)
}

// Notices tells people.
type Notices interface {
	AddAll(ctx context.Context, notices []notify.Notice) error
}

// Limits are how long a session lives.
type Limits struct {
	Idle time.Duration
	Max  time.Duration
}

// Deps are what the service is built from.
type Deps struct {
	Store    Store
	Throttle Throttle
	People   People
	Visits   Visits
	Audit    Recorder
	Hourly   Recorder // of those alike one an hour, in transactions of its own
	Tx       Tx
	Hasher   *Hasher
	Limits   Limits

	Tokens TokenStore
	Scopes Scopes

	Factors        Factors
	Passkeys       Passkeys
	PublicURL      func() string // how people reach the panel: passkeys belong to its name
	Sealer         *Sealer
	Notices        Notices
	FactorRequired func(by principal.Principal) bool // must this person, as himself, have one; nil: nobody
}

// Service signs people in and out.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// The events of this room.
var (
	ActionSignIn   = audit.NewAction("session.start", "{actor} signed in.")
	ActionSignOut  = audit.NewAction("session.end", "The session of {object} ended.")
	ActionRefused  = audit.NewAction("session.refused", "Somebody tried to sign in as {object} and failed.")
	ActionPassword = audit.NewAction("password.change", "{actor} changed the password of {object}.")
)

// SignIn opens a session for whoever knows the password. It returns the token
// for the cookie, which is never shown again. ErrSignInFailed says nothing about
// which part was wrong and takes as long for a login that does not exist. Only who
// knew the password is told ErrCodeRequired or ErrCodeWrong, where there is a
// second factor, and ErrSignInBlocked.
func (s *Service) SignIn(ctx context.Context, login, password, code string, via principal.Via) (token string, in Resumed, err error) {
	person, err := s.knowsPassword(ctx, login, password, via)
	if err != nil {
		return "", Resumed{}, err
	}
	login = foldLogin(login)
	method, err := s.prove(ctx, person, code, login, via)
	if err != nil {
		return "", Resumed{}, err
	}
	return s.enter(ctx, person, login, method, via)
}

// enter opens a session for a person who has proved who he is, unless he may not
// sign in.
func (s *Service) enter(ctx context.Context, person account.Person, login, method string, via principal.Via) (token string, in Resumed, err error) {
	membership, err := s.door(ctx, person)
	if errors.Is(err, ErrSignInBlocked) {
		err = errors.Join(err, s.recordRefusal(ctx, person, via))
	}
	if err != nil {
		return "", Resumed{}, err
	}
	return s.open(ctx, person, membership, login, method, via)
}

// knowsPassword returns the person of the login if the password is his, and
// otherwise the one answer to that.
func (s *Service) knowsPassword(ctx context.Context, login, password string, via principal.Via) (account.Person, error) {
	login = foldLogin(login)
	person, err := s.People.ByLogin(ctx, login)
	if err != nil && !errors.Is(err, account.ErrPersonNotFound) {
		return account.Person{}, err
	}
	right, err := s.tryPassword(ctx, person, login, password, via)
	if err != nil {
		return account.Person{}, err
	}
	if !right {
		return account.Person{}, s.failed(ctx, person, login, via)
	}
	return person, nil
}

// foldLogin returns a login as it is looked up and counted.
func foldLogin(login string) string {
	return strings.ToLower(norm.NFC.String(strings.TrimSpace(login)))
}

// door returns the membership by which the person comes in: the oldest whose
// account is not blocked.
func (s *Service) door(ctx context.Context, person account.Person) (account.Membership, error) {
	memberships, err := s.People.Memberships(ctx, person.ID)
	if err != nil {
		return account.Membership{}, err
	}
	for _, m := range memberships {
		if !m.Disabled && person.DisabledAt.IsZero() {
			return m, nil
		}
	}
	return account.Membership{}, ErrSignInBlocked
}

func (s *Service) open(ctx context.Context, person account.Person, m account.Membership, login, method string, via principal.Via) (string, Resumed, error) {
	token, err := newToken()
	if err != nil {
		return "", Resumed{}, err
	}
	var in Resumed
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		now, err := s.Tx.Now(ctx)
		if err != nil {
			return err
		}
		session := Session{
			ID: ident.New(ident.Session), PersonID: person.ID, AccountID: m.Account.ID, TokenHash: hashToken(token),
			IP: via.IP, UserAgent: via.UserAgent, ProvedAt: now, ProvedBy: method,
			Span: lifetime.Span{StartedAt: now, LastActivity: now, IdleTimeout: s.Limits.Idle, ExpiresAt: now.Add(s.Limits.Max)},
		}
		if err := s.Store.Create(ctx, session); err != nil {
			return err
		}
		if err := s.People.TouchSignIn(ctx, person.ID, now); err != nil {
			return err
		}
		if err := s.Throttle.Forget(ctx, pairKey(login, via.IP)); err != nil {
			return err
		}
		if in, err = s.Store.Resume(ctx, session.TokenHash); err != nil {
			return err
		}
		return s.Audit.Record(ctx, in.principal(via), audit.Entry{
			Action: ActionSignIn, Account: m.Account, Object: audit.Object{Kind: audit.ThingSession, ID: session.ID, Name: person.Name},
			After: audit.Fields{"method": method},
		})
	})
	return token, in, err
}

// principal returns the person of the session as himself.
func (r Resumed) principal(via principal.Via) principal.Principal {
	by := principalOf(r.Person, r.Membership, r.Employer)
	via.Method, via.SessionID, via.ProvedAt = r.Session.ProvedBy, r.Session.ID, r.Session.ProvedAt
	by.Via = via
	return by
}

// principalOf returns a person as himself, in the account of the membership.
func principalOf(person account.Person, m account.Membership, employer string) principal.Principal {
	return principal.Principal{
		Person:  principal.Person{ID: person.ID, Name: person.Name},
		Account: m.Account, Role: m.Role, Employer: employer,
		Subject: m.Account, SubjectRole: m.Role,
	}
}

// Knows reports whether somebody is signed in by the token of a session, or the secret of
// an API token. It is for what must be decided before a request is read: nothing is
// changed, recorded or allowed by it.
func (s *Service) Knows(ctx context.Context, token, secret string) bool {
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return false
	}
	if token != "" {
		in, err := s.Store.Resume(ctx, hashToken(token))
		return err == nil && !in.Session.Ended() && !in.Session.Span.Dead(now)
	}
	in, err := s.Tokens.Resume(ctx, hashToken(secret))
	return err == nil && in.Token.opens(hashToken(secret), now)
}

// Resume returns who the cookie's session belongs to. A session found dead is
// closed on the way, with the end it had: ErrSessionEnded. Resuming is no
// activity.
func (s *Service) Resume(ctx context.Context, token string, via principal.Via) (principal.Principal, error) {
	in, err := s.Store.Resume(ctx, hashToken(token))
	if err != nil {
		return principal.Principal{}, err
	}
	if in.Session.Ended() {
		return principal.Principal{}, ErrSessionEnded
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return principal.Principal{}, err
	}
	by := s.PrincipalOf(in, via)
	blocked := in.Membership.Disabled || !in.Person.DisabledAt.IsZero()
	if blocked || in.Session.Span.Dead(now) {
		if err := s.close(ctx, by, in.Session.ID, EndBlocked, "request"); err != nil {
			return principal.Principal{}, err
		}
		return principal.Principal{}, ErrSessionEnded
	}
	return by, nil
}

// SessionOf returns the session by which the principal came. Who came by an API token
// has that instead: it begins, is used and expires like one.
func (s *Service) SessionOf(ctx context.Context, by principal.Principal) (Session, error) {
	if by.ByToken() {
		t, err := s.TokenOf(ctx, by)
		return t.asSession(), err
	}
	return s.Store.ByID(ctx, by.Via.SessionID)
}

// Touch notes that the person did something on purpose. What is done while
// acting counts too. ErrSessionEnded when the session is over. A token has no idle
// time.
func (s *Service) Touch(ctx context.Context, by principal.Principal) error {
	if by.ByToken() {
		return nil
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	alive, err := s.Store.Touch(ctx, by.Via.SessionID, now)
	if err == nil && !alive {
		return ErrSessionEnded
	}
	return err
}

// SignOut ends the session by which the principal came, and his visits first.
func (s *Service) SignOut(ctx context.Context, by principal.Principal) error {
	return s.close(ctx, by, by.Via.SessionID, EndSignedOut, "request")
}

// List returns the person's own sessions, newest first.
func (s *Service) List(ctx context.Context, by principal.Principal, before string, limit int) ([]Session, error) {
	return s.Store.OfPerson(ctx, by.Person.ID, before, limit)
}

// End closes one of the person's own sessions from another. Ending an ended one
// changes nothing. ErrSessionNotFound for somebody else's.
func (s *Service) End(ctx context.Context, by principal.Principal, id string) error {
	session, err := s.Store.Lock(ctx, id)
	if err != nil {
		return err
	}
	if session.PersonID != by.Person.ID {
		return ErrSessionNotFound
	}
	reason := EndedElsewhere
	if id == by.Via.SessionID {
		reason = EndSignedOut
	}
	return s.close(ctx, by, id, reason, "request")
}
