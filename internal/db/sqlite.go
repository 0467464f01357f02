package db

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialector is gorm's SQLite over the pure-Go driver, whose errors it translates.
type dialector struct{ *gormsqlite.Dialector }

// Translate turns the driver's constraint errors into gorm's.
func (dialector) Translate(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fmt.Errorf("%w: %w", gorm.ErrDuplicatedKey, err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fmt.Errorf("%w: %w", gorm.ErrForeignKeyViolated, err)
	case sqlite3.SQLITE_CONSTRAINT_CHECK:
		return fmt.Errorf("%w: %w", gorm.ErrCheckConstraintViolated, err)
	default:
		return err
	}
}

// openSQLite opens one connection that writes and a pool that only reads. Every
// transaction of the writer is IMMEDIATE, so that it never has to be upgraded.
func (d *DB) openSQLite(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	if err := keepToOneself(path); err != nil {
		return err
	}
	common := []string{"journal_mode(WAL)", "busy_timeout(5000)", "synchronous(FULL)", "foreign_keys(1)", "temp_store(MEMORY)", "cache_size(-32768)"}
	write, err := sqlitePool(path, append(common, "query_only(0)", "wal_autocheckpoint("+strconv.Itoa(logPages)+")"), 1)
	if err != nil {
		return err
	}
	read, err := sqlitePool(path, append(common, "query_only(1)"), max(4, 2*runtime.NumCPU()))
	if err != nil {
		return err
	}
	d.dialect, d.write, d.read = SQLite, write, read
	return keepPrivate(write)
}

// keepToOneself makes the file such that no other user of the machine can read it,
// whatever the mode of its directory. SQLite gives its files beside it the same mode.
func keepToOneself(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open SQLite: %w", err)
	}
	return f.Close()
}

// logPages is how many pages the log of writes grows to before they are put into the file
// itself: 32 MiB. A page that many transactions write goes there once, and a large one
// does not end with all its pages being written a second time.
const logPages = 8192

func sqlitePool(path string, pragmas []string, connections int) (*gorm.DB, error) {
	query := url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}
	name := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}).String()
	connector, err := sqlite.NewConnector(name)
	if err != nil {
		return nil, fmt.Errorf("open SQLite: %w", err)
	}
	pool := sql.OpenDB(keepingConnector{connector})
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	g, err := gorm.Open(dialector{&gormsqlite.Dialector{DriverName: "sqlite", Conn: pool}}, settings())
	if err != nil {
		return nil, fmt.Errorf("open SQLite: %w", err)
	}
	return g, nil
}
