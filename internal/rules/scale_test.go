package rules

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Every tenant's group is renamed at once, in a directory of many: the names of all are read once, and
// not once for each that is renamed.
func TestManyRenamedGroups(t *testing.T) {
	pattern, err := ParsePattern("qs:{namespace}")
	if err != nil {
		t.Fatal(err)
	}
	const role = "arn:aws:iam::111122223333:role/QuickSight"
	r := Rules{Tenants: []Rule{{Pattern: pattern, Role: tenancy.Reader, MaxRole: tenancy.Reader}}, SignIn: SignIn{Role: role}}
	dir := tenancy.Directory{Members: map[tenancy.GroupID][]tenancy.PersonID{}}
	var have tenancy.State
	for i := range 60_000 {
		g := tenancy.Group{ID: tenancy.GroupID(fmt.Sprintf("g%05d", i)), Name: fmt.Sprintf("others %05d", i)}
		if i < 3000 {
			n, err := tenancy.ParseNamespace(fmt.Sprintf("t%05d", i))
			if err != nil {
				t.Fatal(err)
			}
			g.Name = fmt.Sprintf("qs:new%05d", i)
			have.Tenants = append(have.Tenants, tenancy.Tenant{Namespace: n, Status: tenancy.Created, Mirrors: []tenancy.Mirror{{Group: g.ID, Name: "qs:" + n.String()}}})
		}
		dir.Groups = append(dir.Groups, g)
	}
	signIn, err := tenancy.ParseRoleARN(role)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	out := Derive(r, dir, have, []tenancy.RoleARN{signIn})
	if took := time.Since(began); took > time.Second || len(out.Notes) != 3000 {
		t.Errorf("it took %v for %d notes", took, len(out.Notes))
	}
}
