package dns

import (
	"context"
	"strings"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/ident"
	"innkeeper/internal/principal"
)

// Deps is what the service works with.
type Deps struct {
	Tx        Tx
	Clock     Clock
	Store     Store
	Records   Records
	Accounts  Accounts
	Limits    Limits
	Mailboxes Mailboxes
	Audit     Audit
	Work      Work
	Reserved  []string // the panel's own host names
}

// Service holds the rules about domains and records.
type Service struct{ d Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{d: d} }

// named is how many mailboxes a refusal names; the rest is only counted on.
const named = 20

// Create adds a domain to an account; its document root is made by a job. It
// returns ErrTaken for a name that is in use or lies above or below another
// account's, and the fault of the plan when that has no room.
func (s *Service) Create(ctx context.Context, by principal.Principal, accountID, name string) (Domain, error) {
	name, err := s.parse(name)
	if err != nil {
		return Domain{}, err
	}
	var made Domain
	err = s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		account, err := s.d.Accounts.Ref(ctx, by.Scope(), accountID)
		if err != nil {
			return err
		}
		if made, err = s.add(ctx, by, account, name); err != nil {
			return err
		}
		if err := s.d.Work.Add(ctx, by, TaskApply, made.ID); err != nil {
			return err
		}
		return s.d.Audit.Record(ctx, by, audit.Entry{
			Action: ActionCreate, Account: account, Object: made.object(), After: made.fields(),
		})
	})
	return made, err
}

func (s *Service) parse(text string) (string, error) {
	var bad fault.Fields
	name, flaw := ParseName(text)
	if flaw == nil && reserved(name, s.d.Reserved) {
		flaw = flawReserved
	}
	Note(&bad, "/name", flaw)
	return name, bad.Err()
}

func (s *Service) add(ctx context.Context, by principal.Principal, account principal.Account, name string) (Domain, error) {
	if err := s.d.Limits.Allow(ctx, account.ID, LimitDomains, 1); err != nil {
		return Domain{}, err
	}
	switch claimed, err := s.d.Store.Claimed(ctx, account.ID, name); {
	case err != nil:
		return Domain{}, err
	case claimed:
		return Domain{}, ErrTaken
	}
	now, err := s.d.Clock.Now(ctx)
	if err != nil {
		return Domain{}, err
	}
	made := Domain{
		ID: ident.New(ident.Domain), AccountID: account.ID, Name: name, DocumentRoot: "/" + name,
		Status: Pending, Serial: 1, Version: 1, CreatedAt: now,
	}
	return made, s.d.Store.Create(ctx, by.Scope(), made)
}

// ByID returns a domain, or ErrNotFound outside the principal's scope.
func (s *Service) ByID(ctx context.Context, by principal.Principal, id string) (Domain, error) {
	return s.d.Store.ByID(ctx, by.Scope(), id)
}

// List returns domains by name, those after the given name.
func (s *Service) List(ctx context.Context, by principal.Principal, f Filter, after string, limit int) (Page, error) {
	f.Query = strings.ToLower(strings.TrimSpace(f.Query))
	found, err := s.d.Store.List(ctx, by.Scope(), f, after, limit+1)
	if err != nil || len(found) <= limit {
		return Page{Domains: found}, err
	}
	return Page{Domains: found[:limit], Next: found[limit-1].Name}, nil
}

// Delete takes a domain away; its files stay. A domain that still has mailboxes
// is refused with ErrHasMailboxes, which names them: their mail would have
// nowhere to go.
func (s *Service) Delete(ctx context.Context, by principal.Principal, id string) error {
	return s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		d, account, err := s.lock(ctx, by, id)
		if err != nil {
			return err
		}
		if err := s.refuseMailboxes(ctx, by, id); err != nil {
			return err
		}
		now, err := s.d.Clock.Now(ctx)
		if err != nil {
			return err
		}
		if err := s.d.Store.Delete(ctx, by.Scope(), id, now); err != nil {
			return err
		}
		return s.d.Audit.Record(ctx, by, audit.Entry{
			Action: ActionDelete, Account: account, Object: d.object(), Before: d.fields(),
		})
	})
}

func (s *Service) refuseMailboxes(ctx context.Context, by principal.Principal, id string) error {
	addresses, err := s.d.Mailboxes.Addresses(ctx, by.Scope(), id, named+1)
	if err != nil || len(addresses) == 0 {
		return err
	}
	list := strings.Join(addresses[:min(len(addresses), named)], ", ")
	if len(addresses) > named {
		list += " and more"
	}
	return ErrHasMailboxes.WithMessage("The domain still has mailboxes: %s. Please delete them first.", list)
}

// lock returns a domain that cannot change until the transaction ends, with the
// account that has it.
func (s *Service) lock(ctx context.Context, by principal.Principal, id string) (Domain, principal.Account, error) {
	d, err := s.d.Store.ByIDForUpdate(ctx, by.Scope(), id)
	if err != nil {
		return Domain{}, principal.Account{}, err
	}
	account, err := s.d.Accounts.Ref(ctx, by.Scope(), d.AccountID)
	return d, account, err
}

func (d Domain) object() audit.Object {
	return audit.Object{Kind: audit.ThingDomain, ID: d.ID, Name: d.Name}
}

// fields are the values of a domain that stand in the record.
func (d Domain) fields() audit.Fields {
	return audit.Fields{"name": d.Name, "document_root": d.DocumentRoot}
}
