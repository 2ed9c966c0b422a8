package audit

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO403", Severity: Critical,
	Name:  "a sign-in role can be assumed otherwise than through its SAML provider",
	Looks: "Trust policies of sign-in roles, tenants' and the house's: principals, accounts, services and web identities that may assume the role; SAML providers of other accounts, and more than one of this.",
	Why:   "Whoever may call AssumeRole on the role chooses the name of the session, and so becomes anybody who is registered under it: in any tenant, or of the house.",
	Mend:  "Let the role trust the SAML provider alone.",
	Find: func(k *Known) (all []Finding) {
		k.eachSignIn(func(r *SignInRole, id *tenancy.Identity) {
			all = append(all, k.waysInto(r, id)...)
		})
		k.eachOfHouse(func(r *SignInRole, id *tenancy.Identity) {
			all = append(all, k.waysInto(r, id)...)
		})
		return all
	},
})

// waysInto are the findings about the trust of one role.
func (k *Known) waysInto(r *SignInRole, id *tenancy.Identity) (all []Finding) {
	trust := k.judge(id).Trust
	for _, w := range trust.Others(k.Account) {
		seen := fmt.Sprintf("%s can be assumed by %s", r.named(), w)
		all = append(all, ofSignIn(r, w.Principal.String()+" "+w.Action, seen, k.trustAlone(r, trust)))
	}
	if providers := trust.Providers(k.Account); len(providers) > 1 {
		all = append(all, ofSignIn(r, "SAML providers", fmt.Sprintf("%s trusts %d SAML providers, each of which says who somebody is: %s", r.named(), len(providers), strings.Join(providers, ", ")), k.trustAlone(r, trust)))
	}
	return all
}

// trustAlone is the command that lets a role trust one SAML provider only.
func (k *Known) trustAlone(r *SignInRole, trust policy.Trust) string {
	if r.Role.Reserved() {
		return "nobody can change the trust of a permission set's role but Identity Center: make the permission set anew, and see who changed it in CloudTrail"
	}
	providers := trust.Providers(k.Account)
	if len(providers) != 1 {
		return fmt.Sprintf("let the role %s trust one SAML provider, that of Identity Center, and nobody besides (aws iam update-assume-role-policy)", r.Role.Name())
	}
	return fmt.Sprintf("aws iam update-assume-role-policy --role-name %s --policy-document %s", r.Role.Name(), tenancy.ShellQuote(policy.Compact(policy.SAMLTrust(providers[0]))))
}
