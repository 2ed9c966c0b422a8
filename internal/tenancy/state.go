package tenancy

import (
	"cmp"
	"slices"
	"strings"
)

// Status is how far a namespace has come (API model: NamespaceStatus).
type Status string

// The states of a namespace. Only a Created one is written to.
const (
	Created             Status = "CREATED"
	Creating            Status = "CREATING"
	Deleting            Status = "DELETING"
	RetryableFailure    Status = "RETRYABLE_FAILURE"
	NonRetryableFailure Status = "NON_RETRYABLE_FAILURE"
)

// State is what QuickSight holds (have), or should hold (want).
type State struct {
	Tenants []Tenant // the namespaces that are ours, sorted by Namespace
	// Foreign are the namespaces that are not ours, "default" among them, sorted by Name. They are
	// read to know who lives there, and never written. Only a have has them.
	Foreign []Foreign
	// Offers are the assets that the configuration shares with tenants, and the tenants' own folders. They are read to
	// answer a Question; what is absent was not asked about. Only a have has them.
	Offers map[AssetRef]Offer
	// House says whose assets may be shared. Set on the wanted side, where anything is.
	House House
}

// Tenant is one customer's namespace and what is in it.
type Tenant struct {
	Namespace Namespace
	Status    Status
	Error     string // AWS's message about a failed namespace
	// SignIn is the role through which the tenant's people sign in. Set on the wanted side.
	SignIn        RoleARN
	Mirrors       []Mirror       // sorted by Group, then Name
	Registrations []Registration // sorted by User
	// SuspendWith is the profile of custom permissions that people get who leave, "" for none. Set on the wanted side.
	SuspendWith string
	// Former are the users of roles through which people signed in before, whose place others take or have. Set on the
	// wanted side, sorted by User.
	Former []Former
	// Custodians is the group of those who inherit what leavers owned alone. In have it has no Name
	// where there is none; in want it has its members always, and is made when it is needed.
	Custodians Mirror
	// Shares are the assets of the house that its groups are to see, sorted. Set on the wanted side.
	Shares []Share
	// Folder is the folder of its own that it is to have. Set on the wanted side.
	Folder OwnFolder
	// Parked are the moves that are under way, sorted by Person. In want they are those that are left alone.
	Parked []Parking
	// OtherGroups are the names of groups without a mark, sorted: made by hand, never touched.
	OtherGroups []string
	// Tags are the namespace's own. They are read only where they are needed: to recognise a
	// namespace that has no marked group yet, and to answer a Question. nil means not read.
	Tags map[string]string
	// Holdings are what users own alone, or all that they have. They are read to answer a Question, for those
	// few; whoever is absent was not asked about.
	Holdings map[UserName]Holdings
}

// Mirror is the QuickSight group that stands in a namespace for a group of the directory.
type Mirror struct {
	Group   GroupID
	Name    string     // the QuickSight group's name; it keeps its first one for life
	Members []UserName // sorted
	// Because says which rule made it. Set on the wanted side.
	Because Because
	// Gone says, on the wanted side, that the directory has no such group any more: who is in the mirror stays, and nothing
	// could justify that anybody is put into it, though they were there before they were registered anew.
	Gone bool
}

// Parking is the marked group in which a person's permissions are kept while the user that they were is
// replaced by the one that they will be.
type Parking struct {
	Person   PersonID
	Holdings *Holdings // all that is parked, as far as it was asked for; nil where it was not
}

// Registration is a principal registered as a user of a namespace.
type Registration struct {
	User  UserName
	Role  Role
	Email string
	// CustomPermissions is the name of the profile given to the user, "" for none.
	CustomPermissions string
	// Person is who stands behind it: on the wanted side whom it is for; in have whom its tag names, as
	// far as it was read (Nobody where it names nobody). "" where it is not known.
	Person PersonID
	// MaxRole is the highest role that is left alone when someone has raised it by hand. Set on
	// the wanted side.
	MaxRole Role
	// Suspended is what the user's tag says about it, as far as it was read. On the wanted side it is of those who are left
	// as they are.
	Suspended Suspension
	// Leaving says, on the wanted side, that they are to be suspended, and may be back: they keep nothing but the
	// registration.
	Leaving bool
}

// Former is a user of a role through which people signed in before, and is not wanted any more.
type Former struct {
	User   UserName
	Person PersonID // whose it is
	// Back is the user of now that takes its place, with all that it holds; "" where its name is another person's by now.
	Back UserName
}

// Nobody stands behind a registration whose tag was read and names nobody.
const Nobody PersonID = "-"

// Foreign is a namespace that is not ours.
type Foreign struct {
	Name   string
	Status Status
	Users  []Registration // sorted by User
}

// Because is why something is wanted: the rule that asks for it, and the group that fits the rule.
type Because struct {
	Rule      string  `json:"rule"`       // as in the configuration: `tenants[1] groups "qs:{namespace}"`
	Group     GroupID `json:"group"`      // the directory's group
	GroupName string  `json:"group_name"` // what it is called now
	Role      Role    `json:"role,omitempty"`
}

// Tenant finds a tenant by its namespace, nil when the state has none.
func (s *State) Tenant(n Namespace) *Tenant {
	i, ok := slices.BinarySearchFunc(s.Tenants, n, func(t Tenant, n Namespace) int { return t.Namespace.Compare(n) })
	if !ok {
		return nil
	}
	return &s.Tenants[i]
}

