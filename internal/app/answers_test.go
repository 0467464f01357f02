package app_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// book is the document of the API, as it is given away with the panel.
var book = sync.OnceValues(func() (map[string]any, error) {
	text, err := os.ReadFile("../../web/openapi.json")
	if err != nil {
		return nil, err
	}
	var whole map[string]any
	err = json.Unmarshal(text, &whole)
	return whole, err
})

// wantDocumented compares an answer in JSON with what the document says of it: nothing
// but documented members, all of the required ones, and each of its type.
func wantDocumented(t *testing.T, method, path string, a answer) {
	t.Helper()
	if len(a.raw) == 0 || !strings.Contains(a.header.Get("Content-Type"), "json") || !strings.Contains(path, "/api/v1/") && !strings.HasPrefix(path, "/as/") {
		return
	}
	whole, err := book()
	if err != nil {
		t.Fatal(err)
	}
	var body any
	if err := json.Unmarshal(a.raw, &body); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range undocumented(whole, method, path, a, body) {
		t.Errorf("%s %s = %d %s: %s", method, path, a.status, a.raw, wrong)
	}
}

// undocumented returns what is wrong with an answer. Problems are the same at every
// address; all else stands at its operation.
func undocumented(whole map[string]any, method, path string, a answer, body any) []string {
	problem := map[string]any{"$ref": "#/components/schemas/Problem"}
	kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	if kind == "application/problem+json" {
		return mismatches(whole, problem, body, "")
	}
	operation := operationAt(whole, method, path)
	if operation == nil {
		return []string{"there is no such operation"}
	}
	schema, documented := member(operation, "responses", strconv.Itoa(a.status), "content", kind, "schema").(map[string]any)
	if !documented {
		return []string{"this status is not documented with a body"}
	}
	return mismatches(whole, schema, body, "")
}

// operationAt finds the operation of a request; literal names go before parameters. An
// API below a visit is the same API.
func operationAt(whole map[string]any, method, path string) any {
	path, _, _ = strings.Cut(path, "?")
	if rest, acting := strings.CutPrefix(path, "/as/"); acting {
		if _, below, found := strings.Cut(rest, "/api/v1/"); found {
			path = "/api/v1/" + below
		}
	}
	asked := strings.Split(path, "/")
	var best any
	fewest := len(asked) + 1
	for pattern, item := range whole["paths"].(map[string]any) {
		given, parameters := strings.Split(pattern, "/"), 0
		fits := len(given) == len(asked)
		for i := 0; fits && i < len(given); i++ {
			if strings.HasPrefix(given[i], "{") {
				parameters++
			} else {
				fits = given[i] == asked[i]
			}
		}
		if one := member(item, strings.ToLower(method)); fits && one != nil && parameters < fewest {
			best, fewest = one, parameters
		}
	}
	return best
}

// member follows members of objects.
func member(value any, names ...string) any {
	for _, name := range names {
		members, _ := value.(map[string]any)
		value = members[name]
	}
	return value
}

// mismatches returns where a value is not what the schema says, as far as our document
// goes: references, types, choices, members, items, unions and instants.
func mismatches(whole, schema map[string]any, value any, at string) (wrong []string) {
	if len(schema) == 0 { // what may be anything
		return nil
	}
	if ref, is := schema["$ref"].(string); is {
		schema, is = member(whole, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...).(map[string]any)
		if !is {
			return []string{at + ": there is no " + ref}
		}
	}
	if union, is := schema["anyOf"].([]any); is {
		for _, one := range union {
			if wrong = mismatches(whole, one.(map[string]any), value, at); len(wrong) == 0 {
				return nil
			}
		}
		return wrong
	}
	if types := listOf(schema["type"]); len(types) > 0 && !slices.ContainsFunc(types, func(name any) bool { return isOf(name.(string), value) }) {
		return []string{fmt.Sprintf("%s is %T, documented as %v", at, value, types)}
	}
	if choices, is := schema["enum"].([]any); is && value != nil && !slices.Contains(choices, value) {
		wrong = append(wrong, fmt.Sprintf("%s is %v, none of %v", at, value, choices))
	}
	switch v := value.(type) {
	case map[string]any:
		wrong = append(wrong, memberMismatches(whole, schema, v, at)...)
	case []any:
		items, _ := schema["items"].(map[string]any)
		for i, item := range v {
			wrong = append(wrong, mismatches(whole, items, item, fmt.Sprintf("%s/%d", at, i))...)
		}
	case string:
		if _, err := time.Parse(time.RFC3339, v); schema["format"] == "date-time" && err != nil {
			wrong = append(wrong, at+" is no instant")
		}
	}
	return wrong
}

