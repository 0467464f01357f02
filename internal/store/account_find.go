package store

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"

	"innkeeper/internal/db"
)

// A list of accounts is found without trusting a planner's statistics. Conditions
// that few accounts may meet have an index that also holds what is sorted by; the
// one that the fewest meet is read from it, sorted, and its accounts are loaded and
// tested from the beginning of the order until the page is full.
//
// Where even that one is met by many, the order of all accounts is tried first, for some
// steps: there the page is usually full at once. If it is not, the first accounts of one
// condition may all fail another one, and so may the next: two frequent words may never
// meet. So the accounts of each condition are listed and the lists intersected before
// any are loaded.

// searchBounds are the numbers of accounts at which one way becomes cheaper than
// another.
type searchBounds struct {
	few   int // so many are loaded and tested sooner than anything else is tried
	many  int // so many rows of an index are more than it is worth to list
	tried int // how far the order of all accounts is tried, if it begins well
	alone int // so many are looked up one by one sooner than read among the others
}

var usualBounds = searchBounds{few: 1_000, many: 20_000, tried: 1_000, alone: 2_000}

// accountList is one list to be found.
type accountList struct {
	db         *db.DB
	q          *gorm.DB
	order      accountOrder
	conditions []condition
	limit      int
	bounds     searchBounds
}

// find returns the page in the way that costs least.
func (l *accountList) find() ([]accountRow, error) {
	var keyed []*condition
	for i := range l.conditions {
		if l.conditions[i].keys != "" {
			keyed = append(keyed, &l.conditions[i])
		}
	}
	if len(keyed) == 0 {
		return l.walk("", nil)
	}
	fewest, n, err := l.fewest(keyed, l.bounds.few)
	if err != nil {
		return nil, err
	}
	if n < l.bounds.few {
		return l.gather(fewest, nil, 2*l.limit)
	}
	if page, done, err := l.promising(); err != nil || done {
		return page, err
	}
	if len(keyed) == 1 {
		return l.gather(fewest, nil, 2*l.limit)
	}
	return l.meet(keyed)
}

// fewest returns the condition that the fewest accounts meet, and how many those
// are, each counted up to most.
func (l *accountList) fewest(keyed []*condition, most int) (*condition, int, error) {
	counts, into := make([]int, len(keyed)), make([]any, len(keyed))
	queries, args := make([]string, len(keyed)), []any(nil)
	for i, c := range keyed {
		into[i], queries[i] = &counts[i], "(SELECT count(*) FROM ("+c.keys+" LIMIT ?) counted)"
		args = append(values(args, c.args...), most)
	}
	if err := l.session().Raw("SELECT "+strings.Join(queries, ", "), args...).Row().Scan(into...); err != nil {
		return nil, 0, err
	}
	best := 0
	for i, n := range counts {
		if n < counts[best] {
			best = i
		}
	}
	return keyed[best], counts[best], nil
}

// promising tries the first accounts of the order, and more of them if so many of the
// first met all conditions that these should fill the page.
func (l *accountList) promising() (page []accountRow, done bool, err error) {
	const part = 10
	page, all, err := l.try(l.bounds.tried / part)
	if err == nil && !all && len(page) < l.limit && len(page)*part >= l.limit {
		page, all, err = l.try(l.bounds.tried)
	}
	return page, all || len(page) >= l.limit, err
}

// meet lists what each condition is met by, as far as that is worth it, and goes on
// with the accounts that are in every whole list.
func (l *accountList) meet(keyed []*condition) ([]accountRow, error) {
	const worth = 25 // so many rows of an index are read while one account is loaded and tested
	by, n, most := keyed[0], l.bounds.many, l.bounds.many
	pair, err := l.pair(keyed[0], keyed[1], most)
	if err != nil {
		return nil, err
	}
	var all map[string]bool
	for i, c := range keyed {
		bound := most
		var ids []string
		if i < len(pair) {
			ids, bound = pair[i], l.bounds.many
		} else if ids, err = l.ids(c, bound); err != nil {
			return nil, err
		}
		if len(ids) == bound {
			continue // so many that testing the others' accounts costs less
		}
		if all = intersect(all, ids); len(all) == 0 {
			return nil, nil
		}
		if len(ids) < n {
			by, n = c, len(ids)
		}
		most = min(most, worth*len(all))
	}
	if all != nil && len(all) <= l.bounds.alone {
		these, err := l.these(all)
		if err != nil {
			return nil, err
		}
		return l.gather(these, nil, 2*l.limit)
	}
	return l.gather(by, all, 2*l.limit*n/max(len(all), 1))
}

