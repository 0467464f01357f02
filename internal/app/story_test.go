package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The main job, as a program does it: somebody enters an account, changes things,
// leaves; the customer reads who, why, how long and what.
func TestB8StoryIsToldAtOnceAndAtTheEnd(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		bakery := h.named(t, "Blue Door Bakery")
		admin := h.signIn(t, "Ada Winter")
		found := list(admin.want(200, "GET", "/api/v1/accounts?q=blue", nil), "accounts")
		if len(found) != 1 || found[0]["id"] != bakery.AccountID {
			t.Fatalf("looking for blue found %v, want the bakery", found)
		}
		id, base := admin.visit(bakery, "change")

		in := admin.want(200, "GET", base+"/api/v1/session", nil)
		who, _ := in["principal"].(map[string]any)
		if who["account_id"] != bakery.AccountID || in["impersonation"] == nil {
			t.Errorf("the session under the visit is %v", in)
		}
		box := admin.want(201, "POST", base+"/api/v1/mailboxes", map[string]any{"address": "news@bluedoor.example"})
		if box["status"] != "waiting_for_password" {
			t.Errorf("a mailbox made by an actor is %v, want it to wait for the owner's password", box["status"])
		}
		admin.refused(403, "closed-while-acting", "POST", base+"/api/v1/mailboxes", map[string]any{"address": "x@bluedoor.example", "password": "a very long password"})
		site := list(admin.want(200, "GET", base+"/api/v1/files?path=/", nil), "entries")
		if len(site) == 0 {
			t.Fatal("the bakery has no files")
		}
		page := h.page(t, admin, base)
		before := admin.do("GET", base+"/api/v1/files/content?path="+page, nil)
		if before.status != 200 || !strings.Contains(string(before.raw), "Blue Door Bakery") {
			t.Fatalf("reading the page = %d %s", before.status, before.raw)
		}
		admin.want(200, "PUT", base+"/api/v1/files/content?path="+page, []byte("<h1>Open on Sundays</h1>"))
		if got := admin.do("GET", base+"/api/v1/files/content?path="+page, nil); string(got.raw) != "<h1>Open on Sundays</h1>" {
			t.Errorf("the page reads %q after the change", got.raw)
		}
		h.clock.Advance(7*time.Minute + 30*time.Second)
		end := admin.want(200, "POST", base+"/stop", nil)
		if end["end_reason"] != "stopped" || end["duration_seconds"] != 450.0 || end["return_to"] != "/accounts?q=blue" {
			t.Errorf("stopping answered %v", end)
		}
		admin.want(200, "GET", "/api/v1/session", nil) // the own session is where it was
		again := admin.want(200, "POST", base+"/stop", nil)
		if again["ended_at"] != end["ended_at"] {
			t.Errorf("stopping again answered %v, want the stored %v", again, end)
		}
		gone := admin.refused(410, "impersonation-ended", "GET", base+"/api/v1/session", nil)
		if gone["end_reason"] != "stopped" || gone["ended_at"] == nil {
			t.Errorf("a request after the end answered %v", gone)
		}

		customer := h.signIn(t, "Blue Door Bakery")
		notices := customer.want(200, "GET", "/api/v1/notifications", nil)
		if texts := list(notices, "notifications"); len(texts) != 2 || texts[0]["read_at"] != nil || !strings.Contains(texts[1]["text"].(string), "Ada Winter") {
			t.Errorf("the customer was told %v, want an unread start and end", texts)
		}
		history := list(customer.want(200, "GET", "/api/v1/me/access-history", nil), "visits")
		if len(history) != 1 || history[0]["id"] != id || history[0]["reason"] != "The file manager shows nothing" || history[0]["duration_seconds"] != 450.0 {
			t.Fatalf("the history is %v", history)
		}
		visit := customer.want(200, "GET", "/api/v1/me/access-history/"+id, nil)
		if changes := list(visit, "changes"); len(changes) != 2 {
			t.Errorf("the visit shows %d changes, want the mailbox and the file: %v", len(changes), changes)
		}
		if views := list(visit, "views"); len(views) != 2 {
			t.Errorf("the visit shows %d views, want the file twice: %v", len(views), views)
		}
		if blocked := list(visit, "blocked"); len(blocked) != 1 {
			t.Errorf("the visit shows %d refusals, want the password: %v", len(blocked), blocked)
		}
		events := list(admin.want(200, "GET", "/api/v1/activity?impersonation_id="+id, nil), "events")
		for _, e := range events {
			actor, _ := e["actor"].(map[string]any)
			subject, _ := e["subject"].(map[string]any)
			if actor["name"] != "Ada Winter" || subject["id"] != bakery.AccountID {
				t.Errorf("the event %v does not name both people", e)
			}
		}
		for _, name := range []string{"impersonation.start", "impersonation.stop"} {
			if got := list(admin.want(200, "GET", "/api/v1/activity?event="+name+"&impersonation_id="+id, nil), "events"); len(got) != 1 {
				t.Errorf("the log has %d events %s, want 1", len(got), name)
			}
		}
		h.posted(t, "the mails of start and end are written", func() bool {
			return len(h.letters(t, "mila@bluedoor.example")) == 2
		})
	})
}

