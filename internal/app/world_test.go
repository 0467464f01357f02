package app_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"innkeeper/internal/app"
	"innkeeper/internal/auth"
	"innkeeper/internal/db"
	"innkeeper/internal/testkit"
)

// house is a running Innkeeper with demo data, as an operator would start it.
type house struct {
	url     string
	private string // where metrics are, if anywhere
	data    string
	clock   *testkit.Clock
	people  []person
	environ []string
	db      *db.DB // beside the running process, to look at rows
}

type person struct {
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Login     string `json:"login"`
	Password  string `json:"password"`
	AccountID string `json:"account_id"`
	OwnerID   string `json:"owner_id"`
}

// eachEngine runs the test against a house of its own on either engine: embedded,
// and with PostgreSQL and Redis.
func eachEngine(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			h := engine.fill(t)
			h.serve(t)
			test(t, h)
		})
	}
}

// eachQuiet is eachEngine without a worker: nothing is done but what is asked for.
func eachQuiet(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			h := engine.fill(t)
			h.serve(t, "--worker=false")
			test(t, h)
		})
	}
}

var engines = []struct {
	name string
	fill func(t *testing.T) *house
}{
	{"embedded", embedded},
	{"postgres", production},
}

// embedded is a filled installation that needs nothing else.
func embedded(t *testing.T) *house {
	t.Helper()
	return furnish(t, "sqlite", testkit.SQLite(t, fillSQLite))
}

// production is one on PostgreSQL and Redis.
func production(t *testing.T) *house {
	t.Helper()
	return furnish(t, "postgres", testkit.Postgres(t, fillPostgres), "INNKEEPER_REDIS_URL="+testkit.RedisURL(t))
}

// The demo data are made once for each engine, through the services; each test
// has a copy of the database and of the files.
func fillSQLite(url string) error   { return fill("sqlite", url) }
func fillPostgres(url string) error { return fill("postgres", url) }

// opening is when the demo data were made, and when each test begins.
var opening = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// pattern is the data directory that is copied.
func pattern(engine string) string { return filepath.Join(patterns, engine) }

var patterns string

func TestMain(m *testing.M) {
	var err error
	if patterns, err = os.MkdirTemp("", "innkeeper-app-"); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := os.RemoveAll(patterns); err != nil {
		panic(err)
	}
	os.Exit(code)
}

func fill(engine, url string) error {
	var out bytes.Buffer
	environ := []string{"INNKEEPER_DATA=" + pattern(engine), "INNKEEPER_DATABASE_URL=" + url, "INNKEEPER_LOG_LEVEL=error"}
	env := app.Env{Environ: environ, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Now: func() time.Time { return opening }}
	for _, command := range []string{"migrate", "demo"} {
		if code := app.Run(context.Background(), []string{command}, env); code != 0 {
			return fmt.Errorf("%s ended with %d: %s", command, code, out.String())
		}
	}
	return signInCheaply(url, pattern(engine))
}

// signInCheaply gives everybody of the demo data a hash of the same password that
// takes next to nothing: the cost stands in the hash. What one costs in earnest is
// half of all the work of these tests.
func signInCheaply(url, data string) error {
	people, err := peopleOf(data)
	if err != nil {
		return err
	}
	d, err := db.Open(context.Background(), url, "")
	if err != nil {
		return err
	}
	defer d.Close()
	for _, p := range people {
		if err := d.Write(context.Background()).Exec("UPDATE people SET password_hash = ? WHERE email = ?", cheapHash(p.Password), p.Login).Error; err != nil {
			return err
		}
	}
	return nil
}

// cheapHash is a hash of the same form as auth's, of the least cost there is.
func cheapHash(password string) string {
	salt, b64 := []byte("sixteen octets…"), base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=8,t=1,p=1$%s$%s", argon2.Version, b64.EncodeToString(salt), b64.EncodeToString(argon2.IDKey([]byte(password), salt, 1, 8, 1, 32)))
}

