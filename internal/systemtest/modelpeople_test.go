package systemtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// What happens to people and assets in a model. Whatever lets somebody have less than before goes through here, for the
// ledger to know it.

// somebodyIsAnother draws somebody who is in a group, and gives them another name or role, or their name to another
// person.
func (m *model) somebodyIsAnother(t *rapid.T) func() {
	in := m.inGroups()
	if len(in) == 0 {
		return func() {}
	}
	who := rapid.SampledFrom(in).Draw(t, "who")
	how := rapid.SampledFrom([]string{"another name", "another name", "no fit name", "a name used again", "names swapped", "another role", "another role", "another role"}).Draw(t, "how")
	with := m.aPerson(t)
	m.fresh++
	name := fmt.Sprintf("other%d", m.fresh)
	return func() {
		group, user := who[0], who[1]
		if m.id(user) == "" || m.groupID(group) == "" {
			return // gone meanwhile
		}
		switch how {
		case "another name":
			m.rename(user, name)
		case "no fit name":
			m.rename(user, "o'"+name)
		case "a name used again":
			m.forget(user)
			m.person(user, name+"@example.com")
			m.join(group, user)
		case "names swapped":
			if m.id(with) != "" && with != user {
				m.swap(user, with)
			}
		case "another role":
			if other := otherGroup(group); m.groupID(other) != "" && group != "Staff" {
				m.promote(user, group, other)
			}
		}
	}
}

// rename gives somebody another name.
func (m *model) rename(user, to string) {
	m.noted(user)
	m.change(user, func(p *world.Person) { p.UserName = to })
	m.known = append(m.known, to)
}

// noted lets the ledger take down what people have.
func (m *model) noted(users ...string) {
	m.now(func(d *world.Directory, q *world.QuickSight) {
		for _, user := range users {
			id, _ := d.UserID(user)
			m.ledger.note(d, q, id)
		}
	})
}

// swap gives each of two people the other's name.
func (m *model) swap(a, b string) {
	m.noted(a, b)
	m.now(func(d *world.Directory, _ *world.QuickSight) {
		rename := func(id, name string) {
			p, _ := d.Users().Get(id)
			p.UserName = name
			d.PutUser(p)
		}
		one, _ := d.UserID(a)
		two, _ := d.UserID(b)
		m.check.called(one, a)
		m.check.called(two, b)
		rename(one, "between names")
		rename(two, a)
		rename(one, b)
	})
}

// promote takes somebody out of a group and puts them into the other one of the tenant, which gives another role.
func (m *model) promote(user, from, to string) {
	m.noted(user)
	m.now(func(d *world.Directory, q *world.QuickSight) {
		id, _ := d.UserID(user)
		g, _ := d.GroupID(from)
		into, _ := d.GroupID(to)
		if namespace, role := m.ledger.home(d, q, id); role == "" || !boundIn(d, q, into, namespace) {
			m.ledger.forget(id)
		} else if _, role := tenantOf(to); role == "READER" {
			m.ledger.lower(q, id)
		}
		if was, in := d.Membership(g, id, world.View{}); in {
			m.check.left(g, id)
			d.Leave(was.ID)
		}
		if _, in := d.Membership(into, id, world.View{}); !in {
			m.check.joined(into, id)
			d.Join(world.DirectoryMembership{ID: m.w.NewID(), GroupID: into, UserID: id})
		}
	})
}

func boundIn(d *world.Directory, q *world.QuickSight, group, namespace string) bool {
	n, _ := plainGroup(d, q, group)
	return n != "" && n == namespace
}

// leave, join, disable and forget are the rig's, and strike out what is theirs.
func (m *model) leave(group, user string) { m.struck(user); m.rig.leave(group, user) }
func (m *model) join(group, user string)  { m.struck(user); m.rig.join(group, user) }
func (m *model) disable(user string)      { m.struck(user); m.rig.disable(user) }
func (m *model) forget(user string)       { m.struck(user); m.rig.forget(user) }

func (m *model) struck(user string) {
	m.now(func(d *world.Directory, _ *world.QuickSight) {
		id, _ := d.UserID(user)
		m.ledger.forget(id)
	})
}

// renameGroup and deleteGroup are the rig's, likewise.
func (m *model) renameGroup(name, to string) { m.struckAll(name); m.rig.renameGroup(name, to) }
func (m *model) deleteGroup(name string)     { m.struckAll(name); m.rig.deleteGroup(name) }

func (m *model) struckAll(group string) {
	m.now(func(d *world.Directory, _ *world.QuickSight) {
		id, _ := d.GroupID(group)
		for _, member := range d.Members(id, "", world.View{}) {
			m.ledger.forget(member.UserID)
		}
	})
}

// Whoever changes something of an asset is one of these, by hand.

// people are the users of the namespaces that are CREATED, without default: those who sign in by the tenants' role.
func (m *model) people() (users []userOf) {
	for _, n := range m.created() {
		m.now(func(_ *world.Directory, q *world.QuickSight) {
			there, _ := q.Namespaces().Get(n)
			for _, u := range there.Contents.Users.All() {
				if !strings.Contains(u.UserName, "Partner") {
					users = append(users, userOf{n, u.UserName, !strings.HasPrefix(u.Role, "READER"), q.UserARN(n, u.UserName)})
				}
			}
		})
	}
	return users
}

type userOf struct {
	namespace, name string
	owns            bool // may own something
	arn             string
}

