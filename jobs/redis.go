package jobs

import (
	"errors"
	"net/url"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// redisWindow bounds the tasks in Redis: enough for every worker to have some at
// hand, so few that a flushed queue is soon rung again.
const redisWindow = 1024

// errAddress never repeats the address: it may hold a password.
var errAddress = errors.New("the Redis address must look like redis://user:password@host:6379/0")

// dialRedis returns a client of the server that the address names. Nothing is
// connected yet.
func dialRedis(address string) (redis.UniversalClient, error) {
	parsed, err := asynq.ParseRedisURI(address)
	if err != nil {
		return nil, errAddress
	}
	option, ok := parsed.(asynq.RedisClientOpt)
	if !ok { // sentinels bring their own client
		conn, ok := parsed.MakeRedisClient().(redis.UniversalClient)
		if !ok {
			return nil, errAddress
		}
		return conn, nil
	}
	if u, err := url.Parse(address); err == nil && u.User != nil {
		option.Username = u.User.Username() // which asynq leaves out
	}
	return patient{option}.MakeRedisClient().(redis.UniversalClient), nil
}

// patient is a Redis server that may be away: whoever asks it has an answer, if
// only an error, before long.
type patient struct{ asynq.RedisClientOpt }

// MakeRedisClient returns the client; asynq asks for it.
func (p patient) MakeRedisClient() any {
	return redis.NewClient(&redis.Options{
		Network: p.Network, Addr: p.Addr, Username: p.Username, Password: p.Password, DB: p.DB, TLSConfig: p.TLSConfig,
		DialTimeout: reply, ReadTimeout: reply, WriteTimeout: reply,
		MaxRetries: 1, ContextTimeoutEnabled: true,
	})
}
