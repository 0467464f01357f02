package notify

import (
	"context"
	"fmt"

	"innkeeper/internal/account"
)

// EventEmail is an account getting another e-mail address.
const EventEmail = "account.email"

// EmailChanged tells an account that its e-mail address is another one, in the
// transaction of the change: by mails to the old address and to the new one, so
// that nobody's mail is led away unseen.
func (s *Service) EmailChanged(ctx context.Context, c account.EmailChange) error {
	return s.AddAll(ctx, []Notice{
		{
			Event: EventEmail, AccountID: c.AccountID, Email: c.Old, At: c.At,
			Text: fmt.Sprintf("%s changed the e-mail address of your account from %s to %s.", named(c.By, c.Employer), c.Old, c.New),
		},
		{
			Event: EventEmail, AccountID: c.AccountID, Email: c.New, At: c.At,
			Text: fmt.Sprintf("Messages about the account %s come to %s from now on.", c.Account, c.New),
		},
	})
}
