package app_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"innkeeper/internal/engine/mailer/smtptest"
)

// killSeed repeats the choices of a run; which of them meet is the machine's.
var killSeed = flag.Uint64("kill.seed", rand.Uint64(), "what the test of killings chooses by")

const (
	killings  = 5  // of each engine's processes
	survivors = 30 // requests between two, on average
)

// ordeal is a house that is killed again and again while people are in it.
type ordeal struct {
	*load
	begun    int64
	post     *smtptest.Server
	answered atomic.Int64
	over     atomic.Bool
}

// sufferer is one of them, in the same account again and again, with what he was told.
type sufferer struct {
	*tab
	ordeal *ordeal
	dice   *rand.Rand
	number int
	quota  int               // of the mailbox, as last acknowledged
	files  map[string]string // acknowledged
	boxes  int               // mailboxes made, each under a key of its own
	visits map[string]bool   // acknowledged; ended or not
}

// Whenever the panel or the worker is killed, nothing is lost: what was acknowledged is
// there, nothing hangs, everything was done once and recorded once, every visit has one end
// and every notice its mail, the record holds, and what was asked again is there once.
func TestNothingIsLostByKillNine(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			seed := *killSeed
			t.Logf("seed %d", seed)
			h := engine.fill(t)
			h.clock.Advance(time.Since(h.clock.Now())) // the processes have the clock of the world
			o := &ordeal{load: &load{house: h}, post: smtptest.Start(t, smtptest.Settings{})}
			h.environ = append(h.environ, "INNKEEPER_SMTP_URL="+o.post.URL())
			all := h.asProcesses(t, engine.name == "postgres")
			people := o.people(t, seed)
			o.begun = time.Now().UnixMicro()
			var living sync.WaitGroup
			for _, one := range people {
				living.Go(one.live)
			}
			o.kill(t, all, rand.New(rand.NewPCG(seed, 0)))
			o.over.Store(true)
			living.Wait()
			if t.Failed() {
				return
			}
			o.settle(t)
			o.check(t, people)
		})
	}
}

func (o *ordeal) people(t *testing.T, seed uint64) []*sufferer {
	t.Helper()
	tabs := o.populate(t, 3, 6)
	people := make([]*sufferer, len(tabs))
	for i, one := range tabs {
		one.subject = o.subjects[i]
		people[i] = &sufferer{tab: one, ordeal: o, number: i, dice: rand.New(rand.NewPCG(seed, uint64(i+1))), files: map[string]string{}, visits: map[string]bool{}}
	}
	return people
}

// kill kills one process or all of them whenever enough has been answered, and starts
// them again.
func (o *ordeal) kill(t *testing.T, all []*process, dice *rand.Rand) {
	for range killings {
		target := o.answered.Load() + int64(dice.IntN(2*survivors))
		within(t, time.Minute, "requests are answered", func() bool { return o.answered.Load() > target })
		dying := all
		if one := dice.IntN(len(all) + 1); one < len(all) {
			dying = all[one : one+1]
		}
		for _, p := range dying {
			p.kill()
		}
		for _, p := range dying {
			t.Logf("%s was killed after %d answers, and ready again after %v", p.command, o.answered.Load(), p.start(t).Round(time.Millisecond))
		}
	}
}

// insist makes a request again and again until it is answered.
func (s *sufferer) insist(method, path string, body any, headers ...string) answer {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		a, err := s.try(method, path, body, headers...)
		if err == nil && a.status != 503 {
			s.ordeal.answered.Add(1)
			return a
		}
		time.Sleep(20 * time.Millisecond) // as within does
	}
	s.t.Errorf("%s %s was not answered for a minute", method, path)
	s.ordeal.over.Store(true)
	return answer{}
}

// live goes into the account, changes things and leaves, until it is over. What was not
// answered is done again: it must not be there twice.
func (s *sufferer) live() {
	for !s.ordeal.over.Load() {
		a := s.insist("POST", "/api/v1/impersonations", fields("account_id", s.subject.id, "reason_code", "other", "reason", "one of many visits", "mode", "change", "informed", "asked"))
		id := a.body["id"]
		if a.status == 409 && a.body["code"] == "already-impersonating" { // begun without an answer, or not left
			id = a.body["impersonation_id"]
		} else if a.status != 201 {
			s.t.Errorf("a visit begins with %d %s", a.status, a.raw)
			return
		}
		visit := fmt.Sprint(id)
		s.visits[visit] = true
		for range s.dice.IntN(6) {
			s.change("/as/"+visit+"/api/v1", len(s.files))
		}
		if s.dice.IntN(4) > 0 {
			if a := s.insist("POST", "/as/"+visit+"/stop", nil); a.status != 200 {
				s.t.Errorf("leaving = %d %s", a.status, a.raw)
				return
			}
		}
	}
}

