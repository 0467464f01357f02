package store

import (
	"context"

	"innkeeper/internal/account"
	"innkeeper/internal/principal"
)

// Totals counts the accounts of the kinds by how they stand, without the one that
// is excepted.
func (s *Accounts) Totals(ctx context.Context, scope principal.Scope, kinds []string, except string) (map[account.Status]int, error) {
	var rows []struct {
		Status string
		N      int
	}
	err := s.db.Read(ctx).Table("accounts").Scopes(withinPath(scope, "id", "path")).
		Select("CASE WHEN disabled_at IS NOT NULL THEN 'disabled' WHEN suspended_at IS NOT NULL THEN 'suspended' ELSE 'active' END AS status, count(*) AS n").
		Where("deleted_at IS NULL AND kind IN ? AND id <> ?", kinds, except).Group("1").Scan(&rows).Error
	totals := make(map[account.Status]int, len(rows))
	for _, row := range rows {
		totals[account.Status(row.Status)] = row.N
	}
	return totals, err
}
