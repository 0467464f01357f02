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
	ErrCodeRequired    = fault.New(fault.Unauthenticated, "code-required", "Please also give the code that your app shows, your passkey, or a recovery code.")
	ErrCodeWrong       = fault.New(fault.Unauthenticated, "code-wrong", "This code is not right, or was used before.")
	ErrStepUpRequired  = fault.New(fault.Forbidden, "step-up-required", "Please enter your password again: the last time is too long ago for this.")
	ErrFactorRequired  = fault.New(fault.Forbidden, "second-factor-required", "Please set up a second factor first: your role needs one.")
	ErrFactorExists    = fault.New(fault.Conflict, "second-factor-exists", "You have a second factor. Remove it before you set up another.")
	ErrNoFactor        = fault.New(fault.Conflict, "no-second-factor", "There is no second factor to do this with.")
	ErrTokenInvalid    = fault.New(fault.Unauthenticated, "token-invalid", "This API token is not valid: it is unknown, expired or revoked.")
	ErrTokenAbroad     = fault.New(fault.Forbidden, "token-network", "This API token may not be used from this address.")
	ErrTokenNotFound   = fault.New(fault.NotFound, "token-not-found", "There is no such API token.")
	ErrNoToken         = fault.New(fault.NotFound, "not-by-token", "This request did not come by an API token.")
	ErrTokenOver       = fault.New(fault.Conflict, "token-over", "This API token opens nothing any more. Make a new one.")
	ErrTooManyTokens   = fault.New(fault.Conflict, "too-many-tokens", "You have a hundred API tokens. Revoke one that is not needed.")
	ErrClosedToTokens  = fault.New(fault.Forbidden, "closed-to-tokens", "This is closed to API tokens: only a person who is signed in may do it.")
	ErrLastFactor      = fault.New(fault.Conflict, "last-second-factor", "Your role needs a second factor, and this is your only one. Add another first.")

	ErrPasskeysUnavailable = fault.New(fault.Conflict, "passkeys-unavailable", "Passkeys need a panel that is reached over HTTPS by a name, or as localhost.")
	ErrPasskeyNotFound     = fault.New(fault.NotFound, "passkey-not-found", "There is no such passkey.")
	ErrPasskeyExists       = fault.New(fault.Conflict, "passkey-exists", "This device has a passkey here already.")
	ErrTooManyPasskeys     = fault.New(fault.Conflict, "too-many-passkeys", "You have as many passkeys as there can be. Remove one that you do not need.")
	ErrNoPasskey           = fault.New(fault.Conflict, "no-passkey", "There is no passkey to do this with.")
	ErrChallengeGone       = fault.New(fault.Conflict, "passkey-challenge-gone", "This took too long, or was answered before. Please try again.")
	ErrPasskeyRefused      = fault.New(fault.Unauthenticated, "passkey-refused", "This passkey was not accepted. It may have been removed here.")
	ErrPasskeyCopied       = fault.New(fault.Unauthenticated, "passkey-copied", "This passkey was refused, because it may have been copied: its counter went back. Sign in otherwise, remove it and add it again.")

	ErrWrongPassword = fault.ErrInvalid.WithFields(fault.Field{Pointer: "/current_password", Code: "wrong", Detail: "This is not your current password."})
)

// wrongField is the answer to a form whose one field is wrong.
func wrongField(pointer, detail string) *fault.Error {
	return fault.ErrInvalid.WithFields(fault.Field{Pointer: pointer, Code: "wrong", Detail: detail})
}
