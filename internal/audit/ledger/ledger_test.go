package ledger_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/audit"
	"innkeeper/internal/audit/ledger"
	"innkeeper/internal/db"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/internal/testkit"
)

var (
	bakery = principal.Account{ID: "acc_bakery", Name: "Blue Door Bakery", Kind: "customer", Path: "/acc_bakery/"}
	school = principal.Account{ID: "acc_school", Name: "Meadow School", Kind: "customer", Path: "/acc_school/"}
	opened = audit.NewAction("test.open", "{actor} opened {object}.")
)

// book is a record with its ledger on a real database.
type book struct {
	db    *db.DB
	now   time.Time
	log   *audit.Service
	vault *safe
	*ledger.Service
}

// safe is a vault in memory.
type safe struct {
	mu                    sync.Mutex
	secret, next, witness string
	stuck                 bool // the next secret does not come into its place
}

func newSafe(t *testing.T) *safe {
	t.Helper()
	return &safe{secret: newSecret(t)}
}

func newSecret(t *testing.T) string {
	t.Helper()
	secret, err := ledger.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func (s *safe) Secret() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.secret, nil
}

func (s *safe) Next() (next string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == "" {
		s.next, err = ledger.NewKey()
	}
	return s.next, err
}

func (s *safe) Replace() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next != "" && !s.stuck {
		s.secret, s.next = s.next, ""
	}
	return nil
}

func (s *safe) Witness() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.witness, nil
}

func (s *safe) Keep(witness string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.witness = witness
	return nil
}

type hold struct{ *db.DB }

func (h hold) Hold(ctx context.Context, _ string) (time.Time, error) { return h.Now(ctx) }

func migrate(url string) error {
	d, err := db.Open(context.Background(), url, "")
	if err != nil {
		return err
	}
	return errors.Join(d.Migrate(context.Background()), d.Close())
}

func each(t *testing.T, test func(t *testing.T, b *book)) {
	t.Helper()
	t.Parallel()
	testkit.EachEngine(t, migrate, func(t *testing.T, url string) { test(t, openBook(t, url)) })
}

// embedded is for what does not depend on how it is stored.
func embedded(t *testing.T, test func(t *testing.T, b *book)) {
	t.Helper()
	t.Parallel()
	test(t, openBook(t, testkit.SQLite(t, migrate)))
}

