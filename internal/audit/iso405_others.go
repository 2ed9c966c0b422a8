package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO405", Severity: Medium,
	Name:  "somebody else in the account holds the keys to tenants",
	Looks: "Roles and users of the account that are no sign-in roles, and may register or change users, put them into groups, change permissions of assets, take assets or data out of the account, embed as others, make themselves administrators, or change what roles allow and whom they trust. The roles under embedding may embed for users of a namespace (GenerateEmbedUrl), and AWS's own service-linked roles are left out.",
	Why:   "Isolation is as good as the least guarded of them. Some must be there, tenantry's own and the account's administrators among them.",
	Mend:  "Take the rights from those that do not need them, and accept those that do, by their ARN.",
	Find: func(k *Known) (all []Finding) {
		if k.Identities == nil {
			return nil
		}
		for i := range k.Identities.All {
			id := &k.Identities.All[i]
			if k.isSignIn(id.Role) || strings.HasPrefix(id.Role.Path(), "/aws-service-role/") {
				continue
			}
			f := Finding{Object: id.ARN, Principal: id.ARN, Mend: fmt.Sprintf("take it from them, or write under accept: {code: ISO405, object: %q, because: …, until: …}", id.ARN)}
			if held := policy.Holds(*id, k.keysFor(id.Role)); len(held) > 0 {
				f.Seen = holdsKeys(id.ARN, held)
			} else if unread := policy.Unread(*id); len(unread) > 0 {
				f.Seen = fmt.Sprintf("what %s may do is not known: %s", id.ARN, strings.Join(unread, "; "))
			}
			if f.Seen != "" {
				all = append(all, f)
			}
		}
		return all
	},
})

// keys are the actions with which somebody comes into a tenant, or to what it has.
// What opens dashboards as others without naming a namespace is among them, and what makes somebody an administrator, or gives
// them every right that there is.
var keys = []string{
	"quicksight:RegisterUser", "quicksight:UpdateUser", "quicksight:CreateAdmin", "quicksight:CreateGroupMembership", "quicksight:Update*Permissions",
	"quicksight:GetDashboardEmbedUrl", "quicksight:GetSessionEmbedUrl", "quicksight:GetIdentityContext",
	"quicksight:StartAssetBundle*", "quicksight:StartDashboardSnapshotJob",
	"iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:CreatePolicyVersion", "iam:PutRolePolicy", "iam:PutUserPolicy", "iam:UpdateAssumeRolePolicy", "iam:UpdateSAMLProvider",
}

// embeds are the actions with which somebody opens dashboards for others, by their namespace.
var embeds = []string{"quicksight:GenerateEmbedUrl*"}

// keysFor are the actions that are not expected of a role.
func (k *Known) keysFor(role tenancy.RoleARN) []string {
	if !role.IsZero() && slices.ContainsFunc(k.Embedding, func(e Embedding) bool { return e.Role == role }) {
		return keys
	}
	return append(slices.Clone(keys), embeds...)
}

func holdsKeys(arn string, held []policy.Allowed) string {
	a := held[0]
	verb := "may"
	if !slices.ContainsFunc(held, func(a policy.Allowed) bool { return a.Answer == policy.Yes }) {
		verb = "may, under conditions that the documents do not decide,"
	}
	return fmt.Sprintf("%s %s do %s, %s", arn, verb, listed(held), through(a))
}
