package app_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"innkeeper/internal/app"
	"innkeeper/internal/db"
)

// A customer takes the receipt of a visit home and has it checked without the panel.
func TestTheCustomerCanProveAVisit(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		bakery := h.named(t, "Blue Door Bakery")
		admin := h.signIn(t, "Ada Winter")
		id, base := admin.visit(bakery, "change")
		admin.want(201, "POST", base+"/api/v1/mailboxes", map[string]any{"address": "news@bluedoor.example"})
		h.clock.Advance(7 * time.Minute)
		admin.want(200, "POST", base+"/stop", nil)
		admin.refused(403, "forbidden", "GET", "/api/v1/me/access-history/"+id+"/receipt", nil)

		customer := h.signIn(t, "Blue Door Bakery")
		receipt := customer.do("GET", "/api/v1/me/access-history/"+id+"/receipt", nil)
		if receipt.status != 200 {
			t.Fatalf("the receipt = %d %s", receipt.status, receipt.raw)
		}
		key := h.stranger(t).want(200, "GET", "/api/v1/record-key", nil)["key"].(string)
		path := filepath.Join(t.TempDir(), "receipt.json")
		if err := os.WriteFile(path, receipt.raw, 0o600); err != nil {
			t.Fatal(err)
		}
		keyless := filepath.Join(t.TempDir(), "key.json")
		if err := os.WriteFile(keyless, []byte(`{"key":"x"}`), 0o600); err != nil {
			t.Fatal(err)
		}
		elsewhere := []string{"INNKEEPER_DATA=" + t.TempDir()}
		_, another, err := note.GenerateKey(rand.Reader, "innkeeper")
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			environ []string
			args    []string
			code    int
			says    []string
		}{
			"at home, without the installation": {elsewhere, []string{path}, 0, []string{"Ada Winter  impersonation.start", "mailbox.create  news@bluedoor.example", "impersonation.stop", "The receipt holds: 3 records, all of the visit from its beginning to its end, under a head of", key}},
			"with the key of the provider":      {elsewhere, []string{path, "--key", key}, 0, []string{"The receipt holds"}},
			"with the key of somebody else":     {elsewhere, []string{path, "--key", another}, 1, []string{"signed by another key"}},
			"with a word":                       {elsewhere, []string{path, "--key", "x"}, 1, []string{`--key "x" is no key, and no file that can be read`}},
			"with half a key":                   {elsewhere, []string{path, "--key", key[:20]}, 1, []string{"is no key, and no file that can be read"}},
			"with the receipt itself":           {elsewhere, []string{path, "--key", path}, 1, []string{"is a receipt, and no receipt says whose its key is"}},
			"with a file without a key":         {elsewhere, []string{path, "--key", keyless}, 1, []string{"is a file without a key"}},
			"at the provider":                   {nil, []string{path}, 0, []string{"The receipt holds"}},
			"while the database is away":        {[]string{"INNKEEPER_DATA=" + h.data, "INNKEEPER_DATABASE_URL=postgres://127.0.0.1:1/away"}, []string{path}, 0, []string{"The receipt holds"}},
			"the whole record":                  {nil, nil, 0, []string{"The record holds"}},
			"the record has the receipt's head": {nil, []string{"--witness", path}, 0, []string{"The record holds"}},
			"no such file":                      {elsewhere, []string{path + "x"}, 1, []string{"no such file"}},
		} {
			code, said := h.verify(t, c.environ, c.args...)
			if code != c.code {
				t.Errorf("%s: audit verify ends with %d, want %d:\n%s", name, code, c.code, said)
			}
			for _, want := range c.says {
				if !strings.Contains(said, want) {
					t.Errorf("%s: audit verify says\n%swant %q", name, said, want)
				}
			}
		}
		forged := bytes.Replace(receipt.raw, []byte("news@"), []byte("jobs@"), 1)
		if err := os.WriteFile(path, forged, 0o600); err != nil {
			t.Fatal(err)
		}
		if code, said := h.verify(t, elsewhere, path); code != 1 || !strings.Contains(said, "is not what was sealed") {
			t.Errorf("audit verify of a forged receipt ends with %d:\n%s", code, said)
		}
	})
}

