package ledger

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Origin is the first line of every head, and the name of the key that signs it.
const Origin = "innkeeper-record"

// Head is a signed statement: at that time the log had so many leaves, and this
// root over them.
type Head struct {
	Epoch int64 // which of the record's lives; see Link
	Size  int64
	Root  string // base64 of 32 bytes
	At    time.Time
	Note  string // signed: origin, size, root and time, a line each, and from the second epoch on its number
}

// Signer signs heads. Key is what checks them.
type Signer struct {
	signer note.Signer
	key    string
}

// NewKey makes a secret for NewSigner: Ed25519 in the form of a note's key.
func NewKey() (secret string, err error) {
	secret, key, err := note.GenerateKey(rand.Reader, Origin)
	if err != nil {
		return "", fmt.Errorf("make a key: %w", err)
	}
	return secret + "\n" + key + "\n", nil
}

// NewSigner returns a signer from what NewKey returned.
func NewSigner(secret string) (*Signer, error) {
	lines := strings.Fields(secret)
	if len(lines) != 2 {
		return nil, errors.New("the key of the record is not in the form of one")
	}
	signer, err := note.NewSigner(lines[0])
	if err != nil {
		return nil, fmt.Errorf("read the key of the record: %w", err)
	}
	return &Signer{signer: signer, key: lines[1]}, nil
}

// Key returns the public key, as receipts name it.
func (s *Signer) Key() string { return s.key }

// sign signs lines of text with each of the keys.
func sign(lines []string, signers ...*Signer) (string, error) {
	with := make([]note.Signer, len(signers))
	for i, s := range signers {
		with[i] = s.signer
	}
	signed, err := note.Sign(&note.Note{Text: strings.Join(lines, "\n") + "\n"}, with...)
	if err != nil {
		return "", fmt.Errorf("sign the record: %w", err)
	}
	return string(signed), nil
}

func (s *Signer) head(epoch int64, tree tlog.Tree, at time.Time) (Head, error) {
	lines := []string{Origin, strconv.FormatInt(tree.N, 10), tree.Hash.String(), inNote(at)}
	if epoch > 1 {
		lines = append(lines, strconv.FormatInt(epoch, 10))
	}
	signed, err := sign(lines, s)
	return Head{Epoch: epoch, Size: tree.N, Root: tree.Hash.String(), At: at, Note: signed}, err
}

func inNote(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

// readNote checks that a note is signed by each of the keys and returns its lines.
func readNote(signed string, keys ...string) ([]string, error) {
	text := ""
	for _, key := range keys {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return nil, fmt.Errorf("%w: the key is not one: %w", ErrBroken, err)
		}
		opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
		if err != nil {
			return nil, fmt.Errorf("%w: a head is not signed by the key of this record", ErrBroken)
		}
		text = opened.Text
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n"), nil
}

// stated is what a head states.
type stated struct {
	place
	root tlog.Hash
	at   time.Time
	key  string // that signed it
}

// place is an end of the record: how many leaves it had, in which epoch.
type place struct{ epoch, size int64 }

// beyond reports whether the record came to this place later than to the other.
func (p place) beyond(other place) bool {
	return p.epoch > other.epoch || p.epoch == other.epoch && p.size > other.size
}

// open checks the signature of a head with the key and returns what it states.
func open(signed, key string) (stated, error) {
	said, err := readNote(signed, key)
	if err != nil {
		return stated{}, err
	}
	if len(said) == 4 {
		said = append(said, "1")
	}
	if len(said) != 5 || said[0] != Origin {
		return stated{}, errOtherwise
	}
	s := stated{key: key}
	var errs [4]error
	s.size, errs[0] = strconv.ParseInt(said[1], 10, 64)
	s.root, errs[1] = tlog.ParseHash(said[2])
	s.at, errs[2] = time.Parse(time.RFC3339Nano, said[3])
	s.epoch, errs[3] = strconv.ParseInt(said[4], 10, 64)
	if errors.Join(errs[:]...) != nil || s.size < 0 || s.epoch < 1 {
		return stated{}, errOtherwise
	}
	return s, nil
}

var errOtherwise = fmt.Errorf("%w: a head says something else", ErrBroken)
