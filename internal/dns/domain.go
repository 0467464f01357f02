// Package dns owns internet domains and their records: which names an account
// has, what stands in their zones, and which names and values are allowed. What
// is on disk for a domain is left to site, its mailboxes to mail, and answering
// queries to an engine.
//
//	PENDING ── its document root is on disk (site.apply) ──▶ ACTIVE
//
// A new domain has no records: which addresses and name servers are right depends
// on where it will be hosted, and a wrong guess is worse than none.
package dns

import (
	"context"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
)

// Status says how far a domain has come.
type Status string

// The states of a domain.
const (
	Pending Status = "pending" // its document root is not on disk yet
	Active  Status = "active"
)

// Domain is an internet domain of an account. DocumentRoot is a path below the
// account's home, such as "/example.com".
type Domain struct {
	ID           string
	AccountID    string
	Name         string // lower case, punycode (RFC 5891), without the last dot
	DocumentRoot string
	Status       Status
	Serial       int64 // grows with every change of the records (RFC 1035 §3.3.13)
	Version      int64
	CreatedAt    time.Time
	DeletedAt    time.Time
}

// Filter narrows a list of domains; empty fields do not.
type Filter struct {
	AccountID string
	Query     string // a part of the name
}

// Page is one page of a list of domains. Next is the key of the next page, "" at
// the end.
type Page struct {
	Domains []Domain
	Next    string
}

// Store keeps domains. What is deleted is found by no method.
type Store interface {
	ByID(ctx context.Context, scope principal.Scope, id string) (Domain, error)
	ByIDForUpdate(ctx context.Context, scope principal.Scope, id string) (Domain, error)
	List(ctx context.Context, scope principal.Scope, f Filter, after string, limit int) ([]Domain, error)
	// Claimed reports whether the name is in use already, or lies above or below
	// a name of another account. Until the transaction ends nobody else can claim
	// a name that would change the answer.
	Claimed(ctx context.Context, accountID, name string) (bool, error)
	Create(ctx context.Context, scope principal.Scope, d Domain) error
	// SetStatus and Renumber change one field; Renumber raises the serial.
	SetStatus(ctx context.Context, scope principal.Scope, id string, status Status) error
	Renumber(ctx context.Context, scope principal.Scope, id string) error
	Delete(ctx context.Context, scope principal.Scope, id string, at time.Time) error
}

// Records keeps the records of live domains.
type Records interface {
	ByID(ctx context.Context, scope principal.Scope, domainID, id string) (Record, error)
	List(ctx context.Context, scope principal.Scope, domainID string, after RecordKey, limit int) ([]Record, error)
	At(ctx context.Context, scope principal.Scope, domainID, name string) ([]Record, error)
	Count(ctx context.Context, scope principal.Scope, domainID string) (int64, error)
	Create(ctx context.Context, scope principal.Scope, r Record) error
	Update(ctx context.Context, scope principal.Scope, r Record) error
	Delete(ctx context.Context, scope principal.Scope, domainID, id string) error
}

// Accounts finds the account that has a domain.
type Accounts interface {
	Ref(ctx context.Context, scope principal.Scope, id string) (principal.Account, error)
}

// Limits knows what an account's plan allows. Allow returns a fault when the
// account may not have that many more, and is called in the transaction that
// adds them.
type Limits interface {
	Allow(ctx context.Context, accountID string, what string, more int64) error
}

// Mailboxes names up to limit live mailboxes that stand in the way of deleting a
// domain.
type Mailboxes interface {
	Addresses(ctx context.Context, scope principal.Scope, domainID string, limit int) ([]string, error)
}

// Tx runs transactions.
type Tx interface {
	InTx(ctx context.Context, run func(ctx context.Context) error) error
}

// Clock is the one clock for what is persisted.
type Clock interface {
	Now(ctx context.Context) (time.Time, error)
}

// Audit writes the record of what was done.
type Audit interface {
	Record(ctx context.Context, by principal.Principal, e audit.Entry) error
}

// Work promises jobs.
type Work interface {
	Add(ctx context.Context, by principal.Principal, task outbox.Task, objectID string) error
}

// LimitDomains is the limit that a domain counts against.
const LimitDomains = "domains"

// TaskApply makes the document root of a domain true on disk; the room site does
// it.
const TaskApply outbox.Task = "site.apply"

// The acts of this room.
var (
	ActionCreate       = audit.NewAction("domain.create", "{actor} added the domain {object}.")
	ActionDelete       = audit.NewAction("domain.delete", "{actor} deleted the domain {object}.")
	ActionRecordCreate = audit.NewAction("record.create", "{actor} added the DNS record {object}.")
	ActionRecordUpdate = audit.NewAction("record.update", "{actor} changed the DNS record {object}.")
	ActionRecordDelete = audit.NewAction("record.delete", "{actor} deleted the DNS record {object}.")
)

// The answers of this room. ErrTaken is the same whoever has the name: which
// other customers there are is nobody's business.
var (
	ErrNotFound       = fault.New(fault.NotFound, "domain-not-found", "There is no such domain.")
	ErrTaken          = fault.New(fault.Conflict, "domain-taken", "That domain is in use already, or belongs with a domain of another account.")
	ErrHasMailboxes   = fault.New(fault.Conflict, "domain-has-mailboxes", "The domain still has mailboxes. Please delete them first.")
	ErrRecordNotFound = fault.New(fault.NotFound, "record-not-found", "There is no such DNS record.")
	ErrRecordExists   = fault.New(fault.Conflict, "record-exists", "The domain has this DNS record already.")
	ErrAlias          = fault.New(fault.Conflict, "record-alias", "A name with a CNAME record can have no other record (RFC 1034, 3.6.2).")
	ErrTooManyRecords = fault.New(fault.Conflict, "record-limit", "The domain has as many DNS records as it can have.")
)
