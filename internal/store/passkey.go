package store

import (
	"context"
	"strings"
	"time"

	"innkeeper/internal/auth"
	"innkeeper/internal/db"
)

// Passkeys keeps passkeys, and the challenges that wait for their answer. They are a
// person's, not an account's: its methods have no scope, and only auth uses them.
type Passkeys struct{ db *db.DB }

var _ auth.Passkeys = (*Passkeys)(nil)

// NewPasskeys returns the store of passkeys.
func NewPasskeys(d *db.DB) *Passkeys { return &Passkeys{db: d} }

type passkeyRow struct {
	ID           string `gorm:"primaryKey"`
	PersonID     string
	CredentialID string
	Name         string
	PublicKey    string
	SignCount    int64
	Synced       bool
	Transports   string // a space between two
	CreatedAt    int64  `gorm:"autoCreateTime:false"`
	LastUsedAt   *int64
}

func (passkeyRow) TableName() string { return "passkeys" }

// Add keeps a passkey whose device's key nobody has here.
func (s *Passkeys) Add(ctx context.Context, p auth.Passkey) error {
	const sql = `INSERT INTO passkeys (id, person_id, credential_id, name, public_key, sign_count, synced, transports, created_at, last_used_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (credential_id) DO NOTHING`
	return touched(s.db.Write(ctx).Exec(sql, p.ID, p.PersonID, p.CredentialID, p.Name, p.PublicKey, int64(p.SignCount), p.Synced,
		strings.Join(p.Transports, " "), micros(p.CreatedAt), microsOrNull(p.LastUsedAt)), auth.ErrPasskeyExists)
}

// OfPerson returns a person's passkeys, oldest first.
func (s *Passkeys) OfPerson(ctx context.Context, personID string) ([]auth.Passkey, error) {
	var rows []passkeyRow
	err := s.db.Read(ctx).Where("person_id = ?", personID).Order("id").Find(&rows).Error
	return mapped(rows, passkeyRow.passkey), err
}

// ByCredential finds the passkey of a device's key.
func (s *Passkeys) ByCredential(ctx context.Context, credentialID string) (auth.Passkey, error) {
	var row passkeyRow
	if err := s.db.Read(ctx).Where("credential_id = ?", credentialID).Take(&row).Error; err != nil {
		return auth.Passkey{}, missing(err, auth.ErrPasskeyNotFound)
	}
	return row.passkey(), nil
}

// Rename gives a person's passkey another name.
func (s *Passkeys) Rename(ctx context.Context, personID, id, name string) error {
	return touched(s.db.Write(ctx).Exec("UPDATE passkeys SET name = ? WHERE person_id = ? AND id = ?", name, personID, id), auth.ErrPasskeyNotFound)
}

// Remove drops a person's passkey.
func (s *Passkeys) Remove(ctx context.Context, personID, id string) error {
	return touched(s.db.Write(ctx).Exec("DELETE FROM passkeys WHERE person_id = ? AND id = ?", personID, id), auth.ErrPasskeyNotFound)
}

// RemoveAll drops all passkeys of a person and returns how many there were.
func (s *Passkeys) RemoveAll(ctx context.Context, personID string) (int, error) {
	q := s.db.Write(ctx).Exec("DELETE FROM passkeys WHERE person_id = ?", personID)
	return int(q.RowsAffected), q.Error
}

// Use notes the counter of an answer, unless it is not past that of the last one. A
// device that does not count says zero for ever.
func (s *Passkeys) Use(ctx context.Context, id string, count uint32, at time.Time) (bool, error) {
	q := s.db.Write(ctx).Exec("UPDATE passkeys SET sign_count = ?, last_used_at = ? WHERE id = ? AND (sign_count < ? OR sign_count = 0 AND sign_count = ?)",
		int64(count), micros(at), id, int64(count), int64(count))
	return q.RowsAffected == 1, q.Error
}

func (r passkeyRow) passkey() auth.Passkey {
	return auth.Passkey{
		ID: r.ID, PersonID: r.PersonID, CredentialID: r.CredentialID, Name: r.Name, PublicKey: r.PublicKey, SignCount: uint32(r.SignCount),
		Synced: r.Synced, Transports: strings.Fields(r.Transports), CreatedAt: instant(r.CreatedAt), LastUsedAt: instantOrZero(r.LastUsedAt),
	}
}

type challengeRow struct {
	Holder    string `gorm:"primaryKey"`
	Purpose   string `gorm:"primaryKey"`
	PersonID  string
	Challenge string
	IP        string
	ExpiresAt int64
}

func (challengeRow) TableName() string { return "passkey_challenges" }

// Ask keeps a challenge, instead of one of the same holder and purpose, and drops
// those that are too old.
func (s *Passkeys) Ask(ctx context.Context, c auth.Challenge, now time.Time) error {
	if err := s.db.Write(ctx).Exec("DELETE FROM passkey_challenges WHERE expires_at <= ?", micros(now)).Error; err != nil {
		return err
	}
	const sql = `INSERT INTO passkey_challenges (holder, purpose, person_id, challenge, ip, expires_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (holder, purpose) DO UPDATE SET person_id = excluded.person_id, challenge = excluded.challenge, ip = excluded.ip, expires_at = excluded.expires_at`
	return s.db.Write(ctx).Exec(sql, c.Holder, c.Purpose, c.PersonID, c.Value, c.IP, micros(c.ExpiresAt)).Error
}

// Asked counts the challenges from an address that wait for an answer.
func (s *Passkeys) Asked(ctx context.Context, ip string, now time.Time) (int, error) {
	var n int64
	err := s.db.Read(ctx).Model(&challengeRow{}).Where("ip = ? AND expires_at > ?", ip, micros(now)).Count(&n).Error
	return int(n), err
}

// Take drops a challenge and returns it. Of many at once one is given it.
func (s *Passkeys) Take(ctx context.Context, holder, purpose string) (auth.Challenge, error) {
	var row challengeRow
	q := s.db.Write(ctx).Raw("DELETE FROM passkey_challenges WHERE holder = ? AND purpose = ? RETURNING *", holder, purpose).Scan(&row)
	if q.Error != nil {
		return auth.Challenge{}, q.Error
	}
	if q.RowsAffected == 0 {
		return auth.Challenge{}, auth.ErrChallengeGone
	}
	return auth.Challenge{
		Holder: row.Holder, Purpose: row.Purpose, PersonID: row.PersonID, Value: row.Challenge, IP: row.IP, ExpiresAt: instant(row.ExpiresAt),
	}, nil
}

// Withdraw drops the challenges that wait for a person's answer.
func (s *Passkeys) Withdraw(ctx context.Context, personID string) error {
	return s.db.Write(ctx).Exec("DELETE FROM passkey_challenges WHERE person_id = ?", personID).Error
}
