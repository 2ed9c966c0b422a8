package awsapi_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestExists compares what exists already with what is wanted.
func TestExists(t *testing.T) {
	acme := namespace(t, "acme")
	bob := registerBob(t)
	with := func(u world.UserSeed, in int) func(*world.Seed) {
		return func(s *world.Seed) {
			s.QuickSight.Namespaces = append(s.QuickSight.Namespaces, world.NamespaceSeed{Name: "other"}, world.NamespaceSeed{Name: "gone", Status: "DELETING"})
			u.RoleARN, u.Session = role, "bob"
			if in >= 0 {
				s.QuickSight.Namespaces[in].Users = append(s.QuickSight.Namespaces[in].Users, u)
			}
		}
	}
	right := world.UserSeed{Email: "bob@example.com", Role: "READER", CustomPermissions: "no-export"}
	author := world.UserSeed{Email: "bob@example.com", Role: "AUTHOR", CustomPermissions: "no-export"}
	for name, c := range map[string]struct {
		seed   func(*world.Seed)
		change plan.Change
		want   error
	}{
		"the same user":              {with(right, 0), bob, nil},
		"the user in another role":   {with(author, 0), bob, plan.ErrDiffers},
		"the user elsewhere":         {with(right, 1), bob, plan.ErrElsewhere},
		"our namespace":              {nil, plan.CreateNamespace{Namespace: acme, Store: storeID}, nil},
		"another store's namespace":  {nil, plan.CreateNamespace{Namespace: acme, Store: "d-9999999999"}, plan.ErrDiffers},
		"a namespace without a tag":  {with(right, 1), plan.CreateNamespace{Namespace: namespace(t, "other"), Store: storeID}, plan.ErrDiffers},
		"a namespace on its way out": {with(right, -1), plan.CreateNamespace{Namespace: namespace(t, "gone"), Store: storeID}, plan.ErrNotReady},
		"our mirror":                 {nil, plan.CreateMirror{Namespace: acme, Store: storeID, Group: "g-1", Name: "qs:acme"}, nil},
		"another group's mirror":     {nil, plan.CreateMirror{Namespace: acme, Store: storeID, Group: "g-9", Name: "qs:acme"}, plan.ErrDiffers},
		"a member already":           {nil, plan.AddMember{Namespace: acme, Group: "g-1", Mirror: "qs:acme", User: "QuickSight/ann"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, c.seed)
				before := settled(t, r)
				err := do(r.Writer(), t.Context(), c.change)
				if !errors.Is(err, c.want) {
					t.Errorf("err %v, want %v", err, c.want)
				}
				if !reflect.DeepEqual(before, settled(t, r)) {
					t.Error("something was written")
				}
			})
		})
	}
}

// TestFailures tells the failures of writes apart, without retries.
func TestFailures(t *testing.T) {
	acme := namespace(t, "acme")
	bob := registerBob(t)
	for name, c := range map[string]struct {
		seed   func(*world.Seed)
		change plan.Change
		want   error
	}{
		"F23 the namespaces are used up":    {func(s *world.Seed) { s.Behaviour.NamespaceLimit = 1 }, plan.CreateNamespace{Namespace: namespace(t, "globex"), Store: storeID}, plan.ErrLimit},
		"F23 the groups are used up":        {func(s *world.Seed) { s.Behaviour.GroupLimit = 1 }, plan.CreateMirror{Namespace: acme, Store: storeID, Group: "g", Name: "x"}, plan.ErrLimit},
		"no such namespace":                 {nil, plan.CreateMirror{Namespace: namespace(t, "none"), Store: storeID, Group: "g", Name: "x"}, plan.ErrNotFound},
		"F11 a member who is not there yet": {nil, plan.AddMember{Namespace: acme, Group: "g-1", Mirror: "qs:acme", User: "QuickSight/new"}, plan.ErrNotFound},
		"F46 denied": {func(s *world.Seed) {
			s.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{"quicksight:RegisterUser"}}}
		}, bob, plan.ErrDenied},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, c.seed)
				err := do(r.Writer(), t.Context(), c.change)
				if !errors.Is(err, c.want) {
					t.Errorf("err %v, want %v", err, c.want)
				}
				if n := len(r.calls()); n > 1 {
					t.Errorf("calls %v", r.calls())
				}
				t.Log(err)
			})
		})
	}
}

