package systemtest

import (
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// What is true of people, groups and namespaces, and was until lately: a reading of the world that has
// nothing in common with the program's.

// justified makes sure that a person is, or was just now, an enabled member of a group that is bound
// to the namespace, and answers the highest role that such groups give.
func (c *checker) justified(call awssim.Call, n world.Namespace, person string) (top string) {
	if top = c.topOf(n, person); top == "" {
		c.breach(call, "S1", "the person %s was in no group that is bound to %s within %v", person, n.Name, window)
	}
	return top
}

// topOf is the highest role that a person's groups give in a namespace, or gave just now; "" for none.
func (c *checker) topOf(n world.Namespace, person string) (top string) {
	groups := maps.Clone(c.past.groups) // those that are gone too
	for id := range c.rig.w.Directory.Groups().All() {
		groups[id] = nil
	}
	for id := range groups {
		if c.wasMember(id, person) && slices.Contains(c.boundTo(id), n.Name) {
			top = higher(top, c.roleIn(id, n))
		}
	}
	return top
}

// wasMember reports whether a person is a member and enabled, or was within the window.
func (c *checker) wasMember(group, person string) bool {
	_, is := c.rig.w.Directory.Membership(group, person, world.View{})
	if at := c.past.left[[2]string{group, person}]; !is && (at.IsZero() || time.Since(at) > window) {
		return false
	}
	p, there := c.rig.w.Directory.Users().Get(person)
	at := c.past.disabled[person]
	return there && p.Status != world.PersonDisabled || !at.IsZero() && time.Since(at) <= window
}

// boundTo are the namespaces that a group of the directory is bound to: those with its mark, or else
// the one that it is for.
func (c *checker) boundTo(group string) (names []string) {
	for name, n := range c.rig.w.QuickSight.Namespaces().All() {
		for _, g := range n.Contents.Groups.All() {
			if id, ok := markOf(g); ok && id == group && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) > 0 {
		return names
	}
	if f, ok := c.known[group]; ok {
		return []string{f.namespace}
	}
	g, _ := c.rig.w.Directory.Groups().Get(group)
	for _, name := range append(slices.Clone(c.past.groups[group]), g.DisplayName) {
		if n, _ := tenantOf(name); n != "" {
			names = append(names, n)
		}
	}
	return names
}

// roleIn is the highest role that a bound group has given by any of its names.
func (c *checker) roleIn(group string, n world.Namespace) (top string) {
	if f, ok := c.known[group]; ok {
		return f.role
	}
	g, _ := c.rig.w.Directory.Groups().Get(group)
	names := append(slices.Clone(c.past.groups[group]), g.DisplayName)
	for _, mirror := range n.Contents.Groups.All() {
		if id, ok := markOf(mirror); ok && id == group {
			names = append(names, mirror.Name)
		}
	}
	for _, name := range names {
		if in, r := tenantOf(name); in == n.Name {
			top = higher(top, r)
		}
	}
	return top
}

// roleNow is the role that a bound group gives by its name of now, or if that says nothing of the tenant, by any of its names.
func (c *checker) roleNow(group string, n world.Namespace) string {
	g, _ := c.rig.w.Directory.Groups().Get(group)
	if in, role := tenantOf(g.DisplayName); in == n.Name && c.known[group] == (fixed{}) {
		return role
	}
	return c.roleIn(group, n)
}

var groupLike = regexp.MustCompile(`^qs:([a-zA-Z0-9._-]+)(:authors)?$`)

// tenantOf reads a group's name by the usual rules, in a way of its own.
func tenantOf(group string) (namespace, role string) {
	m := groupLike.FindStringSubmatch(group)
	switch {
	case m == nil:
		return "", ""
	case m[2] != "":
		return m[1], "AUTHOR"
	}
	return m[1], "READER"
}

var ranks = []string{"READER", "READER_PRO", "AUTHOR", "AUTHOR_PRO"}

func atMost(role, top string) bool {
	return slices.Contains(ranks, role) && slices.Index(ranks, role) <= slices.Index(ranks, top)
}

func higher(a, b string) string {
	if slices.Index(ranks, a) > slices.Index(ranks, b) {
		return a
	}
	return b
}
