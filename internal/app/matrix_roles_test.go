package app_test

import (
	"fmt"
	"testing"
)

var roleCalls = []operation{
	{"listRoles", "", false, on(func(place) request { return get("/roles") })},
	{"getRole", "", false, on(func(place) request { return get("/roles/billing") })},
	{"createRole", "", false, by(func(_ place, n int) request {
		return post("/roles", fields("name", fmt.Sprint("made", n), "title", "Made", "impersonate", "look", "permissions", []string{"account:view"}))
	})},
	{"updateRole", "", false, func(t *testing.T, c *asker, _ place) request {
		t.Helper()
		return request{"PATCH", "/roles/" + c.aRole(t), fields("title", "Another title"), nil}
	}},
	{"deleteRole", "", false, func(t *testing.T, c *asker, _ place) request {
		t.Helper()
		return remove("/roles/" + c.aRole(t))
	}},
	{"listStaff", "", false, on(func(place) request { return get("/staff?page_size=200") })},
	{"assignRole", "", false, func(t *testing.T, c *asker, _ place) request {
		t.Helper()
		s := &script{h: c.h}
		colleague := s.plant("support", place{})
		s.run(t)
		return request{"PATCH", "/staff/" + colleague.person, fields("role", "billing"), nil}
	}},
}

// aRole makes a custom role that nobody has.
func (c *asker) aRole(t *testing.T) string {
	t.Helper()
	name := fmt.Sprint("role", c.next())
	c.h.exec(t, "INSERT INTO roles (name, kind, title, owner, built_in) VALUES (?, 'support', 'A role', 0, 0)", name)
	return name
}
