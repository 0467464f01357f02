package disk_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/engine/disk"
	"innkeeper/internal/mail"
)

const box = "mbx_0190a5f2-0000-7000-8000-000000000001"

var delivered = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// mailbox returns a disk with an empty mailbox and the path of its Maildir.
func mailbox(t *testing.T) (d *disk.Disk, dir string) {
	t.Helper()
	d, home, _ := setup(t)
	if err := d.EnsureMaildir(t.Context(), box); err != nil {
		t.Fatal(err)
	}
	return d, filepath.Join(home, "..", "..", "mail", box, "Maildir")
}

// maildir returns the files of a Maildir.
func maildir(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	for _, folder := range []string{"tmp", "new", "cur"} {
		entries, err := os.ReadDir(filepath.Join(dir, folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			all = append(all, folder+"/"+e.Name())
		}
	}
	return all
}

func TestDeliverIsDoneOnce(t *testing.T) {
	d, dir := mailbox(t)
	deliver := func() {
		t.Helper()
		if err := d.Deliver(t.Context(), box, "1.welcome", delivered, []byte("Subject: x\n\nhello")); err != nil {
			t.Fatalf("Deliver = %v", err)
		}
	}
	write(t, filepath.Join(dir, "tmp", "1.welcome"), "half a message of a process that died, and longer than the whole")
	deliver()
	deliver()
	if diff := cmp.Diff([]string{"new/1.welcome"}, maildir(t, dir)); diff != "" {
		t.Errorf("the Maildir (-want +got):\n%s", diff)
	}
	if err := os.Rename(filepath.Join(dir, "new", "1.welcome"), filepath.Join(dir, "cur", "1.welcome:2,RS")); err != nil {
		t.Fatal(err)
	}
	deliver()
	if diff := cmp.Diff([]string{"cur/1.welcome:2,RS"}, maildir(t, dir)); diff != "" {
		t.Errorf("after its owner has read it (-want +got):\n%s", diff)
	}
	got, err := d.Messages(t.Context(), box)
	want := []mail.Stored{{ID: "1.welcome", Size: 17, ReceivedAt: delivered, Seen: true}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Messages = %v (-want +got):\n%s", err, diff)
	}
}

func TestMessagesAreReadWhereTheyLie(t *testing.T) {
	d, dir := mailbox(t)
	for name, text := range map[string]string{
		"new/1.a": "new", "cur/2.b:2,S": "seen", "cur/3.c:2,": "old", "cur/4.d": "without flags",
		"new/5.e": "moving", "cur/5.e:2,S": "moving", "tmp/6.f": "not there yet", "new/.hidden": "x", "new/a b": "x",
	} {
		write(t, filepath.Join(dir, name), text)
	}
	before := maildir(t, dir)
	all, err := d.Messages(t.Context(), box)
	got := map[string]bool{}
	for _, m := range all {
		got[m.ID] = m.Seen
	}
	if diff := cmp.Diff(map[string]bool{"1.a": false, "2.b": true, "3.c": false, "4.d": false, "5.e": true}, got); err != nil || diff != "" {
		t.Errorf("Messages = %v (-want +got):\n%s", err, diff)
	}
	for id, want := range map[string]string{"1.a": "new", "2.b": "seen", "3.c": "old", "4.d": "without flags", "5.e": "moving"} {
		stored, raw, err := d.Message(t.Context(), box, id)
		if err != nil {
			t.Errorf("Message(%q) = %v", id, err)
			continue
		}
		text, err := io.ReadAll(raw)
		raw.Close()
		if err != nil || string(text) != want || stored.ID != id || stored.Size != int64(len(want)) {
			t.Errorf("Message(%q) = %+v, %q, %v, want %q", id, stored, text, err, want)
		}
	}
	if after := maildir(t, dir); !slices.Equal(before, after) {
		t.Errorf("reading has moved something: %v, before %v", after, before)
	}
}

func TestNoMessageLeadsAnywhere(t *testing.T) {
	d, dir := mailbox(t)
	secret := filepath.Join(dir, "..", "..", "secret")
	write(t, secret, "outside")
	for _, link := range []string{"new/1.link", "cur/2.link:2,S"} {
		if err := os.Symlink(secret, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "new", "3.folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Messages(t.Context(), box); err != nil || len(got) > 0 {
		t.Errorf("Messages = %v, %v, want none", got, err)
	}
	for _, id := range []string{
		"1.link", "2.link", "2.link:2,S", "3.folder", "", ".", "..", "../cur/x", "../../../secret", "x/y", `x\y`, "x\x00", "*", "1.missing", strings.Repeat("a", 201),
	} {
		if _, raw, err := d.Message(t.Context(), box, id); !errors.Is(err, mail.ErrNoMessage) {
			t.Errorf("Message(%q) = %v, %v, want ErrNoMessage", id, raw, err)
		}
		if err := d.Deliver(t.Context(), box, id, delivered, []byte("x")); !mail.ValidMessageID(id) && err == nil {
			t.Errorf("Deliver(%q) is done", id)
		}
	}
	for _, id := range []string{"mbx_none", "..", ""} {
		if _, _, err := d.Message(t.Context(), id, "1.a"); err == nil {
			t.Errorf("Message in the mailbox %q is read", id)
		}
	}
	if got, err := d.Messages(t.Context(), "mbx_none"); err != nil || len(got) > 0 {
		t.Errorf("Messages before the folders are made = %v, %v, want none", got, err)
	}
}
