package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// follower reads one event stream as a tab does.
type follower struct {
	t      *testing.T
	events chan event
	leave  context.CancelFunc
}

type event struct {
	name string
	at   time.Time
	data map[string]any
}

// follow opens the event stream below the base; "" is the person's own.
func (c *client) follow(base string) *follower {
	c.t.Helper()
	ctx, leave := context.WithCancel(c.t.Context())
	c.t.Cleanup(leave)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+base+"/api/v1/events", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	reader := &http.Client{Jar: c.http.Jar} // without a time limit
	answer, err := reader.Do(r)
	if err != nil {
		c.t.Fatalf("GET %s = %v", r.URL.Path, err)
	}
	if kind := answer.Header.Get("Content-Type"); answer.StatusCode != http.StatusOK || kind != "text/event-stream" {
		answer.Body.Close()
		c.t.Fatalf("GET %s = %d %s, want a stream of events", r.URL.Path, answer.StatusCode, kind)
	}
	f := &follower{t: c.t, events: make(chan event, 100), leave: leave}
	go f.read(answer)
	return f
}

func (f *follower) read(answer *http.Response) {
	defer close(f.events)
	defer answer.Body.Close()
	lines, name := bufio.NewScanner(answer.Body), ""
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if rest, ok := strings.CutPrefix(line, "event: "); ok {
			name = rest
		}
		if rest, ok := strings.CutPrefix(line, "data: "); ok {
			e := event{name: name, at: time.Now()}
			if json.Unmarshal([]byte(rest), &e.data) != nil {
				e.data = map[string]any{"unreadable": rest}
			}
			f.events <- e
		}
	}
}

// patience is how long a test waits for what is promised within a second of the
// answer to the request that causes it.
const patience = time.Second

// until returns the first event of the name that fits, which must come in time.
func (f *follower) until(name string, since time.Time, fits func(data map[string]any) bool) map[string]any {
	f.t.Helper()
	late := time.NewTimer(10 * time.Second)
	defer late.Stop()
	for {
		select {
		case e, open := <-f.events:
			if !open {
				f.t.Fatalf("the stream ended before %s", name)
			}
			if e.name != name || !fits(e.data) {
				continue
			}
			if took := e.at.Sub(since); took > patience {
				f.t.Errorf("%s came after %v, want it within %v", name, took, patience)
			}
			return e.data
		case <-late.C:
			f.t.Fatalf("no such %s came", name)
		}
	}
}

// ends waits for the last word of the stream and for its end.
func (f *follower) ends(name string, since time.Time) map[string]any {
	f.t.Helper()
	last := f.until(name, since, anything)
	select {
	case e, open := <-f.events:
		if open {
			f.t.Errorf("behind %s came %s", name, e.name)
		}
	case <-time.After(patience):
		f.t.Errorf("the stream stays open behind %s", name)
	}
	return last
}

func anything(map[string]any) bool { return true }

func running(n int) func(map[string]any) bool {
	return func(data map[string]any) bool { return len(list(data, "impersonations")) == n }
}

// A tab is told what is running in its sight, and only that: staff all of it, the
// customer what is in his own account, another customer nothing.
func TestEventsTellWhoIsWhere(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		bakery := h.named(t, "Blue Door Bakery")
		ada, samir, mila := h.signIn(t, "Ada Winter"), h.signIn(t, "Samir Okafor"), h.signIn(t, "Blue Door Bakery")
		tabs := map[string]*follower{
			"the admin": ada.follow(""), "the customer": mila.follow(""), "his reseller": h.signIn(t, "Northlight Studio").follow(""),
		}
		stranger := h.signIn(t, "Meadow School").follow("")
		for name, tab := range tabs {
			tab.until("visits", time.Now(), running(0))
			t.Log(name)
		}
		id, base := samir.visit(bakery, "change")
		since := time.Now()
		for name, tab := range tabs {
			seen := tab.until("visits", since, running(1))
			visit := list(seen, "impersonations")[0]
			actor, _ := visit["actor"].(map[string]any)
			if visit["id"] != id || actor["name"] != "Samir Okafor" || visit["doing"] != "" {
				t.Errorf("%s is told %v, want Samir's visit, in which nothing was done yet", name, visit)
			}
		}
		tabs["the customer"].until("unread", since, func(data map[string]any) bool { return data["unread"] == 1.0 })

		samir.want(201, "POST", base+"/api/v1/mailboxes", fields("address", "news@bluedoor.example"))
		since = time.Now()
		for name, tab := range tabs {
			seen := tab.until("visits", since, running(1))
			if doing := list(seen, "impersonations")[0]["doing"]; doing != "Samir Okafor created the mailbox news@bluedoor.example." {
				t.Errorf("%s is told that he does %q", name, doing)
			}
		}
		samir.want(200, "POST", base+"/stop", nil)
		since = time.Now()
		for _, tab := range tabs {
			tab.until("visits", since, running(0))
		}
		stranger.leave()
		for e := range stranger.events {
			if e.name == "visits" && !running(0)(e.data) || e.name == "unread" && e.data["unread"] != 0.0 {
				t.Errorf("a stranger is told %v", e)
			}
		}
	})
}

// Whoever only wants to know how things are now gets that and no stream.
func TestEventsWithoutFollowing(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	got := h.signIn(t, "Blue Door Bakery").do("GET", "/api/v1/events?follow=false", nil)
	want := "event: visits\ndata: {\"impersonations\":[]}\n\nevent: unread\ndata: {\"unread\":0}\n\n"
	if got.status != 200 || string(got.raw) != want || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("GET /events?follow=false = %d %q %v, want %q", got.status, got.raw, got.header, want)
	}
	h.stranger(t).refused(401, "unauthenticated", "GET", "/api/v1/events", nil)
}

// An open stream keeps nothing alive: session and visit end at their deadlines.
func TestEventsAreNoActivity(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		samir := h.signIn(t, "Samir Okafor")
		_, base := samir.visit(h.named(t, "Meadow School"), "look")
		inside, own := samir.follow(base), samir.follow("")
		inside.until("visits", time.Now(), anything)
		own.until("visits", time.Now(), anything)
		h.clock.Advance(15 * time.Minute)
		if end := inside.ends("impersonation-ended", time.Now().Add(5*time.Second)); end["end_reason"] != "idle" || end["return_to"] == "" {
			t.Errorf("the stream of the visit ended with %v", end)
		}
		h.clock.Advance(15 * time.Minute)
		own.ends("session-ended", time.Now().Add(5*time.Second))
	})
}

// One person has ten streams; the eleventh takes the place of the first. Stopping
// the process ends them all at once.
func TestEventsAreBounded(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	stop := h.serve(t)
	samir := h.signIn(t, "Samir Okafor")
	first := samir.follow("")
	first.until("visits", time.Now(), anything)
	others := make([]*follower, 10)
	for i := range others {
		others[i] = samir.follow("")
		others[i].until("visits", time.Now(), anything)
	}
	first.ends("replaced", time.Now())
	begun := time.Now()
	stop()
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("stopping took %v with open streams", took)
	}
	for _, f := range others {
		for e := range f.events {
			if e.name != "visits" && e.name != "unread" {
				t.Errorf("at the stop a stream is told %v", e)
			}
		}
	}
}
