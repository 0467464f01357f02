package file_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/dns"
	"innkeeper/internal/engine/disk"
	"innkeeper/internal/file"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/internal/store/storetest"
)

type world struct {
	*storetest.World
	data  string
	disk  *mortalDisk
	store *mortalStore
	tx    *mortalTx
	file  *file.Service
}

func setup(t *testing.T) world {
	t.Helper()
	t.Parallel()
	w := world{World: storetest.NewWorld(t), data: t.TempDir()}
	d, err := disk.Open(w.data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	w.disk, w.store, w.tx = &mortalDisk{Disk: d}, &mortalStore{FileChanges: store.NewFileChanges(w.DB)}, &mortalTx{DB: w.DB}
	w.file = w.process()
	return w
}

// process returns the service as a process has it that has just begun.
func (w world) process() *file.Service {
	meter := file.NewMeter(w.disk, time.Now)
	return file.New(file.Deps{
		Tx: w.tx, Clock: w.DB, Store: w.store, Disk: w.disk, Desk: w.disk, Meter: meter,
		Accounts: w.Accounts, Limits: w.Plans(meter), Sites: store.NewDomains(w.DB), Audit: w.Audit, Work: w.Work,
	})
}

// runJobs does what the outbox promises, and returns the errors.
func (w world) runJobs(t *testing.T) []error {
	t.Helper()
	var errs []error
	for _, p := range w.Promises(t) {
		if err := w.process().Apply(t.Context(), principal.System("file"), p.ObjectID); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// home returns the path of something in the account's home.
func (w world) home(a principal.Account, path string) string {
	return filepath.Join(w.data, "homes", a.ID, path)
}

// desk returns the names of what lies aside for the account.
func (w world) desk(t *testing.T, a principal.Account) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(w.data, "uploads", a.ID))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.Name() != "lock" {
			names = append(names, e.Name())
		}
	}
	return names
}

func (w world) write(t *testing.T, by principal.Principal, path, body string) file.Written {
	t.Helper()
	written, err := w.file.Write(t.Context(), by, file.WriteInput{Path: path, Body: []byte(body)})
	if err != nil {
		t.Fatalf("Write(%q) = %v", path, err)
	}
	return written
}

func (w world) folder(t *testing.T, by principal.Principal, path string) {
	t.Helper()
	if _, err := w.file.CreateFolder(t.Context(), by, path); err != nil {
		t.Fatalf("CreateFolder(%q) = %v", path, err)
	}
}

// read returns the content as its owner sees it, or "(none)".
func (w world) read(t *testing.T, a principal.Account, path string) string {
	t.Helper()
	content, err := w.file.Read(t.Context(), w.Owner(a), path)
	if errors.Is(err, file.ErrNotFound) {
		return "(none)"
	}
	if err != nil {
		t.Fatalf("Read(%q) = %v", path, err)
	}
	defer content.Close()
	body, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// event returns the newest event.
func (w world) event(t *testing.T) audit.Event {
	t.Helper()
	events := w.Events(t)
	if len(events) == 0 {
		t.Fatal("there is no event")
	}
	return events[len(events)-1]
}

// serve lets a domain be served from a folder of the account.
func (w world) serve(t *testing.T, a principal.Account, name, root string) {
	t.Helper()
	now, err := w.DB.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d := dns.Domain{ID: "dom_" + name, AccountID: a.ID, Name: name, DocumentRoot: root, Status: dns.Active, Serial: 1, Version: 1, CreatedAt: now}
	if err := store.NewDomains(w.DB).Create(t.Context(), principal.Everything(), d); err != nil {
		t.Fatal(err)
	}
}
