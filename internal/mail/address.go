package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"innkeeper/internal/dns"
	"innkeeper/internal/fault"
)

// The bounds of an address (RFC 5321 §4.5.3.1.1, and 256 octets of a path with
// its two brackets, §4.5.3.1.3).
const (
	maxLocal   = 64
	maxAddress = 254
)

// The bounds of a password: the lower one in characters, the upper one in bytes
// and only there to keep a body from becoming work.
const (
	MinPassword      = 12
	maxPasswordBytes = 1024
)

var flawAddress = &dns.Flaw{Code: "invalid", Detail: "This is not a mail address, such as info@example.com."}

// ParseAddress returns the address of a mailbox as it is kept and the name of
// its domain: both in lower case, the domain in punycode. The part before the @
// is a dot-atom (RFC 5321 §4.1.2): no quotes, no blanks, nothing but ASCII.
func ParseAddress(text string) (address, domain string, flaw *dns.Flaw) {
	text = strings.TrimSpace(text)
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return "", "", flawAddress
	}
	local := strings.ToLower(text[:at])
	if !isDotAtom(local) || len(local) > maxLocal {
		return "", "", flawAddress
	}
	domain, flaw = dns.ParseName(text[at+1:])
	if flaw != nil || len(local)+1+len(domain) > maxAddress {
		return "", "", flawAddress
	}
	return local + "@" + domain, domain, nil
}

// atext are the characters of an atom in lower case (RFC 5322 §3.2.3).
const atext = "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~"

func isDotAtom(text string) bool {
	for atom := range strings.SplitSeq(text, ".") {
		if atom == "" || strings.Trim(atom, atext) != "" {
			return false
		}
	}
	return true
}

// checkPassword notes why a password cannot open the mailbox.
func checkPassword(bad *fault.Fields, address, password string) {
	switch {
	case !utf8.ValidString(password), strings.ContainsFunc(password, unicode.IsControl), len(password) > maxPasswordBytes:
		bad.Add("/password", "invalid", "This password cannot be used.")
	case utf8.RuneCountInString(password) < MinPassword:
		bad.Add("/password", "too-short", "Use at least 12 characters: a few words are easy to remember.")
	case address != "" && strings.EqualFold(password, address):
		bad.Add("/password", "own", "Please do not use the address as the password.")
	}
}

// checkQuota notes why a mailbox cannot have the quota.
func checkQuota(bad *fault.Fields, quota *int64) {
	if quota != nil && *quota < minQuota {
		bad.Add("/quota_bytes", "too-small", "A mailbox has at least 1 MiB; leave it out for as much as the plan allows.")
	}
}

// minQuota is the size of one message with a small attachment: with less, a
// mailbox would refuse nearly everything.
const minQuota = 1 << 20
