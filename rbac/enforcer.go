// Package rbac owns the answer to "may this role do this act on this account, and in
// this way": the built-in policy, the custom lines on top of it, and the decision.
// Which rows exist is left to storage, which has the scope as its own wall; how far a
// visit has run, and what state its subject is in, to impersonation.
//
// An operation on one account asks Allow. A list asks AllowAny, and is then bounded by
// Scope and Kinds. The creation of an account asks Allow about Under. Whatever is in
// doubt is denied: no policy, an unknown role, kind or act, an account without its
// place in the tree, an enforcer that was never made.
package rbac

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Source gives the lines of custom roles that are kept elsewhere.
type Source interface {
	// Lines returns all custom lines.
	Lines(ctx context.Context) ([]Line, error)
	// Version returns a number that changes with every change of the lines.
	Version(ctx context.Context) (int64, error)
}

// Enforcer decides. It is safe for use by many goroutines; the zero value and nil deny
// everything.
type Enforcer struct {
	source  Source
	builtin []Line
	load    sync.Mutex // one load at a time, so that an older one never wins
	current atomic.Pointer[snapshot]
}

// New returns an enforcer of the built-in policy and of the source's lines, if there is
// a source. It fails when they cannot be loaded, because a deny line may be among them.
func New(source Source) (*Enforcer, error) {
	builtin, err := parse(policyCSV)
	if err != nil {
		return nil, err
	}
	return newEnforcer(builtin, source)
}

func newEnforcer(builtin []Line, source Source) (*Enforcer, error) {
	e := &Enforcer{source: source, builtin: builtin}
	if err := e.Reload(context.Background()); err != nil {
		return nil, err
	}
	return e, nil
}

// Reload reads the source and swaps in what it says. When that fails, or a line may not
// be used (ErrLines), the last good policy stays in force and the error is returned.
func (e *Enforcer) Reload(ctx context.Context) error {
	e.load.Lock()
	defer e.load.Unlock()
	next, err := e.read(ctx)
	if err != nil {
		return err
	}
	e.current.Store(next)
	return nil
}

// read reads the version first: a change in between is then loaded once more, never missed.
func (e *Enforcer) read(ctx context.Context) (*snapshot, error) {
	if e.source == nil {
		return newSnapshot(e.builtin, nil, 0)
	}
	version, err := e.source.Version(ctx)
	if err != nil {
		return nil, fmt.Errorf("read policy version: %w", err)
	}
	custom, err := e.source.Lines(ctx)
	if err != nil {
		return nil, fmt.Errorf("read policy lines: %w", err)
	}
	return newSnapshot(e.builtin, custom, version)
}

// Check returns ErrLines, naming every bad field, when the lines could not be used as
// the custom lines. It changes nothing.
func (e *Enforcer) Check(custom []Line) error {
	_, err := newSnapshot(e.builtin, custom, 0)
	return err
}

// Version returns the source's version that is in force, 0 without a source. Who changes
// something that the policy protects can compare it inside his transaction.
func (e *Enforcer) Version() int64 {
	s := e.snapshot()
	if s == nil {
		return 0
	}
	return s.version
}

// Acts returns all permissions that the policy knows, sorted.
func (e *Enforcer) Acts() []string {
	s := e.snapshot()
	if s == nil {
		return nil
	}
	return sorted(s.acts)
}

// Watch reloads within the given time of a change, until the context ends. It tells
// onError of each attempt that fails and goes on with the last good policy.
func (e *Enforcer) Watch(ctx context.Context, every time.Duration, onError func(error)) {
	if e.source == nil {
		return
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if _, err := e.Follow(ctx); err != nil && !errors.Is(err, ctx.Err()) {
				onError(err)
			}
		}
	}
}

// Follow reloads when the source's version is another than the one in force, and
// reports whether it was.
func (e *Enforcer) Follow(ctx context.Context) (changed bool, err error) {
	if e.source == nil {
		return false, nil
	}
	version, err := e.source.Version(ctx)
	if err != nil {
		return false, fmt.Errorf("read policy version: %w", err)
	}
	if version == e.Version() {
		return false, nil
	}
	return true, e.Reload(ctx)
}

func (e *Enforcer) snapshot() *snapshot {
	if e == nil {
		return nil
	}
	return e.current.Load()
}
