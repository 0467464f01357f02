package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// SavedFilter is a question to the activity log that the asker wants to ask again.
type SavedFilter struct {
	ID        string    `json:"id" example:"sfl_01890a5d-ac96-774b-bcce-b302099a8057"`
	Name      string    `json:"name" example:"Visits of this month"`
	Query     string    `json:"query" doc:"The filters as the list takes them, as in an address; days may stand for instants, and columns for what the panel shows." example:"event=impersonation.start&from=2026-03-01"`
	CreatedAt time.Time `json:"created_at"`
}

type savedFiltersOutput struct {
	Body struct {
		Filters []SavedFilter `json:"filters"`
	}
}

type savedFilterOutput struct{ Body SavedFilter }

type saveFilterInput struct {
	Body struct {
		Name  string `json:"name" minLength:"1" maxLength:"60" example:"Visits of this month"`
		Query string `json:"query" minLength:"1" maxLength:"2000" example:"event=impersonation.start&from=2026-03-01"`
	}
}

func (in *saveFilterInput) accountID() string {
	f, _ := asked(in.Body.Query)
	return f.AccountID
}

type savedFilterIDInput struct {
	ID string `path:"id" maxLength:"60" doc:"The filter." example:"sfl_01890a5d-ac96-774b-bcce-b302099a8057"`
}

func registerSavedFilters(r *Registry, bookmarks *audit.Bookmarks) {
	Register(r, Operation{
		ID: "listSavedFilters", Method: http.MethodGet, Path: "/activity/filters", Tag: "Activity", Summary: "List saved filters",
		Description: "The asker's own filters of the activity log, by name.",
		Permission:  "activity:view", Class: rbac.ClassDeny,
	}, func(*struct{}) Target { return Somewhere() }, func(ctx context.Context, by principal.Principal, _ *struct{}) (*savedFiltersOutput, error) {
		list, err := bookmarks.List(ctx, by)
		out := &savedFiltersOutput{}
		out.Body.Filters = make([]SavedFilter, len(list))
		for i, f := range list {
			out.Body.Filters[i] = savedFilterOf(f)
		}
		return out, err
	})
	Register(r, Operation{
		ID: "saveFilter", Method: http.MethodPost, Path: "/activity/filters", Status: http.StatusCreated, Tag: "Activity", Summary: "Save a filter",
		Description: "Keeps filters of the activity log under a name, for the asker alone: those that the list would take.",
		Permission:  "activity:view", Class: rbac.ClassDeny, Activity: true, Errors: []int{http.StatusConflict},
	}, func(in *saveFilterInput) Target { return AccountOrSomewhere(in.accountID()) }, func(ctx context.Context, by principal.Principal, in *saveFilterInput) (*savedFilterOutput, error) {
		if _, bad := asked(in.Body.Query); len(bad) > 0 {
			return nil, bad.Err()
		}
		f, err := bookmarks.Save(ctx, by, in.Body.Name, in.Body.Query)
		return &savedFilterOutput{Body: savedFilterOf(f)}, err
	})
	Register(r, Operation{
		ID: "deleteSavedFilter", Method: http.MethodDelete, Path: "/activity/filters/{id}", Status: http.StatusNoContent, Tag: "Activity", Summary: "Remove a saved filter",
		Description: "Removes one of the asker's own filters.",
		Permission:  "activity:view", Class: rbac.ClassDeny, Activity: true,
	}, func(*savedFilterIDInput) Target { return Somewhere() }, func(ctx context.Context, by principal.Principal, in *savedFilterIDInput) (*emptyOutput, error) {
		return nil, bookmarks.Remove(ctx, by, in.ID)
	})
}

func savedFilterOf(f audit.SavedFilter) SavedFilter {
	return SavedFilter{ID: f.ID, Name: f.Name, Query: f.Query, CreatedAt: f.CreatedAt}
}
