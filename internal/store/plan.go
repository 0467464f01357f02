package store

import (
	"context"

	"gorm.io/gorm/clause"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
)

// Plans keeps plans and counts what accounts have.
type Plans struct{ db *db.DB }

var _ plan.Store = (*Plans)(nil)

// NewPlans returns the store of plans.
func NewPlans(d *db.DB) *Plans { return &Plans{db: d} }

type planRow struct {
	ID        string `gorm:"primaryKey"`
	Name      string
	Domains   *int64
	Mailboxes *int64
	DiskBytes *int64
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (planRow) TableName() string { return "plans" }

// Create writes a plan. It returns plan.ErrNameTaken when another has its name.
func (s *Plans) Create(ctx context.Context, p plan.Plan) error {
	row := planRow{
		ID: p.ID, Name: p.Name, CreatedAt: micros(p.CreatedAt),
		Domains: p.Limits.Domains, Mailboxes: p.Limits.Mailboxes, DiskBytes: p.Limits.DiskBytes,
	}
	written := s.db.Write(ctx).
		Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "name"}}, DoNothing: true}).
		Create(&row)
	return touched(written, plan.ErrNameTaken)
}

// ByIDs returns the plans of these ids; missing ones are left out.
func (s *Plans) ByIDs(ctx context.Context, ids []string) (map[string]plan.Plan, error) {
	var rows []planRow
	err := s.db.Read(ctx).Where("id IN ?", distinct(ids)).Find(&rows).Error
	plans := make(map[string]plan.Plan, len(rows))
	for _, row := range rows {
		plans[row.ID] = row.plan()
	}
	return plans, err
}

// List returns plans in the order they were made, after the given id.
func (s *Plans) List(ctx context.Context, after string, limit int) ([]plan.Plan, error) {
	var rows []planRow
	err := s.db.Read(ctx).Where("id > ?", after).Order("id").Limit(limit).Find(&rows).Error
	return mapped(rows, planRow.plan), err
}

// OfAccount locks the account until the transaction ends and returns its plan, the
// zero Plan when it has none. It returns account.ErrNotFound for a missing or
// deleted account.
func (s *Plans) OfAccount(ctx context.Context, accountID string) (plan.Plan, error) {
	var locked accountRow
	err := s.db.Write(ctx).Scopes(locking(s.db, forChange)).Select("id", "plan_id").
		Where("id = ? AND deleted_at IS NULL", accountID).Take(&locked).Error
	if err != nil || locked.PlanID == nil {
		return plan.Plan{}, missing(err, account.ErrNotFound)
	}
	var row planRow
	err = s.db.Write(ctx).Where("id = ?", *locked.PlanID).Take(&row).Error
	return row.plan(), missing(err, plan.ErrNotFound)
}

type usageRow struct {
	ID        string
	Domains   int64
	Mailboxes int64
	MailBytes int64
}

// Count returns what those of the accounts have in the database that are in the
// scope: their domains, their mailboxes, and the bytes of their mail.
func (s *Plans) Count(ctx context.Context, scope principal.Scope, accountIDs []string) (map[string]plan.Usage, error) {
	var rows []usageRow
	err := s.db.Read(ctx).Table("accounts a").Scopes(among(scope)).
		Select(`a.id,
			(SELECT count(*) FROM domains d WHERE d.account_id = a.id AND d.deleted_at IS NULL) AS domains,
			(SELECT count(*) FROM mailboxes m WHERE m.account_id = a.id AND m.deleted_at IS NULL) AS mailboxes,
			(SELECT CAST(coalesce(sum(m.used_bytes), 0) AS BIGINT) FROM mailboxes m WHERE m.account_id = a.id AND m.deleted_at IS NULL) AS mail_bytes`).
		Where("a.id IN ?", distinct(accountIDs)).Find(&rows).Error
	usage := make(map[string]plan.Usage, len(rows))
	for _, row := range rows {
		usage[row.ID] = plan.Usage{Domains: row.Domains, Mailboxes: row.Mailboxes, DiskBytes: row.MailBytes}
	}
	return usage, err
}

func (r planRow) plan() plan.Plan {
	return plan.Plan{
		ID: r.ID, Name: r.Name, CreatedAt: instant(r.CreatedAt),
		Limits: plan.Limits{Domains: r.Domains, Mailboxes: r.Mailboxes, DiskBytes: r.DiskBytes},
	}
}
