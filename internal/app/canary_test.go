package app_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"innkeeper/internal/db"
	"innkeeper/internal/engine/collector/collectortest"
)

// canary is a secret that is planted once, and where it may stand: the beginnings of the
// names of places. Where it may stand somewhere it must: a search that finds nothing there
// finds nothing anywhere.
type canary struct {
	what, secret string
	homes        []string
}

// in reports whether the secret stands in a text. One of digits alone must stand there by
// itself: times and sizes have as many.
func (c canary) in(text string) bool {
	if strings.Trim(c.secret, "0123456789") != "" {
		return strings.Contains(text, c.secret)
	}
	return regexp.MustCompile(`(^|[^0-9.])` + c.secret + `($|[^0-9])`).MatchString(text)
}

// aviary is a house full of canaries.
type aviary struct {
	*house
	t        *testing.T
	canaries []canary
	places   map[string]string // everything that is written or said, by where
	queue    *queueListener    // nil when the queue is inside the process
	shipped  *collectortest.Server
	running  []*process
	owner    *client // of the bakery
}

// plant notes a secret that the house has made.
func (a *aviary) plant(what, secret string, homes ...string) string {
	a.t.Helper()
	if len(secret) < 6 {
		a.t.Fatalf("%s is %q: no secret at all", what, secret)
	}
	a.canaries = append(a.canaries, canary{what, secret, homes})
	return secret
}

// fresh makes a secret that somebody chooses or writes.
func (a *aviary) fresh(what string, homes ...string) string {
	a.t.Helper()
	return a.plant(what, "canary-"+rand.Text(), homes...)
}

// D-02: marked secrets in every field that takes one, and every secret that the house
// makes, through all ways in; then everything is searched that is written down, sent or
// answered.
func TestD02CanariesAreFoundNowhere(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			a := &aviary{house: engine.fill(t), t: t, places: map[string]string{}}
			a.clock.Advance(time.Since(a.clock.Now())) // the processes have the clock of the world
			token := a.fresh("the token for the collector")
			ca := collectortest.NewAuthority(t)
			a.shipped = collectortest.HTTPS(t, collectortest.Settings{Cert: ca.Certificate(t, ""), Token: token})
			a.environ = append(a.environ, "INNKEEPER_LOG_LEVEL=debug", "INNKEEPER_SHIP_TO="+a.shipped.URL, "INNKEEPER_SHIP_CA="+ca.File, "INNKEEPER_SHIP_TOKEN="+token)
			if engine.name == "postgres" {
				a.queue = listenToQueue(t, a.environ)
			}
			a.running = a.asProcesses(t, engine.name == "postgres")
			a.credentials()
			a.factors()
			a.letters()
			a.requests()
			visit := a.content()
			a.collect(visit)
			a.awayMail()
			a.search()
		})
	}
}

