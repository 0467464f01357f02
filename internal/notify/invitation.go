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

// hiddenLink stands in the kept text of an invitation where the mail has its
// link.
const hiddenLink = "[the link is in the message alone]"

// SendInvitation sends the link with which a person chooses the first password.
// The token is in the message alone: neither the row nor an error holds it. Each
// attempt brings a token of its own, with which those before it are void: it is
// always sent, as a message of its own, and noted in the same row.
func (s *Service) SendInvitation(ctx context.Context, _ principal.Principal, l account.Letter) error {
	source := fmt.Sprintf("%s.%d", l.InvitationID, l.ExpiresAt.UnixMicro())
	kept, err := invitationLetter(l, hiddenLink)
	if err != nil {
		return err
	}
	sent, err := invitationLetter(l, s.welcome(l.Token))
	if err != nil {
		return err
	}
	now, err := s.d.Tx.Now(ctx)
	if err != nil {
		return err
	}
	m, err := s.d.Mails.Add(ctx, s.draft(source, EventInvitation, l.AccountID, l.To, kept, now))
	if err != nil {
		return err
	}
	return s.deliver(ctx, m, s.messageID(fmt.Sprintf("%s.%d", source, m.Attempts+1)), sent.text)
}

// welcome is the page where an invitation leads.
func (s *Service) welcome(token string) string {
	return strings.TrimSuffix(s.d.PublicURL, "/") + "/welcome?" + url.Values{"token": {token}}.Encode()
}

func invitationLetter(l account.Letter, link string) (letter, error) {
	text, err := render("invitation.txt", map[string]string{
		"Name": plain(l.Name), "Owner": plain(l.OwnerName), "Account": plain(l.AccountName), "Link": link,
		"Until": l.ExpiresAt.UTC().Format(moment),
	})
	return letter{subject: "Your account " + plain(l.AccountName), text: text}, err
}
