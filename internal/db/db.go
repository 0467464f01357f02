// Package db owns the connection to the database: it opens PostgreSQL or SQLite,
// runs transactions, reads the clock, and applies migrations. Which rows there
// are is left to store.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Dialect names the engine behind a DB.
type Dialect string

// The two engines.
const (
	Postgres Dialect = "postgres"
	SQLite   Dialect = "sqlite"
)

// DB is an open database. On SQLite all writes share one connection and reads
// have a pool of their own; on PostgreSQL both are the same pool.
type DB struct {
	dialect Dialect
	write   *gorm.DB
	read    *gorm.DB
	now     func() time.Time // nil: the engine's own clock
}

// Option changes how a database is opened.
type Option func(*DB)

// WithClock makes the given function the one clock for what is persisted.
func WithClock(now func() time.Time) Option { return func(d *DB) { d.now = now } }

// File is the database in the data directory, when no other is named.
const File = "innkeeper.db"

// Open connects to the database that the URL names: postgres://… , sqlite:PATH,
// or, when the URL is empty, the File in the data directory. It
// fails when the database does not answer.
func Open(ctx context.Context, rawURL, dataDir string, options ...Option) (*DB, error) {
	d := &DB{}
	for _, option := range options {
		option(d)
	}
	var err error
	switch {
	case strings.HasPrefix(rawURL, "postgres://"), strings.HasPrefix(rawURL, "postgresql://"):
		err = d.openPostgres(rawURL)
	case rawURL == "":
		err = d.openSQLite(filepath.Join(dataDir, File))
	case strings.HasPrefix(rawURL, "sqlite:"):
		err = d.openSQLite(strings.TrimPrefix(rawURL, "sqlite:"))
	default:
		return nil, errors.New("the database URL must begin with postgres:// or sqlite: (or be empty)")
	}
	if err != nil {
		return nil, err
	}
	if err := d.Ping(ctx); err != nil {
		// The driver tells each attempt in a line of its own; a terminal gets one.
		reason := strings.Join(strings.Fields(err.Error()), " ")
		return nil, errors.Join(fmt.Errorf("the database does not answer: %s", reason), d.Close())
	}
	return d, nil
}

func settings() *gorm.Config {
	return &gorm.Config{
		Logger:                 logger.Discard,
		SkipDefaultTransaction: true,
		TranslateError:         true,
		DisableAutomaticPing:   true,
	}
}

func (d *DB) openPostgres(rawURL string) error {
	if _, err := url.Parse(rawURL); err != nil {
		return errors.New("the database URL cannot be read") // the URL holds a password: never repeated
	}
	g, err := gorm.Open(postgres.Open(rawURL), settings())
	if err != nil {
		return fmt.Errorf("open PostgreSQL: %w", err)
	}
	pool, err := g.DB()
	if err != nil {
		return fmt.Errorf("open PostgreSQL: %w", err)
	}
	pool.SetMaxOpenConns(40)
	pool.SetMaxIdleConns(20)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	d.dialect, d.write, d.read = Postgres, g, g
	return keepPrivate(g)
}

// Dialect returns which engine this is.
func (d *DB) Dialect() Dialect { return d.dialect }

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	for _, pool := range d.pools() {
		if err := pool.PingContext(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Close releases every connection. A second time it does nothing.
func (d *DB) Close() error {
	var err error
	for _, pool := range d.pools() {
		err = errors.Join(err, pool.Close())
	}
	return err
}

func (d *DB) pools() []*sql.DB {
	var pools []*sql.DB
	for _, g := range []*gorm.DB{d.write, d.read} {
		if g == nil {
			continue
		}
		if pool, err := g.DB(); err == nil && (len(pools) == 0 || pools[0] != pool) {
			pools = append(pools, pool)
		}
	}
	return pools
}
