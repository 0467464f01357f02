package notify

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"innkeeper/internal/account"
	"innkeeper/internal/principal"
)

// EventInvitation is what the mail with an invitation is about.
const EventInvitation = "account.invitation"

// SendInvitation sends the link with which a person chooses the first password.
// The token is in the message alone: neither the row nor an error holds it. Each
// attempt brings a token of its own, with which those before it are void: it is
// always sent, as a message of its own, and noted in the same row.
func (s *Service) SendInvitation(ctx context.Context, _ principal.Principal, l account.Letter) error {
	in, err := s.language(ctx, l.AccountID)
	if err != nil {
		return err
	}
	return s.sendSecret(ctx, secret{
		event: EventInvitation, accountID: l.AccountID, in: in, to: l.To, objectID: l.InvitationID, source: fmt.Sprintf("%s.%d", l.InvitationID, l.ExpiresAt.UnixMicro()),
		link: s.welcome(l.Token), values: invitationValues(in, l),
	})
}

// welcome is the page where an invitation leads.
func (s *Service) welcome(token string) string {
	return strings.TrimSuffix(s.d.PublicURL, "/") + "/welcome?" + url.Values{"token": {token}}.Encode()
}

func invitationValues(in language, l account.Letter) values {
	v := values{}
	owner := plain(l.OwnerName)
	if owner == "" {
		owner = in.say("the provider")
	}
	v.say("name", plain(l.Name))
	v.say("owner", owner)
	v.say("account", plain(l.AccountName))
	v.say("until", l.ExpiresAt.UTC().Format(in.moment))
	return v
}
