package store

import (
	"context"
	"fmt"
	"math"

	"gorm.io/gorm"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

// Events are found without trusting a planner's statistics, whatever is asked of them
// together. The newest, which are not in the index of terms yet, are looked through. The
// others are read from a usual index where that gives the page in its order; else from
// the blocks of the index of terms, the newest first: for each condition the set of a
// block's events that meet it, of which those in all sets are loaded until the page is
// full. A condition that is met nowhere costs one look into each block, and two frequent
// ones that never meet cost little more.

// List returns the events in the scope that pass the filter, newest first.
func (s *Audit) List(ctx context.Context, scope principal.Scope, f audit.Filter) ([]audit.Event, error) {
	if f.Before == 0 {
		f.Before = math.MaxInt64
	}
	rows, err := s.find(ctx, scope, f)
	if err != nil {
		return nil, err
	}
	return eventsOf(rows)
}

func (s *Audit) find(ctx context.Context, scope principal.Scope, f audit.Filter) ([]auditEventRow, error) {
	f, err := s.named(ctx, f)
	if err != nil {
		return nil, err
	}
	upto, err := s.upto(s.db.Read(ctx))
	if err != nil {
		return nil, err
	}
	found, err := s.walk(ctx, scope, f, upto)
	if err != nil || len(found) == f.Limit {
		return found, err
	}
	f.Before, f.Limit = min(f.Before, upto+1), f.Limit-len(found)
	older, err := s.older(ctx, scope, f)
	return append(found, older...), err
}

// named turns a query that is the id of a request into the filter for that.
func (s *Audit) named(ctx context.Context, f audit.Filter) (audit.Filter, error) {
	if f.Query == "" || f.RequestID != "" {
		return f, nil
	}
	var one []int64
	err := s.db.Read(ctx).Raw("SELECT seq FROM audit_events WHERE request_id = ? AND request_id <> '' LIMIT 1", f.Query).Scan(&one).Error
	if len(one) > 0 {
		f.RequestID, f.Query = f.Query, ""
	}
	return f, err
}

// upto is the greatest number of an event that is in the index.
func (s *Audit) upto(q *gorm.DB) (int64, error) {
	var upto []int64
	err := q.Raw("SELECT upto FROM audit_blocks ORDER BY block DESC LIMIT 1").Scan(&upto).Error
	if err != nil || len(upto) == 0 {
		return 0, err
	}
	return upto[0], nil
}

// older finds among the events that are in the index.
func (s *Audit) older(ctx context.Context, scope principal.Scope, f audit.Filter) ([]auditEventRow, error) {
	blocks, err := s.blocksOf(ctx, f)
	if err != nil || len(blocks) == 0 {
		return nil, err
	}
	low := blocks[len(blocks)-1]*s.block - 1
	f.Before = min(f.Before, (blocks[0]+1)*s.block)
	if inOrder(scope, f) {
		return s.walk(ctx, scope, f, low)
	}
	return s.among(ctx, scope, f, blocks)
}

// blocksOf returns the blocks in which an event may pass the filter's instants and its
// place, the newest first.
func (s *Audit) blocksOf(ctx context.Context, f audit.Filter) ([]int64, error) {
	from, to := int64(math.MinInt64), int64(math.MaxInt64)
	if !f.From.IsZero() {
		from = micros(f.From)
	}
	if !f.To.IsZero() {
		to = micros(f.To)
	}
	var blocks []int64
	err := s.db.Read(ctx).Raw("SELECT block FROM audit_blocks WHERE block <= ? AND last_at >= ? AND first_at < ? ORDER BY block DESC",
		(f.Before-1)/s.block, from, to).Scan(&blocks).Error
	return blocks, err
}

// inOrder reports whether a usual index has the events that pass, and few others, in
// their order: those of a visit, a request or one account, or simply all.
func inOrder(scope principal.Scope, f audit.Filter) bool {
	if f.VisitID != "" || f.RequestID != "" {
		return true
	}
	sought := soughtBy(scope, f)
	return len(sought) == 0 || len(sought) == 1 && sought[0].account()
}

// walk looks through the events behind low, the newest first.
func (s *Audit) walk(ctx context.Context, scope principal.Scope, f audit.Filter, low int64) (found []auditEventRow, err error) {
	const some = 1000 // so many are read at once when only the program can say which pass
	words, limit := account.Words(f.Query), f.Limit
	if len(words) > 0 || f.IP != "" {
		limit = max(limit, some)
	}
	for {
		q := s.db.Read(ctx).Scopes(withinPath(scope, "account_id", "account_path"), matching(f))
		rows, err := s.events(q.Where("seq > ? AND seq < ?", low, f.Before).Order("seq DESC").Limit(limit))
		if err != nil {
			return nil, err
		}
		found = append(found, passing(rows, f.Limit-len(found), f.IP, words)...)
		if len(rows) < limit || len(found) == f.Limit {
			return found, nil
		}
		f.Before = rows[len(rows)-1].Seq
	}
}

// passing returns those that are from the address and say the words, so many at most.
func passing(rows []auditEventRow, most int, ip string, words []string) (pass []auditEventRow) {
	for _, row := range rows {
		if len(pass) < most && row.from(ip) && row.says(words) {
			pass = append(pass, row)
		}
	}
	return pass
}

// among finds in the blocks: in a few first, then in ever more at once.
func (s *Audit) among(ctx context.Context, scope principal.Scope, f audit.Filter, blocks []int64) (found []auditEventRow, err error) {
	conditions := soughtBy(scope, f)
	for n := 4; len(blocks) > 0 && len(found) < f.Limit; n *= 8 {
		some := blocks[:min(n, len(blocks))]
		blocks = blocks[len(some):]
		sets, err := s.meet(ctx, some, conditions)
		if err != nil {
			return nil, err
		}
		rows, err := s.load(ctx, scope, f, s.numbers(some, sets, f.Before), f.Limit-len(found))
		if err != nil {
			return nil, err
		}
		found = append(found, rows...)
	}
	return found, nil
}

// fewHits is how many events of a block are sooner loaded and read than looked up under
// the beginning of a word, under which a thousand words may stand.
const fewHits = 8

// meet returns of each block which events meet all conditions, but for words that few are
// left to be asked for; blocks without any are left out.
func (s *Audit) meet(ctx context.Context, blocks []int64, conditions []sought) (map[int64]*hits, error) {
	var all map[int64]*hits
	for _, c := range conditions {
		if c.wide() && all != nil && countIn(all) <= fewHits*len(blocks) {
			continue
		}
		given, err := asJSON(blocks)
		if err != nil {
			return nil, err
		}
		sets, err := s.hits(ctx, given, c)
		if err != nil {
			return nil, err
		}
		met := blocks[:0:0]
		for _, block := range blocks {
			if set := sets[block]; set != nil && (all == nil || set.meet(all[block])) {
				met = append(met, block)
			}
		}
		if blocks, all = met, sets; len(blocks) == 0 {
			return nil, nil
		}
	}
	return all, nil
}

// hits returns which events of the given blocks meet the condition.
func (s *Audit) hits(ctx context.Context, given string, c sought) (map[int64]*hits, error) {
	where, args := c.where("term")
	rows, err := s.db.Read(ctx).Raw(fromEachGiven(s.db, "audit_terms", "block", "block, hits", where), values([]any{given}, args...)...).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	sets := map[int64]*hits{}
	for rows.Next() {
		var block int64
		var text string
		if err := rows.Scan(&block, &text); err != nil {
			return nil, err
		}
		if sets[block] == nil {
			sets[block] = &hits{}
		}
		if err := sets[block].read(text); err != nil {
			return nil, fmt.Errorf("block %d: %w", block, err)
		}
	}
	return sets, rows.Err()
}

// numbers returns the events of the sets below a number, the newest first.
func (s *Audit) numbers(blocks []int64, sets map[int64]*hits, before int64) []int64 {
	var numbers []int64
	for _, block := range blocks {
		set := sets[block]
		if set == nil {
			continue
		}
		for place := range set.downwards() {
			if seq := block*s.block + place; seq < before {
				numbers = append(numbers, seq)
			}
		}
	}
	return numbers
}

// load reads events by their numbers, in this order, until so many pass what was not asked
// of the index: the exact instants, owners that have changed, words of the few.
func (s *Audit) load(ctx context.Context, scope principal.Scope, f audit.Filter, numbers []int64, limit int) (found []auditEventRow, err error) {
	const most = 2000
	words := account.Words(f.Query)
	for n := limit; len(numbers) > 0 && len(found) < limit; n = min(4*n, most) {
		some := numbers[:min(n, len(numbers))]
		numbers = numbers[len(some):]
		q := s.db.Read(ctx).Scopes(withinPath(scope, "account_id", "account_path"), matching(f)) // the index knows the address
		if len(words) == 0 {
			q = q.Limit(limit - len(found))
		}
		rows, err := s.events(q.Where("seq IN ?", some).Order("seq DESC"))
		if err != nil {
			return nil, err
		}
		found = append(found, passing(rows, limit-len(found), "", words)...)
	}
	return found, nil
}

// matching leaves out what does not pass the filter; its words, its address and its place
// in the list are looked after by others.
func matching(f audit.Filter) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		for _, equal := range []struct{ column, value string }{
			{"action", f.Action}, {"actor_id", f.ActorID}, {"subject_id", f.SubjectID}, {"account_id", f.AccountID},
			{"object_kind", f.ObjectKind}, {"object_id", f.ObjectID},
		} {
			if equal.value != "" {
				q = q.Where(equal.column+" = ?", equal.value)
			}
		}
		for _, indexed := range []struct{ column, value string }{{"impersonation_id", f.VisitID}, {"request_id", f.RequestID}} {
			if indexed.value != "" { // the index leaves the empty ones out, and is used where the question does
				q = q.Where(indexed.column+" = ? AND "+indexed.column+" <> ''", indexed.value)
			}
		}
		if f.TokenID != "" {
			q = q.Where("login_session_id = ? AND actor_kind = 'token'", f.TokenID)
		}
		if len(f.Actions) > 0 {
			q = q.Where("action IN ?", f.Actions)
		}
		if len(f.Results) > 0 {
			q = q.Where("result IN ?", f.Results)
		}
		if f.Direct {
			q = q.Where("impersonation_id = '' AND actor_kind <> 'system' AND actor_account_id <> account_id")
		}
		if !f.From.IsZero() {
			q = q.Where("at >= ?", micros(f.From))
		}
		if !f.To.IsZero() {
			q = q.Where("at < ?", micros(f.To))
		}
		return q
	}
}
