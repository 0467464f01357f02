package store

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"innkeeper/internal/auth"
	"innkeeper/internal/db"
)

// Tokens keeps API tokens. They are a person's, not an account's: its methods have no
// scope, and only auth and impersonation use them.
type Tokens struct{ db *db.DB }

var _ auth.TokenStore = (*Tokens)(nil)

// NewTokens returns the store of API tokens.
func NewTokens(d *db.DB) *Tokens { return &Tokens{db: d} }

type apiTokenRow struct {
	ID            string `gorm:"primaryKey"`
	PersonID      string
	AccountID     string
	MadeAs        string
	Name          string
	SecretHash    string
	Hint          string
	PreviousHash  *string
	PreviousUntil *int64
	Scopes        string
	Networks      string
	CreatedAt     int64 `gorm:"autoCreateTime:false"`
	IssuedAt      int64
	ExpiresAt     int64
	LastUsedAt    *int64
	LastUsedIP    string
	ProvedAt      int64
	ProvedBy      string
	RevokedAt     *int64
	RevokedWhy    *string
}

func (apiTokenRow) TableName() string { return "api_tokens" }

// Create keeps a new token.
func (s *Tokens) Create(ctx context.Context, t auth.Token) error {
	row := apiTokenRowOf(t)
	return s.db.Write(ctx).Create(&row).Error
}

type resumedTokenRow struct {
	Token apiTokenRow `gorm:"embedded"`
	Comer comerRow    `gorm:"embedded"`
}

const resumeTokenSQL = "SELECT s.*, " + comerColumns + " FROM api_tokens s " + comerJoins + " WHERE s.secret_hash = ? OR s.previous_hash = ?"

// Resume finds the token of a secret with all that makes its principal, in one query.
func (s *Tokens) Resume(ctx context.Context, hash string) (auth.ResumedToken, error) {
	var row resumedTokenRow
	q := s.db.Read(ctx).Raw(resumeTokenSQL, hash, hash).Scan(&row)
	if q.Error != nil {
		return auth.ResumedToken{}, q.Error
	}
	if q.RowsAffected == 0 {
		return auth.ResumedToken{}, auth.ErrTokenInvalid
	}
	t := row.Token.token()
	return auth.ResumedToken{
		Token: t, Person: row.Comer.person(t.PersonID), Membership: row.Comer.membership(t.PersonID, t.AccountID),
		Employer: row.Comer.employer(), Factored: row.Comer.Factored,
	}, nil
}

// ByID finds a token.
func (s *Tokens) ByID(ctx context.Context, id string) (auth.Token, error) {
	var row apiTokenRow
	err := s.db.Read(ctx).Where("id = ?", id).Take(&row).Error
	return row.token(), missing(err, auth.ErrTokenNotFound)
}

// OfPerson lists the tokens of a person, newest first.
func (s *Tokens) OfPerson(ctx context.Context, personID, before string, limit int) ([]auth.Token, error) {
	q := s.db.Read(ctx).Where("person_id = ?", personID)
	if before != "" {
		q = q.Where("id < ?", before)
	}
	var rows []apiTokenRow
	err := q.Order("id DESC").Limit(limit).Find(&rows).Error
	return mapped(rows, apiTokenRow.token), err
}

// CountLive counts the tokens of a person that open something at now.
func (s *Tokens) CountLive(ctx context.Context, personID string, now time.Time) (int, error) {
	var n int64
	err := s.db.Read(ctx).Model(&apiTokenRow{}).Where("person_id = ? AND revoked_at IS NULL AND expires_at > ?", personID, micros(now)).Count(&n).Error
	return int(n), err
}

// Lock finds a token and keeps it from changing until the commit.
func (s *Tokens) Lock(ctx context.Context, id string) (auth.Token, error) {
	row, err := lockedOne[apiTokenRow](ctx, s.db, auth.ErrTokenNotFound, id)
	return row.token(), err
}

