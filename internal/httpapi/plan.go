package httpapi

import (
	"context"
	"net/http"

	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// Plan is what an account may use.
type Plan struct {
	ID     string `json:"id" example:"pln_01890a5d-ac96-774b-bcce-b302099a8057"`
	Name   string `json:"name" example:"Business"`
	Limits Limits `json:"limits"`
}

type plansOutput struct {
	Body struct {
		Plans      []Plan  `json:"plans"`
		NextCursor *string `json:"next_cursor"`
	}
}

func registerPlans(r *Registry, plans *plan.Service) {
	Register(r, Operation{
		ID: "listPlans", Method: http.MethodGet, Path: "/plans", Tag: "Plans", Summary: "List plans",
		Description: "The plans an account can have, in the order they were made.",
		Permission:  "plan:view", Class: rbac.ClassLook,
	}, func(*Page) Target { return Somewhere() }, func(ctx context.Context, by principal.Principal, in *Page) (*plansOutput, error) {
		var after string
		if err := r.cursor.Decode("plans", in.Cursor, &after); err != nil {
			return nil, err
		}
		found, err := plans.List(ctx, by, after, in.PageSize+1)
		if err != nil {
			return nil, err
		}
		out := &plansOutput{}
		found, out.Body.NextCursor, err = pageOf(r.cursor, "plans", found, in.PageSize, func(p plan.Plan) any { return p.ID })
		out.Body.Plans = make([]Plan, len(found))
		for i, p := range found {
			out.Body.Plans[i] = Plan{ID: p.ID, Name: p.Name, Limits: Limits(p.Limits)}
		}
		return out, err
	})
}
