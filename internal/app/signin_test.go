package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// try signs in from an address behind a proxy that the house trusts.
func (h *house) try(t *testing.T, from, login, password string) answer {
	t.Helper()
	return h.stranger(t).do("POST", "/api/v1/session", fields("login", login, "password", password), "X-Forwarded-For", from)
}

// behindProxy are the engines with a proxy in front.
func behindProxy(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			h := engine.fill(t)
			h.environ = append(h.environ, "INNKEEPER_TRUSTED_PROXIES=127.0.0.0/8")
			h.serve(t)
			test(t, h)
		})
	}
}

func wantAnswer(t *testing.T, what string, a answer, status int, code string) {
	t.Helper()
	if got, _ := a.body["code"].(string); a.status != status || got != code {
		t.Errorf("%s = %d %s, want %d %s", what, a.status, a.raw, status, code)
	}
}

// Five wrong tries, then a pause that doubles; the owner from elsewhere still gets
// in, and for a login that there is not the same holds.
func TestA07SignInIsThrottled(t *testing.T) {
	t.Parallel()
	behindProxy(t, func(t *testing.T, h *house) {
		mila := h.named(t, "Blue Door Bakery")
		for _, login := range []string{mila.Login, "nobody@nowhere.example"} {
			for i := range 5 {
				wantAnswer(t, fmt.Sprintf("try %d as %s", i+1, login), h.try(t, "192.0.2.66", login, "a wrong password"), 401, "sign-in-failed")
			}
			pause := h.try(t, "192.0.2.66", login, "a wrong password")
			wantAnswer(t, "the sixth as "+login, pause, 429, "sign-in-throttled")
			if pause.header.Get("Retry-After") != "30" {
				t.Errorf("Retry-After is %q, want 30", pause.header.Get("Retry-After"))
			}
		}
		wantAnswer(t, "the right password from there", h.try(t, "192.0.2.66", mila.Login, mila.Password), 429, "sign-in-throttled")
		wantAnswer(t, "the owner from elsewhere", h.try(t, "198.51.100.7", mila.Login, mila.Password), 200, "")
		wantAnswer(t, "another login from there", h.try(t, "192.0.2.66", "box@violethour.example", "a wrong password"), 401, "sign-in-failed")
		h.clock.Advance(30 * time.Second)
		wantAnswer(t, "another wrong one after the pause", h.try(t, "192.0.2.66", mila.Login, "a wrong password"), 401, "sign-in-failed")
		longer := h.try(t, "192.0.2.66", mila.Login, mila.Password)
		if wantAnswer(t, "after that", longer, 429, "sign-in-throttled"); longer.header.Get("Retry-After") != "60" {
			t.Errorf("Retry-After is %q, want 60", longer.header.Get("Retry-After"))
		}
		h.clock.Advance(time.Minute)
		wantAnswer(t, "the right one after the pause", h.try(t, "192.0.2.66", mila.Login, mila.Password), 200, "")
		wantAnswer(t, "one wrong after a right one", h.try(t, "192.0.2.66", mila.Login, "a wrong password"), 401, "sign-in-failed")
	})
}

// A burst gets no more guesses than a row: tries that wait together for their
// hashes are refused once five have failed, the right one among them.
func TestA07BurstOfSignInsIsThrottled(t *testing.T) {
	t.Parallel()
	behindProxy(t, func(t *testing.T, h *house) {
		mila := h.named(t, "Blue Door Bakery")
		h.hashInEarnest(t, mila)
		got := statuses(atOnce(times(40, func(int) answer { return h.try(t, "192.0.2.66", mila.Login, "a wrong password") })...))
		if got[401]+got[429] != 40 || got[401] < 5 || got[401] > 5+8 {
			t.Errorf("40 tries at once are answered %v, want little more than five tried", got)
		}
		wantAnswer(t, "the right one behind", h.try(t, "192.0.2.66", mila.Login, mila.Password), 429, "sign-in-throttled")
	})
}

// One address that tries many logins pauses too.
func TestA07AddressThatTriesManyLoginsIsThrottled(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.environ = append(h.environ, "INNKEEPER_TRUSTED_PROXIES=127.0.0.0/8")
	h.serve(t)
	for i := range 50 {
		wantAnswer(t, fmt.Sprint("try ", i+1), h.try(t, "192.0.2.66", fmt.Sprintf("guess%d@bluedoor.example", i), "a wrong password"), 401, "sign-in-failed")
	}
	mila := h.named(t, "Blue Door Bakery")
	wantAnswer(t, "anybody from there", h.try(t, "192.0.2.66", mila.Login, mila.Password), 429, "sign-in-throttled")
	wantAnswer(t, "the owner from elsewhere", h.try(t, "192.0.2.67", mila.Login, mila.Password), 200, "")
}

// Without a proxy that is trusted nobody chooses his address.
func TestW07ForwardedAddressIsNotBelieved(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	mila := h.named(t, "Blue Door Bakery")
	for i := range 6 {
		a := h.try(t, fmt.Sprintf("192.0.2.%d", i), mila.Login, "a wrong password")
		if i == 5 {
			wantAnswer(t, "the sixth", a, 429, "sign-in-throttled")
		}
	}
}

