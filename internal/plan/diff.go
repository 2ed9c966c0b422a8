package plan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Difference is what separates have from want.
type Difference struct {
	Steps []Step         // in the order in which they would be done
	Holds []tenancy.Hold // what stands in the way of some of them
	Right int            // registrations that are as they should be
	// Unverified are those of them whose tag was not read: who stands behind them is told by their name alone.
	Unverified int
	// Moves are the principals who are to be registered in one tenant and live in another, with that one:
	// they must be gone there first. It is the same tenant for somebody who is registered anew.
	Moves map[tenancy.UserName]tenancy.Namespace
	// Notes are about what the steps come to.
	Notes []tenancy.Note
	// Unread are assets that groups which are there should see, and of which nobody has asked yet who does; tenants' own
	// folders too.
	Unread []tenancy.AssetRef
}

// Diff answers the steps that turn have into want. Steps that cannot be done as things are (the
// namespace is not ours, the principal lives elsewhere) are in the answer too, with the code of
// their hold. Both states are sorted; the answer depends on nothing else.
//
// samePrincipal says whether one principal may be registered in two namespaces; AWS does not say.
func Diff(store tenancy.StoreID, want, have tenancy.State, samePrincipal bool) Difference {
	d := &differ{store: store, want: &want, have: &have}
	if !samePrincipal {
		d.elsewhere = d.findElsewhere()
	}
	d.findSharers()
	for i := range want.Tenants {
		d.tenant(&want.Tenants[i])
	}
	slices.SortStableFunc(d.out.Steps, func(a, b Step) int { return cmp.Compare(d.rank(a.Change), d.rank(b.Change)) })
	d.out.Holds = tenancy.SortHolds(d.out.Holds)
	return d.out
}

// rank puts what takes people out before what lets people in, whatever the tenant: first out of their groups,
// and then, once there are custodians for what they own, out of the namespace. Every namespace comes before
// what fills them: they come to life side by side, while the first of them fills.
func (d *differ) rank(c Change) int {
	switch {
	case suspends(c):
		return 0
	case makesCustodians(c) && (c.Kind() == KindCreateMirror || d.isThere(c)):
		return 1
	case leaves(c):
		return 2
	case c.Kind() == KindCreateNamespace:
		return 3
	}
	return 4
}

// isThere reports whether the user whom a change is about is registered already, and stays, in a role that lets them
// own anything: a reader who becomes an author is raised first.
func (d *differ) isThere(c Change) bool {
	t, user := d.have.Tenant(c.In()), tenancy.UserName(c.Object())
	if t == nil || d.out.Moves[user] == c.In() {
		return false
	}
	r := t.Registration(user)
	return r != nil && !r.Role.IsReader()
}

type differ struct {
	store      tenancy.StoreID
	want, have *tenancy.State
	// elsewhere is where the principals live that are wanted in a namespace and are not in it, or
	// that are in it while it is not ours.
	elsewhere map[tenancy.UserName]place
	out       Difference
	// Of the tenant at hand: the hold of the whole, who is taken out of it, and what is parked for whom.
	held    tenancy.Code
	leavers map[tenancy.UserName]leaving
	parked  map[tenancy.PersonID][]parked
	// replaced are the users of now by whom users of former roles are replaced, with these.
	replaced map[tenancy.UserName]tenancy.UserName
	// Of the assets that are shared: with which tenants, and what keeps it.
	sharers map[tenancy.AssetRef][]tenancy.Namespace
	judged  map[tenancy.AssetRef]tenancy.Code
}

// place is where a principal lives who is missing where they are wanted, and for whom they are.
type place struct {
	namespace string
	ours      bool
	person    tenancy.PersonID
}

