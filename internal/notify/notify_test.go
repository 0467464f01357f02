package notify_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/fault"
	"innkeeper/internal/notify"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/internal/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files")

// post is the outside: it keeps what is handed over, or fails.
type post struct {
	sent []notify.Message
	fail error
}

func (p *post) Send(_ context.Context, m notify.Message) error {
	if p.fail != nil {
		return p.fail
	}
	p.sent = append(p.sent, m)
	return nil
}

// visits tells stories by the id of the visit.
type visits map[string]notify.Story

func (v visits) Story(_ context.Context, id string) (notify.Story, error) {
	s, ok := v[id]
	if !ok {
		return s, errors.New("no such visit")
	}
	return s, nil
}

// room is the room of notices on a real database.
type room struct {
	*storetest.World
	*notify.Post
	outside *post
	visits  visits
	mails   *store.Mails
	outbox  *store.Outbox
}

var began = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

func setup(t *testing.T) *room {
	t.Helper()
	w := storetest.NewWorld(t)
	r := &room{World: w, outside: &post{}, visits: visits{}, mails: store.NewMails(w.DB), outbox: store.NewOutbox(w.DB)}
	service := notify.New(notify.Deps{
		Tx: w.DB, Store: store.NewNotifications(w.DB), Settings: store.NewNoticeSettings(w.DB), Mails: r.mails, Work: w.Work, Sender: r.outside,
		From: "Innkeeper <panel@host.example>", PublicURL: "https://host.example/",
	})
	r.Post = notify.NewPost(service, r.visits)
	return r
}

func (r *room) story() notify.Story {
	return notify.Story{
		VisitID: "imp_1", Actor: "Anna Lind", Role: "Support", Employer: "Harbour Hosting", SubjectID: r.Customer.ID, Subject: "Blue Door Bakery",
		Mode: "change", ReasonCode: "customer_request", Reason: "You asked us to move the mailbox.", Ticket: "#4711", Informed: "asked",
		StartedAt: began, ExpiresAt: began.Add(time.Hour), LastActivityAt: began.Add(10 * time.Minute), EndedAt: began.Add(25 * time.Minute),
		Changes: []notify.Line{
			{At: began.Add(4 * time.Minute), Text: "Anna Lind created the mailbox info@bluedoor.example."},
			{At: began.Add(10 * time.Minute), Text: "Anna Lind changed the quota of info@bluedoor.example."},
		},
		Views: 1, Blocked: 2,
	}
}

func (r *room) notices(event, text string) []notify.Notice {
	out := []notify.Notice{
		{Event: event, VisitID: "imp_1", AccountID: r.Customer.ID, Text: text, At: began},
		{Event: event, VisitID: "imp_1", AccountID: r.Reseller.ID, Text: text, At: began},
	}
	if event == notify.EventStart {
		out[0].Email, out[1].Email = "olga@customer.example", "rita@reseller.example"
	}
	return out
}

const ended = "Anna Lind (Harbour Hosting) left your account. 10:00 to 10:25 UTC. Closed automatically after 15 minutes without activity; last action 10:10."

// tell adds the notices of a start or an end, and returns the ids by account.
func (r *room) tell(t *testing.T, event, text string) map[string]string {
	t.Helper()
	if err := r.AddAll(t.Context(), r.notices(event, text)); err != nil {
		t.Fatalf("AddAll = %v", err)
	}
	ids := map[string]string{}
	for _, a := range []principal.Account{r.Customer, r.Reseller} {
		list, err := r.List(t.Context(), r.Owner(a), notify.Filter{Limit: 1})
		if err != nil || len(list) != 1 {
			t.Fatalf("List = %v, %v", list, err)
		}
		ids[a.ID] = list[0].ID
	}
	return ids
}

