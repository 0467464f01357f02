package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"innkeeper/internal/audit/ledger"
)

// The files of the record lie outside of the database, so that whoever can write there
// can neither sign nor put an older record back unseen.
const (
	recordKey     = "record.key"      // signs
	recordNext    = "record.key.next" // will sign; there while the key is being replaced
	recordWitness = "record.witness"  // the last head that was signed
)

// vault is the files of the record in the data directory.
type vault struct{ data string }

var _ ledger.Vault = vault{}

// newVault returns the vault of a data directory, with a key in it.
func newVault(data string) (vault, error) {
	v := vault{data}
	secret, err := v.Secret()
	if err == nil {
		_, err = ledger.NewSigner(secret)
	}
	return v, err
}

// Secret returns the secret of the key, which is made at the first start.
func (v vault) Secret() (string, error) { return keyFile(v.data, recordKey, ledger.NewKey) }

// Next returns the secret of the key that will follow, and makes it when there is none.
func (v vault) Next() (string, error) { return keyFile(v.data, recordNext, ledger.NewKey) }

// Replace makes the next secret the secret. Of several processes that do it at once one
// does, and the others find it done.
func (v vault) Replace() error {
	err := os.Rename(v.path(recordNext), v.path(recordKey))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("replace the key of the record: %w", err)
	}
	return syncFolder(v.data)
}

// Witness returns what was kept last, "" when nothing was.
func (v vault) Witness() (string, error) {
	text, err := os.ReadFile(v.path(recordWitness))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(text), err
}

// Keep keeps a witness: whole, and on the disk when it returns.
func (v vault) Keep(witness string) error {
	if err := putWhole(v.path(recordWitness), witness, os.Rename); err != nil {
		return fmt.Errorf("keep the witness of the record: %w", err)
	}
	return nil
}

func (v vault) path(name string) string { return filepath.Join(v.data, name) }
