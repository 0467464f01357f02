package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
)

// How much of a body is read, and room made for, when nothing is known of a request but its
// header: whoever sends it slowly holds so much memory until the time for it is over.
const (
	mostOfStrangers = 64 << 10     // a sign-in, the answer to an invitation
	mostOfPeople    = 1<<20 + 4096 // a document: its operation refuses more than 1 MiB
	mostOfUploads   = maxBody      // a chunk of a file
)

// asking bounds how long it is looked up who sends much.
const asking = 5 * time.Second

// bounds says how much is read of what follows a header: more than a little of nobody but
// who is signed in.
func (s *Server) bounds(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	const chunked = -1
	n := h.ContentLength()
	if n <= mostOfStrangers && n != chunked || !s.known(h) {
		return fasthttp.RequestConfig{MaxRequestBodySize: mostOfStrangers}
	}
	if isUpload(h) {
		return fasthttp.RequestConfig{MaxRequestBodySize: mostOfUploads}
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: mostOfPeople}
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

// isUpload reports whether a chunk of a file follows.
func isUpload(h *fasthttp.RequestHeader) bool {
	path, _, _ := strings.Cut(string(h.RequestURI()), "?")
	return string(h.Method()) == http.MethodPut && isAPI(path) && strings.HasSuffix(path, "/files/content")
}
