package dns

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"innkeeper/internal/fault"
)

// maxName is the length of a name in text form without its last dot (RFC 1035
// §2.3.4: 255 octets on the wire); maxLabel that of one label.
const (
	maxName  = 253
	maxLabel = 63
)

// Flaw is why a text is not allowed, for the field it came from.
type Flaw struct {
	Code   string
	Detail string
}

// Error returns the sentence for people.
func (f Flaw) Error() string { return f.Detail }

// Note adds a flaw to the bad fields of an input; nil adds nothing.
func Note(bad *fault.Fields, pointer string, flaw *Flaw) {
	if flaw != nil {
		bad.Add(pointer, flaw.Code, flaw.Detail)
	}
}

var (
	flawName     = &Flaw{"invalid", "This is not a domain name, such as example.com."}
	flawReserved = &Flaw{"reserved", "This name cannot be hosted here."}
)

// lookup is IDNA2008 with the mappings of UTS 46, as RFC 5895 advises for what
// people type: lower case, full-width forms, ideographic dots.
var lookup = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.VerifyDNSLength(true))

// ParseName returns a domain name as it is kept: lower case, punycode (RFC
// 5891), without the last dot. It wants at least two labels.
func ParseName(text string) (string, *Flaw) {
	if len(text) > 4*maxName { // before any work is done with it
		return "", flawName
	}
	name, ok := mapped(strings.TrimSuffix(strings.TrimSpace(text), "."))
	if !ok || !strings.Contains(name, ".") || !isHost(name) || numericTop(name) {
		return "", flawName
	}
	return name, nil
}

// mapped returns the punycode of a text, if that is what it stays when it is
// mapped once more.
func mapped(text string) (string, bool) {
	name, err := lookup.ToASCII(text)
	if err != nil || !utf8.ValidString(text) {
		return "", false
	}
	again, err := lookup.ToASCII(name)
	return name, err == nil && again == name
}

// Display returns a name as people write it: labels in punycode in their own
// script.
func Display(name string) string {
	if text, err := lookup.ToUnicode(name); err == nil {
		return text
	}
	return name
}

// isHost reports whether the lower-case text is a host name (RFC 1123 §2.1).
func isHost(name string) bool {
	return isName(name, func(label string) bool {
		return label[0] != '-' && label[len(label)-1] != '-' && !strings.Contains(label, "_")
	})
}

// isOwner reports whether the lower-case text can own a record: underscores are
// allowed there (RFC 8552).
func isOwner(name string) bool { return isName(name, func(string) bool { return true }) }

func isName(name string, fits func(label string) bool) bool {
	if name == "" || len(name) > maxName {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > maxLabel || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" || !fits(label) {
			return false
		}
	}
	return true
}

// numericTop reports whether the last label is a number: then the text is, or
// could be read as, an IPv4 address (RFC 1123 §2.1).
func numericTop(name string) bool {
	top := name[strings.LastIndexByte(name, '.')+1:]
	return strings.Trim(top, "0123456789") == ""
}

// special are top-level names that never belong to one account (RFC 6761, 6762,
// 7686). "test" and "example" are left out: people try things with them.
var special = []string{"localhost", "local", "invalid", "onion", "arpa"}

// reserved reports whether nobody may have the name here: special names, public
// suffixes such as "co.uk", and everything that holds, is or lies below a name
// of the panel.
func reserved(name string, own []string) bool {
	top := name[strings.LastIndexByte(name, '.')+1:]
	if slices.Contains(special, top) {
		return true
	}
	if suffix, official := publicsuffix.PublicSuffix(name); official && suffix == name {
		return true
	}
	return slices.ContainsFunc(own, func(panel string) bool {
		return name == panel || below(name, panel) || below(panel, name)
	})
}

// below reports whether the name lies below the other.
func below(name, other string) bool { return other != "" && strings.HasSuffix(name, "."+other) }
