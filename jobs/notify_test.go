package jobs_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/engine/mailer"
	"innkeeper/internal/engine/mailer/smtptest"
	"innkeeper/internal/notify"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/internal/store/storetest"
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
	planted := storetest.NewWorld(t)
	w := &world{db: planted.DB}
	w.outbox = outbox.New(store.NewOutbox(w.db), w.db, w.ring)
	server := smtptest.Start(t, smtptest.Settings{})
	sender, err := mailer.Open(server.URL(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	service := notify.New(notify.Deps{
		Tx: w.db, Store: store.NewNotifications(w.db), Settings: store.NewNoticeSettings(w.db), Mails: store.NewMails(w.db), Work: w.outbox, Sender: sender,
		From: "Innkeeper <panel@host.example>", PublicURL: "https://host.example",
	})
	return &letterbox{world: w, post: notify.NewPost(service, stories{}), server: server, account: planted.Customer.ID}
}

func (b *letterbox) config(url string) jobs.Config {
	return jobs.Config{Redis: url, Timing: hasty, Handlers: map[outbox.Task]jobs.Handler{notify.TaskMail: b.post.Send}}
}

// visit tells of the start and the end of a visit.
func (b *letterbox) visit(t *testing.T, id string) {
	t.Helper()
	for _, event := range []string{notify.EventStart, notify.EventStop} {
		n := notify.Notice{Event: event, VisitID: id, AccountID: b.account, Email: id + "@customer.example", Text: event, At: time.Now()}
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

func TestMailThroughATroubledServer(t *testing.T) {
	t.Parallel()
	b := newLetterbox(t)
	b.server.Fail(
		smtptest.Fault{Rcpt: smtptest.Answer(450, "greylisted")},
		smtptest.Fault{Drop: true}, // it has the message, and we do not know
		smtptest.Fault{Data: smtptest.Answer(451, "later")},
	)
	b.start(t, b.config(""))
	b.visit(t, "imp_1")
	until(t, 60*time.Second, "both mails are sent", b.finished(t))
	want := b.expected(t)
	ids := want["imp_1@customer.example"]
	want["imp_1@customer.example"] = []string{ids[0], ids[0], ids[1]} // the second copy is the same message
	if diff := cmp.Diff(want, b.arrived(t)); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	stop := b.server.Deliveries()[2].Message(t)
	if got := stop.Header.Get("In-Reply-To"); got != ids[0] {
		t.Errorf("the end answers %q, want %q", got, ids[0])
	}
	mails, err := store.NewMails(b.db).List(t.Context(), principal.Everything(), "", 10)
	if err != nil || len(mails) != 2 || mails[1].Attempts != 4 || mails[1].LastError != "" || mails[1].SentAt.IsZero() {
		t.Errorf("mails = %+v, %v, want two, the first after four attempts", mails, err)
	}
}

func TestARefusedMailIsGivenUpAndShown(t *testing.T) {
	t.Parallel()
	b := newLetterbox(t)
	b.server.Fail(smtptest.Fault{Rcpt: smtptest.Answer(550, "no such user")})
	b.start(t, b.config(""))
	b.visit(t, "imp_1")
	until(t, 60*time.Second, "nothing is left to do", b.finished(t))
	if _, failed := b.tally(t); failed != 1 {
		t.Errorf("%d jobs failed, want the mail about the start", failed)
	}
	if got := b.arrived(t)["imp_1@customer.example"]; len(got) != 1 || got[0] != b.expected(t)["imp_1@customer.example"][1] {
		t.Errorf("arrived %q, want the mail about the end alone", got)
	}
}
