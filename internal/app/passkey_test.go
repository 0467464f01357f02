package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A passkey is added with a name, signs in by itself, is renamed and removed. With
// the first one come recovery codes, and sessions opened with less end.
func TestA04PasskeySignsIn(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila, there := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Blue Door Bakery")
		phone, added := mila.addPasskey(h, "  My phone ")
		if codes, _ := added["recovery_codes"].([]any); len(codes) != 10 {
			t.Errorf("with the first passkey came %d recovery codes, want 10", len(codes))
		}
		there.refused(401, "session-ended", "GET", "/api/v1/session", nil)
		key, again := mila.addPasskey(h, "Key ring")
		if codes, _ := again["recovery_codes"].([]any); len(codes) != 0 {
			t.Errorf("with the second passkey came %d recovery codes, want none", len(codes))
		}
		h.clock.Advance(time.Minute)
		in := h.signInWithDevice(t, phone)
		who, _ := in.want(200, "GET", "/api/v1/session", nil)["principal"].(map[string]any)
		if who["account_id"] != mila.who.AccountID {
			t.Errorf("the passkey signed in %v", who)
		}
		if n := h.count(t, `SELECT count(*) FROM audit_events WHERE action = 'session.start' AND object_id = ? AND method = 'passkey'`, in.sessionID()); n != 1 {
			t.Errorf("%d events tell of a sign-in with a passkey, want 1", n)
		}
		keys := list(in.want(200, "GET", "/api/v1/me/passkeys", nil), "passkeys")
		if len(keys) != 2 || keys[0]["name"] != "My phone" || keys[0]["last_used_at"] != h.clock.Now().Format(time.RFC3339) || keys[1]["last_used_at"] != nil {
			t.Errorf("the passkeys read %v", keys)
		}
		path := "/api/v1/me/passkeys/" + fmt.Sprint(keys[0]["id"])
		if renamed := in.want(200, "PATCH", path, fields("name", "My old phone")); renamed["name"] != "My old phone" {
			t.Errorf("renamed, the passkey reads %v", renamed)
		}
		in.refused(422, "invalid", "PATCH", path, fields("name", "evil\u202ename"))
		in.refused(422, "invalid", "PATCH", path, fields("name", " "))
		other := h.signIn(t, "Fern & Fable Books")
		other.refused(404, "passkey-not-found", "PATCH", path, fields("name", "mine"))
		other.refused(404, "passkey-not-found", "DELETE", path, nil)
		in.want(204, "DELETE", path, nil)
		in.refused(404, "passkey-not-found", "DELETE", path, nil)
		mila.refused(401, "session-ended", "GET", "/api/v1/session", nil)
		c := h.stranger(t)
		c.refused(401, "passkey-refused", "POST", passkeySignIn, phone.sign(c.passkeyAsked()))
		h.signInWithDevice(t, key)
	})
}

// To who has a passkey the password alone opens nothing. What else is asked for is
// told to nobody who does not know the password.
func TestA04PasskeyIsTheSecondStepAfterAPassword(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila, jonas := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Fern & Fable Books")
		d, added := mila.addPasskey(h, "My phone")
		theirs, _ := jonas.addPasskey(h, "Not hers")
		who := mila.who
		asked := h.try(t, "", who.Login, who.Password)
		wantAnswer(t, "the password alone", asked, 401, "code-required")
		if methods := fmt.Sprint(asked.body["methods"]); methods != "[recovery passkey]" {
			t.Errorf("what is asked for is %s", methods)
		}
		c := h.stranger(t)
		for name, login := range map[string]string{"a wrong password": who.Login, "a login that there is not": "nobody@nowhere.example"} {
			a := c.do("POST", passkeySignIn+"/challenge", fields("login", login, "password", "a wrong password"))
			wantAnswer(t, name, a, 401, "sign-in-failed")
		}
		second := fields("login", who.Login, "password", who.Password)
		begun := c.want(200, "POST", passkeySignIn+"/challenge", second)
		if allow := list(begun, "allow"); len(allow) != 1 || allow[0]["credential_id"] != b64(d.keys[0].id) || begun["user_verification"] != "preferred" {
			t.Errorf("the device is asked for %v", begun)
		}
		c.refused(401, "passkey-refused", "POST", passkeySignIn, theirs.sign(begun))
		begun = c.want(200, "POST", passkeySignIn+"/challenge", second)
		d.unverified = true // the password has said who it is
		in := c.want(200, "POST", passkeySignIn, d.sign(begun))
		if n := h.count(t, `SELECT count(*) FROM login_sessions WHERE proved_by = 'password+passkey'`); n != 1 || in["csrf_token"] == "" {
			t.Errorf("%d sessions tell of a password and a passkey, want 1", n)
		}
		codes, _ := added["recovery_codes"].([]any)
		_, a := h.signInWith(t, who, fmt.Sprint(codes[0]))
		wantAnswer(t, "the password and a recovery code", a, 200, "")
		plain := h.signIn(t, "Hollis & Daughters")
		plain.refused(409, "no-passkey", "POST", passkeySignIn+"/challenge", fields("login", plain.who.Login, "password", plain.who.Password))
		plain.refused(409, "no-passkey", "POST", "/api/v1/session/step-up/challenge", nil)
	})
}

