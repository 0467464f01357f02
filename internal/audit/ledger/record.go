package ledger

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Record is an event as it is sealed: every field of its row, in this order.
// Before and After are the texts that the row has. Reason, IP and UserAgent are empty in
// it where Payload is the hash of them; events of older versions have them here.
type Record struct {
	Seq             int64           `json:"seq"`
	AccountSeq      int64           `json:"account_seq"`
	At              int64           `json:"at"` // microseconds since 1970, UTC
	ActorKind       string          `json:"actor_kind"`
	ActorID         string          `json:"actor_id"`
	ActorName       string          `json:"actor_name"`
	ActorRole       string          `json:"actor_role"`
	ActorAccountID  string          `json:"actor_account_id"`
	ActorEmployer   string          `json:"actor_employer"`
	SubjectID       string          `json:"subject_id"`
	SubjectName     string          `json:"subject_name"`
	AccountID       string          `json:"account_id"`
	AccountName     string          `json:"account_name"`
	AccountPath     string          `json:"account_path"`
	ImpersonationID string          `json:"impersonation_id"`
	VisitSeq        int64           `json:"impersonation_seq,omitempty"` // in the visit, from 1, without gaps; 0 in none, and in records of older versions
	LoginSessionID  string          `json:"login_session_id"`
	Method          string          `json:"method"`
	Action          string          `json:"action"`
	ObjectKind      string          `json:"object_kind"`
	ObjectID        string          `json:"object_id"`
	ObjectName      string          `json:"object_name"`
	Before          json.RawMessage `json:"before,omitempty"`
	After           json.RawMessage `json:"after,omitempty"`
	Result          string          `json:"result"`
	Reason          string          `json:"reason"`
	IP              string          `json:"ip"`
	UserAgent       string          `json:"user_agent"`
	RequestID       string          `json:"request_id"`
	TraceID         string          `json:"trace_id,omitempty"`
	ProvedAt        int64           `json:"proved_at,omitempty"` // when the actor had last proved who he is
	TokenScopes     string          `json:"token_scopes,omitempty"`
	Payload         string          `json:"payload,omitempty"` // base64 of SHA-256(salt || texts)
}

// canonical returns the text that is hashed: the same for the same row, always.
func (r Record) canonical() (string, error) {
	text, err := json.Marshal(r)
	return string(text), err
}

// saltSize keeps the hash of a guessable event from telling that the guess is right.
const saltSize = 16

// Leaf is one sealed event.
type Leaf struct {
	Number     int64 // in the log, from 0
	Seq        int64 // of the event
	AccountID  string
	AccountSeq int64 // in the account, from 1, without gaps
	VisitID    string
	Salt       string // base64
	Text       string // the canonical text of the record
}

// hash returns the hash of the leaf (RFC 6962 §2.1) over salt and text.
func (l Leaf) hash() (tlog.Hash, error) {
	return leafHash(l.Salt, l.Text)
}

// ID names the leaf wherever it goes: its hash in hexadecimal digits, which no other leaf
// has because of the salt.
func (l Leaf) ID() (string, error) {
	hash, err := l.hash()
	return hex.EncodeToString(hash[:]), err
}

func leafHash(salt, text string) (tlog.Hash, error) {
	raw, err := base64.StdEncoding.DecodeString(salt)
	if err != nil || len(raw) != saltSize {
		return tlog.Hash{}, fmt.Errorf("%w: its salt is not one", ErrBroken)
	}
	return tlog.RecordHash(append(raw, text...)), nil
}
