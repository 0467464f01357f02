package audit_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/internal/store/storetest"
)

// counted counts the searches in the record.
type counted struct {
	audit.Store
	lists int
}

// List counts one.
func (c *counted) List(ctx context.Context, scope principal.Scope, f audit.Filter) ([]audit.Event, error) {
	c.lists++
	return c.Store.List(ctx, scope, f)
}

type clock struct{ *storetest.World }

// Hold and Now read the database's clock: there are no visits here.
func (c clock) Hold(ctx context.Context, _ string) (time.Time, error) { return c.DB.Now(ctx) }
func (c clock) Now(ctx context.Context) (time.Time, error)            { return c.DB.Now(ctx) }

// What was done to every account stands among what others did to one, page by page, and
// is found in one search however many such acts there are.
func TestWhatWasDoneToEverybodyIsOnEachPage(t *testing.T) {
	t.Parallel()
	w := storetest.NewWorld(t)
	searches := &counted{Store: store.NewAudit(w.DB)}
	log := audit.New(searches, clock{w})
	ada, suspend := w.Manager(w.Provider), audit.Entry{Account: w.Customer, Object: audit.Object{Kind: "account", ID: w.Customer.ID}}
	suspend.Action, _ = audit.ActionNamed("account.suspend")
	var want []string
	for i, entry := range []audit.Entry{
		{Action: notify.ActionOff, Account: w.Provider}, suspend, {Action: notify.ActionOn, Account: w.Provider}, {Action: notify.ActionOff, Account: w.Stranger}, suspend,
	} {
		if err := log.Record(t.Context(), ada, entry); err != nil {
			t.Fatal(i, err)
		}
		want = append([]string{entry.Action.String()}, want...)
	}
	by := ada.WithScope(principal.Everything())
	for _, limit := range []int{1, 2, 4, 9} {
		var got []string
		for f := (audit.Filter{AccountID: w.Customer.ID, Direct: true, Limit: limit}); ; {
			searches.lists = 0
			page, err := log.List(t.Context(), by, f)
			if err != nil || len(page) > limit || searches.lists != 2 {
				t.Fatalf("List = %d events in %d searches, %v, want at most %d in 2", len(page), searches.lists, err, limit)
			}
			if len(page) == 0 {
				break
			}
			for _, e := range page {
				got = append(got, e.Action)
			}
			f.Before = page[len(page)-1].Seq
		}
		if !slices.Equal(got, want) {
			t.Errorf("in pages of %d: %q, want %q", limit, got, want)
		}
	}
	only, err := log.List(t.Context(), by, audit.Filter{AccountID: w.Customer.ID, Direct: true, Action: "account.suspend", Limit: 9})
	if err != nil || len(only) != 2 {
		t.Errorf("of one action there are %d, %v, want 2", len(only), err)
	}
	twice, err := log.List(t.Context(), by, audit.Filter{AccountID: w.Stranger.ID, Direct: true, Limit: 9})
	if err != nil || len(twice) != 3 {
		t.Errorf("where one of them is recorded there are %d, %v, want each once", len(twice), err)
	}
}
