package app_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"innkeeper/internal/audit"
	"innkeeper/rbac"
)

// document is the OpenAPI document as a client reads it.
type document struct {
	operations map[string]documented
}

type documented struct {
	id, method, path string
	permission       string
	class            string
	audit            string
	success          string // the status
	answers          map[string]any
	raw              map[string]any
}

func (h *house) document(t *testing.T) document {
	t.Helper()
	body := h.stranger(t).want(200, "GET", "/api/openapi.json", nil)
	d := document{operations: map[string]documented{}}
	paths, _ := body["paths"].(map[string]any)
	for path, item := range paths {
		methods, _ := item.(map[string]any)
		for method, one := range methods {
			raw, _ := one.(map[string]any)
			op := documented{method: strings.ToUpper(method), path: path, raw: raw}
			op.id, _ = raw["operationId"].(string)
			op.permission, _ = raw["x-permission"].(string)
			op.class, _ = raw["x-impersonation"].(string)
			op.audit, _ = raw["x-audit-action"].(string)
			op.answers, _ = raw["responses"].(map[string]any)
			for status := range op.answers {
				if strings.HasPrefix(status, "2") && (op.success == "" || status < op.success) { // the first: 202 is for what has to wait
					op.success = status
				}
			}
			if _, twice := d.operations[op.id]; twice {
				t.Errorf("two operations are called %q", op.id)
			}
			d.operations[op.id] = op
		}
	}
	return d
}

// named returns the operation that a request is one of; "" for none.
func (d document) named(method, path string) string {
	path, _, _ = strings.Cut(path, "?")
	for id, op := range d.operations {
		pattern := regexp.MustCompile("^" + parameter.ReplaceAllString(op.path, "[^/]+") + "$")
		literal := !strings.Contains(op.path, "{")
		if op.method == method && (literal && op.path == path || !literal && pattern.MatchString(path)) {
			return id
		}
	}
	return ""
}

var parameter = regexp.MustCompile(`\{[a-z_]+\}`)

func TestZ01EveryOperationIsDescribed(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	enforcer, err := rbac.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	acts := enforcer.Acts()
	for id, op := range h.document(t).operations {
		if !regexp.MustCompile(`^[a-z]+[A-Z][A-Za-z]+$`).MatchString(id) {
			t.Errorf("%s %s is called %q, want verbNoun", op.method, op.path, id)
		}
		for _, member := range []string{"summary", "description"} {
			if text, _ := op.raw[member].(string); len(text) < 5 {
				t.Errorf("%s has the %s %q", id, member, text)
			}
		}
		if op.permission != "public" && !slices.Contains(acts, op.permission) {
			t.Errorf("%s names the permission %q, which the policy does not know", id, op.permission)
		}
		if !slices.Contains([]string{"look", "change", "unlockable", "deny"}, op.class) {
			t.Errorf("%s is %q in a visit", id, op.class)
		}
		if _, ok := op.raw["x-activity"].(bool); !ok {
			t.Errorf("%s does not say whether it is activity", id)
		}
		action, declared := op.raw["x-audit-action"].(string)
		if !declared || op.method != http.MethodGet && action == "" && !unrecorded[id] {
			t.Errorf("%s names no audit action", id)
		}
		if named, ok := audit.ActionNamed(action); action != "" && (!ok || sentenceOf(named) == "") {
			t.Errorf("%s names the audit action %q, which has no sentence", id, action)
		}
		if op.success == "" || op.answers["500"] == nil || op.permission != "public" && (op.answers["401"] == nil || op.answers["403"] == nil) {
			t.Errorf("%s documents the answers %v", id, keys(op.answers))
		}
		examples(t, id, op)
	}
}

// unrecorded are the writes that leave no event: they change nothing that is
// somebody's.
var unrecorded = map[string]bool{
	"readNotification": true, "recordVisitActivity": true, "readAccessRequest": true, "readSSOLink": true, "previewNotificationTemplate": true,
	"beginPasskeySignIn": true, "beginPasskeyStepUp": true, "beginPasskey": true, "saveFilter": true, "deleteSavedFilter": true,
}

func sentenceOf(a audit.Action) string {
	e := audit.Event{Action: a.String(), Actor: audit.Actor{Name: "Anna"}, Object: audit.Object{Name: "a thing"}, Account: audit.Party{Name: "Smith"}, Reason: "a reason"}
	text := e.Sentence()
	if strings.Contains(text, a.String()) || strings.ContainsAny(text, "{}") {
		return ""
	}
	return text
}

// examples checks that every id and query parameter is described.
func examples(t *testing.T, id string, op documented) {
	t.Helper()
	parameters, _ := op.raw["parameters"].([]any)
	for _, p := range parameters {
		one, _ := p.(map[string]any)
		if one["in"] == "header" && one["name"] == "Cookie" {
			continue
		}
		if text, _ := one["description"].(string); text == "" {
			t.Errorf("%s does not describe its parameter %v", id, one["name"])
		}
	}
}

func keys(m map[string]any) string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return fmt.Sprint(names)
}
