package rbac

import (
	"encoding/binary"
	"strings"
	"sync/atomic"
)

// question is what Casbin decides on. It is a memo's key as it is: joined into one
// string two questions could collide.
type question struct {
	role, kind, act, relation, mode string
}

// visited is the whole question of somebody who acts for another: what is asked in the
// subject's name, who the visitor is to the subject, and the operation's class. Its answer
// rests on these words and the policy alone, so that it can be kept as one.
type visited struct {
	question
	visitor, subject, stands string // the actor's role, the subject's kind, and where that stands
	class                    Class
}

const (
	// memoSlots is several times the questions that an installation asks again and again.
	memoSlots = 1 << 12
	// memoLimit is several times what the words of a policy can be combined to; behind it
	// answers are no longer kept, so that odd words cannot fill the memory.
	memoLimit = 1 << 16
)

// memo keeps answers to questions of one type. It is read and written without a lock: an
// entry never changes, and is only ever put in front of those that share its slot.
type memo[Q comparable] struct {
	slots [memoSlots]atomic.Pointer[entry[Q]]
	kept  atomic.Int64
}

type entry[Q comparable] struct {
	question Q
	answer   bool
	next     *entry[Q]
}

func (m *memo[Q]) get(slot uint64, q *Q) (answer, known bool) {
	for e := m.slots[slot%memoSlots].Load(); e != nil; e = e.next {
		if e.question == *q {
			return e.answer, true
		}
	}
	return false, false
}

// put keeps the answer. Two who asked at once may both put it, which does no harm.
func (m *memo[Q]) put(slot uint64, q Q, answer bool) {
	if m.kept.Add(1) > memoLimit {
		return
	}
	e, first := &entry[Q]{question: q, answer: answer}, &m.slots[slot%memoSlots]
	for {
		e.next = first.Load()
		if first.CompareAndSwap(e.next, e) {
			return
		}
	}
}

// slot hashes the two words of which there are many, and tells the few kinds, relations and
// modes apart by a letter; a poor hash would only be slow.
func (q *question) slot() uint64 {
	return stir(mix(q.act)*odd + mix(q.role) + letter(q.kind)<<8 + letter(q.relation)<<16 + letter(q.mode)<<24)
}

func (q *visited) slot() uint64 {
	return stir(q.question.slot() + mix(q.visitor) + letter(q.subject)<<8 + letter(q.stands)<<16 + letter(string(q.class))<<24)
}

// odd is a large odd number of no pattern: a product with it spreads every bit upwards.
const odd = 0x9E3779B97F4A7C15

// mix is a number of a word's first and last eight bytes and its length.
func mix(word string) uint64 {
	n := len(word)
	if n < 8 {
		h := uint64(n)
		for i := range n {
			h = h<<8 + uint64(word[i])
		}
		return h * odd
	}
	first, last := binary.LittleEndian.Uint64([]byte(word[:8])), binary.LittleEndian.Uint64([]byte(word[n-8:]))
	return (first*odd ^ last + uint64(n)) * odd
}

func letter(word string) uint64 {
	if word == "" {
		return 0
	}
	return uint64(word[0])
}

// stir brings the upper bits, which depend on all, down to where the slot is taken from.
func stir(h uint64) uint64 {
	h *= odd
	return h ^ h>>32
}

// clone copies the words, which may be parts of a request's buffer.
func (q *question) clone() question {
	return question{
		role: strings.Clone(q.role), kind: strings.Clone(q.kind), act: strings.Clone(q.act),
		relation: strings.Clone(q.relation), mode: strings.Clone(q.mode),
	}
}

func (q *visited) clone() visited {
	return visited{
		question: q.question.clone(),
		visitor:  strings.Clone(q.visitor), subject: strings.Clone(q.subject), stands: strings.Clone(q.stands),
		class: Class(strings.Clone(string(q.class))),
	}
}