func openBook(t *testing.T, url string) *book {
	t.Helper()
	b := &book{now: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), vault: newSafe(t)}
	d, err := db.Open(t.Context(), url, t.TempDir(), db.WithClock(func() time.Time { return b.now }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.db, b.log = d, audit.New(store.NewAudit(d), hold{d})
	b.Service = ledger.New(store.NewLedger(d), d, b.vault, b.log)
	return b
}

// visitor is somebody in the account.
func visitor(account principal.Account, visitID string) principal.Principal {
	return principal.Principal{
		Person: principal.Person{ID: "per_ada", Name: "Ada Winter"}, Account: principal.Account{ID: "acc_provider", Name: "Harbour"},
		Role: "admin", Subject: account, Visit: &principal.Visit{ID: visitID, Mode: principal.Look},
		Via: principal.Via{Method: "password", IP: "192.0.2.7", UserAgent: "Firefox <140>"},
	}
}

// write records n acts in the visit.
func (b *book) write(t *testing.T, account principal.Account, visitID string, n int) {
	t.Helper()
	for i := range n {
		b.record(t, visitor(account, visitID), audit.Entry{
			Action: opened, Account: account, Object: audit.Object{Kind: "file", ID: fmt.Sprint(i), Name: "/<index>.html"},
			Before: audit.Fields{"size": 1 << 40, "name": "a\u2028b & <c>"}, After: audit.Fields{"size": 3.5, "name": nil},
			Reason: "asked\u2028by phone & <mail>",
		})
	}
}

func (b *book) record(t *testing.T, by principal.Principal, entry audit.Entry) {
	t.Helper()
	if err := b.db.InTx(t.Context(), func(ctx context.Context) error { return b.log.Record(ctx, by, entry) }); err != nil {
		t.Fatal(err)
	}
}

// owner is the one whose account it is.
func owner() principal.Principal {
	return principal.Principal{
		Person: principal.Person{ID: "per_bea", Name: "Bea Baker"}, Account: bakery, Subject: bakery, Role: "customer", SubjectRole: "customer",
	}.WithScope(principal.Only(bakery))
}

// own records n acts of the owner.
func (b *book) own(t *testing.T, n int) {
	t.Helper()
	for range n {
		b.record(t, owner(), audit.Entry{Action: opened, Account: bakery})
	}
}

// life records the beginning or the end of a visit.
func (b *book) life(t *testing.T, visitID, action string) {
	t.Helper()
	declared, _ := audit.ActionNamed(action)
	b.record(t, visitor(bakery, visitID), audit.Entry{Action: declared, Account: bakery})
}

func (b *book) seal(t *testing.T) {
	t.Helper()
	if err := b.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// tamper does what nobody may: what keeps the record from being changed is taken off.
func (b *book) tamper(t *testing.T, statement string, args ...any) {
	t.Helper()
	write := b.db.Write(t.Context())
	triggers := map[string]string{}
	var rows []struct{ Name, Tab string }
	query := "SELECT name, tbl_name AS tab FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit_%'"
	if b.db.Dialect() == db.Postgres {
		query = "SELECT DISTINCT trigger_name AS name, event_object_table AS tab FROM information_schema.triggers WHERE event_object_table LIKE 'audit_%' UNION SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'audit_%'"
	}
	if err := write.Raw(query).Scan(&rows).Error; err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		triggers[row.Name] = row.Tab
	}
	for name, table := range triggers {
		drop := "DROP TRIGGER " + name
		if b.db.Dialect() == db.Postgres {
			drop += " ON " + table
		}
		if err := write.Exec(drop).Error; err != nil {
			t.Fatal(err)
		}
	}
	done := write.Exec(statement, args...)
	if done.Error != nil || done.RowsAffected == 0 {
		t.Fatalf("%s: %v, %d rows", statement, done.Error, done.RowsAffected)
	}
}

// findings verifies and holds what was found against what must be named.
func (b *book) findings(t *testing.T, witness string, want ...string) {
	t.Helper()
	report, err := b.Verify(t.Context(), ledger.Witness{Head: witness})
	if err != nil {
		t.Fatalf("Verify() = %v", err)
	}
	if len(want) == 0 && !report.Holds() {
		t.Errorf("Verify() finds %q, want nothing", report.Findings)
	}
	for _, text := range want {
		if !strings.Contains(strings.Join(report.Findings, "\n"), text) {
			t.Errorf("Verify() finds %q, want something with %q", report.Findings, text)
		}
	}
}

func TestWhatWasRecordedIsSealed(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.findings(t, "") // an empty record holds
		b.seal(t)
		b.write(t, bakery, "imp_1", 3)
		b.write(t, school, "imp_2", 1)
		b.seal(t)
		b.seal(t) // nothing new: no new head
		b.write(t, bakery, "imp_1", 2)
		b.seal(t)
		b.findings(t, "")
		report, err := b.Verify(t.Context())
		if want := (ledger.Report{Leaves: 6, Heads: 2}); err != nil || report.Leaves != want.Leaves || report.Heads != want.Heads {
			t.Errorf("Verify() = %+v, %v, want %+v", report, err, want)
		}
	})
}

func TestALongRecordIsSealedInParts(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		acts := make([]audit.Stamped, 1201)
		for i := range acts {
			acts[i] = audit.Stamped{At: b.now, By: visitor(bakery, "imp_1"), Entry: audit.Entry{Action: opened, Account: bakery}}
		}
		if err := b.log.RecordAt(t.Context(), acts...); err != nil {
			t.Fatal(err)
		}
		b.seal(t)
		b.findings(t, "")
		receipt := b.receipt(t, "imp_1")
		if checked, err := ledger.Check(receipt); err != nil || len(checked.Records) != len(acts) {
			t.Errorf("Check() = %d records, %v, want %d", len(checked.Records), err, len(acts))
		}
	})
}

func TestSeveralSealOnce(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		var all sync.WaitGroup
		for i := range 8 {
			b.write(t, bakery, fmt.Sprintf("imp_%d", i), 5)
			all.Go(func() {
				if err := b.Seal(t.Context()); err != nil {
					t.Errorf("Seal() = %v", err)
				}
			})
		}
		all.Wait()
		b.seal(t)
		b.findings(t, "")
		if report, _ := b.Verify(t.Context()); report.Leaves != 40 {
			t.Errorf("there are %d leaves, want 40", report.Leaves)
		}
	})
}

