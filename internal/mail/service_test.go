package mail_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/auth"
	"innkeeper/internal/dns"
	"innkeeper/internal/engine/disk"
	"innkeeper/internal/fault"
	"innkeeper/internal/mail"
	"innkeeper/internal/outbox"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/internal/store/storetest"
)

const secret = "canary-7c1f-of-the-mailbox"

type world struct {
	*storetest.World
	mail   *mail.Service
	store  *store.Mailboxes
	disk   *disk.Disk
	domain dns.Domain
}

func setup(t *testing.T) world {
	t.Helper()
	t.Parallel()
	w := world{World: storetest.NewWorld(t)}
	var err error
	if w.disk, err = disk.Open(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.disk.Close() })
	w.store = store.NewMailboxes(w.DB)
	w.mail = mail.New(w.deps(w.Audit))
	w.domain = w.addDomain(t, "dom_1", w.Customer, "example.com")
	return w
}

// deps are what the service works with, around the given record.
func (w world) deps(record mail.Audit) mail.Deps {
	return mail.Deps{
		Tx: w.DB, Clock: w.DB, Store: w.store, Unlocks: store.NewUnlocks(w.DB), Domains: store.NewDomains(w.DB), Accounts: w.Accounts,
		Limits: w.Plans(nil), Policy: owners{}, Hasher: auth.NewHasher(), Disk: w.disk, Audit: record, Work: w.Work,
	}
}

// owners is a policy by which only the role of the owner includes passwords.
type owners struct{}

func (owners) May(by principal.Principal, permission string, a principal.Account) bool {
	return permission == mail.PermissionPassword && by.Role == "owner" && by.Account.ID == a.ID
}

func (w world) addDomain(t *testing.T, id string, a principal.Account, name string) dns.Domain {
	t.Helper()
	now, err := w.DB.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d := dns.Domain{ID: id, AccountID: a.ID, Name: name, DocumentRoot: "/" + name, Status: dns.Active, Serial: 1, Version: 1, CreatedAt: now}
	if err := store.NewDomains(w.DB).Create(t.Context(), principal.Everything(), d); err != nil {
		t.Fatal(err)
	}
	return d
}

func (w world) create(t *testing.T, by principal.Principal, address string) mail.Mailbox {
	t.Helper()
	m, err := w.mail.Create(t.Context(), by, mail.Input{AccountID: w.Customer.ID, Address: address})
	if err != nil {
		t.Fatalf("Create(%q) = %v", address, err)
	}
	return m
}

func TestCreateByTheOwnerWithAPassword(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	m, err := w.mail.Create(t.Context(), by, mail.Input{AccountID: w.Customer.ID, Address: "Info@Example.com", Password: new(secret), Quota: new(int64(1 << 30))})
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.mail.ByID(t.Context(), by, m.ID)
	want := mail.Mailbox{
		ID: m.ID, AccountID: w.Customer.ID, DomainID: "dom_1", Address: "info@example.com", PasswordSet: true, Quota: new(int64(1 << 30)), Version: 1, CreatedAt: m.CreatedAt,
	}
	if diff := cmp.Diff([]mail.Mailbox{want, want}, []mail.Mailbox{m, got}); err != nil || diff != "" || got.Status() != mail.Active {
		t.Errorf("Create and ByID = %v (-want +got):\n%s", err, diff)
	}
	hash, err := w.store.PasswordHash(t.Context(), by.Scope(), m.ID)
	inner, found := strings.CutPrefix(hash, "{ARGON2ID}")
	if ok, verifying := auth.NewHasher().Verify(t.Context(), inner, secret); err != nil || verifying != nil || !found || !ok {
		t.Errorf("the stored hash %q does not belong to the password (%v, %v)", hash, err, verifying)
	}
	if diff := cmp.Diff([]outbox.Promise{{Task: mail.TaskApply, ObjectID: m.ID}}, w.Promises(t)); diff != "" {
		t.Errorf("promises (-want +got):\n%s", diff)
	}
	after := w.Events(t)[0].After
	if diff := cmp.Diff(audit.Fields{"address": "info@example.com", "status": "active", "quota_bytes": float64(1 << 30)}, after); diff != "" {
		t.Errorf("the event's after (-want +got):\n%s", diff)
	}
}

