package plan_test

import (
	"testing"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// S7: who is registered anew under another role goes, however many have gone today; whoever leaves does not.
func TestS7TheBrakeLetsWhoIsReplaced(t *testing.T) {
	n := parse("acme")
	var have tenancy.Tenant
	have.Namespace = n
	lost := plan.Losses{}
	for _, user := range []tenancy.UserName{"a", "b", "c", "d", "e", "f"} {
		have.Registrations = append(have.Registrations, tenancy.Registration{User: "Before/" + user})
		lost[n] = append(lost[n], "Now/"+user)
	}
	replaced := plan.RemoveRegistration{Namespace: n, Person: "p-a", User: "Before/a", Back: "Now/a"}
	leaves := plan.RemoveRegistration{Namespace: n, Person: "p-b", User: "Before/b"}
	diff := plan.Difference{Steps: []plan.Step{
		{Change: replaced, Hazards: []plan.Hazard{plan.SignInRoleReplaced}}, {Change: leaves, Hazards: []plan.Hazard{plan.RemovesUser}},
	}}
	b := plan.NewBrake(diff, tenancy.State{Tenants: []tenancy.Tenant{have}}, plan.Policy{})
	if !b.Lets(replaced, lost) || b.Lets(leaves, lost) {
		t.Errorf("who is replaced may go: %v; who leaves may: %v", b.Lets(replaced, lost), b.Lets(leaves, lost))
	}
}

// What is to become of a user of a former role is part of what a namespace's steps follow from.
func TestFormerUsersAreInTheFingerprint(t *testing.T) {
	n := parse("acme")
	print := func(former ...tenancy.Former) string {
		want := tenancy.State{Tenants: []tenancy.Tenant{{Namespace: n, Former: former}}}
		return plan.Fingerprints([]tenancy.Namespace{n}, want, tenancy.State{})[0].Sum
	}
	seen := map[string]bool{}
	for _, former := range []tenancy.Former{{}, {User: "Before/ana", Person: "p-ana"}, {User: "Before/ana", Person: "p-bo"}, {User: "Before/ana", Person: "p-ana", Back: "Now/ana"}} {
		seen[print(former)] = true
	}
	if seen[print()] = true; len(seen) != 5 {
		t.Errorf("%d fingerprints of 5 namespaces", len(seen))
	}
}
