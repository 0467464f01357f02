package auth

import (
	"context"

	"innkeeper/internal/principal"
)

// Again returns the person who once asked by the account, as he is now, for work that he
// has asked for. ErrSignInBlocked when he could not come in by it any more.
func (s *Service) Again(ctx context.Context, personID, accountID string) (principal.Principal, error) {
	person, err := s.People.ByID(ctx, personID)
	if err != nil {
		return principal.Principal{}, err
	}
	memberships, err := s.People.Memberships(ctx, personID)
	if err != nil {
		return principal.Principal{}, err
	}
	for _, m := range memberships {
		if m.AccountID == accountID && !m.Disabled && person.DisabledAt.IsZero() {
			return principalOf(person, m, ""), nil
		}
	}
	return principal.Principal{}, ErrSignInBlocked
}
