package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"gorm.io/gorm"

	"innkeeper/internal/audit/ledger"
	"innkeeper/internal/db"
	"innkeeper/internal/principal"
)

// Ledger keeps the proof of the record.
type Ledger struct{ db *db.DB }

var _ ledger.Store = (*Ledger)(nil)

// NewLedger returns the store of leaves, hashes and heads.
func NewLedger(d *db.DB) *Ledger { return &Ledger{db: d} }

type auditLeafRow struct {
	Leaf            int64 `gorm:"primaryKey;autoIncrement:false"`
	Seq             int64
	AccountID       string
	AccountSeq      int64
	ImpersonationID string
	Salt            string
	Text            string
}

func (auditLeafRow) TableName() string { return "audit_leaves" }

type auditHashRow struct {
	Idx  int64 `gorm:"primaryKey;autoIncrement:false"`
	Hash string
}

func (auditHashRow) TableName() string { return "audit_hashes" }

type auditHeadRow struct {
	Epoch int64 `gorm:"primaryKey;autoIncrement:false"`
	Size  int64 `gorm:"primaryKey;autoIncrement:false"`
	Root  string
	At    int64
	Note  string
}

func (auditHeadRow) TableName() string { return "audit_heads" }

type auditLinkRow struct {
	Number int64 `gorm:"primaryKey;autoIncrement:false"`
	Note   string
}

func (auditLinkRow) TableName() string { return "audit_links" }

// LockSeal lets one seal at a time, until the transaction ends.
func (s *Ledger) LockSeal(ctx context.Context) error { return holdSeal(s.db, s.db.Write(ctx)) }

// Size is how many leaves there are.
func (s *Ledger) Size(ctx context.Context) (int64, error) {
	var n int64
	err := s.db.Read(ctx).Raw("SELECT COALESCE(MAX(leaf) + 1, 0) FROM audit_leaves").Scan(&n).Error
	return n, err
}

// withoutLeaf is the condition that an event has no leaf. Those before a number are left
// out of the search on both sides: PostgreSQL reads all leaves where that is not said of them.
const withoutLeaf = "seq >= ? AND NOT EXISTS (SELECT 1 FROM audit_leaves WHERE audit_leaves.seq = audit_events.seq AND audit_leaves.seq >= ?)"

// FirstUnsealed returns the number of the oldest event without a leaf, 0 when each has
// one. Unless all are looked at, only those that may have been committed since the newest
// leaf was.
func (s *Ledger) FirstUnsealed(ctx context.Context, all bool) (int64, error) {
	var from int64
	if !all {
		var err error
		if from, err = s.mayLack(ctx); err != nil {
			return 0, err
		}
	}
	var seqs []int64
	err := s.db.Read(ctx).Model(&auditEventRow{}).Where(withoutLeaf, from, from).Order("seq").Limit(1).Pluck("seq", &seqs).Error
	if err != nil || len(seqs) == 0 {
		return 0, err
	}
	return seqs[0], nil
}

// mayLack is the first number of an event that may have no leaf: the one behind the newest
// leaf, unless before it numbers are missing that may still be committed.
func (s *Ledger) mayLack(ctx context.Context) (int64, error) {
	var newest, sealed int64
	if err := s.db.Read(ctx).Raw("SELECT COALESCE(MAX(seq), 0) FROM audit_leaves").Scan(&newest).Error; err != nil {
		return 0, err
	}
	late := min(lateNumbers(s.db), newest)
	if late == 0 {
		return newest + 1, nil
	}
	err := s.db.Read(ctx).Raw("SELECT COUNT(*) FROM audit_leaves WHERE seq > ? AND seq <= ?", newest-late, newest).Scan(&sealed).Error
	if sealed == late {
		return newest + 1, err
	}
	return newest - late + 1, err
}

// Unsealed returns events without a leaf from a number on, the oldest first.
func (s *Ledger) Unsealed(ctx context.Context, from int64, limit int) ([]ledger.Record, error) {
	rows, err := find[auditEventRow](s.db.Read(ctx), "WHERE "+withoutLeaf+" ORDER BY seq LIMIT ?", from, from, limit)
	return mapped(rows, auditEventRow.record), err
}

func (r auditEventRow) record() ledger.Record {
	return ledger.Record{
		Seq: r.Seq, At: r.At,
		ActorKind: r.ActorKind, ActorID: r.ActorID, ActorName: r.ActorName, ActorRole: r.ActorRole,
		ActorAccountID: r.ActorAccountID, ActorEmployer: r.ActorEmployer,
		SubjectID: r.SubjectID, SubjectName: r.SubjectName,
		AccountID: r.AccountID, AccountName: r.AccountName, AccountPath: r.AccountPath,
		ImpersonationID: r.ImpersonationID, LoginSessionID: r.LoginSessionID, Method: r.Method, Action: r.Action,
		ObjectKind: r.ObjectKind, ObjectID: r.ObjectID, ObjectName: r.ObjectName,
		Before: rawOrNil(r.Before), After: rawOrNil(r.After), Result: r.Result, Reason: r.Reason,
		IP: r.IP, UserAgent: r.UserAgent, RequestID: r.RequestID, TraceID: r.TraceID, ProvedAt: r.ProvedAt, TokenScopes: r.TokenScopes, Payload: r.Payload,
	}
}

