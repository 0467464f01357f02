package auth

import (
	"context"
	"math"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

// notThrottled returns ErrThrottled, with the seconds to wait, while the address
// or the pair of address and login, has failed too often.
func (s *Service) notThrottled(ctx context.Context, login, ip string, more ...string) error {
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	until, err := s.Throttle.BlockedUntil(ctx, append([]string{pairKey(login, ip), addressKey(ip)}, more...))
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
	return s.wrong(ctx, ErrSignInFailed, person, login, via)
}

// wrong counts and records a wrong password or code, and returns the answer to it.
func (s *Service) wrong(ctx context.Context, answer error, person account.Person, login string, via principal.Via, more ...string) error {
	if err := s.count(ctx, login, via.IP, more...); err != nil {
		return err
	}
	if err := s.recordRefusal(ctx, person, via); err != nil {
		return err
	}
	return answer
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
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		return s.Audit.Record(ctx, signingIn(via), audit.Entry{
			Action: ActionRefused, Account: memberships[0].Account, Result: audit.Denied,
			Object: audit.Object{Kind: audit.ThingPerson, ID: person.ID, Name: person.Name},
		})
	})
}

// bound is how many failures a key may have.
type bound struct {
	key   string
	limit int
}

// count counts a failure for the address, for the pair of address and login, and
// for codes of a person.
func (s *Service) count(ctx context.Context, login, ip string, codes ...string) error {
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	bounds := []bound{{pairKey(login, ip), pairLimit}, {addressKey(ip), addressLimit}}
	for _, key := range codes {
		bounds = append(bounds, bound{key, codeLimit})
	}
	for _, bound := range bounds {
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

// The bounds of failed sign-ins. Five tries for one login from one address, then
// a pause that doubles; the owner from elsewhere still gets in. One address that
// tries many logins pauses too, and so does a person whose second factor is
// guessed at, from wherever: only who knows the password gets that far.
const (
	failureWindow = 15 * time.Minute
	pairLimit     = 5
	addressLimit  = 50
	codeLimit     = 20
	shortestPause = 30 * time.Second
	longestPause  = 15 * time.Minute
)

func pairKey(login, ip string) string { return "pair:" + hashToken(ip+"\x00"+login) }
func addressKey(ip string) string     { return "address:" + hashToken(ip) }
func codeKey(personID string) string  { return "code:" + personID }
