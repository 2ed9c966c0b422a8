package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO401", Severity: High,
	Name:  "a sign-in role allows people to register themselves",
	Looks: "Sign-in roles whose policies allow quicksight:CreateReader, CreateUser or CreateAdmin to anybody: directly, by a wildcard, or by NotAction.",
	Why:   "Whoever signs in without a registration registers themselves in default, outside of every tenant, and sees there what is shared with it. A registration that was taken away comes back so.",
	Mend:  "See that everybody who may sign in is registered, and deny the three actions in the role: tenantry door goes through it step by step.",
	Find: func(k *Known) (all []Finding) {
		k.eachSignIn(func(r *SignInRole, id *tenancy.Identity) {
			var open []policy.Allowed
			for _, a := range k.judge(id).Door {
				if a.Answer == policy.Yes {
					open = append(open, a)
				}
			}
			if len(open) > 0 {
				all = append(all, ofSignIn(r, "", fmt.Sprintf("%s allows %s, %s", r.named(), listed(open), through(open[0])), k.shutDoor(r, id)))
			}
		})
		return all
	},
})
