package awsapi_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// write is one change, the call that makes it, and the calls that read whether it is in effect.
type write struct {
	name   string
	change plan.Change
	call   string
	reads  []string // when it is in effect
	absent []string // when it is not, and may be made again
	first  []string // before the write is sent at all
}

// all is those calls behind what is read first.
func (w write) all(calls ...string) []string { return append(slices.Clone(w.first), calls...) }

func writes(t *testing.T) []write {
	acme := namespace(t, "acme")
	describeUser := []string{"DescribeUser"}
	return []write{
		{"CreateNamespace", plan.CreateNamespace{Namespace: namespace(t, "globex"), Store: storeID, Founders: "abc"},
			"CreateNamespace", []string{"DescribeNamespace", "ListTagsForResource"}, []string{"DescribeNamespace"}, nil},
		{"CreateMirror", plan.CreateMirror{Namespace: acme, Store: storeID, Group: "g-2", Name: "qs:acme:authors"},
			"CreateGroup", []string{"DescribeGroup"}, []string{"DescribeGroup"}, nil},
		{"Register", registerBob(t), "RegisterUser", describeUser, describeUser, nil},
		{"UpdateUser", plan.UpdateUser{Namespace: acme, Person: "p-ann", User: "QuickSight/ann", Role: tenancy.Author, Email: "ann@new.example", WasRole: tenancy.Reader, WasEmail: "ann@example.com"},
			"UpdateUser", describeUser, describeUser, describeUser},
		{"SetCustomPermissions", plan.SetCustomPermissions{Namespace: acme, Person: "p-ann", User: "QuickSight/ann", Profile: "no-export"},
			"UpdateUserCustomPermission", describeUser, describeUser, nil},
		{"AddMember", plan.AddMember{Namespace: acme, Person: "p-eve", Group: "g-1", Mirror: "qs:acme", User: "QuickSight/eve"},
			"CreateGroupMembership", []string{"DescribeGroupMembership"}, []string{"DescribeGroupMembership"}, nil},
		{"RemoveMember", removeMember(acme), "DeleteGroupMembership", []string{"DescribeGroupMembership"}, []string{"DescribeGroupMembership"}, nil},
		{"HandOver", plan.HandOver{Namespace: acme, Person: "p-ann", User: "QuickSight/ann", Name: "Sales", Asset: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "eu-west-1", ID: "sales"}},
			"UpdateDashboardPermissions", []string{"DescribeDashboardPermissions"}, []string{"DescribeDashboardPermissions"}, nil},
		{"RemoveRegistration", removeAnn(acme), "DeleteUser", describeUser, describeUser, nil},
		{"TakeCustomPermissions", plan.SetCustomPermissions{Namespace: acme, Person: "p-eve", User: "QuickSight/eve", Was: "no-export"},
			"DeleteUserCustomPermission", describeUser, describeUser, describeUser},
		{"BeginMove", plan.BeginMove{Namespace: acme, Store: storeID, Person: "p-2", User: "QuickSight/eve"},
			"CreateGroup", []string{"DescribeGroup"}, []string{"DescribeGroup"}, nil},
		{"Park", park(t, tenancy.Dashboard, "eu-west-1", "sales", tenancy.Owns),
			"UpdateDashboardPermissions", []string{"DescribeDashboardPermissions"}, []string{"DescribeDashboardPermissions", "DescribeUser"}, []string{"DescribeUser"}},
		{"GiveBack", giveBack(t, tenancy.Dashboard, "eu-west-1", "sales", tenancy.Views),
			"UpdateDashboardPermissions", []string{"DescribeDashboardPermissions"}, []string{"DescribeDashboardPermissions"}, []string{"DescribeDashboardPermissions"}},
		{"Unpark", unpark(t, tenancy.Analysis, "", "parked"),
			"UpdateAnalysisPermissions", []string{"DescribeAnalysisPermissions"}, []string{"DescribeAnalysisPermissions"}, []string{"DescribeAnalysisPermissions"}},
		{"HandToHouse", handToHouse(t), "UpdateDashboardPermissions", []string{"DescribeDashboardPermissions"}, []string{"DescribeDashboardPermissions"}, nil},
		{"Revoke", revokeFrom(t, tenancy.CustodiansName), "UpdateFolderPermissions", []string{"DescribeFolderPermissions"}, []string{"DescribeFolderPermissions", "DescribeGroup"}, []string{"DescribeFolderPermissions", "DescribeGroup"}},
		{"CreateFolder", plan.CreateFolder{Namespace: acme, Store: storeID, Region: "us-east-1", Founders: "abc"}, "CreateFolder", []string{"ListTagsForResource"}, []string{"ListTagsForResource"}, nil},
		{"OpenFolder", plan.OpenFolder{Namespace: acme, Group: "g-1", Mirror: "qs:acme", Region: "eu-west-1", May: tenancy.Owns},
			"UpdateFolderPermissions", []string{"DescribeFolderPermissions"}, []string{"DescribeFolderPermissions"}, []string{"DescribeFolderPermissions"}},
		{"EndMove", plan.EndMove{Namespace: acme, Person: "p-1"}, "DeleteGroup", []string{"DescribeGroup"}, []string{"DescribeGroup"}, []string{"DescribeGroup"}},
	}
}