// credentials plants passwords, tokens and sessions.
func (a *aviary) credentials() {
	t := a.t
	bakery := a.signIn(t, "Blue Door Bakery")
	a.stranger(t).refused(401, "sign-in-failed", "POST", "/api/v1/session", fields("login", bakery.who.Login, "password", a.fresh("a password that is wrong")))
	a.stranger(t).want(422, "POST", "/api/v1/session", fields("login", bakery.who.Login, "passwort", a.fresh("a password in a field that there is not")))
	a.stranger(t).do("POST", "/api/v1/session", `{"login":"x","password":"`+a.fresh("a password in what is no JSON"))
	bakery.do("PUT", "/api/v1/me/password", fields("current_password", a.fresh("a current password that is wrong"), "new_password", a.fresh("a new password that is not taken")))
	chosen := a.fresh("a new password")
	bakery.want(204, "PUT", "/api/v1/me/password", fields("current_password", bakery.who.Password, "new_password", chosen))
	for i := range a.people {
		if a.people[i].Name == bakery.who.Name {
			a.people[i].Password = chosen
		}
	}
	bakery = a.signIn(t, "Blue Door Bakery")
	a.owner = bakery
	a.plant("the cookie of a sign-in", cookieOf(t, a.house, bakery))
	a.plant("its CSRF token", bakery.csrf, "answer: Blue Door Bakery /session")
	out := a.signIn(t, "Blue Door Bakery")
	a.plant("the cookie of a sign-in that has ended", cookieOf(t, a.house, out))
	out.want(204, "DELETE", "/api/v1/session", nil)

	made := bakery.want(201, "POST", "/api/v1/tokens", fields("name", "Night job", "scopes", []string{"domains:read"}))
	a.plant("an API token", fmt.Sprint(made["secret"]))
	program := a.program(t, fmt.Sprint(made["secret"]))
	program.want(200, "GET", "/api/v1/domains", nil)
	rotated := bakery.want(200, "POST", "/api/v1/tokens/"+fmt.Sprint(made["id"])+"/rotate", fields("overlap_seconds", 60))
	a.plant("a token that follows another", fmt.Sprint(rotated["secret"]))
	a.program(t, fmt.Sprint(rotated["secret"])).want(200, "GET", "/api/v1/tokens/self", nil)
	a.program(t, a.plant("a token that there is not", aSecret())).want(401, "GET", "/api/v1/domains", nil)

	box := bakery.want(201, "POST", "/api/v1/mailboxes", fields("address", "canary@bluedoor.example", "password", a.fresh("the password of a new mailbox")))
	bakery.want(204, "PUT", "/api/v1/mailboxes/"+fmt.Sprint(box["id"])+"/password", fields("password", a.fresh("another password of a mailbox")))
	inside := a.signIn(t, "Samir Okafor")
	_, base := inside.visit(bakery.who, "change")
	inside.refused(403, "closed-while-acting", "PUT", base+"/api/v1/mailboxes/"+fmt.Sprint(box["id"])+"/password", fields("password", a.fresh("a password that a visitor would like to set")))
	inside.refused(403, "closed-while-acting", "PUT", base+"/api/v1/me/password", fields("current_password", a.fresh("a password that a visitor was told"), "new_password", a.fresh("one that he would like instead")))
	inside.want(200, "POST", base+"/stop", nil)
}

// factors plants what second factors have.
func (a *aviary) factors() {
	t := a.t
	school := a.signIn(t, "Meadow School")
	a.clock.Advance(time.Since(a.clock.Now()))
	secret, codes := school.setUp(a.house)
	a.plant("the secret of an app", secret)
	a.plant("a recovery code", codes[0])
	a.plant("a recovery code that was used", codes[1])
	if _, in := a.signInWith(t, school.who, codes[1]); in.status != 200 {
		t.Fatalf("signing in with a recovery code = %d %s", in.status, in.raw)
	}
	school.do("POST", "/api/v1/session/step-up", fields("password", a.fresh("a password that is wrong, asked again"), "code", a.fresh("a code that is none")))

	hollis := a.signIn(t, "Hollis & Daughters")
	device, _ := hollis.addPasskey(a.house, "My key")
	asked := hollis.want(200, "POST", "/api/v1/me/passkeys/challenge", nil)
	a.plant("a challenge for a new passkey", fmt.Sprint(asked["challenge"]), "database: passkey_challenges.challenge")
	stranger := a.stranger(t)
	asked = stranger.passkeyAsked()
	a.plant("a challenge that was answered", fmt.Sprint(asked["challenge"]))
	signed := device.sign(asked)
	a.plant("the signature of a passkey", fmt.Sprint(signed["signature"]))
	stranger.want(200, "POST", passkeySignIn, signed)
}

// inMail returns what a pattern finds in a letter to somebody.
func (a *aviary) inMail(to string, pattern *regexp.Regexp) string {
	a.t.Helper()
	found := ""
	within(a.t, time.Minute, "a mail comes to "+to, func() bool {
		for _, letter := range a.house.letters(a.t, to) {
			if match := pattern.FindStringSubmatch(strings.ReplaceAll(letter, "=\r\n", "")); match != nil {
				found = strings.TrimPrefix(match[1], "3D")
			}
		}
		return found != ""
	})
	return found
}

