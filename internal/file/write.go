package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/ident"
	"innkeeper/internal/principal"
)

// maxUpload is the length of an upload's id: any random id fits.
const maxUpload = 64

// WriteInput is a file, or a piece of one, as it arrives.
type WriteInput struct {
	Path        string
	Upload      string // the client's own id of an upload in pieces; "": the body is the whole file
	Offset      int64  // where the body belongs
	Complete    bool   // the body is the last piece
	Body        []byte
	IfMatch     string // only over this version; "*": only over a file that is there
	IfNoneMatch string // "*": only when no file is there
}

// Written is what has arrived. ETag is empty until the upload is complete.
type Written struct {
	Path Path
	Size int64
	ETag string
}

// Write takes a piece of a file, and puts the file in its place with the last
// one. Until then nobody sees anything of it. A piece can be sent again; one that
// leaves a gap gets ErrOffset with the place to go on at. ErrStale is the answer
// to a condition that does not hold, ErrOverQuota to more than the plan has room
// for: both before anything is written.
func (s *Service) Write(ctx context.Context, by principal.Principal, in WriteInput) (Written, error) {
	p, err := in.check()
	if err != nil {
		return Written{}, err
	}
	account, err := s.account(ctx, by)
	if err != nil {
		return Written{}, err
	}
	if _, err := s.replaced(ctx, account.ID, p, in); err != nil {
		return Written{}, err
	}
	if err := s.room(ctx, account.ID, int64(len(in.Body))); err != nil {
		return Written{}, err
	}
	aside := in.aside(by, p)
	size, err := s.d.Desk.Append(ctx, account.ID, aside, in.Offset, in.Body)
	if err != nil {
		return Written{}, err
	}
	s.d.Meter.count(account.ID, int64(len(in.Body)))
	if in.Upload != "" && !in.Complete {
		return Written{Path: p, Size: size}, nil
	}
	written, err := s.complete(ctx, by, account, p, aside, in)
	if err != nil && in.Upload == "" { // nobody knows its name to go on with it
		err = errors.Join(err, s.d.Desk.Discard(context.WithoutCancel(ctx), account.ID, aside))
	}
	return written, err
}

// complete commits the file that lies aside and puts it in its place.
func (s *Service) complete(ctx context.Context, by principal.Principal, account principal.Account, p Path, aside string, in WriteInput) (Written, error) {
	release, err := s.settled(ctx, by, account.ID)
	if err != nil {
		return Written{}, err
	}
	defer release()
	old, err := s.replaced(ctx, account.ID, p, in)
	if err != nil {
		return Written{}, err
	}
	before, err := s.digest(ctx, account.ID, old)
	if err != nil {
		return Written{}, err
	}
	c := Change{ID: ident.New(ident.FileChange), AccountID: account.ID, Kind: KindWrite, Target: string(p)}
	c.Source = c.ID
	if err := s.d.Desk.Retitle(ctx, account.ID, aside, c.Source); err != nil {
		return Written{}, err
	}
	entry, after, err := s.d.Desk.Inspect(ctx, account.ID, c.Source)
	if err == nil {
		entry.Path = p
		err = s.commit(ctx, by, account, act{c, audit.Entry{
			Action: ActionWrite, Object: object(entry), Before: before, After: after.fields(),
		}})
	}
	if err != nil {
		return Written{}, errors.Join(err, s.takeBack(ctx, by, c, aside))
	}
	s.d.Meter.count(account.ID, -old.Size)
	return Written{Path: p, Size: entry.Size, ETag: entry.ETag}, nil
}

// takeBack returns a piece to its upload when its change has not been committed,
// so that the last request can be sent again. A commit whose answer was lost
// leaves it where the job looks for it.
func (s *Service) takeBack(ctx context.Context, by principal.Principal, c Change, aside string) error {
	ctx = context.WithoutCancel(ctx)
	if _, err := s.d.Store.ByID(ctx, by.Scope(), c.ID); !errors.Is(err, ErrNotFound) {
		return err
	}
	return s.d.Desk.Retitle(ctx, c.AccountID, c.Source, aside)
}

