package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"innkeeper/internal/db"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
)

// Asks keeps what is asked before visits, and what owners have decided about them.
type Asks struct{ db *db.DB }

var _ impersonation.Asks = (*Asks)(nil)

// NewAsks returns the store of asks.
func NewAsks(d *db.DB) *Asks { return &Asks{db: d} }

type askRow struct {
	ID             string `gorm:"primaryKey"`
	Kind           string
	State          string
	ActorID        string
	ActorName      string
	ActorAccountID string
	ActorRole      string
	ActorEmployer  string
	SubjectID      string
	SubjectName    string
	SubjectKind    string
	SubjectOwnerID string
	Mode           string
	ReasonCode     string
	Reason         string
	Ticket         string
	Informed       string
	NotToldBecause string
	Note           string
	CreatedAt      int64 `gorm:"autoCreateTime:false"`
	LapsesAt       int64
	DecidedAt      *int64
	DecidedByKind  *string
	DecidedByID    *string
	DecidedByName  *string
	DecidedVia     string
	EndsAt         *int64
	VisitID        string
	TokenHash      *string
	CodeHash       string
	CodeTries      int
}

func (askRow) TableName() string { return "impersonation_requests" }

// openAsks is the condition of the indexes over what can still be answered or used.
const openAsks = "state IN ('waiting', 'approved')"

// Create keeps a new ask. A second open one of the same actor and subject is
// impersonation.ErrAskOver.
func (s *Asks) Create(ctx context.Context, a impersonation.Ask) error {
	row := askRowOf(a)
	return taken(s.db.Write(ctx).Create(&row).Error, impersonation.ErrAskOver)
}

// ByID returns an ask to enter an account within the scope.
func (s *Asks) ByID(ctx context.Context, scope principal.Scope, id string) (impersonation.Ask, error) {
	var row askRow
	err := s.db.Read(ctx).Scopes(within(scope, "subject_id")).Where("id = ?", id).Take(&row).Error
	return row.ask(), missing(err, impersonation.ErrAskNotFound)
}

// ByToken returns the ask behind the link in a mail.
func (s *Asks) ByToken(ctx context.Context, tokenHash string) (impersonation.Ask, error) {
	var row askRow
	err := s.db.Read(ctx).Where("token_hash = ?", tokenHash).Take(&row).Error
	return row.ask(), missing(err, impersonation.ErrAskNotFound)
}

// List returns asks to enter accounts within the scope, newest first.
func (s *Asks) List(ctx context.Context, scope principal.Scope, f impersonation.AskFilter) ([]impersonation.Ask, error) {
	q := s.db.Read(ctx).Scopes(within(scope, "subject_id"))
	for column, value := range map[string]string{
		"actor_id": f.ActorID, "subject_id": f.SubjectID, "visit_id": f.VisitID, "kind": string(f.Kind),
	} {
		if value != "" {
			q = q.Where(clause.Eq{Column: column, Value: value})
		}
	}
	if f.Open {
		q = q.Where(openAsks)
	}
	var rows []askRow
	err := q.Order("id DESC").Limit(f.Limit).Find(&rows).Error
	return mapped(rows, askRow.ask), err
}

// Update writes everything that can change of an ask.
func (s *Asks) Update(ctx context.Context, a impersonation.Ask) error {
	row := askRowOf(a)
	q := s.db.Write(ctx).Model(&askRow{}).Where("id = ?", a.ID)
	return touched(q.Updates(map[string]any{
		"state": row.State, "lapses_at": row.LapsesAt, "decided_at": row.DecidedAt, "decided_by_kind": row.DecidedByKind,
		"decided_by_id": row.DecidedByID, "decided_by_name": row.DecidedByName, "decided_via": row.DecidedVia, "ends_at": row.EndsAt,
		"visit_id": row.VisitID, "token_hash": row.TokenHash, "code_hash": row.CodeHash, "code_tries": row.CodeTries,
	}), impersonation.ErrAskNotFound)
}

// LockAsk finds an ask and keeps it from changing until the commit.
func (s *Asks) LockAsk(ctx context.Context, id string) (impersonation.Ask, error) {
	row, err := lockedOne[askRow](ctx, s.db, impersonation.ErrAskNotFound, id)
	return row.ask(), err
}

// LockOpenTo locks what can still be answered or used of the asks to enter an
// account.
func (s *Asks) LockOpenTo(ctx context.Context, subjectID string) ([]impersonation.Ask, error) {
	rows, err := locked[askRow](ctx, s.db, "subject_id = ? AND "+openAsks, subjectID)
	return mapped(rows, askRow.ask), err
}

