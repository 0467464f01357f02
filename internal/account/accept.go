package account

import (
	"context"
	"errors"

	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

// Accept sets the first password of the person who was invited. The principal is
// whoever came with the link: what it says of the way he came is recorded, the
// rest is found out here. A token that is unknown, used, expired, or of an account
// that is gone gets the same ErrInvitationEnded.
func (s *Service) Accept(ctx context.Context, by principal.Principal, token, password string) error {
	return s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		i, err := s.d.Invitations.ByToken(ctx, hashOf(token))
		if err != nil {
			return err
		}
		a, err := s.lock(ctx, by.WithScope(principal.Everything()), i.AccountID)
		if errors.Is(err, ErrNotFound) {
			return ErrInvitationEnded
		}
		if err != nil {
			return err
		}
		return s.accept(ctx, by, a, i, password)
	})
}

// accept reads the invitation again behind the lock and uses it.
func (s *Service) accept(ctx context.Context, by principal.Principal, a Account, found Invitation, password string) error {
	i, err := s.d.Invitations.ByID(ctx, found.ID)
	if err != nil {
		return err
	}
	now, err := s.d.Clock.Now(ctx)
	if err != nil {
		return err
	}
	if !i.Open(now) || i.TokenHash != found.TokenHash {
		return ErrInvitationEnded
	}
	by, err = s.invited(ctx, by, a, i)
	if err != nil {
		return err
	}
	if err := s.d.Passwords.SetPassword(ctx, by, i.PersonID, password); err != nil {
		return err
	}
	if err := s.d.Invitations.Use(ctx, i.ID, now); err != nil {
		return err
	}
	return s.d.Audit.Record(ctx, by, audit.Entry{
		Action: ActionAccept, Account: a.Ref(), Object: audit.Object{Kind: audit.ThingPerson, ID: i.PersonID, Name: by.Person.Name},
	})
}

// invited returns the principal that the invited person is.
func (s *Service) invited(ctx context.Context, by principal.Principal, a Account, i Invitation) (principal.Principal, error) {
	p, err := s.d.People.ByID(ctx, i.PersonID)
	if err != nil {
		return by, err
	}
	memberships, err := s.d.People.Memberships(ctx, p.ID)
	if err != nil {
		return by, err
	}
	who := principal.Principal{
		Person: principal.Person{ID: p.ID, Name: p.Name}, Account: a.Ref(), Subject: a.Ref(), Via: by.Via,
	}.WithScope(principal.Only(a.Ref()))
	who.Via.Method = "invitation"
	for _, m := range memberships {
		if m.AccountID == a.ID {
			who.Role, who.SubjectRole = m.Role, m.Role
			return who, nil
		}
	}
	return by, ErrInvitationEnded // no longer one of the account's people
}
