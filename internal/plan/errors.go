package plan

import "innkeeper/internal/fault"

// The errors of plans.
var (
	ErrNotFound  = fault.New(fault.NotFound, "plan-not-found", "There is no such plan.")
	ErrNameTaken = fault.New(fault.Conflict, "plan-name-taken", "There is a plan of that name already.")
	ErrOverLimit = fault.New(fault.Conflict, "over-limit", "The plan does not allow that many.")
)
