package app_test

import (
	"fmt"
	"net"
	"testing"
	"time"
)

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// sessionID returns the id of the browser's session.
func (c *client) sessionID() string {
	c.t.Helper()
	session, _ := c.want(200, "GET", "/api/v1/session", nil)["session"].(map[string]any)
	return fmt.Sprint(session["id"])
}

// ownSessions returns the sessions that the person sees, by id.
func (c *client) ownSessions() map[string]map[string]any {
	c.t.Helper()
	found := map[string]map[string]any{}
	for _, one := range list(c.want(200, "GET", "/api/v1/sessions", nil), "sessions") {
		found[fmt.Sprint(one["id"])] = one
	}
	return found
}

// wantEnd checks how a session is listed to its person.
func wantEnd(t *testing.T, session map[string]any, reason string, lasted time.Duration) {
	t.Helper()
	if session["end_reason"] != reason || session["duration_seconds"] != lasted.Seconds() || session["ended_at"] == nil || session["current"] != false {
		t.Errorf("the session reads %v, want ended %s after %v", session, reason, lasted)
	}
}

// A session without activity ends at its deadline, with the duration it had,
// whether a request finds it or the worker. Looking is no activity.
func TestS03SessionGoesIdle(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		found, swept := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Fern & Fable Books")
		foundID, sweptID := found.sessionID(), swept.sessionID()
		h.clock.Advance(10 * time.Minute)
		found.want(201, "POST", "/api/v1/files/folder", fields("path", "/deed"))
		swept.want(201, "POST", "/api/v1/files/folder", fields("path", "/deed"))
		h.clock.Advance(30*time.Minute - time.Microsecond)
		for _, path := range []string{"/session", "/notifications", "/sessions", "/dashboard"} {
			found.want(200, "GET", "/api/v1"+path, nil)
		}
		h.clock.Advance(time.Microsecond)
		found.refused(401, "session-ended", "GET", "/api/v1/session", nil)
		found.refused(401, "session-ended", "POST", "/api/v1/files/folder", fields("path", "/late"))
		h.clock.Advance(5 * time.Hour)
		within(t, 20*time.Second, "the worker closes the other session", func() bool {
			return h.count(t, "SELECT count(*) FROM login_sessions WHERE id = ? AND ended_at IS NOT NULL", sweptID) == 1
		})
		wantEnd(t, h.signIn(t, "Blue Door Bakery").ownSessions()[foundID], "idle", 40*time.Minute)
		wantEnd(t, h.signIn(t, "Fern & Fable Books").ownSessions()[sweptID], "idle", 40*time.Minute)
		for _, id := range []string{foundID, sweptID} {
			if n := h.count(t, `SELECT count(*) FROM audit_events WHERE action = 'session.end' AND object_id = ? AND after LIKE '%"duration_seconds":2400%'`, id); n != 1 {
				t.Errorf("%d events tell the end of %s after 2400 seconds, want 1", n, id)
			}
		}
	})
}

// Trouble with the database is no end of a session: nobody is told that he is signed
// out, or led to the sign-in, and when it is over everybody is where he was.
func TestTroubleSignsNobodyOut(t *testing.T) {
	t.Parallel()
	eachQuiet(t, func(t *testing.T, h *house) {
		samir := h.signIn(t, "Samir Okafor")
		_, program := samir.makeToken(h, scopesFor("domains:read"))
		_, base := samir.visit(h.named(t, "Meadow School"), "look")
		for _, table := range []string{"login_sessions", "api_tokens"} {
			h.exec(t, "ALTER TABLE "+table+" RENAME TO "+table+"_away")
		}
		samir.refused(500, "internal", "GET", "/api/v1/session", nil)
		samir.refused(500, "internal", "GET", base+"/api/v1/session", nil)
		samir.refused(500, "internal", "GET", "/api/v1/events", nil)
		program.refused(500, "internal", "GET", "/api/v1/domains", nil)
		if a := samir.do("GET", base+"/dashboard", nil); a.status != 500 || a.header.Get("Location") != "" {
			t.Errorf("the page of a visit = %d, leading to %q, want 500", a.status, a.header.Get("Location"))
		}
		for _, table := range []string{"login_sessions", "api_tokens"} {
			h.exec(t, "ALTER TABLE "+table+"_away RENAME TO "+table)
		}
		samir.want(200, "GET", base+"/api/v1/session", nil)
		samir.want(200, "GET", base+"/dashboard", nil)
		program.want(200, "GET", "/api/v1/domains", nil)
	})
}

