package store_test

import (
	"testing"

	"innkeeper/internal/store/storetest"
)

func TestTokensAndLinks(t *testing.T) {
	t.Parallel()
	eachEngine(t, map[string]suite{"tokens": storetest.Tokens, "links": storetest.Links})
}
