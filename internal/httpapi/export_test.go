package httpapi

import (
	"context"

	"innkeeper/internal/principal"
)

// NewWith is New with one operation more, open to everybody.
func NewWith(d Deps, op Operation, handle func(ctx context.Context) error) *Server {
	s := framed(d)
	s.registry = s.operations(d)
	op.Permission = PermissionPublic
	Register(s.registry, op, func(*struct{}) Target { return Own() }, func(ctx context.Context, _ principal.Principal, _ *struct{}) (*emptyOutput, error) {
		return nil, handle(ctx)
	})
	s.pages()
	return s
}

// TraceIn is the trace that a header names.
func TraceIn(header string) string { return traceIn(header) }
