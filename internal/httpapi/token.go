package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/auth"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// Token is an API token as its person sees it.
type Token struct {
	ID            string     `json:"id" example:"tok_01890a5d-ac96-774b-bcce-b302099a8057"`
	Name          string     `json:"name" example:"Billing"`
	State         string     `json:"state" enum:"active,expired,revoked" example:"active"`
	Hint          string     `json:"hint" doc:"The last letters of the secret." example:"x7Qa"`
	Scopes        []string   `json:"scopes" doc:"What it lets through of the person's rights." example:"[\"accounts:read\"]"`
	Networks      []string   `json:"networks" doc:"From where alone it may be used; none: from anywhere." example:"[\"192.0.2.0/24\"]"`
	AccountID     string     `json:"account_id" doc:"The account it comes in by." example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	PersonID      string     `json:"person_id" doc:"Who answers for what it does." example:"per_01890a5d-ac96-774b-bcce-b302099a8057"`
	CreatedAt     time.Time  `json:"created_at"`
	IssuedAt      time.Time  `json:"issued_at" doc:"When the secret that is valid now was made."`
	ExpiresAt     time.Time  `json:"expires_at"`
	PreviousUntil *time.Time `json:"previous_until" doc:"Until when the secret before the last rotation works, too."`
	LastUsedAt    *time.Time `json:"last_used_at" doc:"To within a minute."`
	LastUsedIP    string     `json:"last_used_ip" example:"192.0.2.7"`
	RevokedAt     *time.Time `json:"revoked_at"`
}

// MadeToken is a token with its secret.
type MadeToken struct {
	Token
	Secret string `json:"secret" doc:"What a program sends as Authorization: Bearer. It is shown this once." example:"ink_4fT9…"`
}

// TokenScope is what a token can be given.
type TokenScope struct {
	Name        string   `json:"name" example:"accounts:read"`
	Permissions []string `json:"permissions" doc:"What it lets through, as far as the person may it." example:"[\"account:view\"]"`
}

type tokensOutput struct {
	Body struct {
		Tokens     []Token      `json:"tokens"`
		Scopes     []TokenScope `json:"scopes" doc:"What the asker can give a token."`
		NextCursor *string      `json:"next_cursor"`
	}
}

type tokenOutput struct{ Body Token }

type madeTokenOutput struct{ Body MadeToken }

type tokenIDInput struct {
	ID string `path:"id" doc:"The API token." example:"tok_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type createTokenInput struct {
	Body struct {
		Name     string   `json:"name" minLength:"1" maxLength:"400" doc:"What it is for: 1 to 80 characters." example:"Billing"`
		Scopes   []string `json:"scopes" maxItems:"50" doc:"What it lets through of the person's rights; scope impersonate begins visits." example:"[\"accounts:read\"]"`
		Networks []string `json:"networks,omitempty" maxItems:"50" doc:"From where alone it may be used." example:"[\"192.0.2.0/24\"]"`
		Days     int      `json:"expires_in_days,omitempty" minimum:"1" maximum:"366" default:"90" doc:"How long it is valid." example:"90"`
	}
}

type rotateTokenInput struct {
	ID   string `path:"id" doc:"The API token." example:"tok_01890a5d-ac96-774b-bcce-b302099a8057"`
	Body struct {
		Overlap *int64 `json:"overlap_seconds,omitempty" minimum:"0" maximum:"604800" doc:"How long the secret before works, too: an hour if left out, at most seven days." example:"3600"`
	}
}

type tokenHandlers struct {
	registry *Registry
	auth     *auth.Service
}

func registerTokens(r *Registry, service *auth.Service) {
	h := tokenHandlers{registry: r, auth: service}
	Register(r, Operation{
		ID: "listTokens", Method: http.MethodGet, Path: "/tokens", Tag: "API tokens", Summary: "List the own API tokens",
		Description: "The API tokens of the person who asks, newest first, with those that are over; and what he can give a new one.",
		Permission:  "token:manage", Class: rbac.ClassDeny,
	}, func(*Page) Target { return Own() }, h.list)
	Register(r, Operation{
		ID: "createToken", Method: http.MethodPost, Path: "/tokens", Status: http.StatusCreated, Tag: "API tokens", Summary: "Make an API token",
		Description: "Answers with the secret, which is shown this once. What the token may do is what its person may and its scopes hold, at every request anew. " +
			"Needs that the person signed in or entered the password again within the last five minutes; he is told by mail.",
		Permission: "token:manage", Class: rbac.ClassDeny, Activity: true, Fresh: true, Audit: auth.ActionTokenCreate, Errors: []int{http.StatusConflict},
	}, func(*createTokenInput) Target { return Own() }, h.create)
	Register(r, Operation{
		ID: "getOwnToken", Method: http.MethodGet, Path: "/tokens/self", Tag: "API tokens", Summary: "See which API token this is",
		Description: "The token that the request came by: what it may, until when. Who came by a session is told 404 `not-by-token`.",
		Permission:  "session:view", Class: rbac.ClassDeny,
	}, func(*struct{}) Target { return Own() }, h.self)
	Register(r, Operation{
		ID: "rotateToken", Method: http.MethodPost, Path: "/tokens/{id}/rotate", Tag: "API tokens", Summary: "Give an API token another secret",
		Description: "Answers with a new secret, valid for as long as the one before was made for. That one works on for the overlap, so that a program can be changed over; visits go on.",
		Permission:  "token:manage", Class: rbac.ClassDeny, Activity: true, Fresh: true, Audit: auth.ActionTokenRotate, Errors: []int{http.StatusConflict},
	}, func(*rotateTokenInput) Target { return Own() }, h.rotate)
	Register(r, Operation{
		ID: "revokeToken", Method: http.MethodDelete, Path: "/tokens/{id}", Status: http.StatusNoContent, Tag: "API tokens", Summary: "Revoke an API token",
		Description: "From now on it opens nothing, and the visits begun with it end. Revoked twice is once.",
		Permission:  "token:manage", Class: rbac.ClassDeny, Activity: true, Fresh: true, Audit: auth.ActionTokenRevoke,
	}, func(*tokenIDInput) Target { return Own() }, h.revoke)
}

