package disk_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/engine/disk"
	"innkeeper/internal/fault"
	"innkeeper/internal/file"
)

// aside returns the path of what lies aside under the name.
func aside(home, name string) string {
	return filepath.Join(home, "..", "..", "uploads", acc, name)
}

func TestAppend(t *testing.T) {
	d, home, _ := setup(t)
	for _, c := range []struct {
		offset int64
		body   string
		want   string // what lies aside then; "" when refused
	}{
		{0, "hello", "hello"},
		{5, " world", "hello world"},
		{5, " world", "hello world"}, // sent again
		{12, "gap", ""},
		{5, "!", "hello!"}, // what lay behind is cut off
		{0, "anew", "anew"},
		{4, "", "anew"},
	} {
		size, err := d.Append(t.Context(), acc, "up-1", c.offset, []byte(c.body))
		if c.want == "" {
			var refused *fault.Error
			if !errors.As(err, &refused) || !errors.Is(err, file.ErrOffset) || refused.Extra["offset"] != int64(11) {
				t.Errorf("Append at %d = %v, want ErrOffset that says 11", c.offset, err)
			}
			continue
		}
		if got := content(t, aside(home, "up-1")); err != nil || got != c.want || size != int64(len(c.want)) {
			t.Errorf("Append(%d, %q) = %d, %v and left %q, want %q", c.offset, c.body, size, err, got, c.want)
		}
	}
}

