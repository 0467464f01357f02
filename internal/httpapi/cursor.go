package httpapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"innkeeper/internal/fault"
)

// The sizes of a page.
const (
	DefaultPage = 50
	MaxPage     = 200
)

// ErrCursor is the answer to a cursor that this list never gave.
var ErrCursor = fault.ErrInvalid.WithFields(fault.Field{Pointer: "cursor", Code: "invalid", Detail: "This cursor does not belong to this list."})

// Cursor makes positions in a list opaque, and notices made-up ones.
type Cursor struct{ key []byte }

// NewCursor returns the maker of cursors for a key that all processes share.
func NewCursor(key []byte) Cursor { return Cursor{key: key} }

// Encode returns the position as a text that only Decode reads, for one list.
func (c Cursor) Encode(list string, position any) (*string, error) {
	body, err := json.Marshal(position)
	if err != nil {
		return nil, err
	}
	text := base64.RawURLEncoding.EncodeToString(append(c.sum(list, body), body...))
	return &text, nil
}

// Decode reads a position; the empty text is the beginning and changes nothing.
// It returns ErrCursor for anything that Encode did not make for this list.
func (c Cursor) Decode(list, text string, position any) error {
	if text == "" {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < sumSize {
		return ErrCursor
	}
	if !hmac.Equal(raw[:sumSize], c.sum(list, raw[sumSize:])) {
		return ErrCursor
	}
	if err := json.Unmarshal(raw[sumSize:], position); err != nil {
		return ErrCursor
	}
	return nil
}

const sumSize = 16 // half a SHA-256: a cursor opens nothing, it only has to be ours

func (c Cursor) sum(list string, body []byte) []byte {
	mac := hmac.New(sha256.New, c.key)
	mac.Write([]byte(list))
	mac.Write([]byte{0})
	mac.Write(body)
	return mac.Sum(nil)[:sumSize]
}

// Page is the part of a list that a request asks for.
type Page struct {
	Cursor   string `query:"cursor" doc:"Where the page before ended: its next_cursor." maxLength:"1000"`
	PageSize int    `query:"page_size" default:"50" minimum:"1" maximum:"200" doc:"How many at most."`
}

// pageOf cuts a list that was read with one more than the page holds, and
// returns the position behind it.
func pageOf[T any](c Cursor, list string, items []T, size int, position func(T) any) ([]T, *string, error) {
	if len(items) <= size {
		return items, nil, nil
	}
	items = items[:size]
	next, err := c.Encode(list, position(items[size-1]))
	return items, next, err
}
