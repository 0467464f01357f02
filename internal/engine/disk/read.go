package disk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"innkeeper/internal/file"
)

// List returns the files and folders in a folder, in no order. A home that
// nothing was put into is empty. Names that no path can hold are left out.
func (d *Disk) List(_ context.Context, accountID string, folder file.Path) ([]file.Entry, error) {
	home, err := d.home(accountID)
	if errors.Is(err, file.ErrNotFound) && folder == file.Home {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer home.Close()
	infos, err := readFolder(home, folder)
	if errors.Is(err, file.ErrNotFound) {
		if e, other := stat(home, folder); other == nil && !e.Folder {
			return nil, file.ErrNotFolder
		}
	}
	var entries []file.Entry
	for _, info := range infos {
		p, flaw := file.ParsePath(string(folder.Join(info.Name())))
		if e, ok := entryOf(p, info); ok && flaw == nil {
			entries = append(entries, e)
		}
	}
	return entries, err
}

// readFolder returns what is in a folder, each as it was when it was read.
func readFolder(root *os.Root, folder file.Path) ([]fs.FileInfo, error) {
	f, err := folderAt(root, folder)
	if err != nil {
		return nil, translate(err)
	}
	defer f.Close()
	infos, err := f.Readdir(-1) // by descriptor: a folder that is swapped meanwhile stays itself
	return infos, translate(err)
}

// Stat returns the file or folder at the path.
func (d *Disk) Stat(_ context.Context, accountID string, p file.Path) (file.Entry, error) {
	home, err := d.home(accountID)
	if err != nil {
		return file.Entry{}, err
	}
	defer home.Close()
	return stat(home, p)
}

func stat(root *os.Root, p file.Path) (file.Entry, error) {
	info, err := root.Lstat(p.Local())
	if err != nil {
		return file.Entry{}, translate(err)
	}
	e, ok := entryOf(p, info)
	if !ok {
		return file.Entry{}, file.ErrNotFound
	}
	return e, nil
}

// Open opens a file to read it.
func (d *Disk) Open(_ context.Context, accountID string, p file.Path) (file.Content, error) {
	home, err := d.home(accountID)
	if err != nil {
		return file.Content{}, err
	}
	defer home.Close()
	return open(home, p)
}

// open looks at the path first, because to open a device can do something, and
// then at what it has opened, because the path can have been swapped. A pipe
// without a writer would keep it waiting for ever: hence O_NONBLOCK.
func open(root *os.Root, p file.Path) (file.Content, error) {
	e, err := stat(root, p)
	if err != nil {
		return file.Content{}, err
	}
	if e.Folder {
		return file.Content{}, file.ErrIsFolder
	}
	f, err := root.OpenFile(p.Local(), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return file.Content{}, translate(err)
	}
	info, err := f.Stat()
	if err == nil {
		var ok bool
		if e, ok = entryOf(p, info); !ok || e.Folder {
			err = file.ErrNotFound
		}
	}
	if err != nil {
		return file.Content{}, errors.Join(translate(err), f.Close())
	}
	return file.Content{Entry: e, ReadCloser: f}, nil
}

// entryOf returns a file or folder as people see it; ok is false for what is
// neither.
func entryOf(p file.Path, info fs.FileInfo) (e file.Entry, ok bool) {
	e = file.Entry{Path: p, Folder: info.IsDir(), ModifiedAt: info.ModTime().UTC()}
	if info.Mode().IsRegular() {
		e.Size, e.ETag = info.Size(), etag(info)
	}
	return e, e.Folder || info.Mode().IsRegular()
}

// etag follows from the inode, the size and the time of the last change: a
// rename into place gives another inode, writing in place another time.
func etag(info fs.FileInfo) string {
	var inode uint64
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		inode = sys.Ino
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %d", inode, info.Size(), info.ModTime().UnixNano()))
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}

// Measure returns the bytes of the account's files, those that lie aside
// included: an upload that never ends takes space too.
func (d *Disk) Measure(ctx context.Context, accountID string) (int64, error) {
	var total int64
	for _, base := range []*os.Root{d.homes, d.uploads} {
		size, err := measure(ctx, base, accountID)
		if err != nil {
			return 0, err
		}
		total += size
	}
	return total, nil
}

func measure(ctx context.Context, base *os.Root, id string) (int64, error) {
	root, err := below(base, id, false)
	if errors.Is(err, file.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer root.Close()
	return total(ctx, root)
}

// total adds up the files below a root. What goes away meanwhile counts nothing;
// links are not followed.
func total(ctx context.Context, root *os.Root) (int64, error) {
	var sum int64
	folders := []file.Path{file.Home}
	for len(folders) > 0 {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		folder := folders[len(folders)-1]
		folders = folders[:len(folders)-1]
		infos, err := readFolder(root, folder)
		if err != nil && !errors.Is(err, file.ErrNotFound) {
			return 0, err
		}
		for _, info := range infos {
			switch {
			case info.IsDir():
				folders = append(folders, folder.Join(info.Name()))
			case info.Mode().IsRegular():
				sum += info.Size()
			}
		}
	}
	return sum, nil
}
