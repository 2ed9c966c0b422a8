package systemtest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
)

// TestModel lets anything happen. A model is a rig of a random world, and actions that are drawn at
// random: people come, go, move and are renamed, groups too; somebody changes QuickSight by hand; AWS
// has faults; runs are interrupted, killed, or two at once. The checker holds every call against the
// promises. In the end the faults stop, and within two applies all is as it should be (L1, S15).
//
// Hands are never at work while a run is: what the checker knows about roles is from before the run.
func TestModel(t *testing.T) { // alone: how goroutines meet should not hang on what else is running
	rapid.Check(t, func(t *rapid.T) {
		rapid.SyncTest(t, func(t *rapid.T) {
			m := newModel(t)
			m.act(t)
			m.end(t)
		})
	})
}

type model struct {
	*rig
	known  []string // user names, of people who are or were there
	groups []string // display names of groups that are there
	fresh  int      // for names that nobody has
	ledger *ledger
	// allows are the hazards that whoever applies may allow.
	allows [][]plan.Hazard
}

// The names that worlds are made of. Some cannot be, some are too alike, some extend others.
var (
	spaces  = []string{"acme", "globex", "Acme", "acme-x", "a.b", "default", "..", "x", "private"}
	persons = []string{"ana", "bob", "eve", "Eve2", "a+b@c.d", "x", "zoë", "o'neil", "dan", "kim", "lee", "max"}
)

func newModel(t *rapid.T) *model {
	seed := empty()
	s := settings{}
	if rapid.Bool().Draw(t, "role per tenant") {
		s.role = role + "-{namespace}"
		for _, n := range spaces {
			seed.IAM.Roles = append(seed.IAM.Roles, world.Role{Name: "QuickSight-" + n})
		}
		seed.IAM.Roles = slices.DeleteFunc(seed.IAM.Roles, func(r world.Role) bool { return r.Name == "QuickSight-.." })
	}
	s.more = "limits: {new_namespaces_per_day: 1000}\nhouse: {groups: [\"Staff\"]}"
	if rapid.IntRange(0, 2).Draw(t, "folders") == 0 {
		s.more += "\nall_tenants: {folder: true}"
	}
	seed.IdentityCenter.Groups = []world.DirectoryGroupSeed{{DisplayName: "Staff"}}
	seed.Behaviour.KeepGrantsOfDeletedGroups = rapid.Bool().Draw(t, "permissions outlive groups")
	seed.Behaviour.GrantsAdd = rapid.Bool().Draw(t, "grants add")
	seed.Behaviour.WholePermissionSets = rapid.Bool().Draw(t, "whole sets of permissions")
	seed.Behaviour.MembershipDelay = world.Duration(rapid.SampledFrom([]time.Duration{0, 3 * time.Second}).Draw(t, "membership delay"))
	m := &model{rig: newRig(t, seed, s), groups: []string{"Staff"}, allows: [][]plan.Hazard{nil, leavers, replacers}}
	if rapid.IntRange(0, 3).Draw(t, "anything is allowed") == 0 {
		m.allows = append(m.allows, plan.AllowableHazards(), plan.AllowableHazards())
		m.check.lax["S7"] = true // many removals are
	}
	m.ledger = &ledger{m.rig, map[string]map[string]string{}}
	for _, name := range persons {
		m.person(name, fmt.Sprintf("p%d@example.com", len(m.known)))
		m.known = append(m.known, name)
	}
	for range rapid.IntRange(1, 5).Draw(t, "groups") {
		m.newGroup(t)
	}
	return m
}

func (m *model) aGroup(t *rapid.T) string { return rapid.SampledFrom(m.groups).Draw(t, "group") }

// aPerson is someone who is in the directory now.
func (m *model) aPerson(t *rapid.T) string {
	here := slices.DeleteFunc(slices.Clone(m.known), func(u string) bool { return m.id(u) == "" })
	if len(here) == 0 {
		return m.newPerson(t)
	}
	return rapid.SampledFrom(here).Draw(t, "person")
}

func (m *model) newPerson(*rapid.T) string {
	m.fresh++
	name := fmt.Sprintf("new%d", m.fresh)
	m.known = append(m.known, m.someone(name))
	return name
}

