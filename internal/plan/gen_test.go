package plan_test

import (
	"cmp"
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// configurations are what generated worlds are ruled by: separators that a namespace can and cannot
// hold, one role and a role per tenant, rules by id, a house, and everything that can be allowed.
var configurations = []string{
	"",
	"new_groups: allow\nhouse: {groups: [staff, \"qs:house\"], namespaces: [default, house]}\n",
	"sign_in: {role: \"arn:aws:iam::111122223333:role/QuickSight-{namespace}\"}\n",
	"sign_in: {role: \"arn:aws:iam::111122223333:role/QuickSight-{namespace}\", session_name: email}\nspanning_people: allow\n",
	"sign_in: {permission_set: QuickSight}\nrollout: [acme, globex]\naws: {same_principal_in_two_namespaces: true}\n",
	`tenants:
  - {group_id: 00000000-0000-0000-0000-000000000001, namespace: globex, role: AUTHOR, max_role: AUTHOR_PRO}
  - {groups: "qs-{namespace}-authors", role: AUTHOR, custom_permissions: no-export, mirror: "authors of {namespace}"}
  - {groups: "qs-{namespace}", max_role: AUTHOR, email_domains: [x.example]}
limits: {new_namespaces_per_day: 1}
`,
	"leavers: {grace: 1h, suspend_with: nothing}\n",
	"leavers: {grace: 1h}\nhouse: {groups: [staff]}\n",
	"leavers: {suspend_with: nothing}\n",
	"all_tenants: {folder: true}\nnew_groups: allow\n",
	"sign_in: {role: \"arn:aws:iam::111122223333:role/QuickSight\", former_roles: [\"arn:aws:iam::111122223333:role/Before\", Analysts]}\nhouse: {groups: [staff]}\n",
}

// Names are drawn from few, so that they meet: plain ones, ones that are alike, and ones that are
// made to do harm.
var (
	spaces   = []string{"acme", "globex", "ACME", "acme-labs", "acme-authors", "house", "default", "Default", "no space", "new\nline", "n2345678901234567890123456789012345678901234567890123456789012345"}
	patterns = []string{"qs:%s", "qs:%s:authors", "qs-%s", "qs-%s-authors"}
	others   = []string{"staff", "everyone", "tenantry-move-p1", "\x1b[31mqs:acme", "qs:", "qs:acme\u202e"}
	sessions = []string{"ana", "bo", "cy", "Ana", "a", "x y", "d\nee", "é", "eve@x.example", "o'neil", "z\u202eoe", "dee"}
	emails   = []string{"ana@x.example", "bo@x.example", "Bo@x.example", "cy@y.example", "", "o'neil@x.example", "d\nee@x\n.example", "eve@x.example"}
	allRoles = append(tenancy.Roles(), "RESTRICTED_READER")
)

func pick[T any](t *rapid.T, from []T, label string) T { return rapid.SampledFrom(from).Draw(t, label) }

// one draws true once in n times.
func one(t *rapid.T, n int, label string) bool { return rapid.IntRange(1, n).Draw(t, label) == n }

// newWorld draws a world: a configuration and a directory, usually with what earlier plans have made
// in QuickSight, and then changed on both sides behind tenantry's back.
func newWorld(t *rapid.T) *world {
	c, err := parseConfig(pick(t, configurations, "configuration"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	w := drawDirectory(t, c)
	if one(t, 4, "nothing there") {
		w.foreign(t)
		w.grantRoles()
		return w
	}
	w.grantRoles()
	earlier := w.policy
	w.policy.Rollout, w.policy.NewNamespaces = nil, 100
	if err := w.apply(w.pass().Steps); err != nil {
		t.Fatalf("the first plan cannot be done: %v", err)
	}
	w.policy = earlier
	if one(t, 3, "a day later") {
		clear(w.young)
	}
	for range rapid.IntRange(0, 4).Draw(t, "changes") {
		w.change(t)
	}
	w.foreign(t)
	w.grantRoles()
	w.dir.Sort()
	w.have.Sort()
	return w
}

func drawDirectory(t *rapid.T, c *config.Config) *world {
	w := configured(c)
	for i := range rapid.IntRange(1, 5).Draw(t, "groups") {
		w.addGroup(t, fmt.Sprintf("00000000-0000-0000-0000-%012d", i+1))
	}
	for range rapid.IntRange(0, 6).Draw(t, "people") {
		w.addPerson(t)
	}
	w.dir.Sort()
	return w
}

func groupName(t *rapid.T) string {
	if one(t, 5, "other name") {
		return pick(t, others, "group")
	}
	// The plain names are drawn more often: most worlds should have tenants.
	space := pick(t, slices.Concat(spaces, spaces[:2], spaces[:2], spaces[:2]), "namespace")
	return fmt.Sprintf(pick(t, patterns, "pattern"), space)
}

func (w *world) addGroup(t *rapid.T, id string) {
	w.dir.Groups = append(w.dir.Groups, tenancy.Group{ID: tenancy.GroupID(id), Name: groupName(t)})
	w.dir.Members[tenancy.GroupID(id)] = nil
}

func (w *world) addPerson(t *rapid.T) {
	p := tenancy.Person{
		ID: tenancy.PersonID(fmt.Sprintf("p%d", len(w.dir.People))), Disabled: one(t, 8, "disabled"),
		UserName: pick(t, sessions, "user name"), Email: pick(t, emails, "email"),
	}
	w.dir.People = append(w.dir.People, p)
	for _, g := range w.dir.Groups {
		if one(t, 3, "member") {
			w.dir.Members[g.ID] = append(w.dir.Members[g.ID], p.ID)
		}
	}
}

// foreign draws namespaces that are not ours, with people in them.
func (w *world) foreign(t *rapid.T) {
	for _, name := range []string{"default", "globex", "Acme"} {
		if w.have.ForeignNamed(name) != nil || w.have.Tenant(parse(name)) != nil || !one(t, 3, "foreign") {
			continue
		}
		f := tenancy.Foreign{Name: name, Status: tenancy.Created}
		if one(t, 2, "inhabited") {
			f.Users = []tenancy.Registration{{User: "QuickSight/" + tenancy.UserName(pick(t, sessions, "foreign user")), Role: tenancy.Reader}}
		}
		w.have.Foreign = append(w.have.Foreign, f)
		w.have.Sort()
	}
}

// change draws one thing that happens between two plans.
func (w *world) change(t *rapid.T) {
	people, groups := w.dir.People, w.dir.Groups
	if what := rapid.IntRange(0, 8).Draw(t, "in the directory"); len(people) > 0 && len(groups) > 0 {
		person, group := &people[rapid.IntRange(0, len(people)-1).Draw(t, "person")], &groups[rapid.IntRange(0, len(groups)-1).Draw(t, "group")]
		members := w.dir.Members[group.ID]
		switch what {
		case 0:
			group.Name = groupName(t)
		case 1:
			gone := *group // deleting moves what group points to
			w.dir.Groups = slices.DeleteFunc(groups, func(g tenancy.Group) bool { return g.ID == gone.ID })
			delete(w.dir.Members, gone.ID)
			if one(t, 2, "made again") {
				w.dir.Groups = append(w.dir.Groups, tenancy.Group{ID: "again-" + gone.ID, Name: gone.Name})
				w.dir.Members["again-"+gone.ID] = members
			}
		case 2:
			person.UserName = pick(t, sessions, "user name")
		case 3:
			person.Email = pick(t, emails, "email")
		case 4:
			person.Disabled = !person.Disabled
		case 5:
			w.dir.Members[group.ID] = slices.DeleteFunc(members, func(id tenancy.PersonID) bool { return id == person.ID })
		case 6:
			if !slices.Contains(members, person.ID) {
				w.dir.Members[group.ID] = append(members, person.ID)
			}
		case 7:
			n := 0
			for w.dir.Group(tenancy.GroupID(fmt.Sprintf("new-%d", n))) != nil {
				n++
			}
			w.addGroup(t, fmt.Sprintf("new-%d", n))
		case 8:
			w.addPerson(t)
		}
		w.dir.Sort()
	}
	if len(w.have.Tenants) > 0 {
		w.changeTenant(t, &w.have.Tenants[rapid.IntRange(0, len(w.have.Tenants)-1).Draw(t, "tenant")])
		w.have.Sort()
	}
}

// changeTenant draws one thing that somebody does to a namespace by hand.
func (w *world) changeTenant(t *rapid.T, in *tenancy.Tenant) {
	switch rapid.IntRange(0, 11).Draw(t, "in the tenant") {
	case 10:
		w.changeFolder(t, in.Namespace)
	case 0:
		name := pick(t, []string{"qs:acme:authors", "QS:ACME", "by hand"}, "by hand")
		taken := slices.ContainsFunc(in.Mirrors, func(m tenancy.Mirror) bool { return m.Name == name })
		if !taken && !slices.Contains(in.OtherGroups, name) {
			in.OtherGroups = append(in.OtherGroups, name)
		}
	case 1:
		if user := tenancy.UserName("Other/" + pick(t, sessions, "user")); in.Registration(user) == nil {
			in.Registrations = append(in.Registrations, tenancy.Registration{User: user, Role: tenancy.Admin, Email: "-"})
		}
	case 9: // an hour and more goes by
		w.rules.Now += 4000
	case 2, 3:
		if len(in.Registrations) > 0 {
			r := &in.Registrations[0]
			r.Role, r.CustomPermissions = pick(t, allRoles, "role"), pick(t, []string{"", "by-hand"}, "profile")
		}
	case 4:
		if len(in.Registrations) > 0 {
			gone := in.Registrations[0].User
			in.Registrations = in.Registrations[1:]
			for i := range in.Mirrors {
				in.Mirrors[i].Members = slices.DeleteFunc(in.Mirrors[i].Members, func(u tenancy.UserName) bool { return u == gone })
			}
		}
	case 5:
		if len(in.Mirrors) > 0 {
			in.Mirrors = in.Mirrors[1:]
		}
	case 6:
		if len(in.Mirrors) > 0 && len(in.Mirrors[0].Members) > 0 {
			in.Mirrors[0].Members = in.Mirrors[0].Members[1:]
		}
	case 7: // a mark is copied by hand
		from := w.have.Tenants[0]
		name := "copy of a mirror"
		if len(from.Mirrors) > 0 && !slices.ContainsFunc(in.Mirrors, func(m tenancy.Mirror) bool { return m.Name == name }) {
			in.Mirrors = append(in.Mirrors, tenancy.Mirror{Group: from.Mirrors[0].Group, Name: name})
		}
	case 11: // people signed in through another role until now
		w.signedIn(t, in)
	case 8: // it fails, or goes: then nothing in it is read
		status := pick(t, []tenancy.Status{tenancy.Creating, tenancy.RetryableFailure, tenancy.NonRetryableFailure, tenancy.Deleting, "NEW"}, "status")
		*in = tenancy.Tenant{Namespace: in.Namespace, Status: status, Error: "a\nmessage"}
	}
}

// signedIn draws through which other role a tenant's people signed in, all of them or the first few, and lets them be
// registered under that one.
func (w *world) signedIn(t *rapid.T, in *tenancy.Tenant) {
	before := tenancy.UserName(pick(t, []string{"Before", "AWSReservedSSO_Analysts_00000000000000aa"}, "before"))
	switch s := &w.rules.SignIn; {
	case s.PermissionSet == "QuickSight":
		before = "AWSReservedSSO_QuickSight_00000000000000aa"
	case len(s.Former) == 0:
		return
	}
	rename := map[tenancy.UserName]tenancy.UserName{}
	for i := range rapid.IntRange(0, len(in.Registrations)).Draw(t, "of before") {
		r := &in.Registrations[i]
		user := before + "/" + tenancy.UserName(r.User.SessionName())
		if in.Registration(user) == nil && r.User.RoleName() != "Other" {
			rename[r.User], r.User = user, user
		}
	}
	for i := range in.Mirrors {
		for j, user := range in.Mirrors[i].Members {
			in.Mirrors[i].Members[j] = cmp.Or(rename[user], user)
		}
	}
}
