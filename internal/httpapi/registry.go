// Package httpapi owns the edge: the registry of operations, the middleware that
// finds out who asks, problem documents, the health of the process, and the page
// shell. The rules are left to the rooms, who may to rbac.
package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
	"innkeeper/internal/repeat"
	"innkeeper/rbac"
)

// Prefix is where the API begins; the same tree stands below /as/{id}.
const Prefix = "/api/v1"

// PermissionPublic marks an operation that asks nobody who he is.
const PermissionPublic = "public"

// Operation declares one operation of the API: the one place from which routing,
// authorization, the OpenAPI document and the panel's buttons come.
type Operation struct {
	ID          string // verbNoun, unique
	Method      string
	Path        string // below Prefix, or from the root when it begins with /as/
	Status      int    // of success; 200 when zero
	Tag         string
	Summary     string
	Description string
	Permission  string
	Class       rbac.Class   // while acting
	Activity    bool         // counts as something a person did on purpose
	Audit       audit.Action // zero: the act leaves no event of its own
	MaxBody     int64        // bytes; 1 MiB when zero
	EmptyBody   bool         // a body of no bytes is one, too
	Events      bool         // answers with server-sent events
	Fresh       bool         // the person must have proved within minutes who he is
	Unfactored  bool         // open to who must still set up a second factor
	Errors      []int        // besides those every operation has
	Accepted    any          // the body of 202, where the operation may answer that too
}

// Registry holds the operations and what the edge needs to decide about them.
type Registry struct {
	api        huma.API
	policy     Policy
	targets    Targets
	visits     VisitGate
	sessions   SessionGate
	unlocks    Unlocks
	audit      Recorder
	hourly     *audit.Hourly
	tx         Tx
	repeats    *repeat.Service
	cursor     Cursor
	operations []Operation
}

// Operations returns what has been registered, in order.
func (r *Registry) Operations() []Operation { return slices.Clone(r.operations) }

// methodsAt returns the methods of the operations at a path below Prefix.
func (r *Registry) methodsAt(path string) []string {
	var methods []string
	parts := strings.Split(path, "/")
	for _, op := range r.operations {
		matches := func(part, pattern string) bool {
			return part == pattern || part != "" && strings.HasPrefix(pattern, "{")
		}
		if slices.EqualFunc(parts, strings.Split(op.Path, "/"), matches) {
			methods = append(methods, op.Method)
		}
	}
	slices.Sort(methods)
	return slices.Compact(methods)
}

// May reports whether the principal may do something to an account, as the edge
// would decide: it is how answers say which buttons to show.
func (r *Registry) May(by principal.Principal, permission string, class rbac.Class, object principal.Account) bool {
	return r.policy.Allow(by, rbac.Operation{Permission: permission, Class: class}, object)
}

// MayImpersonate reports whether the principal may step into an account in a mode.
func (r *Registry) MayImpersonate(by principal.Principal, subject principal.Account, mode principal.Mode) bool {
	return r.policy.MayImpersonate(by, subject, mode)
}

// Kinds returns the kinds of account that the permission reaches; lists leave the
// others out.
func (r *Registry) Kinds(by principal.Principal, permission string) []string {
	return r.policy.Kinds(by, permission)
}

// permissions returns what the principal may do at all.
func (r *Registry) permissions(by principal.Principal) []string {
	asked := make([]rbac.Operation, 0, len(r.operations))
	for _, op := range r.operations {
		if op.Permission != PermissionPublic {
			asked = append(asked, rbac.Operation{Permission: op.Permission, Class: op.Class})
		}
	}
	return r.policy.Permissions(by, asked)
}

