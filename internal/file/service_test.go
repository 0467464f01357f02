package file_test

import (
	"context"
	"errors"
	"io"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/file"
	"innkeeper/internal/principal"
	"innkeeper/internal/store/storetest"
)

func TestListPutsFoldersFirstAndGoesOn(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	for _, path := range []string{"/b.txt", "/a.txt"} {
		w.write(t, by, path, "x")
	}
	for _, path := range []string{"/z", "/c"} {
		w.folder(t, by, path)
	}
	w.write(t, by, "/c/deep.txt", "12345")
	var got []string
	after := file.Key{}
	for {
		page, err := w.file.List(t.Context(), by, "/", after, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			got = append(got, e.Kind()+" "+string(e.Path))
		}
		if page.Next == nil {
			break
		}
		after = *page.Next
	}
	if diff := cmp.Diff([]string{"folder /c", "folder /z", "file /a.txt", "file /b.txt"}, got); diff != "" {
		t.Errorf("List, one by one (-want +got):\n%s", diff)
	}
	page, err := w.file.List(t.Context(), by, "//c/", file.Key{}, 9)
	if err != nil || page.Path != "/c" || len(page.Entries) != 1 || page.Entries[0].Path != "/c/deep.txt" || page.Entries[0].Size != 5 {
		t.Errorf("List of /c = %+v, %v", page, err)
	}
	for path, want := range map[string]error{"/none": file.ErrNotFound, "/a.txt": file.ErrNotFolder, "/../x": fault.ErrInvalid, "c": fault.ErrInvalid} {
		if _, err := w.file.List(t.Context(), by, path, file.Key{}, 9); !errors.Is(err, want) {
			t.Errorf("List(%q) = %v, want %v", path, err, want)
		}
	}
	if page, err := w.file.List(t.Context(), w.Owner(w.Stranger), "/", file.Key{}, 9); err != nil || len(page.Entries) != 0 {
		t.Errorf("List of another account's home = %v, %v, want it empty", page, err)
	}
}

func TestTheOwnerReadsWithoutAnEvent(t *testing.T) {
	w := setup(t)
	w.write(t, w.Owner(w.Customer), "/a.txt", "hello")
	before := len(w.Events(t))
	content, err := w.file.Read(t.Context(), w.Owner(w.Customer), "/a.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	if body, err := io.ReadAll(content); err != nil || string(body) != "hello" || content.Size != 5 || content.ETag == "" {
		t.Errorf("Read = %q of %+v, %v", body, content.Entry, err)
	}
	if after := len(w.Events(t)); after != before {
		t.Errorf("the owner's own reading left %d events", after-before)
	}
}

func TestI28FileReadEventBeforeTheFirstByte(t *testing.T) {
	w := setup(t)
	w.write(t, w.Owner(w.Customer), "/a.txt", "hello")
	for _, mode := range []principal.Mode{principal.Look, principal.Change} {
		by := w.Acting(w.Customer, mode)
		content, err := w.file.Read(t.Context(), by, "/a.txt")
		if err != nil {
			t.Fatal(err)
		}
		e := w.event(t) // nothing has been read of the content yet
		if e.Sentence() != "Anna read the file /a.txt." || e.Result != audit.Viewed || e.VisitID != by.VisitID() || e.Account.ID != w.Customer.ID {
			t.Errorf("event of %s = %+v", mode, e)
		}
		content.Close()
	}
	w.EndVisit()
	content, err := w.file.Read(t.Context(), w.Acting(w.Customer, principal.Look), "/a.txt")
	if !errors.Is(err, storetest.ErrVisitOver) || content.ReadCloser != nil {
		t.Errorf("Read after the visit = %+v, %v, want ErrVisitOver and no content", content, err)
	}
}

func TestReadOfWhatIsNoFile(t *testing.T) {
	w := setup(t)
	by := w.Acting(w.Customer, principal.Look)
	w.folder(t, w.Owner(w.Customer), "/folder")
	if err := os.Symlink("/etc/passwd", w.home(w.Customer, "link")); err != nil {
		t.Fatal(err)
	}
	before := len(w.Events(t))
	for path, want := range map[string]error{"/folder": file.ErrIsFolder, "/none": file.ErrNotFound, "/link": file.ErrNotFound, "/../a": fault.ErrInvalid} {
		if _, err := w.file.Read(t.Context(), by, path); !errors.Is(err, want) {
			t.Errorf("Read(%q) = %v, want %v", path, err, want)
		}
	}
	if after := len(w.Events(t)); after != before {
		t.Errorf("nothing was read, and %d events say so", after-before)
	}
}

