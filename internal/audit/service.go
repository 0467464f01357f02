package audit

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
)

// patience is how long a request waits for its event before it is given up:
// longer than any healthy insert, shorter than a person waits. Where many events
// are written at once, each hundred of them may take as long again.
const patience = 2 * time.Second

// Store keeps events. Append assigns the sequence number.
type Store interface {
	Append(ctx context.Context, events ...Event) error
	List(ctx context.Context, scope principal.Scope, f Filter) ([]Event, error)
	// Last returns the newest event in the scope of each visit, its beginning, its
	// end and the changes of its mode left out.
	Last(ctx context.Context, scope principal.Scope, visitIDs []string) ([]Event, error)
}

// Clock tells when things happen. Hold locks the visit, so that it cannot end
// before the transaction does, and reads the clock after the lock; it returns
// the error of an ended visit. Now reads the clock alone.
type Clock interface {
	Hold(ctx context.Context, visitID string) (time.Time, error)
	Now(ctx context.Context) (time.Time, error)
}

// Entry is what a room says of an act; the rest of the event is known.
type Entry struct {
	Action  Action
	Account principal.Account // the affected account
	Object  Object
	Before  Fields
	After   Fields
	Result  Result // Done when empty
	Reason  string
}

// Service writes and reads the record.
type Service struct {
	store Store
	clock Clock
}

// New returns the service.
func New(store Store, clock Clock) *Service { return &Service{store: store, clock: clock} }

// Record writes the event of an act and returns when it happened. It is called
// last in the transaction of the change, and its error ends that transaction: no
// event, no change. While acting it holds the visit until the commit; the error
// of a visit that has ended meanwhile is returned as it is.
func (s *Service) Record(ctx context.Context, by principal.Principal, entry Entry) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	at, err := s.instant(ctx, by)
	if err != nil {
		return unavailable(err)
	}
	return unavailable(s.store.Append(ctx, eventOf(by, entry, at)))
}

// Stamped is an act whose instant and principal the caller knows: the beginning
// and the end of a visit.
type Stamped struct {
	At    time.Time
	By    principal.Principal
	Entry Entry
}

// RecordAt writes the events of acts in the transaction of the change, like
// Record, without holding a visit: its callers hold the row themselves.
func (s *Service) RecordAt(ctx context.Context, acts ...Stamped) error {
	ctx, cancel := context.WithTimeout(ctx, patience*time.Duration(1+len(acts)/100))
	defer cancel()
	events := make([]Event, len(acts))
	for i, act := range acts {
		events[i] = eventOf(act.By, act.Entry, act.At)
	}
	return unavailable(s.store.Append(ctx, events...))
}

// List returns events, newest first. What others did to an account without a visit
// includes what was done to every account. A filter by what there is not is refused.
func (s *Service) List(ctx context.Context, by principal.Principal, f Filter) ([]Event, error) {
	if err := f.Check("").Err(); err != nil {
		return nil, err
	}
	events, err := s.store.List(ctx, by.Scope(), f)
	if err != nil || !f.Direct || f.AccountID == "" {
		return events, err
	}
	everybodys := f
	everybodys.AccountID, everybodys.Direct, everybodys.Actions = "", false, forEverybody()
	if len(everybodys.Actions) == 0 {
		return events, nil
	}
	more, err := s.store.List(ctx, principal.Everything(), everybodys)
	if err != nil {
		return nil, err
	}
	events = append(events, more...)
	slices.SortFunc(events, func(x, y Event) int { return cmp.Compare(y.Seq, x.Seq) })
	events = slices.CompactFunc(events, func(x, y Event) bool { return x.Seq == y.Seq })
	return events[:min(len(events), f.Limit)], nil
}

// Last returns the newest event of each visit, in no order: what was done in it or
// refused, not how it began, changed its mode or ended.
func (s *Service) Last(ctx context.Context, by principal.Principal, visitIDs []string) ([]Event, error) {
	if len(visitIDs) == 0 {
		return nil, nil
	}
	return s.store.Last(ctx, by.Scope(), visitIDs)
}

func (s *Service) instant(ctx context.Context, by principal.Principal) (time.Time, error) {
	if by.Acting() {
		return s.clock.Hold(ctx, by.Visit.ID)
	}
	return s.clock.Now(ctx)
}

func unavailable(err error) error {
	var declared *fault.Error
	if err == nil || errors.As(err, &declared) {
		return err
	}
	return ErrUnavailable.WithCause(err)
}

func eventOf(by principal.Principal, entry Entry, at time.Time) Event {
	e := Event{
		At:        at,
		Actor:     ActorOf(by),
		Subject:   Party{ID: by.Subject.ID, Name: by.Subject.Name},
		Account:   Party{ID: entry.Account.ID, Name: entry.Account.Name},
		Path:      entry.Account.Path,
		VisitID:   by.VisitID(),
		SessionID: wayIn(by.Via),
		Method:    by.Via.Method,
		ProvedAt:  by.Via.ProvedAt,
		Scopes:    scopesOf(by.Via),
		Action:    entry.Action.String(),
		Object:    entry.Object,
		Before:    entry.Before,
		After:     entry.After,
		Result:    entry.Result,
		Reason:    entry.Reason,
		IP:        by.Via.IP,
		UserAgent: by.Via.UserAgent,
		RequestID: by.Via.RequestID,
		TraceID:   by.Via.TraceID,
	}
	if e.Result == "" {
		e.Result = Done
	}
	if by.IsSystem() {
		e.Subject = e.Account
	}
	return e
}

// wayIn is the id of what the principal came by: a session, or a token.
func wayIn(via principal.Via) string {
	if via.Token != nil {
		return via.Token.ID
	}
	return via.SessionID
}

func scopesOf(via principal.Via) []string {
	if via.Token == nil {
		return nil
	}
	return via.Token.Scopes
}

// ActorOf returns the actor of a principal as the record names it. Who answers for
// what a token did is its person; the name says by which token.
func ActorOf(by principal.Principal) Actor {
	kind, name := KindPerson, by.Person.Name
	switch {
	case by.IsSystem():
		kind = principal.SystemID
	case by.ByToken():
		kind = KindToken
		if by.Via.Token.Name != "" {
			name += " (API token “" + by.Via.Token.Name + "”)"
		}
	}
	return Actor{
		Kind: kind, ID: by.Person.ID, Name: name, Role: by.Role,
		AccountID: by.Account.ID, Employer: by.Employer,
	}
}
