package role

import (
	"context"
	"slices"

	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

// Shelf keeps custom roles and who of an account has which.
type Shelf interface {
	Store
	// Lock returns a role and keeps it from changing until the commit, or
	// ErrNotFound.
	Lock(ctx context.Context, name string) (Role, error)
	// Create writes a role; ErrTaken when there is one of that name.
	Create(ctx context.Context, r Role) error
	// Update writes title, way to enter and permissions of a custom role.
	Update(ctx context.Context, r Role) error
	Delete(ctx context.Context, name string) error
	// Held reports whether anybody has the role.
	Held(ctx context.Context, name string) (bool, error)
	// Raise raises the version that every process looks at.
	Raise(ctx context.Context) error

	// Staff returns the people of a provider's staff in the scope with their roles, in
	// the order of their accounts, behind that one.
	Staff(ctx context.Context, scope principal.Scope, after Holder, limit int) ([]Holder, error)
	// OfStaff returns one of them, or ErrNobody.
	OfStaff(ctx context.Context, scope principal.Scope, personID string) (Holder, error)
	// Give gives one of them the role that stands in the holder; ErrNobody when there
	// is no such person.
	Give(ctx context.Context, scope principal.Scope, h Holder) error
}

// Holder is a person with a role on an account.
type Holder struct {
	PersonID string
	Name     string
	Email    string
	Account  principal.Account
	Role     string
}

// Policy decides, and knows whether roles could be used.
type Policy interface {
	May(by principal.Principal, permission string, a principal.Account) bool
	// Usable returns an error when the policy could not be made of the roles.
	Usable(roles []Role) error
	// Enters reports whether the role may enter anybody's account.
	Enters(role string) bool
}

// Visits ends what is no longer allowed, in the transaction of the change.
type Visits interface {
	// RoleChanged ends the visits by holders of the role in other modes than these.
	RoleChanged(ctx context.Context, by principal.Principal, role string, modes []principal.Mode) error
	// ActorChanged ends the visits that the person may not be in with his new role.
	ActorChanged(ctx context.Context, by, actor principal.Principal) error
}

// Tx runs transactions.
type Tx interface {
	InTx(ctx context.Context, run func(ctx context.Context) error) error
}

// Audit writes the record.
type Audit interface {
	Record(ctx context.Context, by principal.Principal, e audit.Entry) error
}

// Deps is what the editor needs.
type Deps struct {
	Tx     Tx
	Shelf  Shelf
	Policy Policy
	Visits Visits
	Audit  Audit
	// Changed is called behind each commit, so that this process need not wait for
	// its next look.
	Changed func(ctx context.Context)
}

// Editor makes, changes and gives roles.
type Editor struct{ d Deps }

// NewEditor returns the editor.
func NewEditor(d Deps) *Editor { return &Editor{d: d} }

// What is done to roles.
var (
	ActionCreate = audit.NewAction("role.create", "{actor} made the role {object}.")
	ActionUpdate = audit.NewAction("role.update", "{actor} changed what the role {object} may do.")
	ActionDelete = audit.NewAction("role.delete", "{actor} deleted the role {object}.")
	ActionAssign = audit.NewAction("role.assign", "{actor} gave {object} another role.")
)

// List returns all roles.
func (e *Editor) List(ctx context.Context, _ principal.Principal) ([]Role, error) {
	return e.d.Shelf.List(ctx)
}

// ByName returns one role, or ErrNotFound.
func (e *Editor) ByName(ctx context.Context, _ principal.Principal, name string) (Role, error) {
	list, err := e.d.Shelf.List(ctx)
	if i := slices.IndexFunc(list, func(r Role) bool { return r.Name == name }); err == nil && i >= 0 {
		return list[i], nil
	}
	if err == nil {
		err = ErrNotFound
	}
	return Role{}, err
}

// Create makes a custom role for a provider's staff. ErrTaken when there is one of
// that name, ErrNotYours when it may enter accounts and the asker may not give that.
func (e *Editor) Create(ctx context.Context, by principal.Principal, r Role) (Role, error) {
	r.Kind, r.Owner, r.BuiltIn = staffKind, false, false
	r, err := r.normal()
	if err != nil {
		return Role{}, err
	}
	if r.Impersonate != Nobodys && !e.d.Policy.May(by, grantImpersonate, by.Account) {
		return Role{}, ErrNotYours
	}
	return r, e.commit(ctx, func(ctx context.Context) error {
		if err := e.d.Shelf.Create(ctx, r); err != nil {
			return err
		}
		return e.settle(ctx, by, ActionCreate, Role{}, r)
	})
}

// Change is what an update changes; nil leaves it.
type Change struct {
	Title       *string
	Impersonate *Impersonate
	Permissions *[]string
}

func (c Change) of(r Role) Role {
	if c.Title != nil {
		r.Title = *c.Title
	}
	if c.Impersonate != nil {
		r.Impersonate = *c.Impersonate
	}
	if c.Permissions != nil {
		r.Permissions = *c.Permissions
	}
	return r
}

// Update changes a custom role; what its holders may no longer do they may not from
// the commit on, and visits that they may no longer be in end with it. ErrBuiltIn,
// ErrOwnRole for the asker's own role, ErrNotYours.
func (e *Editor) Update(ctx context.Context, by principal.Principal, name string, c Change) (after Role, err error) {
	err = e.commit(ctx, func(ctx context.Context) error {
		before, err := e.own(ctx, by, name)
		if err != nil {
			return err
		}
		if after, err = c.of(before).normal(); err != nil {
			return err
		}
		if after.Impersonate != before.Impersonate && after.Impersonate != Nobodys && !e.d.Policy.May(by, grantImpersonate, by.Account) {
			return ErrNotYours
		}
		if err := e.d.Shelf.Update(ctx, after); err != nil {
			return err
		}
		if err := e.d.Visits.RoleChanged(ctx, by, name, after.Impersonate.Modes()); err != nil {
			return err
		}
		return e.settle(ctx, by, ActionUpdate, before, after)
	})
	return after, err
}

// Delete removes a custom role that nobody has: ErrHeld otherwise.
func (e *Editor) Delete(ctx context.Context, by principal.Principal, name string) error {
	return e.commit(ctx, func(ctx context.Context) error {
		before, err := e.own(ctx, by, name)
		if err != nil {
			return err
		}
		if held, err := e.d.Shelf.Held(ctx, name); err != nil || held {
			return errOr(err, ErrHeld)
		}
		if err := e.d.Shelf.Delete(ctx, name); err != nil {
			return err
		}
		return e.settle(ctx, by, ActionDelete, before, Role{Name: name, Title: before.Title})
	})
}

func (e *Editor) commit(ctx context.Context, run func(ctx context.Context) error) error {
	err := e.d.Tx.InTx(ctx, run)
	if err == nil {
		e.d.Changed(ctx)
	}
	return err
}

// own returns a custom role that is not the asker's own, locked.
func (e *Editor) own(ctx context.Context, by principal.Principal, name string) (Role, error) {
	r, err := e.d.Shelf.Lock(ctx, name)
	switch {
	case err != nil:
		return Role{}, err
	case r.BuiltIn:
		return Role{}, ErrBuiltIn
	case r.Name == by.Role:
		return Role{}, ErrOwnRole
	default:
		return r, nil
	}
}

// settle makes sure that the roles can be used as they are now, tells the processes
// and writes the event.
func (e *Editor) settle(ctx context.Context, by principal.Principal, action audit.Action, before, after Role) error {
	all, err := e.d.Shelf.List(ctx)
	if err != nil {
		return err
	}
	if err := e.d.Policy.Usable(all); err != nil {
		return err
	}
	if err := e.d.Shelf.Raise(ctx); err != nil {
		return err
	}
	return e.d.Audit.Record(ctx, by, audit.Entry{
		Action: action, Account: by.Account, Object: audit.Object{Kind: audit.ThingRole, ID: after.Name, Name: after.Title},
		Before: before.fields(), After: after.fields(),
	})
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
