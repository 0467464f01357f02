package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/httpapi"
	"innkeeper/internal/store/storetest"
	"innkeeper/rbac"
)

// broken is a server with one operation more: it writes a row, and meets a defect with
// everything about it in the message.
func broken(w *storetest.World, defect bool) *httpapi.Server {
	d := httpapi.Deps{Tx: w.DB, PublicURL: "http://panel.example", Now: time.Now, CursorKey: make([]byte, 32)}
	return httpapi.NewWith(d, httpapi.Operation{
		ID: "breakThings", Method: http.MethodPost, Path: "/broken", Status: http.StatusNoContent, Tag: "Test", Summary: "Break things",
		Description: "There is none like it.", Class: rbac.ClassDeny,
	}, func(ctx context.Context) error {
		return w.DB.InTx(ctx, func(ctx context.Context) error {
			err := w.DB.Write(ctx).Exec("INSERT INTO installation (name, value) VALUES ('written', 'x')").Error
			if defect {
				panic("a defect at /srv/innkeeper with postgres://innkeeper:hunter2@db")
			}
			return err
		})
	})
}

func TestD04PanicIsOneAnswer(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	defer slog.SetDefault(before)
	w := storetest.NewWorld(t)
	ask := func(s *httpapi.Server) (status int, header http.Header, body string) {
		t.Helper()
		r := httptest.NewRequest(http.MethodPost, "/api/v1/broken", nil)
		r.Header.Set("X-Request-Id", "req_of-the-test")
		answer, err := s.Test(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, answer.Header, string(text)
	}
	written := func() (n int64) {
		t.Helper()
		if err := w.DB.Read(t.Context()).Raw("SELECT count(*) FROM installation WHERE name = 'written'").Scan(&n).Error; err != nil {
			t.Fatal(err)
		}
		return n
	}

	status, header, body := ask(broken(w, true))
	if status != http.StatusInternalServerError || header.Get("Content-Type") != "application/problem+json" || header.Get("X-Request-Id") != "req_of-the-test" {
		t.Errorf("the answer is %d %s with the headers %v", status, body, header)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatalf("the answer is %q: %v", body, err)
	}
	want := map[string]any{
		"type": "about:blank", "title": "Internal Server Error", "status": 500.0, "code": "internal", "request_id": "req_of-the-test", "instance": "urn:innkeeper:request:req_of-the-test",
		"detail": "Something went wrong on our side. Please try again, or ask for help with the request id.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the problem (-want +got):\n%s", diff)
	}
	if n := written(); n != 0 {
		t.Error("what was written before the defect stayed")
	}
	var line struct {
		Level, Error string
		RequestID    string `json:"request_id"`
	}
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("the log has %q, want one line: %v", log.String(), err)
	}
	if line.Level != "ERROR" || line.RequestID != "req_of-the-test" || !strings.Contains(line.Error, "hunter2") || !strings.Contains(line.Error, "httpapi_test.broken") {
		t.Errorf("the log has %+v, want the request, the defect and the stack", line)
	}

	if status, _, body := ask(broken(w, false)); status != http.StatusNoContent || written() != 1 {
		t.Errorf("the next one is answered with %d %s, and %d rows were written, want 204 and 1", status, body, written())
	}
}
