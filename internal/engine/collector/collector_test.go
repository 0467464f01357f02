package collector_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/audit/ship"
	"innkeeper/internal/engine/collector"
	"innkeeper/internal/engine/collector/collectortest"
)

// hostile is a name that would like to be more than one.
const hostile = "Eve\" actor_id=\"x\"] [admin@1 who=\"root\\\r\n\x00<13>1 - - - - - - hello\u2028\u202e 99 <13>1"

func event(t testing.TB, leaf int64, name string) ship.Event {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"seq": leaf + 7, "at": int64(1772359200123456), "actor_name": name, "actor_id": "per_eve", "object_name": name, "account_name": name,
		"action": "account.suspend", "result": "done", "ip": "192.0.2.1", "request_id": name,
	})
	if err != nil {
		t.Fatal(err)
	}
	return ship.Event{ID: "id-" + string(rune('a'+leaf)), Leaf: leaf, Salt: "c2FsdA==", Event: text}
}

func deliver(t testing.TB, s collector.Settings, events ...ship.Event) error {
	t.Helper()
	c, err := collector.Open(s)
	if err != nil {
		t.Fatalf("Open() = %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return c.Deliver(ctx, events)
}

// both runs a test with either kind of server.
func both(t *testing.T, test func(t *testing.T, start func(testing.TB, collectortest.Settings) *collectortest.Server)) {
	t.Parallel()
	t.Run("syslog", func(t *testing.T) { t.Parallel(); test(t, collectortest.Syslog) })
	t.Run("https", func(t *testing.T) { t.Parallel(); test(t, collectortest.HTTPS) })
}

func TestEventsArriveWhole(t *testing.T) {
	both(t, func(t *testing.T, start func(testing.TB, collectortest.Settings) *collectortest.Server) {
		ca := collectortest.NewAuthority(t)
		server := start(t, collectortest.Settings{Cert: ca.Certificate(t, "")})
		events := []ship.Event{event(t, 0, "Ada"), event(t, 1, hostile), event(t, 2, strings.Repeat("ü", 40_000))}
		if err := deliver(t, collector.Settings{To: server.URL, CA: ca.File, Host: "panel.example"}, events...); err != nil {
			t.Fatalf("Deliver() = %v", err)
		}
		if diff := cmp.Diff(events, server.Events()); diff != "" {
			t.Errorf("events (-sent +got):\n%s", diff)
		}
	})
}

func TestASyslogMessageIsOne(t *testing.T) {
	t.Parallel()
	ca := collectortest.NewAuthority(t)
	server := collectortest.Syslog(t, collectortest.Settings{Cert: ca.Certificate(t, "")})
	if err := deliver(t, collector.Settings{To: server.URL, CA: ca.File, Host: "panel.example\n x"}, event(t, 0, hostile)); err != nil {
		t.Fatalf("Deliver() = %v", err)
	}
	name := "Eve\" actor_id=\"x\"] [admin@1 who=\"root\\   <13>1 - - - - - - hello \u202e 99 <13>1"
	want := collectortest.Message{
		Priority: "109", Time: "2026-03-01T10:00:00.123456Z", Host: "panel.examplex", ID: "account.suspend", Element: "innkeeper@32473", Event: event(t, 0, hostile),
		Params: map[string]string{
			"id": "id-a", "leaf": "0", "seq": "7", "action": "account.suspend", "result": "done", "actor_id": "per_eve", "actor": name,
			"account": name, "object": name, "ip": "192.0.2.1", "request_id": name,
		},
	}
	if diff := cmp.Diff([]collectortest.Message{want}, server.Deliveries()[0].Messages); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func FuzzMessage(f *testing.F) {
	f.Add("panel.example", "account.suspend", hostile)
	f.Add("", "", "]\\")
	f.Add("ä", strings.Repeat("x", 300), "\xff\"")
	f.Fuzz(func(t *testing.T, host, id, name string) {
		m, err := collectortest.Parse(collector.Encode(host, id, [][2]string{{"actor", name}, {"leaf", "1"}}, `{"id":"x"}`))
		if err != nil || m.Event.ID != "x" || m.Params["leaf"] != "1" || m.Element != "innkeeper@32473" {
			t.Errorf("Encode(%q, %q, %q) is read as %+v, %v", host, id, name, m, err)
		}
	})
}

// Who is not the collector gets nothing.
func TestAnotherCertificateIsRefused(t *testing.T) {
	both(t, func(t *testing.T, start func(testing.TB, collectortest.Settings) *collectortest.Server) {
		ca, other := collectortest.NewAuthority(t), collectortest.NewAuthority(t)
		for name, c := range map[string]struct {
			cert *collectortest.Authority
			of   string
			file string
			want string
		}{
			"signed by another":    {other, "", ca.File, "unknown authority"},
			"of another":           {ca, "elsewhere.example", ca.File, "127.0.0.1"},
			"not one of the world": {ca, "", "", "unknown authority"},
		} {
			server := start(t, collectortest.Settings{Cert: c.cert.Certificate(t, c.of)})
			err := deliver(t, collector.Settings{To: server.URL, CA: c.file}, event(t, 0, "Ada"))
			if err == nil || !strings.Contains(err.Error(), c.want) || len(server.Deliveries()) > 0 {
				t.Errorf("%s: Deliver() = %v with %d deliveries, want an error with %q and none", name, err, len(server.Deliveries()), c.want)
			}
		}
	})
}

func TestOurOwnCertificate(t *testing.T) {
	both(t, func(t *testing.T, start func(testing.TB, collectortest.Settings) *collectortest.Server) {
		ca := collectortest.NewAuthority(t)
		server := start(t, collectortest.Settings{Cert: ca.Certificate(t, ""), Clients: ca})
		settings := collector.Settings{To: server.URL, CA: ca.File}
		if err := deliver(t, settings, event(t, 0, "Ada")); err == nil || len(server.Deliveries()) > 0 {
			t.Errorf("Deliver() without a certificate = %v with %d deliveries, want an error and none", err, len(server.Deliveries()))
		}
		settings.Cert, settings.Key = ca.Files(t)
		if err := deliver(t, settings, event(t, 0, "Ada")); err != nil || len(server.Events()) != 1 {
			t.Errorf("Deliver() with a certificate = %v with %d events, want nil with 1", err, len(server.Events()))
		}
	})
}

func TestAnEndpointIsToldWhatComes(t *testing.T) {
	t.Parallel()
	ca := collectortest.NewAuthority(t)
	server := collectortest.HTTPS(t, collectortest.Settings{Cert: ca.Certificate(t, ""), Token: "s3cret"})
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, settings := range []collector.Settings{{Token: "s3cret"}, {TokenFile: file}} {
		settings.To, settings.CA = server.URL, ca.File
		if err := deliver(t, settings, event(t, 3, "Ada"), event(t, 4, "Ada")); err != nil {
			t.Fatalf("Deliver() = %v", err)
		}
	}
	got := server.Deliveries()
	for name, want := range map[string]string{"Content-Type": "application/x-ndjson", "Innkeeper-First-Leaf": "3", "Innkeeper-Last-Leaf": "4"} {
		if v := got[0].Header.Get(name); v != want {
			t.Errorf("%s: %q, want %q", name, v, want)
		}
	}
	if key := got[0].Header.Get("Idempotency-Key"); key == "" || key != got[1].Header.Get("Idempotency-Key") {
		t.Errorf("the same events again have the key %q, want %q", got[1].Header.Get("Idempotency-Key"), key)
	}
	settings := collector.Settings{To: server.URL, CA: ca.File, Token: "wr0ng"}
	if err := deliver(t, settings, event(t, 3, "Ada")); err == nil || err.Error() != "the collector answered 403" {
		t.Errorf("Deliver() with a wrong token = %v, want the status and nothing more", err)
	}
}

// What is not acknowledged is an error, whatever it looks like.
func TestWhatIsNoAcknowledgement(t *testing.T) {
	t.Parallel()
	ca := collectortest.NewAuthority(t)
	https := map[string]collectortest.Fault{
		"500": {Status: 500}, "redirect": {Status: 307}, "moved": {Status: 301}, "too large": {Status: 413}, "broken off": {Lose: true},
	}
	syslog := map[string]collectortest.Fault{"broken off": {Drop: 1}, "at the end": {Drop: 200}, "closed early": {Close: 1}}
	for _, c := range []struct {
		start  func(testing.TB, collectortest.Settings) *collectortest.Server
		faults map[string]collectortest.Fault
	}{{collectortest.HTTPS, https}, {collectortest.Syslog, syslog}} {
		server := c.start(t, collectortest.Settings{Cert: ca.Certificate(t, "")})
		var events []ship.Event
		for leaf := range int64(200) {
			events = append(events, event(t, leaf, strings.Repeat("Ada", 4000)))
		}
		for name, fault := range c.faults {
			server.Fail(fault)
			if err := deliver(t, collector.Settings{To: server.URL, CA: ca.File}, events...); err == nil {
				t.Errorf("%s, %s: Deliver() = nil, want an error", server.URL, name)
			}
		}
		if err := deliver(t, collector.Settings{To: server.URL, CA: ca.File}, events...); err != nil {
			t.Errorf("%s: Deliver() afterwards = %v", server.URL, err)
		}
	}
}

func TestADeliveryEndsWithItsTime(t *testing.T) {
	both(t, func(t *testing.T, start func(testing.TB, collectortest.Settings) *collectortest.Server) {
		ca := collectortest.NewAuthority(t)
		server := start(t, collectortest.Settings{Cert: ca.Certificate(t, "")})
		server.Fail(collectortest.Fault{Stall: true})
		c, err := collector.Open(collector.Settings{To: server.URL, CA: ca.File})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		began := time.Now()
		if err := c.Deliver(ctx, []ship.Event{event(t, 0, "Ada")}); err == nil || time.Since(began) > 10*time.Second {
			t.Errorf("Deliver() to a server that says nothing = %v after %v, want an error soon", err, time.Since(began))
		}
	})
}

func TestSettingsThatCannotBe(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const to = "https://logs.example/in"
	for name, c := range map[string]struct {
		settings collector.Settings
		want     string
	}{
		"plain HTTP":       {collector.Settings{To: "http://127.0.0.1/in"}, "not sent in the clear"},
		"plain syslog":     {collector.Settings{To: "syslog://logs.example:514"}, "not sent in the clear"},
		"TCP":              {collector.Settings{To: "tcp://127.0.0.1:514"}, "not sent in the clear"},
		"no scheme":        {collector.Settings{To: "logs.example:6514"}, "not sent in the clear"},
		"no host":          {collector.Settings{To: "https:///in"}, "not sent in the clear"},
		"a password":       {collector.Settings{To: "https://me:hunter2@logs.example/in"}, "is shown"},
		"a query":          {collector.Settings{To: to + "?key=hunter2"}, "is shown"},
		"a token, syslog":  {collector.Settings{To: "syslog+tls://logs.example", Token: "hunter2"}, "goes with https://"},
		"a token of two":   {collector.Settings{To: to, Token: "hunter2 x"}, "one word"},
		"two tokens":       {collector.Settings{To: to, Token: "hunter2", TokenFile: empty}, "given once"},
		"an empty token":   {collector.Settings{To: to, TokenFile: empty}, "given once"},
		"no token file":    {collector.Settings{To: to, TokenFile: empty + "x"}, "no such file"},
		"no CA file":       {collector.Settings{To: to, CA: empty + "x"}, "no such file"},
		"an empty CA file": {collector.Settings{To: to, CA: empty}, "no certificate"},
		"half a pair":      {collector.Settings{To: to, Cert: empty}, "go together"},
		"an empty pair":    {collector.Settings{To: to, Cert: empty, Key: empty}, "INNKEEPER_SHIP_CERT"},
		"nowhere":          {collector.Settings{Token: "hunter2"}, "without INNKEEPER_SHIP_TO"},
	} {
		_, err := collector.Open(c.settings)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: Open() = %v, want one line with %q and no secret", name, err, c.want)
		}
	}
	if c, err := collector.Open(collector.Settings{}); c != nil || err != nil {
		t.Errorf("Open() of nothing = %v, %v, want nil", c, err)
	}
	for given, want := range map[string]string{
		"https://logs.example/in": "https://logs.example:443/in", "syslog+tls://logs.example": "syslog+tls://logs.example:6514", "syslog+tls://[::1]:99": "syslog+tls://[::1]:99",
	} {
		if c, err := collector.Open(collector.Settings{To: given}); err != nil || c.Name() != want {
			t.Errorf("Open(%q) is %v, %v, want %s", given, c, err, want)
		}
	}
}