// ForeignNamed finds a namespace that is not ours by its name, nil when there is none.
func (s *State) ForeignNamed(name string) *Foreign {
	i, ok := slices.BinarySearchFunc(s.Foreign, name, func(f Foreign, name string) int { return strings.Compare(f.Name, name) })
	if !ok {
		return nil
	}
	return &s.Foreign[i]
}

// Mirror finds the mirror of a group, nil when the tenant has none.
func (t *Tenant) Mirror(g GroupID) *Mirror {
	if g == CustodiansGroup {
		return t.custodians()
	}
	i, ok := slices.BinarySearchFunc(t.Mirrors, g, func(m Mirror, g GroupID) int { return cmp.Compare(m.Group, g) })
	if !ok {
		return nil
	}
	return &t.Mirrors[i]
}

// Twin finds the mirror that is the same as another state's: of its group and, since a mark can be
// copied by hand to a second group, of its name. It is nil when there is none.
func (t *Tenant) Twin(m *Mirror) *Mirror {
	if m.Group == CustodiansGroup {
		return t.custodians()
	}
	i, ok := slices.BinarySearchFunc(t.Mirrors, m, func(a Mirror, b *Mirror) int { return compareMirrors(&a, b) })
	if !ok {
		return nil
	}
	return &t.Mirrors[i]
}

func (t *Tenant) custodians() *Mirror {
	if t.Custodians.Name == "" {
		return nil
	}
	return &t.Custodians
}

func compareMirrors(a, b *Mirror) int {
	return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Name, b.Name))
}

// Parking finds the move of a person that is under way, nil when there is none.
func (t *Tenant) Parking(p PersonID) *Parking {
	i, ok := slices.BinarySearchFunc(t.Parked, p, func(k Parking, p PersonID) int { return cmp.Compare(k.Person, p) })
	if !ok {
		return nil
	}
	return &t.Parked[i]
}

// Registration finds a user of the tenant by name, nil when there is none.
func (t *Tenant) Registration(u UserName) *Registration {
	return FindRegistration(t.Registrations, u)
}

// FindRegistration finds a user in registrations that are sorted by User, nil when there is none.
func FindRegistration(sorted []Registration, u UserName) *Registration {
	i, ok := slices.BinarySearchFunc(sorted, u, func(r Registration, u UserName) int { return cmp.Compare(r.User, u) })
	if !ok {
		return nil
	}
	return &sorted[i]
}

// FormerUser finds what is wanted of a user of a former role, nil when nothing is.
func (t *Tenant) FormerUser(u UserName) *Former {
	i, ok := slices.BinarySearchFunc(t.Former, u, func(f Former, u UserName) int { return cmp.Compare(f.User, u) })
	if !ok {
		return nil
	}
	return &t.Former[i]
}

// Has reports whether a user is a member of the mirror.
func (m *Mirror) Has(u UserName) bool {
	_, ok := slices.BinarySearch(m.Members, u)
	return ok
}

// Sort puts everything in its order. A State made by hand or read in parallel is sorted once, and
// then compared and searched.
func (s *State) Sort() {
	slices.SortFunc(s.Tenants, func(a, b Tenant) int { return a.Namespace.Compare(b.Namespace) })
	for i := range s.Tenants {
		t := &s.Tenants[i]
		slices.SortFunc(t.Mirrors, func(a, b Mirror) int { return compareMirrors(&a, &b) })
		for j := range t.Mirrors {
			slices.Sort(t.Mirrors[j].Members)
		}
		slices.Sort(t.Custodians.Members)
		SortRegistrations(t.Registrations)
		slices.SortFunc(t.Parked, func(a, b Parking) int { return cmp.Compare(a.Person, b.Person) })
		slices.Sort(t.OtherGroups)
	}
	slices.SortFunc(s.Foreign, func(a, b Foreign) int { return strings.Compare(a.Name, b.Name) })
	for i := range s.Foreign {
		SortRegistrations(s.Foreign[i].Users)
	}
}

// SortRegistrations sorts by user name.
func SortRegistrations(rs []Registration) {
	slices.SortFunc(rs, func(a, b Registration) int { return cmp.Compare(a.User, b.User) })
}

// Sort puts the people, the groups and the members in order of their ids.
func (d *Directory) Sort() {
	slices.SortFunc(d.People, func(a, b Person) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(d.Groups, func(a, b Group) int { return cmp.Compare(a.ID, b.ID) })
	for _, members := range d.Members {
		slices.Sort(members)
	}
}

// Person finds someone by id, nil when the directory has nobody of that id.
func (d *Directory) Person(id PersonID) *Person {
	i, ok := slices.BinarySearchFunc(d.People, id, func(p Person, id PersonID) int { return cmp.Compare(p.ID, id) })
	if !ok {
		return nil
	}
	return &d.People[i]
}

// Group finds a group by id, nil when the directory has none of that id.
func (d *Directory) Group(id GroupID) *Group {
	i, ok := slices.BinarySearchFunc(d.Groups, id, func(g Group, id GroupID) int { return cmp.Compare(g.ID, id) })
	if !ok {
		return nil
	}
	return &d.Groups[i]
}
