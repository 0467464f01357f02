package impersonation_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"innkeeper/internal/ident"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// decide makes the owner's decision about visits.
func (w *world) decide(t *testing.T, owner principal.Principal, a impersonation.Access) {
	t.Helper()
	if err := w.visits.SetPolicy(t.Context(), owner.WithScope(principal.Only(owner.Account)), a); err != nil {
		t.Fatalf("SetPolicy(%s) = %v", a, err)
	}
}

// asks asks to be let in.
func (w *world) asks(t *testing.T, by, to principal.Principal, mode principal.Mode) impersonation.Ask {
	t.Helper()
	begun, err := w.visits.Start(t.Context(), by, request(to, mode))
	if err != nil || begun.Ask == nil || begun.ID != "" {
		t.Fatalf("Start(%s → %s) = visit %q, ask %v, %v; want an ask alone", by.Person.Name, to.Account.Name, begun.ID, begun.Ask, err)
	}
	return *begun.Ask
}

// mailed sends the mail of an ask, as the job does.
func (w *world) mailed(t *testing.T, a impersonation.Ask) (token, code string) {
	t.Helper()
	if err := w.visits.SendAsk(t.Context(), principal.System("test"), a.ID); err != nil {
		t.Fatal(err)
	}
	l := w.notices.last(t)
	return l.Token, l.Code
}

func (w *world) startOn(t *testing.T, by, to principal.Principal, askID string) (impersonation.Visit, error) {
	t.Helper()
	asked := request(to, principal.Look)
	asked.AskID = askID
	begun, err := w.visits.Start(t.Context(), by, asked)
	return begun.Visit, err
}

func (w *world) wantEvents(t *testing.T, action string, want int) {
	t.Helper()
	if n := w.count(t, "SELECT count(*) FROM audit_events WHERE action = ?", action); n != want {
		t.Errorf("events %s = %d, want %d", action, n, want)
	}
}

func (w *world) state(t *testing.T, id string) impersonation.Ask {
	t.Helper()
	asks, err := w.visits.Asks.List(t.Context(), principal.Everything(), impersonation.AskFilter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range asks {
		if a.ID == id {
			return a
		}
	}
	t.Fatalf("there is no ask %s", id)
	return impersonation.Ask{}
}

func TestIConsentNothingIsInsideBeforeTheOwnerAgrees(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, c *clock) {
		w.decide(t, w.bakery, impersonation.AskMe)
		a := w.asks(t, w.support, w.bakery, principal.Look)
		if again := w.asks(t, w.support, w.bakery, principal.Change); again.ID != a.ID {
			t.Errorf("asked twice: %s and %s, want one", a.ID, again.ID)
		}
		if n := w.count(t, "SELECT count(*) FROM impersonations"); n != 0 {
			t.Errorf("%d visits before the answer, want none", n)
		}
		if n := w.count(t, "SELECT count(*) FROM notifications"); n != 1 {
			t.Errorf("%d notices, want one to the owner and none to anybody else", n)
		}
		if n := w.count(t, "SELECT count(*) FROM outbox WHERE task = 'impersonation.request' AND object_id = ?", a.ID); n != 1 {
			t.Errorf("%d mails promised, want 1", n)
		}
		if _, err := w.startOn(t, w.support, w.bakery, a.ID); !errors.Is(err, impersonation.ErrAskWaiting) {
			t.Errorf("starting unanswered = %v, want ErrAskWaiting", err)
		}
		if _, err := w.visits.Approve(t.Context(), w.bakery, a.ID, c.Now().Add(20*time.Minute)); err != nil {
			t.Fatal(err)
		}
		c.Advance(10 * time.Minute)
		v, err := w.startOn(t, w.support, w.bakery, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if v.Basis != a.ID || v.BoundedBy != "approval" || v.Span.ExpiresAt.Sub(v.Span.StartedAt) != 10*time.Minute {
			t.Errorf("the visit is based on %q, bounded by %s to %v; want the ask and its end", v.Basis, v.BoundedBy, v.Span.ExpiresAt.Sub(v.Span.StartedAt))
		}
		acting := w.enter(t, w.support, v)
		if _, err := w.visits.ChangeMode(t.Context(), acting, principal.Change, "A change that was never agreed to"); !errors.Is(err, impersonation.ErrLookAgreed) {
			t.Errorf("making changes in a visit approved for viewing = %v, want ErrLookAgreed", err)
		}
		w.wantEvents(t, "impersonation.request", 1)
		w.wantEvents(t, "impersonation.approve", 1)
	})
}

