package storetest

import (
	"testing"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/dns"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// hostedAt is when the things of the hosting suites were made.
var hostedAt = time.Date(2026, 3, 1, 10, 0, 0, 123000, time.UTC)

// hosting is a small tree of accounts: a provider, a reseller below it with one
// customer, and a customer of nobody's.
type hosting struct {
	db       *db.DB
	provider principal.Account
	reseller principal.Account
	customer principal.Account
	stranger principal.Account
}

func newHosting(t *testing.T, open func(t *testing.T) *db.DB) hosting {
	t.Helper()
	return plantHosting(t, open(t))
}

func plantHosting(t testing.TB, d *db.DB) hosting {
	t.Helper()
	add := func(id, above string, owner string) principal.Account {
		a := account.Account{
			ID: id, Kind: "customer", Name: id, Email: id + "@example.com", OwnerID: owner, Path: above + id + "/",
			Version: 1, CreatedAt: hostedAt, UpdatedAt: hostedAt,
		}
		if err := store.NewAccounts(d).Create(t.Context(), principal.Everything(), a); err != nil {
			t.Fatalf("Create(%q) = %v", id, err)
		}
		return a.Ref()
	}
	return hosting{
		db:       d,
		provider: add("acc_provider", "/", ""),
		reseller: add("acc_reseller", "/acc_provider/", "acc_provider"),
		customer: add("acc_customer", "/acc_provider/acc_reseller/", "acc_reseller"),
		stranger: add("acc_stranger", "/acc_provider/", "acc_provider"),
	}
}

// scopes are those that reach the customer, and those that do not.
func (h hosting) scopes() map[string]struct {
	scope   principal.Scope
	reaches bool
} {
	type reach = struct {
		scope   principal.Scope
		reaches bool
	}
	return map[string]reach{
		"everything":       {principal.Everything(), true},
		"the account":      {principal.Only(h.customer), true},
		"the owner's tree": {principal.Tree(h.reseller), true},
		"another account":  {principal.Only(h.stranger), false},
		"another's tree":   {principal.Tree(h.stranger), false},
		"the owner alone":  {principal.Only(h.reseller), false},
		"nothing":          {principal.Scope{}, false},
	}
}

// delete marks an account as deleted.
func (h hosting) delete(t *testing.T, a principal.Account) {
	t.Helper()
	if err := h.db.Write(t.Context()).Exec("UPDATE accounts SET deleted_at = 1 WHERE id = ?", a.ID).Error; err != nil {
		t.Fatal(err)
	}
}

func (h hosting) domain(id string, of principal.Account, name string) dns.Domain {
	return dns.Domain{
		ID: id, AccountID: of.ID, Name: name, DocumentRoot: "/" + name,
		Status: dns.Pending, Serial: 7, Version: 3, CreatedAt: hostedAt,
	}
}

func (h hosting) addDomains(t *testing.T, domains ...dns.Domain) {
	t.Helper()
	for _, d := range domains {
		if err := store.NewDomains(h.db).Create(t.Context(), principal.Everything(), d); err != nil {
			t.Fatalf("Create(%q) = %v", d.Name, err)
		}
	}
}
