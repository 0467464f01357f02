package store

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"innkeeper/internal/account"
	"innkeeper/internal/principal"
)

// A list of accounts is found without trusting a planner's statistics. Conditions
// that few accounts may meet have an index that also holds what is sorted by; the
// one that the fewest meet is read from it, sorted, and its accounts are loaded and
// tested from the beginning of the order until the page is full. Only where even
// that one is met by very many is the order of all accounts tried first, for some
// steps: there the page is usually full at once.

const (
	// manyAccounts is where trying takes less time than reading and sorting so many
	// rows of an index.
	manyAccounts = 10_000
	// triedAccounts is how far the order of all accounts is tried.
	triedAccounts = 1_000
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
	l := accountList{q: s.db.Read(ctx), order: accountOrderOf(f), conditions: conditionsOf(scope, f), limit: f.Limit}
	rows, err := l.find(s.many, s.tried)
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
	list := append([]condition{{test: "a.deleted_at IS NULL"}}, reachOf(scope)...)
	for _, word := range f.Words {
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
	return append(list, standing(f.Status)...)
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

// accountList is one list to be found.
type accountList struct {
	q          *gorm.DB
	order      accountOrder
	conditions []condition
	limit      int
}

// find returns the page in the way that costs least.
func (l *accountList) find(many, tried int) ([]accountRow, error) {
	fewest, n, err := l.fewest(many)
	if err != nil {
		return nil, err
	}
	if fewest == nil {
		return l.walk("", nil)
	}
	if n >= many {
		page, all, err := l.try(tried)
		if err != nil || all || len(page) >= l.limit {
			return page, err
		}
	}
	return l.gather(fewest)
}

// fewest returns the condition that the fewest accounts meet, and how many those
// are, counted up to most; nil when no condition has keys.
func (l *accountList) fewest(most int) (best *condition, n int, err error) {
	n = most
	for i := range l.conditions {
		c := &l.conditions[i]
		if c.keys == "" {
			continue
		}
		var counted int // no further than the fewest so far
		query := "SELECT count(*) FROM (" + c.keys + " LIMIT ?) counted"
		if err := l.session().Raw(query, values(c.args, n)...).Scan(&counted).Error; err != nil {
			return nil, 0, err
		}
		if best == nil || counted < n {
			best, n = c, counted
		}
	}
	return best, n, nil
}

// try walks the first accounts of the order, so many at most; all says that there
// are no more.
func (l *accountList) try(most int) (page []accountRow, all bool, err error) {
	query, args := "SELECT a.id, a.name_key, a.created_at FROM accounts a WHERE a.deleted_at IS NULL", []any(nil)
	if l.order.place != nil {
		query, args = query+" AND "+l.order.behind, l.order.place
	}
	var last []accountKey
	query += " ORDER BY " + l.order.by + " LIMIT 1 OFFSET ?"
	if err := l.session().Raw(query, values(args, most)...).Scan(&last).Error; err != nil {
		return nil, false, err
	}
	if len(last) == 0 {
		page, err = l.walk("", nil)
		return page, true, err
	}
	page, err = l.walk(" AND "+l.order.until, l.order.next(last[0]))
	return page, false, err
}

// walk reads accounts in the order and leaves out what does not meet the
// conditions, until the page is full. The bound is one more test.
func (l *accountList) walk(bound string, more []any) ([]accountRow, error) {
	tests, args := l.tests()
	if l.order.place != nil {
		tests, args = append(tests, l.order.behind), append(args, l.order.place...)
	}
	query := "SELECT a.* FROM accounts a WHERE " + strings.Join(tests, " AND ") + bound + " ORDER BY " + l.order.by + " LIMIT ?"
	var rows []accountRow
	return rows, l.session().Raw(query, values(append(args, more...), l.limit)...).Scan(&rows).Error
}

// gather reads the keys of the condition in the order, and loads and tests their
// accounts until the page is full. Before very many are loaded, because few of the
// first passed, the indexes of the other conditions are asked too.
func (l *accountList) gather(by *condition) ([]accountRow, error) {
	const (
		some = 500   // ids that are loaded as quickly as another index is read
		most = 4_000 // ids in one statement; both engines take eight times as many
	)
	page, place := []accountRow(nil), l.order.place
	for chunk := 2 * l.limit; ; chunk = min(4*chunk, most) {
		keys, err := l.keys(by, chunk > some, place, chunk)
		if err != nil {
			return nil, err
		}
		rows, err := l.load(keys, chunk)
		if err != nil {
			return nil, err
		}
		page = append(page, rows...)
		if len(page) >= l.limit || len(keys) < chunk {
			return page[:min(len(page), l.limit)], nil
		}
		place = l.order.next(keys[len(keys)-1])
	}
}

// keys returns the next keys of the condition, or of all that have keys. One that an
// account meets twice, as two of its terms may begin with a word, is there twice: the
// order puts them side by side, so that the next keys begin behind both.
func (l *accountList) keys(by *condition, all bool, place []any, limit int) ([]accountKey, error) {
	query, args := "SELECT a.id, a.name_key, a.created_at FROM ("+by.keys+") a WHERE 1 = 1", by.args
	if place != nil {
		query, args = query+" AND "+l.order.behind, values(args, place...)
	}
	for i := range l.conditions {
		if c := &l.conditions[i]; all && c != by && c.keys != "" {
			query, args = query+" AND "+opaque("a.id IN (SELECT id FROM ("+c.keys+") others)"), values(args, c.args...)
		}
	}
	var keys []accountKey
	return keys, l.session().Raw(query+" ORDER BY "+l.order.by+" LIMIT ?", values(args, limit)...).Scan(&keys).Error
}

// load returns the accounts of the keys that meet all conditions, in the order. The
// statement always names as many ids, so that few statements are to be prepared.
func (l *accountList) load(keys []accountKey, most int) ([]accountRow, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	ids := make([]string, most)
	for i, key := range keys {
		ids[i] = key.ID
	}
	tests, args := l.tests()
	query := "SELECT a.* FROM accounts a WHERE a.id IN ? AND " + strings.Join(tests, " AND ") + " ORDER BY " + l.order.by
	var rows []accountRow
	return rows, l.session().Raw(query, values([]any{ids}, args...)...).Scan(&rows).Error
}

// tests returns the tests of all conditions, with their values.
func (l *accountList) tests() (tests []string, args []any) {
	for _, c := range l.conditions {
		tests, args = append(tests, c.test), append(args, c.args...)
	}
	return tests, args
}

// session returns the connection for one more statement.
func (l *accountList) session() *gorm.DB { return l.q.Session(&gorm.Session{}) }

// values returns a new list of values with more behind them.
func values(args []any, more ...any) []any {
	return append(append([]any(nil), args...), more...)
}
