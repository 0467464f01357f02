package notify

import "slices"

// Event is something that people get a mail about.
type Event struct {
	Name   string
	Title  string   // as it stands in a sentence: "the start of a visit"
	Fixed  bool     // its mail opens something, and cannot be switched off
	Chosen bool     // each account chooses whether it gets the mail
	Copied bool     // people of the provider can be told, too
	Needs  []string // placeholders that its text must have
	Places []string // all placeholders that it can have
}

var aboutVisits = []string{"summary", "actor", "account", "whose", "reason", "ticket", "start", "until", "facts"}

var aboutSignIns = []string{"summary", "at", "panel"}

// events are all events with a mail, in the order in which they are shown. What a
// visit was stands in its mails whatever else is written there.
var events = []Event{
	{Name: EventStart, Title: "the start of a visit", Chosen: true, Copied: true, Needs: []string{"facts"}, Places: aboutVisits},
	{
		Name: EventStop, Title: "the end of a visit", Chosen: true, Copied: true, Needs: []string{"facts", "changes"},
		Places: slices.Concat(aboutVisits, []string{"end", "duration", "changes", "views", "blocked"}),
	},
	{
		Name: EventAsk, Title: "a request to be let in", Chosen: true, Needs: []string{"facts", "link"},
		Places: []string{"actor", "account", "reason", "ticket", "until", "facts", "link", "code"},
	},
	{Name: EventInvitation, Title: "an invitation", Fixed: true, Needs: []string{"link"}, Places: []string{"name", "owner", "account", "until", "link"}},
	{Name: EventAnnounce, Title: "a visit that is about to begin", Places: []string{"summary", "at"}, Needs: []string{"summary"}},
	{Name: EventEmail, Title: "another e-mail address", Places: aboutSignIns, Needs: []string{"summary"}},
	{Name: EventPassword, Title: "a changed password", Places: aboutSignIns},
	{Name: EventFactorOn, Title: "a new second factor", Places: aboutSignIns},
	{Name: EventFactorOff, Title: "a removed second factor", Places: aboutSignIns},
	{Name: EventRecoveryCodes, Title: "new recovery codes", Places: aboutSignIns},
	{Name: EventRecoveryUsed, Title: "a used recovery code", Places: aboutSignIns},
	{Name: EventPasskeyOn, Title: "a new passkey", Places: aboutSignIns},
	{Name: EventPasskeyOff, Title: "a removed passkey", Places: aboutSignIns},
	{Name: EventPasskeyCopied, Title: "a refused passkey", Places: aboutSignIns},
	{Name: EventTokenCreate, Title: "a new API token", Places: aboutSignIns},
	{Name: EventTokenRotate, Title: "a new secret of an API token", Places: aboutSignIns},
	{Name: EventTokenRevoke, Title: "a revoked API token", Places: aboutSignIns},
}

// Events returns the events that people get a mail about.
func Events() []Event { return slices.Clone(events) }

// eventNamed returns the event of that name, or ErrTemplateNotFound.
func eventNamed(name string) (Event, error) {
	if i := slices.IndexFunc(events, func(e Event) bool { return e.Name == name }); i >= 0 {
		return events[i], nil
	}
	return Event{}, ErrTemplateNotFound
}

// Place is something that a template can have put in.
type Place struct {
	Name    string
	Meaning string
	Kind    PlaceKind
}

// PlaceKind says where in a template a placeholder can stand.
type PlaceKind string

// The kinds.
const (
	Words PlaceKind = "words" // anywhere
	Open  PlaceKind = "open"  // in the text alone: it opens something, and subjects are kept
	Block PlaceKind = "block" // on a line of its own
)

var places = []Place{
	{"summary", "What happened, in one sentence.", Words},
	{"actor", "Who it was, and for whom they work.", Words},
	{"account", "The account's name.", Words},
	{"whose", "“your account”, or for others “the account of” and its name.", Words},
	{"reason", "The reason that was given.", Words},
	{"ticket", "The ticket that was named.", Words},
	{"start", "When it began.", Words},
	{"until", "When it ends by itself.", Words},
	{"end", "When it ended.", Words},
	{"duration", "How long it lasted.", Words},
	{"views", "How many files and messages were viewed.", Words},
	{"blocked", "How much was refused.", Words},
	{"name", "The name of the person who is invited.", Words},
	{"owner", "Who invites.", Words},
	{"at", "When it happened.", Words},
	{"panel", "The address of the panel.", Open},
	{"link", "The link that opens it.", Open},
	{"code", "The code to read out.", Open},
	{"facts", "A table: who, why, for how long.", Block},
	{"changes", "The list of what was changed.", Block},
}

// PlacesOf returns what the templates of an event can have put in.
func PlacesOf(e Event) []Place {
	return slices.DeleteFunc(slices.Clone(places), func(p Place) bool { return !slices.Contains(e.Places, p.Name) })
}
