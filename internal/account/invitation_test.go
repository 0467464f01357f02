package account_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/db"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
	"innkeeper/internal/testkit"
)

const password = "a long enough password"

// send does the job of the invitation that was promised last, and returns the
// letter.
func (w *world) send() account.Letter {
	w.t.Helper()
	ids := w.promises(account.TaskInvite)
	if err := w.SendInvitation(w.t.Context(), principal.System("account.invite"), ids[len(ids)-1]); err != nil {
		w.t.Fatalf("SendInvitation = %v", err)
	}
	return w.told.letters[len(w.told.letters)-1]
}

// stranger is whoever comes with a link.
var stranger = principal.Principal{Via: principal.Via{IP: "192.0.2.1", UserAgent: "browser", RequestID: "req_1"}}

func TestA08InvitationIsAcceptedOnce(t *testing.T) {
	w := newWorld(t)
	_, by := w.reseller(w.admin, "Reseller")
	a := w.create(by, account.Draft{Kind: account.KindCustomer, Name: "Anna", Email: "anna@example.com"})
	l := w.send()
	want := account.Letter{
		InvitationID: l.InvitationID, AccountID: a.ID, AccountName: "Anna", OwnerName: "Reseller", To: "anna@example.com", Name: "Anna",
		Token: l.Token, ExpiresAt: w.clock.Now().Add(7 * 24 * time.Hour),
	}
	if diff := cmp.Diff(want, l); diff != "" {
		t.Errorf("the letter (-want +got):\n%s", diff)
	}
	if len(l.Token) < 22 { // 128 bits in base64
		t.Errorf("the token %q is short", l.Token)
	}
	if err := w.Accept(t.Context(), stranger, l.Token, "short"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("Accept with a bad password = %v, want invalid", err)
	}
	if err := w.Accept(t.Context(), stranger, l.Token, password); err != nil {
		t.Fatalf("Accept = %v", err)
	}
	person, err := w.people.ByLogin(t.Context(), "anna@example.com")
	if err != nil || person.PasswordHash != "hash of "+password {
		t.Errorf("the password's hash is %q, %v", person.PasswordHash, err)
	}
	if err := w.Accept(t.Context(), stranger, l.Token, password); !errors.Is(err, account.ErrInvitationEnded) {
		t.Errorf("Accept again = %v, want ErrInvitationEnded", err)
	}
	events := w.events(a.ID)
	e := events[len(events)-1]
	if diff := cmp.Diff([]string{"account.create", "account.accept-invitation"}, w.actions(a.ID)); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	wantActor := audit.Actor{Kind: "person", ID: person.ID, Name: "Anna", Role: "customer", AccountID: a.ID}
	got := []any{e.Actor, e.Subject.ID, e.Method, e.IP, e.UserAgent, e.RequestID, e.Sentence()}
	if diff := cmp.Diff([]any{wantActor, a.ID, "invitation", "192.0.2.1", "browser", "req_1", "Anna accepted the invitation to the account Anna and chose a password."}, got); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

func TestA08InvitationsThatAreOver(t *testing.T) {
	for name, spoil := range map[string]func(w *world, a account.Details, l account.Letter) (token string){
		"unknown": func(*world, account.Details, account.Letter) string { return "nonsense" },
		"empty":   func(*world, account.Details, account.Letter) string { return "" },
		"expired": func(w *world, _ account.Details, l account.Letter) string {
			w.clock.Advance(7 * 24 * time.Hour)
			return l.Token
		},
		"of a deleted account": func(w *world, a account.Details, l account.Letter) string {
			if err := w.Delete(w.t.Context(), w.admin, a.ID); err != nil {
				w.t.Fatal(err)
			}
			return l.Token
		},
		"of a mail before the last": func(w *world, _ account.Details, l account.Letter) string {
			w.send()
			return l.Token
		},
		"sent again meanwhile": func(w *world, a account.Details, l account.Letter) string {
			w.clock.Advance(time.Minute)
			if err := w.Resend(w.t.Context(), w.admin, a.ID); err != nil {
				w.t.Fatal(err)
			}
			return l.Token
		},
		"of one who left": func(w *world, a account.Details, l account.Letter) string {
			if err := w.db.Write(w.t.Context()).Exec("DELETE FROM account_people WHERE account_id = ?", a.ID).Error; err != nil {
				w.t.Fatal(err)
			}
			return l.Token
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a, _ := w.customer(w.admin, "Customer")
			token := spoil(w, a, w.send())
			if err := w.Accept(t.Context(), stranger, token, password); !errors.Is(err, account.ErrInvitationEnded) {
				t.Errorf("Accept = %v, want ErrInvitationEnded", err)
			}
			if lines := w.told.heard(); strings.Contains(strings.Join(lines, "\n"), "password") {
				t.Errorf("a password was set: %v", lines)
			}
		})
	}
}

func TestA08InvitationJustBeforeItExpires(t *testing.T) {
	w := newWorld(t)
	w.customer(w.admin, "Customer")
	l := w.send()
	w.clock.Advance(7*24*time.Hour - time.Microsecond)
	if err := w.Accept(t.Context(), stranger, l.Token, password); err != nil {
		t.Errorf("Accept = %v", err)
	}
}

