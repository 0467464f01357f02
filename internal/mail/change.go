package mail

import (
	"context"
	"errors"
	"fmt"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
)

// SetPassword sets the password of a mailbox. Only the owner of the account may:
// while acting it returns ErrClosedActing, to anybody else ErrClosedOthers.
func (s *Service) SetPassword(ctx context.Context, by principal.Principal, id, password string) error {
	m, err := s.d.Store.ByID(ctx, by.Scope(), id)
	if err != nil {
		return err
	}
	if err := s.ownerOnly(ctx, by, m.AccountID); err != nil {
		return err
	}
	var bad fault.Fields
	checkPassword(&bad, m.Address, password)
	if err := bad.Err(); err != nil {
		return err
	}
	hash, err := s.hash(ctx, &password)
	if err != nil {
		return err
	}
	return s.change(ctx, by, id, func(ctx context.Context, m *Mailbox) (audit.Action, error) {
		m.PasswordSet = true
		return ActionPassword, s.d.Store.SetPassword(ctx, by.Scope(), id, hash)
	})
}

// SetQuota changes how much a mailbox holds; nil is as much as the plan allows.
func (s *Service) SetQuota(ctx context.Context, by principal.Principal, id string, quota *int64) (Mailbox, error) {
	var bad fault.Fields
	checkQuota(&bad, quota)
	if err := bad.Err(); err != nil {
		return Mailbox{}, err
	}
	var changed Mailbox
	err := s.change(ctx, by, id, func(ctx context.Context, m *Mailbox) (audit.Action, error) {
		m.Quota = quota
		m.Version++
		changed = *m
		return ActionUpdate, s.d.Store.SetQuota(ctx, by.Scope(), id, quota)
	})
	return changed, err
}

// Delete takes a mailbox away; the mail in it stays on disk. A second time it
// returns ErrNotFound.
func (s *Service) Delete(ctx context.Context, by principal.Principal, id string) error {
	return s.change(ctx, by, id, func(ctx context.Context, m *Mailbox) (audit.Action, error) {
		now, err := s.d.Clock.Now(ctx)
		if err != nil {
			return ActionDelete, err
		}
		m.DeletedAt = now
		return ActionDelete, s.d.Store.Delete(ctx, by.Scope(), id, now)
	})
}

// change runs a change of one mailbox with its row locked, and records what it
// was before and after.
func (s *Service) change(ctx context.Context, by principal.Principal, id string,
	do func(ctx context.Context, m *Mailbox) (audit.Action, error),
) error {
	return s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		m, err := s.d.Store.ByIDForUpdate(ctx, by.Scope(), id)
		if err != nil {
			return err
		}
		account, err := s.d.Accounts.Ref(ctx, by.Scope(), m.AccountID)
		if err != nil {
			return err
		}
		before := m.fields()
		action, err := do(ctx, &m)
		if err != nil {
			return err
		}
		entry := audit.Entry{Action: action, Account: account, Object: m.object(), Before: before}
		if m.DeletedAt.IsZero() {
			entry.After = m.fields()
		}
		return s.d.Audit.Record(ctx, by, entry)
	})
}

// Apply makes the folders of a mailbox, puts a first message into them and measures
// what is there. Done again it only measures; for a mailbox that was deleted meanwhile it does nothing.
func (s *Service) Apply(ctx context.Context, by principal.Principal, id string) error {
	m, err := s.d.Store.ByID(ctx, by.Scope(), id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.d.Disk.EnsureMaildir(ctx, m.ID); err != nil {
		return fmt.Errorf("make the folders of mailbox %s: %w", m.ID, err)
	}
	if m.ReadyAt.IsZero() {
		if err := s.d.Disk.Deliver(ctx, m.ID, m.welcomeName(), m.CreatedAt, m.welcome()); err != nil {
			return fmt.Errorf("welcome in mailbox %s: %w", m.ID, err)
		}
	}
	used, err := s.d.Disk.MailUsed(ctx, m.ID)
	if err != nil {
		return fmt.Errorf("measure mailbox %s: %w", m.ID, err)
	}
	ready := m.ReadyAt
	if ready.IsZero() {
		if ready, err = s.d.Clock.Now(ctx); err != nil {
			return err
		}
	}
	err = s.d.Store.SetMeasured(ctx, by.Scope(), m.ID, ready, used)
	if errors.Is(err, ErrNotFound) {
		return nil // deleted while its folders were made
	}
	return err
}
