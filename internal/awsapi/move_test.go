package awsapi_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// moving is the group of the move that the world of eve has.
const moving = "group/acme/tenantry-move-p-1"

func park(t *testing.T, kind tenancy.AssetKind, region, id string, may tenancy.Access) plan.Park {
	return plan.Park{
		Namespace: namespace(t, "acme"), Person: "p-1", From: "acme", User: "QuickSight/ann", Role: tenancy.Reader, Name: id, Access: may,
		Asset: tenancy.AssetRef{Kind: kind, Region: region, ID: id},
	}
}

func giveBack(t *testing.T, kind tenancy.AssetKind, region, id string, may tenancy.Access) plan.GiveBack {
	return plan.GiveBack{
		Namespace: namespace(t, "acme"), Person: "p-1", User: "QuickSight/eve", Name: id, Access: may,
		Asset: tenancy.AssetRef{Kind: kind, Region: region, ID: id},
	}
}

func unpark(t *testing.T, kind tenancy.AssetKind, region, id string) plan.Unpark {
	return plan.Unpark{Namespace: namespace(t, "acme"), Person: "p-1", Name: id, Asset: tenancy.AssetRef{Kind: kind, Region: region, ID: id}}
}

// permitted are the permissions of an asset of a world, to be changed.
func permitted(q *world.QuickSightSeed, ref tenancy.AssetRef) *[]world.GrantSeed {
	i := slices.IndexFunc(q.Assets, func(a world.AssetSeed) bool {
		return a.Kind == simulated[ref.Kind] && a.Region == cmp.Or(ref.Region, "us-east-1") && a.ID == ref.ID
	})
	return &q.Assets[i].Permissions
}

func principalARN(path string) string { return "arn:aws:quicksight:us-east-1:" + account + ":" + path }

// contributors of folders are neither viewers nor owners.
var contributors = []string{
	"quicksight:CreateFolder", "quicksight:CreateFolderMembership", "quicksight:DeleteFolderMembership",
	"quicksight:DescribeFolder", "quicksight:DescribeFolderPermissions",
}

// TestGiving gives the group of a move, or a user, just what is asked for, of each kind and in each Region,
// beside whoever has something already, and touches nothing else.
func TestGiving(t *testing.T) {
	const id = "00000000-0000-4000-8000-0000000000ff"
	type given struct {
		may     tenancy.Access
		actions []string
		has     world.Actions // ann, whose it is
	}
	for _, kind := range tenancy.AssetKinds() {
		owner := world.Actions{"owner"}
		all := []given{{tenancy.Owns, simulated[kind].Owner(), owner}, {tenancy.Views, simulated[kind].Viewer(), owner}}
		if kind == tenancy.Folder {
			all = append(all, given{tenancy.Access(strings.Join(contributors, " ")), contributors, contributors})
		}
		for _, g := range all {
			for _, region := range []string{"us-east-1", "eu-west-1", ""} {
				for to, change := range map[string]plan.Change{moving: park(t, kind, region, id, g.may), eveToo: giveBack(t, kind, region, id, g.may)} {
					t.Run(string(change.Kind())+" "+string(kind)+" in "+region, func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) {
							one := world.AssetSeed{Kind: simulated[kind], Region: cmp.Or(region, "us-east-1"), ID: id}
							one.Permissions = []world.GrantSeed{{Principal: ann, Actions: g.has}, {Principal: custodians, Actions: world.Actions{"viewer"}}}
							r := newRig(t, assets(append(ofEveryKind(), one)...))
							want := settled(t, r)
							granted := permitted(&want, tenancy.AssetRef{Kind: kind, Region: region, ID: id})
							*granted = append(*granted, world.GrantSeed{Principal: principalARN(to), Actions: g.actions})
							slices.SortFunc(*granted, func(a, b world.GrantSeed) int { return strings.Compare(a.Principal, b.Principal) })

							got, err := r.Writer().Do(t.Context(), change)
							if err != nil || got.Already || got.Request == "" {
								t.Errorf("%+v, %v; calls %v", got, err, r.calls())
							}
							if got := settled(t, r); !reflect.DeepEqual(got, want) {
								t.Errorf("the world is\n%+v\nwant\n%+v", got.Assets, want.Assets)
							}
						})
					})
				}
			}
		}
	}
}