// letters plants what goes out in mails and links.
func (a *aviary) letters() {
	t := a.t
	const invited = "canary@choir.example"
	a.signIn(t, "Northlight Studio").want(201, "POST", "/api/v1/accounts", fields("kind", "customer", "name", "Canary Choir", "email", invited))
	link := a.plant("the link of an invitation", a.inMail(invited, token), "mail: ")
	a.stranger(t).want(204, "POST", "/api/v1/invitations/accept", fields("token", link, "password", a.fresh("the password of somebody invited")))

	owner := a.signIn(t, "Tidewater Yoga")
	owner.want(200, "PUT", "/api/v1/me/access-policy", fields("policy", "ask"))
	asking := a.signIn(t, "Samir Okafor")
	asked := asking.want(202, "POST", "/api/v1/impersonations", wanting(owner.who))
	a.plant("the link of a request", a.inMail(owner.who.Login, linkInMail), "mail: ")
	code := a.plant("the code of a request", a.inMail(owner.who.Login, codeInMail), "mail: ")
	a.plant("the code of a request, as it is given", strings.ReplaceAll(code, " ", ""))
	asking.do("POST", fmt.Sprintf("/api/v1/impersonation-requests/%v/code", asked["id"]), fields("code", a.fresh("a code that is not the one")))
	a.stranger(t).do("POST", "/api/v1/access-requests/read", fields("token", a.fresh("a link that there is not")))

	_, billing := a.signIn(t, "Ada Winter").makeToken(a.house, scopesFor("sso:create"))
	a.plant("the billing system's token", billing.bearer)
	samir := a.signIn(t, "Samir Okafor")
	a.plant("a link into an account", billing.link(t, a.named(t, "Fern & Fable Books"), samir.who.Login))
	used := a.plant("a link into an account that was used", billing.link(t, a.named(t, "Fern & Fable Books"), samir.who.Login))
	samir.do("GET", "/sso?token="+used, nil)
	started := samir.want(201, "POST", "/api/v1/sso/start", fields("token", used, "informed", "asked"))
	samir.want(200, "POST", fmt.Sprint(started["base_url"])+"/stop", nil)
}

// requests plants secrets where clients put them by mistake.
func (a *aviary) requests() {
	c := a.signIn(a.t, "Kestrel Cycles")
	for _, name := range []string{"X-Api-Key", "X-Secret", "Idempotency-Key", "Cookie", "Proxy-Authorization", "Referer", "If-None-Match", "traceparent"} {
		secret := a.fresh("the header " + name)
		if name == "Cookie" || name == "Referer" {
			secret = "https://elsewhere.example/?other=" + secret
		}
		c.do("GET", "/api/v1/domains", nil, name, secret)
		c.do("POST", "/api/v1/domains", fields("name", "not a name"), name, secret)
	}
	c.do("GET", "/api/v1/domains?password="+a.fresh("a parameter that there is not"), nil)
	c.do("GET", "/api/v1/nothing/"+a.fresh("a path that there is not"), nil)
	a.stranger(a.t).do("GET", "/api/v1/domains", nil, "Authorization", "Basic "+a.fresh("the header Authorization"))
	c.refused(403, "csrf-token", "POST", "/api/v1/domains", fields("name", "x.example"), "X-CSRF-Token", a.fresh("a CSRF token that is wrong"))
}

// content plants what belongs to a customer alone, and what to colleagues alone.
func (a *aviary) content() (visit string) {
	t, bakery := a.t, a.owner
	bakery.want(200, "PUT", "/api/v1/files/content?path=/diary.txt", []byte(a.fresh("what a file holds", "disk: homes/")))
	box := a.box(t, bakery, "info")
	letter := "From: " + a.fresh("who wrote a message", "disk: mail/") + "@test.example\r\nX-Secret: " + a.fresh("a header of a message", "disk: mail/") +
		"\r\nSubject: " + a.fresh("the subject of a message", "disk: mail/") + "\r\n\r\n" + a.fresh("the text of a message", "disk: mail/")
	if err := os.WriteFile(filepath.Join(a.data, "mail", box, "Maildir", "new", plantedMessage), []byte(letter), 0o600); err != nil {
		t.Fatal(err)
	}
	bakery.unlock(box, 1)
	note := a.fresh("a note for colleagues", "database: impersonations.note", "answer: Ada Winter ", "answer: Samir Okafor ")
	samir := a.signIn(t, "Samir Okafor")
	visit, base := samir.visit(bakery.who, "change", "note", note, "reason", controlled)
	samir.want(200, "GET", base+messagesOf(box), nil)
	samir.want(200, "GET", base+messageOf(box), nil)
	samir.do("GET", base+"/api/v1/files/content?path=/diary.txt", nil)
	samir.want(200, "PUT", base+"/api/v1/files/content?path=/repaired.txt", []byte(a.fresh("what a visitor writes into a file", "disk: homes/")))
	a.plant("the cookie of a visitor", cookieOf(t, a.house, samir))
	samir.want(200, "POST", base+"/stop", nil)
	return visit
}

