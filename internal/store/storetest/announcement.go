package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/db"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// Announcements is the suite of store.Announcements.
func Announcements(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	setup := func(t *testing.T, all ...impersonation.Announcement) (hosting, *store.Announcements) {
		t.Helper()
		t.Parallel()
		h := newAsking(t, open).hosting
		s := store.NewAnnouncements(h.db)
		for _, a := range all {
			if err := s.Create(t.Context(), a); err != nil {
				t.Fatalf("Create(%q) = %v", a.ID, err)
			}
		}
		return h, s
	}
	one := func(id, actor, subject string, after time.Duration) impersonation.Announcement {
		return impersonation.Announcement{
			ID: id, ActorID: actor, SubjectID: subject, ReasonCode: "incident", Reason: "The site is down", Ticket: "4711", CreatedAt: hostedAt.Add(after),
		}
	}
	first := one("ann_1", "per_anna", "acc_customer", 0)

	t.Run("an announcement comes back as it was, for those who reach the account", func(t *testing.T) {
		h, s := setup(t, first)
		for name, c := range h.scopes() {
			list, err := s.List(t.Context(), c.scope, impersonation.AnnouncementFilter{Limit: 9})
			want := []impersonation.Announcement{}
			if c.reaches {
				want = []impersonation.Announcement{first}
			}
			if diff := cmp.Diff(want, list); err != nil || diff != "" {
				t.Errorf("from %s: List = %v (-want +got):\n%s", name, err, diff)
			}
		}
	})

	t.Run("lists find what they are asked for, and a visit follows its actor's own", func(t *testing.T) {
		_, s := setup(t, first, one("ann_2", "per_bruno", "acc_customer", time.Minute), one("ann_3", "per_anna", "acc_stranger", 2*time.Minute), one("ann_4", "per_anna", "acc_customer", 3*time.Minute))
		find := func(name string, f impersonation.AnnouncementFilter, want ...string) {
			t.Helper()
			if f.Limit == 0 {
				f.Limit = 9
			}
			list, err := s.List(t.Context(), principal.Everything(), f)
			var ids []string
			for _, a := range list {
				ids = append(ids, a.ID)
			}
			if diff := cmp.Diff(want, ids); err != nil || diff != "" {
				t.Errorf("List(%s) = %v (-want +got):\n%s", name, err, diff)
			}
		}
		find("all", impersonation.AnnouncementFilter{}, "ann_4", "ann_3", "ann_2", "ann_1")
		find("the newest", impersonation.AnnouncementFilter{Limit: 1}, "ann_4")
		find("of an actor", impersonation.AnnouncementFilter{ActorID: "per_anna"}, "ann_4", "ann_3", "ann_1")
		find("to an account", impersonation.AnnouncementFilter{SubjectID: "acc_customer"}, "ann_4", "ann_2", "ann_1")
		find("after an instant", impersonation.AnnouncementFilter{Since: hostedAt.Add(time.Minute)}, "ann_4", "ann_3")
		visit := impersonation.Visit{ID: "imp_1", Actor: impersonation.Actor{ID: "per_anna"}, Subject: impersonation.Subject{ID: "acc_customer"}}
		if at, err := s.Follow(t.Context(), visit); err != nil || !at.Equal(hostedAt.Add(3*time.Minute)) {
			t.Errorf("Follow = %v, %v, want the last of anna's", at, err)
		}
		find("waiting", impersonation.AnnouncementFilter{Waiting: true}, "ann_3", "ann_2")
		visit.ID = "imp_2"
		if at, err := s.Follow(t.Context(), visit); err != nil || !at.IsZero() {
			t.Errorf("Follow where nothing waits = %v, %v, want never", at, err)
		}
	})
}
