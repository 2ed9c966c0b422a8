package systemtest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
)

// ownedBy makes a user the only owner of an asset.
func (r *rig) ownedBy(key, namespace, user string) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		a, _ := q.Assets().Get(key)
		for _, arn := range a.Owners() {
			delete(a.Permissions, arn)
		}
		a.Permissions[q.UserARN(namespace, user)] = a.Kind.Owner()
		q.PutAsset(a)
	})
}

// deleteAsset does what its owner does.
func (r *rig) deleteAsset(key string) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		a, _ := q.Assets().Get(key)
		q.DeleteAsset(a)
	})
}

// planned plans a migration, for something to happen before it is applied.
func (r *rig) plannedMigration(o engine.MigrateOptions) (*engine.Migration, *engine.Migrating) {
	r.Helper()
	t := r.start().migration()
	m, err := t.Plan(context.Background(), o)
	if err != nil {
		r.Fatalf("planning the migration: %v", err)
	}
	return t, m
}

// TestMigrateHandedOver: somebody who could only look at a dashboard is made its only owner after the plan. They are not
// taken out: nobody would own it.
func TestMigrateHandedOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, few(), strandedSettings)
		r.check.off = true
		keys := strandFew(r, role)
		migration, m := r.plannedMigration(engine.MigrateOptions{})
		r.ownedBy(keys[2], "default", "QuickSight/t000-a.000")
		report, err := migration.Apply(context.Background(), m, atOnce, nil)
		if err != nil || len(report.Failed) != 1 {
			t.Errorf("%+v, %v", report, err)
		}
		r.noMovesBut(keys[2], "QuickSight/t000-a.000")
		_, again := r.migrate(engine.MigrateOptions{})
		r.clean(again)
		expect(t, "owners", r.owners(keys[2]), "user/t000/QuickSight/t000-a.000")
	})
}

// noMovesBut makes sure that somebody in default owns an asset.
func (r *rig) noMovesBut(key, user string) {
	r.Helper()
	if _, there := r.user("default", user); !there || !slices.Contains(r.owners(key), "user/default/"+user) {
		r.Errorf("S6: %s is owned by %q, and %s is in default: %v", key, r.owners(key), user, there)
	}
}

// TestMigrateAssetGone: an asset is deleted between somebody's eviction and what they get back of it. They get the rest.
func TestMigrateAssetGone(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"quicksight:CreateGroup", "quicksight:DeleteUser"} {
		t.Run(op, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, few(), strandedSettings)
				r.check.off = true
				keys := strandFew(r, role)
				gone := r.asset(world.KindDashboard, region, "a-gone", "default", "QuickSight/t000-a.000")
				r.watch(func(c awssim.Call) awssim.Fault {
					if c.Phase == awssim.AfterEffect && c.Op == op && (c.Path["UserName"] == "QuickSight/t000-a.000" || op != "quicksight:DeleteUser") && gone != "" {
						r.deleteAsset(gone)
						gone = ""
					}
					return awssim.Fault{}
				})
				_, report := r.migrate(engine.MigrateOptions{})
				r.clean(report)
				r.moved(keys)
			})
		})
	}
}

// TestMigrateInterrupted: whoever was taken out when a run is interrupted, or stops since others fail, comes into the tenant
// all the same.
func TestMigrateInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, few(), strandedSettings)
		r.check.off = true
		strandFew(r, role)
		migration, m := r.plannedMigration(engine.MigrateOptions{})
		ctx, interrupt := context.WithCancel(context.Background())
		defer interrupt()
		r.watch(func(c awssim.Call) awssim.Fault {
			if c.Phase == awssim.AfterEffect && c.Op == "quicksight:DeleteUser" {
				interrupt()
			}
			return awssim.Fault{}
		})
		report, err := migration.Apply(ctx, m, engine.ApplyMigration{Batch: 1, StopAfter: 3}, nil)
		if err != nil || !report.Interrupted {
			t.Errorf("%+v, %v", report, err)
		}
		if all := append(r.users("default"), r.users("t000")...); len(all) != 4 {
			t.Errorf("somebody is in no namespace: %q", all)
		}
	})
}

