package systemtest

import (
	"context"
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

// TestMigratePilot: one customer is moved, with all that they have; the other is byte for byte as it was. Nothing is left to
// do, and undone it is all as it was before.
func TestMigratePilot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, stranding(), strandedSettings)
		r.check.off = true
		s := strand(r, role)
		r.byHand("default", func(c *world.Contents) {
			c.Groups.Put("everyone", world.Group{Name: "everyone"})
			for _, u := range c.Users.All() {
				c.Join("everyone", u.UserName)
			}
		})
		before := r.state()
		m, report := r.migrate(pilot)
		r.clean(report)
		if others, were := about(r.state(), "t001"), about(before, "t001"); others != were {
			t.Errorf("the other customer is\n%s\nand was\n%s", others, were)
		}
		if report.Done != 3 {
			t.Errorf("%d were moved", report.Done)
		}
		expect(t, "default", r.users("default"), "QuickSight/t001-a.000", "QuickSight/t001.000", "QuickSight/t001.001", "Staff/boss")
		expect(t, "t000", r.users("t000"), "QuickSight/t000-a.000", "QuickSight/t000.000", "QuickSight/t000.001")
		expect(t, "authors", r.members("t000", "qs:t000:authors"), "QuickSight/t000-a.000")
		for _, key := range []string{s.sales, s.source, s.theme} {
			expect(t, key, r.owners(key), "user/t000/QuickSight/t000-a.000")
		}
		expect(t, "house", r.owners(s.house), "user/default/Staff/boss")
		for _, u := range r.users("t000") {
			if got := r.may(s.house, "t000", u); got != "viewer" {
				t.Errorf("%s may be %q of the house's dashboard", u, got)
			}
		}
		if got := r.may(s.sales, "t000", "QuickSight/t000.000"); got != "viewer" {
			t.Errorf("the reader may be %q", got)
		}
		if got := r.may(s.sales, "t000", "QuickSight/t000.001"); got != "" {
			t.Errorf("the other reader may be %q", got)
		}
		r.noMoves()
		// The others are held in default, as they were.
		for _, step := range r.mustPlan().Plan.Steps {
			if step.Change.In() == t000 && step.Held == "" {
				t.Errorf("still to do: %s %s", step.Change.Kind(), step.Change.Object())
			}
		}
		r.clean(r.undo(m.Images))
		r.noMoves()
		if after := withoutTenants(r.state()); after != withoutTenants(before) {
			t.Errorf("undone, it is\n%s\nand was\n%s", after, before)
		}
		expect(t, "t000 undone", r.users("t000"))
	})
}

// TestMigrateDoorOpen: just-in-time provisioning lets people in again as soon as they are out of default, each of them
// twice. The same run sees it, and ends with everybody where they belong.
func TestMigrateDoorOpen(t *testing.T) {
	t.Parallel()
	for name, twice := range map[string]bool{"one namespace each": false, "AWS lets them be in two": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, few(), strandedSettings)
				r.check.off = true
				r.behave(func(b *world.Behaviour) { b.OnePrincipalOneNamespace = !twice })
				keys := strandFew(r, role)
				again := map[string]int{}
				r.watch(func(c awssim.Call) awssim.Fault {
					if c.Phase == awssim.AfterEffect && c.Op == "quicksight:DeleteUser" && c.Error == "" && c.Path["Namespace"] == "default" {
						session := strings.TrimPrefix(c.Path["UserName"], "QuickSight/")
						if again[session]++; again[session] <= 2 {
							r.registerByHand("default", role, session, "READER")
						}
					}
					return awssim.Fault{}
				})
				_, report := r.migrate(engine.MigrateOptions{})
				r.clean(report)
				r.watch(nil)
				r.moved(keys)
				if len(again) != 3 || again["t000.000"] != 3 {
					t.Errorf("taken out %v", again)
				}
			})
		})
	}
}

// formerly lets people have signed in through another role before.
var formerly = settings{more: strandedSettings.more, role: role + "\n  former_roles: [\"arn:aws:iam::" + account + ":role/Old\"]"}

