package ledger_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/audit/ledger"
	"innkeeper/internal/store"
	"innkeeper/internal/testkit"
)

func (b *book) rotate(t *testing.T) ledger.Link {
	t.Helper()
	link, err := b.Rotate(t.Context())
	if err != nil {
		t.Fatalf("Rotate() = %v", err)
	}
	return link
}

func (b *book) key(t *testing.T) string {
	t.Helper()
	key, err := b.Key()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (b *book) notes(t *testing.T) []string {
	t.Helper()
	links, err := b.Links(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var notes []string
	for _, l := range links {
		notes = append(notes, l.Note)
	}
	return notes
}

func TestL05AKeyThatWasReplacedStillProves(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		first := b.key(t)
		b.write(t, bakery, "imp_1", 2)
		old := b.checked(t, b.receipt(t, "imp_1"))
		link := b.rotate(t)
		second := b.key(t)
		if first == second || link.Key != second || link.By != first || link.Size != 2 {
			t.Fatalf("Rotate() = %+v from %s to %s", link, first, second)
		}
		b.write(t, bakery, "imp_1", 2)
		young := b.checked(t, b.receipt(t, "imp_1"))
		b.rotate(t)
		b.write(t, bakery, "imp_1", 1)
		b.seal(t)
		b.findings(t, "")
		if young.Key != second || old.Key != first {
			t.Errorf("receipts are signed by %s and %s, want %s and %s", old.Key, young.Key, first, second)
		}
		for name, err := range map[string]error{
			"the old receipt, with all links":           old.By(b.key(t), b.notes(t)),
			"the old receipt, with the old key":         old.By(first, nil),
			"the young receipt, with the old key":       young.By(first, nil),
			"the young receipt, with all links":         young.By(b.key(t), b.notes(t)),
			"the young receipt, with the links of then": young.By(second, b.notes(t)[:1]),
			"the record has given it":                   old.In(b.vault),
		} {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := young.By(ownKey(t), nil); !errors.Is(err, ledger.ErrBroken) {
			t.Errorf("with a stranger's key: %v, want ErrBroken", err)
		}
	})
}

func ownKey(t *testing.T) string {
	t.Helper()
	signer, err := ledger.NewSigner(newSecret(t))
	if err != nil {
		t.Fatal(err)
	}
	return signer.Key()
}

func (b *book) checked(t *testing.T, document []byte) ledger.Checked {
	t.Helper()
	checked, err := ledger.Check(document)
	if err != nil {
		t.Fatalf("Check() = %v", err)
	}
	return checked
}

// Whoever has got hold of an old key signs with it what he likes: it counts for nothing
// behind the place where the key was replaced.
func TestL05AnOldKeySignsNothingNew(t *testing.T) {
	embedded(t, func(t *testing.T, b *book) {
		stolen := b.vault.secret
		b.write(t, bakery, "imp_1", 2)
		b.rotate(t)
		links := b.notes(t)
		thief := openBook(t, testkit.SQLite(t, migrate))
		thief.vault.secret = stolen
		thief.write(t, bakery, "imp_1", 5)
		forged := thief.checked(t, thief.receipt(t, "imp_1"))
		if err := forged.By(b.key(t), links); !errors.Is(err, ledger.ErrBroken) || !strings.Contains(err.Error(), "not in force") {
			t.Errorf("a receipt with the stolen key: %v, want that the key was not in force", err)
		}
		b.findings(t, forgedHead(t, thief), "not in force then")
	})
}

// Whoever can write the database can make a record of his own with links of its own. They
// do not lead to the key that is known.
func TestL05LinksWithoutTheKeyProveNothing(t *testing.T) {
	embedded(t, func(t *testing.T, b *book) {
		b.write(t, bakery, "imp_1", 1)
		b.seal(t)
		forger := openBook(t, testkit.SQLite(t, migrate))
		forger.write(t, bakery, "imp_1", 2)
		forger.rotate(t)
		forged := forger.checked(t, forger.receipt(t, "imp_1"))
		if err := forged.By(b.key(t), forger.notes(t)); !errors.Is(err, ledger.ErrBroken) || !strings.Contains(err.Error(), "another record") {
			t.Errorf("By() with forged links = %v, want ErrBroken: the key is not in them", err)
		}
		forger.vault.secret = b.vault.secret // his links are at hand, and the key is ours
		if err := forged.In(forger.vault); !errors.Is(err, ledger.ErrBroken) {
			t.Errorf("In() with forged links = %v, want ErrBroken", err)
		}
	})
}

func forgedHead(t *testing.T, b *book) string {
	t.Helper()
	var receipt ledger.Receipt
	if err := json.Unmarshal(b.receipt(t, "imp_1"), &receipt); err != nil {
		t.Fatal(err)
	}
	return receipt.Head
}

// Nobody becomes the one before somebody else's key by saying so.
func TestL05ASuccessorMustAgree(t *testing.T) {
	embedded(t, func(t *testing.T, b *book) {
		b.write(t, bakery, "imp_1", 1)
		b.rotate(t)
		b.write(t, bakery, "imp_1", 1)
		document := string(b.receipt(t, "imp_1"))
		other := newSafe(t)
		signer, err := ledger.NewSigner(other.secret)
		if err != nil {
			t.Fatal(err)
		}
		forged := strings.ReplaceAll(document, b.key(t), signer.Key())
		if _, err := ledger.Check([]byte(forged)); !errors.Is(err, ledger.ErrBroken) {
			t.Errorf("Check() with another successor = %v, want ErrBroken", err)
		}
		without := strings.Replace(document, `"links"`, `"linkz"`, 1)
		if _, err := ledger.Check([]byte(without)); !errors.Is(err, ledger.ErrBroken) {
			t.Errorf("Check() without the links = %v, want ErrBroken", err)
		}
	})
}

// The new key is signed for and not in its place yet: the process died, or another one
// is still at it.
func TestReplacingTheKeyIsGoneOnWith(t *testing.T) {
	embedded(t, func(t *testing.T, b *book) {
		b.write(t, bakery, "imp_1", 1)
		b.vault.stuck = true
		link := b.rotate(t)
		b.vault.stuck = false
		b.write(t, bakery, "imp_1", 1)
		b.seal(t)
		if b.key(t) != link.Key {
			t.Errorf("the key is %s, want %s", b.key(t), link.Key)
		}
		b.findings(t, "")
	})
}

// backup is the record as it was, put back where it is now.
type backup struct{ Leaves, Links, Seq int64 }

func (b *book) backup(t *testing.T) backup {
	t.Helper()
	var is backup
	err := b.db.Read(t.Context()).Raw("SELECT (SELECT COUNT(*) FROM audit_leaves) AS leaves, (SELECT COUNT(*) FROM audit_links) AS links, (SELECT COALESCE(MAX(seq), 0) FROM audit_events) AS seq").Scan(&is).Error
	if err != nil {
		t.Fatal(err)
	}
	return is
}

func (b *book) restore(t *testing.T, was backup) {
	t.Helper()
	for _, statement := range []struct {
		sql  string
		from int64
	}{
		{"DELETE FROM audit_leaves WHERE leaf >= ?", was.Leaves}, {"DELETE FROM audit_heads WHERE size > ?", was.Leaves},
		{"DELETE FROM audit_hashes WHERE idx >= ?", stored(was.Leaves)}, {"DELETE FROM audit_events WHERE seq > ?", was.Seq},
	} {
		b.tamper(t, statement.sql, statement.from)
	}
	if b.backup(t).Links > was.Links {
		b.tamper(t, "DELETE FROM audit_links WHERE number > ?", was.Links)
	}
}

// stored is how many hashes a tree over so many leaves has.
func stored(leaves int64) (n int64) {
	for ; leaves > 0; leaves /= 2 {
		n += leaves
	}
	return n
}

func TestL05ARestoredBackupStopsSealing(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.write(t, bakery, "imp_1", 3)
		b.seal(t)
		was := b.backup(t)
		b.write(t, bakery, "imp_2", 4)
		lost := b.receipt(t, "imp_2")
		if err := b.Stands(t.Context()); err != nil {
			t.Fatalf("Stands() = %v before the backup is put back", err)
		}
		b.restore(t, was)
		if err := b.Stands(t.Context()); !errors.Is(err, ledger.ErrBehind) || !strings.Contains(err.Error(), "3 leaves, and 7 were signed") {
			t.Errorf("Stands() = %v, want that the end is missing", err)
		}
		b.findings(t, "", "ends after 3 leaves, and a signed head states 7")
		b.write(t, bakery, "imp_3", 1) // people go on working
		if err := b.Seal(t.Context()); !errors.Is(err, ledger.ErrStopped) || !errors.Is(err, ledger.ErrBehind) {
			t.Errorf("Seal() = %v, want ErrStopped", err)
		}
		if _, err := b.OfVisit(t.Context(), visitor(bakery, "imp_3"), "imp_3"); !errors.Is(err, ledger.ErrStopped) {
			t.Errorf("OfVisit() = %v, want ErrStopped", err)
		}

		link, err := b.NewEpoch(t.Context(), " The disk\nfailed ")
		if err != nil || link.Size != 3 || link.Lost != 7 || link.Epoch != 2 || link.Reason != "The disk failed" {
			t.Fatalf("NewEpoch() = %+v, %v", link, err)
		}
		b.write(t, bakery, "imp_3", 2)
		b.seal(t)
		b.findings(t, "")
		receipt := b.checked(t, b.receipt(t, "imp_3"))
		if len(receipt.Links) != 1 || !strings.Contains(receipt.Links[0].String(), "went on from 3 leaves, where 7 had been signed. The reason given: The disk failed") {
			t.Errorf("the receipt says of the record: %v", receipt.Links)
		}
		// What was lost still proves by itself, and is named when it is held against the record.
		if err := b.checked(t, lost).In(b.vault); err != nil {
			t.Errorf("the receipt of a visit that is lost: %v", err)
		}
		witness, err := ledger.ReadWitness(lost)
		if err != nil {
			t.Fatal(err)
		}
		report, err := b.Verify(t.Context(), witness)
		if err != nil || !report.Holds() || len(report.Lost) != 1 || len(report.Links) != 1 {
			t.Errorf("Verify() = %+v, %v, want one head that is lost", report, err)
		}
	})
}

