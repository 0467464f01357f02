package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"innkeeper/internal/db"
	"innkeeper/internal/ident"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
)

// Outbox keeps promises of work.
type Outbox struct{ db *db.DB }

var _ outbox.Store = (*Outbox)(nil)

// NewOutbox returns the store of promises.
func NewOutbox(d *db.DB) *Outbox { return &Outbox{db: d} }

type outboxRow struct {
	ID              string `gorm:"primaryKey"`
	Task            string
	ObjectID        string
	ActorID         string
	ActorName       string
	SubjectID       string
	SubjectName     string
	ImpersonationID string
	CreatedAt       int64 `gorm:"autoCreateTime:false"`
	DueAt           int64
	Attempts        int
	Fence           int64
	LeasedUntil     int64
	DoneAt          *int64
	FailedAt        *int64
	LastError       string
}

func (outboxRow) TableName() string { return "outbox" }

// openPromise is the condition of the partial indexes.
const openPromise = "done_at IS NULL AND failed_at IS NULL"

// Add writes promises in the transaction of the context.
func (s *Outbox) Add(ctx context.Context, promises ...outbox.Promise) error {
	return insert(ctx, s.db, mapped(promises, outboxRowOf))
}

// Waiting returns promises that are due and not leased, longest waiting first.
func (s *Outbox) Waiting(ctx context.Context, now time.Time, limit int) ([]outbox.Promise, error) {
	var rows []outboxRow
	err := s.db.Read(ctx).Where(openPromise).
		Where("due_at <= ?", micros(now)).Where("leased_until <= ?", micros(now)).
		Order("due_at, id").Limit(limit).Find(&rows).Error
	return mapped(rows, outboxRow.promise), err
}

// Claim leases a promise in one statement: of several workers one gets it.
func (s *Outbox) Claim(ctx context.Context, id string, now, until time.Time) (outbox.Promise, bool, error) {
	var rows []outboxRow
	err := s.db.Write(ctx).Raw("UPDATE outbox SET leased_until = ?, fence = fence + 1, attempts = attempts + 1"+
		" WHERE id = ? AND "+openPromise+" AND due_at <= ? AND leased_until <= ? RETURNING *",
		micros(until), id, micros(now), micros(now)).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return outbox.Promise{}, false, err
	}
	return rows[0].promise(), true, nil
}

// Renew lengthens the lease while the fence is ours.
func (s *Outbox) Renew(ctx context.Context, p outbox.Promise, until time.Time) error {
	return touched(s.held(ctx, p).Updates(map[string]any{"leased_until": micros(until)}), outbox.ErrLost)
}

// Settle ends the lease with what became of the promise, while the fence is ours.
func (s *Outbox) Settle(ctx context.Context, p outbox.Promise) error {
	return touched(s.held(ctx, p).Updates(map[string]any{
		"due_at": micros(p.DueAt), "attempts": p.Attempts, "leased_until": 0,
		"done_at": microsOrNull(p.DoneAt), "failed_at": microsOrNull(p.FailedAt), "last_error": p.LastError,
	}), outbox.ErrLost)
}

func (s *Outbox) held(ctx context.Context, p outbox.Promise) *gorm.DB {
	return s.db.Write(ctx).Model(&outboxRow{}).
		Where("id = ?", p.ID).Where("fence = ?", p.Fence).Where(openPromise)
}

// Open reports whether a promise of the task for the object is to be kept.
func (s *Outbox) Open(ctx context.Context, task outbox.Task, objectID string) (bool, error) {
	var n int64
	err := s.db.Read(ctx).Model(&outboxRow{}).Where(openPromise).
		Where("object_id = ?", objectID).Where("task = ?", string(task)).Count(&n).Error
	return n > 0, err
}

// ByID returns a promise whose subject is in the scope.
func (s *Outbox) ByID(ctx context.Context, scope principal.Scope, id string) (outbox.Promise, error) {
	var row outboxRow
	err := s.db.Read(ctx).Scopes(within(scope, "subject_id")).Where("id = ?", id).Take(&row).Error
	return row.promise(), missing(err, outbox.ErrNotFound)
}

// Retry makes a promise due that is neither done nor running.
func (s *Outbox) Retry(ctx context.Context, scope principal.Scope, id string, now time.Time) error {
	q := s.db.Write(ctx).Model(&outboxRow{}).Scopes(within(scope, "subject_id")).
		Where("id = ?", id).Where("done_at IS NULL").Where("leased_until <= ?", micros(now))
	return touched(q.Updates(map[string]any{
		"due_at": micros(now), "attempts": 0, "failed_at": nil,
	}), outbox.ErrNotFound)
}

