package store

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"innkeeper/internal/db"
)

// Rows by the thousand are written in one statement or a few, and read straight
// into their fields: for each row that costs half of gorm's Create and Find. One
// row goes the same way.

// insert writes new rows into their table.
func insert[T schema.Tabler](ctx context.Context, d *db.DB, rows []T) error {
	return eachInsert(d, rows, func(sql string, args []any) error {
		return d.Write(ctx).Exec(sql, args...).Error
	})
}

// eachInsert calls the function with the statements that insert the rows: what to
// do about conflicts, and what to return, may follow.
func eachInsert[T schema.Tabler](d *db.DB, rows []T, do func(sql string, args []any) error) error {
	var row T
	return eachGiven(d, rows, func(s *shape, values [][]any) error {
		source, args, err := givenRows(d, s, values)
		if err != nil {
			return err
		}
		return do("INSERT INTO "+row.TableName()+" ("+s.names+") "+source, args)
	})
}

// eachGiven calls the function with the values of as many rows at a time as one
// statement is given.
func eachGiven[T any](d *db.DB, rows []T, do func(s *shape, values [][]any) error) error {
	s, err := shapeOf[T]()
	if err != nil {
		return err
	}
	for some := range slices.Chunk(rows, givenAtOnce(d)) {
		if err := do(s, valuesOf(s, some)); err != nil {
			return err
		}
	}
	return nil
}

// find reads rows from their table. The rest of the query follows behind its name.
func find[T schema.Tabler](q *gorm.DB, rest string, args ...any) (found []T, err error) {
	s, err := shapeOf[T]()
	if err != nil {
		return nil, err
	}
	var row T
	rows, err := q.Raw("SELECT "+s.all+" FROM "+row.TableName()+" "+rest, args...).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	into := make([]any, len(s.fields))
	for rows.Next() {
		found = append(found, row)
		fields := reflect.ValueOf(&found[len(found)-1]).Elem()
		for i, field := range s.fields {
			into[i] = fields.FieldByIndex(field).Addr().Interface()
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
	}
	return found, rows.Err()
}

// shape is the columns of a type of rows.
type shape struct {
	columns []column // those that are written, without the one that the database counts
	names   string   // of these, with commas between
	row     string   // a placeholder for each of these, in parentheses
	all     string   // the names of those that are read
	fields  [][]int  // where each of these goes
}

type column struct {
	name   string
	number bool // else text
	field  []int
}

var (
	shapes  sync.Map // by type
	schemas sync.Map // gorm's own
)

func shapeOf[T any]() (*shape, error) {
	kind := reflect.TypeFor[T]()
	if known, ok := shapes.Load(kind); ok {
		return known.(*shape), nil
	}
	parsed, err := schema.Parse(new(T), &schemas, schema.NamingStrategy{})
	if err != nil {
		return nil, err
	}
	s := &shape{}
	var all []string
	for _, f := range parsed.Fields {
		if f.DBName == "" {
			continue
		}
		all, s.fields = append(all, f.DBName), append(s.fields, f.StructField.Index)
		if !f.AutoIncrement {
			s.columns = append(s.columns, column{name: f.DBName, number: f.DataType == schema.Int, field: f.StructField.Index})
		}
	}
	s.names = strings.Join(mapped(s.columns, func(c column) string { return c.name }), ", ")
	s.all = strings.Join(all, ", ")
	s.row = "(?" + strings.Repeat(", ?", len(s.columns)-1) + ")"
	shapes.Store(kind, s)
	return s, nil
}

func valuesOf[T any](s *shape, rows []T) [][]any {
	all := make([]any, len(rows)*len(s.columns))
	values := make([][]any, len(rows))
	for i := range rows {
		row := reflect.ValueOf(&rows[i]).Elem()
		values[i], all = all[:len(s.columns)], all[len(s.columns):]
		for j, c := range s.columns {
			values[i][j] = row.FieldByIndex(c.field).Interface()
		}
	}
	return values
}

// asJSON returns a value as one parameter.
func asJSON(value any) (string, error) {
	text, err := json.Marshal(value)
	return string(text), err
}