// eve is registered, and in no group. There are custodians, a dashboard of ann's, and a move with an analysis.
func eve(s *world.Seed) {
	acme := &s.QuickSight.Namespaces[0]
	acme.Users = append(acme.Users, world.UserSeed{RoleARN: role, Session: "eve", Email: "eve@example.com", Role: "READER", CustomPermissions: "no-export"})
	acme.Groups = append(acme.Groups, world.GroupSeed{Name: tenancy.CustodiansName, Description: "tenantry/1 " + storeID + " custodians"},
		world.GroupSeed{Name: "tenantry-move-p-1", Description: "tenantry/1 " + storeID + " move/p-1"})
	s.QuickSight.Assets = append(s.QuickSight.Assets,
		world.AssetSeed{Kind: world.KindAnalysis, ID: "parked", Permissions: given(ann, "owner", moving, "viewer")},
		world.AssetSeed{Kind: world.KindDashboard, Region: "eu-west-1", ID: "sales", Name: "Sales", Permissions: given(ann, "owner")},
		world.AssetSeed{Kind: world.KindFolder, ID: "inherited", Permissions: given(ann, "owner", custodians, "owner")},
		world.AssetSeed{Kind: world.KindFolder, Region: "eu-west-1", ID: "tenantry-acme"},
	)
	s.QuickSight.Namespaces = append(s.QuickSight.Namespaces, world.NamespaceSeed{Name: "default", Groups: []world.GroupSeed{{Name: "Archive"}}})
}

// each runs f for every write, in a bubble and a world of its own.
func each(t *testing.T, f func(*testing.T, write)) {
	for _, w := range writes(t) {
		t.Run(w.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { f(t, w) })
		})
	}
}

// after answers the world's QuickSight once the write has been made without faults.
func after(t *testing.T, w write) world.QuickSightSeed {
	r := newRig(t, eve)
	if err := do(r.Writer(), t.Context(), w.change); err != nil {
		t.Fatal(err)
	}
	return settled(t, r)
}

// settled is the QuickSight of the world, without the times of things.
func settled(t *testing.T, r *rig) world.QuickSightSeed {
	q := r.dump(t).QuickSight
	q.Creations, q.Attempts = 0, nil
	for i := range q.Assets {
		q.Assets[i].Created, q.Assets[i].Updated = time.Time{}, time.Time{}
	}
	for i := range q.Namespaces {
		n := &q.Namespaces[i]
		if n.Status == "CREATING" {
			n.Status = "CREATED" // sooner or later
		}
		for j := range n.Users {
			n.Users[j].Registered = time.Time{}
		}
		for j := range n.Tags {
			if n.Tags[j].Key == tenancy.TagFounded {
				n.Tags[j].Value = "then"
			}
		}
	}
	return q
}

