package bench_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/db"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/mail"
	"innkeeper/internal/notify"
	"innkeeper/internal/outbox"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/internal/testkit"
	"innkeeper/rbac"
)

// engines are what everything is measured on. Each call of open gives a copy of
// what fill has made of a fresh database.
var engines = []struct {
	name string
	open func(tb testing.TB, fill testkit.Migrate) string
}{
	{"sqlite", testkit.SQLite},
	{"postgres", testkit.Postgres},
}

// house is the rooms that a request meets, wired as the program wires them.
type house struct {
	db     *db.DB
	policy *rbac.Enforcer
	visits *impersonation.Service
	mail   *mail.Service
}

// newHouse opens a house. What is given is called around each transaction of the
// visits.
func newHouse(tb testing.TB, url string, around ...func(run func() error) error) *house {
	tb.Helper()
	d, err := db.Open(tb.Context(), url, "")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { d.Close() })
	return newHouseOn(tb, d, around...)
}

func newHouseOn(tb testing.TB, d *db.DB, around ...func(run func() error) error) *house {
	tb.Helper()
	policy, err := rbac.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	var (
		accounts = store.NewAccounts(d)
		people   = store.NewPeople(d)
		rows     = store.NewImpersonations(d)
		log      = audit.New(store.NewAudit(d), rows)
		work     = outbox.New(store.NewOutbox(d), d, func() {})
		plans    = plan.New(plan.Deps{Tx: d, Clock: d, Store: store.NewPlans(d), Disk: emptyDisk{}, Audit: log})
		notices  = notify.New(notify.Deps{Tx: d, Store: store.NewNotifications(d), Settings: store.NewNoticeSettings(d), Mails: store.NewMails(d), Work: work})
	)
	visits := impersonation.New(impersonation.Deps{
		Store: rows, Asks: store.NewAsks(d), Announcements: store.NewAnnouncements(d), Work: work, Policy: rules{policy}, Accounts: accounts, People: people, Sessions: store.NewSessions(d), Log: log, Notices: notices, Tx: tx{d, around},
		Limits: impersonation.Limits{Idle: time.Hour, Max: 2 * time.Hour, MaxReseller: time.Hour, StepUp: 24 * time.Hour},
	})
	return &house{db: d, policy: policy, visits: visits, mail: mail.New(mail.Deps{
		Tx: d, Clock: d, Store: store.NewMailboxes(d), Unlocks: store.NewUnlocks(d), Domains: store.NewDomains(d), Accounts: accounts, Limits: plans, Audit: log, Work: work,
	})}
}

// rules is the policy as the room of visits asks it.
type rules struct{ *rbac.Enforcer }

func (r rules) May(by principal.Principal, permission string, a principal.Account) bool {
	return r.Allow(by, rbac.Operation{Permission: permission, Class: rbac.ClassDeny}, a)
}

// tx is the transactions of a database with something around each.
type tx struct {
	*db.DB
	around []func(run func() error) error
}

func (t tx) InTx(ctx context.Context, run func(ctx context.Context) error) error {
	inside := func() error { return t.DB.InTx(ctx, run) }
	for _, around := range t.around {
		within := inside
		inside = func() error { return around(within) }
	}
	return inside()
}

// emptyDisk has no files: walking them is not what is measured.
type emptyDisk struct{}

func (emptyDisk) Used(context.Context, string) (int64, error) { return 0, nil }

// The people who act: admins of the provider, each with a login session. The
// first ones have no visits yet.
const (
	actors    = 58
	unvisited = 8
)

