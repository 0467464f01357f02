package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"innkeeper/internal/db"
	"innkeeper/internal/ident"
	"innkeeper/internal/impersonation"
)

// Links keeps the links by which other systems lead the staff into accounts.
type Links struct{ db *db.DB }

var _ impersonation.Links = (*Links)(nil)

// NewLinks returns the store of links.
func NewLinks(d *db.DB) *Links { return &Links{db: d} }

type ssoLinkRow struct {
	ID         string `gorm:"primaryKey"`
	TokenHash  string
	PersonID   string
	AccountID  string
	IssuedBy   string
	ActorRef   string
	ReasonCode string
	Reason     string
	Ticket     string
	Path       string
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
	ExpiresAt  int64
	UsedAt     *int64
}

func (ssoLinkRow) TableName() string { return "sso_links" }

// Create keeps a new link.
func (s *Links) Create(ctx context.Context, l impersonation.Link) error {
	row := ssoLinkRow{
		ID: l.ID, TokenHash: l.TokenHash, PersonID: l.PersonID, AccountID: l.AccountID, IssuedBy: l.IssuedBy, ActorRef: l.ActorRef,
		ReasonCode: l.ReasonCode, Reason: l.Reason, Ticket: l.Ticket, Path: l.Path,
		CreatedAt: micros(l.CreatedAt), ExpiresAt: micros(l.ExpiresAt), UsedAt: microsOrNull(l.UsedAt),
	}
	return s.db.Write(ctx).Create(&row).Error
}

// ByToken finds the link of a token.
func (s *Links) ByToken(ctx context.Context, tokenHash string) (impersonation.Link, error) {
	return s.take(s.db.Read(ctx), tokenHash)
}

// LockByToken finds the link of a token and keeps it from changing until the commit.
func (s *Links) LockByToken(ctx context.Context, tokenHash string) (impersonation.Link, error) {
	return s.take(s.db.Write(ctx).Scopes(locking(s.db, forUpdate)), tokenHash)
}

func (s *Links) take(q *gorm.DB, tokenHash string) (impersonation.Link, error) {
	var row ssoLinkRow
	if err := q.Where("token_hash = ?", tokenHash).Take(&row).Error; err != nil {
		return impersonation.Link{}, missing(err, impersonation.ErrNoLink)
	}
	return impersonation.Link{
		ID: row.ID, TokenHash: row.TokenHash, PersonID: row.PersonID, AccountID: row.AccountID, IssuedBy: row.IssuedBy, ActorRef: row.ActorRef,
		ReasonCode: row.ReasonCode, Reason: row.Reason, Ticket: row.Ticket, Path: row.Path,
		CreatedAt: instant(row.CreatedAt), ExpiresAt: instant(row.ExpiresAt), UsedAt: instantOrZero(row.UsedAt),
	}, nil
}

// Use notes that a link was used, unless it was before.
func (s *Links) Use(ctx context.Context, id string, at time.Time) error {
	q := s.db.Write(ctx).Model(&ssoLinkRow{}).Where("id = ? AND used_at IS NULL", id).Updates(map[string]any{"used_at": micros(at)})
	return touched(q, impersonation.ErrNoLink)
}

// Forget removes links that were made and have expired before the time, used or not. An id
// tells when it was made, so that only rows older than that are looked at.
func (s *Links) Forget(ctx context.Context, before time.Time, limit int) error {
	old := s.db.Write(ctx).Model(&ssoLinkRow{}).Select("id").
		Where("id < ?", ident.First(ident.Link, before)).Where("expires_at < ?", micros(before)).Order("id").Limit(limit)
	return s.db.Write(ctx).Where("id IN (?)", old).Delete(&ssoLinkRow{}).Error
}
