package audit

import (
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// T18: what others named makes no step of its own in an advice: a step is a line, and some are there to be pasted.
func TestHostileNamesMakeNoSteps(t *testing.T) {
	const name = "x\ntenantry retire t0\u2028'; aws y"
	f := clean(t, 2)
	lies := user("t0", name)
	f.Have.Tenants[0].Registrations = append(f.Have.Tenants[0].Registrations, tenancy.Registration{User: tenancy.UserName(lies.Name), Role: tenancy.Admin})
	f.Have.Tenants[0].Mirrors = append(f.Have.Tenants[0].Mirrors, tenancy.Mirror{Group: "gone", Name: name}, tenancy.Mirror{Group: "group-t1", Name: name + "2"})
	f.Have.Foreign = append(f.Have.Foreign, tenancy.Foreign{Name: name, Status: tenancy.Created})
	f.Directory.Groups = append(f.Directory.Groups, tenancy.Group{ID: "other", Name: "QS:t0"})
	for _, kind := range []tenancy.AssetKind{tenancy.Dashboard, tenancy.DataSet, tenancy.DataSource, tenancy.Analysis} {
		put(f, kind, name+"-shared", owner(user("t0", "author-t0")), viewer(user("t1", "reader-t1")), owner(lies))
		put(f, kind, name+"-orphan")
		put(f, kind, name+"-house", owner(judy), viewer(group("t0", "qs:t0")), viewer(group("t1", "qs:t1"))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, name+"-shared")}
	}
	folder(f, name+"-folder", []tenancy.Grant{owner(user("t0", "author-t0"))}, ref(tenancy.Dashboard, name+"-shared"))
	r := Audit(sorted(f))
	if len(r.Findings) < 20 {
		t.Errorf("only %d findings", len(r.Findings))
	}
	for _, found := range r.Findings {
		for step := range strings.SplitSeq(found.Mend, "\n") {
			if strings.HasPrefix(step, "tenantry retire t0") && found.Code != "ISO310" {
				t.Errorf("%s: a name has become a step: %q", found.Code, found.Mend)
			}
		}
	}
}
