package mail

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"innkeeper/internal/audit"
	"innkeeper/internal/dns"
	"innkeeper/internal/fault"
	"innkeeper/internal/ident"
	"innkeeper/internal/principal"
)

// Deps is what the service works with.
type Deps struct {
	Tx       Tx
	Clock    Clock
	Store    Store
	Unlocks  UnlockStore
	Domains  Domains
	Accounts Accounts
	Limits   Limits
	Policy   Policy
	Hasher   Hasher
	Disk     Disk
	Audit    Audit
	Work     Work
}

// Service holds the rules about mailboxes.
type Service struct{ d Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{d: d} }

// Input is a mailbox as somebody wants it. Password is nil when its owner sets
// it later.
type Input struct {
	AccountID string
	Address   string
	Password  *string
	Quota     *int64
}

// Create adds a mailbox to a domain of the account; its folders are made by a
// job. Only the owner himself may give a password: while acting it returns
// ErrClosedActing, to anybody else ErrClosedOthers. It returns ErrTaken for an
// address that there is, and the fault of the plan when that has no room.
func (s *Service) Create(ctx context.Context, by principal.Principal, in Input) (Mailbox, error) {
	if in.Password != nil {
		if err := s.ownerOnly(ctx, by, in.AccountID); err != nil {
			return Mailbox{}, err
		}
	}
	address, domain, err := in.check()
	if err != nil {
		return Mailbox{}, err
	}
	hash, err := s.hash(ctx, in.Password)
	if err != nil {
		return Mailbox{}, err
	}
	made := Mailbox{
		ID: ident.New(ident.Mailbox), AccountID: in.AccountID, Address: address,
		PasswordSet: hash != "", Quota: in.Quota, Version: 1,
	}
	err = s.d.Tx.InTx(ctx, func(ctx context.Context) error { return s.create(ctx, by, &made, domain, hash) })
	return made, err
}

func (s *Service) create(ctx context.Context, by principal.Principal, m *Mailbox, domain, hash string) error {
	account, err := s.d.Accounts.Ref(ctx, by.Scope(), m.AccountID)
	if err != nil {
		return err
	}
	if err := s.d.Limits.Allow(ctx, account.ID, LimitMailboxes, 1); err != nil {
		return err
	}
	if m.DomainID, err = s.domain(ctx, account, domain); err != nil {
		return err
	}
	switch taken, err := s.d.Store.Taken(ctx, by.Scope(), m.Address); {
	case err != nil:
		return err
	case taken:
		return ErrTaken
	}
	if m.CreatedAt, err = s.d.Clock.Now(ctx); err != nil {
		return err
	}
	if err := s.d.Store.Create(ctx, by.Scope(), *m, hash); err != nil {
		return err
	}
	if err := s.d.Work.Add(ctx, by, TaskApply, m.ID); err != nil {
		return err
	}
	return s.d.Audit.Record(ctx, by, audit.Entry{Action: ActionCreate, Account: account, Object: m.object(), After: m.fields()})
}

// domain returns the id of the account's own domain of that name. One of another
// account is no other answer than one that is not here.
func (s *Service) domain(ctx context.Context, account principal.Account, name string) (string, error) {
	d, err := s.d.Domains.ByNameForUpdate(ctx, principal.Only(account), name)
	if errors.Is(err, dns.ErrNotFound) {
		var bad fault.Fields
		bad.Add("/address", "unknown-domain", "The account has no domain "+name+".")
		return "", bad.Err()
	}
	return d.ID, err
}

func (in Input) check() (address, domain string, err error) {
	var bad fault.Fields
	address, domain, flaw := ParseAddress(in.Address)
	dns.Note(&bad, "/address", flaw)
	checkQuota(&bad, in.Quota)
	if in.Password != nil {
		checkPassword(&bad, address, *in.Password)
	}
	return address, domain, bad.Err()
}

// ownerOnly closes what opens a mailbox to everybody but its owner: to visitors
// and others, and to those of the account's people whose role does not include it.
func (s *Service) ownerOnly(ctx context.Context, by principal.Principal, accountID string) error {
	switch {
	case by.Acting():
		return ErrClosedActing
	case !by.Owner(accountID):
		return ErrClosedOthers
	}
	account, err := s.d.Accounts.Ref(ctx, by.Scope(), accountID)
	if err == nil && !s.d.Policy.May(by, PermissionPassword, account) {
		err = ErrClosedOthers
	}
	return err
}

// hash returns the hash of a password as Dovecot reads it, "" for none.
func (s *Service) hash(ctx context.Context, password *string) (string, error) {
	if password == nil {
		return "", nil
	}
	hash, err := s.d.Hasher.Hash(ctx, *password)
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(hash, "$argon2id$") {
		return "", fmt.Errorf("mail: the hash of a password is not argon2id")
	}
	return "{ARGON2ID}" + hash, nil
}

// ByID returns a mailbox, or ErrNotFound outside the principal's scope.
func (s *Service) ByID(ctx context.Context, by principal.Principal, id string) (Mailbox, error) {
	m, err := s.d.Store.ByID(ctx, by.Scope(), id)
	if err != nil {
		return Mailbox{}, err
	}
	one := []Mailbox{m}
	err = s.noteOpen(ctx, by, one)
	return one[0], err
}

// List returns mailboxes by address, those after the given address.
func (s *Service) List(ctx context.Context, by principal.Principal, f Filter, after string, limit int) (Page, error) {
	f.Query = strings.ToLower(strings.TrimSpace(f.Query))
	found, err := s.d.Store.List(ctx, by.Scope(), f, after, limit+1)
	if err != nil {
		return Page{}, err
	}
	page := Page{Mailboxes: found}
	if len(found) > limit {
		page = Page{Mailboxes: found[:limit], Next: found[limit-1].Address}
	}
	return page, s.noteOpen(ctx, by, page.Mailboxes)
}

func (m Mailbox) object() audit.Object {
	return audit.Object{Kind: audit.ThingMailbox, ID: m.ID, Name: m.Address}
}

// fields are the values of a mailbox that stand in the record: never its
// password, nor its hash.
func (m Mailbox) fields() audit.Fields {
	f := audit.Fields{"address": m.Address, "status": string(m.Status()), "quota_bytes": nil}
	if m.Quota != nil {
		f["quota_bytes"] = *m.Quota
	}
	return f
}
