package impersonation_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/fault"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
)

func announcement(to principal.Principal) impersonation.Announcement {
	return impersonation.Announcement{SubjectID: to.Account.ID, ReasonCode: "incident", Reason: "The shop shows an  error", Ticket: "HD-4711"}
}

func (w *world) announce(t *testing.T, by, to principal.Principal) impersonation.Announcement {
	t.Helper()
	a, err := w.visits.Announce(t.Context(), by, announcement(to))
	if err != nil {
		t.Fatalf("Announce(%s → %s) = %v", by.Person.Name, to.Account.Name, err)
	}
	return a
}

func (w *world) announced(t *testing.T, by, to principal.Principal) []impersonation.Announcement {
	t.Helper()
	made, err := w.visits.Announced(t.Context(), by, to.Account.ID)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Told before: the owner reads who comes and why, on the record, and nobody is in.
func TestD9AnAnnouncementTellsTheOwnerAndLetsNobodyIn(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, c *clock) {
		a := w.announce(t, w.support, w.bakery)
		if n := w.count(t, "SELECT count(*) FROM notifications WHERE account_id = ? AND event = 'impersonation.announce' AND email = 'bakery@test.example' AND text = ?",
			w.bakery.Account.ID, "samir (Harbour) is about to sign in to your account: “The shop shows an error” (ticket HD-4711)"); n != 1 {
			t.Errorf("%d notices with a mail to the owner, want 1", n)
		}
		if n := w.count(t, "SELECT count(*) FROM notifications"); n != 1 {
			t.Errorf("%d notices, want one to the owner and none to anybody else", n)
		}
		if n := w.count(t, "SELECT count(*) FROM audit_events JOIN audit_payloads USING (seq) WHERE action = 'impersonation.announce' AND account_id = ? AND actor_id = ? AND text LIKE '%The shop shows an error%' AND impersonation_id = ''",
			w.bakery.Account.ID, w.support.Person.ID); n != 1 {
			t.Errorf("%d events on the customer's page, want 1", n)
		}
		if n := w.count(t, "SELECT count(*) FROM impersonations"); n != 0 {
			t.Errorf("%d visits, want none", n)
		}
		if diff := cmp.Diff([]impersonation.Announcement{a}, w.announced(t, w.support, w.bakery)); diff != "" {
			t.Errorf("Announced (-want +got):\n%s", diff)
		}
		for _, other := range []principal.Principal{w.admin, w.rita, w.bakery} {
			if made := w.announced(t, other, w.bakery); len(made) != 0 {
				t.Errorf("%s is offered what samir announced", other.Person.Name)
			}
		}
		v := w.start(t, w.support, w.bakery, principal.Look)
		if n := w.count(t, "SELECT count(*) FROM audit_events WHERE action = 'impersonation.start' AND after LIKE '%announced_at%'"); n != 1 {
			t.Errorf("%d starts say that they were announced, want 1", n)
		}
		if n := w.count(t, "SELECT count(*) FROM visit_announcements WHERE visit_id = ?", v.ID); n != 1 {
			t.Errorf("%d announcements belong to the visit, want 1", n)
		}
		if made := w.announced(t, w.support, w.bakery); len(made) != 0 {
			t.Errorf("after the visit began %v is still offered", made)
		}
		w.announce(t, w.support, w.school)
		c.Advance(24 * time.Hour)
		if made := w.announced(t, w.support, w.school); len(made) != 0 {
			t.Errorf("after a day %v is still offered", made)
		}
	})
}

