package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"innkeeper/internal/auth"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// Passkey is a key pair on a device of the person who asks.
type Passkey struct {
	ID         string     `json:"id" example:"pky_01890a5d-ac96-774b-bcce-b302099a8057"`
	Name       string     `json:"name" doc:"As its person calls it." example:"My phone"`
	Synced     bool       `json:"synced" doc:"Whether the device may hand it to others of the same person."`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at" doc:"When it was last used; null: never."`
}

// PasskeySupport says whether passkeys can be used here.
type PasskeySupport struct {
	Available bool   `json:"available" doc:"Whether they work at the address of this panel."`
	Origin    string `json:"origin" doc:"The address at which they work; empty where they do not." example:"https://panel.example.com"`
	Reason    string `json:"reason" enum:",ip-address,insecure,name" doc:"Why they do not: an IP address has no passkeys, nor has plain HTTP but on localhost, nor a name that is no domain."`
}

// KnownPasskey is one that a device is asked for, or already has.
type KnownPasskey struct {
	CredentialID string   `json:"credential_id" doc:"As the device names it, base64url." example:"AQIDBAUGBwgJCgsMDQ4PEA"`
	Transports   []string `json:"transports" doc:"How the device is reached, as browsers name it." example:"[\"internal\"]"`
}

// PasskeyCreation is what a browser needs to have a device make a passkey.
type PasskeyCreation struct {
	Challenge        string         `json:"challenge" doc:"To be signed, base64url; good for one answer within five minutes." example:"dGhpcnR5LXR3byBieXRlcyBvZiByYW5kb21uZXNzISE"`
	RelyingPartyID   string         `json:"relying_party_id" example:"panel.example.com"`
	RelyingPartyName string         `json:"relying_party_name" example:"Innkeeper"`
	UserID           string         `json:"user_id" doc:"What the device keeps beside the passkey, base64url." example:"cGVyXzAx"`
	UserName         string         `json:"user_name" example:"ada@example.com"`
	UserDisplayName  string         `json:"user_display_name" example:"Ada Winter"`
	Algorithms       []int          `json:"algorithms" doc:"COSE numbers of the signatures that will do, the best first." example:"[-8,-7,-257]"`
	Exclude          []KnownPasskey `json:"exclude" doc:"Those that the person has already."`
}

// PasskeyRequest is what a browser needs to have a device use a passkey.
type PasskeyRequest struct {
	Challenge        string         `json:"challenge" doc:"To be signed, base64url; good for one answer within five minutes." example:"dGhpcnR5LXR3byBieXRlcyBvZiByYW5kb21uZXNzISE"`
	RelyingPartyID   string         `json:"relying_party_id" example:"panel.example.com"`
	UserVerification string         `json:"user_verification" enum:"required,preferred" doc:"Whether the device must make sure who holds it." example:"required"`
	Allow            []KnownPasskey `json:"allow" doc:"Those that will do; empty: any of this panel."`
}

// PasskeyAssertion is a device's answer (WebAuthn AuthenticatorAssertionResponse).
type PasskeyAssertion struct {
	CredentialID      string `json:"credential_id" minLength:"1" maxLength:"1400" doc:"rawId, base64url." example:"AQIDBAUGBwgJCgsMDQ4PEA"`
	ClientData        string `json:"client_data" minLength:"1" maxLength:"8192" doc:"clientDataJSON, base64url." example:"eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0"`
	AuthenticatorData string `json:"authenticator_data" minLength:"1" maxLength:"8192" doc:"authenticatorData, base64url." example:"SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2M"`
	Signature         string `json:"signature" minLength:"1" maxLength:"2048" doc:"signature, base64url." example:"MEUCIQ"`
	UserHandle        string `json:"user_handle,omitempty" maxLength:"128" doc:"userHandle, base64url; left out where the device gives none." example:"cGVyXzAx"`
}

func (a PasskeyAssertion) assertion() auth.Assertion { return auth.Assertion(a) }

type passkeysOutput struct {
	Body struct {
		Passkeys   []Passkey `json:"passkeys"`
		NextCursor *string   `json:"next_cursor" doc:"Always null: all passkeys of a person are one page."`
	}
}

type passkeyOutput struct{ Body Passkey }

