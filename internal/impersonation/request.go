package impersonation

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
)

// Request asks to begin a visit.
type Request struct {
	AccountID      string
	ReasonCode     string
	Reason         string // the customer reads this exactly
	Ticket         string
	Mode           principal.Mode
	Informed       string
	NotToldBecause string
	ReturnTo       string
	Note           string // for staff alone
	AskID          string // the approved ask to begin on: what it says is what counts
	BreakGlass     bool   // ask a second admin to open a locked account
	Supersede      bool   // end an older visit of the actor if one is in the way
}

// ReasonCodes are the reasons people choose from.
var ReasonCodes = []string{"customer_request", "onboarding", "verify_configuration", "training", "audit", "incident", "abuse", "other"}

// untoldReasons are the reasons for which the customer need not be asked or told
// beforehand. He is told at once by us in any case.
var untoldReasons = []string{"incident", "abuse", "audit"}

// The bounds of a reason, in visible characters.
const (
	shortestReason = 10
	longestReason  = 500
	longestTicket  = 100
	longestNote    = 1000
)

// home is where an actor goes back to who came from nowhere in particular.
const home = "/dashboard"

// normal returns the request as it is kept, or every field that is wrong.
func (r Request) normal() (Request, error) {
	r.Reason, r.Ticket = oneSpace(r.Reason), oneSpace(r.Ticket)
	r.NotToldBecause, r.Note = oneSpace(r.NotToldBecause), oneSpace(r.Note)
	if r.Mode == "" {
		r.Mode = principal.Look
	}
	var bad fault.Fields
	checkWhy(&bad, r.ReasonCode, r.Reason, r.Ticket)
	if utf8.RuneCountInString(r.Note) > longestNote {
		bad.Add("/note", "length", "A note has at most 1,000 characters.")
	}
	if r.Mode != principal.Look && r.Mode != principal.Change {
		bad.Add("/mode", "choice", "Choose look or change.")
	}
	r.checkInformed(&bad)
	var ok bool
	if r.ReturnTo, ok = localPath(r.ReturnTo); !ok {
		bad.Add("/return_to", "invalid", "This is not a page of the panel.")
	}
	return r, bad.Err()
}

func (r Request) checkInformed(bad *fault.Fields) {
	switch r.Informed {
	case "asked", "told":
	case informedNotTold:
		if !slices.Contains(untoldReasons, r.ReasonCode) {
			bad.Add("/informed", "not-allowed", "Not telling the customer beforehand is for incidents, abuse and audits.")
		}
		checkReason(bad, "/not_told_because", r.NotToldBecause)
	default:
		bad.Add("/informed", "choice", "Say whether the customer asked for this, was told, or was not told.")
	}
}

// checkWhy notes what is wrong with what a customer reads of why somebody comes.
func checkWhy(bad *fault.Fields, code, reason, ticket string) {
	if !slices.Contains(ReasonCodes, code) {
		bad.Add("/reason_code", "choice", "Choose one of the reasons.")
	}
	checkReason(bad, "/reason", reason)
	if utf8.RuneCountInString(ticket) > longestTicket {
		bad.Add("/ticket", "length", "A ticket has at most 100 characters.")
	}
}

// checkReason notes a reason that says too little or too much. An accent counts with
// the letter that it stands on.
func checkReason(bad *fault.Fields, pointer, reason string) {
	visible := 0
	for _, c := range reason {
		if fault.Seen(c) {
			visible++
		}
	}
	switch {
	case visible < shortestReason:
		bad.Add(pointer, "too-short", "Please write at least 10 characters: the customer reads this exactly.")
	case utf8.RuneCountInString(reason) > longestReason:
		bad.Add(pointer, "too-long", "Please write at most 500 characters.")
	}
}

// oneSpace drops what cannot be seen, so that a reason is one plain line: no
// control characters, no marks that turn the direction of the text.
func oneSpace(text string) string {
	text = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case fault.Unseen(c):
			return -1
		default:
			return c
		}
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.Fields(text), " ")
}

// localPath returns the path when it leads to a page of the panel and nowhere
// else: neither to another host nor into a visit.
func localPath(path string) (string, bool) {
	if path == "" {
		return home, true
	}
	bad := !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.HasPrefix(path, "/as/") ||
		strings.HasPrefix(path, "/api/") || len(path) > 1000 || strings.ContainsFunc(path, func(c rune) bool {
		return c == '\\' || c <= ' ' || c == 0x7f || !unicode.IsGraphic(c)
	})
	return path, !bad
}