// A sign-in that was begun with the password of before is over when the password
// is changed.
func TestA04PasswordChangeEndsBegunSignIns(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	mila := h.signIn(t, "Blue Door Bakery")
	d, _ := mila.addPasskey(h, "My phone")
	c := h.stranger(t)
	begun := c.want(200, "POST", passkeySignIn+"/challenge", fields("login", mila.who.Login, "password", mila.who.Password))
	mila.want(204, "PUT", "/api/v1/me/password", fields("current_password", mila.who.Password, "new_password", "a password that is long enough"))
	c.refused(409, "passkey-challenge-gone", "POST", passkeySignIn, d.sign(begun))
}

// An answer is good once, from the browser that asked, for what was asked, in time,
// and from the device itself.
func TestA04ForgedPasskeyAnswersAreRefused(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	mila, jonas := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Fern & Fable Books")
	d, _ := mila.addPasskey(h, "Hers")
	theirs, _ := jonas.addPasskey(h, "His")
	refusals := map[string]struct {
		code   string
		answer func(c *client, asked map[string]any) map[string]any
	}{
		"nothing was asked": {"passkey-challenge-gone", func(c *client, asked map[string]any) map[string]any {
			c.http.Jar.SetCookies(origin(t, h), nil)
			h.exec(t, "DELETE FROM passkey_challenges")
			return d.sign(asked)
		}},
		"another browser asked": {"passkey-challenge-gone", func(c *client, asked map[string]any) map[string]any {
			*c = *h.stranger(t)
			return d.sign(asked)
		}},
		"five minutes are over": {"passkey-challenge-gone", func(_ *client, asked map[string]any) map[string]any {
			h.clock.Advance(5 * time.Minute)
			return d.sign(asked)
		}},
		"it was asked for something else": {"passkey-challenge-gone", func(_ *client, asked map[string]any) map[string]any {
			h.exec(t, "UPDATE passkey_challenges SET purpose = 'step-up' WHERE purpose = 'sign-in'")
			return d.sign(asked)
		}},
		"another challenge": {"passkey-refused", func(c *client, asked map[string]any) map[string]any {
			answer := d.sign(asked)
			c.passkeyAsked()
			return answer
		}},
		"a page of another origin": {"passkey-refused", func(_ *client, asked map[string]any) map[string]any {
			other := *d
			other.origin = "https://innkeeper.example"
			return other.sign(asked)
		}},
		"another port": {"passkey-refused", func(_ *client, asked map[string]any) map[string]any {
			other := *d
			other.origin = "http://localhost:1"
			return other.sign(asked)
		}},
		"for another panel": {"passkey-refused", func(_ *client, asked map[string]any) map[string]any {
			return d.sign(with(asked, "relying_party_id", "panel.example"))
		}},
		"the device has not made sure who holds it": {"passkey-refused", func(_ *client, asked map[string]any) map[string]any {
			other := *d
			other.unverified = true
			return other.sign(asked)
		}},
		"the device does not say whose it is": {"passkey-refused", func(_ *client, asked map[string]any) map[string]any {
			other := *d
			other.silent = true
			return other.sign(asked)
		}},
		"said to be somebody else's": {"passkey-refused", func(_ *client, asked map[string]any) map[string]any {
			return with(d.sign(asked), "user_handle", theirs.keys[0].handle)
		}},
		"the signature of another key": {"passkey-refused", func(_ *client, asked map[string]any) map[string]any {
			return with(d.sign(asked), "signature", theirs.sign(asked)["signature"])
		}},
		"a key that nobody has": {"passkey-refused", func(_ *client, asked map[string]any) map[string]any {
			other := h.device(t)
			other.newKey(d.keys[0].handle)
			return other.sign(asked)
		}},
		"what a registration says": {"passkey-refused", func(_ *client, asked map[string]any) map[string]any {
			return with(d.sign(asked), "client_data", b64(d.clientData("webauthn.create", fmt.Sprint(asked["challenge"]))))
		}},
		"no base64": {"passkey-refused", func(_ *client, asked map[string]any) map[string]any {
			return with(d.sign(asked), "authenticator_data", "==")
		}},
		"too few bytes": {"passkey-refused", func(_ *client, asked map[string]any) map[string]any {
			return with(d.sign(asked), "authenticator_data", b64([]byte("few")))
		}},
	}
	for name, test := range refusals {
		c := h.stranger(t)
		answer := test.answer(c, c.passkeyAsked())
		status := map[string]int{"passkey-refused": 401, "passkey-challenge-gone": 409}[test.code]
		wantAnswer(t, name, c.do("POST", passkeySignIn, answer), status, test.code)
		h.exec(t, "DELETE FROM sign_in_failures") // each is tried as the first
	}
	if n := h.count(t, "SELECT count(*) FROM login_sessions WHERE proved_by <> 'password'"); n != 0 {
		t.Errorf("%d sessions were opened by forged answers", n)
	}
	c := h.stranger(t)
	answer := d.sign(c.passkeyAsked())
	c.want(200, "POST", passkeySignIn, answer)
	wantAnswer(t, "the same answer again", c.do("POST", passkeySignIn, answer), 409, "passkey-challenge-gone")
}

