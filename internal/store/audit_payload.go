package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"innkeeper/internal/audit"
	"innkeeper/internal/audit/ledger"
	"innkeeper/internal/db"
)

// The texts of events that may be erased stand in a table of their own, by the number of
// the event. Events of older versions have them in their own row, and keep them.

var _ audit.Texts = (*Audit)(nil)

type auditPayloadRow struct {
	Seq      int64 `gorm:"primaryKey;autoIncrement:false"`
	Salt     *string
	Text     *string
	ErasedAt *int64
}

func (auditPayloadRow) TableName() string { return "audit_payloads" }

func (r auditPayloadRow) payload() ledger.Payload {
	p := ledger.Payload{ErasedAt: instantOrZero(r.ErasedAt)}
	if r.Salt != nil {
		p.Salt = *r.Salt
	}
	if r.Text != nil {
		p.Text = *r.Text
	}
	return p
}

// textsRow is the texts of an event that has no number yet.
type textsRow struct {
	Hash   string
	Behind int64 // how many events were written after it in the same statement
	Salt   string
	Text   string
}

// insertWithTexts runs the statement that inserts events, and writes the texts of some of
// them beside them.
func (s *Audit) insertWithTexts(ctx context.Context, insert string, args []any, texts []textsRow) error {
	if len(texts) == 0 {
		return s.db.Write(ctx).Exec(insert, args...).Error
	}
	return eachGiven(s.db, texts, func(shape *shape, values [][]any) error {
		table, given, err := givenTable(s.db, shape, values)
		if err != nil {
			return err
		}
		for _, st := range besideEvents(s.db, insert, args, table, given) {
			if err := s.db.Write(ctx).Exec(st.sql, st.args...).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// payloadsOf returns the texts of events by the numbers of these.
func payloadsOf(q *gorm.DB, d *db.DB, seqs []int64) (map[int64]ledger.Payload, error) {
	if len(seqs) == 0 {
		return nil, nil
	}
	given, err := asJSON(seqs)
	if err != nil {
		return nil, err
	}
	var rows []auditPayloadRow
	if err := q.Raw(fromEachGiven(d, "audit_payloads", "seq", "seq, salt, text, erased_at", "seq > 0"), given).Scan(&rows).Error; err != nil {
		return nil, err
	}
	payloads := make(map[int64]ledger.Payload, len(rows))
	for _, row := range rows {
		payloads[row.Seq] = row.payload()
	}
	return payloads, nil
}

// withTexts gives events that were read their texts back.
func (s *Audit) withTexts(q *gorm.DB, rows []auditEventRow) error {
	var seqs []int64
	for _, row := range rows {
		if row.Payload != "" {
			seqs = append(seqs, row.Seq)
		}
	}
	payloads, err := payloadsOf(q, s.db, seqs)
	if err != nil {
		return err
	}
	for i := range rows {
		if p, there := payloads[rows[i].Seq]; there && rows[i].Payload != "" {
			var e audit.Event
			p.Read(&e)
			rows[i].Reason, rows[i].IP, rows[i].UserAgent, rows[i].textsErasedAt = e.Reason, e.IP, e.UserAgent, e.TextsErasedAt
		}
	}
	return nil
}

// Erase erases the texts of events that happened before the time: the oldest first, of one
// block of the index at a time, which forgets them, too.
func (s *Audit) Erase(ctx context.Context, before, now time.Time) (erased int, more bool, err error) {
	q := s.db.Write(ctx)
	if err := holdIndex(s.db, q); err != nil {
		return 0, false, err
	}
	var last int64
	if err := q.Raw("SELECT COALESCE(MAX(seq), 0) FROM audit_payloads WHERE erased_at IS NOT NULL").Scan(&last).Error; err != nil {
		return 0, false, err
	}
	var rows []struct{ Seq, At int64 }
	err = q.Raw("SELECT p.seq, e.at FROM audit_payloads p JOIN audit_events e ON e.seq = p.seq WHERE p.seq > ? AND e.seq > ? ORDER BY p.seq LIMIT ?", last, last, s.block).Scan(&rows).Error
	if err != nil {
		return 0, false, err
	}
	for erased < len(rows) && rows[erased].At < micros(before) && rows[erased].Seq/s.block == rows[0].Seq/s.block {
		erased++
	}
	if erased == 0 {
		return 0, false, nil
	}
	upto := rows[erased-1].Seq
	err = q.Exec("UPDATE audit_payloads SET salt = NULL, text = NULL, erased_at = ? WHERE seq > ? AND seq <= ? AND erased_at IS NULL", micros(now), last, upto).Error
	if err != nil {
		return 0, false, err
	}
	return erased, true, s.indexAnew(ctx, upto/s.block)
}

// indexAnew writes what the index knows of a block once more, as its events are now.
func (s *Audit) indexAnew(ctx context.Context, block int64) error {
	known, err := find[auditBlockRow](s.db.Write(ctx), "WHERE block = ?", block)
	if err != nil || len(known) == 0 {
		return err
	}
	rows, err := s.events(s.db.Write(ctx).Where("seq >= ? AND seq <= ?", block*s.block, known[0].Upto).Order("seq"))
	if err != nil {
		return err
	}
	for _, table := range []string{"audit_terms", "audit_blocks"} {
		if err := s.db.Write(ctx).Exec("DELETE FROM "+table+" WHERE block = ?", block).Error; err != nil {
			return err
		}
	}
	return s.take(ctx, rows)
}

// Payloads returns the texts of events by the numbers of these.
func (s *Ledger) Payloads(ctx context.Context, seqs []int64) (map[int64]ledger.Payload, error) {
	return payloadsOf(s.db.Read(ctx), s.db, seqs)
}
