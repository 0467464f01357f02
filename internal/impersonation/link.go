package impersonation

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/auth"
	"innkeeper/internal/fault"
	"innkeeper/internal/ident"
	"innkeeper/internal/principal"
)

// linkLife is how long a link from another system is good: the way of a browser from
// there to here, and a sign-in that is quick.
const linkLife = time.Minute

// longestRef is how long the other system's name for a person may be.
const longestRef = 200

// ActionLink is the event of a link being made; its use is the beginning of a visit.
var ActionLink = audit.NewAction("sso.create", "{actor} made a link by which {object} can sign in as {account}: “{reason}”.")

// Link leads one person of the staff from a billing system or help desk to the
// beginning of a visit. It is no credential: it opens nothing to anybody but that
// person, signed in here, and to him what he may open without it.
type Link struct {
	ID         string
	TokenHash  string
	PersonID   string
	AccountID  string
	IssuedBy   string // the person who made it, or whose program
	ActorRef   string // what the other system calls the person
	ReasonCode string
	Reason     string
	Ticket     string
	Path       string // the page of the account to begin at
	CreatedAt  time.Time
	ExpiresAt  time.Time
	UsedAt     time.Time
}

// Good reports whether the link can be used at now.
func (l Link) Good(now time.Time) bool { return l.UsedAt.IsZero() && now.Before(l.ExpiresAt) }

// Links keeps links. They are a person's, not an account's: its methods have no scope.
type Links interface {
	Create(ctx context.Context, l Link) error
	ByToken(ctx context.Context, tokenHash string) (Link, error)
	LockByToken(ctx context.Context, tokenHash string) (Link, error)
	Use(ctx context.Context, id string, at time.Time) error
	// Forget removes links that were made and have expired before the time.
	Forget(ctx context.Context, before time.Time, limit int) error
}

// Invitee is whom a link is for, as the other system names him.
type Invitee struct {
	Ref   string
	Email string
}

// CreateLink makes a link by which a person of the asker's own staff can begin a visit
// to the account, and returns its token, which is shown once and good for a minute.
// Whom it is for is said by his e-mail address here. Somebody unknown, somebody of
// another house and somebody who may not enter are one bad field: the answer tells
// nobody who works where.
func (s *Service) CreateLink(ctx context.Context, by principal.Principal, who Invitee, asked Request, path string) (token string, l Link, err error) {
	asked.Informed = "asked" // what holds is what the person says when he comes
	if asked, err = asked.normal(); err != nil {
		return "", Link{}, err
	}
	var bad fault.Fields
	path, ok := localPath(path)
	if !ok {
		bad.Add("/path", "invalid", "This is not a page of the panel.")
	}
	who.Ref = oneSpace(who.Ref)
	if utf8.RuneCountInString(who.Ref) > longestRef {
		bad.Add("/actor/ref", "length", "A reference has at most 200 characters.")
	}
	if err := bad.Err(); err != nil {
		return "", Link{}, err
	}
	s.fresh(ctx)
	token = newToken()
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		accounts, err := s.Accounts.LockWithin(ctx, by.Scope(), asked.AccountID)
		if err != nil {
			return err
		}
		subject, found := accounts[asked.AccountID]
		if !found {
			return account.ErrNotFound
		}
		person, err := s.colleague(ctx, by, who.Email, subject)
		if err != nil {
			return err
		}
		now, err := s.Tx.Now(ctx)
		if err != nil {
			return err
		}
		l = Link{
			ID: ident.New(ident.Link), TokenHash: hashOf(token), PersonID: person.ID, AccountID: subject.ID, IssuedBy: by.Person.ID, ActorRef: who.Ref,
			ReasonCode: asked.ReasonCode, Reason: asked.Reason, Ticket: asked.Ticket, Path: path, CreatedAt: now, ExpiresAt: now.Add(linkLife),
		}
		if err := s.Links.Create(ctx, l); err != nil {
			return err
		}
		return s.Log.Record(ctx, by, audit.Entry{
			Action: ActionLink, Account: subject.Ref(), Reason: l.Reason, Object: audit.Object{Kind: audit.ThingSSOLink, ID: l.ID, Name: person.Name},
			After: audit.Fields{"person_id": person.ID, "actor_ref": l.ActorRef, "ticket": l.Ticket, "expires_at": l.ExpiresAt},
		})
	})
	return token, l, err
}

