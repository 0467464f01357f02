package store

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"iter"
	"math/bits"
)

// blockSize is how many numbers of events stand in one block of the index: a set of
// them is a text that PostgreSQL still keeps inside of its row, and ten million events
// are a thousand blocks.
const blockSize = 8192

// hits is the set of the events of one block that have a term, by their place in it.
type hits [blockSize / 64]uint64

func (h *hits) add(place int64) { h[place/64] |= 1 << (place % 64) }

func (h *hits) has(place int64) bool { return h != nil && h[place/64]&(1<<(place%64)) != 0 }

// meet keeps what is in both and reports whether that is anything.
func (h *hits) meet(other *hits) bool {
	some := uint64(0)
	for i := range h {
		h[i] &= other[i]
		some |= h[i]
	}
	return some != 0
}

// countIn is how many events are in the sets.
func countIn(sets map[int64]*hits) (n int) {
	for _, set := range sets {
		for _, word := range set {
			n += bits.OnesCount64(word)
		}
	}
	return n
}

// downwards yields the places, the greatest first.
func (h *hits) downwards() iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for i := len(h) - 1; i >= 0; i-- {
			for word := h[i]; word != 0; {
				bit := 63 - bits.LeadingZeros64(word)
				if !yield(int64(i*64 + bit)) {
					return
				}
				word &^= 1 << bit
			}
		}
	}
}

const (
	mapBytes  = blockSize / 8
	mostPlain = mapBytes/2 - 1 // so many places of two bytes are shorter than the map
)

// text is the set as it is kept: its places, or where there are many, a map of all.
func (h *hits) text() string {
	raw := make([]byte, 0, mapBytes)
	for place := range h.downwards() {
		if len(raw) == 2*mostPlain {
			return h.mapText()
		}
		raw = binary.BigEndian.AppendUint16(raw, uint16(place))
	}
	return base64.RawStdEncoding.EncodeToString(raw)
}

func (h *hits) mapText() string {
	raw := make([]byte, 0, mapBytes)
	for _, word := range h {
		raw = binary.BigEndian.AppendUint64(raw, word)
	}
	return base64.RawStdEncoding.EncodeToString(raw)
}

var errHits = errors.New("the index of the activity log cannot be read")

// read adds what a text holds.
func (h *hits) read(text string) error {
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(raw)%2 != 0 || len(raw) > mapBytes {
		return errHits
	}
	if len(raw) == mapBytes {
		for i := range h {
			h[i] |= binary.BigEndian.Uint64(raw[8*i:])
		}
		return nil
	}
	for ; len(raw) > 0; raw = raw[2:] {
		place := int64(binary.BigEndian.Uint16(raw))
		if place >= blockSize {
			return errHits
		}
		h.add(place)
	}
	return nil
}
