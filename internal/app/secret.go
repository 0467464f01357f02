package app

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"innkeeper/internal/config"
	"innkeeper/internal/principal"
)

// secretKeyBytes is the length of the key under which secrets are stored.
const secretKeyBytes = 32

// secretKey returns the key under which secrets stand in the database: from the file
// secret.key in the data directory. Whoever has the database alone reads none of them.
func secretKey(data string) ([]byte, error) {
	const name = "secret.key"
	text, err := keyFile(data, name, func() (string, error) {
		key := make([]byte, secretKeyBytes)
		_, err := rand.Read(key)
		return hex.EncodeToString(key) + "\n", err
	})
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != secretKeyBytes {
		return nil, fmt.Errorf("%s does not hold a key: put back the one that this installation was made with", filepath.Join(data, name))
	}
	return key, nil
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
