package file_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/fault"
	"innkeeper/internal/file"
	"innkeeper/internal/principal"
)

// TestAProcessThatDiesBeforeTheDisk commits one change of each kind and dies
// each time before the disk follows: the jobs make them true, in order.
func TestAProcessThatDiesBeforeTheDisk(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	w.write(t, by, "/old.txt", "old")
	w.write(t, by, "/gone.txt", "gone")
	acts := map[string]func(p *file.Service) error{
		"Write": func(p *file.Service) error {
			_, err := p.Write(t.Context(), by, file.WriteInput{Path: "/new.txt", Body: []byte("new")})
			return err
		},
		"CreateFolder": func(p *file.Service) error { _, err := p.CreateFolder(t.Context(), by, "/folder"); return err },
		"Rename":       func(p *file.Service) error { _, err := p.Rename(t.Context(), by, "/old.txt", "/moved.txt"); return err },
		"Delete":       func(p *file.Service) error { _, err := p.Delete(t.Context(), by, []string{"/gone.txt"}); return err },
	}
	after := map[string][2]string{ // what is read at the paths once the change is true
		"Write": {"/new.txt", "new"}, "Rename": {"/moved.txt", "old"}, "Delete": {"/gone.txt", "(none)"},
	}
	for name, act := range acts {
		events := len(w.Events(t))
		w.disk.dead.Store(true)
		if err := act(w.file); err != nil {
			t.Fatalf("%s = %v, want what was committed to be told", name, err)
		}
		if at, ok := after[name]; ok && w.read(t, w.Customer, at[0]) == at[1] {
			t.Errorf("%s is true already: nothing is tested", name)
		}
		if errs := w.runJobs(t); len(errs) == 0 || !fault.Retryable(errs[0]) {
			t.Errorf("jobs on a dead disk = %v, want them tried again", errs)
		}
		w.disk.dead.Store(false)
		for range 3 { // a task may come more than once
			if errs := w.runJobs(t); len(errs) != 0 {
				t.Errorf("jobs after %s = %v", name, errs)
			}
		}
		if at, ok := after[name]; ok && w.read(t, w.Customer, at[0]) != at[1] {
			t.Errorf("after %s %s is %q, want %q", name, at[0], w.read(t, w.Customer, at[0]), at[1])
		}
		if n := len(w.Events(t)) - events; n != 1 {
			t.Errorf("%s left %d events, want 1", name, n)
		}
	}
	if info, err := os.Stat(w.home(w.Customer, "folder")); err != nil || !info.IsDir() {
		t.Errorf("the folder: %v, %v", info, err)
	}
	if got := w.read(t, w.Customer, "/old.txt"); got != "(none)" || len(w.desk(t, w.Customer)) != 0 {
		t.Errorf("/old.txt is %q, aside lies %v", got, w.desk(t, w.Customer))
	}
}

// TestALateJobDoesNotUndoALaterChange is why changes are made true in order: the
// job of a write comes long after the next process has written the file anew.
func TestALateJobDoesNotUndoALaterChange(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	w.disk.dead.Store(true)
	w.write(t, by, "/a.txt", "first")
	w.disk.dead.Store(false)
	next := w.process()
	second, err := next.Write(t.Context(), by, file.WriteInput{Path: "/a.txt", Body: []byte("second")})
	if err != nil {
		t.Fatal(err)
	}
	if before := w.event(t).Before; before["size"] != float64(5) {
		t.Errorf("the second write replaced %v, want the five bytes of the first", before)
	}
	if errs := w.runJobs(t); len(errs) != 0 {
		t.Errorf("jobs = %v", errs)
	}
	if got := w.read(t, w.Customer, "/a.txt"); got != "second" || second.Size != 6 {
		t.Errorf("the file is %q, want the second", got)
	}
}

// TestAProcessThatDiesAfterTheDisk leaves changes that are true and not marked:
// the jobs find nothing to do, and undo nothing.
func TestAProcessThatDiesAfterTheDisk(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	w.store.dead.Store(true)
	w.write(t, by, "/a.txt", "hello")
	if got := w.read(t, w.Customer, "/a.txt"); got != "hello" {
		t.Fatalf("the file is %q", got)
	}
	if _, err := w.file.Rename(t.Context(), by, "/a.txt", "/b.txt"); !errors.Is(err, errDied) {
		t.Errorf("a change on top of one that cannot be marked = %v, want its error", err)
	}
	w.store.dead.Store(false)
	if _, err := w.file.Rename(t.Context(), by, "/a.txt", "/b.txt"); err != nil {
		t.Fatalf("Rename = %v", err)
	}
	if errs := w.runJobs(t); len(errs) != 0 {
		t.Errorf("jobs = %v", errs)
	}
	if a, b := w.read(t, w.Customer, "/a.txt"), w.read(t, w.Customer, "/b.txt"); a != "(none)" || b != "hello" {
		t.Errorf("the files are %q and %q", a, b)
	}
}

