package httpapi

import (
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"innkeeper/internal/impersonation"
	"innkeeper/rbac"
)

// AccessRequest is somebody asking to be let in to an account.
type AccessRequest struct {
	RequestID      string     `json:"request_id" example:"ask_01890a5d-ac96-774b-bcce-b302099a8057"`
	Kind           string     `json:"kind" enum:"consent,break_glass" doc:"Who answers: the owner, or for a locked account a second administrator." example:"consent"`
	State          string     `json:"state" enum:"waiting,approved,denied,withdrawn,lapsed,started" example:"waiting"`
	Actor          VisitActor `json:"actor" doc:"Who asks."`
	Subject        AccountRef `json:"subject"`
	Mode           string     `json:"mode" enum:"look,change" example:"look"`
	ReasonCode     string     `json:"reason_code" example:"customer_request"`
	Reason         string     `json:"reason" doc:"The customer reads this exactly." example:"The file manager shows an empty list."`
	Ticket         string     `json:"ticket" example:"4711"`
	Informed       string     `json:"informed" enum:"asked,told,not_told" example:"asked"`
	NotToldBecause string     `json:"not_told_because"`
	CreatedAt      time.Time  `json:"created_at"`
	LapsesAt       time.Time  `json:"lapses_at" doc:"Waiting: without an answer until then; approved: unless the visit begins before."`
	DecidedAt      *time.Time `json:"decided_at"`
	DecidedBy      *string    `json:"decided_by" doc:"Who answered." example:"Mila Novak"`
	DecidedVia     *string    `json:"decided_via" doc:"In the panel, by the link in the mail, or by the code read out on the phone." example:"panel"`
	EndsAt         *time.Time `json:"ends_at" doc:"When the visit ends at the latest, if the owner has said so."`
	VisitID        *string    `json:"visit_id" doc:"The visit that began on it."`
}

func accessRequestOf(a impersonation.Ask) AccessRequest {
	return AccessRequest{
		RequestID: a.ID, Kind: string(a.Kind), State: string(a.State),
		Actor:   VisitActor{ID: a.Actor.ID, Name: a.Actor.Name, Role: a.Actor.Role, Employer: a.Actor.Employer},
		Subject: AccountRef{ID: a.Subject.ID, Name: a.Subject.Name, Kind: a.Subject.Kind},
		Mode:    string(a.Mode), ReasonCode: a.ReasonCode, Reason: a.Reason, Ticket: a.Ticket,
		Informed: a.Informed, NotToldBecause: a.NotToldBecause, CreatedAt: a.CreatedAt, LapsesAt: a.LapsesAt,
		DecidedAt: timeOrNil(a.DecidedAt), DecidedBy: textOrNil(a.DecidedBy.Name), DecidedVia: textOrNil(a.DecidedVia),
		EndsAt: timeOrNil(a.EndsAt), VisitID: textOrNil(a.VisitID),
	}
}

func accessRequestsOf(asks []impersonation.Ask) []AccessRequest {
	out := make([]AccessRequest, len(asks))
	for i, a := range asks {
		out[i] = accessRequestOf(a)
	}
	return out
}

// startAnswer is what came of a start: the visit, or what has to be answered
// first.
type startAnswer struct {
	visit *Impersonation
	ask   *AccessRequest
}

// MarshalJSON writes the one that it is.
func (a startAnswer) MarshalJSON() ([]byte, error) {
	if a.ask != nil {
		return json.Marshal(a.ask)
	}
	return json.Marshal(a.visit)
}

// Schema is that of the visit; the other stands at its own status.
func (a startAnswer) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[Impersonation](), true, "Impersonation")
}

type accessPolicyInput struct{ Body AccessPolicy }

type accessPolicyOutput struct{ Body AccessPolicy }

// AccessPolicy is what the owner of an account has decided about visits.
type AccessPolicy struct {
	Policy string `json:"policy" enum:"open,ask,locked" doc:"Tell me, ask me first, or nobody may enter." example:"ask"`
}

