package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Hazards of replacing a user by another one, which QuickSight has no call for.
const (
	// ReplacesUser: somebody is registered anew, since QuickSight lowers no author to a reader.
	ReplacesUser Hazard = "replaces-user"
	// RenamesUser: somebody is registered under another name, since QuickSight renames nobody.
	RenamesUser Hazard = "renames-user"
	// ReusedName: somebody is registered anew, since the user of their name is another person's.
	ReusedName Hazard = "reused-name"
	// LowersRole: somebody gets a lower role, in place.
	LowersRole Hazard = "lowers-role"
)

// NotGivenBack is the code of a note about what somebody loses for good with their role.
const NotGivenBack tenancy.Code = "not-given-back"

// leaving is a user of a tenant who is to be taken out of it.
type leaving struct {
	person tenancy.PersonID // who stands behind the user, "" where it is not known
	// back is the user as which they are wanted here all the same, and role that user's; "" for nobody.
	back   tenancy.UserName
	role   tenancy.Role
	hazard Hazard
}

// leaversOf finds those who are taken out of a tenant: who is not wanted, whose name is another person's by
// now, here or in another tenant, and who cannot be given their role in place.
func (d *differ) leaversOf(want, have *tenancy.Tenant) map[tenancy.UserName]leaving {
	leavers := map[tenancy.UserName]leaving{}
	for i := range have.Registrations {
		there := &have.Registrations[i]
		wanted := want.Registration(there.User)
		l := leaving{person: there.Person, hazard: RemovesUser}
		switch former := want.FormerUser(there.User); {
		case wanted == nil && former != nil:
			l.takesPlace(want, former)
		case wanted == nil:
			if l.comesBack(want); l.back == "" && isAnothers(there.Person, d.elsewhere[there.User].person) {
				l.hazard = ReusedName
			}
		case isAnothers(there.Person, wanted.Person):
			l.comesBack(want)
			l.hazard = ReusedName
		case wanted.Person != "" && wanted.Role.IsReader() && wanted.Role.Below(there.Role) && !there.Role.IsReader():
			l = leaving{wanted.Person, there.User, wanted.Role, ReplacesUser}
		default:
			continue
		}
		leavers[there.User] = l
	}
	return leavers
}

// comesBack finds the user as which somebody is wanted here under another name.
func (l *leaving) comesBack(want *tenancy.Tenant) {
	if l.person == "" || l.person == tenancy.Nobody {
		return
	}
	if r := wantedAs(want, l.person); r != nil {
		l.back, l.role, l.hazard = r.User, r.Role, RenamesUser
	}
}

// takesPlace finds the user that takes the place of one of a former role.
func (l *leaving) takesPlace(want *tenancy.Tenant, former *tenancy.Former) {
	l.person, l.hazard = former.Person, ReusedName
	if r := want.Registration(former.Back); r != nil {
		l.back, l.role, l.hazard = r.User, r.Role, SignInRoleReplaced
	}
}

// isAnothers reports whether a registration's tag names somebody else than the one for whom it is wanted.
func isAnothers(tagged, wanted tenancy.PersonID) bool {
	return tagged != "" && tagged != tenancy.Nobody && wanted != "" && tagged != wanted
}

// parked is something that is kept for somebody: by now, or when the plan's steps have been done.
type parked struct {
	asset tenancy.Asset
	may   tenancy.Access
}

