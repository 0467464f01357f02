package account_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

func TestCreateWhoMayOpenWhatWhere(t *testing.T) {
	w := newWorld(t)
	reseller, resellerBy := w.reseller(w.admin, "Reseller")
	sub, subBy := w.reseller(resellerBy, "Sub-reseller")
	other, _ := w.reseller(w.admin, "Other reseller")
	customer, customerBy := w.customer(resellerBy, "Customer")
	desk := w.create(w.admin, account.Draft{Kind: account.KindSupport, Name: "Desk"})
	system := principal.System("test")

	const top = "at the top"
	refused := account.ErrForbidden.Code
	type field = map[string]string
	for name, c := range map[string]struct {
		by    principal.Principal
		kind  account.Kind
		owner string
		below string // the owner it gets; top; or a code, or bad fields
		bad   field
	}{
		"an admin opens a support account":            {w.admin, account.KindSupport, "", w.provider.ID, nil},
		"an admin opens a reseller":                   {w.admin, account.KindReseller, "", w.provider.ID, nil},
		"an admin opens a customer":                   {w.admin, account.KindCustomer, "", w.provider.ID, nil},
		"an admin opens a customer of a reseller":     {w.admin, account.KindCustomer, sub.ID, sub.ID, nil},
		"an admin opens another admin":                {w.admin, account.KindAdmin, "", top, nil},
		"an admin has no owner":                       {w.admin, account.KindAdmin, w.provider.ID, "", field{"/owner_id": "unexpected"}},
		"a reseller opens a customer":                 {resellerBy, account.KindCustomer, "", reseller.ID, nil},
		"a reseller opens a sub-reseller":             {resellerBy, account.KindReseller, reseller.ID, reseller.ID, nil},
		"a reseller opens a customer deeper down":     {resellerBy, account.KindCustomer, sub.ID, sub.ID, nil},
		"a sub-reseller opens a customer":             {subBy, account.KindCustomer, "", sub.ID, nil},
		"a sub-reseller reaches not above himself":    {subBy, account.KindCustomer, reseller.ID, "", field{"/owner_id": "unknown"}},
		"a reseller reaches no other reseller":        {resellerBy, account.KindCustomer, other.ID, "", field{"/owner_id": "unknown"}},
		"a reseller opens no reseller at the top":     {resellerBy, account.KindReseller, w.provider.ID, "", field{"/owner_id": "unknown"}},
		"a missing owner reads like a foreign one":    {resellerBy, account.KindCustomer, "acc_missing", "", field{"/owner_id": "unknown"}},
		"a reseller opens no support account":         {resellerBy, account.KindSupport, "", "", field{"/owner_id": "kind"}},
		"a reseller opens no admin":                   {resellerBy, account.KindAdmin, "", refused, nil},
		"a customer owns nothing":                     {w.admin, account.KindCustomer, customer.ID, "", field{"/owner_id": "kind"}},
		"a support account owns nothing":              {w.admin, account.KindCustomer, desk.ID, "", field{"/owner_id": "kind"}},
		"a customer opens nothing":                    {customerBy, account.KindCustomer, "", refused, nil},
		"billing opens below the provider":            {w.person(desk, "billing"), account.KindCustomer, "", w.provider.ID, nil},
		"billing opens resellers":                     {w.person(desk, "billing"), account.KindReseller, "", w.provider.ID, nil},
		"billing opens no support account":            {w.person(desk, "billing"), account.KindSupport, "", refused, nil},
		"support opens nothing":                       {w.person(desk, "support"), account.KindCustomer, "", refused, nil},
		"reporting opens nothing":                     {w.person(desk, "reporting"), account.KindCustomer, "", refused, nil},
		"the system opens the first":                  {system, account.KindAdmin, "", top, nil},
		"the system must name an owner":               {system, account.KindCustomer, "", "", field{"/owner_id": "unknown"}},
		"there is no such kind":                       {w.admin, "king", "", "", field{"/kind": "choice"}},
		"nobody opens anything while merely looking":  {acting(w.admin, reseller, principal.Look), account.KindCustomer, "", refused, nil},
		"a visitor opens what the reseller could":     {acting(w.admin, reseller, principal.Change), account.KindCustomer, "", reseller.ID, nil},
		"a visitor opens not what he could elsewhere": {acting(w.admin, reseller, principal.Change), account.KindSupport, "", "", field{"/owner_id": "kind"}},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := w.Create(t.Context(), c.by, account.Draft{Kind: c.kind, Name: name, Email: "new@example.com", OwnerID: c.owner})
			switch {
			case c.bad != nil:
				if diff := cmp.Diff(c.bad, fieldsIn(err)); diff != "" {
					t.Errorf("Create = %v (-want +got):\n%s", err, diff)
				}
			case c.below == refused:
				if !errors.Is(err, account.ErrForbidden) {
					t.Errorf("Create = %v, want ErrForbidden", err)
				}
			case err != nil:
				t.Errorf("Create = %v, want below %s", err, c.below)
			case c.below == top:
				if a.OwnerID != "" || a.Path != "/"+a.ID+"/" {
					t.Errorf("Create stands at %q of %q, want at the top", a.Path, a.OwnerID)
				}
			default:
				if owner := w.get(c.below); a.OwnerID != owner.ID || a.Path != owner.Path+a.ID+"/" || a.Owner != owner.Ref() {
					t.Errorf("Create stands at %q of %q, want below %q", a.Path, a.OwnerID, owner.Path)
				}
			}
		})
	}
}

