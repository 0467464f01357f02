package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// box returns the id of one of the person's mailboxes, with a message in it.
func (h *house) box(t *testing.T, owner *client, local string) string {
	t.Helper()
	found := list(owner.want(200, "GET", "/api/v1/mailboxes?q="+local+"@", nil), "mailboxes")
	if len(found) != 1 {
		t.Fatalf("there are %d mailboxes %s@", len(found), local)
	}
	id := fmt.Sprint(found[0]["id"])
	h.message(t, id)
	return id
}

func messagesOf(id string) string { return "/api/v1/mailboxes/" + id + "/messages" }
func messageOf(id string) string  { return messagesOf(id) + "/" + plantedMessage }

// unlock lets support read the mailbox, and returns the grant.
func (c *client) unlock(mailbox string, hours int) string {
	c.t.Helper()
	return fmt.Sprint(c.want(201, "POST", "/api/v1/me/mailbox-unlocks", map[string]any{"mailbox_id": mailbox, "hours": hours})["id"])
}

func TestNewMailboxesHaveSomethingToRead(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		owner := h.signIn(t, "Blue Door Bakery")
		id := fmt.Sprint(owner.want(201, "POST", "/api/v1/mailboxes", map[string]any{"address": "new@bluedoor.example"})["id"])
		var found []map[string]any
		within(t, 20*time.Second, "there is a welcome", func() bool {
			found = list(owner.want(200, "GET", messagesOf(id), nil), "messages")
			return len(found) == 1
		})
		letter := owner.want(200, "GET", messagesOf(id)+"/"+fmt.Sprint(found[0]["id"]), nil)
		if found[0]["subject"] != "Your mailbox is ready" || found[0]["seen"] != false || !strings.Contains(fmt.Sprint(letter["text"]), "new@bluedoor.example is ready") {
			t.Errorf("the welcome is %v and reads %v", found[0], letter)
		}
	})
}

func TestI6MailIsClosedUntilItsOwnerOpensIt(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		owner, admin := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Ada Winter")
		info, orders := h.box(t, owner, "info"), h.box(t, owner, "orders")
		visit, base := admin.visit(owner.who, "look")
		closed := []string{messagesOf(info), messageOf(info), messagesOf(info) + "?page_size=1", messagesOf(orders), messageOf(orders), messagesOf(info) + "/missing"}
		for _, path := range closed {
			if said := admin.refused(403, "closed-while-acting", "GET", base+path, nil); strings.Contains(fmt.Sprint(said), "canary") {
				t.Errorf("the refusal of %s tells what is in it: %v", path, said)
			}
		}
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND action = 'impersonation.blocked' AND result = 'blocked'", visit); n != len(closed) {
			t.Errorf("%d refusals are recorded, want %d", n, len(closed))
		}
		admin.refused(403, "closed-while-acting", "GET", base+"/api/v1/me/mailbox-unlocks", nil)
		admin.refused(403, "closed-while-acting", "POST", base+"/api/v1/me/mailbox-unlocks", map[string]any{"mailbox_id": info, "hours": 1})

		grant := owner.unlock(info, 8)
		admin.refused(403, "closed-while-acting", "DELETE", base+"/api/v1/me/mailbox-unlocks/"+grant, nil)
		heads := admin.want(200, "GET", base+messagesOf(info), nil)
		if got := list(heads, "messages"); len(got) == 0 || !strings.Contains(fmt.Sprint(got), "canary-51c the rent") {
			t.Errorf("the opened mailbox lists %v", got)
		}
		read := admin.do("GET", base+messageOf(info), nil)
		if read.status != 200 || read.body["text"] != "canary-51c the text" || read.header.Get("Cache-Control") != "no-store" {
			t.Errorf("reading in the opened mailbox answered %d %s with %v", read.status, read.raw, read.header)
		}
		for _, path := range []string{messagesOf(orders), messageOf(orders)} {
			admin.refused(403, "closed-while-acting", "GET", base+path, nil)
		}
		for action, want := range map[string]int{"mailbox.messages.list": 1, "mailbox.message.read": 1} {
			if n := h.count(t, "SELECT count(*) FROM audit_events WHERE impersonation_id = ? AND action = ? AND result = 'viewed' AND object_name LIKE 'info@bluedoor.example%'", visit, action); n != want {
				t.Errorf("%d events %s, want %d", n, action, want)
			}
		}
		if n := h.count(t, "SELECT count(*) FROM audit_events LEFT JOIN audit_payloads USING (seq) WHERE object_name LIKE '%canary%' OR after LIKE '%canary%' OR before LIKE '%canary%' OR text LIKE '%canary%'"); n != 0 {
			t.Errorf("%d events hold what was read", n)
		}
		owner.want(204, "DELETE", "/api/v1/me/mailbox-unlocks/"+grant, nil)
		for _, path := range []string{messagesOf(info), messageOf(info)} {
			admin.refused(403, "closed-while-acting", "GET", base+path, nil)
		}
		owner.refused(404, "mailbox-unlock-not-found", "DELETE", "/api/v1/me/mailbox-unlocks/"+grant, nil)
		story := owner.want(200, "GET", "/api/v1/me/access-history/"+visit, nil)
		if views := fmt.Sprint(list(story, "views")); !strings.Contains(views, "Ada Winter read a message in the mailbox info@bluedoor.example, received") {
			t.Errorf("the guest book tells of %s", views)
		}
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE action IN ('mailbox.unlock', 'mailbox.lock') AND result = 'done' AND impersonation_id = ''"); n != 2 {
			t.Errorf("%d events of opening and closing, want 2", n)
		}
	})
}

