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
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// shared checks that what is given to a mirror is what the configuration shares, for looking only, of an asset that is
// the house's, and that no two tenants see the same rows unless that is accepted. It reports whether it is about that.
func (c *checker) shared(call awssim.Call, n world.Namespace, g world.Group, arn string) bool {
	if _, marked := markOf(g); !marked {
		return false
	}
	var in struct{ GrantPermissions []struct{ Actions []string } }
	_ = call.Decode(&in)
	for _, a := range c.about(call) {
		if !slices.Contains(c.sharing(), a.ID) {
			c.breach(call, "S6", "%s is shared with %s, and nobody asks for it", a.Key(), arn)
		}
		if len(in.GrantPermissions) != 1 || !slices.Equal(sortedTexts(in.GrantPermissions[0].Actions), a.Kind.Viewer()) {
			c.breach(call, "S10", "%s is shared with %s, and not just to be looked at", a.Key(), arn)
		}
		for _, owner := range a.Owners() {
			if !strings.Contains(owner, "/default/") {
				c.breach(call, "S6", "%s is shared with %s, and %s owns it", a.Key(), arn, owner)
			}
		}
		tenants := map[string]bool{}
		for principal := range a.Permissions {
			if in := namespaceOf(principal); in != "default" {
				tenants[in] = true
			}
		}
		if len(tenants) > 1 && !c.divided(a) && len(c.rig.config.Accept) == 0 {
			c.breach(call, "S6", "%s is seen by %d tenants, and its data is the same for all", a.Key(), len(tenants))
		}
	}
	return true
}

func sortedTexts(list []string) []string { return slices.Sorted(slices.Values(list)) }

func namespaceOf(arn string) string { return strings.Split(arn, "/")[1] }

// sharing are the ids of what the configuration shares.
func (c *checker) sharing() (ids []string) {
	for _, s := range c.rig.config.Rules.Shares {
		ids = append(ids, s.Asset.ID)
	}
	for _, r := range c.rig.config.Rules.Tenants {
		for _, s := range r.Shares {
			ids = append(ids, s.Asset.ID)
		}
	}
	return ids
}

// divided reports whether the data sets under an asset have rules for users.
func (c *checker) divided(a world.Asset) bool {
	if a.Kind == world.KindDataSet {
		return a.RowLevelRules != ""
	}
	for _, arn := range a.Uses {
		set, _ := c.rig.w.QuickSight.Assets().Get(world.AssetKey(a.Region, world.KindDataSet, arn[strings.LastIndexByte(arn, '/')+1:]))
		if set.RowLevelRules == "" {
			return false
		}
	}
	return len(a.Uses) > 0
}

const boss = "Admin/boss"

// sees reports whether a group of a namespace sees an asset, and may do nothing else with it.
func (r *rig) sees(namespace, group, key string) (sees bool) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		a, _ := q.Assets().Get(key)
		sees = slices.Equal(a.Permissions[q.GroupARN(namespace, group)], a.Kind.Viewer())
	})
	return sees
}

// dashboard puts the house's dashboard into the world, on a data set with row-level security or without.
func (r *rig) dashboard(id string, divided bool) (key string) {
	r.asset(world.KindDataSet, region, "rows-of-"+id, "default", boss)
	key = r.asset(world.KindDashboard, region, id, "default", boss)
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		set, _ := q.Assets().Get(world.AssetKey(region, world.KindDataSet, "rows-of-"+id))
		if divided {
			set.RowLevelRules = "arn:aws:quicksight:us-east-1:111122223333:dataset/rules"
		}
		q.PutAsset(set)
		a, _ := q.Assets().Get(key)
		a.Uses = []string{"arn:aws:quicksight:us-east-1:111122223333:dataset/rows-of-" + id}
		q.PutAsset(a)
	})
	return key
}

// showing are settings by which every tenant sees some dashboards.
func showing(more string, ids ...string) settings {
	var items []string
	for _, id := range ids {
		items = append(items, "{dashboard: "+id+"}")
	}
	return settings{more: "limits: {new_namespaces_per_day: 1000}\nall_tenants: {shares: [" + strings.Join(items, ", ") + "]}\n" + more}
}