// A backup from before the key was replaced knows nothing of the new one.
func TestL05ABackupFromBeforeTheKey(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.write(t, bakery, "imp_1", 3)
		b.seal(t)
		was := b.backup(t)
		b.write(t, bakery, "imp_1", 1)
		b.rotate(t)
		b.write(t, bakery, "imp_1", 1)
		b.seal(t)
		b.restore(t, was)
		b.write(t, bakery, "imp_1", 1)
		if err := b.Seal(t.Context()); !errors.Is(err, ledger.ErrBehind) {
			t.Errorf("Seal() = %v, want ErrBehind", err)
		}
		b.findings(t, "", "A witness knows 1 links, and the record has 0")
		if link, err := b.NewEpoch(t.Context(), "put back"); err != nil || link.Number != 2 || link.Lost != 5 {
			t.Fatalf("NewEpoch() = %+v, %v", link, err)
		}
		b.seal(t)
		b.findings(t, "")
		b.rotate(t)
		b.write(t, bakery, "imp_1", 1)
		b.seal(t)
		b.findings(t, "")
		b.checked(t, b.receipt(t, "imp_1"))
	})
}

// The key was replaced, nothing was sealed since, and the database is put back: the witness
// knows of the new key already.
func TestL05TheWitnessKnowsTheNewKeyAtOnce(t *testing.T) {
	embedded(t, func(t *testing.T, b *book) {
		b.write(t, bakery, "imp_1", 3)
		b.seal(t)
		was := b.backup(t)
		b.write(t, bakery, "imp_1", 1)
		b.rotate(t)
		b.restore(t, was)
		b.write(t, bakery, "imp_1", 1)
		if err := b.Seal(t.Context()); !errors.Is(err, ledger.ErrBehind) || !strings.Contains(err.Error(), "1 links of it are known") {
			t.Errorf("Seal() = %v, want ErrBehind: a link is missing", err)
		}
		if link, err := b.NewEpoch(t.Context(), "put back"); err != nil || link.Number != 2 || link.Lost != 4 {
			t.Fatalf("NewEpoch() = %+v, %v", link, err)
		}
		b.seal(t)
		b.findings(t, "")
	})
}

