package rules

import (
	"slices"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestF34FormerNames finds somebody's user by the name that they have no more: when they were renamed, and when they
// are gone.
func TestF34FormerNames(t *testing.T) {
	acme, err := tenancy.ParseNamespace("acme")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Index){
		"renamed": func(ix *Index) {
			ix.SetPerson(tenancy.Person{ID: "p-ana", UserName: "annie", Email: "ana@x.example"}, nil)
		},
		"renamed twice": func(ix *Index) {
			ix.SetPerson(tenancy.Person{ID: "p-ana", UserName: "anne", Email: "ana@x.example"}, nil)
			ix.SetPerson(tenancy.Person{ID: "p-ana", UserName: "annie", Email: "ana@x.example"}, nil)
		},
		"gone": func(ix *Index) { ix.DropPerson("p-ana") },
	} {
		t.Run(name, func(t *testing.T) {
			dir := tenancy.Directory{
				People:  []tenancy.Person{{ID: "p-ana", UserName: "ana", Email: "ana@x.example"}},
				Members: map[tenancy.GroupID][]tenancy.PersonID{},
			}
			have := tenancy.State{Tenants: []tenancy.Tenant{{
				Namespace: acme, Status: tenancy.Created, Registrations: []tenancy.Registration{{User: "QuickSight/ana", Role: tenancy.Reader}},
			}}}
			ix := NewIndex(&Rules{}, dir, have, nil, Memberships{})
			change(ix)
			_, found := ix.Narrow("p-ana")
			if users := found.Tenants[0].Registrations; !slices.ContainsFunc(users, func(r tenancy.Registration) bool { return r.User == "QuickSight/ana" }) {
				t.Errorf("found %v", users)
			}
		})
	}
}
