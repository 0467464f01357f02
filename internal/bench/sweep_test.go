package bench_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"innkeeper/internal/db"
)

// BenchmarkSweep measures how a hundred thousand idle visits are closed: end,
// event, notice and promise of a mail, each. Beside it the same rows are written
// by plain statements of a thousand rows, in transactions as large as the sweep's. Each
// works on its own copy of the town, by turns of some transactions.
func BenchmarkSweep(b *testing.B) {
	const rounds = 3
	for _, engine := range engines {
		b.Run(engine.name, func(b *testing.B) {
			transactions := written(b, engine.open(b, town), townSize)
			for b.Loop() {
				var r ratio
				for range rounds {
					url := engine.open(b, town)
					t := &turns{plainly: newPlain(b, newHouse(b, url), url), left: transactions}
					h := newHouse(b, engine.open(b, town), t.around)
					stop := t.take(b)
					sweep(b, h, townSize)
					stop()
					r.add(townSize, t.ours, t.plain)
				}
				r.report(b)
			}
		})
	}
}

func sweep(tb testing.TB, h *house, visits int) {
	tb.Helper()
	closed, err := h.visits.Sweep(tb.Context(), "sweep")
	if err != nil || closed != visits {
		tb.Fatalf("Sweep() = %d, %v, want %d", closed, err, visits)
	}
}

// turns lets a sweep run for a while, and then as many plain transactions as it
// has done meanwhile.
type turns struct {
	gate        sync.RWMutex // held by each transaction of the sweep; locked, it is plain's turn
	done        atomic.Int64 // transactions of the sweep in this turn
	plainly     plain
	left        [][]statement
	ours, plain []time.Duration
}

// turn is how long the sweep has its turn, if it has done a few transactions.
const (
	turn   = 500 * time.Millisecond
	fewest = 2
)

// around runs a transaction of the sweep when it has its turn.
func (t *turns) around(run func() error) error {
	t.gate.RLock()
	defer t.gate.RUnlock()
	t.done.Add(1)
	return run()
}

// take begins to take turns. What it returns ends that when the sweep is done.
func (t *turns) take(b *testing.B) (stop func()) {
	done, begun := make(chan struct{}), time.Now()
	var taking sync.WaitGroup
	taking.Go(func() {
		for finished := false; !finished; {
			select {
			case <-done:
				finished = true
			case <-time.After(turn):
				if t.done.Load() < fewest {
					continue
				}
			}
			t.gate.Lock()
			t.ours = append(t.ours, time.Since(begun))
			some := t.left[:min(int(t.done.Swap(0)), len(t.left))]
			begun = time.Now()
			for _, transaction := range some {
				if err := t.plainly.run(b.Context(), transaction); err != nil {
					b.Error(err)
				}
			}
			t.plain = append(t.plain, time.Since(begun))
			t.left = t.left[len(some):]
			begun = time.Now()
			t.gate.Unlock()
		}
	})
	return func() {
		close(done)
		taking.Wait()
	}
}

const (
	// sweepBatch is how many visits one transaction of the sweep closes, and one of the plain side.
	sweepBatch = 4000
	// plainRows is how many rows a statement of the plain side has: PostgreSQL takes 65,535 values.
	plainRows = 1000
)

// written lets a sweep write its rows and returns the transactions that write the
// same ones plainly.
func written(b testing.TB, url string, visits int) [][]statement {
	b.Helper()
	h := newHouse(b, url)
	sweep(b, h, visits)
	return swept(b, h, visits)
}

// swept returns the transactions that write plainly what a sweep has written in a house.
func swept(b testing.TB, h *house, visits int) [][]statement {
	b.Helper()
	transactions := make([][]statement, (visits+sweepBatch-1)/sweepBatch)
	for _, t := range sweptTables {
		for i, s := range t.statements(b, h.db, plainRows) {
			at := i * plainRows / sweepBatch
			transactions[at] = append(transactions[at], s)
		}
	}
	return transactions
}

