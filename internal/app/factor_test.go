package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/testkit"
)

// setUp gives the person of a client a second factor through the API, and returns
// the app's secret and the recovery codes.
func (c *client) setUp(h *house) (secret string, codes []string) {
	c.t.Helper()
	begun := c.want(201, "POST", "/api/v1/me/second-factor/totp", nil)
	secret = fmt.Sprint(begun["secret"])
	if uri := fmt.Sprint(begun["uri"]); !strings.HasPrefix(uri, "otpauth://totp/") || !strings.Contains(uri, secret) {
		c.t.Errorf("the address for apps is %s", uri)
	}
	c.refused(422, "invalid", "POST", "/api/v1/me/second-factor/totp/confirm", fields("code", "000000"))
	on := c.want(200, "POST", "/api/v1/me/second-factor/totp/confirm", fields("code", h.code(c.t, secret)))
	given, _ := on["recovery_codes"].([]any)
	for _, code := range given {
		codes = append(codes, fmt.Sprint(code))
	}
	if len(codes) != 10 {
		c.t.Fatalf("there are %d recovery codes, want 10", len(codes))
	}
	return secret, codes
}

// step moves the clock on to the next code.
func (h *house) step() { h.clock.Advance(30 * time.Second) }

// signInWith tries to sign a person of the demo in with a code.
func (h *house) signInWith(t *testing.T, who person, code string) (*client, answer) {
	t.Helper()
	c := h.stranger(t)
	c.who = who
	a := c.do("POST", "/api/v1/session", fields("login", who.Login, "password", who.Password, "code", code))
	c.csrf, _ = a.body["csrf_token"].(string)
	return c, a
}

// A person with an app is asked for its code once the password was right, and for
// nothing before; each code works once.
func TestA04SecondFactorAtTheSignIn(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		here, there := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Blue Door Bakery")
		mila := here.who
		secret, _ := here.setUp(h)
		there.refused(401, "session-ended", "GET", "/api/v1/session", nil)
		here.want(200, "GET", "/api/v1/session", nil)
		_, first := h.signInWith(t, mila, h.code(t, secret))
		wantAnswer(t, "the code that turned it on", first, 401, "code-wrong")
		h.step()
		wantAnswer(t, "no code", h.try(t, "", mila.Login, mila.Password), 401, "code-required")
		wantAnswer(t, "a wrong password, without a code", h.try(t, "", mila.Login, "a wrong password"), 401, "sign-in-failed")
		wrong := h.stranger(t).do("POST", "/api/v1/session", fields("login", mila.Login, "password", "a wrong password", "code", h.code(t, secret)))
		wantAnswer(t, "a wrong password, with the code", wrong, 401, "sign-in-failed")
		code := h.code(t, secret)
		in, a := h.signInWith(t, mila, code[:3]+" "+code[3:])
		wantAnswer(t, "the code", a, 200, "")
		_, again := h.signInWith(t, mila, code)
		wantAnswer(t, "the code a second time", again, 401, "code-wrong")
		state := in.want(200, "GET", "/api/v1/me/second-factor", nil)
		if totp, _ := state["totp"].(map[string]any); totp["enabled"] != true || state["recovery_codes_left"] != 10.0 || state["required"] != false {
			t.Errorf("the second factor reads %v", state)
		}
		in.refused(409, "second-factor-exists", "POST", "/api/v1/me/second-factor/totp", nil)
		if n := h.count(t, "SELECT count(*) FROM second_factors WHERE secret LIKE ?", "%"+secret+"%"); n != 0 {
			t.Error("the database holds the app's secret (D-01)")
		}
		in.want(204, "DELETE", "/api/v1/me/second-factor", nil)
		in.refused(409, "no-second-factor", "DELETE", "/api/v1/me/second-factor", nil)
		in.refused(409, "no-second-factor", "POST", "/api/v1/me/recovery-codes", nil)
		wantAnswer(t, "the password alone, without a factor", h.try(t, "", mila.Login, mila.Password), 200, "")
	})
}

