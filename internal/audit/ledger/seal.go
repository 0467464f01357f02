package ledger

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

// Store keeps leaves, the hashes of the tree, and heads.
type Store interface {
	// LockSeal lets one seal at a time, until the transaction ends.
	LockSeal(ctx context.Context) error
	// Size is how many leaves there are.
	Size(ctx context.Context) (int64, error)
	// FirstUnsealed returns the number of the oldest event without a leaf, 0 when each
	// has one. Unless all are looked at, only those that may have been committed since
	// the newest leaf was.
	FirstUnsealed(ctx context.Context, all bool) (seq int64, err error)
	// Unsealed returns events without a leaf from a number on, the oldest first.
	Unsealed(ctx context.Context, from int64, limit int) ([]Record, error)
	// AccountSizes returns how many leaves each account has.
	AccountSizes(ctx context.Context, accountIDs []string) (map[string]int64, error)
	// VisitSizes returns how many leaves each visit has.
	VisitSizes(ctx context.Context, visitIDs []string) (map[string]int64, error)
	// Append writes leaves and the hashes of the tree from index first on.
	Append(ctx context.Context, leaves []Leaf, first int64, hashes []tlog.Hash) error
	Hashes(ctx context.Context, indexes []int64) ([]tlog.Hash, error)
	AddHead(ctx context.Context, h Head) error
	// LastHead returns the newest head, the zero one when there is none.
	LastHead(ctx context.Context) (Head, error)
	// LeavesOfVisit returns the leaves of a visit to an account in the scope, also those of
	// what was done in it to others.
	LeavesOfVisit(ctx context.Context, scope principal.Scope, visitID string) ([]Leaf, error)
	// LeavesOfTime returns the leaves of an account in the scope from the last one before
	// the one instant to the first one at or after the other, without a gap; one more
	// than the limit when there are more.
	LeavesOfTime(ctx context.Context, scope principal.Scope, accountID string, from, to time.Time, limit int) ([]Leaf, error)
	// Payloads returns the texts of events by the numbers of these; those without any are
	// left out.
	Payloads(ctx context.Context, seqs []int64) (map[int64]Payload, error)
	// Links returns the notes of the links in their order.
	Links(ctx context.Context) ([]string, error)
	AddLink(ctx context.Context, l Link) error

	// Sealed returns leaves from a number on, each with its event as it is now.
	Sealed(ctx context.Context, from int64, limit int) ([]Sealed, error)
	Heads(ctx context.Context) ([]Head, error)
	// CountUnsealed counts the events without a leaf that are older than the time.
	CountUnsealed(ctx context.Context, before time.Time) (int64, error)
}

// Tx runs transactions and tells the time.
type Tx interface {
	InTx(ctx context.Context, run func(ctx context.Context) error) error
	Now(ctx context.Context) (time.Time, error)
}

// Log writes events.
type Log interface {
	Record(ctx context.Context, by principal.Principal, entry audit.Entry) error
}

// Service seals the record and proves it.
type Service struct {
	store Store
	tx    Tx
	vault Vault
	log   Log
	whole atomic.Bool // everything was looked through once for events without a leaf
}

// New returns the service.
func New(store Store, tx Tx, vault Vault, log Log) *Service {
	return &Service{store: store, tx: tx, vault: vault, log: log}
}

// sealAtOnce is how many events one transaction seals.
const sealAtOnce = 500

// Sweep seals what happened since the last time. It ends nothing, so that it counts none.
func (s *Service) Sweep(ctx context.Context, _ string) (closed int, err error) {
	return 0, s.Seal(ctx)
}

// Seal makes leaves of all events that have none and signs a head over them. Of
// several who seal at once each waits for the other; with nothing new there is no
// new head. What was signed last must be there: where it is not, nothing is sealed any
// more, and ErrStopped says why.
func (s *Service) Seal(ctx context.Context) error {
	from, err := s.store.FirstUnsealed(ctx, !s.whole.Load())
	for err == nil && from > 0 {
		from, err = s.sealSome(ctx, from)
	}
	if err != nil {
		return fmt.Errorf("seal the record: %w", err)
	}
	s.whole.Store(true)
	return nil
}

