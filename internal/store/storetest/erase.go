package storetest

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/db"
	"innkeeper/internal/store"
)

// copiesSQL are rows of each table that has copies, all from the same day: old and done with,
// and what is still needed, which has "need" in its id.
var copiesSQL = []string{
	`INSERT INTO login_sessions (id, person_id, account_id, token_hash, ip, user_agent, started_at, last_activity_at, idle_timeout, expires_at, ended_at, end_reason, closed_at, closed_by) VALUES
		('ses_old', 'per_anna', 'acc_provider', 'h1', '192.0.2.7', 'Firefox', @day, @day, 9, @day + 9, @day + 9, 'idle', @day + 9, 'sweep'),
		('ses_need', 'per_anna', 'acc_provider', 'h2', '192.0.2.8', 'Firefox', @day, @day, 9, @day + 9, NULL, NULL, NULL, NULL)`,
	visitSQL("imp_old", "per_anna", "@day + 9, 'stopped'") + ", " + visitSQL("imp_need_open", "per_anna", "NULL, NULL")[len(visitHead):] + ", " + visitSQL("imp_need_mail", "per_anna", "@day + 9, 'stopped'")[len(visitHead):],
	askSQL("ask_old", "per_anna", "denied") + ", " + askSQL("ask_need", "per_anna", "waiting")[len(askHead):],
	`INSERT INTO visit_announcements (id, actor_id, subject_id, reason_code, reason, ticket, created_at) VALUES ('ann_old', 'per_anna', 'acc_customer', 'incident', 'secret', '4711', @day)`,
	`INSERT INTO notifications (id, account_id, event, impersonation_id, text, created_at) VALUES
		('ntf_old', 'acc_customer', 'impersonation.start', 'imp_old', 'Anna signed in to your account, view only: “secret “of” all”', @day),
		('ntf_need', 'acc_customer', 'impersonation.start', 'imp_need_mail', 'Anna signed in: “secret”', @day),
		('ntf_other', 'acc_customer', 'token.create', '', 'The token “deploy” was made', @day)`,
	`INSERT INTO mails (id, source, object_id, event, recipient, subject, body, html, message_id, created_at, sent_at) VALUES
		('eml_old', 'ntf_old', 'ntf_old', 'x', 'a@example.com', 'secret', 'secret', 'secret', 'm1', @day, @day),
		('eml_given_up', 'ntf_other', 'ntf_other', 'x', 'a@example.com', 'secret', 'secret', '', 'm2', @day, NULL),
		('eml_need', 'ntf_need', 'ntf_need', 'x', 'a@example.com', 'secret', 'secret', 'secret', 'm3', @day, NULL)`,
	`INSERT INTO outbox (id, task, object_id, created_at, due_at, done_at, failed_at) VALUES
		('job_1', 'notify.mail', 'ntf_old', @day, @day, @day, NULL), ('job_2', 'notify.mail', 'ntf_other', @day, @day, NULL, @day), ('job_3', 'notify.mail', 'ntf_need', @day, @day, NULL, NULL)`,
	`INSERT INTO api_tokens (id, person_id, account_id, made_as, name, secret_hash, hint, scopes, created_at, issued_at, expires_at, last_used_at, last_used_ip, proved_at, proved_by)
		VALUES ('tok_old', 'per_anna', 'acc_provider', 'support', 'old', 'h1', '', '', @day, @day, @day + 9, @day, '192.0.2.9', @day, 'password')`,
}

const (
	visitHead = `INSERT INTO impersonations (id, actor_id, actor_name, actor_account_id, actor_role, actor_employer, subject_id, subject_name, subject_kind, login_session_id, mode, reason_code,
		reason, ticket, informed, not_told_because, note, ip, user_agent, return_to, started_at, last_activity_at, idle_timeout, expires_at, bounded_by, ended_at, end_reason) VALUES `
	askHead = `INSERT INTO impersonation_requests (id, kind, actor_id, actor_name, actor_account_id, actor_role, actor_employer, subject_id, subject_name, subject_kind, mode, reason_code,
		reason, ticket, informed, not_told_because, note, created_at, lapses_at, state) VALUES `
)

func visitSQL(id, actor, end string) string {
	return visitHead + fmt.Sprintf(`('%s', '%s', 'Anna', 'acc_provider', 'support', '', 'acc_customer', 'Customer', 'customer', 'ses_old', 'look', 'incident',
		'secret', '4711', 'not_told', 'secret', '', '192.0.2.7', 'Firefox', '/', @day, @day, 9, @day + 9, 'cap', %s)`, id, actor, end)
}

func askSQL(id, actor, state string) string {
	return askHead + fmt.Sprintf(`('%s', 'consent', '%s', 'Anna', 'acc_provider', 'support', '', 'acc_customer', 'Customer', 'customer', 'look', 'incident',
		'secret', '4711', 'not_told', 'secret', 'secret', @day, @day + 9, '%s')`, id, actor, state)
}

// textsSQL is what is read of each row, to be compared.
const textsSQL = `SELECT id, reason || '|' || not_told_because || '|' || note || '|' || ip || '|' || user_agent || '|' || ticket AS text FROM impersonations
	UNION ALL SELECT id, reason || '|' || not_told_because || '|' || note || '|' || ticket FROM impersonation_requests
	UNION ALL SELECT id, reason || '|' || ticket FROM visit_announcements
	UNION ALL SELECT id, text FROM notifications
	UNION ALL SELECT id, subject || '|' || body || '|' || html || '|' || recipient FROM mails
	UNION ALL SELECT id, user_agent || '|' || ip FROM login_sessions
	UNION ALL SELECT id, last_used_ip FROM api_tokens`

