package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// NoticeSettings is the suite of store.NoticeSettings.
func NoticeSettings(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	setup := func(t *testing.T) (hosting, *store.NoticeSettings) {
		t.Helper()
		t.Parallel()
		h := plantHosting(t, open(t))
		return h, store.NewNoticeSettings(h.db)
	}

	t.Run("a text takes the place of the one before", func(t *testing.T) {
		_, s := setup(t)
		if _, ok, err := s.Wording(t.Context(), "a", "en"); ok || err != nil {
			t.Errorf("Wording of nothing = %v, %v, want none", ok, err)
		}
		want := notify.Wording{Subject: "<b> – ä", Body: "one\n\n{{two}}\n"}
		for i, w := range []notify.Wording{{Subject: "x", Body: "y"}, want} {
			if err := s.Write(t.Context(), "a", "en", w, toldAt.Add(time.Duration(i)*time.Hour)); err != nil {
				t.Fatalf("Write = %v", err)
			}
		}
		for _, key := range [][2]string{{"a", "de"}, {"b", "en"}} {
			if err := s.Write(t.Context(), key[0], key[1], notify.Wording{Subject: "other", Body: "other"}, toldAt); err != nil {
				t.Fatalf("Write = %v", err)
			}
		}
		got, ok, err := s.Wording(t.Context(), "a", "en")
		if diff := cmp.Diff(want, got); err != nil || !ok || diff != "" {
			t.Errorf("Wording = %v, %v (-want +got):\n%s", ok, err, diff)
		}
		written, err := s.Written(t.Context())
		if diff := cmp.Diff(map[string][]string{"a": {"de", "en"}, "b": {"en"}}, written); err != nil || diff != "" {
			t.Errorf("Written = %v (-want +got):\n%s", err, diff)
		}
		for range 2 {
			if err := s.Restore(t.Context(), "a", "en"); err != nil {
				t.Errorf("Restore = %v", err)
			}
		}
		if _, ok, err := s.Wording(t.Context(), "a", "en"); ok || err != nil {
			t.Errorf("Wording after Restore = %v, %v, want none", ok, err)
		}
	})

	t.Run("off and on", func(t *testing.T) {
		_, s := setup(t)
		for _, step := range []struct {
			event string
			off   bool
			want  []string
		}{{"b", true, []string{"b"}}, {"b", true, []string{"b"}}, {"a", true, []string{"a", "b"}}, {"b", false, []string{"a"}}, {"b", false, []string{"a"}}} {
			if err := s.Switch(t.Context(), step.event, step.off); err != nil {
				t.Errorf("Switch(%s, %v) = %v", step.event, step.off, err)
			}
			got, err := s.Off(t.Context())
			if diff := cmp.Diff(step.want, got); err != nil || diff != "" {
				t.Errorf("Off after Switch(%s, %v) = %v (-want +got):\n%s", step.event, step.off, err, diff)
			}
		}
	})

	t.Run("copies go to the provider's own people as they are now", func(t *testing.T) {
		h, s := setup(t)
		exec(t, h.db, "UPDATE accounts SET kind = 'admin', email = 'p@example.com' WHERE id = ?", h.provider.ID)
		exec(t, h.db, "UPDATE accounts SET kind = 'support' WHERE id = ?", h.stranger.ID)
		provider := notify.Colleague{AccountID: h.provider.ID, Name: h.provider.Name, Email: "p@example.com"}
		colleagues, err := s.Colleagues(t.Context(), 10)
		if err != nil || len(colleagues) != 2 || colleagues[0] != provider {
			t.Fatalf("Colleagues = %+v, %v, want the provider and the stranger", colleagues, err)
		}
		if few, err := s.Colleagues(t.Context(), 1); err != nil || len(few) != 1 {
			t.Errorf("Colleagues = %v, %v, want one", few, err)
		}
		for _, step := range []struct {
			ids  []string
			want map[string][]notify.Colleague
		}{
			{[]string{h.stranger.ID}, map[string][]notify.Colleague{"a": {colleagues[1]}}},
			{[]string{h.stranger.ID, h.provider.ID, h.customer.ID}, map[string][]notify.Colleague{"a": colleagues}}, // not the customer
			{nil, map[string][]notify.Colleague{}},
			{[]string{h.provider.ID}, map[string][]notify.Colleague{"a": {provider}}},
		} {
			if err := s.SetCopies(t.Context(), "a", step.ids); err != nil {
				t.Errorf("SetCopies(%v) = %v", step.ids, err)
			}
			got, err := s.Copies(t.Context())
			if diff := cmp.Diff(step.want, got); err != nil || diff != "" {
				t.Errorf("Copies after SetCopies(%v) = %v (-want +got):\n%s", step.ids, err, diff)
			}
		}
		exec(t, h.db, "UPDATE accounts SET disabled_at = 1 WHERE id = ?", h.provider.ID)
		if got, err := s.Copies(t.Context()); err != nil || len(got) != 0 {
			t.Errorf("Copies to a blocked account = %v, %v, want none", got, err)
		}
	})

	t.Run("choices", func(t *testing.T) {
		h, s := setup(t)
		want := notify.Choice{Language: "de", Unmailed: []string{"a", "b"}}
		for _, c := range []notify.Choice{{Language: "en"}, want} {
			if err := s.Choose(t.Context(), principal.Only(h.customer), h.customer.ID, c); err != nil {
				t.Fatalf("Choose = %v", err)
			}
		}
		ids := []string{h.customer.ID, h.stranger.ID}
		for i := range 2000 {
			ids = append(ids, fmt.Sprint("acc_", i))
		}
		got, err := s.Choices(t.Context(), ids)
		if diff := cmp.Diff(map[string]notify.Choice{h.customer.ID: want}, got); err != nil || diff != "" {
			t.Errorf("Choices = %v (-want +got):\n%s", err, diff)
		}
		if got, err := s.Choices(t.Context(), []string{h.stranger.ID}); err != nil || len(got) != 0 {
			t.Errorf("Choices of who has not chosen = %v, %v, want none", got, err)
		}
	})

	t.Run("from another account's scope", func(t *testing.T) {
		h, s := setup(t)
		for name, c := range h.scopes() {
			var want error = account.ErrNotFound
			if c.reaches {
				want = nil
			}
			if err := s.Choose(t.Context(), c.scope, h.customer.ID, notify.Choice{Language: "en"}); !errors.Is(err, want) {
				t.Errorf("%s: Choose = %v, want %v", name, err, want)
			}
		}
	})
}
