package store

import "innkeeper/internal/db"

// NewAccountsPreferring returns a store of accounts that takes so many accounts
// for very many, and tries so many.
func NewAccountsPreferring(d *db.DB, many, tried int) *Accounts {
	return &Accounts{db: d, many: many, tried: tried}
}
