package app_test

import (
	"crypto/rand"
	"fmt"
	"hash/crc32"
	"testing"
)

// program is a client that knows a secret and has no cookie.
func (h *house) program(t *testing.T, secret string) *client {
	t.Helper()
	c := h.stranger(t)
	c.bearer = secret
	return c
}

// makeToken makes an API token as the panel would, and returns its id and a program
// that has it.
func (c *client) makeToken(h *house, scopes []string, more ...any) (id string, p *client) {
	c.t.Helper()
	body := fields(append([]any{"name", "Night job", "scopes", scopes}, more...)...)
	made := c.want(201, "POST", "/api/v1/tokens", body)
	p = h.program(c.t, fmt.Sprint(made["secret"]))
	p.who = c.who
	return fmt.Sprint(made["id"]), p
}

// scopesFor returns the words as a list of scopes.
func scopesFor(names ...string) []string { return names }

// begin begins a visit by whatever the client has.
func begin(to person, mode string) map[string]any {
	return fields("account_id", to.AccountID, "reason_code", "customer_request", "reason", "The night job looks after the domains", "mode", mode, "informed", "asked")
}

// aSecret is a secret as the API makes them, but for the test's own way to write the
// check.
func aSecret() string {
	const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	letters, check := (rand.Text() + rand.Text())[:32], ""
	for sum := crc32.ChecksumIEEE([]byte(letters)); len(check) < 6; sum /= 62 {
		check = string(base62[sum%62]) + check
	}
	return "ink_" + letters + check
}
