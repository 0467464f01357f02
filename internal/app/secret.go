package app

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"innkeeper/internal/config"
	"innkeeper/internal/principal"
)

// secretKeyBytes is the length of the key under which secrets are stored.
const secretKeyBytes = 32

// secretKey returns the key under which secrets stand in the database: from the
// file secret.key in the data directory, which nobody but this user can read and
// which is made at the first start. Whoever has the database alone reads none of
// them. Several processes share it as they share the directory.
func secretKey(data string) ([]byte, error) {
	path := filepath.Join(data, "secret.key")
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		if err := makeSecretKey(data, path); err != nil {
			return nil, fmt.Errorf("make the key of stored secrets: %w", err)
		}
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of stored secrets: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != secretKeyBytes {
		return nil, fmt.Errorf("%s does not hold a key: put back the one that this installation was made with", path)
	}
	return key, os.Chmod(path, 0o600)
}

// makeSecretKey puts a new key in place, whole, unless another process was faster.
func makeSecretKey(data, path string) error {
	key := make([]byte, secretKeyBytes)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	f, err := os.CreateTemp(data, ".secret-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return nil
}

// factorRequired says who must have a second factor, as the setting has it. Staff
// are those whom the policy lets into accounts of others.
func (h *house) factorRequired(cfg config.Config) func(by principal.Principal) bool {
	who := cfg.RequireSecondFactor
	if who == "" {
		who = "staff"
		if _, err := os.Stat(demoFile(cfg)); err == nil {
			who = "off"
		}
	}
	return func(by principal.Principal) bool {
		return who == "all" || who == "staff" && h.policy.Scope(by, "account:impersonate").Reach() != principal.ReachNothing
	}
}