func TestNobodyElseGivesAPassword(t *testing.T) {
	w := setup(t)
	m := w.create(t, w.Owner(w.Customer), "info@example.com")
	employee := w.Owner(w.Customer)
	employee.Role = "employee"
	before := len(w.Events(t))
	for name, c := range map[string]struct {
		by   principal.Principal
		want error
	}{
		"an employee":          {employee, mail.ErrClosedOthers},
		"in a visit to change": {w.Acting(w.Customer, principal.Change), mail.ErrClosedActing},
		"in a visit to look":   {w.Acting(w.Customer, principal.Look), mail.ErrClosedActing},
		"the reseller":         {w.Manager(w.Reseller), mail.ErrClosedOthers},
		"the provider":         {w.Manager(w.Provider), mail.ErrClosedOthers},
		"the system":           {principal.System("mail"), mail.ErrClosedOthers},
	} {
		_, err := w.mail.Create(t.Context(), c.by, mail.Input{AccountID: w.Customer.ID, Address: "a@example.com", Password: new(secret)})
		if !errors.Is(err, c.want) {
			t.Errorf("Create with a password, %s = %v, want %v", name, err, c.want)
		}
		if err := w.mail.SetPassword(t.Context(), c.by, m.ID, secret); !errors.Is(err, c.want) {
			t.Errorf("SetPassword, %s = %v, want %v", name, err, c.want)
		}
	}
	if err := w.mail.SetPassword(t.Context(), w.Owner(w.Stranger), m.ID, secret); !errors.Is(err, mail.ErrNotFound) {
		t.Errorf("SetPassword by a stranger = %v, want ErrNotFound", err)
	}
	if hash, err := w.store.PasswordHash(t.Context(), principal.Everything(), m.ID); err != nil || hash != "" {
		t.Errorf("the mailbox has the hash %q, %v, want none", hash, err)
	}
	if after := len(w.Events(t)); after != before {
		t.Errorf("refusals left %d events of this room", after-before)
	}
}

func TestAMailboxMadeByOthersWaitsForItsOwner(t *testing.T) {
	w := setup(t)
	for address, by := range map[string]principal.Principal{
		"visit@example.com": w.Acting(w.Customer, principal.Change), "reseller@example.com": w.Manager(w.Reseller), "owner@example.com": w.Owner(w.Customer),
	} {
		m := w.create(t, by, address)
		if m.Status() != mail.Waiting {
			t.Errorf("%s is %s, want it to wait", address, m.Status())
		}
		if err := w.mail.SetPassword(t.Context(), w.Owner(w.Customer), m.ID, secret); err != nil {
			t.Errorf("SetPassword(%s) by the owner = %v", address, err)
		}
		if got, err := w.mail.ByID(t.Context(), by, m.ID); err != nil || got.Status() != mail.Active || got.Version != 2 {
			t.Errorf("%s is %+v, %v, want it to be active", address, got, err)
		}
	}
}

