package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO109", Severity: Medium,
	Name: "an asset has no owner",
	Looks: "Every asset without an owner who is there: none at all, only such as have been deleted, or only groups in which nobody is. " +
		"Templates and themes that were never granted to anybody are left out: the API makes them so, and nobody opens them. So are restricted folders, which have contributors and no owners.",
	Why: "Nobody sees whom it is shared with, and whose it is rests on a guess: an administrator who gives it to somebody may give it to the wrong customer. " +
		"What people who are deleted had owned alone stays so (Quick user guide, Data handling in the user lifecycle).",
	Mend: "Give it to whom it belongs, after a look at what is in it, or delete it.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Inspection.Assets {
			a := &k.Inspection.Assets[i]
			owners := k.owners(a)
			if k.isUnread(a.AssetRef) || slices.ContainsFunc(owners, func(g tenancy.Grant) bool { return k.alive(g.To) }) || neverGranted(a) {
				continue
			}
			f := k.about(a, "")
			if t := k.Whose(a.AssetRef).Tenants; len(t) > 0 {
				f.Namespace = t[0]
			}
			f.Seen = named(a) + " has no owner"
			if len(owners) > 0 {
				f.Seen = fmt.Sprintf("%s is owned by %s alone, in which nobody is", named(a), k.who(owners[0].To))
			}
			if who := k.audience(a.AssetRef); len(who) > 0 {
				f.concerns(who)
				f.Seen += ", and is seen by " + sides(who)
				if len(who) > 1 {
					f.Severity = High
				}
			}
			f.Mend = k.give(a)
			all = append(all, f)
		}
		return all
	},
})

func neverGranted(a *tenancy.Inspected) bool {
	return (a.Kind == tenancy.Template || a.Kind == tenancy.Theme) && len(a.Grants) == 0
}

// give are the commands that make one of the house an owner of an asset, with what an owner has, and that take from it
// those who are not there.
func (k *Known) give(a *tenancy.Inspected) string {
	actions := k.ownersActions(a.Kind)
	var gone []string
	for i, g := range a.Grants {
		if g.Owner && i < len(a.Actions) {
			actions = a.Actions[i]
		}
		if k.PartyOf(g.To).Kind == Nowhere {
			gone = append(gone, k.revoke(a, g.To))
		}
	}
	house, is := k.aHouse()
	if !is || len(actions) == 0 {
		return fmt.Sprintf("make one of the house the owner of %s, or whom it belongs to", named(a))
	}
	return strings.Join(append([]string{k.permissions(a.AssetRef, "--grant-permissions", house, actions)}, gone...), " && ")
}

// ownersActions are what an owner of some asset of the kind has, nil where nobody owns any.
func (k *Known) ownersActions(kind tenancy.AssetKind) []string {
	for i := range k.Inspection.Assets {
		a := &k.Inspection.Assets[i]
		for j, g := range a.Grants {
			if a.Kind == kind && g.Owner && j < len(a.Actions) {
				return a.Actions[j]
			}
		}
	}
	return nil
}

// aHouse is somebody of the house, the first by name, and whether it has anybody.
func (k *Known) aHouse() (tenancy.Grantee, bool) {
	for i := range k.Have.Foreign {
		for _, r := range k.Have.Foreign[i].Users {
			if g := (tenancy.Grantee{Kind: tenancy.ToUser, Namespace: k.Have.Foreign[i].Name, Name: string(r.User)}); k.PartyOf(g).Kind == OfHouse {
				return g, true
			}
		}
	}
	return tenancy.Grantee{}, false
}
