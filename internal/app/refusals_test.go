package app_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// attempt is a request that is refused.
type attempt struct {
	name          string
	method, path  string
	body          any // []byte is sent as octets, a string as it stands
	header        []string
	status        int
	code, pointer string
}

// Every refusal says what is wrong, where, and leaves nothing behind.
func TestW06RefusalsAreClearAndLeaveNothing(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila := h.signIn(t, "Blue Door Bakery")
		domains := list(mila.want(200, "GET", "/api/v1/domains", nil), "domains")
		domain, _ := domains[0]["id"].(string)
		foreign := h.named(t, "Tidewater Yoga").AccountID
		before := h.snapshot(t)
		for _, a := range attempts(domain, foreign) {
			t.Log(a.name)
			body := mila.refused(a.status, a.code, a.method, a.path, a.body, a.header...)
			if a.pointer != "" && !strings.Contains(pointersOf(body), " "+a.pointer+" ") {
				t.Errorf("%s: the problem points at%s, want %s: %v", a.name, pointersOf(body), a.pointer, body)
			}
		}
		h.wantUnchanged(t, "the refused attempts", before)
	})
}

func pointersOf(body map[string]any) string {
	text := " "
	for _, one := range list(body, "errors") {
		pointer, _ := one["pointer"].(string)
		text += pointer + " "
	}
	return text
}

