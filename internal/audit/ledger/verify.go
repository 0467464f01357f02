package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"innkeeper/internal/audit"
)

// Sealed is a leaf with its event and the texts of that as they are now; nil are those
// that are gone.
type Sealed struct {
	Leaf    Leaf
	Event   *Record
	Payload *Payload
}

// Report is what a check of the whole record found.
type Report struct {
	Leaves   int64
	Heads    int
	Links    []Link   // what was stated about the record itself: keys and epochs
	Lost     []string // heads of what an epoch has admitted to be lost, in words
	Erased   int64    // events of which reason, address and browser were erased, as the record says
	Findings []string // what does not hold, in words; none when all holds
}

// Holds reports whether nothing was found.
func (r Report) Holds() bool { return len(r.Findings) == 0 }

// findingsAtMost bounds a report: a log that was replaced has as many findings as leaves.
const findingsAtMost = 100

// overdue is how long a transaction may have lasted that wrote its event before a head
// was signed and committed afterwards.
const overdue = time.Minute

// Verify checks the whole record: that every leaf has its event and says what the
// event says, that no number is missing in any account, that the tree grown anew from
// the leaves is the one that is stored, and that every signed head is a head of it. It
// reads all and writes nothing. Witnesses are heads from outside, such as that of a
// receipt; the one beside the key is always asked.
func (s *Service) Verify(ctx context.Context, witnesses ...Witness) (Report, error) {
	v := &verification{service: s, accounts: map[string]int64{}, visits: map[string]int64{}, tree: &growing{}, stated: map[int64][]tlog.Hash{}}
	if err := v.links(ctx, witnesses); err != nil {
		return Report{}, err
	}
	if err := v.heads(ctx); err != nil {
		return Report{}, err
	}
	if err := v.leaves(ctx); err != nil {
		return Report{}, err
	}
	if err := v.erasures(ctx); err != nil {
		return Report{}, err
	}
	if err := v.unsealed(ctx); err != nil {
		return Report{}, err
	}
	return v.report, nil
}

type verification struct {
	service  *Service
	report   Report
	chain    chain
	outside  []Witness
	accounts map[string]int64 // the last number seen of each
	visits   map[string]int64 // how many were seen of each
	tree     *growing         // grown anew from the leaves
	stated   map[int64][]tlog.Hash
	highest  int64 // the largest size that a head states
	erased   []happened
	erasedTo time.Time // up to where the record says that texts were erased
}

// happened is an event, and when it was.
type happened struct{ seq, at int64 }

func (v *verification) find(format string, args ...any) {
	if len(v.report.Findings) < findingsAtMost {
		v.report.Findings = append(v.report.Findings, fmt.Sprintf(format, args...))
	}
}

// links reads what was stated about the record itself. Whatever a witness knows of that
// must be there.
func (v *verification) links(ctx context.Context, witnesses []Witness) error {
	c, signer, err := v.service.links(ctx)
	if errors.Is(err, ErrBroken) {
		v.find("What was stated about the record itself does not hold: %v.", err)
	} else if err != nil {
		return err
	}
	v.chain = c
	if v.chain.key() != signer.Key() {
		v.find("The key in the data directory is not the one that the record was handed to.")
	}
	v.report.Links = v.chain.links
	own, err := kept(v.service.vault)
	if err != nil {
		return err
	}
	for _, w := range append(witnesses, own) {
		if w.Head == "" {
			continue
		}
		theirs, err := readChain(w.Links, v.chain.first)
		if err != nil {
			v.find("A witness does not hold: %v.", err)
			continue
		}
		if !v.chain.follows(theirs) && !theirs.follows(v.chain) {
			v.find("A witness has other links: there are two records, or one was rewritten.")
			continue
		}
		if len(theirs.links) > len(v.chain.links) {
			v.find("A witness knows %d links, and the record has %d: an older record was put back, or they were removed.", len(theirs.links), len(v.chain.links))
			v.chain = theirs
		}
		v.outside = append(v.outside, w)
	}
	for _, l := range v.chain.links {
		root, err := tlog.ParseHash(l.Root)
		if err != nil {
			return err
		}
		v.state(stated{place: l.place(), root: root})
	}
	return nil
}

