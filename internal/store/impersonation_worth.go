package store

import (
	"context"
	"fmt"
	"time"

	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
)

// flagged is the condition that a visit has a flag. The place is a number of ours; days and
// hours are counted from 1 January 1970, a Thursday.
func flagged(flag impersonation.Flag, at impersonation.Place) string {
	local := fmt.Sprintf("(started_at + %d)", time.Duration(at).Microseconds())
	const day, hour = int64(24 * time.Hour / time.Microsecond), int64(time.Hour / time.Microsecond)
	switch flag {
	case impersonation.FlagNoTicket:
		return "ticket = ''"
	case impersonation.FlagOffHours:
		return fmt.Sprintf("(%s %% %d < %d OR %s %% %d >= %d OR (%s / %d + 3) %% 7 >= 5)", local, day, 7*hour, local, day, 20*hour, local, day)
	case impersonation.FlagLongIdle:
		return fmt.Sprintf("(ended_at IS NOT NULL AND ended_at - last_activity_at >= %d)", hour/6)
	case impersonation.FlagRepeated:
		return fmt.Sprintf(`(SELECT count(*) FROM impersonations o WHERE o.subject_id = impersonations.subject_id AND o.actor_id = impersonations.actor_id
			AND o.started_at <= impersonations.started_at AND o.started_at > impersonations.started_at - %d) >= 3`, 7*day)
	default:
		return "1 = 0"
	}
}

// Worth returns who has visits to accounts within the scope, begun since then, that have
// the flag: the most first.
func (s *Impersonations) Worth(ctx context.Context, scope principal.Scope, flag impersonation.Flag, since time.Time, at impersonation.Place) ([]impersonation.Worth, error) {
	const most = 50
	var rows []struct {
		ActorID, ActorName, SubjectID, SubjectName string
		Visits                                     int
		Latest                                     int64
	}
	columns, group := "actor_id, max(actor_name) AS actor_name, '' AS subject_id, '' AS subject_name", "actor_id"
	if flag == impersonation.FlagRepeated {
		columns, group = "actor_id, max(actor_name) AS actor_name, subject_id, max(subject_name) AS subject_name", "actor_id, subject_id"
	}
	err := s.db.Read(ctx).Model(&impersonationRow{}).Scopes(within(scope, "subject_id")).
		Select(columns+", count(*) AS visits, max(started_at) AS latest").Where("started_at >= ?", micros(since)).Where(flagged(flag, at)).
		Group(group).Order("visits DESC, latest DESC, " + group).Limit(most).Scan(&rows).Error
	list := make([]impersonation.Worth, len(rows))
	for i, r := range rows {
		list[i] = impersonation.Worth{
			Flag: flag, Actor: impersonation.Party{Kind: "person", ID: r.ActorID, Name: r.ActorName}, Visits: r.Visits, Latest: instant(r.Latest),
			Subject: impersonation.Party{Kind: "account", ID: r.SubjectID, Name: r.SubjectName},
		}
	}
	return list, err
}

// Shares returns how many visits to accounts within the scope each person began, by the
// week counted from a Monday: the most first.
func (s *Impersonations) Shares(ctx context.Context, scope principal.Scope, monday time.Time) ([]impersonation.Share, error) {
	const week = int64(7 * 24 * time.Hour / time.Microsecond)
	var rows []struct {
		Week, Visits       int
		ActorID, ActorName string
	}
	err := s.db.Read(ctx).Model(&impersonationRow{}).Scopes(within(scope, "subject_id")).
		Select(fmt.Sprintf("(started_at - %d) / %d AS week, actor_id, max(actor_name) AS actor_name, count(*) AS visits", micros(monday), week)).
		Where("started_at >= ?", micros(monday)).Group("week, actor_id").Order("week, visits DESC, actor_id").Scan(&rows).Error
	list := make([]impersonation.Share, len(rows))
	for i, r := range rows {
		list[i] = impersonation.Share{Week: r.Week, Visits: r.Visits, Actor: impersonation.Party{Kind: "person", ID: r.ActorID, Name: r.ActorName}}
	}
	return list, err
}
