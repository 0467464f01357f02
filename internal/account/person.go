package account

import (
	"time"

	"innkeeper/internal/principal"
)

// Person is somebody who can sign in. PasswordHash never leaves auth: no other
// room, answer, event or log line may hold it; it is here because people are one
// row.
type Person struct {
	ID           string
	Name         string
	Email        string // folded
	Username     string // folded
	PasswordHash string
	PasswordAt   time.Time
	DisabledAt   time.Time
	LastSignInAt time.Time
	CreatedAt    time.Time
}

// Membership is the role of a person on an account.
type Membership struct {
	AccountID string
	PersonID  string
	Role      string
	CreatedAt time.Time
	Account   principal.Account
	Suspended bool // the account's services are stopped
	Disabled  bool // nobody signs in by it
}
