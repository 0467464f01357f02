package account

import "innkeeper/internal/fault"

// The errors of accounts. An account outside the scope is not found.
var (
	ErrNotFound      = fault.New(fault.NotFound, "account-not-found", "There is no such account.")
	ErrUsernameTaken = fault.New(fault.Conflict, "account-username-taken", "That username is in use.").
				WithFields(fault.Field{Pointer: "/username", Code: "taken", Detail: "That username is in use."})
	ErrStale = fault.New(fault.Stale, "account-changed", "Somebody changed this account in the meantime. Load it again to see how it stands.")
	ErrOwn   = fault.New(fault.Conflict, "account-own", "This cannot be done to one's own account.")
	ErrOwns  = fault.New(fault.Conflict, "account-owns-others", "This account owns other accounts. Transfer or delete them first.")
	ErrCycle = fault.New(fault.Conflict, "account-owner-below", "An account cannot be owned by itself or by one that it owns.")

	ErrForbidden = fault.New(fault.Forbidden, "forbidden", "You don't have permission to do this.")

	ErrPersonNotFound      = fault.New(fault.NotFound, "person-not-found", "There is no such person.")
	ErrInvitationEnded     = fault.New(fault.Gone, "invitation-expired", "This invitation has expired or has been used. Ask for a new one.")
	ErrInvitationTooSoon   = fault.New(fault.Limit, "invitation-too-soon", "The invitation has just been sent. Please wait a minute before you send it again.").WithExtra("retry_after", 60)
	ErrInvitationNotNeeded = fault.New(fault.Conflict, "invitation-not-needed", "The owner of this account has a password already and can sign in.")
)
