package httpapi

import (
	"net"
	"net/netip"
	"regexp"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"innkeeper/internal/principal"
)

// via says how the request came, for the session and the record.
func (s *Server) via(c *fiber.Ctx) principal.Via {
	return principal.Via{IP: s.clientIP(c), UserAgent: clip(c.Get(fiber.HeaderUserAgent), 300), RequestID: requestIDOf(c.UserContext()), TraceID: traceIn(c.Get("traceparent"))}
}

// traceparent is the header of W3C Trace Context, level 1 §3.2.2: of later versions only what they must begin with.
var traceparent = regexp.MustCompile(`^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$`)

// traceIn returns the id of the trace that a header names, or "" when it names none: then
// it is as if it had not been sent.
func traceIn(header string) string {
	parts := traceparent.FindStringSubmatch(header)
	if parts == nil || parts[1] == "ff" || parts[1] == "00" && parts[4] != "" || strings.Trim(parts[2], "0") == "" || strings.Trim(parts[3], "0") == "" {
		return ""
	}
	return parts[2]
}

// clip makes a text of the client's fit for the record: printable and not longer
// than that.
func clip(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
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
