package ship_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/audit/ledger"
	"innkeeper/internal/audit/ship"
	"innkeeper/internal/db"
	"innkeeper/internal/engine/collector"
	"innkeeper/internal/engine/collector/collectortest"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/internal/testkit"
)

var (
	bakery = principal.Account{ID: "acc_bakery", Name: "Blue Door Bakery", Kind: "customer", Path: "/acc_bakery/"}
	school = principal.Account{ID: "acc_school", Name: "Meadow School", Kind: "customer", Path: "/acc_school/"}
	opened = audit.NewAction("test.open", "{actor} opened {object}.")
)

// harbour is a record on a real database, and a collector of either kind.
type harbour struct {
	db     *db.DB
	clock  *testkit.Clock
	log    *audit.Service
	ledger *ledger.Service
	store  ship.Store
	server *collectortest.Server
	to     ship.Collector
}

// safe is a vault in memory.
type safe struct{ secret, witness string }

func (s *safe) Secret() (string, error)   { return s.secret, nil }
func (s *safe) Next() (string, error)     { return s.secret, nil }
func (s *safe) Replace() error            { return nil }
func (s *safe) Witness() (string, error)  { return s.witness, nil }
func (s *safe) Keep(witness string) error { s.witness = witness; return nil }

type hold struct{ *db.DB }

func (h hold) Hold(ctx context.Context, _ string) (time.Time, error) { return h.Now(ctx) }

func migrate(url string) error {
	d, err := db.Open(context.Background(), url, "")
	if err != nil {
		return err
	}
	return errors.Join(d.Migrate(context.Background()), d.Close())
}

// impatient is a collector that is given less time than ours.
type impatient struct{ ship.Collector }

func (c impatient) Deliver(ctx context.Context, events []ship.Event) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return c.Collector.Deliver(ctx, events)
}

type starter func(testing.TB, collectortest.Settings) *collectortest.Server

func open(t *testing.T, url string, start starter) *harbour {
	t.Helper()
	h := &harbour{clock: testkit.NewClock(time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC))}
	d, err := db.Open(t.Context(), url, t.TempDir(), db.WithClock(h.clock.Now))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	key, err := ledger.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	h.db, h.log, h.store = d, audit.New(store.NewAudit(d), hold{d}), store.NewShipping(d)
	h.ledger = ledger.New(store.NewLedger(d), d, &safe{secret: key}, h.log)
	ca := collectortest.NewAuthority(t)
	h.server = start(t, collectortest.Settings{Cert: ca.Certificate(t, "")})
	to, err := collector.Open(collector.Settings{To: h.server.URL, CA: ca.File, Host: "panel.example"})
	if err != nil {
		t.Fatal(err)
	}
	h.to = to
	return h
}

// each runs a test on both engines, with both kinds of collector.
func each(t *testing.T, test func(t *testing.T, h *harbour)) {
	t.Helper()
	t.Parallel()
	for name, start := range map[string]starter{"https": collectortest.HTTPS, "syslog": collectortest.Syslog} {
		t.Run(name, func(t *testing.T) {
			testkit.EachEngine(t, migrate, func(t *testing.T, url string) { test(t, open(t, url, start)) })
		})
	}
}

// happen records acts in both accounts, and seals them.
func (h *harbour) happen(t *testing.T, n int) {
	t.Helper()
	acts := make([]audit.Stamped, n)
	for i := range acts {
		account := []principal.Account{bakery, school}[i%2]
		by := principal.Principal{Person: principal.Person{ID: "per_ada", Name: "Ada \"]\n<&>\u2028"}, Account: account, Subject: account}
		if i%3 == 0 {
			by.Via = principal.Via{IP: "192.0.2.7"}
		}
		acts[i] = audit.Stamped{At: h.clock.Now(), By: by, Entry: audit.Entry{Action: opened, Account: account, After: audit.Fields{"n": i}}}
	}
	if err := h.log.RecordAt(t.Context(), acts...); err != nil {
		t.Fatal(err)
	}
	h.seal(t)
}

