package audit

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// What a Missed calls a source, where the facts show by themselves that it was not read.
const (
	OfSettings   = "the account's settings"
	OfIdentities = "the roles and users of IAM"
)

var _ = register(Check{
	Code: "ISO902", Severity: High,
	Name:  "a source could not be read",
	Looks: "Whatever the audit reads besides assets, and could not: the account's settings, profiles, the settings of namespaces, IAM's roles and users, tags; and sign-in roles, the house's too, that are not among those that were read.",
	Why:   "What rests on it was not checked, and nothing can be concluded from that no finding is about it.",
	Mend:  "Allow what is missing to the role or user that tenantry runs as, and run the audit again.",
	Find: func(k *Known) (all []Finding) {
		missed := slices.Clone(k.Missed)
		missed = append(missed, k.unsaid()...)
		for _, m := range missed {
			all = append(all, Finding{
				Object: m.Source,
				Seen:   fmt.Sprintf("%s could not be read: %s", m.Source, tenancy.Word(m.Why)),
				Mend:   m.Mend,
			})
		}
		return all
	},
})

// unsaid are the sources of which the facts show that they were not read, and of which nobody has said so.
func (k *Known) unsaid() (all []Missed) {
	add := func(source, why, mend string) {
		if !slices.ContainsFunc(k.Missed, func(m Missed) bool { return m.Source == source }) {
			all = append(all, Missed{source, why, mend})
		}
	}
	if k.Settings == nil {
		add(OfSettings, "nobody asked", "allow quicksight:DescribeAccountSettings and quicksight:DescribeAccountCustomPermission to the role or user that tenantry runs as")
	}
	const lists = "allow iam:GetAccountAuthorizationDetails to the role or user that tenantry runs as"
	switch {
	case k.Identities == nil:
		add(OfIdentities, "nobody asked", lists)
	case k.Identities.Only:
		add(OfIdentities, "only the roles through which people sign in were read, one by one", lists)
	}
	for _, s := range k.SignIn {
		if k.Identities != nil && k.Identities.Of(s.Role) == nil {
			add("the sign-in role "+s.Role.String(), "it is not among the roles that were read",
				"see that it is there, and allow iam:GetRole, iam:ListRolePolicies, iam:GetRolePolicy and iam:ListAttachedRolePolicies to the role or user that tenantry runs as")
		}
	}
	all = append(all, k.houseUnread()...)
	for i := range k.Have.Tenants {
		if t := &k.Have.Tenants[i]; t.Status == tenancy.Created && k.space(t.Namespace.String()) == nil {
			add("the settings of the namespace "+t.Namespace.String(), "nobody asked",
				"allow quicksight:ListIAMPolicyAssignments, quicksight:DescribeIAMPolicyAssignment, quicksight:DescribeSelfUpgradeConfiguration and quicksight:DescribeRoleCustomPermission to the role or user that tenantry runs as")
		}
	}
	return all
}

// houseUnread are the roles of the house that are not among those that were read.
func (k *Known) houseUnread() (all []Missed) {
	const mend = "see that the configuration names a role that is there, by its whole ARN, and allow iam:GetRole, iam:ListRolePolicies, iam:GetRolePolicy and iam:ListAttachedRolePolicies to the role or user that tenantry runs as"
	if k.Identities == nil {
		return nil
	}
	for _, role := range k.HouseRoles {
		if !k.isSignIn(role) && k.Identities.Of(role) == nil {
			all = append(all, Missed{"the house's role " + role.String(), "it is not among the roles that were read", mend})
		}
	}
	return all
}
