package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"
	"golang.org/x/text/unicode/norm"

	"innkeeper/internal/fault"
)

// The cost of one hash: OWASP's minimum for argon2id, about 25 ms of one core.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// The bounds of a password, in characters and bytes. There is no upper bound
// that a person would meet; the one here keeps a body from becoming work.
const (
	MinPassword      = 12
	MinStaffPassword = 15
	maxPasswordBytes = 1024
)

// Hasher makes and checks password hashes (argon2id, PHC string format). As many
// at a time as there are cores: a storm of sign-ins waits, it does not exhaust
// memory.
type Hasher struct{ slots *semaphore.Weighted }

// NewHasher returns a hasher for this machine.
func NewHasher() *Hasher {
	return &Hasher{slots: semaphore.NewWeighted(int64(max(1, runtime.GOMAXPROCS(0))))}
}

// Hash returns the hash of a password with a salt of its own. It waits for a
// free core and gives up when the context does.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("make a salt: %w", err)
	}
	key, err := h.derive(ctx, password, salt, argonMemory, argonTime, argonThreads, argonKey)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// decoy is a hash that no password has. Checking against it takes as long as
// against a real one, so that an unknown login is not told by the clock.
var decoy = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
	base64.RawStdEncoding.EncodeToString(make([]byte, argonSalt)), base64.RawStdEncoding.EncodeToString(make([]byte, argonKey)))

// Verify reports whether the password has the hash. The empty hash belongs to no
// password and takes as long to refuse.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (bool, error) {
	known := hash != ""
	if !known {
		hash = decoy
	}
	var version int
	var memory, rounds uint32
	var threads uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("auth: a stored password hash is not argon2id")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &rounds, &threads); err != nil {
		return false, fmt.Errorf("auth: a stored password hash cannot be read: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("auth: a stored salt cannot be read: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("auth: a stored key cannot be read: %w", err)
	}
	got, err := h.derive(ctx, password, salt, memory, rounds, threads, uint32(len(want)))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

func (h *Hasher) derive(ctx context.Context, password string, salt []byte, memory, rounds uint32, threads uint8, size uint32) ([]byte, error) {
	if err := h.slots.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer h.slots.Release(1)
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, rounds, memory, threads, size), nil
}

// CheckPassword returns why a new password will not do; nil when it will. What
// belongs to the person (login, name) may not be the password.
func CheckPassword(pointer, password string, shortest int, own ...string) error {
	var bad fault.Fields
	switch {
	case !utf8.ValidString(password) || len(password) > maxPasswordBytes:
		bad.Add(pointer, "invalid", "This password cannot be used.")
	case utf8.RuneCountInString(password) < shortest:
		bad.Add(pointer, "too-short", fmt.Sprintf("Use at least %d characters: a few words are easy to remember.", shortest))
	case common(password):
		bad.Add(pointer, "common", "This is made of what attackers try first: common words, keys in a row, numbers.")
	}
	for _, text := range own {
		if text != "" && strings.EqualFold(text, password) {
			bad.Add(pointer, "own", "Please do not use your login or name as the password.")
		}
	}
	return bad.Err()
}
