package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"innkeeper/internal/audit"
)

// The index of terms is written behind the record, so that an event costs those who wait
// for it nothing. It grows by whole handfuls: a term that is in many events is written
// once for all of them.

var _ audit.Index = (*Audit)(nil)

const (
	// growAtLeast is how many events are worth it; so many newest ones are looked
	// through by every search.
	growAtLeast = 500
	// growAtMost is how many one transaction takes: others wait for it.
	growAtMost = 2000
)

type auditTermRow struct {
	Block int64  `gorm:"primaryKey;autoIncrement:false"`
	Term  string `gorm:"primaryKey"`
	Hits  string
}

func (auditTermRow) TableName() string { return "audit_terms" }

type auditBlockRow struct {
	Block   int64 `gorm:"primaryKey;autoIncrement:false"`
	Events  int64
	Upto    int64
	FirstAt int64
	LastAt  int64
}

func (auditBlockRow) TableName() string { return "audit_blocks" }

// Grow takes events that happened before the time into the index, the oldest first, and
// reports whether there are more. One grows it at a time, until the transaction ends.
func (s *Audit) Grow(ctx context.Context, before time.Time) (more bool, err error) {
	q := s.db.Write(ctx)
	if err := holdIndex(s.db, q); err != nil {
		return false, err
	}
	upto, err := s.upto(q)
	if err != nil {
		return false, err
	}
	rows, err := s.events(s.db.Write(ctx).Where("seq > ?", upto).Order("seq").Limit(s.most))
	if err != nil {
		return false, err
	}
	rows, more = s.handful(rows, micros(before))
	if len(rows) == 0 {
		return false, nil
	}
	if err := s.mend(ctx, upto); err != nil {
		return false, err
	}
	return more, s.take(ctx, rows)
}

// handful returns the first of the rows that are of one block and old enough: none, when
// they are too few and the block is not complete. More says that others follow.
func (s *Audit) handful(rows []auditEventRow, before int64) (some []auditEventRow, more bool) {
	n := 0
	for n < len(rows) && rows[n].At < before && rows[n].Seq/s.block == rows[0].Seq/s.block {
		n++
	}
	complete := n < len(rows) && rows[n].Seq/s.block != rows[0].Seq/s.block
	if n < s.least && !complete {
		return nil, false
	}
	return rows[:n], complete || n == s.most
}

// mend takes into the index what the newest blocks lack: events that were committed
// behind others with greater numbers.
func (s *Audit) mend(ctx context.Context, upto int64) error {
	late := lateNumbers(s.db)
	if late == 0 || upto == 0 {
		return nil
	}
	blocks, err := find[auditBlockRow](s.db.Write(ctx), "WHERE block >= ? ORDER BY block", (upto-late)/s.block)
	if err != nil {
		return err
	}
	for _, b := range blocks {
		rows, err := s.lacking(ctx, b)
		if err == nil && len(rows) > 0 {
			err = s.take(ctx, rows)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// lacking returns the events that a block should have and does not.
func (s *Audit) lacking(ctx context.Context, b auditBlockRow) ([]auditEventRow, error) {
	between := s.db.Write(ctx).Model(&auditEventRow{}).Where("seq >= ? AND seq <= ?", b.Block*s.block, b.Upto)
	var n int64
	if err := between.Session(&gorm.Session{}).Count(&n).Error; err != nil || n == b.Events {
		return nil, err
	}
	given, err := asJSON([]int64{b.Block})
	if err != nil {
		return nil, err
	}
	from, to := prefixRange(termKind) // each event has one
	known, err := s.hits(ctx, given, sought{from: from, to: to})
	if err != nil {
		return nil, err
	}
	rows, err := s.events(between.Order("seq"))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(r auditEventRow) bool { return known[b.Block].has(r.Seq % s.block) }), nil
}

// take writes events of one block into the index.
func (s *Audit) take(ctx context.Context, rows []auditEventRow) error {
	block := rows[0].Seq / s.block
	kinds, err := s.kindsOf(ctx, rows)
	if err != nil {
		return err
	}
	places := map[string][]int64{}
	for _, row := range rows {
		for _, term := range row.terms(kinds[row.AccountID]) {
			places[term] = append(places[term], row.Seq%s.block)
		}
	}
	terms := slices.Sorted(maps.Keys(places))
	known, err := s.known(ctx, block, terms)
	if err != nil {
		return err
	}
	next := make([]auditTermRow, len(terms))
	for i, term := range terms {
		var set hits
		if err := set.read(known[term]); err != nil {
			return err
		}
		for _, place := range places[term] {
			set.add(place)
		}
		next[i] = auditTermRow{Block: block, Term: term, Hits: set.text()}
	}
	err = eachInsert(s.db, next, func(sql string, args []any) error {
		if len(known) > 0 {
			sql += " ON CONFLICT (block, term) DO UPDATE SET hits = excluded.hits"
		}
		return s.db.Write(ctx).Exec(sql, args...).Error
	})
	if err != nil {
		return err
	}
	return s.note(ctx, block, rows)
}

// known returns what the index has of the terms already: nothing, in a new block.
func (s *Audit) known(ctx context.Context, block int64, terms []string) (map[string]string, error) {
	begun, err := find[auditBlockRow](s.db.Write(ctx), "WHERE block = ?", block)
	if err != nil || len(begun) == 0 {
		return nil, err
	}
	given, err := asJSON(terms)
	if err != nil {
		return nil, err
	}
	rows, err := find[auditTermRow](s.db.Write(ctx), "WHERE block = ? AND "+amongGiven(s.db, "term"), block, given)
	known := make(map[string]string, len(rows))
	for _, row := range rows {
		known[row.Term] = row.Hits
	}
	return known, err
}

// note writes down what the block has now.
func (s *Audit) note(ctx context.Context, block int64, rows []auditEventRow) error {
	b := auditBlockRow{Block: block, Events: int64(len(rows)), FirstAt: rows[0].At, LastAt: rows[0].At}
	for _, row := range rows {
		b.Upto, b.FirstAt, b.LastAt = max(b.Upto, row.Seq), min(b.FirstAt, row.At), max(b.LastAt, row.At)
	}
	sql := "INSERT INTO audit_blocks (block, events, upto, first_at, last_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (block) DO UPDATE SET" +
		" events = audit_blocks.events + excluded.events, upto = " + later(s.db, "audit_blocks.upto", "excluded.upto") +
		", first_at = " + earlier(s.db, "audit_blocks.first_at", "excluded.first_at") + ", last_at = " + later(s.db, "audit_blocks.last_at", "excluded.last_at")
	return s.db.Write(ctx).Exec(sql, b.Block, b.Events, b.Upto, b.FirstAt, b.LastAt).Error
}

// kindsOf returns the kinds of the accounts that the events are about.
func (s *Audit) kindsOf(ctx context.Context, rows []auditEventRow) (map[string]string, error) {
	given, err := asJSON(distinct(mapped(rows, func(r auditEventRow) string { return r.AccountID })))
	if err != nil {
		return nil, err
	}
	refs, err := find[refRow](s.db.Write(ctx), "WHERE "+amongGiven(s.db, "id"), given)
	kinds := make(map[string]string, len(refs))
	for _, ref := range refs {
		kinds[ref.ID] = ref.Kind
	}
	return kinds, err
}
