package mail_test

import (
	"strings"
	"testing"

	"innkeeper/internal/mail"
)

func TestParseAddress(t *testing.T) {
	t.Parallel()
	local := strings.Repeat("a", 64)
	for text, want := range map[string]string{ // "" is refused
		"info@example.com": "info@example.com", " Info@Example.COM. ": "info@example.com", "a.b-c_d+e@example.com": "a.b-c_d+e@example.com",
		"!#$%&'*+-/=?^_`{|}~@example.com": "!#$%&'*+-/=?^_`{|}~@example.com", "info@bücher.example": "info@xn--bcher-kva.example",
		local + "@example.com": local + "@example.com",
		"":                     "", "@": "", "info": "", "@example.com": "", "info@": "", "info@com": "", "a@b@example.com": "", ".a@example.com": "",
		"a.@example.com": "", "a..b@example.com": "", `"a b"@example.com`: "", `"a"@example.com`: "", "a b@example.com": "", "ä@example.com": "",
		"a\n@example.com": "", "a@example.com\nBcc: x@example.net": "", "a\x00@example.com": "", "a,b@example.com": "", "<a@example.com>": "",
		"a@[192.0.2.1]": "", "a@192.0.2.1": "", local + "a@example.com": "", "a(x)@example.com": "", `a\@example.com`: "", "../x@example.com/": "",
		local + "@" + strings.Repeat("b.", 94) + "example": "",
	} {
		got, domain, flaw := mail.ParseAddress(text)
		if got != want || (flaw == nil) != (want != "") || want != "" && !strings.HasSuffix(got, "@"+domain) {
			t.Errorf("ParseAddress(%.60q) = %q of %q, %v, want %q", text, got, domain, flaw, want)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, text := range []string{"info@example.com", "A.B+c@Bücher.example", `"a"@b.c`, "a@b@c.d", "a\n@b.c", "@", "a@b.c\r\nX: y"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		address, domain, flaw := mail.ParseAddress(text)
		if flaw != nil {
			return
		}
		again, domainAgain, flaw := mail.ParseAddress(address)
		if flaw != nil || again != address || domainAgain != domain {
			t.Errorf("ParseAddress(%q) = %q, which reads as %q, %v", text, address, again, flaw)
		}
		if len(address) > 254 || strings.Count(address, "@") != 1 || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Errorf("ParseAddress(%q) = %q, which is no plain address", text, address)
		}
	})
}