// A new passkey is bound to who asked for it, in which session, once.
func TestA04ForgedRegistrationsAreRefused(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	mila, jonas := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Fern & Fable Books")
	d := h.device(t)
	begin := func() map[string]any { return mila.want(200, "POST", "/api/v1/me/passkeys/challenge", nil) }
	d.origin = "https://innkeeper.example"
	mila.refused(422, "invalid", "POST", "/api/v1/me/passkeys", d.make(begin(), "x"))
	d = h.device(t)
	mila.refused(422, "invalid", "POST", "/api/v1/me/passkeys", d.make(with(begin(), "relying_party_id", "panel.example"), "x"))
	mila.refused(422, "invalid", "POST", "/api/v1/me/passkeys", d.make(with(begin(), "challenge", b64(make([]byte, 32))), "x"))
	d.unverified = true
	mila.refused(422, "invalid", "POST", "/api/v1/me/passkeys", d.make(begin(), "x"))
	d.unverified = false
	mila.refused(422, "invalid", "POST", "/api/v1/me/passkeys", with(d.make(begin(), "x"), "attestation", b64([]byte("nonsense"))))
	jonas.refused(409, "passkey-challenge-gone", "POST", "/api/v1/me/passkeys", d.make(begin(), "x"))
	made := d.make(begin(), "x")
	mila.want(201, "POST", "/api/v1/me/passkeys", made)
	mila.refused(409, "passkey-challenge-gone", "POST", "/api/v1/me/passkeys", made)
	d.again = true // the same key for somebody else
	jonas.refused(409, "passkey-exists", "POST", "/api/v1/me/passkeys", d.make(jonas.want(200, "POST", "/api/v1/me/passkeys/challenge", nil), "x"))
	if n := h.count(t, "SELECT count(*) FROM passkeys"); n != 1 {
		t.Errorf("%d passkeys were kept, want 1", n)
	}
}

// A counter that goes back means a copy: it opens nothing, and its person is told.
func TestA04PasskeyCounterGoingBackIsRefusedAndTold(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila := h.signIn(t, "Blue Door Bakery")
		d, _ := mila.addPasskey(h, "My phone")
		d.keys[0].count = 40
		h.signInWithDevice(t, d)
		for _, count := range []uint32{41, 7, 0} {
			c := h.stranger(t)
			c.refused(401, "passkey-copied", "POST", passkeySignIn, d.answer(d.keys[0], c.passkeyAsked(), count))
		}
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE action = 'passkey.refused' AND account_id = ? AND object_name = 'My phone'", mila.who.AccountID); n != 3 {
			t.Errorf("%d refused copies are recorded, want 3", n)
		}
		h.posted(t, "the mails are sent", func() bool {
			return h.count(t, "SELECT count(*) FROM mails WHERE event = 'passkey.refused' AND subject = 'A passkey was refused' AND recipient = ? AND sent_at IS NOT NULL", mila.who.Login) == 3
		})
		h.signInWithDevice(t, d)
	})
}

