package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// asItIs is that nothing is decided about a tenant, and all of it is wanted as it is.
func asItIs(t *testing.T, f *Facts, in string) {
	n := namespace(t, in)
	*f.Want.Tenant(n) = *f.Have.Tenant(n)
	f.Want.Tenant(n).SignIn = tenancy.RoleARN{}
}

func TestISO311(t *testing.T) {
	planted(t, "ISO311",
		plant{"no rule is for a namespace that is marked", func(t *testing.T, f *Facts) { asItIs(t, f, "t0") }, 1},
		plant{"a namespace has the tag, and no group", func(t *testing.T, f *Facts) {
			f.Have.Tenants = append(f.Have.Tenants, tenancy.Tenant{Namespace: namespace(t, "forged"), Status: tenancy.Created})
			f.Want.Tenants = append(f.Want.Tenants, tenancy.Tenant{Namespace: namespace(t, "forged"), Status: tenancy.Created})
			f.Spaces = append(f.Spaces, tenancy.Space{Namespace: "forged"})
		}, 1},
		plant{"a second group of a tenant is marked, and no rule binds it", func(t *testing.T, f *Facts) {
			twoGroups(t, f)
			f.Want.Tenant(namespace(t, "t0")).Mirror("group-t0-more").Because = tenancy.Because{Group: "group-t0-more"}
		}, 1},
		plant{"a second group is bound by a rule", twoGroups, 0},
		plant{"a mark that was copied is ISO310's alone, though nothing is decided about either group", func(t *testing.T, f *Facts) {
			known(f, "ISO310", arn("group/t0/qs:t0"))
			known(f, "ISO310", arn("group/t1/copy"))
			have := f.Have.Tenant(namespace(t, "t1"))
			have.Mirrors = append(have.Mirrors, tenancy.Mirror{Group: "group-t0", Name: "copy"})
			asItIs(t, f, "t0")
			f.Want.Tenant(namespace(t, "t1")).Mirrors = append(f.Want.Tenant(namespace(t, "t1")).Mirrors, tenancy.Mirror{Group: "group-t0", Name: "copy"})
		}, 0},
		plant{"a tenant is yet to be founded", func(t *testing.T, f *Facts) {
			found(t, f, "new", pattern)
			f.Have.Tenants = f.Have.Tenants[1:]
		}, 0},
	)
}
