package rbac

import "innkeeper/internal/principal"

// Grants returns what a role may do on other people's accounts as itself, sorted, and
// in which modes it may enter any: what a table of roles shows.
func (e *Enforcer) Grants(role string) (acts []string, modes []principal.Mode) {
	s := e.snapshot()
	if s == nil {
		return nil, nil
	}
	for _, act := range sorted(s.acts) {
		if act != impersonate && s.grants(role, act, principal.Direct) {
			acts = append(acts, act)
		}
	}
	for _, mode := range []principal.Mode{principal.Look, principal.Change} {
		if s.grants(role, impersonate, mode) {
			modes = append(modes, mode)
		}
	}
	return acts, modes
}

func (s *snapshot) grants(role, act string, mode principal.Mode) bool {
	for kind := range s.kinds {
		if s.allows(question{role, kind, act, owned, string(mode)}) || s.allows(question{role, kind, act, foreign, string(mode)}) {
			return true
		}
	}
	return false
}
