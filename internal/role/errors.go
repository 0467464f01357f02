package role

import "innkeeper/internal/fault"

// ErrNotFound is the answer for a role that is not there.
var ErrNotFound = fault.New(fault.NotFound, "role-not-found", "There is no such role.")
