package rules

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Every tenant's group is renamed at once, in a directory of many: the names of all are read once, and
// not once for each that is renamed. Four times the groups take four times as long, not sixteen times.
func TestManyRenamedGroups(t *testing.T) {
	small, large := derived(t, 750), derived(t, 3000)
	if large > 8*small {
		t.Errorf("750 renamed groups of 15,000 take %v, and 3,000 of 60,000 take %v", small, large)
	}
}

// derived is how long the rules take for a number of renamed groups, in a directory of twenty times as
// many, at their best.
func derived(t *testing.T, renamed int) time.Duration {
	pattern, err := ParsePattern("qs:{namespace}")
	if err != nil {
		t.Fatal(err)
	}
	const role = "arn:aws:iam::111122223333:role/QuickSight"
	r := Rules{Tenants: []Rule{{Pattern: pattern, Role: tenancy.Reader, MaxRole: tenancy.Reader}}, SignIn: SignIn{Role: role}}
	dir := tenancy.Directory{Members: map[tenancy.GroupID][]tenancy.PersonID{}}
	var have tenancy.State
	for i := range 20 * renamed {
		g := tenancy.Group{ID: tenancy.GroupID(fmt.Sprintf("g%05d", i)), Name: fmt.Sprintf("others %05d", i)}
		if i < renamed {
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
	best := time.Hour
	for range 3 {
		began := time.Now()
		out := Derive(r, dir, have, []tenancy.RoleARN{signIn})
		best = min(best, time.Since(began))
		if len(out.Notes) != renamed {
			t.Fatalf("%d notes", len(out.Notes))
		}
	}
	return best
}