// Nobody was there: that can be proven too, and after the key was replaced still.
func TestTheCustomerCanProveThatNobodyWasThere(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		h.clock.Advance(72 * time.Hour)
		bakery := h.named(t, "Blue Door Bakery")
		quiet := h.clock.Now()
		h.clock.Advance(30 * time.Minute)
		admin := h.signIn(t, "Ada Winter")
		_, base := admin.visit(bakery, "look")
		admin.want(200, "POST", base+"/stop", nil)
		h.clock.Advance(30 * time.Minute)
		customer := h.signIn(t, "Blue Door Bakery")
		dir := t.TempDir()
		take := func(name string, from, to time.Time) string {
			path := filepath.Join(dir, name)
			period := url.Values{"from": {from.Format(time.RFC3339)}, "to": {to.Format(time.RFC3339)}}
			a := customer.do("GET", "/api/v1/me/access-statement?"+period.Encode(), nil)
			if err := os.WriteFile(path, a.raw, 0o600); err != nil || a.status != 200 {
				t.Fatalf("the statement = %d %s, %v", a.status, a.raw, err)
			}
			return path
		}
		nobody := take("nobody.json", quiet.Add(-time.Hour), quiet.Add(20*time.Minute))
		somebody := take("somebody.json", quiet, quiet.Add(time.Hour))
		customer.refused(422, "statement-period", "GET", "/api/v1/me/access-statement?from=2030-01-01T00:00:00Z", nil)
		h.stranger(t).refused(401, "unauthenticated", "GET", "/api/v1/me/access-statement?from=2020-01-01T00:00:00Z", nil)

		before := h.stranger(t).want(200, "GET", "/api/v1/record-key", nil)["key"].(string)
		h.wantCommand(t, 0, "the key of the record was replaced by innkeeper-record+", "audit", "rotate-key")
		after := h.stranger(t).do("GET", "/api/v1/record-key", nil)
		if after.body["key"] == before || len(list(after.body, "history")) != 1 {
			t.Errorf("the key after it was replaced: %s", after.raw)
		}
		keys := filepath.Join(dir, "keys.json")
		if err := os.WriteFile(keys, after.raw, 0o600); err != nil {
			t.Fatal(err)
		}
		young := take("young.json", quiet.Add(-time.Hour), quiet.Add(20*time.Minute))
		elsewhere := []string{"INNKEEPER_DATA=" + t.TempDir()}
		const held, said = "The statement holds", "Nobody was in the account between 2026-03-05 09:00:00 and 2026-03-05 10:20:00 UTC, and nothing was changed by others."
		for name, c := range map[string]struct {
			environ []string
			args    []string
			says    []string
		}{
			"at home":                           {elsewhere, []string{nobody}, []string{said, held, before}},
			"with the key from before":          {elsewhere, []string{nobody, "--key", before}, []string{said, held}},
			"with all keys":                     {elsewhere, []string{nobody, "--key", keys}, []string{said, held}},
			"at the provider":                   {nil, []string{nobody}, []string{said, held}},
			"a visit":                           {elsewhere, []string{somebody}, []string{"This and nothing else was done", "Ada Winter  impersonation.start", held}},
			"a young one with the old key":      {elsewhere, []string{young, "--key", before}, []string{"was replaced by", said, held}},
			"the record":                        {nil, nil, []string{"was replaced by", "The record holds"}},
			"the record has what was taken":     {nil, []string{"--witness", nobody, "--witness", young}, []string{"The record holds"}},
			"the record has the seal of a mail": {nil, []string{"--witness", h.sealInMail(t, bakery)}, []string{"The record holds"}},
		} {
			code, out := h.verify(t, c.environ, c.args...)
			for _, want := range c.says {
				if code != 0 || !strings.Contains(out, want) {
					t.Errorf("%s: audit verify ends with %d and says\n%swant %q", name, code, out, want)
				}
			}
		}
	})
}

