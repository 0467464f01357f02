package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"innkeeper/internal/auth"
	"innkeeper/internal/ident"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
)

// deadline bounds every request: fasthttp does not notice that a client left.
const deadline = 30 * time.Second

type requestIDKey struct{}

// requestIDOf returns the id by which this request stands in logs and events.
func requestIDOf(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

var sensibleRequestID = regexp.MustCompile(`^[A-Za-z0-9_.:-]{8,80}$`)

// frame gives each request its id, its deadline, and an answer even after a
// panic.
func (s *Server) frame(c *fiber.Ctx) (err error) {
	if c.Method() == fiber.MethodHead && isAPI(c.Path()) { // as GET without its body (RFC 9110 §9.3.2)
		c.Method(fiber.MethodGet)
		return c.RestartRouting()
	}
	id := c.Get("X-Request-Id")
	if !sensibleRequestID.MatchString(id) {
		id = ident.New(ident.Request)
	}
	c.Set("X-Request-Id", id)
	secure(c)
	ctx, cancel := context.WithTimeout(context.WithValue(c.UserContext(), requestIDKey{}, id), deadline)
	defer cancel()
	c.SetUserContext(ctx)
	defer func() {
		if panicked := recover(); panicked != nil {
			err = answerProblem(c, errInternal.WithCause(fmt.Errorf("panic: %v: %s", panicked, debug.Stack())))
		}
	}()
	if !wellFormed(c) {
		return answerProblem(c, fiber.ErrBadRequest)
	}
	return c.Next()
}

// wellFormed reports whether path and parameters are text: no database keeps what
// is not.
func wellFormed(c *fiber.Ctx) bool {
	for key, value := range c.Context().QueryArgs().All() {
		if !isText(string(key)) || !isText(string(value)) {
			return false
		}
	}
	return isText(c.Path())
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// secure sets the headers that every answer carries.
func secure(c *fiber.Ctx) {
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("Referrer-Policy", "same-origin")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set("X-Frame-Options", "DENY")
	c.Set("Permissions-Policy", "publickey-credentials-create=(self), publickey-credentials-get=(self), camera=(), microphone=(), geolocation=(), payment=(), usb=()")
}

// visitPrefix finds the visit that a path is under and what is left of it.
func visitPrefix(path string) (visitID, rest string, ok bool) {
	under, found := strings.CutPrefix(path, "/as/")
	if !found {
		return "", "", false
	}
	visitID, rest, _ = strings.Cut(under, "/")
	return visitID, "/" + rest, visitID != ""
}

// isAPI reports whether the path is one of the API, under a visit or not.
func isAPI(path string) bool {
	if _, rest, ok := visitPrefix(path); ok {
		path = rest
	}
	return strings.HasPrefix(path, "/api/")
}

const visitLocal = "visit"

// strip takes /as/{id} off the paths of the API, so that there is one API, and
// keeps the id for the principal.
func (s *Server) strip(c *fiber.Ctx) error {
	if c.Locals(visitLocal) != nil {
		return c.Next() // the second round, behind the prefix
	}
	visitID, rest, ok := visitPrefix(c.Path())
	if !ok {
		return c.Next()
	}
	c.Locals(visitLocal, visitID)
	c.Set(fiber.HeaderCacheControl, "no-store")
	if !strings.HasPrefix(rest, "/api/") {
		return c.Next()
	}
	c.Path(rest)
	return c.RestartRouting()
}

// identify finds out who asks: the login session of the cookie or the API token, and
// the visit of the prefix. It refuses what is asked under a visit that is over, whatever
// it is and however it is written; everything else the operation refuses, if it needs
// somebody.
func (s *Server) identify(c *fiber.Ctx) error {
	ctx := c.UserContext()
	if _, asked := ctx.Value(principalKey{}).(identity); asked || strings.HasPrefix(c.Path(), "/assets/") {
		return c.Next()
	}
	how := came{via: s.via(c), token: c.Cookies(s.cookieName()), bearer: bearerOf(c), browser: c.Cookies(s.passkeyCookieName()), visit: c.Locals(visitLocal) != nil}
	ctx = context.WithValue(ctx, cameKey{}, how)
	c.SetUserContext(ctx)
	by, err := s.who(ctx, how)
	if err == nil {
		by, err = s.enter(c, by)
	}
	if errors.Is(err, impersonation.ErrEnded) && !isPage(c) {
		return answerProblem(c, err)
	}
	c.SetUserContext(withPrincipal(ctx, by, err))
	return c.Next()
}

// isPage reports whether a person's browser asks for a page.
func isPage(c *fiber.Ctx) bool {
	return (c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead) && !isAPI(c.Path())
}

type cameKey struct{}

// came is how a request came, for operations that nobody is signed in for yet.
type came struct {
	via     principal.Via
	token   string // of the session's cookie; never written anywhere
	bearer  string // the secret of an API token; the same
	browser string // of the cookie of who begins to sign in with a passkey
	visit   bool   // under the prefix of one, live or not
}

// cameOf returns how the request came.
func cameOf(ctx context.Context) came {
	c, _ := ctx.Value(cameKey{}).(came)
	return c
}

// viaOf returns from where the request came.
func viaOf(ctx context.Context) principal.Via {
	return cameOf(ctx).via
}

// underVisit reports whether the request is made under the prefix of a visit.
func underVisit(ctx context.Context) bool {
	return cameOf(ctx).visit
}

// csrfOf returns the CSRF token of the request's session.
func csrfOf(ctx context.Context) string {
	return csrfFor(cameOf(ctx).token)
}

// tokenOf returns the token of the request's session, for those who ask again
// who it is.
func tokenOf(ctx context.Context) string {
	return cameOf(ctx).token
}

// browserOf returns the token of the browser that has begun to sign in with a
// passkey.
func browserOf(ctx context.Context) string {
	return cameOf(ctx).browser
}

func csrfFor(token string) string {
	if token == "" {
		return ""
	}
	return auth.CSRFToken(token)
}

// enter puts the visit of the prefix into the principal. Stopping is left to the
// actor himself: it works whatever became of the visit.
func (s *Server) enter(c *fiber.Ctx, by principal.Principal) (principal.Principal, error) {
	visitID, _ := c.Locals(visitLocal).(string)
	if visitID == "" || isStop(c) {
		return by, nil
	}
	acting, err := s.visits.Enter(c.UserContext(), by, visitID)
	if err != nil {
		return principal.Principal{}, err
	}
	c.Set("Impersonation-Actor", acting.Person.ID)
	c.Set("Impersonation-Subject", acting.Subject.ID)
	c.Set("Impersonation-Remaining", strconv.Itoa(int(acting.Visit.Remaining.Seconds())))
	return acting, nil
}

func isStop(c *fiber.Ctx) bool {
	return c.Method() == fiber.MethodPost && strings.HasSuffix(c.Path(), "/stop") && strings.Count(c.Path(), "/") == 3
}

// answerProblem writes an error as a problem document.
func answerProblem(c *fiber.Ctx, err error) error {
	var fe *fiber.Error
	if errors.As(err, &fe) {
		err = &Problem{Type: "about:blank", Title: http.StatusText(fe.Code), Status: fe.Code, Code: codeOfStatus(fe.Code), Detail: detailOfStatus(fe.Code), RequestID: requestIDOf(c.UserContext())}
	}
	p := problemOf(c.UserContext(), err)
	if p.RequestID == "" { // refused before the request had a frame
		p.RequestID = ident.New(ident.Request)
		c.Set("X-Request-Id", p.RequestID)
		secure(c)
	}
	body, err := p.MarshalJSON()
	if err != nil {
		return err
	}
	for name, values := range p.GetHeaders() {
		c.Set(name, values[0])
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return c.Status(p.Status).Send(body)
}
