// Package plan owns plans: the limits that an account has, what it uses of them,
// and the answer to "one more?". Which account has which plan is left to account;
// the things that are counted, to their rooms.
package plan

import "time"

// The things that are limited, as Allow and the API name them.
const (
	Domains   = "domains"
	Mailboxes = "mailboxes"
	DiskBytes = "disk_bytes"
)

// Limits are what a plan allows; nil is unlimited.
type Limits struct {
	Domains   *int64
	Mailboxes *int64
	DiskBytes *int64
}

// Plan is a named set of limits.
type Plan struct {
	ID        string
	Name      string
	Limits    Limits
	CreatedAt time.Time
}

// Usage is what an account has of what is limited.
type Usage struct {
	Domains   int64
	Mailboxes int64
	DiskBytes int64 // mail and files
}

// Excess is one limit that would be broken.
type Excess struct {
	What  string `json:"what"`
	Used  int64  `json:"used"`
	Limit int64  `json:"limit"`
}

// Within reports whether nothing that these limits allow is more than the others
// do: a plan of these may be handed out by somebody who has the others.
func (l Limits) Within(others Limits) bool {
	return atMost(l.Domains, others.Domains) && atMost(l.Mailboxes, others.Mailboxes) && atMost(l.DiskBytes, others.DiskBytes)
}

// Exceeded returns what the usage has too much of, in a fixed order.
func (l Limits) Exceeded(u Usage) []Excess {
	var list []Excess
	for _, each := range l.each() {
		if used := u.of(each.what); each.limit != nil && used > *each.limit {
			list = append(list, Excess{What: each.what, Used: used, Limit: *each.limit})
		}
	}
	return list
}

// named is one limit with its name.
type named struct {
	what  string
	limit *int64
}

// each returns the limits in a fixed order.
func (l Limits) each() []named {
	return []named{{Domains, l.Domains}, {Mailboxes, l.Mailboxes}, {DiskBytes, l.DiskBytes}}
}

// of returns the limit of what; ok is false for what is never limited.
func (l Limits) of(what string) (limit *int64, ok bool) {
	for _, each := range l.each() {
		if each.what == what {
			return each.limit, true
		}
	}
	return nil, false
}

func (u Usage) of(what string) int64 {
	switch what {
	case Domains:
		return u.Domains
	case Mailboxes:
		return u.Mailboxes
	default:
		return u.DiskBytes
	}
}

// atMost compares limits, of which nil is the largest.
func atMost(limit, other *int64) bool {
	return other == nil || limit != nil && *limit <= *other
}
