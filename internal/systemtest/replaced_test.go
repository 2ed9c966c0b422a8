package systemtest

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
)

// replacers allow what people who are registered anew are about.
var replacers = []plan.Hazard{plan.ReplacesUser, plan.RenamesUser, plan.ReusedName, plan.RemovesMember, plan.RemovesUser}

// may are what a user may do with an asset: "owner", "viewer", or "" for nothing.
func (r *rig) may(key, namespace, user string) (may string) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		a, _ := q.Assets().Get(key)
		arn := q.UserARN(namespace, user)
		switch actions := a.Permissions[arn]; {
		case a.Owns(arn):
			may = "owner"
		case len(actions) > 0:
			may = "viewer"
		}
	})
	return may
}

// share lets a user view an asset.
func (r *rig) share(key, namespace, user string) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		a, _ := q.Assets().Get(key)
		a.Permissions[q.UserARN(namespace, user)] = a.Kind.Viewer()
		q.PutAsset(a)
	})
}

// noMoves makes sure that no move is under way, and nothing parked.
func (r *rig) noMoves() {
	r.Helper()
	for _, n := range r.namespaces() {
		r.byHand(n, func(c *world.Contents) {
			for name, g := range c.Groups.All() {
				if _, is := movingOf(g); is {
					r.Errorf("%s is there still in %s", name, n)
				}
			}
		})
	}
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		for key, a := range q.Assets().All() {
			if len(a.Owners()) == 0 {
				r.Errorf("S6: %s has no owner", key)
			}
		}
	})
}

// replacement is a way in which a user of the workshop has to be replaced by another one.
type replacement struct {
	name   string
	happen func(r *rig)
	// was and is are the users before and after; both are of t000.
	was, is string
	// have is what they have after it of what they had: an asset that they owned alone, a data set that they owned
	// alone, and a folder that they could look at.
	dashboard, dataset, folder string
}

var replacements = []replacement{
	{
		name:   "a role lowered",
		happen: func(r *rig) { r.leave("qs:t000:authors", "t000-a.000"); r.join("qs:t000", "t000-a.000") },
		was:    "QuickSight/t000-a.000", is: "QuickSight/t000-a.000", dashboard: "viewer", folder: "viewer",
	},
	{
		name:   "another name",
		happen: func(r *rig) { r.change("t000-a.000", func(p *world.Person) { p.UserName = "annie" }) },
		was:    "QuickSight/t000-a.000", is: "QuickSight/annie", dashboard: "owner", dataset: "owner", folder: "viewer",
	},
	{
		name: "another name, and a lower role",
		happen: func(r *rig) {
			r.change("t000-a.000", func(p *world.Person) { p.UserName = "annie" })
			r.leave("qs:t000:authors", "annie")
			r.join("qs:t000", "annie")
		},
		was: "QuickSight/t000-a.000", is: "QuickSight/annie", dashboard: "viewer", folder: "viewer",
	},
	{
		name: "a name used again",
		happen: func(r *rig) {
			r.forget("t000-a.000")
			r.join("qs:t000:authors", r.someone("t000-a.000"))
		},
		was: "QuickSight/t000-a.000", is: "QuickSight/t000-a.000",
	},
}

// workshops are the ways in which people of the workshop sign in: through one role, or through one for each tenant.
var workshops = []struct {
	name, role string // what a user's name begins with, in t000
	settings   settings
}{
	{"one role", "QuickSight", settings{}},
	{"a role each", "QuickSight-t000", settings{role: role + "-{namespace}"}},
}

// offices is the workshop with the roles of both.
func offices() world.Seed {
	seed := workshop()
	for _, n := range []string{"t000", "t001"} {
		seed.IAM.Roles = append(seed.IAM.Roles, world.Role{Name: "QuickSight-" + n})
	}
	return seed
}

// through is the replacement where people sign in through another role.
func (c replacement) through(role string) replacement {
	c.was, c.is = strings.Replace(c.was, "QuickSight", role, 1), strings.Replace(c.is, "QuickSight", role, 1)
	return c
}

// begin makes the workshop, and what the user has; and then it happens.
func (c *replacement) begin(r *rig) (keys [3]string) {
	r.start().mustApply()
	keys = c.holdings(r)
	c.happen(r)
	return keys
}

