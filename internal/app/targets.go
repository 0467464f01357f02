package app

import (
	"context"

	"innkeeper/internal/httpapi"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/jobs"
)

// targetsOf tells the edge whose account a thing in a request belongs to. It looks
// without a scope: what may be reached is what the edge decides with the answer.
func targetsOf(accounts *store.Accounts, domains *store.Domains, boxes *store.Mailboxes, visits *impersonation.Service) httpapi.Targets {
	everything := principal.Everything()
	return httpapi.Targets{
		httpapi.TargetAccount: accounts.Resolve,
		httpapi.TargetVisit:   visits.SubjectOf,
		httpapi.TargetAsk:     visits.SubjectOfAsk,
		httpapi.TargetDomain: func(ctx context.Context, id string) (principal.Account, error) {
			d, err := domains.ByID(ctx, everything, id)
			if err != nil {
				return principal.Account{}, err
			}
			return accounts.Resolve(ctx, d.AccountID)
		},
		httpapi.TargetMailbox: func(ctx context.Context, id string) (principal.Account, error) {
			m, err := boxes.ByID(ctx, everything, id)
			if err != nil {
				return principal.Account{}, err
			}
			return accounts.Resolve(ctx, m.AccountID)
		},
	}
}

// handlers is what each promised task calls: one method of its room.
func (h *house) handlers() map[outbox.Task]jobs.Handler {
	return jobs.Handlers(jobs.Rooms{Accounts: h.accounts, Sites: h.sites, Mail: h.mail, Files: h.files, Post: h.post, Visits: h.visits, Operations: h.operations})
}
