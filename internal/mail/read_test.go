package mail_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/mail"
	"innkeeper/internal/principal"
)

var came = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// filled is a mailbox of the customer with three messages.
func (w world) filled(t *testing.T, address string) mail.Mailbox {
	t.Helper()
	m := w.create(t, w.Owner(w.Customer), address)
	if err := w.disk.EnsureMaildir(t.Context(), m.ID); err != nil {
		t.Fatal(err)
	}
	for i, id := range []string{"1.oldest", "2.same", "3.same"} {
		text := "From: a@example.net\r\nSubject: canary " + id + "\r\n\r\nhello"
		if err := w.disk.Deliver(t.Context(), m.ID, id, came.Add(time.Duration(min(i, 1))*time.Hour), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func (w world) unlock(t *testing.T, m mail.Mailbox, hours int) mail.Unlock {
	t.Helper()
	u, err := w.mail.Unlock(t.Context(), w.Owner(w.Customer), m.ID, hours)
	if err != nil {
		t.Fatalf("Unlock = %v", err)
	}
	return u
}

func TestTheOwnerReadsWithoutATrace(t *testing.T) {
	w := setup(t)
	m, by := w.filled(t, "info@example.com"), w.Owner(w.Customer)
	before := len(w.Events(t))
	var got []string
	key := mail.MessageKey{}
	for {
		page, err := w.mail.Messages(t.Context(), by, m.ID, key, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range page.Messages {
			got = append(got, one.ID+" "+one.Subject)
		}
		if page.Next == nil {
			break
		}
		key = *page.Next
	}
	if diff := cmp.Diff([]string{"3.same canary 3.same", "2.same canary 2.same", "1.oldest canary 1.oldest"}, got); diff != "" {
		t.Errorf("Messages page by page (-want +got):\n%s", diff)
	}
	letter, err := w.mail.Message(t.Context(), by, m.ID, "1.oldest")
	if err != nil || letter.Text != "hello" || letter.Seen || !letter.ReceivedAt.Equal(came) {
		t.Errorf("Message = %+v, %v", letter, err)
	}
	if _, err := w.mail.Message(t.Context(), by, m.ID, "../1.oldest"); !errors.Is(err, mail.ErrNoMessage) {
		t.Errorf("Message of a path = %v, want ErrNoMessage", err)
	}
	if after := len(w.Events(t)); after != before {
		t.Errorf("reading one's own mail left %d events", after-before)
	}
}

func TestA7MailIsItsOwnersAlone(t *testing.T) {
	w := setup(t)
	m, open := w.filled(t, "info@example.com"), w.filled(t, "open@example.com")
	w.unlock(t, open, 24)
	before := len(w.Events(t))
	for name, c := range map[string]struct {
		by   principal.Principal
		box  mail.Mailbox
		want error
	}{
		"the reseller":                 {w.Manager(w.Reseller), open, mail.ErrMailOthers},
		"the provider":                 {w.Manager(w.Provider), open, mail.ErrMailOthers},
		"the system":                   {principal.System("mail"), open, mail.ErrMailOthers},
		"a visit to look":              {w.Acting(w.Customer, principal.Look), m, mail.ErrMailClosed},
		"a visit to change":            {w.Acting(w.Customer, principal.Change), m, mail.ErrMailClosed},
		"a visit to another":           {w.Acting(w.Stranger, principal.Change), open, mail.ErrNotFound},
		"a stranger":                   {w.Owner(w.Stranger), open, mail.ErrNotFound},
		"somebody of a scope too wide": {w.Owner(w.Stranger).WithScope(principal.Everything()), open, mail.ErrMailOthers},
	} {
		if page, err := w.mail.Messages(t.Context(), c.by, c.box.ID, mail.MessageKey{}, 9); !errors.Is(err, c.want) || len(page.Messages) > 0 {
			t.Errorf("Messages, %s = %v, %v, want %v", name, page, err, c.want)
		}
		for _, id := range []string{"1.oldest", "1.missing"} {
			if letter, err := w.mail.Message(t.Context(), c.by, c.box.ID, id); !errors.Is(err, c.want) || letter.Text != "" {
				t.Errorf("Message(%s), %s = %v, %v, want %v", id, name, letter, err, c.want)
			}
		}
		if _, err := w.mail.Unlock(t.Context(), c.by, c.box.ID, 1); fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.NotFound {
			t.Errorf("Unlock, %s = %v, want it refused", name, err)
		}
	}
	if after := len(w.Events(t)); after != before {
		t.Errorf("refusals left %d events of this room", after-before)
	}
}

func TestI6AnOpenMailboxIsReadOnTheRecord(t *testing.T) {
	w := setup(t)
	m, by := w.filled(t, "info@example.com"), w.Acting(w.Customer, principal.Look)
	u := w.unlock(t, m, 8)
	if got := u.Until.Sub(u.GrantedAt); got != 8*time.Hour {
		t.Errorf("the grant lasts %v, want 8 hours", got)
	}
	if got, err := w.mail.ByID(t.Context(), by, m.ID); err != nil || !got.OpenUntil.Equal(u.Until) {
		t.Errorf("ByID = open until %v, %v, want %v", got.OpenUntil, err, u.Until)
	}
	if _, err := w.mail.Messages(t.Context(), by, m.ID, mail.MessageKey{}, 9); err != nil {
		t.Fatalf("Messages = %v", err)
	}
	if letter, err := w.mail.Message(t.Context(), by, m.ID, "1.oldest"); err != nil || letter.Subject != "canary 1.oldest" {
		t.Fatalf("Message = %v, %v", letter, err)
	}
	if err := w.mail.Lock(t.Context(), w.Owner(w.Customer), u.ID); err != nil {
		t.Fatalf("Lock = %v", err)
	}
	for name, err := range map[string]error{
		"Messages": second(w.mail.Messages(t.Context(), by, m.ID, mail.MessageKey{}, 9)), "Message": second(w.mail.Message(t.Context(), by, m.ID, "1.oldest")),
	} {
		if !errors.Is(err, mail.ErrMailClosed) {
			t.Errorf("%s after the owner has closed it = %v, want ErrMailClosed", name, err)
		}
	}
	if err := w.mail.Lock(t.Context(), w.Owner(w.Customer), u.ID); !errors.Is(err, mail.ErrNoUnlock) {
		t.Errorf("Lock twice = %v, want ErrNoUnlock", err)
	}
	want := []string{
		"acc_customer: Olga created the mailbox info@example.com.",
		"acc_customer: Olga let support read the mailbox info@example.com for a while.",
		"acc_customer: Anna looked at the list of messages in the mailbox info@example.com.",
		"acc_customer: Anna read a message in the mailbox info@example.com, received 1 March 2026 10:00 UTC.",
		"acc_customer: Olga closed the mailbox info@example.com to support.",
	}
	if diff := cmp.Diff(want, w.Lines(t)); diff != "" {
		t.Errorf("the record (-want +got):\n%s", diff)
	}
	for _, e := range w.Events(t)[2:4] {
		if e.Result != audit.Viewed || strings.Contains(e.Object.Name+e.Object.ID, "canary") {
			t.Errorf("the event of a reading is %+v", e)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestAGrantIsReplacedAndCapped(t *testing.T) {
	w := setup(t)
	m := w.filled(t, "info@example.com")
	for _, hours := range []int{0, -1, 25, 1 << 40} {
		if _, err := w.mail.Unlock(t.Context(), w.Owner(w.Customer), m.ID, hours); fault.KindOf(err) != fault.Invalid {
			t.Errorf("Unlock for %d hours = %v, want Invalid", hours, err)
		}
	}
	first, then := w.unlock(t, m, 24), w.unlock(t, m, 1)
	got, err := w.mail.Unlocks(t.Context(), w.Owner(w.Customer))
	if diff := cmp.Diff([]mail.Unlock{then}, got); err != nil || diff != "" {
		t.Errorf("Unlocks = %v (-want +got):\n%s", err, diff)
	}
	if err := w.mail.Lock(t.Context(), w.Owner(w.Customer), first.ID); !errors.Is(err, mail.ErrNoUnlock) {
		t.Errorf("Lock of what was replaced = %v, want ErrNoUnlock", err)
	}
	if err := w.mail.Lock(t.Context(), w.Owner(w.Stranger), then.ID); !errors.Is(err, mail.ErrNoUnlock) {
		t.Errorf("Lock by a stranger = %v, want ErrNoUnlock", err)
	}
	events := w.Events(t)
	if e := events[len(events)-1]; e.Before["until"] != first.Until.Format(time.RFC3339) || e.After["until"] != then.Until.Format(time.RFC3339) {
		t.Errorf("the event of the second grant has before %v and after %v", e.Before, e.After)
	}
}

// refusing is a record that cannot be written.
type refusing struct{}

func (refusing) Record(context.Context, principal.Principal, audit.Entry) error {
	return audit.ErrUnavailable
}

func TestI28MailReadEventBeforeTheFirstByte(t *testing.T) {
	w := setup(t)
	m, by := w.filled(t, "info@example.com"), w.Acting(w.Customer, principal.Look)
	w.unlock(t, m, 1)
	w.EndVisit()
	unheard := mail.New(w.deps(refusing{}))
	for name, c := range map[string]struct {
		s    *mail.Service
		want fault.Kind
	}{"the visit is over": {w.mail, fault.Gone}, "the record cannot be written": {unheard, fault.Unavailable}} {
		page, err := c.s.Messages(t.Context(), by, m.ID, mail.MessageKey{}, 9)
		if fault.KindOf(err) != c.want || len(page.Messages) > 0 {
			t.Errorf("%s: Messages = %v, %v, want nothing", name, page, err)
		}
		letter, err := c.s.Message(t.Context(), by, m.ID, "1.oldest")
		if diff := cmp.Diff(mail.Letter{}, letter); fault.KindOf(err) != c.want || diff != "" {
			t.Errorf("%s: Message = %v (-want +got):\n%s", name, err, diff)
		}
	}
}

// shutting closes the grant while a message is being opened.
type shutting struct {
	mail.Disk
	shut func()
}

func (s shutting) Message(ctx context.Context, box, id string) (mail.Stored, io.ReadCloser, error) {
	s.shut()
	return s.Disk.Message(ctx, box, id)
}

func TestI6AGrantThatIsClosedMeanwhileShutsAtOnce(t *testing.T) {
	w := setup(t)
	m := w.filled(t, "info@example.com")
	u := w.unlock(t, m, 1)
	deps := w.deps(w.Audit)
	deps.Disk = shutting{w.disk, func() {
		if err := w.mail.Lock(t.Context(), w.Owner(w.Customer), u.ID); err != nil {
			t.Error(err)
		}
	}}
	before := len(w.Events(t))
	letter, err := mail.New(deps).Message(t.Context(), w.Acting(w.Customer, principal.Change), m.ID, "1.oldest")
	if !errors.Is(err, mail.ErrMailClosed) || letter.Text != "" {
		t.Errorf("Message = %v, %v, want ErrMailClosed", letter, err)
	}
	if n := len(w.Events(t)) - before; n != 1 {
		t.Errorf("%d events, want that of the closing alone", n)
	}
}
