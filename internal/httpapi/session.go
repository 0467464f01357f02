package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/auth"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// SessionPrincipal is who asks: below /as/ the subject of the visit.
type SessionPrincipal struct {
	Kind      string `json:"kind" enum:"admin,support,reseller,customer" doc:"The kind of the account." example:"customer"`
	PersonID  string `json:"person_id" doc:"The person at the keyboard." example:"per_01890a5d-ac96-774b-bcce-b302099a8057"`
	AccountID string `json:"account_id" doc:"The account in whose name things are done." example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	Name      string `json:"name" doc:"The person's name; below /as/ the subject's." example:"Blue Door Bakery"`
	Role      string `json:"role" doc:"The role by which things are allowed." example:"customer"`
}

// SessionInfo is all that the panel needs to know about who uses it.
type SessionInfo struct {
	Principal   SessionPrincipal    `json:"principal"`
	Account     AccountRef          `json:"account" doc:"The account in whose name things are done."`
	Permissions []string            `json:"permissions" doc:"What may be done at all; in a visit, in its mode."`
	InChange    []string            `json:"permissions_in_change_mode" doc:"What a visit in change mode would allow besides."`
	CSRFToken   string              `json:"csrf_token" doc:"Writes by cookie carry it as X-CSRF-Token."`
	Session     LoginSession        `json:"session"`
	SupportURL  string              `json:"support_url" doc:"Where Contact support leads; may be empty."`
	NeedsFactor bool                `json:"second_factor_required" doc:"Whether a second factor has to be set up before anything else."`
	Visit       *CurrentImpersonate `json:"impersonation" doc:"The visit under which this was asked; null without one."`
}

// CurrentImpersonate is the visit a request is made under.
type CurrentImpersonate struct {
	Impersonation
	RemainingSeconds     int64 `json:"remaining_seconds" doc:"Until the visit has to end."`
	IdleRemainingSeconds int64 `json:"idle_remaining_seconds" doc:"Until it is closed if nothing more is done."`
}

// AccountRef names an account.
type AccountRef struct {
	ID   string `json:"id" example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	Name string `json:"name" example:"Blue Door Bakery"`
	Kind string `json:"kind" enum:"admin,support,reseller,customer" example:"customer"`
}

// LoginSession is one sign-in.
type LoginSession struct {
	ID                 string     `json:"id" example:"ses_01890a5d-ac96-774b-bcce-b302099a8057"`
	Current            bool       `json:"current" doc:"Whether this request came by it."`
	StartedAt          time.Time  `json:"started_at"`
	LastActivityAt     time.Time  `json:"last_activity_at"`
	IdleTimeoutSeconds int64      `json:"idle_timeout_seconds" example:"1800"`
	ExpiresAt          time.Time  `json:"expires_at"`
	EndedAt            *time.Time `json:"ended_at" doc:"When it ended; null while it lives."`
	EndReason          *string    `json:"end_reason" doc:"signed_out, idle, expired, ended_elsewhere, password_changed, blocked …"`
	DurationSeconds    *float64   `json:"duration_seconds" doc:"How long it lasted, exactly."`
	IP                 string     `json:"ip" example:"192.0.2.7"`
	UserAgent          string     `json:"user_agent"`
}

func loginSessionOf(s auth.Session, current string) LoginSession {
	out := LoginSession{
		ID: s.ID, Current: s.ID == current, StartedAt: s.Span.StartedAt, LastActivityAt: s.Span.LastActivity,
		IdleTimeoutSeconds: int64(s.Span.IdleTimeout.Seconds()), ExpiresAt: s.Span.ExpiresAt, IP: s.IP, UserAgent: s.UserAgent,
	}
	if s.Ended() {
		lasted := s.Duration().Seconds()
		out.EndedAt, out.EndReason, out.DurationSeconds = &s.EndedAt, &s.EndReason, &lasted
	}
	return out
}

type sessionHandlers struct {
	registry *Registry
	server   *Server
	auth     *auth.Service
	visits   *impersonation.Service
}

type signInInput struct {
	Body struct {
		Login    string `json:"login" minLength:"1" maxLength:"254" doc:"E-mail address or username." example:"ada@example.com"`
		Password string `json:"password" minLength:"1" maxLength:"1024" doc:"The password."`
		Code     string `json:"code,omitempty" maxLength:"64" doc:"What the person's app shows, or a recovery code; asked for with 401 code-required." example:"492039"`
	}
}

type sessionOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      SessionInfo
}

type sessionsOutput struct {
	Body struct {
		Sessions   []LoginSession `json:"sessions"`
		NextCursor *string        `json:"next_cursor"`
	}
}

