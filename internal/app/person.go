package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"innkeeper/internal/account"
	"innkeeper/internal/principal"
)

// newcomer is an account to be opened together with its owner's password.
type newcomer struct {
	draft    account.Draft
	password string
}

// open opens an account and gives its owner a password, together or not at all,
// and returns the principal that the owner is.
func (h *house) open(ctx context.Context, by principal.Principal, n newcomer) (owner principal.Principal, err error) {
	n.draft.Uninvited = true
	err = h.db.InTx(ctx, func(ctx context.Context) error {
		a, err := h.accounts.Create(ctx, by, n.draft)
		if err != nil {
			return err
		}
		if owner, err = h.owner(ctx, a.Account); err != nil {
			return err
		}
		return h.auth.SetPassword(ctx, owner, owner.Person.ID, n.password)
	})
	return owner, err
}

// owner returns the principal that the owner of an account is.
func (h *house) owner(ctx context.Context, a account.Account) (principal.Principal, error) {
	owners, err := h.people.Owners(ctx, a.ID)
	if err != nil {
		return principal.Principal{}, err
	}
	if len(owners) == 0 {
		return principal.Principal{}, fmt.Errorf("the account %s has no owner", a.ID)
	}
	role, err := h.roles.OwnerRole(ctx, string(a.Kind))
	if err != nil {
		return principal.Principal{}, err
	}
	by := principal.Principal{
		Person:  principal.Person{ID: owners[0].ID, Name: owners[0].Name},
		Account: a.Ref(), Role: role, Subject: a.Ref(), SubjectRole: role, Via: principal.Via{Method: "command"},
	}
	return by.WithScope(h.policy.Scope(by, "account:view")), nil
}

type adminCreateCommand struct {
	Email         string `required:"" help:"The admin's e-mail address, with which to sign in."`
	Name          string `help:"The admin's name; the e-mail address when left out."`
	PasswordStdin bool   `required:"" help:"Read the password from standard input."`
}

// mostPassword bounds what is read from standard input.
const mostPassword = 4096

// Run creates an admin with an account of his own.
func (c adminCreateCommand) Run(s *session) error {
	password, err := io.ReadAll(io.LimitReader(s.env.Stdin, mostPassword))
	if err != nil {
		return fmt.Errorf("read the password: %w", err)
	}
	given := strings.TrimRight(string(password), "\r\n")
	if given == "" {
		return errors.New("standard input held no password")
	}
	h, err := build(s.ctx, s.cfg, s.env, relayOnly)
	if err != nil {
		return err
	}
	defer h.close()
	if c.Name == "" {
		c.Name = c.Email
	}
	if _, err := h.people.ByLogin(s.ctx, account.Fold(c.Email)); err == nil {
		return fmt.Errorf("the e-mail address %s is in use", c.Email) // nobody becomes an admin by the way
	}
	_, err = h.open(s.ctx, principal.System("admin.create"), newcomer{
		draft: account.Draft{Kind: account.KindAdmin, Name: c.Name, Email: c.Email}, password: given,
	})
	if err != nil {
		return inOneLine(err)
	}
	fmt.Fprintf(s.env.Stdout, "%s can sign in now.\n", c.Email)
	return nil
}

type forgetFactorCommand struct {
	Email string `required:"" help:"The person's e-mail address or username."`
}

// Run drops a person's second factor. The person is told.
func (c forgetFactorCommand) Run(s *session) error {
	h, err := build(s.ctx, s.cfg, s.env, relayOnly)
	if err != nil {
		return err
	}
	defer h.close()
	if err := h.auth.ForgetFactor(s.ctx, principal.System("admin.forget-factor"), c.Email); err != nil {
		return inOneLine(err)
	}
	fmt.Fprintf(s.env.Stdout, "%s can sign in with the password alone now.\n", c.Email)
	return nil
}
