package impersonation

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/notify"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
)

// TaskAsk sends the mail by which an owner can answer; the object is the ask.
const TaskAsk outbox.Task = "impersonation.request"

// tokenBytes is twice what guessing needs to be hopeless.
const tokenBytes = 32

// SendAsk gives an ask a fresh link and a fresh code and mails them to the owner:
// the job of TaskAsk. They go to the address that he signs in with: the account's is
// one that staff may change, and these let somebody in. Repeated, the last mail is
// the one that works. What is answered or over is not sent any more.
func (s *Service) SendAsk(ctx context.Context, by principal.Principal, id string) error {
	var letter *notify.AskLetter
	err := s.Tx.InTx(ctx, func(ctx context.Context) error {
		found, err := s.Asks.ByID(ctx, by.Scope(), id)
		if err != nil {
			return err
		}
		if _, err := s.Accounts.LockWithin(ctx, by.Scope(), found.Subject.ID); err != nil {
			return err
		}
		a, err := s.Asks.LockAsk(ctx, id)
		if err != nil {
			return err
		}
		now, err := s.Tx.Now(ctx)
		if err != nil || a.At(now).State != AskWaiting {
			return err
		}
		owners, err := s.People.Owners(ctx, a.Subject.ID)
		if err != nil || len(owners) == 0 {
			return err // nobody's any more
		}
		token, code := newToken(), newCode()
		a.TokenHash, a.CodeHash = hashOf(token), hashOf(a.ID+code)
		letter = letterOf(a, owners[0].Email, token, code)
		return s.Asks.Update(ctx, a)
	})
	if err != nil || letter == nil {
		return err
	}
	return s.Notices.SendAsk(ctx, *letter)
}

func letterOf(a Ask, to, token, code string) *notify.AskLetter {
	return &notify.AskLetter{
		AskID: a.ID, AccountID: a.Subject.ID, Account: a.Subject.Name, To: to, Actor: a.Actor.Name, Role: a.Actor.Role, Employer: a.Actor.Employer,
		Mode: string(a.Mode), ReasonCode: a.ReasonCode, Reason: a.Reason, Ticket: a.Ticket,
		Token: token, Code: code[:3] + " " + code[3:], LapsesAt: a.LapsesAt,
	}
}

// AskByLink returns what the link in a mail is about, while it can be answered:
// ErrLinkEnded for one that is unknown, used or over. It changes nothing.
func (s *Service) AskByLink(ctx context.Context, token string) (Ask, error) {
	a, err := s.Asks.ByToken(ctx, hashOf(token))
	if errors.Is(err, ErrAskNotFound) {
		return Ask{}, ErrLinkEnded
	}
	if err != nil {
		return Ask{}, err
	}
	now, err := s.Tx.Now(ctx)
	if err == nil && a.At(now).State != AskWaiting {
		err = ErrLinkEnded
	}
	return a, err
}

// AnswerByLink is the owner's answer by the link in the mail, once. The principal
// is whoever came with it: how he came is recorded, and that he is the owner,
// because the mail went to nobody else.
func (s *Service) AnswerByLink(ctx context.Context, by principal.Principal, token string, yes bool) (Ask, error) {
	a, err := s.AskByLink(ctx, token)
	if err != nil {
		return Ask{}, err
	}
	owner, err := s.owner(ctx, by, a)
	if err != nil {
		return Ask{}, err
	}
	var answered Ask
	err = s.settled(ctx, a.ID, func(ctx context.Context, locked Ask, now time.Time) error {
		if locked.TokenHash != a.TokenHash {
			return ErrLinkEnded
		}
		state := AskDenied
		if yes {
			state = AskApproved
		}
		answered = locked.decided(owner, state, viaLink, now)
		return s.write(ctx, owner, answered)
	})
	if errors.Is(err, ErrAskOver) {
		err = ErrLinkEnded
	}
	return answered, err
}

// owner returns the principal that the owner of the asked account is.
func (s *Service) owner(ctx context.Context, by principal.Principal, a Ask) (principal.Principal, error) {
	subjects, err := s.Accounts.Refs(ctx, []string{a.Subject.ID})
	if err != nil {
		return by, err
	}
	owners, err := s.People.Owners(ctx, a.Subject.ID)
	if err != nil {
		return by, err
	}
	if len(owners) == 0 {
		return by, ErrLinkEnded // nobody's any more
	}
	memberships, err := s.People.Memberships(ctx, owners[0].ID)
	if err != nil {
		return by, err
	}
	subject := subjects[a.Subject.ID]
	who := principal.Principal{
		Person: principal.Person{ID: owners[0].ID, Name: owners[0].Name}, Account: subject, Subject: subject, Via: by.Via,
	}.WithScope(principal.Only(subject))
	for _, m := range memberships {
		if m.AccountID == subject.ID {
			who.Role, who.SubjectRole = m.Role, m.Role
		}
	}
	who.Via.Method, who.Via.SessionID = viaLink, ""
	return who, nil
}

// GiveCode is the owner's yes on the phone: who asked gives the code that the
// owner reads out of the mail. After five wrong ones the ask is over.
func (s *Service) GiveCode(ctx context.Context, by principal.Principal, id, code string) (answered Ask, err error) {
	found, err := s.Asks.ByID(ctx, by.Scope(), id)
	if err != nil {
		return Ask{}, err
	}
	if !found.askedBy(by) || found.Kind != Consent {
		return Ask{}, ErrAskNotFound
	}
	var wrong error
	err = s.settled(ctx, id, func(ctx context.Context, a Ask, now time.Time) error {
		switch {
		case a.State == AskApproved:
			answered = a
			return nil
		case a.codeIs(code):
			answered = a.decided(by, AskApproved, viaCode, now)
			return s.write(ctx, by, answered)
		default:
			wrong = ErrWrongCode.WithExtra("tries_left", codeTries-a.CodeTries-1)
			return s.miss(ctx, by, a, now)
		}
	})
	return answered, errors.Join(err, wrong)
}

// codeIs compares in the same time whatever is given. Without a mail there is no
// code, and none is right.
func (a Ask) codeIs(given string) bool {
	digits := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, given)
	return a.CodeHash != "" && subtle.ConstantTimeCompare([]byte(hashOf(a.ID+digits)), []byte(a.CodeHash)) == 1
}

// miss counts a wrong code, records it on the owner's page, and ends the ask with
// the last try.
func (s *Service) miss(ctx context.Context, by principal.Principal, a Ask, now time.Time) error {
	a.CodeTries++
	subjects, err := s.Accounts.Refs(ctx, []string{a.Subject.ID})
	if err != nil {
		return err
	}
	err = s.Log.Record(ctx, by, audit.Entry{Action: ActionApproveCode, Account: subjects[a.Subject.ID], Object: a.object(), Result: audit.Denied})
	if err != nil {
		return err
	}
	if a.CodeTries >= codeTries {
		a.LapsesAt = now
		return s.lapse(ctx, a)
	}
	return s.Asks.Update(ctx, a)
}

// newToken returns a token that cannot be guessed.
func newToken() string {
	raw := make([]byte, tokenBytes)
	rand.Read(raw) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// newCode returns six digits, as a person reads them out.
func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // never fails (crypto/rand)
	}
	return fmt.Sprintf("%06d", n)
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