// cookie returns the session's cookie of an answer.
func cookie(t *testing.T, a answer) *http.Cookie {
	t.Helper()
	cookies := (&http.Response{Header: a.header}).Cookies()
	if len(cookies) != 1 {
		t.Fatalf("the answer has the cookies %v, want one", a.header.Values("Set-Cookie"))
	}
	return cookies[0]
}

func TestS01CookieOfASession(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		public, cookie string
		secure         bool
	}{
		"on loopback": {"", "innkeeper", false},
		"over TLS":    {"https://panel.harbour.example", "__Host-innkeeper", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := embedded(t)
			h.environ = append(h.environ, "INNKEEPER_PUBLIC_URL="+test.public)
			h.serveAt(t)
			mila := h.named(t, "Blue Door Bakery")
			seen := map[string]bool{}
			for range 3 {
				got := cookie(t, h.try(t, "", mila.Login, mila.Password))
				want := http.Cookie{Name: test.cookie, Path: "/", HttpOnly: true, Secure: test.secure, SameSite: http.SameSiteLaxMode, MaxAge: 12 * 60 * 60}
				if got.Name != want.Name || got.Path != want.Path || got.Domain != "" || !got.HttpOnly || got.Secure != want.Secure || got.SameSite != want.SameSite || got.MaxAge != want.MaxAge {
					t.Errorf("the cookie is %q", got.Raw)
				}
				if len(got.Value) < 43 || seen[got.Value] { // 256 bits
					t.Errorf("the cookie's value is %q after %v", got.Value, seen)
				}
				seen[got.Value] = true
				if n := h.count(t, "SELECT count(*) FROM login_sessions WHERE token_hash = ? OR id = ?", got.Value, got.Value); n != 0 {
					t.Error("the table holds the cookie's value")
				}
			}
		})
	}
}

// serveAt is serve for a house whose public address is not where it listens.
func (h *house) serveAt(t *testing.T) {
	t.Helper()
	port := freePort(t)
	h.environ = append(h.environ, fmt.Sprintf("INNKEEPER_HTTP_ADDR=127.0.0.1:%d", port))
	h.serve(t)
	h.url = fmt.Sprintf("http://127.0.0.1:%d", port)
}

// Signing in gives a value that nobody could have known, whatever the browser came
// with, and what it came with opens nothing any more.
func TestS02SignInIsANewSession(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila, jonas := h.named(t, "Blue Door Bakery"), h.named(t, "Fern & Fable Books")
		c := h.stranger(t)
		c.adopt(t, "chosen-by-an-attacker")
		first := c.do("POST", "/api/v1/session", fields("login", mila.Login, "password", mila.Password), "X-CSRF-Token", "")
		wantAnswer(t, "signing in with a chosen cookie", first, 200, "")
		attacker := h.stranger(t)
		attacker.adopt(t, "chosen-by-an-attacker")
		attacker.refused(401, "unauthenticated", "GET", "/api/v1/session", nil)

		again := c.do("POST", "/api/v1/session", fields("login", jonas.Login, "password", jonas.Password), "X-CSRF-Token", "")
		wantAnswer(t, "signing in as somebody else", again, 200, "")
		if cookie(t, first).Value == cookie(t, again).Value || first.body["csrf_token"] == again.body["csrf_token"] {
			t.Error("two sign-ins have the same cookie or CSRF token")
		}
		old := h.stranger(t)
		old.adopt(t, cookie(t, first).Value)
		old.refused(401, "session-ended", "GET", "/api/v1/session", nil)
		now := c.want(200, "GET", "/api/v1/session", nil)
		if who, _ := now["principal"].(map[string]any); who["account_id"] != jonas.AccountID || now["csrf_token"] != again.body["csrf_token"] {
			t.Errorf("the browser is %v with the token %v", who, now["csrf_token"])
		}
		token, _ := first.body["csrf_token"].(string)
		c.refused(403, "csrf-token", "POST", "/api/v1/files/folder", fields("path", "/x"), "X-CSRF-Token", token)
	})
}

// Whoever may not sign in is told so only when he knows the password.
func TestBlockedSignIn(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila := h.named(t, "Blue Door Bakery")
		account := "/api/v1/accounts/" + mila.AccountID
		admin := h.signIn(t, "Ada Winter")
		admin.want(200, "POST", account+"/disable", fields("reason", "unpaid"))
		wantAnswer(t, "the right password", h.try(t, "", mila.Login, mila.Password), 403, "sign-in-blocked")
		wantAnswer(t, "a wrong one", h.try(t, "", mila.Login, "a wrong password"), 401, "sign-in-failed")
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE action = 'session.refused' AND account_id = ?", mila.AccountID); n != 2 {
			t.Errorf("%d refused sign-ins are recorded, want 2", n)
		}
		admin.want(200, "POST", account+"/enable", nil)
		wantAnswer(t, "after that", h.try(t, "", strings.ToUpper(mila.Login), mila.Password), 200, "")
		h.exec(t, "UPDATE people SET disabled_at = 1 WHERE email = ?", mila.Login)
		wantAnswer(t, "a person who is blocked", h.try(t, "", mila.Login, mila.Password), 403, "sign-in-blocked")
		h.exec(t, "UPDATE people SET disabled_at = NULL WHERE email = ?", mila.Login)
		h.exec(t, "DELETE FROM account_people WHERE account_id = ?", mila.AccountID)
		wantAnswer(t, "a person without an account", h.try(t, "", mila.Login, mila.Password), 403, "sign-in-blocked")
	})
}
