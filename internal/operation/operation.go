// Package operation owns slow work that a person has asked for and follows: how far it is,
// what became of it, and the file that it made. What the work is, and how far it reaches,
// is left to the room that asked for it.
//
//	QUEUED ── a job takes it ──▶ RUNNING ──▶ SUCCEEDED ── a day later: the file is gone
//	   │                           │  └─────▶ FAILED
//	   └────────── cancel ─────────┴────────▶ CANCELLED
//
// A job that is killed begins the work anew, for an hour; what is not done then, or given up
// by the outbox, has failed. An operation belongs to the person who asked,
// in the account by which he did; nobody else finds it.
package operation

import (
	"context"
	"io"
	"time"

	"innkeeper/internal/principal"
)

// Kind says what the work is: dotted, chosen once and for ever.
type Kind string

// State is how far an operation is.
type State string

// The states.
const (
	Queued    State = "queued"
	Running   State = "running"
	Succeeded State = "succeeded"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Operation is one piece of slow work.
type Operation struct {
	ID        string
	Kind      Kind
	State     State
	Person    principal.Person // who asked
	AccountID string           // by which he did
	Account   string           // its name
	Input     string           // what the room needs to know, as JSON
	Percent   int
	ErrorCode string
	Error     string // in a sentence for people
	FileName  string // as it is downloaded
	FileSize  int64
	CreatedAt time.Time
	StartedAt time.Time
	EndedAt   time.Time
	ExpiresAt time.Time // when the file goes; zero when there is none
}

// Ended reports whether nothing will change any more but the file.
func (o Operation) Ended() bool { return !o.EndedAt.IsZero() }

// HasFile reports whether there is something to download.
func (o Operation) HasFile() bool { return o.State == Succeeded && !o.ExpiresAt.IsZero() }

// at is the operation as it is told at a time: a file that has had its day is none, swept
// or not.
func (o Operation) at(now time.Time) Operation {
	if !now.Before(o.ExpiresAt) {
		o.ExpiresAt = time.Time{}
	}
	return o
}

// Runner does the work of a kind as the person who asked, with the rights that he has when
// it begins. It writes the file and says now and then how far it is; an error of that ends
// it.
type Runner func(ctx context.Context, by principal.Principal, o Operation, file io.Writer, told func(percent int) error) error

// Content is a file that an operation has made.
type Content struct {
	io.ReadCloser
	Name string
	Size int64
}
