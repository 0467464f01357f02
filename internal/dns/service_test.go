package dns_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/dns"
	"innkeeper/internal/outbox"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/internal/store/storetest"
)

type world struct {
	*storetest.World
	dns *dns.Service
}

func setup(t *testing.T) world {
	t.Helper()
	t.Parallel()
	w := storetest.NewWorld(t)
	return world{w, dns.New(dns.Deps{
		Tx: w.DB, Clock: w.DB, Store: store.NewDomains(w.DB), Records: store.NewRecords(w.DB), Accounts: w.Accounts,
		Limits: w.Plans(nil), Mailboxes: store.NewMailboxes(w.DB), Audit: w.Audit, Work: w.Work,
		Reserved: []string{"panel.hoster.example"},
	})}
}

func (w world) create(t *testing.T, by principal.Principal, name string) dns.Domain {
	t.Helper()
	d, err := w.dns.Create(t.Context(), by, by.Subject.ID, name)
	if err != nil {
		t.Fatalf("Create(%q) = %v", name, err)
	}
	return d
}

func TestCreate(t *testing.T) {
	w := setup(t)
	d := w.create(t, w.Owner(w.Customer), " Bücher.Example. ")
	got, err := w.dns.ByID(t.Context(), w.Owner(w.Customer), d.ID)
	want := dns.Domain{
		ID: d.ID, AccountID: w.Customer.ID, Name: "xn--bcher-kva.example", DocumentRoot: "/xn--bcher-kva.example",
		Status: dns.Pending, Serial: 1, Version: 1, CreatedAt: d.CreatedAt,
	}
	if diff := cmp.Diff([]dns.Domain{want, want}, []dns.Domain{d, got}); err != nil || diff != "" {
		t.Errorf("Create and ByID = %v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff([]outbox.Promise{{Task: dns.TaskApply, ObjectID: d.ID}}, w.Promises(t)); diff != "" {
		t.Errorf("promises (-want +got):\n%s", diff)
	}
	events := w.Events(t)
	if len(events) != 1 || events[0].Sentence() != "Olga added the domain xn--bcher-kva.example." {
		t.Fatalf("events = %v", events)
	}
	if diff := cmp.Diff(audit.Fields{"name": d.Name, "document_root": d.DocumentRoot}, events[0].After); diff != "" {
		t.Errorf("the event's after (-want +got):\n%s", diff)
	}
}

func TestCreateNamesTheActorAndTheSubject(t *testing.T) {
	w := setup(t)
	by := w.Acting(w.Customer, principal.Change)
	w.create(t, by, "example.com")
	e := w.Events(t)[0]
	if e.Actor.ID != by.Person.ID || e.Subject.ID != w.Customer.ID || e.Account.ID != w.Customer.ID || e.VisitID != by.VisitID() {
		t.Errorf("event = %+v", e)
	}
}

func TestCreateRefuses(t *testing.T) {
	w := setup(t)
	one := int64(1)
	w.create(t, w.Owner(w.Stranger), "shop.taken.example")
	w.Limit(t, w.Reseller, plan.Limits{Domains: &one})
	w.create(t, w.Owner(w.Reseller), "first.example")
	before := len(w.Events(t))
	cases := map[string]struct {
		by      principal.Principal
		account string
		name    string
		want    error
	}{
		"no name":              {w.Owner(w.Customer), w.Customer.ID, "not a name", nil},
		"localhost":            {w.Owner(w.Customer), w.Customer.ID, "a.localhost", nil},
		"mDNS":                 {w.Owner(w.Customer), w.Customer.ID, "printer.local", nil},
		"reverse zone":         {w.Owner(w.Customer), w.Customer.ID, "2.0.192.in-addr.arpa", nil},
		"public suffix":        {w.Owner(w.Customer), w.Customer.ID, "co.uk", nil},
		"the panel":            {w.Owner(w.Customer), w.Customer.ID, "panel.hoster.example", nil},
		"below the panel":      {w.Owner(w.Customer), w.Customer.ID, "a.panel.hoster.example", nil},
		"above the panel":      {w.Owner(w.Customer), w.Customer.ID, "hoster.example", nil},
		"taken":                {w.Owner(w.Customer), w.Customer.ID, "shop.taken.example", dns.ErrTaken},
		"above another's":      {w.Owner(w.Customer), w.Customer.ID, "taken.example", dns.ErrTaken},
		"below another's":      {w.Owner(w.Customer), w.Customer.ID, "a.shop.taken.example", dns.ErrTaken},
		"over the plan":        {w.Owner(w.Reseller), w.Reseller.ID, "second.example", plan.ErrOverLimit},
		"somebody's account":   {w.Owner(w.Customer), w.Stranger.ID, "fine.example", account.ErrNotFound},
		"the owner's account":  {w.Owner(w.Customer), w.Reseller.ID, "fine.example", account.ErrNotFound},
		"an account not there": {w.Manager(w.Provider), "acc_none", "fine.example", account.ErrNotFound},
	}
	for name, c := range cases {
		_, err := w.dns.Create(t.Context(), c.by, c.account, c.name)
		if c.want == nil {
			if diff := cmp.Diff([]string{"/name"}, pointers(err)); diff != "" {
				t.Errorf("Create, %s, bad fields (-want +got):\n%s", name, diff)
			}
		} else if !errors.Is(err, c.want) {
			t.Errorf("Create, %s = %v, want %v", name, err, c.want)
		}
	}
	if after := len(w.Events(t)); after != before {
		t.Errorf("refusals left %d events", after-before)
	}
	if n := len(w.Promises(t)); n != 2 {
		t.Errorf("%d promises, want 2", n)
	}
}

func TestTakenSaysTheSameToAll(t *testing.T) {
	w := setup(t)
	w.create(t, w.Owner(w.Customer), "a.example")
	w.create(t, w.Owner(w.Stranger), "b.c.example")
	said := map[string]bool{}
	for _, name := range []string{"a.example", "b.c.example", "c.example", "x.b.c.example"} {
		_, err := w.dns.Create(t.Context(), w.Owner(w.Customer), w.Customer.ID, name)
		if !errors.Is(err, dns.ErrTaken) {
			t.Fatalf("Create(%q) = %v, want ErrTaken", name, err)
		}
		said[err.Error()] = true
	}
	if len(said) != 1 {
		t.Errorf("the refusals tell whose a domain is: %v", said)
	}
}

func TestOwnDomainsMayLieBelowEachOther(t *testing.T) {
	w := setup(t)
	for _, name := range []string{"example.com", "shop.example.com", "a.shop.example.com"} {
		w.create(t, w.Owner(w.Customer), name)
	}
}

func TestL02WithoutTheEventNothingHappens(t *testing.T) {
	w := setup(t)
	by := w.Acting(w.Customer, principal.Change)
	d := w.create(t, by, "example.com")
	r, err := w.dns.AddRecord(t.Context(), by, d.ID, dns.RecordInput{Name: "@", Type: "A", TTL: 60, Value: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	w.EndVisit()
	_, creating := w.dns.Create(t.Context(), by, w.Customer.ID, "other.example")
	_, adding := w.dns.AddRecord(t.Context(), by, d.ID, dns.RecordInput{Name: "b", Type: "A", TTL: 60, Value: "192.0.2.1"})
	_, changing := w.dns.ChangeRecord(t.Context(), by, d.ID, r.ID, dns.RecordInput{Name: "b", Type: "A", TTL: 60, Value: "192.0.2.1"})
	for act, err := range map[string]error{
		"Create": creating, "AddRecord": adding, "ChangeRecord": changing,
		"RemoveRecord": w.dns.RemoveRecord(t.Context(), by, d.ID, r.ID), "Delete": w.dns.Delete(t.Context(), by, d.ID),
	} {
		if !errors.Is(err, storetest.ErrVisitOver) {
			t.Errorf("%s after the visit = %v, want ErrVisitOver", act, err)
		}
	}
	page, err := w.dns.List(t.Context(), by, dns.Filter{}, "", 9)
	records, other := w.dns.Records(t.Context(), by, d.ID, dns.RecordKey{}, 9)
	if err != nil || other != nil || len(page.Domains) != 1 || page.Domains[0].Serial != 2 || len(records.Records) != 1 || records.Records[0] != r {
		t.Errorf("after the visit there are %v and %v (%v, %v)", page.Domains, records.Records, err, other)
	}
	if n := len(w.Promises(t)); n != 1 {
		t.Errorf("%d promises, want 1", n)
	}
}

func TestListGoesOn(t *testing.T) {
	w := setup(t)
	for _, name := range []string{"c.example", "a.example", "b.example"} {
		w.create(t, w.Owner(w.Customer), name)
	}
	w.create(t, w.Owner(w.Stranger), "d.example")
	var got []string
	after := ""
	for {
		page, err := w.dns.List(t.Context(), w.Owner(w.Customer), dns.Filter{Query: " EXAMPLE "}, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page.Domains {
			got = append(got, d.Name)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"a.example", "b.example", "c.example"}, got); diff != "" {
		t.Errorf("List (-want +got):\n%s", diff)
	}
}

func TestDelete(t *testing.T) {
	w := setup(t)
	d := w.create(t, w.Owner(w.Customer), "example.com")
	if err := w.dns.Delete(t.Context(), w.Owner(w.Stranger), d.ID); !errors.Is(err, dns.ErrNotFound) {
		t.Errorf("Delete by a stranger = %v, want ErrNotFound", err)
	}
	if err := w.dns.Delete(t.Context(), w.Manager(w.Reseller), d.ID); err != nil {
		t.Fatalf("Delete by the reseller = %v", err)
	}
	if err := w.dns.Delete(t.Context(), w.Manager(w.Reseller), d.ID); !errors.Is(err, dns.ErrNotFound) {
		t.Errorf("Delete twice = %v, want ErrNotFound", err)
	}
	want := []string{"acc_customer: Olga added the domain example.com.", "acc_customer: Max deleted the domain example.com."}
	if diff := cmp.Diff(want, w.Lines(t)); diff != "" {
		t.Errorf("the record (-want +got):\n%s", diff)
	}
	w.create(t, w.Owner(w.Stranger), "example.com")
}

func TestDeleteNamesTheMailboxesInTheWay(t *testing.T) {
	w := setup(t)
	d := w.create(t, w.Owner(w.Customer), "example.com")
	for i := range 22 {
		err := w.DB.Write(t.Context()).Exec("INSERT INTO mailboxes (id, account_id, domain_id, address, created_at) VALUES (?, ?, ?, ?, 1)",
			fmt.Sprintf("mbx_%d", i), w.Customer.ID, d.ID, fmt.Sprintf("m%02d@example.com", i)).Error
		if err != nil {
			t.Fatal(err)
		}
	}
	err := w.dns.Delete(t.Context(), w.Owner(w.Customer), d.ID)
	if !errors.Is(err, dns.ErrHasMailboxes) || !strings.Contains(err.Error(), "m00@example.com, m01@example.com") ||
		!strings.Contains(err.Error(), "m19@example.com and more") {
		t.Errorf("Delete = %v, want the first twenty mailboxes named", err)
	}
	if _, err := w.dns.ByID(t.Context(), w.Owner(w.Customer), d.ID); err != nil {
		t.Errorf("the domain is gone: %v", err)
	}
}

func TestRecordsOfAZone(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	d := w.create(t, by, "example.com")
	r, err := w.dns.AddRecord(t.Context(), by, d.ID, dns.RecordInput{Name: "www.example.com.", Type: "a", TTL: 3600, Value: "192.0.2.1"})
	if err != nil {
		t.Fatalf("AddRecord = %v", err)
	}
	changed, err := w.dns.ChangeRecord(t.Context(), by, d.ID, r.ID, dns.RecordInput{Name: "www", Type: "CNAME", TTL: 60, Value: "web.example.net"})
	if err != nil {
		t.Fatalf("ChangeRecord of the only record to a CNAME = %v", err)
	}
	want := dns.Record{ID: r.ID, DomainID: d.ID, Name: "www", Type: "CNAME", TTL: 60, Value: "web.example.net", CreatedAt: r.CreatedAt}
	page, err := w.dns.Records(t.Context(), by, d.ID, dns.RecordKey{}, 1)
	if diff := cmp.Diff(dns.RecordPage{Records: []dns.Record{want}}, page); err != nil || diff != "" || changed != want {
		t.Errorf("Records = %v (-want +got):\n%s", err, diff)
	}
	if err := w.dns.RemoveRecord(t.Context(), by, d.ID, r.ID); err != nil {
		t.Fatalf("RemoveRecord = %v", err)
	}
	if err := w.dns.RemoveRecord(t.Context(), by, d.ID, r.ID); !errors.Is(err, dns.ErrRecordNotFound) {
		t.Errorf("RemoveRecord twice = %v, want ErrRecordNotFound", err)
	}
	now, err := w.dns.ByID(t.Context(), by, d.ID)
	if err != nil || now.Serial != 4 {
		t.Errorf("the serial after three changes is %d, %v, want 4", now.Serial, err)
	}
	events := w.Events(t)[1:]
	sentences := []string{events[0].Sentence(), events[1].Sentence(), events[2].Sentence()}
	if diff := cmp.Diff([]string{
		"Olga added the DNS record www.example.com A.", "Olga changed the DNS record www.example.com CNAME.", "Olga deleted the DNS record www.example.com CNAME.",
	}, sentences); diff != "" {
		t.Errorf("the record (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(audit.Fields{"name": "www", "type": "A", "ttl": float64(3600), "value": "192.0.2.1"}, events[1].Before); diff != "" {
		t.Errorf("before of the change (-want +got):\n%s", diff)
	}
}

func TestRecordsThatCannotStandTogether(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	d := w.create(t, by, "example.com")
	add := func(name, kind, value string) (dns.Record, error) {
		return w.dns.AddRecord(t.Context(), by, d.ID, dns.RecordInput{Name: name, Type: kind, TTL: 60, Value: value})
	}
	for _, r := range [][3]string{{"www", "CNAME", "a.example.net"}, {"mail", "A", "192.0.2.1"}, {"mail", "A", "192.0.2.2"}} {
		if _, err := add(r[0], r[1], r[2]); err != nil {
			t.Fatalf("AddRecord(%q) = %v", r, err)
		}
	}
	for _, c := range []struct {
		name, kind, value string
		want              error
	}{
		{"www", "A", "192.0.2.1", dns.ErrAlias}, {"mail", "CNAME", "a.example.net", dns.ErrAlias}, {"www", "CNAME", "b.example.net", dns.ErrAlias},
		{"www", "CNAME", "A.example.net.", dns.ErrRecordExists}, {"MAIL", "A", "192.0.2.1", dns.ErrRecordExists},
	} {
		if _, err := add(c.name, c.kind, c.value); !errors.Is(err, c.want) {
			t.Errorf("AddRecord(%s %s %s) = %v, want %v", c.name, c.kind, c.value, err, c.want)
		}
	}
	page, err := w.dns.Records(t.Context(), by, d.ID, dns.RecordKey{}, 2)
	if err != nil || page.Next == nil {
		t.Fatalf("Records = %v, %v, want another page", page, err)
	}
	_, err = w.dns.ChangeRecord(t.Context(), by, d.ID, page.Records[0].ID, dns.RecordInput{Name: "mail", Type: "A", TTL: 60, Value: page.Records[1].Value})
	if !errors.Is(err, dns.ErrRecordExists) {
		t.Errorf("ChangeRecord to what is there = %v, want ErrRecordExists", err)
	}
}

func TestRecordsFromAnotherAccount(t *testing.T) {
	w := setup(t)
	d := w.create(t, w.Owner(w.Customer), "example.com")
	in := dns.RecordInput{Name: "@", Type: "A", TTL: 60, Value: "192.0.2.1"}
	r, err := w.dns.AddRecord(t.Context(), w.Owner(w.Customer), d.ID, in)
	if err != nil {
		t.Fatal(err)
	}
	stranger := w.Owner(w.Stranger)
	_, listing := w.dns.Records(t.Context(), stranger, d.ID, dns.RecordKey{}, 9)
	_, adding := w.dns.AddRecord(t.Context(), stranger, d.ID, in)
	_, changing := w.dns.ChangeRecord(t.Context(), stranger, d.ID, r.ID, in)
	for act, err := range map[string]error{
		"Records": listing, "AddRecord": adding, "ChangeRecord": changing, "RemoveRecord": w.dns.RemoveRecord(t.Context(), stranger, d.ID, r.ID),
	} {
		if !errors.Is(err, dns.ErrNotFound) {
			t.Errorf("%s from another account = %v, want ErrNotFound", act, err)
		}
	}
	own := w.create(t, stranger, "example.net")
	if err := w.dns.RemoveRecord(t.Context(), stranger, own.ID, r.ID); !errors.Is(err, dns.ErrRecordNotFound) {
		t.Errorf("RemoveRecord through one's own domain = %v, want ErrRecordNotFound", err)
	}
}

func TestADomainHasSoManyRecords(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	d := w.create(t, by, "example.com")
	err := w.DB.InTx(t.Context(), func(ctx context.Context) error {
		for i := range dns.MaxRecords {
			r := dns.Record{ID: fmt.Sprintf("rec_%d", i), DomainID: d.ID, Name: "@", Type: "TXT", TTL: 60, Value: fmt.Sprint(i), CreatedAt: d.CreatedAt}
			if err := store.NewRecords(w.DB).Create(ctx, principal.Everything(), r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.dns.AddRecord(t.Context(), by, d.ID, dns.RecordInput{Name: "@", Type: "A", TTL: 60, Value: "192.0.2.1"})
	if !errors.Is(err, dns.ErrTooManyRecords) {
		t.Errorf("AddRecord = %v, want ErrTooManyRecords", err)
	}
}
