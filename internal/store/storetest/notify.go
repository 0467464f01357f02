package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/db"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

var toldAt = time.Date(2026, 3, 1, 10, 0, 0, 123000, time.UTC)

// Notifications is the suite of store.Notifications.
func Notifications(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	all := principal.Everything()
	setup := func(t *testing.T, told ...notify.Notification) (hosting, *store.Notifications) {
		t.Helper()
		t.Parallel()
		h := plantHosting(t, open(t))
		s := store.NewNotifications(h.db)
		if _, err := s.Add(t.Context(), told...); err != nil {
			t.Fatalf("Add = %v", err)
		}
		return h, s
	}
	told := func(id, event, visitID string) notify.Notification {
		return notify.Notification{
			ID: id, AccountID: "acc_customer", Event: event, VisitID: visitID, Text: "Anna was here — “ok”",
			Email: "a@example.com", CreatedAt: toldAt,
		}
	}
	idsOf := func(notifications []notify.Notification) []string {
		out := []string{}
		for _, n := range notifications {
			out = append(out, n.ID)
		}
		return out
	}

	t.Run("a notification comes back as it was", func(t *testing.T) {
		read := told("ntf_1", notify.EventStart, "imp_1")
		read.ReadAt, read.Unmailed = toldAt.Add(time.Second), true
		bare := notify.Notification{ID: "ntf_2", AccountID: "acc_customer", Event: "x", CreatedAt: toldAt}
		_, s := setup(t, read, bare)
		for _, want := range []notify.Notification{read, bare} {
			got, err := s.ByID(t.Context(), all, want.ID)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("ByID(%q) = %v (-want +got):\n%s", want.ID, err, diff)
			}
		}
	})

	t.Run("each visit, event and account is told once", func(t *testing.T) {
		_, s := setup(t, told("ntf_1", notify.EventStart, "imp_1"), told("ntf_2", "x", ""))
		again, stop, other := told("ntf_3", notify.EventStart, "imp_1"), told("ntf_4", notify.EventStop, "imp_1"), told("ntf_5", notify.EventStart, "imp_1")
		other.AccountID = "acc_reseller"
		got, err := s.Add(t.Context(), again, stop, other, told("ntf_6", "x", ""))
		if diff := cmp.Diff([]string{"ntf_4", "ntf_5", "ntf_6"}, got); err != nil || diff != "" {
			t.Errorf("Add = %v (-want +got):\n%s", err, diff)
		}
		if _, err := s.ByID(t.Context(), all, "ntf_3"); !errors.Is(err, notify.ErrNotFound) {
			t.Errorf("ByID of what was told already = %v, want ErrNotFound", err)
		}
	})

	t.Run("more than one statement holds", func(t *testing.T) {
		_, s := setup(t)
		var many []notify.Notification
		var visits []string
		for i := range 1201 {
			visits = append(visits, fmt.Sprintf("imp_%04d", i))
			many = append(many, told(fmt.Sprintf("ntf_%04d", i), notify.EventStart, visits[i]))
		}
		added, err := s.Add(t.Context(), many...)
		if err != nil || len(added) != len(many) {
			t.Errorf("Add of %d = %d, %v", len(many), len(added), err)
		}
		recipients, err := s.Recipients(t.Context(), visits)
		if err != nil || len(recipients) != len(many) {
			t.Errorf("Recipients = %d, %v, want %d", len(recipients), err, len(many))
		}
	})

	t.Run("recipients are those of the start", func(t *testing.T) {
		watcher, stop := told("ntf_2", notify.EventStart, "imp_1"), told("ntf_3", notify.EventStop, "imp_1")
		watcher.AccountID, watcher.Email, stop.Email = "acc_reseller", "r@example.com", "changed@example.com"
		_, s := setup(t, told("ntf_1", notify.EventStart, "imp_1"), watcher, stop, told("ntf_4", notify.EventStart, "imp_2"))
		got, err := s.Recipients(t.Context(), []string{"imp_1", "imp_3"})
		want := map[notify.Recipient]string{
			{VisitID: "imp_1", AccountID: "acc_customer"}: "a@example.com",
			{VisitID: "imp_1", AccountID: "acc_reseller"}: "r@example.com",
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("Recipients = %v (-want +got):\n%s", err, diff)
		}
	})

	t.Run("the sibling is of the same visit and account", func(t *testing.T) {
		start, stop := told("ntf_1", notify.EventStart, "imp_1"), told("ntf_2", notify.EventStop, "imp_1")
		watcher := told("ntf_3", notify.EventStop, "imp_1")
		watcher.AccountID = "acc_reseller"
		_, s := setup(t, start, stop, watcher, told("ntf_4", "x", ""))
		got, ok, err := s.Sibling(t.Context(), stop, notify.EventStart)
		if diff := cmp.Diff(start, got); err != nil || !ok || diff != "" {
			t.Errorf("Sibling = %v, %v (-want +got):\n%s", ok, err, diff)
		}
		for _, lonely := range []notify.Notification{watcher, told("ntf_5", "y", "")} {
			if got, ok, err := s.Sibling(t.Context(), lonely, notify.EventStart); ok || err != nil {
				t.Errorf("Sibling of %s in %s = %+v, %v, want none", lonely.ID, lonely.AccountID, got, err)
			}
		}
	})

	t.Run("list and unread", func(t *testing.T) {
		read := told("ntf_2", "x", "")
		read.ReadAt = toldAt
		h, s := setup(t, told("ntf_1", "x", ""), read, told("ntf_3", "x", ""))
		for _, c := range []struct {
			name   string
			filter notify.Filter
			want   []string
		}{
			{"all", notify.Filter{Limit: 9}, []string{"ntf_3", "ntf_2", "ntf_1"}},
			{"unread", notify.Filter{Unread: true, Limit: 9}, []string{"ntf_3", "ntf_1"}},
			{"a page", notify.Filter{Before: "ntf_3", Limit: 1}, []string{"ntf_2"}},
		} {
			got, err := s.List(t.Context(), principal.Only(h.customer), "acc_customer", c.filter)
			if diff := cmp.Diff(c.want, idsOf(got)); err != nil || diff != "" {
				t.Errorf("List(%s) = %v (-want +got):\n%s", c.name, err, diff)
			}
		}
		if n, err := s.Unread(t.Context(), principal.Only(h.customer), "acc_customer"); err != nil || n != 2 {
			t.Errorf("Unread = %d, %v, want 2", n, err)
		}
	})

	t.Run("from another account's scope", func(t *testing.T) {
		h, s := setup(t, told("ntf_1", "x", ""))
		for name, c := range h.scopes() {
			want := 0
			var wantErr error = notify.ErrNotFound
			if c.reaches {
				want, wantErr = 1, nil
			}
			if _, err := s.ByID(t.Context(), c.scope, "ntf_1"); !errors.Is(err, wantErr) {
				t.Errorf("%s: ByID = %v, want %v", name, err, wantErr)
			}
			if got, err := s.List(t.Context(), c.scope, "acc_customer", notify.Filter{Limit: 9}); err != nil || len(got) != want {
				t.Errorf("%s: List = %v, %v, want %d", name, got, err, want)
			}
			if n, err := s.Unread(t.Context(), c.scope, "acc_customer"); err != nil || int(n) != want {
				t.Errorf("%s: Unread = %d, %v, want %d", name, n, err, want)
			}
		}
	})

	t.Run("only the account's own people read", func(t *testing.T) {
		h, s := setup(t, told("ntf_1", "x", ""))
		person := principal.Principal{Person: principal.Person{ID: "per_1"}}
		own, reseller, acting := person, person, person
		own.Account, own.Subject = h.customer, h.customer
		reseller.Account, reseller.Subject = h.reseller, h.reseller
		acting.Account, acting.Subject, acting.Visit = h.reseller, h.customer, &principal.Visit{ID: "imp_1", Mode: principal.Change}
		ownActing := own // however he came to both
		ownActing.Visit = acting.Visit
		for name, by := range map[string]principal.Principal{
			"the owner above": reseller, "a visitor": acting, "a visitor of one's own": ownActing, "the system": principal.System("x"),
		} {
			if err := s.MarkRead(t.Context(), by.WithScope(all), "ntf_1", toldAt); !errors.Is(err, notify.ErrNotFound) {
				t.Errorf("%s: MarkRead = %v, want ErrNotFound", name, err)
			}
		}
		if err := s.MarkRead(t.Context(), own, "ntf_1", toldAt); !errors.Is(err, notify.ErrNotFound) {
			t.Errorf("without a scope: MarkRead = %v, want ErrNotFound", err)
		}
		by := own.WithScope(principal.Only(h.customer))
		if err := s.MarkRead(t.Context(), by, "ntf_2", toldAt); !errors.Is(err, notify.ErrNotFound) {
			t.Errorf("MarkRead of a missing one = %v, want ErrNotFound", err)
		}
		for _, at := range []time.Time{toldAt.Add(time.Minute), toldAt.Add(time.Hour)} {
			if err := s.MarkRead(t.Context(), by, "ntf_1", at); err != nil {
				t.Errorf("MarkRead = %v, want nil", err)
			}
		}
		if got, err := s.ByID(t.Context(), all, "ntf_1"); err != nil || !got.ReadAt.Equal(toldAt.Add(time.Minute)) {
			t.Errorf("read at %v, %v, want the first time", got.ReadAt, err)
		}
	})
}

