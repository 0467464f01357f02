package httpapi

import (
	"maps"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"innkeeper/internal/plan"
)

// problemMembers are the members that problems may have besides (RFC 9457 §3.2): what a
// room gave an error by fault.Error.WithExtra. What is not here is not documented, and a
// test of the API that gets it fails.
type problemMembers struct {
	RetryAfter int64         `json:"retry_after,omitempty" doc:"After how many seconds to try again." example:"30"`
	TriesLeft  int64         `json:"tries_left,omitempty" doc:"How often a code may still be wrong." example:"4"`
	Methods    []string      `json:"methods,omitempty" doc:"Which second factors there are: totp, recovery, passkey." example:"[\"totp\",\"recovery\"]"`
	Scopes     []string      `json:"scopes,omitempty" doc:"The scopes of which the token needs one." example:"[\"domains:write\"]"`
	Reason     string        `json:"reason,omitempty" doc:"Why passkeys do not work at this address: name, ip-address or insecure." example:"insecure"`
	Offset     int64         `json:"offset,omitempty" doc:"Where an upload goes on, in bytes." example:"8388608"`
	Excess     []plan.Excess `json:"excess,omitempty" doc:"What is more than the plan allows."`
	BreakGlass bool          `json:"break_glass,omitempty" doc:"Whether the asker may open the locked account all the same."`
	State      string        `json:"state,omitempty" doc:"What became of the request to be let in." example:"denied"`
	AskID      string        `json:"impersonation_request_id,omitempty" doc:"The request to be let in that is over." example:"ask_01890a5d-ac96-774b-bcce-b302099a8057"`
	VisitID    string        `json:"impersonation_id,omitempty" doc:"The visit that has ended, or goes on already." example:"imp_01890a5d-ac96-774b-bcce-b302099a8057"`
	BaseURL    string        `json:"base_url,omitempty" doc:"Where the visit stands that goes on already, if this sign-in or token has begun it." example:"/as/imp_01890a5d-ac96-774b-bcce-b302099a8057"`
	StartedAt  time.Time     `json:"started_at,omitzero" doc:"Since when the visit goes on that another sign-in or token has begun."`
	EndReason  string        `json:"end_reason,omitempty" doc:"How the visit ended." example:"idle"`
	EndedAt    time.Time     `json:"ended_at,omitzero" doc:"When the visit ended."`
	ReturnTo   string        `json:"return_to,omitempty" doc:"The page at which the visit was begun." example:"/accounts"`
}

// finishDocument says of the registered schemas what their types alone do not: which
// members problems have besides, and which objects may be null.
func finishDocument(schemas huma.Registry) {
	maps.Copy(schemas.Map()["Problem"].Properties, huma.SchemaFromType(schemas, reflect.TypeFor[problemMembers]()).Properties)
	for name, schema := range schemas.Map() {
		kind := schemas.TypeFromRef("#/components/schemas/" + name)
		if kind == nil || kind.Kind() != reflect.Struct {
			continue
		}
		for _, field := range reflect.VisibleFields(kind) {
			member, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			if own := schema.Properties[member]; own != nil && !strings.Contains(options, "omit") {
				schema.Properties[member] = orNull(field.Type, own)
			}
		}
	}
}

// orNull is the schema of a member of that type: a pointer to an object, and a map, may be
// null.
func orNull(kind reflect.Type, schema *huma.Schema) *huma.Schema {
	switch {
	case kind.Kind() == reflect.Map:
		schema.Nullable = true
	case kind.Kind() == reflect.Pointer && schema.Ref != "":
		either := &huma.Schema{AnyOf: []*huma.Schema{{Ref: schema.Ref}, {Type: "null"}}, Description: schema.Description}
		either.PrecomputeMessages()
		return either
	}
	return schema
}
