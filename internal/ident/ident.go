// Package ident makes identifiers: a prefix that says what a thing is, and a
// UUIDv7 inside, so that ids sort by the time they were made. They are opaque to
// everybody else and the same text in the database, the API and the log.
package ident

import (
	"encoding/binary"
	"time"

	"github.com/google/uuid"
)

// The prefixes, chosen once and for ever.
const (
	Account      = "acc"
	Person       = "per"
	Plan         = "pln"
	Session      = "ses"
	Visit        = "imp"
	Invitation   = "inv"
	Notification = "ntf"
	Mail         = "eml"
	Job          = "job"
	Domain       = "dom"
	Record       = "rec"
	Mailbox      = "mbx"
	Unlock       = "unl"
	FileChange   = "fch"
	Request      = "req"
	Ask          = "ask"
	Token        = "tok"
	Announcement = "ann"
	Link         = "lnk"
	Passkey      = "pky"
	Operation    = "opr"
	SavedFilter  = "sfl"
)

// New returns a fresh id such as "acc_0190a5f2-…". Ids made later sort later.
func New(prefix string) string {
	return prefix + "_" + uuid.Must(uuid.NewV7()).String()
}

// First returns what sorts before every id of the prefix that was made at t or
// later, and behind those made in an earlier millisecond (RFC 9562 §5.7).
func First(prefix string, t time.Time) string {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], uint64(t.UnixMilli())<<16)
	return prefix + "_" + id.String()
}
