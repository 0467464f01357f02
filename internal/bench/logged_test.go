package bench_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/audit/ledger"
	"innkeeper/internal/db"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

var actionMeasured = audit.NewAction("bench.measured", "{actor} changed {object} in {account}.")

// diary is the record with its seal, as the program has both.
type diary struct {
	db   *db.DB
	log  *audit.Service
	seal *ledger.Service
}

func newDiary(tb testing.TB, url string) diary {
	tb.Helper()
	d, err := db.Open(tb.Context(), url, "")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { d.Close() })
	log := audit.New(store.NewAudit(d), store.NewImpersonations(d))
	return diary{db: d, log: log, seal: ledger.New(store.NewLedger(d), d, newSafe(tb), log)}
}

// safe is a vault whose witness is on the disk when it is kept, as it must be.
type safe struct{ secret, witness string }

func newSafe(tb testing.TB) safe {
	tb.Helper()
	secret, err := ledger.NewKey()
	if err != nil {
		tb.Fatal(err)
	}
	return safe{secret: secret, witness: filepath.Join(tb.TempDir(), "witness")}
}

func (s safe) Secret() (string, error) { return s.secret, nil }
func (s safe) Next() (string, error)   { return ledger.NewKey() }
func (s safe) Replace() error          { return nil }

func (s safe) Witness() (string, error) {
	text, err := os.ReadFile(s.witness)
	if os.IsNotExist(err) {
		return "", nil
	}
	return string(text), err
}

func (s safe) Keep(witness string) error {
	f, err := os.Create(s.witness + ".next")
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.WriteString(witness); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return os.Rename(s.witness+".next", s.witness)
}

// stamped is the i-th of many events: somebody of the provider's changes something of one
// of a thousand customers, in a visit if one is named.
func stamped(i int, visitID string) audit.Stamped {
	by, account := actor(i%actors), principal.Account{ID: customer(i%1000 + 1), Name: "Blue Door Bakery", Path: "/acc_provider/" + customer(i%1000+1) + "/"}
	if visitID != "" {
		by.Subject, by.Visit = account, &principal.Visit{ID: visitID, Mode: principal.Change}
	}
	return audit.Stamped{At: time.UnixMicro(1_772_000_000_000_000 + int64(i)), By: by, Entry: audit.Entry{
		Action: actionMeasured, Account: account, Object: audit.Object{Kind: "mailbox", ID: "mbx_" + strconv.Itoa(i), Name: "info@bluedoor.example"},
		Before: audit.Fields{"quota_mb": 1000}, After: audit.Fields{"quota_mb": 2000}, Reason: "asked by phone",
	}}
}

// write writes one event, in a transaction of its own.
func (d diary) write(ctx context.Context, i int) error {
	return d.db.InTx(ctx, func(ctx context.Context) error { return d.log.RecordAt(ctx, stamped(i, "")) })
}

// BenchmarkLoggedEvents measures how many events are written and sealed in a second, each
// in a transaction of its own. As in the program they are sealed while others are written,
// but every second; the time ends when the last one is sealed. Beside it the rows of a
// thousand such events are inserted by the driver alone, again and again, and not sealed.
func BenchmarkLoggedEvents(b *testing.B) {
	for _, engine := range engines {
		b.Run(engine.name, func(b *testing.B) {
			url := engine.open(b, bare)
			d := newDiary(b, url)
			inserts := d.inserts(b, 1000)
			driver := newPlain(b, &house{db: d.db}, url)
			for _, n := range []int{1, unvisited} {
				b.Run(fmt.Sprintf("%d-clients", n), func(b *testing.B) {
					for b.Loop() {
						var r ratio
						var next, again atomic.Int64
						for range 5 {
							ours := events(b, n, func() error { return d.write(b.Context(), int(next.Add(1))) }, func() error { return d.seal.Seal(b.Context()) })
							plain := events(b, n, func() error { return driver.run(b.Context(), inserts[int(again.Add(1))%len(inserts)]) }, func() error { return nil })
							if err := d.seal.Seal(b.Context()); err != nil { // what the driver wrote is nobody's time
								b.Fatal(err)
							}
							r.turn(ours, plain)
						}
						r.report(b)
					}
				})
			}
		})
	}
}

