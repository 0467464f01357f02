package rbac

import "innkeeper/internal/fault"

// ErrLines is a set of custom lines of which some may not be used; its fields say which
// and why.
var ErrLines = fault.New(fault.Invalid, "policy-lines-invalid", "Some lines of the custom roles cannot be used.")

// ErrReadOnly is a policy that somebody tried to change through Casbin, which only reads.
var ErrReadOnly = fault.New(fault.Internal, "policy-read-only", "The policy is read here and changed elsewhere.")