func (h tokenHandlers) list(ctx context.Context, by principal.Principal, in *Page) (*tokensOutput, error) {
	var before string
	if err := h.registry.cursor.Decode("tokens", in.Cursor, &before); err != nil {
		return nil, err
	}
	tokens, err := h.auth.OwnTokens(ctx, by, before, in.PageSize+1)
	if err != nil {
		return nil, err
	}
	tokens, next, err := pageOf(h.registry.cursor, "tokens", tokens, in.PageSize, func(t auth.Token) any { return t.ID })
	if err != nil {
		return nil, err
	}
	now, err := h.registry.tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	out := &tokensOutput{}
	out.Body.NextCursor, out.Body.Tokens, out.Body.Scopes = next, make([]Token, len(tokens)), h.grantable(by)
	for i, t := range tokens {
		out.Body.Tokens[i] = apiTokenOf(t, now)
	}
	return out, nil
}

func (h tokenHandlers) grantable(by principal.Principal) []TokenScope {
	may := map[string]bool{}
	for _, name := range h.auth.GrantableScopes(by) {
		may[name] = true
	}
	list := []TokenScope{}
	for _, s := range rbac.Scopes() {
		if may[s.Name] {
			list = append(list, TokenScope{Name: s.Name, Permissions: s.Permissions})
		}
	}
	return list
}

func (h tokenHandlers) create(ctx context.Context, by principal.Principal, in *createTokenInput) (*madeTokenOutput, error) {
	b := in.Body
	secret, t, err := h.auth.CreateToken(ctx, by, auth.NewToken{
		Name: b.Name, Scopes: b.Scopes, Networks: b.Networks, Life: time.Duration(b.Days) * 24 * time.Hour,
	})
	return madeToken(secret, t, err)
}

func (h tokenHandlers) rotate(ctx context.Context, by principal.Principal, in *rotateTokenInput) (*madeTokenOutput, error) {
	overlap := time.Hour
	if in.Body.Overlap != nil {
		overlap = time.Duration(*in.Body.Overlap) * time.Second
	}
	secret, t, err := h.auth.RotateToken(ctx, by, in.ID, overlap)
	return madeToken(secret, t, err)
}

func madeToken(secret string, t auth.Token, err error) (*madeTokenOutput, error) {
	if err != nil {
		return nil, err
	}
	return &madeTokenOutput{Body: MadeToken{Token: apiTokenOf(t, t.IssuedAt), Secret: secret}}, nil
}

func (h tokenHandlers) revoke(ctx context.Context, by principal.Principal, in *tokenIDInput) (*emptyOutput, error) {
	return nil, h.auth.RevokeToken(ctx, by, in.ID)
}

func (h tokenHandlers) self(ctx context.Context, by principal.Principal, _ *struct{}) (*tokenOutput, error) {
	t, err := h.auth.TokenOf(ctx, by)
	if err != nil {
		return nil, err
	}
	now, err := h.registry.tx.Now(ctx)
	return &tokenOutput{Body: apiTokenOf(t, now)}, err
}

func apiTokenOf(t auth.Token, now time.Time) Token {
	out := Token{
		ID: t.ID, Name: t.Name, State: "active", Hint: t.Hint, Scopes: t.Scopes, Networks: t.NetworkTexts(), AccountID: t.AccountID, PersonID: t.PersonID,
		CreatedAt: t.CreatedAt, IssuedAt: t.IssuedAt, ExpiresAt: t.ExpiresAt,
		LastUsedAt: timeOrNil(t.LastUsedAt), LastUsedIP: t.LastUsedIP, RevokedAt: timeOrNil(t.RevokedAt),
	}
	switch {
	case t.Revoked():
		out.State = "revoked"
	case t.Over(now):
		out.State = "expired"
	}
	if t.PreviousUntil.After(now) && out.State == "active" {
		out.PreviousUntil = &t.PreviousUntil
	}
	return out
}
