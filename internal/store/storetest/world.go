package storetest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/db"
	"innkeeper/internal/fault"
	"innkeeper/internal/outbox"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// ErrVisitOver is what a World's audit answers once its visit has ended.
var ErrVisitOver = fault.New(fault.Gone, "impersonation-ended", "The visit has ended.")

// World is a database of its own for the tests of one room, with the same small
// tree of accounts as the suites, a real record and a real outbox.
type World struct {
	DB        *db.DB
	Accounts  *store.Accounts
	Audit     *audit.Service
	Work      *outbox.Service
	Provider  principal.Account
	Reseller  principal.Account // of the provider
	Customer  principal.Account // of the reseller
	Stranger  principal.Account // of the provider
	visitOver atomic.Bool
}

// NewWorld returns a world on SQLite in a folder that is gone when the test ends.
func NewWorld(t testing.TB) *World {
	t.Helper()
	d, err := db.Open(t.Context(), "", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	h := plantHosting(t, d)
	w := &World{
		DB: d, Accounts: store.NewAccounts(d), Provider: h.provider, Reseller: h.reseller, Customer: h.customer, Stranger: h.stranger,
	}
	w.Audit = audit.New(store.NewAudit(d), visitClock{w})
	w.Work = outbox.New(store.NewOutbox(d), d, func() {})
	return w
}

// visitClock stands for the visits, of which these tests know one.
type visitClock struct{ w *World }

func (c visitClock) Now(ctx context.Context) (time.Time, error) { return c.w.DB.Now(ctx) }

func (c visitClock) Hold(ctx context.Context, _ string) (time.Time, error) {
	if c.w.visitOver.Load() {
		return time.Time{}, ErrVisitOver
	}
	return c.w.DB.Now(ctx)
}

// EndVisit ends the visit of Acting.
func (w *World) EndVisit() { w.visitOver.Store(true) }

// Owner returns one of the account's own people.
func (w *World) Owner(a principal.Account) principal.Principal {
	return principal.Principal{
		Person: principal.Person{ID: "per_" + a.ID, Name: "Olga"}, Account: a, Subject: a, Role: "owner",
		Via: principal.Via{Method: "password"},
	}.WithScope(principal.Only(a))
}

// Manager returns a person of the account who reaches it and all it owns.
func (w *World) Manager(a principal.Account) principal.Principal {
	by := w.Owner(a)
	by.Person.Name = "Max"
	return by.WithScope(principal.Tree(a))
}

// Acting returns a person of the provider in a visit of the account.
func (w *World) Acting(a principal.Account, mode principal.Mode) principal.Principal {
	by := w.Owner(w.Provider)
	by.Person.Name, by.Subject, by.Visit = "Anna", a, &principal.Visit{ID: "imp_1", Mode: mode}
	return by.WithScope(principal.Only(a))
}

// Events returns the record, oldest first: who did what to which object of whose.
func (w *World) Events(t testing.TB) []audit.Event {
	t.Helper()
	events, err := store.NewAudit(w.DB).List(t.Context(), principal.Everything(), audit.Filter{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for i, j := 0, len(events)-1; i < j; i, j = i+1, j-1 {
		events[i], events[j] = events[j], events[i]
	}
	return events
}

// Lines returns the sentences of the record, with the account they stand with.
func (w *World) Lines(t testing.TB) []string {
	t.Helper()
	var lines []string
	for _, e := range w.Events(t) {
		lines = append(lines, fmt.Sprintf("%s: %s", e.Account.ID, e.Sentence()))
	}
	return lines
}

// Promises returns the tasks in the outbox and their objects, oldest first.
func (w *World) Promises(t testing.TB) []outbox.Promise {
	t.Helper()
	var rows []struct{ Task, ObjectID string }
	if err := w.DB.Read(t.Context()).Raw("SELECT task, object_id FROM outbox ORDER BY id").Scan(&rows).Error; err != nil {
		t.Fatal(err)
	}
	promises := make([]outbox.Promise, len(rows))
	for i, row := range rows {
		promises[i] = outbox.Promise{Task: outbox.Task(row.Task), ObjectID: row.ObjectID}
	}
	return promises
}

// Plans returns the real limits, with the given way to measure files.
func (w *World) Plans(disk plan.Disk) *plan.Service {
	return plan.New(plan.Deps{Tx: w.DB, Clock: w.DB, Store: store.NewPlans(w.DB), Disk: disk, Audit: w.Audit})
}

// Limit gives the account a plan with the limits.
func (w *World) Limit(t testing.TB, a principal.Account, limits plan.Limits) {
	t.Helper()
	p := plan.Plan{ID: "pln_" + a.ID, Name: "Plan of " + a.Name, Limits: limits, CreatedAt: hostedAt}
	if err := store.NewPlans(w.DB).Create(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if err := w.DB.Write(t.Context()).Exec("UPDATE accounts SET plan_id = ? WHERE id = ?", p.ID, a.ID).Error; err != nil {
		t.Fatal(err)
	}
}
