package store_test

import (
	"testing"

	"innkeeper/internal/store/storetest"
)

func TestOperations(t *testing.T) {
	t.Parallel()
	eachEngine(t, map[string]suite{"operations": storetest.Operations, "saved filters": storetest.SavedFilters})
}
