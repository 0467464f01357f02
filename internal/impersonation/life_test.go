package impersonation_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
)

var actionTest = audit.NewAction("test.change", "{actor} changed something in {account}.")

// change does what every changing operation does last: it writes its event.
func (w *world) change(ctx context.Context, acting principal.Principal) error {
	return w.db.InTx(ctx, func(ctx context.Context) error {
		return w.log.Record(ctx, acting, audit.Entry{Action: actionTest, Account: acting.Subject, Object: audit.Object{Kind: "thing", ID: "t", Name: "t"}})
	})
}

func (w *world) enter(t *testing.T, by principal.Principal, v impersonation.Visit) principal.Principal {
	t.Helper()
	acting, err := w.visits.Enter(t.Context(), by, v.ID)
	if err != nil {
		t.Fatalf("Enter(%s) = %v", v.ID, err)
	}
	return acting
}

func TestStartTellsRecordsAndBinds(t *testing.T) {
	t.Parallel()
	eachEngine(t, newClock(), func(t *testing.T, w *world) {
		v := w.start(t, w.admin, w.bakery, principal.Look)
		if n := w.count(t, `SELECT count(*) FROM audit_events WHERE action = 'impersonation.start' AND impersonation_id = ? AND actor_id = 'per_ada' AND subject_id = 'acc_bakery' AND account_id = 'acc_bakery'`, v.ID); n != 1 {
			t.Errorf("start events = %d, want 1", n)
		}
		for _, id := range []string{"acc_bakery", "acc_rita"} { // the owner reseller is told as well
			if n := w.count(t, `SELECT count(*) FROM notifications WHERE event = 'impersonation.start' AND account_id = ?`, id); n != 1 {
				t.Errorf("notices of %s = %d, want 1", id, n)
			}
		}
		acting := w.enter(t, w.admin, v)
		if acting.Subject.ID != "acc_bakery" || acting.Person.ID != "per_ada" || acting.SubjectRole != "customer" || acting.Mode() != principal.Look {
			t.Errorf("Enter() = %+v, want the admin in the bakery's account, looking", acting)
		}
		if _, err := w.visits.Enter(t.Context(), w.support, v.ID); !errors.Is(err, impersonation.ErrNotFound) {
			t.Errorf("Enter by somebody else = %v, want ErrNotFound", err)
		}
	})
}

func TestStartRefuses(t *testing.T) {
	t.Parallel()
	eachEngine(t, newClock(), func(t *testing.T, w *world) {
		w.exec(t, "UPDATE accounts SET suspended_at = 1 WHERE id = 'acc_school'")
		nobody := w.school
		nobody.Account.ID = "acc_nobody"
		acting := w.enter(t, w.support, w.start(t, w.support, w.rita, principal.Change))
		for _, test := range []struct {
			name string
			by   principal.Principal
			to   principal.Principal
			mode principal.Mode
			want error
		}{
			{"a foreign account", w.rita, w.school, principal.Look, impersonation.ErrDenied},
			{"a missing account", w.rita, nobody, principal.Look, impersonation.ErrDenied},
			{"one's own account", w.rita, w.rita, principal.Look, impersonation.ErrDenied},
			{"an admin", w.support, w.admin, principal.Look, impersonation.ErrDenied},
			{"by a customer", w.bakery, w.school, principal.Look, impersonation.ErrDenied},
			{"nested", acting, w.bakery, principal.Look, impersonation.ErrDenied},
			{"changing a suspended account", w.admin, w.school, principal.Change, impersonation.ErrLookOnly},
			{"twice", w.support, w.rita, principal.Look, impersonation.ErrAlready},
		} {
			before := w.count(t, "SELECT count(*) FROM impersonations")
			if _, err := w.visits.Start(t.Context(), test.by, request(test.to, test.mode)); !errors.Is(err, test.want) {
				t.Errorf("%s: Start() = %v, want %v", test.name, err, test.want)
			}
			if after := w.count(t, "SELECT count(*) FROM impersonations"); after != before {
				t.Errorf("%s: %d visits came into being", test.name, after-before)
			}
		}
		if n := w.count(t, "SELECT count(*) FROM audit_events WHERE action = 'impersonation.denied' AND account_id = 'acc_school' AND actor_id = 'per_rita'"); n != 1 {
			t.Errorf("denied events of the reseller on the school's page = %d, want 1", n)
		}
	})
}

