package db

import (
	"context"
	"database/sql/driver"
	"errors"
)

// SQLite parses and plans a statement each time it is prepared, which takes longer
// than running most of ours. So each connection keeps what it has prepared: to
// everybody above, preparing is cheap, inside a transaction and outside.

const (
	// mostKept bounds the statements of one connection. A room has a dozen; lists
	// with filters and ids of varying number bring the rest.
	mostKept = 256
	// longestKept leaves out statements that are too long to come again.
	longestKept = 8 << 10
)

// keepingConnector opens connections that keep their statements.
type keepingConnector struct{ driver.Connector }

func (c keepingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := opened.(conn)
	if !ok {
		return nil, errors.Join(errors.New("the SQLite driver lacks a method"), opened.Close())
	}
	return &keepingConn{conn: conn, kept: map[string]driver.Stmt{}}, nil
}

// conn is what database/sql uses of a connection to SQLite. It does without the
// short cuts that would prepare a statement for one use.
type conn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keepingConn is used by one goroutine at a time, as every connection is.
type keepingConn struct {
	conn
	kept map[string]driver.Stmt // prepared, and not in use
}

// PrepareContext returns the statement that was kept, or prepares it.
func (c *keepingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, ok := c.kept[query]
	if ok {
		delete(c.kept, query) // in use: the same text inside its own rows is another statement
	} else {
		var err error
		if s, err = c.conn.PrepareContext(ctx, query); err != nil {
			return nil, err
		}
	}
	return newKeptStmt(c, query, s)
}

// Prepare is PrepareContext for callers without a context.
func (c *keepingConn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), query)
}

// keep takes back a statement that is not used any more.
func (c *keepingConn) keep(query string, s driver.Stmt) error {
	if _, another := c.kept[query]; another || len(query) > longestKept {
		return s.Close()
	}
	for old, other := range c.kept {
		if len(c.kept) < mostKept {
			break
		}
		delete(c.kept, old)
		if err := other.Close(); err != nil {
			return errors.Join(err, s.Close())
		}
	}
	c.kept[query] = s
	return nil
}

// Close closes what is kept, and then the connection.
func (c *keepingConn) Close() error {
	var errs []error
	for _, s := range c.kept {
		errs = append(errs, s.Close())
	}
	clear(c.kept)
	return errors.Join(append(errs, c.conn.Close())...)
}

// stmt is what database/sql uses of a statement.
type stmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keptStmt goes back to its connection when it is closed.
type keptStmt struct {
	stmt
	conn  *keepingConn
	query string
}

func newKeptStmt(c *keepingConn, query string, s driver.Stmt) (driver.Stmt, error) {
	whole, ok := s.(stmt)
	if !ok {
		return nil, errors.Join(errors.New("the SQLite driver's statements lack a method"), s.Close())
	}
	return &keptStmt{stmt: whole, conn: c, query: query}, nil
}

// Close gives the statement back; a second time it does nothing.
func (s *keptStmt) Close() error {
	if s.stmt == nil {
		return nil
	}
	given := s.stmt
	s.stmt = nil
	return s.conn.keep(s.query, given)
}
