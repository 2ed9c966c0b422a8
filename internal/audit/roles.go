package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// The checks about roles (ISO401 to ISO408) judge what IAM says of them. Where the identities of the account were not read,
// they find nothing: that it was so is a finding of its own (ISO902).

// judge says what an identity allows.
func (k *Known) judge(id *tenancy.Identity) policy.Judgement {
	j, ok := k.judged[id.ARN]
	if !ok {
		j = policy.Judge(*id, k.Account)
		k.judged[id.ARN] = j
	}
	return j
}

// eachSignIn calls for every sign-in role that was read.
func (k *Known) eachSignIn(call func(r *SignInRole, id *tenancy.Identity)) {
	if k.Identities == nil {
		return
	}
	for i := range k.SignIn {
		if id := k.Identities.Of(k.SignIn[i].Role); id != nil {
			call(&k.SignIn[i], id)
		}
	}
}

// eachOfHouse calls for every role that was read through which the house signs in, and no tenant (ISO404).
func (k *Known) eachOfHouse(call func(r *SignInRole, id *tenancy.Identity)) {
	for _, role := range k.HouseRoles {
		if k.Identities == nil || k.isSignIn(role) {
			continue
		}
		if id := k.Identities.Of(role); id != nil {
			call(&SignInRole{Role: role, PermissionSet: role.PermissionSet()}, id)
		}
	}
}

// isSignIn reports whether tenants' people sign in through a role.
func (k *Known) isSignIn(role tenancy.RoleARN) bool {
	return !role.IsZero() && slices.ContainsFunc(k.SignIn, func(r SignInRole) bool { return r.Role == role })
}

// ofSignIn is a finding about a sign-in role; what is about the role, and keeps it apart from others about the same.
func ofSignIn(r *SignInRole, what, seen, mend string) Finding {
	f := Finding{Object: strings.TrimSpace(r.Role.String() + " " + what), Principal: r.Role.String(), Seen: seen, Mend: mend}
	if len(r.Tenants) == 1 {
		f.Namespace = r.Tenants[0].String()
	}
	return f
}

// named is a sign-in role in words.
func (r *SignInRole) named() string {
	whose := fmt.Sprintf("%d tenants", len(r.Tenants))
	switch len(r.Tenants) {
	case 0:
		whose = "the house"
	case 1:
		whose = r.Tenants[0].String()
	}
	if r.PermissionSet != "" {
		return fmt.Sprintf("the role of the permission set %s, through which the people of %s sign in,", tenancy.Word(r.PermissionSet), whose)
	}
	return fmt.Sprintf("the role %s, through which the people of %s sign in,", tenancy.Word(r.Role.Name()), whose)
}

// through says by which statement something is allowed.
func through(a policy.Allowed) string {
	if a.Statement == 0 {
		return fmt.Sprintf("by policy %s, which could not be read", tenancy.Word(a.Policy))
	}
	return fmt.Sprintf("%s, in statement %d of policy %s", a.How, a.Statement, tenancy.Word(a.Policy))
}

// shutDoor is the command that puts the least policy in force.
func (k *Known) shutDoor(r *SignInRole, id *tenancy.Identity) string {
	const see = "see who would be locked out, and end that first:\ntenantry door\nand when nobody would be:\n"
	commands, err := policy.TargetOf(k.Account, *id, tenancy.Assigned{}).Put(policy.SignIn())
	if err != nil || r.Role.Reserved() {
		return see + "tenantry policy sign-in --format commands"
	}
	return see + strings.Join(commands, " && ")
}

// without is how what a statement allows is taken away.
func (r *SignInRole) without(a policy.Allowed) string {
	switch {
	case r.Role.Reserved():
		return fmt.Sprintf("take statement %d of %s out of the permission set %s, and provision the set to the account %s again", a.Statement, tenancy.Word(a.Policy), tenancy.Word(r.PermissionSet), r.Role.Account())
	case a.ARN != "":
		return fmt.Sprintf("aws iam detach-role-policy --role-name %s --policy-arn %s", r.Role.Name(), a.ARN)
	}
	return fmt.Sprintf("take statement %d out of the policy %s of the role, or the whole policy away:\naws iam delete-role-policy --role-name %s --policy-name %s", a.Statement, tenancy.Word(a.Policy), r.Role.Name(), tenancy.ShellQuote(a.Policy))
}

// listed are the actions in a few words.
func listed(all []policy.Allowed) string {
	const most = 6
	var words []string
	for _, a := range all[:min(len(all), most)] {
		words = append(words, a.Action)
	}
	if more := len(all) - most; more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	return strings.Join(words, ", ")
}
