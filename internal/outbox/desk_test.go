package outbox_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/audit"
	"innkeeper/internal/db"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

var admin = principal.Principal{
	Person:  principal.Person{ID: "per_admin", Name: "Ada"},
	Account: principal.Account{ID: "acc_provider", Name: "Provider", Path: "/acc_provider/"},
	Subject: principal.Account{ID: "acc_provider", Name: "Provider", Path: "/acc_provider/"},
	Role:    "admin",
	Via:     principal.Via{Method: "password"},
}

type desk struct {
	db      *db.DB
	service *outbox.Service
	*outbox.Desk
	rings int
	now   time.Time
}

func setup(t *testing.T) *desk {
	t.Helper()
	k := &desk{now: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)}
	d, err := db.Open(t.Context(), "", t.TempDir(), db.WithClock(func() time.Time { return k.now }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	ring := func() { k.rings++ }
	k.db = d
	k.service = outbox.New(store.NewOutbox(d), d, ring)
	k.Desk = outbox.NewDesk(store.NewOutbox(d), d, audit.New(store.NewAudit(d), clock{d}), ring)
	return k
}

// clock is the clock of the log; nobody is acted for here.
type clock struct{ *db.DB }

func (c clock) Hold(ctx context.Context, _ string) (time.Time, error) { return c.Now(ctx) }

func TestARetryIsRecordedAndRings(t *testing.T) {
	t.Parallel()
	k, by := setup(t), admin.WithScope(principal.Everything())
	if err := k.service.Add(t.Context(), principal.System("impersonation"), "notify.mail", "ntf_1"); err != nil {
		t.Fatal(err)
	}
	list, err := k.List(t.Context(), by, outbox.Filter{Limit: 10})
	if err != nil || len(list) != 1 || list[0].State != outbox.Waiting {
		t.Fatalf("List = %+v, %v, want one that waits", list, err)
	}
	p, ok, err := k.service.Claim(t.Context(), list[0].ID, 10*time.Second)
	if !ok || err != nil {
		t.Fatalf("Claim = %v, %v", ok, err)
	}
	if err := k.Retry(t.Context(), by, p.ID); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("Retry of a running job = %v, want ErrNotFound", err)
	}
	if err := k.service.GiveUp(t.Context(), p, errors.New("no such\r\nmailbox")); err != nil {
		t.Fatal(err)
	}
	if tally, err := k.Count(t.Context(), by); err != nil || tally != (outbox.Tally{Failed: 1}) {
		t.Errorf("Count = %+v, %v, want one failed", tally, err)
	}
	k.now = k.now.Add(time.Minute)
	rings := k.rings
	if err := k.Retry(t.Context(), by, p.ID); err != nil {
		t.Fatalf("Retry = %v", err)
	}
	if k.rings != rings+1 {
		t.Errorf("rung %d times, want once", k.rings-rings)
	}
	list, err = k.List(t.Context(), by, outbox.Filter{Limit: 10})
	if err != nil || list[0].State != outbox.Waiting || !list[0].DueAt.Equal(k.now) || list[0].LastError != "no such mailbox" {
		t.Errorf("after Retry %+v, %v, want it waiting, due now, with its last error", list, err)
	}
	events, err := store.NewAudit(k.db).List(t.Context(), principal.Everything(), audit.Filter{Limit: 10})
	if err != nil || len(events) != 1 {
		t.Fatalf("events = %+v, %v, want one", events, err)
	}
	if got, want := events[0].Sentence(), "Ada started the job notify.mail again."; got != want {
		t.Errorf("event reads %q, want %q", got, want)
	}
	want := audit.Fields{"state": outbox.Failed, "attempts": float64(1)}
	if diff := cmp.Diff(want, events[0].Before); diff != "" || events[0].Account.ID != "acc_provider" {
		t.Errorf("event stands on the page of %q, before (-want +got):\n%s", events[0].Account.ID, diff)
	}
}

func TestADeskShowsNothingOutsideTheScope(t *testing.T) {
	t.Parallel()
	k := setup(t)
	if err := k.service.Add(t.Context(), admin, "notify.mail", "ntf_1"); err != nil {
		t.Fatal(err)
	}
	other := principal.Principal{Person: principal.Person{ID: "per_x"}}.WithScope(principal.Only(principal.Account{ID: "acc_x"}))
	if list, err := k.List(t.Context(), other, outbox.Filter{Limit: 10}); err != nil || len(list) != 0 {
		t.Errorf("List = %v, %v, want nothing", list, err)
	}
	mine, err := k.List(t.Context(), admin.WithScope(principal.Everything()), outbox.Filter{Limit: 10})
	if err != nil || len(mine) != 1 {
		t.Fatalf("List = %v, %v, want one", mine, err)
	}
	if err := k.Retry(t.Context(), other, mine[0].ID); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("Retry = %v, want ErrNotFound", err)
	}
}

func TestErrorsAreKeptAsOneShortLine(t *testing.T) {
	t.Parallel()
	k := setup(t)
	if err := k.service.Add(t.Context(), admin, "notify.mail", "ntf_1"); err != nil {
		t.Fatal(err)
	}
	long := make([]rune, 400)
	for i := range long {
		long[i] = 'ä'
	}
	for name, c := range map[string]struct {
		cause error
		want  string
	}{
		"control characters": {errors.New("a\x00b\tc\r\n\x1b[31md"), "a b c [31md"},
		"too long":           {errors.New(string(long)), string(long[:250]) + "…"},
		"broken text":        {errors.New("a\xffb"), "a b"},
	} {
		list, err := k.List(t.Context(), admin.WithScope(principal.Everything()), outbox.Filter{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		p, ok, err := k.service.Claim(t.Context(), list[0].ID, time.Second)
		if err != nil || !ok {
			t.Fatalf("%s: Claim = %v, %v", name, ok, err)
		}
		if err := k.service.Again(t.Context(), p, 0, c.cause); err != nil {
			t.Fatalf("%s: Again = %v", name, err)
		}
		list, _ = k.List(t.Context(), admin.WithScope(principal.Everything()), outbox.Filter{Limit: 1})
		if got := list[0].LastError; got != c.want {
			t.Errorf("%s: kept %q, want %q", name, got, c.want)
		}
	}
}