// TestMigrateTwoPhases: who signs in through another role than before is prepared: they are in the tenant with all that they
// had, and the user of before stays as it was. After a while, or when told, it goes; and nothing of it happens twice.
func TestMigrateTwoPhases(t *testing.T) {
	t.Parallel()
	const old = "arn:aws:iam::" + account + ":role/Old"
	keep := engine.MigrateOptions{Keep: 14 * 24 * time.Hour}
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, few(), formerly)
		r.check.off = true
		keys := strandFew(r, old)
		before := withoutTenants(r.state())
		m, report := r.migrate(keep)
		r.clean(report)
		r.moved(keys, "Old/t000-a.000", "Old/t000.000", "Old/t000.001")
		for _, key := range keys {
			if got := r.may(key, "default", "Old/t000-a.000"); got == "" {
				t.Errorf("the user of before has nothing of %s", key)
			}
		}
		if n := r.writes(func() { r.migrate(keep) }); n != 0 {
			t.Errorf("%d writes while they are kept", n)
		}
		r.clean(r.undo(m.Images))
		if after := withoutTenants(r.state()); after != before {
			t.Errorf("undone, it is\n%s\nand was\n%s", after, before)
		}
		expect(t, "t000 undone", r.users("t000"))

		_, report = r.migrate(keep)
		r.clean(report)
		time.Sleep(15 * 24 * time.Hour)
		m, report = r.migrate(keep)
		r.clean(report)
		r.moved(keys)
		r.settled()
		r.clean(r.undo(m.Images))
		for i, want := range []string{"owner", "owner", "viewer"} {
			if got := r.may(keys[i], "default", "Old/t000-a.000"); got != want {
				t.Errorf("undone, the author is %q of %s", got, keys[i])
			}
		}
		_, report = r.migrate(engine.MigrateOptions{Finish: true})
		r.clean(report)
		_, report = r.migrate(engine.MigrateOptions{Finish: true})
		r.clean(report)
		r.moved(keys)
	})
}

// TestMigrateHouse: whoever is of the house stays, and so does somebody of it who is in a customer's group too, and an
// administrator; each is told. A pass of serve takes nobody out of default.
func TestMigrateHouse(t *testing.T) {
	t.Parallel()
	seed := few()
	seed.IdentityCenter.Groups = append(seed.IdentityCenter.Groups, world.DirectoryGroupSeed{DisplayName: "staff", Members: []string{"t000-a.000"}})
	s := strandedSettings
	s.more = "house: {groups: [staff], sign_in_roles: [\"" + houseRole + "\"]}"
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, seed, s)
		strandFew(r, role)
		r.registerByHand("default", role, "boss", "ADMIN") // boss signs in by both roles
		before := r.state("default")
		pass := r.mustPlan()
		if got := heldBy(&pass.Plan, "house-person"); len(got) != 1 {
			t.Errorf("held: %q", got)
		}
		r.start().mustApply()
		if after := r.state("default"); after != before {
			t.Errorf("an apply has written to default:\n%s", after)
		}
		r.check.off = true
		m, report := r.migrate(engine.MigrateOptions{Allow: []tenancy.Code{plan.SpansTenants}})
		r.clean(report)
		if len(m.Migrants) != 2 || m.Migrants[0].As != "QuickSight/t000.000" {
			t.Errorf("%+v", m.Migrants)
		}
		expect(t, "default", r.users("default"), "QuickSight/boss", "QuickSight/t000-a.000", "Staff/boss")
	})
}

// TestMigrateChanged: what is not as it was when the migration was planned keeps somebody where they are: another role,
// something new that they have, who they are, and whether they belong there. They lose nothing, and nothing is left over but
// what the next run goes on with.
func TestMigrateChanged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(r *rig)
		says   string
	}{
		"the role": {func(r *rig) { r.giveRole("default", "QuickSight/t000-a.000", "ADMIN") }, "has another role by now"},
		"an asset": {func(r *rig) { r.asset(world.KindAnalysis, region, "new", "default", "QuickSight/t000-a.000") }, "more than the plan knows"},
		"a theme":  {func(r *rig) { r.asset(world.KindTheme, region, "new", "default", "QuickSight/t000-a.000") }, "more than the plan knows"},
		"the tag": {func(r *rig) {
			r.byHand("default", func(c *world.Contents) {
				u, _ := c.Users.Get("QuickSight/t000-a.000")
				u.Tags = []world.Tag{{Key: tenancy.TagPerson, Value: "somebody"}}
				c.Users.Put("QuickSight/t000-a.000", u)
			})
		}, "another person's"},
		"the group":    {func(r *rig) { r.leave("qs:t000:authors", "t000-a.000") }, ""},
		"who they are": {func(r *rig) { r.change("t000-a.000", func(p *world.Person) { p.UserName = "t000-a.001" }) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, few(), strandedSettings)
				r.check.off = true
				keys := strandFew(r, role)
				migration := r.start().migration()
				m, err := migration.Plan(context.Background(), engine.MigrateOptions{})
				if err != nil {
					t.Fatal(err)
				}
				c.change(r)
				report, err := migration.Apply(context.Background(), m, atOnce, nil)
				if err != nil || report.Done != 2 || len(report.Failed) != 1 || !strings.Contains(report.Failed[0].Err.Error(), c.says) {
					t.Fatalf("%+v, %v", report, err)
				}
				expect(t, "default", r.users("default"), "QuickSight/t000-a.000", "Staff/boss")
				for i, want := range []string{"owner", "owner", "viewer"} {
					if got := r.may(keys[i], "default", "QuickSight/t000-a.000"); got != want {
						t.Errorf("%q of %s", got, keys[i])
					}
				}
			})
		})
	}
}

