package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Fingerprints answers the fingerprint of each namespace, from what it holds and what it should
// hold. Two worlds in which a namespace has one fingerprint ask for the same steps there.
func Fingerprints(namespaces []tenancy.Namespace, want, have tenancy.State) []Fingerprint {
	prints := make([]Fingerprint, 0, len(namespaces))
	for _, n := range namespaces {
		sum := sha256.New()
		writeTenant(sum, "want", want.Tenant(n))
		writeShares(sum, want.Tenant(n), have.Offers)
		writeTenant(sum, "have", have.Tenant(n))
		if f := have.ForeignNamed(n.String()); f != nil {
			fmt.Fprintf(sum, "foreign %q\n", f.Status)
		}
		prints = append(prints, Fingerprint{Namespace: n, Sum: hex.EncodeToString(sum.Sum(nil)[:16])})
	}
	return prints
}

func writeTenant(w io.Writer, side string, t *tenancy.Tenant) {
	if t == nil {
		fmt.Fprintf(w, "%s none\n", side)
		return
	}
	fmt.Fprintf(w, "%s %q %q\n", side, t.Status, t.SignIn)
	for _, m := range t.Mirrors {
		fmt.Fprintf(w, "mirror %q %q %d\n", m.Group, m.Name, len(m.Members))
		for _, user := range m.Members {
			fmt.Fprintf(w, "member %q\n", user)
		}
	}
	fmt.Fprintf(w, "custodians %q %q\n", t.Custodians.Name, t.Custodians.Members)
	for _, p := range t.Parked {
		fmt.Fprintf(w, "moves %q\n", p.Person)
	}
	for _, f := range t.Former {
		fmt.Fprintf(w, "former %q %q %q\n", f.User, f.Person, f.Back)
	}
	for _, r := range t.Registrations {
		person := r.Person
		if side == "have" {
			person = "" // it is read for some, and would tell what was asked for, not what is there
		}
		fmt.Fprintf(w, "user %q %q %q %q %q %v\n", r.User, r.Role, r.Email, r.CustomPermissions, person, r.Leaving)
	}
}

// writeShares writes what a tenant's groups are to see, its own folder too, and what they do. Whoever else sees it changes nothing here.
func writeShares(w io.Writer, t *tenancy.Tenant, offers map[tenancy.AssetRef]tenancy.Offer) {
	if t == nil {
		return
	}
	for _, s := range t.Shares {
		o := offers[s.Asset]
		fmt.Fprintf(w, "share %q %q %v %v\n", s.Asset, s.Mirror, o.Gone, o.Grant(groupOf(t.Namespace, s.Mirror)))
	}
	if t.Folder.Region == "" {
		return
	}
	ref := tenancy.FolderOf(t.Namespace, t.Folder.Region)
	o := offers[ref]
	fmt.Fprintf(w, "folder %q %v\n", ref, o.Gone)
	for _, may := range t.Folder.Openings {
		fmt.Fprintf(w, "opening %q %q %v\n", may.Mirror, may.May, o.Grant(groupOf(t.Namespace, may.Mirror)))
	}
}

// Touched are the namespaces that steps to be done are in, sorted.
func Touched(steps []Step) []tenancy.Namespace {
	seen := map[tenancy.Namespace]bool{}
	var touched []tenancy.Namespace
	for _, s := range steps {
		if n := s.Change.In(); s.Held == "" && !seen[n] {
			seen[n] = true
			touched = append(touched, n)
		}
	}
	slices.SortFunc(touched, tenancy.Namespace.Compare)
	return touched
}
