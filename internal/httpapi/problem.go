package httpapi

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"innkeeper/internal/auth"
	"innkeeper/internal/fault"
)

// Problem is an error as RFC 9457 writes it, with a stable code.
type Problem struct {
	Type      string         `json:"type" doc:"A URI reference that names the kind of problem." example:"about:blank"`
	Title     string         `json:"title" doc:"What went wrong, in general." example:"Not Found"`
	Status    int            `json:"status" doc:"The HTTP status code." example:"404"`
	Detail    string         `json:"detail" doc:"What went wrong here, for people." example:"There is no such account."`
	Instance  string         `json:"instance,omitempty" doc:"A URI of this one occurrence: it holds the request id." example:"urn:innkeeper:request:req_01890a5d-ac96-774b-bcce-b302099a8057"`
	Code      string         `json:"code" doc:"What went wrong, for programs; stable." example:"account-not-found"`
	RequestID string         `json:"request_id,omitempty" doc:"Name this when you ask for help." example:"req_01890a5d-ac96-774b-bcce-b302099a8057"`
	Errors    []ProblemField `json:"errors,omitempty" doc:"Every bad field at once."`
	Extra     map[string]any `json:"-"`
	cause     error
}

// ProblemField is one bad field of the request.
type ProblemField struct {
	Pointer string `json:"pointer" doc:"JSON pointer (RFC 6901) into the body, or the parameter." example:"/name"`
	Code    string `json:"code" doc:"What is wrong with it, for programs." example:"required"`
	Detail  string `json:"detail" doc:"What is wrong with it, for people." example:"Please give a name."`
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// Unwrap returns what led to the problem; it is logged, never answered.
func (p *Problem) Unwrap() error { return p.cause }

// GetHeaders returns Retry-After (RFC 9110 §10.2.3) where waiting helps.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	switch wait, known := p.Extra["retry_after"]; {
	case known:
		h.Set("Retry-After", fmt.Sprint(wait))
	case p.Code == auth.ErrTokenInvalid.Code: // RFC 6750 §3
		h.Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	case p.Status == http.StatusServiceUnavailable:
		h.Set("Retry-After", "2")
	}
	return h
}

// ContentType turns JSON into the media type of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// MarshalJSON writes the members with the extra ones beside them (RFC 9457 §3.2), and names
// the occurrence by its request (§3.1.5).
func (p *Problem) MarshalJSON() ([]byte, error) {
	type plain Problem
	whole := plain(*p)
	if p.RequestID != "" { // of letters that a URN takes as they are
		whole.Instance = "urn:innkeeper:request:" + p.RequestID
	}
	body, err := json.Marshal(whole)
	if err != nil || len(p.Extra) == 0 {
		return body, err
	}
	members := map[string]any{}
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, err
	}
	maps.Copy(members, p.Extra)
	return json.Marshal(members)
}

var statusOf = map[fault.Kind]int{
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Gone:            http.StatusGone,
	fault.Stale:           http.StatusPreconditionFailed,
	fault.Unconditional:   http.StatusPreconditionRequired,
	fault.Limit:           http.StatusTooManyRequests,
	fault.Unavailable:     http.StatusServiceUnavailable,
	fault.Internal:        http.StatusInternalServerError,
}

// databaseDown reports whether the error says that the database is out of reach,
// not that it refused a statement.
func databaseDown(err error) bool {
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.ErrUnexpectedEOF)
}

// problemOf turns an error of a room into its problem document. Whatever no room
// declared is logged here, once, and answered as an internal error.
func problemOf(ctx context.Context, err error) *Problem {
	var already *Problem
	if errors.As(err, &already) {
		return already
	}
	var declared *fault.Error
	if !errors.As(err, &declared) {
		declared = undeclared(ctx, err)
	}
	if declared.Kind == fault.Internal || declared.Kind == fault.Unavailable {
		slog.ErrorContext(ctx, "request failed", slog.String("request_id", requestIDOf(ctx)), slog.Any("error", err))
	}
	p := &Problem{
		Type: "about:blank", Status: statusOf[declared.Kind], Detail: declared.Message, Code: declared.Code,
		RequestID: requestIDOf(ctx), Extra: declared.Extra, cause: err,
	}
	p.Title = http.StatusText(p.Status)
	for _, f := range declared.Fields {
		p.Errors = append(p.Errors, ProblemField(f))
	}
	return p
}

