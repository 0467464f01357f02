package private

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrNoRedis says that Redis is not on this machine.
var ErrNoRedis = errors.New("Redis is not installed: no redis-server on the PATH (on Debian: apt-get install redis-server)")

// Databases is how many numbered databases a private Redis has: one for each test that wants one.
const Databases = 4096

// Redis is a Redis server of one process, on a free port of the loopback address. It keeps nothing on disk.
type Redis struct {
	guard *guard
	addr  string
}

// StartRedis starts a server. It returns ErrNoRedis where the program is missing.
func StartRedis() (*Redis, error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, ErrNoRedis
	}
	dir, err := folder("innkeeper-redis-", nil)
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	g, err := start(dir, nil, "TERM", program, "--bind", "127.0.0.1", "--port", port, "--dir", dir,
		"--save", "", "--appendonly", "no", "--databases", fmt.Sprint(Databases))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	r := &Redis{guard: g, addr: net.JoinHostPort("127.0.0.1", port)}
	if err := g.ready(r.ask); err != nil {
		return nil, errors.Join(fmt.Errorf("start Redis: %w", err), g.close())
	}
	return r, nil
}

// URL returns the address of the server's database 0.
func (r *Redis) URL() string { return "redis://" + r.addr + "/0" }

// Stop shuts the server down; what it held is lost, as without an append-only file.
func (r *Redis) Stop() error { return r.guard.tell("stop") }

// Kill ends the server with SIGKILL, as a crash would.
func (r *Redis) Kill() error { return r.guard.tell("kill") }

// Start brings the server back, empty, at the same address, and returns when it answers.
func (r *Redis) Start() error { return r.guard.ready(r.ask) }

// Close ends the server and removes its folder.
func (r *Redis) Close() error { return r.guard.close() }

func (r *Redis) ask() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	client := redis.NewClient(&redis.Options{Addr: r.addr, MaxRetries: -1})
	defer func() { _ = client.Close() }()
	settings, err := client.ConfigGet(ctx, "dir").Result()
	if err == nil && settings["dir"] != r.guard.dir {
		return fmt.Errorf("another Redis has taken %s", r.addr)
	}
	return err
}

// freePort returns a port that nobody listens on now. Another process may take it before the server does:
// asking the server for its folder notices that.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
