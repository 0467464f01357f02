package testkit

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// The advisory locks of a cluster: one for whoever cleans up, and one, held as long as its process lives,
// for every process that owns databases. Locks end with their connection, so a crashed process holds none.
const (
	lockCleaning = 0x1445
	lockOwner    = 0x1446
)

// databasePrefix begins every name; the tag of the owning process and a number follow.
const databasePrefix = "testkit_"

// statementTimeout bounds one statement; making a database takes 40 ms on an idle machine.
const statementTimeout = time.Minute

var onceCluster = sync.OnceValues(openCluster)

// cluster is a PostgreSQL server on which this process makes and drops databases, through one connection.
type cluster struct {
	url *url.URL
	tag string

	mu   sync.Mutex
	conn *pgx.Conn
	last int
}

func openCluster() (*cluster, error) {
	address, err := postgresURL()
	if err != nil {
		return nil, err
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("INNKEEPER_TEST_POSTGRES_URL cannot be read as a URL")
	}
	ctx, cancel := context.WithTimeout(context.Background(), statementTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("connect to the PostgreSQL of the tests: %w", err)
	}
	tag := make([]byte, 4)
	if _, err := rand.Read(tag); err != nil {
		return nil, err
	}
	c := &cluster{url: parsed, tag: hex.EncodeToString(tag), conn: conn}
	if err := c.enter(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("clean up after earlier tests: %w", err), conn.Close(ctx))
	}
	return c, nil
}

// enter takes this process's lock for good and drops what processes without a lock have left behind.
func (c *cluster) enter(ctx context.Context) (err error) {
	own, _ := lockKey(c.tag)
	if _, err := c.conn.Exec(ctx, `SELECT pg_advisory_lock($1, $2)`, lockOwner, own); err != nil {
		return err
	}
	if _, err := c.conn.Exec(ctx, `SELECT pg_advisory_lock($1, 0)`, lockCleaning); err != nil {
		return err
	}
	defer func() {
		_, unlock := c.conn.Exec(ctx, `SELECT pg_advisory_unlock($1, 0)`, lockCleaning)
		err = errors.Join(err, unlock)
	}()
	rows, err := c.conn.Query(ctx, `SELECT datname FROM pg_database WHERE starts_with(datname, $1)`, databasePrefix)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := c.dropAbandoned(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// dropAbandoned drops a database whose owner's lock is free. A name that has no tag is not ours.
func (c *cluster) dropAbandoned(ctx context.Context, name string) (err error) {
	tag, _, _ := strings.Cut(strings.TrimPrefix(name, databasePrefix), "_")
	key, ok := lockKey(tag)
	if !ok {
		return nil
	}
	var free bool
	if err := c.conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1, $2)`, lockOwner, key).Scan(&free); err != nil || !free {
		return err
	}
	defer func() {
		_, unlock := c.conn.Exec(ctx, `SELECT pg_advisory_unlock($1, $2)`, lockOwner, key)
		err = errors.Join(err, unlock)
	}()
	return c.exec(ctx, `DROP DATABASE IF EXISTS `+quoted(name)+` WITH (FORCE)`)
}

// template returns the name of a new database after the migration.
func (c *cluster) template(ctx context.Context, migrate Migrate) (string, error) {
	name, err := c.create(ctx, "template0")
	if err != nil {
		return "", err
	}
	return name, migrate(c.address(name))
}

// create makes a database as a copy of the template and returns its name.
func (c *cluster) create(ctx context.Context, template string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	name := fmt.Sprintf("%s%s_%d", databasePrefix, c.tag, c.last)
	return name, c.exec(ctx, `CREATE DATABASE `+quoted(name)+` TEMPLATE `+quoted(template))
}

// drop removes a database and disconnects whoever still uses it. Dropping twice is dropping once.
func (c *cluster) drop(ctx context.Context, name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.exec(ctx, `DROP DATABASE IF EXISTS `+quoted(name)+` WITH (FORCE)`)
}

func (c *cluster) exec(ctx context.Context, statement string) error {
	ctx, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	_, err := c.conn.Exec(ctx, statement)
	return err
}

// address returns the URL of a database on this server.
func (c *cluster) address(name string) string {
	u := *c.url
	u.Path = "/" + name
	return u.String()
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

// lockKey returns the number of a tag's lock.
func lockKey(tag string) (key int32, ok bool) {
	b, err := hex.DecodeString(tag)
	if err != nil || len(b) != 4 {
		return 0, false
	}
	return int32(binary.BigEndian.Uint32(b)), true
}
