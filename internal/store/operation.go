package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"innkeeper/internal/db"
	"innkeeper/internal/operation"
	"innkeeper/internal/principal"
)

// Operations keeps slow work.
type Operations struct{ db *db.DB }

var _ operation.Store = (*Operations)(nil)

// NewOperations returns the store of operations.
func NewOperations(d *db.DB) *Operations { return &Operations{db: d} }

type operationRow struct {
	ID          string `gorm:"primaryKey"`
	Kind        string
	State       string
	PersonID    string
	PersonName  string
	AccountID   string
	AccountName string
	Input       string
	Percent     int
	ErrorCode   string
	Error       string
	FileName    string
	FileSize    int64
	CreatedAt   int64 `gorm:"autoCreateTime:false"`
	StartedAt   *int64
	EndedAt     *int64
	ExpiresAt   *int64
}

func (operationRow) TableName() string { return "operations" }

// underWay are the states of what has not ended.
var underWay = []operation.State{operation.Queued, operation.Running}

// of is the query for the person's operations in the scope.
func (s *Operations) of(q *gorm.DB, scope principal.Scope, personID string) *gorm.DB {
	return q.Model(&operationRow{}).Scopes(within(scope, "account_id")).Where("person_id = ?", personID)
}

// Create writes an operation by an account in the scope.
func (s *Operations) Create(ctx context.Context, scope principal.Scope, o operation.Operation) error {
	var n int64
	if err := s.db.Read(ctx).Model(&accountRow{}).Scopes(withinPath(scope, "id", "path")).Where("id = ?", o.AccountID).Count(&n).Error; err != nil {
		return err
	}
	if n == 0 {
		return operation.ErrNotFound
	}
	row := operationRowOf(o)
	return s.db.Write(ctx).Create(&row).Error
}

// ByID returns an operation of the person.
func (s *Operations) ByID(ctx context.Context, scope principal.Scope, personID, id string) (operation.Operation, error) {
	var row operationRow
	err := s.of(s.db.Read(ctx), scope, personID).Where("id = ?", id).Take(&row).Error
	return row.operation(), missing(err, operation.ErrNotFound)
}

// List returns the person's operations, newest first.
func (s *Operations) List(ctx context.Context, scope principal.Scope, personID, before string, limit int) ([]operation.Operation, error) {
	q := s.of(s.db.Read(ctx), scope, personID)
	if before != "" {
		q = q.Where("id < ?", before)
	}
	var rows []operationRow
	err := q.Order("id DESC").Limit(limit).Find(&rows).Error
	return mapped(rows, operationRow.operation), err
}

// CountOpen counts the person's operations that have not ended.
func (s *Operations) CountOpen(ctx context.Context, scope principal.Scope, personID string) (int64, error) {
	var n int64
	err := s.of(s.db.Read(ctx), scope, personID).Where("state IN ?", underWay).Count(&n).Error
	return n, err
}

// Cancel ends an operation of the person that has not ended.
func (s *Operations) Cancel(ctx context.Context, scope principal.Scope, personID, id string, at time.Time) (bool, error) {
	q := s.of(s.db.Write(ctx), scope, personID).Where("id = ? AND state IN ?", id, underWay).
		Updates(map[string]any{"state": operation.Cancelled, "ended_at": micros(at), "expires_at": micros(at)})
	return q.RowsAffected > 0, q.Error
}

// Begin marks an operation that has not ended as running.
func (s *Operations) Begin(ctx context.Context, id string, at time.Time) (operation.Operation, bool, error) {
	q := s.db.Write(ctx).Model(&operationRow{}).Where("id = ? AND state IN ?", id, underWay).
		Updates(map[string]any{"state": operation.Running, "started_at": gorm.Expr("COALESCE(started_at, ?)", micros(at)), "percent": 0})
	if q.Error != nil || q.RowsAffected == 0 {
		return operation.Operation{}, false, q.Error
	}
	var row operationRow
	err := s.db.Write(ctx).Where("id = ?", id).Take(&row).Error
	return row.operation(), true, missing(err, operation.ErrNotFound)
}

