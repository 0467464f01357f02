package app_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/app"
)

// A customer takes the receipt of a visit home and has it checked without the panel.
func TestTheCustomerCanProveAVisit(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		bakery := h.named(t, "Blue Door Bakery")
		admin := h.signIn(t, "Ada Winter")
		id, base := admin.visit(bakery, "change")
		admin.want(201, "POST", base+"/api/v1/mailboxes", map[string]any{"address": "news@bluedoor.example"})
		h.clock.Advance(7 * time.Minute)
		admin.want(200, "POST", base+"/stop", nil)
		admin.refused(403, "forbidden", "GET", "/api/v1/me/access-history/"+id+"/receipt", nil)

		customer := h.signIn(t, "Blue Door Bakery")
		receipt := customer.do("GET", "/api/v1/me/access-history/"+id+"/receipt", nil)
		if receipt.status != 200 {
			t.Fatalf("the receipt = %d %s", receipt.status, receipt.raw)
		}
		key := h.stranger(t).want(200, "GET", "/api/v1/record-key", nil)["key"].(string)
		path := filepath.Join(t.TempDir(), "receipt.json")
		if err := os.WriteFile(path, receipt.raw, 0o600); err != nil {
			t.Fatal(err)
		}
		elsewhere := []string{"INNKEEPER_DATA=" + t.TempDir()}
		for name, c := range map[string]struct {
			environ []string
			args    []string
			code    int
			says    []string
		}{
			"at home, without the installation": {elsewhere, []string{path}, 0, []string{"Ada Winter  impersonation.start", "mailbox.create  news@bluedoor.example", "impersonation.stop", "The receipt holds: 3 records", key}},
			"with the key of the provider":      {elsewhere, []string{path, "--key", key}, 0, []string{"The receipt holds"}},
			"with the key of somebody else":     {elsewhere, []string{path, "--key", "x"}, 1, []string{"signed by another key"}},
			"at the provider":                   {nil, []string{path}, 0, []string{"The receipt holds"}},
			"the whole record":                  {nil, nil, 0, []string{"The record holds"}},
			"the record has the receipt's head": {nil, []string{"--witness", path}, 0, []string{"The record holds"}},
			"no such file":                      {elsewhere, []string{path + "x"}, 1, []string{"no such file"}},
		} {
			code, said := h.verify(t, c.environ, c.args...)
			if code != c.code {
				t.Errorf("%s: audit verify ends with %d, want %d:\n%s", name, code, c.code, said)
			}
			for _, want := range c.says {
				if !strings.Contains(said, want) {
					t.Errorf("%s: audit verify says\n%swant %q", name, said, want)
				}
			}
		}
		forged := bytes.Replace(receipt.raw, []byte("news@"), []byte("jobs@"), 1)
		if err := os.WriteFile(path, forged, 0o600); err != nil {
			t.Fatal(err)
		}
		if code, said := h.verify(t, elsewhere, path); code != 1 || !strings.Contains(said, "is not what was sealed") {
			t.Errorf("audit verify of a forged receipt ends with %d:\n%s", code, said)
		}
	})
}

// verify runs the command, in the house itself unless another environment is given.
func (h *house) verify(t *testing.T, environ []string, args ...string) (code int, said string) {
	t.Helper()
	var out bytes.Buffer
	env := h.env(&out)
	env.Stderr = &out
	if environ != nil {
		env.Environ = environ
	}
	return app.Run(t.Context(), append([]string{"audit", "verify"}, args...), env), out.String()
}
