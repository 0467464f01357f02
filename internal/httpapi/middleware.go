package httpapi

import (
	"context"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"innkeeper/internal/auth"
	"innkeeper/internal/fault"
	"innkeeper/internal/ident"
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
			slog.ErrorContext(ctx, "request panicked", slog.String("request_id", id), slog.Any("panic", panicked), slog.String("stack", string(debug.Stack())))
			err = answerProblem(c, fault.New(fault.Internal, "internal", "Something went wrong on our side. Please try again, or ask for help with the request id."))
		}
	}()
	return c.Next()
}

// secure sets the headers that every answer carries.
func secure(c *fiber.Ctx) {
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("Referrer-Policy", "same-origin")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set("X-Frame-Options", "DENY")
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

// identify finds out who asks: the login session of the cookie, and the visit of
// the prefix. It never refuses: the operation does, if it needs somebody.
func (s *Server) identify(c *fiber.Ctx) error {
	ctx := c.UserContext()
	if _, asked := ctx.Value(principalKey{}).(identity); asked || strings.HasPrefix(c.Path(), "/assets/") {
		return c.Next()
	}
	token := c.Cookies(s.cookieName())
	ctx = context.WithValue(ctx, cameKey{}, came{via: s.via(c), csrf: csrfFor(token)})
	c.SetUserContext(ctx)
	if token == "" {
		c.SetUserContext(withPrincipal(ctx, principal.Principal{}, ErrUnauthenticated))
		return c.Next()
	}
	by, err := s.sessions.Resume(ctx, token, s.via(c))
	if err == nil {
		by, err = s.enter(c, by)
	}
	c.SetUserContext(withPrincipal(ctx, by, err))
	return c.Next()
}

type cameKey struct{}

// came is how a request came, for operations that nobody is signed in for yet.
type came struct {
	via  principal.Via
	csrf string
}

// viaOf returns how the request came.
func viaOf(ctx context.Context) principal.Via {
	c, _ := ctx.Value(cameKey{}).(came)
	return c.via
}

// csrfOf returns the CSRF token of the request's session.
func csrfOf(ctx context.Context) string {
	c, _ := ctx.Value(cameKey{}).(came)
	return c.csrf
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

// via says how the request came, for the session and the record.
func (s *Server) via(c *fiber.Ctx) principal.Via {
	return principal.Via{IP: s.clientIP(c), UserAgent: clip(c.Get(fiber.HeaderUserAgent), 300), RequestID: requestIDOf(c.UserContext())}
}

func clip(text string, most int) string {
	text = strings.ToValidUTF8(text, "")
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "")
}

// clientIP returns the address of the socket, or what a configured proxy says
// of its client: read from the right, past the proxies we know, because the left
// is whatever the client wrote.
func (s *Server) clientIP(c *fiber.Ctx) string {
	host, _, err := net.SplitHostPort(c.Context().RemoteAddr().String())
	if err != nil {
		host = c.Context().RemoteAddr().String()
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	chain := strings.Split(c.Get(fiber.HeaderXForwardedFor), ",")
	for i := len(chain) - 1; i >= 0 && s.trusted(address); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(chain[i]))
		if err != nil {
			break
		}
		address = next
	}
	return address.Unmap().String()
}

func (s *Server) trusted(address netip.Addr) bool {
	for _, network := range s.proxies {
		if network.Contains(address.Unmap()) {
			return true
		}
	}
	return false
}

// The answers to a write that another site may have caused.
var (
	ErrCrossSite = fault.New(fault.Forbidden, "cross-site", "This request came from another site and was refused.")
	ErrCSRF      = fault.New(fault.Forbidden, "csrf-token", "The page is out of date. Please reload it and try again.")
)

// guard refuses writes by cookie that do not carry the session's CSRF token, or
// that the browser says come from another site.
func (s *Server) guard(c *fiber.Ctx) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return c.Next()
	}
	if !s.sameSite(c) {
		return answerProblem(c, ErrCrossSite)
	}
	token := c.Cookies(s.cookieName())
	if token == "" || isSignIn(c) {
		return c.Next()
	}
	sent := c.Get("X-CSRF-Token")
	if sent == "" && isStop(c) {
		sent = c.FormValue("csrf_token")
	}
	if subtle.ConstantTimeCompare([]byte(sent), []byte(auth.CSRFToken(token))) != 1 {
		return answerProblem(c, ErrCSRF)
	}
	return c.Next()
}

// isSignIn are the writes that a browser makes before it has a session: an old
// cookie must not keep a person from signing in.
func isSignIn(c *fiber.Ctx) bool {
	return c.Method() == fiber.MethodPost && (c.Path() == Prefix+"/session" || c.Path() == Prefix+"/invitations/accept")
}

func (s *Server) sameSite(c *fiber.Ctx) bool {
	if site := c.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return false
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && (u.Host == string(c.Context().Host()) || u.Host == s.publicHost)
}

// answerProblem writes an error as a problem document.
func answerProblem(c *fiber.Ctx, err error) error {
	var fe *fiber.Error
	if errors.As(err, &fe) {
		err = &Problem{Type: "about:blank", Title: http.StatusText(fe.Code), Status: fe.Code, Code: codeOfStatus(fe.Code), Detail: detailOfStatus(fe.Code), RequestID: requestIDOf(c.UserContext())}
	}
	p := problemOf(c.UserContext(), err)
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
