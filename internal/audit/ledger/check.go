package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"innkeeper/internal/audit"
)

// Checked is what a receipt or a statement that holds states.
type Checked struct {
	Records  []Record
	Others   []Record  // of a statement: what others than the account's own people did in its time, and the visits that reached into it
	From, To time.Time // of a statement
	Head     time.Time // when the head was signed
	Size     int64
	Key      string // that signed the head
	Links    []Link // what was stated about the record itself
	Gapless  bool   // of a receipt: no record of the visit up to the last one is missing; those of older versions do not show it
	Ended    bool   // of a receipt: the end of the visit is in it
	Erased   int    // records of which reason, address and browser were erased, as is said
	note     string // the head
	chain    chain
}

// By returns nil when the record that it is of is the one that has the key, with those
// links, which must lead to it or on from it: what it shows stood in that record, or the
// key is one that it had.
func (c Checked) By(key string, links []string) error {
	known, err := readChain(links, key)
	if err != nil {
		return err
	}
	switch {
	case !slices.Contains(known.keys(), key):
		return fmt.Errorf("%w: the links are those of another record: the key %s is not in them", ErrBroken, key)
	case len(links) == 0 && slices.Contains(c.chain.keys(), key), c.chain.follows(known) && len(links) > 0:
		return nil // checked with more links than are known
	case known.follows(c.chain) && slices.Contains(known.keys(), c.Key):
		_, err := known.open(c.note)
		return err
	default:
		return fmt.Errorf("%w: it is signed by another key, %s", ErrBroken, c.Key)
	}
}

// IsKey reports whether a text is a public key as it is shown at /api/v1/record-key.
func IsKey(text string) bool {
	_, err := note.NewVerifier(text)
	return err == nil
}

// In returns nil when the record that it is of is the one whose files the vault has. The
// database is not asked.
func (c Checked) In(v Vault) error {
	signer, err := signerOf(v)
	if err != nil {
		return err
	}
	w, err := kept(v)
	if err != nil {
		return err
	}
	return c.By(signer.Key(), w.Links)
}

// IsStatement reports whether it was one, of a time.
func (c Checked) IsStatement() bool { return !c.To.IsZero() }

// Check reads a receipt or a statement and checks every record in it against the signed
// head, and the head against the links. It returns ErrBroken, with what does not hold,
// when one does not. Whose key it is that signed is for the caller to compare.
func Check(document []byte) (Checked, error) {
	var kind struct {
		Format string `json:"format"`
	}
	if err := json.Unmarshal(document, &kind); err != nil {
		return Checked{}, fmt.Errorf("%w: this is not a receipt", ErrBroken)
	}
	switch kind.Format {
	case Format:
		return checkReceipt(document)
	case StatementFormat:
		return checkStatement(document)
	default:
		return Checked{}, fmt.Errorf("%w: this is not a receipt in the format %s or %s", ErrBroken, Format, StatementFormat)
	}
}

func checkReceipt(document []byte) (Checked, error) {
	var receipt Receipt
	if err := strictly(document, &receipt); err != nil {
		return Checked{}, err
	}
	checked, err := receipt.Proof.check()
	if err != nil {
		return Checked{}, err
	}
	for i, record := range checked.Records {
		if record.ImpersonationID != receipt.ImpersonationID {
			return Checked{}, fmt.Errorf("%w: leaf %d belongs to another visit", ErrBroken, receipt.Records[i].Leaf)
		}
		want := int64(i + 1)
		if numbered := record.VisitSeq != 0; numbered && record.VisitSeq != want || !numbered && checked.Gapless {
			return Checked{}, fmt.Errorf("%w: record %d of the visit is missing", ErrBroken, want)
		}
		checked.Gapless = record.VisitSeq != 0
		checked.Ended = checked.Ended || record.Action == actionStop
	}
	return checked, nil
}