func TestInspectTellsWhatWillBeInPlace(t *testing.T) {
	d, _, _ := setup(t)
	if _, err := d.Append(t.Context(), acc, "up-1", 0, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if err := d.Retitle(t.Context(), acc, "up-1", "fch_1"); err != nil {
		t.Fatalf("Retitle = %v", err)
	}
	e, digest, err := d.Inspect(t.Context(), acc, "fch_1")
	want := file.Digest{Size: 5, SHA256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}
	if diff := cmp.Diff(want, digest); err != nil || diff != "" {
		t.Errorf("Inspect = %v (-want +got):\n%s", err, diff)
	}
	if err := d.Place(t.Context(), acc, "fch_1", "/a.txt"); err != nil {
		t.Fatal(err)
	}
	placed, err := d.Stat(t.Context(), acc, "/a.txt")
	if err != nil || placed.ETag != e.ETag || placed.Size != e.Size {
		t.Errorf("Stat = %+v, %v, want the tag and size %+v", placed, err, e)
	}
	if _, _, err := d.Inspect(t.Context(), acc, "fch_1"); !errors.Is(err, file.ErrNotFound) {
		t.Errorf("Inspect of what is in place = %v, want ErrNotFound", err)
	}
}

// TestALatePieceDoesNotSpoilWhatIsPromised sends the last piece again after the
// upload has been completed: it begins another upload, and leaves the first alone.
func TestALatePieceDoesNotSpoilWhatIsPromised(t *testing.T) {
	d, home, _ := setup(t)
	for _, step := range []error{
		second(d.Append(t.Context(), acc, "up-1", 0, []byte("promised"))), d.Retitle(t.Context(), acc, "up-1", "fch_1"),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	if _, err := d.Append(t.Context(), acc, "up-1", 8, []byte("late")); !errors.Is(err, file.ErrOffset) {
		t.Errorf("Append of a late piece = %v, want ErrOffset", err)
	}
	if _, err := d.Append(t.Context(), acc, "up-1", 0, []byte("another")); err != nil {
		t.Errorf("Append = %v", err)
	}
	if got := content(t, aside(home, "fch_1")); got != "promised" {
		t.Errorf("what was promised is now %q", got)
	}
}

func second(_ int64, err error) error { return err }

func TestHoldIsForOneAtATime(t *testing.T) {
	d, _, _ := setup(t)
	release, err := d.Hold(t.Context(), acc)
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := d.Hold(short, acc); !errors.Is(err, file.ErrBusy) || !fault.Retryable(err) {
		t.Errorf("Hold of what is held = %v, want ErrBusy", err)
	}
	other, err := d.Hold(t.Context(), "acc_other")
	if err != nil {
		t.Fatalf("Hold of another account = %v", err)
	}
	other()
	got := make(chan error)
	go func() {
		again, err := d.Hold(t.Context(), acc)
		if err == nil {
			again()
		}
		got <- err
	}()
	release()
	if err := <-got; err != nil {
		t.Errorf("Hold after the release = %v", err)
	}
}

// A process that is being started has our files open until it runs its own program.
func TestALockDoesNotStayWithAProcessThatIsStarted(t *testing.T) {
	d, _, _ := setup(t)
	var starting sync.WaitGroup
	for range 4 {
		starting.Go(func() {
			for range 50 {
				if err := exec.Command("true").Run(); err != nil {
					t.Errorf("true = %v", err)
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		starting.Wait()
	}()
	for n := 0; ; n++ {
		select {
		case <-ended:
			return
		default:
		}
		name := fmt.Sprint("up-", n)
		if _, err := d.Append(t.Context(), acc, name, 0, []byte("piece")); err != nil {
			t.Fatalf("Append = %v", err)
		}
		if err := d.Retitle(t.Context(), acc, name, "fch-"+name); err != nil {
			t.Fatalf("Retitle of what nobody has = %v", err)
		}
	}
}

func TestMeasureCountsFilesAndUploads(t *testing.T) {
	d, home, outside := setup(t)
	write(t, filepath.Join(home, "a"), "12345")
	write(t, filepath.Join(home, "deep", "er", "b"), "123")
	write(t, filepath.Join(home, "bad\xff", "c"), "1")
	write(t, filepath.Join(outside, "big"), strings.Repeat("x", 1000))
	if err := os.Symlink(outside, filepath.Join(home, "deep", "out")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Append(t.Context(), acc, "up-1", 0, []byte("12")); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Measure(t.Context(), acc); err != nil || got != 11 {
		t.Errorf("Measure = %d, %v, want 11", got, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Measure(ended, acc); !errors.Is(err, context.Canceled) {
		t.Errorf("Measure without time = %v, want it to stop", err)
	}
}

func TestSweepRemovesWhatIsAbandoned(t *testing.T) {
	d, home, _ := setup(t)
	cutoff := time.Now().Add(-time.Hour)
	for name, age := range map[string]time.Duration{"up-old": 2 * time.Hour, "up-new": 0, "fch_kept": 2 * time.Hour, "fch_gone": 2 * time.Hour, "lock": 2 * time.Hour} {
		write(t, aside(home, name), "x")
		at := time.Now().Add(-age)
		if err := os.Chtimes(aside(home, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	if ids, err := d.Accounts(t.Context()); err != nil || !cmp.Equal(ids, []string{acc}) {
		t.Errorf("Accounts = %v, %v", ids, err)
	}
	if err := d.Sweep(t.Context(), acc, cutoff, func(name string) bool { return name == "fch_kept" }); err != nil {
		t.Fatalf("Sweep = %v", err)
	}
	for name, want := range map[string]bool{"up-old": false, "up-new": true, "fch_kept": true, "fch_gone": false, "lock": true} {
		if _, err := os.Stat(aside(home, name)); want != (err == nil) {
			t.Errorf("after Sweep %q: %v, want it there: %v", name, err, want)
		}
	}
}

func TestDiscard(t *testing.T) {
	d, home, _ := setup(t)
	if _, err := d.Append(t.Context(), acc, "up-1", 0, []byte("x")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := d.Discard(t.Context(), acc, "up-1"); err != nil {
			t.Errorf("Discard = %v", err)
		}
	}
	if _, err := os.Stat(aside(home, "up-1")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what was discarded: %v", err)
	}
	for _, name := range []string{"lock", "..", "../x"} {
		if err := d.Discard(t.Context(), acc, name); err == nil {
			t.Errorf("Discard(%q) is allowed", name)
		}
	}
}

func TestMaildir(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	const box = "mbx_0190a5f2-0000-7000-8000-000000000001"
	if used, err := d.MailUsed(t.Context(), box); err != nil || used != 0 {
		t.Errorf("MailUsed of what is not there = %d, %v, want 0", used, err)
	}
	for range 2 {
		if err := d.EnsureMaildir(t.Context(), box); err != nil {
			t.Fatalf("EnsureMaildir = %v", err)
		}
	}
	for _, folder := range []string{"cur", "new", "tmp"} {
		info, err := os.Stat(filepath.Join(dir, "mail", box, "Maildir", folder))
		if err != nil || !info.IsDir() || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v, want a folder closed to others", folder, info, err)
		}
	}
	write(t, filepath.Join(dir, "mail", box, "Maildir", "new", "1"), "message")
	if used, err := d.MailUsed(t.Context(), box); err != nil || used != 7 {
		t.Errorf("MailUsed = %d, %v, want 7", used, err)
	}
}
