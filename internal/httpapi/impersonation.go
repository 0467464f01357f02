package httpapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// VisitActor is the person at the keyboard, as he was when the visit began.
type VisitActor struct {
	ID       string `json:"id" example:"per_01890a5d-ac96-774b-bcce-b302099a8057"`
	Name     string `json:"name" example:"Anna Lind"`
	Role     string `json:"role" example:"support"`
	Employer string `json:"employer" doc:"The provider or reseller the person works for." example:"Harbour Hosting"`
}

// VisitEnder is who ended a visit.
type VisitEnder struct {
	Kind string `json:"kind" enum:"person,system" example:"person"`
	ID   string `json:"id"`
	Name string `json:"name" example:"Anna Lind"`
}

// Impersonation is one support visit.
type Impersonation struct {
	ID                 string      `json:"id" example:"imp_01890a5d-ac96-774b-bcce-b302099a8057"`
	State              string      `json:"state" enum:"active,ended" example:"active"`
	BaseURL            string      `json:"base_url" doc:"The path under which the actor is in the account." example:"/as/imp_01890a5d-ac96-774b-bcce-b302099a8057"`
	Mode               string      `json:"mode" enum:"look,change" example:"look"`
	Actor              VisitActor  `json:"actor"`
	Subject            AccountRef  `json:"subject"`
	ReasonCode         string      `json:"reason_code" example:"customer_request"`
	Reason             string      `json:"reason" doc:"The customer reads this exactly." example:"The file manager shows an empty list."`
	Ticket             string      `json:"ticket" example:"4711"`
	Informed           string      `json:"informed" enum:"asked,told,not_told" example:"asked"`
	NotToldBecause     string      `json:"not_told_because"`
	Basis              string      `json:"basis" enum:"open,request,break-glass" doc:"What let the actor in: the open door, a request that the owner approved, or two administrators." example:"open"`
	RequestID          *string     `json:"request_id" doc:"The request that the owner approved."`
	ByToken            bool        `json:"by_token" doc:"Whether a program of the actor's began it, by an API token."`
	Note               *string     `json:"note,omitempty" doc:"For colleagues of the actor alone." example:"Second time this month."`
	StartedAt          time.Time   `json:"started_at"`
	LastActivityAt     time.Time   `json:"last_activity_at"`
	ExpiresAt          time.Time   `json:"expires_at" doc:"When it ends at the latest."`
	IdleTimeoutSeconds int64       `json:"idle_timeout_seconds" example:"900"`
	EndedAt            *time.Time  `json:"ended_at" doc:"When authority ended, never when that was written down."`
	EndReason          *string     `json:"end_reason" example:"stopped"`
	EndedBy            *VisitEnder `json:"ended_by"`
	DurationSeconds    *float64    `json:"duration_seconds" doc:"From the start to the end of authority."`
	ActiveSeconds      *float64    `json:"active_seconds" doc:"From the start to the last action."`
	ReturnTo           string      `json:"return_to" doc:"Where the actor goes back to." example:"/accounts"`
	ChangeCount        int         `json:"change_count" doc:"How many changes are recorded."`
	ViewCount          int         `json:"view_count" doc:"How many things are recorded as read."`
	BlockedCount       int         `json:"blocked_count" doc:"How many refused attempts are recorded."`
	Doing              string      `json:"doing" doc:"What was recorded last of a running visit, in words; empty before anything was." example:"Anna Lind created the mailbox info@example.com."`
	TextsErasedAt      *time.Time  `json:"texts_erased_at,omitempty" doc:"When the reason, and the other texts, were erased, because they are kept no longer: they say so themselves."`
	Summary            string      `json:"summary" doc:"When it was and how it ended, in words; empty while it runs."`
}

func impersonationOf(v impersonation.Visit, n impersonation.Counts) Impersonation {
	out := Impersonation{
		ID: v.ID, State: "active", BaseURL: v.BaseURL(), Mode: string(v.Mode),
		Actor:      VisitActor{ID: v.Actor.ID, Name: v.Actor.Name, Role: v.Actor.Role, Employer: v.Actor.Employer},
		Subject:    AccountRef{ID: v.Subject.ID, Name: v.Subject.Name, Kind: v.Subject.Kind},
		ReasonCode: v.ReasonCode, Reason: v.Reason, Ticket: v.Ticket, Informed: v.Informed, NotToldBecause: v.NotToldBecause, ByToken: v.TokenID != "",
		StartedAt: v.Span.StartedAt, LastActivityAt: v.Span.LastActivity, ExpiresAt: v.Span.ExpiresAt,
		IdleTimeoutSeconds: int64(v.Span.IdleTimeout.Seconds()), ReturnTo: v.ReturnTo, TextsErasedAt: timeOrNil(v.ErasedAt),
		ChangeCount: n.Changes, ViewCount: n.Views, BlockedCount: n.Blocked,
	}
	switch {
	case v.BrokeGlass():
		out.Basis = "break-glass"
	case v.AskID() != "":
		out.Basis, out.RequestID = "request", textOrNil(v.AskID())
	default:
		out.Basis = "open"
	}
	if v.Ended() {
		lasted := v.Durations()
		duration, active := lasted.Duration.Seconds(), lasted.Active.Seconds()
		out.State, out.EndedAt, out.EndReason = "ended", &v.EndedAt, &v.EndReason
		out.DurationSeconds, out.ActiveSeconds = &duration, &active
		out.EndedBy = &VisitEnder{Kind: v.EndedBy.Kind, ID: v.EndedBy.ID, Name: v.EndedBy.Name}
		out.Summary = v.EndInWords("")
	}
	return out
}

