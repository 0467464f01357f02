package store

import (
	"slices"
	"strings"
	"unicode/utf8"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

// The terms of an event begin with what they are about.
const (
	termAccount = "a:"
	termBegins  = "b:" // the first letter of a word, and the first two: words that short begin too many
	termDirect  = "d:"
	termEvent   = "e:"
	termAddress = "i:"
	termObject  = "j:"
	termKind    = "k:" // of the account
	termOwner   = "o:"
	termActor   = "p:"
	termSubject = "s:"
	termThing   = "t:" // the kind of the object
	termToken   = "x:" // the API token that it was done with
	termWord    = "w:"
)

// shortest is the length from which a word of a query is looked for among the words
// themselves.
const shortest = 3

// terms returns everything by which the event is found.
func (r auditEventRow) terms(kind string) []string {
	terms := []string{termEvent + r.Action, termKind + kind}
	for _, of := range []struct{ about, value string }{
		{termAccount, r.AccountID}, {termActor, r.ActorID}, {termSubject, r.SubjectID},
		{termThing, r.ObjectKind}, {termObject, r.ObjectID}, {termAddress, r.IP}, {termToken, r.tokenID()},
	} {
		if of.value != "" {
			terms = append(terms, of.about+of.value)
		}
	}
	for owner := range strings.SplitSeq(strings.Trim(r.AccountPath, "/"), "/") {
		terms = append(terms, termOwner+owner)
	}
	if r.direct() {
		terms = append(terms, termDirect)
	}
	for _, word := range r.words() {
		terms = append(terms, termWord+word, termBegins+beginning(word, 1), termBegins+beginning(word, shortest-1))
	}
	return terms
}

// tokenID returns the id of the API token that it was done with, or "".
func (r auditEventRow) tokenID() string {
	return audit.Event{Actor: audit.Actor{Kind: r.ActorKind}, SessionID: r.LoginSessionID}.TokenID()
}

// direct reports whether somebody else than the account's own people did it, and not in
// a visit.
func (r auditEventRow) direct() bool {
	return r.ImpersonationID == "" && r.ActorKind != principal.SystemID && r.ActorAccountID != r.AccountID
}

// words returns the words of the event as a query's find them.
func (r auditEventRow) words() []string {
	return account.Terms(r.ActorName, r.SubjectName, r.AccountName, r.ObjectName, r.Reason, r.IP)
}

// says reports whether each of the words begins one of the event's.
func (r auditEventRow) says(words []string) bool {
	if len(words) == 0 {
		return true
	}
	own := r.words()
	for _, word := range words {
		if !slices.ContainsFunc(own, func(term string) bool { return strings.HasPrefix(term, word) }) {
			return false
		}
	}
	return true
}

// from reports whether it was done from the address, or any is meant.
func (r auditEventRow) from(ip string) bool { return ip == "" || r.IP == ip }

func beginning(word string, letters int) string {
	end := 0
	for ; letters > 0 && end < len(word); letters-- {
		_, size := utf8.DecodeRuneInString(word[end:])
		end += size
	}
	return word[:end]
}

// sought is one condition of a search: an event has one of the terms, or a term of the
// range.
type sought struct {
	terms    []string
	from, to string
}

// wide reports whether the condition may be met by many terms.
func (s sought) wide() bool { return s.from != "" }

// account reports whether the condition is to be about one account.
func (s sought) account() bool {
	return len(s.terms) == 1 && strings.HasPrefix(s.terms[0], termAccount)
}

// where is the condition on terms. The column is one of ours.
func (s sought) where(column string) (sql string, args []any) {
	if s.wide() {
		return column + " >= ? AND " + column + " < ?", []any{s.from, s.to}
	}
	return column + " IN ?", []any{s.terms}
}

// soughtBy returns the conditions of a search: those that few events meet, those that are
// one look into each block, words, which may be many, and what most events meet. What
// follows from another one is left out.
func soughtBy(scope principal.Scope, f audit.Filter) []sought {
	var list []sought
	for _, of := range []struct{ about, value string }{
		{termObject, f.ObjectID}, {termToken, f.TokenID}, {termAddress, f.IP}, {termAccount, f.AccountID}, {termActor, f.ActorID}, {termSubject, f.SubjectID},
	} {
		if of.value != "" {
			list = append(list, sought{terms: []string{of.about + of.value}})
		}
	}
	if f.Direct {
		list = append(list, sought{terms: []string{termDirect}})
	}
	for _, of := range []struct{ about, value string }{{termEvent, f.Action}, {termThing, f.ObjectKind}} {
		if of.value != "" {
			list = append(list, sought{terms: []string{of.about + of.value}})
		}
	}
	if len(f.Actions) > 0 {
		list = append(list, sought{terms: mapped(f.Actions, func(action string) string { return termEvent + action })})
	}
	words := account.Words(f.Query)
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	for _, word := range words {
		list = append(list, soughtWord(word))
	}
	if f.AccountID != "" {
		return list // the scope bounds it no further, or to nothing
	}
	return append(list, soughtWithin(scope)...)
}

func soughtWord(word string) sought {
	if utf8.RuneCountInString(word) < shortest {
		return sought{terms: []string{termBegins + word}}
	}
	from, to := prefixRange(termWord + word)
	return sought{from: from, to: to}
}

// soughtWithin returns what the scope asks for.
func soughtWithin(scope principal.Scope) []sought {
	var list []sought
	switch scope.Reach() {
	case principal.ReachTree:
		list = append(list, sought{terms: []string{termOwner + scope.AccountID()}})
	case principal.ReachSelf:
		list = append(list, sought{terms: []string{termAccount + scope.AccountID()}})
	}
	kinds, own := scope.Kinds()
	if kinds == nil {
		return list
	}
	terms := mapped(kinds, func(kind string) string { return termKind + kind })
	if own != "" {
		terms = append(terms, termAccount+own)
	}
	return append(list, sought{terms: terms})
}
