package app_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"innkeeper/internal/db"
	"innkeeper/internal/ident"
	"innkeeper/internal/testkit"
)

// L-04: on PostgreSQL the panel works with a role to which the record is closed: it can
// append, and neither change nor remove, nor switch off the triggers that would keep it
// from that. With no more rights than these everything works.
func TestL04TheRoleOfThePanelCannotChangeTheRecord(t *testing.T) {
	t.Parallel()
	owner, role := testkit.EmptyPostgres(t), strings.ToLower(ident.New("panel"))
	schema, err := db.Open(t.Context(), owner, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { schema.Close() })
	if err := schema.Write(t.Context()).Exec(`CREATE ROLE "` + role + `" LOGIN PASSWORD 'only-for-this-test'`).Error; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, drop := range []string{"DROP OWNED BY", "DROP ROLE"} {
			if err := schema.Write(context.Background()).Exec(drop + ` "` + role + `"`).Error; err != nil {
				t.Errorf("%s: %v", drop, err)
			}
		}
	})
	address, err := url.Parse(owner)
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.UserPassword(role, "only-for-this-test")
	h := &house{data: t.TempDir(), clock: testkit.NewClock(opening)}
	h.environ = []string{
		"INNKEEPER_DATA=" + h.data, "INNKEEPER_DATABASE_URL=" + address.String(), "INNKEEPER_MIGRATE_URL=" + owner, "INNKEEPER_REDIS_URL=" + testkit.RedisURL(t),
		"INNKEEPER_HTTP_ADDR=127.0.0.1:0", "INNKEEPER_PRIVATE_ADDR=", "INNKEEPER_LOG_LEVEL=error",
	}
	for range 2 { // the second time changes nothing
		if code, stdout, stderr := command(t, h.environ, "", "migrate"); code != 0 || !strings.Contains(stdout, "The role "+role+" may append to the record, and not change it.") {
			t.Fatalf("migrate = %d, %q, %q", code, stdout, stderr)
		}
	}
	h.wantCommand(t, 0, "", "demo")
	if h.people, err = peopleOf(h.data); err != nil {
		t.Fatal(err)
	}
	if h.db, err = db.Open(t.Context(), address.String(), ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.db.Close() })
	stop := h.serve(t)

	ada, mila := h.signIn(t, "Ada Winter"), h.signIn(t, "Blue Door Bakery")
	id, base := ada.visit(mila.who, "change")
	ada.want(201, "POST", base+"/api/v1/mailboxes", fields("address", "rights@bluedoor.example"))
	ada.want(200, "POST", base+"/stop", nil)
	mila.want(200, "GET", "/api/v1/me/access-history/"+id+"/receipt", nil)
	ada.want(200, "GET", "/api/v1/activity?q=rights", nil)
	h.posted(t, "the mails are written", func() bool { return len(h.letters(t, mila.who.Login)) == 2 })

	for _, sql := range []string{
		"UPDATE audit_events SET action = 'nothing'", "DELETE FROM audit_events", "TRUNCATE audit_events",
		"UPDATE audit_leaves SET leaf = leaf + 1", "DELETE FROM audit_leaves", "DELETE FROM audit_hashes", "UPDATE audit_heads SET size = 0", "DELETE FROM audit_links",
		"DELETE FROM audit_payloads", "UPDATE audit_payloads SET seq = seq + 1",
		"ALTER TABLE audit_events DISABLE TRIGGER ALL", "DROP TABLE audit_events", "DROP TRIGGER audit_events_row ON audit_events",
		"SET session_replication_role = replica", "DELETE FROM goose_db_version", "CREATE TABLE mine (id INT)",
	} {
		err := h.db.Write(t.Context()).Exec(sql).Error
		if err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s = %v, want insufficient privilege", sql, err)
		}
	}
	stop()
	h.wantCommand(t, 0, "", "audit", "rotate-key")
	h.wantCommand(t, 0, "", "audit", "verify")
}
