package store_test

import (
	"testing"

	"innkeeper/internal/store/storetest"
)

func TestRepeats(t *testing.T) {
	t.Parallel()
	eachEngine(t, map[string]suite{"repeats": storetest.Repeats})
}