func TestIConsentIsAskedOfTheOwnerAlone(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, _ *clock) {
		w.decide(t, w.bakery, impersonation.AskMe)
		a := w.asks(t, w.support, w.bakery, principal.Look)
		acting := w.enter(t, w.admin, w.start(t, w.admin, w.school, principal.Change))
		for name, by := range map[string]principal.Principal{
			"another customer": w.school.WithScope(principal.Only(w.school.Account)), "one with every scope": w.school,
			"the reseller who owns it": w.rita, "the admin": w.admin, "the one who asks": w.support,
		} {
			if _, err := w.visits.Approve(t.Context(), by, a.ID, time.Time{}); !errors.Is(err, impersonation.ErrAskNotFound) {
				t.Errorf("%s: Approve = %v, want ErrAskNotFound", name, err)
			}
			if err := w.visits.Deny(t.Context(), by, a.ID); !errors.Is(err, impersonation.ErrAskNotFound) {
				t.Errorf("%s: Deny = %v, want ErrAskNotFound", name, err)
			}
		}
		if err := w.visits.SetPolicy(t.Context(), acting, impersonation.Open); !errors.Is(err, impersonation.ErrOwnerOnly) {
			t.Errorf("SetPolicy in a visit = %v, want ErrOwnerOnly", err)
		}
		if _, err := w.visits.Approve(t.Context(), acting, a.ID, time.Time{}); !errors.Is(err, impersonation.ErrOwnerOnly) {
			t.Errorf("Approve in a visit = %v, want ErrOwnerOnly", err)
		}
		for name, by := range map[string]principal.Principal{"another actor": w.admin, "the owner": w.bakery} {
			if err := w.visits.Withdraw(t.Context(), by, a.ID); !errors.Is(err, impersonation.ErrAskNotFound) {
				t.Errorf("%s: Withdraw = %v, want ErrAskNotFound", name, err)
			}
			if _, err := w.startOn(t, by, w.bakery, a.ID); !errors.Is(err, impersonation.ErrAskNotFound) {
				t.Errorf("%s: starting on it = %v, want ErrAskNotFound", name, err)
			}
			if _, err := w.visits.Ask(t.Context(), by, a.ID); !errors.Is(err, impersonation.ErrAskNotFound) {
				t.Errorf("%s: Ask = %v, want ErrAskNotFound", name, err)
			}
		}
		if got := w.state(t, a.ID); got.State != impersonation.AskWaiting {
			t.Errorf("the ask is %s after all of them, want waiting", got.State)
		}
	})
}

func TestLinksThatAreOverAreSwept(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, c *clock) {
		made := c.Now()
		l := impersonation.Link{
			ID: ident.First(ident.Link, made), TokenHash: "hash", PersonID: w.support.Person.ID, AccountID: w.bakery.Account.ID, IssuedBy: w.support.Person.ID,
			ReasonCode: "incident", Path: "/", CreatedAt: made, ExpiresAt: made.Add(time.Minute),
		}
		if err := store.NewLinks(w.db).Create(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		for after, want := range []int64{1, 0} {
			c.Advance(time.Duration(after) * 2 * time.Minute)
			if n, err := (impersonation.Lapsing{Service: w.visits}).Sweep(t.Context(), "task"); n != 0 || err != nil {
				t.Errorf("Sweep() = %d, %v, want 0: no ask lapsed", n, err)
			}
			if n := w.count(t, "SELECT count(*) FROM sso_links"); int64(n) != want {
				t.Errorf("after %d sweeps there are %d links, want %d", after+1, n, want)
			}
		}
	})
}

