package quicksight

import (
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// createGroupMembership puts a user into a group. It is a PUT, and models no
// ResourceExistsException: doing it again is a success.
func createGroupMembership(c *call) (members, error) {
	n, g, err := c.group(world.View{})
	if err != nil {
		return nil, err
	}
	u, ok := n.Contents.Users.Get(c.Path["MemberName"])
	// A user who has just been registered is not seen everywhere yet.
	young := ok && c.w.Now().Sub(u.Registered) < time.Duration(c.w.Behaviour().MembershipDelay)
	if !ok || young {
		return nil, c.noUser(c.Path["MemberName"])
	}
	if !n.Contents.IsMember(g.Name, u.Key(), world.View{}) {
		n.Contents.Join(g.Name, u.Key())
	}
	return members{"GroupMember": c.showMember(n.Name, u.UserName)}, nil
}

func describeGroupMembership(c *call) (members, error) {
	n, g, err := c.group(c.view())
	if err != nil {
		return nil, err
	}
	name := c.Path["MemberName"]
	if !n.Contents.IsMember(g.Name, name, c.view()) {
		return nil, c.noMember(g.Name)
	}
	return members{"GroupMember": c.showMember(n.Name, name)}, nil
}

func deleteGroupMembership(c *call) (members, error) {
	n, g, err := c.group(world.View{})
	if err != nil {
		return nil, err
	}
	if !n.Contents.Leave(g.Name, c.Path["MemberName"]) {
		return nil, c.noMember(g.Name)
	}
	return nil, nil
}

func (c *call) noMember(group string) error {
	return notFound(userType, "User %s is not a member of group %s", c.Path["MemberName"], group)
}

func listGroupMemberships(c *call) (members, error) {
	n, g, err := c.group(c.view())
	if err != nil {
		return nil, err
	}
	l, err := c.page("")
	if err != nil {
		return nil, err
	}
	rows := n.Contents.Members(g.Name, l.after, c.view())
	return answer(c, l, "GroupMemberList", rows, func(m world.Membership) (any, bool) {
		return c.showMember(n.Name, m.User), true
	}), nil
}

func listUserGroups(c *call) (members, error) {
	n, u, err := c.user(c.view())
	if err != nil {
		return nil, err
	}
	l, err := c.page("")
	if err != nil {
		return nil, err
	}
	rows := n.Contents.GroupsOf(u.Key(), l.after, c.view())
	return answer(c, l, "GroupList", rows, func(m world.Membership) (any, bool) {
		g, ok := n.Contents.Groups.GetAt(m.Group, c.view())
		return c.showGroup(n.Name, g), ok
	}), nil
}

func (c *call) showMember(namespace, user string) members {
	return members{"Arn": c.userARN(namespace, user), "MemberName": user}
}
