package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// shown is a data set that is not a tenant's, and whom the house shows it.
type shown struct {
	*tenancy.Inspected
	// By are the assets through which several sides see it: themselves one asset of the house's that several come to, the
	// data set itself among them. Sorted.
	By []tenancy.AssetRef
	// Together are those who see it so, and Anyhow all who see it in any way, each alone too. Sorted.
	Together, Anyhow []Party
}

// showsData works out what data the house shows to whom. An asset of one tenant's own on the house's data counts for that
// tenant alone. The data sets that hold rules are left out: they are ISO206's.
func (k *Known) showsData() []shown {
	var all []shown
	for i := range k.Inspection.Assets {
		a := &k.Inspection.Assets[i]
		if a.Kind != tenancy.DataSet || k.rules[a.AssetRef] != nil {
			continue
		}
		if kind := k.Whose(a.AssetRef).Kind; kind != OfHouse && kind != Nowhere {
			continue
		}
		s := shown{Inspected: a}
		together, anyhow := map[Party]bool{}, map[Party]bool{}
		for _, ref := range append([]tenancy.AssetRef{a.AssetRef}, k.showing(a.AssetRef)...) {
			if k.Whose(ref).Kind != OfHouse && ref != a.AssetRef {
				continue
			}
			who := k.audience(ref)
			mark(anyhow, who)
			if len(who) > 1 {
				s.By = append(s.By, ref)
				mark(together, who)
			}
		}
		slices.SortFunc(s.By, tenancy.AssetRef.Compare)
		s.Together, s.Anyhow = partiesOf(together), partiesOf(anyhow)
		if len(s.Anyhow) > 1 || len(s.Anyhow) == 1 && s.Anyhow[0].Kind != OfDefault { // what default alone sees is the house's affair
			all = append(all, s)
		}
	}
	return all
}

// showing is everything that shows the rows of a data set as they are: what stands on it, but not what stands on a data set
// between that divides them.
func (k *Known) showing(data tenancy.AssetRef) []tenancy.AssetRef {
	return walk(data, func(at tenancy.AssetRef) []tenancy.AssetRef {
		if a := k.assetOf[at]; at != data && a != nil && inForce(a.Rows) {
			return nil
		}
		return k.over[at]
	})
}

func mark(set map[Party]bool, who []Party) {
	for _, p := range who {
		set[p] = true
	}
}

// partiesOf are the parties of a set, sorted.
func partiesOf(set map[Party]bool) []Party {
	all := make([]Party, 0, len(set))
	for p := range set {
		all = append(all, p)
	}
	return distinct(all)
}

// distinct puts parties in order, each once, in their own memory. Those of grants nearly are in order.
func distinct(all []Party) []Party {
	slices.SortFunc(all, Party.compare)
	return slices.Compact(all)
}

func (p Party) compare(q Party) int {
	return cmp.Or(slices.Index(sideOrder, p.Kind)-slices.Index(sideOrder, q.Kind), strings.Compare(p.Namespace, q.Namespace))
}

// inForce reports whether rules that name users or groups divide the rows of a data set. Rules by tags do not count: they
// are for those who are nobody's users (API model: RowLevelPermissionTagConfiguration, "anonymous embedding").
func inForce(r tenancy.Rows) bool { return r.Rules != "" && r.Enabled }

// divided says which check a data set that the house shows falls under, "" where its rows are divided, or only one side
// sees them. There is one for each, the plainest first, so that one gap is one finding.
func (k *Known) divided(s shown) Code {
	if k.rowsUnread(s.Inspected) {
		return ""
	}
	if !inForce(s.Rows) {
		return undivided(s)
	}
	r := s.Rows
	several := len(s.Anyhow) > 1
	switch {
	case several && k.rulesGone(r):
		return "ISO212"
	case several && !r.Grants:
		return "ISO211"
	case r.Version == 2 && r.Namespace != "":
		return "ISO204"
	case r.Version == 2:
		return ""
	case len(k.ambiguous(s)) > 0:
		return "ISO208"
	case several || r.Namespace != s.Anyhow[0].Namespace:
		return "ISO204"
	}
	return ""
}

// rowsUnread reports whether it could not be read how the rows of a data set are divided, which ISO901 says. What it stands
// on is in the same answer, and every data set stands on something.
func (k *Known) rowsUnread(a *tenancy.Inspected) bool {
	return k.isUnread(a.AssetRef) && len(a.Uses)+len(a.UsesOthers) == 0 && a.Rows == (tenancy.Rows{})
}

// undivided says which check a data set falls under of which no rules are in force.
func undivided(s shown) Code {
	switch {
	case len(s.Together) == 0:
		return ""
	case s.Rows.Rules != "":
		return "ISO203"
	case s.Rows.Tags:
		return "ISO205"
	}
	return "ISO202"
}

// rulesGone reports whether the data set that should hold the rules is not there. What could not be read may be.
func (k *Known) rulesGone(r tenancy.Rows) bool {
	ref, ok := tenancy.ParseAsset(k.Account, r.Rules)
	return !ok || k.assetOf[ref] == nil && !k.isUnread(ref)
}

// ofShown are the findings of a check about data that several sides see together.
func (k *Known) ofShown(code Code, find func(s shown) Finding) []Finding {
	var all []Finding
	for _, s := range k.data {
		if k.divided(s) == code {
			all = append(all, find(s))
		}
	}
	return all
}
