package systemtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var t000, _ = tenancy.ParseNamespace("t000")

// retirement is what tenantry retire makes.
func (p *process) retirement(j *journal.Journal) *engine.Retirement {
	if j != nil {
		p.app.Recorder = j
	}
	return &engine.Retirement{Engine: p.app.Engine, Remnants: awsapi.NewRemnants(p.app.AWS)}
}

// retire does what tenantry retire does, with a new process.
func (r *rig) retire(j *journal.Journal, o engine.RetireOptions) (*engine.Retiring, plan.Report) {
	r.Helper()
	p := r.start()
	t := p.retirement(j)
	leaving, err := t.Plan(context.Background(), t000, o)
	if err != nil {
		r.Fatalf("retiring: %v", err)
	}
	report := t.Apply(context.Background(), leaving, nil)
	p.expectClean(report)
	return leaving, report
}

// departed is a world of two tenants, the first of which has left: its groups are gone from the directory. It has some
// readers, three authors of whom one has a dashboard alone, somebody under another role, and a group made by hand.
func departed(r *rig) (key string) {
	r.Helper()
	r.start().mustApply()
	key = r.asset(world.KindDashboard, region, "sales", "t000", "QuickSight/t000-a.000")
	r.registerByHand("t000", "arn:aws:iam::"+account+":role/Other", "zoe", "READER")
	r.byHand("t000", func(c *world.Contents) {
		c.Groups.Put("by hand", world.Group{Name: "by hand"})
		c.Join("by hand", "QuickSight/t000.001")
		c.Join("qs:t000", "Other/zoe")
	})
	r.deleteGroup("qs:t000")
	r.deleteGroup("qs:t000:authors")
	r.check.lax["S7"] = true // who says that a tenant goes says that all of its people leave the groups
	return key
}

// ours are the users of t000 under the sign-in role.
func (r *rig) ours() []string {
	return slices.DeleteFunc(r.users("t000"), func(u string) bool { return !strings.HasPrefix(u, "QuickSight/") })
}

// expectUntouched makes sure that what is not the tenant's is as it was (S4).
func (r *rig) expectUntouched() {
	r.Helper()
	if _, there := r.user("t000", "Other/zoe"); !there || !r.isMember("t000", "qs:t000", "Other/zoe") {
		r.Errorf("S4: the user under another role is touched")
	}
	if got := len(r.users("t001")); got != 6 {
		r.Errorf("t001 has %d users", got)
	}
}

// TestRetire: everyone leaves the groups at once, and as many are removed each day as the brake lets, to the last one.
// What they own alone is left to the custodians, in whose group nobody is. Nobody comes back by a pass in between.
func TestRetire(t *testing.T) {
	t.Parallel()
	in(t, workshop(), graceful, func(r *rig) {
		key := departed(r)
		j := r.history()
		for day, left := range []int{6, 3, 0} {
			leaving, _ := r.retire(j, engine.RetireOptions{})
			if got := len(r.ours()); got != left {
				t.Fatalf("day %d: %d are left, want %d", day, got, left)
			}
			expect(t, "in the groups", slices.Concat(r.members("t000", "qs:t000"), r.members("t000", "qs:t000:authors"), r.members("t000", custodians)), "Other/zoe")
			for _, name := range r.ours() {
				if u, _ := r.user("t000", name); u.CustomPermissions != "nothing" || suspensionOf(u) == "" {
					t.Errorf("%s is not suspended", name)
				}
			}
			if hasHold(leaving.Pass, string(plan.ManyRemovals), "t000") != (left > 0) {
				t.Errorf("day %d: holds: %v", day, leaving.Pass.Plan.Holds)
			}
			if left > 0 {
				if n := r.writes(func() { r.retire(j, engine.RetireOptions{}) }); n != 0 {
					t.Errorf("%d writes above the limits of the day", n)
				}
				r.settled()
			}
			time.Sleep(24*time.Hour + time.Minute)
		}
		expect(t, "the dashboard", r.owners(key), "group/t000/"+custodians)
		r.expectUntouched()
		expect(t, "by hand", r.members("t000", "by hand"))
		r.settled()
	})
}

// TestRetireAll: with a word for it everybody is removed at once, and then the namespace can be deleted.
func TestRetireAll(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		r.start().mustApply()
		r.deleteGroup("qs:t000")
		r.deleteGroup("qs:t000:authors")
		r.check.lax["S7"] = true
		leaving, _ := r.retire(r.history(), engine.RetireOptions{Many: true})
		if got := len(r.users("t000")); got != 0 || len(leaving.Inventory.Users) != 9 || len(leaving.Inventory.Groups) != 2 {
			t.Errorf("%d are left; %+v", got, leaving.Inventory)
		}
		p := r.start()
		d, _ := p.deletion()
		p.check.typed = "t000"
		found, err := d.Look(context.Background(), t000)
		if err != nil || found.InTheWay() != "" {
			t.Fatalf("%v %v", found, err)
		}
		if _, err := d.Delete(context.Background(), found); err != nil {
			t.Error(err)
		}
		r.settled()
	})
}