func (m *model) groupName(t *rapid.T) string {
	name := "qs:" + rapid.SampledFrom(spaces).Draw(t, "namespace")
	if rapid.Bool().Draw(t, "authors") {
		name += ":authors"
	}
	return name
}

// newGroup makes a group, or the two of a namespace.
func (m *model) newGroup(t *rapid.T) {
	name := m.groupName(t)
	m.newGroupNamed(t, name)
	if rapid.Bool().Draw(t, "both groups") {
		m.newGroupNamed(t, otherGroup(name))
	}
}

// otherGroup is the name of the authors' group of a readers', and the other way round.
func otherGroup(name string) string {
	if plain, is := strings.CutSuffix(name, ":authors"); is {
		return plain
	}
	return name + ":authors"
}

func (m *model) newGroupNamed(t *rapid.T, name string) {
	if m.groupID(name) != "" {
		return
	}
	m.group(name)
	m.groups = append(m.groups, name)
	for range rapid.IntRange(0, 6).Draw(t, "members") {
		m.joinOrLeave(name, m.aPerson(t), true)
	}
}

// joinOrLeave makes someone a member or not, whatever they were.
func (m *model) joinOrLeave(group, user string, in bool) {
	is := false
	m.now(func(d *world.Directory, _ *world.QuickSight) {
		g, _ := d.GroupID(group)
		u, _ := d.UserID(user)
		_, is = d.Membership(g, u, world.View{})
	})
	switch {
	case in && !is:
		m.join(group, user)
	case !in && is:
		m.leave(group, user)
	}
}

// act does actions until enough have been drawn.
func (m *model) act(t *rapid.T) {
	actions := m.actions(t)
	names := slices.Sorted(maps.Keys(actions))
	for range rapid.IntRange(3, 14).Draw(t, "actions") {
		name := rapid.SampledFrom(names).Draw(t, "action")
		actions[name]()
		if stories := m.check.breaches(); len(stories) > 0 {
			t.Fatalf("%s", stories[0])
		}
	}
}

func (m *model) actions(t *rapid.T) map[string]func() {
	return map[string]func(){
		"apply":       func() { m.applyAnyhow(t) },
		"apply again": func() { m.applyAnyhow(t) },
		"apply in faults": func() {
			m.suffer(anyFault(t))
			m.applyAnyhow(t)
			m.suffer()
		},
		"apply interrupted": func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rapid.IntRange(1, 60_000).Draw(t, "ms"))*time.Millisecond)
			defer cancel()
			p := m.start()
			m.allow(t, p)
			_, _ = p.apply(ctx) // however it ended, the next one goes on
		},
		"apply killed": func() {
			m.crashed(rapid.IntRange(1, 60).Draw(t, "call"), rapid.Bool().Draw(t, "after it"), m.allowed(t)...)
		},
		"apply twice at once": func() {
			var both sync.WaitGroup
			first := m.start()
			m.allow(t, first)
			for range 2 {
				p := m.start()
				p.allow, p.verify = first.allow, first.verify
				both.Go(func() { _, _ = p.apply(context.Background()) })
			}
			both.Wait()
		},
		"apply while people change": func() {
			changes := []func(){m.peopleChange(t), m.peopleChange(t)}
			var one sync.Mutex // at a time
			var all sync.WaitGroup
			for _, change := range changes {
				pause := time.Duration(rapid.IntRange(0, 40_000).Draw(t, "ms")) * time.Millisecond
				all.Go(func() {
					time.Sleep(pause)
					one.Lock()
					defer one.Unlock()
					change()
				})
			}
			m.applyAnyhow(t)
			all.Wait()
		},
		"people change":     func() { m.peopleChange(t)() },
		"people change too": func() { m.peopleChange(t)() },
		"new group":         func() { m.newGroup(t) },
		"group renamed": func() {
			from, to := m.aGroup(t), m.groupName(t)
			if m.groupID(to) == "" && from != "Staff" {
				m.renameGroup(from, to)
				m.groups[slices.Index(m.groups, from)] = to
			}
		},
		"group deleted": func() {
			if g := m.aGroup(t); g != "Staff" {
				m.deleteGroup(g)
				m.groups = slices.DeleteFunc(m.groups, func(name string) bool { return name == g })
			}
		},
		"by hand":             func() { m.hands(t) },
		"by hand too":         func() { m.assetByHand(t) },
		"somebody is another": func() { m.somebodyIsAnother(t)() },
		"somebody else is":    func() { m.somebodyIsAnother(t)() },
		"somebody leaves":     func() { m.somebodyLeaves(t)() },
		"somebody leaves too": func() { m.somebodyLeaves(t)() },
		"assets":              func() { m.makeAssets(t) },
		"more assets":         func() { m.makeAssets(t) },
		"time":                func() { time.Sleep(time.Duration(rapid.IntRange(1, 200).Draw(t, "seconds")) * time.Second) },
	}
}

