package jobs

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// embeddedWindow bounds the tasks in the queue of this process. The others wait
// in the database: what is rung here is remembered in memory.
const embeddedWindow = 256

// embedded is a Redis inside this process, reached through pipes: no port is
// opened.
type embedded struct {
	server *miniredis.Miniredis
	end    chan struct{}
	ticks  sync.WaitGroup
}

// startEmbedded returns a queue that lives until Close.
func startEmbedded() *embedded {
	e := &embedded{server: miniredis.NewMiniRedis(), end: make(chan struct{})}
	e.ticks.Go(e.age)
	return e
}

// MakeRedisClient returns a client of the embedded server; asynq asks for it.
func (e *embedded) MakeRedisClient() any {
	return redis.NewClient(&redis.Options{
		Addr:                  "embedded",
		Dialer:                func(context.Context, string, string) (net.Conn, error) { return e.server.Dial() },
		DisableIdentity:       true,
		ContextTimeoutEnabled: true,
	})
}

// age lets the expiry times pass: the server does not count time by itself.
func (e *embedded) age() {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-e.end:
			return
		case <-ticker.C:
			e.server.FastForward(time.Second)
		}
	}
}

// Close ends the server, with all that was in it.
func (e *embedded) Close() error {
	close(e.end)
	e.ticks.Wait()
	e.server.Close()
	return nil
}