// heldBy are the objects of what a plan holds by a code.
func heldBy(p *plan.Plan, code string) (objects []string) {
	for _, h := range p.Holds {
		if string(h.Code) == code {
			objects = append(objects, h.Object)
		}
	}
	return objects
}

// TestSharesOnboarding: a new customer's groups see what the house shares before anybody is in them, through apply; and
// nothing is left to do.
func TestSharesOnboarding(t *testing.T) {
	t.Parallel()
	seed := tenants(2, 3)
	add(&seed, "qs:t000:authors", 2)
	in(t, seed, showing("", "sales", "sales"), func(r *rig) {
		key := r.dashboard("sales", true)
		var early []string
		r.watch(func(c awssim.Call) awssim.Fault {
			if c.Phase == awssim.BeforeEffect && c.Operation == "CreateGroupMembership" && !r.sees(c.Path["Namespace"], c.Path["GroupName"], key) {
				early = append(early, c.Path["GroupName"])
			}
			return awssim.Fault{}
		})
		r.start().mustApply()
		for group, in := range map[string]string{"qs:t000": "t000", "qs:t001": "t001", "qs:t000:authors": "t000"} {
			if !r.sees(in, group, key) {
				t.Errorf("%s does not see the dashboard", group)
			}
		}
		if len(early) > 0 {
			t.Errorf("somebody came in before there was anything to see: %v", early)
		}
		before := r.sim.Calls()
		r.settled()
		calls := minus(r.sim.Calls(), before)
		if calls["quicksight:DescribeDashboardPermissions"] != 1 || calls["quicksight:DescribeDashboard"] != 0 || calls["quicksight:ListDataSets"] != 0 {
			t.Errorf("a pass with nothing to do asks about one asset: %v", calls)
		}
	})
}

// TestSharesServe: the first person of a new customer finds the dashboard on arrival, through an event; a hint that makes no
// group asks about no asset.
func TestSharesServe(t *testing.T) {
	t.Parallel()
	in(t, right(2, 3), showing("house: {groups: [staff]}", "sales"), func(r *rig) {
		r.group("staff", r.someone("boss"))
		key := r.dashboard("sales", true)
		o := newOffice()
		s := r.daemon(service{inbox: o, rate: 1000, automatic: []plan.Hazard{plan.GrantsAsset}})
		s.settle()
		if !r.sees("t000", "qs:t000", key) || !r.sees("t001", "qs:t001", key) {
			t.Error("automatic: [grants-asset] does not mend what is there")
		}
		asked := r.sim.Calls()["quicksight:DescribeDashboardPermissions"]
		r.join("qs:t000", r.someone("ana"))
		o.send(joinedByAPI(r.groupID("qs:t000"), r.id("ana")), 0)
		r.waitFor("ana", time.Minute, func() bool { return r.registered("t000", "QuickSight/ana") })
		time.Sleep(time.Minute)
		if n := r.sim.Calls()["quicksight:DescribeDashboardPermissions"] - asked; n != 0 {
			t.Errorf("a hint that makes no group asks %d times about an asset", n)
		}
		group := r.group("qs:new", r.someone("new"))
		o.send(joinedByAPI(group, r.id("new")), 0)
		r.waitFor("the first person", 5*time.Minute, func() bool { return r.registered("new", "QuickSight/new") })
		if !r.sees("new", "qs:new", key) {
			t.Error("the first person of a new customer does not find the dashboard")
		}
		// A group that is made before anybody is in it shows everything from the beginning.
		group = r.group("qs:late")
		o.send(createdByAPI(group), 0)
		r.waitFor("the group", 5*time.Minute, func() bool { return r.sees("late", "qs:late", key) })
		s.stop()
		r.settled()
	})
}

// TestSharesNobody: a share for a group that no tenant has is told.
func TestSharesNobody(t *testing.T) {
	t.Parallel()
	setup := showing("", "sales")
	setup.more = strings.Replace(setup.more, "sales}", "sales, group: \"qs:{namespace}:autors\"}", 1)
	in(t, tenants(1, 2), setup, func(r *rig) {
		p := r.start()
		p.mustApply()
		if n := p.last.Plan.Notes; len(n) != 1 || n[0].Code != "shared-with-nobody" {
			t.Errorf("told: %v", n)
		}
		if r.sim.Calls()["quicksight:DescribeDashboardPermissions"] != 0 {
			t.Error("what nobody is to see is asked about")
		}
	})
}