func (h *harbour) seal(t *testing.T) {
	t.Helper()
	if err := h.ledger.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// ship is another process's service.
func (h *harbour) ship() *ship.Service { return ship.New(h.store, h.db, h.to) }

func (h *harbour) sweep(t *testing.T, s *ship.Service) {
	t.Helper()
	if _, err := s.Sweep(t.Context(), "task"); err != nil {
		t.Fatalf("Sweep() = %v", err)
	}
}

func (h *harbour) standing(t *testing.T) ship.Standing {
	t.Helper()
	s, on, err := h.ship().Standing(t.Context(), admin())
	if err != nil || !on {
		t.Fatalf("Standing() = %v, %v", on, err)
	}
	return s
}

func admin() principal.Principal { return principal.Principal{}.WithScope(principal.Everything()) }

// hashed is what an event holds of its texts.
func hashed(t *testing.T, salt, texts string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(salt)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(append(raw, texts...))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// arrived holds what arrived against the record: every leaf, in order, each as it was
// sealed; what came twice came from where a delivery began. It returns how many came twice.
func (h *harbour) arrived(t *testing.T, want int) (twice int) {
	t.Helper()
	leaves, err := h.store.Leaves(t.Context(), 0, 10_000)
	if err != nil || len(leaves) != want {
		t.Fatalf("there are %d leaves, %v, want %d", len(leaves), err, want)
	}
	next := int64(0)
	for _, d := range h.server.Deliveries() {
		for i, e := range d.Events {
			if i > 0 && e.Leaf != d.Events[i-1].Leaf+1 || e.Leaf > next {
				t.Fatalf("leaf %d came when %d was due", e.Leaf, next)
			}
			salt, err := base64.StdEncoding.DecodeString(e.Salt)
			sum := sha256.Sum256(append(append([]byte{0}, salt...), e.Event...))
			if err != nil || string(e.Event) != leaves[e.Leaf].Text || e.ID != hex.EncodeToString(sum[:]) {
				t.Fatalf("leaf %d came as %s %s, not as it was sealed", e.Leaf, e.ID, e.Event)
			}
			if r, err := e.Record(); err != nil || (r.Payload == "") != (e.Texts == "") || e.Texts != "" && r.Payload != hashed(t, e.TextsSalt, e.Texts) {
				t.Fatalf("leaf %d came with the texts %q and the hash %q, %v", e.Leaf, e.Texts, r.Payload, err)
			}
			if e.Leaf < next {
				twice++
			}
			next = max(next, e.Leaf+1)
		}
	}
	if int(next) != want {
		t.Fatalf("%d leaves arrived, want %d", next, want)
	}
	return twice
}

func TestTheRecordArrivesInOrder(t *testing.T) {
	each(t, func(t *testing.T, h *harbour) {
		s := h.ship()
		if _, err := s.Sweep(t.Context(), "startup"); err != nil || len(h.server.Events()) > 0 {
			t.Errorf("Sweep() at the start = %v", err)
		}
		h.sweep(t, s) // nothing yet
		for _, n := range []int{1, 1200, 3} {
			h.happen(t, n)
			h.sweep(t, s)
		}
		h.sweep(t, h.ship()) // another process begins: nothing is new
		h.happen(t, 2)
		h.sweep(t, h.ship())
		if twice := h.arrived(t, 1206); twice > 0 {
			t.Errorf("%d events came twice without a fault", twice)
		}
		got := h.standing(t)
		if got.Behind != 0 || got.Next != 1206 || !got.ShippedAt.Equal(h.clock.Now()) || !got.FailingSince.IsZero() {
			t.Errorf("Standing() = %+v, want nothing behind", got)
		}
	})
}

// Whatever goes wrong, nothing is left out and nothing comes before its turn.
func TestTheRecordArrivesThroughFaults(t *testing.T) {
	each(t, func(t *testing.T, h *harbour) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 0))
		faults := []collectortest.Fault{
			{Status: 500}, {Status: 503}, {Lose: true}, {Drop: 1}, {Drop: 1 + random.IntN(400)}, {}, {Close: 1}, {Drop: 1 + random.IntN(100)}, {Lose: true}, {Status: 429}, {Stall: true},
		}
		random.Shuffle(len(faults), func(i, j int) { faults[i], faults[j] = faults[j], faults[i] })
		h.server.Fail(faults...)
		h.to = impatient{h.to}
		const all = 1300
		for done := 0; done < all; done += 130 {
			h.happen(t, 130)
			_, _ = h.ship().Sweep(t.Context(), "task") // a new process each time
			h.clock.Advance(10 * time.Second)
		}
		for range 20 {
			if h.standing(t).Behind == 0 {
				break
			}
			h.clock.Advance(5 * time.Minute)
			_, _ = h.ship().Sweep(t.Context(), "task")
		}
		h.arrived(t, all)
		if got := h.standing(t); got.Behind != 0 || got.Attempts != 0 || got.LastError != "" {
			t.Errorf("Standing() = %+v, want all well", got)
		}
	})
}

