package quicksight

import (
	"iter"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// group gives the namespace and the group of the call's path, as of v.
func (c *call) group(v world.View) (world.Namespace, world.Group, error) {
	n, err := c.ready()
	if err != nil {
		return n, world.Group{}, err
	}
	g, ok := n.Contents.Groups.GetAt(c.Path["GroupName"], v)
	if !ok {
		return n, g, notFound(groupType, "Group %s not found in namespace %s", c.Path["GroupName"], n.Name)
	}
	return n, g, nil
}

func createGroup(c *call) (members, error) {
	var in struct{ GroupName, Description *string }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	var check constraint.Check
	check.Required("groupName", in.GroupName, nameRule)
	check.Text("description", in.Description, descriptionRule)
	if err := breach(&check); err != nil {
		return nil, err
	}
	n, err := c.ready()
	if err != nil {
		return nil, err
	}
	if _, there := n.Contents.Groups.Get(*in.GroupName); there {
		return nil, exists(groupType, "Group %s already exists in namespace %s", *in.GroupName, n.Name)
	}
	if err := folded(c, "group", *in.GroupName, n.Contents.Groups.All()); err != nil {
		return nil, err
	}
	if limit := c.w.Behaviour().GroupLimit; n.Contents.Groups.Len() >= limit {
		return nil, limitExceeded(groupType, "The limit of %d groups of namespace %s has been reached", limit, n.Name)
	}
	g := world.Group{
		Name: *in.GroupName, Description: str(in.Description),
		PrincipalID: world.GroupPrincipalID(n.Name, *in.GroupName),
	}
	n.Contents.Groups.Put(g.Name, g)
	return members{"Group": c.showGroup(n.Name, g)}, nil
}

func describeGroup(c *call) (members, error) {
	n, g, err := c.group(c.view())
	if err != nil {
		return nil, err
	}
	return members{"Group": c.showGroup(n.Name, g)}, nil
}

// updateGroup sets the description, which is all that can change; a request
// without one leaves it.
func updateGroup(c *call) (members, error) {
	var in struct{ Description *string }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	var check constraint.Check
	check.Text("description", in.Description, descriptionRule)
	if err := breach(&check); err != nil {
		return nil, err
	}
	n, g, err := c.group(world.View{})
	if err != nil {
		return nil, err
	}
	if in.Description != nil {
		g.Description = *in.Description
		n.Contents.Groups.Put(g.Name, g)
	}
	return members{"Group": c.showGroup(n.Name, g)}, nil
}

func deleteGroup(c *call) (members, error) {
	n, g, err := c.group(world.View{})
	if err != nil {
		return nil, err
	}
	c.qs.DeleteGroup(n.Name, g.Name)
	return nil, nil
}

func listGroups(c *call) (members, error) {
	n, err := c.ready()
	if err != nil {
		return nil, err
	}
	l, err := c.page("")
	if err != nil {
		return nil, err
	}
	return c.groupPage(n.Name, l, n.Contents.Groups.After(l.after, c.view())), nil
}

func searchGroups(c *call) (members, error) {
	var in struct {
		Filters []struct{ Operator, Name, Value *string }
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	var check constraint.Check
	if in.Filters == nil {
		check.Missing("filters")
	} else {
		check.List("filters", len(in.Filters), 1, 1)
	}
	for _, f := range in.Filters {
		check.Required("filters.1.member.operator", f.Operator, constraint.Text{Enum: []string{"StartsWith"}})
		check.Required("filters.1.member.name", f.Name, constraint.Text{Enum: []string{"GROUP_NAME"}})
		check.Required("filters.1.member.value", f.Value, anyRule)
	}
	if err := breach(&check); err != nil {
		return nil, err
	}
	n, err := c.ready()
	if err != nil {
		return nil, err
	}
	prefix := *in.Filters[0].Value
	l, err := c.page(prefix)
	if err != nil {
		return nil, err
	}
	return c.groupPage(n.Name, l, n.Contents.Groups.Prefix(prefix, l.after, c.view())), nil
}

// groupPage answers a page of groups.
func (c *call) groupPage(namespace string, l list, rows iter.Seq2[string, world.Group]) members {
	return answer(c, l, "GroupList", rows, func(g world.Group) (any, bool) { return c.showGroup(namespace, g), true })
}

func (c *call) groupARN(namespace, name string) string {
	return c.qs.GroupARN(namespace, name)
}

func (c *call) showGroup(namespace string, g world.Group) members {
	m := members{"Arn": c.groupARN(namespace, g.Name), "GroupName": g.Name, "PrincipalId": g.PrincipalID}
	if g.Description != "" {
		m["Description"] = g.Description
	}
	return m
}
