// Package site owns what a domain serves: its document root on disk. Which
// domains there are is left to dns, what is in the root to file, and answering
// requests to an engine.
package site

import (
	"context"
	"errors"
	"fmt"

	"innkeeper/internal/dns"
	"innkeeper/internal/file"
	"innkeeper/internal/principal"
)

// Domains keeps the domains that sites belong to.
type Domains interface {
	ByID(ctx context.Context, scope principal.Scope, id string) (dns.Domain, error)
	SetStatus(ctx context.Context, scope principal.Scope, id string, status dns.Status) error
}

// Disk holds the homes. EnsureFolder makes a folder with those above it, and
// changes nothing when it is there.
type Disk interface {
	EnsureFolder(ctx context.Context, accountID string, folder file.Path) error
}

// Deps is what the service works with.
type Deps struct {
	Domains Domains
	Disk    Disk
}

// Service makes sites true.
type Service struct{ d Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{d: d} }

// Apply makes the document root of a domain on disk, then calls the domain
// active. Done again it makes a root that is missing once more; for a domain that
// was deleted meanwhile it does nothing.
func (s *Service) Apply(ctx context.Context, by principal.Principal, domainID string) error {
	d, err := s.d.Domains.ByID(ctx, by.Scope(), domainID)
	if errors.Is(err, dns.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	root, flaw := file.ParsePath(d.DocumentRoot)
	if flaw != nil {
		return fmt.Errorf("site: the document root of %s: %w", d.ID, flaw)
	}
	if err := s.d.Disk.EnsureFolder(ctx, d.AccountID, root); err != nil {
		return fmt.Errorf("make the document root of %s: %w", d.ID, err)
	}
	if d.Status == dns.Active {
		return nil
	}
	err = s.d.Domains.SetStatus(ctx, by.Scope(), d.ID, dns.Active)
	if errors.Is(err, dns.ErrNotFound) {
		return nil // deleted while its folder was made
	}
	return err
}