// PostgreSQL gives an event its number before the commit: one with a lower number may
// come to light behind others, which were sealed meanwhile.
func TestALateCommitIsSealedToo(t *testing.T) {
	t.Parallel()
	b := openBook(t, testkit.Postgres(t, migrate))
	err := b.db.InTx(t.Context(), func(ctx context.Context) error {
		if err := b.log.Record(ctx, visitor(bakery, "imp_1"), audit.Entry{Action: opened, Account: bakery}); err != nil {
			return err
		}
		b.write(t, school, "imp_2", 2) // of somebody else, committed before
		b.seal(t)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b.seal(t)
	b.findings(t, "")
	if report, err := b.Verify(t.Context()); err != nil || report.Leaves != 3 {
		t.Errorf("Verify() = %+v, %v, want 3 leaves", report, err)
	}
}

// The cases in which somebody with all rights in the database has changed the record.
func TestL05TamperingIsNamed(t *testing.T) {
	cases := map[string]struct {
		statement string
		want      string
	}{
		"an event was edited":      {"UPDATE audit_events SET reason = 'nothing' WHERE object_id = '2'", "was changed"},
		"a before was edited":      {"UPDATE audit_events SET before = '{}' WHERE object_id = '2'", "was changed"},
		"an event was removed":     {"DELETE FROM audit_events WHERE object_id = '2'", "was removed"},
		"a leaf was removed":       {"DELETE FROM audit_leaves WHERE leaf = 2", "Leaves 2 to 2 are missing"},
		"the end was cut":          {"DELETE FROM audit_leaves WHERE leaf >= 4", "its end is missing"},
		"a leaf was edited":        {"UPDATE audit_leaves SET text = replace(text, 'Ada', 'Eve') WHERE leaf = 1", "the record was rewritten"},
		"a salt was edited":        {"UPDATE audit_leaves SET salt = '' WHERE leaf = 1", "Leaf 1 cannot be read"},
		"a hash was removed":       {"DELETE FROM audit_hashes WHERE idx = 1", "has holes"},
		"an account's number":      {"UPDATE audit_leaves SET account_seq = 99 WHERE leaf = 1", "where number 2 is due"},
		"the tree was edited":      {"UPDATE audit_hashes SET hash = (SELECT hash FROM audit_hashes WHERE idx = 0) WHERE idx = 1", "is not that of its leaves"},
		"a head was edited":        {"UPDATE audit_heads SET note = replace(note, 'innkeeper-record', 'innkeeper-recorD')", "not signed by the key"},
		"texts were edited":        {"UPDATE audit_payloads SET text = replace(text, '192.0.2.7', '192.0.2.8') WHERE seq = (SELECT seq FROM audit_leaves WHERE leaf = 2)", "were changed: they say"},
		"texts were removed":       {"DELETE FROM audit_payloads WHERE seq = (SELECT seq FROM audit_leaves WHERE leaf = 2)", "are missing: they were removed, and not erased"},
		"texts were erased":        {"UPDATE audit_payloads SET salt = NULL, text = NULL, erased_at = 1 WHERE seq = (SELECT seq FROM audit_leaves WHERE leaf = 2)", "were erased, and the record says nothing of that"},
		"texts were exchanged":     {"UPDATE audit_events SET payload = (SELECT e.payload FROM audit_events e WHERE e.object_id = '1') WHERE object_id = '2'", "was changed"},
		"an event was put between": {"UPDATE audit_leaves SET seq = seq + 1000 WHERE leaf = 3", "in no leaf"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, b *book) {
				b.write(t, bakery, "imp_1", 6)
				b.now = b.now.Add(time.Hour)
				b.seal(t)
				b.tamper(t, c.statement)
				b.findings(t, "", c.want)
			})
		})
	}
}

