package httpapi

import (
	"context"
	"net/http"

	"innkeeper/internal/principal"
	"innkeeper/internal/role"
	"innkeeper/rbac"
)

// Role is a set of rights that people can have.
type Role struct {
	Name        string   `json:"name" example:"night_shift"`
	Title       string   `json:"title" doc:"As people read it." example:"Night shift"`
	Kind        string   `json:"kind" doc:"Of the accounts whose people can have it." enum:"admin,support,reseller,customer" example:"support"`
	BuiltIn     bool     `json:"built_in" doc:"Built-in roles stay as they are."`
	Family      string   `json:"family" enum:"administrative,reporting" doc:"Reporting roles only read, and can never sign in as somebody else." example:"administrative"`
	Impersonate string   `json:"impersonate" enum:"none,look,change" doc:"Whether those who have it may sign in as somebody else, and to do what." example:"look"`
	Permissions []string `json:"permissions" doc:"What it may do on other accounts than the own one." example:"[\"account:view\"]"`
}

// StaffMember is one of the people who work for the provider.
type StaffMember struct {
	PersonID  string `json:"person_id" example:"per_01890a5d-ac96-774b-bcce-b302099a8057"`
	Name      string `json:"name" example:"Anna Lind"`
	Email     string `json:"email" example:"anna@example.com"`
	AccountID string `json:"account_id" example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	Role      string `json:"role" example:"support"`
}

type rolesOutput struct {
	Body struct {
		Roles      []Role   `json:"roles"`
		Grantable  []string `json:"grantable" doc:"What a role of one's own can be given."`
		MayGrant   bool     `json:"may_grant_impersonate" doc:"Whether the asker may give the right to sign in as somebody else."`
		NextCursor *string  `json:"next_cursor" doc:"Always null: all roles are one page."`
	}
}

type roleOutput struct{ Body Role }

type roleNameInput struct {
	Name string `path:"name" maxLength:"60" doc:"The role." example:"night_shift"`
}

type createRoleInput struct {
	Body struct {
		Name        string   `json:"name" maxLength:"60" doc:"2 to 40 small letters, digits, - and _; chosen once." example:"night_shift"`
		Title       string   `json:"title" maxLength:"200" doc:"As people read it." example:"Night shift"`
		Family      string   `json:"family,omitempty" enum:"administrative,reporting" default:"administrative" doc:"Reporting roles only read; chosen once." example:"administrative"`
		Impersonate string   `json:"impersonate,omitempty" enum:"none,look,change" default:"none" doc:"Needs role:grant-impersonate." example:"look"`
		Permissions []string `json:"permissions" maxItems:"100" doc:"Of those that can be given." example:"[\"account:view\"]"`
	}
}

type updateRoleInput struct {
	Name string `path:"name" maxLength:"60" doc:"The role." example:"night_shift"`
	Body struct {
		Title       *string   `json:"title,omitempty" maxLength:"200" doc:"As people read it." example:"Night shift"`
		Impersonate *string   `json:"impersonate,omitempty" enum:"none,look,change" doc:"Needs role:grant-impersonate to give more than none." example:"none"`
		Permissions *[]string `json:"permissions,omitempty" maxItems:"100" doc:"All that it may do from now on." example:"[\"account:view\"]"`
	}
}

type staffOutput struct {
	Body struct {
		Staff      []StaffMember `json:"staff"`
		NextCursor *string       `json:"next_cursor"`
	}
}

type staffMemberOutput struct{ Body StaffMember }

type assignRoleInput struct {
	ID   string `path:"person_id" maxLength:"60" doc:"The person." example:"per_01890a5d-ac96-774b-bcce-b302099a8057"`
	Body struct {
		Role string `json:"role" maxLength:"60" doc:"The role to have from now on." example:"night_shift"`
	}
}

type roleHandlers struct {
	registry *Registry
	roles    *role.Editor
}

func registerRoles(r *Registry, roles *role.Editor) {
	h := roleHandlers{registry: r, roles: roles}
	own := func(*roleNameInput) Target { return Own() }
	Register(r, Operation{
		ID: "listRoles", Method: http.MethodGet, Path: "/roles", Tag: "Roles", Summary: "List roles",
		Description: "Built-in roles and those made here, with what each may do, and what a role of one's own can be given.",
		Permission:  "role:view", Class: rbac.ClassLook,
	}, func(*struct{}) Target { return Own() }, h.list)
	Register(r, Operation{
		ID: "getRole", Method: http.MethodGet, Path: "/roles/{name}", Tag: "Roles", Summary: "See a role",
		Description: "One role with what it may do.",
		Permission:  "role:view", Class: rbac.ClassLook,
	}, own, h.get)
	Register(r, Operation{
		ID: "createRole", Method: http.MethodPost, Path: "/roles", Status: http.StatusCreated, Tag: "Roles", Summary: "Make a role",
		Description: "A role for the provider's staff. One that may sign in as somebody else is made by those alone who may give that right.",
		Permission:  "role:manage", Class: rbac.ClassDeny, Activity: true, Audit: role.ActionCreate, Errors: []int{http.StatusConflict},
	}, func(*createRoleInput) Target { return Own() }, h.create)
	Register(r, Operation{
		ID: "updateRole", Method: http.MethodPatch, Path: "/roles/{name}", Tag: "Roles", Summary: "Change a role",
		Description: "Holds on every process within a second. Visits that the role may no longer make end. Nobody changes the role he has himself.",
		Permission:  "role:manage", Class: rbac.ClassDeny, Activity: true, Audit: role.ActionUpdate, Errors: []int{http.StatusConflict},
	}, func(*updateRoleInput) Target { return Own() }, h.update)
	Register(r, Operation{
		ID: "deleteRole", Method: http.MethodDelete, Path: "/roles/{name}", Status: http.StatusNoContent, Tag: "Roles", Summary: "Delete a role",
		Description: "Only while nobody has it.",
		Permission:  "role:manage", Class: rbac.ClassDeny, Activity: true, Audit: role.ActionDelete, Errors: []int{http.StatusConflict},
	}, own, func(ctx context.Context, by principal.Principal, in *roleNameInput) (*emptyOutput, error) {
		return nil, h.roles.Delete(ctx, by, in.Name)
	})
	Register(r, Operation{
		ID: "listStaff", Method: http.MethodGet, Path: "/staff", Tag: "Roles", Summary: "List the staff",
		Description: "The people who work for the provider, each with the role he has.",
		Permission:  "role:view", Class: rbac.ClassLook,
	}, func(*Page) Target { return Somewhere() }, h.staff)
	Register(r, Operation{
		ID: "assignRole", Method: http.MethodPatch, Path: "/staff/{person_id}", Tag: "Roles", Summary: "Give somebody another role",
		Description: "Holds from the person's next request on; visits that the new role may not make end at once. Nobody gives himself a role.",
		Permission:  "role:assign", Class: rbac.ClassDeny, Activity: true, Audit: role.ActionAssign, Errors: []int{http.StatusConflict},
	}, func(*assignRoleInput) Target { return Own() }, h.assign)
}

// roleOf shows a role; of built-in ones the policy says what they may.
func (h roleHandlers) roleOf(r role.Role) Role {
	out := Role{
		Name: r.Name, Title: r.Title, Kind: r.Kind, BuiltIn: r.BuiltIn,
		Family: string(r.Family), Impersonate: string(r.Impersonate), Permissions: append([]string{}, r.Permissions...),
	}
	if !r.BuiltIn {
		return out
	}
	acts, modes := h.registry.policy.Grants(r.Name)
	out.Permissions = append([]string{}, acts...)
	for _, mode := range modes { // to look comes first
		out.Impersonate = string(mode)
	}
	return out
}

func (h roleHandlers) list(ctx context.Context, by principal.Principal, _ *struct{}) (*rolesOutput, error) {
	roles, err := h.roles.List(ctx, by)
	if err != nil {
		return nil, err
	}
	out := &rolesOutput{}
	out.Body.Roles, out.Body.Grantable = make([]Role, len(roles)), role.Grantable()
	out.Body.MayGrant = h.registry.May(by, "role:grant-impersonate", rbac.ClassDeny, by.Subject)
	for i, r := range roles {
		out.Body.Roles[i] = h.roleOf(r)
	}
	return out, nil
}

func (h roleHandlers) get(ctx context.Context, by principal.Principal, in *roleNameInput) (*roleOutput, error) {
	return h.one(h.roles.ByName(ctx, by, in.Name))
}

func (h roleHandlers) one(r role.Role, err error) (*roleOutput, error) {
	if err != nil {
		return nil, err
	}
	return &roleOutput{Body: h.roleOf(r)}, nil
}

func (h roleHandlers) create(ctx context.Context, by principal.Principal, in *createRoleInput) (*roleOutput, error) {
	b := in.Body
	return h.one(h.roles.Create(ctx, by, role.Role{
		Name: b.Name, Title: b.Title, Family: role.Family(b.Family), Impersonate: role.Impersonate(b.Impersonate), Permissions: b.Permissions,
	}))
}

func (h roleHandlers) update(ctx context.Context, by principal.Principal, in *updateRoleInput) (*roleOutput, error) {
	c := role.Change{Title: in.Body.Title, Permissions: in.Body.Permissions}
	if in.Body.Impersonate != nil {
		way := role.Impersonate(*in.Body.Impersonate)
		c.Impersonate = &way
	}
	return h.one(h.roles.Update(ctx, by, in.Name, c))
}

type staffPosition struct {
	Account string `json:"a"`
	Person  string `json:"p"`
}

func (h roleHandlers) staff(ctx context.Context, by principal.Principal, in *Page) (*staffOutput, error) {
	var at staffPosition
	if err := h.registry.cursor.Decode("staff", in.Cursor, &at); err != nil {
		return nil, err
	}
	people, err := h.roles.Staff(ctx, by, role.Holder{PersonID: at.Person, Account: principal.Account{ID: at.Account}}, in.PageSize+1)
	if err != nil {
		return nil, err
	}
	out := &staffOutput{}
	people, out.Body.NextCursor, err = pageOf(h.registry.cursor, "staff", people, in.PageSize, func(p role.Holder) any { return staffPosition{p.Account.ID, p.PersonID} })
	out.Body.Staff = make([]StaffMember, len(people))
	for i, p := range people {
		out.Body.Staff[i] = staffMemberOf(p)
	}
	return out, err
}

func staffMemberOf(p role.Holder) StaffMember {
	return StaffMember{PersonID: p.PersonID, Name: p.Name, Email: p.Email, AccountID: p.Account.ID, Role: p.Role}
}

func (h roleHandlers) assign(ctx context.Context, by principal.Principal, in *assignRoleInput) (*staffMemberOutput, error) {
	given, err := h.roles.Assign(ctx, by, in.ID, in.Body.Role)
	if err != nil {
		return nil, err
	}
	return &staffMemberOutput{Body: staffMemberOf(given)}, nil
}
