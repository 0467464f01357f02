package account

import (
	"context"

	"innkeeper/internal/principal"
)

// Totals returns how many accounts within the scope stand how, the principal's own
// left out. Deleted ones are in none.
func (s *Service) Totals(ctx context.Context, by principal.Principal) (map[Status]int, error) {
	return s.d.Index.Totals(ctx, by.Scope(), by.Subject.ID)
}