func TestStartNeedsAReasonThatCanBeRead(t *testing.T) {
	t.Parallel()
	w := newSQLiteWorld(t)
	for name, spoil := range map[string]func(*impersonation.Request){
		"short reason":        func(r *impersonation.Request) { r.Reason = "because  a" },
		"blank reason":        func(r *impersonation.Request) { r.Reason = strings.Repeat(" \u200b", 40) },
		"long reason":         func(r *impersonation.Request) { r.Reason = strings.Repeat("long ", 200) },
		"unknown code":        func(r *impersonation.Request) { r.ReasonCode = "curiosity" },
		"not told, no reason": func(r *impersonation.Request) { r.ReasonCode, r.Informed = "incident", "not_told" },
		"not told for support": func(r *impersonation.Request) {
			r.Informed, r.NotToldBecause = "not_told", "it was the middle of the night"
		},
		"another host":        func(r *impersonation.Request) { r.ReturnTo = "//evil.example/" },
		"back into a visit":   func(r *impersonation.Request) { r.ReturnTo = "/as/imp_x/dashboard" },
		"header in return_to": func(r *impersonation.Request) { r.ReturnTo = "/a\r\nSet-Cookie: x" },
		"backslash":           func(r *impersonation.Request) { r.ReturnTo = "/\\evil.example" },
	} {
		asked := request(w.bakery, principal.Look)
		spoil(&asked)
		if _, err := w.visits.Start(t.Context(), w.admin, asked); err == nil {
			t.Errorf("%s: Start(%+v) began a visit", name, asked)
		}
	}
}

func TestIdleVisitEndsAtItsDeadlineHoweverLateItIsWritten(t *testing.T) {
	t.Parallel()
	for name, settle := range map[string]func(t *testing.T, w *world, v impersonation.Visit){
		"by a request": func(t *testing.T, w *world, v impersonation.Visit) {
			if _, err := w.visits.Enter(t.Context(), w.admin, v.ID); !errors.Is(err, impersonation.ErrEnded) {
				t.Errorf("Enter() = %v, want ErrEnded", err)
			}
		},
		"by the sweep": func(t *testing.T, w *world, _ impersonation.Visit) {
			if n, err := w.visits.Sweep(t.Context(), "task"); n != 1 || err != nil {
				t.Errorf("Sweep() = %d, %v, want 1", n, err)
			}
		},
		"by a late stop": func(t *testing.T, w *world, v impersonation.Visit) {
			if _, err := w.visits.Stop(t.Context(), w.admin, v.ID); err != nil {
				t.Errorf("Stop() = %v", err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClock()
			testEach(t, c, func(t *testing.T, w *world, c *clock) {
				v := w.start(t, w.admin, w.bakery, principal.Look)
				c.Advance(10 * time.Minute)
				if err := w.visits.Touch(t.Context(), w.enter(t, w.admin, v)); err != nil {
					t.Fatal(err)
				}
				c.Advance(3 * time.Hour)
				settle(t, w, v)
				got, err := w.visits.ByID(t.Context(), w.admin, v.ID)
				if err != nil {
					t.Fatal(err)
				}
				if lasted := got.Durations(); got.EndReason != "idle" || lasted.Duration != 25*time.Minute || lasted.Active != 10*time.Minute {
					t.Errorf("the visit ended %s after %v, active %v; want idle, 25m, 10m", got.EndReason, lasted.Duration, lasted.Active)
				}
				if words := got.EndInWords(got.Subject.ID); words != "10:00 to 10:25 UTC. Closed automatically after 15 minutes without activity; last action 10:10." {
					t.Errorf("EndInWords() = %q", words)
				}
				w.wantOneEnd(t, v.ID)
			})
		})
	}
}

// testEach is eachEngine with a clock for each engine.
func testEach(t *testing.T, _ *clock, test func(t *testing.T, w *world, c *clock)) {
	t.Helper()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			c := newClock()
			test(t, newWorld(t, engine.open(t), c), c)
		})
	}
}

// wantOneEnd checks that the visit has one end: one event, one notice to each.
func (w *world) wantOneEnd(t *testing.T, id string) {
	t.Helper()
	if n := w.count(t, "SELECT count(*) FROM audit_events WHERE action = 'impersonation.stop' AND impersonation_id = ?", id); n != 1 {
		t.Errorf("stop events of %s = %d, want 1", id, n)
	}
	starts := w.count(t, "SELECT count(*) FROM notifications WHERE event = 'impersonation.start' AND impersonation_id = ?", id)
	if n := w.count(t, "SELECT count(*) FROM notifications WHERE event = 'impersonation.stop' AND impersonation_id = ?", id); n != starts {
		t.Errorf("notices of the end of %s = %d, want %d", id, n, starts)
	}
}

