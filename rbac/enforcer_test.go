package rbac_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// shelf is a source whose lines a test changes.
type shelf struct {
	lock    sync.Mutex
	lines   []rbac.Line
	version int64
	err     error // of Lines
	down    error // of Version
}

func (s *shelf) Lines(context.Context) ([]rbac.Line, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.lines, s.err
}

func (s *shelf) Version(context.Context) (int64, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.version, s.down
}

func (s *shelf) put(version int64, lines ...rbac.Line) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.version, s.lines = version, lines
}

func (s *shelf) fail(lines, version error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.err, s.down = lines, version
}

var (
	helpdesk = rbac.Line{Role: "helpdesk", Kind: "customer", Act: "account:suspend", Relation: "any", Mode: "direct", Effect: "allow"}
	strict   = rbac.Line{Role: "support", Kind: "*", Act: "account:suspend", Relation: "any", Mode: "*", Effect: "deny"}
	errDown  = errors.New("database is down")
)

func TestNewFailsWithItsSource(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*shelf{
		"lines":       {err: errDown},
		"version":     {down: errDown},
		"empty lines": {err: errors.New("invalid file path, file path cannot be empty")}, // Casbin takes this for an empty policy
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := rbac.New(s)
			if err == nil || e != nil {
				t.Fatalf("New = %v, %v, want no enforcer and an error", e, err)
			}
			if e.Allow(as("admin", provider), view, customer) {
				t.Error("Allow = true, want false")
			}
		})
	}
}

func TestReloadTakesEffect(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	e := newEnforcer(t, s)
	agent, support := as("helpdesk", helper), as("support", helper)
	for _, step := range []struct {
		version        int64
		lines          []rbac.Line
		agent, support bool
	}{
		{1, nil, false, true},
		{2, []rbac.Line{helpdesk}, true, true},
		{3, []rbac.Line{helpdesk, strict}, true, false}, // an added denial is no stale allow
		{4, []rbac.Line{strict}, false, false},
		{5, nil, false, true},
	} {
		s.put(step.version, step.lines...)
		if err := e.Reload(t.Context()); err != nil {
			t.Fatalf("Reload(%d) = %v", step.version, err)
		}
		for range 3 { // also out of the memo
			if got := e.Allow(agent, suspend, customer); got != step.agent {
				t.Errorf("version %d: Allow(helpdesk) = %v, want %v", step.version, got, step.agent)
			}
			if got := e.Allow(support, suspend, customer); got != step.support {
				t.Errorf("version %d: Allow(support) = %v, want %v", step.version, got, step.support)
			}
		}
		if got := e.Version(); got != step.version {
			t.Errorf("Version = %d, want %d", got, step.version)
		}
	}
}

func TestFailedReloadKeepsTheLastGoodPolicy(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*shelf){
		"lines fail":  func(s *shelf) { s.fail(errDown, nil) },
		"version":     func(s *shelf) { s.fail(nil, errDown) },
		"unknown act": func(s *shelf) { l := helpdesk; l.Act = "account:eat"; s.put(8, l) },
		"forbidden": func(s *shelf) {
			s.put(8, rbac.Line{Role: "customer", Kind: "*", Act: "account:impersonate", Relation: "any", Mode: "acting", Effect: "allow"})
		},
		"good and bad": func(s *shelf) { s.put(8, strict, rbac.Line{}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &shelf{version: 7, lines: []rbac.Line{helpdesk}}
			e := newEnforcer(t, s)
			spoil(s)
			if err := e.Reload(t.Context()); err == nil {
				t.Fatal("Reload = nil, want an error")
			}
			if !e.Allow(as("helpdesk", helper), suspend, customer) || !e.Allow(as("support", helper), suspend, customer) || e.Version() != 7 {
				t.Errorf("the last good policy is not in force (version %d)", e.Version())
			}
		})
	}
}

