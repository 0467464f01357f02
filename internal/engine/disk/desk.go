package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"innkeeper/internal/file"
)

// lockName is the file in a desk whose lock holds the account's files.
const lockName = "lock"

// The patience of Hold: how often it looks, and for how long. A change takes
// milliseconds; to take the sum of a large file, seconds.
const (
	holdEvery = 5 * time.Millisecond
	holdFor   = 20 * time.Second
)

// Hold waits until no other request or process changes the account's files. The
// lock is the kernel's: it goes with the process that had it.
func (d *Disk) Hold(ctx context.Context, accountID string) (release func(), err error) {
	desk, err := d.desk(accountID)
	if err != nil {
		return nil, err
	}
	defer desk.Close()
	f, err := desk.OpenFile(lockName, os.O_CREATE|os.O_RDWR|syscall.O_NONBLOCK, fileMode)
	if err != nil {
		return nil, translate(err)
	}
	if err := waitFor(ctx, f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() { _ = unlock(f) }, nil
}

func waitFor(ctx context.Context, f *os.File) error {
	ctx, cancel := context.WithTimeout(ctx, holdFor)
	defer cancel()
	tick := time.NewTicker(holdEvery)
	defer tick.Stop()
	for {
		ok, err := lock(f)
		if ok || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return file.ErrBusy.WithCause(ctx.Err())
		}
	}
}

// lock takes the lock of an open file if nobody has it.
func lock(f *os.File) (bool, error) {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) || errors.Is(err, unix.EINTR) {
		return false, nil
	}
	return err == nil, err
}

// unlock gives the lock back and closes the file. Closing alone would leave the lock with
// a process that is just being started: until it runs its own program it has our files.
func unlock(f *os.File) error {
	return errors.Join(unix.Flock(int(f.Fd()), unix.LOCK_UN), f.Close())
}

// Append writes a piece at the offset and returns the size of what lies aside.
func (d *Disk) Append(_ context.Context, accountID, name string, offset int64, body []byte) (int64, error) {
	desk, err := d.desk(accountID)
	if err != nil {
		return 0, err
	}
	defer desk.Close()
	f, info, err := take(desk, name, os.O_CREATE|os.O_WRONLY)
	if err != nil {
		return 0, err
	}
	defer func() { _ = unlock(f) }()
	if offset > info.Size() {
		return 0, file.ErrOffset.WithMessage("The upload goes on at %d.", info.Size()).WithExtra("offset", info.Size())
	}
	_, err = f.WriteAt(body, offset)
	if err == nil {
		err = errors.Join(f.Truncate(offset+int64(len(body))), f.Sync())
	}
	if err != nil {
		return 0, errors.Join(translate(err), f.Truncate(offset)) // half a piece is none
	}
	return offset + int64(len(body)), nil
}

// take opens a file that lies aside and locks it, until unlock. Somebody else who has it, or
// has just given it another name, is file.ErrBusy.
func take(desk *os.Root, name string, flag int) (*os.File, fs.FileInfo, error) {
	if !plain(name) || name == lockName {
		return nil, nil, fmt.Errorf("disk: %q is not a name to lie aside", name)
	}
	f, err := desk.OpenFile(name, flag|syscall.O_NONBLOCK, fileMode)
	if err != nil {
		return nil, nil, translate(err)
	}
	ok, err := lock(f)
	var info fs.FileInfo
	if err == nil && ok {
		info, err = f.Stat()
	}
	if err == nil && ok {
		named, other := desk.Lstat(name)
		ok = other == nil && os.SameFile(info, named)
	}
	if err == nil && !ok {
		err = file.ErrBusy
	}
	if err != nil {
		return nil, nil, errors.Join(translate(err), unlock(f))
	}
	return f, info, nil
}

// Inspect returns the entry and the digest of what lies aside. Its tag stays the
// same when it is put in its place.
func (d *Disk) Inspect(ctx context.Context, accountID, name string) (file.Entry, file.Digest, error) {
	desk, err := d.desk(accountID)
	if err != nil {
		return file.Entry{}, file.Digest{}, err
	}
	defer desk.Close()
	content, err := open(desk, file.Home.Join(name))
	if err != nil {
		return file.Entry{}, file.Digest{}, err
	}
	defer content.Close()
	digest, err := file.Sum(ctx, content)
	return content.Entry, digest, translate(err)
}

// Retitle gives what lies aside another name. Nobody is writing to it then, and
// who still has it open finds that it is not his any more.
func (d *Disk) Retitle(_ context.Context, accountID, from, to string) error {
	if !plain(to) || to == lockName {
		return fmt.Errorf("disk: %q is not a name to lie aside", to)
	}
	desk, err := d.desk(accountID)
	if err != nil {
		return err
	}
	defer desk.Close()
	f, _, err := take(desk, from, os.O_RDWR)
	if err != nil {
		return err
	}
	defer func() { _ = unlock(f) }()
	if err := desk.Rename(from, to); err != nil {
		return translate(err)
	}
	return keep(desk, file.Home)
}

// Discard removes what lies aside under the name. Nothing there is fine.
func (d *Disk) Discard(_ context.Context, accountID, name string) error {
	if !plain(name) || name == lockName {
		return fmt.Errorf("disk: %q is not a name to lie aside", name)
	}
	desk, err := d.desk(accountID)
	if err != nil {
		return err
	}
	defer desk.Close()
	return translate(desk.RemoveAll(name))
}

// Accounts returns for whom something lies, or has lain, aside.
func (d *Disk) Accounts(context.Context) ([]string, error) {
	infos, err := readFolder(d.uploads, file.Home)
	var ids []string
	for _, info := range infos {
		if info.IsDir() && plain(info.Name()) {
			ids = append(ids, info.Name())
		}
	}
	return ids, err
}

// Sweep removes what was last written to before the instant, but not the names
// to keep.
func (d *Disk) Sweep(_ context.Context, accountID string, before time.Time, keepName func(name string) bool) error {
	desk, err := d.desk(accountID)
	if err != nil {
		return err
	}
	defer desk.Close()
	infos, err := readFolder(desk, file.Home)
	for _, info := range infos {
		if info.Name() != lockName && info.ModTime().Before(before) && !keepName(info.Name()) {
			err = errors.Join(err, desk.RemoveAll(info.Name()))
		}
	}
	return err
}