// A device that does not count says zero for ever.
func TestA04PasskeyThatDoesNotCount(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	d, _ := h.signIn(t, "Blue Door Bakery").addPasskey(h, "My phone")
	for range 3 {
		c := h.stranger(t)
		c.want(200, "POST", passkeySignIn, d.answer(d.keys[0], c.passkeyAsked(), 0))
	}
}

// However often one answer is sent at once, it opens one session.
func TestA05PasskeyAnswerSentAHundredTimesAtOnceWorksOnce(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		d, _ := h.signIn(t, "Blue Door Bakery").addPasskey(h, "My phone")
		c := h.stranger(t)
		answered := d.sign(c.passkeyAsked())
		before := h.count(t, "SELECT count(*) FROM login_sessions")
		got := statuses(atOnce(times(100, func(int) answer { return c.do("POST", passkeySignIn, answered) })...))
		if got[200] != 1 || got[409] != 99 {
			t.Errorf("100 times the same answer is answered %v, want one 200", got)
		}
		if n := h.count(t, "SELECT count(*) FROM login_sessions"); n != before+1 {
			t.Errorf("%d sessions were opened, want 1", n-before)
		}
	})
}

// Guessing at passkeys is guessing at sign-ins, and so is asking without an end.
func TestA07PasskeysAreThrottled(t *testing.T) {
	t.Parallel()
	behindProxy(t, func(t *testing.T, h *house) {
		d := h.device(t)
		d.newKey("nobody")
		from := func(c *client, path string, body any) answer {
			return c.do("POST", passkeySignIn+path, body, "X-Forwarded-For", "192.0.2.66")
		}
		for i := range 5 {
			c := h.stranger(t)
			wantAnswer(t, fmt.Sprint("guess ", i+1), from(c, "", d.sign(from(c, "/challenge", fields()).body)), 401, "passkey-refused")
		}
		wantAnswer(t, "the sixth guess", from(h.stranger(t), "/challenge", fields()), 429, "sign-in-throttled")
		h.exec(t, "DELETE FROM sign_in_failures")
		s := &script{h: h}
		for i := range 200 {
			s.add("INSERT INTO passkey_challenges (holder, purpose, person_id, challenge, ip, expires_at) VALUES (?, 'sign-in', '', '', '192.0.2.66', ?)",
				fmt.Sprint(i), h.clock.Now().Add(time.Minute).UnixMicro())
		}
		s.run(t)
		wantAnswer(t, "asking without an end", from(h.stranger(t), "/challenge", fields()), 429, "sign-in-throttled")
		h.stranger(t).passkeyAsked() // somebody else
		h.clock.Advance(time.Minute)
		wantAnswer(t, "a while later", from(h.stranger(t), "/challenge", fields()), 200, "")
	})
}

// A passkey proves again who is there, alone; the visit tells that it did.
func TestA04StepUpByPasskey(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		samir := h.signIn(t, "Samir Okafor")
		d, _ := samir.addPasskey(h, "Key ring")
		h.clock.Advance(20 * time.Minute)
		samir.refused(403, "step-up-required", "POST", "/api/v1/me/passkeys/challenge", nil)
		samir.refused(401, "code-required", "POST", "/api/v1/session/step-up", fields("password", samir.who.Password))
		samir.refused(422, "invalid", "POST", "/api/v1/session/step-up", fields())
		begin := func() map[string]any {
			return samir.want(200, "POST", "/api/v1/session/step-up/challenge", nil)
		}
		d.unverified = true
		samir.refused(401, "passkey-refused", "POST", "/api/v1/session/step-up", fields("passkey", d.sign(begin())))
		d.unverified = false
		c := h.stranger(t)
		samir.refused(409, "passkey-challenge-gone", "POST", "/api/v1/session/step-up", fields("passkey", d.sign(c.passkeyAsked())))
		theirs, _ := h.signIn(t, "Meadow School").addPasskey(h, "Not his")
		samir.refused(401, "passkey-refused", "POST", "/api/v1/session/step-up", fields("passkey", theirs.sign(begin())))
		before := cookieOf(t, h, samir)
		up := samir.want(200, "POST", "/api/v1/session/step-up", fields("passkey", d.sign(begin())))
		samir.csrf = fmt.Sprint(up["csrf_token"])
		old := h.stranger(t)
		old.adopt(t, before)
		old.refused(401, "unauthenticated", "GET", "/api/v1/session", nil)
		samir.want(200, "POST", "/api/v1/me/passkeys/challenge", nil)
		id, _ := samir.visit(h.named(t, "Meadow School"), "look")
		if n := h.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND step_up_method = 'passkey'", id); n != 1 {
			t.Error("the visit does not tell that a passkey was used")
		}
	})
}

