package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO407", Severity: High,
	Name:  "an embedding role reaches beyond its namespaces",
	Looks: "Roles under embedding that may make embedding links for users of a namespace that is not theirs, or for anonymous people there.",
	Why:   "Such a link opens QuickSight as somebody else, without a sign-in.",
	Mend:  "Name the users of its namespaces in the statement's Resource: user/NAMESPACE/*.",
	Find: func(k *Known) (all []Finding) {
		if k.Identities == nil {
			return nil
		}
		for _, e := range k.Embedding {
			if id := k.Identities.Of(e.Role); id != nil {
				all = append(all, k.embedsBeyond(e, id)...)
			}
		}
		return all
	},
})

// embedsBeyond is the finding about one role, none where it keeps to its namespaces.
func (k *Known) embedsBeyond(e Embedding, id *tenancy.Identity) []Finding {
	var beyond []string
	sure := false
	for _, n := range k.namespaces() {
		if slices.Contains(e.Namespaces, n) {
			continue
		}
		if a := k.embedsFor(id, n); a > policy.No {
			beyond = append(beyond, n)
			sure = sure || a == policy.Yes
		}
	}
	if len(beyond) == 0 {
		return nil
	}
	verb := "may embed for"
	if !sure {
		verb = "may embed, under conditions that the documents do not decide, for"
	}
	f := Finding{Object: e.Role.String(), Principal: e.Role.String(),
		Seen: fmt.Sprintf("%s, which is declared for %s, %s %s", e.Role, fewOf(e.Namespaces), verb, fewOf(beyond)),
		Mend: "write as Resource of the statement: " + strings.Join(k.usersOf(e.Namespaces), ", ")}
	if len(beyond) == 1 {
		f.Namespace = beyond[0]
	}
	return []Finding{f}
}

// embedsFor answers whether a role may embed for users of a namespace, or for anonymous people there.
func (k *Known) embedsFor(id *tenancy.Identity, namespace string) policy.Answer {
	arn := fmt.Sprintf("arn:%s:quicksight:*:%s:", partition(k.Region), k.Account)
	return max(
		policy.May(*id, "quicksight:GenerateEmbedUrlForRegisteredUser*", arn+"user/"+namespace+"/*", nil),
		policy.May(*id, "quicksight:GenerateEmbedUrlForAnonymousUser", arn+"namespace/"+namespace, nil))
}

func (k *Known) usersOf(namespaces []string) []string {
	var all []string
	for _, n := range namespaces {
		all = append(all, fmt.Sprintf("arn:%s:quicksight:*:%s:user/%s/*", partition(k.Region), k.Account, n))
	}
	return all
}