func TestEveryEndReason(t *testing.T) {
	t.Parallel()
	transfer := account.Change{What: account.WasTransferred}
	for _, test := range []struct {
		want string
		by   func(w *world) principal.Principal
		mode principal.Mode
		end  func(ctx context.Context, w *world, c *clock, v impersonation.Visit) error
	}{
		{want: "stopped", end: func(ctx context.Context, w *world, _ *clock, v impersonation.Visit) error {
			_, err := w.visits.Stop(ctx, w.rita, v.ID)
			return err
		}},
		{want: "idle", end: func(ctx context.Context, w *world, c *clock, _ impersonation.Visit) error {
			c.Advance(16 * time.Minute)
			_, err := w.visits.Sweep(ctx, "task")
			return err
		}},
		{want: "expired", end: func(ctx context.Context, w *world, c *clock, v impersonation.Visit) error {
			for range 3 {
				c.Advance(9 * time.Minute)
				if _, err := w.store.Touch(ctx, v.ID); err != nil {
					return err
				}
			}
			c.Advance(9 * time.Minute)
			_, err := w.visits.Sweep(ctx, "sweep")
			return err
		}},
		{want: "ended_by_subject", end: func(ctx context.Context, w *world, _ *clock, v impersonation.Visit) error {
			_, err := w.visits.End(ctx, w.bakery, v.ID)
			return err
		}},
		{want: "ended_by_owner", by: func(w *world) principal.Principal { return w.admin }, end: func(ctx context.Context, w *world, _ *clock, v impersonation.Visit) error {
			_, err := w.visits.End(ctx, w.rita, v.ID)
			return err
		}},
		{want: "ended_by_admin", end: func(ctx context.Context, w *world, _ *clock, v impersonation.Visit) error {
			_, err := w.visits.End(ctx, w.admin, v.ID)
			return err
		}},
		{want: "actor_logout", end: func(ctx context.Context, w *world, _ *clock, v impersonation.Visit) error {
			return w.db.InTx(ctx, func(ctx context.Context) error {
				return w.visits.EndOfSession(ctx, w.rita, v.SessionID, "actor_logout", "request")
			})
		}},
		{want: "actor_session_ended", end: func(ctx context.Context, w *world, _ *clock, v impersonation.Visit) error {
			return w.db.InTx(ctx, func(ctx context.Context) error {
				return w.visits.EndOfSession(ctx, principal.System("session.sweep"), v.SessionID, "actor_session_ended", "task")
			})
		}},
		{want: "actor_disabled", end: changed(account.WasDisabled, func(w *world) principal.Account { return w.rita.Account })},
		{want: "subject_deleted", end: changed(account.WasDeleted, func(w *world) principal.Account { return w.bakery.Account })},
		{want: "subject_suspended", mode: principal.Change, end: changed(account.WasSuspended, func(w *world) principal.Account { return w.bakery.Account })},
		{want: "ownership_changed", end: func(ctx context.Context, w *world, _ *clock, _ impersonation.Visit) error {
			transfer.Before = w.bakery.Account
			transfer.Account = principal.Account{ID: "acc_bakery", Kind: "customer", OwnerID: "acc_ada", Path: "/acc_ada/acc_bakery/"}
			if err := w.db.Write(ctx).Exec("UPDATE accounts SET owner_id = 'acc_ada', path = '/acc_ada/acc_bakery/' WHERE id = 'acc_bakery'").Error; err != nil {
				return err
			}
			return w.db.InTx(ctx, func(ctx context.Context) error { return w.visits.AccountChanged(ctx, w.admin, transfer) })
		}},
		{want: "permission_lost", end: func(ctx context.Context, w *world, _ *clock, v impersonation.Visit) error {
			demoted := w.rita
			demoted.Role = "reporting"
			_, err := w.visits.Enter(ctx, demoted, v.ID)
			if errors.Is(err, impersonation.ErrEnded) {
				return nil
			}
			return errors.Join(errors.New("a demoted actor still entered"), err)
		}},
		{want: "superseded", end: func(ctx context.Context, w *world, _ *clock, _ impersonation.Visit) error {
			again := request(w.bakery, principal.Look)
			again.Supersede = true
			_, err := w.visits.Start(ctx, w.rita, again)
			return err
		}},
	} {
		t.Run(test.want, func(t *testing.T) {
			t.Parallel()
			testEach(t, nil, func(t *testing.T, w *world, c *clock) {
				by, mode := w.rita, principal.Look
				if test.by != nil {
					by = test.by(w)
				}
				if test.mode != "" {
					mode = test.mode
				}
				v := w.start(t, by, w.bakery, mode)
				c.Advance(time.Minute)
				if err := test.end(t.Context(), w, c, v); err != nil {
					t.Fatalf("ending it: %v", err)
				}
				got, err := w.store.ByID(t.Context(), principal.Everything(), v.ID)
				if err != nil || got.EndReason != test.want {
					t.Fatalf("the visit ended for %q, %v; want %q", got.EndReason, err, test.want)
				}
				w.wantOneEnd(t, v.ID)
				addressed := w.count(t, "SELECT count(*) FROM audit_events WHERE action = 'impersonation.stop' AND impersonation_id = ? AND payload <> ''", v.ID)
				if own := got.EndedBy.ID == got.Actor.ID; own != (addressed == 1) {
					t.Errorf("ended by its actor %v, with an address %v", own, addressed == 1)
				}
				if err := w.db.Write(t.Context()).Exec("UPDATE impersonations SET end_reason = 'idle' WHERE id = ?", v.ID).Error; err == nil {
					t.Error("an ended visit could be changed")
				}
			})
		})
	}
}