func TestIConsentLapses(t *testing.T) {
	t.Parallel()
	for name, look := range map[string]func(t *testing.T, w *world, id string){
		"by the sweep": func(t *testing.T, w *world, _ string) {
			if n, err := (impersonation.Lapsing{Service: w.visits}).Sweep(t.Context(), "task"); n != 1 || err != nil {
				t.Errorf("Sweep() = %d, %v, want 1", n, err)
			}
		},
		"by a late answer": func(t *testing.T, w *world, id string) {
			if _, err := w.visits.Approve(t.Context(), w.bakery, id, time.Time{}); !errors.Is(err, impersonation.ErrAskOver) {
				t.Errorf("Approve() = %v, want ErrAskOver", err)
			}
		},
		"by asking anew": func(t *testing.T, w *world, id string) {
			if a := w.asks(t, w.support, w.bakery, principal.Look); a.ID == id {
				t.Error("a lapsed ask was taken up again")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testEach(t, nil, func(t *testing.T, w *world, c *clock) {
				w.decide(t, w.bakery, impersonation.AskMe)
				a := w.asks(t, w.support, w.bakery, principal.Look)
				c.Advance(12*time.Hour - time.Microsecond)
				if got, err := w.visits.Ask(t.Context(), w.support, a.ID); err != nil || got.State != impersonation.AskWaiting {
					t.Errorf("just before its end the ask is %s, %v, want waiting", got.State, err)
				}
				c.Advance(time.Microsecond)
				w.signIn(t, "ses_late", w.support)
				w.support.Via.SessionID = "ses_late"
				if got, err := w.visits.Ask(t.Context(), w.support, a.ID); err != nil || got.State != impersonation.AskLapsed {
					t.Errorf("at its end the ask is %s, %v, want lapsed", got.State, err)
				}
				c.Advance(time.Hour)
				look(t, w, a.ID)
				if got := w.state(t, a.ID); got.State != impersonation.AskLapsed {
					t.Errorf("the ask is written down as %s, want lapsed", got.State)
				}
				if n := w.count(t, "SELECT count(*) FROM audit_events WHERE action = 'impersonation.lapse' AND at = ?", a.LapsesAt.UnixMicro()); n != 1 {
					t.Errorf("%d events of the lapse at its deadline, want 1", n)
				}
			})
		})
	}
}

func TestIConsentApprovalHasToBeUsedSoonAndOnce(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, c *clock) {
		w.decide(t, w.bakery, impersonation.AskMe)
		late := w.asks(t, w.support, w.bakery, principal.Look)
		w.approve(t, late)
		c.Advance(30 * time.Minute)
		if _, err := w.startOn(t, w.support, w.bakery, late.ID); !errors.Is(err, impersonation.ErrAskOver) {
			t.Errorf("starting 30 minutes after the approval = %v, want ErrAskOver", err)
		}
		a := w.asks(t, w.support, w.bakery, principal.Look)
		w.approve(t, a)
		w.approve(t, a) // twice is once
		c.Advance(30*time.Minute - time.Microsecond)
		v, err := w.startOn(t, w.support, w.bakery, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if v.Span.ExpiresAt.Sub(v.Span.StartedAt) != time.Hour {
			t.Errorf("the visit may last %v, want the whole hour: its clock starts with it", v.Span.ExpiresAt.Sub(v.Span.StartedAt))
		}
		if _, err := w.visits.Stop(t.Context(), w.support, v.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.startOn(t, w.support, w.bakery, a.ID); !errors.Is(err, impersonation.ErrAskOver) {
			t.Errorf("starting twice on one approval = %v, want ErrAskOver", err)
		}
		w.wantEvents(t, "impersonation.approve", 2)
	})
}

