package operation_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"innkeeper/internal/fault"
	"innkeeper/internal/operation"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/internal/store/storetest"
)

const kind operation.Kind = "test.work"

// desk is the room with work that the test decides on.
type desk struct {
	*storetest.World
	service *operation.Service
	by      principal.Principal
	blocked error // what the way in answers
	files   map[string][]byte
	run     operation.Runner
	now     time.Time
	asked   int    // how often the clock was
	keeping func() // happens before a file is kept
}

func setup(t *testing.T) *desk {
	t.Helper()
	d := &desk{World: storetest.NewWorld(t), files: map[string][]byte{}, now: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)}
	d.by = d.Owner(d.Customer)
	err := d.DB.Write(t.Context()).Exec("INSERT INTO people (id, name, email, created_at) VALUES (?, 'Olga', 'o@example.com', 0)", d.by.Person.ID).Error
	if err != nil {
		t.Fatal(err)
	}
	d.service = operation.New(operation.Deps{
		Tx: d, Store: store.NewOperations(d.DB), Files: d, Askers: d, Audit: d.Audit, Work: d.Work,
		Runners: map[operation.Kind]operation.Runner{kind: func(ctx context.Context, by principal.Principal, o operation.Operation, file io.Writer, told func(int) error) error {
			return d.run(ctx, by, o, file, told)
		}},
	})
	return d
}

// InTx runs a transaction.
func (d *desk) InTx(ctx context.Context, run func(ctx context.Context) error) error {
	return d.DB.InTx(ctx, run)
}

// Now is the test's clock.
func (d *desk) Now(context.Context) (time.Time, error) {
	d.asked++
	return d.now, nil
}

// Again lets who asked come in, unless he is blocked.
func (d *desk) Again(context.Context, string, string) (principal.Principal, error) {
	return d.by, d.blocked
}

type memory struct {
	bytes.Buffer
	d  *desk
	id string
}

// CreateResult keeps the file in memory.
func (d *desk) CreateResult(id string) (operation.Result, error) { return &memory{d: d, id: id}, nil }

// Keep puts it where it is found.
func (m *memory) Keep() (int64, error) {
	if m.d.keeping != nil {
		m.d.keeping()
	}
	m.d.files[m.id] = m.Bytes()
	return int64(m.Len()), nil
}

// Drop does nothing: what was not kept is nowhere.
func (m *memory) Drop() {}

// OpenResult returns a file.
func (d *desk) OpenResult(id string) (io.ReadCloser, error) {
	content, ok := d.files[id]
	if !ok {
		return nil, errors.New("it is not there")
	}
	return io.NopCloser(bytes.NewReader(content)), nil
}

// RemoveResult removes a file.
func (d *desk) RemoveResult(id string) error {
	delete(d.files, id)
	return nil
}

func (d *desk) start(t *testing.T) operation.Operation {
	t.Helper()
	var o operation.Operation
	err := d.DB.InTx(t.Context(), func(ctx context.Context) (err error) {
		o, err = d.service.Start(ctx, d.by, kind, map[string]int{"n": 1}, "a.txt")
		return err
	})
	if err != nil {
		t.Fatalf("Start = %v", err)
	}
	return o
}

// want runs the job of the operation and compares what became of it.
func (d *desk) want(t *testing.T, o operation.Operation, failure error, state operation.State, code string) {
	t.Helper()
	if err := d.service.Run(t.Context(), principal.System("operation"), o.ID); (err != nil) != (failure != nil) || failure != nil && !errors.Is(err, failure) {
		t.Errorf("Run = %v, want %v", err, failure)
	}
	got, err := d.service.ByID(t.Context(), d.by, o.ID)
	if err != nil || got.State != state || got.ErrorCode != code {
		t.Errorf("it is %s %q, %v, want %s %q", got.State, got.ErrorCode, err, state, code)
	}
}

func writes(text string) operation.Runner {
	return func(_ context.Context, _ principal.Principal, _ operation.Operation, file io.Writer, _ func(int) error) error {
		_, err := io.WriteString(file, text)
		return err
	}
}

