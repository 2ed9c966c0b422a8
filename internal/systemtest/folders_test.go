package systemtest

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
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

// folderPrefix is how tenants' own folders are known.
const folderPrefix = "tenantry-"

// folderNamed is the id of a tenant's folder. It is spelt out for the one name of these tests that cannot be an id.
func folderNamed(namespace string) string {
	if namespace == "a.b" {
		return folderPrefix + "a_-b"
	}
	return folderPrefix + namespace
}

// wantsFolders reports whether the configuration asks for any.
func (c *checker) wantsFolders() bool {
	rules := c.rig.config.Rules
	for _, r := range rules.Tenants {
		if r.Folder {
			return true
		}
	}
	return rules.Folder
}

// createFolder checks that what is made is a folder that a tenant is to have, tagged as ours, given to nobody, and under
// no other.
func (c *checker) createFolder(call awssim.Call) {
	var in struct {
		Name, FolderType, SharingModel, ParentFolderArn string
		Permissions                                     []any
		Tags                                            []world.Tag
	}
	_ = call.Decode(&in)
	n, there := c.rig.w.QuickSight.Namespaces().Get(in.Name)
	if call.Committed {
		c.ownerless[folderKey(in.Name)] = true // until there are authors
	}
	switch {
	case !c.wantsFolders():
		c.breach(call, "S5", "a folder is made, and nobody asks for one")
	case call.Path["FolderId"] != folderNamed(in.Name):
		c.breach(call, "S4", "the folder %s is made for %s", call.Path["FolderId"], in.Name)
	case in.FolderType != "SHARED" || in.SharingModel != "" || in.ParentFolderArn != "" || len(in.Permissions) > 0:
		c.breach(call, "S10", "the folder of %s is made as no folder of a tenant's should be: %s", in.Name, call.Body)
	case len(in.Tags) != 2 || in.Tags[0] != (world.Tag{Key: "tenantry", Value: store}) || in.Tags[1].Key != "tenantry-founders":
		c.breach(call, "S4", "the folder of %s has the tags %v", in.Name, in.Tags)
	case !there || n.Status != world.StatusCreated || !c.ours(n):
		c.breach(call, "S9", "a folder for %s, which is no namespace of ours that is ready", in.Name)
	}
}

// opened checks that a tenant's own folder is opened to its own groups only, for owning to those of authors only, and that
// the folder is ours. It reports whether it is about that.
func (c *checker) opened(call awssim.Call, n world.Namespace, g world.Group, arn string) bool {
	all := c.about(call)
	if len(all) != 1 || all[0].Kind != world.KindFolder || !strings.HasPrefix(all[0].ID, folderPrefix) {
		return false
	}
	a := all[0]
	var in struct{ GrantPermissions []struct{ Actions []string } }
	_ = call.Decode(&in)
	group, marked := markOf(g)
	if !marked || a.ID != folderNamed(n.Name) {
		c.breach(call, "S6", "the folder %s is opened to %s", a.ID, arn)
	}
	if !slices.Contains(a.Tags, world.Tag{Key: "tenantry", Value: store}) {
		c.breach(call, "S4", "the folder %s is opened, and is not ours", a.ID)
	}
	if !c.wantsFolders() {
		c.breach(call, "S5", "the folder %s is opened, and nobody asks for it", a.ID)
	}
	what := a.Kind.Viewer()
	if _, role := tenantOf(g.Name); role == "AUTHOR" {
		what = a.Kind.Owner()
		delete(c.ownerless, a.Key())
	}
	if len(in.GrantPermissions) != 1 || !slices.Equal(sortedTexts(in.GrantPermissions[0].Actions), sortedTexts(what)) {
		c.breach(call, "S10", "the group %s of %s gets %v of its folder", group, n.Name, in.GrantPermissions)
	}
	return true
}

// allFolders lets every tenant have a folder.
func allFolders(more string) settings {
	return settings{more: "limits: {new_namespaces_per_day: 1000}\nall_tenants: {folder: true}\n" + more}
}

func folderKey(namespace string) string {
	return world.AssetKey(region, world.KindFolder, folderNamed(namespace))
}

// mayIn reports whether a user may do something in the folder of a tenant, through their groups.
func (r *rig) mayIn(folder, namespace, user, action string) (may bool) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		a, _ := q.Assets().Get(folderKey(folder))
		n, _ := q.Namespaces().Get(namespace)
		for _, m := range n.Contents.GroupsOf(user, "", world.View{}) {
			may = may || slices.Contains(a.Permissions[q.GroupARN(namespace, m.Group)], "quicksight:"+action)
		}
	})
	return may
}

