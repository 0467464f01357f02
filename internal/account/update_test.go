package account_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
)

func TestUpdate(t *testing.T) {
	w := newWorld(t)
	_, by := w.reseller(w.admin, "Reseller")
	a, _ := w.customer(by, "Before")
	basic := w.plan("Basic", 3)
	w.clock.Advance(time.Hour)
	name, email, phone, company, address, until := " After ", "After@Example.com", "1", "Bakery", "Street", w.clock.Now().Add(time.Hour)
	applied := len(w.promises(account.TaskApply))

	got, err := w.Update(t.Context(), by, a.ID, a.Version, account.Changes{
		Name: &name, Email: &email, Phone: &phone, Company: &company, Address: &address, PlanID: &basic.ID, ExpiresAt: &until,
	})
	if err != nil {
		t.Fatalf("Update = %v", err)
	}
	want := a.Account
	want.Name, want.Email, want.Phone, want.Company, want.Address = "After", "after@example.com", "1", "Bakery", "Street"
	want.PlanID, want.ExpiresAt, want.UpdatedAt, want.Version = basic.ID, until, w.clock.Now(), a.Version+1
	if diff := cmp.Diff(account.Details{Account: want, Owner: by.Account, Plan: basic}, got); diff != "" {
		t.Errorf("Update (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, w.get(a.ID)); diff != "" {
		t.Errorf("the account (-want +got):\n%s", diff)
	}
	events := w.events(a.ID)
	last := events[len(events)-1]
	if diff := cmp.Diff([]string{"account.create", "account.update"}, w.actions(a.ID)); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	before := audit.Fields{"name": "Before", "email": "someone@example.com", "phone": "", "company": "", "address": "", "plan_id": "", "expires_at": ""}
	after := audit.Fields{
		"name": "After", "email": "after@example.com", "phone": "1", "company": "Bakery", "address": "Street", "plan_id": basic.ID,
		"expires_at": until.Format(time.RFC3339),
	}
	if diff := cmp.Diff([]audit.Fields{before, after}, []audit.Fields{last.Before, last.After}); diff != "" {
		t.Errorf("before and after (-want +got):\n%s", diff)
	}
	if got := w.promises(account.TaskApply); len(got) != applied+1 || got[applied] != a.ID {
		t.Errorf("promises = %v, want one more, of the account", got)
	}
	for query, want := range map[string]int{"before": 0, "after": 1, "bakery": 1} {
		if page, err := w.List(t.Context(), by, account.Filter{Query: query, Limit: 5}); err != nil || len(page.Accounts) != want {
			t.Errorf("List(%q) = %v, %v, want %d", query, page.Accounts, err, want)
		}
	}
	nothing, never := "", time.Time{}
	got, err = w.Update(t.Context(), by, a.ID, got.Version, account.Changes{PlanID: &nothing, ExpiresAt: &never, Phone: &nothing})
	if err != nil || got.PlanID != "" || !got.ExpiresAt.IsZero() || got.Phone != "" || got.Name != "After" {
		t.Errorf("Update to nothing = %+v, %v", got, err)
	}
}

// Whoever changes the address: the old one and the new one are told, in the same
// transaction, by a name.
func TestA09AnotherAddressIsToldAtBoth(t *testing.T) {
	w := newWorld(t)
	_, by := w.reseller(w.admin, "Reseller")
	a, _ := w.customer(by, "Customer")
	by.Employer = "Reseller"
	email, phone := "thief@example.net", "1"
	got, err := w.Update(t.Context(), by, a.ID, a.Version, account.Changes{Email: &email})
	if err != nil {
		t.Fatal(err)
	}
	want := []account.EmailChange{{
		AccountID: a.ID, Account: "Customer", Old: "someone@example.com", New: email, By: "Max", Employer: "Reseller", At: w.clock.Now(),
	}}
	if diff := cmp.Diff(want, w.told.emails); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if got, err = w.Update(t.Context(), by, a.ID, got.Version, account.Changes{Email: &email, Phone: &phone}); err != nil || len(w.told.emails) != 1 {
		t.Errorf("with the same address Update = %v and %d are told, want nobody more", err, len(w.told.emails))
	}
	w.told.fail = errors.New("the notices are gone")
	other := "other@example.net"
	if _, err := w.Update(t.Context(), by, a.ID, got.Version, account.Changes{Email: &other}); err == nil || w.get(a.ID).Email != email {
		t.Errorf("Update that nobody can be told of = %v, and the address is %q", err, w.get(a.ID).Email)
	}
}

func TestUpdateRefused(t *testing.T) {
	w := newWorld(t)
	reseller, by := w.reseller(w.admin, "Reseller")
	_, otherBy := w.reseller(w.admin, "Other")
	desk := w.create(w.admin, account.Draft{Kind: account.KindSupport, Name: "Desk"})
	a, _ := w.customer(by, "Customer")
	basic, missing := w.plan("Basic", 3), "pln_missing"
	name, empty, until := "New", "", w.clock.Now()
	for what, c := range map[string]struct {
		by      principal.Principal
		id      string
		version int64
		change  account.Changes
		want    error
		bad     map[string]string
	}{
		"an old version":       {by, a.ID, a.Version - 1, account.Changes{Name: &name}, account.ErrStale, nil},
		"a version to come":    {by, a.ID, a.Version + 1, account.Changes{Name: &name}, account.ErrStale, nil},
		"somebody else's":      {otherBy, a.ID, a.Version, account.Changes{Name: &name}, account.ErrNotFound, nil},
		"a missing account":    {by, "acc_missing", 1, account.Changes{Name: &name}, account.ErrNotFound, nil},
		"no scope":             {by.WithScope(principal.Scope{}), a.ID, a.Version, account.Changes{Name: &name}, account.ErrNotFound, nil},
		"no name":              {by, a.ID, a.Version, account.Changes{Name: &empty}, nil, map[string]string{"/name": "required"}},
		"no plan of that id":   {by, a.ID, a.Version, account.Changes{PlanID: &missing}, nil, map[string]string{"/plan_id": "unknown"}},
		"a plan by support":    {w.person(desk, "support"), a.ID, a.Version, account.Changes{PlanID: &basic.ID}, account.ErrForbidden, nil},
		"an expiry by support": {w.person(desk, "support"), a.ID, a.Version, account.Changes{ExpiresAt: &until}, account.ErrForbidden, nil},
		"his own plan":         {by, reseller.ID, reseller.Version, account.Changes{PlanID: &basic.ID}, account.ErrForbidden, nil},
	} {
		before := w.get(a.ID)
		_, err := w.Update(t.Context(), c.by, c.id, c.version, c.change)
		if c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("Update of %s = %v, want %v", what, err, c.want)
		}
		if diff := cmp.Diff(c.bad, fieldsIn(err)); diff != "" {
			t.Errorf("Update of %s = %v (-want +got):\n%s", what, err, diff)
		}
		if diff := cmp.Diff(before, w.get(a.ID)); diff != "" {
			t.Errorf("Update of %s changed it (-before +after):\n%s", what, diff)
		}
	}
	if got := w.actions(a.ID); len(got) != 1 {
		t.Errorf("actions = %v, want the creation alone", got)
	}
}

