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
	Size int64
	Root string // base64 of 32 bytes
	At   time.Time
	Note string // signed: origin, size, root and time, a line each
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

func (s *Signer) sign(tree tlog.Tree, at time.Time) (Head, error) {
	text := fmt.Sprintf("%s\n%d\n%s\n%s\n", Origin, tree.N, tree.Hash, at.UTC().Format(time.RFC3339Nano))
	signed, err := note.Sign(&note.Note{Text: text}, s.signer)
	if err != nil {
		return Head{}, fmt.Errorf("sign the head: %w", err)
	}
	return Head{Size: tree.N, Root: tree.Hash.String(), At: at, Note: string(signed)}, nil
}

// open checks the signature of a head with the key and returns what it states.
func open(signed, key string) (tree tlog.Tree, at time.Time, err error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tree, at, fmt.Errorf("%w: the key is not one: %w", ErrBroken, err)
	}
	opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
	if err != nil {
		return tree, at, fmt.Errorf("%w: a head is not signed by the key of this record", ErrBroken)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 5 || lines[0] != Origin {
		return tree, at, fmt.Errorf("%w: a head says something else", ErrBroken)
	}
	size, sizeErr := strconv.ParseInt(lines[1], 10, 64)
	root, rootErr := tlog.ParseHash(lines[2])
	at, timeErr := time.Parse(time.RFC3339Nano, lines[3])
	if err := errors.Join(sizeErr, rootErr, timeErr); err != nil || size < 0 {
		return tree, at, fmt.Errorf("%w: a head says something else", ErrBroken)
	}
	return tlog.Tree{N: size, Hash: root}, at, nil
}
