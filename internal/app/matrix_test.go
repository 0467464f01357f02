package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"innkeeper/internal/ident"
)

// Where an account stands, seen from the one that somebody is in: the letters of
// the oracle, and what is nowhere.
const (
	own      = "o"
	missing  = "missing"
	standing = "obsft"
)

// matrix is a house with two providers' trees and somebody of every role.
type matrix struct {
	*house
	oracle   *oracle
	document document
	parents  map[string]place // of the places, by id
	heirs    map[string]string
	nowhere  place
	numbers  atomic.Int64
	asked    atomic.Int64
}

// cast is somebody of a role, and how the places stand to him.
type cast struct {
	role   string
	person string
	home   place
	places map[string]place
}

// named returns the role as the database has it.
func (c cast) named() string {
	switch c.role {
	case "staff":
		return "reseller_staff"
	case "user":
		return "customer_user"
	default:
		return c.role
	}
}

// The third proof of who may do what: every operation of the document, over HTTP,
// by everybody, on what is his own, his neighbour's, a stranger's and nobody's;
// as himself and in visits of both modes.
func TestZ02Matrix(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			m := newMatrix(t, engine.fill(t))
			m.wantEveryOperation(t)
			everybody, visits := m.populate(t)
			t.Cleanup(func() { t.Logf("%d requests", m.asked.Load()) })
			m.strangers(t, everybody[0].home)
			m.openBelow(t, everybody)
			for _, who := range everybody {
				t.Run(who.role, func(t *testing.T) { m.askDirectly(t, who) })
			}
			for _, v := range visits {
				t.Run(v.name(), func(t *testing.T) { m.askInVisit(t, v) })
			}
		})
	}
}

// newMatrix serves the house without a worker, so that what is put there stays.
func newMatrix(t *testing.T, h *house) *matrix {
	t.Helper()
	h.serve(t, "--worker=false")
	return &matrix{house: h, oracle: newOracle(t), document: h.document(t), parents: map[string]place{}, heirs: map[string]string{}, nowhere: elsewhere()}
}

// elsewhere is a place that is not there.
func elsewhere() place {
	of := func(prefix string) string { return prefix + "_00000000-0000-7000-8000-000000000000" }
	return place{
		id: of(ident.Account), domain: of(ident.Domain), record: of(ident.Record), mailbox: of(ident.Mailbox), unlock: of(ident.Unlock), visit: of(ident.Visit),
		notice: of(ident.Notification), session: of(ident.Session), apiToken: of(ident.Token), passkey: of(ident.Passkey), job: of(ident.Job), mail: of(ident.Mail), host: "nowhere.example", token: "nothing",
		waiting: of(ident.Operation), made: of(ident.Operation), filter: of(ident.SavedFilter),
		asked: of(ident.Ask), glass: of(ident.Ask), mine: of(ident.Ask), link: "nothing",
	}
}

