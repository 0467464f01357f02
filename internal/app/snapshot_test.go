package app_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"innkeeper/internal/db"
)

// snapshot is all that the house keeps: every table, and the names of all files.
type snapshot map[string][]string

// moving are the columns that also looking may move, and the tables that record
// that somebody looked or was refused.
var moving = map[string][]string{
	"login_sessions": {"last_activity_at"},
	"impersonations": {"last_activity_at"},
	"api_tokens":     {"last_used_at", "last_used_ip"},
	"audit_events":   nil, "audit_payloads": nil, "audit_terms": nil, "audit_blocks": nil, "audit_leaves": nil, "audit_hashes": nil, "audit_heads": nil, "sign_in_failures": nil, "goose_db_version": nil, "sqlite_sequence": nil,
}

func (h *house) snapshot(t *testing.T) snapshot {
	t.Helper()
	sql := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if h.db.Dialect() == db.Postgres {
		sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	}
	var tables []string
	if err := h.db.Read(t.Context()).Raw(sql).Scan(&tables).Error; err != nil {
		t.Fatal(err)
	}
	s := snapshot{"files": h.files(t)}
	for _, table := range tables {
		columns, known := moving[table]
		if known && columns == nil {
			continue
		}
		s[table] = h.rows(t, table, columns)
	}
	return s
}

func (h *house) rows(t *testing.T, table string, without []string) []string {
	t.Helper()
	var rows []map[string]any
	if err := h.db.Read(t.Context()).Table(table).Find(&rows).Error; err != nil {
		t.Fatal(err)
	}
	lines := make([]string, len(rows))
	for i, row := range rows {
		for _, column := range without {
			delete(row, column)
		}
		text, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		lines[i] = string(text)
	}
	slices.Sort(lines)
	return lines
}

func (h *house) files(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, part := range []string{"homes", "mail"} {
		err := filepath.WalkDir(filepath.Join(h.data, part), func(path string, _ fs.DirEntry, err error) error {
			names = append(names, strings.TrimPrefix(path, h.data))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return names
}

// wantUnchanged checks that nothing is kept that was not, and nothing gone.
func (h *house) wantUnchanged(t *testing.T, what string, before snapshot) {
	t.Helper()
	after := h.snapshot(t)
	for table := range maps.Keys(after) {
		if slices.Equal(before[table], after[table]) {
			continue
		}
		t.Errorf("%s: %s has changed: gone %v, new %v", what, table, without(before[table], after[table]), without(after[table], before[table]))
	}
}

// without returns the lines of the first that the second does not have.
func without(lines, others []string) []string {
	var rest []string
	for _, line := range lines {
		if _, found := slices.BinarySearch(others, line); !found {
			rest = append(rest, line)
		}
	}
	return rest
}
