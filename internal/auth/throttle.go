package auth

import (
	"context"
	"math"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

// notThrottled returns ErrThrottled, with the seconds to wait, while the address
// or the pair of address and login has failed too often.
func (s *Service) notThrottled(ctx context.Context, login, ip string) error {
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	until, err := s.Throttle.BlockedUntil(ctx, []string{pairKey(login, ip), addressKey(ip)})
	if err != nil {
		return err
	}
	if !until.After(now) {
		return nil
	}
	return ErrThrottled.WithExtra("retry_after", int(math.Ceil(until.Sub(now).Seconds())))
}

// failed counts a failed sign-in, records it on the account it was aimed at, and
// returns the one answer for all of them.
func (s *Service) failed(ctx context.Context, person account.Person, login string, via principal.Via) error {
	if err := s.count(ctx, login, via.IP); err != nil {
		return err
	}
	if err := s.recordRefusal(ctx, person, via); err != nil {
		return err
	}
	return ErrSignInFailed
}

// recordRefusal writes that somebody tried to sign in as the person, on the page
// of the person's first account; who has none has no page.
func (s *Service) recordRefusal(ctx context.Context, person account.Person, via principal.Via) error {
	if person.ID == "" {
		return nil
	}
	memberships, err := s.People.Memberships(ctx, person.ID)
	if err != nil || len(memberships) == 0 {
		return err
	}
	by := principal.System("sign-in")
	by.Via.IP, by.Via.UserAgent, by.Via.RequestID = via.IP, via.UserAgent, via.RequestID
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		return s.Audit.Record(ctx, by, audit.Entry{
			Action: ActionRefused, Account: memberships[0].Account, Result: audit.Denied,
			Object: audit.Object{Kind: "person", ID: person.ID, Name: person.Name},
		})
	})
}

func (s *Service) count(ctx context.Context, login, ip string) error {
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	for _, bound := range []struct {
		key   string
		limit int
	}{{pairKey(login, ip), pairLimit}, {addressKey(ip), addressLimit}} {
		failures, err := s.Throttle.Fail(ctx, bound.key, now, failureWindow)
		if err != nil {
			return err
		}
		if over := failures - bound.limit; over >= 0 {
			pause := min(longestPause, shortestPause<<min(over, 10))
			if err := s.Throttle.Block(ctx, bound.key, now.Add(pause)); err != nil {
				return err
			}
		}
	}
	return nil
}
