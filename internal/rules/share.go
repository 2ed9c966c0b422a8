package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Share lets the groups of a tenant see an asset of the house.
type Share struct {
	Asset tenancy.AssetRef
	// Group is the name of the one QuickSight group that is to see it, "" for all of the tenant's. It may hold
	// {namespace}.
	Group string
	// Text is the share as a person finds it in the configuration: `tenants[1].shares[0] dashboard "sales"`.
	Text string `json:",omitempty"`
}

// shares are what the house lets a tenant's groups see: what every tenant is to see, and what the rules of its groups
// say. What stands in two places is one. Groups into which nobody new comes see nothing new.
func (d *deriver) shares(n tenancy.Namespace, bindings []binding) []tenancy.Share {
	asked := slices.Clone(d.rules.Shares)
	for i := range bindings {
		if bindings[i].grants == free {
			asked = append(asked, bindings[i].rule.Shares...)
		}
	}
	var shares []tenancy.Share
	for _, s := range asked {
		for i := range bindings {
			b := &bindings[i]
			if b.grants != free || s.Group != "" && strings.ReplaceAll(s.Group, placeholder, n.String()) != b.mirror {
				continue
			}
			d.shown[s.Text] = true
			shares = append(shares, tenancy.Share{
				Asset: s.Asset, Group: b.group, Mirror: b.mirror,
				Because: tenancy.Because{Rule: s.Text, Group: b.group, GroupName: b.name},
			})
		}
	}
	slices.SortStableFunc(shares, tenancy.Share.Compare)
	return slices.CompactFunc(shares, func(a, b tenancy.Share) bool { return a.Compare(b) == 0 })
}

// noteUnseen tells which shares name a group that no tenant has: nobody sees anything by them.
func (d *deriver) noteUnseen() {
	all := slices.Clone(d.rules.Shares)
	for i := range d.rules.Tenants {
		all = append(all, d.rules.Tenants[i].Shares...)
	}
	for _, s := range all {
		if s.Group != "" && !d.shown[s.Text] {
			d.out.Notes = append(d.out.Notes, tenancy.Note{
				Code: SharedWithNobody, Object: s.Asset.String(),
				Text: s.Text + " is for the group " + strconv.Quote(s.Group) + ", and no tenant of it has a group of that name: nobody sees anything by it",
			})
		}
	}
}

// sharing reports whether anything is shared with any tenant.
func (r *Rules) sharing() bool {
	return len(r.Shares) > 0 || slices.ContainsFunc(r.Tenants, func(rule Rule) bool { return len(rule.Shares) > 0 })
}

// HouseOf says who the company's own people are, as owners of assets.
func HouseOf(r Rules, dir tenancy.Directory) tenancy.House {
	d := &deriver{rules: &r, dir: &dir}
	return d.theHouse(d.houseMembers())
}

// theHouse says whose assets may be shared with tenants. members are the people in a group of the house.
func (d *deriver) theHouse(members map[tenancy.PersonID]bool) tenancy.House {
	house := &d.rules.House
	h := tenancy.House{Namespaces: house.Namespaces, Anybody: len(house.Groups) == 0 && len(house.SignInRoles) == 0}
	for _, role := range house.SignInRoles {
		h.Roles = append(h.Roles, role.Name())
	}
	for i := range d.dir.People {
		p := &d.dir.People[i]
		if session := d.rules.SessionOf(p); members[p.ID] && session != "" {
			h.Sessions = append(h.Sessions, session.Fold())
		}
	}
	slices.Sort(h.Roles)
	slices.Sort(h.Sessions)
	return h
}