// TestFolderOnboarding: each customer has a folder before anybody comes, of which authors are owners and readers viewers;
// a pass with nothing to do costs one call for each.
func TestFolderOnboarding(t *testing.T) {
	t.Parallel()
	seed := tenants(2, 3)
	add(&seed, "qs:t000:authors", 2)
	in(t, seed, allFolders(""), func(r *rig) {
		var early []string
		r.watch(func(c awssim.Call) awssim.Fault {
			if n := c.Path["Namespace"]; c.Phase == awssim.BeforeEffect && c.Operation == "CreateGroupMembership" {
				r.now(func(_ *world.Directory, q *world.QuickSight) {
					if a, _ := q.Assets().Get(folderKey(n)); a.Permissions[q.GroupARN(n, c.Path["GroupName"])] == nil {
						early = append(early, c.Path["GroupName"])
					}
				})
			}
			return awssim.Fault{}
		})
		r.start().mustApply()
		if len(early) > 0 {
			t.Errorf("somebody came in before there was a folder: %v", early)
		}
		for _, c := range []struct {
			folder, in, user, action string
			want                     bool
		}{
			{"t000", "t000", "QuickSight/t000-a.000", "CreateFolderMembership", true},
			{"t000", "t000", "QuickSight/t000.000", "CreateFolderMembership", false},
			{"t000", "t000", "QuickSight/t000.000", "DescribeFolder", true},
			{"t001", "t001", "QuickSight/t001.000", "DescribeFolder", true},
			{"t001", "t000", "QuickSight/t000-a.000", "DescribeFolder", false},
		} {
			if got := r.mayIn(c.folder, c.in, c.user, c.action); got != c.want {
				t.Errorf("%s in the folder of %s by %s: %v", c.action, c.folder, c.user, got)
			}
		}
		before, tags := r.sim.Calls(), 0
		r.watch(func(c awssim.Call) awssim.Fault {
			if c.Phase == awssim.BeforeEffect && c.Operation == "ListTagsForResource" && strings.Contains(c.Path["ResourceArn"], ":folder/") {
				tags++
			}
			return awssim.Fault{}
		})
		r.settled()
		if calls := minus(r.sim.Calls(), before); calls["quicksight:DescribeFolderPermissions"] != 2 || tags != 0 {
			t.Errorf("a pass with nothing to do asks about two folders: %v, and for the tags of %d", calls, tags)
		}
	})
}

// TestFolderServe: the first person of a new customer, an author, finds the folder on arrival through an event, and can put
// something in; a hint that makes no group asks about no folder; and one that somebody deletes is back after a pass.
func TestFolderServe(t *testing.T) {
	t.Parallel()
	in(t, right(2, 3), allFolders(""), func(r *rig) {
		o := newOffice()
		s := r.daemon(service{inbox: o, rate: 1000})
		s.settle()
		if !r.mayIn("t000", "t000", "QuickSight/t000.000", "DescribeFolder") || !r.mayIn("t001", "t001", "QuickSight/t001.000", "DescribeFolder") {
			t.Error("tenants that were there before the folder have none")
		}
		asked := r.sim.Calls()["quicksight:DescribeFolderPermissions"]
		r.join("qs:t000", r.someone("ana"))
		o.send(joinedByAPI(r.groupID("qs:t000"), r.id("ana")), 0)
		r.waitFor("ana", time.Minute, func() bool { return r.registered("t000", "QuickSight/ana") })
		time.Sleep(time.Minute)
		if n := r.sim.Calls()["quicksight:DescribeFolderPermissions"] - asked; n != 0 {
			t.Errorf("a hint that makes no group asks %d times about a folder", n)
		}
		group := r.group("qs:new:authors", r.someone("new"))
		o.send(joinedByAPI(group, r.id("new")), 0)
		r.waitFor("the first person", 5*time.Minute, func() bool { return r.registered("new", "QuickSight/new") })
		if !r.mayIn("new", "new", "QuickSight/new", "CreateFolderMembership") {
			t.Error("the first person of a new customer cannot put anything into its folder")
		}
		// A second group of the tenant, which was founded with the first by nobody, waits for a word; a group of a further
		// customer, in which nobody is yet, has its folder at once.
		group = r.group("qs:late")
		o.send(createdByAPI(group), 0)
		r.waitFor("the group", 5*time.Minute, func() bool { return r.opened("late", "qs:late") != nil })
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			a, _ := q.Assets().Get(folderKey("t000"))
			q.DeleteAsset(a)
		})
		r.waitFor("the folder is back", time.Hour, func() bool { return r.mayIn("t000", "t000", "QuickSight/ana", "DescribeFolder") })
		s.stop()
		r.settled()
	})
}

// opened is what a group may do in the folder of its tenant.
func (r *rig) opened(namespace, group string) (actions []string) {
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		a, _ := q.Assets().Get(folderKey(namespace))
		actions = a.Permissions[q.GroupARN(namespace, group)]
	})
	return actions
}