// However busy, a session ends after twelve hours, and a visit with it.
func TestS03SessionEndsAbsolutely(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		samir := h.signIn(t, "Samir Okafor")
		id := samir.sessionID()
		for range 25 { // half an hour is the idle time
			h.clock.Advance(28 * time.Minute)
			samir.want(200, "PATCH", h.aMailbox(t, samir), fields("quota_bytes", 1<<30))
		}
		h.clock.Advance(15 * time.Minute) // 11:55
		samir.stepUp(nil)
		visit, base := samir.visit(h.named(t, "Meadow School"), "look")
		h.clock.Advance(5 * time.Minute)
		samir.refused(401, "session-ended", "GET", base+"/api/v1/session", nil)
		wantEnd(t, h.signIn(t, "Samir Okafor").ownSessions()[id], "expired", 12*time.Hour)
		if n := h.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND end_reason = 'expired' AND ended_at - started_at = 300000000", visit); n != 1 {
			t.Error("the visit did not end with the session, five minutes after it began")
		}
	})
}

// aMailbox returns the path of a mailbox that support may change.
func (h *house) aMailbox(t *testing.T, c *client) string {
	t.Helper()
	boxes := list(c.want(200, "GET", "/api/v1/mailboxes?page_size=1&account_id="+h.named(t, "Hollis & Daughters").AccountID, nil), "mailboxes")
	return fmt.Sprint("/api/v1/mailboxes/", boxes[0]["id"])
}

// Signing out ends the visits first, then the session.
func TestS04SignOutEndsVisitsFirst(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		samir := h.signIn(t, "Samir Okafor")
		id := samir.sessionID()
		first, base := samir.visit(h.named(t, "Meadow School"), "look")
		second, _ := samir.visit(h.named(t, "Hollis & Daughters"), "change")
		h.clock.Advance(90 * time.Second)
		samir.refused(403, "closed-while-acting", "DELETE", base+"/api/v1/session", nil)
		out := samir.do("DELETE", "/api/v1/session", nil)
		if out.status != 204 || cookie(t, out).MaxAge >= 0 || cookie(t, out).Value != "" {
			t.Errorf("signing out = %d %q, want the cookie taken away", out.status, out.header.Get("Set-Cookie"))
		}
		for _, visit := range []string{first, second} {
			if n := h.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND end_reason = 'actor_logout' AND ended_at - started_at = 90000000", visit); n != 1 {
				t.Errorf("%s did not end with the sign-out, after 90 seconds", visit)
			}
			if n := h.count(t, `SELECT count(*) FROM audit_events stop JOIN audit_events sign_out ON sign_out.action = 'session.end' AND sign_out.object_id = ?
				WHERE stop.impersonation_id = ? AND stop.action = 'impersonation.stop' AND stop.seq < sign_out.seq`, id, visit); n != 1 {
				t.Errorf("%s did not end before the session", visit)
			}
		}
		wantEnd(t, h.signIn(t, "Samir Okafor").ownSessions()[id], "signed_out", 90*time.Second)
	})
}

// A person ends another of his own sessions, and nobody else's.
func TestS06EndingAnotherSession(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		here, there, other := h.signIn(t, "Samir Okafor"), h.signIn(t, "Samir Okafor"), h.signIn(t, "Meadow School")
		id, visitor := there.sessionID(), other.sessionID()
		visit, base := there.visit(h.named(t, "Meadow School"), "look")
		h.clock.Advance(time.Minute)
		missing := here.refused(404, "session-not-found", "DELETE", "/api/v1/sessions/ses_00000000-0000-7000-8000-000000000000", nil)
		foreign := here.refused(404, "session-not-found", "DELETE", "/api/v1/sessions/"+visitor, nil)
		if missing["detail"] != foreign["detail"] {
			t.Errorf("missing reads %v, foreign %v", missing, foreign)
		}
		for range 2 { // ending an ended one changes nothing
			here.want(204, "DELETE", "/api/v1/sessions/"+id, nil)
		}
		there.refused(401, "session-ended", "GET", "/api/v1/session", nil)
		there.refused(401, "session-ended", "GET", base+"/api/v1/session", nil)
		wantEnd(t, here.ownSessions()[id], "ended_elsewhere", time.Minute)
		if n := h.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND end_reason = 'actor_session_ended'", visit); n != 1 {
			t.Error("the visit did not end with the session it hangs on")
		}
		other.want(200, "GET", "/api/v1/session", nil)
		if own := here.ownSessions(); own[visitor] != nil || own[here.sessionID()]["current"] != true {
			t.Errorf("the sessions listed are %v", own)
		}
	})
}

