package audit_test

import (
	"errors"
	"strings"
	"testing"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/store"
	"innkeeper/internal/store/storetest"
)

func TestNamesOfFiltersAreMeasuredInLetters(t *testing.T) {
	t.Parallel()
	w := storetest.NewWorld(t)
	by := w.Owner(w.Customer)
	err := w.DB.Write(t.Context()).Exec("INSERT INTO people (id, name, email, created_at) VALUES (?, 'Olga', 'o@example.com', 0)", by.Person.ID).Error
	if err != nil {
		t.Fatal(err)
	}
	filters := audit.NewBookmarks(store.NewAudit(w.DB), w.DB)
	if f, err := filters.Save(t.Context(), by, " "+strings.Repeat("ä", 60), "event=x"); err != nil || f.Name != strings.Repeat("ä", 60) {
		t.Errorf("Save with a name of 60 letters = %q, %v", f.Name, err)
	}
	if _, err := filters.Save(t.Context(), by, strings.Repeat("a", 61), "event=x"); !errors.Is(err, fault.ErrInvalid) {
		t.Errorf("Save with a name of 61 letters = %v, want ErrInvalid", err)
	}
}
