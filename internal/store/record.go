package store

import (
	"context"

	"gorm.io/gorm"

	"innkeeper/internal/db"
	"innkeeper/internal/dns"
	"innkeeper/internal/principal"
)

// Records keeps the records of domains.
type Records struct{ db *db.DB }

var _ dns.Records = (*Records)(nil)

// NewRecords returns the store of records.
func NewRecords(d *db.DB) *Records { return &Records{db: d} }

type recordRow struct {
	ID        string `gorm:"primaryKey"`
	DomainID  string
	Name      string
	Type      string
	TTL       int64 `gorm:"column:ttl"`
	Value     string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (recordRow) TableName() string { return "dns_records" }

// of is the query for records of one live domain in the scope. The connections
// stand for the statement and for the domains inside it.
func (s *Records) of(q, domains *gorm.DB, scope principal.Scope, domainID string) *gorm.DB {
	return q.Model(&recordRow{}).Where("domain_id IN (?)", liveDomains(domains, scope).Select("id").Where("id = ?", domainID))
}

func (s *Records) read(ctx context.Context, scope principal.Scope, domainID string) *gorm.DB {
	return s.of(s.db.Read(ctx), s.db.Read(ctx), scope, domainID)
}

func (s *Records) write(ctx context.Context, scope principal.Scope, domainID string) *gorm.DB {
	return s.of(s.db.Write(ctx), s.db.Write(ctx), scope, domainID)
}

// ByID returns a record of a domain in the scope.
func (s *Records) ByID(ctx context.Context, scope principal.Scope, domainID, id string) (dns.Record, error) {
	var row recordRow
	err := s.read(ctx, scope, domainID).Where("id = ?", id).Take(&row).Error
	return row.record(), missing(err, dns.ErrRecordNotFound)
}

// List returns the records of a domain by name and type.
func (s *Records) List(ctx context.Context, scope principal.Scope, domainID string, after dns.RecordKey, limit int) ([]dns.Record, error) {
	var rows []recordRow
	err := s.read(ctx, scope, domainID).Where("(name, type, id) > (?, ?, ?)", after.Name, after.Type, after.ID).
		Order("name, type, id").Limit(limit).Find(&rows).Error
	return mapped(rows, recordRow.record), err
}

// At returns the records at one name.
func (s *Records) At(ctx context.Context, scope principal.Scope, domainID, name string) ([]dns.Record, error) {
	var rows []recordRow
	err := s.read(ctx, scope, domainID).Where("name = ?", name).Order("type, id").Find(&rows).Error
	return mapped(rows, recordRow.record), err
}

// Count returns how many records a domain has.
func (s *Records) Count(ctx context.Context, scope principal.Scope, domainID string) (int64, error) {
	var n int64
	err := s.read(ctx, scope, domainID).Count(&n).Error
	return n, err
}

// Create writes a record of a domain in the scope.
func (s *Records) Create(ctx context.Context, scope principal.Scope, r dns.Record) error {
	var n int64
	if err := liveDomains(s.db.Read(ctx), scope).Where("id = ?", r.DomainID).Count(&n).Error; err != nil {
		return err
	}
	if n == 0 {
		return dns.ErrNotFound
	}
	row := recordRowOf(r)
	return taken(s.db.Write(ctx).Create(&row).Error, dns.ErrRecordExists)
}

// Update writes what can change of a record.
func (s *Records) Update(ctx context.Context, scope principal.Scope, r dns.Record) error {
	q := s.write(ctx, scope, r.DomainID).Where("id = ?", r.ID).
		Updates(map[string]any{"name": r.Name, "type": r.Type, "ttl": r.TTL, "value": r.Value})
	return taken(touched(q, dns.ErrRecordNotFound), dns.ErrRecordExists)
}

// Delete removes a record.
func (s *Records) Delete(ctx context.Context, scope principal.Scope, domainID, id string) error {
	return touched(s.write(ctx, scope, domainID).Where("id = ?", id).Delete(&recordRow{}), dns.ErrRecordNotFound)
}

func recordRowOf(r dns.Record) recordRow {
	return recordRow{
		ID: r.ID, DomainID: r.DomainID, Name: r.Name, Type: r.Type, TTL: r.TTL, Value: r.Value, CreatedAt: micros(r.CreatedAt),
	}
}

func (r recordRow) record() dns.Record {
	if r.ID == "" {
		return dns.Record{}
	}
	return dns.Record{
		ID: r.ID, DomainID: r.DomainID, Name: r.Name, Type: r.Type, TTL: r.TTL, Value: r.Value, CreatedAt: instant(r.CreatedAt),
	}
}