// TestMigrateLetInLater: somebody was taken out of default, and their process died; before the next one begins they have
// signed in, and are in default again with nothing. They get all that is parked for them.
func TestMigrateLetInLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, few(), strandedSettings)
		r.check.off = true
		keys := strandFew(r, role)
		p := r.start()
		p.line.cut = func(sent bool) bool {
			_, there := r.user("default", "QuickSight/t000-a.000")
			return sent && !there
		}
		migrating(engine.MigrateOptions{})(context.Background(), p)
		r.registerByHand("default", role, "t000-a.000", "AUTHOR")
		_, report := r.migrate(engine.MigrateOptions{})
		r.clean(report)
		r.moved(keys)
		r.settled()
	})
}

// TestMigrateUndoneLater: a migration is undone when people have worked in the tenant for a while. What they made there goes
// back with them, and what is gone by then is no hindrance.
func TestMigrateUndoneLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, few(), strandedSettings)
		r.check.off = true
		keys := strandFew(r, role)
		m, report := r.migrate(engine.MigrateOptions{})
		r.clean(report)
		made := r.asset(world.KindAnalysis, region, "made", "t000", "QuickSight/t000-a.000")
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			a, _ := q.Assets().Get(keys[1])
			q.DeleteAsset(a)
		})
		r.clean(r.undo(m.Images))
		expect(t, "what was made", r.owners(made), "user/default/QuickSight/t000-a.000")
		expect(t, "sales", r.owners(keys[0]), "user/default/QuickSight/t000-a.000")
		expect(t, "t000", r.users("t000"))
		r.noMoves()
	})
}

// TestMigrateSeesWhatIsShared: one person is the first of their customer, and their namespace, group and shares are made for
// them: they see the house's dashboard as before. Where the share is held they would not, and are held.
func TestMigrateSeesWhatIsShared(t *testing.T) {
	t.Parallel()
	for name, divided := range map[string]bool{"divided": true, "the same rows for everybody": false} {
		t.Run(name, func(t *testing.T) {
			s := strandedSettings
			s.more += "\nall_tenants: {shares: [{dashboard: board}]}"
			seed := few()
			add(&seed, "qs:t001", 1) // with a second tenant it is of concern whose rows they are
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, seed, s)
				r.check.off = true
				strandFew(r, role)
				key := r.dashboard("board", divided)
				r.now(func(_ *world.Directory, q *world.QuickSight) {
					a, _ := q.Assets().Get(key)
					a.Permissions = map[string][]string{
						q.UserARN("default", "Staff/boss"): a.Kind.Owner(), strings.Replace(q.UserARN("default", "x/y"), "user/default/x/y", "namespace/default", 1): a.Kind.Viewer(),
					}
					q.PutAsset(a)
				})
				m, report := r.migrate(engine.MigrateOptions{Person: "t000.001", Allow: []tenancy.Code{plan.RLSNames}})
				r.clean(report)
				_, there := r.user("t000", "QuickSight/t000.001")
				if there != divided || divided != r.sees("t000", "qs:t000", key) || (m.Migrants[0].Held() == plan.SeesLess) == divided {
					t.Errorf("moved %v, sees %v, held %v", there, r.sees("t000", "qs:t000", key), m.Migrants[0].Codes)
				}
				expect(t, "t000", r.users("t000"), map[bool][]string{true: {"QuickSight/t000.001"}}[divided]...)
			})
		})
	}
}

// TestMigrateOutOfAnotherNamespace: a namespace that nobody manages has people of a tenant, too. They are moved like those of
// default; whoever else is there stays, and so does the namespace.
func TestMigrateOutOfAnotherNamespace(t *testing.T) {
	t.Parallel()
	seed := few()
	seed.QuickSight.Namespaces = []world.NamespaceSeed{{Name: "legacy"}}
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, seed, strandedSettings)
		r.check.off = true
		r.registerByHand("legacy", role, "t000-a.000", "AUTHOR")
		r.registerByHand("legacy", role, "somebody", "AUTHOR")
		mine := r.asset(world.KindDashboard, region, "mine", "legacy", "QuickSight/t000-a.000")
		theirs := r.asset(world.KindDashboard, region, "theirs", "legacy", "QuickSight/somebody")
		m, report := r.migrate(engine.MigrateOptions{})
		r.clean(report)
		expect(t, "legacy", r.users("legacy"), "QuickSight/somebody")
		expect(t, "t000", r.users("t000"), "QuickSight/t000-a.000")
		expect(t, "mine", r.owners(mine), "user/t000/QuickSight/t000-a.000")
		expect(t, "theirs", r.owners(theirs), "user/legacy/QuickSight/somebody")
		r.clean(r.undo(m.Images))
		expect(t, "legacy", r.users("legacy"), "QuickSight/somebody", "QuickSight/t000-a.000")
		expect(t, "mine", r.owners(mine), "user/legacy/QuickSight/t000-a.000")
	})
}
