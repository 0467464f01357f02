package httpapi

import (
	"context"
	"time"

	"github.com/valyala/fasthttp"
)

// mostOfStrangers is how much of a body is read, and room made for, when nothing is known of
// a request but its header: a sign-in, the answer to an invitation. Whoever sends it slowly
// holds so much memory until the time for it is over.
const mostOfStrangers = 64 << 10

// asking bounds how long it is looked up who sends much.
const asking = 5 * time.Second

// bounds says how much is read of what follows a header: more than a little of nobody but
// who is signed in. What is too large for an operation is read from him to its end, as far
// as that goes, so that he reads the answer: a connection that is closed on him before says
// nothing.
func (s *Server) bounds(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	const chunked = -1
	n := h.ContentLength()
	if n <= mostOfStrangers && n != chunked || !s.known(h) {
		return fasthttp.RequestConfig{MaxRequestBodySize: mostOfStrangers}
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: maxBody}
}

func (s *Server) known(h *fasthttp.RequestHeader) bool {
	token, bearer := string(h.Cookie(s.cookieName())), bearerIn(string(h.Peek("Authorization")))
	if token == "" && bearer == "" {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), asking)
	defer cancel()
	return s.sessions.Knows(ctx, token, bearer)
}