func attempts(domain, foreign string) []attempt {
	records := "/api/v1/domains/" + domain + "/records"
	large := `{"name":"` + strings.Repeat("a", 2<<20) + `"}`
	all := []attempt{
		{name: "an unknown field", method: "POST", path: "/api/v1/domains", body: `{"name":"new.example","owner":"me"}`, status: 422, code: "invalid", pointer: "/owner"},
		{name: "a field in other letters", method: "POST", path: "/api/v1/domains", body: `{"Name":"new.example"}`, status: 422, code: "invalid", pointer: "/Name"},
		{name: "a field that is missing", method: "POST", path: "/api/v1/domains", body: `{}`, status: 422, code: "invalid", pointer: "/name"},
		{name: "two bad fields at once", method: "POST", path: records, body: `{"name":"www","type":"ZZ","ttl":"long","value":"192.0.2.1"}`, status: 422, code: "invalid", pointer: "/ttl"},
		{name: "a value that breaks a rule", method: "POST", path: records, body: `{"name":"www","type":"A","ttl":3600,"value":"not an address"}`, status: 422, code: "invalid", pointer: "/value"},
		{name: "a number for a text", method: "POST", path: "/api/v1/domains", body: `{"name":5}`, status: 422, code: "invalid", pointer: "/name"},
		{name: "null for a text", method: "POST", path: "/api/v1/domains", body: `{"name":null}`, status: 422, code: "invalid", pointer: "/name"},
		{name: "a part of a number", method: "POST", path: records, body: `{"name":"www","type":"A","ttl":1.5,"value":"192.0.2.1"}`, status: 422, code: "invalid", pointer: "/ttl"},
		{name: "an unknown parameter", method: "GET", path: "/api/v1/domains?colour=red", status: 422, code: "invalid", pointer: "colour"},
		{name: "two values for one parameter", method: "GET", path: "/api/v1/activity?event=file.write&event=file.delete", status: 422, code: "invalid", pointer: "event"},
		{name: "a page without end", method: "GET", path: "/api/v1/domains?page_size=100000", status: 422, code: "invalid", pointer: "page_size"},
		{name: "an empty page", method: "GET", path: "/api/v1/domains?page_size=0", status: 422, code: "invalid", pointer: "page_size"},
		{name: "a page of words", method: "GET", path: "/api/v1/domains?page_size=many", status: 422, code: "invalid", pointer: "page_size"},
		{name: "an order that there is not", method: "GET", path: "/api/v1/accounts?sort=password_hash", status: 422, code: "invalid", pointer: "sort"},
		{name: "an instant that is none", method: "GET", path: "/api/v1/activity?from=yesterday", status: 422, code: "invalid", pointer: "from"},
		{name: "an event that there is not", method: "GET", path: "/api/v1/activity?event=impersonation.begin", status: 422, code: "invalid", pointer: "event"},
		{name: "a kind of thing that there is not", method: "GET", path: "/api/v1/activity?object_kind=maibox", status: 422, code: "invalid", pointer: "object_kind"},
		{name: "a file of events that there are not", method: "POST", path: "/api/v1/activity/exports", body: `{"format":"csv","event":"x"}`, status: 422, code: "invalid", pointer: "/event"},
		{name: "a file about things that there are not", method: "POST", path: "/api/v1/activity/exports", body: `{"format":"csv","object_kind":"x"}`, status: 422, code: "invalid", pointer: "/object_kind"},
		{name: "a saved filter by an event that there is not", method: "POST", path: "/api/v1/activity/filters", body: `{"name":"a","query":"event=x"}`, status: 422, code: "invalid", pointer: "/query"},
		{name: "a saved filter of somebody else's account", method: "POST", path: "/api/v1/activity/filters", body: `{"name":"a","query":"account_id=` + foreign + `"}`, status: 404, code: "account-not-found"},
		{name: "a cursor that was made up", method: "GET", path: "/api/v1/domains?cursor=MTIzNDU2Nzg5MDEyMzQ1Njc4OTA", status: 422, code: "invalid", pointer: "cursor"},
		{name: "somebody else's account", method: "GET", path: "/api/v1/accounts/" + foreign, status: 404, code: "account-not-found"},
		{name: "an account that there is not", method: "GET", path: "/api/v1/accounts/acc_00000000-0000-7000-8000-000000000000", status: 404, code: "account-not-found"},
		{name: "a domain for somebody else", method: "POST", path: "/api/v1/domains", body: `{"name":"new.example","account_id":"` + foreign + `"}`, status: 404, code: "account-not-found"},
		{name: "a record of another domain", method: "DELETE", path: records + "/rec_00000000-0000-7000-8000-000000000000", status: 404, code: "record-not-found"},
		{name: "no such place", method: "GET", path: "/api/v1/nothing", status: 404, code: "not-found"},
		{name: "no such method", method: "PUT", path: "/api/v1/accounts", status: 405, code: "method-not-allowed"},
		{name: "no such method of one", method: "PUT", path: "/api/v1/accounts/acc_1", status: 405, code: "method-not-allowed"},
		{name: "no such place to write", method: "POST", path: "/api/v2/domains", body: `{}`, status: 404, code: "not-found"},
		{name: "a slash too many", method: "GET", path: "/api/v1/domains/", status: 404, code: "not-found"},
		{name: "a path that leads up", method: "GET", path: "/api/v1/files/content?path=/../../demo.json", status: 422, code: "invalid", pointer: "path"},
		{name: "no path", method: "GET", path: "/api/v1/files/content", status: 422, code: "invalid", pointer: "path"},
		{name: "a file that there is not", method: "GET", path: "/api/v1/files/content?path=/nothing.txt", status: 404, code: "file-not-found"},
		{name: "a zero in a path", method: "GET", path: "/api/v1/domains/dom%00", status: 400, code: "malformed"},
		{name: "a zero in a parameter", method: "GET", path: "/api/v1/domains?q=a%00b", status: 400, code: "malformed"},
		{name: "no text in a parameter", method: "GET", path: "/api/v1/domains?q=%ff%fe", status: 400, code: "malformed"},
		{name: "a plain text", method: "POST", path: "/api/v1/domains", body: `{"name":"new.example"}`, header: []string{"Content-Type", "text/plain"}, status: 415, code: "unsupported-media-type"},
		{name: "a form", method: "POST", path: "/api/v1/domains", body: `name=new.example`, header: []string{"Content-Type", "application/x-www-form-urlencoded"}, status: 415, code: "unsupported-media-type"},
		{name: "a body that is too large", method: "POST", path: "/api/v1/domains", body: large, status: 413, code: "too-large"},
		{name: "an upload that is too large", method: "PUT", path: "/api/v1/files/content?path=/large.bin", body: bytes.Repeat([]byte("a"), 8<<20+1), status: 413, code: "too-large"},
	}
	for name, body := range map[string]string{
		"a key twice": `{"name":"one.example","name":"two.example"}`, "a key twice, written differently": `{"name":"one.example","n\u0061me":"two.example"}`,
		"something behind": `{"name":"new.example"} x`, "two bodies": `{"name":"new.example"}{"name":"two.example"}`, "half a body": `{"name":"new.exa`,
		"very deep": `{"name":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`, "a zero": `{"name":"a\u0000.example"}`, "no JSON": `name: new.example`,
	} {
		all = append(all, attempt{name: name, method: "POST", path: "/api/v1/domains", body: body, status: 400, code: "malformed"})
	}
	for name, body := range map[string]string{"a text": `"new.example"`, "a list": `["new.example"]`, "nothing": `null`} {
		all = append(all, attempt{name: name, method: "POST", path: "/api/v1/domains", body: body, status: 422, code: "invalid"})
	}
	return append(all, strangersRequests()...)
}

