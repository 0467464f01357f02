package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/ident"
	"innkeeper/internal/principal"
)

// The acts around invitations.
var (
	ActionInvite = audit.NewAction("account.invite", "{actor} sent {object} an invitation to the account {account}.")
	ActionAccept = audit.NewAction("account.accept-invitation", "{object} accepted the invitation to the account {account} and chose a password.")
)

const (
	invitationLife = 7 * 24 * time.Hour
	// resendPause keeps a person's mailbox from being filled by impatience.
	resendPause = time.Minute
	// tokenBytes is twice what guessing needs to be hopeless.
	tokenBytes = 32
)

// Invitation lets a person choose the first password, once. Only the hash of its
// token is kept, and each mail has a token of its own.
type Invitation struct {
	ID        string
	PersonID  string
	AccountID string
	TokenHash string
	CreatedAt time.Time // when it was last sent
	ExpiresAt time.Time
	UsedAt    time.Time
}

// Open reports whether the invitation can be accepted.
func (i Invitation) Open(now time.Time) bool { return i.UsedAt.IsZero() && i.ExpiresAt.After(now) }

// Invitations keeps invitations.
type Invitations interface {
	Create(ctx context.Context, i Invitation) error
	// ByID and ByToken return ErrInvitationEnded when there is none.
	ByID(ctx context.Context, id string) (Invitation, error)
	ByToken(ctx context.Context, tokenHash string) (Invitation, error)
	// Latest returns the person's last invitation to the account; ok is false when
	// there is none.
	Latest(ctx context.Context, accountID, personID string) (i Invitation, ok bool, err error)
	// Renew writes token hash and times of one that has not been used, else it
	// returns ErrInvitationEnded.
	Renew(ctx context.Context, i Invitation) error
	// Use marks one used that has not been, else it returns ErrInvitationEnded.
	Use(ctx context.Context, id string, at time.Time) error
}

// Passwords sets passwords.
type Passwords interface {
	// SetPassword checks the password by the rules for the person and stores its
	// hash.
	SetPassword(ctx context.Context, by principal.Principal, personID, password string) error
}

// Letter is what a mail with an invitation says. The token appears in the mail
// that is sent and nowhere else: no row, no log, no copy for the sender.
type Letter struct {
	InvitationID string
	AccountID    string
	AccountName  string
	OwnerName    string // who invites
	To           string
	Name         string
	Token        string
	ExpiresAt    time.Time
}

// Mailer sends letters.
type Mailer interface {
	SendInvitation(ctx context.Context, by principal.Principal, l Letter) error
}

// invite makes an invitation without a token that anybody has: the job that
// composes the mail makes it, so that no secret waits in the outbox.
func (s *Service) invite(ctx context.Context, by principal.Principal, a Account, p Person, now time.Time) error {
	_, hash := newToken()
	i := Invitation{
		ID: ident.New(ident.Invitation), PersonID: p.ID, AccountID: a.ID, TokenHash: hash,
		CreatedAt: now, ExpiresAt: now.Add(invitationLife),
	}
	if err := s.d.Invitations.Create(ctx, i); err != nil {
		return err
	}
	return s.d.Work.Add(ctx, by, TaskInvite, i.ID)
}

// Resend invites the owner of an account again; the link that was sent before
// works no more. It returns ErrInvitationTooSoon within a minute of the last time
// and ErrInvitationNotNeeded when the owner has a password.
func (s *Service) Resend(ctx context.Context, by principal.Principal, accountID string) error {
	return s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		a, err := s.lock(ctx, by, accountID)
		if err != nil {
			return err
		}
		p, err := s.uninvited(ctx, a)
		if err != nil {
			return err
		}
		if err := s.reinvite(ctx, by, a, p); err != nil {
			return err
		}
		return s.d.Audit.Record(ctx, by, audit.Entry{
			Action: ActionInvite, Account: a.Ref(), Object: audit.Object{Kind: audit.ThingPerson, ID: p.ID, Name: p.Name},
		})
	})
}

// uninvited returns the owner's person who has no password yet.
func (s *Service) uninvited(ctx context.Context, a Account) (Person, error) {
	owners, err := s.d.People.Owners(ctx, a.ID)
	if err != nil {
		return Person{}, err
	}
	for _, p := range owners {
		if p.PasswordHash == "" {
			return p, nil
		}
	}
	return Person{}, ErrInvitationNotNeeded
}

func (s *Service) reinvite(ctx context.Context, by principal.Principal, a Account, p Person) error {
	now, err := s.d.Clock.Now(ctx)
	if err != nil {
		return err
	}
	i, ok, err := s.d.Invitations.Latest(ctx, a.ID, p.ID)
	switch {
	case err != nil:
		return err
	case !ok || !i.UsedAt.IsZero():
		return s.invite(ctx, by, a, p, now)
	case now.Sub(i.CreatedAt) < resendPause:
		return ErrInvitationTooSoon
	}
	_, i.TokenHash = newToken()
	i.CreatedAt, i.ExpiresAt = now, now.Add(invitationLife)
	if err := s.d.Invitations.Renew(ctx, i); err != nil {
		return err
	}
	return s.d.Work.Add(ctx, by, TaskInvite, i.ID)
}

// SendInvitation gives an invitation a fresh token and sends it: the job of
// TaskInvite. Repeated, the last mail is the one that works. What has been used,
// has expired, or belongs to an account that is gone is not sent any more.
func (s *Service) SendInvitation(ctx context.Context, by principal.Principal, id string) error {
	var l Letter
	err := s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		i, err := s.d.Invitations.ByID(ctx, id)
		if err != nil {
			return err
		}
		a, err := s.lock(ctx, by, i.AccountID)
		if err != nil {
			return err
		}
		now, err := s.d.Clock.Now(ctx)
		if err != nil {
			return err
		}
		if !i.Open(now) {
			return ErrInvitationEnded
		}
		var token string
		token, i.TokenHash = newToken()
		if err := s.d.Invitations.Renew(ctx, i); err != nil {
			return err
		}
		l, err = s.letter(ctx, a, i, token)
		return err
	})
	if err != nil {
		return err
	}
	return s.d.Mailer.SendInvitation(ctx, by, l)
}

func (s *Service) letter(ctx context.Context, a Account, i Invitation, token string) (Letter, error) {
	p, err := s.d.People.ByID(ctx, i.PersonID)
	if err != nil {
		return Letter{}, err
	}
	owners, err := s.d.Accounts.Refs(ctx, []string{a.OwnerID})
	if err != nil {
		return Letter{}, err
	}
	return Letter{
		InvitationID: i.ID, AccountID: a.ID, AccountName: a.Name, OwnerName: owners[a.OwnerID].Name,
		To: p.Email, Name: p.Name, Token: token, ExpiresAt: i.ExpiresAt,
	}, nil
}

// newToken returns a token that cannot be guessed, and the hash that is kept.
func newToken() (token, hash string) {
	raw := make([]byte, tokenBytes)
	rand.Read(raw) // never fails (crypto/rand)
	token = base64.RawURLEncoding.EncodeToString(raw)
	return token, hashOf(token)
}

// hashOf needs no salt: the token is random and long.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
