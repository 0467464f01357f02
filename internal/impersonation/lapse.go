package impersonation

import (
	"context"

	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

// ActionLapse is the end of an ask that nothing came of.
var ActionLapse = audit.NewAction("impersonation.lapse", "The request of {object} to be let in to {account} lapsed.")

// Lapsing is the sweep of asks and links: like that of visits it is housekeeping, and
// what it writes down is the same however late.
type Lapsing struct{ *Service }

// Sweep takes away links that open nothing any more, writes down which asks have lapsed
// and returns how many those were.
func (l Lapsing) Sweep(ctx context.Context, _ string) (lapsed int, err error) {
	now, err := l.Tx.Now(ctx)
	if err != nil {
		return 0, err
	}
	if err := l.Links.Forget(ctx, now, linkBatchSize); err != nil {
		return 0, err
	}
	for {
		n, err := l.lapseBatch(ctx)
		lapsed += n
		if err != nil || n < lapseBatchSize {
			return lapsed, err
		}
	}
}

// lapseBatchSize is how many asks one transaction of the sweep writes down,
// linkBatchSize how many links one sweep takes away.
const (
	lapseBatchSize = 100
	linkBatchSize  = 1000
)

func (s *Service) lapseBatch(ctx context.Context) (lapsed int, err error) {
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		now, err := s.Tx.Now(ctx)
		if err != nil {
			return err
		}
		asks, err := s.Asks.LockLapsed(ctx, now, lapseBatchSize)
		if err != nil {
			return err
		}
		for _, a := range asks {
			if err := s.lapse(ctx, a); err != nil {
				return err
			}
		}
		lapsed = len(asks)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return lapsed, nil
}

// lapse writes that a locked open ask has lapsed, at the instant of its deadline.
func (s *Service) lapse(ctx context.Context, a Ask) error {
	a.State, a.TokenHash, a.CodeHash = AskLapsed, "", ""
	if err := s.Asks.Update(ctx, a); err != nil {
		return err
	}
	subjects, err := s.Accounts.Refs(ctx, []string{a.Subject.ID})
	if err != nil {
		return err
	}
	return s.Log.RecordAt(ctx, audit.Stamped{At: a.LapsesAt, By: principal.System("impersonation.lapse"), Entry: audit.Entry{
		Action: ActionLapse, Account: subjects[a.Subject.ID], Object: a.object(),
	}})
}
