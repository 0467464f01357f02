package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"innkeeper/internal/operation"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// OperationStatus is slow work that somebody has asked for.
type OperationStatus struct {
	ID        string          `json:"id" example:"opr_01890a5d-ac96-774b-bcce-b302099a8057"`
	Kind      string          `json:"kind" example:"activity.export"`
	State     string          `json:"state" enum:"queued,running,succeeded,failed,cancelled"`
	Progress  int             `json:"progress" minimum:"0" maximum:"100" doc:"How far it is, in percent."`
	Resource  *string         `json:"resource" doc:"Where the file is downloaded: below this API, while it is there." example:"/operations/opr_01890a5d-ac96-774b-bcce-b302099a8057/file"`
	FileName  string          `json:"file_name" example:"activity-2026-03-01.csv"`
	FileSize  int64           `json:"file_size" doc:"In bytes."`
	Error     *OperationError `json:"error" doc:"Why it failed."`
	Actor     EventParty      `json:"actor" doc:"The person who asked."`
	Subject   EventParty      `json:"subject" doc:"The account by which it was asked."`
	CreatedAt time.Time       `json:"created_at"`
	StartedAt *time.Time      `json:"started_at"`
	EndedAt   *time.Time      `json:"ended_at"`
	ExpiresAt *time.Time      `json:"expires_at" doc:"When the file goes."`
}

// OperationError is why an operation failed.
type OperationError struct {
	Code   string `json:"code" doc:"For programs." example:"forbidden"`
	Detail string `json:"detail" doc:"For people."`
}

type operationOutput struct{ Body OperationStatus }

// acceptedOutput answers a request for slow work (RFC 9110 §15.3.3).
type acceptedOutput struct {
	Location string `header:"Location" doc:"Where it is followed."`
	Body     OperationStatus
}

// OperationID names an operation in a path.
type OperationID struct {
	ID string `path:"id" maxLength:"60" doc:"The operation." example:"opr_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type getOperationInput struct {
	OperationID
	Wait int `query:"wait" minimum:"0" maximum:"30" doc:"How many seconds to wait for its end before answering."`
}

type operationsOutput struct {
	Body struct {
		Operations []OperationStatus `json:"operations"`
		NextCursor *string           `json:"next_cursor"`
	}
}

// longestWait leaves a request the time to answer within its deadline.
const longestWait = deadline - 5*time.Second

func registerOperations(r *Registry, operations *operation.Service) {
	Register(r, Operation{
		ID: "listOperations", Method: http.MethodGet, Path: "/operations", Tag: "Operations", Summary: "List operations",
		Description: "The slow work that the asker himself has asked for, newest first. What ended two weeks ago is gone.",
		Permission:  "operation:view", Class: rbac.ClassDeny,
	}, func(*Page) Target { return Own() }, func(ctx context.Context, by principal.Principal, in *Page) (*operationsOutput, error) {
		var before string
		if err := r.cursor.Decode("operations", in.Cursor, &before); err != nil {
			return nil, err
		}
		list, err := operations.List(ctx, by, before, in.PageSize+1)
		if err != nil {
			return nil, err
		}
		out := &operationsOutput{}
		list, out.Body.NextCursor, err = pageOf(r.cursor, "operations", list, in.PageSize, func(o operation.Operation) any { return o.ID })
		out.Body.Operations = make([]OperationStatus, len(list))
		for i, o := range list {
			out.Body.Operations[i] = operationOf(o)
		}
		return out, err
	})
	Register(r, Operation{
		ID: "getOperation", Method: http.MethodGet, Path: "/operations/{id}", Tag: "Operations", Summary: "Follow an operation",
		Description: "How far slow work is, and what became of it. With `wait` the answer comes when it has ended, or after that many seconds.",
		Permission:  "operation:view", Class: rbac.ClassDeny,
	}, func(*getOperationInput) Target { return Own() }, func(ctx context.Context, by principal.Principal, in *getOperationInput) (*operationOutput, error) {
		o, err := operations.Wait(ctx, by, in.ID, min(time.Duration(in.Wait)*time.Second, longestWait))
		return &operationOutput{Body: operationOf(o)}, err
	})
	Register(r, Operation{
		ID: "cancelOperation", Method: http.MethodPost, Path: "/operations/{id}/cancel", Tag: "Operations", Summary: "Cancel an operation",
		Description: "Ends slow work that has not ended; what it made so far is gone.",
		Permission:  "operation:cancel", Class: rbac.ClassDeny, Activity: true, Audit: operation.ActionCancel, Errors: []int{http.StatusConflict},
	}, func(*OperationID) Target { return Own() }, func(ctx context.Context, by principal.Principal, in *OperationID) (*operationOutput, error) {
		o, err := operations.Cancel(ctx, by, in.ID)
		return &operationOutput{Body: operationOf(o)}, err
	})
	Register(r, Operation{
		ID: "downloadOperation", Method: http.MethodGet, Path: "/operations/{id}/file", Tag: "Operations", Summary: "Download what an operation made",
		Description: "The file, for a day after the end.",
		Permission:  "operation:view", Class: rbac.ClassDeny,
	}, func(*OperationID) Target { return Own() }, func(ctx context.Context, by principal.Principal, in *OperationID) (*huma.StreamResponse, error) {
		content, err := operations.Open(ctx, by, in.ID)
		if err != nil {
			return nil, err
		}
		return handedOver(content.Name, content, content.Size, ""), nil
	})
}

func operationOf(o operation.Operation) OperationStatus {
	out := OperationStatus{
		ID: o.ID, Kind: string(o.Kind), State: string(o.State), Progress: o.Percent, FileName: o.FileName, FileSize: o.FileSize,
		Actor: EventParty{ID: o.Person.ID, Name: o.Person.Name}, Subject: EventParty{ID: o.AccountID, Name: o.Account},
		CreatedAt: o.CreatedAt, StartedAt: timeOrNil(o.StartedAt), EndedAt: timeOrNil(o.EndedAt), ExpiresAt: timeOrNil(o.ExpiresAt),
	}
	if o.HasFile() {
		path := "/operations/" + o.ID + "/file"
		out.Resource = &path
	}
	if o.ErrorCode != "" {
		out.Error = &OperationError{Code: o.ErrorCode, Detail: o.Error}
	}
	return out
}
