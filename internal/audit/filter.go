package audit

import (
	"time"

	"innkeeper/internal/fault"
)

// Filter narrows a list of events; empty fields do not.
type Filter struct {
	Action     string
	Actions    []string // one of these
	ActorID    string
	SubjectID  string
	AccountID  string
	ObjectKind string
	ObjectID   string
	VisitID    string
	TokenID    string // done with this API token
	IP         string
	RequestID  string
	Results    []Result
	Direct     bool // without a visit, and by somebody else than the account's own people
	From, To   time.Time
	Query      string // words that begin those in names, reason and address; or the id of a request
	Before     int64  // keyset: only events with a smaller seq; 0: from the newest
	Limit      int
}

// Check names what the filter asks for that no event can have: an event or a kind of thing
// that there is not, which is a slip and would find nothing. The pointers are the names of
// the filters in an address, behind the prefix.
func (f Filter) Check(prefix string) (bad fault.Fields) {
	bad.Choice(prefix+"event", f.Action, "event", Actions())
	bad.Choice(prefix+"object_kind", f.ObjectKind, "kind of thing", things)
	return bad
}
