package account_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

// act is one of the acts on an account's status.
type act struct {
	do       func(ctx context.Context, by principal.Principal, id string) error
	undo     string // the act that must come before, for there to be something to do
	action   string
	sentence string
	from, to account.Status
	told     []string // of the account #
}

func (w *world) acts() map[string]act {
	only := func(do func(context.Context, principal.Principal, string) (account.Details, error)) func(context.Context, principal.Principal, string) error {
		return func(ctx context.Context, by principal.Principal, id string) error {
			_, err := do(ctx, by, id)
			return err
		}
	}
	why := func(do func(context.Context, principal.Principal, string, string) (account.Details, error)) func(context.Context, principal.Principal, string) error {
		return func(ctx context.Context, by principal.Principal, id string) error {
			_, err := do(ctx, by, id, " unpaid ")
			return err
		}
	}
	return map[string]act{
		"suspend": {
			why(w.Suspend), "", "account.suspend", "Max suspended the account Customer: unpaid",
			account.Active, account.Suspended, []string{"# was suspended"},
		},
		"unsuspend": {
			only(w.Unsuspend), "suspend", "account.unsuspend", "Max lifted the suspension of the account Customer.",
			account.Suspended, account.Active, []string{"# was unsuspended"},
		},
		"disable": {
			why(w.Disable), "", "account.disable", "Max disabled sign-in to the account Customer.",
			account.Active, account.Disabled, []string{"sessions of # end: account_disabled", "# was disabled"},
		},
		"enable": {
			only(w.Enable), "disable", "account.enable", "Max enabled sign-in to the account Customer.",
			account.Disabled, account.Active, []string{"# was enabled"},
		},
		"delete": {
			w.Delete, "", "account.delete", "Max deleted the account Customer.",
			account.Active, account.Deleted, []string{"sessions of # end: account_deleted", "# was deleted"},
		},
	}
}

