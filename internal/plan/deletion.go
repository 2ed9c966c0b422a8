package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// KindDeleteNamespace is what the history calls the deletion of a namespace. There is no Change of this kind: no plan
// can have it, and no loop can make it (S5).
const KindDeleteNamespace Kind = "delete-namespace"

// Remains is what is still in a namespace that somebody wants to delete, and what hangs on it.
type Remains struct {
	Account   tenancy.AccountID
	Namespace tenancy.Namespace
	Status    tenancy.Status
	Groups    []tenancy.QuickSightGroup // sorted by name; all of them go with the namespace
	Users     []string                  // sorted
	Regions   []string                  // where assets were looked for
	Assets    int                       // how many were read there
	Granted   []Granted                 // sorted
	// Fingerprint is of all that, of the account, and of what the namespace should hold.
	Fingerprint string
}

// Granted is that somebody in the namespace, or all of it, may do something with an asset.
type Granted struct {
	Asset tenancy.AssetRef
	Name  string
	To    tenancy.Grantee
}

// GrantedIn finds what principals of a namespace may do something with, sorted.
func GrantedIn(n tenancy.Namespace, assets []tenancy.Asset) []Granted {
	var all []Granted
	for i := range assets {
		for _, g := range assets[i].Grants {
			if g.To.Kind != tenancy.ToOther && g.To.Namespace == n.String() {
				all = append(all, Granted{assets[i].AssetRef, assets[i].Name, g.To})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Granted) int { return a.Asset.Compare(b.Asset) })
	return all
}

// InTheWay says why the namespace is not deleted, "" where nothing stands in the way.
func (r *Remains) InTheWay() string {
	var why []string
	if n := len(r.Users); n > 0 {
		why = append(why, fmt.Sprintf("users: %d", n))
	}
	if n := len(r.Granted); n > 0 {
		why = append(why, fmt.Sprintf("grants on assets: %d", n))
	}
	return strings.Join(why, ", ")
}

// Print makes the fingerprint: of what was found, and of what the plan's own is made of.
func (r *Remains) Print(want, have tenancy.State) {
	sum := sha256.New()
	fmt.Fprintf(sum, "delete %q %q %q\n", r.Account, r.Namespace, r.Status)
	for _, f := range Fingerprints([]tenancy.Namespace{r.Namespace}, want, have) {
		fmt.Fprintf(sum, "plan %s\n", f.Sum)
	}
	for _, g := range r.Groups {
		fmt.Fprintf(sum, "group %q %q\n", g.Name, g.Description)
	}
	fmt.Fprintf(sum, "users %q\nregions %q\n", r.Users, r.Regions)
	for _, g := range r.Granted {
		fmt.Fprintf(sum, "granted %q %q\n", g.Asset, g.To)
	}
	r.Fingerprint = hex.EncodeToString(sum.Sum(nil)[:16])
}
