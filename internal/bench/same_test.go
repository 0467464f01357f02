package bench_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What the benchmarks compare is the same work: these tests hold both sides of
// them to the same rows.

func TestPlainStatementsWriteWhatTheSweepWrites(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			want := written(t, engine.open(t, village), villageSize)
			url := engine.open(t, village)
			h := newHouse(t, url)
			for _, transaction := range want {
				if err := newPlain(t, h, url).run(t.Context(), transaction); err != nil {
					t.Fatal(err)
				}
			}
			for j, transaction := range swept(t, h, villageSize) {
				if len(transaction) != len(want[j]) {
					t.Fatalf("transaction %d wrote rows for %d statements, want %d", j, len(transaction), len(want[j]))
				}
				for i, statement := range transaction {
					if diff := cmp.Diff(want[j][i].args, statement.args); diff != "" {
						t.Errorf("statement %d of transaction %d (-sweep +plain):\n%s", i, j, diff)
					}
				}
			}
		})
	}
}

func TestAReplayedRequestWritesWhatItWrote(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			url := engine.open(t, village)
			h := newHouse(t, url)
			v := visitors(t, h, url)[0]
			if err := v.replay(t.Context(), newPlain(t, h, url)); err != nil {
				t.Fatal(err)
			}
			for _, query := range []string{
				"SELECT count(*) FROM mailboxes WHERE address LIKE '%@" + v.domain + "'",
				"SELECT count(*) FROM audit_events WHERE action = 'mailbox.create' AND impersonation_id = '" + v.by.VisitID() + "'",
				"SELECT count(*) FROM outbox WHERE task = 'mailbox.apply' AND object_id IN (SELECT id FROM mailboxes WHERE address LIKE '%@" + v.domain + "')",
			} {
				var n int
				if err := h.db.Read(t.Context()).Raw(query).Scan(&n).Error; err != nil || n != 2 {
					t.Errorf("%s = %d, %v, want 2: recorded and replayed", strings.TrimPrefix(query, "SELECT "), n, err)
				}
			}
		})
	}
}