func (w *world) approve(t *testing.T, a impersonation.Ask) {
	t.Helper()
	if _, err := w.visits.Approve(t.Context(), w.bakery, a.ID, time.Time{}); err != nil {
		t.Fatalf("Approve = %v", err)
	}
}

// Many starts and many answers at once: one visit, one approval.
func TestIConsentRaceOfStartsAndAnswers(t *testing.T) {
	t.Parallel()
	eachEngine(t, nil, func(t *testing.T, w *world) {
		w.decide(t, w.bakery, impersonation.AskMe)
		a := w.asks(t, w.support, w.bakery, principal.Look)
		var clients sync.WaitGroup
		for range raceClients {
			clients.Go(func() {
				if _, err := w.visits.Approve(t.Context(), w.bakery, a.ID, time.Time{}); err != nil {
					t.Errorf("Approve = %v", err)
				}
			})
		}
		clients.Wait()
		w.wantEvents(t, "impersonation.approve", 1)
		var begun atomic.Int64
		for range raceClients {
			clients.Go(func() {
				_, err := w.startOn(t, w.support, w.bakery, a.ID)
				switch {
				case err == nil:
					begun.Add(1)
				case !errors.Is(err, impersonation.ErrAskOver):
					t.Errorf("starting at once = %v, want ErrAskOver", err)
				}
			})
		}
		clients.Wait()
		if begun.Load() != 1 {
			t.Errorf("%d visits began on one approval, want 1", begun.Load())
		}
	})
}

func TestIConsentByTheLinkInTheMailOnce(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, _ *clock) {
		w.decide(t, w.bakery, impersonation.AskMe)
		a := w.asks(t, w.support, w.bakery, principal.Look)
		before, _ := w.mailed(t, a)
		token, _ := w.mailed(t, a)
		who := principal.Principal{Via: principal.Via{IP: "192.0.2.9"}}
		for name, bad := range map[string]string{"an older mail": before, "a guess": "guessed", "nothing": ""} {
			if _, err := w.visits.AnswerByLink(t.Context(), who, bad, true); !errors.Is(err, impersonation.ErrLinkEnded) {
				t.Errorf("%s: AnswerByLink = %v, want ErrLinkEnded", name, err)
			}
		}
		for range 3 { // opening it, as a mail scanner does, answers nothing
			if got, err := w.visits.AskByLink(t.Context(), token); err != nil || got.State != impersonation.AskWaiting {
				t.Fatalf("AskByLink = %s, %v, want waiting", got.State, err)
			}
		}
		if got, err := w.visits.AnswerByLink(t.Context(), who, token, true); err != nil || got.State != impersonation.AskApproved {
			t.Fatalf("AnswerByLink = %s, %v, want approved", got.State, err)
		}
		for _, yes := range []bool{true, false} {
			if _, err := w.visits.AnswerByLink(t.Context(), who, token, yes); !errors.Is(err, impersonation.ErrLinkEnded) {
				t.Errorf("the link used twice = %v, want ErrLinkEnded", err)
			}
		}
		if n := w.count(t, "SELECT count(*) FROM audit_events JOIN audit_payloads USING (seq) WHERE action = 'impersonation.approve' AND actor_id = 'per_bakery' AND method = 'link' AND text LIKE '%\"192.0.2.9\"%'"); n != 1 {
			t.Errorf("%d events of the owner's answer by the link, want 1", n)
		}
		if n := w.count(t, "SELECT count(*) FROM impersonation_requests WHERE token_hash = ? OR code_hash = ? OR token_hash IS NOT NULL", token, token); n != 0 {
			t.Error("the token is kept as it is, or after its use")
		}
	})
}