// However often one code is sent at once, it opens one session.
func TestA05CodeSentAHundredTimesAtOnceWorksOnce(t *testing.T) {
	t.Parallel()
	behindProxy(t, func(t *testing.T, h *house) {
		mila := h.named(t, "Blue Door Bakery")
		secret := h.giveFactor(t, h.personID(t, mila), true)
		code := h.code(t, secret)
		got := statuses(atOnce(times(100, func(i int) answer {
			body := fields("login", mila.Login, "password", mila.Password, "code", code)
			return h.stranger(t).do("POST", "/api/v1/session", body, "X-Forwarded-For", fmt.Sprintf("192.0.2.%d", i))
		})...))
		if got[200] != 1 || got[401]+got[429] != 99 {
			t.Errorf("100 times the same code is answered %v, want one 200", got)
		}
		if n := h.count(t, "SELECT count(*) FROM login_sessions"); n != 1 {
			t.Errorf("%d sessions were opened, want 1", n)
		}
	})
}

// personID finds the person who signs in by that login.
func (h *house) personID(t *testing.T, p person) string {
	t.Helper()
	var id string
	if err := h.db.Read(t.Context()).Raw("SELECT id FROM people WHERE email = ?", p.Login).Scan(&id).Error; err != nil || id == "" {
		t.Fatalf("there is no person of %s: %v", p.Login, err)
	}
	return id
}

// A recovery code stands for the app once; new ones make the old ones void. The
// person is told.
func TestA04RecoveryCodes(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		here := h.signIn(t, "Blue Door Bakery")
		_, codes := here.setUp(h)
		in, a := h.signInWith(t, here.who, strings.ToUpper(codes[3]))
		wantAnswer(t, "a recovery code", a, 200, "")
		_, a = h.signInWith(t, here.who, codes[3])
		wantAnswer(t, "the same again", a, 401, "code-wrong")
		if left := in.want(200, "GET", "/api/v1/me/second-factor", nil)["recovery_codes_left"]; left != 9.0 {
			t.Errorf("%v codes are left, want 9", left)
		}
		fresh := in.want(201, "POST", "/api/v1/me/recovery-codes", nil)["recovery_codes"].([]any)
		_, a = h.signInWith(t, here.who, codes[4])
		wantAnswer(t, "one of the old codes", a, 401, "code-wrong")
		_, a = h.signInWith(t, here.who, fmt.Sprint(fresh[0]))
		wantAnswer(t, "one of the new codes", a, 200, "")
		for _, code := range append(codes, fmt.Sprint(fresh[0])) {
			plain := strings.ReplaceAll(code, "-", "")
			if n := h.count(t, "SELECT count(*) FROM recovery_codes WHERE code_hash LIKE ? OR code_hash LIKE ?", "%"+plain+"%", "%"+code+"%"); n != 0 {
				t.Errorf("the database holds the recovery code %s", code)
			}
		}
	})
}

// Wrong codes are throttled like wrong passwords, and by person wherever they come
// from; who has the right one from elsewhere meanwhile waits with the guesser.
func TestA07CodesAreThrottled(t *testing.T) {
	t.Parallel()
	behindProxy(t, func(t *testing.T, h *house) {
		mila := h.named(t, "Blue Door Bakery")
		secret := h.giveFactor(t, h.personID(t, mila), true)
		guess := func(from, code string) answer {
			return h.stranger(t).do("POST", "/api/v1/session", fields("login", mila.Login, "password", mila.Password, "code", code), "X-Forwarded-For", from)
		}
		for i := range 5 {
			wantAnswer(t, fmt.Sprint("guess ", i+1), guess("192.0.2.66", "00000"+fmt.Sprint(i)), 401, "code-wrong")
		}
		wantAnswer(t, "the sixth guess", guess("192.0.2.66", "000006"), 429, "sign-in-throttled")
		wantAnswer(t, "the owner from elsewhere", guess("198.51.100.7", h.code(t, secret)), 200, "")
		for i := range 20 {
			wantAnswer(t, fmt.Sprint("guess from address ", i), guess(fmt.Sprintf("192.0.2.%d", i), "abcdef"), 401, "code-wrong")
		}
		wantAnswer(t, "a guess from the next address", guess("192.0.2.200", "abcdef"), 429, "sign-in-throttled")
	})
}

