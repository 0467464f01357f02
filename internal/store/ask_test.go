package store_test

import (
	"testing"

	"innkeeper/internal/store/storetest"
)

func TestAsks(t *testing.T) {
	t.Parallel()
	eachEngine(t, map[string]suite{"asks": storetest.Asks})
}
