package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"innkeeper/internal/db"
	"innkeeper/internal/file"
	"innkeeper/internal/principal"
)

// FileChanges keeps the changes of files.
type FileChanges struct{ db *db.DB }

var (
	_ file.Store = (*FileChanges)(nil)
	_ file.Sites = (*Domains)(nil)
)

// NewFileChanges returns the store of changes.
func NewFileChanges(d *db.DB) *FileChanges { return &FileChanges{db: d} }

type fileChangeRow struct {
	ID        string `gorm:"primaryKey"`
	AccountID string
	Seq       int64
	Kind      string
	Source    string
	Target    string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	DoneAt    *int64
	Failure   string
}

func (fileChangeRow) TableName() string { return "file_changes" }

func changesIn(q *gorm.DB, scope principal.Scope) *gorm.DB {
	return q.Model(&fileChangeRow{}).Scopes(within(scope, "account_id"))
}

// Add writes the changes of one account behind those it has. Whoever adds holds
// the account's files; if two did at once, the unique order would stop one.
func (s *FileChanges) Add(ctx context.Context, scope principal.Scope, changes []file.Change) error {
	if len(changes) == 0 {
		return nil
	}
	accountID := changes[0].AccountID
	if err := covered(ctx, s.db, scope, accountID, file.ErrNotFound); err != nil {
		return err
	}
	var last int64
	err := s.db.Read(ctx).Model(&fileChangeRow{}).Where("account_id = ?", accountID).Select("COALESCE(MAX(seq), 0)").Scan(&last).Error
	if err != nil {
		return err
	}
	rows := mapped(changes, fileChangeRowOf)
	for i := range rows {
		rows[i].AccountID, rows[i].Seq = accountID, last+int64(i)+1
	}
	return s.db.Write(ctx).Create(&rows).Error
}

// ByID returns a change of an account in the scope.
func (s *FileChanges) ByID(ctx context.Context, scope principal.Scope, id string) (file.Change, error) {
	var row fileChangeRow
	err := changesIn(s.db.Read(ctx), scope).Where("id = ?", id).Take(&row).Error
	return row.change(), missing(err, file.ErrNotFound)
}

// Open returns the changes of an account in the scope that are not done.
func (s *FileChanges) Open(ctx context.Context, scope principal.Scope, accountID string) ([]file.Change, error) {
	var rows []fileChangeRow
	err := changesIn(s.db.Read(ctx), scope).Where("account_id = ?", accountID).Where("done_at IS NULL").Order("seq").Find(&rows).Error
	return mapped(rows, fileChangeRow.change), err
}

// Done notes when a change was made true, or why it never will be.
func (s *FileChanges) Done(ctx context.Context, scope principal.Scope, id string, at time.Time, failure string) error {
	q := changesIn(s.db.Write(ctx), scope).Where("id = ?", id).Where("done_at IS NULL").
		Updates(map[string]any{"done_at": micros(at), "failure": failure})
	return touched(q, file.ErrNotFound)
}

// Forget removes the changes in the scope that were done before the instant. The
// newest of each account stays, for the order goes on from it.
func (s *FileChanges) Forget(ctx context.Context, scope principal.Scope, before time.Time) error {
	return s.db.Write(ctx).Scopes(within(scope, "account_id")).
		Where("done_at < ?", micros(before)).
		Where("seq < (SELECT MAX(newer.seq) FROM file_changes newer WHERE newer.account_id = file_changes.account_id)").
		Delete(&fileChangeRow{}).Error
}

func fileChangeRowOf(c file.Change) fileChangeRow {
	return fileChangeRow{
		ID: c.ID, AccountID: c.AccountID, Seq: c.Seq, Kind: string(c.Kind), Source: c.Source, Target: c.Target,
		CreatedAt: micros(c.CreatedAt), DoneAt: microsOrNull(c.DoneAt), Failure: c.Failure,
	}
}

func (r fileChangeRow) change() file.Change {
	if r.ID == "" {
		return file.Change{}
	}
	return file.Change{
		ID: r.ID, AccountID: r.AccountID, Seq: r.Seq, Kind: file.Kind(r.Kind), Source: r.Source, Target: r.Target,
		CreatedAt: instant(r.CreatedAt), DoneAt: instantOrZero(r.DoneAt), Failure: r.Failure,
	}
}
