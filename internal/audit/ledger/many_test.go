package ledger_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"innkeeper/internal/db"
	"innkeeper/internal/testkit"
)

// entries is how many a long record has: fewer than a million unless the environment
// says so, so that the test takes seconds.
func entries(t *testing.T) int { return testkit.Extent(t, "INNKEEPER_TEST_ENTRIES", 20_000, 1000) }

// fill writes n events of a thousand accounts in the row of which their texts stand, as
// fast as the database takes them.
func (b *book) fill(t *testing.T, n int) {
	t.Helper()
	numbers := "(SELECT i FROM generate_series(1, %d) AS s(i)) AS s"
	if b.db.Dialect() == db.SQLite {
		numbers = "(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < %d) SELECT i FROM s) AS s"
	}
	err := b.db.Write(t.Context()).Exec(fmt.Sprintf(`INSERT INTO audit_events (at, actor_kind, actor_id, actor_name, actor_role, actor_account_id, actor_employer, subject_id, subject_name,
			account_id, account_name, account_path, impersonation_id, login_session_id, method, action, object_kind, object_id, object_name, before, after, result, reason, ip, user_agent)
		SELECT %d + i, 'person', 'per_' || i %% 50, 'Anna Lind', 'support', 'acc_provider', 'Harbour Hosting', 'acc_' || i %% 1000, 'Blue Door Bakery',
			'acc_' || i %% 1000, 'Blue Door Bakery', '/acc_provider/acc_' || i %% 1000 || '/', 'imp_' || i / 10, 'ses_' || i %% 50, 'password', 'mailbox.update', 'mailbox', 'mbx_' || i, 'box' || i || '@bluedoor.example',
			'{"quota_mb":1000}', '{"quota_mb":2000}', 'done', 'asked by phone', '192.0.2.7', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
		FROM `+numbers, b.now.UnixMicro(), n)).Error
	if err != nil {
		t.Fatal(err)
	}
}

// One entry of very many was edited, in the middle: it is found, and nothing else is.
func TestL05OneOfManyEntriesIsNamed(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		n := entries(t)
		took := func(what string, do func()) {
			begun := time.Now()
			do()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			t.Logf("%d entries are %s in %v; the process has %d MB", n, what, time.Since(begun).Round(time.Millisecond), m.Sys>>20)
		}
		took("written", func() { b.fill(t, n) })
		took("sealed", func() { b.seal(t) })
		took("verified", func() {
			report, err := b.Verify(t.Context())
			if err != nil || !report.Holds() || report.Leaves != int64(n) {
				t.Fatalf("Verify() = %+v, %v, want %d leaves that hold", report, err, n)
			}
		})
		middle := n / 2
		b.tamper(t, "UPDATE audit_events SET after = '{\"quota_mb\":3000}' WHERE object_id = ?", fmt.Sprintf("mbx_%d", middle))
		took("verified again", func() {
			report, err := b.Verify(t.Context())
			want := fmt.Sprintf("Event %d was changed", middle)
			if err != nil || len(report.Findings) != 1 || len(report.Findings[0]) < len(want) || report.Findings[0][:len(want)] != want {
				t.Errorf("Verify() finds %q, %v, want %q alone", report.Findings, err, want)
			}
		})
	})
}