func memberMismatches(whole, schema, members map[string]any, at string) (wrong []string) {
	for _, name := range listOf(schema["required"]) {
		if _, there := members[name.(string)]; !there {
			wrong = append(wrong, fmt.Sprintf("%s/%s is missing", at, name))
		}
	}
	others, _ := schema["additionalProperties"].(map[string]any)
	for name, value := range members {
		known, documented := member(schema, "properties", name).(map[string]any)
		switch {
		case documented:
			wrong = append(wrong, mismatches(whole, known, value, at+"/"+name)...)
		case others != nil:
			wrong = append(wrong, mismatches(whole, others, value, at+"/"+name)...)
		default:
			wrong = append(wrong, fmt.Sprintf("%s/%s is not documented", at, name))
		}
	}
	return wrong
}

// listOf returns a list, or the one thing that stands for it.
func listOf(value any) []any {
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

func isOf(name string, value any) bool {
	switch v := value.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case string:
		return name == "string"
	case float64:
		return name == "number" || name == "integer" && v == float64(int64(v))
	case []any:
		return name == "array"
	default:
		return name == "object"
	}
}

// The check itself sees what it is there for.
func TestZ03TheCheckOfAnswersSeesWhatIsWrong(t *testing.T) {
	t.Parallel()
	whole := map[string]any{}
	text := `{
		"paths": {"/api/v1/things/{id}": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}}}},
		"components": {"schemas": {
			"Thing": {"type": "object", "additionalProperties": false, "required": ["id", "kind"], "properties": {
				"id": {"type": "string"}, "kind": {"type": "string", "enum": ["a", "b"]}, "at": {"type": ["string", "null"], "format": "date-time"},
				"n": {"type": "integer"}, "parts": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/Part"}},
				"one": {"anyOf": [{"$ref": "#/components/schemas/Part"}, {"type": "null"}]}, "by_name": {"type": "object", "additionalProperties": {"type": "integer"}},
				"any": {"type": "object", "additionalProperties": {}}}},
			"Part": {"type": "object", "additionalProperties": false, "properties": {"name": {"type": "string"}}},
			"Problem": {"type": "object", "additionalProperties": false, "required": ["code"], "properties": {"code": {"type": "string"}}}}}}`
	if err := json.Unmarshal([]byte(text), &whole); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, body string
		status     int
		want       string // in what is wrong; "" nothing
	}{
		{"/api/v1/things/1", `{"id":"1","kind":"a","at":"2026-03-02T10:00:00Z","n":3,"parts":[{"name":"x"}],"one":null,"by_name":{"x":1},"any":{"a":{"b":1}}}`, 200, ""},
		{"/as/imp_1/api/v1/things/1?x=y", `{"id":"1","kind":"b","at":null,"parts":null,"one":{}}`, 200, ""},
		{"/api/v1/things/1", `{"id":"1","kind":"a","secret":"x"}`, 200, "/secret is not documented"},
		{"/api/v1/things/1", `{"id":"1","kind":"a","parts":[{},{"secret":"x"}]}`, 200, "/parts/1/secret is not documented"},
		{"/api/v1/things/1", `{"id":"1","kind":"a","one":{"secret":"x"}}`, 200, "documented"},
		{"/api/v1/things/1", `{"id":"1"}`, 200, "/kind is missing"},
		{"/api/v1/things/1", `{"id":1,"kind":"a"}`, 200, "/id is float64"},
		{"/api/v1/things/1", `{"id":"1","kind":"c"}`, 200, "/kind is c"},
		{"/api/v1/things/1", `{"id":"1","kind":"a","n":1.5}`, 200, "/n is float64"},
		{"/api/v1/things/1", `{"id":"1","kind":"a","at":"today"}`, 200, "/at is no instant"},
		{"/api/v1/things/1", `{"id":"1","kind":"a","by_name":{"x":"1"}}`, 200, "/by_name/x is string"},
		{"/api/v1/things/1", `{"id":null,"kind":"a"}`, 200, "/id is <nil>"},
		{"/api/v1/things/1", `{"id":"1","kind":"a"}`, 201, "status is not documented"},
		{"/api/v1/others", `{}`, 200, "no such operation"},
		{"/api/v1/others", `{"code":"not-found"}`, 404, ""},
		{"/api/v1/others", `{"code":"not-found","cause":"x"}`, 404, "/cause is not documented"},
	} {
		a := answer{status: c.status, header: map[string][]string{"Content-Type": {"application/json"}}}
		if c.status >= 400 {
			a.header.Set("Content-Type", "application/problem+json")
		}
		var body any
		if err := json.Unmarshal([]byte(c.body), &body); err != nil {
			t.Fatal(err)
		}
		wrong := strings.Join(undocumented(whole, "GET", c.path, a, body), "; ")
		if (c.want == "") != (wrong == "") || !strings.Contains(wrong, c.want) {
			t.Errorf("%s = %d %s: %q, want %q", c.path, c.status, c.body, wrong, c.want)
		}
	}
}
