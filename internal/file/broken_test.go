package file_test

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"innkeeper/internal/db"
	"innkeeper/internal/engine/disk"
	"innkeeper/internal/file"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// errDied stands for a process that is killed where it happens.
var errDied = errors.New("the process died")

// mortalDisk is the real disk, until the process dies between a commit and what
// would follow on disk.
type mortalDisk struct {
	*disk.Disk
	dead atomic.Bool
}

func (d *mortalDisk) unlessDead(do func() error) error {
	if d.dead.Load() {
		return errDied
	}
	return do()
}

func (d *mortalDisk) Place(ctx context.Context, account, name string, to file.Path) error {
	return d.unlessDead(func() error { return d.Disk.Place(ctx, account, name, to) })
}

func (d *mortalDisk) EnsureFolder(ctx context.Context, account string, p file.Path) error {
	return d.unlessDead(func() error { return d.Disk.EnsureFolder(ctx, account, p) })
}

func (d *mortalDisk) Rename(ctx context.Context, account string, from, to file.Path) error {
	return d.unlessDead(func() error { return d.Disk.Rename(ctx, account, from, to) })
}

func (d *mortalDisk) Remove(ctx context.Context, account string, p file.Path, name string) error {
	return d.unlessDead(func() error { return d.Disk.Remove(ctx, account, p, name) })
}

// mortalStore is the real store, until the process dies between a change on disk
// and its mark in the database.
type mortalStore struct {
	*store.FileChanges
	dead atomic.Bool
}

func (s *mortalStore) Done(ctx context.Context, scope principal.Scope, id string, at time.Time, failure string) error {
	if s.dead.Load() {
		return errDied
	}
	return s.FileChanges.Done(ctx, scope, id, at, failure)
}

// mortalTx is the real transaction, of which the answer to the commit can be
// lost on its way.
type mortalTx struct {
	*db.DB
	lost atomic.Bool
}

func (x *mortalTx) InTx(ctx context.Context, run func(ctx context.Context) error) error {
	err := x.DB.InTx(ctx, run)
	if err == nil && x.lost.Load() {
		return errDied
	}
	return err
}

// counted is a disk that counts how often it is walked.
type counted struct {
	bytes int64
	walks int
}

func (c *counted) Measure(context.Context, string) (int64, error) {
	c.walks++
	return c.bytes, nil
}
