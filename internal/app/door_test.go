package app_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"innkeeper/internal/testkit"
)

// A new installation has nobody in it: no name and password that come with it open
// anything, and there is no secret to begin with. The first admin's password is
// chosen on the operator's own command line.
func TestA03NoDefaultAccount(t *testing.T) {
	t.Parallel()
	h := &house{data: t.TempDir(), clock: testkit.NewClock(opening)}
	h.environ = []string{"INNKEEPER_DATA=" + h.data, "INNKEEPER_DATABASE_URL=", "INNKEEPER_HTTP_ADDR=127.0.0.1:0", "INNKEEPER_PRIVATE_ADDR=", "INNKEEPER_LOG_LEVEL=error"}
	h.serve(t)
	for _, login := range []string{"admin", "root", "administrator", "innkeeper", "support", "admin@localhost", "admin@example.com"} {
		for _, password := range []string{"admin", "password", "innkeeper", "changeme", "changeme1234", login} {
			a := h.stranger(t).do("POST", "/api/v1/session", fields("login", login, "password", password))
			if a.status != 401 && a.status != 429 {
				t.Errorf("signing in as %s with %q = %d %s", login, password, a.status, a.raw)
			}
		}
	}
	if code, _, stderr := command(t, h.environ, "a long password of an admin", "admin", "create", "--email", "ada@test.example", "--password-stdin"); code != 0 {
		t.Fatalf("admin create = %d %s", code, stderr)
	}
	h.clock.Advance(15 * time.Minute)
	h.stranger(t).want(200, "POST", "/api/v1/session", fields("login", "ada@test.example", "password", "a long password of an admin"))
	if code, _, _ := command(t, h.environ, "another long password of one", "admin", "create", "--email", "ada@test.example", "--password-stdin"); code == 0 {
		t.Error("the first admin was made a second time, with another password")
	}
}

// The clock tells nothing either: an unknown login takes as long as a known one, and
// so does one that has chosen no password yet. What they take is compared in turns,
// so that a busy machine slows all alike.
func TestA06FailedSignInsTakeAsLong(t *testing.T) { //nolint:paralleltest // it measures time
	h := embedded(t)
	h.environ = append(h.environ, "INNKEEPER_TRUSTED_PROXIES=127.0.0.0/8")
	h.serve(t)
	h.hashInEarnest(t, h.named(t, "Blue Door Bakery"))
	h.exec(t, "UPDATE people SET password_hash = '' WHERE email = 'jonas@fernfable.example'")
	logins := []string{"mila@bluedoor.example", "nobody@bluedoor.example", "jonas@fernfable.example"}
	took := map[string][]time.Duration{}
	for round := range 25 {
		for i, login := range logins {
			begun := time.Now()
			a := h.try(t, fmt.Sprintf("192.0.2.%d", round), login, "not the password at all")
			took[login] = append(took[login], time.Since(begun))
			wantAnswer(t, fmt.Sprint("try ", round, i), a, 401, "sign-in-failed")
		}
	}
	known := median(took[logins[0]])
	for _, login := range logins[1:] {
		// Without the hash that is tried for nobody it would be a tenth.
		if other := median(took[login]); other < known/2 || other > known*2 {
			t.Errorf("as %s a failed sign-in takes %v, as %s %v", login, other, logins[0], known)
		}
		t.Logf("%s takes %v, %s %v", logins[0], known, login, median(took[login]))
	}
}

func median(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

// A storm of sign-ins waits for its hashes; who is signed in goes on meanwhile.
func TestA02StormOfSignInsStallsNobodyElse(t *testing.T) { //nolint:paralleltest // it measures time
	h := embedded(t)
	h.environ = append(h.environ, "INNKEEPER_TRUSTED_PROXIES=127.0.0.0/8")
	h.serve(t)
	mila := h.signIn(t, "Blue Door Bakery")
	begun, over := time.Now(), make(chan struct{})
	var storm sync.WaitGroup
	for i := range 40 {
		storm.Go(func() {
			h.try(t, fmt.Sprintf("192.0.2.%d", i), fmt.Sprintf("guess%d@bluedoor.example", i), "not the password at all")
		})
	}
	go func() { storm.Wait(); close(over) }()
	var longest time.Duration
	asked := 0
	for stormy := true; stormy; asked++ {
		at := time.Now()
		mila.want(200, "GET", "/api/v1/session", nil)
		longest = max(longest, time.Since(at))
		select {
		case <-over:
			stormy = false
		default:
		}
	}
	lasted := time.Since(begun)
	t.Logf("the storm lasted %v; meanwhile %d requests were answered, the slowest after %v", lasted, asked, longest)
	if asked < 5 || longest > lasted/2 {
		t.Errorf("in a storm of %v %d requests of somebody else were answered, the slowest after %v", lasted, asked, longest)
	}
}

// An invitation that never was reads like one that is used up or too old.
func TestA06InvitationsThatAreOverReadTheSame(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		used, old := h.plant(t, "customer", place{}), h.plant(t, "customer", place{})
		accept := func(token string) answer {
			return h.stranger(t).do("POST", "/api/v1/invitations/accept", fields("token", token, "password", everybodysPassword))
		}
		wantAnswer(t, "the first time", accept(used.token), 204, "")
		h.exec(t, "UPDATE invitations SET expires_at = ? WHERE account_id = ?", h.clock.Now().UnixMicro(), old.id)
		never := accept(strings.Repeat("n", len(used.token)))
		wantAnswer(t, "an invitation that never was", never, 410, "invitation-expired")
		for what, token := range map[string]string{"used": used.token, "too old": old.token} {
			if a := accept(token); a.status != never.status || withoutRequestID(t, a) != withoutRequestID(t, never) {
				t.Errorf("an invitation that is %s answers %d %s, one that never was %d %s", what, a.status, a.raw, never.status, never.raw)
			}
		}
	})
}