// TestNobodyFromOutside gives principals a subject that their scope does not
// cover, as no edge should: the room does not rely on it.
func TestNobodyFromOutside(t *testing.T) {
	w := setup(t)
	w.write(t, w.Owner(w.Customer), "/a.txt", "hello")
	stranger := w.Owner(w.Stranger)
	stranger.Subject = w.Customer
	forgotten := w.Owner(w.Customer).WithScope(principal.Scope{})
	before := len(w.Events(t))
	for name, by := range map[string]principal.Principal{"a stranger": stranger, "without a scope": forgotten} {
		_, listing := w.file.List(t.Context(), by, "/", file.Key{}, 9)
		_, reading := w.file.Read(t.Context(), by, "/a.txt")
		_, writing := w.file.Write(t.Context(), by, file.WriteInput{Path: "/a.txt", Body: []byte("x")})
		_, making := w.file.CreateFolder(t.Context(), by, "/b")
		_, renaming := w.file.Rename(t.Context(), by, "/a.txt", "/b.txt")
		_, deleting := w.file.Delete(t.Context(), by, []string{"/a.txt"})
		for act, err := range map[string]error{
			"List": listing, "Read": reading, "Write": writing, "CreateFolder": making, "Rename": renaming, "Delete": deleting,
		} {
			if !errors.Is(err, account.ErrNotFound) {
				t.Errorf("%s by %s = %v, want account.ErrNotFound", act, name, err)
			}
		}
	}
	if got := w.read(t, w.Customer, "/a.txt"); got != "hello" || len(w.Events(t)) != before {
		t.Errorf("the file is now %q, %d events more", got, len(w.Events(t))-before)
	}
}