// Copies is the suite of store.Copies.
func Copies(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	now := hostedAt.AddDate(2, 0, 0)
	setup := func(t *testing.T) (*db.DB, *store.Copies) {
		t.Helper()
		t.Parallel()
		d := newAsking(t, open).db
		for _, statement := range copiesSQL {
			if err := d.Write(t.Context()).Exec(strings.ReplaceAll(statement, "@day", strconv.FormatInt(hostedAt.UnixMicro(), 10))).Error; err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
		return d, store.NewCopies(d)
	}
	texts := func(t *testing.T, d *db.DB) map[string]string {
		t.Helper()
		var rows []struct{ ID, Text string }
		if err := d.Read(t.Context()).Raw(textsSQL).Scan(&rows).Error; err != nil {
			t.Fatal(err)
		}
		found := map[string]string{}
		for _, row := range rows {
			found[row.ID] = row.Text
		}
		return found
	}
	erase := func(t *testing.T, s *store.Copies, before time.Time, want int) {
		t.Helper()
		if n, more, err := s.Erase(t.Context(), before, now); n != want || more || err != nil {
			t.Errorf("Erase(%v) = %d, %v, %v, want %d rows and no more", before, n, more, err, want)
		}
	}

	t.Run("what is old says that it was erased, and what is needed stays", func(t *testing.T) {
		d, s := setup(t)
		want := texts(t, d)
		erase(t, s, hostedAt, 0)
		if diff := cmp.Diff(want, texts(t, d)); diff != "" {
			t.Errorf("nothing is older (-want +got):\n%s", diff)
		}
		const words = "erased on 1 March 2028"
		for id, text := range map[string]string{
			"imp_old": words + "|" + words + "||||4711", "ask_old": words + "|" + words + "|" + words + "|4711", "ann_old": words + "|4711",
			"ntf_old": "Anna signed in to your account, view only: “" + words + "”",
			"eml_old": words + "|" + words + "||a@example.com", "eml_given_up": words + "|" + words + "||a@example.com", "ses_old": words + "|", "tok_old": "",
		} {
			want[id] = text
		}
		erase(t, s, hostedAt.Add(time.Microsecond), 8)
		if diff := cmp.Diff(want, texts(t, d)); diff != "" {
			t.Errorf("after it was erased (-want +got):\n%s", diff)
		}
		erase(t, s, hostedAt.Add(time.Microsecond), 0)
	})

	t.Run("when nobody needs it any more it goes, too", func(t *testing.T) {
		d, s := setup(t)
		for _, statement := range []string{
			"UPDATE outbox SET done_at = 1", "UPDATE impersonation_requests SET state = 'lapsed'",
			"UPDATE impersonations SET ended_at = expires_at, end_reason = 'expired' WHERE ended_at IS NULL",
			"UPDATE login_sessions SET ended_at = expires_at, end_reason = 'expired' WHERE ended_at IS NULL",
		} {
			if err := d.Write(t.Context()).Exec(statement).Error; err != nil {
				t.Fatal(err)
			}
		}
		erase(t, s, hostedAt.Add(time.Microsecond), 14)
		for id, text := range texts(t, d) {
			if strings.Contains(text, "secret") || strings.Contains(text, "192.0.2.") || strings.Contains(text, "Firefox") {
				t.Errorf("%s still says %q", id, text)
			}
		}
	})

	t.Run("nothing else of an ended row can be changed, and the words once", func(t *testing.T) {
		d, s := setup(t)
		erase(t, s, hostedAt.Add(time.Microsecond), 8)
		for table, id := range map[string]string{"impersonations": "imp_need_mail", "login_sessions": "ses_need"} {
			if err := d.Write(t.Context()).Exec("UPDATE " + table + " SET ended_at = expires_at, end_reason = 'expired' WHERE id = '" + id + "' AND ended_at IS NULL").Error; err != nil {
				t.Fatal(err)
			}
			columns, err := d.Read(t.Context()).Migrator().ColumnTypes(table)
			if err != nil || len(columns) < 15 {
				t.Fatalf("the columns of %s are %v, %v", table, columns, err)
			}
			for _, column := range columns {
				// A value that is another one in columns of both kinds; of its own text a row says nothing but that it was erased.
				change := column.Name() + " = '77'"
				if column.Name() == "texts_erased_at" {
					continue
				}
				for _, set := range []string{change, change + ", texts_erased_at = 1"} {
					if d.Write(t.Context()).Exec("UPDATE "+table+" SET "+set+" WHERE id = ?", id).Error == nil {
						t.Errorf("UPDATE %s SET %s was done", table, set)
					}
				}
			}
		}
		for _, again := range []string{"texts_erased_at = NULL", "reason = 'erased on 1 May 2028'", "reason = 'erased on 1 May 2028', texts_erased_at = 2"} {
			if d.Write(t.Context()).Exec("UPDATE impersonations SET "+again+" WHERE id = 'imp_old'").Error == nil {
				t.Errorf("UPDATE impersonations SET %s was done after the words were erased", again)
			}
		}
	})
}