// sealInMail returns the seal from a mail about a visit to somebody.
func (h *house) sealInMail(t *testing.T, to person) string {
	t.Helper()
	var texts []string
	within(t, 30*time.Second, "a mail about the visit is there", func() bool {
		if err := h.db.Read(t.Context()).Raw("SELECT body FROM mails WHERE account_id = ? AND event = 'impersonation.start'", to.AccountID).Scan(&texts).Error; err != nil {
			t.Fatal(err)
		}
		return len(texts) > 0
	})
	_, seal, ok := strings.Cut(texts[0], "Seal of the record, to keep: ")
	if !ok {
		t.Fatalf("there is no seal in the mail:\n%s", texts[0])
	}
	seal, _, _ = strings.Cut(seal, "\n")
	return seal
}

// An older backup was put back: nothing is sealed, the health says so, until an epoch is
// opened for all to read.
func TestL05AfterARestoreAnEpochBegins(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	stop := h.serve(t)
	visit := func() {
		admin := h.signIn(t, "Ada Winter")
		_, base := admin.visit(h.named(t, "Blue Door Bakery"), "look")
		admin.want(200, "POST", base+"/stop", nil)
	}
	receipt := func() answer {
		customer := h.signIn(t, "Blue Door Bakery")
		id := list(customer.want(200, "GET", "/api/v1/me/access-history", nil), "visits")[0]["id"]
		return customer.do("GET", fmt.Sprintf("/api/v1/me/access-history/%v/receipt", id), nil)
	}
	visit()
	if a := receipt(); a.status != 200 || h.record(t) != "ok" {
		t.Fatalf("the receipt = %d %s", a.status, a.raw)
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	h.exec(t, "VACUUM INTO ?", backup)
	visit()
	lost := receipt()
	stop()
	h.putBack(t, backup)

	stop = h.serve(t)
	visit()
	if a := receipt(); a.status != 503 || a.body["code"] != "record-not-sealed" || h.record(t) != "degraded" {
		t.Errorf("after the backup is put back: the receipt is %d %s, and the record %v", a.status, a.raw, h.record(t))
	}
	stop()
	h.wantCommand(t, 1, "its end is missing", "audit", "verify")
	h.wantCommand(t, 0, "epoch 2 began: the record went on from", "audit", "new-epoch", "--reason", "The disk failed on 2 March")
	h.serve(t)
	if a := receipt(); a.status != 200 || !strings.Contains(string(a.raw), "The disk failed on 2 March") || h.record(t) != "ok" {
		t.Errorf("after a new epoch has begun: the receipt is %d %s", a.status, a.raw)
	}
	path := filepath.Join(t.TempDir(), "lost.json")
	if err := os.WriteFile(path, lost.raw, 0o600); err != nil {
		t.Fatal(err)
	}
	code, said := h.verify(t, nil, "--witness", path)
	if code != 0 || !strings.Contains(said, "of which a part was lost when a later epoch began") || !strings.Contains(said, "The record holds") {
		t.Errorf("audit verify with a receipt of what is lost ends with %d:\n%s", code, said)
	}
}

// What people wrote is kept for a time, what they did for good: the worker erases the texts
// of old events, the log says so, and all of it is still proven.
func TestTextsOfTheLogAreKeptForATime(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			h := engine.fill(t)
			h.environ = append(h.environ, "INNKEEPER_RECORD_TEXTS_KEPT=24")
			h.serve(t)
			textsAreKeptForATime(t, h)
		})
	}
}

