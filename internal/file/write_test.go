package file_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/file"
	"innkeeper/internal/outbox"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
	"innkeeper/internal/store/storetest"
)

const (
	sumOfHello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
	sumOfEmpty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

func TestWriteInOnePiece(t *testing.T) {
	w := setup(t)
	by := w.Acting(w.Customer, principal.Change)
	made := w.write(t, by, "/a.txt", "hello")
	e := w.event(t)
	want := audit.Fields{"size": float64(5), "sha256": sumOfHello}
	if diff := cmp.Diff(want, e.After); diff != "" || e.Before != nil || e.Sentence() != "Anna changed the file /a.txt." || e.Object.ID != "/a.txt" {
		t.Errorf("event %+v (-want +got):\n%s", e, diff)
	}
	emptied := w.write(t, by, "/a.txt", "")
	e = w.event(t)
	if diff := cmp.Diff([]audit.Fields{want, {"size": float64(0), "sha256": sumOfEmpty}}, []audit.Fields{e.Before, e.After}); diff != "" {
		t.Errorf("before and after (-want +got):\n%s", diff)
	}
	if made.Size != 5 || emptied.Size != 0 || made.ETag == emptied.ETag || made.ETag == "" {
		t.Errorf("Write = %+v, then %+v", made, emptied)
	}
	content, err := w.file.Read(t.Context(), w.Owner(w.Customer), "/a.txt")
	if err != nil || content.ETag != emptied.ETag {
		t.Errorf("Read has the tag %s, %v, and Write said %s", content.ETag, err, emptied.ETag)
	}
	content.Close()
	promises := w.Promises(t)
	if len(promises) != 2 || promises[0].Task != file.TaskApply {
		t.Errorf("promises = %v", promises)
	}
	if errs := w.runJobs(t); len(errs) != 0 || len(w.desk(t, w.Customer)) != 0 {
		t.Errorf("the jobs of what is done = %v; aside lies %v", errs, w.desk(t, w.Customer))
	}
}

func TestWriteInPieces(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	in := file.WriteInput{Path: "/big.bin", Upload: "Upload_1-x"}
	step := func(offset int64, body string, complete bool) (file.Written, error) {
		in.Offset, in.Body, in.Complete = offset, []byte(body), complete
		return w.file.Write(t.Context(), by, in)
	}
	for _, c := range []struct {
		offset int64
		body   string
		size   int64
	}{{0, "hel", 3}, {3, "l", 4}, {3, "l", 4}} {
		if got, err := step(c.offset, c.body, false); err != nil || got.Size != c.size || got.ETag != "" {
			t.Fatalf("Write at %d = %+v, %v, want the size %d", c.offset, got, err, c.size)
		}
	}
	if w.read(t, w.Customer, "/big.bin") != "(none)" || len(w.Events(t)) != 0 || len(w.Promises(t)) != 0 {
		t.Error("half a file is seen, recorded or promised")
	}
	_, err := step(9, "x", false)
	var refused *fault.Error
	if !errors.As(err, &refused) || !errors.Is(err, file.ErrOffset) || refused.Extra["offset"] != int64(4) {
		t.Errorf("Write with a gap = %v, want ErrOffset that says 4", err)
	}
	got, err := step(4, "o", true)
	if err != nil || got.Size != 5 || got.ETag == "" || w.read(t, w.Customer, "/big.bin") != "hello" {
		t.Fatalf("the last piece = %+v, %v", got, err)
	}
	if diff := cmp.Diff(audit.Fields{"size": float64(5), "sha256": sumOfHello}, w.event(t).After); diff != "" || len(w.Events(t)) != 1 {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	if _, err := step(4, "o", true); !errors.Is(err, file.ErrOffset) {
		t.Errorf("the last piece once more = %v, want ErrOffset", err)
	}
	if w.read(t, w.Customer, "/big.bin") != "hello" || len(w.Events(t)) != 1 {
		t.Error("a piece that came late changed the file")
	}
}

func TestNobodyFinishesAnothersUpload(t *testing.T) {
	w := setup(t)
	in := file.WriteInput{Path: "/a.txt", Upload: "same", Body: []byte("mine")}
	if _, err := w.file.Write(t.Context(), w.Owner(w.Customer), in); err != nil {
		t.Fatal(err)
	}
	in.Offset, in.Body, in.Complete = 4, []byte(" and yours"), true
	if _, err := w.file.Write(t.Context(), w.Acting(w.Customer, principal.Change), in); !errors.Is(err, file.ErrOffset) {
		t.Errorf("Write by an actor = %v, want ErrOffset", err)
	}
}

func TestWriteRefuses(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	w.folder(t, by, "/folder")
	made := w.write(t, by, "/a.txt", "hello")
	before := len(w.Events(t))
	cases := map[string]struct {
		in   file.WriteInput
		want error
	}{
		"the home":              {file.WriteInput{Path: "/"}, fault.ErrInvalid},
		"upwards":               {file.WriteInput{Path: "/../a"}, fault.ErrInvalid},
		"a strange upload":      {file.WriteInput{Path: "/b", Upload: "../b"}, fault.ErrInvalid},
		"a long upload":         {file.WriteInput{Path: "/b", Upload: strings.Repeat("a", 65)}, fault.ErrInvalid},
		"an offset alone":       {file.WriteInput{Path: "/b", Offset: 1}, fault.ErrInvalid},
		"below zero":            {file.WriteInput{Path: "/b", Upload: "a", Offset: -1}, fault.ErrInvalid},
		"a folder":              {file.WriteInput{Path: "/folder"}, file.ErrIsFolder},
		"no folder":             {file.WriteInput{Path: "/none/b"}, file.ErrNotFolder},
		"in a file":             {file.WriteInput{Path: "/a.txt/b"}, file.ErrNotFolder},
		"only when none":        {file.WriteInput{Path: "/a.txt", IfNoneMatch: "*"}, file.ErrStale},
		"not this one":          {file.WriteInput{Path: "/a.txt", IfNoneMatch: `"x", ` + made.ETag}, file.ErrStale},
		"only over another":     {file.WriteInput{Path: "/a.txt", IfMatch: `"another"`}, file.ErrStale},
		"only over what is not": {file.WriteInput{Path: "/b.txt", IfMatch: "*"}, file.ErrStale},
	}
	for name, c := range cases {
		c.in.Body = []byte("refused")
		if _, err := w.file.Write(t.Context(), by, c.in); !errors.Is(err, c.want) {
			t.Errorf("Write, %s = %v, want %v", name, err, c.want)
		}
	}
	if got := w.read(t, w.Customer, "/a.txt"); got != "hello" || len(w.Events(t)) != before || len(w.desk(t, w.Customer)) != 0 {
		t.Errorf("refusals left %q, %d events, aside %v", got, len(w.Events(t))-before, w.desk(t, w.Customer))
	}
}

func TestWriteOverAVersion(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	first, err := w.file.Write(t.Context(), by, file.WriteInput{Path: "/a.txt", Body: []byte("1"), IfNoneMatch: "*"})
	if err != nil {
		t.Fatalf("Write of a new file = %v", err)
	}
	if _, err := w.file.Write(t.Context(), by, file.WriteInput{Path: "/a.txt", Body: []byte("2"), IfMatch: first.ETag}); err != nil {
		t.Fatalf("Write over the version = %v", err)
	}
	if _, err := w.file.Write(t.Context(), by, file.WriteInput{Path: "/a.txt", Body: []byte("3"), IfMatch: first.ETag}); !errors.Is(err, file.ErrStale) {
		t.Errorf("Write over an old version = %v, want ErrStale", err)
	}
}

// TestOfManyWithTheSameVersionOneWrites sends writes that all saw the same
// version, at once.
func TestOfManyWithTheSameVersionOneWrites(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	first := w.write(t, by, "/a.txt", "first")
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = w.file.Write(t.Context(), by, file.WriteInput{Path: "/a.txt", Body: []byte{'0' + byte(i)}, IfMatch: first.ETag})
		})
	}
	wg.Wait()
	done := 0
	for i, err := range errs {
		switch {
		case err == nil:
			done++
			if got := w.read(t, w.Customer, "/a.txt"); got != string('0'+rune(i)) {
				t.Errorf("the file is %q, and %d was told that it is his", got, i)
			}
		case !errors.Is(err, file.ErrStale):
			t.Errorf("Write %d = %v, want ErrStale", i, err)
		}
	}
	if done != 1 || len(w.Events(t)) != 2 || len(w.desk(t, w.Customer)) != 0 {
		t.Errorf("%d writes were done, %d events, aside %v", done, len(w.Events(t)), w.desk(t, w.Customer))
	}
}

