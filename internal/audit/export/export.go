// Package export owns the files in which the activity log is taken along: which columns,
// in which form. What may be in them is decided when they are written, by the policy and
// the scopes; how the work is followed is left to operation.
package export

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/operation"
	"innkeeper/internal/principal"
)

// Kind is the operation that writes an export.
const Kind operation.Kind = "activity.export"

// ActionExport is the event of an export: it stands in the log that is taken along.
var ActionExport = audit.NewAction("activity.export", "{actor} exported the activity log of {account}.")

// The forms.
const (
	CSV   = "csv"
	Lines = "jsonl" // one JSON object a line
)

// Permission is what it takes to read the log, and to take it along.
const Permission = "activity:view"

// mostEvents bounds one file: a million lines are more than a spreadsheet takes.
const mostEvents = 1_000_000

// errTooMany is the answer to who asks for more than fits.
var errTooMany = fault.New(fault.Invalid, "export-too-large", "These are more than a million events. Narrow them down by days, and export each part.")

// columns are what a file can have, in their usual order.
var columns = []struct {
	name string
	of   func(audit.Event) any
}{
	{"at", func(e audit.Event) any { return e.At.Format(time.RFC3339Nano) }},
	{"sentence", func(e audit.Event) any { return e.Sentence() }},
	{"action", func(e audit.Event) any { return e.Action }},
	{"result", func(e audit.Event) any { return string(e.Result) }},
	{"actor", func(e audit.Event) any { return e.Actor.Name }},
	{"actor_id", func(e audit.Event) any { return e.Actor.ID }},
	{"actor_role", func(e audit.Event) any { return e.Actor.Role }},
	{"employer", func(e audit.Event) any { return e.Actor.Employer }},
	{"subject", func(e audit.Event) any { return e.Subject.Name }},
	{"subject_id", func(e audit.Event) any { return e.Subject.ID }},
	{"account", func(e audit.Event) any { return e.Account.Name }},
	{"account_id", func(e audit.Event) any { return e.Account.ID }},
	{"object_kind", func(e audit.Event) any { return e.Object.Kind }},
	{"object", func(e audit.Event) any { return e.Object.Name }},
	{"object_id", func(e audit.Event) any { return e.Object.ID }},
	{"reason", func(e audit.Event) any { return e.Why() }},
	{"before", func(e audit.Event) any { return fieldsOrNil(e.Before) }},
	{"after", func(e audit.Event) any { return fieldsOrNil(e.After) }},
	{"impersonation_id", func(e audit.Event) any { return e.VisitID }},
	{"ip", func(e audit.Event) any { return e.IP }},
	{"user_agent", func(e audit.Event) any { return e.UserAgent }},
	{"request_id", func(e audit.Event) any { return e.RequestID }},
	{"trace_id", func(e audit.Event) any { return e.TraceID }},
	{"token_id", func(e audit.Event) any { return e.TokenID() }},
	{"token_scopes", func(e audit.Event) any { return strings.Join(e.Scopes, " ") }},
	{"method", func(e audit.Event) any { return e.Method }},
	{"proved_at", func(e audit.Event) any { return instant(e.ProvedAt) }},
	{"seq", func(e audit.Event) any { return e.Seq }},
}

func fieldsOrNil(f audit.Fields) any {
	if len(f) == 0 {
		return nil
	}
	return f
}

// Columns returns the names of all columns, in their usual order.
func Columns() []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return names
}

// Wish is what somebody wants to take along.
type Wish struct {
	Format  string       `json:"format"`
	Columns []string     `json:"columns"` // none: all
	Filter  audit.Filter `json:"filter"`
}

// check names everything that is wrong with the wish.
func (w Wish) check() error {
	bad := w.Filter.Check("/")
	if w.Format != CSV && w.Format != Lines {
		bad.Add("/format", "unknown", "Choose csv or jsonl.")
	}
	for i, name := range w.Columns {
		if !slices.Contains(Columns(), name) || slices.Contains(w.Columns[:i], name) {
			bad.Add("/columns/"+strconv.Itoa(i), "unknown", "There is no such column, or it is named twice.")
		}
	}
	return bad.Err()
}

// Log reads events.
type Log interface {
	List(ctx context.Context, by principal.Principal, f audit.Filter) ([]audit.Event, error)
}

