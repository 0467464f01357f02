package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/audit"
	"innkeeper/internal/db"
	"innkeeper/internal/live"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// Marks is the suite of store.Live, and of store.Audit's newest events of visits.
func Marks(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	event := func(a principal.Account, visit, action, object string) audit.Event {
		return audit.Event{
			At: toldAt, Actor: audit.Actor{Kind: "person", ID: "per_actor", Name: "Anna", AccountID: a.ID}, Subject: audit.Party{ID: a.ID, Name: a.Name},
			Account: audit.Party{ID: a.ID, Name: a.Name}, Path: a.Path, VisitID: visit, Action: action, Object: audit.Object{Name: object}, Result: audit.Done,
		}
	}
	mark := func(t *testing.T, s *store.Live) live.Mark {
		t.Helper()
		m, err := s.Mark(t.Context())
		if err != nil {
			t.Fatalf("Mark = %v", err)
		}
		return m
	}

	t.Run("a mark moves with events and with readings, and nothing else", func(t *testing.T) {
		t.Parallel()
		h := plantHosting(t, open(t))
		s, log, notices := store.NewLive(h.db), store.NewAudit(h.db), store.NewNotifications(h.db)
		if _, err := notices.Add(t.Context(), notify.Notification{ID: "ntf_1", AccountID: "acc_customer", Event: "x", CreatedAt: toldAt}); err != nil {
			t.Fatal(err)
		}
		empty := mark(t, s)
		if again := mark(t, s); again != empty {
			t.Errorf("Mark = %v, then %v with nothing in between", empty, again)
		}
		if err := log.Append(t.Context(), event(h.customer, "imp_1", "domain.create", "a"), event(h.stranger, "", "domain.create", "b")); err != nil {
			t.Fatal(err)
		}
		told := mark(t, s)
		if told == empty {
			t.Error("Mark did not move with an event")
		}
		reader := principal.Principal{Account: h.customer, Subject: h.customer, Person: principal.Person{ID: "per_1"}}.WithScope(principal.Only(h.customer))
		if err := notices.MarkRead(t.Context(), reader, "ntf_1", toldAt.Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		if mark(t, s) == told {
			t.Error("Mark did not move with a reading")
		}
		found, err := s.Changes(t.Context(), empty)
		if err != nil || len(found) != 3 {
			t.Fatalf("Changes = %v, %v, want two events and a reading", found, err)
		}
		found[0].Seq, found[1].Seq = 1, 2
		want := []live.Change{
			{Seq: 1, Visit: true, Accounts: []string{"acc_provider", "acc_reseller", "acc_customer", "acc_customer", "acc_customer"}},
			{Seq: 2, Accounts: []string{"acc_provider", "acc_stranger", "acc_stranger", "acc_stranger"}},
			{Accounts: []string{"acc_customer"}},
		}
		if diff := cmp.Diff(want, found); diff != "" {
			t.Errorf("Changes (-want +got):\n%s", diff)
		}
		if later, err := s.Changes(t.Context(), mark(t, s)); err != nil || slices.ContainsFunc(later, func(c live.Change) bool { return c.Seq == 0 }) {
			t.Errorf("Changes = %v, %v, want no reading told twice", later, err)
		}
	})

	t.Run("an event that is committed behind a younger one moves the mark", func(t *testing.T) {
		t.Parallel()
		h := plantHosting(t, open(t))
		if h.db.Dialect() != db.Postgres {
			return // one writer at a time: numbers are the order of commits
		}
		s, log := store.NewLive(h.db), store.NewAudit(h.db)
		var before live.Mark
		err := h.db.InTx(t.Context(), func(ctx context.Context) error {
			if err := log.Append(ctx, event(h.customer, "", "domain.create", "late")); err != nil {
				return err
			}
			if err := log.Append(context.WithoutCancel(t.Context()), event(h.stranger, "", "domain.create", "early")); err != nil {
				return err
			}
			before = mark(t, s)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if after := mark(t, s); after == before || after.Newest != before.Newest {
			t.Errorf("Mark = %v behind %v, want it moved by an older number", after, before)
		}
	})

	t.Run("the newest event of each visit, within the scope", func(t *testing.T) {
		t.Parallel()
		h := plantHosting(t, open(t))
		log := store.NewAudit(h.db)
		err := log.Append(t.Context(),
			event(h.customer, "imp_1", "impersonation.start", ""), event(h.customer, "imp_1", "domain.create", "first"), event(h.customer, "imp_1", "domain.delete", "second"),
			event(h.customer, "imp_1", "impersonation.mode", ""), event(h.stranger, "imp_2", "domain.create", "other"), event(h.customer, "imp_3", "impersonation.start", ""),
		)
		if err != nil {
			t.Fatal(err)
		}
		visits := []string{"imp_1", "imp_2", "imp_3"}
		for what, c := range map[string]struct {
			scope principal.Scope
			want  []string
		}{
			"everything": {principal.Everything(), []string{"other", "second"}}, "the tree": {principal.Tree(h.reseller), []string{"second"}},
			"the account": {principal.Only(h.customer), []string{"second"}}, "another account": {principal.Only(h.stranger), []string{"other"}}, "nothing": {principal.Scope{}, []string{}},
		} {
			events, err := log.Last(t.Context(), c.scope, visits)
			got := []string{}
			for _, e := range events {
				got = append(got, e.Object.Name)
			}
			slices.Sort(got)
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Errorf("Last within %s = %v (-want +got):\n%s", what, err, diff)
			}
		}
	})
}