// acting is the person in a visit of the account, as the edge would build it.
func acting(by principal.Principal, subject account.Details, mode principal.Mode) principal.Principal {
	by.Subject, by.SubjectRole = subject.Ref(), string(subject.Kind) // an owner's role is named like the kind
	by.Visit = &principal.Visit{ID: "imp_1", Mode: mode}
	return by.WithScope(principal.Tree(subject.Ref()))
}

func TestCreateOutsideTheScope(t *testing.T) {
	w := newWorld(t)
	draft := account.Draft{Kind: account.KindCustomer, Name: "X", Email: "x@example.com"}
	if _, err := w.Create(t.Context(), w.admin.WithScope(principal.Scope{}), draft); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("Create without a scope = %v, want ErrNotFound", err)
	}
}

func TestCreateWritesAllOfIt(t *testing.T) {
	w := newWorld(t)
	_, by := w.reseller(w.admin, "Reseller")
	basic := w.plan("Basic", 3)
	a := w.create(by, account.Draft{
		Kind: account.KindCustomer, Name: "  Anna Maier ", Email: " Anna@Example.com ", Username: "Anna", Phone: " 1 ",
		Company: "Bakery", Address: "Street 1\r\nTown", PlanID: basic.ID,
	})
	want := account.Account{
		ID: a.ID, Kind: account.KindCustomer, Name: "Anna Maier", Email: "anna@example.com", Username: "anna", Phone: "1", Company: "Bakery",
		Address: "Street 1\nTown", OwnerID: by.Account.ID, Path: by.Account.Path + a.ID + "/", PlanID: basic.ID, Version: 1,
		CreatedAt: w.clock.Now(), UpdatedAt: w.clock.Now(),
	}
	if diff := cmp.Diff(want, w.get(a.ID)); diff != "" {
		t.Errorf("the account (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(account.Details{Account: want, Owner: by.Account, Plan: basic}, a); diff != "" {
		t.Errorf("Create (-want +got):\n%s", diff)
	}

	owners, err := w.people.Owners(t.Context(), a.ID)
	if err != nil || len(owners) != 1 {
		t.Fatalf("Owners = %v, %v, want one", owners, err)
	}
	person := account.Person{ID: owners[0].ID, Name: "Anna Maier", Email: "anna@example.com", Username: "anna", CreatedAt: w.clock.Now()}
	if diff := cmp.Diff(person, owners[0]); diff != "" {
		t.Errorf("the owner (-want +got):\n%s", diff)
	}
	for _, query := range []string{"anna", "maier", "bakery", "anna@example.com"} {
		page, err := w.List(t.Context(), by, account.Filter{Query: query, Limit: 10})
		if err != nil || len(page.Accounts) != 1 || page.Accounts[0].ID != a.ID {
			t.Errorf("List(%q) = %v, %v, want the account", query, page.Accounts, err)
		}
	}

	events := w.events(a.ID)
	if len(events) != 1 {
		t.Fatalf("events = %v, want one", events)
	}
	if got, want := events[0].Sentence(), "Max created the account Anna Maier."; got != want {
		t.Errorf("Sentence() = %q, want %q", got, want)
	}
	after := audit.Fields{
		"kind": "customer", "name": "Anna Maier", "email": "anna@example.com", "username": "anna", "phone": "1", "company": "Bakery",
		"address": "Street 1\nTown", "plan_id": basic.ID, "owner_id": by.Account.ID, "owner": "Reseller",
	}
	if diff := cmp.Diff(after, events[0].After); diff != "" {
		t.Errorf("After (-want +got):\n%s", diff)
	}
	if got := w.promises(account.TaskApply); got[len(got)-1] != a.ID {
		t.Errorf("promises of %s = %v, want the account last", account.TaskApply, got)
	}
	if got := w.promises(account.TaskInvite); len(got) != 3 { // the provider's, the reseller's, this one
		t.Errorf("promises of %s = %v, want three", account.TaskInvite, got)
	}
}

func TestCreateNamesEveryBadField(t *testing.T) {
	w := newWorld(t)
	long := strings.Repeat("x", 501)
	for name, c := range map[string]struct {
		draft account.Draft
		want  map[string]string
	}{
		"nothing": {account.Draft{}, map[string]string{"/name": "required", "/email": "required"}},
		"everything": {account.Draft{
			Name: "a\nb", Email: "nobody", Username: "A b", Phone: long, Company: "\u202ereversed", Address: "a\x00b", PlanID: "pln_missing",
		}, map[string]string{
			"/name": "invalid", "/email": "invalid", "/username": "invalid", "/phone": "length", "/company": "invalid", "/address": "invalid",
			"/plan_id": "unknown",
		}},
		"nothing that shows": {account.Draft{Name: "\u200b\u2060", Email: "x@example.com", Company: "\u3164", Address: "\u200d"},
			map[string]string{"/name": "required", "/company": "invalid", "/address": "invalid"}},
		"too long": {account.Draft{Name: long, Email: "x@example.com", Address: long}, map[string]string{"/name": "length", "/address": "length"}},
	} {
		c.draft.Kind = account.KindCustomer
		_, err := w.Create(t.Context(), w.admin, c.draft)
		if diff := cmp.Diff(c.want, fieldsIn(err)); diff != "" {
			t.Errorf("Create with %s = %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestCreateEmailAddresses(t *testing.T) {
	w := newWorld(t)
	for email, good := range map[string]bool{
		"a@example.com": true, "a.b+c@sub.example.com": true, "ümlaut@example.com": true, "o'brien@example.com": true,
		"a@localhost": false, "a@b@example.com": false, "Anna <a@example.com>": false, `"a b"@example.com`: false, "a@[127.0.0.1]": false,
		"a b@example.com": false, "a@example.com\r\nBcc: x@example.com": false, "a,b@example.com": false, "@example.com": false,
		strings.Repeat("a", 65) + "@example.com": false, "a@" + strings.Repeat("a.", 130) + "com": false,
	} {
		_, err := w.Create(t.Context(), w.admin, account.Draft{Kind: account.KindCustomer, Name: "x", Email: email})
		if bad := fieldsIn(err)["/email"]; good && err != nil || !good && bad != "invalid" {
			t.Errorf("Create with %q = %v, want accepted: %v", email, err, good)
		}
	}
}

func TestCreatePlans(t *testing.T) {
	w := newWorld(t)
	small, middle, large := w.plan("Small", 1), w.plan("Middle", 5), w.plan("Large", 50)
	reseller := w.create(w.admin, account.Draft{Kind: account.KindReseller, Name: "R", PlanID: middle.ID})
	for name, c := range map[string]struct {
		plan string
		want map[string]string
	}{
		"smaller than his own": {small.ID, nil},
		"like his own":         {middle.ID, nil},
		"larger than his own":  {large.ID, map[string]string{"/plan_id": "too-large"}},
		"none":                 {"", nil},
	} {
		draft := account.Draft{Kind: account.KindCustomer, Name: "C", Email: "c@example.com", PlanID: c.plan}
		_, err := w.Create(t.Context(), w.owner(reseller), draft)
		if diff := cmp.Diff(c.want, fieldsIn(err)); diff != "" || c.want == nil && err != nil {
			t.Errorf("Create with a plan %s = %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestCreateForSomebodyKnown(t *testing.T) {
	w := newWorld(t)
	first := w.create(w.admin, account.Draft{Kind: account.KindCustomer, Name: "First", Email: "anna@example.com", Username: "anna"})
	invited := len(w.promises(account.TaskInvite))
	second := w.create(w.admin, account.Draft{Kind: account.KindCustomer, Name: "Second", Email: "Anna@example.com"})
	if got := len(w.promises(account.TaskInvite)); got != invited+1 {
		t.Errorf("without a password, %d more invitations, want 1", got-invited)
	}
	owners, err := w.people.Owners(t.Context(), second.ID)
	if err != nil || len(owners) != 1 || owners[0].Name != "First" {
		t.Fatalf("Owners = %v, %v, want the person of the first account", owners, err)
	}
	if err := w.people.SetPassword(t.Context(), owners[0].ID, "hash", w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	w.create(w.admin, account.Draft{Kind: account.KindCustomer, Name: "Third", Email: "anna@example.com"})
	if got := len(w.promises(account.TaskInvite)); got != invited+1 {
		t.Errorf("with a password, %d more invitations, want none", got-invited-1)
	}
	memberships, err := w.people.Memberships(t.Context(), owners[0].ID)
	if err != nil || len(memberships) != 3 || memberships[0].AccountID != first.ID {
		t.Errorf("Memberships = %v, %v, want three", memberships, err)
	}
	for name, draft := range map[string]account.Draft{
		"of an account": {Kind: account.KindCustomer, Name: "X", Email: "x@example.com", Username: "ANNA"},
	} {
		if _, err := w.Create(t.Context(), w.admin, draft); !errors.Is(err, account.ErrUsernameTaken) {
			t.Errorf("Create with a username %s = %v, want ErrUsernameTaken", name, err)
		}
	}
}

func TestCreateUninvited(t *testing.T) {
	w := newWorld(t)
	before := len(w.promises(account.TaskInvite))
	w.create(w.admin, account.Draft{Kind: account.KindCustomer, Name: "X", Uninvited: true})
	if got := len(w.promises(account.TaskInvite)); got != before {
		t.Errorf("%d invitations, want none", got-before)
	}
}

func TestL01CreateIsAllOrNothing(t *testing.T) {
	w := newWorld(t)
	tables := []string{"accounts", "people", "account_people", "account_terms", "invitations", "outbox", "audit_events"}
	before := w.rows(tables)
	w.told.audit.err = audit.ErrUnavailable
	_, err := w.Create(t.Context(), w.admin, account.Draft{Kind: account.KindCustomer, Name: "X", Email: "x@example.com"})
	if !errors.Is(err, audit.ErrUnavailable) {
		t.Errorf("Create without a record = %v, want ErrUnavailable", err)
	}
	if diff := cmp.Diff(before, w.rows(tables)); diff != "" {
		t.Errorf("rows (-before +after):\n%s", diff)
	}
}

// rows counts the rows of tables.
func (w *world) rows(tables []string) map[string]int64 {
	w.t.Helper()
	counts := map[string]int64{}
	for _, table := range tables {
		var n int64
		if err := w.db.Read(w.t.Context()).Table(table).Count(&n).Error; err != nil {
			w.t.Fatal(err)
		}
		counts[table] = n
	}
	return counts
}
