package dns_test

import (
	"strings"
	"testing"

	"innkeeper/internal/dns"
)

func TestParseName(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 63)
	names := map[string]string{ // "" is refused
		"example.com":                         "example.com",
		" Example.COM. ":                      "example.com",
		"bücher.example":                      "xn--bcher-kva.example",
		"BÜCHER.example":                      "xn--bcher-kva.example",
		"xn--bcher-kva.example":               "xn--bcher-kva.example",
		"例え。テスト":                              "xn--r8jz45g.xn--zckzah",
		"straße.example":                      "xn--strae-oqa.example",
		"ｅｘａｍｐｌｅ.com":                         "example.com",
		"a.b.c.d.example":                     "a.b.c.d.example",
		long + ".example":                     long + ".example",
		long + "a.example":                    "",
		strings.Repeat("a.", 126) + "example": "",
		"":                                    "",
		".":                                   "",
		"com":                                 "",
		"example..com":                        "",
		".example.com":                        "",
		"-example.com":                        "",
		"example-.com":                        "",
		"exam_ple.com":                        "",
		"exam ple.com":                        "",
		"example.com/":                        "",
		"exa\x00mple.com":                     "",
		"example.com\nevil.example":           "",
		"192.0.2.1":                           "",
		"example.123":                         "",
		"[::1]":                               "",
		"xn--a.example":                       "",
		"xn--.example":                        "",
		"a\u202eb.example":                    "",
		"*.example.com":                       "",
		"user@example.com":                    "",
		strings.Repeat("ü", 2000):             "",
		"../../etc.passwd":                    "",
		"exa\u200dmple.com":                   "",
		"\u05d0a.example":                     "",
		"example.com; rm -rf":                 "",
		strings.Repeat("a.", 1<<20) + "example.com": "",
	}
	for text, want := range names {
		got, flaw := dns.ParseName(text)
		if got != want || (flaw == nil) != (want != "") {
			t.Errorf("ParseName(%.60q) = %q, %v, want %q", text, got, flaw, want)
		}
	}
}

func TestDisplay(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"xn--bcher-kva.example": "bücher.example", "example.com": "example.com", "xn--!.example": "xn--!.example"} {
		if got := dns.Display(name); got != want {
			t.Errorf("Display(%q) = %q, want %q", name, got, want)
		}
	}
}

func FuzzParseName(f *testing.F) {
	for _, text := range []string{"example.com", "bücher.example", "例え。テスト", "xn--bcher-kva.example", "a\x00b.c", "a..b", "ＡＢＣ.com", "000000.00\x88"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, flaw := dns.ParseName(text)
		if flaw != nil {
			return
		}
		if again, flaw := dns.ParseName(name); flaw != nil || again != name {
			t.Errorf("ParseName(%q) = %q, which reads as %q, %v", text, name, again, flaw)
		}
		if len(name) > 253 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" || strings.Contains(name, "..") {
			t.Errorf("ParseName(%q) = %q, which is no host name", text, name)
		}
	})
}
