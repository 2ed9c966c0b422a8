package scim

import (
	"github.com/tenantry/tenantry/internal/awssim/attributes"
	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// maxChanges is how many members one request may add and remove.
const maxChanges = 100

func (s service) createGroup(r *wire.Request) (a answer, err error) {
	doc, err := body(r)
	if err != nil {
		return a, err
	}
	name, _ := member(doc, "displayName")
	id, err := externalIn(doc)
	if err != nil {
		return a, err
	}
	g := world.DirectoryGroup{ExternalIDs: s.external(id)}
	if g.DisplayName, err = groupName(name); err != nil {
		return a, err
	}
	value, _ := member(doc, "members")
	users, err := s.members(value)
	if err != nil {
		return a, err
	}
	if g, err = s.w.Directory.AddGroup(g, r.Caller.ARN); err != nil {
		return a, err
	}
	for _, user := range users {
		s.join(g.ID, user, r.Caller.ARN)
	}
	return answer{201, s.group(g)}, nil
}

// groupName judges the display name of a group.
func groupName(value any) (string, error) {
	name, ok := value.(string)
	if !ok {
		return "", invalid("displayName is required.")
	}
	var c constraint.Check
	c.Text("displayName", &name, attributes.GroupNameRule)
	if !c.OK() {
		return "", invalid("%s", c.Message())
	}
	return name, nil
}

// members gives the ids of users of a members attribute, all of which must be there.
func (s service) members(value any) ([]string, error) {
	if one, ok := value.(map[string]any); ok {
		value = []any{one}
	}
	if _, ok := value.([]any); !ok && value != nil {
		return nil, invalid(unparsable)
	}
	var ids []string
	for _, element := range list(value) {
		m, _ := element.(map[string]any)
		id, ok := m["value"].(string)
		if !ok {
			return nil, invalid("A member must have a value.")
		}
		if err := s.has(id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if len(ids) > maxChanges {
		return nil, invalid("A maximum of %d membership changes are allowed in a single request.", maxChanges)
	}
	return ids, nil
}

// has says that a member is not there, if it is not.
func (s service) has(id string) error {
	if _, ok := s.w.Directory.Users().Get(id); !ok {
		return notFound("Member", id)
	}
	return nil
}

// join puts a user into a group, if it is not there already.
func (s service) join(group, user, by string) {
	// The only rule about a membership is that there is one; see the package comment.
	_, _ = s.w.Directory.AddMember(group, user, by)
}

func (s service) findGroup(r *wire.Request) (world.DirectoryGroup, error) {
	g, ok := s.w.Directory.Groups().Get(r.Path["id"])
	if !ok {
		return g, notFound("Group", r.Path["id"])
	}
	return g, nil
}

func (s service) getGroup(r *wire.Request) (answer, error) {
	g, err := s.findGroup(r)
	return answer{200, s.group(g)}, err
}

func (s service) deleteGroup(r *wire.Request) (answer, error) {
	g, err := s.findGroup(r)
	if err == nil {
		s.w.Directory.DeleteGroup(g.ID)
	}
	return answer{status: 204}, err
}
