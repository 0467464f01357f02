package file

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/ident"
	"innkeeper/internal/principal"
)

// CreateFolder makes a folder in one that is there. It returns ErrExists when
// the name is in use, ErrNotFolder when there is nothing to make it in.
func (s *Service) CreateFolder(ctx context.Context, by principal.Principal, path string) (Path, error) {
	p, flaw := parseNew(path)
	p, err := parsed("/path", p, flaw)
	if err != nil {
		return "", err
	}
	return p, s.change(ctx, by, func(ctx context.Context, account principal.Account) ([]act, error) {
		if err := s.free(ctx, account.ID, p); err != nil {
			return nil, err
		}
		return []act{{
			Change{ID: ident.New(ident.FileChange), AccountID: account.ID, Kind: KindFolder, Target: string(p)},
			audit.Entry{Action: ActionFolder, Object: object(Entry{Path: p, Folder: true})},
		}}, nil
	})
}

// Rename gives a file or folder another path. It returns ErrExists when there is
// something already: nothing is ever replaced by a rename.
func (s *Service) Rename(ctx context.Context, by principal.Principal, from, to string) (Entry, error) {
	source, target, err := parseTwo(from, to)
	if err != nil {
		return Entry{}, err
	}
	var moved Entry
	err = s.change(ctx, by, func(ctx context.Context, account principal.Account) ([]act, error) {
		e, err := s.movable(ctx, by, account.ID, source)
		if err != nil {
			return nil, err
		}
		if e.Folder && source != target && source.Holds(target) {
			return nil, ErrInside
		}
		if err := s.free(ctx, account.ID, target); err != nil {
			return nil, err
		}
		moved = e
		moved.Path = target
		return []act{{
			Change{ID: ident.New(ident.FileChange), AccountID: account.ID, Kind: KindRename, Source: string(source), Target: string(target)},
			audit.Entry{
				Action: ActionRename, Object: object(e),
				Before: audit.Fields{"path": string(source)}, After: audit.Fields{"path": string(target)},
			},
		}}, nil
	})
	return moved, err
}

func parseTwo(from, to string) (source, target Path, err error) {
	var bad fault.Fields
	source, flaw := ParsePath(from)
	if flaw != nil {
		bad.Add("/from", flaw.Code, flaw.Detail)
	}
	if target, flaw = parseNew(to); flaw != nil {
		bad.Add("/to", flaw.Code, flaw.Detail)
	}
	return source, target, bad.Err()
}

// Delete removes files, and folders with all that is in them. It returns the
// paths that were removed: those below another of the list go with it. If one is
// not there, or may not go, nothing is removed.
func (s *Service) Delete(ctx context.Context, by principal.Principal, paths []string) ([]Path, error) {
	var bad fault.Fields
	parsed := make([]Path, len(paths))
	for i, text := range paths {
		p, flaw := ParsePath(text)
		if flaw != nil {
			bad.Add(fmt.Sprintf("/paths/%d", i), flaw.Code, flaw.Detail)
		}
		parsed[i] = p
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	gone := sortedPaths(parsed)
	err := s.change(ctx, by, func(ctx context.Context, account principal.Account) (acts []act, err error) {
		defer s.d.Meter.forget(account.ID)
		for _, p := range gone {
			a, err := s.removal(ctx, by, account.ID, p)
			if err != nil {
				return nil, err
			}
			acts = append(acts, a)
		}
		return acts, nil
	})
	if err != nil {
		return nil, err
	}
	return gone, nil
}

func (s *Service) removal(ctx context.Context, by principal.Principal, accountID string, p Path) (act, error) {
	e, err := s.movable(ctx, by, accountID, p)
	if err != nil {
		return act{}, err
	}
	before, err := s.digest(ctx, accountID, e)
	if err != nil {
		return act{}, err
	}
	return act{
		Change{ID: ident.New(ident.FileChange), AccountID: accountID, Kind: KindDelete, Source: string(p)},
		audit.Entry{Action: ActionDelete, Object: object(e), Before: before},
	}, nil
}

// movable returns what is at the path unless it has to stay where it is: the
// home, and folders that hold what a domain is served from.
func (s *Service) movable(ctx context.Context, by principal.Principal, accountID string, p Path) (Entry, error) {
	if p == Home {
		return Entry{}, ErrHome
	}
	e, err := s.d.Disk.Stat(ctx, accountID, p)
	if errors.Is(err, ErrNotFound) {
		return Entry{}, ErrNotFound.WithMessage("There is no %s.", p)
	}
	if err != nil || !e.Folder {
		return e, err
	}
	roots, err := s.d.Sites.Roots(ctx, by.Scope(), accountID)
	if err != nil {
		return Entry{}, err
	}
	if slices.ContainsFunc(roots, func(root string) bool { return p.Holds(Path(root)) }) {
		return Entry{}, ErrServed
	}
	return e, nil
}

// free returns nil when something can be made at the path.
func (s *Service) free(ctx context.Context, accountID string, p Path) error {
	if p == Home {
		return ErrExists
	}
	if err := s.folder(ctx, accountID, p.Parent()); err != nil {
		return err
	}
	_, err := s.d.Disk.Stat(ctx, accountID, p)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil
	case err != nil:
		return err
	default:
		return ErrExists
	}
}

// change lets plan look at the settled disk, then commits what it returned and
// makes it true.
func (s *Service) change(ctx context.Context, by principal.Principal,
	plan func(ctx context.Context, account principal.Account) ([]act, error),
) error {
	account, err := s.account(ctx, by)
	if err != nil {
		return err
	}
	release, err := s.settled(ctx, by, account.ID)
	if err != nil {
		return err
	}
	defer release()
	acts, err := plan(ctx, account)
	if err != nil {
		return err
	}
	return s.commit(ctx, by, account, acts...)
}
