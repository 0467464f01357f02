package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"innkeeper/internal/principal"
)

// Format is the format of receipts that this version writes and reads.
const Format = "innkeeper-receipt-1"

// Receipt is everything recorded of one visit, with what it takes to check it
// without us: each record's path to a signed head.
type Receipt struct {
	Format          string   `json:"format"`
	ImpersonationID string   `json:"impersonation_id"`
	Records         []Proven `json:"records"` // oldest first
	Head            string   `json:"head"`    // the signed head, a note
	Key             string   `json:"key"`     // the public key that signed it
	Limit           string   `json:"limit"`
}

// Proven is one record with its path to the head.
type Proven struct {
	Leaf  int64    `json:"leaf"`
	Salt  string   `json:"salt"`
	Text  string   `json:"text"` // the record itself, to the byte
	Proof []string `json:"proof"`
}

// limit is the honest limit of what a receipt proves.
const limit = "This proves that nothing in it was changed after it was recorded, and that the log it stands in only grew. " +
	"That every access is recorded at all rests on the program, which does nothing without its record."

// OfVisit returns the receipt of a visit to an account in the principal's scope. What
// was done up to now is sealed first. ErrNothing for a visit that is not there.
func (s *Service) OfVisit(ctx context.Context, by principal.Principal, visitID string) (Receipt, error) {
	if err := s.Seal(ctx); err != nil {
		return Receipt{}, err
	}
	leaves, err := s.store.LeavesOfVisit(ctx, by.Scope(), visitID)
	if err != nil {
		return Receipt{}, err
	}
	if len(leaves) == 0 {
		return Receipt{}, ErrNothing
	}
	head, err := s.store.LastHead(ctx)
	if err != nil {
		return Receipt{}, err
	}
	receipt := Receipt{Format: Format, ImpersonationID: visitID, Head: head.Note, Key: s.signer.Key(), Limit: limit}
	for _, leaf := range leaves {
		if leaf.Number >= head.Size {
			continue // sealed after the head that was read
		}
		path, err := tlog.ProveRecord(head.Size, leaf.Number, s.reader(ctx))
		if err != nil {
			return Receipt{}, fmt.Errorf("prove leaf %d: %w", leaf.Number, err)
		}
		proof := make([]string, len(path))
		for i, hash := range path {
			proof[i] = hash.String()
		}
		receipt.Records = append(receipt.Records, Proven{Leaf: leaf.Number, Salt: leaf.Salt, Text: leaf.Text, Proof: proof})
	}
	return receipt, nil
}

// Checked is what a receipt that holds states.
type Checked struct {
	Records []Record
	Head    time.Time // when the head was signed
	Size    int64
	Key     string
	Note    string // the signed head itself
}

// Check reads a receipt and checks every record in it against the signed head. It
// returns ErrBroken, with what does not hold, when one does not. Whose key it is that
// signed the head is for the caller to compare.
func Check(document []byte) (Checked, error) {
	var receipt Receipt
	reader := json.NewDecoder(bytes.NewReader(document))
	reader.DisallowUnknownFields()
	if err := reader.Decode(&receipt); err != nil || reader.More() {
		return Checked{}, fmt.Errorf("%w: this is not a receipt", ErrBroken)
	}
	if receipt.Format != Format || len(receipt.Records) == 0 {
		return Checked{}, fmt.Errorf("%w: this is not a receipt in the format %s", ErrBroken, Format)
	}
	tree, at, err := open(receipt.Head, receipt.Key)
	if err != nil {
		return Checked{}, err
	}
	checked := Checked{Head: at, Size: tree.N, Key: receipt.Key, Note: receipt.Head}
	before := int64(-1)
	for _, p := range receipt.Records {
		record, err := p.check(tree, receipt.ImpersonationID)
		if err == nil && p.Leaf <= before {
			err = fmt.Errorf("%w: leaf %d stands there twice or out of order", ErrBroken, p.Leaf)
		}
		if err != nil {
			return Checked{}, err
		}
		before = p.Leaf
		checked.Records = append(checked.Records, record)
	}
	return checked, nil
}

func (p Proven) check(tree tlog.Tree, visitID string) (Record, error) {
	hash, err := leafHash(p.Salt, p.Text)
	if err != nil {
		return Record{}, err
	}
	path := make(tlog.RecordProof, len(p.Proof))
	for i, text := range p.Proof {
		if path[i], err = tlog.ParseHash(text); err != nil {
			return Record{}, fmt.Errorf("%w: the proof of leaf %d cannot be read", ErrBroken, p.Leaf)
		}
	}
	if err := tlog.CheckRecord(path, tree.N, tree.Hash, p.Leaf, hash); err != nil {
		return Record{}, fmt.Errorf("%w: leaf %d is not what was sealed", ErrBroken, p.Leaf)
	}
	var record Record
	if err := json.Unmarshal([]byte(p.Text), &record); err != nil {
		return Record{}, fmt.Errorf("%w: leaf %d cannot be read", ErrBroken, p.Leaf)
	}
	if record.ImpersonationID != visitID {
		return Record{}, fmt.Errorf("%w: leaf %d belongs to another visit", ErrBroken, p.Leaf)
	}
	return record, nil
}
