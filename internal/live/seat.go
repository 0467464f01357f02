package live

import "sync"

// Seat is one open stream's place in the hub.
type Seat struct {
	hub      *Hub
	listener Listener
	wake     chan struct{}

	once sync.Once
	over chan struct{}
	why  error
}

// Wake is readable when the stream should look again. Several changes are one look.
func (s *Seat) Wake() <-chan struct{} { return s.wake }

// Over is closed when the stream has to end; Why then says for what reason.
func (s *Seat) Over() <-chan struct{} { return s.over }

// Why returns ErrStopping or ErrReplaced once the seat is over.
func (s *Seat) Why() error { return s.why }

// Leave gives the seat back.
func (s *Seat) Leave() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.hub.remove(s)
}

func (s *Seat) rouse() {
	select {
	case s.wake <- struct{}{}:
	default: // it will look anyway
	}
}

func (s *Seat) end(why error) {
	s.once.Do(func() {
		s.why = why
		close(s.over)
	})
}
