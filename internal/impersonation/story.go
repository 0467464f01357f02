package impersonation

import (
	"context"
	"slices"

	"innkeeper/internal/audit"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

// storyLimit bounds how many lines of a visit a mail tells; the rest is counted
// on the customer's page.
const storyLimit = 500

// Story returns what a mail says of a visit: who, why, when, and what was changed
// in plain words.
func (s *Service) Story(ctx context.Context, visitID string) (notify.Story, error) {
	v, err := s.Store.ByID(ctx, principal.Everything(), visitID)
	if err != nil {
		return notify.Story{}, err
	}
	system := principal.System("notify")
	events, err := s.Log.List(ctx, system, audit.Filter{VisitID: visitID, Results: []audit.Result{audit.Done}, Limit: storyLimit})
	if err != nil {
		return notify.Story{}, err
	}
	counts, err := s.Store.Counts(ctx, []string{visitID})
	if err != nil {
		return notify.Story{}, err
	}
	story := notify.Story{
		VisitID: v.ID, Actor: v.Actor.Name, Role: v.Actor.Role, Employer: v.Actor.Employer, SubjectID: v.Subject.ID, Subject: v.Subject.Name,
		Mode: string(v.Mode), ReasonCode: v.ReasonCode, Reason: v.Reason, Ticket: v.Ticket, Informed: v.Informed, NotToldBecause: v.NotToldBecause,
		Approved: v.AskID() != "", BrokeGlass: v.BrokeGlass(),
		StartedAt: v.Span.StartedAt, ExpiresAt: v.Span.ExpiresAt, LastActivityAt: v.Span.LastActivity, IdleTimeout: v.Span.IdleTimeout,
		EndedAt: v.EndedAt, EndReason: v.EndReason, EndedBy: v.EndedBy.Name,
		Views: counts[visitID].Views, Blocked: counts[visitID].Blocked,
	}
	for _, e := range slices.Backward(events) {
		if !ofItsLife(e.Action) {
			story.Changes = append(story.Changes, notify.Line{At: e.At, Text: e.Sentence()})
		}
	}
	return story, nil
}

// ofItsLife reports whether the action belongs to the visit itself and changes
// nothing of the account.
func ofItsLife(action string) bool {
	return action == ActionStart.String() || action == ActionStop.String() || action == ActionMode.String()
}