// strangersRequests are writes that another site may have caused.
func strangersRequests() []attempt {
	const body = `{"name":"new.example"}`
	of := func(name, code string, header ...string) attempt {
		return attempt{name: name, method: "POST", path: "/api/v1/domains", body: body, header: header, status: 403, code: code}
	}
	return []attempt{
		of("no CSRF token", "csrf-token", "X-CSRF-Token", ""),
		of("another CSRF token", "csrf-token", "X-CSRF-Token", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
		of("another site", "cross-site", "Origin", "https://evil.example"),
		of("another port", "cross-site", "Origin", "http://127.0.0.1:1"),
		of("a site without a name", "cross-site", "Origin", "null"),
		of("a site that looks like ours", "cross-site", "Origin", "http://127.0.0.1.evil.example"),
		of("what the browser calls cross-site", "cross-site", "Sec-Fetch-Site", "cross-site"),
		of("what the browser calls same-site", "cross-site", "Sec-Fetch-Site", "same-site"),
		{name: "signing out from another site", method: "DELETE", path: "/api/v1/session", header: []string{"Origin", "https://evil.example"}, status: 403, code: "cross-site"},
		{name: "signing in from another site", method: "POST", path: "/api/v1/session", body: `{"login":"a","password":"b"}`, header: []string{"Sec-Fetch-Site", "cross-site"}, status: 403, code: "cross-site"},
	}
}

// HEAD is GET without the body (RFC 9110 §9.3.2).
func TestHead(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	mila := h.signIn(t, "Blue Door Bakery")
	_, base := h.signIn(t, "Samir Okafor").visit(h.named(t, "Blue Door Bakery"), "look")
	for path, want := range map[string]int{
		"/api/v1/domains": 200, "/api/v1/nothing": 404, "/api/v1/domains?colour=red": 422, "/api/v1/jobs": 403, "/api/openapi.json": 200,
		base + "/api/v1/domains": 404, "/": 200, "/healthz": 200,
	} {
		head, get := mila.do("HEAD", path, nil), mila.do("GET", path, nil)
		if head.status != want || get.status != want || len(head.raw) != 0 || head.header.Get("Content-Type") != get.header.Get("Content-Type") {
			t.Errorf("HEAD %s = %d with %d bytes of %s, GET = %d of %s; want %d", path, head.status, len(head.raw), head.header.Get("Content-Type"), get.status, get.header.Get("Content-Type"), want)
		}
	}
}

// The answer to HEAD ends with its header, also where GET has a stream: another
// answer on the same connection begins right behind it.
func TestHeadOfAStreamLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	mila := h.signIn(t, "Blue Door Bakery")
	where, err := url.Parse(h.url)
	if err != nil {
		t.Fatal(err)
	}
	var cookies strings.Builder
	for _, c := range mila.http.Jar.Cookies(where) {
		fmt.Fprintf(&cookies, "%s=%s; ", c.Name, c.Value)
	}
	conn, err := net.Dial("tcp", where.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const both = "HEAD /api/v1/events HTTP/1.1\r\nHost: %[1]s\r\nCookie: %[2]s\r\n\r\nGET /healthz HTTP/1.1\r\nHost: %[1]s\r\nConnection: close\r\n\r\n"
	if _, err := fmt.Fprintf(conn, both, where.Host, cookies.String()); err != nil {
		t.Fatal(err)
	}
	said, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(said), "\r\n\r\n")
	if !strings.HasPrefix(head, "HTTP/1.1 200 ") || !strings.Contains(head, "text/event-stream") || !strings.HasPrefix(rest, "HTTP/1.1 200 ") {
		t.Errorf("HEAD and GET on one connection = %q, want two answers and nothing between them", said)
	}
}

