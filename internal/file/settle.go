package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
)

// act is a change with the event that tells of it.
type act struct {
	change Change
	entry  audit.Entry
}

// commit keeps the changes, their events and the promise of jobs in one
// transaction, then makes them true. The commit is the promise: if the disk does
// not follow now, the job repeats it.
func (s *Service) commit(ctx context.Context, by principal.Principal, account principal.Account, acts ...act) error {
	err := s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		now, err := s.d.Clock.Now(ctx)
		if err != nil {
			return err
		}
		changes := make([]Change, len(acts))
		for i, a := range acts {
			changes[i] = a.change
			changes[i].CreatedAt = now
		}
		if err := s.d.Store.Add(ctx, by.Scope(), changes); err != nil {
			return err
		}
		for _, c := range changes {
			if err := s.d.Work.Add(ctx, by, TaskApply, c.ID); err != nil {
				return err
			}
		}
		for _, a := range acts {
			a.entry.Account = account
			if err := s.d.Audit.Record(ctx, by, a.entry); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	_ = s.settle(ctx, by.Scope(), account.ID) // the job meets the same error and reports it
	return nil
}

// settled keeps others from changing the account's files until release, and
// first makes true what a process that died has left open: what is then on disk
// is what has been committed.
func (s *Service) settled(ctx context.Context, by principal.Principal, accountID string) (release func(), err error) {
	release, err = s.d.Disk.Hold(ctx, accountID)
	if err != nil {
		return nil, err
	}
	if err := s.settle(ctx, by.Scope(), accountID); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// settle makes the account's open changes true, in the order they were
// committed. One that can never be does not stop those behind it.
func (s *Service) settle(ctx context.Context, scope principal.Scope, accountID string) error {
	open, err := s.d.Store.Open(ctx, scope, accountID)
	if err != nil {
		return err
	}
	for _, c := range open {
		failure := ""
		if err := s.perform(ctx, c); err != nil {
			if fault.Retryable(err) {
				return fmt.Errorf("make the change %s true: %w", c.ID, err)
			}
			failure = err.Error()
		}
		now, err := s.d.Clock.Now(ctx)
		if err != nil {
			return err
		}
		if err := s.d.Store.Done(ctx, scope, c.ID, now, failure); err != nil {
			return err
		}
	}
	return nil
}

// perform makes one change true on disk. Once more it changes nothing.
func (s *Service) perform(ctx context.Context, c Change) error {
	switch c.Kind {
	case KindWrite:
		return s.d.Desk.Place(ctx, c.AccountID, c.Source, Path(c.Target))
	case KindFolder:
		return s.d.Disk.EnsureFolder(ctx, c.AccountID, Path(c.Target))
	case KindRename:
		return s.d.Disk.Rename(ctx, c.AccountID, Path(c.Source), Path(c.Target))
	case KindDelete:
		return s.d.Disk.Remove(ctx, c.AccountID, Path(c.Source), c.ID)
	default:
		return fault.New(fault.Conflict, "file-change-unknown", fmt.Sprintf("There is no change of the kind %q.", c.Kind))
	}
}

// Apply makes a committed change true, and those before it. For one that is done
// it does nothing; for one that can never be done it returns ErrFailed, so that
// somebody sees it.
func (s *Service) Apply(ctx context.Context, by principal.Principal, id string) error {
	c, err := s.d.Store.ByID(ctx, by.Scope(), id)
	if errors.Is(err, ErrNotFound) {
		return nil // done long ago and forgotten
	}
	if err == nil && c.DoneAt.IsZero() {
		c, err = s.applyOpen(ctx, by, c)
	}
	if err == nil && c.Failure != "" {
		err = ErrFailed.WithMessage("The change of a file could not be made true: %s", c.Failure)
	}
	return err
}

// ErrFailed says that a committed change met a disk that somebody else had
// changed.
var ErrFailed = fault.New(fault.Conflict, "file-change-failed", "The change of a file could not be made true.")

func (s *Service) applyOpen(ctx context.Context, by principal.Principal, c Change) (Change, error) {
	release, err := s.settled(ctx, by, c.AccountID)
	if err != nil {
		return Change{}, err
	}
	release()
	return s.d.Store.ByID(ctx, by.Scope(), c.ID)
}

// Clean removes uploads that nobody went on with for that long, and forgets
// changes done before then. An account that is in use at the moment does not keep
// the others from being cleaned.
func (s *Service) Clean(ctx context.Context, olderThan time.Duration) error {
	now, err := s.d.Clock.Now(ctx)
	if err != nil {
		return err
	}
	before, scope := now.Add(-olderThan), principal.System("file").Scope()
	accounts, err := s.d.Desk.Accounts(ctx)
	for _, id := range accounts {
		err = errors.Join(err, s.cleanOne(ctx, scope, id, before))
	}
	return errors.Join(err, s.d.Store.Forget(ctx, scope, before))
}

func (s *Service) cleanOne(ctx context.Context, scope principal.Scope, accountID string, before time.Time) error {
	release, err := s.d.Disk.Hold(ctx, accountID)
	if err != nil {
		return err
	}
	defer release()
	open, err := s.d.Store.Open(ctx, scope, accountID)
	if err != nil {
		return err
	}
	promised := map[string]bool{}
	for _, c := range open {
		promised[c.ID] = true
	}
	s.d.Meter.forget(accountID)
	return s.d.Desk.Sweep(ctx, accountID, before, func(name string) bool { return promised[name] })
}

// Sum reads everything and returns its size and sum. It stops when the context
// ends.
func Sum(ctx context.Context, r io.Reader) (Digest, error) {
	hash := sha256.New()
	size, err := io.Copy(hash, patient{ctx, r})
	if err != nil {
		return Digest{}, err
	}
	return Digest{Size: size, SHA256: hex.EncodeToString(hash.Sum(nil))}, nil
}

// patient is a reader that ends with its context.
type patient struct {
	ctx context.Context
	r   io.Reader
}

// Read reads on while the context lasts.
func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}
