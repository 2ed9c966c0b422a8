package rules

import (
	"cmp"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// carryOver wants everything that is not decided here just as it is: tenants that are held or that
// no rule is for, mirrors that are frozen, and users and groups that are not ours.
func (d *deriver) carryOver() {
	d.out.Want.Sort()
	var whole []tenancy.Tenant
	for i := range d.have.Tenants {
		have := &d.have.Tenants[i]
		if want := d.out.Want.Tenant(have.Namespace); want != nil {
			once(want)
			d.carryInto(want, have)
			continue
		}
		whole = append(whole, *have)
	}
	d.out.Want.Tenants = append(d.out.Want.Tenants, whole...)
}

func (d *deriver) carryInto(want, have *tenancy.Tenant) {
	want.OtherGroups = have.OtherGroups
	d.carryMoves(want, have)
	kept := map[tenancy.UserName]bool{}
	for i := range want.Mirrors {
		m := &want.Mirrors[i]
		if d.frozen(m.Group) {
			m.Members = slices.Clone(have.Twin(m).Members)
			m.Gone = d.dir.Group(m.Group) == nil
			for _, user := range m.Members {
				kept[user] = true
			}
		}
	}
	decided := want.Registrations
	d.findReused(want, have, decided, kept)
	for _, r := range have.Registrations {
		if want.FormerUser(r.User) != nil {
			continue
		}
		foreign := r.User.RoleName() != want.SignIn.Name()
		if (foreign || kept[r.User]) && tenancy.FindRegistration(decided, r.User) == nil {
			r.Person = "" // it is wanted for nobody in particular, whoever has read its tag
			want.Registrations = append(want.Registrations, r)
		}
	}
}

// carryMoves leaves the moves alone of those for whom nothing is decided: who they are, or, where a mirror is
// frozen, who may be one of its people.
func (d *deriver) carryMoves(want, have *tenancy.Tenant) {
	anyFrozen := slices.ContainsFunc(want.Mirrors, func(m tenancy.Mirror) bool { return d.frozen(m.Group) })
	for _, p := range have.Parked {
		decided := slices.ContainsFunc(want.Registrations, func(r tenancy.Registration) bool { return r.Person == p.Person })
		if d.undecided[p.Person] || anyFrozen && !decided {
			want.Parked = append(want.Parked, p)
		}
	}
}

// once drops what stands twice: of two people in one principal, each keeps what is there.
func once(t *tenancy.Tenant) {
	slices.SortStableFunc(t.Registrations, func(a, b tenancy.Registration) int { return cmp.Compare(a.User, b.User) })
	t.Registrations = slices.CompactFunc(t.Registrations, func(a, b tenancy.Registration) bool { return a.User == b.User })
	for i := range t.Mirrors {
		t.Mirrors[i].Members = slices.Compact(t.Mirrors[i].Members)
	}
}

func (d *deriver) frozen(g tenancy.GroupID) bool {
	i, ok := slices.BinarySearchFunc(d.bindings, g, func(b binding, g tenancy.GroupID) int { return cmp.Compare(b.group, g) })
	return ok && d.bindings[i].grants == frozen
}