// TestUndoGroupGone: a group of default is gone when a migration is undone. Who was in it gets back what else they had.
func TestUndoGroupGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, few(), strandedSettings)
		r.check.off = true
		keys := strandFew(r, role)
		for _, g := range []string{"gone", "stays"} {
			r.byHand("default", func(c *world.Contents) {
				c.Groups.Put(g, world.Group{Name: g})
				c.Join(g, "QuickSight/t000-a.000")
			})
		}
		m, report := r.migrate(engine.MigrateOptions{})
		r.clean(report)
		r.byHand("default", func(c *world.Contents) { c.Groups.Delete("gone") })
		r.clean(r.undo(m.Images))
		for i, want := range []string{"owner", "owner", "viewer"} {
			if got := r.may(keys[i], "default", "QuickSight/t000-a.000"); got != want {
				t.Errorf("undone, the author is %q of %s", got, keys[i])
			}
		}
		expect(t, "the group", r.members("default", "stays"), "QuickSight/t000-a.000")
		r.noMoves()
	})
}

// TestUndoOfOld: whoever is somebody else, somewhere else or nobody by now is not let into default by an old file.
func TestUndoOfOld(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(r *rig){
		"has left":    func(r *rig) { r.forget("t000-a.000") },
		"is disabled": func(r *rig) { r.disable("t000-a.000") },
		"is renamed":  func(r *rig) { r.change("t000-a.000", func(p *world.Person) { p.UserName = "new-name" }) },
		"their name is another's": func(r *rig) {
			r.change("t000-a.000", func(p *world.Person) { p.UserName = "new-name" })
			r.person("t000-a.000", "other@example.com")
		},
		"lives in another tenant": func(r *rig) {
			r.byHand("t000", func(c *world.Contents) { c.Users.Delete("QuickSight/t000-a.000") })
			r.behave(func(b *world.Behaviour) { b.OnePrincipalOneNamespace = false })
			r.registerByHand("t001", role, "t000-a.000", "AUTHOR")
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seed := few()
				add(&seed, "qs:t001", 1)
				r := newRig(t, seed, strandedSettings)
				r.check.off = true
				strandFew(r, role)
				r.start().mustApply()
				m, report := r.migrate(engine.MigrateOptions{})
				r.clean(report)
				change(r)
				migration := r.start().migration()
				u, err := migration.PlanUndo(context.Background(), m.Images)
				if err != nil {
					t.Fatal(err)
				}
				migration.Undo(context.Background(), u, atOnce, nil)
				expect(t, "default", r.users("default"), "QuickSight/t000.000", "QuickSight/t000.001", "Staff/boss")
				if len(u.Holds) != 1 || u.Holds[0].Ends == "" {
					t.Errorf("held: %v", u.Holds)
				}
			})
		})
	}
}

// TestUndoIntoTenant: a file that says that somebody was in what is a tenant's namespace lets nobody in there.
func TestUndoIntoTenant(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, stranding(), strandedSettings)
		r.check.off = true
		strand(r, role)
		m, report := r.migrate(engine.MigrateOptions{})
		r.clean(report)
		images := m.Images
		images.People = slices.Clone(images.People[:1])
		images.People[0].Namespace = "t001"
		before := r.users("t001")
		migration := r.start().migration()
		if u, err := migration.PlanUndo(context.Background(), images); err == nil {
			migration.Undo(context.Background(), u, atOnce, nil)
		}
		expect(t, "t001", r.users("t001"), before...)
	})
}

