package app

import (
	"context"
	"log/slog"
	"time"

	"innkeeper/internal/role"
	"innkeeper/internal/store"
	"innkeeper/rbac"
)

// followEvery is how often a process looks whether a role has changed: with the look
// of the open streams behind it, within a second.
const followEvery = 250 * time.Millisecond

// roleLines gives the policy the lines of custom roles.
type roleLines struct{ roles *store.Roles }

// Version returns a number that changes with every change of a role.
func (r roleLines) Version(ctx context.Context) (int64, error) { return r.roles.Version(ctx) }

// Lines returns the lines of all custom roles.
func (r roleLines) Lines(ctx context.Context) ([]rbac.Line, error) {
	roles, err := r.roles.List(ctx)
	return linesOf(roles), err
}

// linesOf writes custom roles as lines of the policy: they hold on the accounts of
// customers and resellers, directly, and nowhere else.
func linesOf(roles []role.Role) []rbac.Line {
	const hosted = "customer|reseller"
	var lines []rbac.Line
	for _, r := range roles {
		if r.BuiltIn {
			continue
		}
		// What everybody may, said once more: the policy then knows the role.
		lines = append(lines, rbac.Line{Role: r.Name, Kind: r.Kind, Act: "dashboard:view", Relation: "self", Mode: "direct", Effect: "allow"})
		for _, p := range r.Permissions {
			kind := hosted
			if p == "plan:view" { // plans are nobody's account's
				kind = "*"
			}
			lines = append(lines, rbac.Line{Role: r.Name, Kind: kind, Act: p, Relation: "any", Mode: "direct", Effect: "allow"})
		}
		lines = append(lines, entering(r, hosted)...)
	}
	return lines
}

func entering(r role.Role, hosted string) []rbac.Line {
	line := rbac.Line{Role: r.Name, Kind: hosted, Act: "account:impersonate", Relation: "any", Effect: "allow"}
	switch {
	case r.Family == role.Reporting:
		line.Kind, line.Mode, line.Effect = "*", "*", "deny" // whatever another line says
	case r.Impersonate == role.ToLook:
		line.Mode = "look"
	case r.Impersonate == role.ToChange:
		line.Mode = "acting"
	default:
		return nil
	}
	return []rbac.Line{line}
}

// Usable returns an error when the policy could not be made of the roles.
func (d decisions) Usable(roles []role.Role) error { return d.policy.Check(linesOf(roles)) }

// Enters reports whether the role may enter anybody's account.
func (d decisions) Enters(name string) bool {
	_, modes := d.policy.Grants(name)
	return len(modes) > 0
}

// followPolicy keeps the policy as the roles are, until the context ends, and wakes
// the open streams when it has changed.
func (h *house) followPolicy(ctx context.Context) {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			h.rolesChanged(ctx)
		}
	}
}

// rolesChanged makes the policy what the roles are now, if they have changed. When it
// cannot, the last good policy stays in force.
func (h *house) rolesChanged(ctx context.Context) {
	changed, err := h.policy.Follow(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		slog.ErrorContext(ctx, "changed roles cannot be read; the last good policy stays in force", slog.Any("error", err))
	case changed && err == nil:
		h.hub.WakeAll()
	}
}

var _ role.Policy = decisions{}
