// Package repeat owns what becomes of a request that is sent again: a write under a key of
// its sender's has one effect, and whoever has lost its answer gets that answer. What the
// request does is left to its room, how it came to the edge.
package repeat

import (
	"context"
	"encoding/json"
	"time"

	"innkeeper/internal/fault"
)

// Kept is how long a key is remembered.
const Kept = 72 * time.Hour

// forgottenAtOnce bounds one statement of the sweep.
const forgottenAtOnce = 1000

// The answers to who sends a request again that cannot be answered as before.
var (
	// ErrOther is the answer to another request under a key that has been used.
	ErrOther = fault.New(fault.Invalid, "idempotency-key-used", "This Idempotency-Key belongs to another request. Use a new one for each thing that is to be done.")
	// ErrUnanswered is the answer while the first request is under way, and for good when
	// the process ended between what it did and its answer: it is not done again.
	ErrUnanswered = fault.New(fault.Conflict, "idempotency-key-unanswered", "A request with this Idempotency-Key is under way, or was done and its answer was lost. It is not done again: look whether it is done.").WithExtra("retry_after", 2)
)

// Request is a write that may come again.
type Request struct {
	Key   string // names the sender, the operation, and the key that he chose
	Print string // of what is asked for
}

// Answer is what was said to it.
type Answer struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header"`
	Body   []byte            `json:"body"`
}

// Row is a request that had its effect.
type Row struct {
	Print     string
	Sealed    string // its answer; empty: there is none yet
	CreatedAt time.Time
}

// Store keeps them.
type Store interface {
	// Find returns the row of a key; ok is false when there is none.
	Find(ctx context.Context, key string) (row Row, ok bool, err error)
	// Add keeps a new key. ErrUnanswered when it is there already.
	Add(ctx context.Context, r Request, at time.Time) error
	// Answer keeps the answer beside the key, if the key is there.
	Answer(ctx context.Context, key, sealed string) error
	// Forget drops a key; dropping one that is not there does nothing.
	Forget(ctx context.Context, key string) error
	// ForgetBefore drops keys that are older, at most so many, and returns how many.
	ForgetBefore(ctx context.Context, before time.Time, limit int) (int, error)
}

// Tx is the database.
type Tx interface {
	Now(ctx context.Context) (time.Time, error)
	// WithFirst returns a context under which the first transaction that is committed does
	// something more, just before.
	WithFirst(ctx context.Context, do func(ctx context.Context) error) context.Context
}

// Sealer keeps answers from who reads the database: some hold a secret that is shown once.
type Sealer interface {
	Seal(name, secret string) (string, error)
	Open(name, sealed string) (string, error)
}

// Service remembers requests.
type Service struct {
	store  Store
	tx     Tx
	sealer Sealer
}

// New returns the service.
func New(store Store, tx Tx, sealer Sealer) *Service {
	return &Service{store: store, tx: tx, sealer: sealer}
}

// Attempt is a request that is being done, or was done before.
type Attempt struct {
	Done    *Answer // of the first time; nil: it is done now
	request Request
	added   bool // the key, by this attempt
}

// Begin returns the answer to a request that was done, or the context to do it in: with
// its first change the key is kept, in the same transaction, so that there is not one
// without the other. Of many at once one is done; the others are rolled back with
// ErrUnanswered. ErrOther when the key belongs to another request.
func (s *Service) Begin(ctx context.Context, r Request) (within context.Context, a *Attempt, err error) {
	now, err := s.tx.Now(ctx)
	if err != nil {
		return ctx, nil, err
	}
	row, ok, err := s.store.Find(ctx, r.Key)
	if err == nil && ok && !row.CreatedAt.After(now.Add(-Kept)) {
		ok, err = false, s.store.Forget(ctx, r.Key)
	}
	a = &Attempt{request: r}
	switch {
	case err != nil:
		return ctx, nil, err
	case !ok:
		return s.tx.WithFirst(ctx, func(ctx context.Context) error {
			err := s.store.Add(ctx, r, now)
			a.added = err == nil
			return err
		}), a, nil
	case row.Print != r.Print:
		return ctx, nil, ErrOther
	case row.Sealed == "":
		return ctx, nil, ErrUnanswered
	}
	text, err := s.sealer.Open(r.Key, row.Sealed)
	if err != nil {
		return ctx, nil, err
	}
	a.Done = &Answer{}
	return ctx, a, json.Unmarshal([]byte(text), a.Done)
}

// End keeps the answer to a request that was done now. One that was refused, whatever it
// has left behind, may be sent again under its key.
func (s *Service) End(ctx context.Context, a *Attempt, answer Answer) error {
	if !a.added {
		return nil
	}
	if answer.Status < 200 || answer.Status > 299 {
		return s.store.Forget(ctx, a.request.Key)
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	sealed, err := s.sealer.Seal(a.request.Key, string(text))
	if err != nil {
		return err
	}
	return s.store.Answer(ctx, a.request.Key, sealed)
}

// Sweep forgets keys whose time is over. It closes nothing.
func (s *Service) Sweep(ctx context.Context, _ string) (closed int, err error) {
	now, err := s.tx.Now(ctx)
	if err != nil {
		return 0, err
	}
	for n := forgottenAtOnce; n == forgottenAtOnce && err == nil; {
		n, err = s.store.ForgetBefore(ctx, now.Add(-Kept), forgottenAtOnce)
	}
	return 0, err
}