func TestWritesFromTheSameSiteAreTaken(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	mila := h.signIn(t, "Blue Door Bakery")
	for i, header := range [][]string{
		{"Origin", h.url, "Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "none"}, {},
	} {
		mila.want(201, "POST", "/api/v1/files/folder", fields("path", "/"+strings.Repeat("a", i+1)), header...)
	}
}

func TestStrangersAreAskedToSignIn(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		c := h.stranger(t)
		c.refused(401, "unauthenticated", "GET", "/api/v1/session", nil)
		c.refused(401, "unauthenticated", "GET", "/as/imp_x/api/v1/domains", nil)
		c.refused(401, "unauthenticated", "POST", "/as/imp_x/stop", nil)
		c.adopt(t, "made-up")
		c.refused(401, "unauthenticated", "GET", "/api/v1/session", nil)
		c.refused(401, "unauthenticated", "POST", "/api/v1/domains", fields("name", "new.example"))
		c.adopt(t, strings.Repeat("x", 3000)+"'; DROP TABLE people; --")
		c.refused(401, "unauthenticated", "GET", "/api/v1/session", nil)
		if a := c.do("GET", "/as/imp_x/", nil); a.status != http.StatusSeeOther || a.header.Get("Location") != "/sign-in" {
			t.Errorf("a page of a visit = %d to %q, want the sign-in page", a.status, a.header.Get("Location"))
		}
	})
}

// Somebody who tries logins learns nothing: a wrong password, an unknown login and
// one without a password read the same.
func TestA06FailedSignInsReadTheSame(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		h.exec(t, "UPDATE people SET password_hash = '' WHERE email = 'jonas@fernfable.example'")
		var bodies []string
		for _, login := range []string{"mila@bluedoor.example", "nobody@bluedoor.example", "jonas@fernfable.example", "MILA@bluedoor.example", "x"} {
			a := h.stranger(t).do("POST", "/api/v1/session", fields("login", login, "password", "not the password at all"))
			if a.status != 401 || a.body["code"] != "sign-in-failed" || a.header.Get("Set-Cookie") != "" {
				t.Errorf("signing in as %s = %d %s with the cookie %q", login, a.status, a.raw, a.header.Get("Set-Cookie"))
			}
			wantProblem(t, login, a)
			bodies = append(bodies, withoutRequestID(t, a))
		}
		for _, body := range bodies {
			if body != bodies[0] {
				t.Errorf("two answers: %s and %s", bodies[0], body)
			}
		}
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE action = 'session.refused' AND result = 'denied'"); n != 3 {
			t.Errorf("%d refused sign-ins are recorded, want those of the three logins that there are", n)
		}
	})
}

// Fields that are not to be set are refused, whoever asks.
func TestZ03ReadOnlyFieldsAreRefused(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	rita := h.signIn(t, "Northlight Studio")
	bakery := "/api/v1/accounts/" + h.named(t, "Blue Door Bakery").AccountID
	before := h.snapshot(t)
	for field, value := range map[string]any{
		"owner_id": h.named(t, "Ada Winter").AccountID, "kind": "admin", "role": "admin", "path": "/", "status": "active", "id": "acc_x", "version": 1,
		"limits": fields("domains", 1000), "deleted_at": nil, "username": "root",
	} {
		body := rita.refused(422, "invalid", "PATCH", bakery, fields(field, value), "If-Match", `"1"`)
		if !strings.Contains(pointersOf(body), " /"+field+" ") {
			t.Errorf("%s: the problem points at%s", field, pointersOf(body))
		}
	}
	etag := rita.do("GET", bakery, nil).header.Get("ETag")
	rita.refused(428, "precondition-required", "PATCH", bakery, fields("phone", "1"))
	rita.refused(412, "account-changed", "PATCH", bakery, fields("phone", "1"), "If-Match", `"77"`)
	rita.refused(412, "account-changed", "PATCH", bakery, fields("phone", "1"), "If-Match", `"x"`)
	h.wantUnchanged(t, "read-only fields", before)
	rita.want(200, "PATCH", bakery, fields("phone", "1"), "If-Match", etag)
}
