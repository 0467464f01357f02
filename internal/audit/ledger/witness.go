package ledger

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Witness is a head that was signed once, with the links up to it, kept outside of the
// database: beside the key, in every receipt, and in every mail about a visit. A record
// that was put back to an older state agrees with itself; not with its witnesses.
type Witness struct {
	Head  string   `json:"head"`
	Links []string `json:"links,omitempty"`
}

// Vault keeps what must not lie in the database: the secret of the key, and the witness
// of the last head.
type Vault interface {
	// Secret returns the secret of the key.
	Secret() (string, error)
	// Next returns the secret of the key that will follow. It is the same until it does.
	Next() (string, error)
	// Replace makes the next secret the secret. Without a next one it does nothing.
	Replace() error
	// Witness returns what was kept last, "" when nothing was.
	Witness() (string, error)
	// Keep keeps a witness, for good when it returns.
	Keep(witness string) error
}

// ReadWitness reads a witness: a receipt, the file that is kept beside the key, or the
// seal that stands in a mail.
func ReadWitness(document []byte) (Witness, error) {
	var w Witness
	text := strings.TrimSpace(string(document))
	if err := json.Unmarshal([]byte(text), &w); err == nil && w.Head != "" {
		return w, nil
	}
	if head, err := base64.RawURLEncoding.DecodeString(text); err == nil && bytes.HasPrefix(head, []byte(Origin)) {
		return Witness{Head: string(head)}, nil
	}
	return Witness{}, errors.New("this is no witness: give a receipt, or the seal from a mail")
}

// LastSeal returns the last signed head in one word, as mails carry it; "" when there is none.
func (s *Service) LastSeal(ctx context.Context) (string, error) {
	head, err := s.store.LastHead(ctx)
	if err != nil || head.Note == "" {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString([]byte(head.Note)), nil
}

// kept returns the witness beside the key, the empty one when there is none.
func kept(v Vault) (w Witness, err error) {
	text, err := v.Witness()
	if err != nil || text == "" {
		return w, err
	}
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return w, fmt.Errorf("read the witness of the record: %w", err)
	}
	return w, nil
}

// keep makes the head the witness beside the key. Where several seal, one that is a
// little older may win: it witnesses less, until the next.
func (s *Service) keep(c chain, head Head) error {
	text, err := json.Marshal(Witness{Head: head.Note, Links: c.notes()})
	if err != nil {
		return err
	}
	return s.vault.Keep(string(text) + "\n")
}

// standing is the end of the record as it stands in the database.
type standing struct {
	chain  chain
	signer *Signer
	size   int64
	last   stated // what its last head states; of size 0 when there is none
}

// stand reads the end of the record, and finds out whether this process may go on from
// there: ErrKey when its key is another, ErrBehind when something later was signed once.
func (s *Service) stand(ctx context.Context) (st standing, err error) {
	if st.size, err = s.store.Size(ctx); err != nil {
		return st, err
	}
	w, err := kept(s.vault)
	if err != nil {
		return st, err
	}
	if st.chain, st.signer, err = s.mine(ctx, w); err != nil {
		return st, err
	}
	last, err := s.store.LastHead(ctx)
	if err != nil {
		return st, err
	}
	if last.Note != "" {
		if st.last, err = st.chain.open(last.Note); err != nil {
			return st, errors.Join(ErrKey, err)
		}
	}
	if st.last.epoch == st.chain.epoch() && st.last.size != st.size {
		return st, fmt.Errorf("%w: it has %d leaves, and its last head states %d", ErrBehind, st.size, st.last.size)
	}
	if w.Head == "" {
		return st, nil
	}
	return st, s.agree(ctx, st, w)
}

// mine returns the links, which must go on from those of the witness, and the key, which
// must be the one that they lead to.
func (s *Service) mine(ctx context.Context, w Witness) (c chain, signer *Signer, err error) {
	if c, signer, err = s.links(ctx); err != nil {
		return c, nil, err
	}
	theirs, err := readChain(w.Links, c.first)
	if err != nil {
		return c, nil, err
	}
	if !c.follows(theirs) {
		return c, nil, fmt.Errorf("%w: %d links of it are known, and it has %d: a new key or a new epoch is missing", ErrBehind, len(theirs.links), len(c.links))
	}
	if signer.Key() != c.key() { // it was replaced a moment ago, or the replacing stopped half way
		if err := s.vault.Replace(); err != nil {
			return c, nil, err
		}
		if signer, err = signerOf(s.vault); err != nil {
			return c, nil, err
		}
	}
	if signer.Key() != c.key() {
		return c, nil, ErrKey
	}
	return c, signer, nil
}

func signerOf(v Vault) (*Signer, error) {
	secret, err := v.Secret()
	if err != nil {
		return nil, err
	}
	return NewSigner(secret)
}

// agree holds a witness against the record: what it has seen must still be there, or a
// link must say that it is lost.
func (s *Service) agree(ctx context.Context, st standing, w Witness) error {
	seen, err := st.chain.open(w.Head)
	if err != nil {
		return err
	}
	if lost, err := st.chain.lost(seen.place); lost || err != nil {
		return err
	}
	if seen.size > st.size {
		return fmt.Errorf("%w: it has %d leaves, and %d were signed: its end is missing", ErrBehind, st.size, seen.size)
	}
	root, err := tlog.TreeHash(seen.size, s.reader(ctx))
	if err != nil {
		return err
	}
	if root != seen.root {
		return fmt.Errorf("%w: its first %d leaves are others: there are two of it", ErrBehind, seen.size)
	}
	return nil
}

// Stands returns nil while the record is sealed; otherwise what keeps it from that:
// ErrKey or ErrBehind.
func (s *Service) Stands(ctx context.Context) error {
	return s.tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.LockSeal(ctx); err != nil {
			return err
		}
		_, err := s.stand(ctx)
		return err
	})
}
