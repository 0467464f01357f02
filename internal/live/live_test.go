package live_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"innkeeper/internal/live"
)

const every = 500 * time.Millisecond

// book is a record in memory whose events become visible when the test says so.
type book struct {
	mu    sync.Mutex
	seqs  map[int64]live.Change
	read  int64
	asked int
	fail  error
}

func (b *book) add(seq int64, visit bool, accounts ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seqs[seq] = live.Change{Seq: seq, Accounts: accounts, Visit: visit}
}

func (b *book) Mark(context.Context) (live.Mark, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	m := live.Mark{ReadAt: b.read, Held: int64(len(b.seqs))}
	for seq := range b.seqs {
		m.Newest = max(m.Newest, seq)
		if m.Oldest == 0 || seq < m.Oldest {
			m.Oldest = seq
		}
	}
	return m, b.fail
}

func (b *book) Changes(_ context.Context, from live.Mark) ([]live.Change, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found []live.Change
	for seq, c := range b.seqs {
		if seq >= from.Oldest {
			found = append(found, c)
		}
	}
	return found, nil
}

func open(t *testing.T) (*book, *live.Hub) {
	t.Helper()
	b := &book{seqs: map[int64]live.Change{1: {Seq: 1}}}
	h := live.New(b, live.Config{Every: every, Most: 2})
	t.Cleanup(h.Close)
	return b, h
}

// woken reports whether the seat is woken by the next look.
func woken(s *live.Seat) bool {
	time.Sleep(every)
	synctest.Wait()
	select {
	case <-s.Wake():
		return true
	default:
		return false
	}
}

func TestOnlyThoseConcernedAreWoken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, h := open(t)
		bakery := h.Join(live.Listener{PersonID: "mila", Accounts: []string{"bakery"}})
		staff := h.Join(live.Listener{PersonID: "ada", Accounts: []string{"house"}, Everybody: true})
		if !woken(bakery) || !woken(staff) {
			t.Fatal("who joined before the first look was not woken by it")
		}
		for _, c := range []struct {
			what          string
			happens       func()
			bakery, staff bool
		}{
			{"nothing", func() {}, false, false},
			{"something in the bakery", func() { b.add(10, false, "house", "bakery") }, true, true},
			{"something elsewhere", func() { b.add(11, false, "school") }, false, false},
			{"a visit elsewhere", func() { b.add(13, true, "school") }, false, true},
			{"an event that was committed late", func() { b.add(12, false, "bakery") }, true, false},
			{"something for everybody", h.WakeAll, true, true},
			{"the marks cannot be read", func() { b.fail = errors.New("away") }, true, true},
		} {
			c.happens()
			if got := woken(bakery); got != c.bakery {
				t.Errorf("%s: the bakery is woken: %v, want %v", c.what, got, c.bakery)
			}
			select {
			case <-staff.Wake():
				if !c.staff {
					t.Errorf("%s: staff are woken", c.what)
				}
			default:
				if c.staff {
					t.Errorf("%s: staff are not woken", c.what)
				}
			}
		}
	})
}

func TestNobodyLooksWhileNobodySitsThere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, h := open(t)
		s := h.Join(live.Listener{PersonID: "mila"})
		time.Sleep(10 * every)
		synctest.Wait()
		if b.asked < 10 || b.asked > 12 {
			t.Errorf("in ten intervals the marks were read %d times, want once in each", b.asked)
		}
		s.Leave()
		time.Sleep(2 * every)
		synctest.Wait()
		before := b.asked
		time.Sleep(time.Minute)
		if b.asked != before {
			t.Errorf("with nobody there the marks were read %d times more", b.asked-before)
		}
		if again := h.Join(live.Listener{PersonID: "mila"}); !woken(again) {
			t.Error("who comes later is not woken by the first look")
		}
	})
}

func TestTheOldestSeatMakesRoom(t *testing.T) {
	t.Parallel()
	_, h := open(t)
	first, second := h.Join(live.Listener{PersonID: "mila"}), h.Join(live.Listener{PersonID: "mila"})
	other := h.Join(live.Listener{PersonID: "ada"})
	third := h.Join(live.Listener{PersonID: "mila"})
	<-first.Over()
	if !errors.Is(first.Why(), live.ErrReplaced) || h.Seats() != 3 {
		t.Errorf("the first is over with %v and %d sit there, want ErrReplaced and 3", first.Why(), h.Seats())
	}
	h.Close()
	for _, s := range []*live.Seat{second, other, third, h.Join(live.Listener{PersonID: "late"})} {
		<-s.Over()
		if !errors.Is(s.Why(), live.ErrStopping) {
			t.Errorf("Why() = %v, want ErrStopping", s.Why())
		}
	}
}