// cookieOf returns the value of the session's cookie.
func cookieOf(t *testing.T, h *house, c *client) string {
	t.Helper()
	for _, one := range c.http.Jar.Cookies(origin(t, h)) {
		if one.Name == "innkeeper" {
			return one.Value
		}
	}
	t.Fatal("there is no session's cookie")
	return ""
}

// Where a second factor is required a passkey is one, and the last of them stays.
func TestA04PasskeyCountsWhereASecondFactorIsRequired(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			h := engine.fill(t)
			h.environ = append(h.environ, "INNKEEPER_REQUIRE_SECOND_FACTOR=staff")
			h.serve(t)
			ada := h.signIn(t, "Ada Winter")
			ada.refused(403, "second-factor-required", "GET", "/api/v1/accounts", nil)
			_, added := ada.addPasskey(h, "Key ring")
			ada.want(200, "GET", "/api/v1/accounts", nil)
			key, _ := added["passkey"].(map[string]any)
			path := "/api/v1/me/passkeys/" + fmt.Sprint(key["id"])
			ada.refused(409, "last-second-factor", "DELETE", path, nil)
			secret, _ := ada.setUp(h)
			ada.want(204, "DELETE", path, nil)
			ada.refused(409, "last-second-factor", "DELETE", "/api/v1/me/second-factor", nil)
			ada.addPasskey(h, "Another")
			ada.want(204, "DELETE", "/api/v1/me/second-factor", nil)
			h.step()
			_, a := h.signInWith(t, ada.who, h.code(t, secret))
			wantAnswer(t, "a code of the app that was removed", a, 401, "code-wrong")
			ada.want(200, "GET", "/api/v1/accounts", nil)
			if left := ada.want(200, "GET", "/api/v1/me/second-factor", nil)["recovery_codes_left"]; left != 10.0 {
				t.Errorf("%v recovery codes are left, want 10: there is a passkey still", left)
			}
		})
	}
}

// The last second factor takes the recovery codes with it.
func TestA04LastPasskeyTakesTheRecoveryCodesAlong(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	mila := h.signIn(t, "Blue Door Bakery")
	_, added := mila.addPasskey(h, "My phone")
	if left := mila.want(200, "GET", "/api/v1/me/second-factor", nil)["recovery_codes_left"]; left != 10.0 {
		t.Errorf("%v recovery codes are left, want 10", left)
	}
	mila.want(201, "POST", "/api/v1/me/recovery-codes", nil)
	key, _ := added["passkey"].(map[string]any)
	mila.want(204, "DELETE", "/api/v1/me/passkeys/"+fmt.Sprint(key["id"]), nil)
	if n := h.count(t, "SELECT count(*) FROM recovery_codes"); n != 0 {
		t.Errorf("%d recovery codes are left without a factor", n)
	}
	wantAnswer(t, "the password alone", h.try(t, "", mila.who.Login, mila.who.Password), 200, "")
}

