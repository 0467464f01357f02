// Package auth owns signing in: passwords, second factors, login sessions and the
// throttling of attempts. Who the people are is left to account, what they may to
// rbac, and with it who must have a second factor.
//
// A login session lives as lifetime draws it; a session that goes idle is closed
// with the duration it had, and listed to its person.
package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/lifetime"
)

// How a session ended, besides lifetime.Idle and lifetime.Expired.
const (
	EndSignedOut       = "signed_out"
	EndedElsewhere     = "ended_elsewhere" // by its person, from another session
	EndPasswordChanged = "password_changed"
	EndFactorChanged   = "factor_changed"
	EndBlocked         = "blocked" // the person or account may no longer sign in
)

// Session is one sign-in of a person. Its token is known to the browser alone.
type Session struct {
	ID        string
	PersonID  string
	AccountID string
	TokenHash string
	IP        string
	UserAgent string
	Span      lifetime.Span
	ProvedAt  time.Time // when the person last proved who he is: signed in, or stepped up
	ProvedBy  string    // and how
	EndedAt   time.Time
	EndReason string
	ClosedAt  time.Time
	ClosedBy  string // request, task, sweep, startup, cascade
}

// Ended reports whether the session has been closed.
func (s Session) Ended() bool { return !s.EndedAt.IsZero() }

// Duration returns how long the ended session lasted.
func (s Session) Duration() time.Duration { return s.Span.Measure(s.EndedAt).Duration }

// ProvedWithin returns ErrStepUpRequired when the person's last proof is older at
// now than that.
func (s Session) ProvedWithin(most time.Duration, now time.Time) error {
	if now.Sub(s.ProvedAt) < most {
		return nil
	}
	return ErrStepUpRequired
}

// Resumed is a live session with the person and the account it belongs to, read
// together.
type Resumed struct {
	Session    Session
	Person     account.Person
	Membership account.Membership
	Employer   string
	Factored   bool // the person has a second factor
}

// newToken returns 256 random bits as the browser carries them.
func newToken() (string, error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// hashToken returns how a token is stored: whoever reads the table cannot sign
// in with it.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// CSRFToken returns the token that writes of a session carry besides its cookie.
// It follows from the cookie's value alone, so nothing has to be kept.
func CSRFToken(sessionToken string) string {
	mac := hmac.New(sha256.New, []byte(sessionToken))
	mac.Write([]byte("csrf"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
