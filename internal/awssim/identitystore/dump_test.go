package identitystore

import (
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/roomtest"
)

// What the API was told survives in a world file, the attributes that have no field of their own included.
func TestDumpKeepsAttributes(t *testing.T) {
	r := roomtest.New(t, people, New)
	id := must(r, "CreateUser", `{"UserName":"dora","DisplayName":"D","Name":{"GivenName":"D","HonorificPrefix":"Dr"},
		"Emails":[{"Value":"d@acme.example","Type":"work"}],"PhoneNumbers":[{"Value":"1","Primary":true}],
		"Extensions":{"aws:identitystore:enterprise":{"level":3}}}`)["UserId"].(string)
	must(r, "CreateGroupMembership", `{"GroupId":"`+acme+`","MemberId":{"UserId":"`+id+`"}}`)
	ask := `{"UserId":"` + id + `","Extensions":["aws:identitystore:enterprise"]}`
	want := must(r, "DescribeUser", ask)

	first, err := r.World.Dump()
	if err != nil {
		t.Fatal(err)
	}
	again := roomtest.New(t, string(first), New)
	second, err := again.World.Dump()
	if err != nil {
		t.Fatal(err)
	}
	if string(first) != string(second) {
		t.Errorf("dumped again\n%s\nafter\n%s", second, first)
	}
	got := must(again, "DescribeUser", ask)
	for _, member := range []string{"Name", "Emails", "PhoneNumbers", "Extensions", "CreatedBy", "UserStatus"} {
		sayJSON(t, got[member], jsonOf(t, want[member]))
	}
	if m := must(again, "ListGroupMemberships", `{"GroupId":"`+acme+`"}`)["GroupMemberships"].([]any); len(m) != 2 {
		t.Errorf("%d memberships, want 2", len(m))
	}
}
