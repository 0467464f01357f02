package app_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"innkeeper/internal/ident"
)

// How large TestL03AttributionUnderLoad is. The long form is
// -attribution.requests=100000 -attribution.actors=200 -attribution.subjects=500.
var (
	loadRequests = flag.Int("attribution.requests", 10_000, "how many requests the test of attribution makes on each engine")
	loadActors   = flag.Int("attribution.actors", 50, "how many people make them")
	loadSubjects = flag.Int("attribution.subjects", 100, "whose accounts they are in")
)

// tabs is how many things each actor does at the same time, each in a visit of its
// own.
const tabs = 2

// expected is what the record must say of one request.
type expected struct {
	actor, session, agent string
	subject               string // in whose name
	account               string // whose things
	visit                 string
	events                int
	counted               bool // with those of the same session: the first is an event, the tenth, and so on
}

// load is many people in many accounts at once.
type load struct {
	*house
	home     place // of the actors
	subjects []place
	mu       sync.Mutex
	requests map[string]expected
	visits   map[string]expected
}

// tab is one of an actor's browser tabs.
type tab struct {
	*client
	load    *load
	number  int
	done    int
	himself expected
	subject place
	visit   string
}

// Many people act in many accounts at once, each in two of them and as himself.
// However the requests fall, each event names the person who made the request, the
// account in whose name, and the visit; and each answer is for whoever asked.
func TestL03AttributionUnderLoad(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			h := engine.fill(t)
			h.serve(t, "--worker=false")
			l := &load{house: h, requests: map[string]expected{}, visits: map[string]expected{}}
			all := l.populate(t, *loadActors, *loadSubjects)
			share := (*loadRequests + len(all) - 1) / len(all)
			begun := time.Now()
			var working sync.WaitGroup
			for _, one := range all {
				working.Go(func() {
					one.enter()
					for one.done < share && !t.Failed() {
						one.act()
					}
				})
			}
			working.Wait()
			t.Logf("%d requests in %v", len(l.requests), time.Since(begun).Round(time.Second))
			if !t.Failed() {
				l.check(t)
			}
		})
	}
}