// TestFolderDrift: what was deleted or taken away by hand is mended by the next run, without a word; what was given by hand
// stays, and somebody of another namespace is told of.
func TestFolderDrift(t *testing.T) {
	t.Parallel()
	seed := tenants(2, 2)
	add(&seed, "qs:t000:authors", 1)
	in(t, seed, allFolders(""), func(r *rig) {
		p := r.start()
		p.mustApply()
		var own, foreign string
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			one, _ := q.Assets().Get(folderKey("t001"))
			q.DeleteAsset(one)
			own, foreign = q.UserARN("t000", "QuickSight/t000.000"), q.GroupARN("t001", "qs:t001")
			a, _ := q.Assets().Get(folderKey("t000"))
			delete(a.Permissions, q.GroupARN("t000", "qs:t000"))
			a.Permissions[q.GroupARN("t000", "qs:t000:authors")] = a.Kind.Viewer()
			a.Permissions[own], a.Permissions[foreign] = a.Kind.Owner(), a.Kind.Viewer()
			q.PutAsset(a)
		})
		if n := r.writes(func() { p.mustApply() }); n != 4 {
			t.Errorf("%d writes, want 4: one folder and a group of it, and two groups of the other", n)
		}
		if !r.mayIn("t001", "t001", "QuickSight/t001.000", "DescribeFolder") || !r.mayIn("t000", "t000", "QuickSight/t000.000", "DescribeFolder") || !r.mayIn("t000", "t000", "QuickSight/t000-a.000", "CreateFolderMembership") {
			t.Error("it is not mended")
		}
		if notes := p.last.Plan.Notes; len(notes) != 1 || notes[0].Code != plan.FolderSharedOut || notes[0].Namespace != "t000" || !strings.Contains(notes[0].Text, "somebody of t001") {
			t.Errorf("told: %v", notes)
		}
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			a, _ := q.Assets().Get(folderKey("t000"))
			if len(a.Permissions) != 4 || !slices.Equal(a.Permissions[own], a.Kind.Owner()) || !slices.Equal(a.Permissions[foreign], a.Kind.Viewer()) {
				t.Errorf("what was given by hand is not left: %v", a.Permissions)
			}
		})
		r.settled()
	})
}

// TestFolderHeld: a folder that is not ours is not touched, and one about which nothing can be read is left; and people come
// in all the same.
func TestFolderHeld(t *testing.T) {
	t.Parallel()
	denied := func(operation string) awssim.Hook {
		return func(c awssim.Call) awssim.Fault {
			if c.Operation == operation && (operation != "ListTagsForResource" || strings.Contains(c.Path["ResourceArn"], "folder/")) {
				return awssim.Fault{Err: wire.Errorf(403, "AccessDeniedException", "not authorized")}
			}
			return awssim.Fault{}
		}
	}
	foreign := func(r *rig, tags ...world.Tag) {
		key := r.asset(world.KindFolder, region, folderPrefix+"t000", "default", boss)
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			a, _ := q.Assets().Get(key)
			a.Tags = tags
			q.PutAsset(a)
		})
	}
	for name, c := range map[string]struct {
		code string
		make func(r *rig)
	}{
		"by hand":                {"folder-taken", func(r *rig) { foreign(r) }},
		"another identity store": {"folder-taken", func(r *rig) { foreign(r, world.Tag{Key: "tenantry", Value: "d-0000000000"}) }},
		"permissions":            {"unread-asset", func(r *rig) { foreign(r); r.suffer(denied("DescribeFolderPermissions")) }},
		"tags":                   {"unread-asset", func(r *rig) { foreign(r); r.suffer(denied("ListTagsForResource")) }},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, tenants(1, 2), allFolders(""), func(r *rig) {
				c.make(r)
				p := r.start()
				p.mustApply()
				if held := heldBy(&p.last.Plan, c.code); !slices.Equal(held, []string{"folder us-east-1/tenantry-t000"}) {
					t.Errorf("held as %s: %v, of %v", c.code, held, p.last.Plan.Holds)
				}
				r.now(func(_ *world.Directory, q *world.QuickSight) {
					if a, _ := q.Assets().Get(folderKey("t000")); len(a.Permissions) != 1 {
						t.Errorf("it is touched: %v", a.Permissions)
					}
				})
				if !r.registered("t000", "QuickSight/t000.000") {
					t.Error("nobody comes in for that")
				}
				if held := r.settled().Plan.Holds; c.code == "folder-taken" {
					r.claim(held[0].Ends)
					r.start().mustApply()
					if r.opened("t000", "qs:t000") == nil {
						t.Errorf("it is not opened after: %s", held[0].Ends)
					}
					r.settled()
				}
			})
		})
	}
}

