package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// VisitWeek is how many visits began in a week, and whose they were.
type VisitWeek struct {
	Monday string       `json:"monday" doc:"The day on which the week begins." example:"2026-03-02"`
	Visits int          `json:"visits" example:"7"`
	Actors []WeekVisits `json:"actors" doc:"The busiest first."`
}

// WeekVisits is how many of them were one person's.
type WeekVisits struct {
	Actor  EventParty `json:"actor"`
	Visits int        `json:"visits" example:"3"`
}

// VisitFlag says whose visits deserve a look, and why.
type VisitFlag struct {
	Flag     string      `json:"flag" enum:"no_ticket,off_hours,repeated,long_idle" doc:"Without a ticket; begun before 7, from 20 o'clock on or on a weekend; three to one account within a week; left open for ten minutes or more."`
	Actor    EventParty  `json:"actor" doc:"The person whose visits they are."`
	Subject  *EventParty `json:"subject" doc:"The account that was visited repeatedly."`
	Visits   int         `json:"visits" doc:"How many have the flag." example:"4"`
	LatestAt time.Time   `json:"latest_at" doc:"When the newest of them began."`
}

// Place is where the asker's clock stands.
type Place struct {
	UTCOffset int `query:"utc_offset_minutes" minimum:"-840" maximum:"840" doc:"How far the asker's clock is ahead of UTC, for days and hours." example:"60"`
}

func (in Place) place() impersonation.Place {
	return impersonation.Place(time.Duration(in.UTCOffset) * time.Minute)
}

type listVisitWeeksInput struct {
	Place
	Weeks int `query:"weeks" default:"10" minimum:"1" maximum:"53" doc:"How many, the present one included."`
}

type visitWeeksOutput struct {
	Body struct {
		Weeks []VisitWeek `json:"weeks" doc:"The oldest first; weeks without a visit are there too."`
	}
}

type listVisitFlagsInput struct {
	Place
	Days int `query:"days" default:"30" minimum:"1" maximum:"366" doc:"Of how many days the visits are."`
}

type visitFlagsOutput struct {
	Body struct {
		Since time.Time   `json:"since" doc:"When the days began."`
		Flags []VisitFlag `json:"flags"`
	}
}

func registerWorth(r *Registry, visits *impersonation.Service) {
	Register(r, Operation{
		ID: "listVisitWeeks", Method: http.MethodGet, Path: "/impersonation-weeks", Tag: "Impersonation", Summary: "Count visits by week",
		Description: "How many visits began week by week, and whose they were, to the accounts that the asker may see.",
		Permission:  "impersonation:view", Class: rbac.ClassLook,
	}, func(*listVisitWeeksInput) Target { return Somewhere() }, func(ctx context.Context, by principal.Principal, in *listVisitWeeksInput) (*visitWeeksOutput, error) {
		weeks, err := visits.Weeks(ctx, by, in.Weeks, in.place())
		out := &visitWeeksOutput{}
		out.Body.Weeks = make([]VisitWeek, len(weeks))
		for i, w := range weeks {
			out.Body.Weeks[i] = visitWeekOf(w, in.place())
		}
		return out, err
	})
	Register(r, Operation{
		ID: "listVisitFlags", Method: http.MethodGet, Path: "/impersonation-flags", Tag: "Impersonation", Summary: "See which visits deserve a look",
		Description: "Whose visits of the last days had no ticket, were at unusual hours, went to the same account again and again, or were left open. GET /impersonations lists them by `flag`.",
		Permission:  "impersonation:view", Class: rbac.ClassLook,
	}, func(*listVisitFlagsInput) Target { return Somewhere() }, func(ctx context.Context, by principal.Principal, in *listVisitFlagsInput) (*visitFlagsOutput, error) {
		found, since, err := visits.Worth(ctx, by, in.Days, in.place())
		out := &visitFlagsOutput{}
		out.Body.Since, out.Body.Flags = since, make([]VisitFlag, len(found))
		for i, w := range found {
			out.Body.Flags[i] = visitFlagOf(w)
		}
		return out, err
	})
}

func visitWeekOf(w impersonation.Week, at impersonation.Place) VisitWeek {
	out := VisitWeek{Monday: at.Day(w.Monday), Visits: w.Visits(), Actors: make([]WeekVisits, len(w.Shares))}
	for i, share := range w.Shares {
		out.Actors[i] = WeekVisits{Actor: EventParty{ID: share.Actor.ID, Name: share.Actor.Name}, Visits: share.Visits}
	}
	return out
}

func visitFlagOf(w impersonation.Worth) VisitFlag {
	out := VisitFlag{Flag: string(w.Flag), Actor: EventParty{ID: w.Actor.ID, Name: w.Actor.Name}, Visits: w.Visits, LatestAt: w.Latest}
	if w.Subject.ID != "" {
		out.Subject = &EventParty{ID: w.Subject.ID, Name: w.Subject.Name}
	}
	return out
}