// TestDo makes each change once, with one call that writes, and makes the whole of it.
func TestDo(t *testing.T) {
	each(t, func(t *testing.T, w write) {
		r := newRig(t, eve)
		before := settled(t, r)
		if err := do(r.Writer(), t.Context(), w.change); err != nil {
			t.Fatal(err)
		}
		if got, want := r.calls(), w.all(w.call); !slices.Equal(got, want) {
			t.Errorf("calls %v, want %v", got, want)
		}
		if reflect.DeepEqual(before, settled(t, r)) {
			t.Error("nothing has changed")
		}
		// S15: again is no harm.
		if err := do(r.Writer(), t.Context(), w.change); err != nil {
			t.Errorf("again: %v", err)
		}
	})
}

func TestRegisterGivesEverythingAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		if err := do(r.Writer(), t.Context(), registerBob(t)); err != nil {
			t.Fatal(err)
		}
		for _, n := range r.dump(t).QuickSight.Namespaces {
			for _, u := range n.Users {
				if u.Session != "bob" {
					continue
				}
				want := []world.Tag{{Key: tenancy.TagStore, Value: storeID}, {Key: tenancy.TagPerson, Value: "p-bob"}}
				if n.Name != "acme" || u.RoleARN != role || u.Role != "READER" || u.Email != "bob@example.com" ||
					u.IdentityType != "IAM" || u.CustomPermissions != "no-export" || !slices.Equal(u.Tags, want) {
					t.Errorf("in %s: %+v", n.Name, u)
				}
				return
			}
		}
		t.Error("bob is not there")
	})
}

// ambiguities are the ways in which an answer leaves open what has happened.
var ambiguities = map[string]struct {
	hook      func(op string) awssim.Hook
	committed bool
}{
	"F3 500 before commit":             {func(op string) awssim.Hook { return awssim.FailBefore(op, awssim.InternalFailure()) }, false},
	"F4 500 after commit":              {func(op string) awssim.Hook { return awssim.FailAfter(op, awssim.InternalFailure()) }, true},
	"F7 503 before commit":             {func(op string) awssim.Hook { return awssim.FailBefore(op, awssim.Unavailable()) }, false},
	"F5 connection reset, no effect":   {awssim.DropBefore, false},
	"F5 connection reset, with effect": {awssim.DropAfter, true},
	"F5 truncated answer":              {awssim.Truncate, true},
	"F6 no answer, no effect": {func(op string) awssim.Hook {
		return awssim.On(op, awssim.BeforeEffect, awssim.Fault{Delay: time.Hour})
	}, false},
	"F6 no answer, with effect": {func(op string) awssim.Hook {
		return awssim.On(op, awssim.AfterEffect, awssim.Fault{Delay: time.Hour})
	}, true},
}

// TestS16Ambiguity spoils the first answer to each write in each way. The next call about the object
// is a reading, there is one effect, and the outcome is as without the fault.
func TestS16Ambiguity(t *testing.T) {
	for name, a := range ambiguities {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w write) {
				want := after(t, w)
				r := newRig(t, eve)
				op := "quicksight:" + w.call
				r.with(awssim.Nth(1, op, a.hook(op)))
				if err := do(r.Writer(), t.Context(), w.change); err != nil {
					t.Fatal(err)
				}
				calls := append(w.all(w.call), w.reads...)
				if !a.committed {
					calls = append(append(w.all(w.call), w.absent...), w.call)
				}
				if got := r.calls(); !slices.Equal(got, calls) {
					t.Errorf("calls %v, want %v", got, calls)
				}
				if got := settled(t, r); !reflect.DeepEqual(got, want) {
					t.Errorf("the world is\n%+v\nwant\n%+v", got, want)
				}
			})
		})
	}
}

