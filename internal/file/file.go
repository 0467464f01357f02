// Package file owns the files of an account: listing, reading and changing them.
// How they lie on disk is left to an engine, what a document root is to site.
//
// A change is committed before it happens. What is new is written aside; then one
// transaction keeps the event, the change and the promise of a job; then the disk
// follows, by a rename. A process that dies in between leaves the change to the
// job, and changes of an account are made true in the order they were committed.
//
//	ASIDE ── committed ──▶ OPEN ── made true on disk ──▶ DONE
//	  └── abandoned ──▶ removed by Clean
package file

import (
	"context"
	"io"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
)

// Entry is a file or folder as it is on disk. Links, pipes and devices are none.
type Entry struct {
	Path       Path
	Folder     bool
	Size       int64 // of a file
	ModifiedAt time.Time
	ETag       string // of a file: another one once the content is
}

// Kind returns what people call it.
func (e Entry) Kind() string {
	if e.Folder {
		return audit.ThingFolder
	}
	return audit.ThingFile
}

// Digest tells one content from another without showing it.
type Digest struct {
	Size   int64
	SHA256 string // hexadecimal
}

// Content is an open file. Whoever has it closes it.
type Content struct {
	Entry
	io.ReadCloser
}

// Kind says what a change does.
type Kind string

// The kinds of changes.
const (
	KindWrite  Kind = "write"  // Source, the name of what lies aside, becomes Target
	KindFolder Kind = "folder" // Target becomes a folder
	KindRename Kind = "rename" // Source becomes Target
	KindDelete Kind = "delete" // Source goes
)

// Change is a change that has been committed and is made true on disk. Failure
// says why that can never be; a change that failed is done.
type Change struct {
	ID        string
	AccountID string
	Seq       int64 // the order within the account
	Kind      Kind
	Source    string
	Target    string
	CreatedAt time.Time
	DoneAt    time.Time
	Failure   string
}

// Store keeps changes.
type Store interface {
	// Add writes changes of one account, in order, behind those it has.
	Add(ctx context.Context, scope principal.Scope, changes []Change) error
	ByID(ctx context.Context, scope principal.Scope, id string) (Change, error)
	// Open returns the account's changes that are not done, in order.
	Open(ctx context.Context, scope principal.Scope, accountID string) ([]Change, error)
	Done(ctx context.Context, scope principal.Scope, id string, at time.Time, failure string) error
	// Forget removes what was done before the instant.
	Forget(ctx context.Context, scope principal.Scope, before time.Time) error
}

// Disk holds the homes. Its changes can be made again: what is as wanted stays
// as it is. Links are never followed out of a home.
type Disk interface {
	// Hold waits until nobody else changes the account's files, and keeps it so
	// until release.
	Hold(ctx context.Context, accountID string) (release func(), err error)
	List(ctx context.Context, accountID string, folder Path) ([]Entry, error)
	Stat(ctx context.Context, accountID string, p Path) (Entry, error)
	Open(ctx context.Context, accountID string, p Path) (Content, error)
	EnsureFolder(ctx context.Context, accountID string, p Path) error
	Rename(ctx context.Context, accountID string, from, to Path) error
	// Remove moves the path aside under the name, then removes it.
	Remove(ctx context.Context, accountID string, p Path, name string) error
	// Measure returns the bytes of all files, those aside included.
	Measure(ctx context.Context, accountID string) (int64, error)
}

// Desk holds what lies aside: uploads that are not complete, and complete ones
// that wait for their change. A name is one plain word.
type Desk interface {
	// Append writes the bytes at the offset, which is at most the size so far,
	// and returns the size; what lay behind is cut off. ErrOffset carries the
	// size.
	Append(ctx context.Context, accountID, name string, offset int64, body []byte) (int64, error)
	Inspect(ctx context.Context, accountID, name string) (Entry, Digest, error)
	// Retitle gives what lies under one name another one.
	Retitle(ctx context.Context, accountID, from, to string) error
	// Discard removes what lies aside; nothing there is fine.
	Discard(ctx context.Context, accountID, name string) error
	// Place makes what lies aside the file at the path; nothing aside means that
	// it has been done.
	Place(ctx context.Context, accountID, name string, to Path) error
	// Accounts returns for whom something lies aside.
	Accounts(ctx context.Context) ([]string, error)
	// Sweep removes what has not been touched since the instant, but not the
	// names to keep.
	Sweep(ctx context.Context, accountID string, before time.Time, keep func(name string) bool) error
}

// Accounts finds an account.
type Accounts interface {
	Ref(ctx context.Context, scope principal.Scope, id string) (principal.Account, error)
}

// Limits knows what an account's plan allows. Allow returns a fault when the
// account may not have that many more.
type Limits interface {
	Allow(ctx context.Context, accountID string, what string, more int64) error
}

// Sites names the folders that domains are served from.
type Sites interface {
	Roots(ctx context.Context, scope principal.Scope, accountID string) ([]string, error)
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

// LimitDisk is the limit that bytes count against.
const LimitDisk = "disk_bytes"

// TaskApply makes a committed change true on disk.
const TaskApply outbox.Task = "file.apply"

// The acts of this room.
var (
	ActionWrite  = audit.NewAction("file.write", "{actor} changed the file {object}.")
	ActionFolder = audit.NewAction("file.folder", "{actor} created the folder {object}.")
	ActionRename = audit.NewAction("file.rename", "{actor} renamed {object}.")
	ActionDelete = audit.NewAction("file.delete", "{actor} deleted {object}.")
	ActionRead   = audit.NewAction("file.read", "{actor} read the file {object}.")
)

// The answers of this room.
var (
	ErrNotFound  = fault.New(fault.NotFound, "file-not-found", "There is no such file or folder.")
	ErrExists    = fault.New(fault.Conflict, "file-exists", "There is a file or folder of that name already.")
	ErrIsFolder  = fault.New(fault.Conflict, "file-is-folder", "This is a folder, not a file.")
	ErrNotFolder = fault.New(fault.Conflict, "file-no-folder", "There is no such folder.")
	ErrInside    = fault.New(fault.Conflict, "file-inside-itself", "A folder cannot be moved into itself.")
	ErrHome      = fault.New(fault.Conflict, "file-is-home", "The home folder itself can be neither renamed nor deleted.")
	ErrServed    = fault.New(fault.Conflict, "file-is-served", "A domain is served from this folder. Delete the domain first; what is in the folder can be changed.")
	ErrOverQuota = fault.New(fault.Conflict, "over-quota", "There is not enough space left in this account.")
	ErrOffset    = fault.New(fault.Conflict, "upload-offset", "The upload goes on at another place.")
	ErrStale     = fault.New(fault.Stale, "file-changed", "The file has been changed in between. Load it again before you save.")
	ErrBusy      = fault.New(fault.Unavailable, "files-busy", "The files of this account are being changed by somebody else. Please try again.")
	ErrDiskFull  = fault.New(fault.Unavailable, "disk-full", "The server's disk is full. Nothing was changed.")
)