// actor returns one of them as a request finds him.
func actor(i int) principal.Principal {
	provider := principal.Account{ID: "acc_provider", Name: "Harbour", Kind: "admin", Path: "/acc_provider/"}
	return principal.Principal{
		Person: principal.Person{ID: fmt.Sprintf("per_%d", i), Name: fmt.Sprintf("Actor %d", i)}, Account: provider, Subject: provider,
		Role: "admin", SubjectRole: "admin", Employer: "Harbour",
		Via: principal.Via{Method: "password", SessionID: fmt.Sprintf("ses_%d", i), IP: "192.0.2.1", UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", RequestID: "req_1"},
	}.WithScope(principal.Everything())
}

// customer returns the id of one of the provider's customers, counted from 1.
func customer(i int) string { return fmt.Sprintf("acc_01930000-0000-7000-8000-0000%08d", i) }

// townSize is how many customers a town has.
const townSize = 100_000

// town makes a database with many customers and an idle visit to each: begun one
// after the other over forty minutes, told of and recorded, and left after three
// minutes at most. A village has fewer.
func town(url string) error    { return settle(url, townSize) }
func village(url string) error { return settle(url, villageSize) }

const villageSize = 4500 // more than one transaction of the sweep closes

func settle(url string, customers int) error {
	ctx := context.Background()
	d, err := db.Open(ctx, url, "")
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	if err := d.InTx(ctx, func(ctx context.Context) error { return fill(ctx, d, customers) }); err != nil || d.Dialect() == db.SQLite {
		return err
	}
	return d.Write(ctx).Exec("VACUUM ANALYZE").Error // as the server does by itself after a while
}

func fill(ctx context.Context, d *db.DB, customers int) error {
	now := time.Now().UnixMicro()
	// numbers is a table of the numbers from 1 to {n}: d is one in eight digits, other
	// another one, so that customers are not visited in the order of their ids.
	const columns = "i, substr(CAST(100000000 + i AS TEXT), 2) AS d, substr(CAST(100000001 + i * 7919 % {n} AS TEXT), 2) AS other"
	numbers := "(SELECT " + columns + " FROM generate_series(1, {n}) AS s(i)) AS s"
	if d.Dialect() == db.SQLite {
		numbers = "(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {n}) SELECT " + columns + " FROM s) AS s"
	}
	values := strings.NewReplacer(
		"{now}", fmt.Sprint(now), "{begun}", fmt.Sprint(now-time.Hour.Microseconds()), "{second}", "CAST(1000000 AS BIGINT)",
		"{apart}", fmt.Sprintf("CAST(%d AS BIGINT)", (40*time.Minute).Microseconds()/int64(customers)), "{actors}", fmt.Sprint(actors-unvisited), "{unvisited}", fmt.Sprint(unvisited),
	)
	for _, part := range []struct {
		n   int
		sql string
	}{
		{1, `INSERT INTO accounts (id, kind, name, name_key, email, path, created_at, updated_at)
			VALUES ('acc_provider', 'admin', 'Harbour', 'harbour', 'harbour@harbour.example', '/acc_provider/', {now}, {now})`},
		{customers, `INSERT INTO accounts (id, kind, name, name_key, email, owner_id, path, created_at, updated_at)
			SELECT 'acc_01930000-0000-7000-8000-0000' || d, 'customer', 'Customer ' || d, 'customer ' || d, 'owner' || d || '@customers.example',
				'acc_provider', '/acc_provider/acc_01930000-0000-7000-8000-0000' || d || '/', {now}, {now} FROM ` + numbers},
		{unvisited, `INSERT INTO domains (id, account_id, name, name_key, document_root, status, created_at)
			SELECT 'dom_' || i, 'acc_01930000-0000-7000-8000-0000' || d, 'customer' || i || '.example', 'example.customer' || i || '.', '/customer' || i || '.example', 'active', {now}
			FROM ` + numbers},
		{actors, `INSERT INTO people (id, name, email, created_at)
			SELECT 'per_' || (i - 1), 'Actor ' || (i - 1), 'actor' || i || '@harbour.example', {now} FROM ` + numbers},
		{actors, `INSERT INTO account_people (account_id, person_id, role, created_at) SELECT 'acc_provider', 'per_' || (i - 1), 'admin', {now} FROM ` + numbers},
		{actors, `INSERT INTO login_sessions (id, person_id, account_id, token_hash, ip, user_agent, started_at, last_activity_at, idle_timeout, expires_at)
			SELECT 'ses_' || (i - 1), 'per_' || (i - 1), 'acc_provider', 'token ' || i, '192.0.2.1', 'Firefox', {begun}, {now}, 43200 * {second}, {now} + 43200 * {second} FROM ` + numbers},
		{customers, `INSERT INTO impersonations (id, actor_id, actor_name, actor_account_id, actor_role, actor_employer,
				subject_id, subject_name, subject_kind, subject_owner_id, login_session_id, mode, reason_code, reason, ticket, informed,
				ip, user_agent, return_to, started_at, last_activity_at, idle_timeout, expires_at, bounded_by)
			SELECT 'imp_01930000-0000-7000-8000-0000' || d, 'per_' || ({unvisited} + i % {actors}), 'Actor ' || ({unvisited} + i % {actors}), 'acc_provider', 'admin', 'Harbour',
				'acc_01930000-0000-7000-8000-0000' || other, 'Customer ' || other, 'customer', 'acc_provider', 'ses_' || ({unvisited} + i % {actors}),
				'change', 'customer_request', 'The file manager shows nothing since yesterday', 'T-' || d, 'asked',
				'192.0.2.1', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', '/accounts?q=customer',
				{begun} + {apart} * i, {begun} + {apart} * i + i * 7919 % 180 * {second}, 900 * {second}, {begun} + {apart} * i + 3600 * {second}, 'cap' FROM ` + numbers},
		{customers, `INSERT INTO notifications (id, account_id, event, impersonation_id, text, email, created_at)
			SELECT 'ntf_01930000-0000-7000-8000-0000' || d, 'acc_01930000-0000-7000-8000-0000' || other, 'impersonation.start', 'imp_01930000-0000-7000-8000-0000' || d,
				'Actor (Harbour) signed in to your account, to make changes: “The file manager shows nothing since yesterday”', 'owner' || other || '@customers.example', {begun} + {apart} * i FROM ` + numbers},
		{customers, `INSERT INTO audit_events (at, actor_kind, actor_id, actor_name, actor_role, actor_account_id, actor_employer, subject_id, subject_name,
				account_id, account_name, account_path, impersonation_id, login_session_id, method, action, object_kind, object_id, object_name, result)
			SELECT started_at, 'person', actor_id, actor_name, actor_role, actor_account_id, actor_employer, subject_id, subject_name,
				subject_id, subject_name, '/acc_provider/' || subject_id || '/', id, login_session_id, 'password', 'impersonation.start',
				'impersonation', id, subject_name, 'done' FROM impersonations ORDER BY id`},
	} {
		if err := d.Write(ctx).Exec(values.Replace(strings.ReplaceAll(part.sql, "{n}", fmt.Sprint(part.n)))).Error; err != nil {
			return fmt.Errorf("%.60s…: %w", part.sql, err)
		}
	}
	return nil
}