// TestGiveBackTakesNothing leaves somebody what they have been given meanwhile, whether AWS adds a grant to what
// they have or replaces that.
func TestGiveBackTakesNothing(t *testing.T) {
	other := world.Actions{"quicksight:DescribeFolder", "quicksight:UpdateFolder"}
	for name, c := range map[string]struct {
		has     world.Actions
		may     tenancy.Access
		want    world.Actions // afterwards
		err     error
		already bool
	}{
		"more":     {has: world.Actions{"owner"}, may: tenancy.Views, want: world.KindFolder.Owner(), already: true},
		"the same": {has: contributors, may: tenancy.Access(strings.Join(contributors, " ")), want: contributors, already: true},
		"less":     {has: world.Actions{"viewer"}, may: tenancy.Owns, want: world.KindFolder.Owner()},
		"other":    {has: other, may: tenancy.Access(strings.Join(contributors, " ")), want: other, err: plan.ErrDiffers},
	} {
		for _, adds := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				r := newRig(t, func(s *world.Seed) {
					assets(world.AssetSeed{Kind: world.KindFolder, ID: "team", Permissions: append(given(ann, "owner"), world.GrantSeed{Principal: eveToo, Actions: c.has})})(s)
					s.Behaviour.GrantsAdd = adds
				})
				got, err := r.Writer().Do(t.Context(), giveBack(t, tenancy.Folder, "", "team", c.may))
				if !errors.Is(err, c.err) || got.Already != c.already || (got.Request != "") == (c.err != nil || got.Already) {
					t.Errorf("%+v, %v", got, err)
				}
				after := settled(t, r)
				granted := *permitted(&after, tenancy.AssetRef{Kind: tenancy.Folder, ID: "team"})
				if i := slices.IndexFunc(granted, func(g world.GrantSeed) bool { return g.Principal == principalARN(eveToo) }); !slices.Equal(granted[i].Actions, c.want) {
					t.Errorf("has %v, want %v", granted[i].Actions, c.want)
				}
			})
		}
	}
}

// TestUnparkTakesNothingElse takes all that the group of one person's move may do with an asset, of each kind and in
// each Region, and nothing from anybody else: no owner, no other group, no move of somebody of a longer id, and
// nothing of other assets.
func TestUnparkTakesNothingElse(t *testing.T) {
	const longer = "group/acme/tenantry-move-p-12"
	for _, kind := range tenancy.AssetKinds() {
		sets := map[string]world.Actions{"owner": {"owner"}, "viewer": {"viewer"}}
		if kind == tenancy.Folder {
			sets["contributor"] = contributors
		}
		for name, set := range sets {
			for _, region := range []string{"us-east-1", "eu-west-1"} {
				t.Run(name+" "+string(kind)+" in "+region, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						var all []world.AssetSeed
						for _, id := range []string{mine, hers} {
							for _, in := range []string{"us-east-1", "eu-west-1"} {
								all = append(all, world.AssetSeed{Kind: simulated[kind], Region: in, ID: id, Permissions: append(
									given(ann, "owner", eveToo, "viewer", custodians, "owner", longer, "viewer"), world.GrantSeed{Principal: moving, Actions: set})})
							}
						}
						r := newRig(t, func(s *world.Seed) {
							assets(all...)(s)
							acme := &s.QuickSight.Namespaces[0]
							acme.Groups = append(acme.Groups, world.GroupSeed{Name: "tenantry-move-p-12", Description: "tenantry/1 " + storeID + " move/p-12"})
						})
						want := settled(t, r)
						granted := permitted(&want, tenancy.AssetRef{Kind: kind, Region: region, ID: mine})
						*granted = slices.DeleteFunc(*granted, func(g world.GrantSeed) bool { return g.Principal == principalARN(moving) })

						got, err := r.Writer().Do(t.Context(), unpark(t, kind, region, mine))
						if err != nil || got.Already || got.Request == "" || len(r.calls()) != 2 {
							t.Errorf("%+v, %v; calls %v", got, err, r.calls())
						}
						if got := settled(t, r); !reflect.DeepEqual(got, want) {
							t.Errorf("the world is\n%+v\nwant\n%+v", got.Assets, want.Assets)
						}
					})
				})
			}
		}
	}
}

