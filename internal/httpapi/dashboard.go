package httpapi

import (
	"context"
	"net/http"

	"innkeeper/internal/account"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/notify"
	"innkeeper/internal/outbox"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// Dashboard is the first page, as much of it as the asker may see.
type Dashboard struct {
	Accounts      *AccountTotals `json:"accounts" doc:"How many accounts stand how; null for customers."`
	VisitsRunning int            `json:"visits_running" doc:"Support visits running now, in the accounts the asker sees."`
	Jobs          *JobTotals     `json:"jobs" doc:"null for who may not see jobs."`
	Undelivered   *int64         `json:"mails_undelivered" doc:"Mails that nobody tries to send any more; null for who may not see mails." example:"0"`
	Usage         Usage          `json:"usage" doc:"What the own account uses."`
	Limits        Limits         `json:"limits" doc:"What the own account's plan allows."`
	LastVisit     *AccessVisit   `json:"last_visit" doc:"The last visit to the own account; null when there was none."`
}

// AccountTotals counts accounts by how they stand.
type AccountTotals struct {
	Total     int `json:"total" example:"12"`
	Active    int `json:"active" example:"10"`
	Suspended int `json:"suspended" example:"1"`
	Disabled  int `json:"disabled" example:"1"`
}

// JobTotals counts the work that is not done.
type JobTotals struct {
	Waiting int64 `json:"waiting" example:"0"`
	Failed  int64 `json:"failed" example:"0"`
}

type dashboardOutput struct{ Body Dashboard }

type dashboardHandlers struct {
	registry *Registry
	accounts *account.Service
	plans    *plan.Service
	visits   *impersonation.Service
	jobs     *outbox.Desk
	notices  *notify.Service
}

func registerDashboard(r *Registry, d Deps) {
	h := dashboardHandlers{registry: r, accounts: d.Accounts, plans: d.Plans, visits: d.Visits, jobs: d.Jobs, notices: d.Notify}
	Register(r, Operation{
		ID: "getDashboard", Method: http.MethodGet, Path: "/dashboard", Tag: "Dashboard", Summary: "See how things stand",
		Description: "Accounts, running visits, waiting work, the own usage, and the last visit to the own account.",
		Permission:  "dashboard:view", Class: rbac.ClassLook,
	}, func(*struct{}) Target { return Own() }, h.get)
}

// with returns the principal with the reach that another permission gives him.
func (h dashboardHandlers) with(by principal.Principal, permission string) principal.Principal {
	return by.WithScope(h.registry.policy.Scope(by, permission))
}

func (h dashboardHandlers) get(ctx context.Context, by principal.Principal, _ *struct{}) (*dashboardOutput, error) {
	out := &dashboardOutput{}
	var err error
	if out.Body.VisitsRunning, err = h.visits.Running(ctx, h.with(by, "impersonation:view")); err != nil {
		return nil, err
	}
	if err := h.totals(ctx, by, &out.Body); err != nil {
		return nil, err
	}
	if err := h.own(ctx, by, &out.Body); err != nil {
		return nil, err
	}
	return out, h.lastVisit(ctx, by, &out.Body)
}

// totals counts the accounts and the work, for who sees more than his own.
func (h dashboardHandlers) totals(ctx context.Context, by principal.Principal, out *Dashboard) error {
	wide := h.with(by, "account:view")
	if wide.Scope().Reach() > principal.ReachSelf {
		counts, err := h.accounts.Totals(ctx, wide)
		if err != nil {
			return err
		}
		out.Accounts = &AccountTotals{Active: counts[account.Active], Suspended: counts[account.Suspended], Disabled: counts[account.Disabled]}
		out.Accounts.Total = out.Accounts.Active + out.Accounts.Suspended + out.Accounts.Disabled
	}
	if h.registry.policy.AllowAny(by, rbac.Operation{Permission: "mail:view", Class: rbac.ClassLook}) {
		n, err := h.notices.Undelivered(ctx, h.with(by, "mail:view"))
		if err != nil {
			return err
		}
		out.Undelivered = &n
	}
	if !h.registry.policy.AllowAny(by, rbac.Operation{Permission: "job:view", Class: rbac.ClassLook}) {
		return nil
	}
	tally, err := h.jobs.Count(ctx, by)
	out.Jobs = &JobTotals{Waiting: tally.Waiting, Failed: tally.Failed}
	return err
}

// own fills in the usage of the own account.
func (h dashboardHandlers) own(ctx context.Context, by principal.Principal, out *Dashboard) error {
	own, err := h.accounts.Get(ctx, h.with(by, "account:view"), by.Subject.ID)
	out.Usage, out.Limits = Usage(own.Usage), Limits(own.Plan.Limits)
	return err
}

// lastVisit fills in who was here last.
func (h dashboardHandlers) lastVisit(ctx context.Context, by principal.Principal, out *Dashboard) error {
	if !h.registry.May(by, "access-history:view", rbac.ClassLook, by.Subject) {
		return nil
	}
	by = by.WithScope(principal.Only(by.Subject))
	visits, err := h.visits.List(ctx, by, impersonation.Filter{SubjectID: by.Subject.ID, Limit: 1})
	if err != nil || len(visits) == 0 {
		return err
	}
	counted, err := visitHandlers{visits: h.visits}.counted(ctx, by, visits)
	if err != nil {
		return err
	}
	out.LastVisit = &AccessVisit{Impersonation: counted[0], Running: !visits[0].Ended()}
	return nil
}
