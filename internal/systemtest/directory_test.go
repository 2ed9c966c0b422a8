package systemtest

import (
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// What people do: in Identity Center, whose history the checker keeps, and by hand in QuickSight.

// now makes a change of the world.
func (r *rig) now(change func(d *world.Directory, q *world.QuickSight)) {
	r.w.Lock()
	defer r.w.Unlock()
	change(r.w.Directory, r.w.QuickSight)
}

// join puts a person into a group, both by name.
func (r *rig) join(group, user string) {
	r.Helper()
	r.now(func(d *world.Directory, _ *world.QuickSight) {
		g, ok := d.GroupID(group)
		u, there := d.UserID(user)
		if !ok || !there {
			r.Fatalf("there is no group %q, or no %q", group, user)
		}
		r.check.joined(g, u)
		d.Join(world.DirectoryMembership{ID: r.w.NewID(), GroupID: g, UserID: u})
	})
}

// leave takes a person out of a group.
func (r *rig) leave(group, user string) {
	r.Helper()
	r.now(func(d *world.Directory, _ *world.QuickSight) {
		g, _ := d.GroupID(group)
		u, _ := d.UserID(user)
		m, ok := d.Membership(g, u, world.View{})
		if !ok {
			r.Fatalf("%q is not in %q", user, group)
		}
		r.check.left(g, u)
		d.Leave(m.ID)
	})
}

// person makes a new person.
func (r *rig) person(user, email string) (id string) {
	r.now(func(d *world.Directory, _ *world.QuickSight) {
		id = r.w.NewID()
		d.PutUser(world.Person{ID: id, UserName: user, Email: email, Status: world.PersonEnabled})
	})
	return id
}

// forget deletes a person from the directory.
func (r *rig) forget(user string) {
	r.now(func(d *world.Directory, _ *world.QuickSight) {
		id, _ := d.UserID(user)
		p, _ := d.Users().Get(id)
		r.check.called(id, p.UserName)
		r.check.disabled(id)
		for _, m := range d.GroupsOf(id, "", world.View{}) {
			r.check.left(m.GroupID, id)
		}
		d.DeleteUser(id)
	})
}

// change changes a person: their name, their address.
func (r *rig) change(user string, change func(p *world.Person)) {
	r.now(func(d *world.Directory, _ *world.QuickSight) {
		id, ok := d.UserID(user)
		if !ok {
			r.Fatalf("there is no %q", user)
		}
		p, _ := d.Users().Get(id)
		r.check.called(id, p.UserName)
		change(&p)
		d.PutUser(p)
	})
}

// disable and enable do what an administrator does in the console.
func (r *rig) disable(user string) {
	r.change(user, func(p *world.Person) { p.Status = world.PersonDisabled; r.check.disabled(p.ID) })
}

func (r *rig) enable(user string) {
	r.change(user, func(p *world.Person) { p.Status = world.PersonEnabled; r.check.enabled(p.ID) })
}

// group makes a new group of the directory.
func (r *rig) group(name string, members ...string) (id string) {
	r.now(func(d *world.Directory, _ *world.QuickSight) {
		id = r.w.NewID()
		d.PutGroup(world.DirectoryGroup{ID: id, DisplayName: name})
	})
	for _, m := range members {
		r.join(name, m)
	}
	return id
}

// renameGroup gives a group of the directory another name.
func (r *rig) renameGroup(name, to string) {
	r.Helper()
	r.now(func(d *world.Directory, _ *world.QuickSight) {
		id, ok := d.GroupID(name)
		if !ok {
			r.Fatalf("there is no group %q", name)
		}
		r.check.named(id, name)
		g, _ := d.Groups().Get(id)
		g.DisplayName = to
		d.PutGroup(g)
	})
}

// deleteGroup deletes a group of the directory.
func (r *rig) deleteGroup(name string) {
	r.now(func(d *world.Directory, _ *world.QuickSight) {
		id, _ := d.GroupID(name)
		r.check.named(id, name)
		for _, m := range d.Members(id, "", world.View{}) {
			r.check.left(id, m.UserID)
		}
		d.DeleteGroup(id)
	})
}

// byHand changes a namespace of QuickSight.
func (r *rig) byHand(namespace string, change func(c *world.Contents)) {
	r.Helper()
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		n, ok := q.Namespaces().Get(namespace)
		if !ok {
			r.Fatalf("there is no namespace %q", namespace)
		}
		change(n.Contents)
	})
}

// registerByHand registers a session of a role, as anybody with the rights could.
func (r *rig) registerByHand(namespace, roleARN, session, as string) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		u := world.User{
			UserName: world.PrincipalName(roleARN, session), Email: session + "@example.com", Role: as,
			IdentityType: "IAM", Active: true, IAMARN: roleARN, Session: session, Registered: r.w.Now(),
		}
		u.PrincipalID = q.PrincipalID(namespace, u)
		q.PutUser(namespace, u)
	})
}

// user looks a registration up.
func (r *rig) user(namespace, name string) (u world.User, there bool) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		if n, ok := q.Namespaces().Get(namespace); ok {
			u, there = n.Contents.Users.Get(name)
		}
	})
	return u, there
}

// users are the names of a namespace's users, sorted.
func (r *rig) users(namespace string) (names []string) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		if n, ok := q.Namespaces().Get(namespace); ok {
			for key := range n.Contents.Users.All() {
				names = append(names, key)
			}
		}
	})
	return names
}

// members are the names of a QuickSight group's members, sorted.
func (r *rig) members(namespace, group string) (names []string) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		if n, ok := q.Namespaces().Get(namespace); ok {
			for _, m := range n.Contents.Members(group, "", world.View{}) {
				names = append(names, m.User)
			}
		}
	})
	slices.Sort(names)
	return names
}

// namespaces are the names of the account's namespaces, without default, sorted.
func (r *rig) namespaces() (names []string) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		for name := range q.Namespaces().All() {
			if name != world.DefaultNamespace {
				names = append(names, name)
			}
		}
	})
	return names
}

// window is for how long a membership that is over still justifies a grant (S1).
const window = 120 * time.Second
