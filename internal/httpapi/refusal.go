package httpapi

import (
	"context"
	"errors"

	"innkeeper/internal/audit"
	"innkeeper/internal/auth"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

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

// question asks the policy whether somebody may.
type question func(by principal.Principal) bool

// on asks whether somebody may do the operation on the account.
func (r *Registry) on(object principal.Account, op Operation) question {
	return func(by principal.Principal) bool {
		return r.policy.Allow(by, rbac.Operation{Permission: op.Permission, Class: op.Class}, object)
	}
}

// anywhere asks whether somebody may do the operation on any account.
func (r *Registry) anywhere(op Operation) question {
	return func(by principal.Principal) bool {
		return r.policy.AllowAny(by, rbac.Operation{Permission: op.Permission, Class: op.Class})
	}
}

// refuse records the attempt on the page of the account it was meant for, and
// says what the person can do about it. In a visit each is an event; who tries the same
// again and again as himself has his attempts counted.
func (r *Registry) refuse(ctx context.Context, by principal.Principal, op Operation, object principal.Account, answer error, may question) error {
	if by.Acting() && !errors.Is(answer, ErrClosedActing) {
		answer = closed(by, op, answer, may)
	}
	entry := refusal(by, op, object)
	if !by.Acting() {
		return errors.Join(answer, r.hourly.Refused(ctx, by, entry))
	}
	err := r.tx.InTx(ctx, func(ctx context.Context) error { return r.audit.Record(ctx, by, entry) })
	return errors.Join(answer, err)
}

// refusal is the event of an attempt that was refused.
func refusal(by principal.Principal, op Operation, object principal.Account) audit.Entry {
	entry := audit.Entry{
		Action: ActionDenied, Account: object, Result: audit.Denied,
		Object: audit.Object{Kind: audit.ThingOperation, ID: op.ID, Name: op.Summary},
	}
	if by.Acting() {
		entry.Action, entry.Result = ActionBlocked, audit.Blocked
	}
	return entry
}

// refused records that a room refused something that the operation as a whole
// left open, such as giving a mailbox a password while creating it.
func (r *Registry) refused(ctx context.Context, by principal.Principal, op Operation, object principal.Account, err error) error {
	if fault.KindOf(err) != fault.Forbidden || object.ID == "" || errors.Is(err, auth.ErrStepUpRequired) {
		return err
	}
	return r.refuse(ctx, by, op, object, err, func(principal.Principal) bool { return false })
}

// closed says why a visitor is refused: the mode of the visit, or that only the
// owner may. What the owner could not do either, and what he cannot see, keeps its
// own answer: that something is closed does not tell that it is there.
func closed(by principal.Principal, op Operation, otherwise error, may question) error {
	owner := by
	owner.Visit, owner.Account, owner.Role = nil, by.Subject, by.SubjectRole
	switch {
	case by.Mode() == principal.Look && may(by.Changing()):
		return ErrReadOnlyVisit
	case op.Class == rbac.ClassDeny && errors.Is(otherwise, ErrForbidden), may(owner):
		return ErrClosedActing
	default:
		return otherwise
	}
}

func errMissing(kind TargetKind) error {
	return fault.New(fault.NotFound, string(kind)+"-not-found", "There is no such "+string(kind)+".")
}
