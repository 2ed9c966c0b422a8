package systemtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// leavers allow what people who leave are about.
var leavers = []plan.Hazard{plan.RemovesUser, plan.RemovesMember}

// workshop is a world of two tenants, in which t000 has three authors: t000-a.000 and so on.
func workshop() world.Seed {
	seed := tenants(2, 6)
	add(&seed, "qs:t000:authors", 3)
	return seed
}

// asset puts an asset into the world, owned by a user alone, and shared with others.
func (r *rig) asset(kind world.AssetKind, in, id, namespace, owner string, viewers ...string) string {
	a := world.Asset{Kind: kind, Region: in, ID: id, Name: "the " + id, Permissions: map[string][]string{}}
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		a.Permissions[q.UserARN(namespace, owner)] = kind.Owner()
		for _, v := range viewers {
			a.Permissions[v] = kind.Viewer()
		}
		q.PutAsset(a)
	})
	return a.Key()
}

// owners are who owns an asset, as user/NAMESPACE/NAME and group/NAMESPACE/NAME.
func (r *rig) owners(key string) (names []string) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		a, _ := q.Assets().Get(key)
		for _, arn := range a.Owners() {
			names = append(names, arn[strings.LastIndexByte(arn, ':')+1:])
		}
	})
	slices.Sort(names)
	return names
}

// TestLeaver: an author leaves, who alone owns something of every kind, in two Regions, and something beside somebody
// else. They leave the groups, what they own alone is the custodians', and then they are gone; and nothing is left to do.
func TestLeaver(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{more: "", assets: "us-east-1, eu-west-1"}, func(r *rig) {
		p := r.start()
		p.mustApply()
		const gone = "QuickSight/t000-a.000"
		var keys []string
		for i, kind := range tenancy.AssetKinds() { // nobody inherits the others, which docs/leavers.md says
			keys = append(keys, r.asset(simulated(kind), []string{"us-east-1", "eu-west-1"}[i%2], fmt.Sprintf("00000000-0000-4000-8000-%012d", i), "t000", gone))
		}
		both := r.asset(world.KindDashboard, "us-east-1", "both", "t000", gone)
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			a, _ := q.Assets().Get(both)
			a.Permissions[q.UserARN("t000", "QuickSight/t000-a.001")] = world.KindDashboard.Owner()
			q.PutAsset(a)
		})
		r.leave("qs:t000:authors", "t000-a.000")
		p = r.start()
		p.allow = leavers
		report := p.mustApply()
		if _, there := r.user("t000", gone); there {
			t.Errorf("the leaver is there; %d steps done; %v", report.Done, p.last.Plan.Holds)
		}
		for _, key := range keys {
			expect(t, key, r.owners(key), "group/t000/"+custodians)
		}
		expect(t, "an asset with another owner", r.owners(both), "user/t000/QuickSight/t000-a.001")
		expect(t, "the custodians", r.members("t000", custodians), "QuickSight/t000-a.001", "QuickSight/t000-a.002")
		r.settled()
	})
}

// TestCustodiansByName: a group of the directory says who inherits. It gives nobody access, and who may own nothing is no
// custodian.
func TestCustodiansByName(t *testing.T) {
	t.Parallel()
	s := settings{more: "limits: {new_namespaces_per_day: 1000}\ncustodians: {groups: \"qs:{namespace}:custodians\"}"}
	in(t, workshop(), s, func(r *rig) {
		r.group("qs:t000:custodians", "t000-a.002", "t000.000", "t001.000")
		p := r.start()
		p.mustApply()
		if len(p.last.Plan.Holds) > 0 {
			t.Errorf("holds: %v", p.last.Plan.Holds)
		}
		key := r.asset(world.KindDashboard, "us-east-1", "d1", "t000", "QuickSight/t000-a.000")
		r.leave("qs:t000:authors", "t000-a.000")
		p = r.start()
		p.allow = leavers
		p.mustApply()
		expect(t, "what they owned", r.owners(key), "group/t000/"+custodians)
		expect(t, "the custodians", r.members("t000", custodians), "QuickSight/t000-a.002")
		r.settled()
	})
}

// TestLeaverIsShown: what would become of a leaver stands in the plan, and without a word nothing is done.
func TestLeaverIsShown(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		r.start().mustApply()
		r.asset(world.KindDashboard, "us-east-1", "d1", "t000", "QuickSight/t000-a.000")
		r.leave("qs:t000:authors", "t000-a.000")
		p := r.start()
		if n := r.writes(func() { p.mustApply() }); n != 0 {
			t.Errorf("%d writes that nobody has allowed", n)
		}
		pass, err := p.plan(context.Background(), engine.Scope{Allow: leavers})
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, s := range pass.Plan.Pending() {
			kinds = append(kinds, string(s.Change.Kind()))
		}
		expect(t, "the plan", kinds, "remove-member", "create-mirror", "add-member", "add-member", "hand-over", "remove-registration")
	})
}

