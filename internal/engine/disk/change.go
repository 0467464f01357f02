package disk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"innkeeper/internal/file"
)

// EnsureFolder makes a folder with those above it. It returns file.ErrExists when
// a file stands in the way.
func (d *Disk) EnsureFolder(_ context.Context, accountID string, p file.Path) error {
	home, err := d.madeHome(accountID)
	if err != nil {
		return err
	}
	defer home.Close()
	err = home.MkdirAll(p.Local(), folderMode)
	if errors.Is(err, fs.ErrExist) || errors.Is(err, syscall.ENOTDIR) {
		return file.ErrExists.WithCause(err)
	}
	if err != nil {
		return translate(err)
	}
	return keep(home, p.Parent())
}

// Rename gives what is at a path another one. When it is there already and the
// old path is free, it has been done.
func (d *Disk) Rename(_ context.Context, accountID string, from, to file.Path) error {
	home, err := d.home(accountID)
	if err != nil {
		return err
	}
	defer home.Close()
	taken, err := present(home, to)
	if err != nil {
		return err
	}
	switch there, err := present(home, from); {
	case err != nil:
		return err
	case !there && taken:
		return nil
	case !there:
		return file.ErrNotFound
	case taken:
		return file.ErrExists
	}
	if err := home.Rename(from.Local(), to.Local()); err != nil {
		return translate(err)
	}
	return errors.Join(keep(home, to.Parent()), keep(home, from.Parent()))
}

// present reports whether anything is at the path, whatever it is.
func present(root *os.Root, p file.Path) (bool, error) {
	_, err := root.Lstat(p.Local())
	if err = translate(err); errors.Is(err, file.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Remove moves what is at the path aside, so that it is gone at once, and then
// removes it with all that is in it. What had been moved before is only removed.
func (d *Disk) Remove(_ context.Context, accountID string, p file.Path, name string) error {
	desk, err := d.desk(accountID)
	if err != nil {
		return err
	}
	defer desk.Close()
	moved, err := present(desk, file.Home.Join(name))
	if err != nil {
		return err
	}
	if !moved {
		if err := d.moveAside(accountID, p, desk, name); err != nil && !errors.Is(err, file.ErrNotFound) {
			return err
		}
	}
	return translate(desk.RemoveAll(name))
}

func (d *Disk) moveAside(accountID string, p file.Path, desk *os.Root, name string) error {
	home, err := d.home(accountID)
	if err != nil {
		return err
	}
	defer home.Close()
	return move(home, p, desk, file.Home.Join(name))
}

// Place makes what lies aside the file at the path, instead of the one there.
// Nothing aside means that it has been done.
func (d *Disk) Place(_ context.Context, accountID, name string, to file.Path) error {
	desk, err := d.desk(accountID)
	if err != nil {
		return err
	}
	defer desk.Close()
	aside := file.Home.Join(name)
	if there, err := present(desk, aside); err != nil || !there {
		return err
	}
	home, err := d.madeHome(accountID)
	if err != nil {
		return err
	}
	defer home.Close()
	err = move(desk, aside, home, to)
	switch {
	case errors.Is(err, file.ErrNotFound):
		return file.ErrNotFolder.WithMessage("There is no folder %s.", to.Parent())
	case errors.Is(err, syscall.EISDIR), errors.Is(err, fs.ErrExist):
		return file.ErrIsFolder.WithCause(err)
	}
	return err
}

// move renames across two roots. The folders are opened by their roots; what is
// renamed is a single name in them, which no link can lead astray.
func move(from *os.Root, source file.Path, to *os.Root, target file.Path) error {
	left, err := folderAt(from, source.Parent())
	if err != nil {
		return translate(err)
	}
	defer left.Close()
	right, err := folderAt(to, target.Parent())
	if err != nil {
		return translate(err)
	}
	defer right.Close()
	if err := unix.Renameat(int(left.Fd()), source.Name(), int(right.Fd()), target.Name()); err != nil {
		return translate(err)
	}
	return translate(errors.Join(right.Sync(), left.Sync()))
}
