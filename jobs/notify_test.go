package jobs_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/db"
	"innkeeper/internal/engine/mailer"
	"innkeeper/internal/engine/mailer/smtptest"
	"innkeeper/internal/notify"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/internal/testkit"
	"innkeeper/jobs"
)

// stories tells of every visit the same.
type stories struct{}

func (stories) Story(_ context.Context, id string) (notify.Story, error) {
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	return notify.Story{
		VisitID: id, Actor: "Anna Lind", SubjectID: "acc_customer", Subject: "Blue Door Bakery", Mode: "look",
		StartedAt: at, LastActivityAt: at, EndedAt: at.Add(15 * time.Minute), ExpiresAt: at.Add(time.Hour),
	}, nil
}

// letterbox is an installation that sends mail through a server.
type letterbox struct {
	*world
	post    *notify.Post
	server  *smtptest.Server
	account string
}

func newLetterbox(t *testing.T) *letterbox {
	t.Helper()
	return newLetterboxOn(t, newWorld(t))
}

// letterboxes are an installation of either kind: embedded, and with PostgreSQL and
// Redis.
func letterboxes(t *testing.T, test func(t *testing.T, b *letterbox, redis string)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		test(t, newLetterbox(t), "")
	})
	t.Run("PostgreSQL and Redis", func(t *testing.T) {
		t.Parallel()
		d, err := db.Open(t.Context(), testkit.Postgres(t, newest), "")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		w := &world{db: d}
		w.outbox = outbox.New(store.NewOutbox(d), d, w.ring)
		test(t, newLetterboxOn(t, w), testkit.RedisURL(t))
	})
}