// TestSpansTenants: a leaver alone owns what must not be handed over blindly. They leave the groups, and no more is
// done; and when each has another owner, it goes on.
func TestSpansTenants(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		r.start().mustApply()
		const gone = "QuickSight/t000-a.000"
		var other string
		r.now(func(_ *world.Directory, q *world.QuickSight) { other = q.UserARN("t001", "QuickSight/t001.000") })
		shared := r.asset(world.KindDashboard, "us-east-1", "shared", "t000", gone, other)
		rows := r.asset(world.KindDataSet, "us-east-1", "rows", "t000", gone)
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			a, _ := q.Assets().Get(rows)
			a.RowLevelRules = "arn:aws:quicksight:us-east-1:111122223333:dataset/rules"
			q.PutAsset(a)
		})
		r.leave("qs:t000:authors", "t000-a.000")
		p := r.start()
		p.allow = leavers
		p.mustApply()
		if !hasHold(p.last, string(plan.SpansTenants), gone) || r.isIn("t000", "qs:t000:authors", "t000-a.000") {
			t.Errorf("holds: %v", p.last.Plan.Holds)
		}
		for _, key := range []string{shared, rows} {
			expect(t, key, r.owners(key), "user/t000/"+gone)
			r.now(func(_ *world.Directory, q *world.QuickSight) {
				a, _ := q.Assets().Get(key)
				a.Permissions[q.UserARN("t000", "QuickSight/t000-a.001")] = a.Kind.Owner()
				q.PutAsset(a)
			})
		}
		p = r.start()
		p.allow = leavers
		p.mustApply()
		if _, there := r.user("t000", gone); there {
			t.Error("the leaver is there still")
		}
		r.settled()
	})
}

// TestCustodiansName: somebody made a group with the custodians' name by hand. Nothing is handed over to it.
func TestCustodiansName(t *testing.T) {
	t.Parallel()
	for name, description := range map[string]string{"no mark": "ours", "another tenant's mark": "tenantry/1 d-0000000000 custodians"} {
		t.Run(name, func(t *testing.T) {
			in(t, workshop(), settings{}, func(r *rig) {
				r.start().mustApply()
				const gone = "QuickSight/t000-a.000"
				key := r.asset(world.KindDashboard, "us-east-1", "d1", "t000", gone)
				r.byHand("t000", func(c *world.Contents) {
					c.Groups.Put(custodians, world.Group{Name: custodians, Description: description})
					c.Join(custodians, "QuickSight/t000.001")
				})
				r.leave("qs:t000:authors", "t000-a.000")
				p := r.start()
				p.allow = leavers
				p.mustApply()
				if !hasHold(p.last, string(plan.CustodiansTaken), "t000") {
					t.Errorf("holds: %v", p.last.Plan.Holds)
				}
				expect(t, key, r.owners(key), "user/t000/"+gone)
			})
		})
	}
}

// TestS17SavedRemovals: a plan that takes somebody out is saved, and applied. Where they own more by then, they stay.
func TestS17SavedRemovals(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]bool{"as it was": false, "they own more": true} {
		t.Run(name, func(t *testing.T) {
			in(t, workshop(), settings{}, func(r *rig) {
				r.start().mustApply()
				const gone = "QuickSight/t000-a.000"
				r.asset(world.KindDashboard, "us-east-1", "d1", "t000", gone)
				r.leave("qs:t000:authors", "t000-a.000")
				p := r.start()
				scope := engine.Scope{Allow: leavers}
				first, err := p.plan(context.Background(), scope)
				if err != nil {
					t.Fatal(err)
				}
				if more {
					r.asset(world.KindDashboard, "us-east-1", "d2", "t000", gone)
				}
				second, err := p.app.Recheck(context.Background(), first.Plan, scope)
				if err != nil {
					t.Fatal(err)
				}
				p.expectClean(p.app.Apply(context.Background(), second, nil))
				if _, there := r.user("t000", gone); there != more {
					t.Errorf("they are there: %v", there)
				}
			})
		})
	}
}