// TestUnparkAsItStands revokes permissions by the names that they have: of another Region than the identity Region,
// say, where AWS shows them so.
func TestUnparkAsItStands(t *testing.T) {
	var asked struct {
		GrantPermissions, RevokePermissions []struct {
			Principal string
			Actions   []string
		}
	}
	r := newRig(t, assets(world.AssetSeed{Kind: world.KindFolder, ID: "team", Permissions: given(ann, "owner", moving, "viewer")}), func(o *awsapi.Options) {
		sim := o.HTTPClient
		o.HTTPClient = clientFunc(func(req *http.Request) (*http.Response, error) {
			if req.Method == http.MethodPut {
				body, _ := io.ReadAll(req.Body)
				if err := json.Unmarshal(body, &asked); err != nil {
					t.Error(err)
				}
				req.Body = io.NopCloser(strings.NewReader(string(body)))
			}
			return sim.Do(req)
		})
	})
	elsewhere := strings.Replace(principalARN(moving), "us-east-1", "eu-west-1", 1)
	r.with(awssim.On("quicksight:DescribeFolderPermissions", awssim.AfterEffect, edit(func(m map[string]any) {
		m["Permissions"] = append(m["Permissions"].([]any), map[string]any{"Principal": elsewhere, "Actions": []string{"quicksight:DescribeFolder"}})
	})))
	if err := do(r.Writer(), t.Context(), unpark(t, tenancy.Folder, "", "team")); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range asked.RevokePermissions {
		names = append(names, p.Principal)
	}
	check(t, nil, names, []string{principalARN(moving), elsewhere})
	if asked.GrantPermissions != nil {
		t.Errorf("granted %v", asked.GrantPermissions)
	}
}

// TestNothingToUnpark is content where nothing is parked, and where there is no asset any more.
func TestNothingToUnpark(t *testing.T) {
	for _, kind := range tenancy.AssetKinds() {
		r := newRig(t, assets(ofEveryKind()...))
		before := settled(t, r)
		got, err := r.Writer().Do(t.Context(), unpark(t, kind, "eu-west-1", mine))
		if err != nil || got != (plan.Receipt{Already: true}) || len(r.calls()) != 1 {
			t.Errorf("%s: %+v, %v; calls %v", kind, got, err, r.calls())
		}
		got, err = r.Writer().Do(t.Context(), unpark(t, kind, "eu-west-1", none))
		if flow := kind == tenancy.Flow; (err != nil) != flow || got.Already == flow || len(r.calls()) != 2 {
			t.Errorf("no %s: %+v, %v; calls %v", kind, got, err, r.calls())
		}
		if !reflect.DeepEqual(before, settled(t, r)) {
			t.Errorf("%s: something was written", kind)
		}
	}
	// It goes between the reading and the write.
	r := newRig(t, eve)
	op := "quicksight:UpdateAnalysisPermissions"
	r.with(awssim.FailBefore(op, wire.Errorf(404, "ResourceNotFoundException", "gone")))
	if got, err := r.Writer().Do(t.Context(), unpark(t, tenancy.Analysis, "", "parked")); err != nil || !got.Already {
		t.Errorf("gone meanwhile: %+v, %v", got, err)
	}
}