func TestIConsentByTheCodeReadOut(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, _ *clock) {
		w.decide(t, w.bakery, impersonation.AskMe)
		a := w.asks(t, w.support, w.bakery, principal.Look)
		if _, err := w.visits.GiveCode(t.Context(), w.support, a.ID, ""); !errors.Is(err, impersonation.ErrWrongCode) {
			t.Errorf("no code before there is a mail = %v, want ErrWrongCode", err)
		}
		_, code := w.mailed(t, a)
		if _, err := w.visits.GiveCode(t.Context(), w.admin, a.ID, code); !errors.Is(err, impersonation.ErrAskNotFound) {
			t.Errorf("the code by another person = %v, want ErrAskNotFound", err)
		}
		if got, err := w.visits.GiveCode(t.Context(), w.support, a.ID, code); err != nil || got.State != impersonation.AskApproved {
			t.Fatalf("GiveCode = %s, %v, want approved", got.State, err)
		}
		if _, err := w.startOn(t, w.support, w.bakery, a.ID); err != nil {
			t.Errorf("starting on it = %v", err)
		}
	})
}

func TestIConsentCodeCannotBeGuessed(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, _ *clock) {
		w.decide(t, w.bakery, impersonation.AskMe)
		a := w.asks(t, w.support, w.bakery, principal.Look)
		_, code := w.mailed(t, a)
		wrong := "000 000"
		if code == wrong {
			wrong = "000 001"
		}
		var guesses sync.WaitGroup
		for range 4 { // at once, each is counted
			guesses.Go(func() {
				if _, err := w.visits.GiveCode(t.Context(), w.support, a.ID, wrong); !errors.Is(err, impersonation.ErrWrongCode) {
					t.Errorf("a wrong code = %v, want ErrWrongCode", err)
				}
			})
		}
		guesses.Wait()
		if got := w.state(t, a.ID); got.State != impersonation.AskWaiting || got.CodeTries != 4 {
			t.Errorf("after four the ask is %s with %d tries, want waiting with 4", got.State, got.CodeTries)
		}
		_, _ = w.visits.GiveCode(t.Context(), w.support, a.ID, wrong)
		if _, err := w.visits.GiveCode(t.Context(), w.support, a.ID, code); !errors.Is(err, impersonation.ErrAskOver) {
			t.Errorf("the right code after five wrong ones = %v, want ErrAskOver", err)
		}
		if n := w.count(t, "SELECT count(*) FROM audit_events WHERE action = 'impersonation.approve-by-code' AND result = 'denied' AND account_id = 'acc_bakery'"); n != 5 {
			t.Errorf("%d wrong codes on the owner's page, want 5", n)
		}
		w.wantEvents(t, "impersonation.lapse", 1)
	})
}

func TestIConsentRevokedEndsWhatRanOnIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before impersonation.Access
		revoke func(ctx context.Context, w *world, askID string) error
	}{
		"locking the open door": {impersonation.Open, func(ctx context.Context, w *world, _ string) error {
			return w.visits.SetPolicy(ctx, w.bakery, impersonation.Locked)
		}},
		"locking after an approval": {impersonation.AskMe, func(ctx context.Context, w *world, _ string) error {
			return w.visits.SetPolicy(ctx, w.bakery, impersonation.Locked)
		}},
		"taking the approval back": {impersonation.AskMe, func(ctx context.Context, w *world, askID string) error {
			return w.visits.Deny(ctx, w.bakery, askID)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testEach(t, nil, func(t *testing.T, w *world, clock *clock) {
				w.decide(t, w.bakery, c.before)
				askID := ""
				if c.before == impersonation.AskMe {
					a := w.asks(t, w.support, w.bakery, principal.Look)
					w.approve(t, a)
					askID = a.ID
				}
				v, err := w.startOn(t, w.support, w.bakery, askID)
				if err != nil {
					t.Fatal(err)
				}
				elsewhere := w.start(t, w.support, w.school, principal.Look)
				clock.Advance(time.Minute)
				if err := c.revoke(t.Context(), w, askID); err != nil {
					t.Fatal(err)
				}
				if _, err := w.visits.Enter(t.Context(), w.support, v.ID); !errors.Is(err, impersonation.ErrEnded) {
					t.Errorf("Enter afterwards = %v, want ErrEnded", err)
				}
				got, err := w.store.ByID(t.Context(), principal.Everything(), v.ID)
				if err != nil || got.EndReason != "consent_revoked" || got.EndedBy.ID != "per_bakery" || got.Durations().Duration != time.Minute {
					t.Errorf("it ended for %q by %s after %v, %v; want consent_revoked by the owner after 1m", got.EndReason, got.EndedBy.ID, got.Durations().Duration, err)
				}
				w.wantOneEnd(t, v.ID)
				w.enter(t, w.support, elsewhere) // what is another account's goes on
			})
		})
	}
}

