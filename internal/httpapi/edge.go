package httpapi

import (
	"context"
	"errors"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// Policy decides; rbac.Enforcer is it.
type Policy interface {
	Allow(by principal.Principal, op rbac.Operation, object principal.Account) bool
	AllowAny(by principal.Principal, op rbac.Operation) bool
	Kinds(by principal.Principal, permission string) []string
	MayImpersonate(by principal.Principal, subject principal.Account, mode principal.Mode) bool
	Scope(by principal.Principal, permission string) principal.Scope
	Permissions(by principal.Principal, ops []rbac.Operation) []string
}

// VisitGate keeps visits at the edge: it builds the principal of one and notes
// what is done on purpose.
type VisitGate interface {
	Enter(ctx context.Context, by principal.Principal, visitID string) (principal.Principal, error)
	Touch(ctx context.Context, by principal.Principal) error
}

// SessionGate notes that the person of a login session did something on purpose.
type SessionGate interface {
	Touch(ctx context.Context, by principal.Principal) error
}

// Recorder writes the events of refused attempts.
type Recorder interface {
	Record(ctx context.Context, by principal.Principal, entry audit.Entry) error
}

// Tx runs transactions.
type Tx interface {
	InTx(ctx context.Context, run func(ctx context.Context) error) error
}

// Targets finds the account behind a path parameter. Its error says that there
// is none; that answer is also given for what is not the asker's.
type Targets map[TargetKind]func(ctx context.Context, id string) (principal.Account, error)

// TargetKind is what an id in a request names.
type TargetKind string

// The kinds of ids.
const (
	targetOwn       TargetKind = "own"
	targetSomewhere TargetKind = "somewhere"
	targetUnseen    TargetKind = "unseen"
	TargetAccount   TargetKind = "account"
	TargetDomain    TargetKind = "domain"
	TargetMailbox   TargetKind = "mailbox"
	TargetVisit     TargetKind = "visit"
)

// Target says on whose account an operation acts.
type Target struct {
	kind TargetKind
	id   string
}

// Own is the account the principal is in: the subject's while acting.
func Own() Target { return Target{kind: targetOwn} }

// Somewhere is a list whose extent the scope decides.
func Somewhere() Target { return Target{kind: targetSomewhere} }

// Unseen is an account whose very existence the answer must not tell: the room
// asks the policy itself and answers everything refused alike. The edge only
// sees that nobody does it while acting.
func Unseen() Target { return Target{kind: targetUnseen} }

// AccountID is the account of that id.
func AccountID(id string) Target { return Target{kind: TargetAccount, id: id} }

// AccountOrOwn is the account of that id, or the own one when it is empty.
func AccountOrOwn(id string) Target {
	if id == "" {
		return Own()
	}
	return AccountID(id)
}

// AccountOrSomewhere is the account of that id, or all in the scope.
func AccountOrSomewhere(id string) Target {
	if id == "" {
		return Somewhere()
	}
	return AccountID(id)
}

// DomainID is the account that has the domain.
func DomainID(id string) Target { return Target{kind: TargetDomain, id: id} }

// MailboxID is the account that has the mailbox.
func MailboxID(id string) Target { return Target{kind: TargetMailbox, id: id} }

// VisitID is the subject of the visit.
func VisitID(id string) Target { return Target{kind: TargetVisit, id: id} }

// The answers of the edge.
var (
	ErrUnauthenticated = fault.New(fault.Unauthenticated, "unauthenticated", "Please sign in.")
	ErrForbidden       = fault.New(fault.Forbidden, "forbidden", "You don't have permission to do this.")
	ErrClosedActing    = fault.New(fault.Forbidden, "closed-while-acting", "This is closed while you act for somebody else: only the owner of the account may do it.")
	ErrReadOnlyVisit   = fault.New(fault.Forbidden, "read-only-visit", "This visit is view only. Choose Make changes to do this.")
)

// The events of refusals.
var (
	ActionBlocked = audit.NewAction("impersonation.blocked", "{actor} tried “{object}”, which is closed to visitors.")
	ActionDenied  = audit.NewAction("access.denied", "{actor} tried “{object}” without permission.")
)

// admit decides about one request: who asks, may he, on whose account, how far
// he reaches, and that he did it now.
func (r *Registry) admit(ctx context.Context, op Operation, target func() Target) (principal.Principal, error) {
	if op.Permission == PermissionPublic {
		by, _ := principalOf(ctx)
		return by, nil
	}
	by, err := principalOf(ctx)
	if err != nil {
		return by, err
	}
	if err := r.authorize(ctx, by, op, target()); err != nil {
		return by, err
	}
	if op.Activity {
		if err := r.touch(ctx, by); err != nil {
			return by, err
		}
	}
	return by.WithScope(r.policy.Scope(by, op.Permission)), nil
}

func (r *Registry) authorize(ctx context.Context, by principal.Principal, op Operation, t Target) error {
	asked := rbac.Operation{Permission: op.Permission, Class: op.Class}
	if t.kind == targetSomewhere {
		if r.policy.AllowAny(by, asked) {
			return nil
		}
		return r.refuse(ctx, by, op, by.Subject, ErrForbidden)
	}
	if t.kind == targetUnseen && !by.Acting() {
		return nil
	}
	object, missing := by.Subject, error(ErrForbidden)
	if t.kind != targetOwn && t.kind != targetUnseen {
		var err error
		if object, err = r.targets[t.kind](ctx, t.id); err != nil {
			return err
		}
		missing = errMissing(t.kind)
	}
	if r.policy.Allow(by, asked, object) {
		return nil
	}
	if viewOf[t.kind] != "" && r.policy.Allow(by, rbac.Operation{Permission: viewOf[t.kind], Class: rbac.ClassLook}, object) {
		missing = ErrForbidden // it can be seen, so the refusal tells nothing new
	}
	return r.refuse(ctx, by, op, object, missing)
}

// refuse records the attempt on the page of the account it was meant for, and
// says what the person can do about it.
func (r *Registry) refuse(ctx context.Context, by principal.Principal, op Operation, object principal.Account, answer error) error {
	entry := audit.Entry{
		Action: ActionDenied, Account: object, Result: audit.Denied,
		Object: audit.Object{Kind: "operation", ID: op.ID, Name: op.Summary},
	}
	if by.Acting() {
		entry.Action, entry.Result = ActionBlocked, audit.Blocked
		if !errors.Is(answer, ErrClosedActing) {
			answer = r.closed(by, op, object, answer)
		}
	}
	err := r.tx.InTx(ctx, func(ctx context.Context) error { return r.audit.Record(ctx, by, entry) })
	return errors.Join(answer, err)
}

// blocked records that a room closed something to a visitor that the operation
// as a whole left open, such as giving a mailbox a password while creating it.
func (r *Registry) blocked(ctx context.Context, by principal.Principal, op Operation, err error) error {
	if !by.Acting() || !errors.Is(err, ErrClosedActing) {
		return err
	}
	return r.refuse(ctx, by, op, by.Subject, err)
}

// closed says why a visitor is refused: the mode of the visit, or that only the
// owner may. What the owner could not do either keeps its own answer.
func (r *Registry) closed(by principal.Principal, op Operation, object principal.Account, otherwise error) error {
	asked := rbac.Operation{Permission: op.Permission, Class: op.Class}
	changing, owner := by, by
	changing.Visit = &principal.Visit{ID: by.Visit.ID, Mode: principal.Change}
	owner.Visit, owner.Account, owner.Role = nil, by.Subject, by.SubjectRole
	switch {
	case by.Mode() == principal.Look && r.policy.Allow(changing, asked, object):
		return ErrReadOnlyVisit
	case op.Class == rbac.ClassDeny, r.policy.Allow(owner, asked, object):
		return ErrClosedActing
	default:
		return otherwise
	}
}

func (r *Registry) touch(ctx context.Context, by principal.Principal) error {
	if by.Acting() {
		if err := r.visits.Touch(ctx, by); err != nil {
			return err
		}
	}
	return r.sessions.Touch(ctx, by)
}

// viewOf names the permission by which a thing is seen at all: without it, a
// thing of somebody else answers as if it were not there.
var viewOf = map[TargetKind]string{
	TargetAccount: "account:view",
	TargetDomain:  "domain:view",
	TargetMailbox: "mailbox:view",
	TargetVisit:   "impersonation:view",
}

func errMissing(kind TargetKind) error {
	return fault.New(fault.NotFound, string(kind)+"-not-found", "There is no such "+string(kind)+".")
}

type principalKey struct{}

type identity struct {
	by  principal.Principal
	err error
}

// principalOf returns who asks, as the middleware found out.
func principalOf(ctx context.Context) (principal.Principal, error) {
	who, ok := ctx.Value(principalKey{}).(identity)
	if !ok {
		return principal.Principal{}, ErrUnauthenticated
	}
	return who.by, who.err
}

func withPrincipal(ctx context.Context, by principal.Principal, err error) context.Context {
	return context.WithValue(ctx, principalKey{}, identity{by: by, err: err})
}
