package store

import (
	"context"
	"strings"

	"innkeeper/internal/account"
	"innkeeper/internal/principal"
)

// A list of accounts is found in one of two ways. Where one of its conditions is
// met by few accounts, those are fetched by that condition's index, tested for the
// rest, and sorted. Where all are met by many, the accounts are walked in the order
// of the list until the page is full. Counting as far as it matters tells which;
// either way costs a few thousand rows at most, whatever the engine's statistics
// say.

// few is how many accounts are fetched and sorted rather than walked, if one
// condition stands alone and if there are several, which may be met together by
// none: about √(page × accounts) for the first.
const (
	fewAlone    = 2_500
	fewTogether = 10_000
)

// condition is one condition of a list.
type condition struct {
	ids  string // a query of the ids that meet it; empty: too many to ask
	test string // the same of one account a
	args []any  // of either
}

// SetTerms replaces the terms that a source gives to an account.
func (s *Accounts) SetTerms(ctx context.Context, accountID, source string, terms []string) error {
	if err := s.db.Write(ctx).Where("source = ? AND account_id = ?", source, accountID).Delete(&accountTermRow{}).Error; err != nil {
		return err
	}
	rows := mapped(terms, func(term string) accountTermRow {
		return accountTermRow{AccountID: accountID, Source: source, Term: term}
	})
	if len(rows) == 0 {
		return nil
	}
	return s.db.Write(ctx).CreateInBatches(rows, 100).Error
}

type accountTermRow struct {
	AccountID string `gorm:"primaryKey"`
	Source    string `gorm:"primaryKey"`
	Term      string `gorm:"primaryKey"`
}

func (accountTermRow) TableName() string { return "account_terms" }

// List returns the accounts in the scope that the filter takes, in its order.
func (s *Accounts) List(ctx context.Context, scope principal.Scope, f account.Filter) ([]account.Account, error) {
	order, ok := accountOrders[f.Sort]
	if !ok {
		order = accountOrders[account.ByName]
	}
	conditions := conditionsOf(scope, f)
	if f.After.ID != "" {
		conditions = append(conditions, order.after(f.After))
	}
	query, args, err := s.from(ctx, conditions)
	if err != nil {
		return nil, err
	}
	var rows []accountRow
	err = s.db.Read(ctx).Raw(query("a.*")+" ORDER BY "+order.by+" LIMIT ?", append(args, f.Limit)...).Scan(&rows).Error
	return mapped(rows, accountRow.account), err
}