// heads opens all signed heads. Two of the same size with different roots are a fork.
func (v *verification) heads(ctx context.Context) error {
	heads, err := v.service.store.Heads(ctx)
	if err != nil {
		return err
	}
	v.report.Heads = len(heads)
	for _, w := range v.outside {
		heads = append(heads, Head{Note: w.Head})
	}
	for _, h := range heads {
		said, err := v.chain.open(h.Note)
		if err != nil {
			v.find("The head over %d leaves does not hold: %v.", max(h.Size, said.size), err)
			continue
		}
		v.state(said)
	}
	return nil
}

// state notes what was signed, unless it is of a part that is said to be lost.
func (v *verification) state(said stated) {
	lost, err := v.chain.lost(said.place)
	switch {
	case err != nil:
		v.find("A head over %d leaves of epoch %d was signed: %v.", said.size, said.epoch, err)
	case lost:
		v.report.Lost = append(v.report.Lost, fmt.Sprintf("A head over %d leaves of epoch %d was signed, of which a part was lost when a later epoch began.", said.size, said.epoch))
	default:
		v.stated[said.size] = append(v.stated[said.size], said.root)
		v.highest = max(v.highest, said.size)
	}
}

// leaves grows the tree anew, leaf by leaf.
func (v *verification) leaves(ctx context.Context) error {
	const atOnce = 1000
	for next := int64(0); ; {
		some, err := v.service.store.Sealed(ctx, next, atOnce)
		if err != nil {
			return err
		}
		for _, sealed := range some {
			if sealed.Leaf.Number != next {
				v.find("Leaves %d to %d are missing.", next, sealed.Leaf.Number-1)
				return nil // the tree cannot be grown over a gap
			}
			if err := v.leaf(sealed); err != nil {
				return err
			}
			next++
		}
		v.report.Leaves = next
		if len(some) < atOnce {
			if next < v.highest {
				v.find("The record ends after %d leaves, and a signed head states %d: its end is missing.", next, v.highest)
			}
			return v.compare(ctx, next)
		}
	}
}

func (v *verification) leaf(sealed Sealed) error {
	leaf := sealed.Leaf
	if want := v.accounts[leaf.AccountID] + 1; leaf.AccountSeq != want {
		v.find("Leaf %d is number %d of account %s, where number %d is due.", leaf.Number, leaf.AccountSeq, leaf.AccountID, want)
	}
	v.accounts[leaf.AccountID] = leaf.AccountSeq
	if sealed.Event == nil {
		v.find("Event %d was removed; leaf %d still has it: %s", leaf.Seq, leaf.Number, leaf.Text)
	} else {
		event := *sealed.Event
		event.AccountSeq, event.VisitSeq = leaf.AccountSeq, v.ofVisit(leaf)
		text, err := event.canonical()
		if err != nil {
			return err
		}
		if text != leaf.Text {
			v.find("Event %d was changed: it says %s, and was sealed as %s", leaf.Seq, text, leaf.Text)
		}
		v.texts(event, sealed.Payload)
		v.erasure(event)
	}
	hash, err := leaf.hash()
	if err != nil {
		v.find("Leaf %d cannot be read: %v.", leaf.Number, err) // and the tree goes on with no hash of it
	}
	hashes, err := tlog.StoredHashesForRecordHash(leaf.Number, hash, v.tree)
	if err != nil {
		return err
	}
	v.tree.hashes = append(v.tree.hashes, hashes...)
	return v.root(leaf.Number + 1)
}

