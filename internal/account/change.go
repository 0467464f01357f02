package account

import (
	"context"

	"innkeeper/internal/principal"
)

// What happened to an account, for those who must follow.
type What string

// The changes that rooms follow in the same transaction.
const (
	WasSuspended   What = "suspended"
	WasUnsuspended What = "unsuspended"
	WasDisabled    What = "disabled"
	WasEnabled     What = "enabled"
	WasDeleted     What = "deleted"
	WasTransferred What = "transferred"
)

// Change is one change of an account. Before is the account as it stood, with its
// old owner and path when it was transferred; Account is how it stands now.
type Change struct {
	What    What
	Before  principal.Account
	Account principal.Account
}

// Sessions ends login sessions.
type Sessions interface {
	// EndFor ends the sessions of everybody who is signed in by the account; with
	// ReasonDisabled and ReasonDeleted its API tokens die as well.
	EndFor(ctx context.Context, by principal.Principal, accountID, reason string) error
}

// The reasons with which sessions end.
const (
	ReasonDisabled  = "account_disabled"
	ReasonDeleted   = "account_deleted"
	ReasonSignedOut = "ended_by_staff"
)

// Visits follows changes that visits to the account, or by its people, do not
// outlive.
type Visits interface {
	AccountChanged(ctx context.Context, by principal.Principal, change Change) error
}

// Follower makes what an account hosts match how the account stands. It reads
// today's row and does nothing the second time.
type Follower interface {
	ApplyAccount(ctx context.Context, by principal.Principal, a Account) error
}
