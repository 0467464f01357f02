package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
	"innkeeper/internal/repeat"
)

// keyHeader is how a sender names a write that he may send again
// (draft-ietf-httpapi-idempotency-key-header).
const (
	keyHeader      = "Idempotency-Key"
	replayedHeader = "Idempotent-Replayed"
	longestKey     = 255
	answerTime     = 2 * time.Second // to keep an answer
)

var (
	errKey      = fault.New(fault.Invalid, "idempotency-key-invalid", "An Idempotency-Key has 1 to 255 visible ASCII characters.")
	errReplayed = fault.New(fault.Conflict, "replayed", "The request was done before.")
)

// keptHeaders are those of an answer that are part of what it says.
var keptHeaders = []string{fiber.HeaderContentType, fiber.HeaderLocation, fiber.HeaderETag}

type keyedKey struct{}

// keyed is a request under a key.
type keyed struct {
	key     string
	body    string          // a hash of it, and of where it is sent
	attempt *repeat.Attempt // once it is known who asks for which operation; before, nothing is done
}

// attempts notes the key of a request, and answers as the first time what was done then.
func (s *Server) attempts(c *fiber.Ctx) error {
	key := c.Get(keyHeader)
	if key == "" || c.Method() != fiber.MethodPost && c.Method() != fiber.MethodPatch || !isAPI(c.Path()) {
		return c.Next()
	}
	if !isKey(key) {
		return answerProblem(c, errKey)
	}
	k := &keyed{key: key, body: hashOf(c.Method(), c.Path(), string(c.Context().QueryArgs().QueryString()), string(c.Body()))}
	ctx := c.UserContext()
	c.SetUserContext(context.WithValue(ctx, keyedKey{}, k))
	if err := c.Next(); err != nil || k.attempt == nil {
		return err
	}
	if k.attempt.Done != nil {
		return replay(c, k.attempt.Done)
	}
	s.keep(ctx, c, k.attempt)
	return nil
}

// keep remembers what was answered. That it could not is no fault of the request's, which
// is done.
func (s *Server) keep(ctx context.Context, c *fiber.Ctx, a *repeat.Attempt) {
	answer := repeat.Answer{Status: c.Response().StatusCode(), Header: map[string]string{}, Body: c.Response().Body()}
	for _, name := range keptHeaders {
		if value := c.GetRespHeader(name); value != "" {
			answer.Header[name] = value
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
	defer cancel()
	if err := s.registry.repeats.End(ctx, a, answer); err != nil {
		slog.ErrorContext(ctx, "an answer could not be kept; sent again, the request is refused", slog.String("request_id", requestIDOf(ctx)), slog.Any("error", err))
	}
}

func replay(c *fiber.Ctx, answer *repeat.Answer) error {
	for _, name := range keptHeaders {
		c.Response().Header.Del(name)
	}
	for name, value := range answer.Header {
		c.Set(name, value)
	}
	c.Set(replayedHeader, "true")
	return c.Status(answer.Status).Send(answer.Body)
}

// begin finds out whether the operation was done before under the key of the request. It
// returns the context to do it in; errReplayed when it was done. Who may not do it now is
// not told what it answered then.
func (r *Registry) begin(ctx context.Context, by principal.Principal, op Operation) (context.Context, error) {
	k, ok := ctx.Value(keyedKey{}).(*keyed)
	if !ok || !op.keyed() {
		return ctx, nil
	}
	visit := ""
	if by.Acting() {
		visit = by.Visit.ID
	}
	request := repeat.Request{Key: hashOf(by.Person.ID, by.Account.ID, by.Via.TokenID(), visit, op.ID, k.key), Print: k.body}
	within, attempt, err := r.repeats.Begin(ctx, request)
	if err != nil {
		return ctx, err
	}
	k.attempt = attempt
	if attempt.Done != nil {
		return ctx, errReplayed
	}
	return within, nil
}

// keyed reports whether the operation may be sent under a key: what changes something, by
// somebody who is known.
func (op Operation) keyed() bool {
	return op.Permission != PermissionPublic && (op.Method == http.MethodPost || op.Method == http.MethodPatch)
}

// keyParam documents the header.
func keyParam() *huma.Param {
	shortest, longest := 1, longestKey
	return &huma.Param{
		Name: keyHeader, In: "header", Example: "8e03978e-40d5-43dd-bc93-6894a57f9324",
		Description: "Names this write, so that it can be sent again when its answer was lost: within 72 hours the same request under the same key is not done again and gets the first answer, with Idempotent-Replayed: true. Another request under the key is refused with 422; one whose answer is not there, with 409.",
		Schema:      &huma.Schema{Type: huma.TypeString, MinLength: &shortest, MaxLength: &longest},
	}
}

func isKey(key string) bool {
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return len(key) <= longestKey
}

// hashOf is one of several texts, none of which runs into the next.
func hashOf(texts ...string) string {
	h := sha256.New()
	for _, text := range texts {
		part := sha256.Sum256([]byte(text))
		_, _ = h.Write(part[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}
