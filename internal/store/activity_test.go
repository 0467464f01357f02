package store_test

import (
	"testing"

	"innkeeper/internal/db"
	"innkeeper/internal/store"
	"innkeeper/internal/store/storetest"
)

func TestA18ActivityIsFound(t *testing.T) {
	t.Parallel()
	eachEngine(t, map[string]suite{"activity": func(t *testing.T, open func(t *testing.T) *db.DB) {
		storetest.Activity(t, open, map[string]func(*db.DB) *store.Audit{
			"the usual way":    store.NewAudit,
			"small blocks":     func(d *db.DB) *store.Audit { return store.NewAuditWithin(d, 16, 3, 10) },
			"one large block":  func(d *db.DB) *store.Audit { return store.NewAuditWithin(d, 8192, 1, 1000) },
			"large, by little": func(d *db.DB) *store.Audit { return store.NewAuditWithin(d, 8192, 7, 40) },
		})
	}})
}