// controlled is no secret: the reason of a visit stands wherever people look, and is
// looked for there.
const controlled = "controlled-by-a-reason-that-is-no-secret"

// collect takes down what people are answered, and what they take along.
func (a *aviary) collect(visit string) {
	t := a.t
	bakery, admin, samir := a.owner, a.signIn(t, "Ada Winter"), a.signIn(t, "Samir Okafor")
	for _, c := range []*client{bakery, admin} {
		for _, format := range []string{"csv", "jsonl"} {
			ended := c.export(fields("format", format))
			a.places["export: "+c.who.Name+" "+format] = string(c.do("GET", "/api/v1"+fmt.Sprint(ended["resource"]), nil).raw)
		}
	}
	a.places["receipt: the visit"] = string(bakery.do("GET", "/api/v1/me/access-history/"+visit+"/receipt", nil).raw)
	from := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
	a.places["receipt: the statement"] = string(bakery.do("GET", "/api/v1/me/access-statement?from="+url.QueryEscape(from), nil).raw)
	_, base := samir.visit(bakery.who, "look")
	account := bakery.who.AccountID
	paths := []string{"/me/access-history/" + visit, "/impersonations/" + visit, "/accounts/" + account, "/accounts?owner_id=" + account}
	for _, op := range a.document(t).operations {
		if op.method == "GET" && !strings.Contains(op.path, "{") && !strings.HasSuffix(op.path, "/events") {
			paths = append(paths, strings.TrimPrefix(op.path, "/api/v1")+pageSize(op.path))
		}
	}
	for _, c := range []*client{bakery, admin, samir, a.signIn(t, "Kestrel Cycles"), a.signIn(t, "Northlight Studio")} {
		for _, path := range paths {
			a.places["answer: "+c.who.Name+" "+path] = string(c.do("GET", "/api/v1"+path, nil).raw)
		}
	}
	for _, path := range paths {
		a.places["answer in a visit: "+path] = string(samir.do("GET", base+"/api/v1"+path, nil).raw)
	}
	within(t, time.Minute, "the record is sent", func() bool {
		return len(a.shipped.Events()) >= a.count(t, "SELECT count(*) FROM audit_events WHERE impersonation_id = ?", visit) &&
			strings.Contains(a.sent(t), visit)
	})
}

// pageSize asks for as much as there may be of a list.
func pageSize(path string) string {
	for _, lists := range []string{"/accounts", "/activity", "/mails", "/jobs", "/impersonations", "/notifications", "/me/access-history", "/domains", "/mailboxes"} {
		if strings.HasSuffix(path, lists) {
			return "?page_size=200"
		}
	}
	return ""
}