// TestRetireSpansTenants: who alone owns what must not be handed over blindly is out of the groups and stays registered,
// and takes nobody's place in the brake.
func TestRetireSpansTenants(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		var other string
		departed(r)
		r.now(func(_ *world.Directory, q *world.QuickSight) { other = q.UserARN("t001", "QuickSight/t001.000") })
		key := r.asset(world.KindDashboard, region, "shared", "t000", "QuickSight/t000-a.001", other)
		leaving, _ := r.retire(r.history(), engine.RetireOptions{})
		if !hasHold(leaving.Pass, string(plan.SpansTenants), "QuickSight/t000-a.001") || len(r.ours()) != 6 {
			t.Errorf("%d are left; holds: %v", len(r.ours()), leaving.Pass.Plan.Holds)
		}
		r.retire(nil, engine.RetireOptions{Many: true})
		expect(t, "left", r.ours(), "QuickSight/t000-a.001")
		expect(t, "in the group", r.members("t000", "qs:t000:authors"))
		expect(t, key, r.owners(key), "user/t000/QuickSight/t000-a.001")
		r.expectUntouched()
	})
}

// TestF31Retire: a rule is taken out of the configuration, and its group stays in the directory. The tenant can be
// retired: nobody is let in by that group any more.
func TestF31Retire(t *testing.T) {
	t.Parallel()
	ruled := func(r *rig) settings {
		return settings{tenants: fmt.Sprintf("\n  - {group_id: %s, namespace: t000}\n  - groups: \"qs:{namespace}\"\n", r.groupID("Staff"))}
	}
	seed := tenants(2, 3)
	seed.IdentityCenter.Groups[0].DisplayName = "Staff"
	in(t, seed, settings{}, func(r *rig) {
		r.config = ruled(r).parse(t)
		r.check.known[r.groupID("Staff")] = fixed{"t000", "READER"}
		r.start().mustApply()
		if _, err := r.start().retirement(nil).Plan(context.Background(), t000, engine.RetireOptions{}); err == nil || !strings.Contains(err.Error(), "names it") {
			t.Errorf("a tenant that a rule names is retired: %v", err)
		}
		r.config = settings{tenants: "\n  - groups: \"qs:{namespace}\"\n"}.parse(t)
		r.check.lax["S7"], r.check.lax["S8"] = true, true
		r.retire(nil, engine.RetireOptions{})
		if got := r.users("t000"); len(got) > 0 {
			t.Errorf("left: %v", got)
		}
		r.settled()
	})
}

// TestRetireRefuses what is wanted, what is not ours, and what is not there; and a tenant that is wanted again by the
// time of the second look keeps everybody.
func TestRetireRefuses(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{more: "house: {namespaces: [default, cellar]}"}, func(r *rig) {
		r.start().mustApply()
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			q.Create("cellar", region, []world.Tag{{Key: tenancy.TagStore, Value: store}})
			q.Create("foreign", region, nil)
		})
		time.Sleep(time.Minute)
		p := r.start()
		if n := r.writes(func() {
			for name, why := range map[string]string{"t000": "its people would be let in again: the group qs:t000", "cellar": "is not tenantry's", "foreign": "is not tenantry's", "nowhere": "there is no namespace"} {
				n, _ := tenancy.ParseNamespace(name)
				_, err := p.retirement(nil).Plan(context.Background(), n, engine.RetireOptions{})
				if _, ok := errors.AsType[*engine.RefusedError](err); !ok || !strings.Contains(err.Error(), why) {
					t.Errorf("%s: %v", name, err)
				}
			}
			r.renameGroup("qs:t000", "Former") // it goes on in its tenant
			r.deleteGroup("qs:t000:authors")
			if _, err := p.retirement(nil).Plan(context.Background(), t000, engine.RetireOptions{}); err == nil || !strings.Contains(err.Error(), "is bound there") {
				t.Errorf("renamed: %v", err)
			}
			r.deleteGroup("Former")
			leaving, err := p.retirement(nil).Plan(context.Background(), t000, engine.RetireOptions{Many: true})
			if err != nil {
				t.Fatal(err)
			}
			r.group("qs:t000", "t000.000")
			report := p.retirement(nil).Apply(context.Background(), leaving, nil)
			if len(report.Failed) != len(leaving.Pass.Plan.Pending()) || report.Done > 0 {
				t.Errorf("%d done, %d failed", report.Done, len(report.Failed))
			}
		}); n != 0 {
			t.Errorf("%d writes", n)
		}
	})
}

