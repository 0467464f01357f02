package export

import (
	"context"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/operation"
	"innkeeper/internal/principal"
)

// Operations begins slow work.
type Operations interface {
	Start(ctx context.Context, by principal.Principal, kind operation.Kind, input any, fileName string) (operation.Operation, error)
}

// Recorder writes audit events.
type Recorder interface {
	Record(ctx context.Context, by principal.Principal, entry audit.Entry) error
}

// Accounts finds the account whose log is taken along.
type Accounts interface {
	Ref(ctx context.Context, scope principal.Scope, id string) (principal.Account, error)
}

// Tx runs transactions and tells the time.
type Tx interface {
	InTx(ctx context.Context, run func(ctx context.Context) error) error
	Now(ctx context.Context) (time.Time, error)
}

// Deps is what the service works with.
type Deps struct {
	Tx         Tx
	Operations Operations
	Accounts   Accounts
	Audit      Recorder
}

// Service takes wishes.
type Service struct{ d Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{d: d} }

// Start promises an export. Its event stands with the account whose log it is; with the
// own one where no account is named.
func (s *Service) Start(ctx context.Context, by principal.Principal, w Wish) (operation.Operation, error) {
	if err := w.check(); err != nil {
		return operation.Operation{}, err
	}
	var o operation.Operation
	err := s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		of, err := s.account(ctx, by, w.Filter.AccountID)
		if err != nil {
			return err
		}
		now, err := s.d.Tx.Now(ctx)
		if err != nil {
			return err
		}
		name := "activity-" + now.UTC().Format("2006-01-02") + "." + w.Format
		if o, err = s.d.Operations.Start(ctx, by.WithScope(principal.Only(by.Account)), Kind, w, name); err != nil {
			return err
		}
		return s.d.Audit.Record(ctx, by, audit.Entry{
			Action: ActionExport, Account: of, Object: audit.Object{Kind: audit.ThingOperation, ID: o.ID, Name: name},
			After: audit.Fields{"format": w.Format, "columns": orAll(w.Columns), "filter": said(w.Filter)},
		})
	})
	return o, err
}

func (s *Service) account(ctx context.Context, by principal.Principal, id string) (principal.Account, error) {
	if id == "" || id == by.Subject.ID {
		return by.Subject, nil
	}
	return s.d.Accounts.Ref(ctx, by.Scope(), id)
}

// said is what the record tells of a filter.
func said(f audit.Filter) map[string]string {
	words := map[string]string{}
	for name, value := range map[string]string{
		"event": f.Action, "actor_id": f.ActorID, "subject_id": f.SubjectID, "account_id": f.AccountID, "object_kind": f.ObjectKind, "object_id": f.ObjectID,
		"impersonation_id": f.VisitID, "ip": f.IP, "request_id": f.RequestID, "token_id": f.TokenID, "q": f.Query, "from": instant(f.From), "to": instant(f.To),
	} {
		if value != "" {
			words[name] = value
		}
	}
	return words
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
