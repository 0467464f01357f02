package disk_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"innkeeper/internal/engine/disk"
	"innkeeper/internal/fault"
	"innkeeper/internal/file"
)

const acc = "acc_0190a5f2-0000-7000-8000-000000000001"

// setup returns a disk, the path of an account's home, and that of a folder
// outside, with a file in it.
func setup(t *testing.T) (d *disk.Disk, home, outside string) {
	t.Helper()
	t.Parallel()
	dir := t.TempDir()
	d, err := disk.Open(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	home, outside = filepath.Join(dir, "data", "homes", acc), filepath.Join(dir, "outside")
	for _, folder := range []string{home, outside} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(outside, "secret"), "outside")
	return d, home, outside
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// put uploads a file in one piece and places it.
func put(t *testing.T, d *disk.Disk, p file.Path, body string) error {
	t.Helper()
	if _, err := d.Append(t.Context(), acc, "up-1", 0, []byte(body)); err != nil {
		t.Fatalf("Append = %v", err)
	}
	return d.Place(t.Context(), acc, "up-1", p)
}

func read(t *testing.T, d *disk.Disk, p file.Path) (string, error) {
	t.Helper()
	c, err := d.Open(t.Context(), acc, p)
	if err != nil {
		return "", err
	}
	defer c.Close()
	b, err := io.ReadAll(c)
	return string(b), err
}

func names(entries []file.Entry) []string {
	var list []string
	for _, e := range entries {
		list = append(list, e.Kind()+" "+string(e.Path))
	}
	slices.Sort(list)
	return list
}

func TestHomeThatIsNotThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if entries, err := d.List(t.Context(), acc, file.Home); err != nil || len(entries) != 0 {
		t.Errorf("List of the home = %v, %v, want nothing", entries, err)
	}
	if _, err := d.List(t.Context(), acc, "/a"); !errors.Is(err, file.ErrNotFound) {
		t.Errorf("List below = %v, want ErrNotFound", err)
	}
	if used, err := d.Measure(t.Context(), acc); err != nil || used != 0 {
		t.Errorf("Measure = %d, %v, want 0", used, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "homes", acc)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("looking made the home: %v", err)
	}
	if err := put(t, d, "/a.txt", "hello"); err != nil {
		t.Fatalf("Place = %v", err)
	}
	if got, err := read(t, d, "/a.txt"); err != nil || got != "hello" {
		t.Errorf("read = %q, %v", got, err)
	}
	info, err := os.Stat(filepath.Join(dir, "homes", acc))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the home has mode %v, %v, want it closed to others", info.Mode(), err)
	}
}

func TestW09IdsThatLeadAway(t *testing.T) {
	d, _, _ := setup(t)
	for _, id := range []string{"", ".", "..", "../outside", "a/b", "a\x00", "acc_1/../acc_2", strings.Repeat("a", 200)} {
		if _, err := d.List(t.Context(), id, file.Home); err == nil {
			t.Errorf("List of the account %q is allowed", id)
		}
		if err := d.EnsureMaildir(t.Context(), id); err == nil {
			t.Errorf("EnsureMaildir(%q) is allowed", id)
		}
		if _, err := d.Append(t.Context(), acc, id, 0, nil); err == nil {
			t.Errorf("Append under the name %q is allowed", id)
		}
		if err := d.Retitle(t.Context(), acc, "up-1", id); err == nil {
			t.Errorf("Retitle to %q is allowed", id)
		}
	}
	if _, err := d.Append(t.Context(), acc, "lock", 0, nil); err == nil {
		t.Error("Append to the lock is allowed")
	}
}

