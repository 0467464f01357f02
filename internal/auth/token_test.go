package auth

import (
	"math"
	"net/netip"
	"regexp"
	"strings"
	"testing"
)

// A secret has at least 190 bits, and every letter that is typed wrong is found by its
// check.
func TestSecretsAreLongAndCheckThemselves(t *testing.T) {
	t.Parallel()
	if bits := secretLetters * math.Log2(float64(len(base62))); bits < 190 {
		t.Errorf("a secret has %.1f bits, want 190", bits)
	}
	pattern, seen, letters := regexp.MustCompile(`^ink_[0-9A-Za-z]{38}$`), map[string]bool{}, map[rune]bool{}
	for range 1000 {
		secret, err := newSecret()
		if err != nil || !pattern.MatchString(secret) || !wellFormed(secret) || seen[secret] {
			t.Fatalf("newSecret() = %q, %v", secret, err)
		}
		seen[secret] = true
		for _, r := range secret[len(secretPrefix):] {
			letters[r] = true
		}
	}
	if len(letters) != len(base62) {
		t.Errorf("secrets are made of %d letters, want all %d", len(letters), len(base62))
	}
	secret, err := newSecret()
	if err != nil {
		t.Fatal(err)
	}
	for i := range secret {
		for _, r := range base62 {
			if wrong := secret[:i] + string(r) + secret[i+1:]; wrong != secret && wellFormed(wrong) {
				t.Errorf("%q passes for %q", wrong, secret)
			}
		}
	}
	for _, text := range []string{"", "ink_", secret + "a", secret[:len(secret)-1], strings.ToUpper(secret), " " + secret} {
		if wellFormed(text) {
			t.Errorf("%q passes", text)
		}
	}
}

func TestATokenIsForItsNetworksAlone(t *testing.T) {
	t.Parallel()
	bounded := Token{Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}}
	for ip, want := range map[string]bool{
		"192.0.2.7": true, "::ffff:192.0.2.7": true, "192.0.3.7": false, "2001:db8::1": true, "2001:db9::1": false, "": false, "no address": false,
	} {
		if got := bounded.From(ip); got != want {
			t.Errorf("From(%q) = %v, want %v", ip, got, want)
		}
		if !(Token{}).From(ip) {
			t.Errorf("a token without networks is refused from %q", ip)
		}
	}
	if (Token{Networks: []netip.Prefix{{}}}).From("192.0.2.7") {
		t.Error("a network that cannot be read lets an address in")
	}
}
