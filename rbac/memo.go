package rbac

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// question is what Casbin decides on. It is the memo's key as it is: joined into one
// string two questions could collide.
type question struct {
	role, kind, act, relation, mode string
}

const (
	// memoSlots is several times the questions that an installation asks again and again.
	memoSlots = 1 << 12
	// memoLimit is several times what the words of a policy can be combined to; behind it
	// answers are no longer kept, so that odd words cannot fill the memory.
	memoLimit = 1 << 16
)

// memo keeps answers. It is read and written without a lock: an entry never changes, and
// is only ever put in front of those that share its slot.
type memo struct {
	slots [memoSlots]atomic.Pointer[entry]
	kept  atomic.Int64
}

type entry struct {
	question question
	answer   bool
	next     *entry
}

var memoSeed = maphash.MakeSeed()

func (m *memo) get(q *question) (answer, known bool) {
	for e := m.slots[q.slot()].Load(); e != nil; e = e.next {
		if e.question == *q {
			return e.answer, true
		}
	}
	return false, false
}

// put keeps the answer. Two who asked at once may both put it, which does no harm.
func (m *memo) put(q *question, answer bool) {
	if m.kept.Add(1) > memoLimit {
		return
	}
	e, slot := &entry{question: q.clone(), answer: answer}, &m.slots[q.slot()]
	for {
		e.next = slot.Load()
		if slot.CompareAndSwap(e.next, e) {
			return
		}
	}
}

// slot hashes the two words of which there are many, and tells the few kinds, relations and
// modes apart by a letter; a poor hash would only be slow.
func (q *question) slot() uint64 {
	h := maphash.String(memoSeed, q.act) + 31*maphash.String(memoSeed, q.role)
	for _, word := range [...]string{q.kind, q.relation, q.mode} {
		if word != "" {
			h = 31*h + uint64(word[0])
		}
	}
	return h % memoSlots
}

// clone copies the words, which may be parts of a request's buffer.
func (q *question) clone() question {
	return question{
		role: strings.Clone(q.role), kind: strings.Clone(q.kind), act: strings.Clone(q.act),
		relation: strings.Clone(q.relation), mode: strings.Clone(q.mode),
	}
}
