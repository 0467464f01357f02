package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"innkeeper/internal/account"
	"innkeeper/internal/principal"
)

// condition is one condition of a list.
type condition struct {
	keys string // a query of id, name_key and created_at of all that meet it, or empty
	test string // the same of one account a
	args []any  // of either
}

// List returns the accounts in the scope that the filter takes, in its order.
func (s *Accounts) List(ctx context.Context, scope principal.Scope, f account.Filter) ([]account.Account, error) {
	if scope.Reach() == principal.ReachNothing {
		return nil, nil
	}
	l := accountList{
		db: s.db, q: s.db.Read(ctx), order: accountOrderOf(f), conditions: conditionsOf(scope, f), limit: f.Limit, bounds: s.bounds,
	}
	rows, err := l.find()
	return mapped(rows, accountRow.account), err
}

// PrimaryDomains returns the oldest domain of each account that has one.
func (s *Accounts) PrimaryDomains(ctx context.Context, accountIDs []string) (map[string]string, error) {
	var rows []struct{ AccountID, Name string }
	err := s.db.Read(ctx).Raw(`SELECT account_id, name FROM domains d WHERE account_id IN ? AND deleted_at IS NULL
		AND NOT EXISTS (SELECT 1 FROM domains e WHERE e.account_id = d.account_id AND e.deleted_at IS NULL AND e.id < d.id)`,
		distinct(accountIDs)).Scan(&rows).Error
	domains := make(map[string]string, len(rows))
	for _, row := range rows {
		domains[row.AccountID] = row.Name
	}
	return domains, err
}

// conditionsOf returns what an account must meet to be in the list.
func conditionsOf(scope principal.Scope, f account.Filter) []condition {
	list := []condition{{test: "a.deleted_at IS NULL"}}
	for _, word := range longestFirst(f.Words) {
		from, to := prefixRange(word)
		list = append(list, condition{
			keys: "SELECT account_id AS id, name_key, created_at FROM account_terms WHERE term >= ? AND term < ?",
			test: "(SELECT 1 FROM account_terms WHERE account_id = a.id AND term >= ? AND term < ? LIMIT 1) IS NOT NULL",
			args: []any{from, to},
		})
	}
	if f.Kind != "" {
		list = append(list, columnIs("kind", string(f.Kind)))
	}
	if f.OwnerID != "" {
		list = append(list, columnIs("owner_id", f.OwnerID))
	}
	return slices.Concat(list, standing(f.Status), reachOf(scope))
}

// longestFirst is the order in which words are likely to be met by few.
func longestFirst(words []string) []string {
	return slices.SortedStableFunc(slices.Values(words), func(a, b string) int { return len(b) - len(a) })
}

// reachOf are the conditions of a scope that reaches anything.
func reachOf(scope principal.Scope) []condition {
	var list []condition
	switch scope.Reach() {
	case principal.ReachTree:
		from, to := prefixRange(scope.Path())
		list = append(list, condition{
			keys: "SELECT id, name_key, created_at FROM accounts WHERE path >= ? AND path < ?",
			test: opaque("a.path >= ? AND a.path < ?"), args: []any{from, to},
		})
	case principal.ReachSelf:
		list = append(list, columnIs("id", scope.AccountID()))
	}
	if kinds, own := scope.Kinds(); kinds != nil {
		list = append(list, condition{test: opaque("a.kind IN ? OR a.id = ?"), args: []any{kinds, own}})
	}
	return list
}

// among bounds a query of accounts a that names their ids. Not knowing how many a
// tree holds, PostgreSQL would take the tree for the smaller set.
func among(scope principal.Scope) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		if scope.Reach() == principal.ReachNothing {
			return q.Where("1 = 0")
		}
		for _, c := range reachOf(scope) {
			q = q.Where(c.test, c.args...)
		}
		return q
	}
}

// standing is the condition of a status.
func standing(status account.Status) []condition {
	switch status {
	case account.All:
		return nil
	case account.Active:
		return []condition{{test: opaque("a.disabled_at IS NULL AND a.suspended_at IS NULL")}}
	case account.Suspended:
		return []condition{{test: opaque("a.disabled_at IS NULL")}, {
			keys: "SELECT id, name_key, created_at FROM accounts WHERE suspended_at IS NOT NULL", test: opaque("a.suspended_at IS NOT NULL"),
		}}
	case account.Disabled:
		return []condition{{
			keys: "SELECT id, name_key, created_at FROM accounts WHERE disabled_at IS NOT NULL", test: opaque("a.disabled_at IS NOT NULL"),
		}}
	default:
		return []condition{{test: opaque("a.disabled_at IS NULL")}}
	}
}

// columnIs is the condition that a column of accounts has a value. The name is one
// of ours, never one that was sent.
func columnIs(name, value string) condition {
	return condition{
		keys: "SELECT id, name_key, created_at FROM accounts WHERE " + name + " = ?",
		test: opaque("a." + name + " = ?"), args: []any{value},
	}
}

// opaque writes a test so that no planner answers it by an index of its own
// choice: which one is read has been decided here.
func opaque(test string) string { return "CASE WHEN " + test + " THEN TRUE ELSE FALSE END" }

// accountOrder is the order of a list and where it begins.
type accountOrder struct {
	by     string                 // of a table expression a with id, name_key and created_at
	behind string                 // the test that one is behind a place
	until  string                 // the test that one is not behind it
	place  []any                  // where the list begins; nil: at the beginning
	next   func(accountKey) []any // the place behind a key
}

// accountKey is what lists are sorted by.
type accountKey struct {
	ID        string
	NameKey   string
	CreatedAt int64
}

func accountOrderOf(f account.Filter) accountOrder {
	column, down := "a.name_key", f.Sort == account.ByNameDesc || f.Sort == account.ByCreatedDesc
	o := accountOrder{next: func(k accountKey) []any { return []any{k.NameKey, k.ID} }}
	if f.Sort == account.ByCreated || f.Sort == account.ByCreatedDesc {
		column = "a.created_at"
		o.next = func(k accountKey) []any { return []any{k.CreatedAt, k.ID} }
	}
	pair := "(" + column + ", a.id) "
	o.by, o.behind, o.until = column+", a.id", pair+"> (?, ?)", pair+"<= (?, ?)"
	if down {
		o.by, o.behind, o.until = column+" DESC, a.id DESC", pair+"< (?, ?)", pair+">= (?, ?)"
	}
	if f.After.ID != "" {
		o.place = o.next(accountKey{ID: f.After.ID, NameKey: f.After.Key, CreatedAt: micros(f.After.At)})
	}
	return o
}
