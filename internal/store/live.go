package store

import (
	"context"
	"strings"

	"innkeeper/internal/db"
	"innkeeper/internal/live"
)

// Live reads the marks by which open streams learn that something has changed.
type Live struct{ db *db.DB }

var _ live.Store = (*Live)(nil)

// NewLive returns the store of marks.
func NewLive(d *db.DB) *Live { return &Live{db: d} }

// The newest events stand at the end of the primary key, the last reading at the
// end of its index: nothing else is looked at.
const markSQL = `SELECT coalesce(max(seq), 0) AS newest, coalesce(min(seq), 0) AS oldest, count(*) AS held,
	(SELECT coalesce(max(read_at), 0) FROM notifications) AS read_at
FROM (SELECT seq FROM audit_events ORDER BY seq DESC LIMIT 500) last`

// Mark returns how far the record has come.
func (s *Live) Mark(ctx context.Context) (live.Mark, error) {
	var row live.Mark
	err := s.db.Read(ctx).Raw(markSQL).Scan(&row).Error
	return row, err
}

// Changes returns the events from the oldest one of the mark on, in their order,
// and behind them the accounts whose notifications were read since.
func (s *Live) Changes(ctx context.Context, from live.Mark) ([]live.Change, error) {
	var rows []struct {
		Seq             int64
		AccountPath     string
		ActorAccountID  string
		SubjectID       string
		ImpersonationID string
	}
	err := s.db.Read(ctx).Raw(`SELECT seq, account_path, actor_account_id, subject_id, impersonation_id
		FROM audit_events WHERE seq >= ? ORDER BY seq`, from.Oldest).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	changes := make([]live.Change, 0, len(rows))
	for _, r := range rows {
		concerned := strings.FieldsFunc(r.AccountPath, func(c rune) bool { return c == '/' })
		changes = append(changes, live.Change{
			Seq: r.Seq, Accounts: append(concerned, r.ActorAccountID, r.SubjectID), Visit: r.ImpersonationID != "",
		})
	}
	var readers []string
	err = s.db.Read(ctx).Raw("SELECT DISTINCT account_id FROM notifications WHERE read_at > ?", from.ReadAt).Scan(&readers).Error
	for _, id := range readers {
		changes = append(changes, live.Change{Accounts: []string{id}})
	}
	return changes, err
}