// Progress notes how far a running operation is.
func (s *Operations) Progress(ctx context.Context, id string, percent int) (bool, error) {
	q := s.db.Write(ctx).Model(&operationRow{}).Where("id = ? AND state = ?", id, operation.Running).Updates(map[string]any{"percent": percent})
	return q.RowsAffected > 0, q.Error
}

// Finish writes the end of an operation that has not ended.
func (s *Operations) Finish(ctx context.Context, o operation.Operation) (operation.State, error) {
	row := operationRowOf(o)
	q := s.db.Write(ctx).Model(&operationRow{}).Where("id = ? AND state IN ?", o.ID, underWay).Updates(map[string]any{
		"state": row.State, "percent": row.Percent, "error_code": row.ErrorCode, "error": row.Error,
		"file_size": row.FileSize, "ended_at": row.EndedAt, "expires_at": row.ExpiresAt,
	})
	if q.Error != nil || q.RowsAffected > 0 {
		return o.State, q.Error
	}
	var now operationRow
	err := s.db.Write(ctx).Where("id = ?", o.ID).Take(&now).Error
	return operation.State(now.State), missing(err, operation.ErrNotFound)
}

// UnderWay returns operations of before the time that have not ended, the oldest first.
func (s *Operations) UnderWay(ctx context.Context, before time.Time, limit int) ([]operation.Operation, error) {
	var rows []operationRow
	err := s.db.Read(ctx).Where("ended_at IS NULL AND created_at < ?", micros(before)).Order("created_at").Limit(limit).Find(&rows).Error
	return mapped(rows, operationRow.operation), err
}

// Expired returns operations whose file has had its day, the oldest first.
func (s *Operations) Expired(ctx context.Context, now time.Time, limit int) ([]operation.Operation, error) {
	var rows []operationRow
	err := s.db.Read(ctx).Where("expires_at IS NOT NULL AND expires_at <= ?", micros(now)).Order("expires_at").Limit(limit).Find(&rows).Error
	return mapped(rows, operationRow.operation), err
}

// Expire notes that the file of an operation is gone.
func (s *Operations) Expire(ctx context.Context, id string) error {
	return s.db.Write(ctx).Model(&operationRow{}).Where("id = ?", id).Updates(map[string]any{"expires_at": nil, "file_size": 0}).Error
}

// Forget removes operations without a file that ended before the time.
func (s *Operations) Forget(ctx context.Context, before time.Time, limit int) error {
	old := s.db.Write(ctx).Model(&operationRow{}).Select("id").
		Where("ended_at IS NOT NULL AND ended_at < ? AND expires_at IS NULL", micros(before)).Order("ended_at").Limit(limit)
	return s.db.Write(ctx).Where("id IN (?)", old).Delete(&operationRow{}).Error
}

func operationRowOf(o operation.Operation) operationRow {
	return operationRow{
		ID: o.ID, Kind: string(o.Kind), State: string(o.State), PersonID: o.Person.ID, PersonName: o.Person.Name,
		AccountID: o.AccountID, AccountName: o.Account, Input: o.Input, Percent: o.Percent, ErrorCode: o.ErrorCode, Error: o.Error,
		FileName: o.FileName, FileSize: o.FileSize, CreatedAt: micros(o.CreatedAt),
		StartedAt: microsOrNull(o.StartedAt), EndedAt: microsOrNull(o.EndedAt), ExpiresAt: microsOrNull(o.ExpiresAt),
	}
}

func (r operationRow) operation() operation.Operation {
	if r.ID == "" {
		return operation.Operation{}
	}
	return operation.Operation{
		ID: r.ID, Kind: operation.Kind(r.Kind), State: operation.State(r.State), Person: principal.Person{ID: r.PersonID, Name: r.PersonName},
		AccountID: r.AccountID, Account: r.AccountName, Input: r.Input, Percent: r.Percent, ErrorCode: r.ErrorCode, Error: r.Error,
		FileName: r.FileName, FileSize: r.FileSize, CreatedAt: instant(r.CreatedAt),
		StartedAt: instantOrZero(r.StartedAt), EndedAt: instantOrZero(r.EndedAt), ExpiresAt: instantOrZero(r.ExpiresAt),
	}
}