func TestWatchFollowsTheVersion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{version: 1}
		e := newEnforcer(t, s)
		ctx, stop := context.WithCancel(t.Context())
		var failures []error
		done := make(chan struct{})
		go func() {
			defer close(done)
			e.Watch(ctx, 500*time.Millisecond, func(err error) { failures = append(failures, err) })
		}()
		turn := func() { time.Sleep(time.Second); synctest.Wait() } // on the bubble's clock
		agent := as("helpdesk", helper)

		s.put(2, helpdesk)
		if e.Allow(agent, suspend, customer) {
			t.Error("Allow = true before the poll, want false")
		}
		if turn(); !e.Allow(agent, suspend, customer) || e.Version() != 2 {
			t.Errorf("Allow = false a second after the change (version %d), want true", e.Version())
		}
		s.fail(nil, errDown)
		if turn(); len(failures) == 0 || !errors.Is(failures[0], errDown) || !e.Allow(agent, suspend, customer) {
			t.Errorf("failures = %v, want %v and the last good policy", failures, errDown)
		}
		s.fail(nil, nil)
		s.put(3)
		if turn(); e.Allow(agent, suspend, customer) {
			t.Error("Allow = true after the line was taken away, want false")
		}
		stop()
		<-done
	})
}

func TestWatchWithoutSourceReturns(t *testing.T) {
	t.Parallel()
	builtin(t).Watch(t.Context(), time.Hour, func(err error) { t.Errorf("Watch reported %v", err) })
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	e := builtin(t)
	line := func(change func(*rbac.Line)) rbac.Line { l := helpdesk; change(&l); return l }
	enters := rbac.Line{Role: "helpdesk", Kind: "customer", Act: "account:impersonate", Relation: "any", Mode: "acting", Effect: "allow"}
	enter := func(role, kind, relation string) rbac.Line {
		return rbac.Line{Role: role, Kind: kind, Act: enters.Act, Relation: relation, Mode: "acting", Effect: "allow"}
	}
	for name, c := range map[string]struct {
		line rbac.Line
		want string // pointer and code
	}{
		"good":                   {helpdesk, ""},
		"alternatives":           {line(func(l *rbac.Line) { l.Kind, l.Relation, l.Mode = "customer|reseller", "self|owned", "direct|look" }), ""},
		"a denial":               {strict, ""},
		"a custom role enters":   {enters, ""},
		"admins enter admins":    {enter("admin", "admin", "any"), ""},
		"wildcard role":          {line(func(l *rbac.Line) { l.Role = "*" }), "/lines/0/role role-name"},
		"acting role":            {line(func(l *rbac.Line) { l.Role = "acting:look" }), "/lines/0/role role-name"},
		"two roles":              {line(func(l *rbac.Line) { l.Role = "a|b" }), "/lines/0/role role-name"},
		"no role":                {line(func(l *rbac.Line) { l.Role = "" }), "/lines/0/role role-name"},
		"line break in a role":   {line(func(l *rbac.Line) { l.Role = "a\nadmin" }), "/lines/0/role role-name"},
		"unknown kind":           {line(func(l *rbac.Line) { l.Kind = "ghost" }), "/lines/0/kind unknown-kind"},
		"wildcard in a list":     {line(func(l *rbac.Line) { l.Kind = "customer|*" }), "/lines/0/kind unknown-kind"},
		"unknown act":            {line(func(l *rbac.Line) { l.Act = "account:eat" }), "/lines/0/act unknown-permission"},
		"wildcard act":           {line(func(l *rbac.Line) { l.Act = "*" }), "/lines/0/act unknown-permission"},
		"a class":                {line(func(l *rbac.Line) { l.Act = "class:deny" }), "/lines/0/act unknown-permission"},
		"unknown relation":       {line(func(l *rbac.Line) { l.Relation = "mine" }), "/lines/0/relation unknown-relation"},
		"no relation":            {line(func(l *rbac.Line) { l.Relation = "" }), "/lines/0/relation unknown-relation"},
		"unknown mode":           {line(func(l *rbac.Line) { l.Mode = "both" }), "/lines/0/mode unknown-mode"},
		"unknown effect":         {line(func(l *rbac.Line) { l.Effect = "perhaps" }), "/lines/0/effect unknown-effect"},
		"customers enter":        {enter("customer", "customer", "any"), "/lines/0/act never"},
		"users enter":            {enter("customer_user", "*", "owned"), "/lines/0/act never"},
		"billing enters":         {enter("billing", "reseller", "any"), "/lines/0/act never"},
		"reporting enters":       {enter("reporting", "customer", "foreign"), "/lines/0/act never"},
		"resellers enter others": {enter("reseller", "customer", "foreign"), "/lines/0/act never"},
		"others' files":          {line(func(l *rbac.Line) { l.Act, l.Relation = "file:view", "owned|foreign" }), "/lines/0/act never"},
		"support enters admins":  {enter("support", "admin", "any"), "/lines/0/kind rights-missing"},
		"helpdesk enters all":    {enter("helpdesk", "*", "any"), "/lines/0/kind rights-missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := e.Check([]rbac.Line{c.line})
			if diff := cmp.Diff(c.want, firstField(t, err)); diff != "" {
				t.Errorf("Check(%q) (-want +got):\n%s", c.line, diff)
			}
		})
	}
}