// The person is told of every passkey that comes or goes, and the record names it.
func TestA09OwnerIsToldOfPasskeys(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila := h.signIn(t, "Blue Door Bakery")
		_, added := mila.addPasskey(h, "My phone")
		key, _ := added["passkey"].(map[string]any)
		path := "/api/v1/me/passkeys/" + fmt.Sprint(key["id"])
		mila.want(200, "PATCH", path, fields("name", "My old phone"))
		mila.want(204, "DELETE", path, nil)
		h.posted(t, "the mails are sent", func() bool {
			return h.count(t, "SELECT count(*) FROM mails WHERE event LIKE 'passkey.%' AND recipient = ? AND sent_at IS NOT NULL", mila.who.Login) == 2
		})
		for event, want := range map[string]string{"passkey.add": "A passkey was added", "passkey.remove": "A passkey was removed"} {
			if n := h.count(t, "SELECT count(*) FROM mails WHERE event = ? AND subject = ? AND body LIKE '%phone%'", event, want); n != 1 {
				t.Errorf("%d mails about %s are called %q, want 1", n, event, want)
			}
		}
		said := map[string]bool{}
		for _, e := range list(mila.want(200, "GET", "/api/v1/activity?account_id="+mila.who.AccountID, nil), "events") {
			said[fmt.Sprint(e["sentence"])] = true
		}
		for _, act := range []string{"added the passkey “My phone”.", "renamed the passkey “My old phone”.", "removed the passkey “My old phone”."} {
			if sentence := mila.who.Name + " " + act; !said[sentence] {
				t.Errorf("the record does not say %q but %v", sentence, said)
			}
		}
	})
}

// Who has lost phone and keys is let in again by a command of the operator.
func TestOperatorForgetsPasskeys(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	mila := h.signIn(t, "Blue Door Bakery")
	d, _ := mila.addPasskey(h, "My phone")
	if code, _, stderr := command(t, h.environ, "", "admin", "forget-factor", "--email", mila.who.Login); code != 0 {
		t.Fatalf("forget-factor = %d %s", code, stderr)
	}
	mila.refused(401, "session-ended", "GET", "/api/v1/session", nil)
	wantAnswer(t, "the password alone", h.try(t, "", mila.who.Login, mila.who.Password), 200, "")
	c := h.stranger(t)
	c.refused(401, "passkey-refused", "POST", passkeySignIn, d.sign(c.passkeyAsked()))
	if code, _, _ := command(t, h.environ, "", "admin", "forget-factor", "--email", mila.who.Login); code != 1 {
		t.Errorf("forgetting what there is not = %d, want 1", code)
	}
}

// Where browsers would refuse, the panel says why, and begins nothing.
func TestPasskeysNeedANameOverTLS(t *testing.T) {
	t.Parallel()
	for public, want := range map[string]struct{ origin, reason string }{
		"https://panel.harbour.example":      {"https://panel.harbour.example", ""},
		"https://Panel.harbour.example:443/": {"https://panel.harbour.example", ""},
		"https://panel.harbour.example:8443": {"https://panel.harbour.example:8443", ""},
		"http://localhost:8080":              {"http://localhost:8080", ""},
		"http://127.0.0.1:8080":              {"http://localhost:8080", ""},
		"http://[::1]:8080":                  {"http://localhost:8080", ""},
		"https://192.0.2.7":                  {"", "ip-address"},
		"http://192.0.2.7":                   {"", "ip-address"},
		"http://panel.harbour.example":       {"", "insecure"},
		"https://panel":                      {"", "name"},
	} {
		t.Run(public, func(t *testing.T) {
			t.Parallel()
			h := embedded(t)
			h.environ = append(h.environ, "INNKEEPER_PUBLIC_URL="+public)
			h.serveAt(t)
			c := h.stranger(t)
			got := c.want(200, "GET", "/api/v1/session/passkey", nil)
			if got["origin"] != want.origin || got["reason"] != want.reason || got["available"] != (want.reason == "") {
				t.Errorf("at %s passkeys are %v, want %v", public, got, want)
			}
			if want.reason != "" {
				refused := c.refused(409, "passkeys-unavailable", "POST", passkeySignIn+"/challenge", fields())
				if refused["reason"] != want.reason {
					t.Errorf("the refusal says %v, want %s", refused["reason"], want.reason)
				}
			}
		})
	}
}

// The page may ask for passkeys, and nobody it might show in a frame.
func TestPagesMayUsePasskeys(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	policy := h.stranger(t).do("GET", "/sign-in", nil).header.Get("Permissions-Policy")
	for _, want := range []string{"publickey-credentials-create=(self)", "publickey-credentials-get=(self)"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the page's policy is %q, want %s in it", policy, want)
		}
	}
}