func TestAnOperationIsPromisedDoneAndForgotten(t *testing.T) {
	t.Parallel()
	d := setup(t)
	o := d.start(t)
	if got := d.Promises(t); len(got) != 1 || got[0] != (outbox.Promise{Task: operation.TaskRun, ObjectID: o.ID}) {
		t.Errorf("promised: %v", got)
	}
	if _, err := d.service.Open(t.Context(), d.by, o.ID); !errors.Is(err, operation.ErrNoFile) {
		t.Errorf("Open before it is done = %v, want ErrNoFile", err)
	}
	d.run = writes("hello")
	d.want(t, o, nil, operation.Succeeded, "")
	d.run = writes("again")
	d.want(t, o, nil, operation.Succeeded, "") // a late ring changes nothing
	content, err := d.service.Open(t.Context(), d.by, o.ID)
	if err != nil || content.Name != "a.txt" || content.Size != 5 || string(d.files[o.ID]) != "hello" {
		t.Errorf("Open = %v, %v", content, err)
	}
	if _, err := d.service.Open(t.Context(), d.Owner(d.Stranger), o.ID); !errors.Is(err, operation.ErrNotFound) {
		t.Errorf("Open by a stranger = %v, want ErrNotFound", err)
	}
	d.now = d.now.Add(24 * time.Hour)
	if _, err := d.service.Open(t.Context(), d.by, o.ID); !errors.Is(err, operation.ErrNoFile) {
		t.Errorf("Open a day later = %v, want ErrNoFile", err)
	}
	if got, err := d.service.ByID(t.Context(), d.by, o.ID); err != nil || got.HasFile() {
		t.Errorf("ByID a day later, not swept yet = %v, %v", got, err)
	}
	for range 2 {
		if n, err := d.service.Sweep(t.Context(), "sweep"); n != 0 || err != nil {
			t.Errorf("Sweep = %d, %v", n, err)
		}
		d.now = d.now.Add(operation.Kept)
	}
	if len(d.files) != 0 {
		t.Errorf("left behind: %v", d.files)
	}
	if _, err := d.service.ByID(t.Context(), d.by, o.ID); !errors.Is(err, operation.ErrNotFound) {
		t.Errorf("ByID after two weeks = %v, want ErrNotFound", err)
	}
}

func TestWhatBecomesOfFailures(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	for name, c := range map[string]struct {
		fails   error
		blocked error
		later   time.Duration // after it was first begun
		run     error
		state   operation.State
		code    string
	}{
		"what may be better later is tried again": {fails: boom, run: boom, state: operation.Running},
		"but not for ever":                        {fails: boom, later: time.Hour, state: operation.Failed, code: "operation-too-long"},
		"an hour counts from the beginning":       {fails: boom, later: time.Hour - time.Second, run: boom, state: operation.Running},
		"what is wrong is told":                   {fails: fault.New(fault.Invalid, "too-large", "Too large."), state: operation.Failed, code: "too-large"},
		"who may not come in gets nothing":        {blocked: fault.New(fault.Forbidden, "sign-in-blocked", "Blocked."), state: operation.Failed, code: "sign-in-blocked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := setup(t)
			o := d.start(t)
			d.now = d.now.Add(2 * time.Hour) // it waited for a worker
			d.run = func(context.Context, principal.Principal, operation.Operation, io.Writer, func(int) error) error {
				return c.fails
			}
			if c.later > 0 {
				d.want(t, o, c.fails, operation.Running, "")
			}
			d.now, d.blocked = d.now.Add(c.later), c.blocked
			d.want(t, o, c.run, c.state, c.code)
			if len(d.files) != 0 {
				t.Errorf("it left %v", d.files)
			}
		})
	}
}

func TestAJobThatNeverComesBackIsNoOperationForEver(t *testing.T) {
	t.Parallel()
	for name, job := range map[string]func(d *desk, o operation.Operation){
		"it met its deadline each time": func(d *desk, o operation.Operation) {
			ctx, cancel := context.WithCancel(t.Context())
			d.run = func(context.Context, principal.Principal, operation.Operation, io.Writer, func(int) error) error {
				cancel()
				return ctx.Err()
			}
			if err := d.service.Run(ctx, principal.System("operation"), o.ID); !errors.Is(err, context.Canceled) {
				t.Errorf("Run = %v, want %v", err, context.Canceled)
			}
		},
		"it met a defect each time": func(d *desk, o operation.Operation) {
			defer func() { _ = recover() }()
			d.run = func(context.Context, principal.Principal, operation.Operation, io.Writer, func(int) error) error {
				panic("a defect")
			}
			t.Errorf("Run = %v, want a panic", d.service.Run(t.Context(), principal.System("operation"), o.ID))
		},
	} {
		d := setup(t)
		o := d.start(t)
		job(d, o)
		d.now = d.now.Add(59 * time.Minute)
		job(d, o)
		d.now = d.now.Add(time.Minute)
		d.run = writes("nobody waits for it any more")
		d.want(t, o, nil, operation.Failed, "operation-too-long")
		if len(d.files) != 0 {
			t.Errorf("%s: it left %v", name, d.files)
		}
	}
}

func TestWhatTheOutboxGaveUpHasFailed(t *testing.T) {
	t.Parallel()
	d := setup(t)
	given, kept := d.start(t), d.start(t)
	if err := d.DB.Write(t.Context()).Exec("UPDATE outbox SET failed_at = 1 WHERE object_id = ?", given.ID).Error; err != nil {
		t.Fatal(err)
	}
	sweep := func(want int) {
		t.Helper()
		if n, err := d.service.Sweep(t.Context(), "sweep"); n != want || err != nil {
			t.Errorf("Sweep = %d, %v, want %d", n, err, want)
		}
	}
	d.now = d.now.Add(time.Hour)
	sweep(0)
	d.now = d.now.Add(time.Second)
	sweep(1)
	sweep(0)
	for o, want := range map[operation.Operation]operation.State{given: operation.Failed, kept: operation.Queued} {
		if got, err := d.service.ByID(t.Context(), d.by, o.ID); err != nil || got.State != want {
			t.Errorf("it is %s, %v, want %s", got.State, err, want)
		}
	}
}

