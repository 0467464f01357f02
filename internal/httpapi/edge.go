package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/auth"
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
	Grants(role string) (permissions []string, modes []principal.Mode)
}

// VisitGate keeps visits at the edge: it builds the principal of one and notes
// what is done on purpose.
type VisitGate interface {
	Enter(ctx context.Context, by principal.Principal, visitID string) (principal.Principal, error)
	Touch(ctx context.Context, by principal.Principal) error
}

// SessionGate notes that the person of a login session did something on purpose,
// and says whether he has just proved who he is.
type SessionGate interface {
	Touch(ctx context.Context, by principal.Principal) error
	Fresh(ctx context.Context, by principal.Principal) error
}

// Unlocks knows what owners have opened to their visitors.
type Unlocks interface {
	// Unlocked reports whether the mailbox may be read in a visit now.
	Unlocked(ctx context.Context, mailboxID string) (bool, error)
}

// Recorder writes the events of refused attempts.
type Recorder interface {
	Record(ctx context.Context, by principal.Principal, entry audit.Entry) error
}

// Tx runs transactions and tells the time.
type Tx interface {
	InTx(ctx context.Context, run func(ctx context.Context) error) error
	Now(ctx context.Context) (time.Time, error)
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
	TargetAsk       TargetKind = "request"
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

// AskID is the account that the request to be let in is about.
func AskID(id string) Target { return Target{kind: TargetAsk, id: id} }

// admit decides about one request: who asks, may he, on whose account, how far
// he reaches, and that he did it now. The account is the zero one where the room
// itself finds out about it.
func (r *Registry) admit(ctx context.Context, op Operation, target func() Target) (principal.Principal, principal.Account, error) {
	by, err := principalOf(ctx)
	if op.Permission == PermissionPublic && !underVisit(ctx) {
		return by, principal.Account{}, nil
	}
	if err != nil {
		return by, principal.Account{}, err
	}
	if op.Permission == PermissionPublic { // it would be done by nobody, under somebody's name
		return by, by.Subject, r.refuse(ctx, by, op, by.Subject, ErrClosedActing, r.on(by.Subject, op))
	}
	if by.Via.LacksFactor && !op.Unfactored {
		return by, by.Subject, auth.ErrFactorRequired
	}
	if err := lets(by, op); err != nil {
		return by, by.Subject, r.refuseToken(ctx, by, op, err)
	}
	t := target()
	object, err := r.authorize(ctx, by, op, t)
	if err != nil {
		return by, object, err
	}
	if op.Fresh {
		if err := r.sessions.Fresh(ctx, by); err != nil {
			return by, object, err
		}
	}
	if op.Activity {
		if err := r.touch(ctx, by); err != nil {
			return by, object, err
		}
	}
	if looksIn(by, op, object, t) {
		if err := r.hourly.Look(ctx, by, object); err != nil {
			return by, object, err
		}
	}
	return by.WithScope(r.policy.Scope(by, op.Permission)), object, nil
}

// looksIn reports whether somebody reads from outside what belongs to one account that
// is not his. Lists over several accounts are not looking at one; what is done in a visit
// stands in the visit.
func looksIn(by principal.Principal, op Operation, object principal.Account, t Target) bool {
	one := t.kind != targetOwn && t.kind != targetSomewhere && t.kind != targetUnseen
	return one && op.Method == http.MethodGet && !by.Acting() && object.ID != by.Account.ID
}

func (r *Registry) authorize(ctx context.Context, by principal.Principal, op Operation, t Target) (principal.Account, error) {
	if t.kind == targetSomewhere {
		if anywhere := r.anywhere(op); !anywhere(by) {
			return by.Subject, r.refuse(ctx, by, op, by.Subject, ErrForbidden, anywhere)
		}
		return by.Subject, nil
	}
	if t.kind == targetUnseen && !by.Acting() {
		return principal.Account{}, nil
	}
	object, missing := by.Subject, error(ErrForbidden)
	if t.kind != targetOwn && t.kind != targetUnseen {
		var err error
		if object, err = r.targets[t.kind](ctx, t.id); err != nil {
			return object, err
		}
		missing = errMissing(t.kind)
	}
	op, err := r.opened(ctx, by, op, t)
	if err != nil {
		return object, err
	}
	there := r.on(object, op)
	if there(by) {
		return object, nil
	}
	if viewOf[t.kind] != "" && r.policy.Allow(by, rbac.Operation{Permission: viewOf[t.kind], Class: rbac.ClassLook}, object) {
		missing = ErrForbidden // it can be seen, so the refusal tells nothing new
	}
	return object, r.refuse(ctx, by, op, object, missing, there)
}

// opened returns the operation as it is at this moment: to a visitor, what is
// unlockable counts as unlocked while the owner's grant for that very thing lasts.
// To who asks as himself it makes no difference.
func (r *Registry) opened(ctx context.Context, by principal.Principal, op Operation, t Target) (Operation, error) {
	if op.Class != rbac.ClassUnlockable || t.kind != TargetMailbox || !by.Acting() {
		return op, nil
	}
	open, err := r.unlocks.Unlocked(ctx, t.id)
	if err == nil && open {
		op.Class = rbac.ClassUnlocked
	}
	return op, err
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
