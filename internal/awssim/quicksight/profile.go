package quicksight

import (
	"maps"
	"slices"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// capabilityRule is the only value that a capability may have.
var capabilityRule = constraint.Text{Enum: []string{"DENY"}}

// profileThere checks that a profile that is to be applied exists. A world that
// has no profiles at all takes every name.
func (c *call) profileThere(name string) error {
	if name == "" || c.qs.Profiles.Len() == 0 {
		return nil
	}
	_, err := c.profile(name)
	return err
}

func (c *call) profile(name string) (world.Profile, error) {
	p, ok := c.qs.Profiles.Get(name)
	if !ok {
		return p, notFound(otherType, "Custom permissions profile %s not found", name)
	}
	return p, nil
}

func checkCapabilities(check *constraint.Check, capabilities map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(capabilities)) {
		value := capabilities[name]
		check.Text("capabilities."+name, &value, capabilityRule)
	}
}

func createCustomPermissions(c *call) (members, error) {
	var in struct {
		CustomPermissionsName *string
		Capabilities          map[string]string
		Tags                  []tag
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	var check constraint.Check
	check.Required("customPermissionsName", in.CustomPermissionsName, profileRule)
	checkCapabilities(&check, in.Capabilities)
	checkTags(&check, in.Tags)
	if err := breach(&check); err != nil {
		return nil, err
	}
	name := *in.CustomPermissionsName
	if _, there := c.qs.Profiles.Get(name); there {
		return nil, exists(otherType, "Custom permissions profile %s already exists", name)
	}
	c.qs.Profiles.Put(name, world.Profile{Name: name, Capabilities: in.Capabilities, Tags: worldTags(in.Tags)})
	return members{"Arn": c.profileARN(name)}, nil
}

func describeCustomPermissions(c *call) (members, error) {
	p, err := c.profile(c.Path["CustomPermissionsName"])
	if err != nil {
		return nil, err
	}
	return members{"CustomPermissions": c.showProfile(p)}, nil
}

func listCustomPermissions(c *call) (members, error) {
	l, err := c.page("")
	if err != nil {
		return nil, err
	}
	rows := c.qs.Profiles.After(l.after, c.view())
	return answer(c, l, "CustomPermissionsList", rows, func(p world.Profile) (any, bool) { return c.showProfile(p), true }), nil
}

func updateCustomPermissions(c *call) (members, error) {
	var in struct{ Capabilities map[string]string }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	var check constraint.Check
	checkCapabilities(&check, in.Capabilities)
	if err := breach(&check); err != nil {
		return nil, err
	}
	p, err := c.profile(c.Path["CustomPermissionsName"])
	if err != nil {
		return nil, err
	}
	p.Capabilities = in.Capabilities
	c.qs.Profiles.Put(p.Name, p)
	return members{"Arn": c.profileARN(p.Name)}, nil
}

func deleteCustomPermissions(c *call) (members, error) {
	p, err := c.profile(c.Path["CustomPermissionsName"])
	if err != nil {
		return nil, err
	}
	c.qs.Profiles.Delete(p.Name)
	return members{"Arn": c.profileARN(p.Name)}, nil
}

func (c *call) profileARN(name string) string {
	return c.w.ARN("quicksight", c.qs.IdentityRegion(), "custom-permissions/"+name)
}

func (c *call) showProfile(p world.Profile) members {
	m := members{"Arn": c.profileARN(p.Name), "CustomPermissionsName": p.Name}
	if len(p.Capabilities) > 0 {
		m["Capabilities"] = p.Capabilities
	}
	return m
}