// Policy says how far somebody may reach now.
type Policy interface {
	Scope(by principal.Principal, permission string) principal.Scope
}

// Writer writes the files.
type Writer struct {
	log    Log
	policy Policy
}

// NewWriter returns the writer.
func NewWriter(log Log, policy Policy) *Writer { return &Writer{log: log, policy: policy} }

// page is how many events are read at a time.
const page = 1000

// Run writes what the person may see now, newest first.
func (w *Writer) Run(ctx context.Context, by principal.Principal, o operation.Operation, file io.Writer, told func(percent int) error) error {
	var wish Wish
	if err := json.Unmarshal([]byte(o.Input), &wish); err != nil {
		return fmt.Errorf("read the wish of %s: %w", o.ID, err)
	}
	by = by.WithScope(w.policy.Scope(by, Permission))
	if by.Scope().Reach() == principal.ReachNothing {
		return errRights
	}
	sheet := newSheet(file, wish)
	f := wish.Filter
	f.Limit = page
	top, n := int64(0), 0
	for {
		events, err := w.log.List(ctx, by, f)
		if err != nil {
			return err
		}
		if n += len(events); n > mostEvents {
			return errTooMany
		}
		for _, e := range events {
			if err := sheet.add(e); err != nil {
				return err
			}
		}
		if len(events) < page {
			return sheet.close()
		}
		f.Before = events[len(events)-1].Seq
		top = max(top, events[0].Seq)
		if err := told(int(100 * (top - f.Before) / max(top, 1))); err != nil {
			return err
		}
	}
}

var errRights = fault.New(fault.Forbidden, "forbidden", "You may not read the activity log any more.")

// sheet is a file that is being written.
type sheet struct {
	of    []func(audit.Event) any
	names []string
	csv   *csv.Writer
	lines *json.Encoder
	first bool
}

func newSheet(file io.Writer, wish Wish) *sheet {
	s := &sheet{first: true}
	for _, name := range orAll(wish.Columns) {
		i := slices.Index(Columns(), name)
		s.names, s.of = append(s.names, name), append(s.of, columns[i].of)
	}
	if wish.Format == CSV {
		s.csv = csv.NewWriter(file)
	} else {
		s.lines = json.NewEncoder(file)
		s.lines.SetEscapeHTML(false)
	}
	return s
}

func orAll(names []string) []string {
	if len(names) == 0 {
		return Columns()
	}
	return names
}

func (s *sheet) add(e audit.Event) error {
	if s.csv == nil {
		return s.lines.Encode(s.object(e))
	}
	if err := s.head(); err != nil {
		return err
	}
	cells := make([]string, len(s.of))
	for i, of := range s.of {
		cells[i] = cell(of(e))
	}
	return s.csv.Write(cells)
}

func (s *sheet) head() error {
	if !s.first {
		return nil
	}
	s.first = false
	return s.csv.Write(s.names)
}

// object is the event with its columns in their order.
func (s *sheet) object(e audit.Event) json.RawMessage {
	var b strings.Builder
	b.WriteByte('{')
	for i, name := range s.names {
		if i > 0 {
			b.WriteByte(',')
		}
		value, _ := json.Marshal(s.of[i](e)) // texts, numbers and fields that were read from JSON
		b.WriteString(strconv.Quote(name) + ":" + string(value))
	}
	b.WriteByte('}')
	return json.RawMessage(b.String())
}

func (s *sheet) close() error {
	if s.csv == nil {
		return nil
	}
	if err := s.head(); err != nil {
		return err
	}
	s.csv.Flush()
	return s.csv.Error()
}

// cell is a value as a spreadsheet shows it and never runs it: what begins like a formula
// gets a quote before it (CWE-1236).
func cell(value any) string {
	var text string
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		text = v
	case int64:
		return strconv.FormatInt(v, 10)
	default:
		raw, _ := json.Marshal(v) // fields that were read from JSON
		text = string(raw)
	}
	if text != "" && strings.ContainsAny(text[:1], "=+-@\t\r\n") || strings.HasPrefix(text, "＝") || strings.HasPrefix(text, "＋") ||
		strings.HasPrefix(text, "－") || strings.HasPrefix(text, "＠") {
		return "'" + text
	}
	return text
}