func TestIConsentAskingToBeAskedEndsNothing(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, _ *clock) {
		v := w.start(t, w.support, w.bakery, principal.Look)
		w.decide(t, w.bakery, impersonation.AskMe)
		w.decide(t, w.bakery, impersonation.AskMe)
		w.enter(t, w.support, v)
		w.wantEvents(t, "impersonation.policy", 1)
	})
}

// Locking at once with writes, from many sides: what was written was written
// before the end, and nothing after it.
func TestI22ConsentRevokedDuringAWrite(t *testing.T) {
	t.Parallel()
	eachEngine(t, nil, func(t *testing.T, w *world) {
		var acted, refused atomic.Int64
		for round := range 6 {
			w.decide(t, w.bakery, impersonation.Open)
			var clients sync.WaitGroup
			for i := range 8 {
				actor := w.person(t, fmt.Sprintf("actor%d_%d", round, i), "support", "support", w.admin)
				v := w.start(t, actor, w.bakery, principal.Change)
				acting := w.enter(t, actor, v)
				clients.Go(func() {
					for {
						err := w.change(t.Context(), acting)
						if errors.Is(err, impersonation.ErrEnded) {
							refused.Add(1)
							return
						}
						if err != nil {
							t.Errorf("a change = %v", err)
							return
						}
						acted.Add(1)
					}
				})
			}
			clients.Go(func() {
				pause(t.Context(), 15*time.Millisecond)
				if err := w.visits.SetPolicy(t.Context(), w.bakery, impersonation.Locked); err != nil {
					t.Errorf("SetPolicy = %v", err)
				}
			})
			clients.Wait()
		}
		if acted.Load() == 0 || refused.Load() != 48 {
			t.Errorf("%d changes in time and %d refused, want some and 48", acted.Load(), refused.Load())
		}
		if n := w.count(t, `SELECT count(*) FROM audit_events e JOIN impersonations v ON v.id = e.impersonation_id
			WHERE e.action = 'test.change' AND e.at > v.ended_at`); n != 0 {
			t.Errorf("%d changes after the end, want none", n)
		}
		if n := w.count(t, "SELECT count(*) FROM impersonations WHERE end_reason = 'consent_revoked'"); n != 48 {
			t.Errorf("%d visits ended by the owner's lock, want 48", n)
		}
	})
}

// Staff may change an account's address; what lets somebody in does not go there.
func TestIConsentIsMailedToWhereTheOwnerSignsIn(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, _ *clock) {
		w.decide(t, w.bakery, impersonation.AskMe)
		w.exec(t, "UPDATE accounts SET email = 'samir@harbour.example' WHERE id = ?", w.bakery.Account.ID)
		w.mailed(t, w.asks(t, w.support, w.bakery, principal.Look))
		if l := w.notices.last(t); l.To != "bakery@test.example" {
			t.Errorf("link and code went to %s, want the owner's own address", l.To)
		}
	})
}
