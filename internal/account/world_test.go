package account_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/db"
	"innkeeper/internal/fault"
	"innkeeper/internal/outbox"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
	"innkeeper/internal/role"
	"innkeeper/internal/store"
	"innkeeper/internal/testkit"
	"innkeeper/rbac"
)

// world is a provider with a database of its own. What the room tells other rooms
// is written down.
type world struct {
	*account.Service
	t        *testing.T
	db       *db.DB
	accounts *store.Accounts
	people   *store.People
	plans    *plan.Service
	policy   *rbac.Enforcer
	told     *told
	clock    *testkit.Clock
	provider account.Details
	admin    principal.Principal
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	c := testkit.NewClock(time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC))
	d, err := db.Open(t.Context(), "", t.TempDir(), db.WithClock(c.Now))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return worldOn(t, d, c)
}

func worldOn(t *testing.T, d *db.DB, c *testkit.Clock) *world {
	t.Helper()
	policy, err := rbac.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: d, accounts: store.NewAccounts(d), people: store.NewPeople(d), policy: policy, clock: c, told: &told{}}
	log := &failing{Service: audit.New(store.NewAudit(d), noVisits{d})}
	w.told.audit, w.told.passwords = log, w.people
	w.plans = plan.New(plan.Deps{Tx: d, Clock: d, Store: store.NewPlans(d), Disk: w.told, Audit: log})
	w.Service = account.New(account.Deps{
		Tx: d, Clock: d, Accounts: w.accounts, Tree: w.accounts, Index: w.accounts, People: w.people, Invitations: store.NewInvitations(d),
		Roles: role.New(store.NewRoles(d)), Plans: w.plans, Policy: decisions{policy}, Sessions: w.told, Visits: w.told, Passwords: w.told,
		Mailer: w.told, Notices: w.told, Audit: log, Work: outbox.New(store.NewOutbox(d), d, func() {}), Followers: []account.Follower{w.told},
	})
	w.provider = w.create(principal.System("test"), account.Draft{Kind: account.KindAdmin, Name: "Provider", Email: "ada@provider.example"})
	w.admin = w.owner(w.provider)
	return w
}

// create opens an account that must be opened.
func (w *world) create(by principal.Principal, n account.Draft) account.Details {
	w.t.Helper()
	if n.Email == "" {
		n.Email = "someone@example.com"
	}
	a, err := w.Create(w.t.Context(), by, n)
	if err != nil {
		w.t.Fatalf("Create(%q) = %v", n.Name, err)
	}
	return a
}

func (w *world) reseller(by principal.Principal, name string) (account.Details, principal.Principal) {
	w.t.Helper()
	a := w.create(by, account.Draft{Kind: account.KindReseller, Name: name})
	return a, w.owner(a)
}

func (w *world) customer(by principal.Principal, name string) (account.Details, principal.Principal) {
	w.t.Helper()
	a := w.create(by, account.Draft{Kind: account.KindCustomer, Name: name})
	return a, w.owner(a)
}

// owner is a person with the owner's role on the account.
func (w *world) owner(a account.Details) principal.Principal {
	w.t.Helper()
	name, err := role.New(store.NewRoles(w.db)).OwnerRole(w.t.Context(), string(a.Kind))
	if err != nil {
		w.t.Fatal(err)
	}
	return w.person(a, name)
}

// person is somebody with a role on the account, as far as the role reaches.
func (w *world) person(a account.Details, role string) principal.Principal {
	by := principal.Principal{
		Person: principal.Person{ID: "per_" + role + a.ID, Name: "Max"}, Account: a.Ref(), Subject: a.Ref(), Role: role, SubjectRole: role,
		Via: principal.Via{Method: "password"},
	}
	return by.WithScope(w.policy.Scope(by, "account:view"))
}

// get reads an account, deleted or not.
func (w *world) get(id string) account.Account {
	w.t.Helper()
	a, err := w.accounts.EverByID(w.t.Context(), principal.Everything(), id)
	if err != nil {
		w.t.Fatalf("EverByID(%q) = %v", id, err)
	}
	return a
}