func TestCheckNamesEveryBadLine(t *testing.T) {
	t.Parallel()
	err := builtin(t).Check([]rbac.Line{helpdesk, {}, strict, {Role: "helpdesk"}})
	var f *fault.Error
	if !errors.As(err, &f) || !errors.Is(err, rbac.ErrLines) {
		t.Fatalf("Check = %v, want ErrLines", err)
	}
	lines := make(map[string]int)
	for _, field := range f.Fields {
		lines[strings.Split(field.Pointer, "/")[2]]++
	}
	if diff := cmp.Diff(map[string]int{"1": 6, "3": 5}, lines); diff != "" {
		t.Errorf("bad fields by line (-want +got):\n%s", diff)
	}
	if !strings.Contains(err.Error(), `/lines/3/act of "helpdesk, , , , , "`) {
		t.Errorf("Error() = %q, want it to quote the line for the log", err)
	}
}

// impersonation.md §2: admin to admin only by a line of policy.
func TestOneLineLetsAdminsEnterAdmins(t *testing.T) {
	t.Parallel()
	second := principal.Account{ID: "acc_a", Kind: "admin", Path: "/acc_a/"}
	line := rbac.Line{Role: "admin", Kind: "admin", Act: "account:impersonate", Relation: "foreign", Mode: "acting", Effect: "allow"}
	e := newEnforcer(t, &shelf{version: 1, lines: []rbac.Line{line}})
	admin := as("admin", provider)
	visit := in(admin, second, "admin", principal.Change)
	deletes := rbac.Operation{Permission: "account:delete", Class: rbac.ClassChange}
	hers := principal.Account{ID: "acc_b", Kind: "customer", Path: "/acc_a/acc_b/"}
	if builtin(t).MayImpersonate(admin, second, principal.Look) || !e.MayImpersonate(admin, second, principal.Look) {
		t.Error("MayImpersonate(admin, another admin) must be false, and true with the line")
	}
	if !e.Allow(visit, suspend, hers) || e.Allow(visit, deletes, hers) || e.Allow(visit, suspend, customer) {
		t.Error("in the visit suspending must be open, deleting closed, and what is not below the subject out of reach")
	}
	if e.MayImpersonate(as("support", helper), second, principal.Look) || e.MayImpersonate(admin, provider, principal.Look) {
		t.Error("the line must open nothing to support, and nobody's own account")
	}
}

func TestActsAreThePermissions(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(slices.Sorted(slices.Values(everyAct)), builtin(t).Acts()); diff != "" {
		t.Errorf("Acts (-want +got):\n%s", diff)
	}
}

func newEnforcer(t *testing.T, s rbac.Source) *rbac.Enforcer {
	t.Helper()
	e, err := rbac.New(s)
	if err != nil {
		t.Fatalf("New = %v", err)
	}
	return e
}

// firstField returns pointer and code of the first bad field, "" without an error.
func firstField(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var f *fault.Error
	if !errors.As(err, &f) || !errors.Is(err, rbac.ErrLines) || len(f.Fields) == 0 {
		t.Fatalf("Check = %v, want ErrLines with fields", err)
	}
	return f.Fields[0].Pointer + " " + f.Fields[0].Code
}
