package console

import (
	"github.com/tenantry/tenantry/internal/awssim/attributes"
	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// judgeName judges the display name of a group.
func judgeName(name *string) error {
	var c constraint.Check
	c.Required("displayName", name, attributes.GroupNameRule)
	if err := attributes.Verdict(&c); err != nil {
		return invalid("%v", err)
	}
	return nil
}

func (s service) createGroup(in input) (result, error) {
	if err := judgeName(in.DisplayName); err != nil {
		return result{}, err
	}
	g := world.DirectoryGroup{DisplayName: *in.DisplayName}
	if in.Description != nil {
		g.Description = *in.Description
	}
	g, err := s.w.Directory.AddGroup(g, s.administrator())
	if err != nil {
		return result{}, err
	}
	event := map[string]any{"group": map[string]any{
		"groupId": g.ID, "displayName": hidden, "meta": s.meta(g.CreatedAt, g.UpdatedAt),
		"groupAttributes": map[string]any{"description": map[string]any{"stringValue": hidden}},
	}}
	return result{answer: map[string]any{"groupId": g.ID}, event: event}, nil
}

func (s service) findGroup(id string) (world.DirectoryGroup, error) {
	g, ok := s.w.Directory.Groups().Get(id)
	if !ok {
		return g, notFound("group", id)
	}
	return g, nil
}

func (s service) updateGroup(in input) (result, error) {
	g, err := s.findGroup(in.GroupID)
	if err != nil {
		return result{}, err
	}
	if err := judgeName(in.DisplayName); err != nil {
		return result{}, err
	}
	g.DisplayName = *in.DisplayName
	_, err = s.w.Directory.ChangeGroup(g, s.administrator())
	return result{}, err
}

func (s service) deleteGroup(in input) (result, error) {
	if _, err := s.findGroup(in.GroupID); err != nil {
		return result{}, err
	}
	s.w.Directory.DeleteGroup(in.GroupID)
	return result{}, nil
}

// pair finds the group and the member of the form.
func (s service) pair(in input) error {
	if _, err := s.findGroup(in.GroupID); err != nil {
		return err
	}
	_, err := s.findUser(in.MemberID)
	return err
}

func (s service) addMember(in input) (result, error) {
	if err := s.pair(in); err != nil {
		return result{}, err
	}
	_, err := s.w.Directory.AddMember(in.GroupID, in.MemberID, s.administrator())
	return result{}, err
}

func (s service) removeMember(in input) (result, error) {
	if err := s.pair(in); err != nil {
		return result{}, err
	}
	m, ok := s.w.Directory.Membership(in.GroupID, in.MemberID, world.View{})
	if !ok {
		return result{}, notFound("member", in.MemberID)
	}
	s.w.Directory.Leave(m.ID)
	return result{}, nil
}