// retiredBy lets a process retire t000 that dies at its kth call.
func (r *rig) retiredBy(k int, after bool, o engine.RetireOptions) (calls int) {
	return r.dying(k, after, func(ctx context.Context, p *process) {
		t := p.retirement(nil)
		if leaving, err := t.Plan(ctx, t000, o); err == nil {
			t.Apply(ctx, leaving, nil)
		}
	})
}

// small is a world whose first tenant has a reader and two authors, who own something alone.
func small() world.Seed {
	seed := tenants(2, 1)
	add(&seed, "qs:t000:authors", 2)
	return seed
}

// TestF24CrashWhileRetiring: a process dies at any of its calls. The next one goes on, with no write twice, and nothing
// is ever without an owner.
func TestF24CrashWhileRetiring(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options engine.RetireOptions
		owner   string
		writes  int64
	}{
		// Each of the three: 1 group, the profile and its tag, and the registration. The custodians, 2 assets.
		"left": {engine.RetireOptions{Many: true}, "group/t000/" + custodians, 3*4 + 1 + 2},
		// And the mirror loses what it may do with one of them.
		"to the house": {archive, "group/default/Archive", 3*4 + 2 + 1},
	} {
		t.Run(name, func(t *testing.T) {
			crashes := 0
			for k := 1; k < 1000; k += stride() {
				for _, after := range []bool{false, true} {
					synctest.Test(t, func(t *testing.T) {
						r := newRig(t, small(), graceful)
						r.start().mustApply()
						r.archived()
						var mirror string
						r.now(func(_ *world.Directory, q *world.QuickSight) { mirror = q.GroupARN("t000", "qs:t000") })
						keys := []string{
							r.asset(world.KindFolder, region, "a", "t000", "QuickSight/t000-a.000", mirror),
							r.asset(world.KindTheme, region, "b", "t000", "QuickSight/t000-a.001"),
						}
						r.deleteGroup("qs:t000")
						r.deleteGroup("qs:t000:authors")
						r.check.lax["S7"] = true
						n := r.effects()
						if r.retiredBy(k, after, c.options) < k {
							k = 1000
						}
						crashes++
						r.retire(nil, c.options)
						if got := n.Load(); got != c.writes {
							t.Errorf("%d writes in all, want %d", got, c.writes)
						}
						for _, key := range keys {
							expect(t, key, r.owners(key), c.owner)
						}
						expect(t, "left", r.users("t000"))
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
			t.Logf("%d crashes", crashes)
		})
	}
}

// retired checks what is given to the house, and taken from a marked group, when a customer leaves, and reports whether a
// change is one of those.
func (c *checker) retired(call awssim.Call, kind, namespace string, g world.Group, revoked bool) bool {
	switch {
	case c.heirs == "" || kind != "group":
		return false
	case !revoked && namespace+"/"+g.Name == c.heirs:
		for _, a := range c.about(call) {
			for principal := range a.Permissions {
				if !strings.Contains(principal, "/"+c.retires+"/") && !strings.HasSuffix(principal, "/"+c.heirs) {
					c.breach(call, "S6", "%s is shared with %s, and is handed over to the house", a.Key(), principal)
				}
			}
		}
		return true
	case revoked && namespace == c.retires:
		if _, marked := markOf(g); !marked && g.Description != custodiansMark {
			c.breach(call, "S4", "something is taken from %s of %s", g.Name, namespace)
		}
		c.ownedStill(call)
		return true
	}
	return false
}

var archive = engine.RetireOptions{Many: true, To: plan.HouseGroup{Namespace: "default", Group: "Archive"}}

// archived lets the house have a group that inherits.
func (r *rig) archived() {
	r.byHand("default", func(c *world.Contents) { c.Groups.Put("Archive", world.Group{Name: "Archive"}) })
	r.check.retires, r.check.heirs = "t000", "default/Archive"
}

// TestRetireToTheHouse: what leavers own alone, or together, or left to the custodians earlier, goes to the house; the
// marked groups lose what they have of it, and of what was the house's before; then nothing hangs on the namespace. What
// another tenant has part in stays, and is left to a person.
func TestRetireToTheHouse(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{assets: "us-east-1, eu-west-1"}, func(r *rig) {
		p := r.start()
		p.mustApply()
		var mirror, admin, heirs, other, hand string
		r.archived()
		r.byHand("t000", func(c *world.Contents) {
			c.Groups.Put("by hand", world.Group{Name: "by hand"})
			c.Groups.Put(custodians, world.Group{Name: custodians, Description: custodiansMark})
		})
		r.registerByHand("default", "arn:aws:iam::"+account+":role/Admin", "root", "ADMIN")
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			mirror, heirs, admin = q.GroupARN("t000", "qs:t000"), q.GroupARN("t000", custodians), q.UserARN("default", "Admin/root")
			other, hand = q.GroupARN("t001", "qs:t001"), q.GroupARN("t000", "by hand")
		})
		own := func(key string, more ...string) string {
			r.now(func(_ *world.Directory, q *world.QuickSight) {
				a, _ := q.Assets().Get(key)
				for _, arn := range more {
					a.Permissions[arn] = a.Kind.Owner()
				}
				q.PutAsset(a)
			})
			return key
		}
		one, two := "QuickSight/t000-a.000", "QuickSight/t000-a.001"
		var partner string
		r.now(func(_ *world.Directory, q *world.QuickSight) { partner = q.UserARN("t000", two) })
		keys := []string{
			r.asset(world.KindDashboard, "eu-west-1", "alone", "t000", one, mirror),
			own(r.asset(world.KindDataSet, region, "together", "t000", one), partner),
			r.asset(world.KindTheme, region, "theme", "t000", two),
			r.given(world.KindFolder, "inherited", map[string]bool{heirs: true}),
		}
		house := r.given(world.KindDashboard, "houses", map[string]bool{admin: true, mirror: false, hand: false})
		shared := r.given(world.KindAnalysis, "shared", map[string]bool{heirs: true, other: false})
		r.deleteGroup("qs:t000")
		r.deleteGroup("qs:t000:authors")
		r.check.lax["S7"] = true
		leaving, _ := r.retire(r.history(), archive)
		for _, key := range keys {
			expect(t, key, r.owners(key), "group/default/Archive")
		}
		expect(t, house, r.owners(house), "user/default/Admin/root")
		expect(t, shared, r.owners(shared), "group/t000/"+custodians)
		left, err := r.start().retirement(nil).Left(context.Background(), leaving)
		if err != nil || len(left.Ours)+len(left.Others) > 0 {
			t.Fatalf("%+v, %v", left, err)
		}
		var granted []string
		for _, g := range left.Granted {
			granted = append(granted, g.Asset.ID+" "+g.To.Name)
		}
		slices.Sort(granted)
		expect(t, "granted still", granted, "houses by hand", "shared "+custodians)
		if n := r.writes(func() { r.retire(nil, archive) }); n != 0 {
			t.Errorf("%d writes when it was done", n)
		}
		r.settled()
	})
}

