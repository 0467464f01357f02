package operation

import "innkeeper/internal/fault"

// The answers of this room.
var (
	ErrNotFound = fault.New(fault.NotFound, "operation-not-found", "There is no such operation.")
	ErrNoFile   = fault.New(fault.Gone, "operation-no-file", "There is nothing to download: it is not ready, or its day is over.")
	ErrTooMany  = fault.New(fault.Limit, "operations-too-many", "Ten of these are under way for you already. Wait for one of them, or cancel it.")
	ErrEnded    = fault.New(fault.Conflict, "operation-ended", "It has ended already.")

	errTooLong = fault.New(fault.Gone, "operation-too-long", "It could not be done within an hour. Please try again.")

	errOver = fault.New(fault.Gone, "operation-over", "It has ended meanwhile.")
	errKind = fault.New(fault.Unavailable, "operation-unknown", "This version does not know how to do it.")
)
