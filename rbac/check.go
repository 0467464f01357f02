package rbac

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
)

// roleWord is what a custom role may be called: nothing that a wildcard, an alternative or
// an acting role could be mistaken for.
var roleWord = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,62}$`)

// objections are what is wrong with custom lines: fields for people, causes for the log.
type objections struct {
	fields fault.Fields
	causes []error
}

func (o *objections) add(i int, l Line, column, code, detail string) {
	pointer := fmt.Sprintf("/lines/%d/%s", i, column)
	o.fields.Add(pointer, code, detail)
	o.causes = append(o.causes, fmt.Errorf("%s of %q: %s", pointer, l, code))
}

func (o *objections) err() error {
	if len(o.fields) == 0 {
		return nil
	}
	return ErrLines.WithFields(o.fields...).WithCause(errors.Join(o.causes...))
}

// checkWords refuses custom lines with words that the policy does not know, and rights that
// built-in deny lines keep from the role in any case: it cannot even be given them.
func (s *snapshot) checkWords(builtin, custom []Line) error {
	var o objections
	for i, l := range custom {
		if !roleWord.MatchString(l.Role) {
			o.add(i, l, "role", "role-name", "A role's name has small letters, digits, - and _.")
		}
		if l.Kind != all && !each(l.Kind, func(w string) bool { return s.kinds[w] }) {
			o.add(i, l, "kind", "unknown-kind", "There is no such kind of account.")
		}
		if !s.acts[l.Act] {
			o.add(i, l, "act", "unknown-permission", "There is no such permission.")
		}
		if l.Relation != anywhere && !each(l.Relation, func(w string) bool { return slices.Contains(relations, w) }) {
			o.add(i, l, "relation", "unknown-relation", "Use self, owned, foreign or any.")
		}
		if l.Mode != all && l.Mode != acting && !each(l.Mode, func(w string) bool { return slices.Contains(modes, w) }) {
			o.add(i, l, "mode", "unknown-mode", "Use direct, look, change, acting or *.")
		}
		if l.Effect != allow && l.Effect != deny {
			o.add(i, l, "effect", "unknown-effect", "Use allow or deny.")
		}
		if l.Effect == allow && s.dead(builtin, l) {
			o.add(i, l, "act", "never", "This can never be given to this role.")
		}
	}
	return o.err()
}

// dead reports whether built-in deny lines cover everything that the line covers.
func (s *snapshot) dead(builtin []Line, l Line) bool {
	list := s.questions(l)
	for _, q := range list {
		if !slices.ContainsFunc(builtin, func(b Line) bool { return b.Effect == deny && b.covers(q) }) {
			return false
		}
	}
	return len(list) > 0
}

// checkReach refuses to let a role into accounts that no built-in role may enter (those of
// the provider's people) unless it may itself do all that any built-in role may do on other
// people's accounts: nobody gains a right by a visit.
func (s *snapshot) checkReach(builtin, custom []Line) error {
	var o objections
	for i, l := range custom {
		if l.Effect == allow && l.Act == impersonate && s.beyond(builtin, l) && !s.includesAll(builtin, l.Role) {
			o.add(i, l, "kind", "rights-missing", "The role may do less than those whose accounts it would enter.")
		}
	}
	return o.err()
}

// beyond reports whether the line opens a kind of account that no built-in line opens.
func (s *snapshot) beyond(builtin []Line, l Line) bool {
	return slices.ContainsFunc(s.questions(l), func(q question) bool {
		return !slices.ContainsFunc(builtin, func(b Line) bool {
			return b.Effect == allow && b.Act == impersonate && coversWord(b.Kind, q.kind)
		})
	})
}

// includesAll reports whether the role may itself do on foreign accounts what built-in lines
// let anybody do there.
func (s *snapshot) includesAll(builtin []Line, role string) bool {
	for _, l := range builtin {
		if l.Effect != allow || reserved(l.Act) {
			continue
		}
		for _, q := range s.questions(l) {
			q.role = role
			itself := q.mode == string(principal.Direct) || q.act == impersonate
			if itself && q.relation == foreign && !s.allows(q) {
				return false
			}
		}
	}
	return true
}

// questions returns every question that the line covers.
func (s *snapshot) questions(l Line) []question {
	var list []question
	for kind := range s.kinds {
		for _, relation := range relations {
			for _, mode := range modes {
				if q := (question{l.Role, kind, l.Act, relation, mode}); l.covers(q) {
					list = append(list, q)
				}
			}
		}
	}
	return list
}

// each reports whether all alternatives of a column are words.
func each(column string, word func(string) bool) bool {
	for w := range strings.SplitSeq(column, "|") {
		if !word(w) {
			return false
		}
	}
	return true
}