// sealSome seals events from a number on and returns where to go on, 0 at the end.
func (s *Service) sealSome(ctx context.Context, from int64) (next int64, err error) {
	var st standing
	var head Head
	err = s.tx.InTx(ctx, func(ctx context.Context) error {
		head = Head{}
		if err := s.store.LockSeal(ctx); err != nil {
			return err
		}
		records, err := s.store.Unsealed(ctx, from, sealAtOnce)
		if err != nil || len(records) == 0 {
			return err
		}
		if len(records) == sealAtOnce {
			next = records[sealAtOnce-1].Seq + 1
		}
		if st, err = s.stand(ctx); err != nil {
			return stopped(err)
		}
		leaves, err := s.leaves(ctx, st.size, records)
		if err != nil {
			return err
		}
		head, err = s.grow(ctx, st, leaves)
		return err
	})
	if err == nil && head.Note != "" {
		err = s.keep(st.chain, head)
	}
	return next, err
}

// stopped makes what keeps the record from being sealed an answer.
func stopped(err error) error {
	if errors.Is(err, ErrKey) || errors.Is(err, ErrBehind) || errors.Is(err, ErrBroken) {
		return ErrStopped.WithCause(err)
	}
	return err
}

func (s *Service) leaves(ctx context.Context, size int64, records []Record) ([]Leaf, error) {
	var accountIDs, visitIDs []string
	for _, r := range records {
		accountIDs = append(accountIDs, r.AccountID)
		if r.ImpersonationID != "" {
			visitIDs = append(visitIDs, r.ImpersonationID)
		}
	}
	sizes, err := s.store.AccountSizes(ctx, accountIDs)
	if err != nil {
		return nil, err
	}
	visits, err := s.store.VisitSizes(ctx, visitIDs)
	if err != nil {
		return nil, err
	}
	leaves := make([]Leaf, len(records))
	salts := make([]byte, saltSize*len(records))
	if _, err := rand.Read(salts); err != nil {
		return nil, err
	}
	for i, r := range records {
		sizes[r.AccountID]++
		r.AccountSeq = sizes[r.AccountID]
		if r.ImpersonationID != "" {
			visits[r.ImpersonationID]++
			r.VisitSeq = visits[r.ImpersonationID]
		}
		text, err := r.canonical()
		if err != nil {
			return nil, err
		}
		leaves[i] = Leaf{
			Number: size + int64(i), Seq: r.Seq, AccountID: r.AccountID, AccountSeq: r.AccountSeq, VisitID: r.ImpersonationID,
			Salt: base64.StdEncoding.EncodeToString(salts[i*saltSize : (i+1)*saltSize]), Text: text,
		}
	}
	return leaves, nil
}

// grow adds leaves to the tree and signs its new head.
func (s *Service) grow(ctx context.Context, st standing, leaves []Leaf) (Head, error) {
	fresh := &growing{first: tlog.StoredHashCount(st.size), below: s.reader(ctx)}
	for _, leaf := range leaves {
		hash, err := leaf.hash()
		if err != nil {
			return Head{}, err
		}
		hashes, err := tlog.StoredHashesForRecordHash(leaf.Number, hash, fresh)
		if err != nil {
			return Head{}, err
		}
		fresh.hashes = append(fresh.hashes, hashes...)
	}
	size := st.size + int64(len(leaves))
	root, err := tlog.TreeHash(size, fresh)
	if err != nil {
		return Head{}, err
	}
	if err := s.store.Append(ctx, leaves, fresh.first, fresh.hashes); err != nil {
		return Head{}, err
	}
	return s.signHead(ctx, st.signer, st.chain.epoch(), tlog.Tree{N: size, Hash: root})
}

// signHead signs a head and writes it.
func (s *Service) signHead(ctx context.Context, signer *Signer, epoch int64, tree tlog.Tree) (Head, error) {
	now, err := s.tx.Now(ctx)
	if err != nil {
		return Head{}, err
	}
	head, err := signer.head(epoch, tree, now)
	if err != nil {
		return Head{}, err
	}
	return head, s.store.AddHead(ctx, head)
}

func (s *Service) reader(ctx context.Context) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) { return s.store.Hashes(ctx, indexes) })
}

// growing is the tree with hashes that are not stored yet.
type growing struct {
	first  int64
	hashes []tlog.Hash
	below  tlog.HashReader
}

// ReadHashes returns the hashes at the indexes, fresh or stored.
func (g *growing) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var stored []int64
	for _, i := range indexes {
		if i < g.first {
			stored = append(stored, i)
		}
	}
	var old []tlog.Hash
	if len(stored) > 0 {
		var err error
		if old, err = g.below.ReadHashes(stored); err != nil {
			return nil, err
		}
	}
	all := make([]tlog.Hash, len(indexes))
	for at, i := range indexes {
		if i < g.first {
			all[at], old = old[0], old[1:]
		} else {
			all[at] = g.hashes[i-g.first]
		}
	}
	return all, nil
}