// forgetful is a process that is killed between the acknowledgement and the cursor.
type forgetful struct{ ship.Store }

func (forgetful) Save(context.Context, ship.Cursor, time.Time) error { return errors.New("killed") }

func TestWhatWasNotNotedComesAgain(t *testing.T) {
	each(t, func(t *testing.T, h *harbour) {
		h.happen(t, 700)
		killed := ship.New(forgetful{h.store}, h.db, h.to)
		if _, err := killed.Sweep(t.Context(), "task"); err == nil {
			t.Fatal("Sweep() of a killed process = nil")
		}
		h.sweep(t, h.ship())
		if n := len(h.server.Events()); n != 500 {
			t.Fatalf("%d events have arrived while the lease of the dead holds, want 500", n)
		}
		h.clock.Advance(31 * time.Second)
		h.sweep(t, h.ship())
		if twice := h.arrived(t, 700); twice != 500 {
			t.Errorf("%d events came twice, want the one delivery of 500", twice)
		}
	})
}

func TestOneSendsAtATime(t *testing.T) {
	each(t, func(t *testing.T, h *harbour) {
		h.happen(t, 1500)
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				if _, err := h.ship().Sweep(t.Context(), "task"); err != nil {
					t.Errorf("Sweep() = %v", err)
				}
			})
		}
		all.Wait()
		if twice := h.arrived(t, 1500); twice > 0 {
			t.Errorf("%d events came twice", twice)
		}
	})
}

// Who was taken over notes nothing any more.
func TestALostLeaseMovesNoCursor(t *testing.T) {
	each(t, func(t *testing.T, h *harbour) {
		now := h.clock.Now()
		old, ours, err := h.store.Claim(t.Context(), "x", now, now.Add(30*time.Second))
		if err != nil || !ours {
			t.Fatalf("Claim() = %v, %v", ours, err)
		}
		if _, again, err := h.store.Claim(t.Context(), "x", now.Add(29*time.Second), now.Add(59*time.Second)); err != nil || again {
			t.Errorf("Claim() within the lease = %v, %v, want false", again, err)
		}
		if _, earlier, err := h.store.Claim(t.Context(), "x", now.Add(-time.Hour), now.Add(-time.Hour+30*time.Second)); err != nil || !earlier {
			t.Errorf("Claim() by a clock that was put back = %v, %v, want true", earlier, err)
		}
		old.Next = 99
		if err := h.store.Save(t.Context(), old, time.Time{}); !errors.Is(err, ship.ErrLost) {
			t.Errorf("Save() of a lost lease = %v, want ErrLost", err)
		}
		if c, err := h.store.Cursor(t.Context(), "x"); err != nil || c.Next != 0 {
			t.Errorf("Cursor() = %+v, %v, want the first leaf", c, err)
		}
	})
}

func TestACollectorThatIsAway(t *testing.T) {
	each(t, func(t *testing.T, h *harbour) {
		s := h.ship()
		since := h.clock.Now()
		h.happen(t, 3)
		faults := make([]collectortest.Fault, 40)
		for i := range faults {
			faults[i] = collectortest.Fault{Status: 500, Drop: 1}
		}
		h.server.Fail(faults...)
		tries := 0
		for range 120 { // ten minutes of sweeps
			if _, err := s.Sweep(t.Context(), "task"); err != nil {
				tries++
			}
			h.clock.Advance(5 * time.Second)
		}
		if tries < 5 || tries > 12 {
			t.Errorf("it was tried %d times in ten minutes, want ever more seldom", tries)
		}
		got := h.standing(t)
		if got.Behind != 3 || !got.Oldest.Equal(since) || !got.FailingSince.Equal(since) || got.LastError == "" || got.Attempts != tries {
			t.Errorf("Standing() = %+v, want 3 behind since %v and why", got, since)
		}
		if err := s.Stands(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "3 events behind since 2026-03-01T10:00:00Z: ") {
			t.Errorf("Stands() = %v, want how many and since when", err)
		}
		h.server.Fail() // and the faults that are left are used up
		for range len(faults) {
			h.clock.Advance(5 * time.Minute)
			_, _ = s.Sweep(t.Context(), "task")
		}
		h.arrived(t, 3)
		if err := s.Stands(t.Context()); err != nil {
			t.Errorf("Stands() afterwards = %v", err)
		}
	})
}