// Before a visit, a sign-in that is too old is asked for the password again. The
// session goes on: its visits too, under a cookie and a CSRF token that are new.
func TestS02StepUpBeforeAVisit(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		samir := h.signIn(t, "Samir Okafor")
		before := samir.sessionID()
		open, base := samir.visit(h.named(t, "Hollis & Daughters"), "look")
		for range 3 {
			h.clock.Advance(14 * time.Minute)
			samir.want(200, "POST", base+"/activity", nil)
		}
		h.clock.Advance(18*time.Minute - time.Microsecond)
		samir.visit(h.named(t, "Rowan Carpentry"), "look")
		h.clock.Advance(time.Microsecond)
		school := h.named(t, "Meadow School")
		start := fields("account_id", school.AccountID, "reason_code", "other", "reason", "a look at the mailboxes", "mode", "look", "informed", "asked")
		samir.refused(403, "step-up-required", "POST", "/api/v1/impersonations", start)
		start["account_id"] = h.named(t, "Ada Winter").AccountID
		samir.refused(403, "impersonation-denied", "POST", "/api/v1/impersonations", start)
		if n := h.count(t, "SELECT count(*) FROM impersonations WHERE subject_id = ?", school.AccountID); n != 0 {
			t.Errorf("%d visits began without a step-up", n)
		}
		samir.refused(422, "invalid", "POST", "/api/v1/session/step-up", fields("password", "a wrong password"))
		old, oldCSRF := h.stranger(t), samir.csrf
		old.http.Jar.SetCookies(origin(t, h), samir.http.Jar.Cookies(origin(t, h)))

		up := samir.stepUp(nil)
		if session, _ := up["session"].(map[string]any); session["id"] != before || samir.csrf == oldCSRF {
			t.Errorf("the session after the step-up is %v, with the CSRF token %s", session, samir.csrf)
		}
		old.refused(401, "unauthenticated", "GET", "/api/v1/session", nil) // S-02
		samir.refused(403, "csrf-token", "POST", "/api/v1/files/folder", fields("path", "/x"), "X-CSRF-Token", oldCSRF)
		id, _ := samir.visit(school, "look")
		if n := h.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND step_up_at = started_at AND step_up_method = 'password'", id); n != 1 {
			t.Error("the visit does not tell when and how its actor had proved who he is")
		}
		if n := h.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND step_up_at = ?", open, opening.UnixMicro()); n != 1 {
			t.Error("the first visit does not tell that its actor had just signed in")
		}
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE action = 'session.step-up' AND object_id = ?", before); n != 1 {
			t.Errorf("%d step-ups are recorded, want 1", n)
		}
	})
}

// The visits of a session go on through a step-up.
func TestVisitsOutliveAStepUp(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	samir := h.signIn(t, "Samir Okafor")
	_, base := samir.visit(h.named(t, "Meadow School"), "look")
	samir.stepUp(nil)
	samir.want(200, "GET", base+"/api/v1/session", nil)
	samir.refused(403, "closed-while-acting", "POST", base+"/api/v1/session/step-up", fields("password", samir.who.Password))
	samir.want(200, "POST", base+"/stop", nil)
}

// Guessing at a step-up is guessing at a sign-in.
func TestA07StepUpIsThrottled(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	samir := h.signIn(t, "Samir Okafor")
	for range 5 {
		samir.refused(422, "invalid", "POST", "/api/v1/session/step-up", fields("password", "a wrong password"))
	}
	samir.refused(429, "sign-in-throttled", "POST", "/api/v1/session/step-up", fields("password", samir.who.Password))
	if n := h.count(t, "SELECT count(*) FROM audit_events WHERE action = 'session.refused' AND account_id = ?", samir.who.AccountID); n != 5 {
		t.Errorf("%d wrong passwords are recorded, want 5", n)
	}
}

// Who has an app gives its code at the step-up too.
func TestA04StepUpAsksForTheCode(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	samir := h.signIn(t, "Samir Okafor")
	secret, _ := samir.setUp(h)
	h.step()
	body := fields("password", samir.who.Password)
	samir.refused(401, "code-required", "POST", "/api/v1/session/step-up", body)
	body["code"] = "abcdef"
	samir.refused(401, "code-wrong", "POST", "/api/v1/session/step-up", body)
	body["code"] = h.code(t, secret)
	samir.stepUp(body["code"])
	samir.refused(401, "code-wrong", "POST", "/api/v1/session/step-up", body)
	id, _ := samir.visit(h.named(t, "Meadow School"), "look")
	if n := h.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND step_up_method = 'password+totp'", id); n != 1 {
		t.Error("the visit does not tell that a code was given")
	}
}