// takeOut answers the steps by which a user leaves a tenant, and puts down what is parked for them.
func (d *differ) takeOut(want, have *tenancy.Tenant, there *tenancy.Registration) {
	user := there.User
	l := d.leavers[user]
	if l.back == "" && l.hazard == RemovesUser && want.SuspendWith != "" && there.CustomPermissions != want.SuspendWith {
		d.add(suspension(want, l.person, there), tenancy.Because{}, "")
	}
	mine := tenancy.Grantee{Kind: tenancy.ToUser, Namespace: want.Namespace.String(), Name: string(user)}
	holdings := have.Holdings[user]
	var lost []string
	begun := have.Parking(l.person) != nil
	for _, a := range holdings.Assets {
		may := l.keeps(&a, mine, holdings.Whole)
		if may == "" && l.back != "" {
			lost = append(lost, fmt.Sprintf("%s %q", a.AssetRef, a.Name))
		}
		if may != "" {
			if !begun {
				d.add(BeginMove{want.Namespace, d.store, l.person, user}, tenancy.Because{}, "")
				begun = true
			}
			if g := a.Grant(parkingOf(want.Namespace, l.person)); g == nil || g.May != may {
				d.add(Park{want.Namespace, l.person, want.Namespace.String(), user, there.Role, a.AssetRef, a.Name, may}, tenancy.Because{}, "")
			}
			d.parked[l.person] = append(d.parked[l.person], parked{a, may})
		}
		if a.OwnedAlone(mine) && may != tenancy.Owns {
			d.add(HandOver{want.Namespace, l.person, user, a.AssetRef, a.Name}, tenancy.Because{}, "")
		}
	}
	d.add(RemoveRegistration{want.Namespace, l.person, user, there.Role, l.back}, tenancy.Because{}, "")
	if len(lost) > 0 {
		d.out.Notes = append(d.out.Notes, tenancy.Note{
			Code: NotGivenBack, Object: string(user), Namespace: want.Namespace.String(),
			Text: fmt.Sprintf("%s is registered anew as %s, and a %s cannot have %s", tenancy.Word(string(user)), l.role, l.role, strings.Join(lost, ", ")),
		})
	}
}

// keeps is how much of what a user may do with an asset they are to have when they have come back, "" for nothing.
func (l *leaving) keeps(a *tenancy.Asset, user tenancy.Grantee, whole bool) tenancy.Access {
	g := a.Grant(user)
	if g == nil || l.back == "" || !whole {
		return ""
	}
	return fits(g.May, a.Kind, l.role)
}

// inherits reports whether something of a tenant would be handed over to its custodians.
func (d *differ) inherits(have *tenancy.Tenant) bool {
	for user, h := range have.Holdings {
		l, leaves := d.leavers[user]
		mine := tenancy.Grantee{Kind: tenancy.ToUser, Namespace: have.Namespace.String(), Name: string(user)}
		if leaves && slices.ContainsFunc(h.Assets, func(a tenancy.Asset) bool {
			return a.OwnedAlone(mine) && l.keeps(&a, mine, h.Whole) != tenancy.Owns
		}) {
			return true
		}
	}
	want := d.want.Tenant(have.Namespace)
	for _, p := range have.Parked {
		back := wantedAs(want, p.Person)
		parked := parkingOf(have.Namespace, p.Person)
		if p.Holdings != nil && want.Parking(p.Person) == nil && slices.ContainsFunc(p.Holdings.Assets, func(a tenancy.Asset) bool {
			return a.OwnedAlone(parked) && (back == nil || fits(a.Grant(parked).May, a.Kind, back.Role) != tenancy.Owns)
		}) {
			return true
		}
	}
	return false
}

// wantedAs is the registration that is wanted for a person, nil for none.
func wantedAs(want *tenancy.Tenant, p tenancy.PersonID) *tenancy.Registration {
	i := slices.IndexFunc(want.Registrations, func(r tenancy.Registration) bool { return r.Person == p })
	if i < 0 {
		return nil
	}
	return &want.Registrations[i]
}

// fits is how much of what somebody may do with an asset they may have in a role, "" for nothing. Readers look at
// dashboards, folders and topics, and can be given nothing else (Quick user guide, "Reader").
func fits(may tenancy.Access, kind tenancy.AssetKind, role tenancy.Role) tenancy.Access {
	switch {
	case !role.IsReader():
		return may
	case kind == tenancy.Dashboard || kind == tenancy.Folder || kind == tenancy.Topic:
		return tenancy.Views
	}
	return ""
}