type passkeySupportOutput struct{ Body PasskeySupport }

type passkeyCreationOutput struct{ Body PasskeyCreation }

type passkeyRequestOutput struct{ Body PasskeyRequest }

type passkeySignInOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      PasskeyRequest
}

type beginPasskeySignInInput struct {
	Body struct {
		Login    string `json:"login,omitempty" maxLength:"254" doc:"To use a passkey as the second factor: e-mail address or username, with the password." example:"ada@example.com"`
		Password string `json:"password,omitempty" maxLength:"1024" doc:"The password that belongs to the login."`
	}
}

type signInWithPasskeyInput struct{ Body PasskeyAssertion }

type addPasskeyInput struct {
	Body struct {
		Name         string   `json:"name" maxLength:"200" doc:"What to call it." example:"My phone"`
		CredentialID string   `json:"credential_id" minLength:"1" maxLength:"1400" doc:"rawId, base64url." example:"AQIDBAUGBwgJCgsMDQ4PEA"`
		ClientData   string   `json:"client_data" minLength:"1" maxLength:"8192" doc:"clientDataJSON, base64url." example:"eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0"`
		Attestation  string   `json:"attestation" minLength:"1" maxLength:"65536" doc:"attestationObject, base64url." example:"o2NmbXRkbm9uZQ"`
		Transports   []string `json:"transports,omitempty" maxItems:"8" doc:"What getTransports() says." example:"[\"internal\"]"`
	}
}

type addedPasskeyOutput struct {
	Body struct {
		Passkey Passkey  `json:"passkey"`
		Codes   []string `json:"recovery_codes" doc:"With the first second factor ten codes, each good for one sign-in without it, shown this once; else empty." example:"[\"mzxw-6ytb-oi4d-q2lk\"]"`
	}
}

