package httpapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// AccessVisit is a visit as the customer sees it.
type AccessVisit struct {
	Impersonation
	Running bool `json:"running" doc:"Whether somebody is inside now."`
}

// AccessVisitDetail is a visit with everything recorded of it.
type AccessVisitDetail struct {
	AccessVisit
	Changes []Event `json:"changes" doc:"What was changed, oldest first."`
	Views   []Event `json:"views" doc:"What was read."`
	Blocked []Event `json:"blocked" doc:"What was tried and refused."`
}

type accessHistoryOutput struct {
	Body struct {
		Visits        []AccessVisit `json:"visits"`
		DirectChanges []Event       `json:"direct_changes" doc:"What staff, resellers or automation did without a visit."`
		NextCursor    *string       `json:"next_cursor"`
	}
}

type accessHistoryInput struct {
	Page
	From time.Time `query:"from" doc:"Only what was from this instant on; a visit that reaches into the time belongs to it."`
	To   time.Time `query:"to" doc:"Only what was before this instant."`
}

type accessHandlers struct {
	registry *Registry
	visits   *impersonation.Service
	log      *audit.Service
}

func registerAccess(r *Registry, visits *impersonation.Service, log *audit.Service) {
	h := accessHandlers{registry: r, visits: visits, log: log}
	Register(r, Operation{
		ID: "listAccessHistory", Method: http.MethodGet, Path: "/me/access-history", Tag: "Access history", Summary: "See who was here",
		Description: "Every visit to the own account, newest first, and what others did without a visit: changes, and that they looked.",
		Permission:  "access-history:view", Class: rbac.ClassLook,
	}, func(*accessHistoryInput) Target { return Own() }, h.list)
	Register(r, Operation{
		ID: "getAccessHistory", Method: http.MethodGet, Path: "/me/access-history/{id}", Tag: "Access history", Summary: "See one visit",
		Description: "One visit to the own account: who, why, how long, how it ended; what was changed, viewed and refused.",
		Permission:  "access-history:view", Class: rbac.ClassLook,
	}, func(in *visitIDInput) Target { return VisitID(in.ID) }, h.get)
}

// historyPosition is where a page of the history ends: two lists go on side by
// side.
type historyPosition struct {
	Visit string  `json:"v"`
	Event int64   `json:"e"`
	Done  [2]bool `json:"d"`
}

func (h accessHandlers) list(ctx context.Context, by principal.Principal, in *accessHistoryInput) (*accessHistoryOutput, error) {
	var at historyPosition
	if err := h.registry.cursor.Decode("access-history", in.Cursor, &at); err != nil {
		return nil, err
	}
	visits, err := h.visitsAfter(ctx, by, &at, in)
	if err != nil {
		return nil, err
	}
	direct, err := h.directAfter(ctx, by, &at, in)
	if err != nil {
		return nil, err
	}
	out := &accessHistoryOutput{}
	out.Body.Visits, out.Body.DirectChanges = visits, eventsOf(direct)
	if !at.Done[0] || !at.Done[1] {
		out.Body.NextCursor, err = h.registry.cursor.Encode("access-history", at)
	}
	return out, err
}

func (h accessHandlers) visitsAfter(ctx context.Context, by principal.Principal, at *historyPosition, in *accessHistoryInput) ([]AccessVisit, error) {
	if at.Done[0] {
		return []AccessVisit{}, nil
	}
	size := in.PageSize
	visits, err := h.visits.List(ctx, by, impersonation.Filter{SubjectID: by.Subject.ID, From: in.From, To: in.To, Before: at.Visit, Limit: size + 1})
	if err != nil {
		return nil, err
	}
	if at.Done[0] = len(visits) <= size; !at.Done[0] {
		visits = visits[:size]
		at.Visit = visits[size-1].ID
	}
	counted, err := visitHandlers{visits: h.visits}.counted(ctx, by, visits)
	if err != nil {
		return nil, err
	}
	out := make([]AccessVisit, len(visits))
	for i := range visits {
		out[i] = AccessVisit{Impersonation: counted[i], Running: !visits[i].Ended()}
	}
	return out, nil
}

func (h accessHandlers) directAfter(ctx context.Context, by principal.Principal, at *historyPosition, in *accessHistoryInput) ([]audit.Event, error) {
	if at.Done[1] {
		return nil, nil
	}
	size := in.PageSize
	events, err := h.log.List(ctx, by, audit.Filter{AccountID: by.Subject.ID, Direct: true, From: in.From, To: in.To, Before: at.Event, Limit: size + 1})
	if err != nil {
		return nil, err
	}
	if at.Done[1] = len(events) <= size; !at.Done[1] {
		events = events[:size]
		at.Event = events[size-1].Seq
	}
	return events, nil
}

// storyLimit bounds what one page tells of one visit; more stands in the activity
// log, filtered by the visit.
const storyLimit = 1000

func (h accessHandlers) get(ctx context.Context, by principal.Principal, in *visitIDInput) (*accessVisitOutput, error) {
	v, err := h.visits.ByID(ctx, by, in.ID)
	if err != nil {
		return nil, err
	}
	counted, err := visitHandlers{visits: h.visits}.counted(ctx, by, []impersonation.Visit{v})
	if err != nil {
		return nil, err
	}
	out := &accessVisitOutput{Body: AccessVisitDetail{
		AccessVisit: AccessVisit{Impersonation: counted[0], Running: !v.Ended()}, Changes: []Event{}, Views: []Event{}, Blocked: []Event{},
	}}
	// Everything done in the visit was done in this account's name, also to accounts below it.
	events, err := h.log.List(ctx, by.WithScope(principal.Everything()), audit.Filter{VisitID: v.ID, SubjectID: v.Subject.ID, Limit: storyLimit})
	if err != nil {
		return nil, err
	}
	for _, e := range slices.Backward(events) {
		out.Body.add(e)
	}
	return out, nil
}

type accessVisitOutput struct{ Body AccessVisitDetail }

// add puts an event where it belongs; the visit's own beginning and end stand in
// its head.
func (d *AccessVisitDetail) add(e audit.Event) {
	switch {
	case e.Action == impersonation.ActionStart.String(), e.Action == impersonation.ActionStop.String():
	case e.Result == audit.Done:
		d.Changes = append(d.Changes, eventOf(e))
	case e.Result == audit.Viewed:
		d.Views = append(d.Views, eventOf(e))
	default:
		d.Blocked = append(d.Blocked, eventOf(e))
	}
}
