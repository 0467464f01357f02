// Package disk owns what lies on disk for the accounts: their homes, what they
// upload, the mail of their mailboxes, and what operations make, each below the data directory. Which
// changes are made, and who may, is left to the rooms file, site, mail and operation.
//
//	homes/<account>/            the files as their owner sees them
//	uploads/<account>/          what lies aside, on the same file system
//	mail/<mailbox>/Maildir/     cur, new, tmp
//	results/<operation>         what a person has asked for and may download for a day
//
// A path from outside is only ever resolved by an os.Root, never joined to a
// string and checked before: a link leads to nothing outside, however late it is
// put there. What is neither a file nor a folder is not there.
package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"innkeeper/internal/file"
	"innkeeper/internal/mail"
	"innkeeper/internal/site"
)

// What is made belongs to the server's user alone.
const (
	folderMode = 0o700
	fileMode   = 0o600
)

// Disk is the part of the data directory that belongs to the accounts.
type Disk struct {
	homes   *os.Root
	uploads *os.Root
	mail    *os.Root
	results *os.Root
}

var (
	_ file.Disk     = (*Disk)(nil)
	_ file.Desk     = (*Disk)(nil)
	_ file.Measurer = (*Disk)(nil)
	_ site.Disk     = (*Disk)(nil)
	_ mail.Disk     = (*Disk)(nil)
)

// Open returns the disk below the data directory and makes the folders that it
// needs. Homes and uploads must lie on one file system: what is complete is
// renamed into its place.
func Open(dataDir string) (*Disk, error) {
	d := &Disk{}
	for name, root := range map[string]**os.Root{"homes": &d.homes, "uploads": &d.uploads, "mail": &d.mail, "results": &d.results} {
		path := filepath.Join(dataDir, name)
		err := os.MkdirAll(path, folderMode)
		if err == nil {
			*root, err = os.OpenRoot(path)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("open the folder of %s: %w", name, err), d.Close())
		}
	}
	return d, nil
}

// Close lets go of the folders.
func (d *Disk) Close() error {
	var err error
	for _, root := range []*os.Root{d.homes, d.uploads, d.mail, d.results} {
		if root != nil {
			err = errors.Join(err, root.Close())
		}
	}
	return err
}

// home returns the account's home; it is missing until something is made in it.
func (d *Disk) home(accountID string) (*os.Root, error) { return below(d.homes, accountID, false) }

// madeHome returns the account's home and makes it first.
func (d *Disk) madeHome(accountID string) (*os.Root, error) { return below(d.homes, accountID, true) }

// desk returns the folder of what lies aside for the account.
func (d *Disk) desk(accountID string) (*os.Root, error) { return below(d.uploads, accountID, true) }

func below(base *os.Root, id string, create bool) (*os.Root, error) {
	if !plain(id) {
		return nil, fmt.Errorf("disk: %q is not an id", id)
	}
	if create {
		if err := base.Mkdir(id, folderMode); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, translate(err)
		}
	}
	root, err := base.OpenRoot(id)
	return root, translate(err)
}

// plain reports whether an id of ours, or a name aside, is one word that cannot
// lead anywhere.
func plain(id string) bool {
	return id != "" && len(id) < 100 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}

// translate turns the errors of the file system into those of the room. A path
// that leads out of its root is as if it were not there.
func translate(err error) error {
	var number syscall.Errno
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return file.ErrDiskFull.WithCause(err)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.ELOOP),
		errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.ENAMETOOLONG):
		return file.ErrNotFound.WithCause(err)
	case (errors.As(err, &path) || errors.As(err, &link)) && !errors.As(err, &number) && !errors.Is(err, fs.ErrClosed):
		return file.ErrNotFound.WithCause(err) // os.Root: "path escapes from parent"
	default:
		return err
	}
}

// folderAt opens a folder, without waiting for whatever else may be at the path.
func folderAt(root *os.Root, p file.Path) (*os.File, error) {
	return root.OpenFile(p.Local(), os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NONBLOCK, 0)
}

// keep makes what was made or renamed in a folder outlive a power cut.
func keep(root *os.Root, folder file.Path) error {
	f, err := folderAt(root, folder)
	if err != nil {
		return translate(err)
	}
	defer f.Close()
	return translate(f.Sync())
}