// hashInEarnest gives somebody of the demo data a hash that costs what it would.
func (h *house) hashInEarnest(t *testing.T, p person) {
	t.Helper()
	hash, err := auth.NewHasher().Hash(t.Context(), p.Password)
	if err != nil {
		t.Fatal(err)
	}
	h.exec(t, "UPDATE people SET password_hash = ? WHERE email = ?", hash, p.Login)
}

func peopleOf(data string) ([]person, error) {
	body, err := os.ReadFile(filepath.Join(data, "demo.json"))
	if err != nil {
		return nil, err
	}
	var demo struct{ People []person }
	err = json.Unmarshal(body, &demo)
	return demo.People, err
}

func furnish(t *testing.T, engine, url string, environ ...string) *house {
	t.Helper()
	h := &house{data: t.TempDir(), clock: testkit.NewClock(opening)}
	if err := os.CopyFS(h.data, os.DirFS(pattern(engine))); err != nil {
		t.Fatal(err)
	}
	h.environ = append([]string{
		"INNKEEPER_DATA=" + h.data, "INNKEEPER_DATABASE_URL=" + url, "INNKEEPER_HTTP_ADDR=127.0.0.1:0", "INNKEEPER_PRIVATE_ADDR=",
		"INNKEEPER_SWEEP_INTERVAL=1s", "INNKEEPER_LOG_LEVEL=error",
	}, environ...)
	var err error
	if h.people, err = peopleOf(h.data); err != nil {
		t.Fatal(err)
	}
	if h.db, err = db.Open(t.Context(), url, ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.db.Close() })
	return h
}

func (h *house) env(out io.Writer) app.Env {
	return app.Env{Environ: h.environ, Stdin: strings.NewReader(""), Stdout: out, Stderr: testLog{}, Now: h.clock.Now}
}

// testLog drops what the house logs; answers are what tests look at.
type testLog struct{}

func (testLog) Write(p []byte) (int, error) { return len(p), nil }

