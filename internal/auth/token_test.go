package auth_test

import (
	"math"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"innkeeper/internal/auth"
)

// A secret is made of so many letters of these, besides those that check it.
const (
	letters = 32
	base62  = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// A secret has at least 190 bits, and every letter that is typed wrong is found by its
// check.
func TestSecretsAreLongAndCheckThemselves(t *testing.T) {
	t.Parallel()
	if bits := letters * math.Log2(float64(len(base62))); bits < 190 {
		t.Errorf("a secret has %.1f bits, want 190", bits)
	}
	pattern, seen, used := regexp.MustCompile(`^ink_[0-9A-Za-z]{38}$`), map[string]bool{}, map[rune]bool{}
	for range 1000 {
		secret, err := auth.NewSecret()
		if err != nil || !pattern.MatchString(secret) || !auth.WellFormed(secret) || seen[secret] {
			t.Fatalf("NewSecret() = %q, %v", secret, err)
		}
		seen[secret] = true
		for _, r := range secret[len("ink_"):] {
			used[r] = true
		}
	}
	if len(used) != len(base62) {
		t.Errorf("secrets are made of %d letters, want all %d", len(used), len(base62))
	}
	secret, err := auth.NewSecret()
	if err != nil {
		t.Fatal(err)
	}
	for i := range secret {
		for _, r := range base62 {
			if wrong := secret[:i] + string(r) + secret[i+1:]; wrong != secret && auth.WellFormed(wrong) {
				t.Errorf("%q passes for %q", wrong, secret)
			}
		}
	}
	for _, text := range []string{"", "ink_", secret + "a", secret[:len(secret)-1], strings.ToUpper(secret), " " + secret} {
		if auth.WellFormed(text) {
			t.Errorf("%q passes", text)
		}
	}
}

func TestATokenIsForItsNetworksAlone(t *testing.T) {
	t.Parallel()
	bounded := auth.Token{Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}}
	for ip, want := range map[string]bool{
		"192.0.2.7": true, "::ffff:192.0.2.7": true, "192.0.3.7": false, "2001:db8::1": true, "2001:db9::1": false, "": false, "no address": false,
	} {
		if got := bounded.From(ip); got != want {
			t.Errorf("From(%q) = %v, want %v", ip, got, want)
		}
		if !(auth.Token{}).From(ip) {
			t.Errorf("a token without networks is refused from %q", ip)
		}
	}
	if (auth.Token{Networks: []netip.Prefix{{}}}).From("192.0.2.7") {
		t.Error("a network that cannot be read lets an address in")
	}
}