// inGroups are those who are in a group, by the names of group and person.
func (m *model) inGroups() (in [][2]string) {
	m.now(func(d *world.Directory, _ *world.QuickSight) {
		for _, g := range d.Groups().All() {
			for _, member := range d.Members(g.ID, "", world.View{}) {
				p, _ := d.Users().Get(member.UserID)
				in = append(in, [2]string{g.DisplayName, p.UserName})
			}
		}
	})
	slices.SortFunc(in, func(a, b [2]string) int { return strings.Compare(a[0]+"\x00"+a[1], b[0]+"\x00"+b[1]) })
	return in
}

// somebodyLeaves draws somebody who is in a group, and lets them leave: it, or altogether.
func (m *model) somebodyLeaves(t *rapid.T) func() {
	in := m.inGroups()
	if len(in) == 0 {
		return func() {}
	}
	who := rapid.SampledFrom(in).Draw(t, "leaver")
	how := rapid.SampledFrom([]string{"leaves", "leaves", "is disabled", "goes"}).Draw(t, "how")
	return func() {
		if m.id(who[1]) == "" || m.groupID(who[0]) == "" {
			return // gone meanwhile
		}
		switch how {
		case "leaves":
			m.joinOrLeave(who[0], who[1], false)
		case "is disabled":
			m.disable(who[1])
		case "goes":
			m.forget(who[1])
		}
	}
}

// applyAnyhow applies by a new process. Steps may fail: what must not happen is the checker's affair.
func (m *model) applyAnyhow(t *rapid.T) {
	p := m.start()
	m.allow(t, p)
	_, _ = p.apply(context.Background())
}

// allow draws what somebody who applies allows, and whether everybody's tag is read.
func (m *model) allow(t *rapid.T, p *process) {
	p.allow, p.verify = m.allowed(t), rapid.Bool().Draw(t, "verify")
}

func (m *model) allowed(t *rapid.T) []plan.Hazard {
	return m.allows[rapid.IntRange(0, len(m.allows)-1).Draw(t, "allowed")]
}

// peopleChange draws something that happens to people, to be done now or later.
func (m *model) peopleChange(t *rapid.T) func() {
	user, group := m.aPerson(t), m.aGroup(t)
	kind := rapid.SampledFrom([]string{"joins", "joins", "leaves", "is disabled", "is enabled", "is renamed", "has another address", "comes", "goes"}).Draw(t, "what")
	m.fresh++
	other := fmt.Sprintf("other%d", m.fresh)
	return func() {
		if m.id(user) == "" || m.groupID(group) == "" {
			return // gone meanwhile
		}
		switch kind {
		case "joins":
			m.joinOrLeave(group, user, true)
		case "leaves":
			m.joinOrLeave(group, user, false)
		case "is disabled":
			m.disable(user)
		case "is enabled":
			m.enable(user)
		case "is renamed":
			m.rename(user, other)
		case "has another address":
			m.change(user, func(p *world.Person) { p.Email = other + "@example.com" })
		case "comes":
			m.join(group, m.newPerson(t))
		case "goes":
			m.forget(user)
		}
	}
}