var sweptTables = []plainTable{
	{name: "impersonations", columns: "id, ended_at, end_reason, ended_by_kind, ended_by_id, ended_by_name, closed_at, closed_by", written: "ended_at IS NOT NULL", order: "id"},
	{name: "audit_events", columns: eventColumns, written: "action = 'impersonation.stop'", order: "seq"},
	{name: "notifications", columns: "id, account_id, event, impersonation_id, text, email, created_at, read_at", written: "event = 'impersonation.stop'", order: "id"},
	{name: "outbox", columns: `id, task, object_id, actor_id, actor_name, subject_id, subject_name, impersonation_id, created_at, due_at,
		attempts, fence, leased_until, done_at, failed_at, last_error`, written: "task = 'notify.mail'", order: "id"},
}

// eventColumns are those of an event but its number.
const eventColumns = `at, actor_kind, actor_id, actor_name, actor_role, actor_account_id, actor_employer, subject_id, subject_name,
	account_id, account_name, account_path, impersonation_id, login_session_id, method, action, object_kind, object_id, object_name,
	before, after, result, reason, ip, user_agent, request_id, trace_id, proved_at, token_scopes, payload`

// plainTable is a table that was written, with the columns that are written plainly.
type plainTable struct {
	name     string
	columns  string
	written  string // which rows of it
	order    string
	numbered string // a column for the number that the database gave last, too
}

// statements returns what writes the rows of the table plainly, so many each.
func (t plainTable) statements(b testing.TB, d *db.DB, batch int) []statement {
	b.Helper()
	rows, err := d.Read(b.Context()).Raw("SELECT " + t.columns + " FROM " + t.name + " WHERE " + t.written + " ORDER BY " + t.order).Rows()
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	var list []statement
	width := strings.Count(t.columns, ",") + 1
	var args []any
	for rows.Next() {
		row, into := make([]any, width), make([]any, width)
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			b.Fatal(err)
		}
		if args = append(args, row...); len(args) == width*batch {
			list, args = append(list, t.statement(d, args, width)), nil
		}
	}
	if len(args) > 0 {
		list = append(list, t.statement(d, args, width))
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return list
}

// statement inserts the rows, or updates those of a table that has them already.
func (t plainTable) statement(d *db.DB, args []any, width int) statement {
	s := statement{args: args, inside: true}
	if t.name != "impersonations" {
		s.sql = "INSERT INTO " + t.name + " (" + t.columns + ") VALUES " + placeholders(d, args, width)
		if t.numbered != "" { // one row
			s.sql = "INSERT INTO " + t.name + " (" + t.columns + ", " + t.numbered + ") SELECT " + strings.Trim(placeholders(d, args, width), "()") + ", " + lastNumber(d)
		}
		return s
	}
	var set []string
	for column := range strings.SplitSeq(t.columns, ", ") {
		if column != "id" {
			set = append(set, column+" = e."+column)
		}
	}
	s.sql = "WITH e (" + t.columns + ") AS (VALUES " + placeholders(d, args, width) + ") UPDATE impersonations SET " + strings.Join(set, ", ") +
		" FROM e WHERE impersonations.id = e.id"
	return s
}

// lastNumber is the number that the database gave last.
func lastNumber(d *db.DB) string {
	if d.Dialect() == db.Postgres {
		return "lastval()"
	}
	return "last_insert_rowid()"
}

// placeholders returns "(?, ?), (?, ?)". The numbers of the first row say what they
// are: PostgreSQL takes an untyped value for text.
func placeholders(d *db.DB, args []any, width int) string {
	var list strings.Builder
	for i, value := range args {
		switch {
		case i == 0:
			list.WriteString("(")
		case i%width == 0:
			list.WriteString("), (")
		default:
			list.WriteString(", ")
		}
		place := "?"
		if d.Dialect() == db.Postgres {
			place = fmt.Sprintf("$%d", i+1)
		}
		if _, number := value.(int64); number && i < width {
			place = "CAST(" + place + " AS BIGINT)"
		}
		list.WriteString(place)
	}
	return list.String() + ")"
}