func TestW09WriteOverQuota(t *testing.T) {
	w := setup(t)
	by := w.Owner(w.Customer)
	limit := int64(10)
	w.Limit(t, w.Customer, plan.Limits{DiskBytes: &limit})
	w.write(t, by, "/a.txt", "12345678")
	_, err := w.file.Write(t.Context(), by, file.WriteInput{Path: "/b.txt", Body: []byte("123")})
	if !errors.Is(err, file.ErrOverQuota) || !strings.Contains(err.Error(), "Plan of") || len(w.desk(t, w.Customer)) != 0 {
		t.Errorf("Write over the quota = %v; aside lies %v", err, w.desk(t, w.Customer))
	}
	// Pieces that nobody completes take space as well.
	if _, err := w.file.Write(t.Context(), by, file.WriteInput{Path: "/b.txt", Upload: "u", Body: []byte("12")}); err != nil {
		t.Errorf("Write of what just fits = %v", err)
	}
	if _, err := w.file.Write(t.Context(), by, file.WriteInput{Path: "/c.txt", Upload: "u", Body: []byte("1")}); !errors.Is(err, file.ErrOverQuota) {
		t.Errorf("Write beside an upload = %v, want ErrOverQuota", err)
	}
	w.write(t, by, "/empty.txt", "")
}

