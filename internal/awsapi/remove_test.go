package awsapi_test

import (
	"errors"
	"reflect"
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

func removeMember(n tenancy.Namespace) plan.RemoveMember {
	return plan.RemoveMember{Namespace: n, Person: "p-ann", Group: "g-1", Mirror: "qs:acme", User: "QuickSight/ann"}
}

func removeAnn(n tenancy.Namespace) plan.RemoveRegistration {
	return plan.RemoveRegistration{Namespace: n, Person: "p-ann", User: "QuickSight/ann", Role: tenancy.Reader}
}

// TestRemovals takes away what is named, and nothing beside it.
func TestRemovals(t *testing.T) {
	acme := namespace(t, "acme")
	elsewhere := func(s *world.Seed) {
		eve(s)
		s.QuickSight.Namespaces = append(s.QuickSight.Namespaces, world.NamespaceSeed{
			Name: "globex", Users: []world.UserSeed{{RoleARN: role, Session: "bob", Email: "bob@example.com", Role: "READER"}},
			Groups: []world.GroupSeed{{Name: "qs:acme", Members: []string{"QuickSight/bob"}}},
		})
	}
	for name, c := range map[string]struct {
		change plan.Change
		take   func(*world.NamespaceSeed)
	}{
		"a membership": {removeMember(acme), func(n *world.NamespaceSeed) { n.Groups[0].Members = nil }},
		"a registration": {removeAnn(acme), func(n *world.NamespaceSeed) {
			n.Groups[0].Members, n.Users = nil, n.Users[1:] // eve stays
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, elsewhere)
				want := settled(t, r)
				c.take(&want.Namespaces[0])
				got, err := r.Writer().Do(t.Context(), c.change)
				if err != nil || got.Already || got.Request == "" {
					t.Errorf("%+v, %v", got, err)
				}
				if got := settled(t, r); !reflect.DeepEqual(got.Namespaces, want.Namespaces) {
					t.Errorf("the world is\n%+v\nwant\n%+v", got.Namespaces, want.Namespaces)
				}
			})
		})
	}
}

// TestNothingToRemove is content when there is nothing to take away, whatever of it is missing.
func TestNothingToRemove(t *testing.T) {
	acme := namespace(t, "acme")
	member := removeMember(acme)
	stranger, elsewhere := member, member
	stranger.User, elsewhere.Mirror = "QuickSight/new", "none"
	bystander := member
	bystander.User = "QuickSight/eve"
	nobody := removeAnn(acme)
	nobody.User = "QuickSight/new"
	for name, change := range map[string]plan.Change{
		"no membership":           bystander,
		"no user in the group":    stranger,
		"no group":                elsewhere,
		"no namespace, no member": removeMember(namespace(t, "none")),
		"no user":                 nobody,
		"no namespace, no user":   removeAnn(namespace(t, "none")),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, eve)
				before := settled(t, r)
				got, err := r.Writer().Do(t.Context(), change)
				if err != nil || got != (plan.Receipt{Already: true}) {
					t.Errorf("%+v, %v", got, err)
				}
				if n := len(r.calls()); n != 1 {
					t.Errorf("calls %v", r.calls())
				}
				if !reflect.DeepEqual(before, settled(t, r)) {
					t.Error("something was written")
				}
			})
		})
	}
}

// TestF6RemovedByAnother: nobody answers the removal of a user, and in doubt it is made again; but for one who has another role by
// now. Another process has removed the first one, and registered somebody anew.
func TestF6RemovedByAnother(t *testing.T) {
	for is, want := range map[tenancy.Role]error{tenancy.Reader: nil, tenancy.Author: plan.ErrDiffers} {
		t.Run(string(is), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, func(s *world.Seed) { s.QuickSight.Namespaces[0].Users[0].Role = string(is) })
				op := "quicksight:DeleteUser"
				r.with(awssim.Nth(1, op, awssim.DropBefore(op)))
				err := do(r.Writer(), t.Context(), removeAnn(namespace(t, "acme")))
				if !errors.Is(err, want) || err != nil && strings.Contains(err.Error(), "ann") {
					t.Errorf("%v, want %v", err, want)
				}
				if left := settled(t, r).Namespaces[0].Users; len(left) > 0 != (want != nil) {
					t.Errorf("there are %+v", left)
				}
			})
		})
	}
}

// TestF10StaleRemoval reads somebody who is gone: after a lost answer it removes them again, which finds
// nobody, and is content.
func TestF10StaleRemoval(t *testing.T) {
	acme := namespace(t, "acme")
	for _, change := range []plan.Change{removeMember(acme), removeAnn(acme)} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, func(s *world.Seed) {
				s.Behaviour.StaleReads = map[string]world.Duration{"quicksight": world.Duration(time.Minute)}
			})
			op := map[plan.Kind]string{plan.KindRemoveMember: "DeleteGroupMembership", plan.KindRemoveRegistration: "DeleteUser"}[change.Kind()]
			r.with(awssim.Nth(1, "quicksight:"+op, awssim.DropAfter("quicksight:"+op)))
			got, err := r.Writer().Do(t.Context(), change)
			if err != nil || got.Already {
				t.Errorf("%+v, %v; calls %v", got, err, r.calls())
			}
			if calls := r.calls(); len(calls) != 3 || calls[2] != op {
				t.Errorf("calls %v", calls)
			}
		})
	}
}

// TestRemovalsThatFail neither end what AWS forbids, nor give up on what it throttles.
func TestRemovalsThatFail(t *testing.T) {
	acme := namespace(t, "acme")
	for op, change := range map[string]plan.Change{"DeleteGroupMembership": removeMember(acme), "DeleteUser": removeAnn(acme)} {
		t.Run(op, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, func(s *world.Seed) {
					s.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{"quicksight:" + op}}}
				})
				before := settled(t, r)
				err := do(r.Writer(), t.Context(), change)
				e, ok := errors.AsType[*awsapi.DeniedError](err)
				if !ok || e.Action != "quicksight:"+op || !errors.Is(err, plan.ErrDenied) || strings.Contains(err.Error(), "ann") {
					t.Errorf("%T %v", err, err)
				}
				if !reflect.DeepEqual(before, settled(t, r)) {
					t.Error("something was written")
				}

				r = newRig(t, nil)
				r.with(awssim.Between(1, 5, "quicksight:"+op, awssim.FailBefore("quicksight:"+op, awssim.Throttling())))
				got, err := r.Writer().Do(t.Context(), change)
				if err != nil || got.Already || len(r.calls()) != 6 {
					t.Errorf("%+v, %v; calls %v", got, err, r.calls())
				}
			})
		})
	}
}
