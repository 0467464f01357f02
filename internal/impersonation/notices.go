package impersonation

import (
	"fmt"

	"innkeeper/internal/account"
	"innkeeper/internal/lifetime"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

func startNotice(v Visit, approved *Ask, to account.Account) notify.Notice {
	return notify.Notice{
		Event: notify.EventStart, VisitID: v.ID, AccountID: to.ID, Email: to.Email, At: v.Span.StartedAt,
		Text: startText(v, approved, to.ID), Elsewhere: startText(v, approved, ""),
	}
}

// startText says that a visit has begun, as somebody in the account readerID reads
// it.
func startText(v Visit, approved *Ask, readerID string) string {
	although := ""
	if v.BrokeGlass() {
		although = fmt.Sprintf(" although it is locked (break-glass, approved by %s)", approver(approved))
	}
	return fmt.Sprintf("%s signed in to %s%s, %s: “%s”", who(v.Actor), whose(v, readerID), although, modeInWords(v.Mode), v.Reason)
}

// approver names who agreed to a visit, "" where nobody was asked.
func approver(approved *Ask) string {
	if approved == nil {
		return ""
	}
	return approved.DecidedBy.Name
}

// stopNotices tell everybody who was told of the start.
func stopNotices(v Visit) []notify.Notice {
	recipients := []string{v.Subject.ID}
	if v.WatcherID != "" {
		recipients = append(recipients, v.WatcherID)
	}
	notices := make([]notify.Notice, len(recipients))
	for i, id := range recipients {
		notices[i] = notify.Notice{
			Event: notify.EventStop, VisitID: v.ID, AccountID: id, At: v.ClosedAt,
			Text: stopText(v, id), Elsewhere: stopText(v, ""),
		}
	}
	return notices
}

// stopText says that a visit has ended, as somebody in the account readerID reads
// it.
func stopText(v Visit, readerID string) string {
	return fmt.Sprintf("%s left %s. %s", who(v.Actor), whose(v, readerID), v.EndInWords(readerID))
}

func who(a Actor) string {
	if a.Employer == "" {
		return a.Name
	}
	return a.Name + " (" + a.Employer + ")"
}

func whose(v Visit, recipientID string) string {
	if recipientID == v.Subject.ID {
		return "your account"
	}
	return "the account of " + v.Subject.Name
}

func modeInWords(m principal.Mode) string {
	if m == principal.Change {
		return "to make changes"
	}
	return "view only"
}

// EndInWords says when the visit was and how it ended, as somebody in the account
// readerID reads it: "10:00 to 10:25 UTC. Closed automatically after 15 minutes
// without activity; last action 10:10."
func (v Visit) EndInWords(readerID string) string {
	const clock = "15:04"
	text := fmt.Sprintf("%s to %s UTC. ", v.Span.StartedAt.Format(clock), v.EndedAt.Format(clock))
	switch v.EndReason {
	case lifetime.Idle:
		return text + fmt.Sprintf("Closed automatically after %s without activity; last action %s.", lifetime.InWords(v.Span.IdleTimeout), v.Span.LastActivity.Format(clock))
	case lifetime.Expired:
		return text + fmt.Sprintf("Closed automatically: a visit lasts at most %s.", lifetime.InWords(v.Span.ExpiresAt.Sub(v.Span.StartedAt)))
	case EndBySubject, EndByOwner, EndByAdmin:
		if v.EndReason == EndBySubject && readerID == v.Subject.ID {
			return text + "You ended it."
		}
		return text + "Ended by " + v.EndedBy.Name + "."
	case EndConsentRevoked:
		if readerID != v.Subject.ID {
			return text + "Ended because the owner took the permission back."
		}
		return text + endWords[v.EndReason]
	default:
		return text + endWords[v.EndReason]
	}
}

// endWords say the ends about which there is nothing more to tell.
var endWords = map[string]string{
	EndStopped:          "The visitor left.",
	EndConsentRevoked:   "Ended because you took your permission back.",
	EndActorLogout:      "The visitor signed out.",
	EndActorSession:     "Ended because the visitor's sign-in ended.",
	EndActorDisabled:    "Ended because the visitor was blocked.",
	EndPermissionLost:   "Ended because the visit was no longer allowed.",
	EndOwnershipChanged: "Ended because the account changed its owner.",
	EndSubjectSuspended: "Ended because the account was suspended or blocked.",
	EndSubjectDeleted:   "Ended because the account was deleted.",
	EndSuperseded:       "The visitor began another visit instead.",
	EndSecurity:         "Ended for safety: the visitor's password or second factor was changed.",
}