func TestD02NoSecretStandsInTheRecord(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	m, err := w.mail.Create(t.Context(), by, mail.Input{AccountID: w.Customer.ID, Address: "info@example.com", Password: new(secret)})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.mail.SetPassword(t.Context(), by, m.ID, secret+"-2"); err != nil {
		t.Fatal(err)
	}
	record, err := json.Marshal(w.Events(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(record); strings.Contains(got, secret) || strings.Contains(got, "argon2id") || !strings.Contains(got, "mailbox.password") {
		t.Errorf("the record: %s", got)
	}
}

func TestCreateRefuses(t *testing.T) {
	w := setup(t)
	w.addDomain(t, "dom_2", w.Stranger, "example.net")
	w.addDomain(t, "dom_3", w.Reseller, "example.org")
	w.create(t, w.Owner(w.Customer), "taken@example.com")
	short := "elevenchars"
	fields := map[string]struct {
		in   mail.Input
		want []string
	}{
		"no address":                {mail.Input{Address: "nobody"}, []string{"/address"}},
		"a domain not here":         {mail.Input{Address: "a@example.edu"}, []string{"/address"}},
		"a stranger's domain":       {mail.Input{Address: "a@example.net"}, []string{"/address"}},
		"the owner's domain":        {mail.Input{Address: "a@example.org"}, []string{"/address"}},
		"a short password":          {mail.Input{Address: "a@example.com", Password: &short}, []string{"/password"}},
		"the address as password":   {mail.Input{Address: "long.name@example.com", Password: new("Long.Name@example.com")}, []string{"/password"}},
		"a password with a line":    {mail.Input{Address: "a@example.com", Password: new("long enough\nfor all")}, []string{"/password"}},
		"a password in bad letters": {mail.Input{Address: "a@example.com", Password: new("long enough \xff for all")}, []string{"/password"}},
		"an endless password":       {mail.Input{Address: "a@example.com", Password: new(strings.Repeat("x", 1025))}, []string{"/password"}},
		"an empty password":         {mail.Input{Address: "a@example.com", Password: new("")}, []string{"/password"}},
		"no room":                   {mail.Input{Address: "a@example.com", Quota: new(int64(1<<20 - 1))}, []string{"/quota_bytes"}},
		"all at once":               {mail.Input{Address: "x", Password: &short, Quota: new(int64(-1))}, []string{"/address", "/quota_bytes", "/password"}},
	}
	for name, c := range fields {
		c.in.AccountID = w.Customer.ID
		_, err := w.mail.Create(t.Context(), w.Owner(w.Customer), c.in)
		var got []string
		if bad, ok := errors.AsType[*fault.Error](err); ok {
			for _, f := range bad.Fields {
				got = append(got, f.Pointer)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("Create, %s = %v, bad fields (-want +got):\n%s", name, err, diff)
		}
	}
	if _, err := w.mail.Create(t.Context(), w.Owner(w.Customer), mail.Input{AccountID: w.Customer.ID, Address: "TAKEN@example.com"}); !errors.Is(err, mail.ErrTaken) {
		t.Errorf("Create of a taken address = %v, want ErrTaken", err)
	}
	if _, err := w.mail.Create(t.Context(), w.Owner(w.Stranger), mail.Input{AccountID: w.Customer.ID, Address: "b@example.com"}); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("Create in another's account = %v, want account.ErrNotFound", err)
	}
	w.Limit(t, w.Customer, plan.Limits{Mailboxes: new(int64(1))})
	if _, err := w.mail.Create(t.Context(), w.Owner(w.Customer), mail.Input{AccountID: w.Customer.ID, Address: "b@example.com"}); !errors.Is(err, plan.ErrOverLimit) {
		t.Errorf("Create over the plan = %v, want plan.ErrOverLimit", err)
	}
	if n := len(w.Events(t)); n != 1 {
		t.Errorf("%d events, want that of the first mailbox alone", n)
	}
}

func TestZ07ForeignAndMissingDomainsAnswerAlike(t *testing.T) {
	w := setup(t)
	w.addDomain(t, "dom_2", w.Stranger, "foreign.example")
	said := map[string]bool{}
	for _, domain := range []string{"foreign.example", "missing.example"} {
		_, err := w.mail.Create(t.Context(), w.Owner(w.Customer), mail.Input{AccountID: w.Customer.ID, Address: "a@" + domain})
		bad, ok := errors.AsType[*fault.Error](err)
		if !ok || len(bad.Fields) != 1 {
			t.Fatalf("Create in %s = %v", domain, err)
		}
		said[strings.ReplaceAll(bad.Fields[0].Detail, domain, "…")] = true
	}
	if len(said) != 1 {
		t.Errorf("the refusals tell which domains there are: %v", said)
	}
}

func TestQuotaAndDelete(t *testing.T) {
	w := setup(t)
	m := w.create(t, w.Owner(w.Customer), "info@example.com")
	changed, err := w.mail.SetQuota(t.Context(), w.Manager(w.Reseller), m.ID, new(int64(2<<20)))
	if err != nil || *changed.Quota != 2<<20 || changed.Version != 2 {
		t.Fatalf("SetQuota = %+v, %v", changed, err)
	}
	if got, err := w.mail.ByID(t.Context(), w.Owner(w.Customer), m.ID); err != nil || *got.Quota != 2<<20 || got.Version != 2 {
		t.Errorf("ByID = %+v, %v", got, err)
	}
	if _, err := w.mail.SetQuota(t.Context(), w.Owner(w.Customer), m.ID, new(int64(0))); fault.KindOf(err) != fault.Invalid {
		t.Errorf("SetQuota(0) = %v, want Invalid", err)
	}
	if _, err := w.mail.SetQuota(t.Context(), w.Owner(w.Stranger), m.ID, nil); !errors.Is(err, mail.ErrNotFound) {
		t.Errorf("SetQuota by a stranger = %v, want ErrNotFound", err)
	}
	if err := w.mail.Delete(t.Context(), w.Owner(w.Stranger), m.ID); !errors.Is(err, mail.ErrNotFound) {
		t.Errorf("Delete by a stranger = %v, want ErrNotFound", err)
	}
	if err := w.mail.Delete(t.Context(), w.Acting(w.Customer, principal.Change), m.ID); err != nil {
		t.Fatalf("Delete = %v", err)
	}
	if err := w.mail.Delete(t.Context(), w.Owner(w.Customer), m.ID); !errors.Is(err, mail.ErrNotFound) {
		t.Errorf("Delete twice = %v, want ErrNotFound", err)
	}
	want := []string{
		"acc_customer: Olga created the mailbox info@example.com.", "acc_customer: Max changed the mailbox info@example.com.",
		"acc_customer: Anna deleted the mailbox info@example.com.",
	}
	if diff := cmp.Diff(want, w.Lines(t)); diff != "" {
		t.Errorf("the record (-want +got):\n%s", diff)
	}
	events := w.Events(t)
	if diff := cmp.Diff([]any{nil, float64(2 << 20)}, []any{events[1].Before["quota_bytes"], events[1].After["quota_bytes"]}); diff != "" || events[2].After != nil {
		t.Errorf("before and after (-want +got):\n%s; after the delete: %v", diff, events[2].After)
	}
}

func TestL02WithoutTheEventNothingHappens(t *testing.T) {
	w := setup(t)
	by := w.Acting(w.Customer, principal.Change)
	m := w.create(t, by, "info@example.com")
	w.EndVisit()
	_, creating := w.mail.Create(t.Context(), by, mail.Input{AccountID: w.Customer.ID, Address: "late@example.com"})
	_, quota := w.mail.SetQuota(t.Context(), by, m.ID, new(int64(2<<20)))
	for act, err := range map[string]error{"Create": creating, "SetQuota": quota, "Delete": w.mail.Delete(t.Context(), by, m.ID)} {
		if !errors.Is(err, storetest.ErrVisitOver) {
			t.Errorf("%s after the visit = %v, want ErrVisitOver", act, err)
		}
	}
	page, err := w.mail.List(t.Context(), by, mail.Filter{}, "", 9)
	if err != nil || len(page.Mailboxes) != 1 || page.Mailboxes[0].Quota != nil || len(w.Promises(t)) != 1 {
		t.Errorf("after the visit there are %+v, %v", page.Mailboxes, err)
	}
}

func TestListGoesOn(t *testing.T) {
	w := setup(t)
	for _, address := range []string{"c@example.com", "a@example.com", "b@example.com"} {
		w.create(t, w.Owner(w.Customer), address)
	}
	var got []string
	page := mail.Page{Next: ""}
	for first := true; first || page.Next != ""; first = false {
		var err error
		if page, err = w.mail.List(t.Context(), w.Owner(w.Customer), mail.Filter{Query: "@EXAMPLE"}, page.Next, 2); err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Mailboxes {
			got = append(got, m.Address)
		}
	}
	if diff := cmp.Diff([]string{"a@example.com", "b@example.com", "c@example.com"}, got); diff != "" {
		t.Errorf("List (-want +got):\n%s", diff)
	}
}

func TestApplyMakesTheFoldersAndMeasures(t *testing.T) {
	w := setup(t)
	system := principal.System("mail")
	m := w.create(t, w.Owner(w.Customer), "info@example.com")
	for range 2 {
		if err := w.mail.Apply(t.Context(), system, m.ID); err != nil {
			t.Fatalf("Apply = %v", err)
		}
	}
	first, err := w.mail.ByID(t.Context(), system, m.ID)
	if err != nil || first.ReadyAt.IsZero() || first.Used == 0 || first.Version != 1 {
		t.Fatalf("after Apply: %+v, %v", first, err)
	}
	if used, err := w.disk.MailUsed(t.Context(), m.ID); err != nil || used != first.Used {
		t.Errorf("MailUsed = %d, %v, want the %d that were measured", used, err, first.Used)
	}
	if all, err := w.disk.Messages(t.Context(), m.ID); err != nil || len(all) != 1 || all[0].Size != first.Used {
		t.Errorf("Messages = %v, %v, want the welcome, once", all, err)
	}
	if err := w.mail.Delete(t.Context(), w.Owner(w.Customer), m.ID); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{m.ID, "mbx_missing"} {
		if err := w.mail.Apply(t.Context(), system, id); err != nil {
			t.Errorf("Apply(%q) = %v, want nothing done", id, err)
		}
	}
}

// full is a disk with no room.
type full struct{ *disk.Disk }

func (full) EnsureMaildir(context.Context, string) error {
	return fault.New(fault.Unavailable, "disk-full", "full")
}

func TestApplyIsTriedAgainWhenTheDiskIsFull(t *testing.T) {
	w := setup(t)
	m := w.create(t, w.Owner(w.Customer), "info@example.com")
	broken := mail.New(mail.Deps{Tx: w.DB, Clock: w.DB, Store: w.store, Disk: full{w.disk}})
	if err := broken.Apply(t.Context(), principal.System("mail"), m.ID); !fault.Retryable(err) {
		t.Errorf("Apply on a full disk = %v, want an error that is tried again", err)
	}
	if got, err := w.mail.ByID(t.Context(), w.Owner(w.Customer), m.ID); err != nil || !got.ReadyAt.IsZero() {
		t.Errorf("the mailbox is called ready: %+v, %v", got, err)
	}
}