func TestStatus(t *testing.T) {
	for name := range (&world{}).acts() {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			_, by := w.reseller(w.admin, "Reseller")
			a, _ := w.customer(by, "Customer")
			c := w.acts()[name]
			if c.undo != "" {
				if err := w.acts()[c.undo].do(t.Context(), by, a.ID); err != nil {
					t.Fatal(err)
				}
			}
			before, events, applied := w.get(a.ID), len(w.events(a.ID)), len(w.promises(account.TaskApply))
			w.told.heard()
			w.clock.Advance(time.Hour)
			for range 2 { // the second time changes nothing
				if err := c.do(t.Context(), by, a.ID); err != nil {
					t.Fatalf("%s = %v", name, err)
				}
			}
			after := w.get(a.ID)
			if after.Status() != c.to || after.Version != before.Version+1 || !after.UpdatedAt.Equal(w.clock.Now()) {
				t.Errorf("after it: %s, version %d, at %v, want %s, %d, %v",
					after.Status(), after.Version, after.UpdatedAt, c.to, before.Version+1, w.clock.Now())
			}
			var told []string
			for _, line := range c.told {
				told = append(told, strings.ReplaceAll(line, "#", a.ID))
			}
			if diff := cmp.Diff(told, w.told.heard()); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			if got := w.promises(account.TaskApply); len(got) != applied+1 || got[applied] != a.ID {
				t.Errorf("promises = %v, want one more, of the account", got)
			}
			recorded := w.events(a.ID)
			if len(recorded) != events+1 {
				t.Fatalf("%d events, want one", len(recorded)-events)
			}
			e := recorded[events]
			got := []any{e.Action, e.Sentence(), e.Before, e.After}
			want := []any{c.action, c.sentence, audit.Fields{"status": string(c.from)}, audit.Fields{"status": string(c.to)}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("event (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStatusRefused(t *testing.T) {
	w := newWorld(t)
	reseller, by := w.reseller(w.admin, "Reseller")
	_, otherBy := w.reseller(w.admin, "Other")
	a, _ := w.customer(by, "Customer")
	for name, c := range w.acts() {
		if c.undo != "" { // so that there is something to do
			for _, id := range []string{a.ID, reseller.ID} {
				if err := w.acts()[c.undo].do(t.Context(), w.admin, id); err != nil {
					t.Fatal(err)
				}
			}
		}
		before := w.get(a.ID)
		for what, refused := range map[string]struct {
			by   principal.Principal
			id   string
			want error
		}{
			"somebody else's":   {otherBy, a.ID, account.ErrNotFound},
			"the one above":     {by, w.provider.ID, account.ErrNotFound},
			"a missing account": {by, "acc_missing", account.ErrNotFound},
			"no scope":          {by.WithScope(principal.Scope{}), a.ID, account.ErrNotFound},
		} {
			if err := c.do(t.Context(), refused.by, refused.id); !errors.Is(err, refused.want) {
				t.Errorf("%s of %s = %v, want %v", name, what, err, refused.want)
			}
		}
		if name != "delete" { // the reseller owns an account: another reason
			if err := c.do(t.Context(), by, reseller.ID); !errors.Is(err, account.ErrOwn) {
				t.Errorf("%s of one's own = %v, want ErrOwn", name, err)
			}
		}
		w.told.audit.err = audit.ErrUnavailable
		if err := c.do(t.Context(), by, a.ID); !errors.Is(err, audit.ErrUnavailable) {
			t.Errorf("%s without a record = %v, want ErrUnavailable", name, err)
		}
		w.told.audit.err = nil
		w.told.fail = errors.New("no")
		if err := c.do(t.Context(), by, a.ID); err == nil {
			t.Errorf("%s, nobody being told = nil, want an error", name)
		}
		w.told.fail = nil
		if diff := cmp.Diff(before, w.get(a.ID)); diff != "" {
			t.Errorf("%s, refused, changed it (-before +after):\n%s", name, diff)
		}
		for _, id := range []string{a.ID, reseller.ID} {
			for _, back := range []func(context.Context, principal.Principal, string) (account.Details, error){w.Unsuspend, w.Enable} {
				if _, err := back(t.Context(), w.admin, id); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func TestReasons(t *testing.T) {
	w := newWorld(t)
	a, _ := w.customer(w.admin, "Customer")
	for reason, code := range map[string]string{"": "required", "  ": "required", strings.Repeat("x", 501): "length", "a\x07": "invalid", "\u200b\u3164": "required"} {
		if _, err := w.Suspend(t.Context(), w.admin, a.ID, reason); fieldsIn(err)["/reason"] != code {
			t.Errorf("Suspend for %q = %v, want %s", reason, err, code)
		}
	}
	if _, err := w.Suspend(t.Context(), w.admin, a.ID, " unpaid\r\nsince May "); err != nil {
		t.Errorf("Suspend = %v", err)
	}
	if _, err := w.Suspend(t.Context(), w.admin, a.ID, "another"); err != nil {
		t.Errorf("Suspend again = %v", err)
	}
	if _, err := w.Disable(t.Context(), w.admin, a.ID, ""); err != nil {
		t.Errorf("Disable without a reason = %v", err)
	}
	got := w.get(a.ID)
	if got.SuspendedReason != "unpaid\nsince May" || got.DisabledReason != "" || got.Status() != account.Disabled {
		t.Errorf("reasons %q and %q, %s, want the first, none, disabled", got.SuspendedReason, got.DisabledReason, got.Status())
	}
	if _, err := w.Unsuspend(t.Context(), w.admin, a.ID); err != nil {
		t.Fatal(err)
	}
	if got := w.get(a.ID); got.SuspendedReason != "" || got.Suspended() || !got.Disabled() {
		t.Errorf("unsuspended it is %s with reason %q", got.Status(), got.SuspendedReason)
	}
}

func TestDelete(t *testing.T) {
	w := newWorld(t)
	reseller, by := w.reseller(w.admin, "Reseller")
	a, _ := w.customer(by, "Customer")
	if err := w.Delete(t.Context(), w.admin, reseller.ID); !errors.Is(err, account.ErrOwns) {
		t.Errorf("Delete of an owner = %v, want ErrOwns", err)
	}
	if err := w.Delete(t.Context(), by, by.Account.ID); !errors.Is(err, account.ErrOwns) && !errors.Is(err, account.ErrOwn) {
		t.Errorf("Delete of one's own = %v, want a refusal", err)
	}
	if err := w.Delete(t.Context(), by, a.ID); err != nil {
		t.Fatalf("Delete = %v", err)
	}
	if _, err := w.Get(t.Context(), by, a.ID); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("Get of the deleted = %v, want ErrNotFound", err)
	}
	page, err := w.List(t.Context(), by, account.Filter{Status: account.All, Query: "customer", Limit: 5})
	if err != nil || len(page.Accounts) != 0 {
		t.Errorf("List of all = %v, %v, want none", page.Accounts, err)
	}
	name := "New"
	_, update := w.Update(t.Context(), by, a.ID, w.get(a.ID).Version, account.Changes{Name: &name})
	_, suspend := w.Suspend(t.Context(), by, a.ID, "x")
	_, transfer := w.Transfer(t.Context(), by, a.ID, reseller.ID)
	for act, err := range map[string]error{"Update": update, "Suspend": suspend, "Transfer": transfer, "Resend": w.Resend(t.Context(), by, a.ID)} {
		if !errors.Is(err, account.ErrNotFound) {
			t.Errorf("%s of the deleted = %v, want ErrNotFound", act, err)
		}
	}
	if err := w.Delete(t.Context(), w.admin, reseller.ID); err != nil {
		t.Errorf("Delete of an owner of nothing any more = %v", err)
	}
}

func TestApply(t *testing.T) {
	w := newWorld(t)
	a, _ := w.customer(w.admin, "Customer")
	system := principal.System("account.apply")
	for _, want := range []account.Status{account.Active, account.Deleted} {
		if err := w.Service.Apply(t.Context(), system, a.ID); err != nil {
			t.Fatalf("Apply = %v", err)
		}
		if got := w.told.applied[len(w.told.applied)-1]; got.ID != a.ID || got.Status() != want {
			t.Errorf("applied %s, want %s", got.Status(), want)
		}
		if err := w.Delete(t.Context(), w.admin, a.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Service.Apply(t.Context(), system, "acc_missing"); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("Apply of a missing account = %v, want ErrNotFound", err)
	}
	w.told.fail = errors.New("no")
	if err := w.Service.Apply(t.Context(), system, a.ID); !errors.Is(err, w.told.fail) {
		t.Errorf("Apply = %v, want the follower's error", err)
	}
}
