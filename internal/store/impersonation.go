package store

import (
	"context"
	"errors"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
)

// Impersonations keeps visits.
type Impersonations struct{ db *db.DB }

var _ impersonation.Store = (*Impersonations)(nil)

// NewImpersonations returns the store of visits.
func NewImpersonations(d *db.DB) *Impersonations { return &Impersonations{db: d} }

type impersonationRow struct {
	ID             string `gorm:"primaryKey"`
	ActorID        string
	ActorName      string
	ActorAccountID string
	ActorRole      string
	ActorEmployer  string
	SubjectID      string
	SubjectName    string
	SubjectKind    string
	SubjectOwnerID string
	WatcherID      string
	LoginSessionID *string
	TokenID        *string
	Mode           string
	ReasonCode     string
	Reason         string
	Ticket         string
	Informed       string
	NotToldBecause string
	Note           string
	Basis          string
	StepUpAt       *int64
	StepUpMethod   string
	IP             string
	UserAgent      string
	ReturnTo       string
	StartedAt      int64
	LastActivityAt int64
	IdleTimeout    int64
	ExpiresAt      int64
	BoundedBy      string
	EndedAt        *int64
	EndReason      *string
	EndedByKind    *string
	EndedByID      *string
	EndedByName    *string
	ClosedAt       *int64
	ClosedBy       *string
	TextsErasedAt  *int64
}

func (impersonationRow) TableName() string { return "impersonations" }

// Create keeps a new visit. A second live one of the same actor and subject is
// impersonation.ErrAlready.
func (s *Impersonations) Create(ctx context.Context, v impersonation.Visit) error {
	row := impersonationRowOf(v)
	return taken(s.db.Write(ctx).Create(&row).Error, impersonation.ErrAlready)
}

// ByID returns a visit to an account within the scope.
func (s *Impersonations) ByID(ctx context.Context, scope principal.Scope, id string) (impersonation.Visit, error) {
	var row impersonationRow
	err := s.db.Read(ctx).Scopes(within(scope, "subject_id")).Where("id = ?", id).Take(&row).Error
	return row.visit(), missing(err, impersonation.ErrNotFound)
}

// List returns visits to the accounts within the scope, newest first.
func (s *Impersonations) List(ctx context.Context, scope principal.Scope, f impersonation.Filter) ([]impersonation.Visit, error) {
	q := s.db.Read(ctx).Scopes(within(scope, "subject_id"))
	if f.Live != nil && *f.Live {
		q = q.Where("ended_at IS NULL")
	} else if f.Live != nil {
		q = q.Where("ended_at IS NOT NULL")
	}
	if f.SubjectID != "" {
		q = q.Where("subject_id = ?", f.SubjectID)
	}
	if f.ActorID != "" {
		q = q.Where("actor_id = ?", f.ActorID)
	}
	if !f.From.IsZero() {
		q = q.Where("(ended_at IS NULL OR ended_at >= ?)", micros(f.From))
	}
	if !f.To.IsZero() {
		q = q.Where("started_at < ?", micros(f.To))
	}
	if !f.Since.IsZero() {
		q = q.Where("started_at >= ?", micros(f.Since))
	}
	if f.Flag != "" {
		q = q.Where(flagged(f.Flag, f.Place))
	}
	if f.Before != "" {
		q = q.Where("id < ?", f.Before)
	}
	var rows []impersonationRow
	err := q.Order("id DESC").Limit(f.Limit).Find(&rows).Error
	return mapped(rows, impersonationRow.visit), err
}

// CountLive returns how many visits to accounts within the scope are open.
func (s *Impersonations) CountLive(ctx context.Context, scope principal.Scope) (int, error) {
	var n int64
	err := s.db.Read(ctx).Model(&impersonationRow{}).Scopes(within(scope, "subject_id")).Where("ended_at IS NULL").Count(&n).Error
	return int(n), err
}

// Counts derives from the events how much is recorded of each visit. Its start,
// its end and changes of its mode are no changes of the account.
func (s *Impersonations) Counts(ctx context.Context, ids []string) (map[string]impersonation.Counts, error) {
	counts := make(map[string]impersonation.Counts, len(ids))
	if len(ids) == 0 {
		return counts, nil
	}
	var rows []struct {
		ImpersonationID string
		Result          string
		N               int
	}
	err := s.db.Read(ctx).Raw(`SELECT impersonation_id, result, count(*) AS n FROM audit_events
		WHERE impersonation_id IN ? AND action NOT IN ('impersonation.start', 'impersonation.stop', 'impersonation.mode')
		GROUP BY impersonation_id, result`, ids).Scan(&rows).Error
	for _, row := range rows {
		c := counts[row.ImpersonationID]
		switch row.Result {
		case "done":
			c.Changes += row.N
		case "viewed":
			c.Views += row.N
		default:
			c.Blocked += row.N
		}
		counts[row.ImpersonationID] = c
	}
	return counts, err
}