func TestListShowsFilesAndFoldersOnly(t *testing.T) {
	d, home, outside := setup(t)
	write(t, filepath.Join(home, "a.txt"), "12345")
	write(t, filepath.Join(home, "site", "index.html"), "")
	for link, target := range map[string]string{"out": outside, "in": "site", "dangling": "nowhere"} {
		if err := os.Symlink(target, filepath.Join(home, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(home, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, strange := range []string{"new\nline", "turn\u202earound", "bad\xff"} {
		write(t, filepath.Join(home, strange), "")
	}
	entries, err := d.List(t.Context(), acc, file.Home)
	if diff := cmp.Diff([]string{"file /a.txt", "folder /site"}, names(entries)); err != nil || diff != "" {
		t.Errorf("List = %v (-want +got):\n%s", err, diff)
	}
	for _, e := range entries {
		if again, err := d.Stat(t.Context(), acc, e.Path); err != nil || again != e || e.Folder == (e.ETag != "") || e.ModifiedAt.IsZero() {
			t.Errorf("Stat(%q) = %+v, %v, and List says %+v", e.Path, again, err, e)
		}
	}
	if _, err := d.List(t.Context(), acc, "/a.txt"); !errors.Is(err, file.ErrNotFolder) {
		t.Errorf("List of a file = %v, want ErrNotFolder", err)
	}
}

func TestW09LinksLeadNowhereOutside(t *testing.T) {
	d, home, outside := setup(t)
	for link, target := range map[string]string{"abs": outside, "rel": "../../../outside", "file": filepath.Join(outside, "secret"), "loop": "loop"} {
		if err := os.Symlink(target, filepath.Join(home, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []file.Path{"/abs/secret", "/rel/secret", "/file", "/loop", "/loop/x"} {
		if got, err := read(t, d, p); !errors.Is(err, file.ErrNotFound) {
			t.Errorf("read(%q) = %q, %v, want ErrNotFound", p, got, err)
		}
		if _, err := d.Stat(t.Context(), acc, p); !errors.Is(err, file.ErrNotFound) {
			t.Errorf("Stat(%q) = %v, want ErrNotFound", p, err)
		}
	}
	for _, p := range []file.Path{"/abs", "/rel", "/loop"} {
		if got, err := d.List(t.Context(), acc, p); !errors.Is(err, file.ErrNotFound) {
			t.Errorf("List(%q) = %v, %v, want ErrNotFound", p, got, err)
		}
		if err := put(t, d, p.Join("planted"), "x"); !errors.Is(err, file.ErrNotFolder) {
			t.Errorf("Place in %q = %v, want ErrNotFolder", p, err)
		}
		for act, err := range map[string]error{
			"EnsureFolder": d.EnsureFolder(t.Context(), acc, p.Join("planted")),
			"Rename":       d.Rename(t.Context(), acc, "/file", p.Join("planted")),
			"Rename from":  d.Rename(t.Context(), acc, p.Join("secret"), "/stolen"),
		} {
			if err == nil {
				t.Errorf("%s through %q is allowed", act, p)
			}
		}
		if err := d.Remove(t.Context(), acc, p.Join("secret"), "fch_1"); err != nil {
			t.Errorf("Remove through %q = %v, want nothing to do", p, err)
		}
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) != 1 || content(t, filepath.Join(outside, "secret")) != "outside" {
		t.Errorf("the folder outside has changed: %v, %v", entries, err)
	}
}

func TestAFileReplacesALinkAndNotItsTarget(t *testing.T) {
	d, home, outside := setup(t)
	if err := os.Symlink(filepath.Join(outside, "secret"), filepath.Join(home, "link")); err != nil {
		t.Fatal(err)
	}
	if err := put(t, d, "/link", "mine"); err != nil {
		t.Fatalf("Place = %v", err)
	}
	if got := content(t, filepath.Join(outside, "secret")); got != "outside" {
		t.Errorf("the file outside is now %q", got)
	}
	if got, err := read(t, d, "/link"); err != nil || got != "mine" {
		t.Errorf("read = %q, %v", got, err)
	}
}

func TestRemoveOfALinkKeepsItsTarget(t *testing.T) {
	d, home, outside := setup(t)
	write(t, filepath.Join(home, "site", "x"), "x")
	if err := os.Symlink(outside, filepath.Join(home, "site", "out")); err != nil {
		t.Fatal(err)
	}
	if err := d.Remove(t.Context(), acc, "/site", "fch_1"); err != nil {
		t.Fatalf("Remove = %v", err)
	}
	if _, err := os.Lstat(filepath.Join(home, "site")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
	if got := content(t, filepath.Join(outside, "secret")); got != "outside" {
		t.Errorf("the file outside is now %q", got)
	}
}

// TestW09SpecialFilesDoNotHang would wait for ever if a pipe were opened like a
// file: nobody writes to it.
func TestW09SpecialFilesDoNotHang(t *testing.T) {
	d, home, _ := setup(t)
	if err := syscall.Mkfifo(filepath.Join(home, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if got, err := read(t, d, "/pipe"); !errors.Is(err, file.ErrNotFound) {
			t.Errorf("read of a pipe = %q, %v, want ErrNotFound", got, err)
		}
		if _, err := d.List(t.Context(), acc, "/pipe"); !errors.Is(err, file.ErrNotFound) {
			t.Errorf("List of a pipe = %v, want ErrNotFound", err)
		}
		if _, err := d.Measure(t.Context(), acc); err != nil {
			t.Errorf("Measure beside a pipe = %v", err)
		}
		if err := put(t, d, "/pipe", "now a file"); err != nil {
			t.Errorf("Place over a pipe = %v", err)
		}
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("something waits for the other end of a pipe")
	}
	if got, err := read(t, d, "/pipe"); err != nil || got != "now a file" {
		t.Errorf("read = %q, %v", got, err)
	}
}

// TestW09SwappedFoldersNeverLeak exchanges a folder with a link to the outside, as
// fast as it can, while files are read, listed, written and removed through it.
// Nothing may come from there or get there.
func TestW09SwappedFoldersNeverLeak(t *testing.T) {
	d, home, outside := setup(t)
	write(t, filepath.Join(home, "f", "secret"), "inside")
	if err := os.Symlink(outside, filepath.Join(home, "g")); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	swapped := make(chan error)
	go func() {
		var err error
		for err == nil && ctx.Err() == nil {
			err = unix.Renameat2(unix.AT_FDCWD, filepath.Join(home, "f"), unix.AT_FDCWD, filepath.Join(home, "g"), unix.RENAME_EXCHANGE)
		}
		swapped <- err
	}()
	met, missed := 0, 0
	for began := time.Now(); time.Since(began) < 2*time.Second && !t.Failed(); {
		got, err := read(t, d, "/f/secret")
		switch {
		case err != nil:
			missed++
		case got != "inside":
			t.Errorf("read %q through a swapped folder", got)
		default:
			met++
		}
		entries, err := d.List(t.Context(), acc, "/f")
		for _, e := range entries {
			if err == nil && e.Path == "/f/secret" && e.Size != int64(len("inside")) {
				t.Errorf("List saw the outside: %+v", e)
			}
		}
		_ = put(t, d, "/f/planted", "x")
		_ = d.EnsureFolder(t.Context(), acc, "/f/made")
		_ = d.Rename(t.Context(), acc, "/f/planted", "/f/renamed")
		_ = d.Remove(t.Context(), acc, "/f/renamed", "fch_1")
		_ = d.Remove(t.Context(), acc, "/f/made", "fch_2")
	}
	stop()
	if err := <-swapped; err != nil || met == 0 || missed == 0 {
		t.Errorf("the file was met %d times and missed %d, %v: the swaps tested nothing", met, missed, err)
	}
	entries, err := os.ReadDir(outside)
	if err != nil || len(entries) != 1 || content(t, filepath.Join(outside, "secret")) != "outside" {
		t.Errorf("the folder outside has changed: %v, %v", entries, err)
	}
	t.Logf("the file was met %d times, the link %d times", met, missed)
}

func TestRenameAgainChangesNothing(t *testing.T) {
	d, home, _ := setup(t)
	write(t, filepath.Join(home, "a", "x"), "x")
	for range 2 {
		if err := d.Rename(t.Context(), acc, "/a", "/b"); err != nil {
			t.Fatalf("Rename = %v", err)
		}
	}
	write(t, filepath.Join(home, "c"), "c")
	for _, c := range []struct {
		from, to file.Path
		want     error
	}{
		{"/c", "/b", file.ErrExists}, {"/none", "/d", file.ErrNotFound}, {"/c", "/none/c", file.ErrNotFound}, {"/c", "/b/x", file.ErrExists},
	} {
		if err := d.Rename(t.Context(), acc, c.from, c.to); !errors.Is(err, c.want) || fault.Retryable(err) {
			t.Errorf("Rename(%q, %q) = %v, want %v", c.from, c.to, err, c.want)
		}
	}
	if got := content(t, filepath.Join(home, "b", "x")); got != "x" {
		t.Errorf("the file is now %q", got)
	}
}

func TestRemoveAgainChangesNothing(t *testing.T) {
	d, home, _ := setup(t)
	write(t, filepath.Join(home, "a", "deep", "x"), "x")
	for range 2 {
		if err := d.Remove(t.Context(), acc, "/a", "fch_1"); err != nil {
			t.Fatalf("Remove = %v", err)
		}
	}
	// A process died between the move and the removal; meanwhile there is a new one.
	write(t, filepath.Join(home, "..", "..", "uploads", acc, "fch_2", "x"), "x")
	write(t, filepath.Join(home, "a", "new"), "new")
	if err := d.Remove(t.Context(), acc, "/a", "fch_2"); err != nil {
		t.Fatalf("Remove = %v", err)
	}
	if got := content(t, filepath.Join(home, "a", "new")); got != "new" {
		t.Errorf("what came later is now %q", got)
	}
	if _, err := os.Stat(filepath.Join(home, "..", "..", "uploads", acc, "fch_2")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what was moved aside is still there: %v", err)
	}
}

func TestPlaceAgainChangesNothing(t *testing.T) {
	d, home, _ := setup(t)
	if err := put(t, d, "/a.txt", "first"); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(home, "a.txt"), "later")
	if err := d.Place(t.Context(), acc, "up-1", "/a.txt"); err != nil {
		t.Errorf("Place again = %v", err)
	}
	if got := content(t, filepath.Join(home, "a.txt")); got != "later" {
		t.Errorf("the file is now %q, want what came later", got)
	}
	write(t, filepath.Join(home, "folder", "x"), "x")
	for p, want := range map[file.Path]error{"/folder": file.ErrIsFolder, "/none/x": file.ErrNotFolder, "/a.txt/x": file.ErrNotFolder} {
		if err := put(t, d, p, "x"); !errors.Is(err, want) || fault.Retryable(err) {
			t.Errorf("Place at %q = %v, want %v", p, err, want)
		}
	}
}

func TestEnsureFolderAgainChangesNothing(t *testing.T) {
	d, home, _ := setup(t)
	for range 2 {
		if err := d.EnsureFolder(t.Context(), acc, "/a/b/c"); err != nil {
			t.Fatalf("EnsureFolder = %v", err)
		}
	}
	write(t, filepath.Join(home, "f"), "")
	for _, p := range []file.Path{"/f", "/f/x"} {
		if err := d.EnsureFolder(t.Context(), acc, p); !errors.Is(err, file.ErrExists) {
			t.Errorf("EnsureFolder(%q) = %v, want ErrExists", p, err)
		}
	}
}
