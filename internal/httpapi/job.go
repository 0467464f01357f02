package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// Job is a piece of promised work.
type Job struct {
	ID              string     `json:"id" example:"job_01890a5d-ac96-774b-bcce-b302099a8057"`
	Task            string     `json:"task" example:"notify.mail"`
	ObjectID        string     `json:"object_id" doc:"What it is about."`
	State           string     `json:"state" enum:"waiting,running,done,failed"`
	CreatedAt       time.Time  `json:"created_at"`
	DueAt           time.Time  `json:"due_at"`
	DoneAt          *time.Time `json:"done_at"`
	Attempts        int        `json:"attempts" example:"1"`
	LastError       string     `json:"last_error"`
	Actor           EventParty `json:"actor" doc:"Who caused it."`
	Subject         EventParty `json:"subject" doc:"In whose name."`
	ImpersonationID *string    `json:"impersonation_id" doc:"The visit it was caused in."`
}

type listJobsInput struct {
	Page
	State string `query:"state" enum:"waiting,running,done,failed" doc:"Only those."`
}

type jobsOutput struct {
	Body struct {
		Jobs       []Job   `json:"jobs"`
		NextCursor *string `json:"next_cursor"`
	}
}

type jobIDInput struct {
	ID string `path:"id" maxLength:"60" doc:"The job." example:"job_01890a5d-ac96-774b-bcce-b302099a8057"`
}

func registerJobs(r *Registry, desk *outbox.Desk) {
	Register(r, Operation{
		ID: "listJobs", Method: http.MethodGet, Path: "/jobs", Tag: "System", Summary: "List jobs",
		Description: "The work behind the panel, newest first: what waits, what runs, what is done, what failed and why.",
		Permission:  "job:view", Class: rbac.ClassLook,
	}, func(*listJobsInput) Target { return Somewhere() }, func(ctx context.Context, by principal.Principal, in *listJobsInput) (*jobsOutput, error) {
		f := outbox.Filter{State: in.State, Limit: in.PageSize + 1}
		if err := r.cursor.Decode("jobs", in.Cursor, &f.Before); err != nil {
			return nil, err
		}
		found, err := desk.List(ctx, by, f)
		if err != nil {
			return nil, err
		}
		out := &jobsOutput{}
		found, out.Body.NextCursor, err = pageOf(r.cursor, "jobs", found, in.PageSize, func(j outbox.Job) any { return j.ID })
		out.Body.Jobs = make([]Job, len(found))
		for i, j := range found {
			out.Body.Jobs[i] = jobOf(j)
		}
		return out, err
	})
	Register(r, Operation{
		ID: "retryJob", Method: http.MethodPost, Path: "/jobs/{id}/retry", Status: http.StatusNoContent, Tag: "System", Summary: "Try a job again",
		Description: "Makes a job that failed, or waits for its next attempt, due now.",
		Permission:  "job:manage", Class: rbac.ClassChange, Activity: true, Audit: outbox.ActionRetry,
	}, func(*jobIDInput) Target { return Somewhere() }, func(ctx context.Context, by principal.Principal, in *jobIDInput) (*emptyOutput, error) {
		return nil, desk.Retry(ctx, by, in.ID)
	})
}

func jobOf(j outbox.Job) Job {
	return Job{
		ID: j.ID, Task: string(j.Task), ObjectID: j.ObjectID, State: j.State, CreatedAt: j.CreatedAt, DueAt: j.DueAt, DoneAt: timeOrNil(j.DoneAt),
		Attempts: j.Attempts, LastError: j.LastError, Actor: EventParty{ID: j.Cause.ActorID, Name: j.Cause.ActorName},
		Subject: EventParty{ID: j.Cause.SubjectID, Name: j.Cause.SubjectName}, ImpersonationID: textOrNil(j.Cause.VisitID),
	}
}
