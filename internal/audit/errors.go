package audit

import "innkeeper/internal/fault"

// ErrUnavailable is the answer when the record cannot be written: nothing was
// done.
var ErrUnavailable = fault.New(fault.Unavailable, "audit-unavailable", "The activity log cannot be written at the moment, so nothing was changed. Please try again.")