func changed(what account.What, whose func(w *world) principal.Account) func(context.Context, *world, *clock, impersonation.Visit) error {
	return func(ctx context.Context, w *world, _ *clock, _ impersonation.Visit) error {
		a := whose(w)
		return w.db.InTx(ctx, func(ctx context.Context) error {
			return w.visits.AccountChanged(ctx, w.admin, account.Change{What: what, Before: a, Account: a})
		})
	}
}

func TestNothingIsChangedAfterTheEnd(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, c *clock) {
		v := w.start(t, w.admin, w.bakery, principal.Change)
		acting := w.enter(t, w.admin, v)
		if err := w.change(t.Context(), acting); err != nil {
			t.Fatalf("a change in a live visit: %v", err)
		}
		c.Advance(15 * time.Minute) // the deadline itself is too late, though nobody has written it down
		if err := w.change(t.Context(), acting); !errors.Is(err, impersonation.ErrEnded) {
			t.Errorf("a change at the deadline = %v, want ErrEnded", err)
		}
		if err := w.visits.Touch(t.Context(), acting); !errors.Is(err, impersonation.ErrEnded) {
			t.Errorf("Touch at the deadline = %v, want ErrEnded", err)
		}
		if n := w.count(t, "SELECT count(*) FROM audit_events WHERE action = 'test.change'"); n != 1 {
			t.Errorf("changes = %d, want the first alone", n)
		}
	})
}

func TestModeIsARecordedStep(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, _ *clock) {
		v := w.start(t, w.support, w.bakery, principal.Look)
		acting := w.enter(t, w.support, v)
		if _, err := w.visits.ChangeMode(t.Context(), acting, principal.Change, "short"); err == nil {
			t.Error("changes were allowed without a reason")
		}
		if got, err := w.visits.ChangeMode(t.Context(), acting, principal.Change, "Setting the record back as agreed"); err != nil || got.Mode != principal.Change {
			t.Fatalf("ChangeMode() = %v, %v", got.Mode, err)
		}
		if n := w.count(t, "SELECT count(*) FROM audit_events JOIN audit_payloads USING (seq) WHERE action = 'impersonation.mode' AND text LIKE '%Setting the record back as agreed%'"); n != 1 {
			t.Errorf("mode events = %d, want 1", n)
		}
		assistant := w.person(t, "aisha", "support", "assistant", w.admin)
		looking := w.enter(t, assistant, w.start(t, assistant, w.school, principal.Look))
		if _, err := w.visits.ChangeMode(t.Context(), looking, principal.Change, "Setting the record back as agreed"); !errors.Is(err, impersonation.ErrDenied) {
			t.Errorf("an assistant may make changes: %v", err)
		}
	})
}

func TestThreeVisitsAtATime(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, _ *clock) {
		first := w.start(t, w.admin, w.bakery, principal.Look)
		w.start(t, w.admin, w.school, principal.Look)
		w.start(t, w.admin, w.rita, principal.Look)
		fourth := w.person(t, "fourth", "customer", "customer", w.admin)
		if _, err := w.visits.Start(t.Context(), w.admin, request(fourth, principal.Look)); !errors.Is(err, impersonation.ErrTooMany) {
			t.Fatalf("a fourth visit = %v, want ErrTooMany", err)
		}
		asked := request(fourth, principal.Look)
		asked.Supersede = true
		if _, err := w.visits.Start(t.Context(), w.admin, asked); err != nil {
			t.Fatal(err)
		}
		if got, _ := w.store.ByID(t.Context(), principal.Everything(), first.ID); got.EndReason != "superseded" {
			t.Errorf("the oldest ended for %q, want superseded", got.EndReason)
		}
	})
}
