package httpapi_test

import (
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/httpapi"
)

// What the library says of a field points at that field, and in words for people.
func TestFieldsArePointedAtInPlainWords(t *testing.T) {
	t.Parallel()
	const instant = "Write a time such as 2026-03-02T10:00:00Z. In an address, + is written %2B."
	for said, want := range map[huma.ErrorDetail]httpapi.ProblemField{
		{Location: "body", Message: "expected required property reason to be present"}:                        {Pointer: "/reason", Code: "required", Detail: "This is missing."},
		{Location: "body.limits", Message: "expected required property domains to be present"}:                {Pointer: "/limits/domains", Code: "required", Detail: "This is missing."},
		{Location: "query.from", Message: "invalid date/time for format 2006-01-02T15:04:05.999999999Z07:00"}: {Pointer: "from", Code: "invalid", Detail: instant},
		{Location: "body.from", Message: "expected string to be RFC 3339 date-time"}:                          {Pointer: "/from", Code: "invalid", Detail: instant},
		{Location: "body.name", Message: "expected length >= 1"}:                                              {Pointer: "/name", Code: "length", Detail: "Expected length >= 1."},
		{Location: "query.colour", Message: "unknown query parameter"}:                                        {Pointer: "colour", Code: "unknown", Detail: "Unknown query parameter."},
	} {
		p, is := huma.NewError(422, "validation failed", &said).(*httpapi.Problem)
		if !is || len(p.Errors) != 1 || !cmp.Equal(p.Errors[0], want) {
			t.Errorf("of %q at %s: %+v, want %+v", said.Message, said.Location, p, want)
		}
	}
}
