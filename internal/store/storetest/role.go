package storetest

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
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
		if diff := cmp.Diff(role.Role{Name: "aide", Kind: "customer", Title: "Aide"}, list[i]); diff != "" {
			t.Errorf("aide (-want +got):\n%s", diff)
		}
		if !slices.IsSortedFunc(list, func(x, y role.Role) int { return slices.Compare([]string{x.Kind, x.Name}, []string{y.Kind, y.Name}) }) {
			t.Errorf("List = %v, want by kind and name", list)
		}
	})
}
