package store

import (
	"context"
	"encoding/json"
	"strings"

	"gorm.io/gorm"

	"innkeeper/internal/audit"
	"innkeeper/internal/db"
	"innkeeper/internal/principal"
)

// Audit keeps audit events.
type Audit struct{ db *db.DB }

var _ audit.Store = (*Audit)(nil)

// NewAudit returns the store of audit events.
func NewAudit(d *db.DB) *Audit { return &Audit{db: d} }

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
}

func (auditEventRow) TableName() string { return "audit_events" }

// Append writes events in the transaction of the context.
func (s *Audit) Append(ctx context.Context, events ...audit.Event) error {
	rows := make([]auditEventRow, len(events))
	for i, e := range events {
		row, err := auditEventRowOf(e)
		if err != nil {
			return err
		}
		rows[i] = row
	}
	return insert(ctx, s.db, rows)
}

// List returns the events in the scope that pass the filter, newest first.
func (s *Audit) List(ctx context.Context, scope principal.Scope, f audit.Filter) ([]audit.Event, error) {
	q := s.db.Read(ctx).Scopes(withinPath(scope, "account_id", "account_path"), matching(f))
	var rows []auditEventRow
	if err := q.Order("seq DESC").Limit(f.Limit).Find(&rows).Error; err != nil {
		return nil, err
	}
	return eventsOf(rows)
}

// Last returns the newest event in the scope of each visit, its beginning, its end
// and the changes of its mode left out.
func (s *Audit) Last(ctx context.Context, scope principal.Scope, visitIDs []string) ([]audit.Event, error) {
	newest := s.db.Read(ctx).Model(&auditEventRow{}).Select("max(seq)").Scopes(withinPath(scope, "account_id", "account_path")).
		Where("impersonation_id IN ?", visitIDs).Where("action NOT IN ?", lifeOfVisit).Group("impersonation_id")
	var rows []auditEventRow
	if err := s.db.Read(ctx).Where("seq IN (?)", newest).Find(&rows).Error; err != nil {
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

func matching(f audit.Filter) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		for _, equal := range []struct{ column, value string }{
			{"action", f.Action}, {"actor_id", f.ActorID}, {"subject_id", f.SubjectID},
			{"account_id", f.AccountID}, {"impersonation_id", f.VisitID},
		} {
			if equal.value != "" {
				q = q.Where(equal.column+" = ?", equal.value)
			}
		}
		if len(f.Results) > 0 {
			q = q.Where("result IN ?", f.Results)
		}
		if f.Direct {
			q = q.Where("impersonation_id = '' AND actor_kind <> 'system' AND actor_account_id <> account_id")
		}
		if !f.From.IsZero() {
			q = q.Where("at >= ?", micros(f.From))
		}
		if !f.To.IsZero() {
			q = q.Where("at < ?", micros(f.To))
		}
		if f.Before > 0 {
			q = q.Where("seq < ?", f.Before)
		}
		for _, word := range strings.Fields(strings.ToLower(f.Query)) {
			like := "%" + escapeLike(word) + "%"
			q = q.Where(`(lower(actor_name) LIKE @w ESCAPE '\' OR lower(account_name) LIKE @w ESCAPE '\' OR lower(object_name) LIKE @w ESCAPE '\' OR lower(reason) LIKE @w ESCAPE '\' OR lower(request_id) LIKE @w ESCAPE '\' OR ip LIKE @w ESCAPE '\')`,
				map[string]any{"w": like})
		}
		return q
	}
}

// escapeLike makes the wildcards of LIKE ordinary letters.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

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
		Before: before, After: after, Result: string(e.Result), Reason: e.Reason,
		IP: e.IP, UserAgent: e.UserAgent, RequestID: e.RequestID,
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
		IP: r.IP, UserAgent: r.UserAgent, RequestID: r.RequestID,
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