func newLetterboxOn(t *testing.T, w *world) *letterbox {
	t.Helper()
	const account = "acc_customer"
	err := w.db.Write(t.Context()).Exec("INSERT INTO accounts (id, kind, name, name_key, email, path, created_at, updated_at)"+
		" VALUES (?, 'customer', 'Blue Door Bakery', 'blue door bakery', 'mila@customer.example', '/acc_customer/', 0, 0)", account).Error
	if err != nil {
		t.Fatal(err)
	}
	server := smtptest.Start(t, smtptest.Settings{})
	sender, err := mailer.Open(server.URL(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	service := notify.New(notify.Deps{
		Tx: w.db, Store: store.NewNotifications(w.db), Settings: store.NewNoticeSettings(w.db), Mails: store.NewMails(w.db), Work: w.outbox, Sender: sender,
		From: "Innkeeper <panel@host.example>", PublicURL: "https://host.example",
	})
	return &letterbox{world: w, post: notify.NewPost(service, stories{}), server: server, account: account}
}

func (b *letterbox) config(url string) jobs.Config {
	return jobs.Config{Redis: url, Timing: hasty, Handlers: map[outbox.Task]jobs.Handler{notify.TaskMail: b.post.Send}}
}

// visit tells of the start and the end of a visit.
func (b *letterbox) visit(t *testing.T, id string) {
	t.Helper()
	b.visitOf(t, id, id+"@customer.example")
}

// visitOf tells of them to an address.
func (b *letterbox) visitOf(t *testing.T, id, address string) {
	t.Helper()
	for _, event := range []string{notify.EventStart, notify.EventStop} {
		n := notify.Notice{Event: event, VisitID: id, AccountID: b.account, Email: address, Text: event, At: time.Now()}
		if err := b.post.AddAll(t.Context(), []notify.Notice{n}); err != nil {
			t.Fatalf("AddAll = %v", err)
		}
	}
}

func (b *letterbox) finished(t *testing.T) func() bool {
	return func() bool { waiting, _ := b.tally(t); return waiting == 0 }
}

// arrived returns the message ids by recipient, in the order of arrival.
func (b *letterbox) arrived(t *testing.T) map[string][]string {
	t.Helper()
	got := map[string][]string{}
	for _, d := range b.server.Deliveries() {
		got[d.To[0]] = append(got[d.To[0]], d.Message(t).Header.Get("Message-Id"))
	}
	return got
}

// expected returns the message ids of the start and the end of a visit.
func (b *letterbox) expected(t *testing.T) map[string][]string {
	t.Helper()
	list, err := store.NewNotifications(b.db).List(t.Context(), principal.Everything(), b.account, notify.Filter{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{}
	for _, n := range slices.Backward(list) {
		want[n.Email] = append(want[n.Email], "<"+n.ID+"@host.example>")
	}
	return want
}

func TestEveryMailOnceTheStartBeforeTheEnd(t *testing.T) {
	t.Parallel()
	b, url := newLetterbox(t), testkit.RedisURL(t)
	for range 4 {
		config := b.config(url)
		config.Outbox = &stammer{Promises: b.outbox} // twenty rings for each promise
		b.start(t, config)
	}
	for i := range 10 {
		b.visit(t, fmt.Sprintf("imp_%d", i))
	}
	until(t, 60*time.Second, "all mails are sent", b.finished(t))
	if diff := cmp.Diff(b.expected(t), b.arrived(t)); diff != "" {
		t.Errorf("mails by recipient (-want +got):\n%s", diff)
	}
}

// Whatever a server does to one mail, the mail about the start is sent once or, when
// nobody can know, twice with the same id; then the one about the end, in answer to it.
func TestMailThroughATroubledServer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults []smtptest.Fault
		copies int
	}{
		"nothing":                     {nil, 1},
		"later, to the sender":        {[]smtptest.Fault{{Mail: smtptest.Answer(421, "too busy")}}, 1},
		"later, to the recipient":     {[]smtptest.Fault{{Rcpt: smtptest.Answer(450, "greylisted")}, {Rcpt: smtptest.Answer(450, "greylisted")}}, 1},
		"later, to the text":          {[]smtptest.Fault{{Data: smtptest.Answer(451, "later")}}, 1},
		"broken off behind the text":  {[]smtptest.Fault{{Drop: true}}, 2},
		"all of it, one by one":       {[]smtptest.Fault{{Rcpt: smtptest.Answer(450, "greylisted")}, {Drop: true}, {Data: smtptest.Answer(451, "later")}}, 2},
		"broken off, again and again": {[]smtptest.Fault{{Drop: true}, {Drop: true}}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			letterboxes(t, func(t *testing.T, b *letterbox, redis string) {
				b.server.Fail(c.faults...)
				b.start(t, b.config(redis))
				b.visit(t, "imp_1")
				until(t, 120*time.Second, "both mails are sent", b.finished(t))
				want := b.expected(t)
				ids := want["imp_1@customer.example"]
				copies := slices.Repeat(ids[:1], c.copies)
				want["imp_1@customer.example"] = append(copies, ids[1])
				if diff := cmp.Diff(want, b.arrived(t)); diff != "" {
					t.Errorf("mails (-want +got):\n%s", diff)
				}
				deliveries := b.server.Deliveries()
				stop := deliveries[len(deliveries)-1].Message(t)
				if got := stop.Header.Get("In-Reply-To"); got != ids[0] {
					t.Errorf("the end answers %q, want %q", got, ids[0])
				}
				mails, err := store.NewMails(b.db).List(t.Context(), principal.Everything(), notify.MailFilter{Limit: 10})
				if err != nil || len(mails) != 2 || mails[1].Attempts != len(c.faults)+1 || mails[1].LastError != "" || mails[1].SentAt.IsZero() {
					t.Errorf("mails = %+v, %v, want two, the first after %d attempts", mails, err, len(c.faults)+1)
				}
			})
		})
	}
}

func TestARefusedMailIsGivenUpShownAndTriedAgain(t *testing.T) {
	t.Parallel()
	letterboxes(t, func(t *testing.T, b *letterbox, redis string) {
		b.server.Fail(smtptest.Fault{Rcpt: smtptest.Answer(550, "no such user")})
		b.start(t, b.config(redis))
		b.visit(t, "imp_1")
		until(t, 120*time.Second, "nothing is left to do", b.finished(t))
		if _, failed := b.tally(t); failed != 1 {
			t.Errorf("%d jobs failed, want the mail about the start", failed)
		}
		ids := b.expected(t)["imp_1@customer.example"]
		if diff := cmp.Diff(map[string][]string{"imp_1@customer.example": ids[1:]}, b.arrived(t)); diff != "" {
			t.Errorf("mails, want the end alone (-want +got):\n%s", diff)
		}
		mails := store.NewMails(b.db)
		undelivered, err := mails.List(t.Context(), principal.Everything(), notify.MailFilter{Undelivered: true, Limit: 10})
		if err != nil || len(undelivered) != 1 || undelivered[0].FailedJob == "" || !strings.Contains(undelivered[0].LastError, "no such user") {
			t.Fatalf("undelivered are %+v, %v, want the mail about the start with its error", undelivered, err)
		}
		if err := store.NewOutbox(b.db).Retry(t.Context(), principal.Everything(), undelivered[0].FailedJob, time.Now()); err != nil {
			t.Fatalf("Retry = %v", err)
		}
		b.ring()
		until(t, 120*time.Second, "it is sent", func() bool { return len(b.server.Deliveries()) == 2 })
		until(t, 120*time.Second, "nothing is undelivered", func() bool {
			n, err := mails.Undelivered(t.Context(), principal.Everything())
			return err == nil && n == 0
		})
		if got := b.arrived(t)["imp_1@customer.example"]; !slices.Equal(got, []string{ids[1], ids[0]}) {
			t.Errorf("arrived %q, want the start at last, with its own id", got)
		}
	})
}

func TestASlowDomainHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	letterboxes(t, func(t *testing.T, b *letterbox, redis string) {
		open := b.server.Tarpit(t, "slow.example")
		config := b.config(redis)
		config.Concurrency = 4
		b.start(t, config)
		for i := range 12 {
			b.visitOf(t, fmt.Sprint("imp_slow", i), "mila@slow.example")
		}
		until(t, 120*time.Second, "the slow domain takes its places", func() bool { return b.server.Stuck("slow.example") == 2 })
		for i := range 4 {
			b.visitOf(t, fmt.Sprint("imp_quick", i), "mila@quick.example")
		}
		until(t, 120*time.Second, "all others have their mails", func() bool { return len(b.arrived(t)["mila@quick.example"]) == 8 })
		if stuck, arrived := b.server.Stuck("slow.example"), len(b.arrived(t)["mila@slow.example"]); stuck != 2 || arrived != 0 {
			t.Errorf("%d messages are on their way to the slow domain and %d are there, want 2 and none", stuck, arrived)
		}
		open()
		until(t, 120*time.Second, "everything is sent", b.finished(t))
		if got := b.arrived(t)["mila@slow.example"]; len(got) != 24 {
			t.Errorf("%d mails arrived in the slow domain, want 24", len(got))
		}
	})
}