func (in WriteInput) check() (Path, error) {
	var bad fault.Fields
	p, flaw := parseNew(in.Path)
	switch {
	case flaw != nil:
		bad.Add("path", flaw.Code, flaw.Detail)
	case p == Home:
		bad.Add("path", "home", "Name a file in the home folder.")
	}
	if len(in.Upload) > maxUpload || strings.Trim(in.Upload, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
		bad.Add("upload", "invalid", "An upload's id has up to 64 letters, digits, - and _.")
	}
	if in.Offset < 0 || in.Offset > 0 && in.Upload == "" {
		bad.Add("offset", "invalid", "Only a piece of an upload begins at an offset.")
	}
	return p, bad.Err()
}

// aside returns the name under which the upload lies. It depends on who sends
// it: nobody can finish what somebody else began.
func (in WriteInput) aside(by principal.Principal, p Path) string {
	if in.Upload == "" {
		return "up-" + ident.New(ident.FileChange)
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{by.Person.ID, by.VisitID(), in.Upload, string(p)}, "\x00")))
	return "up-" + hex.EncodeToString(sum[:])
}

// replaced returns the file that a write would replace, the zero Entry when
// there is none, and says whether it may: the folder must be there, and the
// conditions hold.
func (s *Service) replaced(ctx context.Context, accountID string, p Path, in WriteInput) (Entry, error) {
	if err := s.folder(ctx, accountID, p.Parent()); err != nil {
		return Entry{}, err
	}
	old, err := s.d.Disk.Stat(ctx, accountID, p)
	switch {
	case err == nil && old.Folder:
		return Entry{}, ErrIsFolder
	case err != nil && !errors.Is(err, ErrNotFound):
		return Entry{}, err
	case in.IfMatch != "" && !tagged(in.IfMatch, old.ETag), in.IfNoneMatch != "" && tagged(in.IfNoneMatch, old.ETag):
		return Entry{}, ErrStale
	}
	return old, nil
}

// folder returns ErrNotFolder unless the path is a folder. The home always is,
// though it is made with the first thing in it.
func (s *Service) folder(ctx context.Context, accountID string, p Path) error {
	if p == Home {
		return nil
	}
	e, err := s.d.Disk.Stat(ctx, accountID, p)
	if errors.Is(err, ErrNotFound) || err == nil && !e.Folder {
		return ErrNotFolder.WithMessage("There is no folder %s.", p)
	}
	return err
}

// tagged reports whether the header names the tag (RFC 9110 §13.1.1); "*" is
// any, "" is the tag of what is not there.
func tagged(header, etag string) bool {
	if etag == "" {
		return false
	}
	for tag := range strings.SplitSeq(header, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || tag == etag {
			return true
		}
	}
	return false
}

// room returns ErrOverQuota when the plan has no room for that many bytes more.
func (s *Service) room(ctx context.Context, accountID string, more int64) error {
	if more == 0 {
		return nil
	}
	err := s.d.Tx.InTx(ctx, func(ctx context.Context) error { return s.d.Limits.Allow(ctx, accountID, LimitDisk, more) })
	var refused *fault.Error
	if errors.As(err, &refused) && refused.Kind == fault.Conflict {
		return ErrOverQuota.WithMessage("There is not enough space left in this account. %s", refused.Message).WithCause(err)
	}
	return err
}

// digest returns what the record says of a content: its size and sum, nil for
// none. Content itself is never recorded.
func (s *Service) digest(ctx context.Context, accountID string, e Entry) (audit.Fields, error) {
	if e.Path == "" || e.Folder {
		return nil, nil
	}
	content, err := s.d.Disk.Open(ctx, accountID, e.Path)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	d, err := Sum(ctx, content)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", e.Path, err)
	}
	return d.fields(), nil
}

func (d Digest) fields() audit.Fields { return audit.Fields{"size": d.Size, "sha256": d.SHA256} }