type enteredRow struct {
	Visit       impersonationRow `gorm:"embedded"`
	AccountName string
	AccountKind string
	AccountPath string
	OwnerID     *string
	SuspendedAt *int64
	DisabledAt  *int64
	DeletedAt   *int64
	OwnerRole   string
}

const enteredSQL = `SELECT v.*, a.name AS account_name, a.kind AS account_kind, a.path AS account_path, a.owner_id,
	a.suspended_at, a.disabled_at, a.deleted_at, r.name AS owner_role
FROM impersonations v
JOIN accounts a ON a.id = v.subject_id
JOIN roles r ON r.kind = a.kind AND r.owner = 1
WHERE v.id = ?`

// Entered returns a visit with its subject as it is now and the role of the
// subject's owner.
func (s *Impersonations) Entered(ctx context.Context, id string) (impersonation.Entered, error) {
	var row enteredRow
	q := s.db.Read(ctx).Raw(enteredSQL, id).Scan(&row)
	if q.Error != nil {
		return impersonation.Entered{}, q.Error
	}
	if q.RowsAffected == 0 {
		return impersonation.Entered{}, impersonation.ErrNotFound
	}
	return impersonation.Entered{Visit: row.Visit.visit(), SubjectRole: row.OwnerRole, Subject: account.Account{
		ID: row.Visit.SubjectID, Name: row.AccountName, Kind: account.Kind(row.AccountKind), Path: row.AccountPath, OwnerID: textOrEmpty(row.OwnerID),
		SuspendedAt: instantOrZero(row.SuspendedAt), DisabledAt: instantOrZero(row.DisabledAt), DeletedAt: instantOrZero(row.DeletedAt),
	}}, nil
}

// Touch moves the last activity of a live visit to now. It finds no row when the
// visit has ended or its deadline has passed, written down or not.
func (s *Impersonations) Touch(ctx context.Context, id string) (alive bool, err error) {
	if s.db.OwnClock() {
		now, err := s.db.Now(ctx)
		if err != nil {
			return false, err
		}
		us := micros(now)
		q := s.db.Write(ctx).Exec("UPDATE impersonations SET last_activity_at = "+later(s.db, "last_activity_at", "?")+
			" WHERE id = ? AND ended_at IS NULL AND last_activity_at + idle_timeout > ? AND expires_at > ?", us, id, us, us)
		return q.RowsAffected == 1, q.Error
	}
	// The server's clock, read once for the whole statement.
	q := s.db.Write(ctx).Exec("UPDATE impersonations v SET last_activity_at = GREATEST(v.last_activity_at, c.t)"+
		" FROM (SELECT "+s.db.ClockSQL()+" AS t OFFSET 0) c"+
		" WHERE v.id = ? AND v.ended_at IS NULL AND v.last_activity_at + v.idle_timeout > c.t AND v.expires_at > c.t", id)
	return q.RowsAffected == 1, q.Error
}

type heldRow struct {
	LastActivityAt int64
	IdleTimeout    int64
	ExpiresAt      int64
	StartedAt      int64
	EndedAt        *int64
	EndReason      *string
	ReturnTo       string
	Now            int64
}

// Hold keeps a visit from ending before the transaction does, and reads the clock
// after the lock. It returns impersonation.ErrEnded when the visit has ended or
// its deadline has passed: what was done in the transaction must not be.
func (s *Impersonations) Hold(ctx context.Context, visitID string) (time.Time, error) {
	var row heldRow
	const columns = "last_activity_at, idle_timeout, expires_at, started_at, ended_at, end_reason, return_to"
	sql := "SELECT " + columns + " FROM impersonations WHERE id = ?" + forShare(s.db)
	if !s.db.OwnClock() {
		// A common table expression that locks is run before the outer clock is read.
		sql = "WITH held AS (" + sql + ") SELECT held.*, " + s.db.ClockSQL() + " AS now FROM held"
	}
	q := s.db.Write(ctx).Raw(sql, visitID).Scan(&row)
	if q.Error != nil {
		return time.Time{}, q.Error
	}
	if q.RowsAffected == 0 {
		return time.Time{}, impersonation.ErrNotFound
	}
	now := instant(row.Now)
	if s.db.OwnClock() {
		var err error
		if now, err = s.db.Now(ctx); err != nil {
			return time.Time{}, err
		}
	}
	return now, row.verdict(now, visitID)
}