// wantEveryOperation holds the document, the oracle and the calls against each
// other: what one of them has, all have.
func (m *matrix) wantEveryOperation(t *testing.T) {
	t.Helper()
	called := map[string]bool{}
	for _, op := range operations() {
		called[op.id] = true
	}
	for id := range m.document.operations {
		if !called[id] || m.oracle.may[id] == nil {
			t.Errorf("the operation %s is in the document and not in the matrix", id)
		}
	}
	for id := range m.oracle.may {
		if _, documented := m.document.operations[id]; !documented || !called[id] {
			t.Errorf("the operation %s is in the oracle and not in the document", id)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}

// populate plants the trees and says who sees what from where.
func (m *matrix) populate(t *testing.T) (everybody []cast, visits []visiting) {
	t.Helper()
	ada, alma := m.put(t, "admin", place{}), m.put(t, "admin", place{})
	support := m.put(t, "support", ada)
	rita, oskar := m.put(t, "reseller", ada), m.put(t, "reseller", ada)
	below := m.put(t, "reseller", rita)
	bakery, books := m.put(t, "customer", rita), m.put(t, "customer", rita)
	yoga, school, far := m.put(t, "customer", oskar), m.put(t, "customer", ada), m.put(t, "customer", alma)
	m.heirs = map[string]string{"customer": below.id, "reseller": below.id, "support": alma.id, "admin": alma.id}
	staff := map[string]place{"o": support, "s": school, "f": yoga, "t": ada}
	resellers := map[string]place{"o": rita, "b": bakery, "s": oskar, "f": yoga, "t": ada}
	customers := map[string]place{"o": bakery, "s": books, "f": yoga, "t": ada}
	everybody = []cast{
		{"admin", ada.person, ada, map[string]place{"o": ada, "b": school, "s": alma, "f": far, "t": support}},
		{"support", support.person, support, staff}, {"assistant", "", support, staff}, {"billing", "", support, staff}, {"reporting", "", support, staff},
		{"reseller", rita.person, rita, resellers}, {"staff", "", rita, resellers},
		{"customer", bakery.person, bakery, customers}, {"user", "", bakery, customers},
	}
	s := &script{h: m.house}
	for i, who := range everybody {
		if who.person == "" {
			everybody[i].person = s.person(who.home, who.named())
		}
	}
	s.run(t)
	byRole := map[string]cast{}
	for _, who := range everybody {
		byRole[who.role] = who
	}
	for _, actor := range []string{"admin", "support", "reseller", "staff"} {
		visits = append(visits, visiting{byRole[actor], byRole["customer"], "look"}, visiting{byRole[actor], byRole["customer"], "change"})
	}
	visits = append(visits, visiting{byRole["assistant"], byRole["customer"], "look"})
	for _, mode := range []string{"look", "change"} {
		visits = append(visits, visiting{byRole["admin"], byRole["reseller"], mode}, visiting{byRole["support"], byRole["reseller"], mode})
	}
	return everybody, visits
}

func (m *matrix) put(t *testing.T, kind string, above place) place {
	t.Helper()
	p := m.plant(t, kind, above)
	m.parents[p.id] = above
	return p
}

func (m *matrix) next() int { return int(m.numbers.Add(1)) }

// openBelow opens accounts without saying below whom: it is the own account, or
// the one above it that can own any.
func (m *matrix) openBelow(t *testing.T, everybody []cast) {
	t.Helper()
	above := map[string]string{"admin": everybody[0].home.id, "billing": everybody[0].home.id, "reseller": everybody[5].home.id}
	for _, who := range everybody {
		if owner, may := above[who.role]; may {
			body := fields("kind", "customer", "name", "Below "+who.role, "email", "below-"+who.role+"@test.example")
			made := m.asker(t, who).do("POST", "/api/v1/accounts", body)
			if made.status != 201 || inside(made.body, "owner") != owner {
				t.Errorf("%s opens an account: %d %s, want one of %s", who.role, made.status, made.raw, owner)
			}
		}
	}
}

// strangers asks everything without having signed in.
func (m *matrix) strangers(t *testing.T, x place) {
	t.Helper()
	c := &asker{client: m.stranger(t), h: m.house, person: x.person, mode: "look", next: m.next}
	for _, op := range operations() {
		if m.document.operations[op.id].permission == "public" {
			continue
		}
		r := op.call(t, c, x)
		m.judge(t, c, op, "a stranger", r, c.do(r.method, c.where(r, false), r.body, r.header...), verdict{"401", "unauthenticated"})
	}
}

func (m *matrix) askDirectly(t *testing.T, who cast) {
	c := m.asker(t, who)
	for _, op := range operations() {
		m.askEverywhere(t, c, op, who, who.role, func(op operation, where string) verdict { return m.oracle.direct(op, who.role, where) })
	}
}

// visiting is somebody in an account.
type visiting struct {
	actor, subject cast
	mode           string
}

func (v visiting) name() string { return v.actor.role + " in a " + v.subject.role + " to " + v.mode }

func (m *matrix) askInVisit(t *testing.T, v visiting) {
	c := m.visitor(t, v)
	there := v.subject
	there.places = maps.Clone(there.places)
	mine := there.places[own]
	mine.visit = c.visit
	there.places[own] = mine
	for _, op := range operations() {
		m.askEverywhere(t, c, op, there, v.name(), func(op operation, where string) verdict {
			return m.oracle.during(op, v.actor.role, v.subject.role, where, v.mode)
		})
	}
	c.want(200, "POST", c.base+"/stop", nil)
}

func (m *matrix) asker(t *testing.T, who cast) *asker {
	t.Helper()
	c, session := m.as(t, who.person, who.home.id)
	return &asker{client: c, h: m.house, person: who.person, session: session, mode: "look", next: m.next}
}

// visitor is the asker who has begun the visit.
func (m *matrix) visitor(t *testing.T, v visiting) *asker {
	t.Helper()
	c := m.asker(t, v.actor)
	c.visit, c.base = c.client.visit(person{AccountID: v.subject.home.id}, v.mode)
	c.mode = v.mode
	return c
}

// askEverywhere makes one operation's calls, and compares what is said of things
// that are not the asker's with what is said of things that are not there.
func (m *matrix) askEverywhere(t *testing.T, c *asker, op operation, who cast, name string, expect func(operation, string) verdict) {
	t.Helper()
	wheres := []string{own}
	if op.names != "" {
		wheres = append(slices.Sorted(maps.Keys(who.places)), missing)
	}
	unseen := map[string]string{}
	for _, where := range wheres {
		want := expect(op, where)
		r := op.call(t, c, m.at(t, c, op, who, where, want))
		a := c.alone(t, op, who).do(r.method, c.where(r, false), r.body, r.header...)
		m.judge(t, c, op, name+" on "+where, r, a, want)
		if a.status == 404 {
			unseen[where] = withoutRequestID(t, a)
		}
	}
	for where, body := range unseen {
		if nobody, asked := unseen[missing]; asked && body != nobody {
			t.Errorf("%s: %s on %s reads %s, on what is missing %s", op.id, name, where, body, nobody)
		}
	}
	if op.lists {
		m.askForAll(t, c, op, who, name, expect)
	}
}

// alone returns a browser that the operation may sign out, or give another cookie.
func (c *asker) alone(t *testing.T, op operation, who cast) *client {
	t.Helper()
	if c.base != "" || !slices.Contains([]string{"signIn", "signInWithPasskey", "signOut", "stepUp"}, op.id) {
		return c.client
	}
	other, _ := c.h.as(t, who.person, who.home.id)
	return other
}

// at returns the thing to ask about: a new one where it may be used up.
func (m *matrix) at(t *testing.T, c *asker, op operation, who cast, where string, want verdict) place {
	t.Helper()
	if where == missing {
		return m.nowhere
	}
	x := who.places[where]
	x.heir = m.heirs[x.kind]
	if op.names == "asker" && want == fine {
		return m.askedBy(t, c, who, x)
	}
	if m.document.operations[op.id].method == "GET" || want.status == "403" || want.status == "404" {
		return x
	}
	s := &script{h: m.house}
	switch {
	case op.names == "under":
		return x
	case op.names == "mine":
		s.things(&x)
		x.session = s.session(c.person, who.home.id, ident.New("tok"))
		x.apiToken = s.apiToken(c.person, who.home.id, who.named(), ident.New("tok"))
		x.passkey = s.passkey(c.person, ident.New("key"), "")
	case where == own && op.id != "acceptInvitation":
		s.things(&x)
	default:
		heir := x.heir
		x = s.plant(x.kind, m.parents[x.id])
		x.heir = heir
	}
	s.run(t)
	return x
}

// askedBy returns a place as the given one that the asker wants to be let in to.
func (m *matrix) askedBy(t *testing.T, c *asker, who cast, x place) place {
	t.Helper()
	s := &script{h: m.house}
	x = s.plant(x.kind, m.parents[x.id])
	x.mine = s.ask(c.person, who.home.id, x, "consent", ident.New("tok"))
	s.run(t)
	return x
}

// judge holds one answer against the verdict and the document.
func (m *matrix) judge(t *testing.T, c *asker, op operation, name string, r request, a answer, want verdict) {
	t.Helper()
	m.asked.Add(1)
	documented := m.document.operations[op.id]
	path := c.where(r, false)
	if strings.HasPrefix(path, c.base+"/api/") {
		path = strings.TrimPrefix(path, c.base)
	}
	if named := m.document.named(r.method, path); named != op.id {
		t.Errorf("%s %s is the operation %q, want %s", r.method, r.path, named, op.id)
	}
	if want.status == "ok" {
		want.status = documented.success
	}
	code, _ := a.body["code"].(string)
	if fmt.Sprint(a.status) != want.status || want.code != "" && code != want.code {
		t.Errorf("%s: %s gets %d %s, want %s %s\n  %s %s\n  %s", op.id, name, a.status, code, want.status, want.code, r.method, r.path, a.raw)
	}
	if documented.answers[fmt.Sprint(a.status)] == nil {
		t.Errorf("%s: the answer %d is not documented", op.id, a.status)
	}
	if a.status >= 400 {
		wantProblem(t, op.id+": "+name, a)
	}
	if c.base != "" && (a.header.Get("Cache-Control") != "no-store" || a.header.Get("Impersonation-Subject") == "" && op.names != "under") {
		t.Errorf("%s: %s is answered with the headers %v", op.id, name, a.header)
	}
}

// wantProblem checks that a refusal is a problem document (RFC 9457).
func wantProblem(t *testing.T, what string, a answer) {
	t.Helper()
	if a.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s: a refusal of the type %q: %s", what, a.header.Get("Content-Type"), a.raw)
		return
	}
	for _, member := range []string{"type", "title", "detail", "code", "request_id", "instance"} {
		if text, _ := a.body[member].(string); text == "" {
			t.Errorf("%s: the problem has no %s: %s", what, member, a.raw)
		}
	}
	if id, _ := a.body["request_id"].(string); a.body["instance"] != "urn:innkeeper:request:"+id {
		t.Errorf("%s: the problem of the request %s is the instance %v", what, id, a.body["instance"])
	}
	if a.body["status"] != float64(a.status) || a.body["request_id"] != a.header.Get("X-Request-Id") {
		t.Errorf("%s: the problem says %v and %v, the answer %d and %s", what, a.body["status"], a.body["request_id"], a.status, a.header.Get("X-Request-Id"))
	}
}

// anyRequest is a problem without what names the one request that it answers.
func anyRequest(problem map[string]any) map[string]any {
	same := maps.Clone(problem)
	delete(same, "request_id")
	delete(same, "instance")
	return same
}

func withoutRequestID(t *testing.T, a answer) string {
	t.Helper()
	text, err := json.Marshal(anyRequest(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// askForAll asks for a list without naming an account: nothing may be in it that
// the asker could not see by naming it.
func (m *matrix) askForAll(t *testing.T, c *asker, op operation, who cast, name string, expect func(operation, string) verdict) {
	t.Helper()
	r := op.call(t, c, who.places[own])
	whole := operation{id: op.id, names: "all"}
	a := c.do(r.method, c.where(r, true), nil)
	m.judge(t, c, op, name+" on all", r, a, expect(whole, own))
	if a.status != 200 {
		return
	}
	for where, x := range who.places {
		if expect(op, where) == fine {
			continue
		}
		if found := itemsOf(a, x.id); len(found) > 0 {
			t.Errorf("%s: %s finds %d things of %s, which he cannot ask for: %v", op.id, name, len(found), where, found[0])
		}
	}
}

// itemsOf returns the things of a list that belong to the account.
func itemsOf(a answer, account string) []map[string]any {
	var found []map[string]any
	for _, member := range []string{"accounts", "domains", "mailboxes", "impersonations", "events"} {
		for _, item := range list(a.body, member) {
			for _, owner := range []any{item["id"], item["account_id"], inside(item, "subject"), inside(item, "account")} {
				if owner == account && (member != "events" || inside(item, "account") == account) {
					found = append(found, item)
					break
				}
			}
		}
	}
	return found
}

func inside(item map[string]any, member string) any {
	one, _ := item[member].(map[string]any)
	return one["id"]
}