// colleague finds the person by e-mail among those who work in the asker's house and
// may enter the account.
func (s *Service) colleague(ctx context.Context, by principal.Principal, email string, subject account.Account) (account.Person, error) {
	unknown := fault.ErrInvalid.WithFields(fault.Field{Pointer: "/actor/email", Code: "not-linked", Detail: "Nobody of your staff who signs in by this address may enter this account."})
	if !strings.Contains(email, "@") {
		return account.Person{}, unknown
	}
	person, err := s.People.ByLogin(ctx, email)
	if errors.Is(err, account.ErrPersonNotFound) || err == nil && !person.DisabledAt.IsZero() {
		return account.Person{}, unknown
	}
	if err != nil {
		return account.Person{}, err
	}
	memberships, err := s.People.Memberships(ctx, person.ID)
	if err != nil {
		return account.Person{}, err
	}
	for _, m := range memberships {
		himself := principal.Principal{
			Person: principal.Person{ID: person.ID, Name: person.Name}, Account: m.Account, Role: m.Role, Subject: m.Account, SubjectRole: m.Role,
		}
		if !m.Disabled && sameHouse(by.Account, m.Account) && s.may(himself, subject, principal.Look) {
			return person, nil
		}
	}
	return account.Person{}, unknown
}

// sameHouse reports whether the people of both accounts work for the same: those of a
// reseller for him alone, a provider's admins and staff for each other.
func sameHouse(mine, other principal.Account) bool {
	staff := []string{string(account.KindAdmin), string(account.KindSupport)}
	return mine.ID == other.ID || slices.Contains(staff, mine.Kind) && slices.Contains(staff, other.Kind)
}

// ReadLink returns what a link is about, to the person it is for. It changes nothing.
func (s *Service) ReadLink(ctx context.Context, by principal.Principal, token string) (Link, principal.Account, error) {
	l, err := s.Links.ByToken(ctx, hashOf(token))
	if err != nil {
		return Link{}, principal.Account{}, err
	}
	now, err := s.Tx.Now(ctx)
	if err == nil {
		err = l.goodFor(by, now)
	}
	if err != nil {
		return Link{}, principal.Account{}, err
	}
	subjects, err := s.Accounts.Refs(ctx, []string{l.AccountID})
	return l, subjects[l.AccountID], err
}

// goodFor returns why the link is not for who asks, now: ErrNoLink for one that is used
// or too old, ErrOthersLink for somebody else's.
func (l Link) goodFor(by principal.Principal, now time.Time) error {
	switch {
	case by.ByToken() || by.Acting():
		return auth.ErrClosedToTokens
	case !l.Good(now):
		return ErrNoLink
	case l.PersonID != by.Person.ID:
		return ErrOthersLink
	default:
		return nil
	}
}

// StartByLink begins the visit that a link leads to, in the name and by the sign-in of
// the person it is for: with his rights, his second factor, his proof of who he is, and
// whatever the owner has decided about visits. Reason and ticket are those of the link;
// the mode, and whether the customer knows, the person says himself. Of many at once
// one begins: the link is used in the transaction in which the visit, or the request
// for it, comes into being. It returns what Start does, and the errors of ReadLink.
func (s *Service) StartByLink(ctx context.Context, by principal.Principal, token string, asked Request) (begun Begun, err error) {
	l, err := s.Links.ByToken(ctx, hashOf(token))
	if err != nil {
		return Begun{}, err
	}
	asked.AccountID, asked.ReasonCode, asked.Reason, asked.Ticket = l.AccountID, l.ReasonCode, l.Reason, l.Ticket
	s.fresh(ctx)
	err = s.Tx.InTx(ctx, func(ctx context.Context) (err error) {
		locked, err := s.Links.LockByToken(ctx, l.TokenHash)
		if err != nil {
			return err
		}
		now, err := s.Tx.Now(ctx)
		if err == nil {
			err = locked.goodFor(by, now)
		}
		if err != nil {
			return err
		}
		if asked, err = asked.normal(); err != nil {
			return err
		}
		if begun, err = s.begin(ctx, by, asked); err != nil {
			return err
		}
		return s.Links.Use(ctx, l.ID, now)
	})
	if refusedAtTheDoor(err) {
		err = s.recordDenied(ctx, by, ActionDenied, asked.AccountID, asked.Reason, err)
	}
	return begun, err
}
