package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

// Format is the format of receipts that this version writes and reads.
const Format = "innkeeper-receipt-1"

// Receipt is everything recorded of one visit, with what it takes to check it
// without us: each record's path to a signed head.
type Receipt struct {
	Format          string `json:"format"`
	ImpersonationID string `json:"impersonation_id"`
	Proof
}

// Proof is records with their paths to one head, and what it takes to check them.
type Proof struct {
	Records []Proven `json:"records"` // oldest first
	Head    string   `json:"head"`    // the signed head, a note
	Key     string   `json:"key"`     // the public key that signed it
	Links   []string `json:"links,omitempty"`
	Limit   string   `json:"limit"`
}

// Proven is one record with its path to the head.
type Proven struct {
	Leaf   int64    `json:"leaf"`
	Salt   string   `json:"salt"`
	Text   string   `json:"text"` // the record itself, to the byte
	Proof  []string `json:"proof"`
	Beside          // what the record holds the hash of
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
	proof, err := s.prove(ctx, leaves)
	return Receipt{Format: Format, ImpersonationID: visitID, Proof: proof}, err
}

// prove returns the paths of leaves to the last head, ErrNothing when there are none.
func (s *Service) prove(ctx context.Context, leaves []Leaf) (Proof, error) {
	if len(leaves) == 0 {
		return Proof{}, ErrNothing
	}
	c, _, err := s.links(ctx)
	if err != nil {
		return Proof{}, err
	}
	head, err := s.store.LastHead(ctx)
	if err != nil {
		return Proof{}, err
	}
	said, err := c.open(head.Note)
	if err != nil {
		return Proof{}, err
	}
	seqs := make([]int64, len(leaves))
	for i, leaf := range leaves {
		seqs[i] = leaf.Seq
	}
	payloads, err := s.store.Payloads(ctx, seqs)
	if err != nil {
		return Proof{}, err
	}
	leaves = slices.DeleteFunc(leaves, func(l Leaf) bool { return l.Number >= head.Size }) // sealed after the head that was read
	paths, err := s.paths(ctx, head.Size, leaves)
	if err != nil {
		return Proof{}, err
	}
	proof := Proof{Head: head.Note, Key: said.key, Links: c.notes(), Limit: limit}
	for i, leaf := range leaves {
		p := Proven{Leaf: leaf.Number, Salt: leaf.Salt, Text: leaf.Text, Proof: make([]string, len(paths[i])), Beside: payloads[leaf.Seq].Beside()}
		for j, hash := range paths[i] {
			p.Proof[j] = hash.String()
		}
		proof.Records = append(proof.Records, p)
	}
	return proof, nil
}

// paths returns the path of each leaf to the head of a tree of the size. All their hashes
// are read at once: first each path says which it needs.
func (s *Service) paths(ctx context.Context, size int64, leaves []Leaf) ([]tlog.RecordProof, error) {
	known := make(map[int64]tlog.Hash)
	prove := func(from tlog.HashReaderFunc) ([]tlog.RecordProof, error) {
		paths := make([]tlog.RecordProof, len(leaves))
		for i, leaf := range leaves {
			var err error
			if paths[i], err = tlog.ProveRecord(size, leaf.Number, from); err != nil {
				return nil, fmt.Errorf("prove leaf %d: %w", leaf.Number, err)
			}
		}
		return paths, nil
	}
	_, err := prove(func(indexes []int64) ([]tlog.Hash, error) {
		for _, i := range indexes {
			known[i] = tlog.Hash{}
		}
		return make([]tlog.Hash, len(indexes)), nil
	})
	if err != nil {
		return nil, err
	}
	needed := slices.Sorted(maps.Keys(known))
	hashes, err := s.store.Hashes(ctx, needed)
	if err != nil {
		return nil, err
	}
	for i, index := range needed {
		known[index] = hashes[i]
	}
	return prove(func(indexes []int64) ([]tlog.Hash, error) {
		of := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			of[i] = known[index]
		}
		return of, nil
	})
}

// StatementFormat is the format of statements that this version writes and reads.
const StatementFormat = "innkeeper-statement-1"

// Statement is everything that was recorded of an account in a time, by whomever: it
// proves who was in the account then and what others changed, and if nobody was and
// nothing was, that too.
//
// The records of an account are numbered without gaps. Those of the statement begin
// with its first record, or with one that is older than the time by more than the
// longest visit; they end with one that is not before the end of the time. So none can
// be left out, and no visit can lie across it unseen.
type Statement struct {
	Format    string    `json:"format"`
	AccountID string    `json:"account_id"`
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
	Proof
}

const (
	// longestVisit is longer than any visit may be set to last.
	longestVisit = 24 * time.Hour
	// statedAtMost is how many records one statement has.
	statedAtMost = 5000
)

// ActionState is somebody's asking for a statement: its event is what the statement
// ends with.
var ActionState = audit.NewAction("access-history.statement", "{actor} asked for a statement of who was in {account}.")

// OfTime returns the statement of the time between two instants about the principal's
// account; a zero To is now. ErrNotYet when it is not over, ErrTooLong when there is
// too much in it.
func (s *Service) OfTime(ctx context.Context, by principal.Principal, from, to time.Time) (Statement, error) {
	now, err := s.tx.Now(ctx)
	if err != nil {
		return Statement{}, err
	}
	if to.IsZero() {
		to = now
	}
	if to.After(now) || !from.Before(to) {
		return Statement{}, ErrNotYet
	}
	err = s.tx.InTx(ctx, func(ctx context.Context) error {
		return s.log.Record(ctx, by, audit.Entry{
			Action: ActionState, Account: by.Subject, Result: audit.Viewed,
			Object: audit.Object{Kind: audit.ThingAccount, ID: by.Subject.ID, Name: by.Subject.Name},
			After:  audit.Fields{"from": inNote(from), "to": inNote(to)},
		})
	})
	if err != nil {
		return Statement{}, err
	}
	if err := s.Seal(ctx); err != nil {
		return Statement{}, err
	}
	leaves, err := s.store.LeavesOfTime(ctx, by.Scope(), by.Subject.ID, from.Add(-longestVisit), to, statedAtMost)
	if err != nil {
		return Statement{}, err
	}
	if len(leaves) > statedAtMost {
		return Statement{}, ErrTooLong
	}
	proof, err := s.prove(ctx, leaves)
	return Statement{Format: StatementFormat, AccountID: by.Subject.ID, From: from.UTC(), To: to.UTC(), Proof: proof}, err
}
