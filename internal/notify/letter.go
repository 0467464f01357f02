package notify

import (
	"fmt"
	"strings"
	"time"
)

const mostSaid = 200 // changes named in one mail; the panel has them all

// visitValues are what the mail about the start or the end of a visit says.
func visitValues(in language, n Notification, s Story) values {
	v := values{"facts": {facts: factsOf(in, s)}}
	v.say("summary", in.summary(in, n, s))
	v.say("actor", s.actor())
	v.say("account", plain(s.Subject))
	v.say("whose", in.whose(n, s))
	v.say("reason", quoted(in, s.Reason))
	v.say("ticket", plain(s.Ticket))
	v.say("start", s.StartedAt.UTC().Format(in.moment))
	v.say("until", s.ExpiresAt.UTC().Format(in.moment))
	if n.Event == EventStop {
		v.say("end", s.EndedAt.UTC().Format(in.moment))
		v.say("duration", in.lasts(s.EndedAt.Sub(s.StartedAt)))
		v.say("views", count(s.Views))
		v.say("blocked", count(s.Blocked))
		v["changes"] = changesOf(in, s)
	}
	return v
}

// changesOf lists what was changed, or says that nothing was.
func changesOf(in language, s Story) value {
	if len(s.Changes) == 0 {
		return value{words: in.say("nothing")}
	}
	said := s.Changes[:min(len(s.Changes), mostSaid)]
	out := value{words: in.say("changed")}
	for _, line := range said {
		out.items = append(out.items, line.At.UTC().Format(in.clock)+" "+plain(line.Text))
	}
	if more := len(s.Changes) - len(said); more > 0 {
		out.items = append(out.items, in.sayf("and more", more))
	}
	return out
}

// count is a number that there is something to say about.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// named is a person with whom he works for, as a mail says it.
func named(name, employer string) string {
	if employer == "" {
		return plain(name)
	}
	return plain(name) + " (" + plain(employer) + ")"
}

func (s Story) actor() string { return named(s.Actor, s.Employer) }

func factsOf(in language, s Story) []fact {
	facts := []fact{
		{in.say("who"), s.actor()},
		{in.say("role"), plain(s.Role)},
		{in.say("account"), plain(s.Subject)},
		{in.say("why"), in.say(s.ReasonCode)},
		{in.say("reason"), quoted(in, s.Reason)},
		{in.say("ticket"), plain(s.Ticket)},
		{in.say("arranged"), arranged(in, s)},
		{in.say("let in by"), letIn(in, s)},
		{in.say("allowed"), in.say(s.Mode)},
	}
	if s.EndedAt.IsZero() {
		facts = append(facts, fact{in.say("start"), s.StartedAt.UTC().Format(in.moment)}, fact{in.say("until"), s.ExpiresAt.UTC().Format(in.moment)})
	} else {
		facts = append(facts, fact{in.say("start"), s.StartedAt.UTC().Format(in.instant)}, fact{in.say("end"), s.EndedAt.UTC().Format(in.instant)}, fact{in.say("duration"), lasted(in, s)})
	}
	return known(append(facts, fact{in.say("seal"), s.Seal}))
}

func arranged(in language, s Story) string {
	switch s.Informed {
	case "asked", "told":
		return in.say(s.Informed)
	case "not_told":
		return strings.TrimSuffix(in.say("not_told")+": "+plain(s.NotToldBecause), ": ")
	default:
		return ""
	}
}

// letIn says who opened a door that was not open to everybody.
func letIn(in language, s Story) string {
	switch {
	case s.BrokeGlass:
		return in.say("broke glass")
	case s.Approved:
		return in.say("the owner")
	default:
		return ""
	}
}

// lasted says how long the visit was, and how much of it nothing happened.
func lasted(in language, s Story) string {
	idle := s.EndedAt.Sub(s.LastActivityAt)
	if idle < time.Second {
		return in.lasts(s.EndedAt.Sub(s.StartedAt))
	}
	return in.sayf("active", in.lasts(s.EndedAt.Sub(s.StartedAt)), in.lasts(s.LastActivityAt.Sub(s.StartedAt)), in.lasts(idle))
}