// serve runs the house until the test ends, and returns a function that stops it
// earlier.
func (h *house) serve(t *testing.T, args ...string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ready, ended := make(chan string, 1), make(chan int, 1)
	var out bytes.Buffer
	env := h.env(&out)
	env.Stderr = &out
	env.Ready = func(url, private string) {
		h.private = private
		ready <- url
	}
	go func() { ended <- app.Run(ctx, append([]string{"serve"}, args...), env) }()
	select {
	case h.url = <-ready:
	case code := <-ended:
		t.Fatalf("serve ended with %d: %s", code, out.String())
	case <-time.After(time.Minute):
		t.Fatal("serve was not ready within a minute")
	}
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if code := <-ended; code != 0 {
				t.Errorf("serve ended with %d: %s", code, out.String())
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

// named returns the person of the demo with that name.
func (h *house) named(t *testing.T, name string) person {
	t.Helper()
	for _, p := range h.people {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("there is nobody called %s in the demo", name)
	return person{}
}

// client is one browser: a cookie jar and the session's CSRF token. Or it is a program
// with an API token.
type client struct {
	t      *testing.T
	url    string
	http   *http.Client
	csrf   string
	bearer string
	who    person
}

func (h *house) stranger(t *testing.T) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, url: h.url, http: &http.Client{Jar: jar, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// signIn signs a person of the demo in.
func (h *house) signIn(t *testing.T, name string) *client {
	t.Helper()
	c := h.stranger(t)
	c.who = h.named(t, name)
	in := c.want(http.StatusOK, "POST", "/api/v1/session", map[string]any{"login": c.who.Login, "password": c.who.Password})
	c.csrf, _ = in["csrf_token"].(string)
	if c.csrf == "" {
		t.Fatalf("signing in gave no CSRF token: %v", in)
	}
	return c
}

type answer struct {
	status int
	header http.Header
	raw    []byte
	body   map[string]any
}

func (c *client) do(method, path string, body any, header ...string) answer {
	c.t.Helper()
	a, err := c.try(method, path, body, header...)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// try makes a request; its error is that there was no answer, or not the whole of one.
func (c *client) try(method, path string, body any, header ...string) (answer, error) {
	c.t.Helper()
	var reader io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case []byte:
		reader, kind = bytes.NewReader(b), "application/octet-stream"
	case string:
		reader = strings.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			c.t.Fatal(err)
		}
		reader = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, reader)
	if err != nil {
		c.t.Fatal(err)
	}
	if reader != nil {
		r.Header.Set("Content-Type", kind)
	}
	if c.csrf != "" {
		r.Header.Set("X-CSRF-Token", c.csrf)
	}
	if c.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := c.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	a := answer{status: response.StatusCode, header: response.Header}
	if a.raw, err = io.ReadAll(response.Body); err != nil {
		return answer{}, err
	}
	if strings.Contains(response.Header.Get("Content-Type"), "json") && len(a.raw) > 0 {
		if err := json.Unmarshal(a.raw, &a.body); err != nil {
			c.t.Fatalf("%s %s answered %q: %v", method, path, a.raw, err)
		}
	}
	wantDocumented(c.t, method, path, a)
	return a, nil
}

// want makes a request that must answer with the status, and returns the body.
func (c *client) want(status int, method, path string, body any, header ...string) map[string]any {
	c.t.Helper()
	a := c.do(method, path, body, header...)
	if a.status != status {
		c.t.Fatalf("%s %s = %d %s, want %d", method, path, a.status, a.raw, status)
	}
	return a.body
}

// refused makes a request that must answer with the status and the problem code.
func (c *client) refused(status int, code, method, path string, body any, header ...string) map[string]any {
	c.t.Helper()
	a := c.do(method, path, body, header...)
	if a.status != status || a.body["code"] != code {
		c.t.Errorf("%s %s = %d %s, want %d %s", method, path, a.status, a.raw, status, code)
	}
	if a.header.Get("Content-Type") != "application/problem+json" {
		c.t.Errorf("%s %s answered with %s, want a problem document", method, path, a.header.Get("Content-Type"))
	}
	return a.body
}

// visit steps into the account of another person and returns the base path.
func (c *client) visit(name person, mode string, more ...string) (id, base string) {
	c.t.Helper()
	body := map[string]any{
		"account_id": name.AccountID, "reason_code": "customer_request", "reason": "The file manager shows nothing", "mode": mode, "informed": "asked", "return_to": "/accounts?q=blue",
	}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i]] = more[i+1]
	}
	v := c.want(http.StatusCreated, "POST", "/api/v1/impersonations", body)
	return fmt.Sprint(v["id"]), fmt.Sprint(v["base_url"])
}

func list(body map[string]any, name string) []map[string]any {
	items, _ := body[name].([]any)
	out := make([]map[string]any, len(items))
	for i, item := range items {
		out[i], _ = item.(map[string]any)
	}
	return out
}

// within waits until the condition holds, as a person would look again.
func within(t *testing.T, patience time.Duration, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("within %v it did not come about that %s", patience, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// posted waits until mails are there. A mail may have to wait by the clock of the
// house: an end for its start, one of many for its way to their domain, one that
// failed for its next attempt. So meanwhile the clock goes on, ten times as fast.
func (h *house) posted(t *testing.T, what string, holds func() bool) {
	t.Helper()
	looks := 0
	within(t, 20*time.Second, what, func() bool {
		if looks++; looks%5 == 0 {
			h.clock.Advance(time.Second)
		}
		return holds()
	})
}

func (h *house) count(t *testing.T, sql string, args ...any) int {
	t.Helper()
	var n int
	if err := h.db.Read(t.Context()).Raw(sql, args...).Scan(&n).Error; err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}
