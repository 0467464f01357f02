package operation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/ident"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
)

// TaskRun does the work of an operation.
const TaskRun outbox.Task = "operation.run"

// ActionCancel is the event of this room; what begins is recorded by the room that asks.
var ActionCancel = audit.NewAction("operation.cancel", "{actor} cancelled the preparation of {object}.")

// Kept is how long an operation stays after its end, for whoever asks what became of it.
const Kept = 14 * 24 * time.Hour

const (
	mostOpen  = 10             // of one person under way
	fileLives = 24 * time.Hour // after the end
	triedFor  = time.Hour      // from when it was first begun; after that it has failed
	waitsAt   = 300 * time.Millisecond
	mostSwept = 100
)

// Store keeps operations. Methods that take a scope find those of the person in it alone.
type Store interface {
	Create(ctx context.Context, scope principal.Scope, o Operation) error
	ByID(ctx context.Context, scope principal.Scope, personID, id string) (Operation, error)
	// List returns the person's operations, newest first, those with a smaller id than
	// before; "" from the newest.
	List(ctx context.Context, scope principal.Scope, personID, before string, limit int) ([]Operation, error)
	CountOpen(ctx context.Context, scope principal.Scope, personID string) (int64, error)
	// Cancel ends an operation that has not ended, and lets its file go at once; ok says
	// whether it did.
	Cancel(ctx context.Context, scope principal.Scope, personID, id string, at time.Time) (ok bool, err error)

	// Begin marks an operation as running and keeps when it was first begun; ok is false
	// when it has ended.
	Begin(ctx context.Context, id string, at time.Time) (o Operation, ok bool, err error)
	// Progress notes how far it is; ok is false when it does not run any more.
	Progress(ctx context.Context, id string, percent int) (ok bool, err error)
	// Finish writes the end of an operation that has not ended, and returns the state in
	// which it is then.
	Finish(ctx context.Context, o Operation) (State, error)
	// UnderWay returns operations of before the time that have not ended, the oldest first.
	UnderWay(ctx context.Context, before time.Time, limit int) ([]Operation, error)
	// Expired returns operations whose file has had its day.
	Expired(ctx context.Context, now time.Time, limit int) ([]Operation, error)
	// Expire notes that the file is gone.
	Expire(ctx context.Context, id string) error
	// Forget removes operations without a file that ended before.
	Forget(ctx context.Context, before time.Time, limit int) error
}

// Files keeps what operations make. Remove also takes away what a killed job left.
type Files interface {
	CreateResult(id string) (Result, error)
	OpenResult(id string) (io.ReadCloser, error)
	RemoveResult(id string) error
}

// Result is a file that is being made. Until Keep it is nowhere to be found; Drop behind
// that changes nothing.
type Result interface {
	io.Writer
	Keep() (size int64, err error)
	Drop()
}

// Askers knows who asked, as he is now. It returns an error of the kind Forbidden when he
// may not come in any more.
type Askers interface {
	Again(ctx context.Context, personID, accountID string) (principal.Principal, error)
}

// Tx runs transactions and tells the time.
type Tx interface {
	InTx(ctx context.Context, run func(ctx context.Context) error) error
	Now(ctx context.Context) (time.Time, error)
}

// Recorder writes audit events.
type Recorder interface {
	Record(ctx context.Context, by principal.Principal, entry audit.Entry) error
}

// Work promises work, and knows whether a promise is still to be kept.
type Work interface {
	Add(ctx context.Context, by principal.Principal, task outbox.Task, objectID string) error
	Open(ctx context.Context, task outbox.Task, objectID string) (bool, error)
}

// Deps is what the service works with.
type Deps struct {
	Tx      Tx
	Store   Store
	Files   Files
	Askers  Askers
	Audit   Recorder
	Work    Work
	Runners map[Kind]Runner
}

// Service begins operations and sees them through.
type Service struct{ d Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{d: d} }

