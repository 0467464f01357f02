package store

import "innkeeper/internal/db"

// NewAccountsWithin returns a store of accounts that takes other numbers for few, for
// very many and for as many as are looked up alone, and tries so many: the bounds
// between its ways to a list.
func NewAccountsWithin(d *db.DB, few, many, tried, alone int) *Accounts {
	return &Accounts{db: d, bounds: searchBounds{few: few, many: many, tried: tried, alone: alone}}
}

// NewAuditWithin returns a store of events whose index has smaller blocks, and grows by
// other handfuls.
func NewAuditWithin(d *db.DB, block int64, least, most int) *Audit {
	return &Audit{db: d, block: block, least: least, most: most}
}
