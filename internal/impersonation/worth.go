package impersonation

import (
	"context"
	"time"

	"innkeeper/internal/principal"
)

// Flag says why a visit deserves a look. It accuses nobody: who looks after the house asks.
type Flag string

// The flags.
const (
	FlagNoTicket Flag = "no_ticket"
	FlagOffHours Flag = "off_hours" // begun before seven, from eight in the evening on, or on a weekend
	FlagLongIdle Flag = "long_idle" // left open for ten minutes or more behind the last action
	FlagRepeated Flag = "repeated"  // the third of one person to one account within a week, or a later one
)

// Flags are all flags, in the order in which they are told.
var Flags = []Flag{FlagNoTicket, FlagOffHours, FlagRepeated, FlagLongIdle}

// Worth is how often one person's visits have a flag; of repeated ones, to which account.
type Worth struct {
	Flag    Flag
	Actor   Party
	Subject Party
	Visits  int
	Latest  time.Time
}

// Week is the visits that began in the seven days from a Monday on, the busiest person's
// first.
type Week struct {
	Monday time.Time
	Shares []Share
}

// Visits is how many there were.
func (w Week) Visits() int {
	n := 0
	for _, share := range w.Shares {
		n += share.Visits
	}
	return n
}

// Share is how many visits of a week, counted from the first one, are one person's.
type Share struct {
	Week   int
	Actor  Party
	Visits int
}

// Place is where the clock of whoever asks stands: how far it is ahead of UTC.
type Place time.Duration

// Monday returns the beginning of the week that an instant lies in, at the place.
func (p Place) Monday(at time.Time) time.Time {
	local := at.UTC().Add(time.Duration(p))
	day := local.Truncate(24 * time.Hour)
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7).Add(-time.Duration(p))
}

// Day is the date at the place.
func (p Place) Day(at time.Time) string { return at.UTC().Add(time.Duration(p)).Format(time.DateOnly) }

// Weeks returns the last weeks, the present one included, the oldest first, with the visits
// that began in each.
func (s *Service) Weeks(ctx context.Context, by principal.Principal, n int, at Place) ([]Week, error) {
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	weeks := make([]Week, n)
	for i := range weeks {
		weeks[i].Monday = at.Monday(now).AddDate(0, 0, 7*(i+1-n))
	}
	shares, err := s.Store.Shares(ctx, by.Scope(), weeks[0].Monday)
	for _, share := range shares {
		if share.Week < n {
			weeks[share.Week].Shares = append(weeks[share.Week].Shares, share)
		}
	}
	return weeks, err
}

// Worth returns who has visits that deserve a look among those of the last days, and since
// when these are counted.
func (s *Service) Worth(ctx context.Context, by principal.Principal, days int, at Place) (all []Worth, since time.Time, err error) {
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	since = now.AddDate(0, 0, -days)
	for _, flag := range Flags {
		found, err := s.Store.Worth(ctx, by.Scope(), flag, since, at)
		if err != nil {
			return nil, time.Time{}, err
		}
		all = append(all, found...)
	}
	return all, since, nil
}