// rawOrNil is a JSON text as it stands in a row. One that is none, which only somebody
// who changed the row can have written, becomes a text.
func rawOrNil(text string) json.RawMessage {
	switch {
	case text == "":
		return nil
	case json.Valid([]byte(text)):
		return json.RawMessage(text)
	default:
		quoted, _ := json.Marshal(text) // a text is always written
		return quoted
	}
}

// AccountSizes returns how many leaves each account has.
func (s *Ledger) AccountSizes(ctx context.Context, accountIDs []string) (map[string]int64, error) {
	// One look at the end of the index for each, however many leaves it has.
	return s.sizes(ctx, accountIDs, "SELECT MAX(account_seq) FROM audit_leaves WHERE audit_leaves.account_id = given.id")
}

// VisitSizes returns how many leaves each visit has.
func (s *Ledger) VisitSizes(ctx context.Context, visitIDs []string) (map[string]int64, error) {
	return s.sizes(ctx, visitIDs, "SELECT COUNT(*) FROM audit_leaves WHERE audit_leaves.impersonation_id = given.id AND audit_leaves.impersonation_id <> ''")
}

// sizes asks the same of each id; what is not there is 0.
func (s *Ledger) sizes(ctx context.Context, ids []string, query string) (map[string]int64, error) {
	sizes := make(map[string]int64, len(ids))
	if len(ids) == 0 {
		return sizes, nil
	}
	given, err := asJSON(slices.Compact(slices.Sorted(slices.Values(ids))))
	if err != nil {
		return nil, err
	}
	var rows []struct {
		ID   string
		Size int64
	}
	err = s.db.Read(ctx).Raw("SELECT id, COALESCE(("+query+"), 0) AS size FROM "+givenTexts(s.db, "id")+" AS given", given).Scan(&rows).Error
	for _, row := range rows {
		sizes[row.ID] = row.Size
	}
	return sizes, err
}

// Append writes leaves and the hashes of the tree from index first on.
func (s *Ledger) Append(ctx context.Context, leaves []ledger.Leaf, first int64, hashes []tlog.Hash) error {
	rows := make([]auditHashRow, len(hashes))
	for i, hash := range hashes {
		rows[i] = auditHashRow{Idx: first + int64(i), Hash: hash.String()}
	}
	if err := insert(ctx, s.db, mapped(leaves, auditLeafRowOf)); err != nil {
		return err
	}
	return insert(ctx, s.db, rows)
}

// Hashes returns the hashes of the tree at the indexes, in their order.
func (s *Ledger) Hashes(ctx context.Context, indexes []int64) ([]tlog.Hash, error) {
	if len(indexes) == 0 {
		return nil, nil
	}
	given, err := asJSON(indexes)
	if err != nil {
		return nil, err
	}
	var rows []auditHashRow
	err = s.db.Read(ctx).Raw(fromEachGiven(s.db, "audit_hashes", "idx", "idx, hash", "idx >= 0"), given).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	at := make(map[int64]string, len(rows))
	for _, row := range rows {
		at[row.Idx] = row.Hash
	}
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hash, err := tlog.ParseHash(at[index])
		if err != nil {
			return nil, fmt.Errorf("hash %d of the tree: %w", index, err)
		}
		hashes[i] = hash
	}
	return hashes, nil
}

// AddHead writes a signed head.
func (s *Ledger) AddHead(ctx context.Context, h ledger.Head) error {
	return s.db.Write(ctx).Create(&auditHeadRow{Epoch: h.Epoch, Size: h.Size, Root: h.Root, At: micros(h.At), Note: h.Note}).Error
}

// LastHead returns the newest head, the zero one when there is none.
func (s *Ledger) LastHead(ctx context.Context) (ledger.Head, error) {
	var rows []auditHeadRow
	err := s.db.Read(ctx).Order("epoch DESC, size DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return ledger.Head{}, err
	}
	return rows[0].head(), nil
}

// Heads returns all heads, the oldest first.
func (s *Ledger) Heads(ctx context.Context) ([]ledger.Head, error) {
	var rows []auditHeadRow
	err := s.db.Read(ctx).Order("epoch, size").Find(&rows).Error
	return mapped(rows, auditHeadRow.head), err
}