// A name that shows nothing is given to nothing; what has one already can be got rid of.
func TestNamesThatShowNothing(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	w.write(t, by, "/a.txt", "a")
	for _, blank := range []string{"\u200b", "\u200b\u2060\ufeff", "\u3164", "\u2800", " ", "\u00a0", "\u0301"} {
		_, making := w.file.CreateFolder(t.Context(), by, "/"+blank)
		_, writing := w.file.Write(t.Context(), by, file.WriteInput{Path: "/" + blank, Body: []byte("x")})
		_, renaming := w.file.Rename(t.Context(), by, "/a.txt", "/"+blank)
		for act, err := range map[string]error{"CreateFolder": making, "Write": writing, "Rename": renaming} {
			var declared *fault.Error
			if !errors.As(err, &declared) || len(declared.Fields) != 1 || declared.Fields[0].Code != "blank" {
				t.Errorf("%s of %q = %v, want a name that shows", act, blank, err)
			}
		}
	}
	if _, err := w.file.CreateFolder(t.Context(), by, "/\U0001F469\u200d\U0001F4BB"); err != nil {
		t.Errorf("a name that is a picture is refused: %v", err)
	}
	if err := os.WriteFile(w.home(w.Customer, "\u200b"), []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.file.Delete(t.Context(), by, []string{"/\u200b"}); err != nil {
		t.Errorf("a file of earlier days cannot be deleted: %v", err)
	}
}

func TestCreateFolder(t *testing.T) {
	w := setup(t)
	by := w.Acting(w.Customer, principal.Change)
	if p, err := w.file.CreateFolder(t.Context(), by, "/site/"); err != nil || p != "/site" {
		t.Fatalf("CreateFolder = %q, %v", p, err)
	}
	if got := w.event(t).Sentence(); got != "Anna created the folder /site." {
		t.Errorf("sentence = %q", got)
	}
	w.write(t, by, "/a.txt", "x")
	before := len(w.Events(t))
	for path, want := range map[string]error{
		"/site": file.ErrExists, "/a.txt": file.ErrExists, "/": file.ErrExists, "/none/x": file.ErrNotFolder, "/a.txt/x": file.ErrNotFolder, "x": fault.ErrInvalid,
	} {
		if _, err := w.file.CreateFolder(t.Context(), by, path); !errors.Is(err, want) {
			t.Errorf("CreateFolder(%q) = %v, want %v", path, err, want)
		}
	}
	if after := len(w.Events(t)); after != before {
		t.Errorf("refusals left %d events", after-before)
	}
}

func TestRename(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	w.folder(t, by, "/a")
	w.write(t, by, "/a/x.txt", "x")
	w.write(t, by, "/y.txt", "y")
	w.folder(t, by, "/site")
	w.folder(t, by, "/site/public")
	w.serve(t, w.Customer, "example.com", "/site/public")
	for _, c := range []struct {
		from, to string
		want     error
	}{
		{"/a", "/a/b", file.ErrInside}, {"/a", "/a", file.ErrExists}, {"/y.txt", "/a/x.txt", file.ErrExists}, {"/none", "/b", file.ErrNotFound},
		{"/y.txt", "/none/y.txt", file.ErrNotFolder}, {"/", "/b", file.ErrHome}, {"/y.txt", "/", file.ErrExists}, {"/y.txt", "/y.txt/z", file.ErrNotFolder},
		{"/site", "/moved", file.ErrServed}, {"/site/public", "/moved", file.ErrServed}, {"..", "/b", fault.ErrInvalid}, {"/y.txt", "b\x00", fault.ErrInvalid},
	} {
		if _, err := w.file.Rename(t.Context(), by, c.from, c.to); !errors.Is(err, c.want) {
			t.Errorf("Rename(%q, %q) = %v, want %v", c.from, c.to, err, c.want)
		}
	}
	e, err := w.file.Rename(t.Context(), by, "/a", "/b")
	if err != nil || e.Path != "/b" || !e.Folder {
		t.Fatalf("Rename = %+v, %v", e, err)
	}
	if got := w.read(t, w.Customer, "/b/x.txt"); got != "x" {
		t.Errorf("/b/x.txt is %q", got)
	}
	event := w.event(t)
	if diff := cmp.Diff([]any{"Olga renamed /a.", audit.Fields{"path": "/a"}, audit.Fields{"path": "/b"}}, []any{event.Sentence(), event.Before, event.After}); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

func TestDelete(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	w.folder(t, by, "/a")
	w.write(t, by, "/a/x.txt", "hello")
	w.write(t, by, "/a.txt", "hello")
	w.write(t, by, "/keep.txt", "keep")
	w.folder(t, by, "/site")
	w.serve(t, w.Customer, "example.com", "/site")
	before := len(w.Events(t))
	for path, want := range map[string]error{"/": file.ErrHome, "/none": file.ErrNotFound, "/site": file.ErrServed, "a": fault.ErrInvalid} {
		if _, err := w.file.Delete(t.Context(), by, []string{"/keep.txt", path}); !errors.Is(err, want) {
			t.Errorf("Delete(%q) = %v, want %v", path, err, want)
		}
	}
	if got := w.read(t, w.Customer, "/keep.txt"); got != "keep" || len(w.Events(t)) != before {
		t.Errorf("a list that was refused removed a part: %q", got)
	}
	gone, err := w.file.Delete(t.Context(), by, []string{"/a/x.txt", "/a", "/a.txt", "/a/"})
	if diff := cmp.Diff([]file.Path{"/a", "/a.txt"}, gone); err != nil || diff != "" {
		t.Errorf("Delete = %v (-want +got):\n%s", err, diff)
	}
	events := w.Events(t)[before:]
	var lines []string
	for _, e := range events {
		lines = append(lines, e.Sentence())
	}
	if diff := cmp.Diff([]string{"Olga deleted /a.", "Olga deleted /a.txt."}, lines); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	want := audit.Fields{"size": float64(5), "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}
	if diff := cmp.Diff(want, events[1].Before); diff != "" {
		t.Errorf("before of the file (-want +got):\n%s", diff)
	}
	page, err := w.file.List(t.Context(), by, "/", file.Key{}, 9)
	if err != nil || len(page.Entries) != 2 || len(w.desk(t, w.Customer)) != 0 {
		t.Errorf("left are %v, %v, and aside %v", page.Entries, err, w.desk(t, w.Customer))
	}
}

func TestUsedCountsAlong(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	used := func(want int64) {
		t.Helper()
		if got, err := w.file.Used(t.Context(), w.Customer.ID); err != nil || got != want {
			t.Errorf("Used = %d, %v, want %d", got, err, want)
		}
	}
	used(0)
	w.write(t, by, "/a.txt", "12345")
	used(5)
	w.write(t, by, "/a.txt", "123")
	used(3)
	if _, err := w.file.Rename(t.Context(), by, "/a.txt", "/b.txt"); err != nil {
		t.Fatal(err)
	}
	used(3)
	if _, err := w.file.Delete(t.Context(), by, []string{"/b.txt"}); err != nil {
		t.Fatal(err)
	}
	used(0)
}

func TestChangesWaitForEachOther(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	release, err := w.disk.Hold(t.Context(), w.Customer.ID)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		_, err := w.file.CreateFolder(t.Context(), by, "/a")
		done <- err
	}()
	release()
	if err := <-done; err != nil {
		t.Errorf("CreateFolder = %v", err)
	}
	again, err := w.disk.Hold(t.Context(), w.Customer.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer again()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.file.CreateFolder(ended, by, "/b"); err == nil {
		t.Error("CreateFolder while the files are held = nil, want an error")
	}
}
