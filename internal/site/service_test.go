package site_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"innkeeper/internal/dns"
	"innkeeper/internal/engine/disk"
	"innkeeper/internal/fault"
	"innkeeper/internal/file"
	"innkeeper/internal/principal"
	"innkeeper/internal/site"
	"innkeeper/internal/store"
	"innkeeper/internal/store/storetest"
)

type world struct {
	*storetest.World
	data    string
	disk    *disk.Disk
	domains *store.Domains
	site    *site.Service
	domain  dns.Domain
}

var system = principal.System("site")

func setup(t *testing.T) world {
	t.Helper()
	t.Parallel()
	w := world{World: storetest.NewWorld(t), data: t.TempDir()}
	d, err := disk.Open(w.data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	w.disk, w.domains = d, store.NewDomains(w.DB)
	w.site = site.New(site.Deps{Domains: w.domains, Disk: d})
	rooms := dns.New(dns.Deps{
		Tx: w.DB, Clock: w.DB, Store: w.domains, Records: store.NewRecords(w.DB), Accounts: w.Accounts, Limits: w.Plans(nil),
		Mailboxes: store.NewMailboxes(w.DB), Audit: w.Audit, Work: w.Work,
	})
	if w.domain, err = rooms.Create(t.Context(), w.Owner(w.Customer), w.Customer.ID, "example.com"); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w world) status(t *testing.T) dns.Status {
	t.Helper()
	d, err := w.domains.ByID(t.Context(), system.Scope(), w.domain.ID)
	if err != nil {
		t.Fatal(err)
	}
	return d.Status
}

func TestApplyMakesTheDocumentRootAndTheDomainActive(t *testing.T) {
	w := setup(t)
	root := filepath.Join(w.data, "homes", w.Customer.ID, "example.com")
	if got := w.status(t); got != dns.Pending {
		t.Errorf("a new domain is %s", got)
	}
	events := len(w.Events(t))
	for range 2 {
		if err := w.site.Apply(t.Context(), system, w.domain.ID); err != nil {
			t.Fatalf("Apply = %v", err)
		}
		if info, err := os.Stat(root); err != nil || !info.IsDir() || w.status(t) != dns.Active {
			t.Errorf("after Apply: %v, %v, %s", info, err, w.status(t))
		}
	}
	if err := os.Remove(root); err != nil {
		t.Fatal(err)
	}
	if err := w.site.Apply(t.Context(), system, w.domain.ID); err != nil {
		t.Errorf("Apply = %v", err)
	}
	if _, err := os.Stat(root); err != nil {
		t.Errorf("a root that was lost: %v, want it made again", err)
	}
	if n := len(w.Events(t)); n != events {
		t.Errorf("what follows from the owner's act left %d events of its own", n-events)
	}
}

func TestApplyOfADeletedDomainDoesNothing(t *testing.T) {
	w := setup(t)
	if err := w.domains.Delete(t.Context(), system.Scope(), w.domain.ID, w.domain.CreatedAt); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{w.domain.ID, "dom_missing"} {
		if err := w.site.Apply(t.Context(), system, id); err != nil {
			t.Errorf("Apply(%q) = %v", id, err)
		}
	}
	if _, err := os.Stat(filepath.Join(w.data, "homes", w.Customer.ID)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the home was made: %v", err)
	}
}

// full is a disk with no room left.
type full struct{}

func (full) EnsureFolder(context.Context, string, file.Path) error { return file.ErrDiskFull }

func TestADomainStaysPendingUntilItsRootIsThere(t *testing.T) {
	w := setup(t)
	err := site.New(site.Deps{Domains: w.domains, Disk: full{}}).Apply(t.Context(), system, w.domain.ID)
	if !fault.Retryable(err) || w.status(t) != dns.Pending {
		t.Errorf("Apply on a full disk = %v, the domain is %s; want it tried again and pending", err, w.status(t))
	}
	if _, err := w.disk.Append(t.Context(), w.Customer.ID, "up-1", 0, nil); err != nil {
		t.Fatal(err)
	}
	if err := w.disk.Place(t.Context(), w.Customer.ID, "up-1", "/example.com"); err != nil {
		t.Fatal(err)
	}
	if err := w.site.Apply(t.Context(), system, w.domain.ID); !errors.Is(err, file.ErrExists) || w.status(t) != dns.Pending {
		t.Errorf("Apply where a file stands = %v, the domain is %s; want ErrExists and pending", err, w.status(t))
	}
}
