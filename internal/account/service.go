package account

import (
	"context"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/outbox"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
)

// The tasks of this room.
const (
	TaskApply  outbox.Task = "account.apply"  // of an account: make its services match
	TaskInvite outbox.Task = "account.invite" // of an invitation: send it
)

// Store keeps accounts. Deleted ones are not found.
type Store interface {
	// Create writes an account; ErrUsernameTaken when another has its username.
	Create(ctx context.Context, scope principal.Scope, a Account) error
	ByID(ctx context.Context, scope principal.Scope, id string) (Account, error)
	// EverByID is ByID that finds deleted accounts too.
	EverByID(ctx context.Context, scope principal.Scope, id string) (Account, error)
	// LockWithin is EverByID for several, locked in the order of their ids until the
	// end of the transaction. Missing ones are left out.
	LockWithin(ctx context.Context, scope principal.Scope, ids ...string) (map[string]Account, error)
	// Update writes every field that can change and raises the version.
	Update(ctx context.Context, scope principal.Scope, a Account) error
	// Refs returns accounts by their ids, deleted ones too: they are named beside
	// others, without scope.
	Refs(ctx context.Context, ids []string) (map[string]principal.Account, error)
}

// Tree keeps the tree of owners.
type Tree interface {
	// Hold keeps the tree from changing its shape until the end of the transaction;
	// alone also keeps others from holding it. It is the first lock taken.
	Hold(ctx context.Context, alone bool) error
	// Move hangs the account below another: its owner, and the paths of all below.
	Move(ctx context.Context, scope principal.Scope, a Account, ownerID, path string, at time.Time) error
	// OwnsAny reports whether an account that is not deleted has this one as owner.
	OwnsAny(ctx context.Context, id string) (bool, error)
}

// Index finds accounts.
type Index interface {
	// SetTerms replaces the terms that a source (the account, or one of its domains)
	// gives to an account.
	SetTerms(ctx context.Context, accountID, source string, terms []string) error
	List(ctx context.Context, scope principal.Scope, f Filter) ([]Account, error)
	// Totals counts the accounts in the scope by how they stand, one excepted.
	Totals(ctx context.Context, scope principal.Scope, except string) (map[Status]int, error)
	// PrimaryDomains returns the oldest domain of each account that has one.
	PrimaryDomains(ctx context.Context, accountIDs []string) (map[string]string, error)
}

// People keeps the people of accounts.
type People interface {
	// Add writes a person unless one has the e-mail address, and returns who has it
	// now. ErrUsernameTaken when somebody else has the username.
	Add(ctx context.Context, p Person) (Person, error)
	Join(ctx context.Context, m Membership) error
	// Owners returns the people who have the owner's role on the account.
	Owners(ctx context.Context, accountID string) ([]Person, error)
	ByID(ctx context.Context, id string) (Person, error)
	Memberships(ctx context.Context, personID string) ([]Membership, error)
}

// Roles tells which role the owner of a kind of account has.
type Roles interface {
	OwnerRole(ctx context.Context, kind string) (string, error)
}

// Plans knows plans and what is used of them.
type Plans interface {
	ByIDs(ctx context.Context, ids []string) (map[string]plan.Plan, error)
	Usage(ctx context.Context, by principal.Principal, accountIDs []string) (map[string]plan.Usage, error)
	Fits(ctx context.Context, accountID, planID string) error
}

// Policy answers whether a principal may do an act on an account, also on one that
// is only about to be.
type Policy interface {
	May(by principal.Principal, permission string, a principal.Account) bool
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

// EmailChange is an account getting another e-mail address.
type EmailChange struct {
	AccountID string
	Account   string
	Old       string
	New       string
	By        string // who changed it, and for whom they work
	Employer  string
	At        time.Time
}

// Notices tells people.
type Notices interface {
	// EmailChanged tells an account at both of its addresses.
	EmailChanged(ctx context.Context, c EmailChange) error
}

// Work promises work.
type Work interface {
	Add(ctx context.Context, by principal.Principal, task outbox.Task, objectID string) error
}

// Deps is what the service needs.
type Deps struct {
	Tx          Tx
	Clock       Clock
	Accounts    Store
	Tree        Tree
	Index       Index
	People      People
	Invitations Invitations
	Roles       Roles
	Plans       Plans
	Policy      Policy
	Sessions    Sessions
	Visits      Visits
	Passwords   Passwords
	Mailer      Mailer
	Notices     Notices
	Audit       Audit
	Work        Work
	Followers   []Follower
}

// Service holds the rules about accounts.
type Service struct{ d Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{d: d} }

// lock returns one account, locked until the end of the transaction.
func (s *Service) lock(ctx context.Context, by principal.Principal, id string) (Account, error) {
	found, err := s.d.Accounts.LockWithin(ctx, by.Scope(), id)
	if err != nil {
		return Account{}, err
	}
	a, ok := found[id]
	if !ok || a.Deleted() {
		return Account{}, ErrNotFound
	}
	return a, nil
}

// Apply makes what the account hosts match how it stands, deleted or not. It is
// the job of TaskApply: repeated or late it does good.
func (s *Service) Apply(ctx context.Context, by principal.Principal, id string) error {
	a, err := s.d.Accounts.EverByID(ctx, by.Scope(), id)
	if err != nil {
		return err
	}
	for _, follower := range s.d.Followers {
		if err := follower.ApplyAccount(ctx, by, a); err != nil {
			return err
		}
	}
	return nil
}
