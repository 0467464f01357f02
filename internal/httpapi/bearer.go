package httpapi

import (
	"context"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"innkeeper/internal/auth"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// ErrTwoIdentities is the answer to who sends a cookie and a token: the two may be two
// people, and no rule about which one counts is known to everybody who sends both.
var ErrTwoIdentities = fault.New(fault.Unauthenticated, "two-identities", "Send the session cookie or an API token, not both.")

// ErrScope is the answer to a token that lacks a scope for what it asks.
var ErrScope = fault.New(fault.Forbidden, "scope-missing", "This API token was not given the scope for this.")

// bearerOf returns the API token that a request carries (RFC 6750 §2.1), "" without one.
// Other schemes are somebody else's: a proxy's in front of us, say.
func bearerOf(c *fiber.Ctx) string { return bearerIn(c.Get(fiber.HeaderAuthorization)) }

// bearerIn returns the token in a header's value, "" when there is none.
func bearerIn(header string) string {
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// who finds out who asks by what he came with.
func (s *Server) who(ctx context.Context, c came) (principal.Principal, error) {
	switch {
	case c.bearer != "" && c.token != "":
		return principal.Principal{}, ErrTwoIdentities
	case c.bearer != "":
		return s.sessions.ResumeToken(ctx, c.bearer, c.via)
	case c.token != "":
		return s.sessions.Resume(ctx, c.token, c.via)
	default:
		return principal.Principal{}, ErrUnauthenticated
	}
}

// lets returns why what the asker came by does not let the operation through: a token
// does what its scopes hold, and nothing for which a person has to have proved that he
// is there.
func lets(by principal.Principal, op Operation) error {
	if !by.ByToken() {
		return nil
	}
	scopes := rbac.ScopesOf(op.Permission)
	switch {
	case op.Fresh:
		return auth.ErrClosedToTokens
	case rbac.Covers(by, op.Permission):
		return nil
	case len(scopes) == 0:
		return auth.ErrClosedToTokens
	default:
		return ErrScope.WithExtra("scopes", scopes)
	}
}

// security says in the document by what an operation can be called.
func (op Operation) security() []map[string][]string {
	ways := []map[string][]string{{"session": {}}}
	if op.byToken() {
		ways = append(ways, map[string][]string{"token": {}})
	}
	return ways
}

// byToken reports whether a token can be given what the operation needs.
func (op Operation) byToken() bool {
	return !op.Fresh && rbac.Covers(principal.Principal{Via: principal.Via{Token: &principal.Token{Scopes: allScopes}}}, op.Permission)
}

var allScopes = func() []string {
	var names []string
	for _, s := range rbac.Scopes() {
		names = append(names, s.Name)
	}
	return names
}()

// refuseToken records that the operation is closed to the token that it was tried with,
// also in a visit: a program goes on asking, and its attempts are counted.
func (r *Registry) refuseToken(ctx context.Context, by principal.Principal, op Operation, answer error) error {
	return errors.Join(answer, r.hourly.Refused(ctx, by, refusal(by, op, by.Subject)))
}