// The end of the leaves was cut and the heads were forgotten.
func TestL05ACutEndStopsSealing(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.write(t, bakery, "imp_1", 5)
		b.seal(t)
		b.vault.witness = ""
		b.tamper(t, "DELETE FROM audit_leaves WHERE leaf >= 4")
		b.tamper(t, "DELETE FROM audit_hashes WHERE idx >= ?", stored(4))
		if err := b.Seal(t.Context()); !errors.Is(err, ledger.ErrBehind) || !strings.Contains(err.Error(), "its last head states 5") {
			t.Errorf("Seal() = %v, want ErrBehind", err)
		}
		if link, err := b.NewEpoch(t.Context(), "cut"); err != nil || link.Lost != 5 || link.Size != 4 {
			t.Fatalf("NewEpoch() = %+v, %v", link, err)
		}
		b.seal(t) // the event is there, and gets another leaf
		b.findings(t, "")
	})
}

// An epoch must not admit less than what is lost.
func TestL05AnEpochThatHidesIsNamed(t *testing.T) {
	embedded(t, func(t *testing.T, b *book) {
		b.write(t, bakery, "imp_1", 3)
		b.seal(t)
		was := b.backup(t)
		b.write(t, bakery, "imp_1", 4)
		witness, err := ledger.ReadWitness(b.receipt(t, "imp_1"))
		if err != nil {
			t.Fatal(err)
		}
		b.restore(t, was)
		b.vault.witness = ""
		if _, err := b.NewEpoch(t.Context(), "nothing of note"); err != nil {
			t.Fatal(err)
		}
		b.write(t, bakery, "imp_1", 1)
		b.seal(t)
		b.findings(t, "")
		b.findings(t, witness.Head, "7 leaves were signed, and epoch 2 admits 3 alone")
		if _, err := b.NewEpoch(t.Context(), " "); err == nil {
			t.Error("NewEpoch() without a reason succeeded")
		}
	})
}

