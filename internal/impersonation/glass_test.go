package impersonation_test

import (
	"errors"
	"fmt"
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

// The states of an account, by the column that makes them.
var states = map[string]string{"active": "", "suspended": "suspended_at = 1", "blocked": "disabled_at = 1", "deleted": "deleted_at = 1"}

// What becomes of a start is told here by plain words, and asked of everybody, with
// every policy, state, mode and reason: nothing, a visit, an ask, or why not.
func TestIStartIsWhatPolicyStateAndModeSay(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, _ *clock) {
		n := 0
		actors := map[string]principal.Principal{
			"admin": w.admin, "support": w.support, "reseller": w.rita, "customer": w.school,
			"assistant":        w.person(t, "aisha", "support", "assistant", w.admin),
			"another reseller": w.person(t, "oskar", "reseller", "reseller", w.admin),
			"billing":          w.person(t, "bo", "support", "billing", w.admin),
		}
		for state, column := range states {
			for _, access := range []impersonation.Access{impersonation.Open, impersonation.AskMe, impersonation.Locked} {
				n++
				subject := w.person(t, fmt.Sprint("subject", n), "customer", "customer", w.rita)
				w.decide(t, subject, access)
				if column != "" {
					w.exec(t, "UPDATE accounts SET "+column+" WHERE id = ?", subject.Account.ID)
				}
				for _, mode := range []principal.Mode{principal.Look, principal.Change} {
					for actor, by := range actors {
						for _, breaking := range []bool{true, false} {
							w.exec(t, "UPDATE impersonation_requests SET state = 'withdrawn' WHERE state = 'waiting'")
							asked := request(subject, mode)
							if breaking {
								asked = incident(subject)
							}
							asked.Mode, asked.Supersede = mode, true
							begun, err := w.visits.Start(t.Context(), by, asked)
							if got, want := outcome(begun, err), expected(actor, state, access, mode, breaking); got != want {
								t.Errorf("%s into a %s account that says %s to %s (breaking glass: %v): %s, want %s", actor, state, access, mode, breaking, got, want)
							}
						}
					}
				}
			}
		}
	})
}

// A visit that runs goes on, or ends with its reason, when the account becomes
// another one under it.
func TestIVisitGoesOnAsPolicyStateAndModeSay(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, _ *clock) {
		ends := map[string]map[principal.Mode]string{
			"suspended": {principal.Change: "subject_suspended"}, "blocked": {principal.Change: "subject_suspended"},
			"deleted": {principal.Look: "subject_deleted", principal.Change: "subject_deleted"},
			"locked":  {principal.Look: "consent_revoked", principal.Change: "consent_revoked"},
		}
		n := 0
		for _, becomes := range []string{"active", "suspended", "blocked", "deleted", "open", "ask", "locked"} {
			for _, mode := range []principal.Mode{principal.Look, principal.Change} {
				n++
				subject := w.person(t, fmt.Sprint("subject", n), "customer", "customer", w.rita)
				actor := w.person(t, fmt.Sprint("actor", n), "support", "support", w.admin)
				v := w.start(t, actor, subject, mode)
				if column, state := states[becomes]; !state {
					w.decide(t, subject, impersonation.Access(becomes))
				} else if column != "" {
					w.exec(t, "UPDATE accounts SET "+column+" WHERE id = ?", subject.Account.ID)
				}
				_, err := w.visits.Enter(t.Context(), actor, v.ID)
				got, storeErr := w.store.ByID(t.Context(), principal.Everything(), v.ID)
				if want := ends[becomes][mode]; storeErr != nil || got.EndReason != want || errors.Is(err, impersonation.ErrEnded) != (want != "") {
					t.Errorf("in a visit to %s the account becomes %s: %v, ended for %q, want %q", mode, becomes, err, got.EndReason, want)
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

// expected says it from impersonation.md §2 and §3: who may at all; deleted is
// nobody's; suspended or blocked is for looking; locked opens to two admins alone,
// and not for anything less than an incident.
func expected(actor, state string, access impersonation.Access, mode principal.Mode, breaking bool) string {
	switch {
	case state == "deleted", actor == "customer", actor == "another reseller", actor == "billing", actor == "assistant" && mode == principal.Change:
		return "impersonation-denied"
	case state != "active" && mode == principal.Change:
		return "subject-look-only"
	case access == impersonation.Open:
		return "visit"
	case access == impersonation.AskMe:
		return "consent"
	case actor == "admin" && breaking:
		return "break_glass"
	default:
		return "account-locked"
	}
}