// A process that is told to stop blames nobody.
func TestStoppingIsNoFault(t *testing.T) {
	each(t, func(t *testing.T, h *harbour) {
		h.happen(t, 3)
		ctx, stop := context.WithCancel(t.Context())
		s := ship.New(h.store, h.db, stopping{h.to, stop})
		if _, err := s.Sweep(ctx, "task"); err != nil {
			t.Errorf("Sweep() that is stopped = %v", err)
		}
		if got := h.standing(t); got.Attempts != 0 || got.LastError != "" {
			t.Errorf("Standing() = %+v, want no fault", got)
		}
		h.sweep(t, h.ship()) // the lease was given back
		h.arrived(t, 3)
	})
}

type stopping struct {
	ship.Collector
	stop func()
}

func (s stopping) Deliver(ctx context.Context, _ []ship.Event) error {
	s.stop()
	return ctx.Err()
}

// PostgreSQL gives an event its number before the commit: one with a lower number may
// come to light when those behind it have been sent.
func TestALateCommitIsSentToo(t *testing.T) {
	t.Parallel()
	h := open(t, testkit.Postgres(t, migrate), collectortest.HTTPS)
	err := h.db.InTx(t.Context(), func(ctx context.Context) error {
		by := principal.Principal{Person: principal.Person{ID: "per_late", Name: "Late"}, Account: bakery, Subject: bakery}
		if err := h.log.Record(ctx, by, audit.Entry{Action: opened, Account: bakery}); err != nil {
			return err
		}
		h.happen(t, 4) // of somebody else, committed before
		h.sweep(t, h.ship())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	h.seal(t)
	h.sweep(t, h.ship())
	h.arrived(t, 5)
	if last, err := h.server.Events()[4].Record(); err != nil || last.ActorID != "per_late" || last.Seq != 1 {
		t.Errorf("the last event is %+v, %v, want the late one with the first number", last, err)
	}
}

// A leaf that was taken out of the record is not stepped over.
func TestAGapIsNotSteppedOver(t *testing.T) {
	t.Parallel()
	h := open(t, testkit.SQLite(t, migrate), collectortest.HTTPS)
	h.happen(t, 5)
	for _, statement := range []string{"DROP TRIGGER audit_leaves_row_delete", "DELETE FROM audit_leaves WHERE leaf = 2"} {
		if err := h.db.Write(t.Context()).Exec(statement).Error; err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if _, err := h.ship().Sweep(t.Context(), "task"); err == nil || !strings.Contains(err.Error(), "leaf 2 of the record is missing") {
			t.Errorf("Sweep() = %v, want an error that names the leaf", err)
		}
		h.clock.Advance(time.Minute)
	}
	if n := len(h.server.Events()); n != 0 {
		t.Errorf("%d events were sent with a gap", n)
	}
}

func TestWhoMaySee(t *testing.T) {
	each(t, func(t *testing.T, h *harbour) {
		for name, scope := range map[string]principal.Scope{"nothing": {}, "his own": principal.Only(bakery), "his tree": principal.Tree(bakery)} {
			if _, _, err := h.ship().Standing(t.Context(), principal.Principal{}.WithScope(scope)); !errors.Is(err, ship.ErrNotYours) {
				t.Errorf("%s: Standing() = %v, want ErrNotYours", name, err)
			}
		}
		off := ship.New(h.store, h.db, nil)
		if _, on, err := off.Standing(t.Context(), admin()); on || err != nil || off.Stands(t.Context()) != nil {
			t.Errorf("Standing() without a collector = %v, %v, want false", on, err)
		}
		h.happen(t, 1)
		h.sweep(t, off)
	})
}