// findElsewhere looks up where the principals are registered that are missing where they are
// wanted. In a world that is as it should be there are none, and nothing is built.
func (d *differ) findElsewhere() map[tenancy.UserName]place {
	missing := map[tenancy.UserName]place{}
	for i := range d.want.Tenants {
		want := &d.want.Tenants[i]
		have := d.have.Tenant(want.Namespace)
		for _, r := range want.Registrations {
			if have == nil || have.Registration(r.User) == nil {
				missing[r.User] = place{person: r.Person}
			}
		}
	}
	if len(missing) == 0 {
		return missing
	}
	note := func(rs []tenancy.Registration, at place) {
		for _, r := range rs {
			if is, ok := missing[r.User]; ok {
				at.person = is.person
				missing[r.User] = at
			}
		}
	}
	for _, f := range d.have.Foreign {
		note(f.Users, place{namespace: f.Name})
	}
	for _, t := range d.have.Tenants {
		note(t.Registrations, place{namespace: t.Namespace.String(), ours: true})
	}
	return missing
}

func (d *differ) add(change Change, because tenancy.Because, held tenancy.Code) {
	d.out.Steps = append(d.out.Steps, Step{Change: change, Because: because, Hazards: d.hazards(change), Held: cmp.Or(d.held, held)})
}

// hazards are the dangers of a change. To leave one's last group is part of leaving the tenant.
func (d *differ) hazards(c Change) []Hazard {
	switch c := c.(type) {
	case Share:
		return d.dangers(c)
	case LowerRole:
		return []Hazard{LowersRole}
	case RemoveMember:
		if l, leaves := d.leavers[c.User]; leaves && l.hazard != ReplacesUser {
			return []Hazard{l.hazard}
		}
		if r := d.want.Tenant(c.Namespace).Registration(c.User); r != nil && r.Leaving {
			return []Hazard{RemovesUser}
		}
		return []Hazard{RemovesMember}
	case Suspend:
		return []Hazard{RemovesUser}
	case Register:
		if _, is := d.replaced[c.User()]; is {
			return []Hazard{SignInRoleReplaced}
		}
		return nil
	case AddMember:
		if d.follows(c) {
			return []Hazard{SignInRoleReplaced}
		}
		return nil
	}
	if l, is := d.leavers[tenancy.UserName(c.Object())]; is && leaves(c) {
		return []Hazard{l.hazard}
	}
	if leaves(c) {
		return []Hazard{RemovesUser} // what is parked for somebody who does not come back
	}
	return nil
}

func (d *differ) hold(h tenancy.Hold) tenancy.Code {
	d.out.Holds = append(d.out.Holds, h)
	return h.Code
}

// tenant answers the steps of one namespace: the namespace, its mirrors, its people one by one, and
// what would be taken away.
func (d *differ) tenant(want *tenancy.Tenant) {
	have := d.have.Tenant(want.Namespace)
	d.held = ""
	d.namespace(want, have)
	if have == nil {
		have = &tenancy.Tenant{Namespace: want.Namespace}
	}
	d.leavers, d.parked = d.leaversOf(want, have), map[tenancy.PersonID][]parked{}
	d.replaced = map[tenancy.UserName]tenancy.UserName{}
	for _, f := range want.Former {
		if d.leavers[f.User].hazard == SignInRoleReplaced {
			d.replaced[f.Back] = f.User
		}
	}
	mirrors := d.wantedMirrors(want, have)
	for _, m := range mirrors {
		if have.Mirror(m.Group) == nil {
			d.add(CreateMirror{want.Namespace, d.store, m.Group, m.Name}, m.Because, "")
		}
	}
	d.folder(want, have)
	for i := range want.Shares {
		d.share(have, &want.Shares[i])
	}
	adds := d.membershipsToAdd(mirrors, have)
	for i := range want.Registrations {
		r := &want.Registrations[i]
		held := d.person(want, have, r)
		for len(adds) > 0 && adds[0].user <= r.User {
			if m := adds[0].mirror; adds[0].user == r.User {
				because := m.Because
				if m.Group == tenancy.CustodiansGroup {
					because = becauseOf(want, r)
				}
				d.add(AddMember{want.Namespace, r.Person, m.Group, m.Name, r.User}, because, held)
			}
			adds = adds[1:]
		}
	}
	d.takeAway(want, have)
}