func undeclared(ctx context.Context, err error) *fault.Error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fault.New(fault.Unavailable, "timeout", "This took too long and was given up. Nothing was changed. Please try again.")
	}
	if databaseDown(err) {
		return fault.New(fault.Unavailable, "database-unavailable", "The database does not answer at the moment. Please try again.")
	}
	return errInternal
}

// errInternal is the answer to a defect of ours.
var errInternal = fault.New(fault.Internal, "internal", "Something went wrong on our side. Please try again, or ask for help with the request id.")

func init() {
	huma.ValidateStrictCasing = true // else {"name": …, "Name": …} passes for one field given once
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		err := huma.NewError(status, message, errs...)
		if p, ok := err.(*Problem); ok {
			p.RequestID = requestIDOf(ctx.Context())
		}
		return err
	}
	// huma's own errors: malformed requests. Neither internal texts nor the
	// rejected values (passwords, say) are repeated.
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: codeOfStatus(status), Detail: detailOfStatus(status)}
		for _, err := range errs {
			var detail *huma.ErrorDetail
			if errors.As(err, &detail) {
				p.Errors = append(p.Errors, fieldOf(detail))
			}
		}
		return p
	}
}

func fieldOf(d *huma.ErrorDetail) ProblemField {
	pointer := "/" + strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(d.Location, "body"), "."), ".", "/")
	if where, name, ok := strings.Cut(d.Location, "."); ok && where != "body" {
		pointer = name
	}
	if name, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		name, _, _ = strings.Cut(name, " ")
		return ProblemField{Pointer: strings.TrimSuffix(pointer, "/") + "/" + name, Code: "required", Detail: "This is missing."}
	}
	if strings.Contains(d.Message, "date/time") || strings.Contains(d.Message, "date-time") {
		return ProblemField{Pointer: pointer, Code: "invalid", Detail: "Write a time such as 2026-03-02T10:00:00Z. In an address, + is written %2B."}
	}
	return ProblemField{Pointer: pointer, Code: codeOfMessage(d.Message), Detail: sentence(d.Message)}
}

// once refuses a parameter that is given twice: of two filters one would be dropped
// unsaid, and two readers need not drop the same.
func once(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		var twice []error
		address := ctx.URL()
		for name, values := range address.Query() {
			if len(values) > 1 {
				twice = append(twice, &huma.ErrorDetail{Location: "query." + name, Message: "this parameter is given more than once"})
			}
		}
		if len(twice) == 0 {
			next(ctx)
			return
		}
		if err := huma.WriteErr(api, ctx, http.StatusUnprocessableEntity, "", twice...); err != nil {
			slog.ErrorContext(ctx.Context(), "answer", slog.Any("error", err))
		}
	}
}

func codeOfMessage(message string) string {
	switch {
	case strings.Contains(message, "unexpected property"), strings.Contains(message, "unknown query"):
		return "unknown"
	case strings.Contains(message, "required"):
		return "required"
	case strings.Contains(message, "length"):
		return "length"
	case strings.Contains(message, "one of"):
		return "choice"
	default:
		return "invalid"
	}
}

func sentence(message string) string {
	if message == "" {
		return "This value is not valid."
	}
	return strings.ToUpper(message[:1]) + message[1:] + "."
}

func codeOfStatus(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "malformed"
	case http.StatusUnprocessableEntity:
		return fault.ErrInvalid.Code
	case http.StatusRequestEntityTooLarge:
		return "too-large"
	case http.StatusUnsupportedMediaType:
		return "unsupported-media-type"
	case http.StatusNotFound:
		return "not-found"
	case http.StatusMethodNotAllowed:
		return "method-not-allowed"
	default:
		return strings.ToLower(strings.ReplaceAll(http.StatusText(status), " ", "-"))
	}
}

func detailOfStatus(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "The request could not be read."
	case http.StatusUnprocessableEntity:
		return fault.ErrInvalid.Message
	case http.StatusRequestEntityTooLarge:
		return "The request is too large."
	case http.StatusUnsupportedMediaType:
		return "This content type is not understood here."
	case http.StatusNotFound:
		return "There is nothing at this address."
	case http.StatusMethodNotAllowed:
		return "This address does not take that method."
	case http.StatusInternalServerError:
		return errInternal.Message
	default:
		return http.StatusText(status) + "."
	}
}