// done keeps the promises that are due, as a worker would, and returns their errors.
func (r *room) done(t *testing.T) map[string]error {
	t.Helper()
	now, err := r.DB.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	due, err := r.outbox.Waiting(t.Context(), now, 100)
	if err != nil {
		t.Fatal(err)
	}
	outcomes := map[string]error{}
	for _, promise := range due {
		p, ok, err := r.Work.Claim(t.Context(), promise.ID, time.Minute)
		if err != nil || !ok {
			t.Fatalf("Claim = %v, %v", ok, err)
		}
		outcome := r.Send(t.Context(), principal.System("notify"), p.ObjectID)
		outcomes[p.ObjectID] = outcome
		switch _, why, waits := outbox.Postponed(outcome); {
		case outcome == nil:
			err = r.Work.Done(t.Context(), p)
		case waits:
			err = r.Work.Postpone(t.Context(), p, 0, why)
		case fault.Retryable(outcome):
			err = r.Work.Again(t.Context(), p, 0, outcome)
		default:
			err = r.Work.GiveUp(t.Context(), p, outcome)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return outcomes
}

func TestNoticesAreRowsAndPromisesTogether(t *testing.T) {
	t.Parallel()
	r := setup(t)
	boom := errors.New("boom")
	err := r.DB.InTx(t.Context(), func(ctx context.Context) error {
		if err := r.AddAll(ctx, r.notices(notify.EventStart, "x")); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) || len(r.Promises(t)) != 0 {
		t.Fatalf("rolled back: %v with promises %v, want none", err, r.Promises(t))
	}
	ids := r.tell(t, notify.EventStart, "Anna Lind (Harbour Hosting) signed in to your account.")
	r.tell(t, notify.EventStart, "told again")
	quiet := notify.Notice{Event: "plan.change", AccountID: r.Customer.ID, Text: "no address, no mail", At: began}
	if err := r.AddAll(t.Context(), []notify.Notice{quiet}); err != nil {
		t.Fatal(err)
	}
	if err := r.AddAll(t.Context(), nil); err != nil {
		t.Errorf("AddAll of nothing = %v, want nil", err)
	}
	var got []string
	for _, p := range r.Promises(t) {
		got = append(got, string(p.Task)+" "+p.ObjectID)
	}
	want := []string{"notify.mail " + ids[r.Customer.ID], "notify.mail " + ids[r.Reseller.ID]}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("promises (-want +got):\n%s", diff)
	}
	list, err := r.List(t.Context(), r.Owner(r.Customer), notify.Filter{Limit: 10})
	if err != nil || len(list) != 2 || list[1].Text != "Anna Lind (Harbour Hosting) signed in to your account." {
		t.Errorf("List = %+v, %v, want both, the start as it was told first", list, err)
	}
}

func TestI14ReadingIsForTheAccountsOwnPeople(t *testing.T) {
	t.Parallel()
	r := setup(t)
	id := r.tell(t, notify.EventStart, "x")[r.Customer.ID]
	for name, c := range map[string]struct {
		by   principal.Principal
		want error
	}{
		"a visitor who looks":      {r.Acting(r.Customer, principal.Look), notify.ErrClosedActing},
		"a visitor who may change": {r.Acting(r.Customer, principal.Change), notify.ErrClosedActing},
		"the reseller himself":     {r.Manager(r.Reseller), notify.ErrNotFound},
		"an admin":                 {r.Owner(r.Provider).WithScope(principal.Everything()), notify.ErrNotFound},
		"the system":               {principal.System("x"), notify.ErrNotFound},
		"somebody else's customer": {r.Owner(r.Stranger), notify.ErrNotFound},
		"its own, without a scope": {r.Owner(r.Customer).WithScope(principal.Scope{}), notify.ErrNotFound},
	} {
		if err := r.Read(t.Context(), c.by, id); !errors.Is(err, c.want) {
			t.Errorf("%s: Read = %v, want %v", name, err, c.want)
		}
	}
	own := r.Owner(r.Customer)
	// What a visitor sees is the subject's list; nothing of it moves.
	seen, err := r.List(t.Context(), r.Acting(r.Customer, principal.Look), notify.Filter{Limit: 9})
	if n, unreadErr := r.Unread(t.Context(), own); err != nil || len(seen) != 1 || unreadErr != nil || n != 1 {
		t.Errorf("after all of them %d seen, %v, and %d unread, %v, want 1 and 1", len(seen), err, n, unreadErr)
	}
	for range 2 {
		if err := r.Read(t.Context(), own, id); err != nil {
			t.Errorf("Read by its own = %v, want nil", err)
		}
	}
	if n, err := r.Unread(t.Context(), own); err != nil || n != 0 {
		t.Errorf("Unread = %d, %v, want 0", n, err)
	}
}

func TestB10MailsOfAVisit(t *testing.T) {
	t.Parallel()
	r := setup(t)
	story := r.story()
	running := story
	running.EndedAt, running.Changes, running.Mode = time.Time{}, nil, "look"
	r.visits["imp_1"] = running
	r.tell(t, notify.EventStart, "Anna Lind (Harbour Hosting) signed in to your account, view only: “You asked us to move the mailbox.”")
	r.done(t)
	r.visits["imp_1"] = story
	r.tell(t, notify.EventStop, ended)
	for id, err := range r.done(t) {
		if err != nil {
			t.Errorf("Send(%q) = %v", id, err)
		}
	}
	if len(r.outside.sent) != 4 {
		t.Fatalf("%d mails were sent, want 4", len(r.outside.sent))
	}
	for i, name := range []string{"start", "start-watcher", "stop", "stop-watcher"} {
		golden(t, name, r.outside.sent[i])
	}
	start, stop := r.outside.sent[0], r.outside.sent[2]
	if stop.InReplyTo != start.MessageID || stop.To != start.To || stop.Subject != "Re: "+start.Subject {
		t.Errorf("the end is %+v, want it to answer %q", stop, start.MessageID)
	}
	for _, m := range r.outside.sent {
		if strings.Contains(m.Text, "://") {
			t.Errorf("a mail about a visit has a link in it:\n%s", m.Text)
		}
	}
	r.done(t)
	for id := range r.tell(t, notify.EventStop, ended) {
		if err := r.Send(t.Context(), principal.System("notify"), id); !errors.Is(err, notify.ErrNotFound) {
			t.Errorf("Send of a missing notification = %v, want ErrNotFound", err)
		}
	}
}

// golden compares a mail with what it is to look like.
func golden(t *testing.T, name string, m notify.Message) {
	t.Helper()
	id, _, _ := strings.Cut(m.MessageID, "@")
	got := fmt.Sprintf("From: %s\nTo: %s\nSubject: %s\nDate: %s\n\n%s", m.From, m.To, m.Subject, m.Date.Format(time.RFC3339), strings.ReplaceAll(m.Text, id, "ID"))
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestAShortVisitIsToldToTheSecond(t *testing.T) {
	t.Parallel()
	r := setup(t)
	story := r.story()
	story.LastActivityAt, story.EndedAt, story.Changes = began.Add(61*time.Second), began.Add(125*time.Second), nil
	r.visits["imp_1"] = story
	r.tell(t, notify.EventStart, "x")
	r.done(t)
	r.tell(t, notify.EventStop, "y")
	r.done(t)
	text := r.outside.sent[2].Text
	for _, line := range []string{
		"Start: 1 March 2026, 10:00:00 UTC", "End: 1 March 2026, 10:02:05 UTC",
		"Duration: 2 minutes 5 seconds: active for 1 minute 1 second, then 1 minute 4 seconds without activity", "Nothing was changed.",
	} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("the mail lacks %q:\n%s", line, text)
		}
	}
}

func TestTheEndWaitsForTheStart(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.visits["imp_1"] = r.story()
	r.outside.fail = notify.ErrAway
	start := r.tell(t, notify.EventStart, "x")[r.Customer.ID]
	stop := r.tell(t, notify.EventStop, ended)[r.Customer.ID]
	outcomes := r.done(t)
	if _, _, waits := outbox.Postponed(outcomes[stop]); !waits || !errors.Is(outcomes[start], notify.ErrAway) {
		t.Fatalf("start = %v and stop = %v, want ErrAway and NotYet", outcomes[start], outcomes[stop])
	}
	r.outside.fail = nil
	r.done(t)
	r.done(t)
	var order []string
	for _, m := range r.outside.sent {
		if m.To == "olga@customer.example" {
			order = append(order, m.MessageID)
		}
	}
	if diff := cmp.Diff([]string{start + "@host.example", stop + "@host.example"}, order); diff != "" {
		t.Errorf("mails to the customer (-want +got):\n%s", diff)
	}
}

func TestTheEndDoesNotWaitForAStartThatWasGivenUp(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.visits["imp_1"] = r.story()
	r.outside.fail = notify.ErrRefused
	r.tell(t, notify.EventStart, "x")
	r.done(t)
	r.outside.fail = nil
	stop := r.tell(t, notify.EventStop, ended)[r.Customer.ID]
	if outcomes := r.done(t); outcomes[stop] != nil || len(r.outside.sent) != 2 {
		t.Errorf("stop = %v with %d mails, want nil and 2", outcomes[stop], len(r.outside.sent))
	}
}

func TestRecipientsAreFixedAtTheStart(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.visits["imp_1"] = r.story()
	r.tell(t, notify.EventStart, "x")
	r.done(t)
	stop := r.notices(notify.EventStop, ended)
	stop[0].Email = "changed-meanwhile@attacker.example"
	if err := r.AddAll(t.Context(), stop); err != nil {
		t.Fatal(err)
	}
	r.done(t)
	var to []string
	for _, m := range r.outside.sent[2:] {
		to = append(to, m.To)
	}
	if diff := cmp.Diff([]string{"olga@customer.example", "rita@reseller.example"}, to); diff != "" {
		t.Errorf("mails about the end go to (-want +got):\n%s", diff)
	}
}

func TestARepeatedJobSendsNothingAndAFailedOneTheSame(t *testing.T) {
	t.Parallel()
	r := setup(t)
	story := r.story()
	r.visits["imp_1"] = story
	id := r.tell(t, notify.EventStart, "x")[r.Customer.ID]
	by := principal.System("notify")
	r.outside.fail = errors.New("broken\r\noff")
	if err := r.Send(t.Context(), by, id); err == nil {
		t.Fatal("Send = nil, want the failure")
	}
	m, ok, err := r.mails.BySource(t.Context(), id)
	if err != nil || !ok || m.Attempts != 1 || m.LastError != "broken off" || !m.SentAt.IsZero() {
		t.Errorf("after a failure the mail is %+v, %v", m, err)
	}
	r.outside.fail = nil
	story.Actor = "another name by now"
	r.visits["imp_1"] = story
	for range 20 {
		if err := r.Send(t.Context(), by, id); err != nil {
			t.Fatalf("Send = %v", err)
		}
	}
	if len(r.outside.sent) != 1 || r.outside.sent[0].Text != m.Text || r.outside.sent[0].MessageID != m.MessageID {
		t.Errorf("sent %+v, want once what was written first", r.outside.sent)
	}
	m, _, err = r.mails.BySource(t.Context(), id)
	if err != nil || m.Attempts != 2 || m.LastError != "" || m.SentAt.IsZero() {
		t.Errorf("after all the mail is %+v, %v, want it sent at the second attempt", m, err)
	}
}

// A mail that was given up and has lost its text is not sent when its job is tried again.
func TestAMailWithoutItsTextIsNotSent(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.visits["imp_1"] = r.story()
	id := r.tell(t, notify.EventStart, "x")[r.Customer.ID]
	r.outside.fail = errors.New("broken off")
	if err := r.Send(t.Context(), principal.System("notify"), id); err == nil {
		t.Fatal("Send = nil, want the failure")
	}
	r.outside.fail = nil
	if err := r.DB.Write(t.Context()).Exec("UPDATE mails SET body = 'erased on 2 March 2028', texts_erased_at = 1 WHERE source = ?", id).Error; err != nil {
		t.Fatal(err)
	}
	if err := r.Send(t.Context(), principal.System("notify"), id); err != nil || len(r.outside.sent) != 0 {
		t.Errorf("Send = %v and sent %+v, want nothing", err, r.outside.sent)
	}
}

func TestUnquoted(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Anna came: “why”": "Anna came: “gone”", "Anna came: “a “b” c” (ticket 1)": "Anna came: “gone” (ticket 1)",
		"Anna left.": "Anna left.", "”Anna“": "”Anna“", "": "",
	} {
		if got := notify.Unquoted(text, "gone"); got != want {
			t.Errorf("Unquoted(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestW04HostileTextIsInertInMail(t *testing.T) {
	t.Parallel()
	r := setup(t)
	story := r.story()
	evil := "Anna\r\nBcc: evil@attacker.example\u202e\u200b\x00\u2028{{.Text}}{{link}}<b onclick=x>=1+1 https://evil.example/" + strings.Repeat("A", 2000)
	story.Actor, story.Employer, story.Reason, story.Subject, story.Ticket, story.Role = evil, evil, evil, evil, evil, evil
	story.NotToldBecause, story.Informed, story.ReasonCode, story.Mode, story.EndedBy = evil, "not_told", evil, evil, evil
	story.Changes = []notify.Line{{At: began, Text: evil}}
	r.visits["imp_1"] = story
	r.tell(t, notify.EventStart, evil)
	r.done(t)
	r.tell(t, notify.EventStop, evil)
	r.done(t)
	if len(r.outside.sent) != 4 {
		t.Fatalf("%d mails, want 4", len(r.outside.sent))
	}
	for _, m := range r.outside.sent {
		if strings.ContainsAny(m.Subject, "\r\n\x00\u202e\u200b\u2028") || len(m.Subject) > 3000 {
			t.Errorf("subject %q", m.Subject)
		}
		for line := range strings.SplitSeq(m.Text, "\n") {
			if strings.HasPrefix(line, "Bcc:") || strings.ContainsAny(line, "\r\x00\u202e\u200b\u2028") {
				t.Errorf("line %q", line)
			}
		}
		if !strings.Contains(m.Text, "Anna Bcc: evil@attacker.example {{.Text}}{{link}}<b onclick=x>=1+1 https: //evil.example/AAA") {
			t.Errorf("the text is not shown as it is:\n%s", m.Text)
		}
		wantInertHTML(t, m.HTML)
	}
}

func TestInvitations(t *testing.T) {
	t.Parallel()
	r := setup(t)
	l := account.Letter{
		InvitationID: "inv_1", AccountID: r.Customer.ID, AccountName: "Blue Door Bakery", OwnerName: "Harbour Hosting",
		To: "olga@customer.example", Name: "Olga", Token: "s3cret-T0ken", ExpiresAt: began.Add(7 * 24 * time.Hour),
	}
	r.outside.fail = notify.ErrAway
	if err := r.SendInvitation(t.Context(), principal.System("account"), l); !errors.Is(err, notify.ErrAway) {
		t.Fatalf("SendInvitation = %v, want ErrAway", err)
	}
	r.outside.fail = nil
	for _, token := range []string{"T0ken-one", "T0ken-two"} { // a job that is repeated brings a new token
		l.Token = token
		if err := r.SendInvitation(t.Context(), principal.System("account"), l); err != nil {
			t.Fatalf("SendInvitation = %v", err)
		}
	}
	if len(r.outside.sent) != 2 || r.outside.sent[0].MessageID == r.outside.sent[1].MessageID {
		t.Fatalf("sent %+v, want two messages", r.outside.sent)
	}
	last := r.outside.sent[1]
	if !strings.Contains(last.Text, "\nhttps://host.example/welcome?token=T0ken-two\n") || last.Subject != "Your account Blue Door Bakery" {
		t.Errorf("the mail reads %q:\n%s", last.Subject, last.Text)
	}
	mails, err := r.ListMails(t.Context(), r.Owner(r.Provider).WithScope(principal.Everything()), notify.MailFilter{Limit: 10})
	if err != nil || len(mails) != 1 || mails[0].Attempts != 3 || mails[0].SentAt.IsZero() {
		t.Fatalf("mails = %+v, %v, want one, sent after three attempts", mails, err)
	}
	if rows := dump(t, r.DB); strings.Contains(rows, "T0ken") || strings.Contains(rows, "s3cret") {
		t.Errorf("a token is kept: %s", rows)
	}
	l.ExpiresAt = l.ExpiresAt.Add(time.Hour) // sent anew by a person
	if err := r.SendInvitation(t.Context(), principal.System("account"), l); err != nil {
		t.Fatal(err)
	}
	mails, err = r.ListMails(t.Context(), r.Owner(r.Provider).WithScope(principal.Everything()), notify.MailFilter{Limit: 10})
	if err != nil || len(mails) != 2 {
		t.Errorf("after another sending %d mails, %v, want 2", len(mails), err)
	}
	if _, err := r.Mail(t.Context(), r.Owner(r.Stranger), mails[0].ID); !errors.Is(err, notify.ErrMailNotFound) {
		t.Errorf("Mail from another account's scope = %v, want ErrMailNotFound", err)
	}
}

// dump returns all that is kept of mails.
func dump(t *testing.T, d *db.DB) string {
	t.Helper()
	var rows []map[string]any
	if err := d.Read(t.Context()).Table("mails").Find(&rows).Error; err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(rows)
}

func TestD9AnAnnouncementIsMailedWithItsWholeReason(t *testing.T) {
	t.Parallel()
	r := setup(t)
	text := "Anna Lind (Harbour Hosting) is about to sign in to your account: “" + strings.Repeat("why ", 124) + "end.” (ticket #4711)"
	notice := notify.Notice{Event: notify.EventAnnounce, AccountID: r.Customer.ID, Email: "olga@customer.example", Text: text, At: began}
	if err := r.AddAll(t.Context(), []notify.Notice{notice}); err != nil {
		t.Fatal(err)
	}
	r.done(t)
	if len(r.outside.sent) != 1 {
		t.Fatalf("%d mails, want 1", len(r.outside.sent))
	}
	golden(t, "announce", r.outside.sent[0])
}

// The owner keeps hearing: the address that was and the one that is are both told.
func TestA09AnotherAddressIsMailedToBoth(t *testing.T) {
	t.Parallel()
	r := setup(t)
	change := account.EmailChange{
		AccountID: r.Customer.ID, Account: "Blue Door Bakery", Old: "olga@customer.example", New: "thief@example.net",
		By: "Anna Lind\r\nBcc: x@example.net", Employer: "Harbour Hosting", At: began,
	}
	if err := r.EmailChanged(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	r.done(t)
	if len(r.outside.sent) != 2 {
		t.Fatalf("%d mails, want 2", len(r.outside.sent))
	}
	golden(t, "address-old", r.outside.sent[0])
	golden(t, "address-new", r.outside.sent[1])
}
