package auth

import (
	"crypto/rand"
	"fmt"
	"hash/crc32"
	"net/netip"
	"slices"
	"strings"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/lifetime"
)

// RevokedByPerson is why a token was revoked, besides account.ReasonDisabled and
// account.ReasonDeleted.
const RevokedByPerson = "revoked"

// MaxTokenLife is how long a token may be valid without being rotated.
const MaxTokenLife = 366 * 24 * time.Hour

// MaxTokenOverlap is how long the secret before a rotation may still work.
const MaxTokenOverlap = 7 * 24 * time.Hour

// mostTokens is how many live tokens a person may have, mostTokenName how many letters the
// name of one.
const (
	mostTokens    = 100
	mostTokenName = 80
)

// Token is an API token of a person: what a program knows instead of signing in. It
// can do what the person may and its scopes let through, and not more.
type Token struct {
	ID        string
	PersonID  string
	AccountID string // by which it comes in
	MadeAs    string // the person's role on it: under another one the token opens nothing
	Name      string
	Hash      string // of the secret, which nobody but its holder knows
	Hint      string // its last letters
	Scopes    []string
	Networks  []netip.Prefix // from which alone it opens anything; none: from anywhere
	CreatedAt time.Time
	IssuedAt  time.Time // when the secret that is valid now was made
	ExpiresAt time.Time

	PreviousHash  string // of the secret before the rotation
	PreviousUntil time.Time

	ProvedAt time.Time // when the person had last proved who he is
	ProvedBy string    // and how

	LastUsedAt time.Time
	LastUsedIP string
	RevokedAt  time.Time
	RevokedWhy string
}

// asSession returns the token as if it were a sign-in.
func (t Token) asSession() Session {
	used := t.LastUsedAt
	if used.IsZero() {
		used = t.IssuedAt
	}
	return Session{
		ID: t.ID, PersonID: t.PersonID, AccountID: t.AccountID, IP: t.LastUsedIP, ProvedAt: t.ProvedAt, ProvedBy: t.ProvedBy,
		Span: lifetime.Span{StartedAt: t.IssuedAt, LastActivity: used, IdleTimeout: t.ExpiresAt.Sub(t.IssuedAt), ExpiresAt: t.ExpiresAt},
	}
}

// Revoked reports whether the token was taken back.
func (t Token) Revoked() bool { return !t.RevokedAt.IsZero() }

// Over reports whether the token opens nothing any more at now.
func (t Token) Over(now time.Time) bool { return t.Revoked() || !now.Before(t.ExpiresAt) }

// opens reports whether a secret of this hash opens the token at now: the one that is
// valid, or the one before while they overlap.
func (t Token) opens(hash string, now time.Time) bool {
	return !t.Over(now) && (hash == t.Hash || hash == t.PreviousHash && now.Before(t.PreviousUntil))
}

// From reports whether the token may be used from the address.
func (t Token) From(ip string) bool {
	if len(t.Networks) == 0 {
		return true
	}
	address, err := netip.ParseAddr(ip)
	return err == nil && slices.ContainsFunc(t.Networks, func(n netip.Prefix) bool { return n.Contains(address.Unmap()) })
}

// NetworkTexts returns the networks as people write them.
func (t Token) NetworkTexts() []string {
	texts := make([]string, len(t.Networks))
	for i, n := range t.Networks {
		texts[i] = n.String()
	}
	return texts
}

// ResumedToken is a token with the person and the account it belongs to, read together.
type ResumedToken struct {
	Token      Token
	Person     account.Person
	Membership account.Membership
	Employer   string
	Factored   bool // the person has a second factor
}

// A secret is ink_ and 32 letters of base62, which are 190 bits, and six that check
// them: a typing error, or a made-up secret, is known without asking the database, and
// who searches code for lost secrets finds ours.
const (
	secretPrefix  = "ink_"
	secretLetters = 32
	checkLetters  = 6
	hintLetters   = 4
	base62        = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// newSecret returns a fresh secret.
func newSecret() (string, error) {
	letters := make([]byte, 0, secretLetters)
	raw := make([]byte, 2*secretLetters)
	for len(letters) < secretLetters {
		if _, err := rand.Read(raw); err != nil {
			return "", fmt.Errorf("make a secret: %w", err)
		}
		for _, b := range raw {
			// Of 256 values the last eight would make some letters likelier than others.
			if int(b) < 256-256%len(base62) && len(letters) < secretLetters {
				letters = append(letters, base62[int(b)%len(base62)])
			}
		}
	}
	return secretPrefix + string(letters) + check(string(letters)), nil
}

// check returns the letters that check a secret's.
func check(letters string) string {
	sum, text := crc32.ChecksumIEEE([]byte(letters)), [checkLetters]byte{}
	for i := range text {
		text[checkLetters-1-i] = base62[sum%uint32(len(base62))]
		sum /= uint32(len(base62))
	}
	return string(text[:])
}

// wellFormed reports whether the text could be a secret of ours.
func wellFormed(secret string) bool {
	body, ours := strings.CutPrefix(secret, secretPrefix)
	return ours && len(body) == secretLetters+checkLetters && body[secretLetters:] == check(body[:secretLetters])
}

// hintOf returns what the person is shown of a secret later.
func hintOf(secret string) string { return secret[len(secret)-hintLetters:] }
