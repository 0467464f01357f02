package mailer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"innkeeper/internal/notify"
)

// Folder writes each message as a file that mail programs can open.
type Folder struct{ dir string }

var _ notify.Sender = (*Folder)(nil)

// openFolder returns the folder outbox of the data directory, made if it is
// missing.
func openFolder(dataDir string) (*Folder, error) {
	dir := filepath.Join(dataDir, "outbox")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for mail: %w", err)
	}
	return &Folder{dir: dir}, nil
}

// Send writes the message to <time>-<id>.eml, mode 0600, whole or not at all. The
// same message again replaces its file.
func (f *Folder) Send(_ context.Context, m notify.Message) error {
	msg, err := compose(m, gomail.NoEncoding) // a file is 8-bit clean, and people read it
	if err != nil {
		return err
	}
	name := m.Date.UTC().Format("20060102T150405.000000Z") + "-" + fileName(m.ID) + ".eml"
	if err := f.write(name, msg); err != nil {
		return notify.ErrAway.WithCause(err)
	}
	return nil
}

func (f *Folder) write(name string, msg *gomail.Msg) error {
	aside, err := os.CreateTemp(f.dir, ".aside-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(aside.Name()) }() // nothing is there once it has its name
	_, err = msg.WriteTo(aside)
	if err == nil {
		err = aside.Sync()
	}
	if err = errors.Join(err, aside.Close()); err != nil {
		return err
	}
	if err = os.Rename(aside.Name(), filepath.Join(f.dir, name)); err != nil {
		return err
	}
	return f.sync()
}

// sync makes the new name last: the mail is about to be noted as sent.
func (f *Folder) sync() error {
	dir, err := os.Open(f.dir)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// fileName keeps of an id what is harmless in a path.
func fileName(id string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-':
			return r
		default:
			return '_'
		}
	}, id)
}
