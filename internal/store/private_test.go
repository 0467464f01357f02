package store_test

import (
	"testing"

	"innkeeper/internal/store/storetest"
)

// I-15: what belongs to the own life of an account's people moves in no visit, also
// where the registry would let it through.
func TestI15OwnLifeIsKeptWhereItIsStored(t *testing.T) {
	t.Parallel()
	eachEngine(t, map[string]suite{"private": storetest.Private})
}