// Texts that are kept no longer are erased, and all of it is proven as before: by the
// record, by a receipt that was taken when they were there, and by one that is taken now.
func TestL05ErasedTextsAreNamedAndHold(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.write(t, bakery, "imp_1", 3)
		before := b.checked(t, b.receipt(t, "imp_1"))
		b.now = b.now.AddDate(2, 0, 1)
		b.write(t, bakery, "imp_1", 2)
		b.seal(t)
		eraser := audit.NewEraser(store.NewAudit(b.db), store.NewCopies(b.db), b.log, b.db, 24)
		for range 2 { // the second time nothing is left to be done
			if _, err := eraser.Sweep(t.Context(), "sweep"); err != nil {
				t.Fatalf("Sweep() = %v", err)
			}
		}
		for range 2 { // sealed or not, the record says so
			b.findings(t, "")
			if report, err := b.Verify(t.Context()); err != nil || report.Erased != 3 {
				t.Errorf("Verify() = %+v, %v, want 3 events whose texts were erased", report, err)
			}
			b.seal(t)
		}
		events, err := b.log.List(t.Context(), principal.System("test"), audit.Filter{Limit: 9})
		if err != nil || len(events) != 6 || events[0].Sentence() != "Innkeeper erased reasons, addresses and browsers from what was written before 2 March 2026: they are kept no longer." {
			t.Fatalf("the record reads %+v, %v", events, err)
		}
		if kept, gone := events[1], events[5]; kept.Reason == "" || !kept.TextsErasedAt.IsZero() || gone.Reason+gone.IP+gone.UserAgent != "" || !gone.TextsErasedAt.Equal(b.now) {
			t.Errorf("a young event is %+v, an old one %+v", kept, gone)
		}
		after := b.checked(t, b.receipt(t, "imp_1"))
		if before.Records[0].Reason == "" || before.Records[0].IP != "192.0.2.7" || before.Erased != 0 || after.Records[0].Reason != "" || after.Erased != 3 || after.Records[4].UserAgent != "Firefox <140>" {
			t.Errorf("the receipt of then has %+v, that of now %+v", before.Records, after.Records)
		}
		var salts int64
		if err := b.db.Read(t.Context()).Raw("SELECT count(*) FROM audit_payloads WHERE salt IS NOT NULL OR text IS NOT NULL").Scan(&salts).Error; err != nil || salts != 2 {
			t.Errorf("%d salts and texts are left, %v, want those of the two young events", salts, err)
		}
		b.tamper(t, "UPDATE audit_payloads SET salt = NULL, text = NULL, erased_at = 1 WHERE seq = (SELECT seq FROM audit_leaves WHERE leaf = 4)")
		b.findings(t, "", "were erased, and the record says nothing of that")
	})
}

// Events of older versions have their texts in their own row, and prove as they did.
func TestL05EventsWithTheirTextsInTheRowHold(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		err := b.db.Write(t.Context()).Exec(`INSERT INTO audit_events (at, actor_kind, actor_id, actor_name, actor_role, actor_account_id, actor_employer, subject_id, subject_name,
			account_id, account_name, account_path, impersonation_id, method, action, object_kind, object_id, object_name, result, reason, ip, user_agent)
			VALUES (1, 'person', 'per_ada', 'Ada', 'admin', 'acc_provider', '', 'acc_bakery', 'Bakery', 'acc_bakery', 'Bakery', '/acc_bakery/', 'imp_1', 'password', 'test.open', '', '', '', 'done', 'by phone', '192.0.2.7', 'Firefox')`).Error
		if err != nil {
			t.Fatal(err)
		}
		checked := b.checked(t, b.receipt(t, "imp_1"))
		if r := checked.Records[0]; r.Payload != "" || r.Reason != "by phone" || r.IP != "192.0.2.7" {
			t.Errorf("Check() has %+v", r)
		}
		b.findings(t, "")
		b.tamper(t, "INSERT INTO audit_payloads (seq, salt, text) SELECT seq, 'AAAA', '{}' FROM audit_events")
		b.findings(t, "", "was given texts afterwards")
	})
}

// Who cuts leaves, events and heads alike leaves a record that agrees with itself: what
// was given out tells.
func TestL05AnOlderRecordIsToldByAWitness(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.write(t, bakery, "imp_1", 3)
		b.seal(t)
		b.write(t, bakery, "imp_1", 2)
		var receipt ledger.Receipt
		if err := json.Unmarshal(b.receipt(t, "imp_1"), &receipt); err != nil {
			t.Fatal(err)
		}
		for _, statement := range []string{
			"DELETE FROM audit_leaves WHERE leaf >= 3", "DELETE FROM audit_heads WHERE size > 3", "DELETE FROM audit_hashes WHERE idx >= 4",
			"DELETE FROM audit_events WHERE seq > (SELECT MAX(seq) FROM audit_leaves)",
		} {
			b.tamper(t, statement)
		}
		b.vault.witness = "" // whoever did it had the data directory too
		b.findings(t, "")
		b.findings(t, receipt.Head, "its end is missing")
		b.write(t, bakery, "imp_1", 2) // and goes on otherwise: a fork
		b.seal(t)
		b.findings(t, "")
		b.findings(t, receipt.Head, "there are two of it")
	})
}