// TestMigratePreparedAgain: somebody was prepared, brought back, and is prepared again much later. The user of before is kept
// from then on, and not from the first time.
func TestMigratePreparedAgain(t *testing.T) {
	t.Parallel()
	const old = "arn:aws:iam::" + account + ":role/Old"
	keep := engine.MigrateOptions{Keep: 14 * 24 * time.Hour}
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, few(), formerly)
		r.check.off = true
		keys := strandFew(r, old)
		m, report := r.migrate(keep)
		r.clean(report)
		r.clean(r.undo(m.Images))
		time.Sleep(20 * 24 * time.Hour)
		_, report = r.migrate(keep)
		r.clean(report)
		_, report = r.migrate(keep)
		r.clean(report)
		r.moved(keys, "Old/t000-a.000", "Old/t000.000", "Old/t000.001")
	})
}

// TestMigrateGroundFails: a group of the tenant cannot be made. Nobody is moved into a tenant that is not ready for them.
func TestMigrateGroundFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, few(), strandedSettings)
		r.check.off = true
		strandFew(r, role)
		r.suffer(awssim.FailBefore("quicksight:CreateGroup", wire.Errorf(401, "AccessDeniedException", "no")))
		_, report := r.migrate(engine.MigrateOptions{})
		if len(report.Unready) != 3 || report.Done != 0 || len(report.Failed) != 0 || len(report.Ground.Failed) == 0 {
			t.Errorf("%+v", report)
		}
		if got := len(r.users("default")); got != 4 {
			t.Errorf("%d are in default", got)
		}
	})
}

// TestUndoAnothers: what another tenant's people own by the time a migration is undone is given to nobody of default.
func TestUndoAnothers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		seed := few()
		add(&seed, "qs:t001:authors", 1)
		r := newRig(t, seed, strandedSettings)
		r.check.off = true
		keys := strandFew(r, role)
		m, report := r.migrate(engine.MigrateOptions{})
		r.clean(report)
		r.start().mustApply() // which founds t001
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			a, _ := q.Assets().Get(keys[0])
			a.Permissions = map[string][]string{q.UserARN("t001", "QuickSight/t001-a.000"): a.Kind.Owner()}
			q.PutAsset(a)
		})
		r.clean(r.undo(m.Images))
		if may := r.may(keys[0], "default", "QuickSight/t000-a.000"); may != "" {
			t.Errorf("the author may be %q of what is t001's", may)
		}
		if may := r.may(keys[1], "default", "QuickSight/t000-a.000"); may != "owner" {
			t.Errorf("the author is %q of their own", may)
		}
	})
}

// TestUndoneTwice: everybody is back, and so there is nothing to do, and nothing is written.
func TestUndoneTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, few(), strandedSettings)
		r.check.off = true
		strandFew(r, role)
		m, report := r.migrate(engine.MigrateOptions{})
		r.clean(report)
		if report = r.undo(m.Images); report.Done != 3 {
			t.Errorf("%d were brought back", report.Done)
		}
		if n := r.writes(func() { report = r.undo(m.Images) }); n != 0 || report.Done != 0 {
			t.Errorf("%d writes, %d brought back again", n, report.Done)
		}
	})
}

// TestMigrateMapsNothing: a group map that names no group, on either side, is refused before anything is read for it.
func TestMigrateMapsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, few(), strandedSettings)
		r.check.off = true
		strandFew(r, role)
		r.byHand("default", func(c *world.Contents) { c.Groups.Put("all", world.Group{Name: "all"}) })
		for _, m := range []plan.GroupMap{
			{Namespace: "default", Group: "al", Mirror: "qs:{namespace}"}, {Namespace: "default", Group: "all", Mirror: "qs:{namespce}"}, {Namespace: "nowhere", Group: "all", Mirror: "qs:t000"},
		} {
			_, err := r.start().migration().Plan(context.Background(), engine.MigrateOptions{Shares: []plan.GroupMap{m}})
			if _, refused := errors.AsType[*engine.RefusedError](err); !refused {
				t.Errorf("%+v: %v", m, err)
			}
		}
		if _, err := r.start().migration().Plan(context.Background(), engine.MigrateOptions{Shares: []plan.GroupMap{{Namespace: "default", Group: "all", Mirror: "qs:{namespace}"}}}); err != nil {
			t.Error(err)
		}
	})
}
