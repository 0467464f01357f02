package impersonation_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/db"
	"innkeeper/internal/ident"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/notify"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/internal/testkit"
	"innkeeper/rbac"
)

// world is the room on a real database: an admin, a reseller with a customer, and
// a customer of the provider.
type world struct {
	db      *db.DB
	visits  *impersonation.Service
	store   *store.Impersonations
	log     *audit.Service
	notices *notices
	admin   principal.Principal
	support principal.Principal
	rita    principal.Principal // a reseller
	bakery  principal.Principal // her customer
	school  principal.Principal // the admin's customer
}

// notices keeps what people are told, in the same transaction, as rows, and the
// mails with which owners can answer.
type notices struct {
	db      *db.DB
	mu      sync.Mutex
	letters []notify.AskLetter
}

// SendAsk keeps a mail.
func (n *notices) SendAsk(_ context.Context, l notify.AskLetter) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.letters = append(n.letters, l)
	return nil
}

// last returns the mail that was sent last.
func (n *notices) last(t *testing.T) notify.AskLetter {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.letters) == 0 {
		t.Fatal("nobody was mailed")
	}
	return n.letters[len(n.letters)-1]
}

// policy is rbac as the room asks it.
type policy struct{ *rbac.Enforcer }

func (p policy) May(by principal.Principal, permission string, a principal.Account) bool {
	return p.Allow(by, rbac.Operation{Permission: permission, Class: rbac.ClassDeny}, a)
}

func (n *notices) AddAll(ctx context.Context, all []notify.Notice) error {
	for _, notice := range all {
		err := n.db.Write(ctx).Exec(`INSERT INTO notifications (id, account_id, event, impersonation_id, text, email, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			ident.New(ident.Notification), notice.AccountID, notice.Event, notice.VisitID, notice.Text, notice.Email, notice.At.UnixMicro()).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// clock is a clock that tests set.
type clock = testkit.Clock

func newClock() *clock { return testkit.NewClock(time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)) }

func migrate(url string) error {
	d, err := db.Open(context.Background(), url, "")
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(context.Background())
}

// eachEngine runs the test in a world of its own on both engines. A nil clock is
// the engine's own.
func eachEngine(t *testing.T, c *clock, test func(t *testing.T, w *world)) {
	t.Helper()
	testkit.EachEngine(t, migrate, func(t *testing.T, url string) { test(t, newWorld(t, url, c)) })
}

func newWorld(t *testing.T, url string, c *clock) *world {
	t.Helper()
	return newWorldWith(t, url, c, impersonation.Limits{Idle: 15 * time.Minute, Max: time.Hour, MaxReseller: 30 * time.Minute, StepUp: 12 * time.Hour})
}

func newWorldWith(t *testing.T, url string, c *clock, limits impersonation.Limits) *world {
	t.Helper()
	var options []db.Option
	if c != nil {
		options = append(options, db.WithClock(c.Now))
	}
	d, err := db.Open(t.Context(), url, "", options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	rules, err := rbac.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{db: d, store: store.NewImpersonations(d), notices: &notices{db: d}}
	w.log = audit.New(store.NewAudit(d), w.store)
	w.visits = impersonation.New(impersonation.Deps{
		Store: w.store, Asks: store.NewAsks(d), Announcements: store.NewAnnouncements(d), Links: store.NewLinks(d), Work: outbox.New(store.NewOutbox(d), d, func() {}), Policy: policy{rules}, Accounts: store.NewAccounts(d), People: store.NewPeople(d), Sessions: store.NewSessions(d),
		Log: w.log, Notices: w.notices, Tx: d,
		Limits: limits,
	})
	w.admin = w.person(t, "ada", "admin", "admin", principal.Principal{})
	w.support = w.person(t, "samir", "support", "support", w.admin)
	w.rita = w.person(t, "rita", "reseller", "reseller", w.admin)
	w.bakery = w.person(t, "bakery", "customer", "customer", w.rita)
	w.school = w.person(t, "school", "customer", "customer", w.admin)
	return w
}

// person makes an account with its owner, signed in.
func (w *world) person(t *testing.T, name, kind, role string, owner principal.Principal) principal.Principal {
	t.Helper()
	now, err := w.db.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	us := now.UnixMicro()
	a := principal.Account{ID: "acc_" + name, Name: name, Kind: kind, OwnerID: owner.Account.ID, Path: owner.Account.Path + "acc_" + name + "/"}
	if owner.Account.ID == "" {
		a.Path = "/acc_" + name + "/"
	}
	w.exec(t, `INSERT INTO accounts (id, kind, name, name_key, email, owner_id, path, created_at, updated_at) VALUES (?, ?, ?, ?, ?, NULLIF(?, ''), ?, ?, ?)`,
		a.ID, kind, name, name, name+"@test.example", a.OwnerID, a.Path, us, us)
	w.exec(t, `INSERT INTO people (id, name, email, created_at) VALUES (?, ?, ?, ?)`, "per_"+name, name, name+"@test.example", us)
	w.exec(t, `INSERT INTO account_people (account_id, person_id, role, created_at) VALUES (?, ?, ?, ?)`, a.ID, "per_"+name, role, us)
	by := principal.Principal{
		Person: principal.Person{ID: "per_" + name, Name: name}, Account: a, Role: role, Employer: "Harbour",
		Subject: a, SubjectRole: role, Via: principal.Via{Method: "password", SessionID: "ses_" + name, IP: "192.0.2.7"},
	}
	w.signIn(t, "ses_"+name, by)
	return by.WithScope(principal.Everything())
}

func (w *world) signIn(t *testing.T, id string, by principal.Principal) {
	t.Helper()
	now, err := w.db.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	us := now.UnixMicro()
	w.exec(t, `INSERT INTO login_sessions (id, person_id, account_id, token_hash, ip, user_agent, started_at, last_activity_at, idle_timeout, expires_at) VALUES (?, ?, ?, ?, '', '', ?, ?, ?, ?)`,
		id, by.Person.ID, by.Account.ID, id, us, us, (12 * time.Hour).Microseconds(), us+(12*time.Hour).Microseconds())
}

func (w *world) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if err := w.db.Write(t.Context()).Exec(sql, args...).Error; err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func (w *world) count(t *testing.T, sql string, args ...any) int {
	t.Helper()
	var n int
	if err := w.db.Read(t.Context()).Raw(sql, args...).Scan(&n).Error; err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func request(to principal.Principal, mode principal.Mode) impersonation.Request {
	return impersonation.Request{
		AccountID: to.Account.ID, ReasonCode: "customer_request", Reason: "The file manager shows nothing", Mode: mode, Informed: "asked", ReturnTo: "/accounts?q=x",
	}
}

func (w *world) start(t *testing.T, by, to principal.Principal, mode principal.Mode) impersonation.Visit {
	t.Helper()
	v, err := w.visits.Start(t.Context(), by, request(to, mode))
	if err != nil {
		t.Fatalf("Start(%s → %s) = %v", by.Person.Name, to.Account.Name, err)
	}
	return v.Visit
}

var engines = []struct {
	name string
	open func(t *testing.T) string
}{
	{"sqlite", func(t *testing.T) string { return testkit.SQLite(t, migrate) }},
	{"postgres", func(t *testing.T) string { return testkit.Postgres(t, migrate) }},
}

func newSQLiteWorld(t *testing.T) *world {
	t.Helper()
	return newWorld(t, testkit.SQLite(t, migrate), newClock())
}
