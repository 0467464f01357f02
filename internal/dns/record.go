package dns

import (
	"fmt"
	"strings"
	"time"

	"innkeeper/internal/fault"
)

// The bounds of a time to live, in seconds: a minute, so that name servers are
// not asked for every page, and a week.
const (
	MinTTL = 60
	MaxTTL = 604800
)

// MaxRecords is how many records one domain can have. A zone of that size is
// still built and sent in an instant.
const MaxRecords = 500

// Record is one resource record of a domain. Name is relative to the domain, "@"
// for the domain itself. Value is written as ParseRecord returns it.
type Record struct {
	ID        string
	DomainID  string
	Name      string
	Type      string
	TTL       int64
	Value     string
	CreatedAt time.Time
}

// RecordKey is where a list of records, sorted by name and type, goes on; the
// zero value is the beginning.
type RecordKey struct {
	Name string
	Type string
	ID   string
}

// Key returns the place of the record in a list.
func (r Record) Key() RecordKey { return RecordKey{Name: r.Name, Type: r.Type, ID: r.ID} }

// RecordPage is one page of a list of records. Next is nil at the end.
type RecordPage struct {
	Records []Record
	Next    *RecordKey
}

// RecordInput is a record as somebody wants it.
type RecordInput struct {
	Name  string
	Type  string
	TTL   int64
	Value string
}

// ParseRecord returns the record of a domain in the one form in which it is
// kept, or an error that names every bad field. What it returns has no control
// characters, and parsing it again changes nothing.
func ParseRecord(domain string, in RecordInput) (Record, error) {
	var bad fault.Fields
	r := Record{Type: strings.ToUpper(in.Type), TTL: in.TTL}
	parse, known := values[r.Type]
	if !known {
		bad.Add("/type", "unknown", "Choose one of A, AAAA, CNAME, MX, TXT, SRV, CAA and NS.")
	}
	if in.TTL < MinTTL || in.TTL > MaxTTL {
		bad.Add("/ttl", "out-of-range", fmt.Sprintf("The time to live is %d to %d seconds.", MinTTL, MaxTTL))
	}
	var flaw *Flaw
	r.Name, flaw = parseOwner(domain, r.Type, in.Name)
	Note(&bad, "/name", flaw)
	if known {
		r.Value, flaw = parse(in.Value)
		Note(&bad, "/value", flaw)
	}
	if r.Type == "CNAME" && flaw == nil && r.Value == r.Host(domain) {
		bad.Add("/value", "loop", "The record would point to itself.")
	}
	return r, bad.Err()
}

// Host returns the full name of the record in its domain.
func (r Record) Host(domain string) string {
	if r.Name == "@" {
		return domain
	}
	return r.Name + "." + domain
}

var (
	flawOwner = &Flaw{"invalid", "This is not a name within the domain, such as www, @ or *.shop."}
	flawAtTop = &Flaw{"alias-at-top", "The domain itself cannot be an alias (RFC 1034, 3.6.2)."}
	flawSRV   = &Flaw{"invalid", "The name of an SRV record begins with service and protocol, such as _sip._tcp."}
)

// parseOwner returns the relative name of a record. A name that ends in the
// domain is taken as the full one.
func parseOwner(domain, kind, text string) (string, *Flaw) {
	name, ok := ascii(strings.TrimSuffix(strings.TrimSpace(text), "."))
	for below(name, domain) {
		name = strings.TrimSuffix(name, "."+domain)
	}
	if name == domain || name == "" && ok {
		name = "@"
	}
	rest, _ := strings.CutPrefix(name, "*.")
	switch {
	case !ok, name != "@" && name != "*" && !isOwner(rest), name != "@" && len(name)+1+len(domain) > maxName:
		return "", flawOwner
	case kind == "CNAME" && name == "@":
		return "", flawAtTop
	case kind == "SRV" && !isService(name):
		return "", flawSRV
	}
	return name, nil
}

// isService reports whether the name begins with two labels that begin with an
// underscore (RFC 2782).
func isService(name string) bool {
	labels := strings.SplitN(name, ".", 3)
	return len(labels) > 1 && len(labels[0]) > 1 && len(labels[1]) > 1 && labels[0][0] == '_' && labels[1][0] == '_'
}

// ascii returns a name in lower case with its labels in punycode; labels that
// are ASCII already stay what they are, underscores and asterisks included.
func ascii(name string) (string, bool) {
	if len(name) > 4*maxName {
		return "", false
	}
	labels := strings.Split(name, ".")
	for i, label := range labels {
		labels[i] = strings.ToLower(label)
		if strings.IndexFunc(label, func(r rune) bool { return r > 0x7e }) < 0 {
			continue
		}
		punycode, ok := mapped(label)
		if !ok || strings.Contains(punycode, ".") {
			return "", false
		}
		labels[i] = punycode
	}
	return strings.Join(labels, "."), true
}
