package store

import (
	"context"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
)

// Invitations keeps invitations. They are found by what only the invited person
// has, or behind the account that was found with a scope.
type Invitations struct{ db *db.DB }

var _ account.Invitations = (*Invitations)(nil)

// NewInvitations returns the store of invitations.
func NewInvitations(d *db.DB) *Invitations { return &Invitations{db: d} }

type invitationRow struct {
	ID        string `gorm:"primaryKey"`
	PersonID  string
	AccountID string
	TokenHash string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	ExpiresAt int64
	UsedAt    *int64
}

func (invitationRow) TableName() string { return "invitations" }

// Create writes an invitation.
func (s *Invitations) Create(ctx context.Context, i account.Invitation) error {
	row := invitationRow{
		ID: i.ID, PersonID: i.PersonID, AccountID: i.AccountID, TokenHash: i.TokenHash,
		CreatedAt: micros(i.CreatedAt), ExpiresAt: micros(i.ExpiresAt), UsedAt: microsOrNull(i.UsedAt),
	}
	return s.db.Write(ctx).Create(&row).Error
}

// ByID returns the invitation, or account.ErrInvitationEnded.
func (s *Invitations) ByID(ctx context.Context, id string) (account.Invitation, error) {
	return s.one(ctx, "id = ?", id)
}

// ByToken returns the invitation with that hash, or account.ErrInvitationEnded.
func (s *Invitations) ByToken(ctx context.Context, tokenHash string) (account.Invitation, error) {
	return s.one(ctx, "token_hash = ?", tokenHash)
}

func (s *Invitations) one(ctx context.Context, where, value string) (account.Invitation, error) {
	var row invitationRow
	if err := s.db.Read(ctx).Where(where, value).Take(&row).Error; err != nil {
		return account.Invitation{}, missing(err, account.ErrInvitationEnded)
	}
	return row.invitation(), nil
}

// Latest returns the person's last invitation to the account; ok is false when
// there is none.
func (s *Invitations) Latest(ctx context.Context, accountID, personID string) (i account.Invitation, ok bool, err error) {
	var rows []invitationRow
	q := s.db.Read(ctx).Where("person_id = ? AND account_id = ?", personID, accountID).Order("created_at DESC, id DESC")
	if err := q.Limit(1).Find(&rows).Error; err != nil || len(rows) == 0 {
		return account.Invitation{}, false, err
	}
	return rows[0].invitation(), true, nil
}

// Renew writes token hash and times of an invitation that has not been used, else
// it returns account.ErrInvitationEnded.
func (s *Invitations) Renew(ctx context.Context, i account.Invitation) error {
	q := s.db.Write(ctx).Model(&invitationRow{}).Where("id = ? AND used_at IS NULL", i.ID)
	return touched(q.Updates(map[string]any{
		"token_hash": i.TokenHash, "created_at": micros(i.CreatedAt), "expires_at": micros(i.ExpiresAt),
	}), account.ErrInvitationEnded)
}

// Use marks an invitation used that has not been, else it returns
// account.ErrInvitationEnded.
func (s *Invitations) Use(ctx context.Context, id string, at time.Time) error {
	q := s.db.Write(ctx).Model(&invitationRow{}).Where("id = ? AND used_at IS NULL", id)
	return touched(q.Updates(map[string]any{"used_at": micros(at)}), account.ErrInvitationEnded)
}

func (r invitationRow) invitation() account.Invitation {
	return account.Invitation{
		ID: r.ID, PersonID: r.PersonID, AccountID: r.AccountID, TokenHash: r.TokenHash,
		CreatedAt: instant(r.CreatedAt), ExpiresAt: instant(r.ExpiresAt), UsedAt: instantOrZero(r.UsedAt),
	}
}
