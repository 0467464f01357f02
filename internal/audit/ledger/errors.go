package ledger

import (
	"errors"

	"innkeeper/internal/fault"
)

// The answers of this package.
var (
	// ErrNothing means that there is nothing to make a receipt of.
	ErrNothing = fault.New(fault.NotFound, "receipt-not-found", "There is nothing recorded of that.")
	// ErrStopped means that the record is written but not sealed any more; its cause, ErrKey
	// or ErrBehind, is for the operator.
	ErrStopped = fault.New(fault.Unavailable, "record-not-sealed", "The record is not sealed at the moment, so that no proof of it can be given. Your provider has to look into it.")
	// ErrTooLong is the answer to somebody who asks for a statement of a time with too much in it.
	ErrTooLong = fault.New(fault.Invalid, "statement-too-long", "Too much was recorded in that time for one document. Choose a shorter one.")
	// ErrNotYet is the answer to somebody who asks for a statement of a time that is not over.
	ErrNotYet = fault.New(fault.Invalid, "statement-period", "A statement is about a time that is over: it begins before it ends, and ends now at the latest.")
	// ErrKey means that the process has not the key that signs this record.
	ErrKey = errors.New("record.key in the data directory is not the key of this record: bring the file back, the record is sealed then")
	// ErrBehind means that the record is not the one that was signed last.
	ErrBehind = errors.New("the record is not the one that was signed last")
	// ErrBroken means that what was checked is not what was sealed.
	ErrBroken = errors.New("the record does not hold")
)
