package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestS6WhatKeepsALeaver: an author is to leave, who alone owns two dashboards. Where one of them must not be handed over,
// or nobody knows what there is, nothing of it is done but that they leave their group.
func TestS6WhatKeepsALeaver(t *testing.T) {
	elsewhere := func(kind tenancy.GranteeKind, name string) func(*tenancy.Holdings) {
		return func(h *tenancy.Holdings) {
			h.Assets[1].Grants = append(h.Assets[1].Grants, tenancy.Grant{To: tenancy.Grantee{Kind: kind, Namespace: "globex", Name: name}, May: tenancy.Views})
		}
	}
	const nothing = "remove-member"
	for name, c := range map[string]struct {
		change func(*tenancy.Holdings)
		want   string // what is done, and what is held
	}{
		"nothing":                   {func(*tenancy.Holdings) {}, "remove-member create-mirror hand-over hand-over remove-registration"},
		"a user elsewhere":          {elsewhere(tenancy.ToUser, "QuickSight/bob"), nothing + "; spans-tenants"},
		"a group elsewhere":         {elsewhere(tenancy.ToGroup, "all"), nothing + "; spans-tenants"},
		"another namespace":         {elsewhere(tenancy.ToNamespace, ""), nothing + "; spans-tenants"},
		"row-level security":        {func(h *tenancy.Holdings) { h.Assets[1].RowLevel = true }, nothing + "; spans-tenants"},
		"it could not be read":      {func(h *tenancy.Holdings) { *h = tenancy.Holdings{Failed: "denied"} }, nothing + "; unread"},
		"it was not asked for yet":  {nil, nothing},
		"they own nothing any more": {func(h *tenancy.Holdings) { h.Assets = nil }, "remove-member remove-registration"},
	} {
		t.Run(name, func(t *testing.T) {
			acme, user := parse("acme"), tenancy.UserName("QuickSight/ann")
			mirror := tenancy.Mirror{Group: "g-1", Name: "qs:acme", Members: []tenancy.UserName{"QuickSight/bo"}}
			bo := tenancy.Registration{User: "QuickSight/bo", Role: tenancy.Reader, Email: "bo@x.example", Person: "p-bo"}
			heirs := tenancy.Mirror{Group: tenancy.CustodiansGroup, Name: tenancy.CustodiansName}
			want := tenancy.State{Tenants: []tenancy.Tenant{{
				Namespace: acme, Status: tenancy.Created, Mirrors: []tenancy.Mirror{mirror}, Registrations: []tenancy.Registration{bo}, Custodians: heirs,
			}}}
			mirror.Members = []tenancy.UserName{user, "QuickSight/bo"}
			ann := tenancy.Registration{User: user, Role: tenancy.Author, Email: "ann@x.example", Person: "p-ann"}
			have := tenancy.State{Tenants: []tenancy.Tenant{{
				Namespace: acme, Status: tenancy.Created, Mirrors: []tenancy.Mirror{mirror}, Registrations: []tenancy.Registration{ann, bo},
			}}}
			if c.change != nil {
				h := tenancy.Holdings{}
				for _, id := range []string{"costs", "sales"} {
					h.Assets = append(h.Assets, tenancy.Asset{
						AssetRef: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "us-east-1", ID: id},
						Grants:   []tenancy.Grant{{To: userGrantee(acme, user), Owner: true, May: tenancy.Owns}},
					})
				}
				c.change(&h)
				have.Tenants[0].Holdings = map[tenancy.UserName]tenancy.Holdings{user: h}
			}
			steps, holds, _ := plan.Guard(plan.Diff(store, want, have, false), have, plan.Policy{Allow: []plan.Hazard{plan.RemovesMember, plan.RemovesUser}})
			var done []string
			for _, s := range steps {
				if s.Held == "" {
					done = append(done, string(s.Change.Kind()))
				}
			}
			got := strings.Join(done, " ")
			for _, h := range holds {
				got += fmt.Sprintf("; %s", h.Code)
			}
			if got != c.want || slices.ContainsFunc(holds, func(h tenancy.Hold) bool { return !h.Access || h.Object != string(user) }) {
				t.Errorf("%s, want %s\n%+v", got, c.want, holds)
			}
		})
	}
}
