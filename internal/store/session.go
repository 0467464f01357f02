package store

import (
	"context"
	"time"

	"innkeeper/internal/auth"
	"innkeeper/internal/db"
	"innkeeper/internal/lifetime"
)

// Sessions keeps login sessions.
type Sessions struct{ db *db.DB }

var _ auth.Store = (*Sessions)(nil)

// NewSessions returns the store of login sessions.
func NewSessions(d *db.DB) *Sessions { return &Sessions{db: d} }

type loginSessionRow struct {
	ID             string `gorm:"primaryKey"`
	PersonID       string
	AccountID      string
	TokenHash      string
	IP             string
	UserAgent      string
	StartedAt      int64
	LastActivityAt int64
	IdleTimeout    int64
	ExpiresAt      int64
	EndedAt        *int64
	EndReason      *string
	ClosedAt       *int64
	ClosedBy       *string
	ProvedAt       *int64
	ProvedBy       string
}

func (loginSessionRow) TableName() string { return "login_sessions" }

// Create keeps a new session.
func (s *Sessions) Create(ctx context.Context, session auth.Session) error {
	row := loginSessionRowOf(session)
	return s.db.Write(ctx).Create(&row).Error
}

type resumedRow struct {
	Session loginSessionRow `gorm:"embedded"`
	Comer   comerRow        `gorm:"embedded"`
}

const resumeSQL = "SELECT s.*, " + comerColumns + " FROM login_sessions s " + comerJoins + " WHERE s.token_hash = ?"

// Resume finds the session of a token with all that makes its principal, in one
// query. A role that was taken away counts as a blocked account.
func (s *Sessions) Resume(ctx context.Context, tokenHash string) (auth.Resumed, error) {
	var row resumedRow
	q := s.db.Read(ctx).Raw(resumeSQL, tokenHash).Scan(&row)
	if q.Error != nil {
		return auth.Resumed{}, q.Error
	}
	if q.RowsAffected == 0 {
		return auth.Resumed{}, auth.ErrUnauthenticated
	}
	return row.resumed(), nil
}

func (r resumedRow) resumed() auth.Resumed {
	session := r.Session.session()
	return auth.Resumed{
		Session: session, Person: r.Comer.person(session.PersonID), Membership: r.Comer.membership(session.PersonID, session.AccountID),
		Employer: r.Comer.employer(), Factored: r.Comer.Factored,
	}
}

// ByID finds a session.
func (s *Sessions) ByID(ctx context.Context, id string) (auth.Session, error) {
	var row loginSessionRow
	err := s.db.Read(ctx).Where("id = ?", id).Take(&row).Error
	return row.session(), missing(err, auth.ErrSessionNotFound)
}

// Lock finds a session and keeps it from changing until the commit.
func (s *Sessions) Lock(ctx context.Context, id string) (auth.Session, error) {
	row, err := lockedOne[loginSessionRow](ctx, s.db, auth.ErrSessionNotFound, id)
	return row.session(), err
}

// LockOfPerson locks the live sessions of a person.
func (s *Sessions) LockOfPerson(ctx context.Context, personID string) ([]auth.Session, error) {
	return s.locked(ctx, "ended_at IS NULL AND person_id = ?", personID)
}

// LockOfAccount locks the live sessions by which somebody is in the account.
func (s *Sessions) LockOfAccount(ctx context.Context, accountID string) ([]auth.Session, error) {
	return s.locked(ctx, "ended_at IS NULL AND account_id = ?", accountID)
}

func (s *Sessions) locked(ctx context.Context, where string, args ...any) ([]auth.Session, error) {
	rows, err := locked[loginSessionRow](ctx, s.db, where, args...)
	return mapped(rows, loginSessionRow.session), err
}

// LockDead takes live rows whose deadline has passed and that nobody else holds.
func (s *Sessions) LockDead(ctx context.Context, now time.Time, limit int) ([]auth.Session, error) {
	rows, err := lockedDead[loginSessionRow](ctx, s.db, now, limit)
	return mapped(rows, loginSessionRow.session), err
}

// touchPause is how often at most the last activity of a session is written: a
// busy second is one.
const touchPause = time.Second

