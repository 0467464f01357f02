package bench_test

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"innkeeper/internal/db"
)

// statement is one statement as it is sent. Those that follow each other inside
// are one transaction.
type statement struct {
	sql    string
	args   []any
	inside bool // a transaction
	reads  bool // alone, and writes nothing
}

// plain is the driver alone: pgx, or database/sql over the SQLite driver, with
// statements that are prepared once. It reads what comes back to its end.
type plain interface {
	run(ctx context.Context, script []statement) error
}

// newPlain returns the driver alone on the database of a house.
func newPlain(tb testing.TB, h *house, url string) plain {
	tb.Helper()
	if h.db.Dialect() == db.SQLite {
		return newPlainSQLite(tb, h.db)
	}
	pool, err := pgxpool.New(tb.Context(), url+"&pool_max_conns=20")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(pool.Close)
	return plainPostgres{pool}
}

// alone returns how many statements stand before the next transaction, and how
// many are in it.
func alone(script []statement) (before, inside int) {
	for before < len(script) && !script[before].inside {
		before++
	}
	for before+inside < len(script) && script[before+inside].inside {
		inside++
	}
	return before, inside
}

type plainPostgres struct{ pool *pgxpool.Pool }

func (p plainPostgres) run(ctx context.Context, script []statement) error {
	for len(script) > 0 {
		before, inside := alone(script)
		if err := sendPostgres(ctx, p.pool, script[:before]); err != nil {
			return err
		}
		script = script[before:]
		if inside == 0 {
			continue
		}
		err := pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error { return sendPostgres(ctx, tx, script[:inside]) })
		if err != nil {
			return err
		}
		script = script[inside:]
	}
	return nil
}

func sendPostgres(ctx context.Context, to interface {
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
}, statements []statement,
) error {
	for _, s := range statements {
		rows, err := to.Query(ctx, s.sql, s.args...)
		if err != nil {
			return err
		}
		for rows.Next() {
			if _, err := rows.Values(); err != nil {
				return err
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
	}
	return nil
}

// plainSQLite uses the pools of our own connection, which are set up as they must
// be: one writer and several readers.
type plainSQLite struct{ write, read *prepared }

func newPlainSQLite(tb testing.TB, d *db.DB) plain {
	tb.Helper()
	write, err := d.Write(tb.Context()).DB()
	if err != nil {
		tb.Fatal(err)
	}
	read, err := d.Read(tb.Context()).DB()
	if err != nil {
		tb.Fatal(err)
	}
	p := plainSQLite{&prepared{pool: write}, &prepared{pool: read}}
	tb.Cleanup(func() { p.write.close(); p.read.close() })
	return p
}

func (p plainSQLite) run(ctx context.Context, script []statement) error {
	for len(script) > 0 {
		before, inside := alone(script)
		for _, s := range script[:before] {
			pool := p.write
			if s.reads {
				pool = p.read
			}
			if err := pool.send(ctx, nil, s); err != nil {
				return err
			}
		}
		script = script[before:]
		if err := p.write.inTx(ctx, script[:inside]); err != nil {
			return err
		}
		script = script[inside:]
	}
	return nil
}

// prepared is a pool with the statements it has prepared.
type prepared struct {
	pool       *sql.DB
	mu         sync.Mutex
	statements map[string]*sql.Stmt
}

func (p *prepared) inTx(ctx context.Context, statements []statement) error {
	if len(statements) == 0 {
		return nil
	}
	for _, s := range statements { // before the transaction has the only connection
		if _, err := p.statement(ctx, s.sql); err != nil {
			return err
		}
	}
	tx, err := p.pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, s := range statements {
		if err := p.send(ctx, tx, s); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

// send sends a statement, in the transaction if there is one.
func (p *prepared) send(ctx context.Context, tx *sql.Tx, s statement) error {
	ready, err := p.statement(ctx, s.sql)
	if err != nil {
		return err
	}
	if tx != nil {
		ready = tx.StmtContext(ctx, ready)
	}
	rows, err := ready.QueryContext(ctx, s.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (p *prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ready, known := p.statements[query]; known {
		return ready, nil
	}
	ready, err := p.pool.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if p.statements == nil {
		p.statements = map[string]*sql.Stmt{}
	}
	p.statements[query] = ready
	return ready, nil
}

func (p *prepared) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, ready := range p.statements {
		ready.Close()
	}
}
