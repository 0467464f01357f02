package app_test

import (
	"net/http"
	"strings"
	"testing"

	"innkeeper/internal/auth"
	"innkeeper/internal/db"
)

// L-04: neither the record nor what has ended can be changed or removed, whoever
// holds the database.
func TestL04TheRecordCannotBeChanged(t *testing.T) {
	t.Parallel()
	eachQuiet(t, func(t *testing.T, h *house) {
		ada := h.signIn(t, "Ada Winter")
		_, base := ada.visit(h.named(t, "Meadow School"), "look")
		ada.want(200, "POST", base+"/stop", nil)
		h.signIn(t, "Meadow School").want(200, "GET", "/api/v1/me/access-history/"+strings.TrimPrefix(base, "/as/")+"/receipt", nil) // seals
		ada.want(204, "DELETE", "/api/v1/session", nil)
		for _, sql := range []string{
			"UPDATE audit_events SET reason = 'nothing'", "DELETE FROM audit_events",
			"UPDATE audit_leaves SET leaf = leaf + 1", "DELETE FROM audit_leaves", "UPDATE audit_hashes SET idx = idx + 1", "DELETE FROM audit_hashes",
			"UPDATE audit_payloads SET text = '{}'", "UPDATE audit_payloads SET salt = ''", "UPDATE audit_payloads SET seq = seq + 1000000", "DELETE FROM audit_payloads",
			"UPDATE audit_heads SET size = size + 1", "DELETE FROM audit_heads",
			"UPDATE impersonations SET reason = 'nothing' WHERE ended_at IS NOT NULL", "DELETE FROM impersonations WHERE ended_at IS NOT NULL",
			"UPDATE login_sessions SET ip = '' WHERE ended_at IS NOT NULL", "DELETE FROM login_sessions WHERE ended_at IS NOT NULL",
		} {
			if err := h.db.Write(t.Context()).Exec(sql).Error; err == nil {
				t.Errorf("%s was done", sql)
			}
		}
		if h.db.Dialect() == db.Postgres {
			if err := h.db.Write(t.Context()).Exec("TRUNCATE audit_events").Error; err == nil {
				t.Error("TRUNCATE audit_events was done")
			}
		}
	})
}

// L-06: what is refused stands in the record, each with who tried it and on whose
// account.
func TestL06DeniedAttemptsAreEvents(t *testing.T) {
	t.Parallel()
	eachQuiet(t, func(t *testing.T, h *house) {
		samir, rita, school := h.signIn(t, "Samir Okafor"), h.signIn(t, "Northlight Studio"), h.named(t, "Meadow School")
		_, base := samir.visit(school, "look")
		h.stranger(t).refused(401, "sign-in-failed", "POST", "/api/v1/session", fields("login", school.Login, "password", "a guess"))
		rita.refused(403, "impersonation-denied", "POST", "/api/v1/impersonations", wanting(school))
		samir.refused(403, "forbidden", "GET", "/api/v1/jobs", nil)
		samir.refused(403, "forbidden", "DELETE", "/api/v1/accounts/"+school.AccountID, nil)
		samir.refused(403, "read-only-visit", "POST", base+"/api/v1/domains", fields("name", "new.example"))
		samir.refused(403, "closed-while-acting", "PUT", base+"/api/v1/me/password", fields("current_password", "x", "new_password", "y"))
		for what, sql := range map[string]string{
			"a wrong password":        "action = 'session.refused' AND result = 'denied' AND account_id = '" + school.AccountID + "'",
			"a start":                 "action = 'impersonation.denied' AND actor_name = 'Northlight Studio' AND account_id = '" + school.AccountID + "'",
			"a list":                  "action = 'access.denied' AND object_id = 'listJobs' AND actor_name = 'Samir Okafor'",
			"a thing that he sees":    "action = 'access.denied' AND object_id = 'deleteAccount' AND account_id = '" + school.AccountID + "'",
			"a change while looking":  "action = 'impersonation.blocked' AND object_id = 'createDomain' AND result = 'blocked' AND account_id = '" + school.AccountID + "'",
			"what is closed in there": "action = 'impersonation.blocked' AND object_id = 'changePassword' AND result = 'blocked' AND account_id = '" + school.AccountID + "'",
		} {
			if n := h.count(t, "SELECT count(*) FROM audit_events WHERE "+sql); n != 1 {
				t.Errorf("%s left %d events, want 1", what, n)
			}
		}
	})
}

