package store

import (
	"context"

	"innkeeper/internal/account"
	"innkeeper/internal/principal"
)

// Totals counts the accounts in the scope by how they stand, without the one that
// is excepted. Deleted ones are in none.
func (s *Accounts) Totals(ctx context.Context, scope principal.Scope, except string) (map[account.Status]int, error) {
	var n struct{ Total, Suspended, Disabled int }
	err := s.db.Read(ctx).Table("accounts").Scopes(withinPath(scope, "id", "path")).
		Select(`count(*) AS total, count(disabled_at) AS disabled,
			sum(CASE WHEN disabled_at IS NULL AND suspended_at IS NOT NULL THEN 1 ELSE 0 END) AS suspended`).
		Where("deleted_at IS NULL AND id <> ?", except).Having("count(*) > 0").Scan(&n).Error
	return map[account.Status]int{
		account.Active: n.Total - n.Suspended - n.Disabled, account.Suspended: n.Suspended, account.Disabled: n.Disabled,
	}, err
}
