package plan_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/db"
	"innkeeper/internal/fault"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/internal/store/storetest"
	"innkeeper/internal/testkit"
)

// disk has as many bytes of files for everybody, and counts how often it is asked.
type disk struct {
	mu    sync.Mutex
	bytes int64
	asked int
	err   error
}

func (d *disk) Used(context.Context, string) (int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked++
	return d.bytes, d.err
}

// hold gives an account domains and mailboxes.
func hold(t *testing.T, d *db.DB, a principal.Account, domains, mailboxes int, bytes int64) {
	t.Helper()
	exec := func(query string, args ...any) {
		t.Helper()
		if err := d.Write(t.Context()).Exec(query, args...).Error; err != nil {
			t.Fatal(err)
		}
	}
	for i := range domains {
		name := fmt.Sprintf("d%d.%s.example", i, strings.ReplaceAll(a.ID, "_", "-"))
		exec("INSERT INTO domains (id, account_id, name, document_root, status, created_at) VALUES (?, ?, ?, '', 'active', 0)", "dom_"+name, a.ID, name)
		for j := range mailboxes {
			address := fmt.Sprintf("m%d@%s", j, name)
			exec("INSERT INTO mailboxes (id, account_id, domain_id, address, used_bytes, created_at) VALUES (?, ?, ?, ?, ?, 0)",
				"mbx_"+address, a.ID, "dom_"+name, address, bytes)
		}
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	w := storetest.NewWorld(t)
	s := w.Plans(&disk{})
	by := w.Manager(w.Provider)
	p, err := s.Create(t.Context(), by, "  Basic ", plan.Limits{Domains: number(3), DiskBytes: number(0)})
	if err != nil || p.Name != "Basic" {
		t.Fatalf("Create = %+v, %v", p, err)
	}
	got, err := s.Get(t.Context(), by, p.ID)
	if diff := cmp.Diff(p, got); err != nil || diff != "" {
		t.Errorf("Get = %v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff([]string{"acc_provider: Max created the plan Basic."}, w.Lines(t)); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
	after := audit.Fields{"name": "Basic", "domains": 3.0, "disk_bytes": 0.0}
	if diff := cmp.Diff(after, w.Events(t)[0].After); diff != "" {
		t.Errorf("After (-want +got):\n%s", diff)
	}
	if _, err := s.Create(t.Context(), by, "Basic", plan.Limits{}); !errors.Is(err, plan.ErrNameTaken) {
		t.Errorf("Create of the same name = %v, want ErrNameTaken", err)
	}
	second, err := s.Create(t.Context(), by, "Second", plan.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for after, want := range map[string][]plan.Plan{"": {p, second}, p.ID: {second}} {
		list, err := s.List(t.Context(), by, after, 10)
		if diff := cmp.Diff(want, list); err != nil || diff != "" {
			t.Errorf("List(%q) = %v (-want +got):\n%s", after, err, diff)
		}
	}
	if _, err := s.Get(t.Context(), by, "pln_missing"); !errors.Is(err, plan.ErrNotFound) {
		t.Errorf("Get of a missing plan = %v, want ErrNotFound", err)
	}
}

func TestCreateRefused(t *testing.T) {
	t.Parallel()
	w := storetest.NewWorld(t)
	s := w.Plans(&disk{})
	for name, c := range map[string]struct {
		plan   string
		limits plan.Limits
		want   []string
	}{
		"no name":         {" ", plan.Limits{}, []string{"/name"}},
		"two lines":       {"a\nb", plan.Limits{}, []string{"/name"}},
		"a long name":     {strings.Repeat("x", 81), plan.Limits{}, []string{"/name"}},
		"negative limits": {"x", plan.Limits{Domains: number(-1), Mailboxes: number(-1), DiskBytes: number(-1)}, []string{"/limits/domains", "/limits/mailboxes", "/limits/disk_bytes"}},
	} {
		_, err := s.Create(t.Context(), w.Manager(w.Provider), c.plan, c.limits)
		var e *fault.Error
		var pointers []string
		if errors.As(err, &e) {
			for _, f := range e.Fields {
				pointers = append(pointers, f.Pointer)
			}
		}
		if diff := cmp.Diff(c.want, pointers); diff != "" {
			t.Errorf("Create with %s = %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestAllow(t *testing.T) {
	t.Parallel()
	w := storetest.NewWorld(t)
	d := &disk{bytes: 1000}
	s := w.Plans(d)
	w.Limit(t, w.Customer, plan.Limits{Domains: number(3), Mailboxes: number(2), DiskBytes: number(3 << 20)})
	hold(t, w.DB, w.Customer, 2, 1, 1<<20)
	hold(t, w.DB, w.Stranger, 9, 9, 1<<40)
	for _, c := range []struct {
		account principal.Account
		what    string
		more    int64
		want    string // the sentence of ErrOverLimit; empty: allowed
	}{
		{w.Customer, plan.Domains, 1, ""},
		{w.Customer, plan.Domains, 2, "The plan Plan of acc_customer allows 3 domains, and 2 are in use."},
		{w.Customer, plan.Mailboxes, 0, ""},
		{w.Customer, plan.Mailboxes, 1, "The plan Plan of acc_customer allows 2 mailboxes, and 2 are in use."},
		{w.Customer, plan.DiskBytes, 1<<20 - 1000, ""},
		{w.Customer, plan.DiskBytes, 1<<20 - 999, "The plan Plan of acc_customer allows 3 MiB of disk space, and 2 MiB are in use."},
		{w.Stranger, plan.Domains, 1 << 40, ""},
		{w.Stranger, plan.DiskBytes, 1 << 60, ""},
	} {
		err := w.DB.InTx(t.Context(), func(ctx context.Context) error { return s.Allow(ctx, c.account.ID, c.what, c.more) })
		if c.want == "" && err != nil || c.want != "" && (!errors.Is(err, plan.ErrOverLimit) || err.Error() != c.want) {
			t.Errorf("Allow(%s, %s, %d) = %v, want %q", c.account.ID, c.what, c.more, err, c.want)
		}
	}
	if err := s.Allow(t.Context(), "acc_missing", plan.Domains, 1); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("Allow of a missing account = %v, want ErrNotFound", err)
	}
	if err := s.Allow(t.Context(), w.Customer.ID, "wishes", 1); fault.KindOf(err) != fault.Internal {
		t.Errorf("Allow of wishes = %v, want an internal error", err)
	}
	d.err = errors.New("no disk")
	if err := s.Allow(t.Context(), w.Customer.ID, plan.DiskBytes, 1); !errors.Is(err, d.err) {
		t.Errorf("Allow without a disk = %v, want its error", err)
	}
}

// TestAllowLastPlace lets many take the last place at once, on both engines.
func TestAllowLastPlace(t *testing.T) {
	t.Parallel()
	testkit.EachEngine(t, newest, func(t *testing.T, url string) {
		d, err := db.Open(t.Context(), url, "")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		at := time.Unix(1, 0).UTC()
		plans := store.NewPlans(d)
		for _, err := range []error{
			plans.Create(t.Context(), plan.Plan{ID: "pln_1", Name: "One", Limits: plan.Limits{Domains: number(1)}, CreatedAt: at}),
			store.NewAccounts(d).Create(t.Context(), principal.Everything(), account.Account{
				ID: "acc_1", Kind: account.KindAdmin, Path: "/acc_1/", PlanID: "pln_1", CreatedAt: at, UpdatedAt: at,
			}),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		s := plan.New(plan.Deps{Tx: d, Clock: d, Store: plans, Disk: &disk{}})
		var wg sync.WaitGroup
		took := make(chan bool, 20)
		for i := range 20 {
			wg.Go(func() {
				err := d.InTx(t.Context(), func(ctx context.Context) error {
					if err := s.Allow(ctx, "acc_1", plan.Domains, 1); err != nil {
						return err
					}
					name := fmt.Sprintf("d%d.example", i)
					return d.Write(ctx).Exec("INSERT INTO domains (id, account_id, name, document_root, status, created_at) VALUES (?, 'acc_1', ?, '', 'active', 0)", name, name).Error
				})
				if err != nil && !errors.Is(err, plan.ErrOverLimit) {
					t.Errorf("InTx = %v", err)
				}
				took <- err == nil
			})
		}
		wg.Wait()
		n := 0
		for range 20 {
			if <-took {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d took the last place, want one", n)
		}
	})
}

// newest brings a database to the newest schema.
func newest(url string) error {
	d, err := db.Open(context.Background(), url, "")
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(context.Background())
}

func TestFits(t *testing.T) {
	t.Parallel()
	w := storetest.NewWorld(t)
	s := w.Plans(&disk{bytes: 10})
	hold(t, w.DB, w.Customer, 1, 2, 5)
	for name, c := range map[string]struct {
		limits plan.Limits
		want   []plan.Excess
	}{
		"Exact":     {plan.Limits{Domains: number(1), Mailboxes: number(2), DiskBytes: number(20)}, nil},
		"Unlimited": {plan.Limits{}, nil},
		"Small": {plan.Limits{Domains: number(1), Mailboxes: number(1), DiskBytes: number(19)}, []plan.Excess{
			{What: "mailboxes", Used: 2, Limit: 1}, {What: "disk_bytes", Used: 20, Limit: 19},
		}},
	} {
		p, err := s.Create(t.Context(), w.Manager(w.Provider), name, c.limits)
		if err != nil {
			t.Fatal(err)
		}
		err = s.Fits(t.Context(), w.Customer.ID, p.ID)
		if c.want == nil {
			if err != nil {
				t.Errorf("Fits(%s) = %v", name, err)
			}
			continue
		}
		var e *fault.Error
		if !errors.As(err, &e) || !errors.Is(err, plan.ErrOverLimit) {
			t.Fatalf("Fits(%s) = %v, want ErrOverLimit", name, err)
		}
		if diff := cmp.Diff(c.want, e.Extra["excess"]); diff != "" {
			t.Errorf("Fits(%s) (-want +got):\n%s", name, diff)
		}
		if want := "The plan Small allows 1 mailbox, and 2 are in use."; e.Message != want {
			t.Errorf("Fits(%s) = %q, want %q", name, e.Message, want)
		}
	}
	if err := s.Fits(t.Context(), w.Customer.ID, "pln_missing"); !errors.Is(err, plan.ErrNotFound) {
		t.Errorf("Fits of a missing plan = %v, want ErrNotFound", err)
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	w := storetest.NewWorld(t)
	d := &disk{bytes: 10}
	s := w.Plans(d)
	hold(t, w.DB, w.Customer, 1, 2, 5)
	hold(t, w.DB, w.Stranger, 1, 0, 0)
	both := []string{w.Customer.ID, w.Stranger.ID}
	customer, stranger := plan.Usage{Domains: 1, Mailboxes: 2, DiskBytes: 20}, plan.Usage{Domains: 1, DiskBytes: 10}
	for name, c := range map[string]struct {
		by   principal.Principal
		ids  []string
		want map[string]plan.Usage
	}{
		"both by the provider":       {w.Manager(w.Provider), both, map[string]plan.Usage{w.Customer.ID: customer, w.Stranger.ID: stranger}},
		"both by one of them":        {w.Owner(w.Customer), both, map[string]plan.Usage{w.Customer.ID: customer}},
		"one by the other":           {w.Owner(w.Customer), []string{w.Stranger.ID}, map[string]plan.Usage{}},
		"both by who has no scope":   {principal.Principal{}, both, map[string]plan.Usage{}},
		"a reseller's, with his own": {w.Manager(w.Reseller), append(both, w.Reseller.ID), map[string]plan.Usage{w.Customer.ID: customer, w.Reseller.ID: {DiskBytes: 10}}},
	} {
		got, err := s.Usage(t.Context(), c.by, c.ids)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("Usage of %s = %v (-want +got):\n%s", name, err, diff)
		}
	}
	d.err = errors.New("no disk")
	if _, err := s.Usage(t.Context(), w.Owner(w.Customer), []string{w.Customer.ID}); !errors.Is(err, d.err) {
		t.Errorf("Usage without a disk = %v, want its error", err)
	}
}

// counted is a store in which each account has a domain.
type counted struct{ plan.Store }

func (counted) Count(_ context.Context, _ principal.Scope, ids []string) (map[string]plan.Usage, error) {
	usage := map[string]plan.Usage{}
	for _, id := range ids {
		usage[id] = plan.Usage{Domains: 1}
	}
	return usage, nil
}

func TestUsageOfManyRemembersTheDiskForAMoment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &disk{bytes: 1}
		s := plan.New(plan.Deps{Store: counted{}, Disk: d})
		used := func(ids ...string) int64 {
			t.Helper()
			got, err := s.Usage(t.Context(), principal.System("test"), ids)
			if err != nil {
				t.Fatalf("Usage = %v", err)
			}
			return got[ids[0]].DiskBytes
		}
		used("a", "b")
		d.bytes = 2
		for _, c := range []struct {
			name  string
			wait  time.Duration
			ids   []string
			want  int64
			asked int
		}{
			{"several, at once", 0, []string{"a", "b"}, 1, 2},
			{"one alone is measured", 0, []string{"a"}, 2, 3},
			{"just before it is old", 30*time.Second - 1, []string{"b", "a"}, 1, 3},
			{"old", 1, []string{"b", "a"}, 2, 5},
		} {
			time.Sleep(c.wait)
			if got := used(c.ids...); got != c.want || d.asked != c.asked {
				t.Errorf("%s: %d bytes, asked %d times, want %d and %d", c.name, got, d.asked, c.want, c.asked)
			}
		}
		ids := make([]string, 20_000) // more than are remembered
		for i := range ids {
			ids[i] = fmt.Sprint(i)
		}
		asked := d.asked
		used(ids...)
		if got := d.asked - asked; got != len(ids) {
			t.Errorf("asked %d times for %d accounts", got, len(ids))
		}
	})
}
