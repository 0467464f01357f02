package testkit

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"innkeeper/internal/testkit/private"
)

// leaseTime is how long a crashed process keeps its Redis databases from others on a shared server.
const leaseTime = 30 * time.Minute

var onceRedis = sync.OnceValues(redisURL)

// RedisURL returns the address of an empty numbered Redis database that is this test's own until it ends.
// FLUSHDB is the test's own affair; FLUSHALL and stopping are for NewRedis.
func RedisURL(t testing.TB) string {
	t.Helper()
	server, err := onceRedis()
	if err != nil {
		t.Fatal(err)
	}
	number, release, err := leaseRedis(t.Context(), server)
	if err != nil {
		t.Fatalf("get a Redis database: %v", err)
	}
	t.Cleanup(func() {
		if err := release(context.Background()); err != nil {
			t.Errorf("give back a Redis database: %v", err)
		}
	})
	return numbered(server, number)
}

// NewRedis starts a Redis server for this test alone, which may stop, kill and start it. It is closed when
// the test ends.
func NewRedis(t testing.TB) *private.Redis {
	t.Helper()
	server, err := private.StartRedis()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close Redis: %v", err)
		}
	})
	return server
}

// redisURL returns the server to use: the one in the environment, or a private one.
func redisURL() (string, error) {
	if address := os.Getenv("INNKEEPER_TEST_REDIS_URL"); address != "" {
		return address, nil
	}
	server, err := private.StartRedis()
	if err != nil {
		return "", fmt.Errorf("INNKEEPER_TEST_REDIS_URL is not set and no private server can be started: %w", err)
	}
	return server.URL(), nil
}

// leaseRedis takes the first free database above 0, which holds the leases, and empties it.
func leaseRedis(ctx context.Context, server string) (number int, release func(context.Context) error, err error) {
	leases, err := connect(server, 0)
	if err != nil {
		return 0, nil, err
	}
	defer func() { err = errors.Join(err, leases.Close()) }()
	settings, err := leases.ConfigGet(ctx, "databases").Result()
	if err != nil {
		return 0, nil, err
	}
	count, err := strconv.Atoi(settings["databases"])
	if err != nil {
		return 0, nil, err
	}
	for number := 1; number < count; number++ {
		taken, err := leases.SetNX(ctx, leaseKey(number), os.Getpid(), leaseTime).Result()
		if err != nil {
			return 0, nil, err
		}
		if taken {
			return number, func(ctx context.Context) error { return releaseRedis(ctx, server, number) }, emptied(ctx, server, number)
		}
	}
	return 0, nil, fmt.Errorf("all %d databases are taken", count-1)
}

func releaseRedis(ctx context.Context, server string, number int) error {
	if err := emptied(ctx, server, number); err != nil {
		return err
	}
	leases, err := connect(server, 0)
	if err != nil {
		return err
	}
	return errors.Join(leases.Del(ctx, leaseKey(number)).Err(), leases.Close())
}

func emptied(ctx context.Context, server string, number int) error {
	client, err := connect(server, number)
	if err != nil {
		return err
	}
	return errors.Join(client.FlushDB(ctx).Err(), client.Close())
}

func connect(server string, number int) (*redis.Client, error) {
	options, err := redis.ParseURL(numbered(server, number))
	if err != nil {
		return nil, errors.New("INNKEEPER_TEST_REDIS_URL cannot be read as redis://host:port/number")
	}
	return redis.NewClient(options), nil
}

// numbered returns the server's address with the number of a database.
func numbered(server string, number int) string {
	u, err := url.Parse(server)
	if err != nil {
		return server // redis.ParseURL finds it unreadable too and is asked next
	}
	u.Path = "/" + strconv.Itoa(number)
	return u.String()
}

func leaseKey(number int) string { return "testkit:database:" + strconv.Itoa(number) }