// parkingOf is the group of somebody's move.
func parkingOf(n tenancy.Namespace, p tenancy.PersonID) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: n.String(), Name: tenancy.MoveName(p)}
}

// endMoves answers the steps that end the moves of a tenant, those that are under way and those that the plan
// begins: the new user gets what is parked, and then the group goes. Of somebody who does not come back, the
// custodians get what nobody else owns. A move of which it is not known yet what is parked ends only once it is.
func (d *differ) endMoves(want, have *tenancy.Tenant) {
	for i := range have.Parked {
		p := &have.Parked[i]
		if want.Parking(p.Person) != nil {
			continue // nothing is decided about them
		}
		all := d.parked[p.Person]
		if p.Holdings != nil {
			for _, a := range p.Holdings.Assets {
				if !slices.ContainsFunc(all, func(k parked) bool { return k.asset.AssetRef == a.AssetRef }) {
					if g := a.Grant(parkingOf(want.Namespace, p.Person)); g != nil {
						all = append(all, parked{a, g.May})
					}
				}
			}
		}
		d.parked[p.Person] = all
	}
	people := map[tenancy.PersonID]bool{}
	for _, p := range have.Parked {
		people[p.Person] = want.Parking(p.Person) == nil
	}
	for p := range d.parked {
		people[p] = true
	}
	for _, p := range sortedPeople(people) {
		if people[p] {
			d.endMove(want, have, p)
		}
	}
}

func sortedPeople(set map[tenancy.PersonID]bool) []tenancy.PersonID {
	all := make([]tenancy.PersonID, 0, len(set))
	for p := range set {
		all = append(all, p)
	}
	slices.Sort(all)
	return all
}

// endMove ends one person's move.
func (d *differ) endMove(want, have *tenancy.Tenant, p tenancy.PersonID) {
	all := d.parked[p]
	slices.SortFunc(all, func(a, b parked) int { return a.asset.Compare(b.asset.AssetRef) })
	back := wantedAs(want, p)
	if back == nil {
		back = &tenancy.Registration{}
	}
	_, replaced := d.leavers[back.User]
	because := becauseOf(want, back)
	theirs := tenancy.Grantee{Kind: tenancy.ToUser, Namespace: want.Namespace.String(), Name: string(back.User)}
	for _, k := range all {
		may := tenancy.Access("")
		if back.User != "" {
			may = fits(k.may, k.asset.Kind, back.Role)
		}
		if k.asset.OwnedAlone(parkingOf(want.Namespace, p)) && may != tenancy.Owns {
			d.add(HandOver{want.Namespace, p, tenancy.UserName(tenancy.MoveName(p)), k.asset.AssetRef, k.asset.Name}, because, "")
		}
		if g := k.asset.Grant(theirs); may != "" && (replaced || g == nil || g.May != may && g.May != tenancy.Owns) {
			d.add(GiveBack{want.Namespace, p, back.User, k.asset.AssetRef, k.asset.Name, may}, because, "")
		}
	}
	for _, k := range all {
		d.add(Unpark{want.Namespace, p, k.asset.AssetRef, k.asset.Name, back.User}, because, "")
	}
	d.add(EndMove{want.Namespace, p, back.User}, because, "")
}

// heldReplacement words the hold of a registration that is to be replaced by another one.
func heldReplacement(h Hazard, c RemoveRegistration) string {
	user := tenancy.Word(string(c.User))
	switch h {
	case ReplacesUser:
		return fmt.Sprintf("%s is %s and should be a reader: QuickSight lowers no such role, so the user is removed and registered anew, with what a reader may have", user, c.Role)
	case RenamesUser:
		return fmt.Sprintf("%s signs in as %s now: the user is replaced by one of that name, with all that they hold", user, tenancy.Word(string(c.Back)))
	case ReusedName:
		return fmt.Sprintf("%s was registered for another person than the one who has that name now: the user is removed and registered anew", user)
	}
	return fmt.Sprintf("%s is in the tenant and no longer should be", user)
}
