package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/audit/export"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// EventActor is who did it, as named at the time.
type EventActor struct {
	ID       string `json:"id" example:"per_01890a5d-ac96-774b-bcce-b302099a8057"`
	Name     string `json:"name" example:"Anna Lind"`
	Role     string `json:"role" example:"support"`
	Employer string `json:"employer" example:"Harbour Hosting"`
}

// EventParty is an account, as named at the time.
type EventParty struct {
	ID   string `json:"id" example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	Name string `json:"name" example:"Blue Door Bakery"`
}

// EventObject is the thing that was touched, as named at the time.
type EventObject struct {
	Kind string `json:"kind" example:"mailbox"`
	ID   string `json:"id"`
	Name string `json:"name" example:"info@bluedoor.example"`
}

// Event is one line of the activity log.
type Event struct {
	Seq             int64          `json:"seq" example:"42"`
	At              time.Time      `json:"at"`
	Action          string         `json:"action" example:"mailbox.create"`
	Sentence        string         `json:"sentence" doc:"The event in plain words." example:"Anna Lind created the mailbox info@bluedoor.example."`
	Actor           EventActor     `json:"actor"`
	Subject         EventParty     `json:"subject" doc:"In whose name."`
	Account         EventParty     `json:"account" doc:"Whose things were touched."`
	ImpersonationID *string        `json:"impersonation_id" doc:"The visit it was done in."`
	Object          EventObject    `json:"object"`
	Before          map[string]any `json:"before" doc:"What was there; allow-listed fields only."`
	After           map[string]any `json:"after" doc:"What is there now; allow-listed fields only."`
	Result          string         `json:"result" enum:"done,viewed,denied,blocked"`
	Method          string         `json:"method" doc:"How the actor came: password, token, or the part of the system that did it." example:"token"`
	TokenID         *string        `json:"token_id" doc:"The API token that it was done with." example:"tok_01890a5d-ac96-774b-bcce-b302099a8057"`
	TokenScopes     []string       `json:"token_scopes" doc:"What that token let through then." example:"[\"domains:write\"]"`
	ProvedAt        *time.Time     `json:"proved_at" doc:"When the actor had last proved who he is: signed in, or asked again. Null where nobody had to, and where the end of a visit is written down behind it."`
	Reason          string         `json:"reason"`
	IP              string         `json:"ip" example:"192.0.2.7"`
	UserAgent       string         `json:"user_agent"`
	RequestID       string         `json:"request_id"`
	TraceID         string         `json:"trace_id" doc:"The trace that the request was part of, as its traceparent named it (W3C Trace Context)." example:"0af7651916cd43dd8448eb211c80319c"`
	TextsErasedAt   *time.Time     `json:"texts_erased_at" doc:"When reason, address and browser were erased, because they are kept no longer."`
}

func eventOf(e audit.Event) Event {
	out := Event{
		Seq: e.Seq, At: e.At, Action: e.Action, Sentence: e.Sentence(),
		Actor:   EventActor{ID: e.Actor.ID, Name: e.Actor.Name, Role: e.Actor.Role, Employer: e.Actor.Employer},
		Subject: EventParty(e.Subject), Account: EventParty(e.Account), Object: EventObject(e.Object),
		Before: e.Before, After: e.After, Result: string(e.Result), Reason: e.Reason,
		Method: e.Method, TokenID: textOrNil(e.TokenID()), TokenScopes: listed(e.Scopes), IP: e.IP, UserAgent: e.UserAgent, RequestID: e.RequestID, TraceID: e.TraceID,
	}
	if !e.ProvedAt.IsZero() {
		out.ProvedAt = &e.ProvedAt
	}
	if e.VisitID != "" {
		out.ImpersonationID = &e.VisitID
	}
	if !e.TextsErasedAt.IsZero() {
		out.TextsErasedAt = &e.TextsErasedAt
	}
	return out
}

func eventsOf(events []audit.Event) []Event {
	out := make([]Event, len(events))
	for i, e := range events {
		out[i] = eventOf(e)
	}
	return out
}

type listActivityInput struct {
	Page
	Event           string    `query:"event" maxLength:"60" doc:"Only this action: impersonation.start is Sign in as user, impersonation.stop is Sign out as user." example:"impersonation.start"`
	ActorID         string    `query:"actor_id" doc:"Only what this person did."`
	SubjectID       string    `query:"subject_id" doc:"Only what was done in the name of this account."`
	AccountID       string    `query:"account_id" doc:"Only what touched this account."`
	ObjectKind      string    `query:"object_kind" maxLength:"40" doc:"Only what was done to things of this kind." example:"mailbox"`
	ObjectID        string    `query:"object_id" maxLength:"100" doc:"Only what was done to this thing."`
	ImpersonationID string    `query:"impersonation_id" doc:"Only what was done in this visit."`
	IP              string    `query:"ip" maxLength:"60" doc:"Only what was done from this address." example:"192.0.2.7"`
	RequestID       string    `query:"request_id" maxLength:"80" doc:"Only what was done by this request, as X-Request-Id names it."`
	TokenID         string    `query:"token_id" maxLength:"60" doc:"Only what was done with this API token."`
	From            time.Time `query:"from" doc:"Not before this instant."`
	To              time.Time `query:"to" doc:"Before this instant."`
	Q               string    `query:"q" maxLength:"200" doc:"Words that begin those in names, reasons and addresses, in any order; or the id of a request."`
}

func (in *listActivityInput) filter() audit.Filter {
	return audit.Filter{
		Action: in.Event, ActorID: in.ActorID, SubjectID: in.SubjectID, AccountID: in.AccountID, ObjectKind: in.ObjectKind, ObjectID: in.ObjectID,
		VisitID: in.ImpersonationID, IP: in.IP, RequestID: in.RequestID, TokenID: in.TokenID, From: in.From, To: in.To, Query: in.Q,
	}
}

type activityOutput struct {
	Body struct {
		Events     []Event `json:"events"`
		NextCursor *string `json:"next_cursor"`
	}
}

type exportActivityInput struct {
	Body struct {
		Format          string    `json:"format" enum:"csv,jsonl" doc:"A table, or one JSON object a line." example:"csv"`
		Columns         []string  `json:"columns,omitempty" nullable:"false" maxItems:"30" doc:"Which columns, in this order; all when there are none." example:"[\"at\",\"sentence\",\"actor\"]"`
		Event           string    `json:"event,omitempty" maxLength:"60" doc:"The filters are those of the list."`
		ActorID         string    `json:"actor_id,omitempty" maxLength:"60"`
		SubjectID       string    `json:"subject_id,omitempty" maxLength:"60"`
		AccountID       string    `json:"account_id,omitempty" maxLength:"60"`
		ObjectKind      string    `json:"object_kind,omitempty" maxLength:"40"`
		ObjectID        string    `json:"object_id,omitempty" maxLength:"100"`
		ImpersonationID string    `json:"impersonation_id,omitempty" maxLength:"60"`
		IP              string    `json:"ip,omitempty" maxLength:"60"`
		RequestID       string    `json:"request_id,omitempty" maxLength:"80"`
		TokenID         string    `json:"token_id,omitempty" maxLength:"60"`
		From            time.Time `json:"from,omitempty"`
		To              time.Time `json:"to,omitempty"`
		Q               string    `json:"q,omitempty" maxLength:"200"`
	}
}

func (in *exportActivityInput) wish() export.Wish {
	b := in.Body
	return export.Wish{Format: b.Format, Columns: b.Columns, Filter: audit.Filter{
		Action: b.Event, ActorID: b.ActorID, SubjectID: b.SubjectID, AccountID: b.AccountID, ObjectKind: b.ObjectKind, ObjectID: b.ObjectID,
		VisitID: b.ImpersonationID, IP: b.IP, RequestID: b.RequestID, TokenID: b.TokenID, From: b.From, To: b.To, Query: b.Q,
	}}
}

func registerExports(r *Registry, exports *export.Service) {
	Register(r, Operation{
		ID: "exportActivity", Method: http.MethodPost, Path: "/activity/exports", Status: http.StatusAccepted, Tag: "Activity", Summary: "Take the activity log along",
		Description: "Promises a file of the events that pass the filters: what the asker may see when it is written. Follow the operation; its file stays for a day.",
		Permission:  export.Permission, Class: rbac.ClassDeny, Activity: true, Audit: export.ActionExport,
	}, func(in *exportActivityInput) Target { return AccountOrSomewhere(in.Body.AccountID) },
		func(ctx context.Context, by principal.Principal, in *exportActivityInput) (*acceptedOutput, error) {
			o, err := exports.Start(ctx, by, in.wish())
			return &acceptedOutput{Location: Prefix + "/operations/" + o.ID, Body: operationOf(o)}, err
		})
}

func registerActivity(r *Registry, log *audit.Service) {
	Register(r, Operation{
		ID: "listActivity", Method: http.MethodGet, Path: "/activity", Tag: "Activity", Summary: "Read the activity log",
		Description: "Events on the accounts the asker may see, newest first. Each names who did it and in whose name.",
		Permission:  "activity:view", Class: rbac.ClassLook,
	}, func(in *listActivityInput) Target { return AccountOrSomewhere(in.AccountID) },
		func(ctx context.Context, by principal.Principal, in *listActivityInput) (*activityOutput, error) {
			f := in.filter()
			f.Limit = in.PageSize + 1
			if err := r.cursor.Decode("activity", in.Cursor, &f.Before); err != nil {
				return nil, err
			}
			events, err := log.List(ctx, by, f)
			if err != nil {
				return nil, err
			}
			out := &activityOutput{}
			events, out.Body.NextCursor, err = pageOf(r.cursor, "activity", events, in.PageSize, func(e audit.Event) any { return e.Seq })
			out.Body.Events = eventsOf(events)
			return out, err
		})
}