// TestForeignGroups touches no group that does not bear the mark of the person's move, neither to end a move nor to
// begin one with it.
func TestForeignGroups(t *testing.T) {
	acme := namespace(t, "acme")
	for name, description := range map[string]string{
		"by hand": "Movers", "no mark": "", "another store": "tenantry/1 d-9999999999 move/p-1", "another person": "tenantry/1 " + storeID + " move/p-2",
		"a mirror": "tenantry/1 " + storeID + " p-1", "custodians": "tenantry/1 " + storeID + " custodians", "more": "tenantry/1 " + storeID + " move/p-1 ",
	} {
		for _, change := range []plan.Change{plan.EndMove{Namespace: acme, Person: "p-1"}, plan.BeginMove{Namespace: acme, Person: "p-1", Store: storeID}} {
			t.Run(string(change.Kind())+" "+name, func(t *testing.T) {
				r := newRig(t, func(s *world.Seed) {
					eve(s)
					s.QuickSight.Namespaces[0].Groups[2].Description = description
				})
				before := settled(t, r)
				if got, err := r.Writer().Do(t.Context(), change); !errors.Is(err, plan.ErrDiffers) || got.Already {
					t.Errorf("%+v, %v", got, err)
				}
				if slices.Contains(r.calls(), "DeleteGroup") || !reflect.DeepEqual(before, settled(t, r)) {
					t.Errorf("something was written: %v", r.calls())
				}
			})
		}
	}
	for name, change := range map[string]plan.Change{
		"no group": plan.EndMove{Namespace: acme, Person: "p-2"}, "no namespace": plan.EndMove{Namespace: namespace(t, "none"), Person: "p-1"},
	} {
		r := newRig(t, eve)
		if got, err := r.Writer().Do(t.Context(), change); err != nil || got != (plan.Receipt{Already: true}) || len(r.calls()) != 1 {
			t.Errorf("%s: %+v, %v; calls %v", name, got, err, r.calls())
		}
	}
}

// TestF10StaleEnd reads a group that is gone: after a lost answer it is deleted again, which finds none, and that is
// what was wanted.
func TestF10StaleEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(s *world.Seed) {
			eve(s)
			s.Behaviour.StaleReads = map[string]world.Duration{"quicksight": world.Duration(time.Minute)}
		})
		op := "quicksight:DeleteGroup"
		r.with(awssim.Nth(1, op, awssim.DropAfter(op)))
		got, err := r.Writer().Do(t.Context(), plan.EndMove{Namespace: namespace(t, "acme"), Person: "p-1"})
		if err != nil || got.Already {
			t.Errorf("%+v, %v", got, err)
		}
		check(t, nil, r.calls(), []string{"DescribeGroup", "DeleteGroup", "DescribeGroup", "DeleteGroup"})
	})
}

// TestOneAsset knows an asset of the identity Region with and without its Region, when its permissions are in doubt.
func TestOneAsset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, assets(world.AssetSeed{Kind: world.KindFolder, ID: "team", Permissions: given(ann, "owner")}))
		lost := awssim.DropAfter("quicksight:UpdateFolderPermissions")
		r.with(func(c awssim.Call) awssim.Fault {
			if c.Operation == "UpdateFolderPermissions" {
				return lost(c)
			}
			return awssim.DropBefore("quicksight")(c)
		})
		err := do(r.Writer(), t.Context(), handOver(t, tenancy.Folder, "", "team"))
		if err == nil || !strings.Contains(err.Error(), "folder us-east-1/team") {
			t.Errorf("err %v", err)
		}
		r.with(nil)
		got, err := r.Writer().Do(t.Context(), handOver(t, tenancy.Folder, "us-east-1", "team"))
		if err != nil || !got.Already || len(r.calls()) != 1 {
			t.Errorf("%+v, %v; calls %v", got, err, r.calls())
		}
	})
}

// TestParkOfWhoIsThere parks nothing of a user whom another process has replaced since the plan, or taken out; not even when it was
// about to, and nobody answered.
func TestParkOfWhoIsThere(t *testing.T) {
	for name, c := range map[string]struct {
		from string
		user tenancy.UserName
		role tenancy.Role
		want error
	}{
		"as they were":     {"acme", "QuickSight/ann", tenancy.Reader, nil},
		"gone":             {"acme", "QuickSight/new", tenancy.Reader, plan.ErrDiffers},
		"lowered":          {"acme", "QuickSight/ann", tenancy.Author, plan.ErrDiffers},
		"in no such place": {"globex", "QuickSight/ann", tenancy.Reader, plan.ErrDiffers},
		"not in default":   {"default", "QuickSight/ann", tenancy.Reader, plan.ErrDiffers},
	} {
		for _, answered := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRig(t, assets(world.AssetSeed{Kind: world.KindFolder, ID: "team", Permissions: given(ann, "owner")}))
					before := settled(t, r)
					if op := "quicksight:UpdateFolderPermissions"; !answered {
						r.with(awssim.Nth(1, op, awssim.DropBefore(op)))
					}
					change := park(t, tenancy.Folder, "", "team", tenancy.Views)
					change.From, change.User, change.Role = c.from, c.user, c.role
					err := do(r.Writer(), t.Context(), change)
					if !errors.Is(err, c.want) || err != nil && (strings.Contains(err.Error(), "ann") || !strings.HasSuffix(err.Error(), "folder us-east-1/team: the user has gone, or has another role by now")) {
						t.Errorf("%v, want %v", err, c.want)
					}
					if wrote := !reflect.DeepEqual(before, settled(t, r)); wrote != (c.want == nil) {
						t.Errorf("wrote: %t", wrote)
					}
				})
			})
		}
	}
}

