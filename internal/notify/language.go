package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"innkeeper/internal/lifetime"
)

// Language is one in which mails are written.
type Language struct {
	Code string // ISO 639-1
	Name string // as those who speak it write it
}

// language is how a mail says things. Sentences that other rooms recorded, such as
// what was changed, stay in the words of the record.
type language struct {
	Language
	moment, instant, clock string // how times are written
	open, close            string // quotation marks
	words                  map[string]string
	lasts                  func(time.Duration) string
	summary                func(l language, n Notification, s Story) string
}

var languages = []language{english, german}

// Languages returns the languages in which mails can be written.
func Languages() []Language {
	out := make([]Language, len(languages))
	for i, l := range languages {
		out[i] = l.Language
	}
	return out
}

// languageOf returns the language of that code; ok is false when there is none.
func languageOf(code string) (l language, ok bool) {
	i := slices.IndexFunc(languages, func(l language) bool { return l.Code == code })
	if i < 0 {
		return english, false
	}
	return languages[i], true
}

// say returns the words for what is written in small letters in the code. What has
// none, such as the code of a newer version, is said as it is, made inert.
func (l language) say(key string) string {
	if words, ok := l.words[key]; ok {
		return words
	}
	return plain(key)
}

func (l language) sayf(key string, args ...any) string { return fmt.Sprintf(l.say(key), args...) }

var english = language{
	Language: Language{Code: "en", Name: "English"},
	moment:   "2 January 2006, 15:04 MST", instant: "2 January 2006, 15:04:05 MST", clock: "15:04",
	open: "“", close: "”",
	words: map[string]string{
		"who": "Who", "role": "Role", "account": "Account", "why": "Why", "reason": "Reason", "ticket": "Ticket", "arranged": "Arranged",
		"let in by": "Let in by", "allowed": "Allowed", "wants": "Wants", "start": "Start", "until": "At the latest until", "end": "End", "duration": "Duration", "seal": "Seal of the record, to keep",
		"look": "view only", "change": "making changes",
		"customer_request": "asked for by the customer", "onboarding": "help with getting started", "verify_configuration": "checking the configuration",
		"training": "training", "audit": "audit", "incident": "incident", "abuse": "report of abuse", "other": "other",
		"asked": "the customer asked for it", "told": "the customer was told and agreed", "not_told": "not told before",
		"broke glass": "two administrators, although the account is locked (break-glass)", "the owner": "the owner of the account",
		"yours": "your account", "somebody's": "the account of %s", "the provider": "Your provider",
		"active":  "%s: active for %s, then %s without activity",
		"changed": "What was changed:", "and more": "and %d more, all of them in the panel", "nothing": "Nothing was changed.",
		"hidden link": "[the link is in the message alone]", "hidden code": "[the code is in the message alone]",
	},
	lasts:   lifetime.InWords,
	summary: func(_ language, n Notification, _ Story) string { return plain(n.Text) }, // notices are told in English
}

