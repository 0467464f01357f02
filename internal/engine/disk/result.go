package disk

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"innkeeper/internal/operation"
)

var _ operation.Files = (*Disk)(nil)

// result is a file that an operation is making, under a name of its own: a job that was
// killed and one that took over never write into the same.
type result struct {
	*os.File
	folder *os.Root
	name   string
	final  string
	kept   bool
}

// CreateResult begins the file of an operation.
func (d *Disk) CreateResult(id string) (operation.Result, error) {
	if !plain(id) {
		return nil, fmt.Errorf("disk: %q is not an id", id)
	}
	name := id + ".part-" + rand.Text()
	f, err := d.results.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, translate(err)
	}
	return &result{File: f, folder: d.results, name: name, final: id}, nil
}

// Keep puts the whole file where it is found, and returns its size.
func (r *result) Keep() (size int64, err error) {
	info, err := r.Stat()
	if err := errors.Join(err, r.Sync(), r.Close()); err != nil {
		return 0, translate(err)
	}
	if err := r.folder.Rename(r.name, r.final); err != nil {
		return 0, translate(err)
	}
	r.kept = true
	return info.Size(), nil
}

// Drop takes the file away, unless it was kept.
func (r *result) Drop() {
	if r.kept {
		return
	}
	_ = r.Close()
	_ = r.folder.Remove(r.name) // what stays is taken away with the operation's file
}

// OpenResult returns the file of an operation.
func (d *Disk) OpenResult(id string) (io.ReadCloser, error) {
	if !plain(id) {
		return nil, fmt.Errorf("disk: %q is not an id", id)
	}
	f, err := d.results.Open(id)
	if err != nil {
		return nil, translate(err)
	}
	return f, nil
}

// RemoveResult takes away the file of an operation, and what killed jobs left of it.
func (d *Disk) RemoveResult(id string) error {
	names, err := fs.ReadDir(d.results.FS(), ".")
	if err != nil {
		return translate(err)
	}
	for _, entry := range names {
		if entry.Name() != id && !strings.HasPrefix(entry.Name(), id+".part-") {
			continue
		}
		if err := d.results.Remove(entry.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return translate(err)
		}
	}
	return nil
}