// Register adds an operation. The target says on whose account it acts; the
// handler is called with a principal whose scope the policy has decided. An
// incomplete or doubled declaration panics at start-up.
func Register[I, O any](r *Registry, op Operation, target func(*I) Target, handle func(context.Context, principal.Principal, *I) (*O, error)) {
	r.check(op)
	r.operations = append(r.operations, op)
	declared := op.huma()
	if op.Accepted != nil {
		kind := reflect.TypeOf(op.Accepted)
		declared.Responses = map[string]*huma.Response{"202": {
			Description: http.StatusText(http.StatusAccepted),
			Content:     map[string]*huma.MediaType{"application/json": {Schema: r.api.OpenAPI().Components.Schemas.Schema(kind, true, kind.Name())}},
		}}
	}
	if op.EmptyBody {
		declared.RequestBody = &huma.RequestBody{}
		defer func() { declared.RequestBody.Required = false }() // huma has called every raw body required by then
	}
	huma.Register(r.api, declared, func(ctx context.Context, in *I) (*O, error) {
		by, object, err := r.admit(ctx, op, func() Target { return target(in) })
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		if by.Acting() {
			ctx = principal.Visiting(ctx)
		}
		if ctx, err = r.begin(ctx, by, op); err != nil {
			return nil, problemOf(ctx, err)
		}
		out, err := handle(ctx, by, in)
		if err != nil {
			return nil, problemOf(ctx, r.refused(ctx, by, op, object, err))
		}
		return out, nil
	})
}

func (r *Registry) check(op Operation) {
	switch {
	case op.ID == "", op.Method == "", op.Path == "", op.Summary == "", op.Description == "", op.Tag == "":
		panic(fmt.Sprintf("httpapi: operation %q %s %s is not described", op.ID, op.Method, op.Path))
	case op.Permission == "":
		panic(fmt.Sprintf("httpapi: operation %s names no permission", op.ID))
	case !slices.Contains(classes, op.Class):
		panic(fmt.Sprintf("httpapi: operation %s is not classified for visits", op.ID))
	case op.Class == rbac.ClassLook && op.Method != http.MethodGet && !lookingWrites[op.ID]:
		panic(fmt.Sprintf("httpapi: operation %s writes but is classified as looking", op.ID))
	}
	for _, other := range r.operations {
		if other.ID == op.ID || other.Method == op.Method && other.Path == op.Path {
			panic(fmt.Sprintf("httpapi: operation %s is registered twice", op.ID))
		}
	}
}

var classes = []rbac.Class{rbac.ClassLook, rbac.ClassChange, rbac.ClassUnlockable, rbac.ClassDeny}

// lookingWrites are the operations that are no GET and yet belong to looking:
// they move the visit itself, nothing of the subject's.
var lookingWrites = map[string]bool{"stopImpersonation": true, "changeVisitMode": true, "recordVisitActivity": true}

func (op Operation) huma() huma.Operation {
	path := op.Path
	if !strings.HasPrefix(path, "/as/") {
		path = Prefix + path
	}
	declared := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: path, DefaultStatus: op.Status,
		Tags: []string{op.Tag}, Summary: op.Summary, Description: op.Description,
		MaxBodyBytes: op.maxBody(), Errors: op.errors(),
		Extensions: map[string]any{
			"x-permission":    op.Permission,
			"x-impersonation": string(op.Class),
			"x-activity":      op.Activity,
			"x-audit-action":  op.Audit.String(),
		},
	}
	if op.Events {
		declared.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
			"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}, Example: "event: unread\ndata: {\"unread\":1}\n\n"},
		}}}
	}
	if op.Permission != PermissionPublic {
		declared.Security = op.security()
	}
	if op.keyed() {
		declared.Parameters = []*huma.Param{keyParam()}
	}
	return declared
}

// maxBody is what huma refuses at: it calls a body of exactly its limit too large.
func (op Operation) maxBody() int64 {
	if op.MaxBody == 0 {
		return 0
	}
	return op.MaxBody + 1
}

func (op Operation) errors() []int {
	codes := []int{http.StatusBadRequest, http.StatusForbidden, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}
	if op.Permission != PermissionPublic {
		// Not found may also be the visit of the prefix, or the account that a list names.
		codes = append(codes, http.StatusUnauthorized, http.StatusNotFound, http.StatusGone)
	}
	if op.Method == http.MethodPost || op.Method == http.MethodPut || op.Method == http.MethodPatch {
		codes = append(codes, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if op.keyed() {
		codes = append(codes, http.StatusConflict, http.StatusUnprocessableEntity)
	}
	for _, code := range append(codes, op.Errors...) {
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}
