package dns_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/dns"
	"innkeeper/internal/fault"
)

const zone = "example.com"

// refused is the value of a record that is not allowed.
const refused = ""

func TestParseRecordValues(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 2048)
	values := map[string]map[string]string{
		"A": {
			"192.0.2.1": "192.0.2.1", " 192.0.2.1 ": "192.0.2.1",
			"192.0.2.256": refused, "192.0.2": refused, "2001:db8::1": refused, "::ffff:192.0.2.1": refused, "": refused,
			"192.0.2.1\n@ NS evil.example.": refused, "0300.0.2.1": refused,
		},
		"AAAA": {
			"2001:DB8:0:0::1": "2001:db8::1", "::1": "::1",
			"fe80::1%eth0": refused, "::ffff:192.0.2.1": refused, "192.0.2.1": refused, "2001:db8::1\t": "2001:db8::1",
		},
		"CNAME": {
			"Www.Example.NET.": "www.example.net", "sel._domainkey.example.net": "sel._domainkey.example.net", "bücher.example": "xn--bcher-kva.example",
			"localhost": refused, "192.0.2.1": refused, "a b.example": refused, "a.example\n": "a.example", "a.exa\nmple": refused,
			".": refused, "": refused, "a;b.example": refused, `a".example`: refused, "host.example": refused, // see below: it is the record itself
		},
		"NS": {
			"ns1.example.net.": "ns1.example.net",
			"ns_1.example.net": refused, "-.example.net": refused, "192.0.2.53": refused,
		},
		"MX": {
			"10 mail.example.net": "10 mail.example.net", " 010   MAIL.example.net. ": "10 mail.example.net", "0 .": "0 .",
			"10 .": refused, "mail.example.net": refused, "70000 mail.example.net": refused, "-1 mail.example.net": refused,
			"10 192.0.2.1": refused, "10 mail.example.net evil": refused, "10 mail\x00.example.net": refused,
		},
		"CAA": {
			`0 issue "ca.example.net"`: `0 issue "ca.example.net"`, `128 ISSUEWILD ;`: `128 issuewild ";"`,
			`0 iodef "mailto:a@example.net"`: `0 iodef "mailto:a@example.net"`, `0 issue "ca.example.net; policy=ev"`: `0 issue "ca.example.net; policy=ev"`,
			`256 issue "x"`: refused, `0 issue "a" "b"`: refused, `0 is-sue "x"`: refused, `0 issue`: refused, "0 issue \"a\nb\"": refused, `0 issue "\065"`: refused,
		},
		"TXT": {
			"v=spf1 -all": "v=spf1 -all", `"v=spf1 -all"`: "v=spf1 -all", `"ab" "cd"`: "abcd", `say "hi"`: `say "hi"`,
			`"a\"b\\c"`: `a"b\c`, `back\slash`: `back\slash`, long: long,
			"": refused, "  ": refused, `""`: refused, `"open`: refused, `"a"b`: refused, `"a""b"`: refused, `"\"starts so"`: refused, `"a\065"`: refused,
			"line\nbreak": refused, "tab\t": refused, "bell\a": refused, "nul\x00": refused, "ünicode": refused, long + "x": refused, `" blank"`: refused,
			"bidi\u202e": refused, `"a\`: refused,
		},
	}
	for kind, cases := range values {
		for value, want := range cases {
			name := "host"
			if kind == "CNAME" && value == "host.example" {
				value = "HOST.example.com."
			}
			got, err := dns.ParseRecord(zone, dns.RecordInput{Name: name, Type: kind, TTL: 3600, Value: value})
			if want == refused {
				if diff := cmp.Diff([]string{"/value"}, pointers(err)); diff != "" {
					t.Errorf("ParseRecord(%s %.50q) = %.50q, bad fields (-want +got):\n%s", kind, value, got.Value, diff)
				}
				continue
			}
			if err != nil || got.Value != want {
				t.Errorf("ParseRecord(%s %.50q) = %.50q, %v, want %.50q", kind, value, got.Value, err, want)
			}
		}
	}
}

func TestParseRecordSRV(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"10 5 5060 Sip.example.net.": "10 5 5060 sip.example.net", "0 0 0 .": "0 0 0 .",
		"10 5 5060": refused, "10 5 99999 sip.example.net": refused, "10 5 5060 sip.example.net x": refused, "a 5 5060 sip.example.net": refused,
	} {
		got, err := dns.ParseRecord(zone, dns.RecordInput{Name: "_sip._tcp", Type: "SRV", TTL: 60, Value: value})
		if (err == nil) != (want != refused) || err == nil && got.Value != want {
			t.Errorf("ParseRecord(SRV %q) = %q, %v, want %q", value, got.Value, err, want)
		}
	}
	for _, name := range []string{"@", "sip", "_sip", "_sip.tcp", "_._tcp"} {
		_, err := dns.ParseRecord(zone, dns.RecordInput{Name: name, Type: "SRV", TTL: 60, Value: "0 0 0 ."})
		if diff := cmp.Diff([]string{"/name"}, pointers(err)); diff != "" {
			t.Errorf("ParseRecord(SRV at %q), bad fields (-want +got):\n%s", name, diff)
		}
	}
}

func TestParseRecordNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"@": "@", "": "@", "example.com": "@", "EXAMPLE.com.": "@", "www": "www", "WWW.example.com": "www", "a.b": "a.b",
		"*": "*", "*.shop": "*.shop", "_dmarc": "_dmarc", "bücher": "xn--bcher-kva", "www.example.com.example.com": "www",
		"a..b": refused, ".a": refused, "a*": refused, "*a": refused, "a.*": refused, "**": refused, "a b": refused, "a\nb": refused,
		"a\x00": refused, `a"b`: refused, "$ORIGIN": refused, "a;b": refused, strings.Repeat("a", 64): refused,
		strings.Repeat("a.", 125) + "a": refused, "*.": "*", strings.Repeat("ü", 3000): refused,
	} {
		got, err := dns.ParseRecord(zone, dns.RecordInput{Name: name, Type: "A", TTL: 60, Value: "192.0.2.1"})
		if (err == nil) != (want != refused) || err == nil && got.Name != want {
			t.Errorf("ParseRecord(name %.40q) = %q, %v, want %q", name, got.Name, err, want)
		}
	}
}

func TestParseRecordNamesAllBadFieldsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := dns.ParseRecord(zone, dns.RecordInput{Name: "a b", Type: "MX", TTL: 59, Value: "x"})
	if diff := cmp.Diff([]string{"/ttl", "/name", "/value"}, pointers(err)); diff != "" {
		t.Errorf("bad fields (-want +got):\n%s", diff)
	}
	_, err = dns.ParseRecord(zone, dns.RecordInput{Name: "@", Type: "PTR", TTL: 604801})
	if diff := cmp.Diff([]string{"/type", "/ttl"}, pointers(err)); diff != "" {
		t.Errorf("bad fields (-want +got):\n%s", diff)
	}
	_, err = dns.ParseRecord(zone, dns.RecordInput{Name: "@", Type: "CNAME", TTL: 60, Value: "example.net"})
	if diff := cmp.Diff([]string{"/name"}, pointers(err)); diff != "" {
		t.Errorf("CNAME of the domain itself, bad fields (-want +got):\n%s", diff)
	}
}

func pointers(err error) []string {
	var bad *fault.Error
	if !errors.As(err, &bad) {
		return nil
	}
	var list []string
	for _, f := range bad.Fields {
		list = append(list, f.Pointer)
	}
	return list
}

// FuzzParseRecord wants that whatever is kept has one form, and that nothing of
// it can break out of the line that it becomes in a zone file.
func FuzzParseRecord(f *testing.F) {
	for _, seed := range [][3]string{
		{"@", "A", "192.0.2.1"}, {"www", "CNAME", "a.example."}, {"@", "MX", "10 mail.example"}, {"x", "TXT", `"a" "b\"c"`},
		{"x", "TXT", `a "quote" \ b`}, {"_s._tcp", "SRV", "0 0 0 ."}, {"@", "CAA", `0 issue ";"`}, {"*.x", "AAAA", "::1"}, {"@", "NS", "ns.example"},
		{"a\n", "TXT", "x\n@ NS evil.example."}, {"example.com.example.com", "A", "192.0.2.1"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, name, kind, value string) {
		r, err := dns.ParseRecord(zone, dns.RecordInput{Name: name, Type: kind, TTL: 60, Value: value})
		if err != nil {
			return
		}
		again, err := dns.ParseRecord(zone, dns.RecordInput{Name: r.Name, Type: r.Type, TTL: r.TTL, Value: r.Value})
		if err != nil || again != r {
			t.Fatalf("ParseRecord(%q %q %q) = %+v, which reads as %+v, %v", name, kind, value, r, again, err)
		}
		written := r.Value
		if r.Type == "TXT" {
			written = dns.Quoted(r.Value)
			if back, err := dns.ParseRecord(zone, dns.RecordInput{Name: "x", Type: "TXT", TTL: 60, Value: written}); err != nil || back.Value != r.Value {
				t.Fatalf("Quoted(%q) = %q, which reads as %q, %v", r.Value, written, back.Value, err)
			}
		}
		line := r.Host(zone) + " " + written
		if strings.ContainsFunc(line, func(c rune) bool { return c < 0x20 || c > 0x7e }) {
			t.Fatalf("a record has characters that are not printable: %q", line)
		}
		if strings.ContainsAny(r.Name, " \"\\;()$") || r.Type != "TXT" && r.Type != "CAA" && strings.ContainsAny(r.Value, "\"\\;()$") {
			t.Fatalf("a record has characters with a meaning in zone files: %q", line)
		}
	})
}

func TestQuoted(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 255)
	for text, want := range map[string]string{
		`a "b" \c`: `"a \"b\" \\c"`, long: `"` + long + `"`, long + "b": `"` + long + `" "b"`,
	} {
		if got := dns.Quoted(text); got != want {
			t.Errorf("Quoted(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestFaultOfARecordIsInvalid(t *testing.T) {
	t.Parallel()
	_, err := dns.ParseRecord(zone, dns.RecordInput{})
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("ParseRecord of nothing = %v, want Invalid", err)
	}
}
