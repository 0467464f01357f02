package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/db"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// Activity is the suite of the lists of store.Audit. However much of the record is in the
// index, and however large its blocks are, the same must be found; so it is given stores
// that let it grow in different ways.
func Activity(t *testing.T, open func(t *testing.T) *db.DB, stores map[string]func(*db.DB) *store.Audit) {
	t.Helper()
	for name, s := range stores {
		t.Run("lists agree with a search by hand, "+name, func(t *testing.T) {
			t.Parallel()
			d := newDiary(t, open(t), s)
			d.write(t, 300)
			d.grow(t)
			d.write(t, 20)
			d.wantAgreement(t, 300)
		})
	}

	t.Run("pages leave nothing out and repeat nothing", func(t *testing.T) {
		t.Parallel()
		d := newDiary(t, open(t), stores["small blocks"])
		d.write(t, 200)
		d.grow(t)
		d.write(t, 10)
		for _, f := range []audit.Filter{{}, {Query: "an"}, {Action: "mailbox.create"}, {AccountID: "acc_customer", ObjectKind: "mailbox"}} {
			f.Limit = 1000
			want, got := d.byHand(principal.Everything(), f), []int64(nil)
			for f.Limit = 7; ; {
				page := d.list(t, principal.Everything(), f)
				got = append(got, page...)
				if len(page) < f.Limit {
					break
				}
				f.Before = page[len(page)-1]
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("pages of %+v (-want +got):\n%s", f, diff)
			}
		}
	})

	t.Run("the clock may go back", func(t *testing.T) {
		t.Parallel()
		d := newDiary(t, open(t), stores["small blocks"])
		d.write(t, 60)
		d.at = d.at.Add(-time.Hour)
		d.write(t, 60)
		d.grow(t)
		d.at = d.at.Add(-30 * time.Minute)
		d.write(t, 5)
		d.wantAgreement(t, 100)
	})

	t.Run("an event that is committed late is found when the index grows again", func(t *testing.T) {
		t.Parallel()
		h := open(t)
		overlaps := h.Dialect() == db.Postgres // SQLite's only writer commits in the order of the numbers
		d := newDiary(t, h, stores["small blocks"])
		d.write(t, 20)
		begun, late := make(chan bool), make(chan bool)
		done := make(chan error, 1)
		go func() {
			done <- h.InTx(context.Background(), func(ctx context.Context) error {
				e := d.event()
				e.Reason = "overslept"
				err := d.store.Append(ctx, e)
				begun <- true
				<-late
				return err
			})
		}()
		commit := func() {
			late <- true
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		<-begun
		if !overlaps {
			commit()
		}
		d.write(t, 20)
		d.grow(t)
		if overlaps {
			commit()
		}
		d.write(t, 20)
		d.grow(t)
		if got := d.list(t, principal.Everything(), audit.Filter{Query: "overslept", Limit: 9}); len(got) != 1 {
			t.Errorf("List finds %v, want the late one", got)
		}
	})

	t.Run("texts that are erased are found no more, and all the rest is", func(t *testing.T) {
		t.Parallel()
		d := newDiary(t, open(t), stores["small blocks"])
		d.write(t, 60)
		d.grow(t)
		upto, now := d.at.Add(time.Second/2), d.at.Add(time.Hour)
		d.write(t, 40)
		erased := 0
		for more := true; more; {
			n := 0
			err := d.db.InTx(t.Context(), func(ctx context.Context) (err error) {
				n, more, err = d.store.Erase(ctx, upto, now)
				return err
			})
			if err != nil {
				t.Fatalf("Erase = %v", err)
			}
			erased += n
		}
		want := 0
		for i, e := range d.events[:60] {
			if e.Reason+e.IP == "" {
				continue
			}
			want++
			d.events[i].Reason, d.events[i].IP, d.events[i].TextsErasedAt = "", "", now
		}
		if erased != want || want == 0 {
			t.Errorf("Erase erased %d, want %d", erased, want)
		}
		if diff := gocmp.Diff(d.events, d.stored(t, 100)); diff != "" {
			t.Errorf("the events (-want +got):\n%s", diff)
		}
		var left int64
		err := d.db.Read(t.Context()).Raw("SELECT count(*) FROM audit_terms WHERE block < 3 AND (term LIKE 'i:%' OR term LIKE 'w:wunsch%' OR term = 'w:phone')").Scan(&left).Error
		if err != nil || left != 0 {
			t.Errorf("the index still has %d terms of what was erased, %v", left, err)
		}
		d.wantAgreement(t, 100)
		d.grow(t)
		d.wantAgreement(t, 100)
	})

	t.Run("what is too young does not go into the index", func(t *testing.T) {
		t.Parallel()
		d := newDiary(t, open(t), stores["small blocks"])
		d.write(t, 30)
		young := d.at
		d.write(t, 30)
		for more := true; more; {
			more = d.growSome(t, young)
		}
		var n int64
		if err := d.db.Read(t.Context()).Raw("SELECT coalesce(sum(events), 0) FROM audit_blocks").Scan(&n).Error; err != nil || n == 0 || n > 31 {
			t.Errorf("the index has %d events, %v, want most of the first 30", n, err)
		}
		d.wantAgreement(t, 50)
	})
}

// diary is a record, and what is in it by hand.
type diary struct {
	hosting
	store  *store.Audit
	random *rand.Rand
	at     time.Time
	events []audit.Event
	kinds  map[string]string
}

func newDiary(t *testing.T, d *db.DB, s func(*db.DB) *store.Audit) *diary {
	t.Helper()
	h := plantHosting(t, d)
	set := func(id, kind string) {
		if err := d.Write(t.Context()).Exec("UPDATE accounts SET kind = ? WHERE id = ?", kind, id).Error; err != nil {
			t.Fatal(err)
		}
	}
	set(h.provider.ID, "admin")
	set(h.reseller.ID, "reseller")
	kinds := map[string]string{h.provider.ID: "admin", h.reseller.ID: "reseller", h.customer.ID: "customer", h.stranger.ID: "customer"}
	return &diary{hosting: h, store: s(d), random: rand.New(rand.NewPCG(7, 8)), at: hostedAt, kinds: kinds}
}

func one[T any](random *rand.Rand, list ...T) T { return list[random.IntN(len(list))] }

// event returns one that nobody has recorded yet.
func (d *diary) event() audit.Event {
	d.at = d.at.Add(time.Second)
	of := one(d.random, d.provider, d.reseller, d.customer, d.customer, d.stranger)
	actor := one(d.random, d.provider, d.reseller, of)
	e := audit.Event{
		At: d.at, Actor: audit.Actor{Kind: "person", ID: "per_" + actor.ID, Name: one(d.random, "Anna Lind", "Émile Braun", "Bruno O'Neil"), AccountID: actor.ID},
		Subject: audit.Party{ID: actor.ID, Name: actor.ID}, Account: audit.Party{ID: of.ID, Name: one(d.random, "Blue Door Bakery", "Éclair & Sons")}, Path: of.Path,
		Action: one(d.random, "mailbox.create", "domain.create", "impersonation.blocked"), Result: one(d.random, audit.Done, audit.Blocked), Method: "password",
		Object: one(d.random, audit.Object{Kind: "mailbox", ID: "mbx_1", Name: "info@bluedoor.example"}, audit.Object{Kind: "domain", ID: "dom_1", Name: "antique.example"}, audit.Object{}),
		Reason: one(d.random, "", "Änderung auf Wunsch", "asked by phone"), IP: one(d.random, "", "192.0.2.7", "2001:db8::7"),
		RequestID: one(d.random, "", fmt.Sprintf("request-%d", d.random.IntN(20))), TraceID: one(d.random, "", fmt.Sprintf("%032x", d.random.IntN(20))),
		ProvedAt: one(d.random, time.Time{}, d.at.Add(-time.Minute)),
	}
	if d.random.IntN(5) == 0 {
		e.Actor.Kind, e.SessionID, e.Scopes = audit.KindToken, one(d.random, "tok_1", "tok_2"), []string{"domains:write", "files:read"}
	}
	if actor.ID != of.ID && d.random.IntN(2) == 0 {
		e.VisitID, e.Subject = one(d.random, "imp_1", "imp_2"), audit.Party{ID: of.ID, Name: of.ID}
	}
	if d.random.IntN(9) == 0 {
		e.Actor = audit.Actor{Kind: "system", ID: "system", Name: "Innkeeper"}
	}
	return e
}

// write records so many events.
func (d *diary) write(t *testing.T, n int) {
	t.Helper()
	events := make([]audit.Event, n)
	for i := range events {
		events[i] = d.event()
	}
	if err := d.store.Append(t.Context(), events...); err != nil {
		t.Fatal(err)
	}
	stored := d.stored(t, n)
	for i, e := range events { // what stands beside an event is its own
		if got := stored[i]; got.Reason != e.Reason || got.IP != e.IP || got.UserAgent != e.UserAgent || got.RequestID != e.RequestID || got.TraceID != e.TraceID || !got.ProvedAt.Equal(e.ProvedAt) || !slices.Equal(got.Scopes, e.Scopes) {
			t.Fatalf("%+v came back as %+v", e, got)
		}
	}
	d.events = append(d.events, stored...)
}

// stored returns the newest events, the oldest first, as they came back.
func (d *diary) stored(t *testing.T, n int) []audit.Event {
	t.Helper()
	list, err := d.store.List(t.Context(), principal.Everything(), audit.Filter{Limit: n})
	if err != nil || len(list) != n {
		t.Fatalf("List = %d, %v, want %d", len(list), err, n)
	}
	slices.Reverse(list)
	return list
}

// grow takes into the index what may.
func (d *diary) grow(t *testing.T) {
	t.Helper()
	for d.growSome(t, d.at.Add(24*time.Hour)) {
	}
}

func (d *diary) growSome(t *testing.T, before time.Time) (more bool) {
	t.Helper()
	err := d.db.InTx(t.Context(), func(ctx context.Context) (err error) {
		more, err = d.store.Grow(ctx, before)
		return err
	})
	if err != nil {
		t.Fatalf("Grow = %v", err)
	}
	return more
}

func (d *diary) list(t *testing.T, scope principal.Scope, f audit.Filter) []int64 {
	t.Helper()
	list, err := d.store.List(t.Context(), scope, f)
	if err != nil {
		t.Fatalf("List(%+v) = %v", f, err)
	}
	seqs := make([]int64, len(list))
	for i, e := range list {
		seqs[i] = e.Seq
	}
	return seqs
}

// wantAgreement compares lists of anything, in any scope, with a search by hand.
func (d *diary) wantAgreement(t *testing.T, n int) {
	t.Helper()
	found := 0
	for range n {
		name, scope := d.anyScope()
		f := d.anyFilter()
		want := d.byHand(scope, f)
		found += len(want)
		if diff := gocmp.Diff(want, d.list(t, scope, f)); diff != "" {
			t.Fatalf("List(%s, %+v) (-want +got):\n%s", name, f, diff)
		}
	}
	if found < n/2 {
		t.Errorf("%d lists had %d events together: they prove little", n, found)
	}
}

func (d *diary) anyScope() (string, principal.Scope) {
	type named struct {
		name  string
		scope principal.Scope
	}
	all := principal.Everything()
	got := one(d.random,
		named{"everything", all}, named{"hosted", all.OfKinds([]string{"customer", "reseller"}, "")}, named{"tree", principal.Tree(d.reseller)},
		named{"hosted of a tree", principal.Tree(d.provider).OfKinds([]string{"customer"}, d.provider.ID)}, named{"own", principal.Only(d.customer)}, named{"nothing", principal.Scope{}},
	)
	return got.name, got.scope
}

func (d *diary) anyFilter() audit.Filter {
	f := audit.Filter{Limit: 1 + d.random.IntN(40)}
	for range d.random.IntN(3) {
		switch d.random.IntN(15) {
		case 0:
			f.Action = one(d.random, "mailbox.create", "impersonation.blocked", "none")
		case 1:
			f.ActorID = one(d.random, "per_acc_provider", "per_acc_customer", "system")
		case 2:
			f.SubjectID = one(d.random, "acc_customer", "acc_reseller")
		case 3:
			f.AccountID = one(d.random, "acc_customer", "acc_stranger")
		case 4:
			f.ObjectKind = one(d.random, "mailbox", "domain")
		case 5:
			f.ObjectID = one(d.random, "mbx_1", "dom_1", "dom_2")
		case 6:
			f.IP = one(d.random, "192.0.2.7", "192.0.2.8")
		case 7:
			f.RequestID = fmt.Sprintf("request-%d", d.random.IntN(20))
		case 8:
			f.VisitID = one(d.random, "imp_1", "imp_3")
		case 9:
			f.From = d.anyTime()
		case 10:
			f.To = d.anyTime()
		case 11:
			f.Direct = true
		case 12:
			f.TokenID = one(d.random, "tok_1", "tok_3")
		case 13:
			f.Actions = one(d.random, []string{"mailbox.create", "domain.create"}, []string{"impersonation.blocked"}, []string{"none", "nothing"})
		default:
			f.Query = one(d.random, "anna", "an", "a", "eclair bruno", "info@blue", "bluedoor", "änd wunsch", "192.0.2.7", "request-3", "nobody", "%", "acc_cust")
		}
	}
	if d.random.IntN(3) == 0 {
		f.Before = 1 + d.random.Int64N(d.events[len(d.events)-1].Seq+9)
	}
	return f
}

func (d *diary) anyTime() time.Time {
	return d.events[d.random.IntN(len(d.events))].At.Add(time.Duration(d.random.IntN(3)-1) * time.Second / 2)
}

// byHand is the list as the words of the filter have it.
func (d *diary) byHand(scope principal.Scope, f audit.Filter) []int64 {
	var seqs []int64
	for _, e := range slices.Backward(d.events) {
		of := principal.Account{ID: e.Account.ID, Path: e.Path, Kind: d.kinds[e.Account.ID]}
		if len(seqs) < f.Limit && scope.Covers(of) && passes(e, f) {
			seqs = append(seqs, e.Seq)
		}
	}
	if seqs == nil {
		seqs = []int64{}
	}
	return seqs
}

func passes(e audit.Event, f audit.Filter) bool {
	if f.Query == e.RequestID && f.Query != "" {
		f.Query = ""
	}
	for _, equal := range [][2]string{
		{f.Action, e.Action}, {f.ActorID, e.Actor.ID}, {f.SubjectID, e.Subject.ID}, {f.AccountID, e.Account.ID}, {f.ObjectKind, e.Object.Kind},
		{f.ObjectID, e.Object.ID}, {f.IP, e.IP}, {f.RequestID, e.RequestID}, {f.VisitID, e.VisitID}, {f.TokenID, e.TokenID()},
	} {
		if equal[0] != "" && equal[0] != equal[1] {
			return false
		}
	}
	if len(f.Actions) > 0 && !slices.Contains(f.Actions, e.Action) {
		return false
	}
	direct := e.VisitID == "" && e.Actor.Kind != "system" && e.Actor.AccountID != e.Account.ID
	in := (f.From.IsZero() || !e.At.Before(f.From)) && (f.To.IsZero() || e.At.Before(f.To)) && (f.Before == 0 || e.Seq < f.Before)
	return in && (direct || !f.Direct) && saysAll(e, f.Query)
}

func saysAll(e audit.Event, query string) bool {
	text := " " + account.Key(strings.Join([]string{e.Actor.Name, e.Subject.Name, e.Account.Name, e.Object.Name, e.Reason, e.IP}, " "))
	for _, word := range strings.Fields(account.Key(query)) {
		at, found := text, false
		for !found {
			i := strings.Index(at, word)
			if i < 0 {
				return false
			}
			before := at[:i]
			found = strings.HasSuffix(before, " ") || !isLetter(before[len(before)-1]) && isLetter(word[0])
			at = at[i+1:]
		}
	}
	return true
}

func isLetter(b byte) bool {
	return b >= 0x80 || b >= '0' && b <= '9' || b >= 'a' && b <= 'z'
}