func TestL02WithoutTheEventNothingHappens(t *testing.T) {
	w := setup(t)
	by := w.Acting(w.Customer, principal.Change)
	w.write(t, by, "/a.txt", "hello")
	in := file.WriteInput{Path: "/a.txt", Upload: "u", Body: []byte("chan")}
	if _, err := w.file.Write(t.Context(), by, in); err != nil {
		t.Fatal(err)
	}
	w.EndVisit()
	in.Offset, in.Body, in.Complete = 4, []byte("ged"), true
	for range 2 { // the piece stays where it was, to be sent again
		if _, err := w.file.Write(t.Context(), by, in); !errors.Is(err, storetest.ErrVisitOver) {
			t.Errorf("Write after the visit = %v, want ErrVisitOver", err)
		}
	}
	_, making := w.file.CreateFolder(t.Context(), by, "/b")
	_, renaming := w.file.Rename(t.Context(), by, "/a.txt", "/b.txt")
	_, deleting := w.file.Delete(t.Context(), by, []string{"/a.txt"})
	for act, err := range map[string]error{"CreateFolder": making, "Rename": renaming, "Delete": deleting} {
		if !errors.Is(err, storetest.ErrVisitOver) {
			t.Errorf("%s after the visit = %v, want ErrVisitOver", act, err)
		}
	}
	if errs := w.runJobs(t); len(errs) != 0 {
		t.Errorf("the jobs = %v", errs)
	}
	page, err := w.file.List(t.Context(), by, "/", file.Key{}, 9)
	if err != nil || len(page.Entries) != 1 || w.read(t, w.Customer, "/a.txt") != "hello" || len(w.Events(t)) != 1 {
		t.Errorf("after the visit there are %v, %v, %d events", page.Entries, err, len(w.Events(t)))
	}
	if diff := cmp.Diff([]outbox.Task{file.TaskApply}, tasks(w.Promises(t))); diff != "" {
		t.Errorf("promises (-want +got):\n%s", diff)
	}
}

func tasks(promises []outbox.Promise) (list []outbox.Task) {
	for _, p := range promises {
		list = append(list, p.Task)
	}
	return list
}

func TestD02ContentIsNeverRecorded(t *testing.T) {
	w := setup(t)
	canary := []byte("canary-4b2e-in-a-file")
	w.write(t, w.Owner(w.Customer), "/a.txt", string(canary))
	if _, err := w.file.Delete(t.Context(), w.Owner(w.Customer), []string{"/a.txt"}); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"audit_events", "file_changes", "outbox"} {
		var rows []map[string]any
		if err := w.DB.Read(t.Context()).Table(table).Find(&rows).Error; err != nil || len(rows) == 0 {
			t.Fatalf("%s: %d rows, %v", table, len(rows), err)
		}
		for _, row := range rows {
			for column, value := range row {
				if text, ok := value.(string); ok && bytes.Contains([]byte(text), canary) {
					t.Errorf("%s.%s holds the content: %q", table, column, text)
				}
			}
		}
	}
}
