package impersonation_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/fault"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
)

// incident is a request to enter a locked account.
func incident(to principal.Principal) impersonation.Request {
	asked := request(to, principal.Look)
	asked.ReasonCode, asked.BreakGlass = "incident", true
	return asked
}

func (w *world) breakGlass(t *testing.T, by, to principal.Principal) impersonation.Ask {
	t.Helper()
	begun, err := w.visits.Start(t.Context(), by, incident(to))
	if err != nil || begun.Ask == nil || begun.Ask.Kind != impersonation.BreakGlass {
		t.Fatalf("Start = %v, %v, want an ask to break glass", begun.Ask, err)
	}
	return *begun.Ask
}

func TestI29LockedNobodyEnters(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, _ *clock) {
		w.decide(t, w.bakery, impersonation.Locked)
		customers := incident(w.bakery)
		customers.ReasonCode = "customer_request"
		for name, c := range map[string]struct {
			by    principal.Principal
			asked impersonation.Request
			want  error
		}{
			"an admin":                       {w.admin, request(w.bakery, principal.Look), impersonation.ErrLocked},
			"support, breaking glass":        {w.support, incident(w.bakery), impersonation.ErrLocked},
			"its reseller, breaking glass":   {w.rita, incident(w.bakery), impersonation.ErrLocked},
			"an admin for another reason":    {w.admin, customers, fault.ErrInvalid},
			"a stranger, who learns no more": {w.school, incident(w.bakery), impersonation.ErrDenied},
		} {
			if _, err := w.visits.Start(t.Context(), c.by, c.asked); !errors.Is(err, c.want) {
				t.Errorf("%s: Start = %v, want %v", name, err, c.want)
			}
		}
		if n := w.count(t, "SELECT count(*) FROM impersonations") + w.count(t, "SELECT count(*) FROM impersonation_requests"); n != 0 {
			t.Errorf("%d visits and asks came of it, want none", n)
		}
		if n := w.count(t, "SELECT count(*) FROM audit_events WHERE action = 'impersonation.denied' AND account_id = 'acc_bakery'"); n != 4 {
			t.Errorf("%d refused attempts on the owner's page, want 4", n)
		}
	})
}

func TestI29BreakGlassWithOneAdminAlone(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, c *clock) {
		w.decide(t, w.bakery, impersonation.Locked)
		a := w.breakGlass(t, w.admin, w.bakery)
		if _, err := w.visits.AnswerGlass(t.Context(), w.admin, a.ID, true); !errors.Is(err, impersonation.ErrOwnAsk) {
			t.Errorf("the admin approves himself = %v, want ErrOwnAsk", err)
		}
		if _, err := w.visits.Approve(t.Context(), w.bakery, a.ID, time.Time{}); !errors.Is(err, impersonation.ErrAskNotFound) {
			t.Errorf("the owner, who is not asked = %v, want ErrAskNotFound", err)
		}
		if _, err := w.visits.GiveCode(t.Context(), w.admin, a.ID, "000000"); !errors.Is(err, impersonation.ErrAskNotFound) {
			t.Errorf("a code, of which there is none = %v, want ErrAskNotFound", err)
		}
		elsewhere := w.admin // the same person by another session
		elsewhere.Via.SessionID = "ses_elsewhere"
		w.signIn(t, "ses_elsewhere", elsewhere)
		if _, err := w.visits.AnswerGlass(t.Context(), elsewhere, a.ID, true); !errors.Is(err, impersonation.ErrOwnAsk) {
			t.Errorf("the admin by another session = %v, want ErrOwnAsk", err)
		}
		if _, err := w.startOn(t, w.admin, w.bakery, a.ID); !errors.Is(err, impersonation.ErrAskWaiting) {
			t.Errorf("starting alone = %v, want ErrAskWaiting", err)
		}
		c.Advance(12 * time.Hour)
		if _, err := w.visits.AnswerGlass(t.Context(), w.admin, a.ID, true); err == nil {
			t.Error("a lapsed ask was approved")
		}
		if n := w.count(t, "SELECT count(*) FROM impersonations"); n != 0 {
			t.Errorf("%d visits, want none", n)
		}
	})
}

