package rbac

import (
	"fmt"
	"slices"
	"strings"

	"github.com/casbin/casbin/v2"

	"innkeeper/internal/principal"
)

// snapshot is one policy, never changed after it is made, with the answers it has given.
// Every line names one act, so each act has its own Casbin with the few lines that speak of
// it: the first answer after a change of policy costs microseconds, however many lines
// there are.
type snapshot struct {
	casbin  map[string]*casbin.Enforcer // by act
	version int64
	roles   map[string]bool // named in a line, without the acting roles
	kinds   map[string]bool // named in a built-in line
	acts    map[string]bool // permissions named in a built-in line
	memo    memo[question]
	visits  memo[visited]
}

// newSnapshot returns the policy of both sets of lines, or ErrLines when a custom one
// may not be used.
func newSnapshot(builtin, custom []Line, version int64) (*snapshot, error) {
	s, lines := &snapshot{version: version}, slices.Concat(builtin, custom)
	s.roles = words(lines, func(l Line) string { return l.Role })
	s.kinds = words(builtin, func(l Line) string { return l.Kind })
	s.acts = words(builtin, func(l Line) string { return l.Act })
	if err := s.checkWords(builtin, custom); err != nil {
		return nil, err
	}
	var err error
	if s.casbin, err = casbinByAct(lines); err != nil {
		return nil, fmt.Errorf("load policy into casbin: %w", err)
	}
	if err := s.checkReach(builtin, custom); err != nil {
		return nil, err
	}
	return s, nil
}

// words returns the words that stand in a column, without wildcards and without what is
// reserved for the classes of operations.
func words(lines []Line, column func(Line) string) map[string]bool {
	set := make(map[string]bool)
	for _, l := range lines {
		for word := range strings.SplitSeq(column(l), "|") {
			if word != all && !reserved(word) {
				set[word] = true
			}
		}
	}
	return set
}

func reserved(word string) bool {
	return strings.HasPrefix(word, actingPrefix) || strings.HasPrefix(word, classPrefix)
}

// allows answers from memory or asks Casbin. An answer that was an error is a denial,
// and not kept.
func (s *snapshot) allows(q question) bool {
	answer, err := s.decide(&q)
	return answer && err == nil
}

func (s *snapshot) decide(q *question) (bool, error) {
	if s == nil || q.relation == unknown {
		return false, nil
	}
	slot := q.slot()
	if answer, known := s.memo.get(slot, q); known {
		return answer, nil
	}
	answer, err := s.ask(*q)
	if err != nil {
		return false, err
	}
	s.memo.put(slot, q.clone(), answer)
	return answer, nil
}

// allowsVisitor is allows of the three questions that a visitor's is: whether the subject's
// owner may do it, the actor may be where he is, and the mode lets the class through. All
// must be yes, and none an error, to be a yes; what one of them could not be asked is not kept.
func (s *snapshot) allowsVisitor(q *visited) bool {
	if q.relation == unknown || q.stands == unknown {
		return false
	}
	slot := q.slot()
	if answer, known := s.visits.get(slot, q); known {
		return answer
	}
	acting := actingRole(principal.Mode(q.mode))
	for _, part := range [...]question{
		q.question,
		{q.visitor, q.subject, impersonate, q.stands, q.mode},
		{acting, q.kind, classAct(q.class), q.relation, q.mode},
	} {
		answer, err := s.decide(&part)
		if err != nil {
			return false
		}
		if !answer || acting == "" {
			s.visits.put(slot, q.clone(), false)
			return false
		}
	}
	s.visits.put(slot, q.clone(), true)
	return true
}

// ask asks Casbin, but not about words that the policy does not know: a line with a
// wildcard speaks of every known role and kind, not of a word misspelt.
func (s *snapshot) ask(q question) (bool, error) {
	c := s.casbin[q.act]
	if c == nil || !s.kinds[q.kind] || !s.knows(q.role, q.act) {
		return false, nil
	}
	return c.Enforce(q.role, q.kind, q.act, q.relation, q.mode)
}

// knows keeps the two vocabularies apart: people's roles ask for permissions, the acting
// roles for classes.
func (s *snapshot) knows(role, act string) bool {
	if reserved(role) {
		return strings.HasPrefix(act, classPrefix)
	}
	return s.roles[role] && s.acts[act]
}

func sorted(set map[string]bool) []string {
	list := make([]string, 0, len(set))
	for word := range set {
		list = append(list, word)
	}
	slices.Sort(list)
	return list
}