// TestTakeCustomPermissions takes off the profile that the plan was made from, and no other: somebody has given it
// meanwhile.
func TestTakeCustomPermissions(t *testing.T) {
	take := plan.SetCustomPermissions{Namespace: namespace(t, "acme"), Person: "p-eve", User: "QuickSight/eve", Was: "suspended"}
	for name, c := range map[string]struct {
		user    tenancy.UserName
		was     string
		err     error
		already bool
	}{
		"another profile": {user: "QuickSight/eve", was: "suspended", err: plan.ErrDiffers},
		"not known":       {user: "QuickSight/eve", err: plan.ErrDiffers},
		"none":            {user: "QuickSight/ann", was: "no-export", already: true},
		"nobody":          {user: "QuickSight/new", was: "no-export", err: plan.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, eve)
			before := settled(t, r)
			take.User, take.Was = c.user, c.was
			if got, err := r.Writer().Do(t.Context(), take); !errors.Is(err, c.err) || got.Already != c.already {
				t.Errorf("%+v, %v", got, err)
			}
			if !reflect.DeepEqual(before, settled(t, r)) {
				t.Error("something was written")
			}
		})
	}
}

// TestMoveFailures neither end what AWS forbids, nor give up on what it throttles.
func TestMoveFailures(t *testing.T) {
	each(t, func(t *testing.T, w write) {
		if !slices.Contains([]string{"TakeCustomPermissions", "BeginMove", "Park", "GiveBack", "Unpark", "EndMove"}, w.name) {
			return
		}
		op := "quicksight:" + w.call
		r := newRig(t, func(s *world.Seed) {
			eve(s)
			s.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{op}}}
		})
		before := settled(t, r)
		err := do(r.Writer(), t.Context(), w.change)
		e, ok := errors.AsType[*awsapi.DeniedError](err)
		if !ok || e.Action != op || !errors.Is(err, plan.ErrDenied) || strings.Contains(err.Error(), "ann") || strings.Contains(err.Error(), "eve") {
			t.Errorf("%T %v", err, err)
		}
		if !reflect.DeepEqual(before, settled(t, r)) {
			t.Error("something was written")
		}

		r = newRig(t, eve)
		r.with(awssim.Between(1, 5, op, awssim.FailBefore(op, awssim.Throttling())))
		if got, err := r.Writer().Do(t.Context(), w.change); err != nil || got.Already || len(r.calls()) != 6+len(w.first) {
			t.Errorf("%+v, %v; calls %v", got, err, r.calls())
		}
	})
}

// TestF9StaleHeld believes the permissions where a search lags behind them: what a group does not have any more is
// left out, and what it has got since is not found yet.
func TestF9StaleHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all []world.AssetSeed
		for _, id := range []string{"deleted", "stays", "taken"} {
			all = append(all, world.AssetSeed{Kind: world.KindDashboard, ID: id, Permissions: given(ann, "owner", moving, "viewer")})
		}
		all = append(all, world.AssetSeed{Kind: world.KindDashboard, ID: "later", Permissions: given(ann, "owner")})
		r := newRig(t, func(s *world.Seed) {
			assets(all...)(s)
			s.Behaviour.SearchLag = world.Duration(time.Hour)
		})
		time.Sleep(2 * time.Hour) // so that a search sees the beginning
		for _, change := range []plan.Change{park(t, tenancy.Dashboard, "", "later", tenancy.Owns), unpark(t, tenancy.Dashboard, "", "taken")} {
			if err := do(r.Writer(), t.Context(), change); err != nil {
				t.Fatal(err)
			}
		}
		held := func() (ids []string) {
			got, err := r.Assets().Held(t.Context(), "", namespace(t, "acme"), tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "acme", Name: tenancy.MoveName("p-1")})
			if err != nil {
				t.Error(err)
			}
			for _, a := range got {
				ids = append(ids, a.ID)
			}
			return ids
		}
		op := "quicksight:DescribeDashboardPermissions"
		r.with(awssim.Nth(1, op, awssim.FailBefore(op, wire.Errorf(404, "ResourceNotFoundException", "gone"))))
		check(t, nil, held(), []string{"stays"})
		r.with(nil)
		time.Sleep(2 * time.Hour)
		check(t, nil, held(), []string{"deleted", "later", "stays"}) // that one was there all the time
	})
}