func TestUpdateOfNothing(t *testing.T) {
	w := newWorld(t)
	a, _ := w.customer(w.admin, "Customer")
	same := " Customer "
	got, err := w.Update(t.Context(), w.admin, a.ID, a.Version, account.Changes{Name: &same})
	if err != nil || got.Version != a.Version {
		t.Errorf("Update to the same = version %d, %v, want %d", got.Version, err, a.Version)
	}
	if got := w.actions(a.ID); len(got) != 1 {
		t.Errorf("actions = %v, want the creation alone", got)
	}
}

func TestUpdateToAPlanThatIsFull(t *testing.T) {
	w := newWorld(t)
	a, _ := w.customer(w.admin, "Customer")
	small := w.plan("Small", 1)
	for _, name := range []string{"a.example", "b.example"} {
		err := w.db.Write(t.Context()).Exec(
			"INSERT INTO domains (id, account_id, name, document_root, status, created_at) VALUES (?, ?, ?, '', 'active', 0)", "dom_"+name, a.ID, name).Error
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Update(t.Context(), w.admin, a.ID, a.Version, account.Changes{PlanID: &small.ID}); !errors.Is(err, plan.ErrOverLimit) {
		t.Errorf("Update to a plan that is too small = %v, want ErrOverLimit", err)
	}
	if got := w.get(a.ID).PlanID; got != "" {
		t.Errorf("the plan is %q, want none", got)
	}
}