// Start promises the work, in the transaction of the event that says so. It returns
// ErrTooMany when ten are under way for the person.
func (s *Service) Start(ctx context.Context, by principal.Principal, kind Kind, input any, fileName string) (Operation, error) {
	n, err := s.d.Store.CountOpen(ctx, by.Scope(), by.Person.ID)
	if err != nil {
		return Operation{}, err
	}
	if n >= mostOpen {
		return Operation{}, ErrTooMany
	}
	now, err := s.d.Tx.Now(ctx)
	if err != nil {
		return Operation{}, err
	}
	text, err := json.Marshal(input)
	if err != nil {
		return Operation{}, err
	}
	o := Operation{
		ID: ident.New(ident.Operation), Kind: kind, State: Queued, Person: by.Person, AccountID: by.Account.ID, Account: by.Account.Name,
		Input: string(text), FileName: fileName, CreatedAt: now,
	}
	if err := s.d.Store.Create(ctx, by.Scope(), o); err != nil {
		return Operation{}, err
	}
	return o, s.d.Work.Add(ctx, by, TaskRun, o.ID)
}

// ByID returns an operation of the person, or ErrNotFound.
func (s *Service) ByID(ctx context.Context, by principal.Principal, id string) (Operation, error) {
	o, err := s.d.Store.ByID(ctx, by.Scope(), by.Person.ID, id)
	if err != nil {
		return Operation{}, err
	}
	told, err := s.told(ctx, []Operation{o})
	return told[0], err
}

// told returns operations as they are told now. The time is asked for only where a file
// may have had its day.
func (s *Service) told(ctx context.Context, list []Operation) ([]Operation, error) {
	if !slices.ContainsFunc(list, func(o Operation) bool { return !o.ExpiresAt.IsZero() }) {
		return list, nil
	}
	now, err := s.d.Tx.Now(ctx)
	for i, o := range list {
		list[i] = o.at(now)
	}
	return list, err
}

// Wait is ByID that answers when the operation has ended, or at the latest after the given
// time.
func (s *Service) Wait(ctx context.Context, by principal.Principal, id string, most time.Duration) (Operation, error) {
	over := time.NewTimer(most)
	defer over.Stop()
	look := time.NewTicker(waitsAt)
	defer look.Stop()
	for {
		o, err := s.ByID(ctx, by, id)
		if err != nil || o.Ended() || most <= 0 {
			return o, err
		}
		select {
		case <-over.C:
			return o, nil
		case <-ctx.Done():
			return o, ctx.Err()
		case <-look.C:
		}
	}
}

// List returns the person's operations, newest first.
func (s *Service) List(ctx context.Context, by principal.Principal, before string, limit int) ([]Operation, error) {
	list, err := s.d.Store.List(ctx, by.Scope(), by.Person.ID, before, limit)
	if err != nil {
		return nil, err
	}
	return s.told(ctx, list)
}

// Cancel ends an operation of the person. Cancelling twice is once; ErrEnded when it ended
// by itself.
func (s *Service) Cancel(ctx context.Context, by principal.Principal, id string) (Operation, error) {
	var o Operation
	err := s.d.Tx.InTx(ctx, func(ctx context.Context) error {
		now, err := s.d.Tx.Now(ctx)
		if err != nil {
			return err
		}
		done, err := s.d.Store.Cancel(ctx, by.Scope(), by.Person.ID, id, now)
		if err != nil {
			return err
		}
		o, err = s.ByID(ctx, by, id)
		switch {
		case err != nil:
			return err
		case !done && o.State != Cancelled:
			return ErrEnded
		case !done:
			return nil
		}
		return s.d.Audit.Record(ctx, by, audit.Entry{
			Action: ActionCancel, Account: by.Subject, Object: audit.Object{Kind: audit.ThingOperation, ID: o.ID, Name: o.FileName},
		})
	})
	return o, err
}

// Open returns the file of an operation of the person. ErrNoFile when there is none, or no
// longer.
func (s *Service) Open(ctx context.Context, by principal.Principal, id string) (Content, error) {
	o, err := s.ByID(ctx, by, id)
	if err != nil {
		return Content{}, err
	}
	if !o.HasFile() {
		return Content{}, ErrNoFile
	}
	file, err := s.d.Files.OpenResult(o.ID)
	if err != nil {
		return Content{}, ErrNoFile.WithCause(err)
	}
	return Content{ReadCloser: file, Name: o.FileName, Size: o.FileSize}, nil
}