// inserts writes so many events and returns what inserts the rows of each.
func (d diary) inserts(b *testing.B, events int) [][]statement {
	b.Helper()
	for i := range events {
		if err := d.write(b.Context(), i); err != nil {
			b.Fatal(err)
		}
	}
	inserts := make([][]statement, events)
	for _, t := range loggedTables {
		for i, s := range t.statements(b, d.db, 1) {
			inserts[i] = append(inserts[i], s)
		}
	}
	return inserts
}

// loggedTables are the rows of one event, the number of which the database has just given
// when its texts are written.
var loggedTables = []plainTable{
	{name: "audit_events", columns: eventColumns, written: "TRUE", order: "seq"},
	{name: "audit_payloads", columns: "salt, text", written: "TRUE", order: "seq", numbered: "seq"},
}

// round is how long each side writes in one turn: as long as the program lets events wait
// for their seal.
const round = 5 * time.Second

// events lets so many clients do one after the other for a round, and somebody beside them
// do what follows each second, and once more at the end. It returns how much was done in a
// second of all that time.
func events(b *testing.B, clients int, do, follow func() error) float64 {
	b.Helper()
	var done atomic.Int64
	var working sync.WaitGroup
	begun := time.Now()
	for range clients {
		working.Go(func() {
			for time.Since(begun) < round {
				if err := do(); err != nil {
					b.Error(err)
					return
				}
				done.Add(1)
			}
		})
	}
	working.Go(func() {
		now := time.NewTicker(time.Second)
		defer now.Stop()
		for time.Since(begun) < round-time.Second {
			<-now.C
			if err := follow(); err != nil {
				b.Error(err)
				return
			}
		}
	})
	working.Wait()
	if err := follow(); err != nil {
		b.Error(err)
	}
	if b.Failed() {
		b.FailNow()
	}
	return float64(done.Load()) / time.Since(begun).Seconds()
}

// bare is a database in which nobody has done anything.
func bare(url string) error {
	d, err := db.Open(context.Background(), url, "")
	if err != nil {
		return err
	}
	return errors.Join(d.Migrate(context.Background()), d.Close())
}

// BenchmarkReceipt measures the receipt of a visit with fifty events in a record of twenty
// thousand, and how long it takes to check it without us.
func BenchmarkReceipt(b *testing.B) {
	const others, own, visitID = 20_000, 50, "imp_receipt"
	for _, engine := range engines {
		b.Run(engine.name, func(b *testing.B) {
			d := newDiary(b, engine.open(b, bare))
			acts := make([]audit.Stamped, others, others+own)
			for i := range acts {
				acts[i] = stamped(i, "")
			}
			for range own { // of one customer
				acts = append(acts, stamped(0, visitID))
			}
			for some := range slices.Chunk(acts, 500) {
				if err := d.db.InTx(b.Context(), func(ctx context.Context) error { return d.log.RecordAt(ctx, some...) }); err != nil {
					b.Fatal(err)
				}
			}
			owner := principal.Principal{}.WithScope(principal.Only(principal.Account{ID: customer(1)}))
			take := func() []byte {
				receipt, err := d.seal.OfVisit(b.Context(), owner, visitID)
				if err != nil || len(receipt.Records) != own {
					b.Fatalf("OfVisit() = %d records, %v, want %d", len(receipt.Records), err, own)
				}
				document, err := json.Marshal(receipt)
				if err != nil {
					b.Fatal(err)
				}
				return document
			}
			document := take() // seals
			b.Run("made", func(b *testing.B) {
				for b.Loop() {
					take()
				}
				b.ReportMetric(float64(len(document)), "bytes")
			})
			b.Run("checked", func(b *testing.B) {
				for b.Loop() {
					if _, err := ledger.Check(document); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
