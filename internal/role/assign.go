package role

import (
	"context"

	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

// Staff returns the people of a provider's staff in the scope: those behind the
// holder, at most so many.
func (e *Editor) Staff(ctx context.Context, by principal.Principal, after Holder, limit int) ([]Holder, error) {
	return e.d.Shelf.Staff(ctx, by.Scope(), after, limit)
}

// Assign gives a person of a provider's staff another role. It holds from the next
// request on, and visits that the new role may not make end at once. ErrNobody for
// others than staff in the scope, ErrOtherKind for a role that staff cannot have,
// ErrOwnRole for oneself, ErrNotYours when the asker may not give what the role gives.
func (e *Editor) Assign(ctx context.Context, by principal.Principal, personID, name string) (given Holder, err error) {
	err = e.d.Tx.InTx(ctx, func(ctx context.Context) error {
		given, err = e.assign(ctx, by, personID, name)
		return err
	})
	return given, err
}

func (e *Editor) assign(ctx context.Context, by principal.Principal, personID, name string) (Holder, error) {
	if personID == by.Person.ID {
		return Holder{}, ErrOwnRole
	}
	person, err := e.d.Shelf.OfStaff(ctx, by.Scope(), personID)
	if err != nil {
		return Holder{}, err
	}
	r, err := e.d.Shelf.Lock(ctx, name)
	if err != nil {
		return Holder{}, err
	}
	if err := e.mayGive(by, r); err != nil || person.Role == name {
		return person, err
	}
	before := person.Role
	person.Role = name
	if err := e.d.Shelf.Give(ctx, by.Scope(), person); err != nil {
		return Holder{}, err
	}
	actor := principal.Principal{
		Person:  principal.Person{ID: person.PersonID, Name: person.Name},
		Account: person.Account, Role: name, Subject: person.Account, SubjectRole: name,
	}
	if err := e.d.Visits.ActorChanged(ctx, by, actor); err != nil {
		return Holder{}, err
	}
	return person, e.d.Audit.Record(ctx, by, audit.Entry{
		Action: ActionAssign, Account: person.Account, Object: audit.Object{Kind: audit.ThingPerson, ID: person.PersonID, Name: person.Name},
		Before: audit.Fields{"role": before}, After: audit.Fields{"role": name},
	})
}

// mayGive: the role is one for staff, and who gives one that enters accounts may give
// that. Of built-in roles the policy knows whether they enter.
func (e *Editor) mayGive(by principal.Principal, r Role) error {
	switch {
	case r.Kind != staffKind:
		return ErrOtherKind
	case (r.Impersonate != Nobodys || e.d.Policy.Enters(r.Name)) && !e.d.Policy.May(by, grantImpersonate, by.Account):
		return ErrNotYours
	default:
		return nil
	}
}
