package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"innkeeper/internal/db"
)

// Installation keeps what all processes of one installation share.
type Installation struct{ db *db.DB }

// NewInstallation returns the store.
func NewInstallation(d *db.DB) *Installation { return &Installation{db: d} }

// Key returns the random key of that name, made by whoever asks first. Everybody
// who asks again, at once or later, gets the same.
func (s *Installation) Key(ctx context.Context, name string, bytes int) ([]byte, error) {
	fresh := make([]byte, bytes)
	if _, err := rand.Read(fresh); err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	err := s.db.Write(ctx).Exec("INSERT INTO installation (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name, hex.EncodeToString(fresh)).Error
	if err != nil {
		return nil, err
	}
	var value string
	if err := s.db.Write(ctx).Raw("SELECT value FROM installation WHERE name = ?", name).Scan(&value).Error; err != nil {
		return nil, err
	}
	return hex.DecodeString(value)
}