// TestMove makes a whole move of somebody who gets another role, whatever AWS does with the permissions of deleted
// groups: they have again just what they had, of all that can be found, and of the group nothing is left.
func TestMove(t *testing.T) {
	for _, keeps := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, func(s *world.Seed) {
				assets(ofEveryKind()...)(s)
				s.QuickSight.Namespaces[0].Users[0].Role = "AUTHOR"
				s.QuickSight.Namespaces[0].Groups = slices.Delete(s.QuickSight.Namespaces[0].Groups, 2, 3)
				s.Behaviour.KeepGrantsOfDeletedGroups = keeps
			})
			acme, user := namespace(t, "acme"), tenancy.UserName("QuickSight/ann")
			want := settled(t, r)
			for i := range want.Assets {
				if k := want.Assets[i].Kind; k == world.KindTheme || k == world.KindTemplate { // which no search finds
					want.Assets[i].Permissions = slices.DeleteFunc(want.Assets[i].Permissions, func(g world.GrantSeed) bool { return g.Principal == principalARN(ann) })
				}
			}
			must := func(change plan.Change) {
				t.Helper()
				if err := do(r.Writer(), t.Context(), change); err != nil {
					t.Fatal(err)
				}
			}
			held := func(to tenancy.Grantee) (all []tenancy.Asset) {
				for _, region := range []string{"us-east-1", "eu-west-1"} {
					found, err := r.Assets().Held(t.Context(), region, acme, to)
					if err != nil {
						t.Fatal(err)
					}
					all = append(all, found...)
				}
				return all
			}
			her, parked := tenancy.Grantee{Kind: tenancy.ToUser, Namespace: "acme", Name: string(user)}, tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "acme", Name: tenancy.MoveName("p-1")}

			must(plan.BeginMove{Namespace: acme, Store: storeID, Person: "p-1", User: user})
			for _, a := range held(her) {
				must(plan.Park{Namespace: acme, Person: "p-1", From: "acme", User: user, Role: tenancy.Author, Asset: a.AssetRef, Access: a.Grant(her).May})
			}
			must(plan.RemoveRegistration{Namespace: acme, Person: "p-1", User: user, Role: tenancy.Author, Back: user})
			must(plan.Register{Namespace: acme, Person: "p-1", SignIn: roleARN(t), Session: "ann", Role: tenancy.Reader, Email: "ann@example.com"})
			all := held(parked)
			if len(all) != 2*4*8 {
				t.Errorf("%d are parked", len(all))
			}
			for _, a := range all {
				must(plan.GiveBack{Namespace: acme, Person: "p-1", User: user, Asset: a.AssetRef, Access: a.Grant(parked).May})
				must(plan.Unpark{Namespace: acme, Person: "p-1", Asset: a.AssetRef})
			}
			must(plan.EndMove{Namespace: acme, Person: "p-1"})
			got := settled(t, r)
			if !reflect.DeepEqual(got.Assets, want.Assets) {
				t.Errorf("the assets are\n%+v\nwant\n%+v", got.Assets, want.Assets)
			}
			want.Namespaces[0].Groups[0].Members = nil // which another step gives back
			if !reflect.DeepEqual(got.Namespaces[0].Groups, want.Namespaces[0].Groups) {
				t.Errorf("the groups are\n%+v\nwant\n%+v", got.Namespaces[0].Groups, want.Namespaces[0].Groups)
			}
		})
	}
}
