package file

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
)

// Deps is what the service works with.
type Deps struct {
	Tx       Tx
	Clock    Clock
	Store    Store
	Disk     Disk
	Desk     Desk
	Meter    *Meter
	Accounts Accounts
	Limits   Limits
	Sites    Sites
	Audit    Audit
	Work     Work
}

// Service holds the rules about files. All it does is in the account the
// principal is in: the subject's while acting, and nobody's from outside.
type Service struct{ d Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{d: d} }

// Key is where a list goes on: folders come first, then files, each by name. The
// zero value is the beginning.
type Key struct {
	File bool
	Name string
}

// Page is one page of a folder. Next is nil at the end.
type Page struct {
	Path    Path
	Entries []Entry
	Next    *Key
}

// List returns what is in a folder, after the key. It returns ErrNotFound for a
// folder that is not there, and ErrNotFolder for a file.
func (s *Service) List(ctx context.Context, by principal.Principal, folder string, after Key, limit int) (Page, error) {
	p, flaw := ParsePath(folder)
	p, err := parsed("path", p, flaw)
	if err != nil {
		return Page{}, err
	}
	account, err := s.account(ctx, by)
	if err != nil {
		return Page{}, err
	}
	all, err := s.d.Disk.List(ctx, account.ID, p)
	if err != nil {
		return Page{}, err
	}
	slices.SortFunc(all, func(a, b Entry) int { return a.key().compare(b.key()) })
	from, found := slices.BinarySearchFunc(all, after, func(e Entry, k Key) int { return e.key().compare(k) })
	if found {
		from++
	}
	page := Page{Path: p, Entries: all[from:]}
	if len(page.Entries) > limit {
		page.Entries = page.Entries[:limit]
		next := page.Entries[limit-1].key()
		page.Next = &next
	}
	return page, nil
}

func (e Entry) key() Key { return Key{File: !e.Folder, Name: e.Path.Name()} }

func (k Key) compare(other Key) int {
	switch {
	case k.File == other.File:
		return strings.Compare(k.Name, other.Name)
	case k.File:
		return 1
	default:
		return -1
	}
}

// Read opens a file. When somebody else than one of the account's own people
// reads it, the event is committed before the first byte can leave: without the
// event there is no content.
func (s *Service) Read(ctx context.Context, by principal.Principal, path string) (Content, error) {
	p, flaw := ParsePath(path)
	p, err := parsed("path", p, flaw)
	if err != nil {
		return Content{}, err
	}
	account, err := s.account(ctx, by)
	if err != nil {
		return Content{}, err
	}
	content, err := s.d.Disk.Open(ctx, account.ID, p)
	if err != nil || by.Owner(account.ID) {
		return content, err
	}
	err = s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		return s.d.Audit.Record(ctx, by, audit.Entry{
			Action: ActionRead, Account: account, Object: object(content.Entry), Result: audit.Viewed,
		})
	})
	if err != nil {
		return Content{}, errors.Join(err, content.Close())
	}
	return content, nil
}

// Used returns the bytes of the account's files, as the meter knows them.
func (s *Service) Used(ctx context.Context, accountID string) (int64, error) {
	return s.d.Meter.Used(ctx, accountID)
}

// account returns the account whose files these are, when the scope covers it.
func (s *Service) account(ctx context.Context, by principal.Principal) (principal.Account, error) {
	return s.d.Accounts.Ref(ctx, by.Scope(), by.Subject.ID)
}

// parsed returns the path of the parameter, or the fault that names it.
func parsed(pointer string, p Path, flaw *Flaw) (Path, error) {
	if flaw == nil {
		return p, nil
	}
	var bad fault.Fields
	bad.Add(pointer, flaw.Code, flaw.Detail)
	return "", bad.Err()
}

func object(e Entry) audit.Object {
	return audit.Object{Kind: e.Kind(), ID: string(e.Path), Name: string(e.Path)}
}

// sortedPaths returns the paths in order, each once, without those that lie
// below another.
func sortedPaths(paths []Path) []Path {
	slices.SortFunc(paths, cmp.Compare[Path])
	var out []Path
	for _, p := range paths {
		if !slices.ContainsFunc(out, func(o Path) bool { return o.Holds(p) }) {
			out = append(out, p)
		}
	}
	return out
}
