package rbac_test

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// What is enumerated: every role (and one that does not exist) × where the object stands ×
// its kind × directly or in a visit, by every actor from everywhere × every permission (and
// one that does not exist) × every class.
var (
	everyRole  = strings.Fields("admin support assistant billing reporting reseller reseller_staff customer customer_user")
	ownerRoles = strings.Fields("admin reseller customer customer_user ghost")
	everyKind  = strings.Fields("admin support reseller customer")
	everyRel   = strings.Fields("self owned below foreign unknown")
	everyAct   = strings.Fields(`account:view account:create account:update account:suspend account:disable account:delete
		account:transfer account:set-plan account:invite account:view-usage account:impersonate impersonation:view impersonation:end
		impersonation:stop impersonation:mode session:view
		domain:view domain:manage record:manage mailbox:view mailbox:manage mailbox:set-password mailbox:read mailbox:unlock file:view file:manage activity:view
		access-history:view session:manage notification:view notification:read notification:choose notification:templates mail:view job:view job:manage plan:view password:change factor:manage token:manage
		dashboard:view account:break-glass account:sso consent:manage role:view role:manage role:assign role:grant-impersonate operation:view operation:cancel`)
	everyClass = []rbac.Class{rbac.ClassLook, rbac.ClassChange, rbac.ClassUnlockable, rbac.ClassUnlocked, rbac.ClassDeny}
)

// asked is one question in the words of the documents.
type asked struct {
	role, kind, rel, act string // in whose name, on what, where it stands
	class                rbac.Class
	visit                *visit
}

// visit is by which role, and where from, the account is acted for.
type visit struct{ role, kind, rel, mode string }

func (q asked) allow(e *rbac.Enforcer) bool {
	p, object := q.principal()
	return e.Allow(p, rbac.Operation{Permission: q.act, Class: q.class}, object)
}

func (q asked) mayImpersonate(e *rbac.Enforcer, mode string) bool {
	p, object := q.principal()
	return e.MayImpersonate(p, object, principal.Mode(mode))
}

// principal returns who asks, and the object.
func (q asked) principal() (principal.Principal, principal.Account) {
	if q.visit == nil {
		kind := "reseller"
		if q.rel == "self" {
			kind = q.kind
		}
		me := principal.Account{ID: "a", Kind: kind, Path: "/top/a/"}
		return principal.Principal{Account: me, Role: q.role, Subject: me, SubjectRole: q.role}, seenFrom(me, q.rel, q.kind, "o")
	}
	actor := principal.Account{ID: "a", Kind: "support", Path: "/top/a/"}
	subject := seenFrom(actor, q.visit.rel, q.visit.kind, "s")
	return principal.Principal{
		Account: actor, Role: q.visit.role, Subject: subject, SubjectRole: q.role,
		Visit: &principal.Visit{ID: "imp_1", Mode: principal.Mode(q.visit.mode)},
	}, seenFrom(subject, q.rel, q.kind, "o")
}

// seenFrom returns an account that stands to the other as the relation says. What is foreign
// has a path that begins alike.
func seenFrom(a principal.Account, rel, kind, id string) principal.Account {
	switch rel {
	case "self":
		return a
	case "owned":
		return principal.Account{ID: id, Kind: kind, Path: a.Path + id + "/"}
	case "below":
		return principal.Account{ID: id, Kind: kind, Path: a.Path + "between/" + id + "/"}
	case "foreign":
		return principal.Account{ID: id, Kind: kind, Path: strings.TrimSuffix(a.Path, "/") + "2/" + id + "/"}
	default:
		return principal.Account{ID: id, Kind: kind}
	}
}

// everyQuestion yields all there are.
func everyQuestion(yield func(asked) bool) {
	for q := range directQuestions(append([]string{"vault:open"}, everyAct...)) {
		if !yield(q) {
			return
		}
	}
	for q := range visitQuestions(everyVisit(), ownerRoles, append([]string{"vault:open"}, everyAct...), everyClass) {
		if !yield(q) {
			return
		}
	}
}

func everyVisit() []visit {
	var list []visit
	for _, role := range append([]string{"ghost"}, everyRole...) {
		for _, kind := range everyKind {
			for _, rel := range []string{"owned", "foreign"} {
				list = append(list, visit{role, kind, rel, "look"}, visit{role, kind, rel, "change"})
			}
		}
		list = append(list, visit{role, "customer", "below", "look"}, visit{role, "support", "self", "change"}, visit{role, "customer", "unknown", "change"})
	}
	return list
}

func directQuestions(acts []string) iter.Seq[asked] {
	return func(yield func(asked) bool) {
		for _, role := range append([]string{"ghost"}, everyRole...) {
			for _, act := range acts {
				for _, rel := range everyRel {
					for _, kind := range everyKind {
						if !yield(asked{role, kind, rel, act, rbac.ClassDeny, nil}) {
							return
						}
					}
				}
			}
		}
	}
}

func visitQuestions(visits []visit, roles, acts []string, classes []rbac.Class) iter.Seq[asked] {
	return func(yield func(asked) bool) {
		for i := range visits {
			for _, role := range roles {
				for _, act := range acts {
					for _, class := range classes {
						if !eachObject(asked{role: role, act: act, class: class, visit: &visits[i]}, yield) {
							return
						}
					}
				}
			}
		}
	}
}

// eachObject yields the question for every object that can be seen from the visit's subject.
func eachObject(q asked, yield func(asked) bool) bool {
	for _, q.rel = range everyRel {
		for _, q.kind = range everyKind {
			if q.rel == "self" && q.kind != q.visit.kind || q.visit.rel == "unknown" && q.rel != "unknown" {
				continue // there is none
			}
			if !yield(q) {
				return false
			}
		}
	}
	return true
}

// String is the question as a sentence.
func (q asked) String() string {
	if q.visit == nil {
		return fmt.Sprintf("%s may %s %s directly", q.role, q.act, q.object())
	}
	return fmt.Sprintf("%s in the account of a %s (%s to him) in %s mode may, as its %s, %s %s (class %q)",
		q.visit.role, q.visit.kind, q.visit.rel, q.visit.mode, q.role, q.act, q.object(), q.class)
}

func (q asked) object() string {
	switch q.rel {
	case "self":
		return "his own account (" + q.kind + ")"
	case "owned":
		return "an owned " + q.kind
	case "below":
		return "a " + q.kind + " owned by one he owns"
	default:
		return "a " + q.kind + " that is " + q.rel
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// generous adds lines that give every role everything.
func generous(lines []rbac.Line) []rbac.Line {
	for _, act := range everyAct {
		lines = append(slices.Clip(lines), rbac.Line{Role: "*", Kind: "*", Act: act, Relation: "any", Mode: "*", Effect: "allow"})
	}
	return lines
}

func enforcer(t testing.TB, lines []rbac.Line) *rbac.Enforcer {
	t.Helper()
	e, err := rbac.NewFrom(lines, nil)
	if err != nil {
		t.Fatalf("NewFrom(%d lines): %v", len(lines), err)
	}
	return e
}