func (s *sufferer) change(base string, n int) {
	want := 200
	var a answer
	switch s.dice.IntN(5) {
	case 4:
		s.boxes++
		address := fmt.Sprintf("box-%d-%d@%s", s.number, s.boxes, s.subject.host)
		a = s.insist("POST", base+"/mailboxes", fields("address", address), "Idempotency-Key", address)
		if a.status == 409 && a.body["code"] == "idempotency-key-unanswered" { // done, and killed before it was answered
			return
		}
		want = 201
	case 0:
		quota := 1<<20 + s.dice.IntN(1<<20)
		a = s.insist("PATCH", base+"/mailboxes/"+s.subject.mailbox, fields("quota_bytes", quota))
		s.quota = quota
	case 1:
		a = s.insist("GET", base+"/files/content?path=/page.txt", nil)
	case 2:
		a, want = s.insist("PUT", base+"/mailboxes/"+s.subject.mailbox+"/password", fields("password", everybodysPassword)), 403
	default:
		path, text := fmt.Sprintf("/written-%d-%d.txt", s.number, n), fmt.Sprintf("text %d", s.dice.Uint64())
		a = s.insist("PUT", base+"/files/content?path="+path, []byte(text))
		s.files[path] = text
	}
	if a.status != want && !(want == 200 && a.status == 201) {
		s.t.Errorf("a change is answered with %d %s, want %d", a.status, a.raw, want)
	}
}

// settle waits until the work that was promised is done: nothing hangs.
func (o *ordeal) settle(t *testing.T) {
	t.Helper()
	begun := time.Now()
	within(t, 90*time.Second, "all promised work is done", func() bool {
		return o.count(t, "SELECT count(*) FROM outbox WHERE done_at IS NULL AND created_at >= ?", o.begun) == 0
	})
	within(t, 30*time.Second, "everything is sealed", func() bool {
		return o.count(t, "SELECT count(*) FROM audit_events WHERE NOT EXISTS (SELECT 1 FROM audit_leaves WHERE audit_leaves.seq = audit_events.seq)") == 0
	})
	t.Logf("what was left was done %v after the last request", time.Since(begun).Round(time.Millisecond))
}

// none is what there must be nothing of: each row is something lost, or there twice.
var none = []struct{ what, sql string }{
	{"work that hangs, or was given up", "SELECT count(*) FROM outbox WHERE created_at >= :begun AND (done_at IS NULL OR failed_at IS NOT NULL)"},
	{"changes of files that hang, or failed", "SELECT count(*) FROM file_changes WHERE created_at >= :begun AND (done_at IS NULL OR failure <> '')"},

	{"changes of files without one event", `SELECT count(*) FROM accounts WHERE
		(SELECT count(*) FROM file_changes WHERE file_changes.account_id = accounts.id AND kind = 'write' AND created_at >= :begun) <>
		(SELECT count(*) FROM audit_events WHERE audit_events.account_id = accounts.id AND action = 'file.write' AND result = 'done' AND at >= :begun)`},
	{"changes of mailboxes without one event", `SELECT count(*) FROM mailboxes WHERE created_at < :begun AND version - 1 <>
		(SELECT count(*) FROM audit_events WHERE object_id = mailboxes.id AND action = 'mailbox.update' AND result = 'done')`},
	{"mailboxes without one event", `SELECT count(*) FROM mailboxes WHERE created_at >= :begun AND
		(SELECT count(*) FROM audit_events WHERE object_id = mailboxes.id AND action = 'mailbox.create' AND result = 'done') <> 1`},
	{"events of visits that there are not", `SELECT count(*) FROM audit_events WHERE at >= :begun AND impersonation_id <> ''
		AND NOT EXISTS (SELECT 1 FROM impersonations WHERE impersonations.id = audit_events.impersonation_id)`},

	{"visits without one beginning", `SELECT count(*) FROM impersonations WHERE started_at >= :begun AND
		(SELECT count(*) FROM audit_events WHERE impersonation_id = impersonations.id AND action = 'impersonation.start') <> 1`},
	{"visits without one end", `SELECT count(*) FROM impersonations WHERE started_at >= :begun AND ended_at IS NOT NULL AND
		(SELECT count(*) FROM audit_events WHERE impersonation_id = impersonations.id AND action = 'impersonation.stop') <> 1`},
	{"open visits with an end", `SELECT count(*) FROM impersonations WHERE started_at >= :begun AND ended_at IS NULL AND
		(SELECT count(*) FROM audit_events WHERE impersonation_id = impersonations.id AND action = 'impersonation.stop') <> 0`},

	{"visits whose beginning was told not once", `SELECT count(*) FROM impersonations WHERE started_at >= :begun AND
		(SELECT count(*) FROM notifications WHERE impersonation_id = impersonations.id AND account_id = subject_id AND event = 'impersonation.start') <> 1`},
	{"ends that were told not once", `SELECT count(*) FROM impersonations WHERE started_at >= :begun AND ended_at IS NOT NULL AND
		(SELECT count(*) FROM notifications WHERE impersonation_id = impersonations.id AND account_id = subject_id AND event = 'impersonation.stop') <> 1`},
	{"notices without one mail that was sent", `SELECT count(*) FROM notifications WHERE created_at >= :begun AND impersonation_id <> '' AND email <> '' AND unmailed = 0 AND
		(SELECT count(*) FROM mails WHERE source = notifications.id AND sent_at IS NOT NULL) <> 1`},
}