// makeAssets lets somebody who may own something own one, of any kind: alone or beside others, shared or not.
func (m *model) makeAssets(t *rapid.T) {
	kind := simulated(rapid.SampledFrom(tenancy.AssetKinds()).Draw(t, "kind"))
	users := m.people()
	authors := slices.DeleteFunc(slices.Clone(users), func(u userOf) bool { return !u.owns })
	if len(authors) == 0 {
		return
	}
	owner := rapid.SampledFrom(authors).Draw(t, "owner")
	m.fresh++
	id := fmt.Sprintf("00000000-0000-4000-8000-%012d", m.fresh)
	a := world.Asset{Kind: kind, Region: region, ID: id, Name: id, Created: m.w.Now(), Permissions: map[string][]string{}}
	for _, u := range users {
		if u.namespace == owner.namespace && (u.owns || readable(kind)) && rapid.IntRange(0, 3).Draw(t, "a viewer") == 0 {
			a.Permissions[u.arn] = kind.Viewer()
		}
	}
	for _, u := range authors {
		if u.namespace == owner.namespace && rapid.IntRange(0, 5).Draw(t, "an owner") == 0 {
			a.Permissions[u.arn] = kind.Owner()
		}
	}
	a.Permissions[owner.arn] = kind.Owner()
	shared := rapid.SampledFrom([]string{"", "", "", "here", "elsewhere", "rows"}).Draw(t, "shared")
	m.now(func(_ *world.Directory, q *world.QuickSight) {
		n, _ := q.Namespaces().Get(owner.namespace)
		if _, there := n.Contents.Users.Get(owner.name); !there {
			return // gone meanwhile
		}
		switch _, there := n.Contents.Groups.Get("qs:" + n.Name); {
		case shared == "here" && there:
			a.Permissions[q.GroupARN(n.Name, "qs:"+n.Name)] = kind.Viewer()
		case shared == "elsewhere":
			a.Permissions[q.GroupARN("elsewhere", "all")] = kind.Viewer()
		case shared == "rows" && kind == world.KindDataSet:
			a.RowLevelRules = "arn:aws:quicksight:us-east-1:111122223333:dataset/rules"
		}
		m.stillThere(q, a)
		q.PutAsset(a)
	})
}

// stillThere takes off an asset the permissions of users who have gone.
func (m *model) stillThere(q *world.QuickSight, a world.Asset) {
	for arn := range a.Permissions {
		if p, ok := q.PrincipalOf(arn); ok && p.Kind == "user" && !q.Exists(p, world.View{}) {
			delete(a.Permissions, arn)
		}
	}
}

// assetByHand lets somebody share an asset with somebody, add an owner, or take a permission back.
func (m *model) assetByHand(t *rapid.T) {
	var keys []string
	m.now(func(_ *world.Directory, q *world.QuickSight) {
		for key := range q.Assets().All() {
			keys = append(keys, key)
		}
	})
	users := m.people()
	if len(keys) == 0 || len(users) == 0 {
		return
	}
	key := rapid.SampledFrom(keys).Draw(t, "asset")
	with := rapid.SampledFrom(users).Draw(t, "with")
	what := rapid.SampledFrom([]string{"viewer", "owner", "nobody"}).Draw(t, "becomes")
	m.now(func(_ *world.Directory, q *world.QuickSight) {
		a, _ := q.Assets().Get(key)
		a.Permissions = maps.Clone(a.Permissions)
		switch {
		case what == "nobody" && !(a.Owns(with.arn) && len(a.Owners()) == 1):
			delete(a.Permissions, with.arn)
		case what == "owner" && with.owns:
			a.Permissions[with.arn] = a.Kind.Owner()
		case what == "viewer" && !a.Owns(with.arn) && (with.owns || readable(a.Kind)):
			a.Permissions[with.arn] = a.Kind.Viewer()
		default:
			return
		}
		m.stillThere(q, a)
		m.check.touched[key] = time.Now()
		m.ledger.without(key)
		q.PutAsset(a)
	})
}

func (m *model) handsOn(t *rapid.T, what, n, user string) {
	switch what {
	case "role":
		m.roleByHand(n, user, rapid.SampledFrom([]string{"READER", "AUTHOR", "ADMIN", "WIZARD"}).Draw(t, "role"))
	case "delete":
		m.deletedByHand(n, user)
	default:
		m.byHand(n, func(c *world.Contents) {
			for name := range keys(c.Groups) {
				if what == "leave" {
					c.Leave(name, user)
				} else if _, there := c.Users.Get(user); there {
					c.Join(name, user)
				}
			}
		})
	}
}

// roleByHand gives a user another role, as far as QuickSight lets anybody do that: an author does not become a reader.
// Of whoever gets a higher one than their groups give it is not certain what they keep.
func (m *model) roleByHand(n, user, role string) {
	m.now(func(d *world.Directory, q *world.QuickSight) {
		in, _ := q.Namespaces().Get(n)
		u, there := in.Contents.Users.Get(user)
		if !there || role == "READER" && !strings.HasPrefix(u.Role, "READER") {
			return
		}
		u.Role = role
		in.Contents.Users.Put(user, u)
	})
}

// deletedByHand deletes a user with all their permissions. What nobody owns any more by that is nobody's fault.
func (m *model) deletedByHand(n, user string) {
	m.now(func(d *world.Directory, q *world.QuickSight) {
		in, _ := q.Namespaces().Get(n)
		u, there := in.Contents.Users.Get(user)
		if !there {
			return
		}
		m.ledger.forget(behindUser(u))
		if id, is := d.UserID(u.Session); is {
			m.ledger.forget(id)
		}
		for key, a := range q.Assets().All() {
			if len(a.Permissions[q.UserARN(n, user)]) > 0 {
				m.check.touched[key] = time.Now()
			}
		}
		m.check.touched[n+"/"+user] = time.Now()
		q.DeleteUser(n, u)
		for key, a := range q.Assets().All() {
			if len(a.Owners()) == 0 {
				m.check.ownerless[key] = true
			}
		}
	})
}