func checkStatement(document []byte) (Checked, error) {
	var s Statement
	if err := strictly(document, &s); err != nil {
		return Checked{}, err
	}
	checked, err := s.Proof.check()
	if err != nil {
		return Checked{}, err
	}
	records, broken := checked.Records, func(format string, args ...any) (Checked, error) {
		return Checked{}, fmt.Errorf("%w: "+format, append([]any{ErrBroken}, args...)...)
	}
	for i, record := range records {
		if record.AccountID != s.AccountID {
			return broken("leaf %d belongs to another account", s.Records[i].Leaf)
		}
		if want := records[0].AccountSeq + int64(i); record.AccountSeq != want {
			return broken("record %d of the account is missing", want)
		}
	}
	first, last := records[0], records[len(records)-1]
	if first.AccountSeq != 1 && !first.time().Before(s.From.Add(-longestVisit)) {
		return broken("its beginning is missing: record %d of the account and those before it", first.AccountSeq-1)
	}
	if last.time().Before(s.To) {
		return broken("its end is missing: what came after record %d of the account", last.AccountSeq)
	}
	checked.From, checked.To = s.From, s.To
	checked.Others = others(records, s.From, s.To)
	return checked, nil
}

// others returns what others did in the time, and the beginnings of the visits that
// reached into it.
func others(records []Record, from, to time.Time) []Record {
	open := map[string]Record{} // visits that have begun before the time and not ended
	var before, within []Record
	for _, r := range records {
		switch at := r.time(); {
		case at.Before(from) && r.Action == actionStart:
			open[r.ImpersonationID] = r
		case at.Before(from) && r.Action == actionStop:
			delete(open, r.ImpersonationID)
		case !at.Before(from) && at.Before(to) && r.ofAnother():
			within = append(within, r)
		}
	}
	for _, r := range records {
		if _, reaches := open[r.ImpersonationID]; reaches && r.Action == actionStart {
			before = append(before, r)
		}
	}
	return append(before, within...)
}

// The beginning and the end of a visit, as the record names them.
const (
	actionStart = "impersonation.start"
	actionStop  = "impersonation.stop"
)

// ofAnother reports whether somebody else than the account's own people did it. What the
// program does by itself is nobody's.
func (r Record) ofAnother() bool {
	return r.ImpersonationID != "" || r.ActorKind != "system" && r.ActorAccountID != r.AccountID
}

func (r Record) time() time.Time { return time.UnixMicro(r.At).UTC() }

func strictly(document []byte, into any) error {
	reader := json.NewDecoder(bytes.NewReader(document))
	reader.DisallowUnknownFields()
	if err := reader.Decode(into); err != nil || reader.More() {
		return fmt.Errorf("%w: this is not a receipt", ErrBroken)
	}
	return nil
}

// check checks the links, the head and the path of every record.
func (p Proof) check() (Checked, error) {
	if len(p.Records) == 0 {
		return Checked{}, fmt.Errorf("%w: there is no record in it", ErrBroken)
	}
	c, err := readChain(p.Links, p.Key)
	if err != nil {
		return Checked{}, err
	}
	head, err := c.open(p.Head)
	if err != nil {
		return Checked{}, err
	}
	if head.key != p.Key || head.epoch != c.epoch() {
		return Checked{}, fmt.Errorf("%w: its head is not the one of its key and its links", ErrBroken)
	}
	checked := Checked{Head: head.at, Size: head.size, Key: p.Key, Links: c.links, note: p.Head, chain: c}
	before := int64(-1)
	for _, proven := range p.Records {
		record, err := proven.check(tlog.Tree{N: head.size, Hash: head.root})
		if err == nil && proven.Leaf <= before {
			err = fmt.Errorf("%w: leaf %d stands there twice or out of order", ErrBroken, proven.Leaf)
		}
		if err != nil {
			return Checked{}, err
		}
		before = proven.Leaf
		if proven.TextsErasedAt != nil {
			checked.Erased++
		}
		checked.Records = append(checked.Records, record)
	}
	return checked, nil
}

func (p Proven) check(tree tlog.Tree) (Record, error) {
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
	return record, p.texts(&record)
}

// texts holds what stands beside the record against it, and puts it in its place.
func (p Proven) texts(record *Record) error {
	payload := p.payload()
	if record.Payload == "" {
		if payload != (Payload{}) {
			return fmt.Errorf("%w: leaf %d has texts that were not sealed", ErrBroken, p.Leaf)
		}
		return nil
	}
	if err := payload.holds(record.Payload); err != nil {
		return fmt.Errorf("leaf %d: %w", p.Leaf, err)
	}
	var event audit.Event
	payload.Read(&event)
	record.Reason, record.IP, record.UserAgent = event.Reason, event.IP, event.UserAgent
	return nil
}
