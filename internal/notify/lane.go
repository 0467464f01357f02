package notify

import (
	"strings"
	"sync"
	"time"
)

const (
	laneWidth = 2           // messages on their way to one domain at a time, from one process
	laneWait  = time.Second // until a message looks again whether its lane is free
	laneWhy   = "other messages to the same domain are on their way"
)

// lanes keep the messages to one domain from taking all workers: a server that is
// slow to answer for one domain holds up nobody else.
type lanes struct {
	mu   sync.Mutex
	busy map[string]int
}

// enter takes a place on the way to the domain of an address, and returns what
// gives it back; ok is false when there is none.
func (l *lanes) enter(address string) (leave func(), ok bool) {
	domain := strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy[domain] >= laneWidth {
		return nil, false
	}
	l.busy[domain]++
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.busy[domain]--; l.busy[domain] == 0 {
			delete(l.busy, domain)
		}
	}, true
}