// LockOfAccount locks the tokens that come in by the account and are not revoked.
func (s *Tokens) LockOfAccount(ctx context.Context, accountID string) ([]auth.Token, error) {
	rows, err := locked[apiTokenRow](ctx, s.db, "revoked_at IS NULL AND account_id = ?", accountID)
	return mapped(rows, apiTokenRow.token), err
}

// Reissue writes the secrets, the proof and the expiry of a token that is not revoked.
func (s *Tokens) Reissue(ctx context.Context, t auth.Token) error {
	row := apiTokenRowOf(t)
	return s.update(ctx, t.ID, map[string]any{
		"secret_hash": row.SecretHash, "hint": row.Hint, "previous_hash": row.PreviousHash, "previous_until": row.PreviousUntil,
		"issued_at": row.IssuedAt, "expires_at": row.ExpiresAt, "proved_at": row.ProvedAt, "proved_by": row.ProvedBy,
	})
}

// Revoke writes the end of a token.
func (s *Tokens) Revoke(ctx context.Context, t auth.Token) error {
	row := apiTokenRowOf(t)
	return s.update(ctx, t.ID, map[string]any{"revoked_at": row.RevokedAt, "revoked_why": row.RevokedWhy})
}

// Used notes when and from where a token was used last.
func (s *Tokens) Used(ctx context.Context, id, ip string, at time.Time) error {
	q := s.db.Write(ctx).Exec("UPDATE api_tokens SET last_used_at = ?, last_used_ip = ? WHERE id = ? AND revoked_at IS NULL", micros(at), ip, id)
	return q.Error
}

func (s *Tokens) update(ctx context.Context, id string, columns map[string]any) error {
	return touched(s.db.Write(ctx).Model(&apiTokenRow{}).Where("id = ? AND revoked_at IS NULL", id).Updates(columns), auth.ErrTokenNotFound)
}

func apiTokenRowOf(t auth.Token) apiTokenRow {
	return apiTokenRow{
		ID: t.ID, PersonID: t.PersonID, AccountID: t.AccountID, MadeAs: t.MadeAs, Name: t.Name, SecretHash: t.Hash, Hint: t.Hint,
		PreviousHash: textOrNull(t.PreviousHash), PreviousUntil: microsOrNull(t.PreviousUntil),
		Scopes: strings.Join(t.Scopes, " "), Networks: strings.Join(t.NetworkTexts(), " "),
		CreatedAt: micros(t.CreatedAt), IssuedAt: micros(t.IssuedAt), ExpiresAt: micros(t.ExpiresAt),
		LastUsedAt: microsOrNull(t.LastUsedAt), LastUsedIP: t.LastUsedIP, ProvedAt: micros(t.ProvedAt), ProvedBy: t.ProvedBy,
		RevokedAt: microsOrNull(t.RevokedAt), RevokedWhy: textOrNull(t.RevokedWhy),
	}
}

func (r apiTokenRow) token() auth.Token {
	return auth.Token{
		ID: r.ID, PersonID: r.PersonID, AccountID: r.AccountID, MadeAs: r.MadeAs, Name: r.Name, Hash: r.SecretHash, Hint: r.Hint,
		PreviousHash: textOrEmpty(r.PreviousHash), PreviousUntil: instantOrZero(r.PreviousUntil),
		Scopes: strings.Fields(r.Scopes), Networks: networksOf(r.Networks),
		CreatedAt: instant(r.CreatedAt), IssuedAt: instant(r.IssuedAt), ExpiresAt: instant(r.ExpiresAt),
		LastUsedAt: instantOrZero(r.LastUsedAt), LastUsedIP: r.LastUsedIP, ProvedAt: instant(r.ProvedAt), ProvedBy: r.ProvedBy,
		RevokedAt: instantOrZero(r.RevokedAt), RevokedWhy: textOrEmpty(r.RevokedWhy),
	}
}

// networksOf reads stored networks. One that cannot be read stands for no address at
// all: left out, it could leave a token without any bound.
func networksOf(text string) []netip.Prefix {
	var networks []netip.Prefix
	for _, one := range strings.Fields(text) {
		n, _ := netip.ParsePrefix(one) // the zero prefix contains nothing
		networks = append(networks, n)
	}
	return networks
}
