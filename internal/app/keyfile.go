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

// makeKeyFile puts a new key in place, whole, unless another process was faster.
func makeKeyFile(path string, fresh func() (string, error)) error {
	text, err := fresh()
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
