package bench_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"innkeeper/internal/db"
)

// recorder keeps the statements that go through a connection, with the values
// they are sent with.
type recorder struct {
	mu         sync.Mutex
	statements []statement
}

// record begins to record what a house sends.
func record(tb testing.TB, d *db.DB) *recorder {
	tb.Helper()
	r := &recorder{}
	connections := []*gorm.DB{d.Write(tb.Context())}
	if d.Dialect() == db.SQLite {
		connections = append(connections, d.Read(tb.Context()))
	}
	for _, c := range connections {
		on := c.Callback()
		for _, err := range []error{
			on.Create().After("gorm:create").Register("bench:record", r.keep(false)),
			on.Update().After("gorm:update").Register("bench:record", r.keep(false)),
			on.Delete().After("gorm:delete").Register("bench:record", r.keep(false)),
			on.Raw().After("gorm:raw").Register("bench:record", r.keep(false)),
			on.Query().After("gorm:query").Register("bench:record", r.keep(true)),
			on.Row().After("gorm:row").Register("bench:record", r.keep(true)),
		} {
			if err != nil {
				tb.Fatal(err)
			}
		}
	}
	return r
}

func (r *recorder) keep(reads bool) func(*gorm.DB) {
	return func(c *gorm.DB) {
		r.mu.Lock()
		defer r.mu.Unlock()
		inside := db.InTransaction(c.Statement.Context)
		r.statements = append(r.statements, statement{
			sql: c.Statement.SQL.String(), args: slices.Clone(c.Statement.Vars), inside: inside, reads: reads && !inside,
		})
	}
}

// take returns what was recorded, and begins anew.
func (r *recorder) take() []statement {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.statements
	r.statements = nil
	return taken
}

// renewed returns the statements with each of the words in their values replaced,
// also inside of longer texts, and with the instants moved.
func renewed(script []statement, replace *strings.Replacer, instant func(int64) int64) []statement {
	out := slices.Clone(script)
	for i := range out {
		out[i].args = slices.Clone(out[i].args)
		for j, value := range out[i].args {
			switch v := value.(type) {
			case string:
				out[i].args[j] = replace.Replace(v)
			case int64:
				out[i].args[j] = instant(v)
			}
		}
	}
	return out
}