// What changes how one signs in, or whose an account is, needs a proof of the last
// five minutes.
func TestS07FreshProofBeforeCredentialsFactorsAndOwners(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada := h.signIn(t, "Ada Winter")
		h.clock.Advance(5 * time.Minute)
		transfer := "/api/v1/accounts/" + h.named(t, "Meadow School").AccountID + "/transfer"
		heir := fields("owner_id", h.named(t, "Northlight Studio").AccountID)
		password := fields("current_password", ada.who.Password, "new_password", "a password that is long enough")
		for _, closed := range []struct {
			method, path string
			body         any
		}{
			{"PUT", "/me/password", password},
			{"POST", "/me/second-factor/totp", nil},
			{"POST", "/me/second-factor/totp/confirm", fields("code", "000000")},
			{"DELETE", "/me/second-factor", nil},
			{"POST", "/me/recovery-codes", nil},
			{"POST", "/me/passkeys/challenge", nil},
			{"POST", "/me/passkeys", fields("name", "x", "credential_id", "AA", "client_data", "AA", "attestation", "AA")},
			{"DELETE", "/me/passkeys/pky_00000000-0000-7000-8000-000000000000", nil},
		} {
			ada.refused(403, "step-up-required", closed.method, "/api/v1"+closed.path, closed.body)
		}
		ada.refused(403, "step-up-required", "POST", transfer, heir)
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE action = 'access.denied'"); n != 0 {
			t.Errorf("%d of these are recorded as attempts without permission", n)
		}
		ada.stepUp(nil)
		h.clock.Advance(5*time.Minute - time.Microsecond)
		ada.want(200, "POST", transfer, heir)
		ada.want(204, "PUT", "/api/v1/me/password", password)
	})
}

// Whoever must have a second factor and has none signs in, sets one up, and can do
// nothing else before: above all enter nobody's account.
func TestA04StaffWithoutAFactorCanOnlySetOneUp(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			h := engine.fill(t)
			h.environ = append(h.environ, "INNKEEPER_REQUIRE_SECOND_FACTOR=staff")
			h.serve(t)
			for _, name := range []string{"Ada Winter", "Samir Okafor", "Northlight Studio"} {
				staff := h.signIn(t, name)
				if staff.want(200, "GET", "/api/v1/session", nil)["second_factor_required"] != true {
					t.Errorf("%s is not told to set up a second factor", name)
				}
				for _, path := range []string{"/dashboard", "/accounts", "/notifications", "/sessions", "/activity"} {
					staff.refused(403, "second-factor-required", "GET", "/api/v1"+path, nil)
				}
				start := fields("account_id", h.named(t, "Blue Door Bakery").AccountID, "reason_code", "other", "reason", "a look at the mailboxes", "mode", "look", "informed", "asked")
				staff.refused(403, "second-factor-required", "POST", "/api/v1/impersonations", start)
				staff.refused(403, "second-factor-required", "PUT", "/api/v1/me/password", fields("current_password", "x", "new_password", "y"))
				staff.stepUp(nil)
				staff.setUp(h)
				if staff.want(200, "GET", "/api/v1/session", nil)["second_factor_required"] != false {
					t.Errorf("%s is still told to set up a second factor", name)
				}
				staff.want(200, "GET", "/api/v1/accounts", nil)
				staff.visit(h.named(t, "Blue Door Bakery"), "look")
			}
			h.signIn(t, "Blue Door Bakery").want(200, "GET", "/api/v1/dashboard", nil)
			leaving := h.signIn(t, "Seabright Media")
			leaving.want(204, "DELETE", "/api/v1/session", nil)
		})
	}
}

// Who loses the factor while he is in somebody's account can still leave it.
func TestGateOfTheSecondFactorDoesNotTrapAVisitor(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.environ = append(h.environ, "INNKEEPER_REQUIRE_SECOND_FACTOR=staff")
	h.serve(t)
	samir := h.signIn(t, "Samir Okafor")
	samir.setUp(h)
	_, base := samir.visit(h.named(t, "Meadow School"), "look")
	h.exec(t, "DELETE FROM second_factors")
	samir.refused(403, "second-factor-required", "GET", base+"/api/v1/dashboard", nil)
	samir.want(200, "GET", base+"/api/v1/session", nil)
	samir.want(200, "POST", base+"/stop", nil)
}