// registered reports whether there is a user in a namespace.
func (r *rig) registered(namespace, user string) (is bool) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		if n, there := q.Namespaces().Get(namespace); there {
			_, is = n.Contents.Users.Get(user)
		}
	})
	return is
}

// TestSharesDrift: what groups that have people should see, and do not, waits for a word; then it is mended.
func TestSharesDrift(t *testing.T) {
	t.Parallel()
	in(t, right(2, 3), showing("", "sales"), func(r *rig) {
		key := r.dashboard("sales", true)
		p := r.start()
		if n := r.writes(func() { p.mustApply() }); n != 0 {
			t.Errorf("%d writes without a word", n)
		}
		if held := heldBy(&p.last.Plan, "grants-asset"); !slices.Equal(held, []string{"t000", "t001"}) {
			t.Errorf("held: %v", held)
		}
		p.allow = []plan.Hazard{plan.GrantsAsset}
		p.mustApply()
		if !r.sees("t000", "qs:t000", key) || !r.sees("t001", "qs:t001", key) {
			t.Error("what is allowed is not shared")
		}
		// Somebody takes it away from one, and gives more to the other.
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			a, _ := q.Assets().Get(key)
			delete(a.Permissions, q.GroupARN("t000", "qs:t000"))
			a.Permissions[q.GroupARN("t001", "qs:t001")] = slices.Concat(a.Kind.Viewer(), []string{"quicksight:DescribeDashboardPermissions"})
			q.PutAsset(a)
		})
		if n := r.writes(func() { p.mustApply() }); n != 1 || !r.sees("t000", "qs:t000", key) || r.sees("t001", "qs:t001", key) {
			t.Errorf("%d writes: the one group has it again, and the other is left as it is", n)
		}
		if notes := p.last.Plan.Notes; !slices.ContainsFunc(notes, func(n tenancy.Note) bool { return n.Code == plan.SeesMore && n.Namespace == "t001" }) {
			t.Errorf("that the group may do more is not told: %v", notes)
		}
		r.settled()
	})
}

// TestSharesHeld: what is not the house's, is not there, or cannot be read is shared with nobody; and people come in all the
// same.
func TestSharesHeld(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code string
		more string
		make func(r *rig)
	}{
		"not there":                {"no-such-asset", "", func(r *rig) {}},
		"a tenant's":               {"not-the-houses", "", func(r *rig) { r.asset(world.KindDashboard, region, "sales", "t001", "QuickSight/t001.000") }},
		"the house's and a tenant": {"not-the-houses", "", func(r *rig) { r.shareOwned("sales") }},
		"nobody of the house":      {"not-the-houses", "house: {sign_in_roles: [\"arn:aws:iam::111122223333:role/Staff\"]}", func(r *rig) { r.dashboard("sales", true) }},
		"unreadable": {"unread-asset", "", func(r *rig) {
			r.dashboard("sales", true)
			r.suffer(func(c awssim.Call) awssim.Fault {
				if c.Operation == "DescribeDashboardPermissions" {
					return awssim.Fault{Err: wire.Errorf(403, "AccessDeniedException", "not authorized")}
				}
				return awssim.Fault{}
			})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, tenants(2, 2), showing(c.more, "sales"), func(r *rig) {
				c.make(r)
				p := r.start()
				p.mustApply()
				if held := heldBy(&p.last.Plan, c.code); !slices.Equal(held, []string{"dashboard us-east-1/sales"}) {
					t.Errorf("held as %s: %v, of %v", c.code, held, p.last.Plan.Holds)
				}
				if !r.registered("t000", "QuickSight/t000.000") {
					t.Error("nobody comes in for that")
				}
				r.settled()
			})
		})
	}
}

// shareOwned makes a dashboard that the house and a tenant's user own.
func (r *rig) shareOwned(id string) {
	key := r.dashboard(id, true)
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		a, _ := q.Assets().Get(key)
		a.Permissions[q.UserARN("t001", "QuickSight/t001.000")] = a.Kind.Owner()
		q.PutAsset(a)
	})
}

