package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// Announcement is a message to the owner of an account that somebody is about to
// come.
type Announcement struct {
	ID         string    `json:"id" example:"ann_01890a5d-ac96-774b-bcce-b302099a8057"`
	AccountID  string    `json:"account_id" example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	ReasonCode string    `json:"reason_code" example:"customer_request"`
	Reason     string    `json:"reason" doc:"The customer reads this exactly." example:"The file manager shows an empty list."`
	Ticket     string    `json:"ticket" example:"4711"`
	CreatedAt  time.Time `json:"created_at" doc:"When the customer was told."`
}

func announcementOf(a impersonation.Announcement) Announcement {
	return Announcement{ID: a.ID, AccountID: a.SubjectID, ReasonCode: a.ReasonCode, Reason: a.Reason, Ticket: a.Ticket, CreatedAt: a.CreatedAt}
}

type announceInput struct {
	Body struct {
		AccountID  string `json:"account_id" maxLength:"60" doc:"The account that is about to be stepped into." example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
		ReasonCode string `json:"reason_code" enum:"customer_request,onboarding,verify_configuration,training,audit,incident,abuse,other" doc:"What kind of reason." example:"customer_request"`
		Reason     string `json:"reason" maxLength:"4000" doc:"10 to 500 visible characters; the customer reads this exactly." example:"The file manager shows an empty list."`
		Ticket     string `json:"ticket,omitempty" maxLength:"400" doc:"The help desk's number." example:"4711"`
	}
}

type announcementOutput struct{ Body Announcement }

type listAnnouncementsInput struct {
	AccountID string `query:"account_id" maxLength:"60" required:"true" doc:"The account." example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type announcementsOutput struct {
	Body struct {
		Announcements []Announcement `json:"announcements"`
	}
}

func registerAnnouncements(r *Registry, visits *impersonation.Service) {
	Register(r, Operation{
		ID: "announceImpersonation", Method: http.MethodPost, Path: "/impersonation-announcements", Status: http.StatusCreated, Tag: "Impersonation", Summary: "Tell the customer that you are coming",
		Description: "Tells the owner of an account who is about to step into it and why, in the panel and by mail. It lets nobody in. Accounts that are missing, foreign or closed answer the same 403 `impersonation-denied`, a locked one `account-locked`. The same account at most once in ten minutes.",
		Permission:  "account:impersonate", Class: rbac.ClassDeny, Activity: true, Audit: impersonation.ActionAnnounce, Errors: []int{http.StatusConflict},
	}, func(*announceInput) Target { return Unseen() }, func(ctx context.Context, by principal.Principal, in *announceInput) (*announcementOutput, error) {
		b := in.Body
		a, err := visits.Announce(ctx, by, impersonation.Announcement{SubjectID: b.AccountID, ReasonCode: b.ReasonCode, Reason: b.Reason, Ticket: b.Ticket})
		return &announcementOutput{Body: announcementOf(a)}, err
	})
	Register(r, Operation{
		ID: "listAnnouncements", Method: http.MethodGet, Path: "/impersonation-announcements", Tag: "Impersonation", Summary: "See what you have announced",
		Description: "One's own announcements to an account within a day that no visit has followed yet, newest first.",
		Permission:  "account:impersonate", Class: rbac.ClassDeny,
	}, func(*listAnnouncementsInput) Target { return Unseen() }, func(ctx context.Context, by principal.Principal, in *listAnnouncementsInput) (*announcementsOutput, error) {
		made, err := visits.Announced(ctx, by, in.AccountID)
		out := &announcementsOutput{}
		out.Body.Announcements = make([]Announcement, len(made))
		for i, a := range made {
			out.Body.Announcements[i] = announcementOf(a)
		}
		return out, err
	})
}
