package audit

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO202", Severity: Critical,
	Name: "several tenants see the same rows",
	Looks: "Every data set of the house without row-level security, where several tenants see one asset of the house on it, or one tenant and people in default who are not the house's: by a grant, a link or a folder. " +
		"Data sets between count: what one of them divides is divided. That rules of a data set further down divide what stands on it, AWS does not document, and it is not counted. " +
		"An asset that one tenant alone sees is fine, and so is one of the tenant's own.",
	Why:  "Each of them sees what is in it of the others.",
	Mend: "Give the data set row-level security by rules that name users or groups by their ARNs; or make one for each tenant.",
	Find: func(k *Known) []Finding {
		all := k.ofShown("ISO202", func(s shown) Finding {
			f := k.ofData(s)
			f.Seen += ", and has no row-level security"
			f.Mend = k.divide(s.Inspected, k.anyRules(s.Region))
			return f
		})
		return append(all, k.onOtherAccounts()...)
	},
})

// ofData begins a finding about data that the house shows.
func (k *Known) ofData(s shown) Finding {
	f := k.about(s.Inspected, "")
	who := s.Together
	if len(who) == 0 {
		who = s.Anyhow
	}
	f.Namespace = who[0].Namespace
	if len(who) > 1 {
		f.Other = who[1].Namespace
	}
	f.concerns(s.Anyhow)
	f.Seen = fmt.Sprintf("%s is seen by %s%s", named(s.Inspected), sides(who), k.shownThrough(s))
	return f
}

// shownThrough says through which assets data is seen, "" where it is itself alone.
func (k *Known) shownThrough(s shown) string {
	const most = 3
	var names []string
	for _, ref := range s.By {
		if ref != s.AssetRef {
			names = append(names, k.asset(ref))
		}
	}
	if len(names) > most {
		names = append(names[:most:most], fmt.Sprintf("%d more", len(names)-most))
	}
	if len(names) == 0 {
		return ""
	}
	return " through " + and(names)
}

// anyRules is the ARN of a data set of a Region that holds rules already, and of one that is to be made where there is
// none.
func (k *Known) anyRules(region string) string {
	var all []string
	for ref := range k.rules {
		if ref.Region == region && k.assetOf[ref] != nil {
			all = append(all, ref.ID)
		}
	}
	slices.Sort(all)
	if len(all) == 0 {
		return ""
	}
	return k.arnIn(region, "dataset/"+all[0])
}

// onOtherAccounts are the findings about assets of the house that several see, on something of which nobody can tell how it
// is divided.
func (k *Known) onOtherAccounts() (all []Finding) {
	for i := range k.Inspection.Assets {
		a := &k.Inspection.Assets[i]
		who := k.audience(a.AssetRef)
		what := k.unknownUnder(a)
		if what == "" || len(who) < 2 || k.Whose(a.AssetRef).Kind != OfHouse {
			continue
		}
		f := k.about(a, "")
		f.Namespace, f.Other = who[0].Namespace, who[1].Namespace
		f.concerns(who)
		f.Seen = fmt.Sprintf("%s is seen by %s, and stands on %s", named(a), sides(who), what)
		f.Mend = rewrite(a, "of this account")
		all = append(all, f)
	}
	return all
}

// unknownUnder is what an asset stands on of which nobody can tell how it is divided, in a sentence, "" where there is none:
// something of another account, or, of what shows data, a data set that is not among those that were read.
func (k *Known) unknownUnder(a *tenancy.Inspected) string {
	if len(a.UsesOthers) > 0 {
		return tenancy.Word(a.UsesOthers[0]) + ", which is nothing of this account"
	}
	for _, ref := range a.Uses {
		if a.Kind != tenancy.DataSet && k.assetOf[ref] == nil && !k.isUnread(ref) {
			return k.asset(ref) + ", which is not among the assets that were read"
		}
	}
	return ""
}
