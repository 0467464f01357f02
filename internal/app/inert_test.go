package app_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// inert is a text that would like to be a script, a formula, another direction and a line of
// its own.
const inert = "=cmd|'x'!A0 <script>alert(1)</script> \"><img src=x onerror=alert(2)> \u202ereversed {{7*7}}"

// Names, reasons and browsers that are hostile are stored first; then everything that shows
// them is asked for.
func TestW04HostileTextIsInertInListsAndPages(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.exec(t, "UPDATE accounts SET name = ?, company = ? WHERE name = 'Blue Door Bakery'", inert, inert)
	h.exec(t, "UPDATE people SET name = ? WHERE name = 'Ada Winter'", inert)
	h.serve(t)
	h.stranger(t).do("POST", "/api/v1/session", fields("login", inert, "password", inert), "User-Agent", inert)
	admin := h.signIn(t, "Ada Winter")
	_, base := admin.visit(h.named(t, "Blue Door Bakery"), "change", "reason", "<script>alert(1)</script> and more", "ticket", "<img src=x>")
	listed := 0
	for _, path := range []string{"accounts?page_size=100", "activity?page_size=100", "impersonations", "sessions", "mails", "jobs", "notifications", "people"} {
		a := admin.do("GET", "/api/v1/"+path, nil)
		kind := a.header.Get("Content-Type")
		if !strings.HasPrefix(kind, "application/json") && kind != "application/problem+json" || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("GET %s is %q, %q, want JSON that is not taken for anything else", path, kind, a.header.Get("X-Content-Type-Options"))
		}
		if bytes.ContainsAny(bytes.TrimSpace(a.raw), "\r\n") {
			t.Errorf("GET %s is more than a line: %.2000s", path, a.raw)
		}
		listed += bytes.Count(a.raw, []byte("<script>alert(1)")) // as it was written: nothing is lost
	}
	if listed < 8 {
		t.Errorf("the hostile texts are in the lists %d times: they were not looked at", listed)
	}
	shown := 0
	for _, path := range []string{"/", "/accounts", base + "/", base + "/domains", "/as/imp_x/", "/assets/none", "/%3Cscript%3Ealert(1)%3C/script%3E", "/?q=%3Cscript%3Ealert(1)"} {
		a := admin.do("GET", path, nil, "User-Agent", inert)
		wantHeadersOfPages(t, path, a)
		for _, live := range []string{"<script>alert", "<img"} {
			if strings.Contains(string(a.raw), live) {
				t.Errorf("GET %s shows %q as it is: %.3000s", path, live, a.raw)
			}
		}
		if around := withinBDI.ReplaceAllString(string(a.raw), ""); strings.ContainsRune(around, '\u202e') {
			t.Errorf("GET %s lets a name turn what is around it: %.3000s", path, a.raw)
		}
		shown += strings.Count(string(a.raw), "&lt;script&gt;alert(1)")
	}
	if shown < 4 { // name and reason, on both pages of the visit
		t.Errorf("the hostile texts are shown %d times: the pages were not looked at", shown)
	}
}

// withinBDI are the parts of a page whose direction reaches nothing else.
var withinBDI = regexp.MustCompile(`<bdi>[^<]*</bdi>`)

func wantHeadersOfPages(t *testing.T, path string, a answer) {
	t.Helper()
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "X-Frame-Options": "DENY",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("GET %s has %s %q, want %q", path, name, got, want)
		}
	}
	said := map[string]string{}
	for directive := range strings.SplitSeq(a.header.Get("Content-Security-Policy"), ";") {
		name, values, _ := strings.Cut(strings.TrimSpace(directive), " ")
		said[name] = values
	}
	for name, want := range map[string]string{"default-src": "'none'", "script-src": "'self'", "object-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'"} {
		if said[name] != want {
			t.Errorf("GET %s has %s %q in its policy, want %q", path, name, said[name], want)
		}
	}
	if strings.Contains(a.header.Get("Content-Security-Policy"), "unsafe") {
		t.Errorf("GET %s allows what is unsafe: %s", path, a.header.Get("Content-Security-Policy"))
	}
}

// ownRequestID is one that we have given.
var ownRequestID = regexp.MustCompile(`^req_[0-9a-f-]+$`)

// What fails is logged, and who made it fail writes nothing into the log: a record is one
// line, and none of its words are his.
func TestW04HostileTextIsInertInLogs(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.environ = append(h.environ, "INNKEEPER_LOG_LEVEL=debug", "INNKEEPER_LOG_FORMAT=json")
	one := h.asProcesses(t, false)[0]
	h.exec(t, "ALTER TABLE login_sessions RENAME TO login_sessions_away")
	const inertHeader = "innkeeper=" + inert
	failed := 0
	for _, header := range []string{"X-Request-Id", "User-Agent", "Referer", "X-Forwarded-For", "Cookie"} {
		a := h.stranger(t).do("GET", "/api/v1/session", nil, "Cookie", "innkeeper=x", header, inertHeader)
		if a.status >= 500 {
			failed++
		}
		h.stranger(t).do("POST", "/api/v1/session", fields("login", inert+"\r\nlevel=ERROR", "password", "wrong\r\nlevel=ERROR"), header, inertHeader)
	}
	one.kill()
	records := 0
	for lines := bufio.NewScanner(bytes.NewReader(one.said.Bytes())); lines.Scan(); {
		var record map[string]any
		if err := json.Unmarshal(lines.Bytes(), &record); err != nil {
			t.Errorf("a line of the log is no record: %v: %q", err, lines.Text())
			continue
		}
		if id, logged := record["request_id"]; logged {
			records++
			if !ownRequestID.MatchString(fmt.Sprint(id)) {
				t.Errorf("a record has the request id %q, want one of our own", id)
			}
		}
		if strings.ContainsFunc(lines.Text(), func(r rune) bool { return unicode.Is(unicode.Cf, r) || unicode.IsControl(r) }) || strings.Contains(lines.Text(), "alert(") {
			t.Errorf("the log says what was sent: %q", lines.Text())
		}
	}
	if failed == 0 || records < failed {
		t.Errorf("%d requests failed, and %d are logged", failed, records)
	}
}