// hands changes QuickSight by hand.
func (m *model) hands(t *rapid.T) {
	there := m.created()
	if len(there) == 0 {
		return
	}
	n := rapid.SampledFrom(there).Draw(t, "namespace")
	users := m.rig.users(n)
	what := rapid.SampledFrom([]string{"register", "group", "namespace", "default", "role", "delete", "leave", "join"}).Draw(t, "by hand")
	session := m.aPerson(t)
	if what == "register" || what == "default" {
		at := map[string]string{"register": n, "default": "default"}[what]
		arn := rapid.SampledFrom([]string{role, role + "-" + n, role + "-Partner"}).Draw(t, "role")
		if len(m.everywhere(world.PrincipalName(arn, session))) == 0 {
			m.registerByHand(at, arn, session, "READER")
		}
		return
	}
	if what == "group" {
		m.byHand(n, func(c *world.Contents) { c.Groups.Put("vip", world.Group{Name: "vip"}) })
		return
	}
	if what == "namespace" {
		m.now(func(_ *world.Directory, q *world.QuickSight) {
			if _, ok := q.Namespaces().Get("private"); !ok {
				q.Create("private", region, nil)
			}
		})
		return
	}
	if len(users) == 0 {
		return
	}
	m.handsOn(t, what, n, rapid.SampledFrom(users).Draw(t, "user"))
}

// created are the namespaces that are CREATED, without default.
func (m *model) created() (names []string) {
	m.now(func(_ *world.Directory, q *world.QuickSight) {
		for name, n := range q.Namespaces().All() {
			if n.Status == world.StatusCreated && name != world.DefaultNamespace {
				names = append(names, name)
			}
		}
	})
	return names
}

// everywhere are the namespaces in which a user name is registered.
func (r *rig) everywhere(user string) (names []string) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		for name, n := range q.Namespaces().All() {
			if _, there := n.Contents.Users.Get(user); there {
				names = append(names, name)
			}
		}
	})
	return names
}

// anyFault draws a fault of some calls of a run.
func anyFault(t *rapid.T) awssim.Hook {
	op := rapid.SampledFrom([]string{
		"quicksight", "identitystore", "", "quicksight:CreateNamespace", "quicksight:CreateGroup", "quicksight:RegisterUser",
		"quicksight:UpdateUser", "quicksight:CreateGroupMembership", "quicksight:DescribeUser", "quicksight:ListUsers",
		"quicksight:DeleteUser", "quicksight:DeleteGroupMembership", "quicksight:SearchDashboards", "identitystore:DescribeUser",
		"quicksight:UpdateDashboardPermissions", "quicksight:UpdateFolderPermissions", "quicksight:DeleteGroup", "quicksight:ListTagsForResource",
	}).Draw(t, "faulty")
	faults := map[string]awssim.Hook{
		"500 before":      awssim.FailBefore(op, awssim.InternalFailure()),
		"500 after":       awssim.FailAfter(op, awssim.InternalFailure()),
		"dropped before":  awssim.DropBefore(op),
		"dropped after":   awssim.DropAfter(op),
		"cut short":       awssim.Truncate(op),
		"throttled":       awssim.FailBefore(op, awssim.Throttling()),
		"unavailable":     awssim.FailBefore(op, awssim.Unavailable()),
		"expired":         awssim.FailBefore(op, awssim.ExpiredToken()),
		"late":            awssim.CommitLate(op, 3*time.Second),
		"late and failed": awssim.On(op, awssim.BeforeEffect, awssim.Fault{CommitAfter: 3 * time.Second, Err: awssim.InternalFailure()}),
		"slow":            awssim.On(op, awssim.AfterEffect, awssim.Fault{Delay: 2 * time.Second}),
	}
	kind := rapid.SampledFrom(append(slices.Sorted(maps.Keys(faults)), "sick")).Draw(t, "fault")
	hook := faults[kind]
	if kind == "sick" {
		op = rapid.SampledFrom([]string{"identitystore:ListUsers", "identitystore:ListGroupMemberships"}).Draw(t, "sick")
		hook = awssim.On(op, awssim.AfterEffect, awssim.Fault{Rewrite: func(body []byte) []byte { return page(body, halve) }})
	}
	first := rapid.IntRange(1, 30).Draw(t, "from")
	return awssim.Between(first, first+rapid.IntRange(0, 20).Draw(t, "for"), op, hook)
}
