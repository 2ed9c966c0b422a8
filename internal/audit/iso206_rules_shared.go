package audit

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO206", Severity: Critical,
	Name:  "tenants come to the rules of row-level security",
	Looks: "Every data set that holds rules, and that a tenant owns, changes or reads whose own data alone it does not divide; and that somebody changes who is neither the house's nor that tenant's.",
	Why:   "Who changes the rules sees all rows; who reads them knows who the other customers are.",
	Mend:  "Take the rules away from everybody but the house.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Inspection.Assets {
			a := &k.Inspection.Assets[i]
			if k.rules[a.AssetRef] != nil {
				all = append(all, k.rulesShared(a)...)
			}
		}
		return all
	},
})

func (k *Known) rulesShared(rules *tenancy.Inspected) (all []Finding) {
	own := k.Whose(rules.AssetRef)
	for _, r := range k.Reaches(rules) {
		switch {
		case r.Party.Kind == OfTenant && (k.dividesOnly(rules.AssetRef, r.Party.Namespace) || len(own.Tenants) > 0 && !own.Of(r.Party.Namespace)):
			continue // its own rules, or a grant of another tenant's asset: ISO101
		case r.Party.Kind == OfHouse, r.Party.Kind == Nowhere, r.Party.Kind == Outside:
			continue
		case r.Party.Kind != OfTenant && (!edits(r.Grant) || len(own.Tenants) > 0):
			continue
		}
		f := k.about(rules, " "+k.principal(r.Grant.To))
		f.Namespace, f.Principal = r.Party.Namespace, k.principal(r.Grant.To)
		for _, data := range k.rules[rules.AssetRef] {
			f.concerns(k.shownTo(data.AssetRef))
		}
		if !edits(r.Grant) {
			f.Severity = High
		}
		f.Seen = fmt.Sprintf("%s, which holds the rules for %s, is granted to %s as %s", named(rules), named(k.rules[rules.AssetRef][0]), k.who(r.Grant.To), asWhat(r.Grant))
		f.Mend = k.revoke(rules, r.Grant.To)
		if r.Way == ByFolder {
			f.Seen += " through " + k.asset(r.Folder)
			f.Mend = k.takeOut(rules, r.Folder, r.Grant.To)
		}
		all = append(all, f)
	}
	return all
}

// dividesOnly reports whether rules are for a tenant's own data sets and no others.
func (k *Known) dividesOnly(rules tenancy.AssetRef, namespace string) bool {
	return !slices.ContainsFunc(k.rules[rules], func(data *tenancy.Inspected) bool {
		b := k.Whose(data.AssetRef)
		return len(b.Tenants) != 1 || !b.Of(namespace)
	})
}