func TestI29BreakGlassWithASecondAdmin(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, _ *clock) {
		second := w.person(t, "alma", "admin", "admin", principal.Principal{})
		w.decide(t, w.bakery, impersonation.Locked)
		a := w.breakGlass(t, w.admin, w.bakery)
		for name, c := range map[string]struct {
			by   principal.Principal
			want int
		}{"the one who asked": {w.admin, 1}, "the second": {second, 1}, "support": {w.support, 0}, "the owner": {w.bakery, 0}} {
			if open, err := w.visits.OpenAsks(t.Context(), c.by); err != nil || len(open) != c.want {
				t.Errorf("%s sees %d open asks, %v, want %d", name, len(open), err, c.want)
			}
		}
		if _, err := w.visits.AnswerGlass(t.Context(), second, a.ID, true); err != nil {
			t.Fatal(err)
		}
		if _, err := w.startOn(t, second, w.bakery, a.ID); !errors.Is(err, impersonation.ErrAskNotFound) {
			t.Errorf("the second starts on it = %v, want ErrAskNotFound", err)
		}
		v, err := w.startOn(t, w.admin, w.bakery, a.ID)
		if err != nil || v.Basis != "break-glass" {
			t.Fatalf("starting = %q, %v, want break-glass", v.Basis, err)
		}
		var text string
		if err := w.db.Read(t.Context()).Raw("SELECT text FROM notifications WHERE account_id = 'acc_bakery' AND event = 'impersonation.start'").Scan(&text).Error; err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text, "break-glass, approved by alma") {
			t.Errorf("the owner is told %q, want that it is break-glass, and by whom", text)
		}
		w.wantEvents(t, "impersonation.break-glass", 1)
		w.wantEvents(t, "impersonation.break-glass-approve", 1)
		w.decide(t, w.bakery, impersonation.AskMe)
		w.decide(t, w.bakery, impersonation.Locked)
		w.enter(t, w.admin, v) // the lock was no bar to it
		if _, err := w.visits.End(t.Context(), w.bakery, v.ID); err != nil {
			t.Errorf("End now = %v", err)
		}
	})
}

// What becomes of a start is told here by plain words, and asked of every
// policy, state and mode: nothing, a visit, an ask, or why not.
func TestIStartIsWhatPolicyStateAndModeSay(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, _ *clock) {
		states := map[string]string{"active": "", "suspended": "suspended_at = 1", "blocked": "disabled_at = 1", "deleted": "deleted_at = 1"}
		n := 0
		for state, column := range states {
			for _, access := range []impersonation.Access{impersonation.Open, impersonation.AskMe, impersonation.Locked} {
				for _, mode := range []principal.Mode{principal.Look, principal.Change} {
					for actor, by := range map[string]principal.Principal{"admin": w.admin, "support": w.support, "reseller": w.rita} {
						n++
						subject := w.person(t, "subject"+string(rune('a'+n/26))+string(rune('a'+n%26)), "customer", "customer", w.rita)
						w.decide(t, subject, access)
						if column != "" {
							w.exec(t, "UPDATE accounts SET "+column+" WHERE id = ?", subject.Account.ID)
						}
						asked := incident(subject)
						asked.Mode, asked.Supersede = mode, true
						begun, err := w.visits.Start(t.Context(), by, asked)
						if got, want := outcome(begun, err), expected(actor, state, access, mode); got != want {
							t.Errorf("%s into a %s account that says %s to %s: %s, want %s", actor, state, access, mode, got, want)
						}
					}
				}
			}
		}
	})
}

func outcome(b impersonation.Begun, err error) string {
	var f *fault.Error
	switch {
	case errors.As(err, &f):
		return f.Code
	case err != nil:
		return err.Error()
	case b.Ask != nil:
		return string(b.Ask.Kind)
	default:
		return "visit"
	}
}

// expected says it from impersonation.md §3: deleted is nobody's; suspended or
// blocked is for looking; locked opens to two admins alone.
func expected(actor, state string, access impersonation.Access, mode principal.Mode) string {
	switch {
	case state == "deleted":
		return "impersonation-denied"
	case state != "active" && mode == principal.Change:
		return "subject-look-only"
	case access == impersonation.Open:
		return "visit"
	case access == impersonation.AskMe:
		return "consent"
	case actor == "admin":
		return "break_glass"
	default:
		return "account-locked"
	}
}
