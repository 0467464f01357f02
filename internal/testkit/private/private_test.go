package private_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"innkeeper/internal/testkit/private"
)

// victim makes this test binary a process that starts both servers, says so, and comes to a bad end.
const victim = "INNKEEPER_TEST_VICTIM"

func TestMain(m *testing.M) {
	if end := os.Getenv(victim); end != "" {
		comeToAnEnd(end)
	}
	os.Exit(m.Run())
}

func comeToAnEnd(end string) {
	postgres, err := private.StartPostgres()
	if err != nil {
		panic(err)
	}
	cache, err := private.StartRedis()
	if err != nil {
		panic(err)
	}
	fmt.Println(postgres.URL(), cache.URL())
	switch end {
	case "panic":
		panic("as asked")
	case "exit":
		os.Exit(3)
	}
	_, _ = io.Copy(io.Discard, os.Stdin) // "kill": the parent does it while we wait
}

func TestServersEndWithTheirProcess(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"panic", "exit", "kill"} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			postgres, cache := afterTheEnd(t, end)
			folder := postgres[strings.LastIndex(postgres, "/tmp/"):]
			eventually(t, "the folder "+folder+" is still there", func() bool {
				_, err := os.Stat(folder)
				return errors.Is(err, os.ErrNotExist)
			})
			eventually(t, "PostgreSQL still answers", func() bool { return pingPostgres(t, postgres) != nil })
			eventually(t, "Redis still answers", func() bool { return pingRedis(t, cache) != nil })
		})
	}
}

// afterTheEnd runs a victim and returns the addresses it printed, proven to have answered before it ended.
func afterTheEnd(t *testing.T, end string) (postgres, cache string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victim+"="+end)
	if _, err := cmd.StdinPipe(); err != nil { // open until Wait
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fscan(bufio.NewReader(out), &postgres, &cache); err != nil {
		t.Fatalf("the process printed no addresses: %v", err)
	}
	postgres = strings.ReplaceAll(postgres, "%2F", "/")
	if end == "kill" {
		if err := errors.Join(pingPostgres(t, postgres), pingRedis(t, cache)); err != nil {
			t.Fatalf("before the kill: %v", err)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Fatalf("%s: the process ended well", end)
	}
	return postgres, cache
}

func TestPostgresKeepsItsDataAcrossStopAndKill(t *testing.T) {
	t.Parallel()
	server, err := private.StartPostgres()
	if err != nil {
		t.Fatal(err)
	}
	execute(t, server.URL(), `CREATE TABLE rooms (name text)`)
	for _, end := range []struct {
		name string
		end  func() error
	}{{"Stop", server.Stop}, {"Kill", server.Kill}} {
		if err := end.end(); err != nil {
			t.Fatalf("%s() = %v", end.name, err)
		}
		if err := pingPostgres(t, server.URL()); err == nil {
			t.Fatalf("after %s() the server still answers", end.name)
		}
		if err := server.Start(); err != nil {
			t.Fatalf("Start() after %s = %v", end.name, err)
		}
		execute(t, server.URL(), `INSERT INTO rooms VALUES ('attic')`)
	}
	closeTwice(t, server.Close, server.Start)
}

func TestRedisComesBackEmptyAtTheSameAddress(t *testing.T) {
	t.Parallel()
	server, err := private.StartRedis()
	if err != nil {
		t.Fatal(err)
	}
	options, err := redis.ParseURL(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer func() { _ = client.Close() }()
	for _, end := range []struct {
		name string
		end  func() error
	}{{"Stop", server.Stop}, {"Kill", server.Kill}} {
		if err := client.Set(t.Context(), "guest", "here", 0).Err(); err != nil {
			t.Fatal(err)
		}
		if err := end.end(); err != nil {
			t.Fatalf("%s() = %v", end.name, err)
		}
		if err := pingRedis(t, server.URL()); err == nil {
			t.Fatalf("after %s() the server still answers", end.name)
		}
		if err := server.Start(); err != nil {
			t.Fatalf("Start() after %s = %v", end.name, err)
		}
		if n, err := client.DBSize(t.Context()).Result(); n != 0 || err != nil {
			t.Errorf("after %s and Start there are %d keys, %v, want none", end.name, n, err)
		}
	}
	closeTwice(t, server.Close, server.Start)
}

func TestMissingRedisIsNamed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := private.StartRedis(); !errors.Is(err, private.ErrNoRedis) {
		t.Errorf("StartRedis() without redis-server = %v, want ErrNoRedis", err)
	}
}

func closeTwice(t *testing.T, closing, start func() error) {
	t.Helper()
	for range 2 {
		if err := closing(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	}
	if err := start(); err == nil {
		t.Error("Start() after Close = nil, want an error")
	}
}

func pingPostgres(t *testing.T, url string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

func execute(t *testing.T, url, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func pingRedis(t *testing.T, url string) error {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	options.MaxRetries = -1
	client := redis.NewClient(options)
	return errors.Join(client.Ping(t.Context()).Err(), client.Close())
}

// eventually asks until ok or half a minute has passed.
func eventually(t *testing.T, complaint string, ok func() bool) {
	t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); <-ticker.C {
		if ok() {
			return
		}
	}
	t.Error(complaint)
}

func TestServerOutlivesItsReference(t *testing.T) {
	t.Parallel()
	url := func() string {
		server, err := private.StartRedis()
		if err != nil {
			t.Fatal(err)
		}
		return server.URL()
	}()
	for range 100 { // closing and ending take a moment
		runtime.GC() // collects files too, and closes them
		if err := pingRedis(t, url); err != nil {
			t.Fatalf("a server whose value is garbage has ended: %v", err)
		}
	}
}