type accessRequestIDInput struct {
	ID string `path:"id" doc:"The request." example:"ask_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type approveInput struct {
	ID   string `path:"id" doc:"The request." example:"ask_01890a5d-ac96-774b-bcce-b302099a8057"`
	Body *struct {
		EndsAt *time.Time `json:"ends_at,omitempty" doc:"When the visit ends at the latest; within 24 hours."`
	}
}

type codeInput struct {
	ID   string `path:"id" doc:"The request." example:"ask_01890a5d-ac96-774b-bcce-b302099a8057"`
	Body struct {
		Code string `json:"code" maxLength:"40" doc:"What the owner reads out of the mail." example:"483 920"`
	}
}

type accessRequestOutput struct{ Body AccessRequest }

type accessRequestsOutput struct {
	Body struct {
		Requests []AccessRequest `json:"requests"`
	}
}

type linkInput struct {
	Body struct {
		Token string `json:"token" maxLength:"200" doc:"From the link in the mail." example:"mY5b…"`
	}
}

type linkAnswerInput struct {
	Body struct {
		Token  string `json:"token" maxLength:"200" doc:"From the link in the mail." example:"mY5b…"`
		Answer string `json:"answer" enum:"approve,deny" doc:"The owner's answer." example:"approve"`
	}
}

type consentHandlers struct{ visits *impersonation.Service }

func registerConsent(r *Registry, visits *impersonation.Service) {
	h := consentHandlers{visits: visits}
	h.registerOwners(r)
	h.registerActors(r)
	h.registerSecond(r)
	h.registerLink(r)
}

func (h consentHandlers) registerOwners(r *Registry) {
	one := func(*accessRequestIDInput) Target { return Own() }
	Register(r, Operation{
		ID: "getAccessPolicy", Method: http.MethodGet, Path: "/me/access-policy", Tag: "Access history", Summary: "See who may enter",
		Description: "What the owner of the account has decided about visits.",
		Permission:  "access-history:view", Class: rbac.ClassLook,
	}, func(*struct{}) Target { return Own() }, h.policy)
	Register(r, Operation{
		ID: "setAccessPolicy", Method: http.MethodPut, Path: "/me/access-policy", Tag: "Access history", Summary: "Decide who may enter",
		Description: "For the owner alone. `locked` ends the visits that are running, except those that two administrators answer for, and turns down what is asked.",
		Permission:  "consent:manage", Class: rbac.ClassDeny, Activity: true, Audit: impersonation.ActionPolicy,
	}, func(*accessPolicyInput) Target { return Own() }, h.setPolicy)
	Register(r, Operation{
		ID: "listAccessRequests", Method: http.MethodGet, Path: "/me/access-requests", Tag: "Access history", Summary: "See who asks to be let in",
		Description: "Requests to enter the own account, newest first, those that are over too: the last hundred.",
		Permission:  "access-history:view", Class: rbac.ClassLook,
	}, func(*struct{}) Target { return Own() }, h.listOwners)
	Register(r, Operation{
		ID: "approveAccessRequest", Method: http.MethodPost, Path: "/me/access-requests/{id}/approve", Tag: "Access history", Summary: "Let somebody in",
		Description: "The visit may begin within 30 minutes. Approving again changes nothing.",
		Permission:  "consent:manage", Class: rbac.ClassDeny, Activity: true, Audit: impersonation.ActionApprove, Errors: []int{http.StatusConflict},
	}, func(*approveInput) Target { return Own() }, h.approve)
	Register(r, Operation{
		ID: "denyAccessRequest", Method: http.MethodPost, Path: "/me/access-requests/{id}/deny", Status: http.StatusNoContent, Tag: "Access history", Summary: "Do not let somebody in",
		Description: "Also takes back an approval: a visit that runs on it ends with the reason `consent_revoked`.",
		Permission:  "consent:manage", Class: rbac.ClassDeny, Activity: true, Audit: impersonation.ActionDeny, Errors: []int{http.StatusConflict},
	}, one, h.deny)
}

func (h consentHandlers) registerActors(r *Registry) {
	unseen := func(*accessRequestIDInput) Target { return Unseen() }
	Register(r, Operation{
		ID: "listImpersonationRequests", Method: http.MethodGet, Path: "/impersonation-requests", Tag: "Impersonation", Summary: "See what is asked",
		Description: "One's own requests that something may still come of, and those to enter locked accounts that wait for a second administrator.",
		Permission:  "account:impersonate", Class: rbac.ClassDeny,
	}, func(*struct{}) Target { return Unseen() }, h.list)
	Register(r, Operation{
		ID: "getImpersonationRequest", Method: http.MethodGet, Path: "/impersonation-requests/{id}", Tag: "Impersonation", Summary: "See how a request stands",
		Description: "For who asked, and for the second administrator whose answer it needs.",
		Permission:  "account:impersonate", Class: rbac.ClassDeny,
	}, unseen, h.get)
	Register(r, Operation{
		ID: "withdrawImpersonationRequest", Method: http.MethodDelete, Path: "/impersonation-requests/{id}", Status: http.StatusNoContent, Tag: "Impersonation", Summary: "Take a request back",
		Description: "For who asked, while it is open.",
		Permission:  "account:impersonate", Class: rbac.ClassDeny, Activity: true, Audit: impersonation.ActionWithdraw, Errors: []int{http.StatusConflict},
	}, unseen, h.withdraw)
	Register(r, Operation{
		ID: "giveRequestCode", Method: http.MethodPost, Path: "/impersonation-requests/{id}/code", Tag: "Impersonation", Summary: "Give the code that the owner reads out",
		Description: "Approves the request by the one-time code in the owner's mail. After five wrong ones the request is over.",
		Permission:  "account:impersonate", Class: rbac.ClassDeny, Activity: true, Audit: impersonation.ActionApproveCode, Errors: []int{http.StatusConflict},
	}, func(*codeInput) Target { return Unseen() }, h.code)
}

func (h consentHandlers) registerSecond(r *Registry) {
	target := func(in *accessRequestIDInput) Target { return AskID(in.ID) }
	Register(r, Operation{
		ID: "approveBreakGlass", Method: http.MethodPost, Path: "/impersonation-requests/{id}/approve", Tag: "Impersonation", Summary: "Agree that a locked account is entered",
		Description: "For another administrator than the one who asked. The customer is told when the visit begins.",
		Permission:  "account:break-glass", Class: rbac.ClassDeny, Activity: true, Audit: impersonation.ActionApproveGlass, Errors: []int{http.StatusConflict},
	}, target, h.approveGlass)
	Register(r, Operation{
		ID: "denyBreakGlass", Method: http.MethodPost, Path: "/impersonation-requests/{id}/deny", Tag: "Impersonation", Summary: "Do not agree that a locked account is entered",
		Description: "For another administrator than the one who asked.",
		Permission:  "account:break-glass", Class: rbac.ClassDeny, Activity: true, Audit: impersonation.ActionDenyGlass, Errors: []int{http.StatusConflict},
	}, target, h.denyGlass)
}

func (h consentHandlers) registerLink(r *Registry) {
	Register(r, Operation{
		ID: "readAccessRequest", Method: http.MethodPost, Path: "/access-requests/read", Tag: "Access history", Summary: "See what the link in a mail is about",
		Description: "Changes nothing. The token is in the body, so that it stands in no log.",
		Permission:  PermissionPublic, Class: rbac.ClassDeny, Errors: []int{http.StatusGone},
	}, func(*linkInput) Target { return Own() }, h.readLink)
	Register(r, Operation{
		ID: "answerAccessRequest", Method: http.MethodPost, Path: "/access-requests/answer", Tag: "Access history", Summary: "Answer by the link in a mail",
		Description: "Works once, and only by this POST: opening the link answers nothing.",
		Permission:  PermissionPublic, Class: rbac.ClassDeny, Audit: impersonation.ActionApprove, Errors: []int{http.StatusGone},
	}, func(*linkAnswerInput) Target { return Own() }, h.answerLink)
}