func (r heldRow) verdict(now time.Time, visitID string) error {
	v := impersonation.Visit{
		ID: visitID, ReturnTo: r.ReturnTo, EndedAt: instantOrZero(r.EndedAt), EndReason: textOrEmpty(r.EndReason),
		Span: spanOf(r.StartedAt, r.LastActivityAt, r.IdleTimeout, r.ExpiresAt),
	}
	if v.Ended() {
		return v.Over()
	}
	if v.Span.Dead(now) {
		v.EndedAt, v.EndReason = v.Span.Settle(now, "")
		return v.Over()
	}
	return nil
}

// Now reads the clock alone.
func (s *Impersonations) Now(ctx context.Context) (time.Time, error) { return s.db.Now(ctx) }

// SetMode changes what a live visit allows.
func (s *Impersonations) SetMode(ctx context.Context, id string, mode principal.Mode) error {
	return touched(s.db.Write(ctx).Exec("UPDATE impersonations SET mode = ? WHERE id = ? AND ended_at IS NULL", string(mode), id), impersonation.ErrNotFound)
}

// Lock finds a visit and keeps it from changing until the commit.
func (s *Impersonations) Lock(ctx context.Context, id string) (impersonation.Visit, error) {
	row, err := lockedOne[impersonationRow](ctx, s.db, impersonation.ErrNotFound, id)
	return row.visit(), err
}

// LockLiveOfActor locks the open visits of a person, oldest first.
func (s *Impersonations) LockLiveOfActor(ctx context.Context, personID string) ([]impersonation.Visit, error) {
	return s.locked(ctx, "ended_at IS NULL AND actor_id = ?", personID)
}

// LockLiveOfSession locks the open visits that hang on a login session.
func (s *Impersonations) LockLiveOfSession(ctx context.Context, sessionID string) ([]impersonation.Visit, error) {
	return s.locked(ctx, "ended_at IS NULL AND login_session_id = ?", sessionID)
}

// LockLiveOfToken locks the open visits that hang on an API token.
func (s *Impersonations) LockLiveOfToken(ctx context.Context, tokenID string) ([]impersonation.Visit, error) {
	return s.locked(ctx, "ended_at IS NULL AND token_id = ?", tokenID)
}

// LockLiveOfRole locks the open visits of those who have the role on the account
// that they came by.
func (s *Impersonations) LockLiveOfRole(ctx context.Context, role string) ([]impersonation.Visit, error) {
	return s.locked(ctx, `ended_at IS NULL AND EXISTS (SELECT 1 FROM account_people m
		WHERE m.account_id = impersonations.actor_account_id AND m.person_id = impersonations.actor_id AND m.role = ?)`, role)
}

// LockLiveAround locks the open visits to the account and those it owns, and by
// its own people.
func (s *Impersonations) LockLiveAround(ctx context.Context, root principal.Account) ([]impersonation.Visit, error) {
	from, to := prefixRange(root.Path)
	return s.locked(ctx, "ended_at IS NULL AND (actor_account_id = ? OR subject_id IN (SELECT id FROM accounts WHERE path >= ? AND path < ?))", root.ID, from, to)
}

func (s *Impersonations) locked(ctx context.Context, where string, args ...any) ([]impersonation.Visit, error) {
	rows, err := locked[impersonationRow](ctx, s.db, where, args...)
	return mapped(rows, impersonationRow.visit), err
}

// LockDead takes live rows whose deadline has passed and that nobody else holds.
func (s *Impersonations) LockDead(ctx context.Context, now time.Time, limit int) ([]impersonation.Visit, error) {
	rows, err := lockedDead[impersonationRow](ctx, s.db, now, limit)
	return mapped(rows, impersonationRow.visit), err
}

// visitEnd is the end of one visit.
type visitEnd struct {
	ID          string
	EndedAt     int64
	EndReason   string
	EndedByKind string
	EndedByID   string
	EndedByName string
	ClosedAt    int64
	ClosedBy    string
}

const closeSQL = `UPDATE impersonations SET ended_at = e.ended_at, end_reason = e.end_reason, ended_by_kind = e.ended_by_kind,
	ended_by_id = e.ended_by_id, ended_by_name = e.ended_by_name, closed_at = e.closed_at, closed_by = e.closed_by
FROM `