// Run does the work of an operation, from the beginning, as the person who asked is now.
// Of one that has ended nothing is left to do, and one that was first begun too long ago
// has failed, whatever became of the jobs before.
func (s *Service) Run(ctx context.Context, _ principal.Principal, id string) error {
	now, err := s.d.Tx.Now(ctx)
	if err != nil {
		return err
	}
	o, ok, err := s.d.Store.Begin(ctx, id, now)
	if err != nil || !ok {
		return err
	}
	if now.Sub(o.StartedAt) >= triedFor {
		return s.end(ctx, o, 0, errTooLong)
	}
	size, err := s.work(ctx, o)
	switch {
	case errors.Is(err, errOver):
		return nil
	case err != nil && (ctx.Err() != nil || fault.Retryable(err)):
		return fmt.Errorf("operation %s: %w", id, err)
	}
	return s.end(ctx, o, size, err)
}

// work makes the file and returns its size.
func (s *Service) work(ctx context.Context, o Operation) (int64, error) {
	run, known := s.d.Runners[o.Kind]
	if !known {
		return 0, errKind
	}
	by, err := s.d.Askers.Again(ctx, o.Person.ID, o.AccountID)
	if err != nil {
		return 0, err
	}
	file, err := s.d.Files.CreateResult(o.ID)
	if err != nil {
		return 0, err
	}
	defer file.Drop()
	told := func(percent int) error {
		ok, err := s.d.Store.Progress(ctx, o.ID, percent)
		if err == nil && !ok {
			err = errOver
		}
		return err
	}
	if err := run(ctx, by, o, file, told); err != nil {
		return 0, err
	}
	if err := told(100); err != nil { // the file of a job that came too late stands in nobody's way
		return 0, err
	}
	return file.Keep()
}

// end writes down what became of the work. The file of one that did not succeed goes: here
// or with the next sweep.
func (s *Service) end(ctx context.Context, o Operation, size int64, failure error) error {
	now, err := s.d.Tx.Now(ctx)
	if err != nil {
		return err
	}
	o.State, o.Percent, o.FileSize, o.EndedAt, o.ExpiresAt = Succeeded, 100, size, now, now.Add(fileLives)
	if failure != nil {
		o.State, o.Percent, o.FileSize, o.ExpiresAt = Failed, 0, 0, now
		o.ErrorCode, o.Error = said(failure)
	}
	state, err := s.d.Store.Finish(ctx, o)
	if err == nil && failure == nil && state != Succeeded {
		return s.d.Files.RemoveResult(o.ID) // it was kept after the end
	}
	return err
}

// said is what people are told of a failure: nothing of what is inside.
func said(err error) (code, text string) {
	var declared *fault.Error
	if errors.As(err, &declared) {
		return declared.Code, declared.Message
	}
	return "internal", "Something went wrong. Please try again."
}

// Sweep fails what nobody works on any more, and removes files that have had their day and
// operations nobody asks about any more. What it ends it counts.
func (s *Service) Sweep(ctx context.Context, _ string) (closed int, err error) {
	now, err := s.d.Tx.Now(ctx)
	if err != nil {
		return 0, err
	}
	if closed, err = s.failAbandoned(ctx, now); err != nil {
		return closed, err
	}
	old, err := s.d.Store.Expired(ctx, now, mostSwept)
	if err != nil {
		return closed, err
	}
	for _, o := range old {
		if err := s.d.Files.RemoveResult(o.ID); err != nil {
			return closed, fmt.Errorf("remove the file of operation %s: %w", o.ID, err)
		}
		if err := s.d.Store.Expire(ctx, o.ID); err != nil {
			return closed, err
		}
	}
	return closed, s.d.Store.Forget(ctx, now.Add(-Kept), mostSwept)
}

// failAbandoned ends the operations whose job was given up: no other will take them up.
func (s *Service) failAbandoned(ctx context.Context, now time.Time) (failed int, err error) {
	old, err := s.d.Store.UnderWay(ctx, now.Add(-triedFor), mostSwept)
	if err != nil {
		return 0, err
	}
	for _, o := range old {
		open, err := s.d.Work.Open(ctx, TaskRun, o.ID)
		if err != nil {
			return failed, err
		}
		if open {
			continue
		}
		if err := s.end(ctx, o, 0, errTooLong); err != nil {
			return failed, err
		}
		failed++
	}
	return failed, nil
}
