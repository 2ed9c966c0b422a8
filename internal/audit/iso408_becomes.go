package audit

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO408", Severity: High,
	Name: "whoever signs in may become another role",
	Looks: "Roles of the account whose trust policy names a sign-in role, one of its sessions, or everybody, by sts:AssumeRole. It is critical where the role holds the keys to tenants. " +
		"Where a trust policy names the account, it is the sign-in role's own policies that decide (ISO402); sign-in roles themselves are ISO403's.",
	Why:  "What a trust policy allows a role of the same account needs no policy of that role: the sign-in role may be without any right, and who signs in has those of the other role all the same (IAM user guide, Policy evaluation for requests within a single account).",
	Mend: "Name in the trust policy those who are meant, and none through whom tenants' people sign in.",
	Find: func(k *Known) (all []Finding) {
		if k.Identities == nil {
			return nil
		}
		for i := range k.Identities.All {
			if id := &k.Identities.All[i]; !k.signsIn(id.Role) && trustsRoles(*id) {
				if f, is := k.becomes(id); is {
					all = append(all, f)
				}
			}
		}
		return all
	},
})

// signsIn reports whether people sign in through a role, tenants' or the house's.
func (k *Known) signsIn(role tenancy.RoleARN) bool {
	return k.isSignIn(role) || slices.Contains(k.HouseRoles, role)
}

// trustsRoles reports whether a role may trust single roles or everybody, as few do.
func trustsRoles(id tenancy.Identity) bool {
	return slices.ContainsFunc(policy.TrustOf(id).Ways, func(w policy.Way) bool {
		return w.Action == policy.AssumeRole && (w.Principal.Kind == "*" || w.Principal.Kind == "AWS")
	})
}

// becomes is the finding about a role that those who sign in may become.
func (k *Known) becomes(id *tenancy.Identity) (Finding, bool) {
	var likeliest policy.Way
	var from *SignInRole
	k.eachSignIn(func(r *SignInRole, signIn *tenancy.Identity) {
		if w := policy.Becomes(*signIn, *id); w.Answer > likeliest.Answer {
			likeliest, from = w, r
		}
	})
	if from == nil {
		return Finding{}, false
	}
	verb := "may be assumed"
	if likeliest.Answer == policy.Maybe {
		verb = "may be assumed, under conditions that the documents do not decide,"
	}
	f := Finding{Object: id.ARN, Principal: id.ARN,
		Seen: fmt.Sprintf("%s %s by whoever signs in through %s: statement %d of its trust policy lets in %s", id.ARN, verb, tenancy.Word(from.Role.Name()), likeliest.Statement, likeliest),
		Mend: fmt.Sprintf("take that out of statement %d of the trust policy: aws iam update-assume-role-policy --role-name %s --policy-document DOCUMENT", likeliest.Statement, id.Role.Name())}
	if len(policy.Holds(*id, k.keysFor(id.Role))) > 0 {
		f.Severity = Critical
	}
	return f, true
}
