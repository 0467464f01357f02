package impersonation_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/ident"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
)

// berlin is an hour ahead of UTC.
const berlin = impersonation.Place(time.Hour)

// been puts a visit there that began then, was left open for a while and is over.
func (w *world) been(t *testing.T, actor, subject string, began time.Time, open time.Duration, ticket string) {
	t.Helper()
	last := began.Add(5 * time.Minute)
	ended := last.Add(open)
	err := w.db.Write(t.Context()).Exec(`INSERT INTO impersonations (id, actor_id, actor_name, actor_account_id, actor_role, actor_employer, subject_id, subject_name, subject_kind, subject_owner_id,
		login_session_id, mode, reason_code, reason, ticket, informed, ip, user_agent, return_to, started_at, last_activity_at, idle_timeout, expires_at, bounded_by,
		ended_at, end_reason, ended_by_kind, ended_by_id, ended_by_name, closed_at, closed_by)
		SELECT ?, ?, ?, actor_account_id, actor_role, actor_employer, ?, ?, subject_kind, subject_owner_id,
		login_session_id, mode, reason_code, reason, ?, informed, ip, user_agent, return_to, ?, ?, idle_timeout, ?, bounded_by, ?, 'stopped', 'person', ?, ?, ?, 'request'
		FROM impersonations LIMIT 1`,
		ident.New(ident.Visit), actor, actor, subject, subject, ticket, began.UnixMicro(), last.UnixMicro(), ended.Add(time.Hour).UnixMicro(),
		ended.UnixMicro(), actor, actor, ended.UnixMicro()).Error
	if err != nil {
		t.Fatal(err)
	}
}

func TestD10VisitsThatDeserveALook(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, engine.open(t), nil)
			now, err := w.db.Now(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			w.person(t, "x", "support", "support", w.admin)
			w.person(t, "y", "support", "support", w.admin)
			w.start(t, w.admin, w.school, principal.Look) // what the others are made like; today, with whatever it has
			monday := berlin.Monday(now).AddDate(0, 0, -7)
			at := func(day, hour int) time.Time { return monday.AddDate(0, 0, day).Add(time.Duration(hour) * time.Hour) }
			w.been(t, "per_x", "acc_bakery", at(0, 7), time.Minute, "T-1")
			w.been(t, "per_x", "acc_bakery", at(1, 19), time.Minute, "")
			w.been(t, "per_x", "acc_bakery", at(2, 6), time.Minute, "T-2") // the third within a week, and early
			w.been(t, "per_x", "acc_school", at(5, 12), time.Minute, "T-3")
			w.been(t, "per_x", "acc_bakery", at(-40, 12), time.Hour, "") // long ago
			w.been(t, "per_y", "acc_school", at(3, 20), 10*time.Minute, "T-4")

			all := principal.Everything()
			want := map[string]int{"no_ticket per_x ": 1, "off_hours per_x ": 2, "off_hours per_y ": 1, "repeated per_x acc_bakery": 1, "long_idle per_y ": 1}
			if diff := cmp.Diff(want, w.worth(t, all)); diff != "" {
				t.Errorf("worth a look (-want +got):\n%s", diff)
			}
			want = map[string]int{"no_ticket per_x ": 1, "off_hours per_x ": 1, "repeated per_x acc_bakery": 1}
			if diff := cmp.Diff(want, w.worth(t, principal.Tree(w.rita.Account))); diff != "" {
				t.Errorf("worth a look to the reseller (-want +got):\n%s", diff)
			}
			if got := w.worth(t, principal.Scope{}); len(got) != 0 {
				t.Errorf("worth a look to nobody: %v", got)
			}
			for flag, n := range map[impersonation.Flag]int{impersonation.FlagOffHours: 2, impersonation.FlagNoTicket: 1, impersonation.FlagLongIdle: 0} {
				list, err := w.visits.List(t.Context(), w.admin.WithScope(all), impersonation.Filter{ActorID: "per_x", Flag: flag, Place: berlin, Since: now.AddDate(0, 0, -30), Limit: 9})
				if err != nil || len(list) != n {
					t.Errorf("the list of %s has %d, %v, want %d", flag, len(list), err, n)
				}
			}

			weeks, err := w.visits.Weeks(t.Context(), w.admin.WithScope(all), 3, berlin)
			if err != nil || len(weeks) != 3 {
				t.Fatalf("Weeks = %v, %v", weeks, err)
			}
			for i, n := range []int{0, 5, 1} {
				if weeks[i].Visits() != n || berlin.Day(weeks[i].Monday) != berlin.Day(monday.AddDate(0, 0, 7*(i-1))) {
					t.Errorf("week %d is %v, want %d visits", i, weeks[i], n)
				}
			}
			if first := weeks[1].Shares[0]; first.Actor.ID != "per_x" || first.Visits != 4 {
				t.Errorf("the busiest is %v", first)
			}
		})
	}
}

// worth returns how many visits of the strangers have each flag.
func (w *world) worth(t *testing.T, scope principal.Scope) map[string]int {
	t.Helper()
	found, _, err := w.visits.Worth(t.Context(), w.admin.WithScope(scope), 30, berlin)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, f := range found {
		if f.Actor.ID == "per_x" || f.Actor.ID == "per_y" {
			got[fmt.Sprintf("%s %s %s", f.Flag, f.Actor.ID, f.Subject.ID)] = f.Visits
		}
	}
	return got
}