// TestS6SearchFails: what a leaver owns cannot be found out. They have left the groups, and stay registered.
func TestS6SearchFails(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"quicksight:SearchTopics", "quicksight:ListThemes", "quicksight:DescribeDashboardPermissions"} {
		t.Run(op, func(t *testing.T) {
			seed := workshop()
			seed.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{op}}}
			in(t, seed, settings{}, func(r *rig) {
				r.start().mustApply()
				r.asset(world.KindDashboard, "us-east-1", "d1", "t000", "QuickSight/t000-a.000")
				r.leave("qs:t000:authors", "t000-a.000")
				p := r.start()
				p.allow = leavers
				p.mustApply()
				if _, there := r.user("t000", "QuickSight/t000-a.000"); !there || !hasHold(p.last, string(plan.Unread), "QuickSight/t000-a.000") {
					t.Errorf("there: %v; holds: %v", there, p.last.Plan.Holds)
				}
				if r.isIn("t000", "qs:t000:authors", "t000-a.000") {
					t.Error("they have not left the group")
				}
				r.behave(func(b *world.Behaviour) { b.Denied = nil })
				p = r.start()
				p.allow = leavers
				p.mustApply()
				r.settled()
			})
		})
	}
}

// TestS8BackAgain: somebody who was to be taken out is back before it is done. Nothing is taken from them.
func TestS8BackAgain(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		r.start().mustApply()
		r.leave("qs:t000:authors", "t000-a.000")
		time.Sleep(3 * time.Minute)
		time.AfterFunc(50*time.Second, func() { r.join("qs:t000:authors", "t000-a.000") }) // a minute is what there is
		p := r.start()
		p.allow = leavers
		n := r.writes(func() { _, _ = p.apply(context.Background()) })
		if _, there := r.user("t000", "QuickSight/t000-a.000"); !there || n != 0 || !r.isIn("t000", "qs:t000:authors", "t000-a.000") {
			t.Errorf("%d writes", n)
		}
		r.settled()
	})
}

// TestS7EmptiedByMistake: everybody is out of a group at once. Nobody is taken out, whatever is allowed but that.
func TestS7EmptiedByMistake(t *testing.T) {
	t.Parallel()
	in(t, tenants(3, 12), settings{}, func(r *rig) {
		r.start().mustApply()
		for i := range 12 {
			r.leave("qs:t000", fmt.Sprintf("t000.%03d", i))
		}
		p := r.start()
		p.allow = leavers
		if n := r.writes(func() { p.mustApply() }); n != 0 {
			t.Errorf("%d writes", n)
		}
		if !slices.ContainsFunc(p.last.Plan.Holds, func(h tenancy.Hold) bool { return h.Code == tenancy.Code(plan.ManyRemovals) }) {
			t.Errorf("holds: %v", p.last.Plan.Holds)
		}
	})
}

// TestS14Moves: somebody goes from one customer to another. Under one shared role they leave the first one before
// they come into the second, in one run; what they own stays.
func TestS14Moves(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]settings{"one role": {}, "a role each": {role: role + "-{namespace}"}} {
		t.Run(name, func(t *testing.T) {
			seed := workshop()
			for _, n := range []string{"t000", "t001"} {
				seed.IAM.Roles = append(seed.IAM.Roles, world.Role{Name: "QuickSight-" + n})
			}
			in(t, seed, s, func(r *rig) {
				r.start().mustApply()
				roleOf := func(n string) string { return r.as(n, "t000-a.000") }
				key := r.asset(world.KindAnalysis, "us-east-1", "x", "t000", roleOf("t000"))
				r.leave("qs:t000:authors", "t000-a.000")
				r.join("qs:t001", "t000-a.000")
				p := r.start()
				p.allow = leavers
				p.mustApply()
				if _, there := r.user("t000", roleOf("t000")); there || !r.isMember("t001", "qs:t001", roleOf("t001")) {
					t.Errorf("there %v; %v", there, r.members("t001", "qs:t001"))
				}
				expect(t, "what they owned", r.owners(key), "group/t000/"+custodians)
				r.settled()
			})
		})
	}
}

// isMember is isIn by a user name.
func (r *rig) isMember(namespace, group, user string) bool {
	return slices.Contains(r.members(namespace, group), user)
}

// as is the user as whom somebody signs in to a tenant.
func (r *rig) as(namespace, session string) string {
	return world.PrincipalName(strings.ReplaceAll(r.config.Rules.SignIn.Role, "{namespace}", namespace), session)
}

// leaving is a world in which somebody is to leave, somebody to move, and somebody to come.
func leaving(r *rig) (keys []string) {
	r.start().mustApply()
	for i, kind := range []world.AssetKind{world.KindDashboard, world.KindFolder, world.KindTheme} {
		keys = append(keys, r.asset(kind, "us-east-1", fmt.Sprintf("a%d", i), "t000", r.as("t000", "t000-a.000")))
	}
	r.leave("qs:t000:authors", "t000-a.000")
	r.leave("qs:t000", "t000.000")
	r.join("qs:t001", "t000.000")
	r.join("qs:t000", r.someone("new"))
	return keys
}

