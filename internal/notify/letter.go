package notify

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
	"time"
	"unicode"

	"innkeeper/internal/lifetime"
)

//go:embed templates/*.txt
var files embed.FS

var templates = template.Must(template.ParseFS(files, "templates/*.txt"))

// letter is what a person reads.
type letter struct {
	subject string
	text    string
}

const (
	longest  = 500 // characters of one text of a user: a reason has no more
	mostSaid = 200 // changes named in one mail; the panel has them all
	moment   = "2 January 2006, 15:04 MST"
	instant  = "2 January 2006, 15:04:05 MST"
)

// fact is one line of a table in a mail.
type fact struct{ Name, Value string }

// visitLetter writes the mail about the start or the end of a visit.
func visitLetter(n Notification, s Story) (letter, error) {
	actor := plain(s.Actor)
	if s.Employer != "" {
		actor += " (" + plain(s.Employer) + ")"
	}
	account := "your account"
	if n.AccountID != s.SubjectID {
		account = "the account of " + plain(s.Subject)
	}
	l := letter{subject: fmt.Sprintf("Visit of %s to %s", actor, account)}
	name := "start.txt"
	if n.Event == EventStop {
		name, l.subject = "stop.txt", "Re: "+l.subject // so that readers keep them together
	}
	said := s.Changes[:min(len(s.Changes), mostSaid)]
	var err error
	l.text, err = render(name, map[string]any{
		"Text": plain(n.Text), "Facts": factsOf(actor, s), "Changes": said, "Unsaid": len(s.Changes) - len(said),
		"Views": s.Views, "Blocked": s.Blocked,
	})
	return l, err
}

func factsOf(actor string, s Story) []fact {
	facts := []fact{
		{"Who", actor},
		{"Role", plain(s.Role)},
		{"Account", plain(s.Subject)},
		{"Why", whys[s.ReasonCode]},
		{"Reason", quoted(s.Reason)},
		{"Ticket", plain(s.Ticket)},
		{"Arranged", arranged(s)},
		{"Let in by", letIn(s)},
		{"Allowed", modes[s.Mode]},
	}
	if s.EndedAt.IsZero() {
		facts = append(facts, fact{"Start", s.StartedAt.UTC().Format(moment)}, fact{"At the latest until", s.ExpiresAt.UTC().Format(moment)})
	} else {
		facts = append(facts, fact{"Start", s.StartedAt.UTC().Format(instant)}, fact{"End", s.EndedAt.UTC().Format(instant)}, fact{"Duration", lasted(s)})
	}
	return known(append(facts, fact{"Seal of the record, to keep", s.Seal}))
}

// known leaves out what there is nothing to say about.
func known(facts []fact) []fact {
	var out []fact
	for _, f := range facts {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

var modes = map[string]string{"look": "view only", "change": "making changes"}

var whys = map[string]string{
	"customer_request": "asked for by the customer", "onboarding": "help with getting started",
	"verify_configuration": "checking the configuration", "training": "training", "audit": "audit",
	"incident": "incident", "abuse": "report of abuse", "other": "other",
}

func arranged(s Story) string {
	switch s.Informed {
	case "asked":
		return "the customer asked for it"
	case "told":
		return "the customer was told and agreed"
	case "not_told":
		return strings.TrimSuffix("not told before: "+plain(s.NotToldBecause), ": ")
	default:
		return ""
	}
}

// letIn says who opened a door that was not open to everybody.
func letIn(s Story) string {
	switch {
	case s.BrokeGlass:
		return "two administrators, although the account is locked (break-glass)"
	case s.Approved:
		return "the owner of the account"
	default:
		return ""
	}
}

// lasted says how long the visit was, and how much of it nothing happened.
func lasted(s Story) string {
	text := lifetime.InWords(s.EndedAt.Sub(s.StartedAt))
	idle := s.EndedAt.Sub(s.LastActivityAt)
	if idle < time.Second {
		return text
	}
	return fmt.Sprintf("%s: active for %s, then %s without activity", text, lifetime.InWords(s.LastActivityAt.Sub(s.StartedAt)), lifetime.InWords(idle))
}

func render(name string, data any) (string, error) {
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		return "", fmt.Errorf("write the mail %s: %w", name, err)
	}
	return b.String(), nil
}

// Clock writes the hour of a line, as the templates show it.
func (l Line) Clock() string { return l.At.UTC().Format("15:04") }

// Said returns the text of a line, made inert.
func (l Line) Said() string { return plain(l.Text) }

// plain makes the text of a user inert: one line of visible characters, without
// the marks that turn the direction of writing, and not too long.
func plain(text string) string { return shortened(text, longest) }

func shortened(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs), r == unicode.ReplacementChar:
			return -1
		default:
			return r
		}
	}, text)
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}

func quoted(text string) string {
	if text = plain(text); text == "" {
		return ""
	}
	return "“" + text + "”"
}
