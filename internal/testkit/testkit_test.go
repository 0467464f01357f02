package testkit_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/go-redis/v9"
	_ "modernc.org/sqlite"

	"innkeeper/internal/testkit"
)

var migrations atomic.Int32

// migrate makes one table with one row, on either engine.
func migrate(url string) (err error) {
	migrations.Add(1)
	db, err := open(url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.Exec(`CREATE TABLE guests (name text); INSERT INTO guests VALUES ('first')`)
	return err
}

func open(url string) (*sql.DB, error) {
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		return sql.Open("sqlite", path+"?_pragma=journal_mode(WAL)")
	}
	return sql.Open("pgx", url)
}

// signIn adds a guest and returns how many there are now.
func signIn(t *testing.T, url string) int {
	t.Helper()
	db, err := open(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(`INSERT INTO guests VALUES ('another')`); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := db.QueryRow(`SELECT count(*) FROM guests`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEachEngine(t *testing.T) {
	t.Run("all", func(t *testing.T) {
		for range 3 {
			testkit.EachEngine(t, migrate, func(t *testing.T, url string) {
				if got := signIn(t, url); got != 2 {
					t.Errorf("signIn(%q) = %d, want 2: the database is not fresh or not migrated", url, got)
				}
			})
		}
	})
	if got := migrations.Load(); got != 2 {
		t.Errorf("six databases took %d migrations, want 2: one for each engine", got)
	}
}

func TestEachEngineNamesTheEngine(t *testing.T) {
	t.Parallel()
	testkit.EachEngine(t, migrateNothing, func(t *testing.T, url string) {
		scheme, _, _ := strings.Cut(url, ":")
		if !strings.HasSuffix(t.Name(), "/"+scheme) {
			t.Errorf("%s was given %q", t.Name(), url)
		}
	})
}

func migrateNothing(url string) error {
	db, err := open(url)
	if err != nil {
		return err
	}
	return errors.Join(db.Ping(), db.Close())
}

func TestPostgresIsDropped(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("uses one", func(t *testing.T) {
		url = testkit.EmptyPostgres(t)
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close(context.Background()) }) // after the drop has disconnected it
	})
	if conn, err := pgx.Connect(t.Context(), url); err == nil {
		t.Errorf("Connect(%q) works after the test has ended", url)
		_ = conn.Close(t.Context())
	}
}

func TestOpenSQLiteMigrationIsRefused(t *testing.T) {
	t.Parallel()
	probe := &recorder{TB: t}
	var left *sql.DB
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		testkit.SQLite(probe, func(url string) (err error) {
			if left, err = open(url); err != nil {
				return err
			}
			_, err = left.Exec(`CREATE TABLE guests (name text)`)
			return err
		})
	}()
	<-ended
	if left == nil || left.Close() != nil || !strings.Contains(probe.said, "left the database open") {
		t.Errorf("SQLite() with a migration that does not close said %q", probe.said)
	}
}

func TestRedisURL(t *testing.T) {
	t.Parallel()
	var first string
	t.Run("leaves something behind", func(t *testing.T) {
		first = testkit.RedisURL(t)
		second := testkit.RedisURL(t)
		if first == second {
			t.Fatalf("RedisURL() = %q twice", first)
		}
		client := redisClient(t, first)
		if err := client.Set(t.Context(), "guest", "here", 0).Err(); err != nil {
			t.Fatal(err)
		}
	})
	if n, err := redisClient(t, first).DBSize(t.Context()).Result(); n != 0 || err != nil {
		t.Errorf("after its test %q holds %d keys, %v, want none", first, n, err)
	}
}

func redisClient(t *testing.T, url string) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func TestServersOfOnesOwn(t *testing.T) {
	t.Parallel()
	postgres, cache := testkit.NewPostgres(t), testkit.NewRedis(t)
	for name, step := range map[string]func() error{"PostgreSQL": postgres.Stop, "Redis": cache.Stop} {
		if err := step(); err != nil {
			t.Errorf("stop %s: %v", name, err)
		}
	}
	for name, step := range map[string]func() error{"PostgreSQL": postgres.Start, "Redis": cache.Start} {
		if err := step(); err != nil {
			t.Errorf("start %s: %v", name, err)
		}
	}
}