// holdings makes what the user has.
func (c *replacement) holdings(r *rig) (keys [3]string) {
	keys = [3]string{
		r.asset(world.KindDashboard, "us-east-1", "sales", "t000", c.was),
		r.asset(world.KindDataSet, "us-east-1", "orders", "t000", c.was),
		r.asset(world.KindFolder, "us-east-1", "plans", "t000", strings.Split(c.was, "/")[0]+"/t000-a.001"),
	}
	r.share(keys[2], "t000", c.was)
	return keys
}

// allowed is a process that may replace users, and reads who stands behind all of them.
func (r *rig) allowed() *process {
	p := r.start()
	p.allow, p.verify = replacers, true
	return p
}

// done makes sure that the replacement has come to what it should.
func (c *replacement) done(r *rig, keys [3]string) {
	r.Helper()
	if _, there := r.user("t000", c.was); there && c.was != c.is {
		r.Errorf("%s is there still", c.was)
	}
	for i, want := range []string{c.dashboard, c.dataset, c.folder} {
		if got := r.may(keys[i], "t000", c.is); got != want {
			r.Errorf("%s may %q of %s, want %q", c.is, got, keys[i], want)
		}
	}
	if c.dashboard != "owner" {
		expect(r, "the dashboard", r.owners(keys[0]), "group/t000/"+custodians)
		expect(r, "the data set", r.owners(keys[1]), "group/t000/"+custodians)
	}
	r.noMoves()
}

// TestReplaced: a lowered role, another name, a name used again: the user is replaced by one that is right, and has of
// what they had just what they may have. F34, F35.
func TestReplaced(t *testing.T) {
	t.Parallel()
	for _, w := range workshops {
		for _, c := range replacements {
			t.Run(w.name+"/"+c.name, func(t *testing.T) {
				c := c.through(w.role)
				in(t, offices(), w.settings, func(r *rig) {
					keys := c.begin(r)
					r.allowed().mustApply()
					c.done(r, keys)
					r.settled()
					r.verify()
				})
			})
		}
	}
}

// TestF24CrashWhileReplacing: a process dies at any of its calls while a user is replaced. The next one finishes it, by
// what is in AWS alone.
func TestF24CrashWhileReplacing(t *testing.T) {
	t.Parallel()
	for _, w := range workshops {
		for _, c := range replacements {
			t.Run(w.name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				c.through(w.role).crashEverywhere(t, w.settings)
			})
		}
	}
}

func (c replacement) crashEverywhere(t *testing.T, s settings) {
	total, writes := 0, int64(0)
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, offices(), s)
		c.begin(r)
		n := r.effects()
		total = r.crashed(1<<30, false, replacers...)
		writes = n.Load()
	})
	for k := 1; k <= total; k += stride() {
		for _, after := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, offices(), s)
				keys := c.begin(r)
				n := r.effects()
				r.crashed(k, after, replacers...)
				p := r.allowed()
				p.mustApply()
				if got := n.Load(); got > writes+2 {
					t.Errorf("%d writes in all, and undisturbed it is %d", got, writes)
				}
				c.done(r, keys)
				r.settled()
				r.verify()
				if t.Failed() {
					t.Fatalf("a crash at the call %d, after its effect: %v", k, after)
				}
			})
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("%d calls, %d writes, %d crashes", total, writes, 2*total/stride())
}

// TestF34RenamedAndHeld: somebody is given another name while nothing may be decided about them: the name is none that
// anybody can sign in with, or they are of two tenants. They keep the user that they have, as their tag says, and in its
// groups; nothing fails, and nothing is left to do.
func TestF34RenamedAndHeld(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		happen func(r *rig)
		code   string
	}{
		"no fit name": {func(r *rig) {
			r.change("t000-a.000", func(p *world.Person) { p.UserName = "o'neil" })
		}, "session-name"},
		"two tenants": {func(r *rig) {
			r.change("t000-a.000", func(p *world.Person) { p.UserName = "annie" })
			r.join("qs:t001", "annie")
		}, "spanning"},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, workshop(), settings{}, func(r *rig) {
				r.start().mustApply()
				key := r.asset(world.KindDashboard, "us-east-1", "sales", "t000", "QuickSight/t000-a.000")
				id := r.id("t000-a.000")
				c.happen(r)
				p := r.allowed()
				if n := r.writes(func() { p.mustApply() }); n != 0 {
					t.Errorf("%d writes", n)
				}
				if !hasHold(p.last, c.code, id) {
					t.Errorf("holds: %v", p.last.Plan.Holds)
				}
				if !r.isMember("t000", "qs:t000:authors", "QuickSight/t000-a.000") || r.may(key, "t000", "QuickSight/t000-a.000") != "owner" {
					t.Error("they have lost what they had")
				}
				r.settled()
			})
		})
	}
}