type sessionIDInput struct {
	ID string `path:"id" doc:"The session." example:"ses_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type emptyOutput struct{}

type signedOutOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func registerSession(r *Registry, s *Server, service *auth.Service, visits *impersonation.Service) sessionHandlers {
	h := sessionHandlers{registry: r, server: s, auth: service, visits: visits}
	Register(r, Operation{
		ID: "signIn", Method: http.MethodPost, Path: "/session", Tag: "Session", Summary: "Sign in",
		Description: "Opens a session for a login and password and sets its cookie. The answer is the same for a wrong password and an unknown login. Who has a second factor is asked for a code (401 `code-required`, with the `methods` there are) once the password is right; who has a passkey can give that instead, by POST /session/passkey/challenge.",
		Permission:  PermissionPublic, Class: rbac.ClassDeny, Audit: auth.ActionSignIn, Errors: []int{http.StatusUnauthorized, http.StatusForbidden},
	}, func(*signInInput) Target { return Own() }, h.signIn)
	Register(r, Operation{
		ID: "getSession", Method: http.MethodGet, Path: "/session", Tag: "Session", Summary: "See who is signed in",
		Description: "Who asks, what may be done, and under which visit. Asking is no activity.",
		Permission:  "session:view", Class: rbac.ClassLook, Unfactored: true,
	}, func(*struct{}) Target { return Own() }, h.get)
	Register(r, Operation{
		ID: "signOut", Method: http.MethodDelete, Path: "/session", Status: http.StatusNoContent, Tag: "Session", Summary: "Sign out",
		Description: "Ends the session, and the visits begun from it first.",
		Permission:  "session:manage", Class: rbac.ClassDeny, Audit: auth.ActionSignOut, Unfactored: true,
	}, func(*struct{}) Target { return Own() }, h.signOut)
	Register(r, Operation{
		ID: "stepUp", Method: http.MethodPost, Path: "/session/step-up", Tag: "Session", Summary: "Prove again who is there",
		Description: "Takes the password, or the answer of a passkey, where 403 `step-up-required` asks for it: before a visit, and before changing how one signs in. The session goes on under a new cookie and a new CSRF token; the ones before open nothing.",
		Permission:  "session:manage", Class: rbac.ClassDeny, Activity: true, Audit: auth.ActionStepUp, Unfactored: true, Errors: []int{http.StatusConflict},
	}, func(*stepUpInput) Target { return Own() }, h.stepUp)
	Register(r, Operation{
		ID: "listSessions", Method: http.MethodGet, Path: "/sessions", Tag: "Session", Summary: "List the own sessions",
		Description: "Live and ended sessions of the person who asks, newest first, each with how and after how long it ended.",
		Permission:  "session:manage", Class: rbac.ClassDeny,
	}, func(*Page) Target { return Own() }, h.list)
	Register(r, Operation{
		ID: "endSession", Method: http.MethodDelete, Path: "/sessions/{id}", Status: http.StatusNoContent, Tag: "Session", Summary: "End an own session",
		Description: "Ends a session of the person who asks, and the visits begun from it. Ending an ended one changes nothing.",
		Permission:  "session:manage", Class: rbac.ClassDeny, Activity: true, Audit: auth.ActionSignOut,
	}, func(*sessionIDInput) Target { return Own() }, h.end)
	Register(r, Operation{
		ID: "changePassword", Method: http.MethodPut, Path: "/me/password", Status: http.StatusNoContent, Tag: "Session", Summary: "Change the own password",
		Description: "Needs the current one, and that the person signed in or entered it again within the last five minutes. Ends every other session of the person, who is told by mail.",
		Permission:  "password:change", Class: rbac.ClassDeny, Activity: true, Fresh: true, Audit: auth.ActionPassword,
	}, func(*changePasswordInput) Target { return Own() }, h.changePassword)
	return h
}

func (h sessionHandlers) signIn(ctx context.Context, before principal.Principal, in *signInInput) (*sessionOutput, error) {
	via := viaOf(ctx)
	token, opened, err := h.auth.SignIn(ctx, in.Body.Login, in.Body.Password, in.Body.Code, via)
	if err != nil {
		return nil, err
	}
	return h.opened(ctx, before, token, opened, via)
}

// opened answers with a new session, and ends the one that the browser came with:
// nobody could reach it any more to sign it out.
func (h sessionHandlers) opened(ctx context.Context, before principal.Principal, token string, opened auth.Resumed, via principal.Via) (*sessionOutput, error) {
	if before.Via.SessionID != "" {
		if err := h.auth.SignOut(ctx, before); err != nil {
			return nil, err
		}
	}
	out, err := h.info(ctx, h.auth.PrincipalOf(opened, via), opened.Session, auth.CSRFToken(token))
	if err != nil {
		return nil, err
	}
	out.SetCookie = []http.Cookie{h.server.cookie(token, opened.Session.Span.ExpiresAt.Sub(opened.Session.Span.StartedAt))}
	return out, nil
}

func (h sessionHandlers) get(ctx context.Context, by principal.Principal, _ *struct{}) (*sessionOutput, error) {
	session, err := h.auth.SessionOf(ctx, by)
	if err != nil {
		return nil, err
	}
	return h.info(ctx, by, session, csrfOf(ctx))
}

func (h sessionHandlers) info(ctx context.Context, by principal.Principal, session auth.Session, csrf string) (*sessionOutput, error) {
	out := &sessionOutput{Body: SessionInfo{
		Principal: SessionPrincipal{
			Kind: by.Subject.Kind, PersonID: by.Person.ID, AccountID: by.Subject.ID, Name: by.Person.Name, Role: by.SubjectRole,
		},
		Account:     AccountRef{ID: by.Subject.ID, Name: by.Subject.Name, Kind: by.Subject.Kind},
		Permissions: h.registry.permissions(by), InChange: []string{},
		NeedsFactor: by.Via.LacksFactor, CSRFToken: csrf, Session: loginSessionOf(session, session.ID), SupportURL: h.server.supportURL,
	}}
	if !by.Acting() {
		return out, nil
	}
	v, err := h.visits.Visit(ctx, by)
	if err != nil {
		return nil, err
	}
	out.Body.Principal.Name = by.Subject.Name
	out.Body.InChange = h.registry.permissions(by.Changing())
	out.Body.Visit = &CurrentImpersonate{
		Impersonation:    impersonationOf(v, impersonation.Counts{}),
		RemainingSeconds: int64(by.Visit.Remaining.Seconds()), IdleRemainingSeconds: int64(by.Visit.IdleRemaining.Seconds()),
	}
	return out, nil
}

func (h sessionHandlers) signOut(ctx context.Context, by principal.Principal, _ *struct{}) (*signedOutOutput, error) {
	if err := h.auth.SignOut(ctx, by); err != nil {
		return nil, err
	}
	return &signedOutOutput{SetCookie: h.server.cookie("", 0)}, nil
}

func (h sessionHandlers) list(ctx context.Context, by principal.Principal, in *Page) (*sessionsOutput, error) {
	var before string
	if err := h.registry.cursor.Decode("sessions", in.Cursor, &before); err != nil {
		return nil, err
	}
	sessions, err := h.auth.List(ctx, by, before, in.PageSize+1)
	if err != nil {
		return nil, err
	}
	sessions, next, err := pageOf(h.registry.cursor, "sessions", sessions, in.PageSize, func(s auth.Session) any { return s.ID })
	if err != nil {
		return nil, err
	}
	out := &sessionsOutput{}
	out.Body.NextCursor, out.Body.Sessions = next, make([]LoginSession, len(sessions))
	for i, session := range sessions {
		out.Body.Sessions[i] = loginSessionOf(session, by.Via.SessionID)
	}
	return out, nil
}

func (h sessionHandlers) end(ctx context.Context, by principal.Principal, in *sessionIDInput) (*emptyOutput, error) {
	return nil, h.auth.End(ctx, by, in.ID)
}

type changePasswordInput struct {
	Body struct {
		Current string `json:"current_password" minLength:"1" maxLength:"1024" doc:"The password that is valid now."`
		New     string `json:"new_password" minLength:"1" maxLength:"1024" doc:"The one to be valid: at least 12 characters, 15 for staff."`
	}
}

func (h sessionHandlers) changePassword(ctx context.Context, by principal.Principal, in *changePasswordInput) (*emptyOutput, error) {
	return nil, h.auth.ChangePassword(ctx, by, in.Body.Current, in.Body.New)
}

type stepUpInput struct {
	Body struct {
		Password string            `json:"password,omitempty" maxLength:"1024" doc:"The password; a passkey stands for it."`
		Code     string            `json:"code,omitempty" maxLength:"64" doc:"What the person's app shows, or a recovery code, where there is a second factor." example:"492039"`
		Passkey  *PasskeyAssertion `json:"passkey,omitempty" doc:"The device's answer to POST /session/step-up/challenge; it proves all there is to prove."`
	}
}

func (h sessionHandlers) stepUp(ctx context.Context, by principal.Principal, in *stepUpInput) (*sessionOutput, error) {
	token, session, err := h.proved(ctx, by, in)
	if err != nil {
		return nil, err
	}
	out, err := h.info(ctx, by, session, auth.CSRFToken(token))
	if err != nil {
		return nil, err
	}
	out.SetCookie = []http.Cookie{h.server.cookie(token, session.Span.ExpiresAt.Sub(session.ProvedAt))}
	return out, nil
}

func (h sessionHandlers) proved(ctx context.Context, by principal.Principal, in *stepUpInput) (string, auth.Session, error) {
	if in.Body.Passkey != nil {
		return h.auth.StepUpWithPasskey(ctx, by, tokenOf(ctx), in.Body.Passkey.assertion())
	}
	return h.auth.StepUp(ctx, by, tokenOf(ctx), in.Body.Password, in.Body.Code)
}

// cookie is the session's cookie. Its life is told as a length, so that a
// browser's wrong clock does not shorten it; no life at all takes it away.
func (s *Server) cookie(token string, life time.Duration) http.Cookie {
	seconds := int(life.Seconds())
	if seconds == 0 {
		seconds = -1
	}
	return http.Cookie{ //nolint:gosec // Secure follows the public URL: plain loopback HTTP has no other way
		Name: s.cookieName(), Value: token, Path: "/", HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode, MaxAge: seconds,
	}
}
