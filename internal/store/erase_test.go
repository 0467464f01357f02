package store_test

import (
	"testing"

	"innkeeper/internal/store/storetest"
)

func TestCopies(t *testing.T) {
	t.Parallel()
	eachEngine(t, map[string]suite{"copies": storetest.Copies})
}