// LockLapsed takes open asks whose deadline has passed and that nobody else holds.
func (s *Asks) LockLapsed(ctx context.Context, now time.Time, limit int) ([]impersonation.Ask, error) {
	rows, err := find[askRow](s.db.Write(ctx), "WHERE "+openAsks+" AND lapses_at <= ? ORDER BY lapses_at LIMIT ?"+skipLocked(s.db), micros(now), limit)
	return mapped(rows, askRow.ask), err
}

type policyRow struct {
	AccountID string `gorm:"primaryKey"`
	Policy    string
	ChangedAt int64
}

func (policyRow) TableName() string { return "access_policies" }

// PolicyOf returns what the owner of an account within the scope has decided about
// visits, impersonation.Open where nothing was.
func (s *Asks) PolicyOf(ctx context.Context, scope principal.Scope, accountID string) (impersonation.Access, error) {
	var rows []policyRow
	err := s.db.Read(ctx).Scopes(within(scope, "account_id")).Where("account_id = ?", accountID).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return impersonation.Open, err
	}
	return impersonation.Access(rows[0].Policy), nil
}

// SetPolicy keeps what was decided. An account outside the scope is
// impersonation.ErrOwnerOnly.
func (s *Asks) SetPolicy(ctx context.Context, scope principal.Scope, accountID string, p impersonation.Access, at time.Time) error {
	q := s.db.Write(ctx).Table("accounts").Scopes(within(scope, "id")).Where("id = ?", accountID).Select("id")
	var found []string
	if err := q.Find(&found).Error; err != nil {
		return err
	}
	if len(found) == 0 {
		return impersonation.ErrOwnerOnly
	}
	row := policyRow{AccountID: accountID, Policy: string(p), ChangedAt: micros(at)}
	return s.db.Write(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "account_id"}}, DoUpdates: clause.AssignmentColumns([]string{"policy", "changed_at"}),
	}).Create(&row).Error
}

func askRowOf(a impersonation.Ask) askRow {
	return askRow{
		ID: a.ID, Kind: string(a.Kind), State: string(a.State),
		ActorID: a.Actor.ID, ActorName: a.Actor.Name, ActorAccountID: a.Actor.AccountID, ActorRole: a.Actor.Role, ActorEmployer: a.Actor.Employer,
		SubjectID: a.Subject.ID, SubjectName: a.Subject.Name, SubjectKind: a.Subject.Kind, SubjectOwnerID: a.Subject.OwnerID,
		Mode: string(a.Mode), ReasonCode: a.ReasonCode, Reason: a.Reason, Ticket: a.Ticket,
		Informed: a.Informed, NotToldBecause: a.NotToldBecause, Note: a.Note,
		CreatedAt: micros(a.CreatedAt), LapsesAt: micros(a.LapsesAt), DecidedAt: microsOrNull(a.DecidedAt),
		DecidedByKind: textOrNull(a.DecidedBy.Kind), DecidedByID: textOrNull(a.DecidedBy.ID), DecidedByName: textOrNull(a.DecidedBy.Name),
		DecidedVia: a.DecidedVia, EndsAt: microsOrNull(a.EndsAt), VisitID: a.VisitID,
		TokenHash: textOrNull(a.TokenHash), CodeHash: a.CodeHash, CodeTries: a.CodeTries,
	}
}

func (r askRow) ask() impersonation.Ask {
	return impersonation.Ask{
		ID: r.ID, Kind: impersonation.AskKind(r.Kind), State: impersonation.AskState(r.State),
		Actor:   impersonation.Actor{ID: r.ActorID, Name: r.ActorName, AccountID: r.ActorAccountID, Role: r.ActorRole, Employer: r.ActorEmployer},
		Subject: impersonation.Subject{ID: r.SubjectID, Name: r.SubjectName, Kind: r.SubjectKind, OwnerID: r.SubjectOwnerID},
		Mode:    principal.Mode(r.Mode), ReasonCode: r.ReasonCode, Reason: r.Reason, Ticket: r.Ticket,
		Informed: r.Informed, NotToldBecause: r.NotToldBecause, Note: r.Note,
		CreatedAt: instant(r.CreatedAt), LapsesAt: instant(r.LapsesAt), DecidedAt: instantOrZero(r.DecidedAt),
		DecidedBy:  impersonation.Party{Kind: textOrEmpty(r.DecidedByKind), ID: textOrEmpty(r.DecidedByID), Name: textOrEmpty(r.DecidedByName)},
		DecidedVia: r.DecidedVia, EndsAt: instantOrZero(r.EndsAt), VisitID: r.VisitID,
		TokenHash: textOrEmpty(r.TokenHash), CodeHash: r.CodeHash, CodeTries: r.CodeTries,
	}
}