// sent is what the collector has.
func (a *aviary) sent(t *testing.T) string {
	t.Helper()
	text, err := json.Marshal(a.shipped.Events())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// awayMail starts the house again with a mail server that is away, and lets it try.
func (a *aviary) awayMail() {
	t := a.t
	a.said("first")
	password := a.fresh("the password for the mail server")
	for _, p := range a.running {
		p.environ = append(slices.Clone(p.environ), "INNKEEPER_SMTP_URL=smtp://panel:"+password+"@127.0.0.1:1")
		p.start(t)
	}
	samir := a.signIn(t, "Samir Okafor")
	_, base := samir.visit(a.named(t, "Rowan Carpentry"), "look")
	samir.want(200, "POST", base+"/stop", nil)
	within(t, time.Minute, "a mail is tried", func() bool {
		return a.count(t, "SELECT count(*) FROM mails WHERE last_error <> ''") > 0
	})
	admin := a.signIn(t, "Ada Winter")
	for _, path := range []string{"/mails?page_size=200", "/jobs?page_size=200", "/record-shipping"} {
		a.places["answer, without mail: "+path] = string(admin.do("GET", "/api/v1"+path, nil).raw)
	}
	a.said("second")
	for name, setting := range map[string]string{"settings": "INNKEEPER_SMTP_URL=smtp://panel:" + password + "@127.0.0.1:1", "settings that are wrong": "INNKEEPER_SMTP_URL=smtp://panel:" + password + "@:x"} {
		p := &process{command: "config", environ: append(slices.Clone(a.running[0].environ), setting)}
		if name != "settings" {
			p.command = "serve"
		}
		a.places["log: "+name] = p.output(t)
	}
}

// said ends the processes and takes down what they have logged.
func (a *aviary) said(when string) {
	for _, p := range a.running {
		p.kill()
		a.places["log: "+p.command+", "+when] = p.said.String()
	}
}

// search looks for every canary in every place.
func (a *aviary) search() {
	t := a.t
	a.written()
	for _, where := range []string{"database: ", "mail: ", "export: Blue Door Bakery csv", "export: Ada Winter jsonl", "receipt: the visit", "receipt: the statement", "collector", "answer: Kestrel Cycles ", "log: settings"} {
		if !slices.ContainsFunc(slices.Sorted(maps.Keys(a.places)), func(name string) bool { return strings.HasPrefix(name, where) && len(a.places[name]) > 100 }) {
			t.Errorf("%s is empty: there is nothing to look at", where)
		}
	}
	for _, where := range []string{"database: impersonations.reason", "export: Ada Winter csv", "export: Blue Door Bakery jsonl", "receipt: the visit", "collector", "answer: Samir Okafor /impersonations", "mail: "} {
		if !a.standsIn(controlled, where) {
			t.Errorf("the reason of the visit is not found in %s: the search is blind there", where)
		}
	}
	if !a.standsIn("level=DEBUG", "log: ") {
		t.Error("the log does not say everything that it could")
	}
	if len(a.canaries) < 30 {
		t.Errorf("there are %d canaries, want 30", len(a.canaries))
	}
	for _, c := range a.canaries {
		for _, name := range slices.Sorted(maps.Keys(a.places)) {
			if c.in(a.places[name]) && !slices.ContainsFunc(c.homes, func(home string) bool { return strings.HasPrefix(name, home) }) {
				t.Errorf("%s stands in %s", c.what, name)
			}
		}
		for _, home := range c.homes {
			if !a.standsIn(c.secret, home) {
				t.Errorf("%s does not stand in %s, where it belongs: it was not planted, or the search is blind", c.what, home)
			}
		}
	}
	t.Logf("%d canaries, %d places", len(a.canaries), len(a.places))
}

func (a *aviary) standsIn(text, where string) bool {
	return slices.ContainsFunc(slices.Sorted(maps.Keys(a.places)), func(name string) bool {
		return strings.HasPrefix(name, where) && strings.Contains(a.places[name], text)
	})
}

// written takes down the database, the files, the queue and what was sent.
func (a *aviary) written() {
	t := a.t
	tables := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if a.db.Dialect() == db.Postgres {
		tables = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()"
	}
	var all []string
	if err := a.db.Read(t.Context()).Raw(tables).Scan(&all).Error; err != nil || len(all) < 30 {
		t.Fatalf("the database has the tables %v, %v", all, err)
	}
	for _, name := range all {
		var rows []map[string]any
		if err := a.db.Read(t.Context()).Raw("SELECT * FROM " + name).Scan(&rows).Error; err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for column, value := range row {
				if raw, ok := value.([]byte); ok {
					value = string(raw)
				}
				a.places["database: "+name+"."+column] += fmt.Sprintln(value)
			}
		}
	}
	err := filepath.WalkDir(a.data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		body, err := os.ReadFile(path)
		rel, _ := filepath.Rel(a.data, path)
		where := "disk: " + rel
		if strings.HasPrefix(rel, "outbox/") {
			where = "mail: " + rel
			body = bytes.ReplaceAll(body, []byte("=\r\n"), nil)
		}
		a.places[where] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	a.places["collector"] = a.sent(t)
	if a.queue != nil {
		a.places["queue"] = a.queue.heard()
		if !strings.Contains(a.places["queue"], "asynq") {
			t.Error("nothing was heard of the queue")
		}
	}
}

// queueListener hears every command that the queue is given.
type queueListener struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func listenToQueue(t *testing.T, environ []string) *queueListener {
	t.Helper()
	address := ""
	for _, setting := range environ {
		if text, is := strings.CutPrefix(setting, "INNKEEPER_REDIS_URL="); is {
			if u, err := url.Parse(text); err == nil {
				address = u.Host
			}
		}
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := conn.Write([]byte("MONITOR\r\n")); err != nil {
		t.Fatal(err)
	}
	l := &queueListener{}
	go func() { _, _ = io.Copy(l, conn) }()
	return l
}

// Write hears.
func (l *queueListener) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *queueListener) heard() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