// pair returns the lists of two conditions. They are read side by side, but in a
// transaction, which has one connection.
func (l *accountList) pair(a, b *condition, most int) (lists [2][]string, err error) {
	var readers errgroup.Group
	if db.InTransaction(l.q.Statement.Context) {
		readers.SetLimit(1)
	}
	for i, c := range []*condition{a, b} {
		readers.Go(func() (err error) {
			lists[i], err = l.ids(c, most)
			return err
		})
	}
	return lists, readers.Wait()
}

// these is the condition that an account is one of the set.
func (l *accountList) these(set map[string]bool) (*condition, error) {
	ids, err := asJSON(slices.Sorted(maps.Keys(set)))
	return &condition{keys: "SELECT id, name_key, created_at FROM accounts WHERE " + amongGiven(l.db, "id"), args: []any{ids}}, err
}

// ids returns the accounts that meet the condition, so many at most. They come as one
// text: a row for each costs more than all the rest.
func (l *accountList) ids(c *condition, most int) ([]string, error) {
	var list *string
	query := "SELECT " + listed(l.db, "id") + " FROM (" + c.keys + " LIMIT ?) listed"
	err := l.session().Raw(query, values(c.args, most)...).Row().Scan(&list)
	if err != nil || list == nil {
		return nil, err
	}
	return strings.Split(*list, ","), nil
}

// intersect returns the ids that are in the set too; nil is the set of all.
func intersect(set map[string]bool, ids []string) map[string]bool {
	size := 0
	if set == nil {
		size = len(ids)
	}
	both := make(map[string]bool, size)
	for _, id := range ids {
		if set == nil || set[id] {
			both[id] = true
		}
	}
	return both
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
// accounts until the page is full. What is not in the set, if there is one, is not
// even loaded.
func (l *accountList) gather(by *condition, among map[string]bool, chunk int) ([]accountRow, error) {
	const most = 4_000 // ids in one statement; both engines take eight times as many
	page, place := []accountRow(nil), l.order.place
	for ; ; chunk *= 4 {
		chunk = min(chunk, most)
		keys, err := l.keys(by, place, chunk)
		if err != nil {
			return nil, err
		}
		ids := make(map[string]bool, len(keys))
		for _, key := range keys {
			if among == nil || among[key.ID] {
				ids[key.ID] = true
			}
		}
		rows, err := l.load(ids, min(chunk, l.rounded(len(ids))))
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

// rounded is a number of ids up to that of a statement that comes again.
func (l *accountList) rounded(n int) int {
	size := 2 * l.limit
	for size < n {
		size *= 4
	}
	return size
}

// keys returns the next keys of the condition. One that an
// account meets twice, as two of its terms may begin with a word, is there twice: the
// order puts them side by side, so that the next keys begin behind both.
func (l *accountList) keys(by *condition, place []any, limit int) ([]accountKey, error) {
	query, args := "SELECT a.id, a.name_key, a.created_at FROM ("+by.keys+") a", by.args
	if place != nil {
		query, args = query+" WHERE "+l.order.behind, values(args, place...)
	}
	var keys []accountKey
	return keys, l.session().Raw(query+" ORDER BY "+l.order.by+" LIMIT ?", values(args, limit)...).Scan(&keys).Error
}

// load returns the first accounts of the ids that meet all conditions, in the order.
// The statement always names as many ids, so that few statements are to be prepared.
func (l *accountList) load(among map[string]bool, most int) ([]accountRow, error) {
	if len(among) == 0 {
		return nil, nil
	}
	ids := make([]string, 0, most)
	for id := range among {
		ids = append(ids, id)
	}
	for len(ids) < most {
		ids = append(ids, "")
	}
	tests, args := l.tests()
	if l.order.place != nil {
		tests, args = append(tests, l.order.behind), append(args, l.order.place...)
	}
	query := "SELECT a.* FROM accounts a WHERE a.id IN ? AND " + strings.Join(tests, " AND ") + " ORDER BY " + l.order.by + " LIMIT ?"
	var rows []accountRow
	return rows, l.session().Raw(query, values([]any{ids}, append(args, l.limit)...)...).Scan(&rows).Error
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