// namespace answers the step that brings the namespace about, or holds all that is in it.
func (d *differ) namespace(want, have *tenancy.Tenant) {
	create := CreateNamespace{Namespace: want.Namespace, Store: d.store, Founders: founders(want)}
	// A tenant without a sign-in role is carried over as it is: nobody asks for its namespace.
	switch {
	case have == nil:
		if foreign := d.have.ForeignNamed(want.Namespace.String()); foreign != nil {
			d.held = d.hold(heldNotOurs(want.Namespace, len(foreign.Users)))
			return
		}
		d.add(create, firstBecause(want), "")
	case have.Status == tenancy.RetryableFailure && !want.SignIn.IsZero():
		create.Again = true
		d.add(create, firstBecause(want), "")
	case have.Status != tenancy.Created && have.Status != tenancy.Creating:
		d.held = d.hold(heldNamespace(want.SignIn.Account(), have))
	}
}

func founders(want *tenancy.Tenant) string {
	groups := make([]tenancy.GroupID, 0, len(want.Mirrors))
	for _, m := range want.Mirrors {
		groups = append(groups, m.Group)
	}
	return tenancy.Founders(groups)
}

func firstBecause(want *tenancy.Tenant) tenancy.Because {
	if len(want.Mirrors) == 0 {
		return tenancy.Because{}
	}
	return want.Mirrors[0].Because
}

// person answers the steps that make one registration right, and the code of the hold that keeps
// the person out of the namespace.
func (d *differ) person(want, have *tenancy.Tenant, r *tenancy.Registration) tenancy.Code {
	there := have.Registration(r.User)
	if l, anew := d.leavers[r.User]; there == nil || anew {
		if l.hazard == ReplacesUser {
			d.meanwhile(want, r, there)
		}
		return d.register(want, r)
	}
	if r.Leaving {
		d.suspend(want, r, there)
		return ""
	}
	if there.Role == r.Role && there.Email == r.Email && there.CustomPermissions == r.CustomPermissions && there.Suspended == r.Suspended {
		if r.Person != "" && r.Person != tenancy.Nobody && !want.SignIn.IsZero() { // a user who is not ours may have been asked about, too
			d.out.Right++
			if there.Person == "" {
				d.out.Unverified++
			}
		}
		return ""
	}
	because := becauseOf(want, r)
	switch {
	case r.Role.Below(there.Role):
		d.add(LowerRole{want.Namespace, r.Person, r.User, r.Role, there.Role, r.Email}, because, "")
	case r.Role != there.Role || r.Email != there.Email:
		d.add(UpdateUser{want.Namespace, r.Person, r.User, r.Role, r.Email, there.Role, there.Email}, because, "")
	}
	d.profile(want, r, there)
	return ""
}

func (d *differ) profile(want *tenancy.Tenant, r, there *tenancy.Registration) {
	if there.Suspended.Since != 0 && r.Suspended.Since == 0 {
		d.add(Resume{want.Namespace, r.Person, r.User, r.CustomPermissions, there.CustomPermissions}, becauseOf(want, r), "")
		return
	}
	if there.CustomPermissions != r.CustomPermissions {
		d.add(SetCustomPermissions{want.Namespace, r.Person, r.User, r.CustomPermissions, there.CustomPermissions}, becauseOf(want, r), "")
	}
}

// suspend answers the step that suspends who is to leave, and may be back.
func (d *differ) suspend(want *tenancy.Tenant, r, there *tenancy.Registration) {
	if there.Suspended.Since == 0 || there.CustomPermissions != r.CustomPermissions {
		d.add(suspension(want, r.Person, there), tenancy.Because{}, "")
	}
}

