package jobs

import (
	"errors"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// The queues. They hold nothing that is not in the database as well.
const (
	jobQueue   = "innkeeper"
	sweepQueue = "innkeeper-sweep"
)

// reply is how long the queue may take to answer before it counts as away.
const reply = 2 * time.Second

// broker is the connection to the queue, in this process or in Redis.
type broker struct {
	conn      redis.UniversalClient
	client    atomic.Pointer[asynq.Client]
	inspector *asynq.Inspector
	window    int // how many tasks may be in the queue at a time
	close     func() error
	away      atomic.Bool
	log       *slog.Logger
}

// openBroker returns the queue that the address names; empty: one of our own. It
// does not wait for an answer.
func openBroker(address string, log *slog.Logger) (*broker, error) {
	if address == "" {
		inside := startEmbedded()
		conn := inside.MakeRedisClient().(redis.UniversalClient)
		return newBroker(conn, embeddedWindow, log, func() error {
			return errors.Join(conn.Close(), inside.Close())
		}), nil
	}
	conn, err := dialRedis(address)
	if err != nil {
		return nil, err
	}
	return newBroker(conn, redisWindow, log, conn.Close), nil
}

func newBroker(conn redis.UniversalClient, window int, log *slog.Logger, closeAll func() error) *broker {
	b := &broker{
		conn: conn, inspector: asynq.NewInspectorFromRedisClient(conn), window: window, log: log, close: closeAll,
	}
	b.client.Store(asynq.NewClientFromRedisClient(conn))
	return b
}

// info returns the state of a queue; the zero state for one that is not there.
func (b *broker) info(queue string) (asynq.QueueInfo, error) {
	info, err := b.inspector.GetQueueInfo(queue)
	if err == nil {
		return *info, b.seen(nil)
	}
	queues, failed := b.inspector.Queues()
	switch {
	case failed != nil:
		return asynq.QueueInfo{}, b.seen(err)
	case !slices.Contains(queues, queue):
		// Nothing was ever put in, or the server forgot everything: the client
		// believes that it has announced the queue, so it is replaced.
		b.client.Store(asynq.NewClientFromRedisClient(b.conn))
		return asynq.QueueInfo{}, b.seen(nil)
	}
	// The queue came into being between the two questions.
	if info, err = b.inspector.GetQueueInfo(queue); err != nil {
		return asynq.QueueInfo{}, b.seen(err)
	}
	return *info, b.seen(nil)
}

// room returns how many further tasks a queue may take.
func (b *broker) room(queue string) (int, error) {
	info, err := b.info(queue)
	return b.window - info.Pending - info.Active, err
}

// seen notes whether the queue answered and logs each change once.
func (b *broker) seen(err error) error {
	away := err != nil
	if b.away.Swap(away) == away {
		return err
	}
	if away {
		b.log.Warn("the queue is away; what is promised waits in the outbox", slog.Any("error", err))
	} else {
		b.log.Info("the queue is back")
	}
	return err
}