type visitHandlers struct {
	registry *Registry
	visits   *impersonation.Service
}

type startInput struct {
	Body struct {
		AccountID      string `json:"account_id" maxLength:"60" doc:"The account to step into." example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
		ReasonCode     string `json:"reason_code" enum:"customer_request,onboarding,verify_configuration,training,audit,incident,abuse,other" doc:"What kind of reason." example:"customer_request"`
		Reason         string `json:"reason" maxLength:"4000" doc:"10 to 500 visible characters; the customer reads this exactly." example:"The file manager shows an empty list."`
		Ticket         string `json:"ticket,omitempty" maxLength:"400" doc:"The help desk's number." example:"4711"`
		Mode           string `json:"mode" enum:"look,change" doc:"What the visit allows." example:"look"`
		Informed       string `json:"informed" enum:"asked,told,not_told" doc:"Whether the customer asked for it, was told and agrees, or was not told." example:"asked"`
		NotToldBecause string `json:"not_told_because,omitempty" maxLength:"4000" doc:"Why not; for incident, abuse and audit only."`
		Note           string `json:"note,omitempty" maxLength:"4000" doc:"For colleagues alone; the customer never reads it."`
		RequestID      string `json:"request_id,omitempty" maxLength:"60" doc:"The approved request to begin on; what it says is what counts."`
		BreakGlass     bool   `json:"break_glass,omitempty" doc:"Ask a second administrator to open a locked account, for an incident or abuse."`
		ReturnTo       string `json:"return_to,omitempty" maxLength:"1000" doc:"The page to go back to." example:"/accounts?q=bakery"`
		Supersede      bool   `json:"supersede,omitempty" doc:"End an older visit of one's own that is in the way."`
	}
}

type startOutput struct {
	Status int
	Body   startAnswer
}

type visitOutput struct{ Body Impersonation }

type visitIDInput struct {
	ID string `path:"id" doc:"The visit." example:"imp_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type listVisitsInput struct {
	Page
	State     string `query:"state" enum:"active,ended" doc:"Only those."`
	AccountID string `query:"account_id" doc:"Only visits to this account."`
	ActorID   string `query:"actor_id" doc:"Only visits of this person."`
	Flag      string `query:"flag" enum:"no_ticket,off_hours,repeated,long_idle" doc:"Only visits that deserve a look for this: see GET /impersonation-flags."`
	Place

	Since time.Time `query:"since" doc:"Only visits that began then or later."`
}

type visitsOutput struct {
	Body struct {
		Impersonations []Impersonation `json:"impersonations"`
		NextCursor     *string         `json:"next_cursor"`
	}
}

// VisitEnd says how a visit ended.
type VisitEnd struct {
	EndedAt         time.Time `json:"ended_at"`
	EndReason       string    `json:"end_reason" example:"stopped"`
	DurationSeconds float64   `json:"duration_seconds" example:"612.5"`
	ActiveSeconds   float64   `json:"active_seconds" example:"540.1"`
	ReturnTo        string    `json:"return_to" example:"/accounts"`
}

type visitEndOutput struct{ Body VisitEnd }

type modeInput struct {
	ID   string `path:"impersonation_id" doc:"The visit." example:"imp_01890a5d-ac96-774b-bcce-b302099a8057"`
	Body struct {
		Mode   string `json:"mode" enum:"look,change" doc:"What the visit is to allow." example:"change"`
		Reason string `json:"reason,omitempty" maxLength:"4000" doc:"Why changes are needed; the customer reads this exactly." example:"Setting the record back as agreed."`
	}
}

type prefixInput struct {
	ID string `path:"impersonation_id" doc:"The visit." example:"imp_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type activityPingOutput struct {
	Body struct {
		ExpiresAt            time.Time `json:"expires_at"`
		RemainingSeconds     int64     `json:"remaining_seconds" example:"3000"`
		IdleRemainingSeconds int64     `json:"idle_remaining_seconds" example:"900"`
	}
}

func registerImpersonations(r *Registry, visits *impersonation.Service) {
	h := visitHandlers{registry: r, visits: visits}
	Register(r, Operation{
		ID: "startImpersonation", Method: http.MethodPost, Path: "/impersonations", Status: http.StatusCreated, Tag: "Impersonation", Summary: "Sign in as another user",
		Description: "Begins a visit to an account. The customer is told at once. Accounts that are missing, foreign or closed answer the same 403 `impersonation-denied`, a locked one `account-locked`. " +
			"Where the owner wants to be asked first, the answer is 202 with a request; once it is approved, name it here. When the sign-in is too long ago, 403 `step-up-required` asks for POST /session/step-up first.",
		Permission: "account:impersonate", Class: rbac.ClassDeny, Activity: true, Audit: impersonation.ActionStart, Errors: []int{http.StatusConflict}, Accepted: AccessRequest{},
	}, func(*startInput) Target { return Unseen() }, h.start)
	Register(r, Operation{
		ID: "listImpersonations", Method: http.MethodGet, Path: "/impersonations", Tag: "Impersonation", Summary: "List support visits",
		Description: "Visits to the accounts the asker may see, newest first.",
		Permission:  "impersonation:view", Class: rbac.ClassLook,
	}, func(in *listVisitsInput) Target { return AccountOrSomewhere(in.AccountID) }, h.list)
	Register(r, Operation{
		ID: "getImpersonation", Method: http.MethodGet, Path: "/impersonations/{id}", Tag: "Impersonation", Summary: "See a support visit",
		Description: "One visit, with how it ended and how much is recorded of it.",
		Permission:  "impersonation:view", Class: rbac.ClassLook,
	}, func(in *visitIDInput) Target { return VisitID(in.ID) }, h.get)
	Register(r, Operation{
		ID: "endImpersonation", Method: http.MethodPost, Path: "/impersonations/{id}/end", Tag: "Impersonation", Summary: "End a support visit",
		Description: "For the subject, the subject's owner, or an admin. An ended visit answers how it ended.",
		Permission:  "impersonation:end", Class: rbac.ClassDeny, Activity: true, Audit: impersonation.ActionStop,
	}, func(in *visitIDInput) Target { return VisitID(in.ID) }, h.end)
	Register(r, Operation{
		ID: "stopImpersonation", Method: http.MethodPost, Path: "/as/{impersonation_id}/stop", Tag: "Impersonation", Summary: "Leave the account",
		Description: "Ends one's own visit. Takes nothing but the path and works whatever became of the visit; a second time it answers what is stored.",
		Permission:  "impersonation:stop", Class: rbac.ClassLook, Audit: impersonation.ActionStop, Unfactored: true,
	}, func(*prefixInput) Target { return Own() }, h.stop)
	Register(r, Operation{
		ID: "changeVisitMode", Method: http.MethodPost, Path: "/as/{impersonation_id}/mode", Tag: "Impersonation", Summary: "Make changes, or view only",
		Description: "Changes what the running visit allows. Making changes needs a reason and is an event of its own.",
		Permission:  "impersonation:mode", Class: rbac.ClassLook, Activity: true, Audit: impersonation.ActionMode, Errors: []int{http.StatusConflict},
	}, func(*modeInput) Target { return Own() }, h.mode)
	Register(r, Operation{
		ID: "recordVisitActivity", Method: http.MethodPost, Path: "/as/{impersonation_id}/activity", Tag: "Impersonation", Summary: "Say that somebody is there",
		Description: "The panel sends this at most once a minute while the person types or clicks.",
		Permission:  "impersonation:mode", Class: rbac.ClassLook, Activity: true,
	}, func(*prefixInput) Target { return Own() }, h.ping)
}

func (h visitHandlers) start(ctx context.Context, by principal.Principal, in *startInput) (*startOutput, error) {
	b := in.Body
	begun, err := h.visits.Start(ctx, by, impersonation.Request{
		AccountID: b.AccountID, ReasonCode: b.ReasonCode, Reason: b.Reason, Ticket: b.Ticket, Mode: principal.Mode(b.Mode),
		Informed: b.Informed, NotToldBecause: b.NotToldBecause, ReturnTo: b.ReturnTo, Supersede: b.Supersede,
		Note: b.Note, AskID: b.RequestID, BreakGlass: b.BreakGlass,
	})
	return started(begun, err)
}

// started is the answer to a start: the visit, or the request that waits.
func started(begun impersonation.Begun, err error) (*startOutput, error) {
	if err != nil {
		return nil, err
	}
	if begun.Ask != nil {
		ask := accessRequestOf(*begun.Ask)
		return &startOutput{Status: http.StatusAccepted, Body: startAnswer{ask: &ask}}, nil
	}
	v := impersonationOf(begun.Visit, impersonation.Counts{})
	return &startOutput{Status: http.StatusCreated, Body: startAnswer{visit: &v}}, nil
}

func (h visitHandlers) list(ctx context.Context, by principal.Principal, in *listVisitsInput) (*visitsOutput, error) {
	f := impersonation.Filter{
		SubjectID: in.AccountID, ActorID: in.ActorID, Since: in.Since, Flag: impersonation.Flag(in.Flag), Place: in.place(), Limit: in.PageSize + 1,
	}
	if in.State != "" {
		live := in.State == "active"
		f.Live = &live
	}
	if err := h.registry.cursor.Decode("impersonations", in.Cursor, &f.Before); err != nil {
		return nil, err
	}
	visits, err := h.visits.List(ctx, by, f)
	if err != nil {
		return nil, err
	}
	out := &visitsOutput{}
	visits, out.Body.NextCursor, err = pageOf(h.registry.cursor, "impersonations", visits, in.PageSize, visitPosition)
	if err != nil {
		return nil, err
	}
	out.Body.Impersonations, err = h.counted(ctx, by, visits)
	h.note(by, visits, out.Body.Impersonations)
	return out, err
}

func visitPosition(v impersonation.Visit) any { return v.ID }

func (h visitHandlers) counted(ctx context.Context, by principal.Principal, visits []impersonation.Visit) ([]Impersonation, error) {
	counts, err := h.visits.Counts(ctx, visits)
	if err != nil {
		return nil, err
	}
	doing, err := h.visits.Doing(ctx, by, visits)
	if err != nil {
		return nil, err
	}
	out := make([]Impersonation, len(visits))
	for i, v := range visits {
		out[i] = impersonationOf(v, counts[v.ID])
		out[i].Doing = doing[v.ID]
	}
	return out, nil
}

func (h visitHandlers) get(ctx context.Context, by principal.Principal, in *visitIDInput) (*visitOutput, error) {
	v, err := h.visits.ByID(ctx, by, in.ID)
	if err != nil {
		return nil, err
	}
	out, err := h.counted(ctx, by, []impersonation.Visit{v})
	if err != nil {
		return nil, err
	}
	h.note(by, []impersonation.Visit{v}, out)
	return &visitOutput{Body: out[0]}, nil
}

// note adds the internal notes for those who work where the actor worked and may
// enter the account themselves; nobody else reads them.
func (h visitHandlers) note(by principal.Principal, visits []impersonation.Visit, out []Impersonation) {
	kinds := h.registry.Kinds(by, "account:impersonate")
	for i, v := range visits {
		colleague := v.Actor.Employer == by.Employer && by.Account.ID != v.Subject.ID && slices.Contains(kinds, v.Subject.Kind)
		if v.Note != "" && colleague && !by.Acting() {
			out[i].Note = textOrNil(v.Note)
		}
	}
}

func (h visitHandlers) end(ctx context.Context, by principal.Principal, in *visitIDInput) (*visitEndOutput, error) {
	return visitEnd(h.visits.End(ctx, by, in.ID))
}

func (h visitHandlers) stop(ctx context.Context, by principal.Principal, in *prefixInput) (*visitEndOutput, error) {
	return visitEnd(h.visits.Stop(ctx, by, in.ID))
}

func visitEnd(v impersonation.Visit, err error) (*visitEndOutput, error) {
	if err != nil {
		return nil, err
	}
	lasted := v.Durations()
	return &visitEndOutput{Body: VisitEnd{
		EndedAt: v.EndedAt, EndReason: v.EndReason, DurationSeconds: lasted.Duration.Seconds(), ActiveSeconds: lasted.Active.Seconds(), ReturnTo: v.ReturnTo,
	}}, nil
}

func (h visitHandlers) mode(ctx context.Context, by principal.Principal, in *modeInput) (*visitOutput, error) {
	v, err := h.visits.ChangeMode(ctx, by, principal.Mode(in.Body.Mode), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	out, err := h.counted(ctx, by, []impersonation.Visit{v})
	if err != nil {
		return nil, err
	}
	return &visitOutput{Body: out[0]}, nil
}

func (h visitHandlers) ping(ctx context.Context, by principal.Principal, _ *prefixInput) (*activityPingOutput, error) {
	v, err := h.visits.Visit(ctx, by)
	if err != nil {
		return nil, err
	}
	out := &activityPingOutput{}
	out.Body.ExpiresAt = v.Span.ExpiresAt
	out.Body.RemainingSeconds = int64(by.Visit.Remaining.Seconds())
	out.Body.IdleRemainingSeconds = int64(min(v.Span.IdleTimeout, by.Visit.Remaining).Seconds())
	return out, nil
}
