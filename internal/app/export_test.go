package app_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// export asks for a file and follows it to its end.
func (c *client) export(wish map[string]any) map[string]any {
	c.t.Helper()
	begun := c.do("POST", "/api/v1/activity/exports", wish)
	path := begun.header.Get("Location")
	if begun.status != 202 || path != "/api/v1/operations/"+fmt.Sprint(begun.body["id"]) {
		c.t.Fatalf("an export is answered with %d %s at %q", begun.status, begun.raw, path)
	}
	ended := c.want(200, "GET", path+"?wait=30", nil)
	for ended["ended_at"] == nil {
		ended = c.want(200, "GET", path+"?wait=30", nil)
	}
	return ended
}

func TestC29TheHistoryIsExported(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		mila, rival := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Kestrel Cycles")
		mila.want(201, "POST", "/api/v1/domains", fields("name", "exported.example"))
		rival.want(201, "POST", "/api/v1/domains", fields("name", "rival.example"))

		ended := mila.export(fields("format", "csv", "columns", []string{"at", "action", "object", "account_id"}))
		if ended["state"] != "succeeded" || ended["progress"] != 100.0 || ended["kind"] != "activity.export" {
			t.Fatalf("the export ended as %v", ended)
		}
		file := mila.do("GET", "/api/v1"+fmt.Sprint(ended["resource"]), nil)
		if file.status != 200 || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment; filename=activity-") {
			t.Fatalf("the file: %d %v", file.status, file.header)
		}
		rows, err := csv.NewReader(bytes.NewReader(file.raw)).ReadAll()
		if err != nil || len(rows) < 3 || strings.Join(rows[0], " ") != "at action object account_id" {
			t.Fatalf("the table is %v, %v", rows, err)
		}
		for _, row := range rows[1:] {
			if row[3] != mila.who.AccountID {
				t.Errorf("the file of one account has the line %v", row)
			}
		}
		if !bytes.Contains(file.raw, []byte("exported.example")) || !bytes.Contains(file.raw, []byte("activity.export")) {
			t.Errorf("the file lacks what was done, or the export itself:\n%s", file.raw)
		}

		lines := mila.export(fields("format", "jsonl", "event", "domain.create", "q", "exported"))
		content := mila.do("GET", "/api/v1"+fmt.Sprint(lines["resource"]), nil)
		var one map[string]any
		if err := json.Unmarshal(content.raw, &one); err != nil || one["action"] != "domain.create" || one["object"] != "exported.example" {
			t.Errorf("the only line is %q, %v", content.raw, err)
		}

		path := "/api/v1/operations/" + fmt.Sprint(ended["id"])
		for method, at := range map[string]string{"GET": path, "POST": path + "/cancel"} {
			rival.refused(404, "operation-not-found", method, at, nil)
		}
		rival.refused(404, "operation-not-found", "GET", path+"/file", nil)
		mila.refused(409, "operation-ended", "POST", path+"/cancel", nil)
		mila.refused(422, "invalid", "POST", "/api/v1/activity/exports", fields("format", "csv", "columns", []string{"at", "at", "secret"}))
		if n := h.count(t, "SELECT count(*) FROM audit_events WHERE action = 'activity.export' AND account_id = ?", mila.who.AccountID); n != 2 {
			t.Errorf("two exports left %d events", n)
		}

		h.clock.Advance(24 * time.Hour)
		mila = h.signIn(t, "Blue Door Bakery")
		mila.refused(410, "operation-no-file", "GET", path+"/file", nil)
		within(t, 20*time.Second, "the file is gone", func() bool {
			_, err := os.Stat(filepath.Join(h.data, "results", fmt.Sprint(ended["id"])))
			return os.IsNotExist(err)
		})
		if now := mila.want(200, "GET", path, nil); now["state"] != "succeeded" || now["resource"] != nil {
			t.Errorf("a day later the operation is %v", now)
		}
	})
}

// A filter that was saved when there was such an event stays in the list, and the log says
// what is the matter with it.
func TestASavedFilterMayOutliveItsEvent(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada := h.signIn(t, "Ada Winter")
		ada.want(201, "POST", "/api/v1/activity/filters", fields("name", "Earlier", "query", "event=impersonation.start"))
		h.exec(t, "UPDATE saved_filters SET query = 'event=impersonation.starts'")
		saved := list(ada.want(200, "GET", "/api/v1/activity/filters", nil), "filters")
		if len(saved) != 1 || saved[0]["query"] != "event=impersonation.starts" {
			t.Fatalf("the filters are %v", saved)
		}
		body := ada.refused(422, "invalid", "GET", "/api/v1/activity?"+fmt.Sprint(saved[0]["query"]), nil)
		if one := list(body, "errors"); len(one) != 1 || one[0]["detail"] != "There is no such event. Did you mean impersonation.start?" {
			t.Errorf("the log says %v", one)
		}
	})
}

func TestSavedFiltersAreOnesOwn(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada, samir := h.signIn(t, "Ada Winter"), h.signIn(t, "Samir Okafor")
		saved := ada.want(201, "POST", "/api/v1/activity/filters", fields("name", "  Visits   here ", "query", "event=impersonation.start"))
		if saved["name"] != "Visits here" {
			t.Errorf("the filter is called %q", saved["name"])
		}
		ada.refused(409, "saved-filter-name-taken", "POST", "/api/v1/activity/filters", fields("name", "Visits here", "query", "q=x"))
		if got := list(ada.want(200, "GET", "/api/v1/activity/filters", nil), "filters"); len(got) != 1 || got[0]["query"] != "event=impersonation.start" {
			t.Errorf("the filters are %v", got)
		}
		if got := list(samir.want(200, "GET", "/api/v1/activity/filters", nil), "filters"); len(got) != 0 {
			t.Errorf("somebody else sees %v", got)
		}
		ada.want(201, "POST", "/api/v1/activity/filters", fields("name", "All", "query", "event=file.write&object_kind=file&q=ink&from=2026-03-01&to=2026-03-02T10:00:00Z&columns=what%2Cat&account_id="+ada.who.AccountID))
		for _, query := range []string{
			"event=x", "object_kind=x", "colour=red", "cursor=x", "q=a&q=b", "from=yesterday", "q=%", "q=%00", "q=%ff", "q=" + strings.Repeat("a", 201), "event=session.start&ip=" + strings.Repeat("1", 61),
		} {
			if body := ada.refused(422, "invalid", "POST", "/api/v1/activity/filters", fields("name", "No", "query", query)); pointersOf(body) != " /query " {
				t.Errorf("the filter %s is refused with %v", query, body)
			}
		}
		path := "/api/v1/activity/filters/" + fmt.Sprint(saved["id"])
		samir.refused(404, "saved-filter-not-found", "DELETE", path, nil)
		ada.want(204, "DELETE", path, nil)
		ada.refused(404, "saved-filter-not-found", "DELETE", path, nil)
	})
}
