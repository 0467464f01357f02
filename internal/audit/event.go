// Package audit owns the record of what was done: who did it, in whose name, to
// whose account, and what was there before and after. A change without its event
// does not happen. Who may read the record is left to rbac and the scopes.
package audit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"innkeeper/internal/lifetime"
)

// Action names what was done: dotted, chosen once and for ever. It always comes
// with the sentence in which people read it.
type Action struct {
	name      string
	sentence  string
	everybody bool
}

var actions = map[string]Action{}

// NewAction declares an action with its sentence. The placeholders {actor},
// {object}, {account}, {reason} and {duration} are filled from the event. It is called for
// package variables only and panics when a name is declared twice.
func NewAction(name, sentence string) Action {
	if _, twice := actions[name]; twice || name == "" || sentence == "" {
		panic(fmt.Sprintf("audit: action %q is declared twice or has no sentence", name))
	}
	a := Action{name: name, sentence: sentence}
	actions[name] = a
	return a
}

// ForEverybody marks an action that touches every account: its events stand on the
// page of each, whoever's they are.
func (a Action) ForEverybody() Action {
	a.everybody = true
	actions[a.name] = a
	return a
}

// forEverybody returns the names of the actions that touch every account, sorted.
func forEverybody() []string {
	var names []string
	for name, a := range actions {
		if a.everybody {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// ActionNamed returns the declared action of that name.
func ActionNamed(name string) (Action, bool) {
	a, ok := actions[name]
	return a, ok
}

// Actions returns the names of all declared actions, in no order.
func Actions() []string {
	names := make([]string, 0, len(actions))
	for name := range actions {
		names = append(names, name)
	}
	return names
}

// String returns the name.
func (a Action) String() string { return a.name }

// Result says how an act came out.
type Result string

// The results.
const (
	Done    Result = "done"
	Viewed  Result = "viewed"
	Denied  Result = "denied"  // refused: not allowed at all
	Blocked Result = "blocked" // refused because somebody was acted for
)

// Fields are the values of a thing that may be shown in the record. Rooms fill
// them by an allow-list: a field that is not named there is never recorded.
type Fields map[string]any

// The kinds of actor, besides the system.
const (
	KindPerson = "person"
	KindToken  = "token" // a program, by a person's API token
)

// Actor is who did it, as that person was called at the time.
type Actor struct {
	Kind      string
	ID        string
	Name      string
	Role      string
	AccountID string
	Employer  string
}

// Party is an account as it was called at the time.
type Party struct {
	ID   string
	Name string
}

// Event is one line of the record. It never changes.
type Event struct {
	Seq       int64
	At        time.Time
	Actor     Actor
	Subject   Party  // in whose name
	Account   Party  // whose things were touched: on this account's page it stands
	Path      string // the owners of Account as they were
	VisitID   string
	SessionID string // of the login session or the API token
	Method    string
	ProvedAt  time.Time // when the actor had last proved who he is; zero: nobody had to
	Scopes    []string  // what the API token let through
	Action    string
	Object    Object
	Before    Fields
	After     Fields
	Result    Result
	Reason    string
	IP        string
	UserAgent string
	RequestID string
	TraceID   string // of the trace that the request was part of
	// TextsErasedAt is when reason, address and browser were erased, because they were
	// kept long enough; zero: they were not.
	TextsErasedAt time.Time
}

// Sentence returns the event as a person reads it. An action from an older
// version that is no longer declared is named as it is.
func (e Event) Sentence() string {
	a, ok := actions[e.Action]
	if !ok {
		return e.Actor.Name + ": " + e.Action
	}
	reason := strings.TrimSuffix(e.Why(), ".") // the sentence ends with its own
	text := strings.NewReplacer(
		"{actor}", e.Actor.Name, "{object}", e.Object.Name, "{account}", e.Account.Name, "{reason}", reason,
		"{duration}", e.lasted(),
	).Replace(a.sentence)
	switch e.Result {
	case Blocked, Denied:
		return "Refused: " + text
	default:
		return text
	}
}

// TokenID returns the id of the API token that it was done with, or "".
func (e Event) TokenID() string {
	if e.Actor.Kind != KindToken {
		return ""
	}
	return e.SessionID
}

// Why returns the reason that was given, or since when it is gone.
func (e Event) Why() string {
	if !e.TextsErasedAt.IsZero() {
		return ErasedOn(e.TextsErasedAt)
	}
	return e.Reason
}

// lasted returns how long it took that which ended, in words; "" when nothing did.
func (e Event) lasted() string {
	seconds, ends := e.After["duration_seconds"].(float64)
	if !ends {
		return ""
	}
	return lifetime.InWords(time.Duration(seconds * float64(time.Second)))
}