// List returns promises in the scope, newest first.
func (s *Outbox) List(ctx context.Context, scope principal.Scope, f outbox.Filter, now time.Time) ([]outbox.Promise, error) {
	q := s.db.Read(ctx).Scopes(within(scope, "subject_id"), inState(f.State, now))
	for _, equal := range []struct{ column, value string }{
		{"task", string(f.Task)}, {"object_id", f.ObjectID}, {"impersonation_id", f.VisitID},
	} {
		if equal.value != "" {
			q = q.Where(equal.column+" = ?", equal.value)
		}
	}
	if f.Before != "" {
		q = q.Where("id < ?", f.Before)
	}
	var rows []outboxRow
	err := q.Order("id DESC").Limit(f.Limit).Find(&rows).Error
	return mapped(rows, outboxRow.promise), err
}

func inState(state string, now time.Time) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		switch state {
		case "":
			return q
		case outbox.Waiting:
			return q.Where(openPromise).Where("leased_until <= ?", micros(now))
		case outbox.Running:
			return q.Where(openPromise).Where("leased_until > ?", micros(now))
		case outbox.Done:
			return q.Where("done_at IS NOT NULL")
		case outbox.Failed:
			return q.Where("failed_at IS NOT NULL")
		default:
			return q.Where("1 = 0")
		}
	}
}

// Count returns how many in the scope are open, and how many failed.
func (s *Outbox) Count(ctx context.Context, scope principal.Scope) (outbox.Tally, error) {
	var t outbox.Tally
	open := s.db.Read(ctx).Model(&outboxRow{}).Scopes(within(scope, "subject_id")).Where(openPromise)
	if err := open.Count(&t.Waiting).Error; err != nil {
		return t, err
	}
	failed := s.db.Read(ctx).Model(&outboxRow{}).Scopes(within(scope, "subject_id")).Where("failed_at IS NOT NULL")
	return t, failed.Count(&t.Failed).Error
}

// Forget removes promises done before the given time. An id tells when it was made,
// so that only rows older than that are looked at.
func (s *Outbox) Forget(ctx context.Context, before time.Time, limit int) (int, error) {
	old := s.db.Write(ctx).Model(&outboxRow{}).Select("id").
		Where("id < ?", ident.First(ident.Job, before)).Where("done_at < ?", micros(before)).Order("id").Limit(limit)
	gone := s.db.Write(ctx).Where("id IN (?)", old).Delete(&outboxRow{})
	return int(gone.RowsAffected), gone.Error
}

func outboxRowOf(p outbox.Promise) outboxRow {
	row := outboxRow{
		ID: p.ID, Task: string(p.Task), ObjectID: p.ObjectID,
		ActorID: p.Cause.ActorID, ActorName: p.Cause.ActorName,
		SubjectID: p.Cause.SubjectID, SubjectName: p.Cause.SubjectName, ImpersonationID: p.Cause.VisitID,
		CreatedAt: micros(p.CreatedAt), DueAt: micros(p.DueAt), Attempts: p.Attempts, Fence: p.Fence,
		DoneAt: microsOrNull(p.DoneAt), FailedAt: microsOrNull(p.FailedAt), LastError: p.LastError,
	}
	if !p.LeasedUntil.IsZero() {
		row.LeasedUntil = micros(p.LeasedUntil)
	}
	return row
}

func (r outboxRow) promise() outbox.Promise {
	p := outbox.Promise{
		ID: r.ID, Task: outbox.Task(r.Task), ObjectID: r.ObjectID,
		Cause: outbox.Cause{
			ActorID: r.ActorID, ActorName: r.ActorName,
			SubjectID: r.SubjectID, SubjectName: r.SubjectName, VisitID: r.ImpersonationID,
		},
		CreatedAt: instant(r.CreatedAt), DueAt: instant(r.DueAt), Attempts: r.Attempts, Fence: r.Fence,
		DoneAt: instantOrZero(r.DoneAt), FailedAt: instantOrZero(r.FailedAt), LastError: r.LastError,
	}
	if r.LeasedUntil != 0 {
		p.LeasedUntil = instant(r.LeasedUntil)
	}
	return p
}
