package auth

import "innkeeper/internal/fault"

// The answers of this room. Whoever fails to sign in learns nothing about which
// part was wrong, nor whether there is such a login.
var (
	ErrSignInFailed    = fault.New(fault.Unauthenticated, "sign-in-failed", "That login and password do not belong together.")
	ErrSignInBlocked   = fault.New(fault.Forbidden, "sign-in-blocked", "Signing in is blocked for this account. Please ask your provider.")
	ErrThrottled       = fault.New(fault.Limit, "sign-in-throttled", "There were too many failed attempts. Please wait a little and try again.")
	ErrUnauthenticated = fault.New(fault.Unauthenticated, "unauthenticated", "Please sign in.")
	ErrSessionEnded    = fault.New(fault.Unauthenticated, "session-ended", "Your session has ended. Please sign in again.")
	ErrSessionNotFound = fault.New(fault.NotFound, "session-not-found", "There is no such session.")
	ErrWrongPassword   = fault.ErrInvalid.WithFields(fault.Field{Pointer: "/current_password", Code: "wrong", Detail: "This is not your current password."})
)
