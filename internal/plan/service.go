package plan

import (
	"context"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/ident"
	"innkeeper/internal/principal"
)

// ActionCreate is the act of making a plan.
var ActionCreate = audit.NewAction("plan.create", "{actor} created the plan {object}.")

// Store keeps plans and counts what accounts have.
type Store interface {
	// Create writes a plan; ErrNameTaken when another has its name.
	Create(ctx context.Context, p Plan) error
	// ByIDs returns the plans of these ids; missing ones are left out.
	ByIDs(ctx context.Context, ids []string) (map[string]Plan, error)
	// List returns plans in the order they were made, after the given id.
	List(ctx context.Context, after string, limit int) ([]Plan, error)
	// OfAccount locks the account until the end of the transaction and returns its
	// plan, the zero Plan when it has none.
	OfAccount(ctx context.Context, accountID string) (Plan, error)
	// Count returns what accounts in the scope have in the database: their domains,
	// mailboxes and the bytes of their mail.
	Count(ctx context.Context, scope principal.Scope, accountIDs []string) (map[string]Usage, error)
}

// Disk measures the files of an account.
type Disk interface {
	Used(ctx context.Context, accountID string) (int64, error)
}

// Tx runs transactions.
type Tx interface {
	InTx(ctx context.Context, run func(ctx context.Context) error) error
}

// Clock is the one clock for what is persisted.
type Clock interface {
	Now(ctx context.Context) (time.Time, error)
}

// Audit writes the record.
type Audit interface {
	Record(ctx context.Context, by principal.Principal, e audit.Entry) error
}

// Deps is what the service needs.
type Deps struct {
	Tx    Tx
	Clock Clock
	Store Store
	Disk  Disk
	Audit Audit
}

// Service holds the rules about plans.
type Service struct {
	tx    Tx
	clock Clock
	store Store
	disk  Disk
	audit Audit

	lately *lately
}

// New returns the service.
func New(d Deps) *Service {
	return &Service{tx: d.Tx, clock: d.Clock, store: d.Store, disk: d.Disk, audit: d.Audit, lately: newLately(d.Disk)}
}

// Create makes a plan. It returns ErrNameTaken when there is one of that name.
func (s *Service) Create(ctx context.Context, by principal.Principal, name string, limits Limits) (Plan, error) {
	p, err := Plan{ID: ident.New(ident.Plan), Name: name, Limits: limits}.normal()
	if err != nil {
		return Plan{}, err
	}
	err = s.tx.InTx(ctx, func(ctx context.Context) error {
		var err error
		if p.CreatedAt, err = s.clock.Now(ctx); err != nil {
			return err
		}
		if err := s.store.Create(ctx, p); err != nil {
			return err
		}
		return s.audit.Record(ctx, by, audit.Entry{
			Action: ActionCreate, Account: by.Subject,
			Object: audit.Object{Kind: audit.ThingPlan, ID: p.ID, Name: p.Name}, After: fields(p),
		})
	})
	return p, err
}

// List returns plans in the order they were made, after the plan of the given id
// or from the beginning. Plans are an offer: who may see one sees all.
func (s *Service) List(ctx context.Context, _ principal.Principal, after string, limit int) ([]Plan, error) {
	return s.store.List(ctx, after, limit)
}

// Get returns a plan, or ErrNotFound.
func (s *Service) Get(ctx context.Context, _ principal.Principal, id string) (Plan, error) {
	return s.get(ctx, id)
}

// ByIDs returns the plans of these ids; missing ones are left out.
func (s *Service) ByIDs(ctx context.Context, ids []string) (map[string]Plan, error) {
	return s.store.ByIDs(ctx, ids)
}

func (s *Service) get(ctx context.Context, id string) (Plan, error) {
	found, err := s.store.ByIDs(ctx, []string{id})
	if err != nil {
		return Plan{}, err
	}
	p, ok := found[id]
	if !ok {
		return Plan{}, ErrNotFound
	}
	return p, nil
}

// normal returns the plan as it is kept, or every field that breaks a rule.
func (p Plan) normal() (Plan, error) {
	var bad fault.Fields
	p.Name = bad.Name("/name", p.Name, 80)
	for _, each := range p.Limits.each() {
		if each.limit != nil && *each.limit < 0 {
			bad.Add("/limits/"+each.what, "invalid", "A limit is not below zero; leave it out for unlimited.")
		}
	}
	return p, bad.Err()
}

func fields(p Plan) audit.Fields {
	f := audit.Fields{"name": p.Name}
	for _, each := range p.Limits.each() {
		if each.limit != nil {
			f[each.what] = *each.limit
		}
	}
	return f
}