// given is an asset with owners (true) and viewers.
func (r *rig) given(kind world.AssetKind, id string, to map[string]bool) string {
	a := world.Asset{Kind: kind, Region: region, ID: id, Name: "the " + id, Permissions: map[string][]string{}}
	for arn, owns := range to {
		a.Permissions[arn] = kind.Viewer()
		if owns {
			a.Permissions[arn] = kind.Owner()
		}
	}
	r.now(func(_ *world.Directory, q *world.QuickSight) { q.PutAsset(a) })
	return a.Key()
}

// TestRetireOwnedTogether: two who own something together leave in one run, and the custodians have it then.
func TestRetireOwnedTogether(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		key := departed(r)
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			a, _ := q.Assets().Get(key)
			a.Permissions[q.UserARN("t000", "QuickSight/t000-a.001")] = a.Kind.Owner()
			a.Permissions[q.UserARN("t000", "QuickSight/t000-a.002")] = a.Kind.Owner()
			q.PutAsset(a)
		})
		r.retire(nil, engine.RetireOptions{Many: true})
		expect(t, "left", r.ours())
		expect(t, key, r.owners(key), "group/t000/"+custodians)
	})
}

// TestRetireToNobody: who inherits must be a group that is there, and the house's.
func TestRetireToNobody(t *testing.T) {
	t.Parallel()
	in(t, workshop(), settings{}, func(r *rig) {
		departed(r)
		for to, why := range map[plan.HouseGroup]string{
			{Namespace: "default", Group: "Archive"}: "has no group Archive",
			{Namespace: "t001", Group: "qs:t001"}:    "is not the house's",
			{Namespace: "Default", Group: "Archive"}: "is not the house's",
		} {
			_, err := r.start().retirement(nil).Plan(context.Background(), t000, engine.RetireOptions{To: to})
			if _, ok := errors.AsType[*engine.RefusedError](err); !ok || !strings.Contains(err.Error(), why) {
				t.Errorf("%v: %v", to, err)
			}
		}
	})
}
