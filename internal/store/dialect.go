package store

import (
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"innkeeper/internal/db"
)

// What must differ between the engines stands here side by side.

// forShare keeps a row from changing until the commit, without keeping other
// readers of it waiting.
func forShare(d *db.DB) string {
	if d.Dialect() == db.Postgres {
		return " FOR SHARE"
	}
	return ""
}

// skipLocked is the row lock of workers that take batches side by side.
func skipLocked(d *db.DB) string {
	if d.Dialect() == db.Postgres {
		return " FOR UPDATE SKIP LOCKED"
	}
	return ""
}

// earlier is the scalar minimum of two expressions.
func earlier(d *db.DB, a, b string) string {
	if d.Dialect() == db.Postgres {
		return "LEAST(" + a + ", " + b + ")"
	}
	return "min(" + a + ", " + b + ")"
}

// later is the scalar maximum of two expressions.
func later(d *db.DB, a, b string) string {
	if d.Dialect() == db.Postgres {
		return "GREATEST(" + a + ", " + b + ")"
	}
	return "max(" + a + ", " + b + ")"
}

// besideEvents is what inserts events and, beside them by their numbers, the texts of a
// table of them. PostgreSQL returns the numbers to the same statement, where an event is
// known by the hash of its texts; on SQLite, where nobody else writes meanwhile, they
// count down from the last one.
func besideEvents(d *db.DB, insert string, events []any, table string, texts []any) []sentence {
	const into = "INSERT INTO audit_payloads (seq, salt, text) SELECT "
	if d.Dialect() == db.Postgres {
		return []sentence{{
			"WITH event AS (" + insert + " RETURNING seq, payload) " + into + "event.seq, t.salt, t.text FROM event JOIN " + table + " AS t ON t.hash = event.payload",
			slices.Concat(events, texts),
		}}
	}
	return []sentence{{insert, events}, {into + "(SELECT last_insert_rowid()) - t.behind, t.salt, t.text FROM " + table + " AS t", texts}}
}

// sentence is a statement with its values.
type sentence struct {
	sql  string
	args []any
}

// listed is the values of a column in one text, with commas between them.
func listed(d *db.DB, column string) string {
	if d.Dialect() == db.Postgres {
		return "string_agg(" + column + ", ',')"
	}
	return "group_concat(" + column + ", ',')"
}

// givenAtOnce is how many rows one statement is given. PostgreSQL takes all, within
// reason; SQLite compiles a program that grows with them.
func givenAtOnce(d *db.DB) int {
	if d.Dialect() == db.Postgres {
		return 10_000
	}
	return 50
}

// givenRows is the source of an INSERT. A few rows are values; on PostgreSQL, where
// each value costs the server as much as the rest of its column, many rows are one
// JSON parameter. SQLite is slower with JSON.
func givenRows(d *db.DB, s *shape, rows [][]any) (source string, args []any, err error) {
	const few = 8
	if d.Dialect() == db.SQLite || len(rows) <= few {
		return "VALUES " + s.row + strings.Repeat(", "+s.row, len(rows)-1), slices.Concat(rows...), nil
	}
	text, err := asJSON(rows)
	return fromJSON(s), []any{text}, err
}

// givenTable is the rows as a table in a statement, with the names of their columns.
func givenTable(d *db.DB, s *shape, rows [][]any) (table string, args []any, err error) {
	if d.Dialect() == db.Postgres {
		text, err := asJSON(rows)
		return "(" + fromJSON(s) + ")", []any{text}, err
	}
	columns := make([]string, len(s.columns))
	for i, c := range s.columns {
		columns[i] = "column" + strconv.Itoa(i+1) + " AS " + c.name
	}
	values := "VALUES " + s.row + strings.Repeat(", "+s.row, len(rows)-1)
	return "(SELECT " + strings.Join(columns, ", ") + " FROM (" + values + "))", slices.Concat(rows...), nil
}

// fromJSON is PostgreSQL's query of the rows in a JSON parameter: a list of lists.
func fromJSON(s *shape) string {
	columns := make([]string, len(s.columns))
	for i, c := range s.columns {
		value := "r->>" + strconv.Itoa(i)
		if c.number {
			value = "(" + value + ")::bigint"
		}
		columns[i] = value + " AS " + c.name
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM jsonb_array_elements(?::jsonb) AS r"
}

// amongGiven is the condition that a column has one of the values of a JSON array:
// one parameter, and one statement, however many there are.
func amongGiven(d *db.DB, column string) string {
	if d.Dialect() == db.Postgres {
		return column + " = ANY (ARRAY(SELECT jsonb_array_elements_text(?::jsonb)))"
	}
	return column + " IN (SELECT value FROM json_each(?))"
}

// givenTexts is the texts of a JSON array as a table with one column.
func givenTexts(d *db.DB, column string) string {
	if d.Dialect() == db.Postgres {
		return "(SELECT jsonb_array_elements_text(?::jsonb) AS " + column + ")"
	}
	return "(SELECT value AS " + column + " FROM json_each(?))"
}

// fromEachGiven is the query for the rows of a table whose key is one of the numbers of a
// JSON array and which meet the condition: one look into the index for each number, in
// their order, whatever a planner thinks of the table.
func fromEachGiven(d *db.DB, table, key, columns, condition string) string {
	if d.Dialect() == db.Postgres {
		return "SELECT row.* FROM jsonb_array_elements_text(?::jsonb) AS given, LATERAL (SELECT " + columns + " FROM " + table +
			" WHERE " + key + " = given::bigint AND " + condition + " OFFSET 0) AS row"
	}
	return "SELECT " + columns + " FROM json_each(?) AS given CROSS JOIN " + table + " WHERE " + key + " = given.value AND " + condition
}

// holdTree is a lock on the shape of the tree of owners, which no row stands for.
func holdTree(d *db.DB, q *gorm.DB, alone bool) error {
	const tree = 0x74726565 // "tree"
	return hold(d, q, tree, alone)
}

// holdSeal is a lock on the end of the sealed record: one seals at a time.
func holdSeal(d *db.DB, q *gorm.DB) error {
	const seal = 0x7365616c // "seal"
	return hold(d, q, seal, true)
}

// holdIndex is a lock on the index of the activity log: one lets it grow at a time.
func holdIndex(d *db.DB, q *gorm.DB) error {
	const index = 0x696e6478 // "indx"
	return hold(d, q, index, true)
}

// hold is a lock on what no row stands for: on PostgreSQL an advisory one, shared or
// alone, until the transaction ends. On SQLite the transaction itself is alone.
func hold(d *db.DB, q *gorm.DB, what int, alone bool) error {
	switch {
	case d.Dialect() != db.Postgres:
		return nil
	case alone:
		return q.Exec("SELECT pg_advisory_xact_lock(?)", what).Error
	default:
		return q.Exec("SELECT pg_advisory_xact_lock_shared(?)", what).Error
	}
}

// lateNumbers is how far the number of an event may lie behind that of one committed
// before it. PostgreSQL gives numbers before the commit, and a transaction may commit
// behind others; SQLite's only writer gives them in the order of its commits.
func lateNumbers(d *db.DB) int64 {
	if d.Dialect() == db.Postgres {
		return 20_000
	}
	return 0
}
