package storetest

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/principal"
	"innkeeper/internal/role"
	"innkeeper/internal/store"
)

// Roles is the suite of store.Roles.
func Roles(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()

	t.Run("each kind of account has one role for its owner", func(t *testing.T) {
		t.Parallel()
		s := store.NewRoles(open(t))
		list, err := s.List(t.Context())
		if err != nil {
			t.Fatalf("List = %v", err)
		}
		for _, kind := range []account.Kind{account.KindAdmin, account.KindSupport, account.KindReseller, account.KindCustomer} {
			owners := slices.DeleteFunc(slices.Clone(list), func(r role.Role) bool { return r.Kind != string(kind) || !r.Owner })
			if len(owners) != 1 {
				t.Errorf("%d roles for the owner of a %s account, want 1", len(owners), kind)
				continue
			}
			got, err := s.OfOwner(t.Context(), string(kind))
			if diff := cmp.Diff(owners[0], got); err != nil || diff != "" {
				t.Errorf("OfOwner(%q) = %v (-want +got):\n%s", kind, err, diff)
			}
		}
		if _, err := s.OfOwner(t.Context(), "nobody"); !errors.Is(err, role.ErrNotFound) {
			t.Errorf("OfOwner of no kind = %v, want ErrNotFound", err)
		}
	})

	t.Run("a role comes back as it is", func(t *testing.T) {
		t.Parallel()
		d := open(t)
		exec(t, d, "INSERT INTO roles (name, kind, title, owner, built_in) VALUES ('aide', 'customer', 'Aide', 0, 0)")
		list, err := store.NewRoles(d).List(t.Context())
		if err != nil {
			t.Fatalf("List = %v", err)
		}
		i := slices.IndexFunc(list, func(r role.Role) bool { return r.Name == "aide" })
		if i < 0 {
			t.Fatalf("List = %v, want aide among them", list)
		}
		if diff := cmp.Diff(role.Role{Name: "aide", Kind: "customer", Title: "Aide", Family: role.Administrative, Impersonate: role.Nobodys}, list[i]); diff != "" {
			t.Errorf("aide (-want +got):\n%s", diff)
		}
		if !slices.IsSortedFunc(list, func(x, y role.Role) int { return slices.Compare([]string{x.Kind, x.Name}, []string{y.Kind, y.Name}) }) {
			t.Errorf("List = %v, want by kind and name", list)
		}
	})

	t.Run("a custom role is made, changed, given and deleted", func(t *testing.T) {
		t.Parallel()
		d := open(t)
		h, s := plantHosting(t, d), store.NewRoles(d)
		all := principal.Everything()
		made := role.Role{Name: "nights", Kind: "support", Title: "Nights", Family: role.Administrative, Impersonate: role.ToLook, Permissions: []string{"account:view", "domain:view"}}
		if err := s.Create(t.Context(), made); err != nil {
			t.Fatalf("Create = %v", err)
		}
		if err := s.Create(t.Context(), made); !errors.Is(err, role.ErrTaken) {
			t.Errorf("Create twice = %v, want ErrTaken", err)
		}
		got, err := s.Lock(t.Context(), "nights")
		if diff := cmp.Diff(made, got); err != nil || diff != "" {
			t.Errorf("Lock = %v (-want +got):\n%s", err, diff)
		}
		made.Title, made.Impersonate, made.Permissions = "Nights and days", role.Nobodys, nil
		if err := s.Update(t.Context(), made); err != nil {
			t.Fatalf("Update = %v", err)
		}
		got, err = s.Lock(t.Context(), "nights")
		if diff := cmp.Diff(made, got); err != nil || diff != "" {
			t.Errorf("Lock after Update = %v (-want +got):\n%s", err, diff)
		}
		builtIn := role.Role{Name: "billing", Title: "x", Impersonate: role.ToChange}
		if err := s.Update(t.Context(), builtIn); !errors.Is(err, role.ErrNotFound) {
			t.Errorf("Update of a built-in role = %v, want ErrNotFound", err)
		}
		before, err := s.Version(t.Context())
		if err != nil || s.Raise(t.Context()) != nil {
			t.Fatalf("Version = %v", err)
		}
		if after, err := s.Version(t.Context()); err != nil || after <= before {
			t.Errorf("Version = %d, %v behind %d", after, err, before)
		}

		exec(t, d, "UPDATE accounts SET kind = 'support' WHERE id = ?", h.stranger.ID)
		exec(t, d, "INSERT INTO people (id, name, email, created_at) VALUES ('per_1', 'Anna', 'anna@example.com', 0)")
		exec(t, d, "INSERT INTO account_people (account_id, person_id, role, created_at) VALUES (?, 'per_1', 'support', 0)", h.stranger.ID)
		anna, err := s.OfStaff(t.Context(), all, "per_1")
		if err != nil || anna.Name != "Anna" || anna.Account.Path != h.stranger.Path || anna.Role != "support" {
			t.Fatalf("OfStaff = %+v, %v", anna, err)
		}
		if _, err := s.OfStaff(t.Context(), principal.Tree(h.reseller), "per_1"); !errors.Is(err, role.ErrNobody) {
			t.Errorf("OfStaff from another account's scope = %v, want ErrNobody", err)
		}
		anna.Role = "nights"
		if err := s.Give(t.Context(), principal.Tree(h.reseller), anna); !errors.Is(err, role.ErrNobody) {
			t.Errorf("Give from another account's scope = %v, want ErrNobody", err)
		}
		if err := s.Give(t.Context(), all, anna); err != nil {
			t.Errorf("Give = %v", err)
		}
		for what, scope := range map[string]principal.Scope{"everything": all, "the provider": principal.Tree(h.provider)} {
			if staff, err := s.Staff(t.Context(), scope, role.Holder{}, 10); err != nil || len(staff) != 1 || staff[0].Role != "nights" {
				t.Errorf("Staff within %s = %v, %v, want Anna with her new role", what, staff, err)
			}
		}
		if staff, err := s.Staff(t.Context(), all, anna, 10); err != nil || len(staff) != 0 {
			t.Errorf("Staff behind the last = %v, %v, want nobody", staff, err)
		}
		if staff, err := s.Staff(t.Context(), principal.Tree(h.reseller), role.Holder{}, 10); err != nil || len(staff) != 0 {
			t.Errorf("Staff from another account's scope = %v, %v, want nobody", staff, err)
		}
		if held, err := s.Held(t.Context(), "nights"); err != nil || !held {
			t.Errorf("Held = %v, %v, want true", held, err)
		}
		anna.Role = "billing"
		if err := errors.Join(s.Give(t.Context(), all, anna), s.Delete(t.Context(), "nights")); err != nil {
			t.Errorf("Delete = %v", err)
		}
		if err := s.Delete(t.Context(), "billing"); !errors.Is(err, role.ErrNotFound) {
			t.Errorf("Delete of a built-in role = %v, want ErrNotFound", err)
		}
	})
}
