package scim

import (
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// groupChange is what a PATCH makes of a group: read and judged as a whole before anything is changed.
type groupChange struct {
	group   world.DirectoryGroup
	itself  bool // the group changes, not only who is in it
	members []memberChange
}

// memberChange puts a user into a group, or takes it out.
type memberChange struct {
	user string
	in   bool
}

func (s service) patchGroup(r *wire.Request) (a answer, err error) {
	operations, err := patches(r)
	if err != nil {
		return a, err
	}
	change := groupChange{}
	if change.group, err = s.findGroup(r); err != nil {
		return a, err
	}
	for _, o := range operations {
		if err := s.readChange(&change, o); err != nil {
			return a, err
		}
	}
	if len(change.members) > maxChanges {
		return a, invalid("A maximum of %d membership changes are allowed in a single request.", maxChanges)
	}
	return answer{status: 204}, s.makeChange(change, r.Caller.ARN)
}

// readChange adds one operation to a change.
func (s service) readChange(change *groupChange, o patch) (err error) {
	switch {
	case o.is("members"):
		return s.readMembers(change, o)
	case o.is("displayName"):
		if o.op == "remove" {
			return invalid("displayName is required.")
		}
		change.itself = true
		change.group.DisplayName, err = groupName(o.value)
	case o.is("externalId"):
		if o.op == "remove" {
			o.value = nil
		}
		var id string
		id, err = externalIn(map[string]any{"externalId": o.value})
		change.itself = true
		change.group.ExternalIDs = s.external(id)
	case o.is("id"), o.is("schemas"):
		// The guide's own example sends the id along.
	default:
		err = invalid("Only displayName, members, and externalId attributes are allowed in the request.")
	}
	return err
}

func (s service) readMembers(change *groupChange, o patch) error {
	switch {
	case len(o.path) > 1, o.by != "" && (o.by != "value" || o.op != "remove"):
		return invalid("The path is not supported.")
	case o.by != "":
		o.value = []any{map[string]any{"value": o.where}}
	}
	if o.op == "replace" || o.op == "remove" && o.value == nil {
		return invalid("Replacing or removing all members of a group is not supported.")
	}
	ids, err := s.members(o.value)
	if err != nil {
		return err
	}
	for _, id := range ids {
		change.members = append(change.members, memberChange{user: id, in: o.op == "add"})
	}
	return nil
}

// makeChange makes a change that has been judged; only a name that is taken may still refuse it, whole.
func (s service) makeChange(change groupChange, by string) error {
	d, group := s.w.Directory, change.group.ID
	if change.itself {
		if _, err := d.ChangeGroup(change.group, by); err != nil {
			return err
		}
	}
	for _, m := range change.members {
		if m.in {
			s.join(group, m.user, by)
		} else if membership, ok := d.Membership(group, m.user, world.View{}); ok {
			d.Leave(membership.ID)
		}
	}
	return nil
}
