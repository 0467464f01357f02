package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"innkeeper/internal/db"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// Private is the suite of what no statement does in a visit, whoever sends it: the
// own life of an account's people is kept where it is stored.
func Private(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	insert := func(table string) string { return "INSERT INTO " + table + " SELECT * FROM " + table + " WHERE 1 = 0" }
	remove := func(table string) string { return "DELETE FROM " + table + " WHERE 1 = 0" }
	update := func(table, column string) string {
		return "UPDATE " + table + " SET " + column + " = " + column + " WHERE 1 = 0"
	}
	statements := map[string][]string{
		"a password, a name to sign in by, the last sign-in": {update("people", "password_hash"), remove("people")},
		"a sign-in":                    {insert("login_sessions"), remove("login_sessions")},
		"a second factor":              {insert("second_factors"), update("second_factors", "person_id"), remove("second_factors")},
		"a recovery code":              {insert("recovery_codes"), update("recovery_codes", "person_id"), remove("recovery_codes")},
		"a passkey":                    {insert("passkeys"), update("passkeys", "name"), remove("passkeys")},
		"a question to a passkey":      {insert("passkey_challenges"), remove("passkey_challenges")},
		"an API token":                 {insert("api_tokens"), remove("api_tokens")},
		"a link that signs in":         {insert("sso_links"), update("sso_links", "person_id")},
		"a visit from within":          {insert("impersonations"), insert("impersonation_requests"), remove("impersonations")},
		"who may enter":                {insert("access_policies"), update("access_policies", "account_id"), remove("access_policies")},
		"a mailbox opened":             {insert("mailbox_unlocks")},
		"what was read":                {update("notifications", "read_at"), remove("notifications")},
		"how the account is told":      {insert("notice_choices"), update("notice_choices", "account_id"), remove("notice_choices")},
		"the filters that people keep": {insert("saved_filters"), update("saved_filters", "name"), remove("saved_filters")},
	}
	for what, each := range statements {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			for _, sql := range each {
				if err := d.Write(t.Context()).Exec(sql).Error; err != nil {
					t.Errorf("outside of a visit %s = %v", sql, err)
				}
				for _, spelt := range []string{sql, "  " + sql, "\n" + sql} {
					if err := d.Write(principal.Visiting(t.Context())).Exec(spelt).Error; !errors.Is(err, db.ErrPrivate) {
						t.Errorf("in a visit %q = %v, want ErrPrivate", spelt, err)
					}
				}
			}
		})
	}

	t.Run("nor by a store, in a transaction or outside", func(t *testing.T) {
		t.Parallel()
		h := plantHosting(t, open(t))
		notices := store.NewNotifications(h.db)
		owner := principal.Principal{Account: h.customer, Subject: h.customer, Person: principal.Person{ID: "per_1"}}.WithScope(principal.Only(h.customer))
		in := principal.Visiting(t.Context())
		if _, err := notices.Add(in, notify.Notification{ID: "ntf_1", AccountID: h.customer.ID, Event: "x", CreatedAt: toldAt}); err != nil {
			t.Fatalf("telling somebody in a visit = %v, want nil", err)
		}
		read := func(ctx context.Context) error { return notices.MarkRead(ctx, owner, "ntf_1", toldAt.Add(time.Second)) }
		if err := read(in); !errors.Is(err, db.ErrPrivate) {
			t.Errorf("MarkRead in a visit = %v, want ErrPrivate", err)
		}
		if err := h.db.InTx(in, read); !errors.Is(err, db.ErrPrivate) {
			t.Errorf("MarkRead in a transaction of a visit = %v, want ErrPrivate", err)
		}
		if n, err := notices.Unread(t.Context(), principal.Only(h.customer), h.customer.ID); err != nil || n != 1 {
			t.Errorf("there are %d unread, %v, want 1", n, err)
		}
		if err := read(t.Context()); err != nil {
			t.Errorf("MarkRead by the owner = %v", err)
		}
	})
}