// TestF6LateCommit lets the write happen long after the client has given up on it.
func TestF6LateCommit(t *testing.T) {
	each(t, func(t *testing.T, w write) {
		want := after(t, w)
		r := newRig(t, eve)
		op := "quicksight:" + w.call
		r.with(awssim.Nth(1, op, awssim.On(op, awssim.BeforeEffect, awssim.Fault{Drop: true, CommitAfter: 700 * time.Millisecond})))
		if err := do(r.Writer(), t.Context(), w.change); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		r.with(nil)
		if err := do(r.Writer(), t.Context(), w.change); err != nil {
			t.Errorf("again: %v", err)
		}
		if got := settled(t, r); !reflect.DeepEqual(got, want) {
			t.Errorf("the world is\n%+v\nwant\n%+v", got, want)
		}
	})
}

// TestS16DoubtOutlivesDo loses the answer to a write and to the reading after it: the next Do about
// the object begins with reading.
func TestS16DoubtOutlivesDo(t *testing.T) {
	each(t, func(t *testing.T, w write) {
		r := newRig(t, eve)
		lost := map[bool]awssim.Hook{false: awssim.DropBefore("quicksight"), true: awssim.DropAfter("quicksight:" + w.call)}
		sent := false
		r.with(func(c awssim.Call) awssim.Fault {
			if sent = sent || c.Operation == w.call; !sent {
				return awssim.Fault{}
			}
			return lost[c.Operation == w.call](c)
		})
		if err := do(r.Writer(), t.Context(), w.change); err == nil {
			t.Fatal("no error, though nothing could be read")
		}
		r.with(nil)
		if err := do(r.Writer(), t.Context(), w.change); err != nil {
			t.Fatal(err)
		}
		if got := r.calls(); !slices.Equal(got, w.reads) {
			t.Errorf("calls %v, want %v", got, w.reads)
		}
	})
}

// TestF6NoAnswer names a call that nobody answers for what it is: the caller's own context has not
// ended.
func TestF6NoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.with(awssim.On("", awssim.BeforeEffect, awssim.Fault{Delay: time.Hour}))
		_, read := r.QuickSight().Users(t.Context(), "acme")
		for _, err := range []error{read, do(r.Writer(), t.Context(), registerBob(t))} {
			if err == nil || errors.Is(err, context.DeadlineExceeded) || !strings.HasSuffix(err.Error(), ": no answer in time") {
				t.Errorf("%v", err)
			}
		}
		if got := r.outcomes(); got[awsapi.Ambiguous] != len(r.calls()) {
			t.Errorf("%v of %d calls", got, len(r.calls()))
		}
	})
}

// TestWritesEnd gives up after a few writes that never have an effect.
func TestWritesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.with(awssim.FailBefore("quicksight:RegisterUser", awssim.InternalFailure()))
		err := do(r.Writer(), t.Context(), registerBob(t))
		if e, ok := errors.AsType[*awsapi.CallError](err); !ok || e.Code != "InternalFailureException" || e.RequestID == "" {
			t.Errorf("err %v", err)
		}
		if n := len(r.calls()); n != 8 {
			t.Errorf("%d calls: %v", n, r.calls())
		}
	})
}

// TestS22NoPersonsInErrors fails writes in every way and looks for names in the errors.
func TestS22NoPersonsInErrors(t *testing.T) {
	for name, a := range ambiguities {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w write) {
				r := newRig(t, eve)
				r.with(awssim.Faults(a.hook("quicksight:"+w.call), awssim.DropBefore("quicksight")))
				err := do(r.Writer(), t.Context(), w.change)
				if err == nil {
					t.Fatal("no error")
				}
				for _, personal := range []string{"example", "ann", "bob", "eve", "https:", "AKIA"} {
					if strings.Contains(err.Error(), personal) {
						t.Errorf("%q holds %q", err, personal)
					}
				}
			})
		})
	}
}
