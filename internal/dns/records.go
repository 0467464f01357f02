package dns

import (
	"context"
	"slices"

	"innkeeper/internal/audit"
	"innkeeper/internal/ident"
	"innkeeper/internal/principal"
)

// Records returns the records of a domain by name and type, those after the key.
// It returns ErrNotFound for a domain outside the principal's scope.
func (s *Service) Records(ctx context.Context, by principal.Principal, domainID string, after RecordKey, limit int) (RecordPage, error) {
	if _, err := s.d.Store.ByID(ctx, by.Scope(), domainID); err != nil {
		return RecordPage{}, err
	}
	found, err := s.d.Records.List(ctx, by.Scope(), domainID, after, limit+1)
	if err != nil || len(found) <= limit {
		return RecordPage{Records: found}, err
	}
	next := found[limit-1].Key()
	return RecordPage{Records: found[:limit], Next: &next}, nil
}

// AddRecord adds a record. It returns ErrRecordExists for one that is there
// already, and ErrAlias where a CNAME would not be alone at its name.
func (s *Service) AddRecord(ctx context.Context, by principal.Principal, domainID string, in RecordInput) (Record, error) {
	return s.changeZone(ctx, by, domainID, func(ctx context.Context, d Domain) (r Record, e audit.Entry, err error) {
		if r, err = ParseRecord(d.Name, in); err != nil {
			return r, e, err
		}
		r.ID, r.DomainID = ident.New(ident.Record), d.ID
		if err := s.fits(ctx, by, r); err != nil {
			return r, e, err
		}
		count, err := s.d.Records.Count(ctx, by.Scope(), d.ID)
		if err != nil {
			return r, e, err
		}
		if count >= MaxRecords {
			return r, e, ErrTooManyRecords
		}
		if r.CreatedAt, err = s.d.Clock.Now(ctx); err != nil {
			return r, e, err
		}
		e = audit.Entry{Action: ActionRecordCreate, Object: r.object(d), After: r.fields()}
		return r, e, s.d.Records.Create(ctx, by.Scope(), r)
	})
}

// ChangeRecord makes a record what the input says. It returns ErrRecordNotFound
// when the domain has no such record, else what AddRecord returns.
func (s *Service) ChangeRecord(ctx context.Context, by principal.Principal, domainID, id string, in RecordInput) (Record, error) {
	return s.changeZone(ctx, by, domainID, func(ctx context.Context, d Domain) (r Record, e audit.Entry, err error) {
		old, err := s.d.Records.ByID(ctx, by.Scope(), d.ID, id)
		if err != nil {
			return r, e, err
		}
		if r, err = ParseRecord(d.Name, in); err != nil {
			return r, e, err
		}
		r.ID, r.DomainID, r.CreatedAt = old.ID, old.DomainID, old.CreatedAt
		if err := s.fits(ctx, by, r); err != nil {
			return r, e, err
		}
		e = audit.Entry{Action: ActionRecordUpdate, Object: r.object(d), Before: old.fields(), After: r.fields()}
		return r, e, s.d.Records.Update(ctx, by.Scope(), r)
	})
}

// RemoveRecord takes a record away. A second time it returns ErrRecordNotFound.
func (s *Service) RemoveRecord(ctx context.Context, by principal.Principal, domainID, id string) error {
	_, err := s.changeZone(ctx, by, domainID, func(ctx context.Context, d Domain) (r Record, e audit.Entry, err error) {
		if r, err = s.d.Records.ByID(ctx, by.Scope(), d.ID, id); err != nil {
			return r, e, err
		}
		e = audit.Entry{Action: ActionRecordDelete, Object: r.object(d), Before: r.fields()}
		return r, e, s.d.Records.Delete(ctx, by.Scope(), d.ID, r.ID)
	})
	return err
}

// changeZone runs a change of one record with the domain locked, raises the
// serial, and writes the event that the change returned.
func (s *Service) changeZone(ctx context.Context, by principal.Principal, domainID string,
	change func(ctx context.Context, d Domain) (Record, audit.Entry, error),
) (Record, error) {
	var changed Record
	err := s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		d, account, err := s.lock(ctx, by, domainID)
		if err != nil {
			return err
		}
		r, entry, err := change(ctx, d)
		if err != nil {
			return err
		}
		if err := s.d.Store.Renumber(ctx, by.Scope(), d.ID); err != nil {
			return err
		}
		changed, entry.Account = r, account
		return s.d.Audit.Record(ctx, by, entry)
	})
	return changed, err
}

// fits reports whether a record can stand beside the others at its name.
func (s *Service) fits(ctx context.Context, by principal.Principal, r Record) error {
	all, err := s.d.Records.At(ctx, by.Scope(), r.DomainID, r.Name)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(all, func(o Record) bool { return o.ID == r.ID })
	for _, o := range others {
		switch {
		case o.Type == r.Type && o.Value == r.Value:
			return ErrRecordExists
		case o.Type == "CNAME" || r.Type == "CNAME":
			return ErrAlias
		}
	}
	return nil
}

func (r Record) object(d Domain) audit.Object {
	return audit.Object{Kind: audit.ThingRecord, ID: r.ID, Name: r.Host(d.Name) + " " + r.Type}
}

// fields are the values of a record that stand in the log: whoever asks a name
// server sees them too.
func (r Record) fields() audit.Fields {
	return audit.Fields{"name": r.Name, "type": r.Type, "ttl": r.TTL, "value": r.Value}
}
