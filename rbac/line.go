package rbac

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"innkeeper/internal/principal"
)

//go:embed model.conf
var modelConf string

//go:embed policy.csv
var policyCSV string

// The words of policy columns. Modes other than these are principal's.
const (
	all      = "*"
	anywhere = "any"    // self, owned and foreign
	acting   = "acting" // look and change
	allow    = "allow"
	deny     = "deny"

	self    = "self"
	owned   = "owned"
	foreign = "foreign"
	unknown = "" // no line covers it

	classPrefix  = "class:"
	actingPrefix = "acting:"
	impersonate  = "account:impersonate"
)

var (
	relations = []string{self, owned, foreign}
	modes     = []string{string(principal.Direct), string(principal.Look), string(principal.Change)}
)

// Line is one rule: who, on the things of which kind of account, may or may not do what,
// where that account stands, and how he came. The columns and their words are explained
// at the top of policy.csv.
type Line struct {
	Role, Kind, Act, Relation, Mode, Effect string
}

// String returns the line as it would stand in policy.csv.
func (l Line) String() string { return strings.Join(l.columns(), ", ") }

func (l Line) columns() []string {
	return []string{l.Role, l.Kind, l.Act, l.Relation, l.Mode, l.Effect}
}

// covers reports whether the line speaks of the question.
func (l Line) covers(q question) bool {
	return l.Act == q.act && coversWord(l.Role, q.role) && coversWord(l.Kind, q.kind) &&
		coversRelation(l.Relation, q.relation) && coversMode(l.Mode, q.mode)
}

// coversWord is the rule for roles and kinds: the word itself, one of its alternatives,
// or *. The empty word is covered by nothing.
func coversWord(column, word string) bool {
	return word != "" && (column == all || among(column, word))
}

func coversRelation(column, relation string) bool {
	return slices.Contains(relations, relation) && (column == anywhere || among(column, relation))
}

func coversMode(column, mode string) bool {
	if !slices.Contains(modes, mode) {
		return false
	}
	return column == all || among(column, mode) || column == acting && mode != string(principal.Direct)
}

func among(column, word string) bool {
	for rest, more := column, true; more; {
		var one string
		if one, rest, more = strings.Cut(rest, "|"); one == word {
			return true
		}
	}
	return false
}

// parse reads lines as policy.csv writes them.
func parse(text string) ([]Line, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment, r.TrimLeadingSpace, r.FieldsPerRecord = '#', true, 6
	records, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read built-in policy: %w", err)
	}
	lines := make([]Line, len(records))
	for i, f := range records {
		for j := range f {
			f[j] = strings.TrimSpace(f[j])
		}
		lines[i] = Line{Role: f[0], Kind: f[1], Act: f[2], Relation: f[3], Mode: f[4], Effect: f[5]}
	}
	return lines, nil
}