// TestF24CrashWhileLeaving: a process dies at any of its calls while people leave, move and come. Nothing is ever without
// an owner; the next one finishes it, with no write twice.
func TestF24CrashWhileLeaving(t *testing.T) {
	t.Parallel()
	for _, w := range workshops {
		t.Run(w.name, func(t *testing.T) { crashWhileLeaving(t, w.settings) })
	}
}

func crashWhileLeaving(t *testing.T, s settings) {
	total, writes := 0, int64(0)
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, offices(), s)
		leaving(r)
		n := r.effects()
		total = r.crashed(1<<30, false, leavers...)
		writes = n.Load()
		r.settled()
		r.verify()
	})
	// The author: 1 group, the custodians with their 2 members, 3 assets, and the registration. The mover: 2 and 2. The newcomer: 2.
	if want := int64(1 + 1 + 2 + 3 + 1 + 2 + 2 + 2); writes != want {
		t.Fatalf("a run that nobody disturbs makes %d writes, want %d", writes, want)
	}
	for k := 1; k <= total; k += stride() {
		for _, after := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, offices(), s)
				keys := leaving(r)
				n := r.effects()
				r.crashed(k, after, leavers...)
				p := r.start()
				p.allow = leavers
				p.mustApply()
				if got := n.Load(); got != writes {
					t.Errorf("%d writes in all, want %d", got, writes)
				}
				for _, key := range keys {
					expect(t, key, r.owners(key), "group/t000/"+custodians)
				}
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
	t.Logf("%d calls, %d crashes", total, 2*total/stride())
}

// TestF4LostAnswersWhileLeaving: each write that takes something away, or hands over, has its effect and no answer. It is
// looked after before anything else is done, and done once.
func TestF4LostAnswersWhileLeaving(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"DeleteGroupMembership", "DeleteUser", "UpdateDashboardPermissions", "UpdateFolderPermissions", "CreateGroup"} {
		for name, fault := range map[string]awssim.Hook{
			"after":  awssim.FailAfter("quicksight:"+op, awssim.InternalFailure()),
			"before": awssim.FailBefore("quicksight:"+op, awssim.InternalFailure()),
			"lost":   awssim.DropAfter("quicksight:" + op),
		} {
			t.Run(op+" "+name, func(t *testing.T) {
				in(t, workshop(), settings{}, func(r *rig) {
					keys := leaving(r)
					r.suffer(awssim.Nth(1, "quicksight:"+op, fault))
					p := r.start()
					p.allow = leavers
					p.mustApply()
					for _, key := range keys {
						expect(t, key, r.owners(key), "group/t000/"+custodians)
					}
					r.suffer()
					r.settled()
				})
			})
		}
	}
}

// TestS6OwnedTogether: two people own something together, and nobody else does. They leave at once: whichever of them goes
// last is found to own it alone by then, and stays until it is handed over.
func TestS6OwnedTogether(t *testing.T) {
	t.Parallel()
	together := func(r *rig) (keys []string) {
		for i, kind := range []world.AssetKind{world.KindDashboard, world.KindTheme} {
			key := r.asset(kind, "us-east-1", fmt.Sprintf("both%d", i), "t000", "QuickSight/t000-a.000")
			r.now(func(_ *world.Directory, q *world.QuickSight) {
				a, _ := q.Assets().Get(key)
				a.Permissions[q.UserARN("t000", "QuickSight/t000-a.001")] = kind.Owner()
				q.PutAsset(a)
			})
			keys = append(keys, key)
		}
		return keys
	}
	leave := func(r *rig) {
		r.leave("qs:t000:authors", "t000-a.000")
		r.leave("qs:t000:authors", "t000-a.001")
	}
	over := func(r *rig, keys []string) {
		r.Helper()
		for _, key := range keys {
			expect(r, key, r.owners(key), "group/t000/"+custodians)
		}
		for _, user := range []string{"QuickSight/t000-a.000", "QuickSight/t000-a.001"} {
			if _, there := r.user("t000", user); there {
				r.Errorf("%s is there", user)
			}
		}
	}
	t.Run("by a command", func(t *testing.T) {
		in(t, workshop(), settings{}, func(r *rig) {
			r.start().mustApply()
			keys := together(r)
			leave(r)
			for range 2 { // what the first run finds out is in the second one's plan
				p := r.start()
				p.allow = leavers
				_, _ = p.apply(context.Background())
			}
			over(r, keys)
			r.settled()
		})
	})
	t.Run("by events", func(t *testing.T) {
		oldHands(t, workshop(), settings{}, func(r *rig, p *servant, o *office) {
			keys := together(r)
			leave(r)
			for _, user := range []string{"t000-a.000", "t000-a.001"} {
				o.send(leftInConsole(r.groupID("qs:t000:authors"), r.id(user)), 0)
			}
			time.Sleep(40 * time.Minute)
			over(r, keys)
		})
	})
}
