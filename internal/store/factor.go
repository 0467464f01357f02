package store

import (
	"context"
	"time"

	"innkeeper/internal/auth"
	"innkeeper/internal/db"
)

// Factors keeps second factors and recovery codes. They are a person's, not an
// account's: its methods have no scope, and only auth uses them.
type Factors struct{ db *db.DB }

var _ auth.Factors = (*Factors)(nil)

// NewFactors returns the store of second factors.
func NewFactors(d *db.DB) *Factors { return &Factors{db: d} }

type secondFactorRow struct {
	PersonID    string `gorm:"primaryKey"`
	Secret      string
	CreatedAt   int64 `gorm:"autoCreateTime:false"`
	ConfirmedAt *int64
	LastStep    int64
}

func (secondFactorRow) TableName() string { return "second_factors" }

// Begin keeps a factor that is not confirmed, instead of one that was not either.
func (s *Factors) Begin(ctx context.Context, f auth.Factor) error {
	const sql = `INSERT INTO second_factors (person_id, secret, created_at, last_step) VALUES (?, ?, ?, 0)
		ON CONFLICT (person_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at
		WHERE second_factors.confirmed_at IS NULL`
	return touched(s.db.Write(ctx).Exec(sql, f.PersonID, f.Secret, micros(f.CreatedAt)), auth.ErrFactorExists)
}

// ByPerson finds a person's factor, confirmed or not.
func (s *Factors) ByPerson(ctx context.Context, personID string) (auth.Factor, error) {
	var row secondFactorRow
	if err := s.db.Read(ctx).Where("person_id = ?", personID).Take(&row).Error; err != nil {
		return auth.Factor{}, missing(err, auth.ErrNoFactor)
	}
	return auth.Factor{
		PersonID: row.PersonID, Secret: row.Secret, CreatedAt: instant(row.CreatedAt), ConfirmedAt: instantOrZero(row.ConfirmedAt), LastStep: row.LastStep,
	}, nil
}

// Confirm turns on a factor that waits for it. The code that confirmed it is used.
func (s *Factors) Confirm(ctx context.Context, personID string, at time.Time, step int64) error {
	q := s.db.Write(ctx).Model(&secondFactorRow{}).Where("person_id = ? AND confirmed_at IS NULL", personID)
	return touched(q.Updates(map[string]any{"confirmed_at": micros(at), "last_step": step}), auth.ErrNoFactor)
}

// Spend notes that the code of a step was used, unless that one or a later one was
// used before.
func (s *Factors) Spend(ctx context.Context, personID string, step int64) (bool, error) {
	q := s.db.Write(ctx).Model(&secondFactorRow{}).Where("person_id = ? AND confirmed_at IS NOT NULL AND last_step < ?", personID, step).
		Updates(map[string]any{"last_step": step})
	return q.RowsAffected == 1, q.Error
}

// Remove drops a confirmed factor.
func (s *Factors) Remove(ctx context.Context, personID string) error {
	return touched(s.db.Write(ctx).Exec("DELETE FROM second_factors WHERE person_id = ? AND confirmed_at IS NOT NULL", personID), auth.ErrNoFactor)
}

// RemoveCodes drops the recovery codes.
func (s *Factors) RemoveCodes(ctx context.Context, personID string) error {
	return s.db.Write(ctx).Exec("DELETE FROM recovery_codes WHERE person_id = ?", personID).Error
}

type recoveryCodeRow struct {
	PersonID  string `gorm:"primaryKey"`
	CodeHash  string `gorm:"primaryKey"`
	CreatedAt int64  `gorm:"autoCreateTime:false"`
	UsedAt    *int64
}

func (recoveryCodeRow) TableName() string { return "recovery_codes" }

// ReplaceCodes keeps new recovery codes instead of all before them.
func (s *Factors) ReplaceCodes(ctx context.Context, personID string, hashes []string, at time.Time) error {
	if err := s.RemoveCodes(ctx, personID); err != nil {
		return err
	}
	rows := mapped(hashes, func(hash string) recoveryCodeRow {
		return recoveryCodeRow{PersonID: personID, CodeHash: hash, CreatedAt: micros(at)}
	})
	return s.db.Write(ctx).Create(&rows).Error
}

// SpendCode notes that a recovery code was used, unless it was before.
func (s *Factors) SpendCode(ctx context.Context, personID, hash string, at time.Time) (bool, error) {
	q := s.db.Write(ctx).Model(&recoveryCodeRow{}).Where("person_id = ? AND code_hash = ? AND used_at IS NULL", personID, hash).
		Updates(map[string]any{"used_at": micros(at)})
	return q.RowsAffected == 1, q.Error
}

// CodesLeft counts the recovery codes that nobody has used.
func (s *Factors) CodesLeft(ctx context.Context, personID string) (int, error) {
	var n int64
	err := s.db.Read(ctx).Model(&recoveryCodeRow{}).Where("person_id = ? AND used_at IS NULL", personID).Count(&n).Error
	return int(n), err
}
