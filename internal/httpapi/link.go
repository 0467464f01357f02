package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"innkeeper/internal/fault"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// SSOActor is whom a link is for, as the other system knows him.
type SSOActor struct {
	Kind  string `json:"kind" enum:"staff,customer" doc:"staff: somebody of the provider's or the reseller's own people. Customers cannot be signed in by a link yet." example:"staff"`
	Ref   string `json:"ref,omitempty" maxLength:"1000" doc:"What the other system calls the person; it is recorded." example:"agent-17"`
	Name  string `json:"name,omitempty" maxLength:"400" doc:"Is not used: the visit is made under the name that the person has here." example:"Anna Lind"`
	Email string `json:"email,omitempty" maxLength:"254" doc:"The address by which the person signs in here." example:"anna@example.com"`
}

type createLinkInput struct {
	ID   string `path:"id" doc:"The account to step into." example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	Body struct {
		Actor      SSOActor `json:"actor"`
		ReasonCode string   `json:"reason_code,omitempty" enum:"customer_request,onboarding,verify_configuration,training,audit,incident,abuse,other" default:"customer_request" doc:"What kind of reason." example:"customer_request"`
		Reason     string   `json:"reason" maxLength:"4000" doc:"10 to 500 visible characters; the customer reads this exactly." example:"The file manager shows an empty list."`
		Ticket     string   `json:"ticket,omitempty" maxLength:"400" doc:"The help desk's number." example:"4711"`
		Path       string   `json:"path,omitempty" maxLength:"1000" doc:"The page of the account to begin at." example:"/mailboxes"`
	}
}

// SSOLink is a link that one person can use once.
type SSOLink struct {
	URL       string    `json:"url" doc:"Where to lead the person's browser. Opening it uses nothing up." example:"https://panel.example.com/sso?token=…"`
	ExpiresAt time.Time `json:"expires_at" doc:"A minute from now."`
}

type createLinkOutput struct{ Body SSOLink }

type readLinkInput struct {
	Body struct {
		Token string `json:"token" minLength:"1" maxLength:"200" doc:"From the link."`
	}
}

// SSOQuestion is what a link is about.
type SSOQuestion struct {
	Account   AccountRef `json:"account"`
	Reason    string     `json:"reason" example:"The file manager shows an empty list."`
	Ticket    string     `json:"ticket" example:"4711"`
	Path      string     `json:"path" example:"/mailboxes"`
	ExpiresAt time.Time  `json:"expires_at"`
}

type readLinkOutput struct{ Body SSOQuestion }

type startLinkInput struct {
	Body struct {
		Token          string `json:"token" minLength:"1" maxLength:"200" doc:"From the link."`
		Mode           string `json:"mode,omitempty" enum:"look,change" default:"look" doc:"What the visit allows." example:"look"`
		Informed       string `json:"informed" enum:"asked,told,not_told" doc:"Whether the customer asked for it, was told and agrees, or was not told." example:"asked"`
		NotToldBecause string `json:"not_told_because,omitempty" maxLength:"4000" doc:"Why not; for incident, abuse and audit only."`
		Supersede      bool   `json:"supersede,omitempty" doc:"End an older visit of one's own that is in the way."`
	}
}

type linkHandlers struct {
	visits *impersonation.Service
	panel  string
}

func registerLinks(r *Registry, s *Server, visits *impersonation.Service) {
	h := linkHandlers{visits: visits, panel: strings.TrimSuffix(s.publicURL, "/") + "/sso?"}
	Register(r, Operation{
		ID: "createSSOLink", Method: http.MethodPost, Path: "/accounts/{id}/sso", Status: http.StatusCreated, Tag: "Impersonation", Summary: "Make a link into an account",
		Description: "For a billing system or a help desk: a link by which one named person of the own staff begins a visit, in his own name and with his own rights. It works once, for a minute, and only for that person, signed in here. " +
			"Whom the asker cannot name, and who may not enter the account, are the same bad field.",
		Permission: "account:sso", Class: rbac.ClassDeny, Activity: true, Audit: impersonation.ActionLink,
	}, func(in *createLinkInput) Target { return AccountID(in.ID) }, h.create)
	Register(r, Operation{
		ID: "readSSOLink", Method: http.MethodPost, Path: "/sso/read", Tag: "Impersonation", Summary: "See where a link leads",
		Description: "For the person it is for, signed in. Nothing is used up.",
		Permission:  "session:manage", Class: rbac.ClassDeny,
	}, func(*readLinkInput) Target { return Own() }, h.read)
	Register(r, Operation{
		ID: "startBySSOLink", Method: http.MethodPost, Path: "/sso/start", Status: http.StatusCreated, Tag: "Impersonation", Summary: "Sign in as another user by a link",
		Description: "Begins the visit that the link leads to, as POST /impersonations would: by the right, the sign-in and the second factor of the person who asks. A second time the link is not there.",
		Permission:  "session:manage", Class: rbac.ClassDeny, Activity: true, Audit: impersonation.ActionStart, Errors: []int{http.StatusConflict}, Accepted: AccessRequest{},
	}, func(*startLinkInput) Target { return Own() }, h.start)
}

func (h linkHandlers) create(ctx context.Context, by principal.Principal, in *createLinkInput) (*createLinkOutput, error) {
	b := in.Body
	if b.Actor.Kind != "staff" {
		return nil, fault.ErrInvalid.WithFields(fault.Field{Pointer: "/actor/kind", Code: "unsupported", Detail: "A link can be made for staff alone so far."})
	}
	token, l, err := h.visits.CreateLink(ctx, by, impersonation.Invitee{Ref: b.Actor.Ref, Email: b.Actor.Email},
		impersonation.Request{AccountID: in.ID, ReasonCode: b.ReasonCode, Reason: b.Reason, Ticket: b.Ticket}, b.Path)
	if err != nil {
		return nil, err
	}
	return &createLinkOutput{Body: SSOLink{URL: h.panel + url.Values{"token": {token}}.Encode(), ExpiresAt: l.ExpiresAt}}, nil
}

func (h linkHandlers) read(ctx context.Context, by principal.Principal, in *readLinkInput) (*readLinkOutput, error) {
	l, subject, err := h.visits.ReadLink(ctx, by, in.Body.Token)
	if err != nil {
		return nil, err
	}
	return &readLinkOutput{Body: SSOQuestion{
		Account: AccountRef{ID: subject.ID, Name: subject.Name, Kind: subject.Kind}, Reason: l.Reason, Ticket: l.Ticket, Path: l.Path, ExpiresAt: l.ExpiresAt,
	}}, nil
}

func (h linkHandlers) start(ctx context.Context, by principal.Principal, in *startLinkInput) (*startOutput, error) {
	b := in.Body
	return started(h.visits.StartByLink(ctx, by, b.Token, impersonation.Request{
		Mode: principal.Mode(b.Mode), Informed: b.Informed, NotToldBecause: b.NotToldBecause, Supersede: b.Supersede,
	}))
}
