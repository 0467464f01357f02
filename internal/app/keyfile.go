package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keyFile returns what a file of the data directory holds that nobody but this user can
// read, and makes it at the first start. The processes that share the directory share
// the file: of several that make it at once all read what the fastest wrote.
func keyFile(data, name string, fresh func() (string, error)) (string, error) {
	path := filepath.Join(data, name)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKeyFile(path, fresh); err != nil {
			return "", fmt.Errorf("make %s: %w", path, err)
		}
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	return string(text), os.Chmod(path, 0o600)
}

// makeKeyFile puts a new key in place unless another process was faster.
func makeKeyFile(path string, fresh func() (string, error)) error {
	text, err := fresh()
	if err != nil {
		return err
	}
	err = putWhole(path, text, os.Link)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// putWhole writes a file that nobody but this user can read and puts it in its place by
// link or rename: others find all of it or nothing, and it is on the disk when it returns.
func putWhole(path, text string, place func(from, to string) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := place(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes what was renamed in a folder last.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
