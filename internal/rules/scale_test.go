package rules

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Every tenant's group is renamed at once, in a directory of many: the names of all are read once, and
// not once for each that is renamed. It takes about as long as where none is renamed.
func TestManyRenamedGroups(t *testing.T) {
	none, all := newDerived(t, false), newDerived(t, true)
	for range 5 { // in turn, so that a busy machine slows both
		none.run(t)
		all.run(t)
	}
	if all.best > 5*none.best {
		t.Errorf("3,000 tenants in a directory of 60,000 groups take %v, and renamed ones %v", none.best, all.best)
	}
}

// derived is a directory of 60,000 groups, 3,000 of them tenants', and how long the rules took for it at
// their best.
type derived struct {
	rules Rules
	dir   tenancy.Directory
	have  tenancy.State
	roles []tenancy.RoleARN
	notes int
	best  time.Duration
}

func newDerived(t *testing.T, renamed bool) *derived {
	pattern, err := ParsePattern("qs:{namespace}")
	if err != nil {
		t.Fatal(err)
	}
	signIn, err := tenancy.ParseRoleARN("arn:aws:iam::111122223333:role/QuickSight")
	if err != nil {
		t.Fatal(err)
	}
	d := &derived{
		rules: Rules{Tenants: []Rule{{Pattern: pattern, Role: tenancy.Reader, MaxRole: tenancy.Reader}}, SignIn: SignIn{Role: signIn.String()}},
		dir:   tenancy.Directory{Members: map[tenancy.GroupID][]tenancy.PersonID{}},
		roles: []tenancy.RoleARN{signIn}, best: time.Hour,
	}
	for i := range 60_000 {
		g := tenancy.Group{ID: tenancy.GroupID(fmt.Sprintf("g%05d", i)), Name: fmt.Sprintf("others %05d", i)}
		if i < 3000 {
			n, err := tenancy.ParseNamespace(fmt.Sprintf("t%05d", i))
			if err != nil {
				t.Fatal(err)
			}
			g.Name = "qs:" + n.String()
			d.have.Tenants = append(d.have.Tenants, tenancy.Tenant{Namespace: n, Status: tenancy.Created, Mirrors: []tenancy.Mirror{{Group: g.ID, Name: g.Name}}})
			if renamed {
				g.Name = fmt.Sprintf("qs:new%05d", i)
				d.notes++
			}
		}
		d.dir.Groups = append(d.dir.Groups, g)
	}
	return d
}

func (d *derived) run(t *testing.T) {
	began := time.Now()
	out := Derive(d.rules, d.dir, d.have, d.roles)
	d.best = min(d.best, time.Since(began))
	if len(out.Notes) != d.notes {
		t.Fatalf("%d notes, want %d", len(out.Notes), d.notes)
	}
}