// check looks for whatever may have been lost, or done twice.
func (o *ordeal) check(t *testing.T, people []*sufferer) {
	t.Helper()
	visits, files := 0, 0
	for _, s := range people {
		s.check(t)
		visits, files = visits+len(s.visits), files+len(s.files)
	}
	o.settle(t) // of the last look
	for _, one := range none {
		if n := o.count(t, strings.ReplaceAll(one.sql, ":begun", strconv.FormatInt(o.begun, 10))); n != 0 {
			t.Errorf("%s: %d", one.what, n)
		}
	}
	if n := o.count(t, "SELECT count(*) FROM impersonations WHERE started_at >= ?", o.begun); n != visits {
		t.Errorf("there are %d visits, and %d were begun", n, visits)
	}
	o.checkMail(t)
	o.wantCommand(t, 0, "The record holds", "audit", "verify")
	t.Logf("%d answers, %d visits and %d files through %d killings", o.answered.Load(), visits, files, killings)
	if visits < len(people) || files == 0 {
		t.Errorf("%d visits and %d files: the test has done nothing", visits, files)
	}
}

// check holds what somebody was told against what is there.
func (s *sufferer) check(t *testing.T) {
	t.Helper()
	if n := s.ordeal.count(t, "SELECT count(*) FROM mailboxes WHERE account_id = ? AND created_at >= ?", s.subject.id, s.ordeal.begun); n != s.boxes {
		t.Errorf("there are %d mailboxes of what was made under %d keys", n, s.boxes)
	}
	if s.quota > 0 && s.ordeal.count(t, "SELECT quota_bytes FROM mailboxes WHERE id = ?", s.subject.mailbox) != s.quota {
		t.Errorf("the quota of %s is not the %d that was acknowledged last", s.subject.mailbox, s.quota)
	}
	a := s.insist("POST", "/api/v1/impersonations", fields("account_id", s.subject.id, "reason_code", "other", "reason", "to look after it", "mode", "look", "informed", "asked", "supersede", true))
	for path, want := range s.files {
		if got := s.insist("GET", fmt.Sprintf("%v/api/v1/files/content?path=%s", a.body["base_url"], path), nil); string(got.raw) != want {
			t.Errorf("%s of %s reads %d %q, want %q", path, s.subject.id, got.status, got.raw, want)
		}
	}
	s.insist("POST", fmt.Sprintf("%v/stop", a.body["base_url"]), nil)
	s.visits[fmt.Sprint(a.body["id"])] = true
	for visit := range s.visits {
		if n := s.ordeal.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND ended_at IS NOT NULL", visit); n != 1 {
			t.Errorf("the visit %s, which was acknowledged and left, is there %d times", visit, n)
		}
	}
}

// checkMail wants each mail to have arrived, once or again under the same Message-ID, and
// none that nobody knows of.
func (o *ordeal) checkMail(t *testing.T) {
	t.Helper()
	arrived, twice := map[string]int{}, 0
	for _, d := range o.post.Deliveries() {
		id := d.Message(t).Header.Get("Message-Id")
		if arrived[id]++; arrived[id] > 1 {
			twice++
		}
	}
	var sent []string
	if err := o.db.Read(t.Context()).Raw("SELECT message_id FROM mails WHERE created_at >= ?", o.begun).Scan(&sent).Error; err != nil {
		t.Fatal(err)
	}
	for _, id := range sent {
		if arrived["<"+id+">"] == 0 && arrived[id] == 0 {
			t.Errorf("the mail %s has not arrived", id)
		}
	}
	if o.count(t, "SELECT count(*) FROM mails WHERE created_at >= ? AND sent_at IS NULL", o.begun) > 0 || len(sent) == 0 || len(arrived) < len(sent) {
		t.Errorf("of %d mails %d arrived", len(sent), len(arrived))
	}
	t.Logf("%d mails, %d of them arrived twice", len(sent), twice)
}