// events are the actions recorded on the account's page, oldest first.
func (w *world) events(id string) []audit.Event {
	w.t.Helper()
	events, err := store.NewAudit(w.db).List(w.t.Context(), principal.Everything(), audit.Filter{AccountID: id, Limit: 1000})
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Reverse(events)
	return events
}

func (w *world) actions(id string) []string {
	w.t.Helper()
	var list []string
	for _, e := range w.events(id) {
		list = append(list, e.Action)
	}
	return list
}

// promises are the objects of a task, oldest first.
func (w *world) promises(task outbox.Task) []string {
	w.t.Helper()
	var ids []string
	if err := w.db.Read(w.t.Context()).Raw("SELECT object_id FROM outbox WHERE task = ? ORDER BY id", task).Scan(&ids).Error; err != nil {
		w.t.Fatal(err)
	}
	return ids
}

func (w *world) plan(name string, domains int64) plan.Plan {
	w.t.Helper()
	p, err := w.plans.Create(w.t.Context(), w.admin, name, plan.Limits{Domains: &domains})
	if err != nil {
		w.t.Fatalf("Create plan %q = %v", name, err)
	}
	return p
}

// fieldsIn returns the bad fields that an error names, with their codes.
func fieldsIn(err error) map[string]string {
	var e *fault.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return nil
	}
	fields := map[string]string{}
	for _, f := range e.Fields {
		fields[f.Pointer] = f.Code
	}
	return fields
}

type decisions struct{ policy *rbac.Enforcer }

func (d decisions) May(by principal.Principal, permission string, a principal.Account) bool {
	return d.policy.Allow(by, rbac.Operation{Permission: permission, Class: rbac.ClassChange}, a)
}

// noVisits is the clock of a record without visits.
type noVisits struct{ *db.DB }

func (c noVisits) Hold(ctx context.Context, _ string) (time.Time, error) { return c.Now(ctx) }

// failing is a record that can be made to fail.
type failing struct {
	*audit.Service
	err error
}

func (f *failing) Record(ctx context.Context, by principal.Principal, e audit.Entry) error {
	if f.err != nil {
		return f.err
	}
	return f.Service.Record(ctx, by, e)
}

// told is what the other rooms were told, in order.
type told struct {
	audit     *failing
	passwords *store.People

	mu      sync.Mutex
	lines   []string
	changes []account.Change
	letters []account.Letter
	emails  []account.EmailChange
	applied []account.Account
	used    int64
	fail    error
}

func (l *told) note(line string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
	return l.fail
}

func (l *told) EndFor(_ context.Context, _ principal.Principal, accountID, reason string) error {
	return l.note("sessions of " + accountID + " end: " + reason)
}

func (l *told) AccountChanged(_ context.Context, _ principal.Principal, change account.Change) error {
	l.mu.Lock()
	l.changes = append(l.changes, change)
	l.mu.Unlock()
	return l.note(change.Account.ID + " was " + string(change.What))
}

func (l *told) EmailChanged(_ context.Context, c account.EmailChange) error {
	l.mu.Lock()
	l.emails = append(l.emails, c)
	l.mu.Unlock()
	return l.note("the address of " + c.AccountID + " changes")
}

func (l *told) SetPassword(ctx context.Context, by principal.Principal, personID, password string) error {
	if len(password) < 12 {
		return fault.ErrInvalid
	}
	if by.Person.ID != personID {
		return errors.New("the password is set by somebody else")
	}
	if err := l.passwords.SetPassword(ctx, personID, "hash of "+password, time.Unix(1, 0)); err != nil {
		return err
	}
	return l.note("password of " + personID)
}

func (l *told) SendInvitation(_ context.Context, _ principal.Principal, letter account.Letter) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.letters = append(l.letters, letter)
	return l.fail
}

func (l *told) ApplyAccount(_ context.Context, _ principal.Principal, a account.Account) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.applied = append(l.applied, a)
	return l.fail
}

func (l *told) Used(context.Context, string) (int64, error) { return l.used, nil }

// heard returns the lines since the last time.
func (l *told) heard() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.lines
	l.lines = nil
	return lines
}