var german = language{
	Language: Language{Code: "de", Name: "Deutsch"},
	moment:   "02.01.2006, 15:04 MST", instant: "02.01.2006, 15:04:05 MST", clock: "15:04",
	open: "„", close: "“",
	words: map[string]string{
		"who": "Wer", "role": "Rolle", "account": "Konto", "why": "Anlass", "reason": "Grund", "ticket": "Vorgang", "arranged": "Vereinbart",
		"let in by": "Eingelassen von", "allowed": "Erlaubt", "wants": "Möchte", "start": "Beginn", "until": "Spätestens bis", "end": "Ende", "duration": "Dauer", "seal": "Siegel des Protokolls, zum Aufbewahren",
		"look": "nur ansehen", "change": "Änderungen vornehmen",
		"customer_request": "vom Kunden erbeten", "onboarding": "Hilfe bei den ersten Schritten", "verify_configuration": "Prüfung der Einstellungen",
		"training": "Schulung", "audit": "Prüfung", "incident": "Störung", "abuse": "Meldung von Missbrauch", "other": "anderes",
		"asked": "der Kunde hat darum gebeten", "told": "der Kunde wusste davon und war einverstanden", "not_told": "vorher nicht gesagt",
		"broke glass": "zwei Administratoren, obwohl das Konto gesperrt ist (Notzugang)", "the owner": "Inhaber des Kontos",
		"yours": "Ihrem Konto", "somebody's": "dem Konto von %s", "the provider": "Ihr Anbieter",
		"active":  "%s: %s aktiv, danach %s ohne Aktivität",
		"changed": "Was geändert wurde, in den Worten des Protokolls:", "and more": "und %d weitere, alle im Panel", "nothing": "Es wurde nichts geändert.",
		"hidden link": "[der Link steht nur in der Nachricht]", "hidden code": "[der Code steht nur in der Nachricht]",
		"came": "%s hat sich in %s angemeldet", "to look": "nur zum Ansehen", "to change": "um Änderungen vorzunehmen",
		"although": "obwohl es gesperrt ist (Notzugang, von zwei Administratoren verantwortet)", "left": "Der Besuch von %s in %s ist zu Ende. %s bis %s UTC.",
		"by idle": "Automatisch geschlossen nach %s ohne Aktivität; letzte Handlung %s.", "by cap": "Automatisch geschlossen: Ein Besuch dauert höchstens %s.",
		"stopped": "Der Besucher ist gegangen.", "ended by you": "Sie haben ihn beendet.", "ended by": "Beendet von %s.",
		"revoked by you":  "Beendet, weil Sie Ihre Erlaubnis zurückgenommen haben.",
		"consent_revoked": "Beendet, weil der Inhaber des Kontos die Erlaubnis zurückgenommen hat.", "actor_logout": "Der Besucher hat sich abgemeldet.",
		"actor_session_ended": "Beendet, weil die Anmeldung des Besuchers endete.", "actor_disabled": "Beendet, weil der Besucher gesperrt wurde.",
		"ownership_changed": "Beendet, weil das Konto den Besitzer gewechselt hat.", "subject_suspended": "Beendet, weil das Konto gesperrt wurde.",
		"subject_deleted": "Beendet, weil das Konto gelöscht wurde.", "superseded": "Der Besucher hat statt dessen einen anderen Besuch begonnen.",
		"security": "Zur Sicherheit beendet: Passwort oder zweiter Faktor des Besuchers wurden geändert.",
		"ended":    "Beendet, weil der Besuch nicht mehr erlaubt war.",
	},
	lasts:   inGerman,
	summary: summaryInWords,
}

// inGerman is lifetime.InWords in German.
func inGerman(d time.Duration) string {
	words := strings.Fields(lifetime.InWords(d))
	names := map[string]string{
		"hour": "Stunde", "hours": "Stunden", "minute": "Minute", "minutes": "Minuten", "second": "Sekunde", "seconds": "Sekunden",
	}
	for i, word := range words {
		if name, ok := names[word]; ok {
			words[i] = name
		}
	}
	return strings.Join(words, " ")
}

// summaryInWords says what happened in a language other than that of the notice.
func summaryInWords(l language, n Notification, s Story) string {
	if n.VisitID == "" {
		return plain(n.Text)
	}
	if n.Event == EventStart {
		parts := []string{l.sayf("came", s.actor(), l.whose(n, s))}
		if s.BrokeGlass {
			parts = append(parts, l.say("although"))
		}
		return strings.Join(append(parts, l.say("to "+s.Mode)), ", ") + ": " + quoted(l, s.Reason)
	}
	return l.sayf("left", s.actor(), l.whose(n, s), s.StartedAt.UTC().Format(l.clock), s.EndedAt.UTC().Format(l.clock)) + " " + l.howItEnded(n, s)
}

func (l language) howItEnded(n Notification, s Story) string {
	switch s.EndReason {
	case lifetime.Idle:
		return l.sayf("by idle", l.lasts(s.IdleTimeout), s.LastActivityAt.UTC().Format(l.clock))
	case lifetime.Expired:
		return l.sayf("by cap", l.lasts(s.ExpiresAt.Sub(s.StartedAt)))
	case "ended_by_subject", "ended_by_owner", "ended_by_admin":
		if s.EndReason == "ended_by_subject" && n.AccountID == s.SubjectID {
			return l.say("ended by you")
		}
		return l.sayf("ended by", plain(s.EndedBy))
	case "consent_revoked":
		if n.AccountID == s.SubjectID {
			return l.say("revoked by you")
		}
	}
	if words, ok := l.words[s.EndReason]; ok {
		return words
	}
	return l.say("ended")
}

// whose says which account it is, as its reader calls it.
func (l language) whose(n Notification, s Story) string {
	if n.AccountID == s.SubjectID {
		return l.say("yours")
	}
	return l.sayf("somebody's", plain(s.Subject))
}
