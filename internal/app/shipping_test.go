package app_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/app"
	"innkeeper/internal/engine/collector/collectortest"
)

// sends lets the house send its record to a collector.
func (h *house) sends(t *testing.T, start func(testing.TB, collectortest.Settings) *collectortest.Server, environ ...string) *collectortest.Server {
	t.Helper()
	ca := collectortest.NewAuthority(t)
	server := start(t, collectortest.Settings{Cert: ca.Certificate(t, "")})
	h.environ = append(h.environ, "INNKEEPER_SHIP_TO="+server.URL, "INNKEEPER_SHIP_CA="+ca.File)
	h.environ = append(h.environ, environ...)
	return server
}

// wantSent waits until everything sealed has arrived, once and in order.
func (h *house) wantSent(t *testing.T, server *collectortest.Server) {
	t.Helper()
	within(t, time.Minute, "the record is sent", func() bool {
		return h.count(t, "SELECT count(*) FROM audit_events WHERE NOT EXISTS (SELECT 1 FROM audit_leaves WHERE audit_leaves.seq = audit_events.seq)") == 0 &&
			len(server.Events()) >= h.count(t, "SELECT count(*) FROM audit_leaves")
	})
	for i, e := range server.Events() {
		if e.Leaf != int64(i) {
			t.Fatalf("event %d is leaf %d", i, e.Leaf)
		}
	}
}

func TestTheRecordIsSentElsewhere(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			h := engine.fill(t)
			server := h.sends(t, collectortest.Syslog)
			stop := h.serve(t)
			h.signIn(t, "Samir Okafor").visit(h.named(t, "Meadow School"), "look")
			h.wantSent(t, server)
			stop()
			h.serve(t) // goes on where it was
			admin := h.signIn(t, "Ada Winter")
			h.wantSent(t, server)
			within(t, time.Minute, "the panel says so", func() bool {
				got := admin.want(200, "GET", "/api/v1/record-shipping", nil)
				return got["state"] == "current" && got["destination"] == server.URL && got["behind"] == 0.0 && got["shipped"] == float64(len(server.Events()))
			})
			faults := make([]collectortest.Fault, 100)
			for i := range faults {
				faults[i].Drop = 1
			}
			server.Fail(faults...)
			admin.visit(h.named(t, "Blue Door Bakery"), "look")
			within(t, time.Minute, "the panel says that it does not get through", func() bool {
				got := admin.want(200, "GET", "/api/v1/record-shipping", nil)
				return got["state"] == "failing" && got["behind"].(float64) > 0 && got["failing_since"] != nil && got["last_error"] != nil
			})
			h.clock.Advance(5 * time.Minute)
			ready := h.stranger(t).want(200, "GET", "/readyz", nil)
			if ready["status"] != "degraded" || ready["parts"].(map[string]any)["record-shipping"] != "degraded" {
				t.Errorf("readyz with a collector that is away = %v, want degraded", ready)
			}
		})
	}
}

func TestTheRecordIsNotSentInTheClear(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.environ = append(h.environ, "INNKEEPER_SHIP_TO=http://127.0.0.1:9/in")
	var out bytes.Buffer
	env := h.env(&out)
	env.Stderr = &out
	code := app.Run(t.Context(), []string{"serve"}, env)
	if said := out.String(); code != 1 || strings.Count(said, "\n") != 1 || !strings.Contains(said, "INNKEEPER_SHIP_TO must begin with syslog+tls:// or https://") {
		t.Errorf("serve ends with %d: %q, want 1 and one line that says why", code, said)
	}
}