// TestSharesUndivided: what has no row-level security is shared with one tenant, and with a second one only when that is
// accepted.
func TestSharesUndivided(t *testing.T) {
	t.Parallel()
	const accept = "accept: [{code: undivided-data, object: dashboard us-east-1/sales, because: the same for all, until: 2090-01-01}]"
	in(t, tenants(1, 2), showing("", "sales"), func(r *rig) {
		key := r.dashboard("sales", false)
		r.start().mustApply()
		if !r.sees("t000", "qs:t000", key) {
			t.Error("the only tenant does not see it")
		}
		r.group("qs:t001", r.someone("one"))
		p := r.start()
		p.mustApply()
		if held := heldBy(&p.last.Plan, "undivided-data"); len(held) != 1 || r.sees("t001", "qs:t001", key) {
			t.Errorf("held: %v, of %v", held, p.last.Plan.Holds)
		}
		r.settled()
		r.config = showing(accept, "sales").parse(t)
		p = r.start()
		p.mustApply() // the tenant is a day young: no further word is needed
		if len(heldBy(&p.last.Plan, "undivided-data")) != 0 || len(p.last.Plan.Accepted) != 1 || !r.sees("t001", "qs:t001", key) {
			t.Errorf("accepted, and not shared: %v", p.last.Plan.Holds)
		}
		r.settled()
	})
}

// TestF24SharesCrash: a process dies at any of its calls. The next one finishes what it began: every group sees what it
// should, without anybody's word, and no write is made twice.
func TestF24SharesCrash(t *testing.T) {
	t.Parallel()
	seed := func() world.Seed {
		s := tenants(2, 2)
		add(&s, "qs:t000:authors", 1)
		return s
	}
	setup := showing("", "sales", "costs")
	total, writes := 0, int64(0)
	play := func(t *testing.T, k int, after bool) {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, seed(), setup)
			keys := []string{r.dashboard("sales", true), r.dashboard("costs", true)}
			n := r.effects()
			calls := r.crashed(k, after)
			if total == 0 {
				total, writes = calls, n.Load()
			}
			r.start().mustApply()
			if got := n.Load(); got != writes {
				t.Errorf("%d writes in all, want %d", got, writes)
			}
			for group, in := range map[string]string{"qs:t000": "t000", "qs:t001": "t001", "qs:t000:authors": "t000"} {
				for _, key := range keys {
					if !r.sees(in, group, key) {
						t.Errorf("%s does not see %s", group, key)
					}
				}
			}
			if p := r.settled(); len(p.Plan.Holds) > 0 {
				t.Errorf("held: %v", p.Plan.Holds)
			}
			r.verify()
		})
	}
	play(t, 1<<30, false)
	if want := int64(2 + 3 + 6 + 5 + 5); writes != want {
		t.Fatalf("a run that nobody disturbs makes %d writes, want %d", writes, want)
	}
	for k := 1; k <= total; k += stride() {
		for _, after := range []bool{false, true} {
			if play(t, k, after); t.Failed() {
				t.Fatalf("a crash at the call %d, after it %v", k, after)
			}
		}
	}
	t.Logf("%d calls, %d crashes", total, 2*total)
}

// TestSharesSaved: a saved plan that shares something holds as long as nobody else has shared it.
func TestSharesSaved(t *testing.T) {
	t.Parallel()
	in(t, right(1, 3), showing("", "sales"), func(r *rig) {
		key := r.dashboard("sales", true)
		p := r.start()
		scope := engine.Scope{Allow: []plan.Hazard{plan.GrantsAsset}}
		pass, err := p.plan(context.Background(), scope)
		if err != nil {
			t.Fatal(err)
		}
		again, err := p.app.Recheck(context.Background(), pass.Plan, scope)
		if err != nil || len(again.Plan.Pending()) != 1 {
			t.Fatalf("the plan does not hold: %v", err)
		}
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			a, _ := q.Assets().Get(key)
			a.Permissions[q.GroupARN("t000", "qs:t000")] = a.Kind.Viewer()
			q.PutAsset(a)
		})
		if again, err = p.app.Recheck(context.Background(), pass.Plan, scope); err != nil || fmt.Sprint(again.Moved) != "[t000]" {
			t.Errorf("the tenant has not moved: %v", err)
		}
	})
}