// Links returns the notes of the links in their order.
func (s *Ledger) Links(ctx context.Context) ([]string, error) {
	var notes []string
	err := s.db.Read(ctx).Model(&auditLinkRow{}).Order("number").Pluck("note", &notes).Error
	return notes, err
}

// AddLink writes a signed link.
func (s *Ledger) AddLink(ctx context.Context, l ledger.Link) error {
	return s.db.Write(ctx).Create(&auditLinkRow{Number: l.Number, Note: l.Note}).Error
}

// LeavesOfVisit returns the leaves of a visit to an account in the scope, also those of
// what was done in it to others.
func (s *Ledger) LeavesOfVisit(ctx context.Context, scope principal.Scope, visitID string) ([]ledger.Leaf, error) {
	var rows []auditLeafRow
	inItsName := s.db.Read(ctx).Model(&auditEventRow{}).Select("seq").Scopes(within(scope, "subject_id")).Where("impersonation_id = ?", visitID)
	err := s.db.Read(ctx).Where("impersonation_id = ?", visitID).Where("impersonation_id <> ''").Where("seq IN (?)", inItsName).
		Order("leaf").Find(&rows).Error
	return mapped(rows, auditLeafRow.leaf), err
}

// LeavesOfTime returns the leaves of an account in the scope from the last one before the
// one instant to the first one at or after the other, without a gap; one more than the
// limit when there are more.
func (s *Ledger) LeavesOfTime(ctx context.Context, scope principal.Scope, accountID string, from, to time.Time, limit int) ([]ledger.Leaf, error) {
	within := func() *gorm.DB {
		return s.db.Read(ctx).Model(&auditLeafRow{}).Scopes(within(scope, "audit_leaves.account_id")).Where("audit_leaves.account_id = ?", accountID)
	}
	edge := func(of, when string, at time.Time) *gorm.DB {
		return within().Joins("JOIN audit_events ON audit_events.seq = audit_leaves.seq").Select(of).Where("audit_events.at "+when+" ?", micros(at))
	}
	var rows []auditLeafRow
	err := within().
		Where("account_seq >= COALESCE((?), 1) - 1", edge("MIN(account_seq)", ">=", from)).
		Where("account_seq <= COALESCE((?), 0) + 1", edge("MAX(account_seq)", "<", to)).
		Order("account_seq").Limit(limit + 1).Find(&rows).Error
	return mapped(rows, auditLeafRow.leaf), err
}

// Sealed returns leaves from a number on, each with its event as it is now.
func (s *Ledger) Sealed(ctx context.Context, from int64, limit int) ([]ledger.Sealed, error) {
	var rows []auditLeafRow
	if err := s.db.Read(ctx).Where("leaf >= ?", from).Order("leaf").Limit(limit).Find(&rows).Error; err != nil {
		return nil, err
	}
	seqs := make([]int64, len(rows))
	for i, row := range rows {
		seqs[i] = row.Seq
	}
	var events []auditEventRow
	if err := s.db.Read(ctx).Where("seq IN ?", seqs).Find(&events).Error; err != nil {
		return nil, err
	}
	records := make(map[int64]ledger.Record, len(events))
	for _, event := range events {
		records[event.Seq] = event.record()
	}
	payloads, err := s.Payloads(ctx, seqs)
	if err != nil {
		return nil, err
	}
	sealed := make([]ledger.Sealed, len(rows))
	for i, row := range rows {
		sealed[i].Leaf = row.leaf()
		if p, there := payloads[row.Seq]; there {
			sealed[i].Payload = &p
		}
		if record, there := records[row.Seq]; there {
			sealed[i].Event = &record
		}
	}
	return sealed, nil
}

// CountUnsealed counts the events without a leaf that are older than the time.
func (s *Ledger) CountUnsealed(ctx context.Context, before time.Time) (int64, error) {
	var n int64
	err := s.db.Read(ctx).Model(&auditEventRow{}).Where("at < ?", micros(before)).
		Where(withoutLeaf, 0, 0).Count(&n).Error
	return n, err
}

func auditLeafRowOf(l ledger.Leaf) auditLeafRow {
	return auditLeafRow{
		Leaf: l.Number, Seq: l.Seq, AccountID: l.AccountID, AccountSeq: l.AccountSeq, ImpersonationID: l.VisitID, Salt: l.Salt, Text: l.Text,
	}
}

func (r auditLeafRow) leaf() ledger.Leaf {
	return ledger.Leaf{
		Number: r.Leaf, Seq: r.Seq, AccountID: r.AccountID, AccountSeq: r.AccountSeq, VisitID: r.ImpersonationID, Salt: r.Salt, Text: r.Text,
	}
}

func (r auditHeadRow) head() ledger.Head {
	return ledger.Head{Epoch: r.Epoch, Size: r.Size, Root: r.Root, At: instant(r.At), Note: r.Note}
}
