package ledger

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"innkeeper/internal/audit"
)

// Payload is the texts of an event that may be erased one day. They stand beside the
// event, which holds their salted hash alone, and so does its leaf: erased, the proof
// still holds, and nobody can guess from the hash what they were, because the salt is
// erased with them.
type Payload struct {
	Salt     string // base64
	Text     string // the canonical text of them
	ErasedAt time.Time
}

// Beside is a payload beside its record, as it is given out.
type Beside struct {
	TextsSalt     string     `json:"texts_salt,omitempty"`
	Texts         string     `json:"texts,omitempty"` // to the byte
	TextsErasedAt *time.Time `json:"texts_erased_at,omitempty"`
}

// Beside returns the payload as it is given out.
func (p Payload) Beside() Beside {
	b := Beside{TextsSalt: p.Salt, Texts: p.Text}
	if !p.ErasedAt.IsZero() {
		b.TextsErasedAt = &p.ErasedAt
	}
	return b
}

func (b Beside) payload() Payload {
	p := Payload{Salt: b.TextsSalt, Text: b.Texts}
	if b.TextsErasedAt != nil {
		p.ErasedAt = *b.TextsErasedAt
	}
	return p
}

// texts are what a payload holds, in this order.
type texts struct {
	Reason    string `json:"reason"`
	IP        string `json:"ip"`
	UserAgent string `json:"user_agent"`
}

// PayloadOf returns the texts of an event as they are kept, with the hash that the event
// holds of them; ok is false when there are none.
func PayloadOf(e audit.Event) (p Payload, hash string, ok bool, err error) {
	said := texts{Reason: e.Reason, IP: e.IP, UserAgent: e.UserAgent}
	if said == (texts{}) {
		return p, "", false, nil
	}
	text, err := json.Marshal(said)
	if err != nil {
		return p, "", false, err
	}
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return p, "", false, err
	}
	p = Payload{Salt: base64.StdEncoding.EncodeToString(salt), Text: string(text)}
	return p, hashOf(salt, p.Text), true, nil
}

// Read gives an event its texts back, or the instant at which they were erased. Texts
// that cannot be read, which only somebody who changed the row can have written, are none.
func (p Payload) Read(e *audit.Event) {
	var said texts
	if err := json.Unmarshal([]byte(p.Text), &said); err != nil {
		said = texts{}
	}
	e.Reason, e.IP, e.UserAgent, e.TextsErasedAt = said.Reason, said.IP, said.UserAgent, p.ErasedAt
}

func hashOf(salt []byte, text string) string {
	sum := sha256.Sum256(slices.Concat(salt, []byte(text)))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// holds returns nil when the texts are those of the hash, or are erased.
func (p Payload) holds(hash string) error {
	erased := !p.ErasedAt.IsZero()
	if erased && p.Text == "" && p.Salt == "" {
		return nil
	}
	salt, err := base64.StdEncoding.DecodeString(p.Salt)
	if erased || err != nil || len(salt) != saltSize || hashOf(salt, p.Text) != hash {
		return fmt.Errorf("%w: its texts are not those that were sealed", ErrBroken)
	}
	return nil
}