// Touch moves the last activity forward. Within a second of the last time it
// writes nothing.
func (s *Sessions) Touch(ctx context.Context, id string, t time.Time) (alive bool, err error) {
	us := micros(t)
	var last []int64
	err = s.db.Read(ctx).Model(&loginSessionRow{}).
		Where("id = ? AND ended_at IS NULL AND last_activity_at + idle_timeout > ? AND expires_at > ?", id, us, us).
		Pluck("last_activity_at", &last).Error
	if err != nil || len(last) == 0 {
		return false, err
	}
	if us-last[0] < touchPause.Microseconds() {
		return true, nil
	}
	q := s.db.Write(ctx).Exec("UPDATE login_sessions SET last_activity_at = "+later(s.db, "last_activity_at", "?")+
		" WHERE id = ? AND ended_at IS NULL AND last_activity_at + idle_timeout > ? AND expires_at > ?", us, id, us, us)
	return q.RowsAffected == 1, q.Error
}

// Close writes the end of a live session.
func (s *Sessions) Close(ctx context.Context, session auth.Session) error {
	row := loginSessionRowOf(session)
	return touched(s.db.Write(ctx).Model(&loginSessionRow{}).Where("id = ? AND ended_at IS NULL", session.ID).Updates(map[string]any{
		"ended_at": row.EndedAt, "end_reason": row.EndReason, "closed_at": row.ClosedAt, "closed_by": row.ClosedBy,
	}), auth.ErrSessionNotFound)
}

// Prove writes the token and the proof of a live session.
func (s *Sessions) Prove(ctx context.Context, session auth.Session) error {
	return touched(s.db.Write(ctx).Model(&loginSessionRow{}).Where("id = ? AND ended_at IS NULL", session.ID).Updates(map[string]any{
		"token_hash": session.TokenHash, "proved_at": micros(session.ProvedAt), "proved_by": session.ProvedBy,
	}), auth.ErrSessionNotFound)
}

// OfPerson lists the sessions of a person, newest first.
func (s *Sessions) OfPerson(ctx context.Context, personID, before string, limit int) ([]auth.Session, error) {
	q := s.db.Read(ctx).Where("person_id = ?", personID)
	if before != "" {
		q = q.Where("id < ?", before)
	}
	var rows []loginSessionRow
	err := q.Order("id DESC").Limit(limit).Find(&rows).Error
	return mapped(rows, loginSessionRow.session), err
}

func loginSessionRowOf(s auth.Session) loginSessionRow {
	return loginSessionRow{
		ID: s.ID, PersonID: s.PersonID, AccountID: s.AccountID, TokenHash: s.TokenHash, IP: s.IP, UserAgent: s.UserAgent,
		StartedAt: micros(s.Span.StartedAt), LastActivityAt: micros(s.Span.LastActivity),
		IdleTimeout: s.Span.IdleTimeout.Microseconds(), ExpiresAt: micros(s.Span.ExpiresAt),
		EndedAt: microsOrNull(s.EndedAt), EndReason: textOrNull(s.EndReason),
		ClosedAt: microsOrNull(s.ClosedAt), ClosedBy: textOrNull(s.ClosedBy),
		ProvedAt: microsOrNull(s.ProvedAt), ProvedBy: s.ProvedBy,
	}
}

func (r loginSessionRow) session() auth.Session {
	proved := r.ProvedAt
	if proved == nil { // nothing since the sign-in
		proved = &r.StartedAt
	}
	return auth.Session{
		ID: r.ID, PersonID: r.PersonID, AccountID: r.AccountID, TokenHash: r.TokenHash, IP: r.IP, UserAgent: r.UserAgent,
		Span:    spanOf(r.StartedAt, r.LastActivityAt, r.IdleTimeout, r.ExpiresAt),
		EndedAt: instantOrZero(r.EndedAt), EndReason: textOrEmpty(r.EndReason),
		ClosedAt: instantOrZero(r.ClosedAt), ClosedBy: textOrEmpty(r.ClosedBy),
		ProvedAt: instant(*proved), ProvedBy: r.ProvedBy,
	}
}

func spanOf(started, last, idle, expires int64) lifetime.Span {
	return lifetime.Span{
		StartedAt: instant(started), LastActivity: instant(last),
		IdleTimeout: time.Duration(idle) * time.Microsecond, ExpiresAt: instant(expires),
	}
}