// TestS11NameOfAHeldPerson: somebody is given a name with which nobody can sign in, and another person gets theirs. The
// user of that name is not the other one's: they are registered anew, and what it owned is the custodians'.
func TestS11NameOfAHeldPerson(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		r.start().mustApply()
		key := r.asset(world.KindDashboard, "us-east-1", "sales", "t000", "QuickSight/t000-a.000")
		r.change("t000-a.000", func(p *world.Person) { p.UserName = "o'neil" })
		r.join("qs:t000:authors", r.someone("t000-a.000"))
		r.allowed().mustApply()
		if u, _ := r.user("t000", "QuickSight/t000-a.000"); behindUser(u) != r.id("t000-a.000") {
			t.Errorf("S11: the user is %s's", behindUser(u))
		}
		expect(t, "what they owned", r.owners(key), "group/t000/"+custodians)
		r.settled()
	})
}

// TestF34RenamedInARenamedGroup: a group is given a name by which it lets nobody new in, and then somebody in it is given
// another name. They are nobody new: they keep what they have, under the new name, or under the old one when they are
// held.
func TestF34RenamedInARenamedGroup(t *testing.T) {
	t.Parallel()
	for name, is := range map[string]string{"annie": "QuickSight/annie", "o'neil": "QuickSight/t000-a.000"} {
		t.Run(name, func(t *testing.T) {
			in(t, workshop(), settings{}, func(r *rig) {
				r.start().mustApply()
				key := r.asset(world.KindDashboard, "us-east-1", "sales", "t000", "QuickSight/t000-a.000")
				r.renameGroup("qs:t000:authors", "qs:t001:authors")
				r.change("t000-a.000", func(p *world.Person) { p.UserName = name })
				r.allowed().mustApply()
				if !r.isMember("t000", "qs:t000:authors", is) || r.may(key, "t000", is) != "owner" {
					t.Errorf("%s is not in the group, or has lost what they had", is)
				}
				r.settled()
			})
		})
	}
}

// TestF34RenamedBesideAGroupThatIsGone: somebody of two groups of a tenant is given another name, and one of the groups
// is deleted. Its mirror keeps the user that it has, and the other one has the new one alone.
func TestF34RenamedBesideAGroupThatIsGone(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		r.join("qs:t000", "t000-a.000")
		r.start().mustApply()
		r.deleteGroup("qs:t000")
		r.change("t000-a.000", func(p *world.Person) { p.UserName = "annie" })
		r.allowed().mustApply()
		if r.isMember("t000", "qs:t000:authors", "QuickSight/t000-a.000") || !r.isMember("t000", "qs:t000:authors", "QuickSight/annie") {
			t.Errorf("the authors: %v", r.members("t000", "qs:t000:authors"))
		}
		r.settled()
	})
}

// TestS11AnotherAddress: a name is used again, and its new owner has another address. Without a word, and without the
// tags of all being read, the former's registration does not get it.
func TestS11AnotherAddress(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		r.start().mustApply()
		r.forget("t000-a.000")
		r.person("t000-a.000", "new@example.com")
		r.join("qs:t000:authors", "t000-a.000")
		p := r.start()
		if n := r.writes(func() { p.mustApply() }); n != 0 {
			t.Errorf("%d writes", n)
		}
		if !hasHold(p.last, string(plan.ReusedName), "QuickSight/t000-a.000") {
			t.Errorf("holds: %v", p.last.Plan.Holds)
		}
	})
}
