package db

import (
	"context"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
)

type txKey struct{}

type tx struct {
	conn  *gorm.DB
	after []func()
}

// InTx runs the closure in one transaction, or joins the one that the context is
// already in. An error or a panic rolls everything back. Work on other systems
// does not belong inside: hand it to AfterCommit.
func (d *DB) InTx(ctx context.Context, run func(ctx context.Context) error) error {
	if ctx.Value(txKey{}) != nil {
		return run(ctx)
	}
	t := &tx{}
	f, _ := ctx.Value(firstKey{}).(*first)
	err := d.write.WithContext(ctx).Transaction(func(conn *gorm.DB) error {
		t.conn = conn
		within := context.WithValue(ctx, txKey{}, t)
		if err := run(within); err != nil || f == nil || f.done.Load() {
			return err
		}
		return f.do(within)
	})
	if err != nil {
		return err
	}
	if f != nil {
		f.done.Store(true)
	}
	for _, do := range t.after {
		do()
	}
	return nil
}

type firstKey struct{}

type first struct {
	do   func(ctx context.Context) error
	done atomic.Bool
}

// WithFirst returns a context under which the first transaction that is committed calls
// the function at its end, with its own context: both are done, or neither. An error of
// the function rolls the transaction back. Those after it are as always.
func (d *DB) WithFirst(ctx context.Context, do func(ctx context.Context) error) context.Context {
	return context.WithValue(ctx, firstKey{}, &first{do: do})
}

// AfterCommit calls the function once the transaction of the context has been
// committed, and never when it is rolled back. Outside a transaction it calls it
// now. What must not be lost belongs into the outbox instead.
func (d *DB) AfterCommit(ctx context.Context, do func()) {
	if t, ok := ctx.Value(txKey{}).(*tx); ok {
		t.after = append(t.after, do)
		return
	}
	do()
}

// Write returns the connection for statements that change rows: the transaction
// of the context, if there is one.
func (d *DB) Write(ctx context.Context) *gorm.DB {
	if t, ok := ctx.Value(txKey{}).(*tx); ok {
		return t.conn.WithContext(ctx)
	}
	return d.write.WithContext(ctx)
}

// Read returns the connection for queries: inside a transaction the same one, so
// that it sees what it has written.
func (d *DB) Read(ctx context.Context) *gorm.DB {
	if t, ok := ctx.Value(txKey{}).(*tx); ok {
		return t.conn.WithContext(ctx)
	}
	return d.read.WithContext(ctx)
}

// InTransaction reports whether the context is inside InTx.
func InTransaction(ctx context.Context) bool { return ctx.Value(txKey{}) != nil }

// Now reads the one clock for what is persisted, in UTC and whole microseconds:
// the injected one, else the server's clock_timestamp() on PostgreSQL and the
// process's on SQLite. Inside a transaction it is called after the locks are
// held.
func (d *DB) Now(ctx context.Context) (time.Time, error) {
	if d.now != nil {
		return d.now().UTC().Truncate(time.Microsecond), nil
	}
	if d.dialect == SQLite {
		return time.Now().UTC().Truncate(time.Microsecond), nil
	}
	var micros int64
	if err := d.Read(ctx).Raw("SELECT " + d.ClockSQL()).Scan(&micros).Error; err != nil {
		return time.Time{}, err
	}
	return time.UnixMicro(micros).UTC(), nil
}

// ClockSQL returns an SQL expression of PostgreSQL for Now, in microseconds. It
// serves statements that lock and read the clock in one round trip.
func (d *DB) ClockSQL() string {
	return "(extract(epoch from clock_timestamp()) * 1000000)::bigint"
}

// OwnClock reports whether Now is answered by this process, not by the server.
func (d *DB) OwnClock() bool { return d.now != nil || d.dialect == SQLite }