// suspension is the change that suspends a user.
func suspension(want *tenancy.Tenant, who tenancy.PersonID, there *tenancy.Registration) Suspend {
	s := Suspend{Namespace: want.Namespace, Person: who, User: there.User, Was: there.CustomPermissions}
	if want.SuspendWith != there.CustomPermissions {
		s.Profile = want.SuspendWith
	}
	return s
}

// meanwhile answers what is put right of a registration that is to be replaced, and is not.
func (d *differ) meanwhile(want *tenancy.Tenant, r, there *tenancy.Registration) {
	if r.Email != there.Email {
		d.add(UpdateUser{want.Namespace, r.Person, r.User, there.Role, r.Email, there.Role, there.Email}, becauseOf(want, r), "")
	}
	d.profile(want, r, there)
}

func (d *differ) register(want *tenancy.Tenant, r *tenancy.Registration) tenancy.Code {
	var held tenancy.Code
	if _, anew := d.leavers[r.User]; anew {
		d.moves(r.User, want.Namespace.String())
	}
	switch at := d.elsewhere[r.User]; {
	case at.namespace == "" || at.namespace == want.Namespace.String():
	case at.ours:
		d.moves(r.User, at.namespace)
	default:
		held = d.hold(heldElsewhere(r, want, at))
	}
	d.add(Register{
		Namespace: want.Namespace, Person: r.Person, SignIn: want.SignIn, Session: tenancy.Session(r.User.SessionName()),
		Role: r.Role, Email: r.Email, CustomPermissions: r.CustomPermissions,
	}, becauseOf(want, r), held)
	return held
}

// moves takes down that a principal has to leave another tenant first.
func (d *differ) moves(user tenancy.UserName, from string) {
	n, err := tenancy.ParseNamespace(from)
	if err != nil {
		return // a tenant's name is one
	}
	if d.out.Moves == nil {
		d.out.Moves = map[tenancy.UserName]tenancy.Namespace{}
	}
	d.out.Moves[user] = n
}

// becauseOf is the mirror that gives someone their role: the first of those with the highest.
func becauseOf(want *tenancy.Tenant, r *tenancy.Registration) tenancy.Because {
	var because tenancy.Because
	for i := range want.Mirrors {
		m := &want.Mirrors[i]
		if m.Has(r.User) && (because.Rule == "" || because.Role.Below(m.Because.Role)) {
			because = m.Because
		}
	}
	return because
}

// toAdd is a membership that is wanted and not there.
type toAdd struct {
	user   tenancy.UserName
	mirror *tenancy.Mirror
}

// wantedMirrors are those that a tenant should have: of its groups, and of its custodians where there is one,
// or something to be inherited.
func (d *differ) wantedMirrors(want, have *tenancy.Tenant) []*tenancy.Mirror {
	var all []*tenancy.Mirror
	for i := range want.Mirrors {
		all = append(all, &want.Mirrors[i])
	}
	if want.Custodians.Name != "" && (have.Mirror(tenancy.CustodiansGroup) != nil || d.inherits(have)) {
		all = append(all, &want.Custodians)
	}
	return all
}

// membershipsToAdd answers the memberships that are wanted and not there, or that go with a user who is registered
// anew.
func (d *differ) membershipsToAdd(mirrors []*tenancy.Mirror, have *tenancy.Tenant) []toAdd {
	var adds []toAdd
	for _, m := range mirrors {
		there := have.Twin(m)
		if m.Gone {
			continue
		}
		for _, user := range m.Members {
			if _, anew := d.leavers[user]; anew || there == nil || !there.Has(user) {
				adds = append(adds, toAdd{user, m})
			}
		}
	}
	slices.SortStableFunc(adds, func(a, b toAdd) int { return cmp.Compare(a.user, b.user) })
	return adds
}