func (b *book) receipt(t *testing.T, visitID string) []byte {
	t.Helper()
	receipt, err := b.OfVisit(t.Context(), visitor(bakery, visitID).WithScope(principal.Only(bakery)), visitID)
	if err != nil {
		t.Fatal(err)
	}
	document, err := json.MarshalIndent(receipt, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestAReceiptIsCheckedWithoutUs(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.write(t, bakery, "imp_1", 2)
		b.write(t, school, "imp_2", 3)
		b.write(t, bakery, "imp_1", 1)
		document := b.receipt(t, "imp_1") // seals by itself
		checked, err := ledger.Check(document)
		if key, _ := b.Key(); err != nil || checked.Key != key || checked.Size != 6 {
			t.Fatalf("Check() = %+v, %v, want a head over 6 leaves with our key", checked, err)
		}
		var numbers []int64
		for _, r := range checked.Records {
			numbers = append(numbers, r.AccountSeq)
		}
		if diff := cmp.Diff([]int64{1, 2, 3}, numbers); diff != "" {
			t.Errorf("Check() has records (-want +got):\n%s", diff)
		}
		for name, change := range map[string][2]string{
			"a name":       {"Ada Winter", "Eve Winter"},
			"a leaf":       {`"leaf": 0`, `"leaf": 1`},
			"the visit":    {`"impersonation_id": "imp_1"`, `"impersonation_id": "imp_9"`},
			"the head":     {`innkeeper-record\n6\n`, `innkeeper-record\n7\n`},
			"a reason":     {`asked`, `wished`},
			"an address":   {`192.0.2.7`, `192.0.2.8`},
			"its texts":    {`"texts":`, `"text":`},
			"their salt":   {`"texts_salt":`, `"salt":`},
			"an erasure":   {`"texts_salt":`, `"texts_erased_at": "2026-03-01T10:00:00Z", "texts_salt":`},
			"an addition":  {`"limit":`, `"more": 1, "limit":`},
			"the format":   {ledger.Format, "innkeeper-receipt-9"},
			"nothing left": {string(document), `{}`},
		} {
			forged := strings.Replace(string(document), change[0], change[1], 1)
			if forged == string(document) {
				t.Fatalf("%s: nothing was changed", name)
			}
			if _, err := ledger.Check([]byte(forged)); !errors.Is(err, ledger.ErrBroken) {
				t.Errorf("%s: Check() = %v, want ErrBroken", name, err)
			}
		}
	})
}

// A record that is taken out of a receipt is missed, by its number in the visit; so is one
// whose number in the record itself is not the one that is due.
func TestL05AReceiptLeavesNothingOut(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.write(t, bakery, "imp_1", 2)
		b.seal(t)
		b.write(t, bakery, "imp_2", 2)
		b.write(t, bakery, "imp_1", 2)
		document := b.receipt(t, "imp_1")
		if checked, err := ledger.Check(document); err != nil || !checked.Gapless || checked.Ended || len(checked.Records) != 4 {
			t.Fatalf("Check() = %d records, without a gap %v, with the end %v, %v", len(checked.Records), checked.Gapless, checked.Ended, err)
		}
		for left := range 3 {
			var r ledger.Receipt
			if err := json.Unmarshal(document, &r); err != nil {
				t.Fatal(err)
			}
			r.Records = slices.Delete(r.Records, left, left+1)
			without, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ledger.Check(without); !errors.Is(err, ledger.ErrBroken) || !strings.Contains(err.Error(), fmt.Sprintf("record %d of the visit is missing", left+1)) {
				t.Errorf("without record %d: Check() = %v", left+1, err)
			}
		}
		b.findings(t, "")
		b.tamper(t, "UPDATE audit_leaves SET impersonation_id = 'imp_2' WHERE leaf = 0")
		b.findings(t, "", "Leaf 1 is number 2 of visit imp_1, where number 1 is due")
	})
}

func TestAnotherKeyDoesNotGoOn(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.write(t, bakery, "imp_1", 1)
		b.seal(t)
		b.write(t, bakery, "imp_1", 1)
		if err := ledger.New(store.NewLedger(b.db), b.db, newSafe(t), b.log).Seal(t.Context()); !errors.Is(err, ledger.ErrKey) || !errors.Is(err, ledger.ErrStopped) {
			t.Errorf("Seal() with another key = %v, want ErrKey", err)
		}
		b.seal(t)
		b.findings(t, "")
	})
}

func TestAReceiptFromAnotherAccountsScope(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.write(t, bakery, "imp_1", 2)
		for name, scope := range map[string]principal.Scope{"none": {}, "another": principal.Only(school)} {
			_, err := b.OfVisit(t.Context(), visitor(school, "imp_1").WithScope(scope), "imp_1")
			if !errors.Is(err, ledger.ErrNothing) {
				t.Errorf("%s: OfVisit() = %v, want ErrNothing", name, err)
			}
		}
	})
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"format":"innkeeper-receipt-1","records":[{"leaf":-1,"salt":"","text":"","proof":["x"]}],"head":"a\n","key":"b"}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		if checked, err := ledger.Check(document); err == nil {
			t.Errorf("Check(%q) = %+v: nobody signed it", document, checked)
		}
	})
}