// Somebody with all rights in the database takes an event out, numbers what follows anew
// and rebuilds tree and heads. He has not the key.
func TestL05ARebuiltTreeIsNamed(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		b.write(t, bakery, "imp_1", 5)
		b.seal(t)
		honest, err := ledger.ReadWitness(b.receipt(t, "imp_1"))
		if err != nil {
			t.Fatal(err)
		}
		b.tamper(t, "DELETE FROM audit_events WHERE object_id = '2'")
		for _, table := range []string{"audit_leaves", "audit_hashes", "audit_heads"} {
			b.tamper(t, "DELETE FROM "+table)
		}
		kept := b.vault.witness
		b.vault.secret, b.vault.witness = newSecret(t), ""
		b.seal(t) // rebuilt, whole, with a key of his own
		b.findings(t, "")
		b.findings(t, honest.Head, "not signed by the key of this record")
		rightful := &safe{secret: b.vault.secret, witness: kept}
		if err := ledger.New(store.NewLedger(b.db), b.db, rightful, b.log).Stands(t.Context()); err == nil {
			t.Error("Stands() finds nothing in a record that was rebuilt")
		}
	})
}

func TestTheLastSealIsAWitness(t *testing.T) {
	embedded(t, func(t *testing.T, b *book) {
		if seal, err := b.LastSeal(t.Context()); seal != "" || err != nil {
			t.Errorf("LastSeal() = %q, %v of an empty record", seal, err)
		}
		b.write(t, bakery, "imp_1", 3)
		b.seal(t)
		seal, err := b.LastSeal(t.Context())
		if err != nil || len(seal) > 400 {
			t.Fatalf("LastSeal() = %d characters, %v", len(seal), err)
		}
		witness, err := ledger.ReadWitness([]byte(seal + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		b.findings(t, witness.Head)
		for _, text := range []string{"", "{}", "AAAA", "nothing"} {
			if _, err := ledger.ReadWitness([]byte(text)); err == nil {
				t.Errorf("ReadWitness(%q) succeeded", text)
			}
		}
	})
}

// statement is of a time in hours from the beginning of the test.
func (b *book) statement(t *testing.T, from, to time.Duration) []byte {
	t.Helper()
	begun := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	s, err := b.OfTime(t.Context(), owner(), begun.Add(from), begun.Add(to))
	if err != nil {
		t.Fatalf("OfTime() = %v", err)
	}
	document, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestL05AStatementLeavesNothingOut(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		day := 24 * time.Hour
		b.write(t, bakery, "imp_1", 2)
		b.write(t, school, "imp_9", 3)
		b.now = b.now.Add(3 * day)
		b.own(t, 2)
		b.now = b.now.Add(3 * day)
		b.write(t, bakery, "imp_2", 2)
		b.own(t, 1)
		b.now = b.now.Add(3 * day)
		for name, c := range map[string]struct {
			from, to time.Duration
			others   int
			records  int
		}{
			"nobody was there":           {4 * day, 5 * day, 0, 4}, // the edge, two of his own, and the edge
			"a visit":                    {5 * day, 7 * day, 2, 0},
			"all of the time until now":  {-day, 9 * day, 4, 0},
			"before anything":            {-9 * day, -8 * day, 0, 0},
			"the time ends with a visit": {4 * day, 6 * day, 0, 0},
		} {
			checked := b.checked(t, b.statement(t, c.from, c.to))
			if len(checked.Others) != c.others || c.records > 0 && len(checked.Records) != c.records {
				t.Errorf("%s: %d by others in %d records, want %d in %d", name, len(checked.Others), len(checked.Records), c.others, c.records)
			}
		}
		document := string(b.statement(t, 5*day, 7*day))
		var s ledger.Statement
		if err := json.Unmarshal([]byte(document), &s); err != nil {
			t.Fatal(err)
		}
		for name, change := range map[string]func(s *ledger.Statement){
			"one is left out":         func(s *ledger.Statement) { s.Records = append(s.Records[:2:2], s.Records[3:]...) },
			"the beginning is cut":    func(s *ledger.Statement) { s.Records = s.Records[2:] },
			"the end is cut":          func(s *ledger.Statement) { s.Records = s.Records[:len(s.Records)-1] },
			"the time is shifted":     func(s *ledger.Statement) { s.From = s.From.Add(-4 * day) },
			"it is another account's": func(s *ledger.Statement) { s.AccountID = school.ID },
			"nothing is in it":        func(s *ledger.Statement) { s.Records = nil },
		} {
			forged := s
			change(&forged)
			text, err := json.Marshal(forged)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ledger.Check(text); !errors.Is(err, ledger.ErrBroken) {
				t.Errorf("%s: Check() = %v, want ErrBroken", name, err)
			}
		}
	})
}

func TestAStatementIsAboutATimeThatIsOver(t *testing.T) {
	embedded(t, func(t *testing.T, b *book) {
		for name, period := range map[string][2]time.Duration{"it ends tomorrow": {0, 24 * time.Hour}, "it ends before it begins": {0, -time.Hour}, "it is no time": {-time.Hour, -time.Hour}} {
			if _, err := b.OfTime(t.Context(), owner(), b.now.Add(period[0]), b.now.Add(period[1])); !errors.Is(err, ledger.ErrNotYet) {
				t.Errorf("%s: OfTime() = %v, want ErrNotYet", name, err)
			}
		}
	})
}

// A visit that began before the time and ended after it was in it.
func TestL05AVisitAcrossTheTimeIsInIt(t *testing.T) {
	embedded(t, func(t *testing.T, b *book) {
		b.life(t, "imp_1", "impersonation.start")
		b.now = b.now.Add(10 * time.Minute)
		b.own(t, 1)
		b.now = b.now.Add(10 * time.Minute)
		b.life(t, "imp_1", "impersonation.stop")
		b.now = b.now.Add(time.Hour)
		across := b.checked(t, b.statement(t, 5*time.Minute, 15*time.Minute))
		if len(across.Others) != 1 || across.Others[0].Action != "impersonation.start" {
			t.Errorf("across: %+v, want the beginning of the visit", across.Others)
		}
		if after := b.checked(t, b.statement(t, 30*time.Minute, 40*time.Minute)); len(after.Others) != 0 {
			t.Errorf("after: %+v, want nobody", after.Others)
		}
	})
}

// The clock of two processes may differ: what is older can be sealed later.
func TestAStatementOfWhatCameOutOfOrder(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		begun := b.now
		for _, minutes := range []int{0, 10, 5, 20} {
			b.now = begun.Add(time.Duration(minutes) * time.Minute)
			b.write(t, bakery, "imp_1", 1)
		}
		b.now = begun.Add(time.Hour)
		if checked := b.checked(t, b.statement(t, 4*time.Minute, 6*time.Minute)); len(checked.Others) != 1 {
			t.Errorf("%d by others, want 1", len(checked.Others))
		}
	})
}

// What was once given out must hold for ever: a change of a format would make customers'
// receipts worthless. The panel checks the same files.
func TestL05WhatWasGivenOutStillHolds(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ records, others, links int }{
		"receipt": {3, 0, 0}, "receipt-texts": {3, 0, 0}, "receipt-numbered": {4, 0, 0}, "receipt-epoch": {2, 0, 2}, "statement": {3, 0, 0}, "statement-visit": {4, 2, 0},
	} {
		document, err := os.ReadFile("testdata/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		checked, err := ledger.Check(document)
		if err != nil || len(checked.Records) != want.records || len(checked.Others) != want.others || len(checked.Links) != want.links {
			t.Errorf("%s: Check() = %d records, %d by others, %d links, %v, want %+v", name, len(checked.Records), len(checked.Others), len(checked.Links), err, want)
		}
	}
}
