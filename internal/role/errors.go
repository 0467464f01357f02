package role

import "innkeeper/internal/fault"

// The answers of this room.
var (
	ErrNotFound  = fault.New(fault.NotFound, "role-not-found", "There is no such role.")
	ErrNobody    = fault.New(fault.NotFound, "person-not-found", "There is no such person in this account.")
	ErrTaken     = fault.New(fault.Conflict, "role-name-taken", "There is a role of this name already.")
	ErrBuiltIn   = fault.New(fault.Conflict, "role-built-in", "Built-in roles stay as they are. Make a role of your own instead.")
	ErrHeld      = fault.New(fault.Conflict, "role-in-use", "Somebody has this role. Give them another one first.")
	ErrOwnRole   = fault.New(fault.Forbidden, "own-role", "Nobody changes what he may do himself. Ask another administrator.")
	ErrNotYours  = fault.New(fault.Forbidden, "impersonation-not-granted", "You may not give anybody the right to sign in as somebody else.")
	ErrOtherKind = fault.New(fault.Conflict, "role-other-kind", "The people of this account cannot have that role.")
)
