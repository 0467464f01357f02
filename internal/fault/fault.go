// Package fault owns the kinds of error that Innkeeper answers with and their
// stable codes. How a kind becomes an HTTP status is left to httpapi, whether a
// job tries again to jobs.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what the caller can do about an error.
type Kind string

// The kinds, from the caller's mistake to ours.
const (
	Invalid         Kind = "invalid"         // the input breaks a rule: 422
	Unauthenticated Kind = "unauthenticated" // nobody is signed in: 401
	Forbidden       Kind = "forbidden"       // signed in, and not allowed: 403
	NotFound        Kind = "not-found"       // missing, or not yours: 404
	Conflict        Kind = "conflict"        // the state does not allow it: 409
	Gone            Kind = "gone"            // it was there and has ended: 410
	Stale           Kind = "stale"           // somebody changed it in between: 412
	Unconditional   Kind = "unconditional"   // the request must name a version: 428
	Limit           Kind = "limit"           // too much or too often: 429
	Unavailable     Kind = "unavailable"     // a part is down, try again: 503
	Internal        Kind = "internal"        // a defect of ours: 500
)

// Field is one bad field of an input.
type Field struct {
	Pointer string // JSON pointer (RFC 6901) into the body, or the parameter's name
	Code    string // stable, for programs
	Detail  string // a sentence for people
}

// Error is an answer a person or a program can act on. Code is stable for ever;
// Message is a sentence for people and holds nothing secret.
type Error struct {
	Kind    Kind
	Code    string
	Message string
	Fields  []Field
	Extra   map[string]any // further members of the problem document
	cause   error
}

// New declares an error of a room.
func New(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// Error returns the message, with the cause behind it for logs.
func (e *Error) Error() string {
	if e.cause == nil {
		return e.Message
	}
	return fmt.Sprintf("%s (%v)", e.Message, e.cause)
}

// Is reports whether the target carries the same code, so that a copy made by
// one of the With methods is still the declared error.
func (e *Error) Is(target error) bool {
	var other *Error
	return errors.As(target, &other) && other.Code == e.Code
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// WithCause returns a copy that remembers what led to it. The cause is logged
// and never answered.
func (e *Error) WithCause(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// WithMessage returns a copy with another sentence.
func (e *Error) WithMessage(format string, args ...any) *Error {
	c := *e
	c.Message = fmt.Sprintf(format, args...)
	return &c
}

// WithFields returns a copy that names the bad fields.
func (e *Error) WithFields(fields ...Field) *Error {
	c := *e
	c.Fields = append(append([]Field(nil), e.Fields...), fields...)
	return &c
}

// WithExtra returns a copy whose problem document carries one more member.
func (e *Error) WithExtra(name string, value any) *Error {
	c := *e
	c.Extra = make(map[string]any, len(e.Extra)+1)
	for k, v := range e.Extra {
		c.Extra[k] = v
	}
	c.Extra[name] = value
	return &c
}

// ErrInvalid is the input that breaks a rule; its fields say which.
var ErrInvalid = New(Invalid, "invalid", "Some fields need another look.")

// Fields collects the bad fields of one input, so that all are named at once.
type Fields []Field

// Add notes a bad field.
func (f *Fields) Add(pointer, code, detail string) {
	*f = append(*f, Field{Pointer: pointer, Code: code, Detail: detail})
}

// Err returns ErrInvalid with the fields, or nil when there are none.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return ErrInvalid.WithFields(f...)
}

// KindOf returns the kind of an error; anything undeclared is Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Retryable reports whether a job that met the error should try again later.
func Retryable(err error) bool {
	switch KindOf(err) {
	case Limit, Unavailable, Internal:
		return true
	default:
		return false
	}
}