// TestALostAnswerToACommitKeepsTheFile commits a write whose answer never
// arrives: the client is told of an error, the change is true nevertheless.
func TestALostAnswerToACommitKeepsTheFile(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	in := file.WriteInput{Path: "/a.txt", Upload: "u", Complete: true}
	w.tx.lost.Store(true)
	if _, err := w.file.Write(t.Context(), by, in); !errors.Is(err, errDied) {
		t.Fatalf("Write = %v, want the lost answer", err)
	}
	w.tx.lost.Store(false)
	if errs := w.runJobs(t); len(errs) != 0 {
		t.Errorf("jobs = %v", errs)
	}
	if got := w.read(t, w.Customer, "/a.txt"); got != "" || len(w.Events(t)) != 1 || len(w.desk(t, w.Customer)) != 0 {
		t.Errorf("the file is %q, %d events, aside %v", got, len(w.Events(t)), w.desk(t, w.Customer))
	}
}

// TestAChangeThatCanNeverBeTrue meets a disk that somebody changed by another
// way. It does not stop those behind it, and it is seen.
func TestAChangeThatCanNeverBeTrue(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	w.folder(t, by, "/a")
	w.disk.dead.Store(true)
	w.write(t, by, "/a/x.txt", "x")
	w.disk.dead.Store(false)
	if err := os.Remove(w.home(w.Customer, "a")); err != nil {
		t.Fatal(err)
	}
	w.write(t, by, "/y.txt", "y")
	if got := w.read(t, w.Customer, "/y.txt"); got != "y" {
		t.Errorf("what came behind is %q", got)
	}
	errs := w.runJobs(t)
	if len(errs) != 1 || !errors.Is(errs[0], file.ErrFailed) || fault.Retryable(errs[0]) {
		t.Errorf("jobs = %v, want one ErrFailed that is given up", errs)
	}
}

func TestApplyOfWhatIsForgotten(t *testing.T) {
	w := setup(t)
	if err := w.file.Apply(t.Context(), principal.System("file"), "fch_none"); err != nil {
		t.Errorf("Apply = %v, want nothing done", err)
	}
}

func TestClean(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	upload := func(path string) {
		t.Helper()
		if _, err := w.file.Write(t.Context(), by, file.WriteInput{Path: path, Upload: "u", Body: []byte("x")}); err != nil {
			t.Fatal(err)
		}
	}
	upload("/abandoned.bin")
	w.disk.dead.Store(true)
	w.write(t, by, "/promised.txt", "promised")
	w.disk.dead.Store(false)
	old := time.Now().Add(-2 * time.Hour)
	for _, name := range w.desk(t, w.Customer) {
		if err := os.Chtimes(filepath.Join(w.data, "uploads", w.Customer.ID, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	upload("/going-on.bin")
	if n := len(w.desk(t, w.Customer)); n != 3 {
		t.Fatalf("%d files lie aside, want 3", n)
	}
	if err := w.file.Clean(t.Context(), time.Hour); err != nil {
		t.Fatalf("Clean = %v", err)
	}
	if left := w.desk(t, w.Customer); len(left) != 2 {
		t.Errorf("aside lies %v, want what is promised and what goes on", left)
	}
	if errs := w.runJobs(t); len(errs) != 0 {
		t.Errorf("jobs = %v", errs)
	}
	if got := w.read(t, w.Customer, "/promised.txt"); got != "promised" {
		t.Errorf("the promised file is %q", got)
	}
	in := file.WriteInput{Path: "/going-on.bin", Upload: "u", Offset: 1, Body: []byte("y"), Complete: true}
	if _, err := w.file.Write(t.Context(), by, in); err != nil || w.read(t, w.Customer, "/going-on.bin") != "xy" {
		t.Errorf("the upload that went on: %v", err)
	}
	if used, err := w.file.Used(t.Context(), w.Customer.ID); err != nil || used != int64(len("promised")+len("xy")) {
		t.Errorf("Used = %d, %v", used, err)
	}
}

func TestMeterBelievesAMeasurementForAMinute(t *testing.T) {
	t.Parallel()
	disk := &counted{bytes: 5}
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	meter := file.NewMeter(disk, func() time.Time { return now })
	var got []int64
	for _, later := range []time.Duration{0, 59 * time.Second, time.Second, -time.Hour} {
		now = now.Add(later)
		used, err := meter.Used(t.Context(), "acc_1")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, used)
		disk.bytes++
	}
	if diff := cmp.Diff([]int64{5, 5, 7, 8}, got); diff != "" || disk.walks != 3 {
		t.Errorf("Used after 0 s, 59 s, 60 s and a clock set back, in %d walks (-want +got):\n%s", disk.walks, diff)
	}
}

func TestJanitorCleansNowAndThen(t *testing.T) {
	w := setup(t)
	janitor := w.file.Janitor(time.Hour, time.Minute)
	for round, want := range []int{0, 1} { // how many lie aside afterwards: the second sweep comes too early
		in := file.WriteInput{Path: "/abandoned.bin", Upload: "u", Body: []byte("x")}
		if _, err := w.file.Write(t.Context(), w.Owner(w.Customer), in); err != nil {
			t.Fatal(err)
		}
		old := time.Now().Add(-2 * time.Hour)
		for _, name := range w.desk(t, w.Customer) {
			if err := os.Chtimes(filepath.Join(w.data, "uploads", w.Customer.ID, name), old, old); err != nil {
				t.Fatal(err)
			}
		}
		if closed, err := janitor.Sweep(t.Context(), "task"); err != nil || closed != 0 {
			t.Errorf("Sweep %d = %d, %v", round, closed, err)
		}
		if left := w.desk(t, w.Customer); len(left) != want {
			t.Errorf("after sweep %d there lie aside %v, want %d", round, left, want)
		}
	}
}
