package impersonation

import (
	"time"

	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
)

// The answers of this room. Refused, foreign and missing accounts are denied in
// the same words.
var (
	ErrDenied      = fault.New(fault.Forbidden, "impersonation-denied", "You don't have permission to impersonate this user.")
	ErrNotFound    = fault.New(fault.NotFound, "visit-not-found", "There is no such visit.")
	ErrEnded       = fault.New(fault.Gone, "impersonation-ended", "This visit has ended.")
	ErrAlready     = fault.New(fault.Conflict, "already-impersonating", "You are already in this account.")
	ErrTooMany     = fault.New(fault.Conflict, "too-many-visits", "You are in three accounts already. Leave one of them first.")
	ErrLookOnly    = fault.New(fault.Conflict, "subject-look-only", "This account is suspended or blocked, so it can only be viewed.")
	ErrMoving      = fault.New(fault.Conflict, "account-moving", "This account is just being transferred. Please try again.")
	ErrLocked      = fault.New(fault.Forbidden, "account-locked", "The owner has locked this account: nobody may enter.")
	ErrOwnerOnly   = fault.New(fault.Forbidden, "owner-only", "Only the owner of the account decides about this.")
	ErrLookAgreed  = fault.New(fault.Conflict, "approved-look-only", "The visit was approved for viewing only. Leave it and ask again to make changes.")
	ErrNoLink      = fault.New(fault.NotFound, "link-not-found", "This link was used, or it is older than a minute. Ask for a new one where it came from.")
	ErrOthersLink  = fault.New(fault.Forbidden, "link-of-somebody-else", "This link is for somebody else. Sign in as that person to use it.")
	ErrSessionOver = fault.New(fault.Unauthenticated, "session-ended", "Your session has ended. Please sign in again.")
)

// The answers about announcements: nobody is pressed, and nobody sends leaflets.
var (
	ErrAnnounced      = fault.New(fault.Limit, "announced-already", "You have just told them. Please wait ten minutes before you tell them again.")
	ErrAnnouncedOften = fault.New(fault.Limit, "announced-often", "Visits to this account have been announced ten times within a day. That is enough.")
	ErrAnnouncesMuch  = fault.New(fault.Limit, "announces-much", "You have announced thirty visits within an hour. Please wait.")
)

// The answers about asks.
var (
	ErrAskNotFound = fault.New(fault.NotFound, "request-not-found", "There is no such request.")
	ErrAskWaiting  = fault.New(fault.Conflict, "request-waiting", "This request has not been answered yet.")
	ErrAskOver     = fault.New(fault.Conflict, "request-over", "This request is over: it was answered, used, taken back, or it lapsed.")
	ErrOwnAsk      = fault.New(fault.Forbidden, "second-admin-needed", "Another administrator must answer this: nobody approves his own request.")
	ErrLinkEnded   = fault.New(fault.Gone, "link-ended", "This link has been used, or the request is over.")
	ErrWrongCode   = fault.New(fault.Invalid, "wrong-code", "This is not the code. After five wrong ones the request is over.")
	// ErrBreakGlassReason keeps locked doors closed for anything less.
	ErrBreakGlassReason = fault.ErrInvalid.WithFields(fault.Field{Pointer: "/reason_code", Code: "not-allowed", Detail: "A locked account is opened for an incident or abuse alone."})
)

// Over returns ErrEnded with what a client needs to say so and to go back.
func (v Visit) Over() error {
	return ErrEnded.WithExtra("end_reason", v.EndReason).WithExtra("ended_at", v.EndedAt.Format(time.RFC3339Nano)).
		WithExtra("return_to", v.ReturnTo).WithExtra("impersonation_id", v.ID)
}

// already returns the error that leads to the visit that is open. Where the person holds it
// by another sign-in, or by a token, its address is closed here, and none is named.
func already(v Visit, by principal.Principal) error {
	where := "another sign-in"
	switch {
	case v.heldBy(by):
		return ErrAlready.WithExtra("impersonation_id", v.ID).WithExtra("base_url", v.BaseURL())
	case v.TokenID != "":
		where = "an API token"
	}
	const say = "You are in this account already, by %s, since %s. Leave it there, or begin anew here with supersede, which ends it. Whoever may end visits finds it in their list, too."
	return ErrAlready.WithMessage(say, where, v.Span.StartedAt.UTC().Format("2006-01-02 15:04 UTC")).
		WithExtra("impersonation_id", v.ID).WithExtra("started_at", v.Span.StartedAt.UTC().Format(time.RFC3339Nano))
}