type passkeyIDInput struct {
	ID string `path:"id" maxLength:"60" doc:"The passkey." example:"pky_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type renamePasskeyInput struct {
	ID   string `path:"id" maxLength:"60" doc:"The passkey." example:"pky_01890a5d-ac96-774b-bcce-b302099a8057"`
	Body struct {
		Name string `json:"name" maxLength:"200" doc:"What to call it from now on." example:"My old phone"`
	}
}

type passkeyHandlers struct {
	server  *Server
	session sessionHandlers
	auth    *auth.Service
}

func registerPasskeys(r *Registry, s *Server, session sessionHandlers, service *auth.Service) {
	h := passkeyHandlers{server: s, session: session, auth: service}
	Register(r, Operation{
		ID: "getPasskeySupport", Method: http.MethodGet, Path: "/session/passkey", Tag: "Session", Summary: "See whether passkeys can be used",
		Description: "Whether passkeys work at the address of this panel, and if not, why.",
		Permission:  PermissionPublic, Class: rbac.ClassDeny,
	}, func(*struct{}) Target { return Own() }, h.support)
	Register(r, Operation{
		ID: "beginPasskeySignIn", Method: http.MethodPost, Path: "/session/passkey/challenge", Tag: "Session", Summary: "Begin to sign in with a passkey",
		Description: "Answers with what a browser asks a device for, and sets a cookie to which the device's answer is bound. With a login and its password, any passkey of that person will do as the second factor; with neither, the passkey alone says who it is.",
		Permission:  PermissionPublic, Class: rbac.ClassDeny, Errors: []int{http.StatusUnauthorized, http.StatusConflict},
	}, func(*beginPasskeySignInInput) Target { return Own() }, h.beginSignIn)
	Register(r, Operation{
		ID: "signInWithPasskey", Method: http.MethodPost, Path: "/session/passkey", Tag: "Session", Summary: "Sign in with a passkey",
		Description: "Opens a session like POST /session for the device's answer. 409 `passkey-challenge-gone`: begin again. 401 `passkey-copied`: the device's counter has gone back, and its person is told by mail.",
		Permission:  PermissionPublic, Class: rbac.ClassDeny, Audit: auth.ActionSignIn, Errors: []int{http.StatusUnauthorized, http.StatusConflict},
	}, func(*signInWithPasskeyInput) Target { return Own() }, h.signIn)
	Register(r, Operation{
		ID: "beginPasskeyStepUp", Method: http.MethodPost, Path: "/session/step-up/challenge", Tag: "Session", Summary: "Begin to prove with a passkey who is there",
		Description: "Answers with what a browser asks a device for; its answer goes to POST /session/step-up.",
		Permission:  "session:manage", Class: rbac.ClassDeny, Activity: true, Errors: []int{http.StatusConflict},
	}, func(*struct{}) Target { return Own() }, h.beginStepUp)
	Register(r, Operation{
		ID: "listPasskeys", Method: http.MethodGet, Path: "/me/passkeys", Tag: "Second factor", Summary: "List the own passkeys",
		Description: "The passkeys of the person who asks, oldest first, each with when it was last used.",
		Permission:  "factor:manage", Class: rbac.ClassDeny, Unfactored: true,
	}, func(*struct{}) Target { return Own() }, h.list)
	Register(r, Operation{
		ID: "beginPasskey", Method: http.MethodPost, Path: "/me/passkeys/challenge", Tag: "Second factor", Summary: "Begin to add a passkey",
		Description: "Answers with what a browser needs to have a device make a passkey.",
		Permission:  "factor:manage", Class: rbac.ClassDeny, Activity: true, Fresh: true, Unfactored: true, Errors: []int{http.StatusConflict},
	}, func(*struct{}) Target { return Own() }, h.beginAdding)
	Register(r, Operation{
		ID: "addPasskey", Method: http.MethodPost, Path: "/me/passkeys", Status: http.StatusCreated, Tag: "Second factor", Summary: "Add a passkey",
		Description: "Keeps the passkey that the device has made. When it is the person's first second factor, other sessions end and the answer has ten recovery codes. The person is told by mail.",
		Permission:  "factor:manage", Class: rbac.ClassDeny, Activity: true, Audit: auth.ActionPasskeyAdd, Fresh: true, Unfactored: true, Errors: []int{http.StatusConflict},
	}, func(*addPasskeyInput) Target { return Own() }, h.add)
	Register(r, Operation{
		ID: "renamePasskey", Method: http.MethodPatch, Path: "/me/passkeys/{id}", Tag: "Second factor", Summary: "Rename a passkey",
		Description: "Only its name changes.",
		Permission:  "factor:manage", Class: rbac.ClassDeny, Activity: true, Audit: auth.ActionPasskeyRename,
	}, func(*renamePasskeyInput) Target { return Own() }, h.rename)
	Register(r, Operation{
		ID: "removePasskey", Method: http.MethodDelete, Path: "/me/passkeys/{id}", Status: http.StatusNoContent, Tag: "Second factor", Summary: "Remove a passkey",
		Description: "Signs nobody in from now on, and ends the person's other sessions. 409 `last-second-factor` where the person must have a second factor and has no other. The person is told by mail.",
		Permission:  "factor:manage", Class: rbac.ClassDeny, Activity: true, Audit: auth.ActionPasskeyRemove, Fresh: true, Errors: []int{http.StatusConflict},
	}, func(*passkeyIDInput) Target { return Own() }, h.remove)
}

func (h passkeyHandlers) support(context.Context, principal.Principal, *struct{}) (*passkeySupportOutput, error) {
	origin, err := h.auth.PasskeySupport()
	var unavailable *fault.Error
	if errors.As(err, &unavailable) {
		reason, _ := unavailable.Extra["reason"].(string)
		return &passkeySupportOutput{Body: PasskeySupport{Reason: reason}}, nil
	}
	return &passkeySupportOutput{Body: PasskeySupport{Available: true, Origin: origin}}, err
}

func (h passkeyHandlers) beginSignIn(ctx context.Context, _ principal.Principal, in *beginPasskeySignInInput) (*passkeySignInOutput, error) {
	asked, browser, err := h.auth.BeginPasskeySignIn(ctx, in.Body.Login, in.Body.Password, viaOf(ctx))
	if err != nil {
		return nil, err
	}
	return &passkeySignInOutput{SetCookie: h.server.passkeyCookie(browser), Body: passkeyRequestOf(asked)}, nil
}

func (h passkeyHandlers) signIn(ctx context.Context, before principal.Principal, in *signInWithPasskeyInput) (*sessionOutput, error) {
	via := viaOf(ctx)
	token, opened, err := h.auth.SignInWithPasskey(ctx, browserOf(ctx), in.Body.assertion(), via)
	if err != nil {
		return nil, err
	}
	return h.session.opened(ctx, before, token, opened, via)
}

func (h passkeyHandlers) beginStepUp(ctx context.Context, by principal.Principal, _ *struct{}) (*passkeyRequestOutput, error) {
	asked, err := h.auth.BeginPasskeyStepUp(ctx, by)
	return &passkeyRequestOutput{Body: passkeyRequestOf(asked)}, err
}

func (h passkeyHandlers) list(ctx context.Context, by principal.Principal, _ *struct{}) (*passkeysOutput, error) {
	keys, err := h.auth.PasskeysOf(ctx, by)
	if err != nil {
		return nil, err
	}
	out := &passkeysOutput{}
	out.Body.Passkeys = make([]Passkey, len(keys))
	for i, key := range keys {
		out.Body.Passkeys[i] = passkeyOf(key)
	}
	return out, nil
}

func (h passkeyHandlers) beginAdding(ctx context.Context, by principal.Principal, _ *struct{}) (*passkeyCreationOutput, error) {
	asked, err := h.auth.BeginPasskey(ctx, by)
	return &passkeyCreationOutput{Body: PasskeyCreation{
		Challenge: asked.Challenge, RelyingPartyID: asked.RelyingPartyID, RelyingPartyName: asked.PanelName, UserID: asked.UserHandle,
		UserName: asked.Person.Email, UserDisplayName: asked.Person.Name, Algorithms: asked.Algorithms, Exclude: knownPasskeysOf(asked.Known),
	}}, err
}

func (h passkeyHandlers) add(ctx context.Context, by principal.Principal, in *addPasskeyInput) (*addedPasskeyOutput, error) {
	key, codes, err := h.auth.AddPasskey(ctx, by, in.Body.Name, auth.NewKey{
		CredentialID: in.Body.CredentialID, ClientData: in.Body.ClientData, Attestation: in.Body.Attestation, Transports: in.Body.Transports,
	})
	if err != nil {
		return nil, err
	}
	out := &addedPasskeyOutput{}
	out.Body.Passkey, out.Body.Codes = passkeyOf(key), append([]string{}, codes...)
	return out, nil
}

func (h passkeyHandlers) rename(ctx context.Context, by principal.Principal, in *renamePasskeyInput) (*passkeyOutput, error) {
	key, err := h.auth.RenamePasskey(ctx, by, in.ID, in.Body.Name)
	return &passkeyOutput{Body: passkeyOf(key)}, err
}

func (h passkeyHandlers) remove(ctx context.Context, by principal.Principal, in *passkeyIDInput) (*emptyOutput, error) {
	return nil, h.auth.RemovePasskey(ctx, by, in.ID)
}

func passkeyOf(p auth.Passkey) Passkey {
	return Passkey{ID: p.ID, Name: p.Name, Synced: p.Synced, CreatedAt: p.CreatedAt, LastUsedAt: timeOrNil(p.LastUsedAt)}
}

func passkeyRequestOf(asked auth.KeyAsked) PasskeyRequest {
	out := PasskeyRequest{
		Challenge: asked.Challenge, RelyingPartyID: asked.RelyingPartyID, UserVerification: "preferred", Allow: knownPasskeysOf(asked.Among),
	}
	if asked.Verified {
		out.UserVerification = "required"
	}
	return out
}

func knownPasskeysOf(keys []auth.Passkey) []KnownPasskey {
	out := make([]KnownPasskey, len(keys))
	for i, key := range keys {
		out[i] = KnownPasskey{CredentialID: key.CredentialID, Transports: append([]string{}, key.Transports...)}
	}
	return out
}

// passkeyCookieLife is longer than any challenge is good for.
const passkeyCookieLife = 10 * time.Minute

func (s *Server) passkeyCookieName() string { return s.cookieName() + "-passkey" }

// passkeyCookie says which browser has begun to sign in with a passkey.
func (s *Server) passkeyCookie(token string) http.Cookie {
	c := s.cookie(token, passkeyCookieLife) //nolint:gosec // as safe as the session's own
	c.Name, c.SameSite = s.passkeyCookieName(), http.SameSiteStrictMode
	return c
}