// takeAway answers what is there and not wanted: who leaves a mirror, and then who leaves the
// namespace, behind what is done with what they hold, as far as that is known.
func (d *differ) takeAway(want, have *tenancy.Tenant) {
	leave := func(there, m *tenancy.Mirror) {
		for _, user := range there.Members {
			if d.leavers[user].hazard == ReusedName || m == nil || !m.Has(user) {
				d.add(RemoveMember{want.Namespace, d.behind(want, have, user), there.Group, there.Name, user}, tenancy.Because{}, "")
			}
		}
	}
	for i := range have.Mirrors {
		leave(&have.Mirrors[i], want.Twin(&have.Mirrors[i]))
	}
	if have.Custodians.Name != "" && want.Custodians.Name != "" {
		leave(&have.Custodians, &want.Custodians)
	}
	for _, r := range have.Registrations {
		if _, leaves := d.leavers[r.User]; leaves {
			d.takeOut(want, have, &r)
		}
	}
	d.endMoves(want, have)
}

// behind is who stands behind a user, "" where it is not known.
func (d *differ) behind(want, have *tenancy.Tenant, user tenancy.UserName) tenancy.PersonID {
	if l, leaves := d.leavers[user]; leaves {
		return l.person
	}
	if r := want.Registration(user); r != nil && r.Person != "" {
		return r.Person
	}
	if r := have.Registration(user); r != nil {
		return r.Person
	}
	return ""
}

// The codes of what stands in the way of a step.
const (
	NotOurs     tenancy.Code = "not-ours"         // the namespace exists and bears no mark
	BadStatus   tenancy.Code = "namespace-status" // the namespace failed, or is being deleted
	InDefault   tenancy.Code = "in-default"       // the person is in `default`
	InTenant    tenancy.Code = "move"             // the person is in another tenant
	InUnmanaged tenancy.Code = "in-unmanaged"     // the person is in a namespace that is not ours
)

func heldNotOurs(n tenancy.Namespace, users int) tenancy.Hold {
	return tenancy.Hold{
		Code: NotOurs, Object: n.String(), Namespace: n.String(),
		Reason: fmt.Sprintf("the namespace exists, with %d users, and neither a mark nor a tag says that it is tenantry's", users),
		Ends:   fmt.Sprintf("tenantry apply --adopt %s", n),
	}
}

func heldNamespace(account tenancy.AccountID, have *tenancy.Tenant) tenancy.Hold {
	n, in := have.Namespace, ""
	if account != "" {
		in = " --aws-account-id " + string(account)
	}
	h := tenancy.Hold{
		Code: BadStatus, Object: n.String(), Namespace: n.String(),
		Reason: fmt.Sprintf("the namespace is %s", tenancy.Word(string(have.Status))),
		Ends:   fmt.Sprintf("wait until aws quicksight describe-namespace%s --namespace %s no longer finds it, and apply again", in, n),
	}
	if have.Status != tenancy.Deleting {
		h.Ends = fmt.Sprintf("mend what AWS names (creating a namespace needs ds:CreateIdentityPoolDirectory and four more ds: actions), aws quicksight delete-namespace%s --namespace %s, and apply again", in, n)
	}
	if have.Error != "" {
		h.Reason += ", and AWS says: " + tenancy.Word(have.Error)
	}
	return h
}

func heldElsewhere(r *tenancy.Registration, want *tenancy.Tenant, at place) tenancy.Hold {
	user := tenancy.Word(string(r.User))
	h := tenancy.Hold{
		Code: InUnmanaged, Object: string(r.Person), Namespace: want.Namespace.String(), Access: true,
		Reason: fmt.Sprintf("%s is registered in the namespace %s, which is not tenantry's, and a principal lives in one namespace", user, at.namespace),
	}
	if at.namespace == tenancy.DefaultNamespace {
		h.Code = InDefault
		h.Reason = fmt.Sprintf("%s is registered in default, and a principal lives in one namespace", user)
	}
	h.Ends = "tenantry migrate --namespace " + want.Namespace.String()
	return h
}
