package audit

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO406", Severity: Medium,
	Name:      "what a sign-in role allows cannot be decided",
	Looks:     "Policies of sign-in roles that could not be read or understood; actions that they allow or deny under conditions of which the documents say too little; and actions that IAM's own simulation allows, though the documents do not.",
	Why:       "What cannot be decided is not proven to be denied.",
	Mend:      "Say it in the role's policy without a condition: a Deny wins over whatever else there is.",
	Everybody: true,
	Find: func(k *Known) (all []Finding) {
		if k.Identities == nil {
			return nil
		}
		for i := range k.SignIn {
			all = append(all, k.unsureOf(&k.SignIn[i])...)
		}
		k.eachOfHouse(func(r *SignInRole, id *tenancy.Identity) {
			all = append(all, trustUnread(r, policy.TrustOf(*id))...)
		})
		return all
	},
})

func (k *Known) unsureOf(r *SignInRole) []Finding {
	id := k.Identities.Of(r.Role)
	if id == nil {
		return nil // that it was not read is ISO902
	}
	j := k.judge(id)
	var all []Finding
	for _, unread := range j.Unread {
		name, _, _ := strings.Cut(unread, ": ")
		all = append(all, ofSignIn(r, "policy "+name, fmt.Sprintf("%s has a policy that could not be judged: %s", r.named(), unread), "let tenantry read it: iam:GetRolePolicy, iam:GetPolicy and iam:GetPolicyVersion; or take it away"))
	}
	all = append(all, trustUnread(r, j.Trust)...)
	return append(append(all, k.perhaps(r, id, j)...), k.simulatedOtherwise(r, id)...)
}

// trustUnread is the finding about a role of which nobody knows who may become it.
func trustUnread(r *SignInRole, trust policy.Trust) []Finding {
	if trust.Unread == "" {
		return nil
	}
	return []Finding{ofSignIn(r, "trust", fmt.Sprintf("who may assume %s is not known: %s", r.named(), trust.Unread), "let tenantry read it: iam:GetRole")}
}

// perhaps are the actions that are allowed or denied under conditions.
func (k *Known) perhaps(r *SignInRole, id *tenancy.Identity, j policy.Judgement) []Finding {
	var door, beyond []policy.Allowed
	for _, a := range j.Door {
		if a.Answer == policy.Maybe && a.How != policy.Unknown {
			door = append(door, a)
		}
	}
	for _, a := range j.Beyond {
		if a.Answer == policy.Maybe {
			beyond = append(beyond, a)
		}
	}
	var all []Finding
	if len(door) > 0 {
		all = append(all, ofSignIn(r, "door", fmt.Sprintf("%s may allow %s, %s, under conditions that the documents do not decide", r.named(), listed(door), through(door[0])), k.shutDoor(r, id)))
	}
	if len(beyond) > 0 {
		all = append(all, ofSignIn(r, "beyond", fmt.Sprintf("%s may allow %s, %s, under conditions that the documents do not decide", r.named(), listed(beyond), through(beyond[0])), r.without(beyond[0])))
	}
	return all
}

// simulatedOtherwise are the actions that IAM says are allowed, and the documents say are not.
func (k *Known) simulatedOtherwise(r *SignInRole, id *tenancy.Identity) []Finding {
	var all []Finding
	for _, action := range k.simulatedBesides(id) {
		all = append(all, ofSignIn(r, "simulated "+action, fmt.Sprintf("IAM's simulation says that %s may do %s, and its policies, as they were read, do not", r.named(), action),
			"see what allows it:\naws iam simulate-principal-policy --policy-source-arn "+r.Role.String()+" --action-names "+action))
	}
	return all
}
