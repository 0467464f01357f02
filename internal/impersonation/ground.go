package impersonation

import (
	"context"
	"time"

	"innkeeper/internal/auth"
	"innkeeper/internal/principal"
)

// maxByToken is how long a visit by an API token may last: nobody is there to be asked
// whether he still needs it.
const maxByToken = 15 * time.Minute

// ground is what a visit hangs on: the actor's login session, or the API token with
// which a program of his began it.
type ground struct {
	end      time.Time // when it ends by itself
	bound    string    // what that makes of the visit's end
	provedAt time.Time // when the actor had last proved who he is
	provedBy string
	holds    func(now time.Time) error // why nothing can begin on it
}

// ground locks what the visit is to hang on.
//
// A session must have been proved within the limit. A token cannot be asked: its proof
// is that of its making, which the edge asks for and which its scope rests on, and the
// short cap stands in for the limit.
func (s *Service) ground(ctx context.Context, by principal.Principal) (ground, error) {
	if by.ByToken() {
		t, err := s.Tokens.Lock(ctx, by.Via.Token.ID)
		return ground{
			end: t.ExpiresAt, bound: boundedByToken, provedAt: t.ProvedAt, provedBy: "token after " + t.ProvedBy,
			holds: func(now time.Time) error {
				if t.Over(now) {
					return auth.ErrTokenInvalid
				}
				return nil
			},
		}, err
	}
	session, err := s.Sessions.Lock(ctx, by.Via.SessionID)
	return ground{
		end: session.Span.ExpiresAt, bound: boundedBySession, provedAt: session.ProvedAt, provedBy: session.ProvedBy,
		holds: func(now time.Time) error {
			if session.Ended() || session.Span.Dead(now) {
				return ErrSessionOver
			}
			return session.ProvedWithin(s.Limits.StepUp, now)
		},
	}, err
}

// heldBy reports whether the visit is that of who asks: the same person, by the login
// session or the token with which it was begun. Another of his is not in it.
func (v Visit) heldBy(by principal.Principal) bool {
	return v.Actor.ID == by.Person.ID && v.SessionID == by.Via.SessionID && v.TokenID == by.Via.TokenID() && v.SessionID+v.TokenID != ""
}

// leftBy reports whether who asks may stop the visit as his own: who holds it, and the
// person himself, signed in, for what a program of his began.
func (v Visit) leftBy(by principal.Principal) bool {
	himself := v.Actor.ID == by.Person.ID && by.Via.SessionID != "" && !by.ByToken()
	return v.heldBy(by) || himself && v.TokenID != ""
}

// EndOfToken ends the visits that hang on an API token, in the transaction that
// revokes it.
func (s *Service) EndOfToken(ctx context.Context, by principal.Principal, tokenID, reason, closedBy string) error {
	open, err := s.Store.LockLiveOfToken(ctx, tokenID)
	if err != nil {
		return err
	}
	return s.finishNow(ctx, by, open, reason, closedBy)
}
