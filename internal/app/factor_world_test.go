package app_test

import (
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"innkeeper/internal/auth"
)

// key is the key of stored secrets, as the running house reads it.
func (h *house) key(t *testing.T) *auth.Sealer {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(h.data, "secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := auth.NewSealer(key)
	if err != nil {
		t.Fatal(err)
	}
	return sealer
}

// giveFactor puts an app beside the running house: instead of what the person had.
func (h *house) giveFactor(t *testing.T, person string, confirmed bool) (secret string) {
	t.Helper()
	made, err := totp.Generate(totp.GenerateOpts{Issuer: "test", AccountName: person})
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := h.key(t).Seal("totp:"+person, made.Secret())
	if err != nil {
		t.Fatal(err)
	}
	h.exec(t, "DELETE FROM second_factors WHERE person_id = ?", person)
	now := h.clock.Now().UnixMicro()
	h.exec(t, "INSERT INTO second_factors (person_id, secret, created_at) VALUES (?, ?, ?)", person, sealed, now)
	if confirmed {
		h.exec(t, "UPDATE second_factors SET confirmed_at = ? WHERE person_id = ?", now, person)
	}
	return made.Secret()
}

// code is what the app of that secret shows now.
func (h *house) code(t *testing.T, secret string) string {
	t.Helper()
	return codeAt(t, secret, h.clock.Now())
}

func codeAt(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// origin is the address of the house, for its cookies.
func origin(t *testing.T, h *house) *url.URL {
	t.Helper()
	u, err := url.Parse(h.url)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// stepUp proves again who the person is, with a code unless it is nil.
func (c *client) stepUp(code any) map[string]any {
	c.t.Helper()
	body := fields("password", c.who.Password)
	if code != nil {
		body["code"] = code
	}
	up := c.want(200, "POST", "/api/v1/session/step-up", body)
	c.csrf = fmt.Sprint(up["csrf_token"])
	return up
}