// Close writes the ends of live visits.
func (s *Impersonations) Close(ctx context.Context, visits []impersonation.Visit) error {
	ends := mapped(visits, func(v impersonation.Visit) visitEnd {
		return visitEnd{
			ID: v.ID, EndedAt: micros(v.EndedAt), EndReason: v.EndReason,
			EndedByKind: v.EndedBy.Kind, EndedByID: v.EndedBy.ID, EndedByName: v.EndedBy.Name,
			ClosedAt: micros(v.ClosedAt), ClosedBy: v.ClosedBy,
		}
	})
	var closed int64
	err := eachGiven(s.db, ends, func(shape *shape, values [][]any) error {
		table, args, err := givenTable(s.db, shape, values)
		if err != nil {
			return err
		}
		q := s.db.Write(ctx).Exec(closeSQL+table+" AS e WHERE impersonations.id = e.id AND impersonations.ended_at IS NULL", args...)
		closed += q.RowsAffected
		return q.Error
	})
	if err == nil && closed != int64(len(visits)) {
		return errNotClosed
	}
	return err
}

var errNotClosed = errors.New("store: a visit to be closed was not live")

func impersonationRowOf(v impersonation.Visit) impersonationRow {
	return impersonationRow{
		ID: v.ID, ActorID: v.Actor.ID, ActorName: v.Actor.Name, ActorAccountID: v.Actor.AccountID, ActorRole: v.Actor.Role, ActorEmployer: v.Actor.Employer,
		SubjectID: v.Subject.ID, SubjectName: v.Subject.Name, SubjectKind: v.Subject.Kind, SubjectOwnerID: v.Subject.OwnerID, WatcherID: v.WatcherID,
		LoginSessionID: textOrNull(v.SessionID), TokenID: textOrNull(v.TokenID), Mode: string(v.Mode), ReasonCode: v.ReasonCode, Reason: v.Reason, Ticket: v.Ticket,
		Informed: v.Informed, NotToldBecause: v.NotToldBecause, Note: v.Note, Basis: v.Basis, IP: v.IP, UserAgent: v.UserAgent, ReturnTo: v.ReturnTo,
		StepUpAt: microsOrNull(v.StepUpAt), StepUpMethod: v.StepUpMethod,
		StartedAt: micros(v.Span.StartedAt), LastActivityAt: micros(v.Span.LastActivity),
		IdleTimeout: v.Span.IdleTimeout.Microseconds(), ExpiresAt: micros(v.Span.ExpiresAt), BoundedBy: v.BoundedBy,
		EndedAt: microsOrNull(v.EndedAt), EndReason: textOrNull(v.EndReason),
		EndedByKind: textOrNull(v.EndedBy.Kind), EndedByID: textOrNull(v.EndedBy.ID), EndedByName: textOrNull(v.EndedBy.Name),
		ClosedAt: microsOrNull(v.ClosedAt), ClosedBy: textOrNull(v.ClosedBy),
	}
}

func (r impersonationRow) visit() impersonation.Visit {
	return impersonation.Visit{
		ID:        r.ID,
		Actor:     impersonation.Actor{ID: r.ActorID, Name: r.ActorName, AccountID: r.ActorAccountID, Role: r.ActorRole, Employer: r.ActorEmployer},
		Subject:   impersonation.Subject{ID: r.SubjectID, Name: r.SubjectName, Kind: r.SubjectKind, OwnerID: r.SubjectOwnerID},
		WatcherID: r.WatcherID, SessionID: textOrEmpty(r.LoginSessionID), TokenID: textOrEmpty(r.TokenID), Mode: principal.Mode(r.Mode),
		ReasonCode: r.ReasonCode, Reason: r.Reason, Ticket: r.Ticket, Informed: r.Informed, NotToldBecause: r.NotToldBecause, Note: r.Note, Basis: r.Basis,
		StepUpAt: instantOrZero(r.StepUpAt), StepUpMethod: r.StepUpMethod,
		IP: r.IP, UserAgent: r.UserAgent, ReturnTo: r.ReturnTo,
		Span: spanOf(r.StartedAt, r.LastActivityAt, r.IdleTimeout, r.ExpiresAt), BoundedBy: r.BoundedBy,
		EndedAt: instantOrZero(r.EndedAt), EndReason: textOrEmpty(r.EndReason),
		EndedBy:  impersonation.Party{Kind: textOrEmpty(r.EndedByKind), ID: textOrEmpty(r.EndedByID), Name: textOrEmpty(r.EndedByName)},
		ClosedAt: instantOrZero(r.ClosedAt), ClosedBy: textOrEmpty(r.ClosedBy), ErasedAt: instantOrZero(r.TextsErasedAt),
	}
}