// With all, customers too.
func TestA04SecondFactorCanBeRequiredOfAll(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.environ = append(h.environ, "INNKEEPER_REQUIRE_SECOND_FACTOR=all")
	h.serve(t)
	mila := h.signIn(t, "Blue Door Bakery")
	mila.refused(403, "second-factor-required", "GET", "/api/v1/dashboard", nil)
	mila.setUp(h)
	mila.want(200, "GET", "/api/v1/dashboard", nil)
}

// Without demo data, and with nothing set, staff need one.
func TestA04StaffNeedAFactorByDefault(t *testing.T) {
	t.Parallel()
	environ := []string{"INNKEEPER_DATA=" + t.TempDir(), "INNKEEPER_DATABASE_URL="}
	if code, _, stderr := command(t, environ, "a long password of an admin", "admin", "create", "--email", "ada@test.example", "--password-stdin"); code != 0 {
		t.Fatalf("admin create = %d %s", code, stderr)
	}
	h := &house{data: strings.TrimPrefix(environ[0], "INNKEEPER_DATA="), clock: testkit.NewClock(opening)}
	h.environ = append([]string{"INNKEEPER_HTTP_ADDR=127.0.0.1:0", "INNKEEPER_PRIVATE_ADDR=", "INNKEEPER_LOG_LEVEL=error"}, environ...)
	h.serve(t)
	c := h.stranger(t)
	in := c.want(200, "POST", "/api/v1/session", fields("login", "ada@test.example", "password", "a long password of an admin"))
	if in["second_factor_required"] != true {
		t.Error("an admin of a new installation need not set up a second factor")
	}
	c.refused(403, "second-factor-required", "GET", "/api/v1/accounts", nil)
}

// The person is told of each change, in the panel and by mail.
func TestA09OwnerIsToldOfPasswordAndFactorChanges(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila := h.signIn(t, "Blue Door Bakery")
		_, codes := mila.setUp(h)
		mila.want(201, "POST", "/api/v1/me/recovery-codes", nil)
		mila.want(204, "DELETE", "/api/v1/me/second-factor", nil)
		mila.want(204, "PUT", "/api/v1/me/password", fields("current_password", mila.who.Password, "new_password", "a password that is long enough"))
		want := map[string]string{
			"factor.enable": "A second factor was set up", "factor.recovery-codes": "New recovery codes were made",
			"factor.remove": "Your second factor was removed", "password.change": "Your password was changed",
		}
		told := list(mila.want(200, "GET", "/api/v1/notifications", nil), "notifications")
		for event := range want {
			n := 0
			for _, notice := range told {
				if notice["event"] == event {
					n++
				}
			}
			if n != 1 {
				t.Errorf("the panel tells of %s %d times, want once", event, n)
			}
		}
		h.posted(t, "the mails are sent", func() bool {
			return h.count(t, "SELECT count(*) FROM mails WHERE account_id = ? AND sent_at IS NOT NULL AND recipient = ?", mila.who.AccountID, mila.who.Login) == len(want)
		})
		for event, subject := range want {
			if n := h.count(t, "SELECT count(*) FROM mails WHERE event = ? AND subject = ? AND body LIKE '%change your password%'", event, subject); n != 1 {
				t.Errorf("%d mails about %s are called %q, want 1", n, event, subject)
			}
		}
		if n := h.count(t, "SELECT count(*) FROM mails WHERE body LIKE ?", "%"+codes[0]+"%"); n != 0 {
			t.Error("a mail holds a recovery code")
		}
	})
}

// Who has lost phone and codes is let in again by a command of the operator.
func TestOperatorForgetsAFactor(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	mila := h.signIn(t, "Blue Door Bakery")
	mila.setUp(h)
	if code, _, stderr := command(t, h.environ, "", "admin", "forget-factor", "--email", "nobody@nowhere.example"); code != 1 {
		t.Errorf("forgetting nobody's factor = %d %s", code, stderr)
	}
	if code, stdout, stderr := command(t, h.environ, "", "admin", "forget-factor", "--email", mila.who.Login); code != 0 || !strings.Contains(stdout, mila.who.Login) {
		t.Fatalf("forget-factor = %d %s %s", code, stdout, stderr)
	}
	mila.refused(401, "session-ended", "GET", "/api/v1/session", nil)
	wantAnswer(t, "the password alone", h.try(t, "", mila.who.Login, mila.who.Password), 200, "")
}
