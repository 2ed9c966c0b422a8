package quicksight

import (
	"maps"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// Prefixes of request URIs.
const (
	accountProfileURI = accountURI + "/custom-permission"
	roleProfileURI    = namespaceURI + "/roles/{Role}/custom-permission"
	selfUpgradeURI    = namespaceURI + "/self-upgrade-configuration"
)

// settingsOperations are those of what holds for the account, or for everybody in a namespace.
var settingsOperations = []operation{
	{"UpdatePublicSharingSettings", "PUT", accountURI + "/public-sharing-settings", updatePublicSharingSettings},

	{"DescribeAccountCustomPermission", "GET", accountProfileURI, describeAccountCustomPermission},
	{"UpdateAccountCustomPermission", "PUT", accountProfileURI, updateAccountCustomPermission},
	{"DeleteAccountCustomPermission", "DELETE", accountProfileURI, deleteAccountCustomPermission},

	{"DescribeRoleCustomPermission", "GET", roleProfileURI, describeRoleCustomPermission},
	{"UpdateRoleCustomPermission", "PUT", roleProfileURI, updateRoleCustomPermission},
	{"DeleteRoleCustomPermission", "DELETE", roleProfileURI, deleteRoleCustomPermission},

	{"DescribeSelfUpgradeConfiguration", "GET", selfUpgradeURI, describeSelfUpgradeConfiguration},
	{"UpdateSelfUpgradeConfiguration", "PUT", selfUpgradeURI, updateSelfUpgradeConfiguration},
}

// updatePublicSharingSettings takes what is not said for false, as clients leave false out.
func updatePublicSharingSettings(c *call) (members, error) {
	var in struct{ PublicSharingEnabled bool }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	c.qs.Subscription.PublicSharing = in.PublicSharingEnabled
	return nil, nil
}

// showName shows the name of a profile; there is no such member where there is no profile.
func showName(profile string) members {
	if profile == "" {
		return nil
	}
	return members{"CustomPermissionsName": profile}
}

// namedProfile reads the name of the profile that is to be applied, which must be there.
func (c *call) namedProfile() (string, error) {
	var in struct{ CustomPermissionsName *string }
	if err := c.Decode(&in); err != nil {
		return "", err
	}
	var check constraint.Check
	check.Required("customPermissionsName", in.CustomPermissionsName, profileRule)
	if err := breach(&check); err != nil {
		return "", err
	}
	return *in.CustomPermissionsName, c.profileThere(*in.CustomPermissionsName)
}

func describeAccountCustomPermission(c *call) (members, error) {
	return showName(c.qs.Subscription.CustomPermissions), nil
}

func updateAccountCustomPermission(c *call) (members, error) {
	name, err := c.namedProfile()
	if err != nil {
		return nil, err
	}
	c.qs.Subscription.CustomPermissions = name
	return nil, nil
}

func deleteAccountCustomPermission(c *call) (members, error) {
	c.qs.Subscription.CustomPermissions = ""
	return nil, nil
}

// readyAt is ready, for reads: what is shown is as of v.
func (c *call) readyAt(v world.View) (world.Namespace, error) {
	n, err := c.ready()
	if err != nil {
		return n, err
	}
	if old, ok := c.qs.Namespaces().GetAt(n.Name, v); ok {
		return old, nil
	}
	return n, nil
}

func describeRoleCustomPermission(c *call) (members, error) {
	n, err := c.readyAt(c.view())
	if err != nil {
		return nil, err
	}
	return showName(n.RoleProfiles[c.Path["Role"]]), nil
}

func updateRoleCustomPermission(c *call) (members, error) {
	name, err := c.namedProfile()
	if err != nil {
		return nil, err
	}
	return nil, c.giveRole(func(profiles map[string]string) { profiles[c.Path["Role"]] = name })
}

func deleteRoleCustomPermission(c *call) (members, error) {
	return nil, c.giveRole(func(profiles map[string]string) { delete(profiles, c.Path["Role"]) })
}

// giveRole changes the profiles that the roles of the call's namespace have.
func (c *call) giveRole(change func(map[string]string)) error {
	n, err := c.ready()
	if err != nil {
		return err
	}
	profiles := make(map[string]string)
	maps.Copy(profiles, n.RoleProfiles)
	change(profiles)
	n.RoleProfiles = profiles
	c.qs.PutNamespace(n)
	return nil
}

var selfUpgradeRule = constraint.Text{Enum: []string{world.AutoApproval, world.AdminApproval}}

func describeSelfUpgradeConfiguration(c *call) (members, error) {
	n, err := c.readyAt(c.view())
	if err != nil {
		return nil, err
	}
	return members{"SelfUpgradeConfiguration": members{"SelfUpgradeStatus": orElse(n.SelfUpgrade, world.AdminApproval)}}, nil
}

func updateSelfUpgradeConfiguration(c *call) (members, error) {
	var in struct{ SelfUpgradeStatus *string }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	var check constraint.Check
	check.Required("selfUpgradeStatus", in.SelfUpgradeStatus, selfUpgradeRule)
	if err := breach(&check); err != nil {
		return nil, err
	}
	n, err := c.ready()
	if err != nil {
		return nil, err
	}
	n.SelfUpgrade = *in.SelfUpgradeStatus
	c.qs.PutNamespace(n)
	return nil, nil
}