// Staff sign others out, with their visits, and owners those of the accounts below
// them; who was signed out is told so, and can come back.
func TestS06StaffEndTheSessionsOfOthers(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		admin, rita := h.signIn(t, "Ada Winter"), h.signIn(t, "Northlight Studio")
		mila, other := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Meadow School")
		id := mila.sessionID()
		h.clock.Advance(time.Minute)
		out := func(name string) string { return "/api/v1/accounts/" + h.named(t, name).AccountID + "/sign-out" }
		rita.refused(404, "account-not-found", "POST", out("Meadow School"), nil)
		mila.refused(404, "account-not-found", "POST", out("Meadow School"), nil)
		rita.refused(403, "forbidden", "POST", out("Northlight Studio"), nil)
		for range 2 {
			rita.want(200, "POST", out("Blue Door Bakery"), nil)
		}
		mila.refused(401, "session-ended", "GET", "/api/v1/session", nil)
		wantEnd(t, h.signIn(t, "Blue Door Bakery").ownSessions()[id], "ended_by_staff", time.Minute)
		visit, base := rita.visit(h.named(t, "Blue Door Bakery"), "look")
		admin.want(200, "POST", out("Northlight Studio"), nil)
		rita.refused(401, "session-ended", "GET", base+"/api/v1/session", nil)
		if n := h.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND end_reason = 'actor_session_ended'", visit); n != 1 {
			t.Error("the visit of who was signed out goes on")
		}
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE action = 'account.sign-out' AND account_id = ?", h.named(t, "Blue Door Bakery").AccountID); n != 2 {
			t.Errorf("%d events tell that the account was signed out, want 2", n)
		}
		other.want(200, "GET", "/api/v1/session", nil)
	})
}

// Blocking an account ends, at once, the sessions of its people and their visits.
func TestS05DisablingEndsSessionsAndVisits(t *testing.T) {
	t.Parallel()
	for what, path := range map[string]string{"disabled": "/disable", "deleted": ""} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			eachEngine(t, func(t *testing.T, h *house) {
				admin, school := h.signIn(t, "Ada Winter"), h.signIn(t, "Meadow School")
				rita := h.signIn(t, "Northlight Studio")
				visit, base := rita.visit(h.named(t, "Blue Door Bakery"), "change")
				target := h.named(t, "Northlight Studio")
				if path == "" { // who owns accounts cannot be deleted
					h.exec(t, "UPDATE accounts SET owner_id = ? WHERE owner_id = ?", h.named(t, "Ada Winter").AccountID, target.AccountID)
					admin.want(204, "DELETE", "/api/v1/accounts/"+target.AccountID, nil)
				} else {
					admin.want(200, "POST", "/api/v1/accounts/"+target.AccountID+path, fields("reason", "abuse"))
				}
				rita.refused(401, "session-ended", "GET", "/api/v1/session", nil)
				rita.refused(401, "session-ended", "GET", base+"/api/v1/files", nil)
				if n := h.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND end_reason = 'actor_disabled' AND closed_by = 'cascade'", visit); n != 1 {
					t.Errorf("the visit of who was %s goes on, or ended otherwise", what)
				}
				if n := h.count(t, "SELECT count(*) FROM login_sessions WHERE account_id = ? AND ended_at IS NULL", target.AccountID); n != 0 {
					t.Errorf("%d sessions of who was %s are open", n, what)
				}
				school.want(200, "GET", "/api/v1/session", nil)
			})
		})
	}
}

// Changing the password ends every other session of the person.
func TestChangingThePassword(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		here, there := h.signIn(t, "Samir Okafor"), h.signIn(t, "Samir Okafor")
		id := there.sessionID()
		visit, _ := there.visit(h.named(t, "Meadow School"), "look")
		who := h.named(t, "Samir Okafor")
		change := func(current, wanted string) map[string]any {
			return fields("current_password", current, "new_password", wanted)
		}
		for wanted, pointer := range map[string]string{"fourteen chars": " /new_password ", "passwordpassword": " /new_password ", who.Login: " /new_password "} {
			if got := pointersOf(here.refused(422, "invalid", "PUT", "/api/v1/me/password", change(who.Password, wanted))); got != pointer {
				t.Errorf("the password %q: the problem points at%s, want%s", wanted, got, pointer)
			}
		}
		if got := pointersOf(here.refused(422, "invalid", "PUT", "/api/v1/me/password", change("a wrong password", "a long enough password"))); got != " /current_password " {
			t.Errorf("a wrong current password: the problem points at%s", got)
		}
		there.want(200, "GET", "/api/v1/session", nil)
		here.want(204, "PUT", "/api/v1/me/password", change(who.Password, "a long enough password"))
		here.want(200, "GET", "/api/v1/session", nil)
		there.refused(401, "session-ended", "GET", "/api/v1/session", nil)
		wantEnd(t, here.ownSessions()[id], "password_changed", 0)
		if n := h.count(t, "SELECT count(*) FROM impersonations WHERE id = ? AND ended_at IS NOT NULL", visit); n != 1 {
			t.Error("a visit outlived the session it hangs on")
		}
		wantAnswer(t, "the old password", h.try(t, "", who.Login, who.Password), 401, "sign-in-failed")
		wantAnswer(t, "the new password", h.try(t, "", who.Login, "a long enough password"), 200, "")
	})
}

// Wrong current passwords are throttled like sign-ins.
func TestA07GuessingTheCurrentPasswordIsThrottled(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	mila := h.signIn(t, "Blue Door Bakery")
	body := fields("current_password", "a wrong password", "new_password", "a long enough password")
	for range 5 {
		mila.refused(422, "invalid", "PUT", "/api/v1/me/password", body)
	}
	mila.refused(429, "sign-in-throttled", "PUT", "/api/v1/me/password", body)
}