func TestA7AnOpenMailboxIsClosedToWhoIsNotInside(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		owner, admin, reseller := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Ada Winter"), h.signIn(t, "Northlight Studio")
		info := h.box(t, owner, "info")
		owner.unlock(info, 24)
		for _, path := range []string{messagesOf(info), messageOf(info)} {
			admin.refused(403, "forbidden", "GET", path, nil)
			reseller.refused(403, "forbidden", "GET", path, nil)
			h.signIn(t, "Kestrel Cycles").refused(404, "mailbox-not-found", "GET", path, nil)
		}
		for _, c := range []*client{admin, reseller} {
			c.refused(404, "mailbox-not-found", "POST", "/api/v1/me/mailbox-unlocks", map[string]any{"mailbox_id": info, "hours": 1})
		}
		_, other := reseller.visit(h.named(t, "Kestrel Cycles"), "change")
		if got := reseller.do("GET", other+messageOf(info), nil); got.status != 404 {
			t.Errorf("from a visit to another account it answered %d %s, want 404", got.status, got.raw)
		}
		_, above := admin.visit(h.named(t, "Northlight Studio"), "change")
		admin.refused(403, "forbidden", "GET", above+messageOf(info), nil)
		_, inside := reseller.visit(owner.who, "change")
		if got := reseller.want(200, "GET", inside+messageOf(info), nil); got["text"] != "canary-51c the text" {
			t.Errorf("inside it reads %v", got)
		}
	})
}

func TestI6AGrantIsForADayAtMostAndRunsOutDuringAVisit(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		owner := h.signIn(t, "Blue Door Bakery")
		info := h.box(t, owner, "info")
		for _, hours := range []int{0, -1, 25, 1000} {
			said := owner.refused(422, "invalid", "POST", "/api/v1/me/mailbox-unlocks", map[string]any{"mailbox_id": info, "hours": hours})
			if !strings.Contains(pointersOf(said), " /hours ") {
				t.Errorf("the refusal of %d hours points at%s", hours, pointersOf(said))
			}
		}
		owner.unlock(info, 24)
		owner.unlock(info, 1) // in its place
		granted := list(owner.want(200, "GET", "/api/v1/me/mailbox-unlocks", nil), "unlocks")
		if len(granted) != 1 || granted[0]["until"] != "2026-03-02T11:00:00Z" || granted[0]["address"] != "info@bluedoor.example" {
			t.Fatalf("the grants are %v", granted)
		}
		h.clock.Advance(55 * time.Minute)
		admin := h.signIn(t, "Ada Winter")
		_, base := admin.visit(owner.who, "look")
		if got := admin.want(200, "GET", base+"/api/v1/mailboxes/"+info, nil); got["open_until"] != "2026-03-02T11:00:00Z" {
			t.Errorf("the mailbox is open until %v", got["open_until"])
		}
		h.clock.Advance(5*time.Minute - time.Microsecond)
		admin.want(200, "GET", base+messageOf(info), nil)
		h.clock.Advance(time.Microsecond)
		admin.refused(403, "closed-while-acting", "GET", base+messageOf(info), nil)
		admin.refused(403, "closed-while-acting", "GET", base+messagesOf(info), nil)
		if got := admin.want(200, "GET", base+"/api/v1/mailboxes/"+info, nil); got["open_until"] != nil {
			t.Errorf("the mailbox is open until %v, want it closed", got["open_until"])
		}
	})
}

func TestI28ReadEventBeforeTheFirstByte(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		owner, admin := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Ada Winter")
		info := h.box(t, owner, "info")
		owner.unlock(info, 1)
		_, base := admin.visit(owner.who, "look")
		h.exec(t, "ALTER TABLE audit_events RENAME TO audit_events_away")
		for _, path := range []string{messagesOf(info), messageOf(info)} {
			got := admin.do("GET", base+path, nil)
			if got.status != 503 || got.body["code"] != "audit-unavailable" || strings.Contains(string(got.raw), "canary") {
				t.Errorf("without a record %s answered %d %s", path, got.status, got.raw)
			}
		}
		h.exec(t, "ALTER TABLE audit_events_away RENAME TO audit_events")
		admin.want(200, "GET", base+messageOf(info), nil)
	})
}