// TestRefused makes no call for what lowers, and for what is not whole.
func TestRefused(t *testing.T) {
	acme := namespace(t, "acme")
	r := newRig(t, nil)
	bob := registerBob(t)
	bob.Email = ""
	sales := tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "eu-west-1", ID: "sales"}
	for _, change := range []plan.Change{
		nil,
		plan.LowerRole{Namespace: acme, User: "QuickSight/ann", Role: tenancy.Reader, Was: tenancy.Author, Email: "ann@example.com"},
		plan.LowerRole{Namespace: acme, User: "QuickSight/ann", Role: tenancy.Author, Was: tenancy.Reader, Email: "ann@example.com"},
		plan.LowerRole{Namespace: acme, User: "QuickSight/ann", Role: tenancy.Reader, Was: tenancy.ReaderPro},
		plan.SetCustomPermissions{Namespace: acme, Was: "no-export"}, plan.SetCustomPermissions{User: "QuickSight/ann", Was: "no-export"},
		plan.SetCustomPermissions{Namespace: acme, User: "QuickSight/", Profile: "no-export"},
		plan.BeginMove{Namespace: acme, Store: storeID}, plan.BeginMove{Namespace: acme, Person: "p-1"}, plan.BeginMove{Store: storeID, Person: "p-1"},
		plan.BeginMove{Namespace: acme, Store: "d-9999999999", Person: "p-1"}, plan.BeginMove{Namespace: acme, Store: storeID, Person: "p 1"},
		plan.Park{Namespace: acme, Person: "p-1", User: "QuickSight/ann", Asset: sales, Access: tenancy.Owns},
		plan.Park{Namespace: acme, Person: "p-1", From: "acme", Asset: sales, Access: tenancy.Owns},
		plan.Park{Namespace: acme, From: "acme", User: "QuickSight/ann", Asset: sales, Access: tenancy.Owns}, plan.Park{Person: "p-1", From: "acme", User: "QuickSight/ann", Asset: sales, Access: tenancy.Owns},
		plan.Park{Namespace: acme, Person: "p-1", From: "acme", User: "QuickSight/ann", Access: tenancy.Owns}, plan.Park{Namespace: acme, Person: "p-1", From: "acme", User: "QuickSight/ann", Asset: sales},
		plan.Park{Namespace: acme, Person: "p-1", From: "acme", User: "QuickSight/ann", Asset: sales, Access: "quicksight:*"},
		plan.Park{Namespace: acme, Person: "p-1", From: "acme", User: "QuickSight/ann", Asset: sales, Access: "quicksight:A  quicksight:B"},
		plan.Park{Namespace: acme, Person: "p-1", From: "acme", User: "QuickSight/ann", Asset: sales, Access: "quicksight:A iam:B"},
		plan.Park{Namespace: acme, Person: "p-1", From: "acme", User: "QuickSight/ann", Asset: sales, Access: "viewer quicksight:A"},
		plan.Park{Namespace: acme, Person: "p-1", From: "acme", User: "QuickSight/ann", Asset: sales, Access: tenancy.Access(strings.TrimSpace(strings.Repeat("quicksight:A ", 21)))},
		plan.GiveBack{Namespace: acme, Asset: sales, Access: tenancy.Owns}, plan.GiveBack{User: "QuickSight/ann", Asset: sales, Access: tenancy.Owns},
		plan.GiveBack{Namespace: acme, User: "QuickSight/", Asset: sales, Access: tenancy.Owns},
		plan.GiveBack{Namespace: acme, User: "QuickSight/ann", Asset: sales}, plan.GiveBack{Namespace: acme, User: "QuickSight/ann", Access: tenancy.Owns},
		plan.Unpark{Namespace: acme, Asset: sales}, plan.Unpark{Namespace: acme, Person: "p-1"}, plan.Unpark{Person: "p-1", Asset: sales},
		plan.EndMove{Namespace: acme}, plan.EndMove{Person: "p-1"},
		plan.RemoveMember{Namespace: acme, Mirror: "qs:acme"},
		plan.RemoveMember{Namespace: acme, Mirror: "qs:acme", User: "QuickSight/"},
		plan.RemoveMember{Namespace: acme, User: "QuickSight/ann"}, plan.RemoveMember{Mirror: "qs:acme", User: "QuickSight/ann"},
		plan.HandOver{}, plan.HandOver{Namespace: acme, User: "QuickSight/ann"},
		plan.HandOver{Namespace: acme, Asset: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "eu-west-3", ID: "sales"}},
		plan.HandOver{Namespace: acme, Asset: tenancy.AssetRef{Kind: "agent", Region: "eu-west-1", ID: "sales"}},
		plan.HandOver{Namespace: acme, Asset: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "eu-west-1"}},
		plan.RemoveRegistration{Namespace: acme}, plan.RemoveRegistration{Namespace: acme, User: "ann"},
		plan.RemoveRegistration{Namespace: acme, User: "QuickSight/"}, plan.RemoveRegistration{User: "QuickSight/ann"},
		plan.UpdateUser{Namespace: acme, User: "QuickSight/ann", Role: tenancy.Reader, WasRole: tenancy.Author, Email: "x"},
		plan.Register{}, plan.CreateNamespace{}, plan.CreateNamespace{Namespace: acme}, bob,
		stranger{},
	} {
		if err := do(r.Writer(), context.Background(), change); err == nil || !strings.HasPrefix(err.Error(), "refused: ") {
			t.Errorf("%T: %v", change, err)
		}
	}
	if len(r.calls()) != 0 {
		t.Errorf("calls %v", r.calls())
	}
}

