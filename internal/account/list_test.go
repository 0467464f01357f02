package account_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
)

func names(page account.Page) []string {
	list := []string{}
	for _, d := range page.Accounts {
		list = append(list, d.Name)
	}
	return list
}

func TestListShowsWhatTheAskerMaySee(t *testing.T) {
	w := newWorld(t)
	reseller, by := w.reseller(w.admin, "Reseller")
	_, customerBy := w.customer(by, "Customer")
	w.customer(w.admin, "Direct")
	desk := w.create(w.admin, account.Draft{Kind: account.KindSupport, Name: "Desk"})
	w.create(w.admin, account.Draft{Kind: account.KindSupport, Name: "Other desk"})
	for name, c := range map[string]struct {
		by   principal.Principal
		want []string
	}{
		"an admin sees all":                           {w.admin, []string{"Customer", "Desk", "Direct", "Other desk", "Provider", "Reseller"}},
		"support sees whom it serves, and itself":     {w.person(desk, "support"), []string{"Customer", "Desk", "Direct", "Reseller"}},
		"a reseller sees what is his":                 {by, []string{"Customer", "Reseller"}},
		"a customer sees himself":                     {customerBy, []string{"Customer"}},
		"a visitor sees what the reseller sees":       {acting(w.admin, reseller, principal.Look), []string{"Customer", "Reseller"}},
		"without a scope there is nothing to be seen": {w.admin.WithScope(principal.Scope{}), []string{}},
	} {
		page, err := w.List(t.Context(), c.by, account.Filter{Limit: 10})
		if diff := cmp.Diff(c.want, names(page)); err != nil || diff != "" {
			t.Errorf("%s: List = %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestListHintsAtTheDisabled(t *testing.T) {
	w := newWorld(t)
	_, by := w.reseller(w.admin, "Reseller")
	var last account.Details
	for _, name := range []string{"Anna One", "Anna Two", "Bruno"} {
		last, _ = w.customer(by, name)
		if _, err := w.Disable(t.Context(), w.admin, last.ID, ""); err != nil {
			t.Fatal(err)
		}
	}
	w.customer(by, "Bruno Active")
	direct, _ := w.customer(w.admin, "Anna Direct")
	if _, err := w.Disable(t.Context(), w.admin, direct.ID, ""); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		by     principal.Principal
		filter account.Filter
		found  int
		hidden int
	}{
		"a search that finds nothing else":     {w.admin, account.Filter{Query: "anna"}, 0, 3},
		"counts within the scope":              {by, account.Filter{Query: "anna"}, 0, 2},
		"a search that finds something":        {w.admin, account.Filter{Query: "bruno"}, 1, 0},
		"a search that finds nothing at all":   {w.admin, account.Filter{Query: "zoe"}, 0, 0},
		"a search for the disabled":            {w.admin, account.Filter{Query: "anna", Status: account.Disabled}, 3, 0},
		"a search for the active":              {w.admin, account.Filter{Query: "anna", Status: account.Active}, 0, 0},
		"no search":                            {w.admin, account.Filter{OwnerID: last.ID}, 0, 0},
		"a page behind the first":              {w.admin, account.Filter{Query: "anna", After: account.PositionOf(last.Account)}, 0, 0},
		"a kind of which none is disabled":     {w.admin, account.Filter{Query: "anna", Kind: account.KindReseller}, 0, 0},
		"words that are only together nowhere": {w.admin, account.Filter{Query: "anna bruno"}, 0, 0},
	} {
		c.filter.Limit = 10
		page, err := w.List(t.Context(), c.by, c.filter)
		if err != nil || len(page.Accounts) != c.found || page.HiddenDisabled != c.hidden {
			t.Errorf("%s: List = %d found, %d hidden, %v, want %d and %d", name, len(page.Accounts), page.HiddenDisabled, err, c.found, c.hidden)
		}
	}
}

func TestDetails(t *testing.T) {
	w := newWorld(t)
	reseller, by := w.reseller(w.admin, "Reseller")
	basic := w.plan("Basic", 3)
	a := w.create(by, account.Draft{Kind: account.KindCustomer, Name: "Customer", PlanID: basic.ID})
	for _, domain := range []string{"z.example", "a.example"} {
		err := w.db.Write(t.Context()).Exec(
			"INSERT INTO domains (id, account_id, name, document_root, status, created_at) VALUES (?, ?, ?, '', 'active', 0)",
			map[string]string{"z.example": "dom_1", "a.example": "dom_2"}[domain], a.ID, domain).Error
		if err != nil {
			t.Fatal(err)
		}
	}
	w.told.used = 100
	want := account.Details{
		Account: a.Account, Owner: reseller.Ref(), Plan: basic, Usage: plan.Usage{Domains: 2, DiskBytes: 100}, PrimaryDomain: "z.example",
	}
	got, err := w.Get(t.Context(), by, a.ID)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Get = %v (-want +got):\n%s", err, diff)
	}
	page, err := w.List(t.Context(), by, account.Filter{Query: "customer", Limit: 5})
	if diff := cmp.Diff([]account.Details{want}, page.Accounts); err != nil || diff != "" {
		t.Errorf("List = %v (-want +got):\n%s", err, diff)
	}
}

func TestTotals(t *testing.T) {
	w := newWorld(t)
	_, by := w.reseller(w.admin, "Reseller")
	for i, name := range []string{"Active", "Suspended", "Disabled", "Deleted"} {
		a, _ := w.customer(by, name)
		acts := w.acts()
		for _, act := range [][]string{nil, {"suspend"}, {"suspend", "disable"}, {"delete"}}[i] {
			if err := acts[act].do(t.Context(), w.admin, a.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		by   principal.Principal
		want map[account.Status]int
	}{
		"a reseller": {by, map[account.Status]int{account.Active: 1, account.Suspended: 1, account.Disabled: 1}},
		"an admin":   {w.admin, map[account.Status]int{account.Active: 2, account.Suspended: 1, account.Disabled: 1}},
		"nobody":     {w.admin.WithScope(principal.Scope{}), map[account.Status]int{account.Active: 0, account.Suspended: 0, account.Disabled: 0}},
	} {
		got, err := w.Totals(t.Context(), c.by)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("Totals of %s = %v (-want +got):\n%s", name, err, diff)
		}
	}
}
