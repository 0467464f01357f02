package impersonation

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

// Stop ends the actor's own visit and says how it ended. It needs nothing but the
// login session or token the visit hangs on: not the right to visit, not the
// subject's good standing. What a program began its person stops too. Stopping an ended visit returns what is stored.
func (s *Service) Stop(ctx context.Context, by principal.Principal, id string) (Visit, error) {
	return s.close(ctx, by, id, EndStopped, func(v Visit) error {
		if !v.leftBy(by) {
			return ErrNotFound
		}
		return nil
	})
}

// End ends a visit for its subject, the subject's owner or an admin, whoever of
// them asks; for the actor himself it is Stop. An ended visit is returned as it
// is. ErrNotFound outside the scope.
func (s *Service) End(ctx context.Context, by principal.Principal, id string) (Visit, error) {
	v, err := s.Store.ByID(ctx, by.Scope(), id)
	if err != nil {
		return Visit{}, err
	}
	return s.close(ctx, by, id, endReasonFor(by, v), func(Visit) error { return nil })
}

func endReasonFor(by principal.Principal, v Visit) string {
	switch {
	case by.Account.ID == v.Subject.ID:
		return EndBySubject
	case by.Person.ID == v.Actor.ID:
		return EndStopped
	case by.Account.Kind == string(account.KindReseller):
		return EndByOwner
	default:
		return EndByAdmin
	}
}

func (s *Service) close(ctx context.Context, by principal.Principal, id, wanted string, allowed func(Visit) error) (v Visit, err error) {
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		if v, err = s.Store.Lock(ctx, id); err != nil {
			return err
		}
		if err := allowed(v); err != nil || v.Ended() {
			return err
		}
		now, err := s.Tx.Now(ctx)
		if err != nil {
			return err
		}
		closed := []Visit{v}
		if err := s.finish(ctx, by, now, closed, wanted, closedByRequest); err != nil {
			return err
		}
		v = closed[0]
		return nil
	})
	return v, err
}

// finish writes the ends of locked live visits, with event and notices, and puts
// what it wrote into the slice. Everything that ends a visit comes through here:
// one stop event and one notice each, whatever the reason.
func (s *Service) finish(ctx context.Context, by principal.Principal, now time.Time, visits []Visit, wanted, closedBy string) error {
	if len(visits) == 0 {
		return nil
	}
	events := make([]audit.Stamped, len(visits))
	notices := make([]notify.Notice, 0, len(visits))
	subjects, err := s.Accounts.Refs(ctx, subjectsOf(visits))
	if err != nil {
		return err
	}
	for i := range visits {
		v := &visits[i]
		v.EndedAt, v.EndReason = v.Span.Settle(now, wanted)
		v.ClosedAt, v.ClosedBy = now, closedBy
		v.EndedBy = partyOf(by)
		events[i] = stopEvent(*v, subjects[v.Subject.ID])
		notices = append(notices, stopNotices(*v)...)
	}
	if err := s.Store.Close(ctx, visits); err != nil {
		return err
	}
	if err := s.Log.RecordAt(ctx, events...); err != nil {
		return err
	}
	return s.Notices.AddAll(ctx, notices)
}

func subjectsOf(visits []Visit) []string {
	seen := make(map[string]bool, len(visits))
	ids := make([]string, 0, len(visits))
	for _, v := range visits {
		if !seen[v.Subject.ID] {
			seen[v.Subject.ID] = true
			ids = append(ids, v.Subject.ID)
		}
	}
	return ids
}

func partyOf(by principal.Principal) Party {
	if by.IsSystem() {
		return Party{Kind: principal.SystemID, ID: principal.SystemID, Name: principal.SystemName}
	}
	return Party{Kind: "person", ID: by.Person.ID, Name: by.Person.Name}
}

// stopEvent is the event of an end. It names the address that the visit was begun from
// where its actor ended it himself: nobody came from there when others or the sweep did.
func stopEvent(v Visit, subject principal.Account) audit.Stamped {
	lasted, by := v.Durations(), v.principal(subject)
	if v.EndedBy.ID != v.Actor.ID {
		by.Via.IP, by.Via.UserAgent = "", ""
	}
	return audit.Stamped{At: v.EndedAt, By: by, Entry: audit.Entry{
		Action: ActionStop, Account: subject,
		Object: audit.Object{Kind: audit.ThingImpersonation, ID: v.ID, Name: v.Subject.Name},
		After: audit.Fields{
			"end_reason": v.EndReason, "ended_by": v.EndedBy.Name, "ended_by_kind": v.EndedBy.Kind, "closed_by": v.ClosedBy,
			"duration_seconds": lasted.Duration.Seconds(), "active_seconds": lasted.Active.Seconds(),
		},
	}}
}

// Sweep closes the visits whose deadline has passed and returns how many. Workers
// that sweep at once share the work. It is housekeeping: a dead visit opens
// nothing, swept or not, and its end is the same however late it is written.
func (s *Service) Sweep(ctx context.Context, closedBy string) (int, error) {
	first, err := s.sweepBatch(ctx, closedBy)
	if err != nil || first < sweepBatchSize {
		return first, err
	}
	var closed atomic.Int64
	sweepers, ctx := errgroup.WithContext(ctx)
	for range sweepersAtOnce {
		sweepers.Go(func() error {
			for {
				n, err := s.sweepBatch(ctx, closedBy)
				closed.Add(int64(n))
				if err != nil || n < sweepBatchSize {
					return err
				}
			}
		})
	}
	err = sweepers.Wait()
	return first + int(closed.Load()), err
}

const (
	// sweepBatchSize is how many visits one transaction of the sweep closes. Much more would keep other
	// writers waiting on SQLite; with much less, each page of an index is written again and again.
	sweepBatchSize = 4000
	// sweepersAtOnce is how many transactions there are at a time when one is not
	// enough: while one waits for its commit, another one works.
	sweepersAtOnce = 2
)

func (s *Service) sweepBatch(ctx context.Context, closedBy string) (closed int, err error) {
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		now, err := s.Tx.Now(ctx)
		if err != nil {
			return err
		}
		dead, err := s.Store.LockDead(ctx, now, sweepBatchSize)
		if err != nil {
			return err
		}
		closed = len(dead)
		return s.finish(ctx, principal.System("impersonation.sweep"), now, dead, "", closedBy)
	})
	if err != nil {
		return 0, err
	}
	return closed, nil
}
