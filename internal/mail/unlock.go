package mail

import (
	"context"
	"errors"
	"slices"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/ident"
	"innkeeper/internal/principal"
)

// MaxUnlockHours is how long support may be let into a mailbox at once.
const MaxUnlockHours = 24

// Unlock is the owner's word that support may read one mailbox in a visit.
type Unlock struct {
	ID        string
	AccountID string
	MailboxID string
	Address   string // of the mailbox; not kept with the grant
	GrantedBy string // a person
	GrantedAt time.Time
	Until     time.Time
	RevokedAt time.Time
}

// UnlockStore keeps grants. One of a mailbox at most is not revoked; those of
// mailboxes that are deleted are found by no method.
type UnlockStore interface {
	// Live returns the grants in the scope that last at the instant: of all its
	// mailboxes, or of those named.
	Live(ctx context.Context, scope principal.Scope, at time.Time, mailboxIDs ...string) ([]Unlock, error)
	// Hold returns the grant of a mailbox that lasts at the instant, or ErrNoUnlock,
	// and keeps it from being revoked until the transaction ends.
	Hold(ctx context.Context, scope principal.Scope, mailboxID string, at time.Time) (Unlock, error)
	// ByIDForUpdate returns a grant that is not revoked and locks its row.
	ByIDForUpdate(ctx context.Context, scope principal.Scope, id string) (Unlock, error)
	// Grant writes a grant and revokes the earlier one of the mailbox.
	Grant(ctx context.Context, scope principal.Scope, u Unlock) error
	Revoke(ctx context.Context, scope principal.Scope, id string, at time.Time) error
}

// Unlock lets support read a mailbox for some hours, in visits that are recorded.
// The owner alone does it; an earlier grant is replaced.
func (s *Service) Unlock(ctx context.Context, by principal.Principal, mailboxID string, hours int) (Unlock, error) {
	if hours < 1 || hours > MaxUnlockHours {
		var bad fault.Fields
		bad.Add("/hours", "out-of-range", "Choose between 1 and 24 hours.")
		return Unlock{}, bad.Err()
	}
	var granted Unlock
	err := s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		m, account, err := s.ownersForUpdate(ctx, by, mailboxID)
		if err != nil {
			return err
		}
		now, err := s.d.Clock.Now(ctx)
		if err != nil {
			return err
		}
		earlier, err := s.d.Unlocks.Live(ctx, by.Scope(), now, m.ID)
		if err != nil {
			return err
		}
		granted = Unlock{
			ID: ident.New(ident.Unlock), AccountID: m.AccountID, MailboxID: m.ID, Address: m.Address,
			GrantedBy: by.Person.ID, GrantedAt: now, Until: now.Add(time.Duration(hours) * time.Hour),
		}
		if err := s.d.Unlocks.Grant(ctx, by.Scope(), granted); err != nil {
			return err
		}
		entry := audit.Entry{Action: ActionUnlock, Account: account, Object: m.object(), After: granted.fields()}
		if len(earlier) > 0 {
			entry.Before = earlier[0].fields()
		}
		return s.d.Audit.Record(ctx, by, entry)
	})
	if err != nil {
		return Unlock{}, err
	}
	return granted, nil
}

// Lock ends a grant before its time. A second time, and for one that has run out,
// it returns ErrNoUnlock.
func (s *Service) Lock(ctx context.Context, by principal.Principal, id string) error {
	return s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		live, err := s.Unlocks(ctx, by)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(live, func(u Unlock) bool { return u.ID == id })
		if i < 0 {
			return ErrNoUnlock
		}
		m, account, err := s.ownersForUpdate(ctx, by, live[i].MailboxID) // first the mailbox, as Unlock does
		if err != nil {
			return err
		}
		u, err := s.d.Unlocks.ByIDForUpdate(ctx, by.Scope(), id)
		if err != nil {
			return err
		}
		now, err := s.d.Clock.Now(ctx)
		if err != nil {
			return err
		}
		if err := s.d.Unlocks.Revoke(ctx, by.Scope(), u.ID, now); err != nil {
			return err
		}
		return s.d.Audit.Record(ctx, by, audit.Entry{Action: ActionLock, Account: account, Object: m.object(), Before: u.fields()})
	})
}

// ownersForUpdate returns a mailbox that the principal owns, with its row locked.
func (s *Service) ownersForUpdate(ctx context.Context, by principal.Principal, mailboxID string) (Mailbox, principal.Account, error) {
	m, err := s.d.Store.ByIDForUpdate(ctx, by.Scope(), mailboxID)
	switch {
	case err != nil:
		return Mailbox{}, principal.Account{}, err
	case by.Acting():
		return Mailbox{}, principal.Account{}, ErrMailClosed
	case !by.Owner(m.AccountID):
		return Mailbox{}, principal.Account{}, ErrMailOthers
	}
	account, err := s.d.Accounts.Ref(ctx, by.Scope(), m.AccountID)
	return m, account, err
}

// Unlocks returns the grants that last, by when they end.
func (s *Service) Unlocks(ctx context.Context, by principal.Principal) ([]Unlock, error) {
	now, err := s.d.Clock.Now(ctx)
	if err != nil {
		return nil, err
	}
	return s.d.Unlocks.Live(ctx, by.Scope(), now)
}

// Unlocked reports whether the owner lets support read the mailbox now. It is the
// fact on which the edge lets a visitor in, and looks without a scope; each reading
// asks again, and holds the grant.
func (s *Service) Unlocked(ctx context.Context, mailboxID string) (bool, error) {
	now, err := s.d.Clock.Now(ctx)
	if err != nil {
		return false, err
	}
	live, err := s.d.Unlocks.Live(ctx, principal.Everything(), now, mailboxID)
	return err == nil && len(live) == 1, err
}

// noteOpen notes on mailboxes until when support may read them.
func (s *Service) noteOpen(ctx context.Context, by principal.Principal, boxes []Mailbox) error {
	if len(boxes) == 0 {
		return nil
	}
	now, err := s.d.Clock.Now(ctx)
	if err != nil {
		return err
	}
	ids := make([]string, len(boxes))
	for i, m := range boxes {
		ids[i] = m.ID
	}
	live, err := s.d.Unlocks.Live(ctx, by.Scope(), now, ids...)
	for _, u := range live {
		for i := range boxes {
			if boxes[i].ID == u.MailboxID {
				boxes[i].OpenUntil = u.Until
			}
		}
	}
	return err
}

// viewed records, before anything of it is shown, that a visitor sees what is in a
// mailbox, and holds the grant meanwhile: what is recorded was open. Its own people
// read without a trace; to everybody else it is closed.
func (s *Service) viewed(ctx context.Context, by principal.Principal, m Mailbox, action audit.Action, object audit.Object) error {
	switch {
	case by.Owner(m.AccountID):
		return nil
	case !by.Acting():
		return ErrMailOthers
	}
	return s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		now, err := s.d.Clock.Now(ctx)
		if err != nil {
			return err
		}
		_, err = s.d.Unlocks.Hold(ctx, by.Scope(), m.ID, now)
		if errors.Is(err, ErrNoUnlock) {
			return ErrMailClosed
		}
		if err != nil {
			return err
		}
		account, err := s.d.Accounts.Ref(ctx, by.Scope(), m.AccountID)
		if err != nil {
			return err
		}
		return s.d.Audit.Record(ctx, by, audit.Entry{Action: action, Account: account, Object: object, Result: audit.Viewed})
	})
}

func (u Unlock) fields() audit.Fields {
	return audit.Fields{"until": u.Until.UTC().Format(time.RFC3339)}
}