// Who could not come cannot announce it, and learns nothing from trying.
func TestD9WhoMayNotComeMayNotAnnounceIt(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, _ *clock) {
		w.decide(t, w.school, impersonation.Locked)
		acting := w.enter(t, w.admin, w.start(t, w.admin, w.rita, principal.Change))
		gone := w.person(t, "gone", "customer", "customer", w.admin)
		w.exec(t, "UPDATE accounts SET deleted_at = created_at WHERE id = ?", gone.Account.ID)
		missing := principal.Principal{Account: principal.Account{ID: "acc_missing", Name: "missing"}}
		for name, c := range map[string]struct {
			by, to principal.Principal
			want   error
		}{
			"a foreign account":    {w.rita, w.school, impersonation.ErrDenied},
			"a missing account":    {w.rita, missing, impersonation.ErrDenied},
			"a deleted account":    {w.admin, gone, impersonation.ErrDenied},
			"an admin's account":   {w.support, w.admin, impersonation.ErrDenied},
			"one's own account":    {w.rita, w.rita, impersonation.ErrDenied},
			"as a customer":        {w.bakery, w.school, impersonation.ErrDenied},
			"from inside a visit":  {acting, w.bakery, impersonation.ErrDenied},
			"where nobody may be":  {w.admin, w.school, impersonation.ErrLocked},
			"locked, and no right": {w.rita, w.school, impersonation.ErrDenied},
		} {
			before := w.count(t, "SELECT count(*) FROM audit_events WHERE action = 'impersonation.announce-denied' AND result = 'denied'")
			a, err := w.visits.Announce(t.Context(), c.by, announcement(c.to))
			if !errors.Is(err, c.want) || a.ID != "" {
				t.Errorf("Announce of %s = %v, %v, want %v", name, a, err, c.want)
			}
			recorded := w.count(t, "SELECT count(*) FROM audit_events WHERE action = 'impersonation.announce-denied' AND result = 'denied'") - before
			if want := map[bool]int{true: 0, false: 1}[c.to.Account.ID == "acc_missing"]; recorded != want {
				t.Errorf("Announce of %s left %d events, want %d", name, recorded, want)
			}
		}
		if n := w.count(t, "SELECT count(*) FROM visit_announcements") + w.count(t, "SELECT count(*) FROM notifications WHERE event = 'impersonation.announce'"); n != 0 {
			t.Errorf("%d rows of refused announcements, want none", n)
		}
	})
}

func TestD9WhatCannotBeSaidIsNotAnnounced(t *testing.T) {
	t.Parallel()
	w := newSQLiteWorld(t)
	for name, c := range map[string]struct {
		change func(*impersonation.Announcement)
		want   string
	}{
		"no reason":       {func(a *impersonation.Announcement) { a.Reason = "" }, "/reason"},
		"a short reason":  {func(a *impersonation.Announcement) { a.Reason = "a  b  c  d \u202e" }, "/reason"},
		"a long reason":   {func(a *impersonation.Announcement) { a.Reason = strings.Repeat("a", 501) }, "/reason"},
		"no kind":         {func(a *impersonation.Announcement) { a.ReasonCode = "fun" }, "/reason_code"},
		"a long ticket":   {func(a *impersonation.Announcement) { a.Ticket = strings.Repeat("1", 101) }, "/ticket"},
		"nothing visible": {func(a *impersonation.Announcement) { a.Reason = strings.Repeat("\u200b ", 100) }, "/reason"},
		"blank letters":   {func(a *impersonation.Announcement) { a.Reason = strings.Repeat("\u3164\u2800\u115f", 20) }, "/reason"},
		"only accents":    {func(a *impersonation.Announcement) { a.Reason = "a" + strings.Repeat("\u0301", 20) }, "/reason"},
	} {
		a := announcement(w.bakery)
		c.change(&a)
		_, err := w.visits.Announce(t.Context(), w.support, a)
		var bad *fault.Error
		if !errors.As(err, &bad) || len(bad.Fields) != 1 || bad.Fields[0].Pointer != c.want {
			t.Errorf("Announce with %s = %v, want a complaint about %s", name, err, c.want)
		}
	}
}

// Nobody is pressed, nobody fills a customer's mailbox, nobody sends leaflets.
func TestD9AnnouncementsAreBounded(t *testing.T) {
	t.Parallel()
	testEach(t, nil, func(t *testing.T, w *world, c *clock) {
		refused := func(name string, by, to principal.Principal, want error, wait int) {
			t.Helper()
			_, err := w.visits.Announce(t.Context(), by, announcement(to))
			var limit *fault.Error
			if !errors.Is(err, want) || !errors.As(err, &limit) || limit.Extra["retry_after"] != wait {
				t.Errorf("Announce %s = %v, want %v and a wait of %d s", name, err, want, wait)
			}
		}
		w.announce(t, w.support, w.bakery)
		c.Advance(9*time.Minute + 30*time.Second)
		refused("again within ten minutes", w.support, w.bakery, impersonation.ErrAnnounced, 30)
		w.announce(t, w.admin, w.bakery)
		c.Advance(30 * time.Second)
		w.announce(t, w.support, w.bakery)
		for range 7 {
			c.Advance(10 * time.Minute)
			w.announce(t, w.support, w.bakery)
		}
		c.Advance(10 * time.Minute)
		refused("an eleventh time to one account", w.admin, w.bakery, impersonation.ErrAnnouncedOften, int((24*time.Hour - 90*time.Minute).Seconds()))

		for i := range 30 {
			w.announce(t, w.admin, w.person(t, fmt.Sprintf("shop%d", i), "customer", "customer", w.admin))
		}
		refused("to a thirty-first account", w.admin, w.school, impersonation.ErrAnnouncesMuch, 3600)
		w.announce(t, w.support, w.school)
		c.Advance(time.Hour)
		w.announce(t, w.admin, w.school)
	})
}
