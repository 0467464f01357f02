package notify

import (
	"context"
	"strings"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/lifetime"
	"innkeeper/internal/principal"
)

// Preview is a mail as somebody would read it.
type Preview struct {
	Subject string
	Text    string
	HTML    string
}

// Preview writes the mail about an event with a text that is not kept, about
// somebody who does not exist. Every mistake in the text is named with its place.
func (e *Editor) Preview(_ context.Context, _ principal.Principal, event, lang string, w Wording) (Preview, error) {
	s, err := sheet(event, lang)
	if err != nil {
		return Preview{}, err
	}
	f, err := s.Event.read(w.normal())
	if err != nil {
		return Preview{}, err
	}
	in, _ := languageOf(lang)
	l, err := f.write(lang, sampleOf(event, in, e.d.PublicURL))
	return Preview{Subject: l.subject, Text: l.text, HTML: l.html}, err
}

// sampleOf returns what the mail about an event says in a preview.
func sampleOf(event string, in language, publicURL string) values {
	at := time.Date(2026, time.March, 2, 10, 0, 0, 0, time.UTC)
	n := Notification{Event: event, AccountID: "acc_sample", CreatedAt: at}
	link := strings.TrimSuffix(publicURL, "/") + "/…"
	switch event {
	case EventStart, EventStop:
		n.VisitID = "imp_sample"
		s := sampleStory(at)
		n.Text = "Anna Lind (Harbour Hosting) signed in to your account, to make changes: “" + s.Reason + "”"
		if event == EventStop {
			n.Text = "Anna Lind (Harbour Hosting) left your account. 10:00 to 10:25 UTC. Closed automatically after 15 minutes without activity; last action 10:10."
			s.LastActivityAt, s.EndedAt, s.EndReason, s.Views, s.Blocked = at.Add(10*time.Minute), at.Add(25*time.Minute), lifetime.Idle, 1, 2
			s.Changes = []Line{
				{at.Add(4 * time.Minute), "Anna Lind created the mailbox info@bluedoor.example."},
				{at.Add(10 * time.Minute), "Anna Lind changed the quota of info@bluedoor.example."},
			}
		}
		return visitValues(in, n, s)
	case EventAsk:
		s := sampleStory(at)
		v := AskLetter{
			Account: s.Subject, Actor: s.Actor, Role: s.Role, Employer: s.Employer, Mode: s.Mode, ReasonCode: s.ReasonCode, Reason: s.Reason, Ticket: s.Ticket,
			LapsesAt: at.Add(12 * time.Hour),
		}.values(in)
		v["link"] = value{words: link, opens: true}
		v.say("code", "123 456")
		return v
	case EventInvitation:
		v := invitationValues(in, account.Letter{Name: "Mila Horvat", OwnerName: "Harbour Hosting", AccountName: "Blue Door Bakery", ExpiresAt: at.Add(7 * 24 * time.Hour)})
		v["link"] = value{words: link, opens: true}
		return v
	default:
		n.Text = "Mila Horvat: something was changed in your sign-in."
		return securityValues(in, n, publicURL)
	}
}

func sampleStory(at time.Time) Story {
	return Story{
		VisitID: "imp_sample", Actor: "Anna Lind", Role: "Support", Employer: "Harbour Hosting", SubjectID: "acc_sample", Subject: "Blue Door Bakery",
		Mode: "change", ReasonCode: "customer_request", Reason: "You asked us to move the mailbox.", Ticket: "#4711", Informed: "asked",
		StartedAt: at, LastActivityAt: at, ExpiresAt: at.Add(time.Hour), IdleTimeout: 15 * time.Minute,
	}
}
