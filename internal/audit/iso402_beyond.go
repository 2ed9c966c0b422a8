package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO402", Severity: High,
	Name:      "a sign-in role allows more than signing in",
	Looks:     "Everything that a sign-in role's policies allow besides: in QuickSight, in IAM, STS and Identity Center, and in any other service. It is critical where it lets somebody become another, give themselves what they like, or reach what any tenant has.",
	Why:       "Whoever signs in has the role's credentials too. The API of QuickSight knows IAM and no namespaces: what is allowed there is allowed on every tenant's things.",
	Mend:      "Take the statement out of the role. Signing in needs none of it.",
	Everybody: true,
	Find: func(k *Known) (all []Finding) {
		k.eachSignIn(func(r *SignInRole, id *tenancy.Identity) {
			for _, group := range together(k.judge(id).Beyond) {
				a := group[0]
				f := ofSignIn(r, a.Action, fmt.Sprintf("%s allows %s, %s: %s", r.named(), listed(group), through(a), a.Why), r.without(a))
				if slices.ContainsFunc(group, func(a policy.Allowed) bool { return a.Critical }) {
					f.Severity = Critical
				}
				all = append(all, f)
			}
		})
		return all
	},
})

// together are the actions that are surely allowed, each group by its first: whatever a wildcard over everything, or over all
// of a service, allows is one group.
func together(beyond []policy.Allowed) [][]policy.Allowed {
	sure := slices.DeleteFunc(slices.Clone(beyond), func(a policy.Allowed) bool { return a.Answer != policy.Yes })
	wide := map[string]bool{}
	for _, a := range sure {
		wide[a.Action] = strings.HasSuffix(a.Action, ":*") || a.Action == "*"
	}
	var all [][]policy.Allowed
	place := map[string]int{}
	for _, a := range slices.Backward(sure) { // the wide ones stand behind what they hold
		service, _, _ := strings.Cut(a.Action, ":")
		key := a.Action
		switch {
		case wide["*"]:
			key = "*"
		case wide[service+":*"]:
			key = service + ":*"
		}
		at, ok := place[key]
		if !ok {
			at = len(all)
			place[key] = at
			all = append(all, nil)
		}
		all[at] = append(all[at], a)
	}
	slices.Reverse(all)
	return all
}