// Mails is the suite of store.Mails.
func Mails(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	all := principal.Everything()
	setup := func(t *testing.T) (hosting, *store.Mails) {
		t.Helper()
		t.Parallel()
		h := plantHosting(t, open(t))
		return h, store.NewMails(h.db)
	}
	written := func(id, source string) notify.Mail {
		return notify.Mail{
			ID: id, Source: source, ObjectID: "obj_" + id, AccountID: "acc_customer", Event: notify.EventStop, To: "a@example.com", Subject: "Re: x",
			Text: "one line\nanother – ok", HTML: "<p>one</p>", MessageID: source + "@h", InReplyTo: "ntf_0@h", CreatedAt: toldAt,
		}
	}

	t.Run("once for each source, and back as it was", func(t *testing.T) {
		_, s := setup(t)
		first, err := s.Add(t.Context(), written("eml_1", "ntf_1"))
		if diff := cmp.Diff(written("eml_1", "ntf_1"), first); err != nil || diff != "" {
			t.Fatalf("Add = %v (-want +got):\n%s", err, diff)
		}
		other := written("eml_2", "ntf_1")
		other.Text, other.MessageID = "another text", "another@h"
		again, err := s.Add(t.Context(), other)
		if diff := cmp.Diff(first, again); err != nil || diff != "" {
			t.Errorf("Add from the same source = %v (-want +got):\n%s", err, diff)
		}
		got, ok, err := s.BySource(t.Context(), "ntf_1")
		if diff := cmp.Diff(first, got); err != nil || !ok || diff != "" {
			t.Errorf("BySource = %v, %v (-want +got):\n%s", ok, err, diff)
		}
		if _, ok, err := s.BySource(t.Context(), "ntf_2"); ok || err != nil {
			t.Errorf("BySource of another = %v, %v, want none", ok, err)
		}
	})

	t.Run("attempts are noted", func(t *testing.T) {
		_, s := setup(t)
		want, err := s.Add(t.Context(), written("eml_1", "ntf_1"))
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			name   string
			do     func() error
			change func(m *notify.Mail)
		}{
			{"begin", func() error { return s.Begin(t.Context(), "eml_1", "second@h") }, func(m *notify.Mail) { m.Attempts, m.MessageID = 1, "second@h" }},
			{"failed", func() error { return s.Failed(t.Context(), "eml_1", "451 later") }, func(m *notify.Mail) { m.LastError = "451 later" }},
			{"begin again", func() error { return s.Begin(t.Context(), "eml_1", "second@h") }, func(m *notify.Mail) { m.Attempts = 2 }},
			{"sent", func() error { return s.Sent(t.Context(), "eml_1", toldAt.Add(time.Second)) }, func(m *notify.Mail) { m.SentAt, m.LastError = toldAt.Add(time.Second), "" }},
		} {
			if err := step.do(); err != nil {
				t.Fatalf("%s = %v", step.name, err)
			}
			step.change(&want)
			got, err := s.ByID(t.Context(), all, "eml_1")
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("after %s: %v (-want +got):\n%s", step.name, err, diff)
			}
		}
		for name, err := range map[string]error{
			"Begin": s.Begin(t.Context(), "eml_2", "x"), "Sent": s.Sent(t.Context(), "eml_2", toldAt), "Failed": s.Failed(t.Context(), "eml_2", ""),
		} {
			if !errors.Is(err, notify.ErrMailNotFound) {
				t.Errorf("%s of a missing mail = %v, want ErrMailNotFound", name, err)
			}
		}
	})

	t.Run("given up and sent all the same", func(t *testing.T) {
		h, s := setup(t)
		for _, id := range []string{"1", "2", "3", "4"} {
			if _, err := s.Add(t.Context(), written("eml_"+id, "ntf_"+id)); err != nil {
				t.Fatal(err)
			}
		}
		for _, job := range []struct{ id, object, state string }{
			{"job_1", "obj_eml_1", "failed_at = 1"}, {"job_2", "obj_eml_1", "failed_at = 2"}, {"job_3", "obj_eml_2", "done_at = 1"}, {"job_4", "obj_eml_3", "failed_at = 1"},
		} {
			exec(t, h.db, "INSERT INTO outbox (id, task, object_id, created_at, due_at) VALUES (?, 'notify.mail', ?, 0, 0)", job.id, job.object)
			exec(t, h.db, "UPDATE outbox SET "+job.state+" WHERE id = ?", job.id)
		}
		if err := s.Sent(t.Context(), "eml_3", toldAt); err != nil {
			t.Fatal(err)
		}
		for name, c := range h.scopes() {
			want := map[string]string{}
			if c.reaches {
				want["eml_1"] = "job_2"
			}
			got := map[string]string{}
			list, err := s.List(t.Context(), c.scope, notify.MailFilter{Undelivered: true, Limit: 9})
			for _, m := range list {
				got[m.ID] = m.FailedJob
			}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%s: undelivered mails are %v (-want +got):\n%s", name, err, diff)
			}
			if n, err := s.Undelivered(t.Context(), c.scope); err != nil || int(n) != len(want) {
				t.Errorf("%s: Undelivered = %d, %v, want %d", name, n, err, len(want))
			}
		}
		if m, err := s.ByID(t.Context(), all, "eml_3"); err != nil || m.FailedJob != "" {
			t.Errorf("the mail that was sent has the failed job %q, %v, want none", m.FailedJob, err)
		}
	})

	t.Run("from another account's scope, in pages", func(t *testing.T) {
		h, s := setup(t)
		for _, id := range []string{"1", "2", "3"} {
			if _, err := s.Add(t.Context(), written("eml_"+id, "ntf_"+id)); err != nil {
				t.Fatal(err)
			}
		}
		for name, c := range h.scopes() {
			want := []string{}
			var wantErr error = notify.ErrMailNotFound
			if c.reaches {
				want, wantErr = []string{"eml_2", "eml_1"}, nil
			}
			got := []string{}
			list, err := s.List(t.Context(), c.scope, notify.MailFilter{Before: "eml_3", Limit: 2})
			for _, m := range list {
				got = append(got, m.ID)
			}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%s: List = %v (-want +got):\n%s", name, err, diff)
			}
			if _, err := s.ByID(t.Context(), c.scope, "eml_1"); !errors.Is(err, wantErr) {
				t.Errorf("%s: ByID = %v, want %v", name, err, wantErr)
			}
		}
	})
}