func textsAreKeptForATime(t *testing.T, h *house) {
	t.Helper()
	school := h.named(t, "Meadow School")
	admin := h.signIn(t, "Ada Winter")
	id, base := admin.visit(school, "look", "reason", erasedOneDay)
	admin.want(200, "POST", base+"/stop", nil)
	started := func(c *client) map[string]any {
		return list(c.want(200, "GET", "/api/v1/activity?event=impersonation.start&impersonation_id="+id, nil), "events")[0]
	}
	if e := started(admin); e["reason"] == "" || e["ip"] == "" || e["user_agent"] == "" || e["texts_erased_at"] != nil {
		t.Fatalf("the start of the visit is recorded as %v", e)
	}
	h.mailsLeave(t)
	h.clock.Advance(25 * 31 * 24 * time.Hour)
	admin = h.signIn(t, "Ada Winter")
	var e map[string]any
	within(t, 30*time.Second, "the texts are erased", func() bool { e = started(admin); return e["texts_erased_at"] != nil })
	if e["reason"] != "" || e["ip"] != "" || e["user_agent"] != "" || !strings.HasPrefix(fmt.Sprint(e["sentence"]), "Ada Winter signed in as Meadow School: “erased on ") {
		t.Errorf("the start of the visit is %v", e)
	}
	owner := h.signIn(t, "Meadow School")
	direct := owner.want(200, "GET", "/api/v1/me/access-history", nil)
	if !strings.Contains(fmt.Sprint(direct), "erased reasons, addresses and browsers") {
		t.Errorf("the customer reads %v, want that texts were erased", direct)
	}
	path := filepath.Join(t.TempDir(), "receipt.json")
	if err := os.WriteFile(path, owner.do("GET", "/api/v1/me/access-history/"+id+"/receipt", nil).raw, 0o600); err != nil {
		t.Fatal(err)
	}
	within(t, 30*time.Second, "the copies are erased", func() bool {
		return admin.want(200, "GET", "/api/v1/impersonations/"+id, nil)["texts_erased_at"] != nil
	})
	h.wantErased(t, owner, admin, id)
	for _, args := range [][]string{nil, {path}} {
		if code, said := h.verify(t, nil, args...); code != 0 || !strings.Contains(said, "events were erased: they are kept no longer") {
			t.Errorf("audit verify %v ends with %d:\n%s", args, code, said)
		}
	}
}

// erasedOneDay is the reason of a visit.
const erasedOneDay = "A sentence that is erased one day"

// wantErased checks that whoever reads of a visit why it was reads that this was erased, and
// that the words of then stand nowhere.
func (h *house) wantErased(t *testing.T, owner, admin *client, id string) {
	t.Helper()
	for what, said := range map[string]any{
		"the visit":             admin.want(200, "GET", "/api/v1/impersonations/"+id, nil)["reason"],
		"the customer's page":   list(owner.want(200, "GET", "/api/v1/me/access-history", nil), "visits")[0]["reason"],
		"the customer's notice": owner.want(200, "GET", "/api/v1/notifications", nil),
		"the mail":              admin.want(200, "GET", "/api/v1/mails?page_size=50", nil),
	} {
		if !strings.Contains(fmt.Sprint(said), "erased on ") || strings.Contains(fmt.Sprint(said), "“”") {
			t.Errorf("%s says %q, want that it was erased", what, said)
		}
	}
	for where, column := range map[string]string{
		"impersonations": "reason", "notifications": "text", "mails": "subject || body || html", "audit_payloads": "text", "audit_events": "reason || after",
	} {
		if n := h.count(t, "SELECT count(*) FROM "+where+" WHERE "+column+" LIKE ?", "%"+erasedOneDay+"%"); n != 0 {
			t.Errorf("the reason still stands in %d rows of %s", n, where)
		}
	}
}

// mailsLeave waits until all mails are sent.
func (h *house) mailsLeave(t *testing.T) {
	t.Helper()
	h.posted(t, "the mails are sent", func() bool { return h.count(t, "SELECT count(*) FROM outbox WHERE done_at IS NULL") == 0 })
}