// Count returns how many accounts List would find, at most the filter's limit.
func (s *Accounts) Count(ctx context.Context, scope principal.Scope, f account.Filter) (int, error) {
	query, args, err := s.from(ctx, conditionsOf(scope, f))
	if err != nil {
		return 0, err
	}
	var n int
	err = s.db.Read(ctx).Raw("SELECT count(*) FROM ("+query("a.id")+" LIMIT ?) counted", append(args, f.Limit)...).Scan(&n).Error
	return n, err
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

// accountOrder is an order of accounts and the condition that begins behind one.
type accountOrder struct {
	by    string
	after func(account.Position) condition
}

var accountOrders = map[account.Sort]accountOrder{
	account.ByName:        {"a.name_key, a.id", afterName(">")},
	account.ByNameDesc:    {"a.name_key DESC, a.id DESC", afterName("<")},
	account.ByCreated:     {"a.created_at, a.id", afterCreated(">")},
	account.ByCreatedDesc: {"a.created_at DESC, a.id DESC", afterCreated("<")},
}

func afterName(side string) func(account.Position) condition {
	return func(p account.Position) condition {
		return condition{test: "(a.name_key, a.id) " + side + " (?, ?)", args: []any{p.Key, p.ID}}
	}
}

func afterCreated(side string) func(account.Position) condition {
	return func(p account.Position) condition {
		return condition{test: "(a.created_at, a.id) " + side + " (?, ?)", args: []any{micros(p.At), p.ID}}
	}
}

// conditionsOf returns what an account must meet to be in the list.
func conditionsOf(scope principal.Scope, f account.Filter) []condition {
	list := append([]condition{{test: "a.deleted_at IS NULL"}}, reachOf(scope)...)
	for _, word := range f.Words {
		from, to := prefixRange(word)
		list = append(list, condition{
			ids:  "SELECT account_id AS id FROM account_terms WHERE term >= ? AND term < ?",
			test: opaque("SELECT 1 FROM account_terms WHERE account_id = a.id AND term >= ? AND term < ? LIMIT 1"),
			args: []any{from, to},
		})
	}
	if f.Kind != "" {
		list = append(list, column("kind", string(f.Kind)))
	}
	if f.OwnerID != "" {
		list = append(list, column("owner_id", f.OwnerID))
	}
	if f.Kinds != nil {
		list = append(list, condition{test: opaque("SELECT 1 WHERE a.kind IN ? OR a.id = ?"), args: []any{f.Kinds, f.Own}})
	}
	return append(list, standing(f.Status)...)
}

// reachOf is the condition of the scope.
func reachOf(scope principal.Scope) []condition {
	switch scope.Reach() {
	case principal.ReachAll:
		return nil
	case principal.ReachTree:
		from, to := prefixRange(scope.Path())
		return []condition{{
			ids:  "SELECT id FROM accounts WHERE path >= ? AND path < ?",
			test: opaque("SELECT 1 WHERE a.path >= ? AND a.path < ?"), args: []any{from, to},
		}}
	case principal.ReachSelf:
		return []condition{column("id", scope.AccountID())}
	default:
		return []condition{{test: "1 = 0"}}
	}
}

// standing is the condition of a status.
func standing(status account.Status) []condition {
	const notDisabled = "SELECT 1 WHERE a.disabled_at IS NULL"
	switch status {
	case account.All:
		return nil
	case account.Active:
		return []condition{{test: opaque(notDisabled)}, {test: opaque("SELECT 1 WHERE a.suspended_at IS NULL")}}
	case account.Suspended:
		return []condition{{test: opaque(notDisabled)}, {
			ids:  "SELECT id FROM accounts WHERE suspended_at IS NOT NULL AND deleted_at IS NULL",
			test: opaque("SELECT 1 WHERE a.suspended_at IS NOT NULL"),
		}}
	case account.Disabled:
		return []condition{{
			ids:  "SELECT id FROM accounts WHERE disabled_at IS NOT NULL AND deleted_at IS NULL",
			test: opaque("SELECT 1 WHERE a.disabled_at IS NOT NULL"),
		}}
	default:
		return []condition{{test: opaque(notDisabled)}}
	}
}

// column is the condition that a column of accounts has a value. The name is one
// of ours, never one that was sent.
func column(name, value string) condition {
	return condition{
		ids:  "SELECT id FROM accounts WHERE " + name + " = ?",
		test: opaque("SELECT 1 WHERE a." + name + " = ?"), args: []any{value},
	}
}

// opaque writes a test so that a planner takes it for one that nearly every row
// passes: it then keeps to the order of the list, which is the point of walking.
func opaque(query string) string { return "(" + query + ") IS NOT NULL" }

// from returns the query of all accounts that meet the conditions, in the way that
// costs less, with the columns left to fill in.
func (s *Accounts) from(ctx context.Context, conditions []condition) (query func(columns string) string, args []any, err error) {
	driver, err := s.fewest(ctx, conditions)
	if err != nil {
		return nil, nil, err
	}
	head, table := "", "accounts a"
	if driver != nil {
		head = "WITH found AS MATERIALIZED (SELECT DISTINCT id FROM (" + driver.ids + ") matching) "
		table, args = accountOf(s.db), append(args, driver.args...)
	}
	var tests []string
	for i := range conditions {
		if &conditions[i] != driver {
			tests, args = append(tests, conditions[i].test), append(args, conditions[i].args...)
		}
	}
	return func(columns string) string {
		return head + "SELECT " + columns + " FROM " + table + " WHERE " + strings.Join(tests, " AND ")
	}, args, nil
}

// fewest returns the condition that the fewest accounts meet, if those are few.
func (s *Accounts) fewest(ctx context.Context, conditions []condition) (*condition, error) {
	var drivers []*condition
	for i := range conditions {
		if conditions[i].ids != "" {
			drivers = append(drivers, &conditions[i])
		}
	}
	most := fewAlone
	if len(drivers) > 1 {
		most = fewTogether
	}
	var best *condition
	for _, c := range drivers {
		var n int
		q := s.db.Read(ctx).Raw("SELECT count(*) FROM ("+c.ids+" LIMIT ?) counted", append(append([]any{}, c.args...), most)...)
		if err := q.Scan(&n).Error; err != nil {
			return nil, err
		}
		if n < most {
			best, most = c, n
		}
	}
	return best, nil
}