// L-06: who is refused again and again as himself does not fill the record; in a visit each
// attempt is on the customer's page.
func TestL06RepeatedRefusalsAreCounted(t *testing.T) {
	t.Parallel()
	eachQuiet(t, func(t *testing.T, h *house) {
		samir, school := h.signIn(t, "Samir Okafor"), h.named(t, "Meadow School")
		_, base := samir.visit(school, "look")
		for range 25 {
			samir.refused(403, "forbidden", "DELETE", "/api/v1/accounts/"+school.AccountID, nil)
			samir.refused(403, "read-only-visit", "POST", base+"/api/v1/domains", fields("name", "new.example"))
		}
		for what, want := range map[string]int{
			"action = 'access.denied' AND account_id = ?":                                    2,
			"action = 'access.denied' AND account_id = ? AND after LIKE '%\"attempts\":10%'": 1,
			"action = 'impersonation.blocked' AND account_id = ?":                            25,
		} {
			if n := h.count(t, "SELECT count(*) FROM audit_events WHERE "+what, school.AccountID); n != want {
				t.Errorf("%d events where %s, want %d", n, what, want)
			}
		}
	})
}

// D-01: what the program must be able to read again is kept under a key that does
// not lie in the database.
func TestD01StoredSecretsAreSealed(t *testing.T) {
	t.Parallel()
	eachQuiet(t, func(t *testing.T, h *house) {
		person := h.plant(t, "support", place{}).person
		secret := h.giveFactor(t, person, true)
		var kept string
		if err := h.db.Read(t.Context()).Raw("SELECT secret FROM second_factors WHERE person_id = ?", person).Scan(&kept).Error; err != nil {
			t.Fatal(err)
		}
		if kept == "" || strings.Contains(kept, secret) {
			t.Errorf("the secret is kept as %q", kept)
		}
		if opened, err := h.key(t).Open("totp:"+person, kept); err != nil || opened != secret {
			t.Errorf("with the key it is %q, %v", opened, err)
		}
		if _, err := h.key(t).Open("totp:somebody-else", kept); err == nil {
			t.Error("the secret opens in somebody else's row")
		}
		other, err := auth.NewSealer([]byte("another key of thirty-two bytes."))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.Open("totp:"+person, kept); err == nil {
			t.Error("another key opens it")
		}
	})
}

// D-03: measurements and profiles are served on an address of their own, and
// nowhere else.
func TestD03MetricsOnAPrivateListener(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.environ = append(h.environ, "INNKEEPER_PRIVATE_ADDR=127.0.0.1:0")
	h.serve(t, "--worker=false")
	public := h.stranger(t)
	private := h.stranger(t)
	private.url = "http://" + h.private
	for path, holds := range map[string]string{"/metrics": "go_goroutines", "/debug/pprof/": "goroutine"} {
		if a := private.do("GET", path, nil); a.status != http.StatusOK || !strings.Contains(string(a.raw), holds) {
			t.Errorf("%s on the private address = %d", path, a.status)
		}
		if a := public.do("GET", path, nil); strings.Contains(string(a.raw), holds) {
			t.Errorf("%s on the public address = %d %s", path, a.status, a.raw)
		}
	}
	if a := private.do("GET", "/api/v1/session", nil); a.status != http.StatusNotFound {
		t.Errorf("the API on the private address = %d", a.status)
	}
}
