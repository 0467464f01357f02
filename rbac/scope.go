package rbac

import (
	"slices"

	"innkeeper/internal/principal"
)

// Scope returns the widest reach that the principal has with the permission. In a visit it
// is the subject's and never wider than the subject's tree. It holds the kinds of account
// that the permission reaches and no others: it bounds what storage may find, and Allow
// decides on what was found.
func (e *Enforcer) Scope(p principal.Principal, permission string) principal.Scope {
	s := e.snapshot()
	if s == nil {
		return principal.Scope{}
	}
	return s.scope(&p, permission)
}

// Kinds returns the kinds of account, other than its own, that the principal may reach with
// the permission, sorted. A list leaves the others out, as Allow would.
func (e *Enforcer) Kinds(p principal.Principal, permission string) []string {
	s := e.snapshot()
	if s == nil {
		return nil
	}
	if p.IsSystem() && s.system(&p, permission) {
		return sorted(s.kinds)
	}
	return sorted(s.kindsReached(&p, permission))
}

// kindsReached returns the kinds of account, other than its own, that the
// principal may reach with the permission.
func (s *snapshot) kindsReached(p *principal.Principal, permission string) map[string]bool {
	reached := make(map[string]bool)
	for kind := range s.kinds {
		if s.reaches(p, permission, kind, owned) || s.reaches(p, permission, kind, foreign) {
			reached[kind] = true
		}
	}
	return reached
}

// Permissions returns the permissions of the operations that the principal may use on at
// least one account, sorted: in a visit, those its mode lets through.
func (e *Enforcer) Permissions(p principal.Principal, ops []Operation) []string {
	list := make([]string, 0, len(ops))
	for _, op := range ops {
		if e.AllowAny(p, op) {
			list = append(list, op.Permission)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (s *snapshot) scope(p *principal.Principal, permission string) principal.Scope {
	account := asking(p)
	switch {
	case p.IsSystem() && s.system(p, permission):
		return principal.Everything()
	case !placed(account):
		return principal.Scope{}
	case s.reachesSome(p, permission, foreign):
		return s.bounded(p, permission, principal.Everything())
	case s.reachesSome(p, permission, owned):
		return s.bounded(p, permission, principal.Tree(*account))
	case s.reaches(p, permission, account.Kind, self):
		return principal.Only(*account)
	default:
		return principal.Scope{}
	}
}

// bounded leaves the kinds of account out of a scope that the permission does not
// reach, unless it reaches all of them.
func (s *snapshot) bounded(p *principal.Principal, permission string, wide principal.Scope) principal.Scope {
	reached, own := s.kindsReached(p, permission), ""
	if s.reaches(p, permission, asking(p).Kind, self) {
		own = asking(p).ID
	}
	if len(reached) == len(s.kinds) {
		return wide
	}
	return wide.OfKinds(sorted(reached), own)
}

func (s *snapshot) reachesSome(p *principal.Principal, permission, relation string) bool {
	for kind := range s.kinds {
		if s.reaches(p, permission, kind, relation) {
			return true
		}
	}
	return false
}

// reaches asks what Allow would ask, before the operation's class. A visit ends at the
// subject's tree.
func (s *snapshot) reaches(p *principal.Principal, permission, kind, relation string) bool {
	switch {
	case !covered(p, permission):
		return false
	case permission == impersonate:
		return !p.Acting() && s.allows(question{p.Role, kind, permission, relation, string(principal.Look)})
	case p.Acting() && (relation == foreign || !s.holdsVisit(p)):
		return false
	default:
		return s.may(p, permission, kind, relation)
	}
}
