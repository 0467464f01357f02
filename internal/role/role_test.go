package role_test

import (
	"errors"
	"testing"

	"innkeeper/internal/principal"
	"innkeeper/internal/role"
	"innkeeper/internal/store"
	"innkeeper/internal/store/storetest"
)

func TestOwnerRole(t *testing.T) {
	t.Parallel()
	w := storetest.NewWorld(t)
	s := role.New(store.NewRoles(w.DB))
	list, err := s.List(t.Context(), principal.Principal{})
	if err != nil || len(list) < 4 {
		t.Fatalf("List = %v, %v, want the built-in roles", list, err)
	}
	owners := 0
	for _, r := range list {
		if !r.BuiltIn || r.Title == "" {
			t.Errorf("%+v is not built in or has no title", r)
		}
		if !r.Owner {
			continue
		}
		owners++
		if got, err := s.OwnerRole(t.Context(), r.Kind); err != nil || got != r.Name {
			t.Errorf("OwnerRole(%q) = %q, %v, want %q", r.Kind, got, err, r.Name)
		}
	}
	if owners != 4 {
		t.Errorf("%d kinds have a role for their owner, want 4", owners)
	}
	if _, err := s.OwnerRole(t.Context(), "king"); !errors.Is(err, role.ErrNotFound) {
		t.Errorf("OwnerRole of no kind = %v, want ErrNotFound", err)
	}
}
