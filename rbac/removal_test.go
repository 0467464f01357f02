package rbac_test

import (
	"iter"
	"slices"
	"strings"
	"testing"

	"innkeeper/rbac"
)

// Every line of policy.csv is taken away in turn, from the policy as it is and from one in
// which further lines have given everybody everything. Without an allow line nothing may
// become possible, without a deny line nothing impossible, and something must change: an
// allow line opens something that nothing else opens, a deny line closes something that
// nothing else closes, now or against any line to come.
func TestEveryLineMatters(t *testing.T) {
	t.Parallel()
	all := rbac.Builtin()
	worlds := []world{newWorld(t, "as it is", all), newWorld(t, "with everything given", generous(all))}
	for i, line := range all {
		t.Run(line.String(), func(t *testing.T) {
			t.Parallel()
			changed := 0
			for _, w := range worlds {
				changed += w.without(t, i, questionsAbout(line, everyAct[i%len(everyAct)]))
			}
			if changed == 0 {
				t.Error("nothing changes without this line")
			}
		})
	}
}

// world is a policy to take lines from.
type world struct {
	name  string
	lines []rbac.Line
	whole *rbac.Enforcer
}

func newWorld(t *testing.T, name string, lines []rbac.Line) world {
	t.Helper()
	return world{name, lines, enforcer(t, lines)}
}

// without returns how many answers change without the line at i, and complains about those
// that change the wrong way.
func (w world) without(t *testing.T, i int, questions iter.Seq[asked]) int {
	t.Helper()
	line, changed := w.lines[i], 0
	e := enforcer(t, slices.Delete(slices.Clone(w.lines), i, i+1))
	for q := range questions {
		was, is := q.allow(w.whole), q.allow(e)
		if was == is {
			continue
		}
		if changed++; is == (line.Effect == "allow") {
			t.Errorf("policy %s, without %q: %s was %s and is %s", w.name, line, q, yesNo(was), yesNo(is))
		}
	}
	return changed
}

// questionsAbout yields what the line may bear on: its act, asked directly and by one who may
// enter every account that can be entered; for a line about visits, all visits. One other act
// is asked as a cross-check.
func questionsAbout(line rbac.Line, other string) iter.Seq[asked] {
	visits, roles, acts := everyVisit(), ownerRoles, []string{line.Act}
	if strings.HasPrefix(line.Act, "class:") || line.Act == "account:impersonate" {
		roles, acts = []string{"reseller", "customer"}, []string{"account:impersonate", "domain:view", "domain:manage", "mailbox:read"}
	} else {
		visits = slices.DeleteFunc(visits, func(v visit) bool { return v.role != "admin" || v.rel != "foreign" })
	}
	direct := directQuestions(append([]string{other}, acts...))
	visiting := visitQuestions(visits, roles, acts, []rbac.Class{rbac.ClassLook, rbac.ClassChange, rbac.ClassUnlocked})
	return func(yield func(asked) bool) {
		for _, questions := range []iter.Seq[asked]{direct, visiting} {
			for q := range questions {
				if !yield(q) {
					return
				}
			}
		}
	}
}