// claim gives a folder the tags that a hold names.
func (r *rig) claim(ends string) {
	r.Helper()
	tags := regexp.MustCompile(`--tags Key=(\S+),Value=(\S+) '?Key=(\S+),Value=([0-9a-f ]+)'?$`).FindStringSubmatch(ends)
	if tags == nil || !strings.Contains(ends, "arn:aws:quicksight:us-east-1:"+account+":folder/tenantry-t000 ") {
		r.Fatalf("the hold does not say what ends it: %s", ends)
	}
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		a, _ := q.Assets().Get(folderKey("t000"))
		a.Tags = []world.Tag{{Key: tags[1], Value: tags[2]}, {Key: tags[3], Value: tags[4]}}
		q.PutAsset(a)
	})
}

// TestFolderTakenMeanwhile: somebody makes a folder of that id between the plan and the call: nothing of it is given to
// anybody.
func TestFolderTakenMeanwhile(t *testing.T) {
	t.Parallel()
	in(t, tenants(1, 2), allFolders(""), func(r *rig) {
		r.watch(func(c awssim.Call) awssim.Fault {
			if c.Phase == awssim.BeforeEffect && c.Operation == "CreateFolder" {
				r.asset(world.KindFolder, region, folderPrefix+"t000", "default", boss)
			}
			return awssim.Fault{}
		})
		report, err := r.start().apply(context.Background())
		if err != nil || len(report.Failed) != 1 || report.Failed[0].Step.Change.Kind() != plan.KindCreateFolder || report.NotReached != 1 {
			t.Errorf("%+v, %v", report, err)
		}
		if r.opened("t000", "qs:t000") != nil || !r.registered("t000", "QuickSight/t000.000") {
			t.Error("it is opened, or nobody comes in")
		}
		if p := r.settled(); !slices.Equal(heldBy(&p.Plan, "folder-taken"), []string{"folder us-east-1/tenantry-t000"}) {
			t.Errorf("held: %v", p.Plan.Holds)
		}
	})
}

// TestFolderTwice: two runs at once make one folder for each tenant.
func TestFolderTwice(t *testing.T) {
	t.Parallel()
	seed := tenants(3, 2)
	add(&seed, "qs:t000:authors", 1)
	in(t, seed, allFolders(""), func(r *rig) {
		done := r.effectsByOperation()
		a, b := r.start(), r.start()
		var both sync.WaitGroup
		both.Go(func() { _, _ = a.apply(context.Background()) })
		both.Go(func() { _, _ = b.apply(context.Background()) })
		both.Wait()
		r.start().mustApply()
		if got := done()["CreateFolder"]; got != 3 {
			t.Errorf("%d folders were made for 3 tenants", got)
		}
		r.settled()
	})
}

// TestF24FolderCrash: a process dies at any of its calls. The next one finishes what it began: nothing is made or given
// twice, and nobody is left without.
func TestF24FolderCrash(t *testing.T) {
	t.Parallel()
	seed := func() world.Seed {
		s := tenants(2, 1)
		add(&s, "qs:t000:authors", 1)
		return s
	}
	total, writes := 0, int64(0)
	play := func(t *testing.T, k int, after bool) {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, seed(), allFolders(""))
			n := r.effects()
			calls := r.crashed(k, after)
			if total == 0 {
				total, writes = calls, n.Load()
			}
			r.start().mustApply()
			if got := n.Load(); got != writes {
				t.Errorf("%d writes in all, want %d", got, writes)
			}
			if !r.mayIn("t000", "t000", "QuickSight/t000-a.000", "CreateFolderMembership") || !r.mayIn("t000", "t000", "QuickSight/t000.000", "DescribeFolder") || !r.mayIn("t001", "t001", "QuickSight/t001.000", "DescribeFolder") {
				t.Error("somebody has no folder")
			}
			if p := r.settled(); len(p.Plan.Holds) > 0 {
				t.Errorf("held: %v", p.Plan.Holds)
			}
			r.verify()
		})
	}
	play(t, 1<<30, false)
	if want := int64(2 + 3 + 2 + 3 + 3 + 3); writes != want {
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

// TestFolderRetired: a customer who leaves leaves the folder, which is listed with those who have something of it; and it
// is not made for a tenant that nothing asks for.
func TestFolderRetired(t *testing.T) {
	t.Parallel()
	in(t, workshop(), allFolders(""), func(r *rig) {
		departed(r)
		leaving, _ := r.retire(nil, engine.RetireOptions{Many: true})
		left, err := r.start().retirement(nil).Left(context.Background(), leaving)
		if err != nil {
			t.Fatal(err)
		}
		var granted []string
		for _, g := range left.Granted {
			if g.Asset.Kind == tenancy.Folder {
				granted = append(granted, fmt.Sprint(g.Asset.ID, " ", g.To.Name))
			}
		}
		slices.Sort(granted)
		expect(t, "what is left of the folder", granted, "tenantry-t000 qs:t000", "tenantry-t000 qs:t000:authors")
		r.settled()
	})
}