func TestResend(t *testing.T) {
	w := newWorld(t)
	_, by := w.reseller(w.admin, "Reseller")
	_, otherBy := w.reseller(w.admin, "Other")
	a, _ := w.customer(by, "Customer")
	for wait, want := range map[time.Duration]error{0: account.ErrInvitationTooSoon, time.Minute - 1: account.ErrInvitationTooSoon} {
		w.clock.Advance(wait)
		if err := w.Resend(t.Context(), by, a.ID); !errors.Is(err, want) {
			t.Errorf("Resend after %v = %v, want %v", wait, err, want)
		}
		w.clock.Advance(-wait)
	}
	w.clock.Advance(time.Minute)
	if err := w.Resend(t.Context(), otherBy, a.ID); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("Resend by another reseller = %v, want ErrNotFound", err)
	}
	promised := len(w.promises(account.TaskInvite))
	if err := w.Resend(t.Context(), by, a.ID); err != nil {
		t.Fatalf("Resend = %v", err)
	}
	if got := len(w.promises(account.TaskInvite)); got != promised+1 {
		t.Errorf("%d more promises, want one", got-promised)
	}
	if err := w.Resend(t.Context(), by, a.ID); !errors.Is(err, account.ErrInvitationTooSoon) {
		t.Errorf("Resend at once = %v, want ErrInvitationTooSoon", err)
	}
	l := w.send()
	if want := w.clock.Now().Add(7 * 24 * time.Hour); !l.ExpiresAt.Equal(want) {
		t.Errorf("it expires at %v, want %v: a week from now", l.ExpiresAt, want)
	}
	events := w.events(a.ID)
	if got, want := events[len(events)-1].Sentence(), "Max sent Reseller an invitation to the account Customer."; got != want {
		// both were opened with the same address, so that the person is the first's
		t.Errorf("Sentence() = %q, want %q", got, want)
	}
	if err := w.Accept(t.Context(), stranger, l.Token, password); err != nil {
		t.Fatalf("Accept = %v", err)
	}
	w.clock.Advance(time.Hour)
	if err := w.Resend(t.Context(), by, a.ID); !errors.Is(err, account.ErrInvitationNotNeeded) {
		t.Errorf("Resend to one who has a password = %v, want ErrInvitationNotNeeded", err)
	}
}

func TestResendWithoutAnInvitationBefore(t *testing.T) {
	w := newWorld(t)
	a := w.create(w.admin, account.Draft{Kind: account.KindCustomer, Name: "C", Email: "c@example.com", Uninvited: true})
	if err := w.Resend(t.Context(), w.admin, a.ID); err != nil {
		t.Fatalf("Resend = %v", err)
	}
	if err := w.Accept(t.Context(), stranger, w.send().Token, password); err != nil {
		t.Errorf("Accept = %v", err)
	}
}

func TestSendInvitationThatIsOver(t *testing.T) {
	w := newWorld(t)
	a, _ := w.customer(w.admin, "Customer")
	ids := w.promises(account.TaskInvite)
	id := ids[len(ids)-1]
	system := principal.System("account.invite")
	w.told.fail = fault.New(fault.Unavailable, "mail", "No.")
	if err := w.SendInvitation(t.Context(), system, id); !errors.Is(err, w.told.fail) {
		t.Errorf("SendInvitation without mail = %v, want the mailer's error", err)
	}
	w.told.fail = nil
	sent := len(w.told.letters)
	for _, over := range []struct {
		name string
		do   func() error
	}{
		{"expired", func() error { w.clock.Advance(8 * 24 * time.Hour); return nil }},
		{"of a deleted account", func() error {
			w.clock.Advance(-8 * 24 * time.Hour)
			return w.Delete(t.Context(), w.admin, a.ID)
		}},
	} {
		if err := over.do(); err != nil {
			t.Fatal(err)
		}
		if err := w.SendInvitation(t.Context(), system, id); err == nil || fault.Retryable(err) {
			t.Errorf("SendInvitation of one %s = %v, want an error that is not tried again", over.name, err)
		}
	}
	if err := w.SendInvitation(t.Context(), system, "inv_missing"); !errors.Is(err, account.ErrInvitationEnded) {
		t.Errorf("SendInvitation of a missing one = %v, want ErrInvitationEnded", err)
	}
	if len(w.told.letters) != sent {
		t.Errorf("%d letters were sent", len(w.told.letters)-sent)
	}
}

// TestD02InvitationTokenIsKeptNowhere looks through every table for what the mail
// alone may hold.
func TestD02InvitationTokenIsKeptNowhere(t *testing.T) {
	w := newWorld(t)
	w.customer(w.admin, "Customer")
	l := w.send()
	if err := w.Accept(t.Context(), stranger, l.Token, password); err != nil {
		t.Fatal(err)
	}
	var tables []string
	if err := w.db.Read(t.Context()).Raw("SELECT name FROM sqlite_master WHERE type = 'table'").Scan(&tables).Error; err != nil {
		t.Fatal(err)
	}
	if len(tables) < 10 {
		t.Fatalf("tables = %v, want all of them", tables)
	}
	for _, table := range tables {
		var rows []map[string]any
		if err := w.db.Read(t.Context()).Table(table).Find(&rows).Error; err != nil {
			t.Fatal(err)
		}
		if strings.Contains(fmt.Sprint(rows), l.Token) {
			t.Errorf("the table %s holds the token", table)
		}
	}
}

func TestA08InvitationAcceptedManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	testkit.EachEngine(t, newest, func(t *testing.T, url string) {
		d, err := db.Open(t.Context(), url, "")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		w := worldOn(t, d, testkit.NewClock(time.Time{}))
		w.customer(w.admin, "Customer")
		token := w.send().Token
		var wg sync.WaitGroup
		results := make(chan error, 20)
		for range 20 {
			wg.Go(func() { results <- w.Accept(context.WithoutCancel(t.Context()), stranger, token, password) })
		}
		wg.Wait()
		accepted := 0
		for range 20 {
			switch err := <-results; {
			case err == nil:
				accepted++
			case !errors.Is(err, account.ErrInvitationEnded):
				t.Errorf("Accept = %v, want ErrInvitationEnded", err)
			}
		}
		if accepted != 1 {
			t.Errorf("accepted %d times, want once", accepted)
		}
	})
}
