package store

import (
	"context"
	"strings"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/db"
	"innkeeper/internal/notify"
)

// Copies are the reasons, addresses and browsers that stand outside the record, too: in
// visits and what was asked and announced before them, in notices, mails and sign-ins.
type Copies struct{ db *db.DB }

var _ audit.Texts = (*Copies)(nil)

// NewCopies returns the store of the copies.
func NewCopies(d *db.DB) *Copies { return &Copies{db: d} }

// copied is how the texts of one table are erased.
type copied struct {
	table string
	at    string // the column that says how old a row is
	over  string // what must be the case, so that nobody needs them any more
	set   string // the columns, with @words in the place of what was said
}

const (
	// awaited is the promise about an object that somebody is still to keep.
	awaited = "EXISTS (SELECT 1 FROM outbox o WHERE o.done_at IS NULL AND o.failed_at IS NULL AND o.object_id = "
	// quoting are the notices that quote a reason; as the index says.
	quoting = "event IN ('impersonation.start', 'impersonation.request', 'impersonation.announce')"
)

// copies are the tables whose texts are erased by one statement. A text that is there gives
// way to words that say so, wherever it is read; one that is empty stays empty. A visit
// keeps its own as long as a mail is to be written about it.
var copies = []copied{
	{
		"impersonations", "started_at",
		"ended_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM notifications n WHERE n.impersonation_id = impersonations.id AND n.impersonation_id <> '' AND " + awaited + "n.id))",
		saying("reason", "not_told_because", "note") + ", ip = '', user_agent = ''",
	},
	{"impersonation_requests", "created_at", "state NOT IN ('waiting', 'approved')", saying("reason", "not_told_because", "note")},
	{"visit_announcements", "created_at", "1 = 1", saying("reason")},
	{"mails", "created_at", "(sent_at IS NOT NULL OR NOT " + awaited + "mails.object_id))", saying("subject", "body") + ", html = ''"},
	{"login_sessions", "started_at", "ended_at IS NOT NULL", saying("user_agent") + ", ip = ''"},
}

// saying puts the words into each of the columns that says anything.
func saying(columns ...string) string {
	set := make([]string, len(columns))
	for i, column := range columns {
		set[i] = column + " = CASE WHEN " + column + " = '' THEN '' ELSE @words END"
	}
	return strings.Join(set, ", ")
}

// erasedAtOnce is how many rows of a table lose their texts in one transaction.
const erasedAtOnce = 500

// Erase erases the texts of rows that are older than the time and that nobody needs any
// more: visits that have ended, requests that are answered, notices whose mail has left,
// mails that nobody sends any more. Which those are is asked again each time.
func (s *Copies) Erase(ctx context.Context, before, now time.Time) (erased int, more bool, err error) {
	for _, c := range copies {
		n, err := s.erase(ctx, c, before, now)
		if err != nil {
			return 0, false, err
		}
		erased, more = erased+n, more || n == erasedAtOnce
	}
	n, err := s.notices(ctx, before, now)
	if err != nil {
		return 0, false, err
	}
	q := s.db.Write(ctx).Exec("UPDATE api_tokens SET last_used_ip = '' WHERE last_used_ip <> '' AND last_used_at < ?", micros(before))
	return erased + n + int(q.RowsAffected), more || n == erasedAtOnce, q.Error
}

func (s *Copies) erase(ctx context.Context, c copied, before, now time.Time) (erased int, err error) {
	due := "SELECT id FROM " + c.table + " WHERE texts_erased_at IS NULL AND " + c.at + " < @before AND " + c.over +
		" ORDER BY " + c.at + " LIMIT @most" + skipLocked(s.db)
	q := s.db.Write(ctx).Exec("UPDATE "+c.table+" SET "+c.set+", texts_erased_at = @now WHERE texts_erased_at IS NULL AND id IN ("+due+")",
		map[string]any{"words": audit.ErasedOn(now), "now": micros(now), "before": micros(before), "most": erasedAtOnce})
	return int(q.RowsAffected), q.Error
}

// wordless is a notice that says no more why.
type wordless struct {
	ID   string
	Text string
}

// notices lets those that quote a reason say that it was erased.
func (s *Copies) notices(ctx context.Context, before, now time.Time) (erased int, err error) {
	var rows []wordless
	err = s.db.Write(ctx).Raw("SELECT id, text FROM notifications WHERE texts_erased_at IS NULL AND "+quoting+" AND created_at < ? AND NOT "+awaited+
		"notifications.id) ORDER BY created_at LIMIT ?"+skipLocked(s.db), micros(before), erasedAtOnce).Scan(&rows).Error
	if err != nil {
		return 0, err
	}
	for i := range rows {
		rows[i].Text = notify.Unquoted(rows[i].Text, audit.ErasedOn(now))
	}
	err = eachGiven(s.db, rows, func(shape *shape, values [][]any) error {
		table, args, err := givenTable(s.db, shape, values)
		if err != nil {
			return err
		}
		q := s.db.Write(ctx).Exec("UPDATE notifications SET text = e.text, texts_erased_at = ? FROM "+table+" AS e WHERE notifications.id = e.id",
			append([]any{micros(now)}, args...)...)
		erased += int(q.RowsAffected)
		return q.Error
	})
	return erased, err
}
