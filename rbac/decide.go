package rbac

import "innkeeper/internal/principal"

// Class says what an operation is to somebody who acts for another.
type Class string

// The classes. Look is open in both modes of a visit and change in change mode; what is
// unlockable the owner alone can open, and unlocked is what he has opened; deny is closed.
// No operation is declared as unlocked: who asks states it as a fact of the moment.
const (
	ClassLook       Class = "look"
	ClassChange     Class = "change"
	ClassUnlockable Class = "unlockable"
	ClassUnlocked   Class = "unlocked"
	ClassDeny       Class = "deny"
)

// Operation is what the registry knows of an operation of the API.
type Operation struct {
	Permission string // "account:suspend"
	Class      Class
}

// Allow reports whether the principal may do the operation on the object: an account, or
// the account that a thing belongs to, loaded with its path.
//
// While acting three answers must be yes: the subject's owner may do it in the visit's
// mode, the actor may (still) hold this visit, and the mode lets the class through. The
// permission to impersonate is the exception: it is asked as MayImpersonate in look mode.
// The system, which stands in no tree and does what a decided request has promised, may
// do every known act but impersonate.
func (e *Enforcer) Allow(p principal.Principal, op Operation, object principal.Account) bool {
	s := e.snapshot()
	switch {
	case s == nil || !covered(&p, op.Permission):
		return false
	case op.Permission == impersonate:
		return s.mayImpersonate(&p, &object, principal.Look)
	case p.IsSystem():
		return s.system(&p, op.Permission)
	}
	relation := relate(asking(&p), &object)
	if !p.Acting() {
		return s.may(&p, op.Permission, object.Kind, relation)
	}
	return s.allowsVisitor(&visited{
		question: question{p.SubjectRole, object.Kind, op.Permission, relation, string(p.Visit.Mode)},
		visitor:  p.Role, subject: p.Subject.Kind, stands: relate(&p.Account, &p.Subject), class: op.Class,
	})
}

// AllowAny reports whether the principal may do the operation on at least one account: the
// question of lists and of menus. What the list may then hold is said by Scope and Kinds.
func (e *Enforcer) AllowAny(p principal.Principal, op Operation) bool {
	s := e.snapshot()
	if s == nil {
		return false
	}
	return s.scope(&p, op.Permission).Reach() != principal.ReachNothing &&
		s.letsThrough(&p, op.Class, asking(&p).Kind, self)
}

// MayImpersonate reports whether the principal may start a visit in the mode: never out of
// another visit, never into his own account, never in a mode that is none. The mode of a
// running visit is changed by asking with the visit taken off.
func (e *Enforcer) MayImpersonate(p principal.Principal, subject principal.Account, mode principal.Mode) bool {
	s := e.snapshot()
	return s != nil && s.mayImpersonate(&p, &subject, mode)
}

// HoldsVisit reports whether the principal is acting and the rules still let the actor be
// where he is, in this mode.
func (e *Enforcer) HoldsVisit(p principal.Principal) bool {
	s := e.snapshot()
	return s != nil && s.holdsVisit(&p)
}

// Under returns the account as it would stand below the owner: the object of its creation.
func Under(owner principal.Account, kind string) principal.Account {
	const id = "new"
	return principal.Account{ID: id, Kind: kind, OwnerID: owner.ID, Path: owner.Path + id + "/"}
}

// Below here principals and accounts go by pointer, because they are large and a decision is
// asked for many times in a request; nothing changes them.

func (s *snapshot) mayImpersonate(p *principal.Principal, subject *principal.Account, mode principal.Mode) bool {
	return !p.Acting() && s.mayVisit(p, subject, mode)
}

func (s *snapshot) holdsVisit(p *principal.Principal) bool {
	return p.Acting() && s.mayVisit(p, &p.Subject, p.Visit.Mode)
}

func (s *snapshot) mayVisit(p *principal.Principal, subject *principal.Account, mode principal.Mode) bool {
	return actingRole(mode) != "" && covered(p, impersonate) &&
		s.allows(question{p.Role, subject.Kind, impersonate, relate(&p.Account, subject), string(mode)})
}

// may asks for the role in whose name things are done.
func (s *snapshot) may(p *principal.Principal, permission, kind, relation string) bool {
	role := p.Role
	if p.Acting() {
		role = p.SubjectRole
	}
	return s.allows(question{role, kind, permission, relation, string(p.Mode())})
}

// letsThrough reports whether a visit, if there is one, may be held and lets the class through.
func (s *snapshot) letsThrough(p *principal.Principal, class Class, kind, relation string) bool {
	if !p.Acting() {
		return true
	}
	mode := p.Visit.Mode
	return s.holdsVisit(p) && s.allows(question{actingRole(mode), kind, classAct(class), relation, string(mode)})
}

func (s *snapshot) system(p *principal.Principal, permission string) bool {
	return !p.Acting() && s.acts[permission] && permission != impersonate
}

// asking returns the account in whose name things are done.
func asking(p *principal.Principal) *principal.Account {
	if p.Acting() {
		return &p.Subject
	}
	return &p.Account
}

// actingRole and classAct spell the words out, because a decision allocates nothing.
func actingRole(mode principal.Mode) string {
	switch mode {
	case principal.Look:
		return actingPrefix + "look"
	case principal.Change:
		return actingPrefix + "change"
	default:
		return ""
	}
}

func classAct(class Class) string {
	switch class {
	case ClassLook:
		return classPrefix + "look"
	case ClassChange:
		return classPrefix + "change"
	case ClassUnlockable:
		return classPrefix + "unlockable"
	case ClassUnlocked:
		return classPrefix + "unlocked"
	case ClassDeny:
		return classPrefix + "deny"
	default:
		return ""
	}
}

// relate returns where the object stands, seen from the account.
func relate(a, object *principal.Account) string {
	switch {
	case !placed(a) || !placed(object):
		return unknown
	case a.ID == object.ID:
		return self
	case a.Owns(*object):
		return owned
	default:
		return foreign
	}
}

// placed reports whether the account's path is whole: it begins with a slash and ends in
// the account's own id between two. Without that "owns" would be a guess.
func placed(a *principal.Account) bool {
	start := len(a.Path) - len(a.ID) - 1
	return a.ID != "" && start > 0 && a.Path[0] == '/' && a.Path[start-1] == '/' &&
		a.Path[start:len(a.Path)-1] == a.ID && a.Path[len(a.Path)-1] == '/'
}
