package role

import (
	"regexp"
	"slices"
	"strings"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
)

// staffKind is the kind of account whose people can have custom roles.
const staffKind = "support"

// grantImpersonate is the permission to give the right to enter accounts.
const grantImpersonate = "role:grant-impersonate"

var sensibleName = regexp.MustCompile(`^[a-z][a-z0-9_-]{1,39}$`)

// Grantable returns the permissions that a custom role can have, in the order in
// which they are shown. What manages roles themselves is not among them.
func Grantable() []string {
	return []string{
		"account:view", "account:view-usage", "account:create", "account:update", "account:suspend", "account:disable", "account:set-plan", "account:invite",
		"plan:view", "impersonation:view", "impersonation:end", "activity:view",
		"domain:view", "domain:manage", "record:manage", "mailbox:view", "mailbox:manage",
	}
}

func reads(permission string) bool {
	_, verb, _ := strings.Cut(permission, ":")
	return strings.HasPrefix(verb, "view")
}

// normal returns the role as it is kept, or every field that breaks a rule.
func (r Role) normal() (Role, error) {
	var bad fault.Fields
	if !sensibleName.MatchString(r.Name) {
		bad.Add("/name", "invalid", "A role's name has 2 to 40 small letters, digits, - and _, a letter first.")
	}
	r.Title = bad.Name("/title", r.Title, 60)
	if r.Family != Administrative && r.Family != Reporting {
		bad.Add("/family", "choice", "Choose administrative or reporting.")
	}
	if r.Impersonate != Nobodys && r.Impersonate != ToLook && r.Impersonate != ToChange {
		bad.Add("/impersonate", "choice", "Choose none, look or change.")
	}
	if r.Family == Reporting && r.Impersonate != Nobodys {
		bad.Add("/impersonate", "never", "A reporting role can never sign in as somebody else.")
	}
	r.Permissions = slices.Compact(slices.Sorted(slices.Values(r.Permissions)))
	for _, p := range r.Permissions {
		switch {
		case !slices.Contains(Grantable(), p):
			bad.Add("/permissions", "unknown", "There is no such permission to give.")
		case r.Family == Reporting && !reads(p):
			bad.Add("/permissions", "never", "A reporting role only reads.")
		}
	}
	return r, bad.Err()
}

// fields is what the record shows of a role.
func (r Role) fields() audit.Fields {
	if r.Family == "" {
		return nil
	}
	return audit.Fields{"title": r.Title, "family": r.Family, "impersonate": r.Impersonate, "permissions": strings.Join(r.Permissions, " ")}
}
