package auth

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
)

// Sealer keeps what the service must be able to read again and nobody else may:
// AES-256-GCM under a key that is not in the database.
type Sealer struct{ box cipher.AEAD }

// NewSealer returns a sealer with the key, which has 32 bytes.
func NewSealer(key []byte) (*Sealer, error) {
	if len(key) != 32 {
		return nil, fmt.Errorf("auth: the key of stored secrets has %d bytes, not 32", len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	box, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &Sealer{box: box}, nil
}

// Seal returns the secret as it is stored. It opens again only under the same
// name, so that a row copied to somebody else opens nothing.
func (s *Sealer) Seal(name, secret string) (string, error) {
	nonce := make([]byte, s.box.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("make a nonce: %w", err)
	}
	return base64.RawStdEncoding.EncodeToString(s.box.Seal(nonce, nonce, []byte(secret), []byte(name))), nil
}

// Open returns the secret that was sealed under the name.
func (s *Sealer) Open(name, sealed string) (string, error) {
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < s.box.NonceSize() {
		return "", errors.New("auth: a stored secret cannot be read")
	}
	secret, err := s.box.Open(nil, raw[:s.box.NonceSize()], raw[s.box.NonceSize():], []byte(name))
	if err != nil {
		return "", errors.New("auth: a stored secret does not open: is secret.key in the data directory the one it was sealed with?")
	}
	return string(secret), nil
}
