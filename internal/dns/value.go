package dns

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// values holds, by type, what checks a value and returns it in its one form.
var values = map[string]func(text string) (string, *Flaw){
	"A":     parseA,
	"AAAA":  parseAAAA,
	"CNAME": func(text string) (string, *Flaw) { return parseTarget(text, isOwner) },
	"NS":    func(text string) (string, *Flaw) { return parseTarget(text, isHost) },
	"MX":    parseMX,
	"SRV":   parseSRV,
	"CAA":   parseCAA,
	"TXT":   parseTXT,
}

var (
	flawA      = &Flaw{"invalid", "This is not an IPv4 address, such as 192.0.2.1."}
	flawAAAA   = &Flaw{"invalid", "This is not an IPv6 address, such as 2001:db8::1."}
	flawTarget = &Flaw{"invalid", "This is not the full name of a host, such as www.example.com."}
	flawMX     = &Flaw{"invalid", "Write a priority and the full name of a host, such as 10 mail.example.com."}
	flawSRVs   = &Flaw{"invalid", "Write priority, weight, port and the full name of a host, such as 10 5 5060 sip.example.com."}
	flawCAA    = &Flaw{"invalid", `Write flags, tag and value, such as 0 issue "ca.example.net".`}
	flawTXT    = &Flaw{"invalid", "Use printable ASCII characters only, without line breaks."}
	flawQuotes = &Flaw{"quotes", "The quotation marks do not match."}
	flawLong   = &Flaw{"too-long", fmt.Sprintf("The text is longer than %d characters.", maxText)}
)

func parseA(text string) (string, *Flaw) {
	a, err := netip.ParseAddr(strings.TrimSpace(text))
	if err != nil || !a.Is4() {
		return "", flawA
	}
	return a.String(), nil
}

func parseAAAA(text string) (string, *Flaw) {
	a, err := netip.ParseAddr(strings.TrimSpace(text))
	if err != nil || !a.Is6() || a.Is4In6() || a.Zone() != "" {
		return "", flawAAAA
	}
	return a.String(), nil
}

// parseTarget returns the full name of a host without the last dot.
func parseTarget(text string, fits func(name string) bool) (string, *Flaw) {
	name, ok := ascii(strings.TrimSuffix(strings.TrimSpace(text), "."))
	if !ok || !fits(name) || !strings.Contains(name, ".") || numericTop(name) {
		return "", flawTarget
	}
	return name, nil
}

// parseMX reads "preference exchange" (RFC 1035 §3.3.9); "0 ." says that the
// domain takes no mail (RFC 7505).
func parseMX(text string) (string, *Flaw) {
	numbers, target, ok := parseNumbers(text, 1)
	if !ok || target == "." && numbers[0] != 0 {
		return "", flawMX
	}
	host, flaw := parseTargetOrNone(target)
	if flaw != nil {
		return "", flawMX
	}
	return fmt.Sprintf("%d %s", numbers[0], host), nil
}

// parseSRV reads "priority weight port target" (RFC 2782); the target "." says
// that there is no such service.
func parseSRV(text string) (string, *Flaw) {
	numbers, target, ok := parseNumbers(text, 3)
	if !ok {
		return "", flawSRVs
	}
	host, flaw := parseTargetOrNone(target)
	if flaw != nil {
		return "", flawSRVs
	}
	return fmt.Sprintf("%d %d %d %s", numbers[0], numbers[1], numbers[2], host), nil
}

func parseTargetOrNone(text string) (string, *Flaw) {
	if text == "." {
		return ".", nil
	}
	return parseTarget(text, isHost)
}

// parseNumbers reads n numbers of 16 bits and one more word.
func parseNumbers(text string, n int) (numbers []uint64, rest string, ok bool) {
	words := strings.Fields(text)
	if len(words) != n+1 {
		return nil, "", false
	}
	for _, word := range words[:n] {
		number, err := strconv.ParseUint(word, 10, 16)
		if err != nil {
			return nil, "", false
		}
		numbers = append(numbers, number)
	}
	return numbers, words[n], true
}

// parseCAA reads `flags tag "value"` (RFC 8659 §4.1).
func parseCAA(text string) (string, *Flaw) {
	flags, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	tag, value, found := strings.Cut(strings.TrimSpace(rest), " ")
	number, err := strconv.ParseUint(flags, 10, 8)
	tag, value = strings.ToLower(tag), strings.TrimSpace(value)
	if err != nil || !found || tag == "" || len(tag) > 15 || strings.Trim(tag, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return "", flawCAA
	}
	if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
		value = value[1 : len(value)-1]
	}
	if len(value) > 255 || !printable(value) || strings.ContainsAny(value, `"\`) {
		return "", flawCAA
	}
	return fmt.Sprintf(`%d %s "%s"`, number, tag, value), nil
}

// maxText keeps a TXT record below what a DNS message over UDP and a unique key
// of the database can hold; the longest DKIM keys need about 750.
const maxText = 2048

// parseTXT returns the text itself, without the quotation marks of zone files.
// What begins with one is read as a zone file's strings (RFC 1035 §5.1), which
// belong together: "a" "b" is ab.
func parseTXT(text string) (string, *Flaw) {
	text = strings.Trim(text, " ")
	if !printable(text) || text == "" {
		return "", flawTXT
	}
	if text[0] == '"' {
		joined, ok := unquote(text)
		if !ok {
			return "", flawQuotes
		}
		text = joined
	}
	if len(text) > maxText {
		return "", flawLong
	}
	return canonicalTXT(text)
}

// canonicalTXT refuses what would read differently the second time.
func canonicalTXT(text string) (string, *Flaw) {
	if text == "" || text[0] == '"' || strings.Trim(text, " ") != text {
		return "", flawTXT
	}
	return text, nil
}

func unquote(text string) (string, bool) {
	var out strings.Builder
	inside, gap := false, true
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			if !inside && !gap {
				return "", false
			}
			inside, gap = !inside, false
		case !inside:
			if c != ' ' {
				return "", false
			}
			gap = true
		case c == '\\':
			if i++; i == len(text) || text[i] >= '0' && text[i] <= '9' {
				return "", false // \DDD is for bytes that are not allowed here
			}
			out.WriteByte(text[i])
		default:
			out.WriteByte(c)
		}
	}
	return out.String(), !inside
}

// Quoted returns the value of a TXT record as zone files write it: strings of at
// most 255 bytes (RFC 1035 §3.3), quotation marks and backslashes escaped.
func Quoted(text string) string {
	var out []string
	for len(text) > 0 {
		n := min(len(text), 255)
		out = append(out, `"`+strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text[:n])+`"`)
		text = text[n:]
	}
	return strings.Join(out, " ")
}

func printable(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r < 0x20 || r > 0x7e }) < 0
}
