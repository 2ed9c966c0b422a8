package tenancy

// Settings are what holds for a whole QuickSight account.
type Settings struct {
	PublicSharing    bool   // dashboards can be shared with anybody who has the link (DescribeAccountSettings)
	DefaultNamespace string // where just-in-time provisioning registers people
	// CustomPermissions is the profile of everybody who has none of their own, "" for none
	// (DescribeAccountCustomPermission).
	CustomPermissions string
}

// Profile is a profile of custom permissions.
type Profile struct {
	Name   string
	Denied []string // names of the capabilities that it denies (API model: Capabilities), sorted
}

// Denies reports whether the profile denies a capability.
func (p *Profile) Denies(capability string) bool {
	for _, d := range p.Denied {
		if d == capability {
			return true
		}
	}
	return false
}

// PolicyAssignment gives an IAM policy to users and groups of a namespace: what they query AWS with is bounded by it
// (QuickSight ListIAMPolicyAssignments, DescribeIAMPolicyAssignment).
type PolicyAssignment struct {
	Namespace string
	Name      string
	Enabled   bool
	PolicyARN string
	Users     []string // user names, sorted
	Groups    []string // group names, sorted
}

// Space is what was read of a namespace besides its people and groups.
type Space struct {
	Namespace   string
	Assignments []PolicyAssignment // sorted by Name
	// SelfUpgrade says that its people may make themselves more than they are, without anybody's word
	// (DescribeSelfUpgradeConfiguration: AUTO_APPROVAL).
	SelfUpgrade bool
	// Roles are the profiles that a role of QuickSight's gives everybody who has it, by the role
	// (DescribeRoleCustomPermission); none where no role has one.
	Roles map[Role]string
}
