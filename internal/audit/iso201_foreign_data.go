package audit

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO201", Severity: Critical,
	Name: "a tenant sees data that is another's",
	Looks: "Every asset of a tenant, and every asset of the house that tenants come to, that stands on a data set or a data source, at whatever depth, that another tenant owns, " +
		"or that somebody owns who is neither a tenant nor the house.",
	Why:  "Whoever sees a dashboard sees the rows under it, without a grant on the data; and whoever owns the data changes what they see, and sees what they do with it.",
	Mend: "Give the asset data of its own: of the tenant whose it is, or of the house. Until then, take it from those who should not see that data.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Inspection.Assets {
			a := &k.Inspection.Assets[i]
			who := k.viewersOf(a)
			if len(who) == 0 {
				continue
			}
			for _, under := range k.under(a.AssetRef) {
				if other, is := k.foreignTo(who, under); is && !k.foundBelow(a, who, under) {
					all = append(all, k.onForeign(a, who, under, other))
				}
			}
		}
		return all
	},
})

// viewersOf are the tenants that an asset shows data to by right: the one that owns it, or those to whom the house shows it.
// Others are found by themselves.
func (k *Known) viewersOf(a *tenancy.Inspected) []Party {
	b := k.Whose(a.AssetRef)
	switch {
	case len(b.Tenants) == 1:
		return []Party{{OfTenant, b.Tenants[0]}}
	case b.Kind == OfHouse:
		return k.audience(a.AssetRef)
	}
	return nil
}

// foreignTo reports whether data is somebody's who is neither the house nor one of those who see it, and whose.
func (k *Known) foreignTo(who []Party, data tenancy.AssetRef) (Party, bool) {
	b := k.Whose(data)
	switch b.Kind {
	case OfDefault, OfOther, Outside:
		return Party{Kind: b.Kind}, true
	case OfTenant:
		for _, p := range who {
			if !b.Of(p.Namespace) {
				return Party{OfTenant, b.Tenants[0]}, true
			}
		}
	}
	return Party{}, false
}

// foundBelow reports whether something between an asset and the data under it is found to stand on that data itself.
func (k *Known) foundBelow(a *tenancy.Inspected, who []Party, data tenancy.AssetRef) bool {
	for _, ref := range k.under(a.AssetRef) {
		between := k.assetOf[ref]
		if between == nil || ref == data {
			continue
		}
		for _, under := range k.under(ref) {
			if under != data {
				continue
			}
			if _, is := k.foreignTo(k.viewersOf(between), data); is {
				return true
			}
			if _, is := k.foreignTo(who, ref); is {
				return true
			}
		}
	}
	return false
}

func (k *Known) onForeign(a *tenancy.Inspected, who []Party, data tenancy.AssetRef, other Party) Finding {
	f := k.about(a, " on "+data.String())
	f.Namespace, f.Other = who[0].Namespace, other.Namespace
	f.concerns(append(slices.Clone(who), other))
	if other.Kind == OfTenant {
		for _, p := range who {
			if p != other {
				f.Namespace, f.Other = other.Namespace, p.Namespace // it is the owner's isolation
				break
			}
		}
	}
	whose := other.String() + "'s"
	if other.Kind != OfTenant {
		whose = "a stranger's"
		if d := k.assetOf[data]; d != nil {
			if owners := k.owners(d); len(owners) > 0 {
				whose = "owned by " + k.who(owners[0].To)
			}
		}
	}
	f.Seen = fmt.Sprintf("%s, which is seen by %s, stands on %s, which is %s", named(a), sides(who), k.asset(data), whose)
	f.Mend = rewrite(a, "the house's or their own")
	return f
}

// rewrites are the commands that write what an asset stands on.
var rewrites = map[tenancy.AssetKind]string{tenancy.Dashboard: "update-dashboard", tenancy.Analysis: "update-analysis", tenancy.DataSet: "update-data-set"}

// rewrite is what gives an asset other data: whoever made it does it, since its definition is written as a whole.
func rewrite(a *tenancy.Inspected, whose string) string {
	return fmt.Sprintf("let %s stand on data that is %s: change it in QuickSight, or with aws quicksight %s", named(a), whose, rewrites[a.Kind])
}
