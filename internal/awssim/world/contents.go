package world

import (
	"iter"
	"slices"
)

// Join puts a user into a group; both must be there.
func (c *Contents) Join(group, userKey string) {
	m := Membership{Group: group, User: userKey}
	c.members.Put(Key(group, userKey), m)
	c.memberOf.Put(Key(userKey, group), m)
}

// Leave takes a user out of a group and reports whether it was in it.
func (c *Contents) Leave(group, userKey string) bool {
	c.memberOf.Delete(Key(userKey, group))
	return c.members.Delete(Key(group, userKey))
}

// IsMember reports whether a user is in a group, as of v.
func (c *Contents) IsMember(group, userKey string, v View) bool {
	_, ok := c.members.GetAt(Key(group, userKey), v)
	return ok
}

// DeleteGroup removes a group with its memberships and reports whether it was
// there.
func (c *Contents) DeleteGroup(name string) bool {
	for _, m := range slices.Collect(values(c.Members(name, "", View{}))) {
		c.Leave(m.Group, m.User)
	}
	return c.Groups.Delete(name)
}

// Members gives the memberships of a group as of v, in the order of the users'
// keys, after the one whose key is after.
func (c *Contents) Members(group, after string, v View) iter.Seq2[string, Membership] {
	return c.members.Prefix(KeyPrefix(group), after, v)
}

// GroupsOf gives the memberships of a user as of v, in the order of the groups'
// names, after the one whose key is after.
func (c *Contents) GroupsOf(userKey, after string, v View) iter.Seq2[string, Membership] {
	return c.memberOf.Prefix(KeyPrefix(userKey), after, v)
}

// values gives the second halves of pairs.
func values[K, V any](pairs iter.Seq2[K, V]) iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, v := range pairs {
			if !yield(v) {
				return
			}
		}
	}
}