// The command does at once, for a day that is named, what the setting does day by day.
func TestTextsAreErasedByTheCommand(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		admin := h.signIn(t, "Ada Winter")
		id, base := admin.visit(h.named(t, "Meadow School"), "look", "reason", erasedOneDay)
		admin.want(200, "POST", base+"/stop", nil)
		day := func(months int) string { return h.clock.Now().UTC().AddDate(0, months, 2).Format(time.DateOnly) }
		first := day(0)
		h.wantCommand(t, 1, "the latest day that can be named is", "audit", "erase", "--before", day(-24))
		h.wantCommand(t, 1, "the latest day that can be named is", "audit", "erase", "--before", day(1))
		h.wantCommand(t, 2, "--before: write a day such as 2024-03-01. Try", "audit", "erase", "--before", "soon")
		h.mailsLeave(t)
		h.clock.Advance(25 * 31 * 24 * time.Hour)
		within(t, 30*time.Second, "the sign-in is over", func() bool { return h.count(t, "SELECT count(*) FROM login_sessions WHERE ended_at IS NULL") == 0 })
		h.wantCommand(t, 0, "events of the log, and from", "audit", "erase", "--before", first)
		h.wantCommand(t, 0, "Nothing was left to erase", "audit", "erase", "--before", first)
		h.wantErased(t, h.signIn(t, "Meadow School"), h.signIn(t, "Ada Winter"), id)
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE action = 'activity.erase' AND after LIKE ?", "%"+first+"T00:00:00Z%"); n != 1 {
			t.Errorf("%d events say that all from before %s was erased, want one", n, first)
		}
		h.wantCommand(t, 0, "events were erased: they are kept no longer", "audit", "verify")
	})
}

// record returns what is said of the record to whoever asks whether all is well.
func (h *house) record(t *testing.T) any {
	t.Helper()
	return h.stranger(t).want(200, "GET", "/readyz", nil)["parts"].(map[string]any)["record"]
}

// Anybody may ask how the record is, and finding it out takes its lock: that is done once
// in five seconds, however many ask.
func TestHowTheRecordIsIsNotFoundOutForEverybody(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	if got := h.record(t); got != "ok" {
		t.Fatalf("the record is %v", got)
	}
	if err := os.Remove(filepath.Join(h.data, "record.key")); err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(4 * time.Second)
	if got := h.record(t); got != "ok" {
		t.Errorf("the record is %v four seconds later, want what was known", got)
	}
	h.clock.Advance(time.Second)
	if got := h.record(t); got != "degraded" {
		t.Errorf("the record is %v five seconds later, want degraded: its key is gone", got)
	}
}

// putBack puts a backup in the place of the database.
func (h *house) putBack(t *testing.T, backup string) {
	t.Helper()
	at := ""
	for _, setting := range h.environ {
		if path, is := strings.CutPrefix(setting, "INNKEEPER_DATABASE_URL=sqlite:"); is {
			at = path
		}
	}
	content, err := os.ReadFile(backup)
	if err == nil {
		err = errors.Join(h.db.Close(), os.RemoveAll(at+"-wal"), os.RemoveAll(at+"-shm"), os.WriteFile(at, content, 0o600))
	}
	if err == nil {
		h.db, err = db.Open(t.Context(), "sqlite:"+at, "")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// wantCommand runs a command in the house.
func (h *house) wantCommand(t *testing.T, code int, says string, args ...string) {
	t.Helper()
	var out bytes.Buffer
	env := h.env(&out)
	env.Stderr = &out
	if got := app.Run(t.Context(), args, env); got != code || !strings.Contains(out.String(), says) {
		t.Errorf("%v ends with %d, want %d, and says\n%swant %q", args, got, code, out.String(), says)
	}
}

// verify runs the command, in the house itself unless another environment is given.
func (h *house) verify(t *testing.T, environ []string, args ...string) (code int, said string) {
	t.Helper()
	var out bytes.Buffer
	env := h.env(&out)
	env.Stderr = &out
	if environ != nil {
		env.Environ = environ
	}
	return app.Run(t.Context(), append([]string{"audit", "verify"}, args...), env), out.String()
}