// ofVisit returns the number that a leaf has in its visit, and finds one that is not due.
func (v *verification) ofVisit(leaf Leaf) int64 {
	if leaf.VisitID == "" {
		return 0
	}
	v.visits[leaf.VisitID]++
	var said Record
	if err := json.Unmarshal([]byte(leaf.Text), &said); err != nil {
		return 0 // and the text is not that of the event
	}
	if want := v.visits[leaf.VisitID]; said.VisitSeq != 0 && said.VisitSeq != want {
		v.find("Leaf %d is number %d of visit %s, where number %d is due.", leaf.Number, said.VisitSeq, leaf.VisitID, want)
	}
	return said.VisitSeq
}

// texts holds the texts of an event against the hash that it has of them.
func (v *verification) texts(event Record, p *Payload) {
	switch {
	case event.Payload == "" && p == nil:
	case event.Payload == "":
		v.find("Event %d was given texts afterwards: %s", event.Seq, p.Text)
	case p == nil:
		v.find("The texts of event %d are missing: they were removed, and not erased.", event.Seq)
	case p.holds(event.Payload) != nil:
		v.find("The texts of event %d were changed: they say %s", event.Seq, p.Text)
	case !p.ErasedAt.IsZero():
		v.erased = append(v.erased, happened{event.Seq, event.At})
	}
}

// erasure notes up to when the event says that texts were erased, if it says so.
func (v *verification) erasure(event Record) {
	if event.Action != audit.ActionErase.String() {
		return
	}
	var after map[string]any
	if err := json.Unmarshal(event.After, &after); err != nil {
		return // it was changed, which is found already
	}
	said, _ := after[audit.FieldBefore].(string)
	if to, err := time.Parse(time.RFC3339, said); err == nil && to.After(v.erasedTo) {
		v.erasedTo = to
	}
}

// erasures holds the texts that are erased against what the record says of that, also
// where it is not sealed yet.
func (v *verification) erasures(ctx context.Context) error {
	if len(v.erased) == 0 {
		return nil
	}
	from, err := v.service.store.FirstUnsealed(ctx, true)
	if err != nil {
		return err
	}
	if from > 0 {
		records, err := v.service.store.Unsealed(ctx, from, sealAtOnce)
		if err != nil {
			return err
		}
		for _, record := range records {
			v.erasure(record)
		}
	}
	for _, e := range v.erased {
		if time.UnixMicro(e.at).Before(v.erasedTo) {
			v.report.Erased++
		} else {
			v.find("The texts of event %d were erased, and the record says nothing of that.", e.seq)
		}
	}
	return nil
}

// root compares the tree grown so far with the heads that were signed over it.
func (v *verification) root(size int64) error {
	signed := v.stated[size]
	if len(signed) == 0 {
		return nil
	}
	root, err := tlog.TreeHash(size, v.tree)
	if err != nil {
		return err
	}
	for _, hash := range signed {
		if hash != root {
			v.find("A head over %d leaves was signed that the leaves do not give: the record was rewritten, or there are two of it.", size)
		}
	}
	return nil
}

// compare holds the stored hashes, from which proofs are made, against the tree.
func (v *verification) compare(ctx context.Context, size int64) error {
	const atOnce = 2000
	for from := 0; from < len(v.tree.hashes); from += atOnce {
		some := v.tree.hashes[from:min(from+atOnce, len(v.tree.hashes))]
		indexes := make([]int64, len(some))
		for i := range some {
			indexes[i] = int64(from + i)
		}
		stored, err := v.service.store.Hashes(ctx, indexes)
		if err != nil {
			v.find("The stored tree over %d leaves has holes: %v.", size, err)
		}
		for i, hash := range stored {
			if hash != some[i] {
				v.find("Hash %d of the stored tree is not that of its leaves.", from+i)
			}
		}
	}
	return nil
}

// unsealed looks for events that should have been sealed long ago.
func (v *verification) unsealed(ctx context.Context) error {
	last, err := v.service.store.LastHead(ctx)
	if err != nil || last.Size == 0 {
		return err
	}
	n, err := v.service.store.CountUnsealed(ctx, last.At.Add(-overdue))
	if n > 0 {
		v.find("%d events are older than the last head and in no leaf: their leaves were removed, or they were put in afterwards.", n)
	}
	return err
}
