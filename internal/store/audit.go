package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"innkeeper/internal/audit"
	"innkeeper/internal/audit/ledger"
	"innkeeper/internal/db"
	"innkeeper/internal/principal"
)

// Audit keeps audit events, and the index by which they are found.
type Audit struct {
	db    *db.DB
	block int64 // how many numbers of events stand in a block of the index
	least int   // so many new events are worth it to let the index grow
	most  int   // so many are taken into it in one transaction
}

var _ audit.Store = (*Audit)(nil)

// NewAudit returns the store of audit events.
func NewAudit(d *db.DB) *Audit {
	return &Audit{db: d, block: blockSize, least: growAtLeast, most: growAtMost}
}

type auditEventRow struct {
	Seq             int64 `gorm:"primaryKey;autoIncrement"`
	At              int64
	ActorKind       string
	ActorID         string
	ActorName       string
	ActorRole       string
	ActorAccountID  string
	ActorEmployer   string
	SubjectID       string
	SubjectName     string
	AccountID       string
	AccountName     string
	AccountPath     string
	ImpersonationID string
	LoginSessionID  string
	Method          string
	Action          string
	ObjectKind      string
	ObjectID        string
	ObjectName      string
	Before          string
	After           string
	Result          string
	Reason          string
	IP              string
	UserAgent       string
	RequestID       string
	TraceID         string
	ProvedAt        int64     // 0: nobody had to
	TokenScopes     string    // with spaces between
	Payload         string    // the hash of its texts, where they stand in audit_payloads
	textsErasedAt   time.Time // read from there
}

func (auditEventRow) TableName() string { return "audit_events" }

// Append writes events in the transaction of the context, in their order.
func (s *Audit) Append(ctx context.Context, events ...audit.Event) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		for some := range slices.Chunk(events, givenAtOnce(s.db)) {
			if err := s.append(ctx, some); err != nil {
				return err
			}
		}
		return nil
	})
}

// append writes as many events as one statement is given, with the texts of those that
// have some.
func (s *Audit) append(ctx context.Context, events []audit.Event) error {
	rows := make([]auditEventRow, len(events))
	var texts []textsRow
	for i, e := range events {
		row, err := auditEventRowOf(e)
		if err != nil {
			return err
		}
		p, hash, some, err := ledger.PayloadOf(e)
		if err != nil {
			return err
		}
		if some {
			row.Payload = hash
			texts = append(texts, textsRow{Hash: hash, Behind: int64(len(events) - 1 - i), Salt: p.Salt, Text: p.Text})
		}
		rows[i] = row
	}
	return eachInsert(s.db, rows, func(sql string, args []any) error { return s.insertWithTexts(ctx, sql, args, texts) })
}

// events reads events with their texts.
func (s *Audit) events(q *gorm.DB) ([]auditEventRow, error) {
	var rows []auditEventRow
	plain := q.Session(&gorm.Session{NewDB: true})
	if err := q.Find(&rows).Error; err != nil {
		return nil, err
	}
	return rows, s.withTexts(plain, rows)
}

// Last returns the newest event in the scope of each visit, its beginning, its end
// and the changes of its mode left out.
func (s *Audit) Last(ctx context.Context, scope principal.Scope, visitIDs []string) ([]audit.Event, error) {
	newest := s.db.Read(ctx).Model(&auditEventRow{}).Select("max(seq)").Scopes(withinPath(scope, "account_id", "account_path")).
		Where("impersonation_id IN ?", visitIDs).Where("action NOT IN ?", lifeOfVisit).Group("impersonation_id")
	rows, err := s.events(s.db.Read(ctx).Where("seq IN (?)", newest))
	if err != nil {
		return nil, err
	}
	return eventsOf(rows)
}

// lifeOfVisit are the events of a visit's own life.
var lifeOfVisit = []string{"impersonation.start", "impersonation.stop", "impersonation.mode"}

func eventsOf(rows []auditEventRow) ([]audit.Event, error) {
	events := make([]audit.Event, len(rows))
	for i, row := range rows {
		e, err := row.event()
		if err != nil {
			return nil, err
		}
		events[i] = e
	}
	return events, nil
}

// escapeLike makes the wildcards of LIKE ordinary letters.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// auditEventRowOf is the row of an event without the texts that stand beside it.
func auditEventRowOf(e audit.Event) (auditEventRow, error) {
	before, err := fieldsText(e.Before)
	if err != nil {
		return auditEventRow{}, err
	}
	after, err := fieldsText(e.After)
	if err != nil {
		return auditEventRow{}, err
	}
	return auditEventRow{
		At:        micros(e.At),
		ActorKind: e.Actor.Kind, ActorID: e.Actor.ID, ActorName: e.Actor.Name, ActorRole: e.Actor.Role,
		ActorAccountID: e.Actor.AccountID, ActorEmployer: e.Actor.Employer,
		SubjectID: e.Subject.ID, SubjectName: e.Subject.Name,
		AccountID: e.Account.ID, AccountName: e.Account.Name, AccountPath: e.Path,
		ImpersonationID: e.VisitID, LoginSessionID: e.SessionID, Method: e.Method, Action: e.Action,
		ObjectKind: e.Object.Kind, ObjectID: e.Object.ID, ObjectName: e.Object.Name,
		Before: before, After: after, Result: string(e.Result), RequestID: e.RequestID, TraceID: e.TraceID,
		ProvedAt: microsOrNought(e.ProvedAt), TokenScopes: strings.Join(e.Scopes, " "),
	}, nil
}

func (r auditEventRow) event() (audit.Event, error) {
	before, err := fieldsOf(r.Before)
	if err != nil {
		return audit.Event{}, err
	}
	after, err := fieldsOf(r.After)
	if err != nil {
		return audit.Event{}, err
	}
	return audit.Event{
		Seq: r.Seq, At: instant(r.At),
		Actor: audit.Actor{
			Kind: r.ActorKind, ID: r.ActorID, Name: r.ActorName, Role: r.ActorRole,
			AccountID: r.ActorAccountID, Employer: r.ActorEmployer,
		},
		Subject: audit.Party{ID: r.SubjectID, Name: r.SubjectName},
		Account: audit.Party{ID: r.AccountID, Name: r.AccountName}, Path: r.AccountPath,
		VisitID: r.ImpersonationID, SessionID: r.LoginSessionID, Method: r.Method, Action: r.Action,
		Object: audit.Object{Kind: r.ObjectKind, ID: r.ObjectID, Name: r.ObjectName},
		Before: before, After: after, Result: audit.Result(r.Result), Reason: r.Reason,
		IP: r.IP, UserAgent: r.UserAgent, RequestID: r.RequestID, TraceID: r.TraceID,
		ProvedAt: instantUnlessNought(r.ProvedAt), Scopes: strings.Fields(r.TokenScopes), TextsErasedAt: r.textsErasedAt,
	}, nil
}

func fieldsText(f audit.Fields) (string, error) {
	if len(f) == 0 {
		return "", nil
	}
	text, err := json.Marshal(f) // keys come out sorted: the canonical text
	return string(text), err
}

func fieldsOf(text string) (audit.Fields, error) {
	if text == "" {
		return nil, nil
	}
	var f audit.Fields
	err := json.Unmarshal([]byte(text), &f)
	return f, err
}
