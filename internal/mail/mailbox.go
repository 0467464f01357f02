// Package mail owns mailboxes: their addresses, quotas, who may set their
// passwords, and who may read what is in them. What is on disk is made by an
// engine, the domain belongs to dns, and receiving mail to the mail servers.
//
//	WAITING FOR PASSWORD ── the owner sets one ──▶ ACTIVE
//
// Nobody but the owner of the account ever chooses a password that opens his
// mail: a mailbox that somebody else creates waits until he sets it. Nobody but the
// owner reads it either, unless he lets support read one mailbox for a while; then
// a visitor's reading is recorded before he sees anything. Reading moves nothing.
package mail

import (
	"context"
	"io"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/dns"
	"innkeeper/internal/fault"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
)

// Status says whether a mailbox can be opened.
type Status string

// The states of a mailbox.
const (
	Waiting Status = "waiting_for_password" // the owner has not set a password yet
	Active  Status = "active"
)

// Mailbox receives mail under its address. Its password is kept apart, as a hash
// that no listing reads.
type Mailbox struct {
	ID          string
	AccountID   string
	DomainID    string
	Address     string // lower case, the domain in punycode
	PasswordSet bool
	Quota       *int64 // bytes; nil: only the plan's limit
	Used        int64  // bytes, as last measured
	ReadyAt     time.Time
	OpenUntil   time.Time // support may read it in a visit; zero: it may not
	Version     int64
	CreatedAt   time.Time
	DeletedAt   time.Time
}

// Status returns whether the mailbox can be opened.
func (m Mailbox) Status() Status {
	if m.PasswordSet {
		return Active
	}
	return Waiting
}

// Filter narrows a list of mailboxes; empty fields do not.
type Filter struct {
	AccountID string
	Query     string // a part of the address
}

// Page is one page of a list of mailboxes. Next is the key of the next page, ""
// at the end.
type Page struct {
	Mailboxes []Mailbox
	Next      string
}

// Store keeps mailboxes. What is deleted is found by no method.
type Store interface {
	ByID(ctx context.Context, scope principal.Scope, id string) (Mailbox, error)
	ByIDForUpdate(ctx context.Context, scope principal.Scope, id string) (Mailbox, error)
	List(ctx context.Context, scope principal.Scope, f Filter, after string, limit int) ([]Mailbox, error)
	// Taken reports whether a live mailbox has the address.
	Taken(ctx context.Context, scope principal.Scope, address string) (bool, error)
	// Create writes a mailbox with the hash of its password, "" for none.
	Create(ctx context.Context, scope principal.Scope, m Mailbox, hash string) error
	SetPassword(ctx context.Context, scope principal.Scope, id, hash string) error
	SetQuota(ctx context.Context, scope principal.Scope, id string, quota *int64) error
	// SetMeasured notes that the mailbox is on disk, since when and how large.
	SetMeasured(ctx context.Context, scope principal.Scope, id string, readyAt time.Time, used int64) error
	Delete(ctx context.Context, scope principal.Scope, id string, at time.Time) error
}

// Domains finds the domain of an address and keeps it from being deleted until
// the transaction ends.
type Domains interface {
	ByNameForUpdate(ctx context.Context, scope principal.Scope, name string) (dns.Domain, error)
}

// Accounts finds the account that has a mailbox.
type Accounts interface {
	Ref(ctx context.Context, scope principal.Scope, id string) (principal.Account, error)
}

// Limits knows what an account's plan allows. Allow returns a fault when the
// account may not have that many more, and is called in the transaction that
// adds them.
type Limits interface {
	Allow(ctx context.Context, accountID string, what string, more int64) error
}

// Policy says what a principal's role may do on an account.
type Policy interface {
	May(by principal.Principal, permission string, a principal.Account) bool
}

// PermissionPassword is the right to choose the password of a mailbox. It is not
// part of managing mailboxes.
const PermissionPassword = "mailbox:set-password"

// Hasher makes the argon2id hash of a password, in PHC string format.
type Hasher interface {
	Hash(ctx context.Context, password string) (string, error)
}

// Disk holds the mail. Ensure makes the folders of a mailbox, and changes
// nothing when they are there; Used measures them.
type Disk interface {
	EnsureMaildir(ctx context.Context, mailboxID string) error
	MailUsed(ctx context.Context, mailboxID string) (int64, error)
	// Deliver puts a message into the mailbox under a name of its own. When there
	// is one of that name already it has been done.
	Deliver(ctx context.Context, mailboxID, name string, at time.Time, message []byte) error
	// Messages returns what is in the mailbox, in no order; nothing before its
	// folders are made.
	Messages(ctx context.Context, mailboxID string) ([]Stored, error)
	// Message opens one message as it came, or returns ErrNoMessage.
	Message(ctx context.Context, mailboxID, id string) (Stored, io.ReadCloser, error)
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

// LimitMailboxes is the limit that a mailbox counts against.
const LimitMailboxes = "mailboxes"

// TaskApply makes a mailbox true on disk.
const TaskApply outbox.Task = "mailbox.apply"

// The acts of this room.
var (
	ActionCreate   = audit.NewAction("mailbox.create", "{actor} created the mailbox {object}.")
	ActionUpdate   = audit.NewAction("mailbox.update", "{actor} changed the mailbox {object}.")
	ActionPassword = audit.NewAction("mailbox.password", "{actor} set the password of the mailbox {object}.")
	ActionDelete   = audit.NewAction("mailbox.delete", "{actor} deleted the mailbox {object}.")
	ActionUnlock   = audit.NewAction("mailbox.unlock", "{actor} let support read the mailbox {object} for a while.")
	ActionLock     = audit.NewAction("mailbox.lock", "{actor} closed the mailbox {object} to support.")
	ActionMessages = audit.NewAction("mailbox.messages.list", "{actor} looked at the list of messages in the mailbox {object}.")
	ActionMessage  = audit.NewAction("mailbox.message.read", "{actor} read a message in the mailbox {object}.")
)

// The answers of this room.
var (
	ErrNotFound     = fault.New(fault.NotFound, "mailbox-not-found", "There is no such mailbox.")
	ErrTaken        = fault.New(fault.Conflict, "mailbox-taken", "There is a mailbox with that address already.")
	ErrClosedActing = fault.New(fault.Forbidden, "closed-while-acting", "The password of a mailbox is closed while you act for somebody else: only its owner may set it.")
	ErrClosedOthers = fault.New(fault.Forbidden, "closed-to-others", "Only the owner may set the password of a mailbox. Leave it out, and the mailbox waits for him.")
	ErrNoMessage    = fault.New(fault.NotFound, "message-not-found", "There is no such message.")
	ErrNoUnlock     = fault.New(fault.NotFound, "mailbox-unlock-not-found", "This mailbox is not open to support.")
	ErrMailClosed   = fault.New(fault.Forbidden, "closed-while-acting", "The mail in this mailbox is closed while you act for somebody else: only its owner can open it to you.")
	ErrMailOthers   = fault.New(fault.Forbidden, "closed-to-others", "The mail in a mailbox is its owner's alone.")
)