// populate makes actors, the accounts they go into, and their tabs.
func (l *load) populate(t *testing.T, actors, subjects int) []*tab {
	t.Helper()
	s := &script{h: l.house}
	provider := s.plant("admin", place{})
	l.home = s.plant("support", provider)
	for range subjects {
		p := s.plant("customer", provider)
		l.subjects = append(l.subjects, p)
		home := filepath.Join(l.data, "homes", p.id)
		if err := os.MkdirAll(home, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(home, "page.txt"), []byte(p.id), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	transport := &http.Transport{MaxIdleConns: actors * tabs, MaxIdleConnsPerHost: actors * tabs}
	t.Cleanup(transport.CloseIdleConnections)
	var all []*tab
	for range actors {
		person, token := s.person(l.home, "support"), ident.New("tok")
		session := s.session(person, l.home.id, token)
		for i := range tabs {
			c := l.stranger(t)
			c.http.Transport = transport
			c.adopt(t, token)
			himself := expected{actor: person, session: session, agent: "browser of " + person, subject: l.home.id}
			all = append(all, &tab{client: c, load: l, number: i, himself: himself})
		}
	}
	s.run(t)
	return all
}

// ask makes a request under an id of its own, and notes what the record must say.
func (b *tab) ask(method, path string, body any, want expected) answer {
	b.t.Helper()
	b.done++
	id := fmt.Sprintf("load-%s-%d-%d", b.himself.actor, b.number, b.done)
	a := b.do(method, path, body, "X-Request-Id", id, "User-Agent", b.himself.agent)
	b.load.mu.Lock()
	b.load.requests[id] = want
	b.load.mu.Unlock()
	if a.header.Get("X-Request-Id") != id {
		b.t.Errorf("the answer to %s is for %s", id, a.header.Get("X-Request-Id"))
	}
	if a.header.Get("Impersonation-Subject") != b.under(want) || a.header.Get("Impersonation-Actor") != "" && a.header.Get("Impersonation-Actor") != b.himself.actor {
		b.t.Errorf("%s %s of %s is answered for %s in %s", method, path, b.himself.actor, a.header.Get("Impersonation-Actor"), a.header.Get("Impersonation-Subject"))
	}
	return a
}

// under is the account that the headers of an answer must name.
func (b *tab) under(want expected) string {
	if want.visit == "" || want.account == "start" {
		return ""
	}
	return want.subject
}

func (b *tab) wantStatus(a answer, statuses ...int) {
	b.t.Helper()
	for _, status := range statuses {
		if a.status == status {
			return
		}
	}
	b.t.Errorf("%s got %d %s, want %v", b.himself.actor, a.status, a.raw, statuses)
}

// in is what the record must say of an act in the visit.
func (b *tab) in(events int) expected {
	want := b.himself
	want.subject, want.account, want.visit, want.events = b.subject.id, b.subject.id, b.visit, events
	return want
}

// of is what the record must say of an act on an account without a visit.
func (b *tab) of(account string, events int) expected {
	want := b.himself
	want.account, want.events = account, events
	return want
}

// enter begins a visit. The tabs of one actor have different accounts to go to.
func (b *tab) enter() {
	for {
		n := rand.IntN(len(b.load.subjects))
		if n%tabs == b.number && b.load.subjects[n].id != b.subject.id {
			b.subject = b.load.subjects[n]
			break
		}
	}
	want := b.himself
	want.account = "start"
	a := b.ask("POST", "/api/v1/impersonations", fields("account_id", b.subject.id, "reason_code", "other",
		"reason", "one of very many visits", "mode", "change", "informed", "asked"), want)
	b.wantStatus(a, 201)
	b.visit, _ = a.body["id"].(string)
	b.load.mu.Lock()
	defer b.load.mu.Unlock()
	id := fmt.Sprintf("load-%s-%d-%d", b.himself.actor, b.number, b.done)
	b.load.visits[b.visit], b.load.requests[id] = b.in(0), b.in(1)
}

// act does something that somebody in an account does, or beside it.
func (b *tab) act() {
	base := "/as/" + b.visit + "/api/v1"
	switch n := rand.IntN(100); {
	case n < 35: // a change
		b.wantStatus(b.ask("PATCH", base+"/mailboxes/"+b.subject.mailbox, fields("quota_bytes", 1<<20+rand.IntN(1<<20)), b.in(1)), 200)
	case n < 50: // a reading that is recorded
		a := b.ask("GET", base+"/files/content?path=/page.txt", nil, b.in(1))
		b.wantStatus(a, 200)
		if string(a.raw) != b.subject.id {
			b.t.Errorf("the file of %s reads %s", b.subject.id, a.raw)
		}
	case n < 58: // what is closed
		b.wantStatus(b.ask("PUT", base+"/mailboxes/"+b.subject.mailbox+"/password", fields("password", everybodysPassword), b.in(1)), 403)
	case n < 72: // a reading that is not
		a := b.ask("GET", base+"/session", nil, b.in(0))
		b.wantStatus(a, 200)
		if who, _ := a.body["principal"].(map[string]any); who["account_id"] != b.subject.id || who["person_id"] != b.himself.actor {
			b.t.Errorf("%s in %s is told to be %v", b.himself.actor, b.subject.id, who)
		}
	case n < 84: // a change as himself, where others are inside
		other := b.load.subjects[rand.IntN(len(b.load.subjects))]
		b.wantStatus(b.ask("PATCH", "/api/v1/mailboxes/"+other.mailbox, fields("quota_bytes", 1<<20+rand.IntN(1<<20)), b.of(other.id, 1)), 200)
	case n < 89: // what he may not
		want := b.of(b.load.home.id, 0)
		want.counted = true
		b.wantStatus(b.ask("GET", "/api/v1/jobs", nil, want), 403)
	case n < 96:
		a := b.ask("GET", "/api/v1/session", nil, b.of(b.load.home.id, 0))
		b.wantStatus(a, 200)
		if who, _ := a.body["principal"].(map[string]any); who["account_id"] != b.load.home.id || who["person_id"] != b.himself.actor {
			b.t.Errorf("%s is told to be %v", b.himself.actor, who)
		}
	default: // out and into the next one
		b.wantStatus(b.ask("POST", "/as/"+b.visit+"/stop", nil, b.of(b.subject.id, 0)), 200)
		b.enter()
	}
}

// check reads the whole record and holds every event against what was asked.
func (l *load) check(t *testing.T) {
	t.Helper()
	var rows []struct {
		RequestID, Action, ActorID, SubjectID, AccountID, ImpersonationID, LoginSessionID, Text string
	}
	err := l.db.Read(t.Context()).Raw(`SELECT request_id, action, actor_id, subject_id, account_id, impersonation_id, login_session_id, text
		FROM audit_events LEFT JOIN audit_payloads USING (seq) WHERE request_id LIKE 'load-%' OR impersonation_id <> '' AND method <> 'test'`).Scan(&rows).Error
	if err != nil {
		t.Fatal(err)
	}
	seen, wrong := map[string]int{}, 0
	for _, row := range rows {
		want, asked := l.requests[row.RequestID]
		if row.RequestID == "" { // the end of a visit
			want, asked = l.visits[row.ImpersonationID]
		}
		seen[row.RequestID]++
		var texts struct {
			UserAgent string `json:"user_agent"`
		}
		if row.Text != "" {
			if err := json.Unmarshal([]byte(row.Text), &texts); err != nil {
				t.Fatalf("%s: %v", row.Text, err)
			}
		}
		got := expected{row.ActorID, row.LoginSessionID, texts.UserAgent, row.SubjectID, row.AccountID, row.ImpersonationID, want.events, want.counted}
		if !asked || got != want {
			if wrong++; wrong <= 20 {
				t.Errorf("%s of %s is recorded as %+v, want %+v", row.Action, row.RequestID, got, want)
			}
		}
	}
	missing := 0
	attempts, written := map[string]int{}, map[string]int{}
	for id, want := range l.requests {
		if want.counted {
			attempts[want.session]++
			written[want.session] += seen[id]
		} else if seen[id] != want.events {
			if missing++; missing <= 20 {
				t.Errorf("%s left %d events, want %d", id, seen[id], want.events)
			}
		}
	}
	for session, n := range attempts {
		if due := len(strconv.Itoa(n)); written[session] != due { // 1, 10, 100 …
			t.Errorf("%d attempts of %s left %d events, want %d", n, session, written[session], due)
		}
	}
	t.Logf("%d events, %d wrong; %d requests with another number of events than they should have", len(rows), wrong, missing)
}
