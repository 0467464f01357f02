package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/db"
	"innkeeper/internal/dns"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// Records is the suite of store.Records.
func Records(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	all := principal.Everything()
	setup := func(t *testing.T) (hosting, *store.Records) {
		t.Helper()
		t.Parallel()
		h := newHosting(t, open)
		h.addDomains(t, h.domain("dom_1", h.customer, "example.com"), h.domain("dom_2", h.stranger, "example.net"))
		return h, store.NewRecords(h.db)
	}
	record := func(id, name, kind, value string) dns.Record {
		return dns.Record{ID: id, DomainID: "dom_1", Name: name, Type: kind, TTL: 3600, Value: value, CreatedAt: hostedAt.Add(time.Second)}
	}
	add := func(t *testing.T, s *store.Records, records ...dns.Record) {
		t.Helper()
		for _, r := range records {
			if err := s.Create(t.Context(), all, r); err != nil {
				t.Fatalf("Create(%q) = %v", r.ID, err)
			}
		}
	}

	t.Run("a record comes back as it was, to those who may see it", func(t *testing.T) {
		h, s := setup(t)
		want := record("rec_1", "@", "TXT", `v=spf1 "x" \ -all`)
		add(t, s, want)
		for name, c := range h.scopes() {
			got, err := s.ByID(t.Context(), c.scope, "dom_1", "rec_1")
			list, other := s.List(t.Context(), c.scope, "dom_1", dns.RecordKey{}, 9)
			at, third := s.At(t.Context(), c.scope, "dom_1", "@")
			n, fourth := s.Count(t.Context(), c.scope, "dom_1")
			if other != nil || third != nil || fourth != nil {
				t.Fatal(other, third, fourth)
			}
			if !c.reaches {
				if !errors.Is(err, dns.ErrRecordNotFound) || len(list)+len(at)+int(n) > 0 {
					t.Errorf("from %s: %v, %v, %v, %d, want nothing", name, err, list, at, n)
				}
				continue
			}
			for method, found := range map[string][]dns.Record{"ByID": {got}, "List": list, "At": at} {
				if diff := cmp.Diff([]dns.Record{want}, found); err != nil || diff != "" {
					t.Errorf("%s from %s = %v (-want +got):\n%s", method, name, err, diff)
				}
			}
			if n != 1 {
				t.Errorf("Count from %s = %d, want 1", name, n)
			}
		}
		if _, err := s.ByID(t.Context(), all, "dom_2", "rec_1"); !errors.Is(err, dns.ErrRecordNotFound) {
			t.Errorf("ByID below another domain = %v, want ErrRecordNotFound", err)
		}
	})

	t.Run("changes reach as far as the scope", func(t *testing.T) {
		h, s := setup(t)
		for name, c := range h.scopes() {
			before := record("rec_"+name, "@", "TXT", name)
			add(t, s, before)
			changed := before
			changed.Name, changed.Type, changed.TTL, changed.Value = "new", "CNAME", 60, name+".example"
			if err := s.Update(t.Context(), c.scope, changed); c.reaches != (err == nil) {
				t.Errorf("Update from %s = %v, want done: %v", name, err, c.reaches)
			}
			want := before
			if c.reaches {
				want = changed
			}
			if got, err := s.ByID(t.Context(), all, "dom_1", before.ID); err != nil || got != want {
				t.Errorf("after Update from %s = %v, %v, want %v", name, got, err, want)
			}
			if err := s.Delete(t.Context(), c.scope, "dom_1", before.ID); c.reaches != (err == nil) {
				t.Errorf("Delete from %s = %v, want done: %v", name, err, c.reaches)
			}
			if _, err := s.ByID(t.Context(), all, "dom_1", before.ID); c.reaches != errors.Is(err, dns.ErrRecordNotFound) {
				t.Errorf("after Delete from %s ByID = %v, want gone: %v", name, err, c.reaches)
			}
			err := s.Create(t.Context(), c.scope, record("rec_new"+name, "@", "TXT", "new "+name))
			if c.reaches != (err == nil) || !c.reaches && !errors.Is(err, dns.ErrNotFound) {
				t.Errorf("Create from %s = %v, want done: %v", name, err, c.reaches)
			}
		}
	})

	t.Run("what is there already is refused", func(t *testing.T) {
		_, s := setup(t)
		add(t, s, record("rec_1", "www", "A", "192.0.2.1"), record("rec_2", "www", "A", "192.0.2.2"))
		if err := s.Create(t.Context(), all, record("rec_3", "www", "A", "192.0.2.1")); !errors.Is(err, dns.ErrRecordExists) {
			t.Errorf("Create = %v, want ErrRecordExists", err)
		}
		if err := s.Update(t.Context(), all, record("rec_2", "www", "A", "192.0.2.1")); !errors.Is(err, dns.ErrRecordExists) {
			t.Errorf("Update = %v, want ErrRecordExists", err)
		}
		for act, err := range map[string]error{
			"Update": s.Update(t.Context(), all, record("rec_9", "x", "A", "192.0.2.1")),
			"Delete": s.Delete(t.Context(), all, "dom_1", "rec_9"),
		} {
			if !errors.Is(err, dns.ErrRecordNotFound) {
				t.Errorf("%s of a missing record = %v, want ErrRecordNotFound", act, err)
			}
		}
	})

	t.Run("a list is by name and type, and goes on", func(t *testing.T) {
		_, s := setup(t)
		add(t, s, record("rec_1", "www", "TXT", "a"), record("rec_2", "www", "A", "192.0.2.1"),
			record("rec_4", "@", "A", "192.0.2.1"), record("rec_3", "@", "A", "192.0.2.2"))
		want := []string{"rec_3", "rec_4", "rec_2", "rec_1"}
		var got []string
		after := dns.RecordKey{}
		for range len(want) {
			page, err := s.List(t.Context(), all, "dom_1", after, 1)
			if err != nil || len(page) != 1 {
				t.Fatalf("List after %v = %v, %v", after, page, err)
			}
			got, after = append(got, page[0].ID), page[0].Key()
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("List, one by one (-want +got):\n%s", diff)
		}
		if page, err := s.List(t.Context(), all, "dom_1", after, 1); err != nil || len(page) > 0 {
			t.Errorf("List at the end = %v, %v, want nothing", page, err)
		}
	})

	t.Run("the records of a deleted domain are gone", func(t *testing.T) {
		h, s := setup(t)
		add(t, s, record("rec_1", "@", "A", "192.0.2.1"))
		if err := store.NewDomains(h.db).Delete(t.Context(), all, "dom_1", hostedAt); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ByID(t.Context(), all, "dom_1", "rec_1"); !errors.Is(err, dns.ErrRecordNotFound) {
			t.Errorf("ByID = %v, want ErrRecordNotFound", err)
		}
	})
}