// page finds the first page of the account's site.
func (h *house) page(t *testing.T, c *client, base string) string {
	t.Helper()
	folders := []string{"/"}
	for len(folders) > 0 {
		folder := folders[0]
		folders = folders[1:]
		for _, entry := range list(c.want(200, "GET", base+"/api/v1/files?path="+folder, nil), "entries") {
			path, _ := entry["path"].(string)
			if entry["kind"] == "folder" {
				folders = append(folders, path)
			}
			if strings.HasSuffix(path, "/index.html") {
				return path
			}
		}
	}
	t.Fatal("the account has no index.html")
	return ""
}

// letters returns the mails that were written for a recipient.
func (h *house) letters(t *testing.T, recipient string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(h.data, "outbox", "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	var letters []string
	for _, name := range names {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(body), recipient) {
			letters = append(letters, string(body))
		}
	}
	return letters
}

func TestB15VisitLeftIdleIsClosedByTheWorkerAndTold(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		support := h.signIn(t, "Samir Okafor")
		id, base := support.visit(h.named(t, "Meadow School"), "look")
		h.clock.Advance(4 * time.Minute)
		support.want(200, "POST", base+"/activity", nil)
		h.clock.Advance(40 * time.Minute)
		within(t, 20*time.Second, "the worker closes the visit", func() bool {
			return h.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND end_reason = 'idle' AND closed_by = 'task'", id) == 1
		})
		school := h.signIn(t, "Meadow School")
		visit := school.want(200, "GET", "/api/v1/me/access-history/"+id, nil)
		if visit["duration_seconds"] != 19*60.0 || visit["active_seconds"] != 4*60.0 || visit["end_reason"] != "idle" {
			t.Errorf("the visit reads %v for %v, active %v; want idle after 19 minutes, active 4", visit["end_reason"], visit["duration_seconds"], visit["active_seconds"])
		}
		h.posted(t, "the customer is told by mail", func() bool {
			for _, letter := range h.letters(t, "head@meadowschool.example") {
				if strings.Contains(letter, "without activity") {
					return true
				}
			}
			return false
		})
	})
}

func TestResellerEntersOnlyWhatHeOwns(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		rita := h.signIn(t, "Northlight Studio")
		_, base := rita.visit(h.named(t, "Blue Door Bakery"), "look")
		rita.want(200, "POST", base+"/stop", nil)
		body := map[string]any{"reason_code": "customer_request", "reason": "The file manager shows nothing", "mode": "look", "informed": "asked"}
		for name, id := range map[string]string{
			"another reseller's customer": h.named(t, "Tidewater Yoga").AccountID, "the provider's customer": h.named(t, "Meadow School").AccountID,
			"an admin": h.named(t, "Ada Winter").AccountID, "himself": h.named(t, "Northlight Studio").AccountID, "nobody": "acc_00000000-0000-7000-8000-000000000000",
		} {
			body["account_id"] = id
			problem := rita.refused(http.StatusForbidden, "impersonation-denied", "POST", "/api/v1/impersonations", body)
			if problem["detail"] != "You don't have permission to impersonate this user." {
				t.Errorf("%s: the refusal reads %q", name, problem["detail"])
			}
		}
	})
}
