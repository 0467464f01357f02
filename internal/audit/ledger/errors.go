package ledger

import (
	"errors"

	"innkeeper/internal/fault"
)

// The answers of this package.
var (
	// ErrNothing means that there is nothing to make a receipt of.
	ErrNothing = fault.New(fault.NotFound, "receipt-not-found", "There is nothing recorded of that.")
	// ErrKey means that the process has not the key that signs this record.
	ErrKey = errors.New("record.key in the data directory is not the key of this record: bring the file back, the record is sealed then")
	// ErrBroken means that what was checked is not what was sealed.
	ErrBroken = errors.New("the record does not hold")
)
