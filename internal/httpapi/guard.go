package httpapi

import (
	"crypto/subtle"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"innkeeper/internal/auth"
	"innkeeper/internal/fault"
)

// The answers to a write that another site may have caused.
var (
	ErrCrossSite = fault.New(fault.Forbidden, "cross-site", "This request came from another site and was refused.")
	ErrCSRF      = fault.New(fault.Forbidden, "csrf-token", "The page is out of date. Please reload it and try again.")
)

// guard refuses writes by cookie that do not carry the session's CSRF token, or
// that the browser says come from another site. A page cannot make a browser send an
// API token: what comes with one needs no more, and is nobody's if a cookie comes with
// it.
func (s *Server) guard(c *fiber.Ctx) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return c.Next()
	}
	if !s.sameSite(c) {
		return answerProblem(c, ErrCrossSite)
	}
	token := c.Cookies(s.cookieName())
	if token == "" || bearerOf(c) != "" || isSignIn(c) {
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

// signIns are the writes that a browser makes before it has a session, or for
// somebody whose session it is not: they carry a secret of their own.
var signIns = []string{Prefix + "/session", Prefix + "/session/passkey", Prefix + "/session/passkey/challenge", Prefix + "/invitations/accept", Prefix + "/access-requests/read", Prefix + "/access-requests/answer"}

// isSignIn reports whether it is one of them: an old cookie must not keep a person
// from signing in.
func isSignIn(c *fiber.Ctx) bool {
	return c.Method() == fiber.MethodPost && slices.Contains(signIns, c.Path())
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