// stranger is a change that the set does not have.
type stranger struct{ plan.AddMember }

func (stranger) In() tenancy.Namespace {
	n, _ := tenancy.ParseNamespace("acme")
	return n
}

// TestNamespaceAgain creates a namespace anew whose creation failed.
func TestNamespaceAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(s *world.Seed) {
			s.QuickSight.Namespaces = append(s.QuickSight.Namespaces, world.NamespaceSeed{
				Name: "globex", Status: "RETRYABLE_FAILURE", ErrorType: "INTERNAL_SERVICE_ERROR",
				Tags: []world.Tag{{Key: tenancy.TagStore, Value: storeID}},
			})
		})
		change := plan.CreateNamespace{Namespace: namespace(t, "globex"), Store: storeID, Again: true}
		if err := do(r.Writer(), t.Context(), change); err != nil {
			t.Fatal(err)
		}
		if err := r.sim.Change(func(b *world.Behaviour) { b.NamespaceRetry = "delete-first" }); err != nil {
			t.Fatal(err)
		}
		r = newRig(t, func(s *world.Seed) {
			s.Behaviour.NamespaceRetry = "delete-first"
			s.QuickSight.Namespaces = append(s.QuickSight.Namespaces, world.NamespaceSeed{
				Name: "globex", Status: "RETRYABLE_FAILURE", ErrorType: "INTERNAL_SERVICE_ERROR",
				Tags: []world.Tag{{Key: tenancy.TagStore, Value: storeID}},
			})
		})
		if err := do(r.Writer(), t.Context(), change); !errors.Is(err, plan.ErrNotReady) {
			t.Errorf("err %v", err)
		}
	})
}
