package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"innkeeper/internal/file"
	"innkeeper/internal/mail"
)

// EnsureMaildir makes the folders of a mailbox: a message is written to tmp,
// delivered to new, and kept in cur once it has been seen.
func (d *Disk) EnsureMaildir(_ context.Context, mailboxID string) error {
	box, err := below(d.mail, mailboxID, true)
	if err != nil {
		return err
	}
	defer box.Close()
	for _, folder := range []string{"Maildir/tmp", "Maildir/new", "Maildir/cur"} {
		if err := box.MkdirAll(folder, folderMode); err != nil {
			return translate(err)
		}
	}
	return errors.Join(keep(box, "/Maildir"), keep(box, file.Home))
}

// MailUsed returns the bytes of the messages in a mailbox.
func (d *Disk) MailUsed(ctx context.Context, mailboxID string) (int64, error) {
	return measure(ctx, d.mail, mailboxID)
}

// Deliver writes a message to tmp and renames it into new, so that nobody ever sees
// a part of one. When the mailbox has one of that name, wherever it has been moved
// to, it has been delivered.
func (d *Disk) Deliver(_ context.Context, mailboxID, name string, at time.Time, message []byte) error {
	if !mail.ValidMessageID(name) {
		return fmt.Errorf("disk: %q is not the name of a message", name)
	}
	box, err := below(d.mail, mailboxID, false)
	if err != nil {
		return err
	}
	defer box.Close()
	if _, err := find(box, name); !errors.Is(err, mail.ErrNoMessage) {
		return err
	}
	if err := write(box, "Maildir/tmp/"+name, at, message); err != nil {
		return translate(err)
	}
	if err := box.Rename("Maildir/tmp/"+name, "Maildir/new/"+name); err != nil {
		return translate(err)
	}
	return errors.Join(keep(box, "/Maildir/new"), keep(box, "/Maildir/tmp"))
}

func write(box *os.Root, path string, at time.Time, message []byte) error {
	f, err := box.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, fileMode)
	if err != nil {
		return err
	}
	_, err = f.Write(message)
	return errors.Join(err, f.Sync(), f.Close(), box.Chtimes(path, at, at))
}

// Messages returns the messages in new and cur. One that is moved from the one to
// the other meanwhile is there once.
func (d *Disk) Messages(_ context.Context, mailboxID string) ([]mail.Stored, error) {
	box, err := below(d.mail, mailboxID, false)
	if errors.Is(err, file.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer box.Close()
	return messages(box)
}

func messages(box *os.Root) ([]mail.Stored, error) {
	byID := map[string]mail.Stored{}
	for _, folder := range folders {
		infos, err := readFolder(box, folder)
		if err != nil && !errors.Is(err, file.ErrNotFound) {
			return nil, err
		}
		for _, info := range infos {
			if m, ok := storedOf(info); ok {
				byID[m.ID] = m
			}
		}
	}
	return slices.Collect(maps.Values(byID)), nil
}

// folders are where messages are kept: those that nobody has looked at yet, and the
// others.
var folders = []file.Path{"/Maildir/new", "/Maildir/cur"}

// storedOf returns the message that a file is; ok is false for what is none.
func storedOf(info fs.FileInfo) (m mail.Stored, ok bool) {
	id, flags, _ := strings.Cut(info.Name(), ":")
	m = mail.Stored{ID: id, Size: info.Size(), ReceivedAt: info.ModTime().UTC(), Seen: strings.HasPrefix(flags, "2,") && strings.Contains(flags, "S")}
	return m, info.Mode().IsRegular() && mail.ValidMessageID(id)
}

// Message opens a message by its id, whatever its flags are.
func (d *Disk) Message(_ context.Context, mailboxID, id string) (mail.Stored, io.ReadCloser, error) {
	if !mail.ValidMessageID(id) {
		return mail.Stored{}, nil, mail.ErrNoMessage
	}
	box, err := below(d.mail, mailboxID, false)
	if errors.Is(err, file.ErrNotFound) {
		return mail.Stored{}, nil, mail.ErrNoMessage
	}
	if err != nil {
		return mail.Stored{}, nil, err
	}
	defer box.Close()
	path, err := find(box, id)
	if err != nil {
		return mail.Stored{}, nil, err
	}
	f, err := box.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return mail.Stored{}, nil, noMessage(translate(err))
	}
	info, err := f.Stat()
	if err != nil {
		return mail.Stored{}, nil, errors.Join(err, f.Close())
	}
	renamed, ok := storedOf(named{info, path[strings.LastIndexByte(path, '/')+1:]})
	if !ok {
		return mail.Stored{}, nil, errors.Join(mail.ErrNoMessage, f.Close())
	}
	return renamed, f, nil
}

// named is an open file under the name by which it was found.
type named struct {
	fs.FileInfo
	name string
}

// Name returns the name.
func (n named) Name() string { return n.name }

// find returns the path of a message. It looks in new by name first, and among the
// flags of cur then; what is moved while it looks is in cur.
func find(box *os.Root, id string) (string, error) {
	path := "Maildir/new/" + id
	info, err := box.Lstat(path)
	if err == nil && info.Mode().IsRegular() {
		return path, nil
	}
	if err = translate(err); err != nil && !errors.Is(err, file.ErrNotFound) {
		return "", err
	}
	infos, err := readFolder(box, "/Maildir/cur")
	if err != nil {
		return "", noMessage(err)
	}
	for _, info := range infos {
		if m, ok := storedOf(info); ok && m.ID == id {
			return "Maildir/cur/" + info.Name(), nil
		}
	}
	return "", mail.ErrNoMessage
}

// noMessage says of a file that is not there that it is no message.
func noMessage(err error) error {
	if errors.Is(err, file.ErrNotFound) {
		return mail.ErrNoMessage
	}
	return err
}
