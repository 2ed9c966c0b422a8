package awsapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	account = "111122223333"
	storeID = "d-1234567890"
	role    = "arn:aws:iam::111122223333:role/QuickSight"
)

// rig is an AWS over a simulator, with a log of the calls.
type rig struct {
	*awsapi.AWS
	sim *awssim.Sim

	mu     sync.Mutex
	log    []string // "RegisterUser", and "RegisterUser!Code" for one that failed
	fault  awssim.Hook
	called []awsapi.Call
}

// newRig begins a world with a namespace acme, with a group of ours and one user. change may add
// to it.
func newRig(t *testing.T, change func(*world.Seed), more ...func(*awsapi.Options)) *rig {
	t.Helper()
	b := world.DefaultBehaviour()
	seed := world.Seed{
		AccountID: account, Behaviour: &b,
		QuickSight: world.QuickSightSeed{
			CustomPermissions: []world.ProfileSeed{{Name: "no-export"}},
			Namespaces: []world.NamespaceSeed{{
				Name: "acme", Tags: []world.Tag{{Key: tenancy.TagStore, Value: storeID}},
				Users:  []world.UserSeed{{RoleARN: role, Session: "ann", Email: "ann@example.com", Role: "READER"}},
				Groups: []world.GroupSeed{{Name: "qs:acme", Description: "tenantry/1 " + storeID + " g-1", Members: []string{"QuickSight/ann"}}},
			}},
		},
		IdentityCenter: world.DirectorySeed{IdentityStoreID: storeID},
		IAM:            world.IAMSeed{Roles: []world.Role{{Name: "QuickSight"}}},
	}
	if change != nil {
		change(&seed)
	}
	r := &rig{}
	sim, err := awssim.New(seed, awssim.Options{
		Fault: func(c awssim.Call) awssim.Fault {
			r.mu.Lock()
			fault := r.fault
			if c.Phase == awssim.BeforeEffect {
				r.log = append(r.log, c.Operation)
			}
			r.mu.Unlock()
			if fault == nil {
				return awssim.Fault{}
			}
			return fault(c)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	options := awsapi.Options{
		AccountID: account, Region: "us-east-1", StoreID: storeID, HTTPClient: sim.Client(),
		AssetRegions:   []string{"", "eu-west-1"},
		QuickSightRate: awsapi.Rate{Start: 1000}, IdentityStoreRate: awsapi.Rate{Start: 1000},
		Credentials: &awsapi.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "not-a-secret"},
		Observe: func(c awsapi.Call) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.called = append(r.called, c)
		},
	}
	for _, m := range more {
		m(&options)
	}
	r.AWS, err = awsapi.New(context.Background(), options)
	if err != nil {
		t.Fatal(err)
	}
	r.sim = sim
	return r
}

// with sets the fault, and empties the log.
func (r *rig) with(hook awssim.Hook) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fault, r.log, r.called = hook, nil, nil
}

// calls are the operations since with, in order.
func (r *rig) calls() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.log)
}

// outcomes counts the attempts by their outcome.
func (r *rig) outcomes() map[awsapi.Outcome]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	counts := make(map[awsapi.Outcome]int)
	for _, c := range r.called {
		counts[c.Outcome]++
	}
	return counts
}

// dump is the world, without what changes by itself.
func (r *rig) dump(t *testing.T) world.Seed {
	t.Helper()
	data, err := r.sim.Dump()
	if err != nil {
		t.Fatal(err)
	}
	var seed world.Seed
	if err := json.Unmarshal(data, &seed); err != nil {
		t.Fatal(err)
	}
	return seed
}

func namespace(t *testing.T, name string) tenancy.Namespace {
	t.Helper()
	n, err := tenancy.ParseNamespace(name)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func roleARN(t *testing.T) tenancy.RoleARN {
	t.Helper()
	arn, err := tenancy.ParseRoleARN(role)
	if err != nil {
		t.Fatal(err)
	}
	return arn
}

func registerBob(t *testing.T) plan.Register {
	t.Helper()
	return plan.Register{
		Namespace: namespace(t, "acme"), Person: "p-bob", SignIn: roleARN(t), Session: "bob",
		Role: tenancy.Reader, Email: "bob@example.com", CustomPermissions: "no-export",
	}
}

// manyPeople puts n people into the identity store, all of them in one group.
func manyPeople(n int) func(*world.Seed) {
	return func(s *world.Seed) {
		group := world.DirectoryGroupSeed{ID: "34887428-4081-7042-c3c6-928d413009e7", DisplayName: "qs:acme"}
		for i := range n {
			name := fmt.Sprintf("user%05d", i)
			s.IdentityCenter.Users = append(s.IdentityCenter.Users, world.Person{UserName: name, Email: name + "@example.com"})
			group.Members = append(group.Members, name)
		}
		s.IdentityCenter.Groups = append(s.IdentityCenter.Groups, group)
	}
}

// manyUsers puts n more users into acme.
func manyUsers(n int) func(*world.Seed) {
	return func(s *world.Seed) {
		acme := &s.QuickSight.Namespaces[0]
		for i := range n {
			name := fmt.Sprintf("user%05d", i)
			acme.Users = append(acme.Users, world.UserSeed{RoleARN: role, Session: name, Email: name + "@example.com", Role: "READER"})
			acme.Groups[0].Members = append(acme.Groups[0].Members, "QuickSight/"+name)
		}
	}
}

// do makes a change, and answers only how it ended.
func do(w *awsapi.Writer, ctx context.Context, change plan.Change) error {
	_, err := w.Do(ctx, change)
	return err
}