// A worker that lost its lease goes on for a while beside the one that took over.
func TestAJobThatComesTooLateLeavesTheFileAlone(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]bool{"it says how far it is": true, "it only writes": false} {
		d := setup(t)
		o := d.start(t)
		d.run = func(ctx context.Context, _ principal.Principal, _ operation.Operation, file io.Writer, told func(int) error) error {
			d.run = writes("good")
			d.want(t, o, nil, operation.Succeeded, "")
			if _, err := io.WriteString(file, "late"); err != nil || !says {
				return err
			}
			return told(50)
		}
		d.want(t, o, nil, operation.Succeeded, "")
		if got := string(d.files[o.ID]); got != "good" {
			t.Errorf("%s: the file is %q, want the one that was made in time", name, got)
		}
	}
}

func TestAFileThatWasKeptBehindTheEndGoes(t *testing.T) {
	t.Parallel()
	d := setup(t)
	o := d.start(t)
	d.run = writes("x")
	d.keeping = func() {
		if _, err := d.service.Cancel(t.Context(), d.by, o.ID); err != nil {
			t.Error(err)
		}
	}
	d.want(t, o, nil, operation.Cancelled, "")
	if len(d.files) != 0 {
		t.Errorf("it left %v", d.files)
	}
	dead := d.start(t)
	d.run = func(context.Context, principal.Principal, operation.Operation, io.Writer, func(int) error) error {
		d.files[dead.ID] = []byte("of a job that was killed")
		_, err := d.service.Cancel(t.Context(), d.by, dead.ID)
		return err
	}
	d.keeping = nil
	d.want(t, dead, nil, operation.Cancelled, "")
	refused := d.start(t)
	d.files[refused.ID], d.blocked = []byte("of a job that was killed"), fault.New(fault.Forbidden, "sign-in-blocked", "Blocked.")
	d.want(t, refused, nil, operation.Failed, "sign-in-blocked")
	if _, err := d.service.Sweep(t.Context(), "sweep"); err != nil || len(d.files) != 0 {
		t.Errorf("Sweep = %v, and it left %v", err, d.files)
	}
}

func TestTheTimeIsAskedForWhereAFileMayBeOver(t *testing.T) {
	t.Parallel()
	d := setup(t)
	o := d.start(t)
	asked := func() int {
		t.Helper()
		d.asked = 0
		_, err := d.service.ByID(t.Context(), d.by, o.ID)
		_, other := d.service.List(t.Context(), d.by, "", 9)
		if err != nil || other != nil {
			t.Fatal(err, other)
		}
		return d.asked
	}
	if n := asked(); n != 0 {
		t.Errorf("the clock was asked %d times of what has no file", n)
	}
	d.run = writes("x")
	d.want(t, o, nil, operation.Succeeded, "")
	if n := asked(); n != 2 {
		t.Errorf("the clock was asked %d times of what has one, want 2", n)
	}
}

func TestCancelling(t *testing.T) {
	t.Parallel()
	d := setup(t)
	o := d.start(t)
	d.run = func(ctx context.Context, _ principal.Principal, _ operation.Operation, _ io.Writer, told func(int) error) error {
		if err := told(10); err != nil {
			return err
		}
		if _, err := d.service.Cancel(ctx, d.by, o.ID); err != nil {
			return err
		}
		return told(20)
	}
	d.want(t, o, nil, operation.Cancelled, "")
	if got, err := d.service.Cancel(t.Context(), d.by, o.ID); err != nil || got.State != operation.Cancelled {
		t.Errorf("Cancel twice = %v, %v", got, err)
	}
	if _, err := d.service.Cancel(t.Context(), d.Owner(d.Stranger), o.ID); !errors.Is(err, operation.ErrNotFound) {
		t.Errorf("Cancel by a stranger = %v, want ErrNotFound", err)
	}
	if lines := d.Lines(t); len(lines) != 1 || lines[0] != "acc_customer: Olga cancelled the preparation of a.txt." {
		t.Errorf("recorded: %q", lines)
	}
	done := d.start(t)
	d.run = writes("x")
	d.want(t, done, nil, operation.Succeeded, "")
	if _, err := d.service.Cancel(t.Context(), d.by, done.ID); !errors.Is(err, operation.ErrEnded) {
		t.Errorf("Cancel after the end = %v, want ErrEnded", err)
	}
}

func TestTenAtATime(t *testing.T) {
	t.Parallel()
	d := setup(t)
	for range 10 {
		d.start(t)
	}
	if _, err := d.service.Start(t.Context(), d.by, kind, nil, ""); !errors.Is(err, operation.ErrTooMany) {
		t.Errorf("the eleventh = %v, want ErrTooMany", err)
	}
}
